/* The last check before a text leaves: what eBay's policy refuses, where, and that it leaves the rest alone. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "connectors/base/instant.h"
#include "daemon/policy/policy.h"
#include "daemon/template/library.h"

#include <cmocka.h>

#include "daemon_firewall_texts.h"

static struct policy *policy;
static int64_t now;

static const char *
root(void)
{
	const char *share = getenv("SUPERCARGO_SHARE");

	return share ? share : ".";
}

static int
setup(void **state)
{
	(void)state;
	instant_parse("2026-11-01T00:00:00Z", &now);
	return (policy = policy_load(root(), "ebay", NULL)) ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	policy_free(policy);
	message_cleanup();
	return 0;
}

/* 1: not refused by this row, or not at a place in it.  The text stands between harmless words, which must not be part of the place. */
static int
passes(const char *row, const char *text)
{
	static const char before[] = "Guten Tag, 您好， ";
	char whole[1024], words[ERR_MAX];
	struct offence o = {0};
	struct err err = {""};
	int r;

	snprintf(whole, sizeof whole, "%s%s ", before, text);
	r = policy_offence(policy, "reply", whole, now, &o, &err);
	if (!r) {
		print_error("not refused: %s\n", text);
		return 1;
	}
	err_english(err.text, words, sizeof words);
	if (strcmp(o.row, row) != 0 || !strstr(words, o.source) || !o.len || o.start < strlen(before) - 1 ||
	    o.start + o.len > strlen(before) + strlen(text)) {
		print_error("expected %s: %s\n  found %s at %zu+%zu: %s\n", row, text, o.row, o.start, o.len,
			    words);
		return 1;
	}
	return 0;
}

static void
test_refused(void **state)
{
	const size_t n = sizeof refused / sizeof *refused;
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < n; i++)
		bad += passes(refused[i].row, refused[i].text);
	assert_true(n >= 80);
	assert_int_equal(bad, 0);
}

static void
test_harmless(void **state)
{
	const size_t n = sizeof harmless / sizeof *harmless;
	char words[ERR_MAX];
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < n; i++) {
		struct offence o;
		struct err err;

		if (!policy_offence(policy, "reply", harmless[i], now, &o, &err))
			continue;
		err_english(err.text, words, sizeof words);
		print_error("refused: %s\n  %s\n", harmless[i], words);
		bad++;
	}
	assert_true(n >= 80);
	assert_int_equal(bad, 0);
}

/* Every shipped text with its samples, with and without what is optional. */
static void
test_library(void **state)
{
	char templates[1024], words[ERR_MAX], got[LOCALE_MAX];
	struct library *lib;
	int bad = 0, n = 0;

	(void)state;
	snprintf(templates, sizeof templates, "%s/templates", root());
	assert_non_null(lib = library_load(templates, "", NULL, NULL, NULL));
	for (const char *const *id = library_ids(lib); *id; id++)
		for (const char *const *l = library_locales(lib, *id); *l; l++)
			for (int without = 0; without < 2; without++, n++) {
				const struct var_spec *spec = library_scenario(lib, *id)->vars;
				struct buf text = BUF_MAX(64 << 10);
				struct var vars[64];
				struct offence o;
				struct err err;
				int i = 0;

				for (; spec[i].name; i++) {
					vars[i] = library_samples(lib, *id)[i];
					if (spec[i].optional && without)
						vars[i].state = ABSENT;
				}
				vars[i].name = NULL;
				assert_int_equal(
					library_render(lib, *id, *l, "", "UTC", vars, &text, got, &err), 0);
				if (policy_offence(policy, "order.message", buf_str(&text), now, &o, &err)) {
					err_english(err.text, words, sizeof words);
					print_error("%s/%s: %s\n", *id, *l, words);
					bad++;
				}
				buf_free(&text);
			}
	assert_true(n > 1000);
	assert_int_equal(bad, 0);
	library_free(lib);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_harmless),
		cmocka_unit_test(test_library),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
