#include "contract.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "check.h"

const char *const role_names[] = {"poll", "ack", "look", "send", "redeem", "refresh", "check", "push"};

#define LINES_MAX 8 /* of one place: 2,000 mutations may all show the same mistake */

int
expect(struct inspection *k, int holds, const char *format, ...)
{
	struct buf line = BUF_MAX(4096);
	va_list ap;

	if (holds)
		return 1;
	buf_fmt(&line, "%s: %s: expected ", k->c->name, k->place);
	va_start(ap, format);
	buf_vfmt(&line, format, ap);
	va_end(ap);
	buf_char(&line, '\n');
	if (strcmp(k->place, k->told_of)) {
		strcpy(k->told_of, k->place);
		k->told = 0;
	}
	if (k->told < LINES_MAX && !strstr(buf_str(k->report), buf_str(&line))) {
		buf_put(k->report, buf_str(&line));
		k->told++;
	}
	k->failures++;
	buf_free(&line);
	return 0;
}

struct place
place_at(const struct connector *c, int n)
{
	const struct stream *s;
	const struct action *a;
	const struct credential *r;
	const struct check *h;

	for (s = c->streams; s && s->name; s++) {
		if (n-- == 0)
			return (struct place){POLL, s->name, &s->poll, NULL, NULL};
		if (s->ack.ask && n-- == 0)
			return (struct place){ACK, s->name, &s->ack, NULL, NULL};
	}
	for (a = c->actions; a && a->kind; a++) {
		if (a->look.ask && n-- == 0)
			return (struct place){LOOK, a->kind, &a->look, a, NULL};
		if (n-- == 0)
			return (struct place){SEND, a->kind, &a->send, a, NULL};
	}
	for (r = c->credentials; r && r->name; r++) {
		if (r->redeem.ask && n-- == 0)
			return (struct place){REDEEM, r->name, &r->redeem, NULL, r};
		if (r->refresh.ask && n-- == 0)
			return (struct place){REFRESH, r->name, &r->refresh, NULL, r};
	}
	for (h = c->checks; h && h->name; h++)
		if (n-- == 0)
			return (struct place){CHECK, h->name, &h->x, NULL, NULL};
	if (c->push && c->push->key.ask && n == 0)
		return (struct place){PUSH_KEY, "key", &c->push->key, NULL, NULL};
	return (struct place){0};
}

int
contract_check(const struct connector *c, const char *tapes, const char *bodies, struct buf *report)
{
	struct inspection k = {.c = c, .report = report};

	check_tables(&k);
	if (!k.failures) /* exchanges are found through the tables */
		check_exchanges(&k, tapes, bodies);
	return k.failures;
}
