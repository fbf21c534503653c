#include "../test.h"

#include "base/json.h"

static struct arena *arena;

static json_t *
read_string(const char *s)
{
	return json_read(arena, s, strlen(s), NULL);
}

static void
test_values_or_their_absence(void **state)
{
	json_t *o = read_string("{\"s\":\"x\",\"e\":\"\",\"n\":null,\"i\":7,\"r\":1.5,\"t\":true,\"l\":[1],"
				"\"o\":{\"p\":{\"q\":\"deep\"}},"
				"\"when\":\"1970-01-01T00:00:01Z\",\"never\":\"soon\"}");
	int64_t ms = 9;

	(void)state;
	assert_non_null(o);
	assert_string_equal(json_text(o, "s"), "x");
	assert_null(json_text(o, "n"));
	assert_null(json_text(o, "i"));
	assert_null(json_text(o, "none"));
	assert_null(json_text(NULL, "s"));
	assert_string_equal(json_id(arena, o, "i"), "7");
	assert_string_equal(json_id(arena, o, "s"), "x");
	assert_null(json_id(arena, o, "e"));
	assert_null(json_id(arena, o, "r"));
	assert_int_equal(json_int(o, "i", -1), 7);
	assert_int_equal(json_int(o, "r", -1), -1);
	assert_int_equal(json_flag(o, "t", 0), 1);
	assert_int_equal(json_flag(o, "i", 0), 0);
	assert_non_null(json_list(o, "l"));
	assert_null(json_list(o, "o"));
	assert_non_null(json_obj(o, "o"));
	assert_null(json_obj(o, "l"));
	assert_string_equal(json_string_value(json_at(o, "o.p.q")), "deep");
	assert_null(json_at(o, "o.p.q.r"));
	assert_null(json_at(o, "o..q"));
	assert_int_equal(json_time(o, "when", &ms), 1);
	assert_int_equal(ms, 1000);
	assert_int_equal(json_time(o, "none", &ms), 0);
	assert_int_equal(json_time(o, "n", &ms), 0);
	assert_int_equal(json_time(o, "never", &ms), -1);
	assert_int_equal(json_time(o, "i", &ms), -1);
}

static void
test_money_is_taken_by_its_digits(void **state)
{
	json_t *o = read_string(
		"{\"a\":{\"value\":\"28.90\",\"currency\":\"EUR\"},\"b\":{\"value\":19.99,\"currency\":"
		"\"EUR\"},"
		"\"c\":{\"value\":1500,\"currency\":\"JPY\"},\"d\":{\"value\":0.285,\"currency\":\"EUR\"},"
		"\"e\":{\"value\":1},\"f\":null,\"g\":{\"value\":null,\"currency\":\"EUR\"},"
		"\"h\":{\"value\":45035996273.71,\"currency\":\"EUR\"},\"i\":\"1\",\"j\":{\"value\":1e3,"
		"\"currency\":\"EUR\"}}");
	struct money m;

	(void)state;
	assert_int_equal(json_money(o, "a", &m), 1);
	assert_int_equal(m.minor, 2890);
	assert_int_equal(json_money(o, "b", &m), 1);
	assert_int_equal(m.minor, 1999);
	assert_int_equal(json_money(o, "c", &m), 1);
	assert_int_equal(m.minor, 1500);
	assert_int_equal(json_money(o, "d", &m), -1);
	assert_int_equal(json_money(o, "e", &m), -1);
	assert_int_equal(json_money(o, "f", &m), 0);
	assert_int_equal(json_money(o, "none", &m), 0);
	assert_int_equal(json_money(o, "g", &m), -1);
	assert_int_equal(json_money(o, "h", &m), 1);
	assert_true(m.minor == 4503599627371);
	assert_int_equal(json_money(o, "i", &m), -1);
	assert_int_equal(json_money(o, "j", &m), 1);
	assert_int_equal(m.minor, 100000);
}

/* What a buyer typed must not make the whole page unreadable. */
static void
test_poison_is_repaired(void **state)
{
	json_t *o = read_string("\xef\xbb\xbf{\"nul\":\"a\\u0000b\",\"half\":\"x\\ud83d\",\"half2\":"
				"\"\\ude00y\",\"pair\":\"\\ud83d\\ude00\","
				"\"bytes\":\"z\xff\xe4\xb8\",\"id\":18446744073709551616,\"r\":1e999,\"raw\":"
				"\"a\x01\tb\",\"esc\":\"\\\\u0000\\\"\"}");

	(void)state;
	assert_non_null(o);
	assert_string_equal(json_text(o, "nul"), "a\xef\xbf\xbd"
						 "b");
	assert_string_equal(json_text(o, "half"), "x\xef\xbf\xbd");
	assert_string_equal(json_text(o, "half2"), "\xef\xbf\xbdy");
	assert_string_equal(json_text(o, "pair"), "\xf0\x9f\x98\x80");
	assert_string_equal(json_text(o, "bytes"), "z\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	assert_string_equal(json_id(arena, o, "id"), "18446744073709551616");
	assert_string_equal(json_text(o, "r"), "1e999");
	assert_string_equal(json_text(o, "raw"), "a\x01\tb");
	assert_string_equal(json_text(o, "esc"), "\\u0000\"");
}

static void
test_refuses_what_is_not_json(void **state)
{
	static const char *const rows[] = {
		"",
		"{",
		"[1,]",
		"{\"a\":}",
		"<html></html>",
		"nul",
		"\"x\"",
		"{} {}",
		"{\"a\":\"",
		"{\"\\u",
		"{\"\\",
		"{\"a\":\"\\ud83d",
		"[-]",
		"[1e]",
		"\xef\xbb\xbf",
		"[\"\\q\"]",
		"[00000000000000000000000000000000000000000000000000000000000000000001"};
	char deep[200000], text[ERR_MAX], *crowd;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		e.text[0] = '\0';
		assert_null(json_read(arena, rows[i], strlen(rows[i]), &e));
		assert_int_equal(strncmp(e.text, "not JSON: ", 10), 0);
	}
	memset(deep, '[', sizeof(deep));
	assert_null(json_read(arena, deep, sizeof(deep), &e));
	err_english(e.text, text, sizeof(text));
	assert_string_equal(text, "the answer is nested deeper than 64 levels");
	crowd = malloc(3 * 500002);
	for (size_t i = 0; i < 500002; i++)
		memcpy(crowd + 3 * i, i ? "{}," : "[ \n", 3);
	memcpy(crowd + 3 * 500002 - 1, "]", 1);
	assert_null(json_read(arena, crowd, 3 * 500002, &e));
	err_english(e.text, text, sizeof(text));
	assert_string_equal(text, "the answer has more than 500000 values");
	free(crowd);
	memset(deep, '[', 65);
	memset(deep + 65, ']', 65);
	assert_null(json_read(arena, deep, 130, NULL));
	assert_non_null(json_read(arena, deep + 1, 128, NULL));
	assert_non_null(read_string("{\"a\":\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
				    "[[[[[[[[[[[[[[[[[\\\"[\"}"));
	assert_null(json_read(arena, "{\"a\":1}\0", 8, NULL));
}

static void
test_arena_values_survive_a_stray_decref(void **state)
{
	json_t *o = read_string("{\"a\":[{\"b\":\"text\"}]}"), *own;
	char *dump;

	(void)state;
	json_decref(o);
	json_decref(o);
	json_incref(o);
	assert_string_equal(json_text(json_array_get(json_object_get(o, "a"), 0), "b"), "text");

	own = json_pack("{s:s, s:[i,i]}", "k", "v", "l", 1,
			2); /* and Jansson outside of json_read is as ever */
	dump = json_dumps(own, JSON_COMPACT);
	assert_string_equal(dump, "{\"k\":\"v\",\"l\":[1,2]}");
	free(dump);
	json_decref(own);
}

static void
test_a_large_page(void **state)
{
	struct buf b = BUF_MAX(8 << 20);
	json_t *o;

	(void)state;
	buf_char(&b, '[');
	for (int i = 0; i < 20000; i++)
		buf_fmt(&b, "%s{\"id\":\"%d\",\"n\":%d,\"text\":\"%0100d\"}", i ? "," : "", i, i, i);
	buf_put(&b, ",\"");
	for (int i = 0; i < 200000; i++)
		buf_char(&b, 'x');
	buf_put(&b, "\"]");
	assert_false(b.over);
	o = json_read(arena, b.data, b.len, NULL);
	assert_int_equal(json_array_size(o), 20001);
	for (size_t i = 0; i < 20000; i++)
		assert_int_equal(json_int(json_array_get(o, i), "n", -1), i);
	assert_int_equal(json_string_length(json_array_get(o, 20000)), 200000);
	buf_free(&b);
}

static void
test_quote(void **state)
{
	struct buf b = BUF_MAX(100);

	(void)state;
	assert_int_equal(json_quote(&b, "a\"\\\n\r\t\x01\x7f\xff\xe4\xb8\xad"), 0);
	assert_string_equal(buf_str(&b), "\"a\\\"\\\\\\n\\u000d\\t\\u0001\\u007f\xef\xbf\xbd\xe4\xb8\xad\"");
	buf_free(&b);
}

static int
before(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static int
after(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_values_or_their_absence, before, after),
		cmocka_unit_test_setup_teardown(test_money_is_taken_by_its_digits, before, after),
		cmocka_unit_test_setup_teardown(test_poison_is_repaired, before, after),
		cmocka_unit_test_setup_teardown(test_refuses_what_is_not_json, before, after),
		cmocka_unit_test_setup_teardown(test_arena_values_survive_a_stray_decref, before, after),
		cmocka_unit_test_setup_teardown(test_a_large_page, before, after),
		cmocka_unit_test(test_quote),
	};

	json_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
