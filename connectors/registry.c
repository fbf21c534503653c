/* Every marketplace there is, and what all of them share. */
#include <stdarg.h>
#include <string.h>

#include "connector.h"

extern const struct connector ebay;

const struct connector *const connectors[] = {&ebay, NULL};

const struct connector *
connector_find(const char *name)
{
	const struct connector *const *c;

	for (c = connectors; *c; c++)
		if (strcmp((*c)->name, name) == 0)
			break;
	return *c;
}

const struct action *
connector_action(const struct connector *c, const struct account *account, const char *kind)
{
	const struct action *a;

	for (a = c->actions; a && a->kind; a++)
		if (strcmp(a->kind, kind) == 0 && (!a->wanted || a->wanted(account)))
			return a;
	return NULL;
}

const struct capability *
connector_capability(const struct connector *c, const struct account *account, const char *kind)
{
	const struct capability *row;

	for (row = c->capabilities; row && row->kind; row++)
		if (strcmp(row->kind, kind) == 0 && (!row->wanted || row->wanted(account)))
			return row;
	return NULL;
}

const char *
account_get(const struct account *account, const char *key)
{
	const struct setting *s;
	const struct key *k;

	for (s = account->settings; s && s->key; s++)
		if (strcmp(s->key, key) == 0)
			return s->value;
	for (k = account->connector ? account->connector->keys : NULL; k && k->name; k++)
		if (strcmp(k->name, key) == 0 && k->preset)
			return k->preset;
	return "";
}

enum outcome
outcome_of(const struct response *rs, int once, struct found *f)
{
	long s = rs->status;

	f->wait = rs->retry_after;
	if (s >= 200 && s <= 299)
		return DONE;
	if (s == 401) {
		fail(&f->err, "the platform refused the login (HTTP %ld)", s);
		return LOGIN;
	}
	if (s / 100 == 3 || s == 408 || s == 425 || s == 429 || s / 100 == 5) {
		if (s == 429)
			fail(&f->err, "the platform asks for fewer requests (HTTP %ld)", s);
		else if (s / 100 == 3)
			fail(&f->err,
			     "somebody between us and the platform sends us elsewhere (HTTP %ld); it is not "
			     "followed",
			     s);
		else
			fail(&f->err, "the platform could not answer (HTTP %ld)", s);
		return once ? UNSURE : LATER;
	}
	fail(&f->err, "the platform refused the request (HTTP %ld)", s);
	return REFUSED;
}

enum outcome
later(struct found *f, const char *pattern, ...)
{
	va_list ap;

	va_start(ap, pattern);
	vfail(&f->err, pattern, ap);
	va_end(ap);
	return LATER;
}
