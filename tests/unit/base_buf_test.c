#include "../test.h"

#include "base/arena.h"
#include "base/buf.h"

static void
test_grows_to_its_largest_size_and_not_further(void **state)
{
	struct buf b = BUF_MAX(10);

	(void)state;
	assert_string_equal(buf_str(&b), "");
	assert_int_equal(buf_put(&b, "0123456789"), 0);
	assert_int_equal(buf_char(&b, 'x'), -1);
	assert_true(b.over);
	assert_string_equal(buf_str(&b), "0123456789");
	assert_int_equal(buf_set(&b, "01234567890", 11), -1);
	assert_string_equal(buf_str(&b), "0123456789");
	buf_cut(&b, 3);
	assert_true(b.over);
	assert_int_equal(buf_fmt(&b, "%d-%s", 42, "abcd"), 0);
	assert_string_equal(buf_str(&b), "01242-abcd");
	assert_int_equal(buf_fmt(&b, "%s", "y"), -1);
	buf_clear(&b);
	assert_false(b.over);
	assert_string_equal(buf_str(&b), "");
	assert_int_equal(buf_add(&b, "a\0b", 3), 0);
	assert_int_equal(b.len, 3);
	buf_free(&b);
	assert_int_equal(b.max, 10);
	buf_put(&b, "abc");
	assert_int_equal(buf_add(&b, "x", SIZE_MAX - 1), -1); /* the sum would wrap around */
	assert_string_equal(buf_str(&b), "abc");
	buf_free(&b);
}

static void
test_arena_pieces_do_not_overlap(void **state)
{
	struct arena *a = arena_new();
	unsigned char *pieces[400];
	size_t i, j, turn;

	(void)state;
	for (turn = 0; turn < 3; turn++) {
		for (i = 0; i < 400; i++) {
			size_t n = (i * 977) % (i % 50 ? 900 : 90000);

			pieces[i] = arena_alloc(a, n);
			assert_int_equal((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
			memset(pieces[i], (int)(i % 251), n);
		}
		for (i = 0; i < 400; i++)
			for (j = 0; j < (i * 977) % (i % 50 ? 900 : 90000); j++)
				assert_int_equal(pieces[i][j], i % 251);
		arena_reset(a);
	}
	assert_string_equal(arena_fmt(a, "%s %d", "page", 7), "page 7");
	assert_string_equal(arena_strndup(a, "abcdef", 3), "abc");
	assert_null(arena_strdup(a, NULL));
	assert_int_equal(*(char *)arena_zalloc(a, 5), 0);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grows_to_its_largest_size_and_not_further),
		cmocka_unit_test(test_arena_pieces_do_not_overlap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
