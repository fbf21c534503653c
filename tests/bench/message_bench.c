/* message_bench.c - how many replies a second are compiled and filled in (one core, formatters open).
 * Links: i18n
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "i18n/message.h"

static const struct var_spec specs[] = {
	{"buyer_name", VAR_STR, 1}, {"n", VAR_INT, 0},  {"total", VAR_MONEY, 0},
	{"eta", VAR_DATE, 0},       {NULL, VAR_STR, 0},
};
static const struct var vars[] = {
	{.name = "buyer_name", .state = PRESENT, .str = "Erika Mustermann"},
	{.name = "n", .state = PRESENT, .num = 3},
	{.name = "total", .state = PRESENT, .money = {123450, "EUR"}},
	{.name = "eta", .state = PRESENT, .num = INT64_C(1782928800000)},
	{.name = NULL},
};
static const char text[] = "{has_buyer_name, select, yes {Guten Tag {buyer_name},} other {Guten Tag,}}\n\n"
			   "{n, plural, one {Ihr Artikel} other {Ihre # Artikel}} für {total} sollten bis "
			   "{eta, date} bei Ihnen sein.\n";

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct message_pattern *
compile(void)
{
	struct pattern_error e;
	struct message_pattern *p = message_compile(text, strlen(text), "de", specs, &e, NULL, NULL);

	if (!p) {
		fprintf(stderr, "%s %d:%d\n", e.code, e.line, e.column);
		exit(1);
	}
	return p;
}

int
main(void)
{
	const struct message_context context = {"de-DE", "Europe/Berlin", 0};
	const int renders = 200000, compiles = 2000;
	struct message_pattern *p = compile();
	struct buf out = BUF_MAX(64 * 1024);
	struct err err;
	double begin = seconds();

	for (int i = 0; i < renders; i++) {
		buf_clear(&out);
		if (message_render(p, vars, &context, &out, &err)) {
			fprintf(stderr, "%s\n", err.text);
			return 1;
		}
	}
	printf("%s%9.0f renders/s\n", buf_str(&out), renders / (seconds() - begin));
	begin = seconds();
	for (int i = 0; i < compiles; i++)
		message_free(compile());
	printf("%9.0f compiles/s\n", compiles / (seconds() - begin));
	message_free(p);
	message_cleanup();
	buf_free(&out);
	return 0;
}
