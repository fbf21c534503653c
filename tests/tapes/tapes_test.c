/* Plays every tape and compares it with what is written beside it (NAME.expect); then reads each answer cut short and damaged.
 * With TAPES_WRITE=1 the results are written instead: look at the difference before keeping it. */
#include "../test.h"

#include <glob.h>
#include <stdio.h>

#include "base/json.h"
#include "recorder.h"
#include "tape.h"

#define CUTS 400 /* places per tape, at most */

static glob_t tapes;

static char *
expect_name(const char *tape)
{
	char *name = must_alloc(strlen(tape) + 4);

	sprintf(name, "%.*sexpect", (int)(strlen(tape) - strlen("tape")), tape);
	return name;
}

static void
read_whole(const char *file, struct buf *out)
{
	char chunk[4096];
	size_t n;
	FILE *f = fopen(file, "rb");

	while (f && (n = fread(chunk, 1, sizeof chunk, f)))
		buf_add(out, chunk, n);
	if (f)
		fclose(f);
}

static void
test_every_tape_gives_what_is_expected(void **state)
{
	int wrong = 0;
	size_t i;

	(void)state;
	assert_true(tapes.gl_pathc >= 20);
	for (i = 0; i < tapes.gl_pathc; i++) {
		struct buf got = BUF_MAX(8 << 20), expected = BUF_MAX(8 << 20);
		struct tape *t = tape_read(tapes.gl_pathv[i]);
		char *name = expect_name(tapes.gl_pathv[i]);

		tape_play(t, &got);
		if (getenv("TAPES_WRITE")) {
			FILE *f = fopen(name, "wb");

			assert_non_null(f);
			fwrite(buf_str(&got), 1, got.len, f);
			fclose(f);
		} else {
			read_whole(name, &expected);
			if (strcmp(buf_str(&got), buf_str(&expected))) {
				print_error("%s:\n--- expected\n%s--- found\n%s\n", tapes.gl_pathv[i],
					    buf_str(&expected), buf_str(&got));
				wrong++;
			}
		}
		buf_free(&got);
		buf_free(&expected);
		free(name);
		tape_free(t);
	}
	assert_int_equal(wrong, 0);
}

/* The bytes of a tape's answer without white space at its end: a cut there loses nothing. */
static size_t
substance(const struct tape *t)
{
	size_t len = t->answer.rs.len;

	while (len && strchr(" \t\r\n", t->answer.rs.body[len - 1]))
		len--;
	return len;
}

static int
is_once(const struct tape *t)
{
	struct request r;
	struct err err;
	int once = !tape_ask(t, &r, &err) && r.once;

	request_free(&r);
	return once;
}

static void
test_a_cut_answer_gives_nothing(void **state)
{
	size_t i, at, len, step, cuts = 0;

	(void)state;
	for (i = 0; i < tapes.gl_pathc; i++) {
		struct tape *t = tape_read(tapes.gl_pathv[i]);
		enum outcome o, wanted = is_once(t) ? UNSURE : LATER;
		int records;

		len = t->answer.rs.status >= 200 && t->answer.rs.status <= 299 ? substance(t) : 0;
		step = len / CUTS + 1;
		for (at = 0; at < len; at += step, cuts++) {
			/* its own allocation, so that reading past the cut is seen */
			char *body = must_strndup(t->answer.rs.body, at);

			o = tape_answer(t, body, at, &records);
			if (o != wanted || records)
				print_error("%s cut at %zu: outcome %d, %d records\n", tapes.gl_pathv[i], at,
					    o, records);
			assert_int_equal(o, wanted);
			assert_int_equal(records, 0);
			free(body);
		}
		tape_free(t);
	}
	assert_true(cuts > 1000);
}

static void
test_a_damaged_answer_is_survived(void **state)
{
	static const char damage[] = {'\0', '"', '{', ']', '<', '\xff', '9'};
	size_t i, d, at, len, step;

	(void)state;
	for (i = 0; i < tapes.gl_pathc; i++) {
		struct tape *t = tape_read(tapes.gl_pathv[i]);
		int records;

		len = t->answer.rs.status ? t->answer.rs.len : 0;
		step = len / 150 + 1;
		for (at = 0; at < len; at += step) {
			for (d = 0; d < sizeof damage; d++) {
				char *body = must_strndup(t->answer.rs.body, len);
				enum outcome o;

				body[at] = damage[d];
				o = tape_answer(t, body, len, &records);
				assert_true(o >= DONE && o <= REFUSED);
				free(body);
			}
		}
		tape_free(t);
	}
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_tape_gives_what_is_expected),
		cmocka_unit_test(test_a_cut_answer_gives_nothing),
		cmocka_unit_test(test_a_damaged_answer_is_survived),
	};
	char pattern[4096];
	int failed;

	if (argc != 2) {
		fprintf(stderr, "usage: tapes_test DIRECTORY\n");
		return 2;
	}
	json_setup();
	snprintf(pattern, sizeof pattern, "%s/*.tape", argv[1]);
	if (glob(pattern, 0, NULL, &tapes))
		return 2;
	failed = cmocka_run_group_tests_name(argv[1], tests, NULL, NULL);
	globfree(&tapes);
	return failed;
}
