#include "contract.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "check.h"

const char *const role_names[] = {"poll", "ack", "look", "send", "redeem", "refresh"};

int
expect(struct check *k, int holds, const char *format, ...)
{
	char head[256];
	va_list ap;

	if (holds)
		return 1;
	k->failures++;
	snprintf(head, sizeof(head), "%s: %s: expected %.*s", k->c->name, k->place, (int)strcspn(format, "%"), format);
	if (strstr(buf_str(k->report), head)) /* told once is enough: 2,000 mutations may all show it */
		return 0;
	buf_fmt(k->report, "%s: %s: expected ", k->c->name, k->place);
	va_start(ap, format);
	buf_vfmt(k->report, format, ap);
	va_end(ap);
	buf_char(k->report, '\n');
	return 0;
}

struct place
place_at(const struct connector *c, int n)
{
	const struct stream *s;
	const struct action *a;
	const struct credential *r;

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
	return (struct place){0};
}

int
contract_check(const struct connector *c, const char *tapes, const char *bodies, struct buf *report)
{
	struct check k = {.c = c, .report = report};

	check_tables(&k);
	if (!k.failures) /* exchanges are found through the tables */
		check_exchanges(&k, tapes, bodies);
	return k.failures;
}
