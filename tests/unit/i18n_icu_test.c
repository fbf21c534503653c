/* Our syntax, quoting, # and plural choice against ICU's own formatter, over every short pattern of an alphabet of its
 * delicate pieces.  ICU's C formatter knows numbered arguments only: {n} and {name} are {0} and {1} for it. */
#include "i18n_message_helper.h"

#include <unicode/umsg.h>
#include <unicode/ustring.h>

static const struct message_context us = {"en-US", "UTC", 0};

/* {n…} as {0…}, {name…} and {choice…} as {1…}. */
static void
number_arguments(const char *text, struct buf *out)
{
	for (; *text; text++)
		if (!strncmp(text, "{name", 5) && strchr(",} ", text[5]))
			buf_put(out, "{1"), text += 4;
		else if (!strncmp(text, "{choice", 7))
			buf_put(out, "{1"), text += 6;
		else if (!strncmp(text, "{n", 2) && text[2] && strchr(",} ", text[2]))
			buf_put(out, "{0"), text += 1;
		else
			buf_char(out, *text);
}

static UMessageFormat *icu;

/* What ICU makes of it; 0, or -1 when it refuses. */
static int
icu_rendered(const char *text, double n, char *out, size_t size)
{
	static const UChar name[] = u"Jo";
	struct buf numbered = BUF_MAX(4096);
	UChar wide[1024], result[1024];
	UErrorCode e = U_ZERO_ERROR;
	int32_t length;

	buf_put(&numbered,
		"{0,number}{1}|"); /* so that both are used, in this order, as C arguments must be */
	number_arguments(text, &numbered);
	u_strFromUTF8(wide, 1024, &length, buf_str(&numbered), -1, &e);
	buf_free(&numbered);
	assert_false(U_FAILURE(e));
	if (!icu) /* one for all: umsg_open leaks when it refuses */
		icu = umsg_open(u"", 0, "en_US", NULL, &e);
	umsg_applyPattern(icu, wide, length, NULL, &e);
	length = umsg_format(icu, result, 1024, &e, n, name);
	if (!U_FAILURE(e))
		u_strToUTF8(out, (int32_t)size, NULL, result, length, &e);
	if (U_FAILURE(e))
		return -1;
	memmove(out, strchr(out, '|') + 1, strlen(strchr(out, '|') + 1) + 1);
	return 0;
}

static int refused, accepted;

static void
compare(const char *text, int64_t n)
{
	const struct var vars[] = {{.name = "n", .state = PRESENT, .num = n},
				   {.name = "name", .state = PRESENT, .str = "Jo"},
				   {.name = "choice", .state = PRESENT, .str = "Jo"},
				   {.name = NULL}};
	char theirs[4096];
	int icu_refused = icu_rendered(text, (double)n, theirs, sizeof theirs);
	const char *ours = rendered(text, "en", &us, vars);
	struct buf quoted = BUF_MAX(4096);

	if (!strncmp(ours, "ERROR ", 6)) {
		refused++;
		/* The one thing that we are stricter in. */
		if (!icu_refused && !strstr(ours, "this } closes nothing"))
			differ("%s\n\tours %s\n\tICU  %s", text, ours, theirs);
		return;
	}
	accepted++;
	number_arguments(ours, &quoted); /* what was quoted stands in both as it was written */
	if (icu_refused || strcmp(theirs, buf_str(&quoted)))
		differ("%s\n\tours %s\n\tICU  %s", text, ours, icu_refused ? "refuses" : theirs);
	buf_free(&quoted);
}

static void
compare_all(const char *before, const char *after, int64_t n)
{
	static const char *const pieces[] = {"'", "{", "}", "#", "!", "{name}", ""};
	enum { PIECES = sizeof pieces / sizeof *pieces, LENGTH = 5 };

	refused = accepted = 0;
	for (int i = 0; i < PIECES * PIECES * PIECES * PIECES * PIECES; i++) {
		char text[256];
		int rest = i;

		strcpy(text, before);
		for (int k = 0; k < LENGTH; k++, rest /= PIECES)
			strcat(text, pieces[rest % PIECES]);
		strcat(text, after);
		compare(text, n);
	}
	assert_true(accepted > 500 && refused > 500);
}

static void
short_patterns_outside(void **state)
{
	(void)state;
	compare_all("", "", 3);
}

static void
short_patterns_in_a_plural(void **state)
{
	(void)state;
	compare_all("{n,plural,offset:1 one{o}other{", "}}", 3);
}

static void
short_patterns_in_a_select_of_a_plural(void **state)
{
	(void)state;
	compare_all("{n,plural,one{}other{{choice,select,Jo{", "}other{#}}#}}", 3);
}

static void
choices(void **state)
{
	static const char *const patterns[] = {
		"{n,plural,=0{no}one{# item}other{# items}}",
		"{n,plural,offset:1 =0{no}=1{just}=2{two}one{# and}other{# more}}",
		"{n, plural, offset: 2 one {#} two{x} few{y} other {#}}",
		"{n ,selectordinal, one {#st} two {#nd} few {#rd} other {#th} }",
		"{n,plural,other{#}}{n,selectordinal,other{#}}",
		"{n,number}",
		"{n,plural,one{{n,plural,offset:1 =1{in}other{#}}}other{{n,plural,offset:5 other{#}} #}}",
		"{n,number,percent}{n,number,::percent}{n,number,:: .00 }",
		"{n,plural,=1000000{a million}other{#}}",
		"{n,plural,=-3{minus}other{#}}",
		"{choice,select,Jo{# {n,plural,other{#}}}other{}}",
		"{choice, select, a_b {1} Jo2 {2} other {'#'#}}",
	};
	static const int64_t numbers[] = {0, 1, 2, 3, 4, 11, 12, 21, 22, 23, 101, 111, 1000, 1000000, -1, -3};

	(void)state;
	for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
		for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
			compare(patterns[i], numbers[k]);
}

static int
cleanup(void **state)
{
	(void)state;
	umsg_close(icu);
	message_cleanup();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(short_patterns_outside),
		cmocka_unit_test(short_patterns_in_a_plural),
		cmocka_unit_test(short_patterns_in_a_select_of_a_plural),
		cmocka_unit_test(choices),
	};

	return cmocka_run_group_tests(tests, NULL, cleanup);
}
