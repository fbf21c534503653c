#include "truth.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "trial.h"

#define TOLD_MAX 40 /* findings that have a line; the others are only counted */

const char *
when(int64_t at)
{
	static char spaces[4][INSTANT_TEXT];
	static unsigned next;
	char *space = spaces[next++ % 4];

	instant_format(at, space);
	return space;
}

void
finding(struct trial *t, int *count, const char *pattern, ...)
{
	const struct findings *f = t->f;
	va_list args;

	if (f->lost + f->doubled + f->unexplained < TOLD_MAX) {
		fprintf(t->out, "seed %llu: %s: seller %d: ", (unsigned long long)t->w->seed,
			count == &f->lost      ? "lost"
			: count == &f->doubled ? "doubled"
					       : "unexplained",
			t->seller);
		va_start(args, pattern);
		vfprintf(t->out, pattern, args);
		va_end(args);
		fputc('\n', t->out);
	}
	++*count;
}

static void
bind(sqlite3_stmt *q, const char *types, va_list args)
{
	for (int i = 0; types[i]; i++)
		if (types[i] == 'i')
			sqlite3_bind_int64(q, i + 1, va_arg(args, int64_t));
		else
			sqlite3_bind_text(q, i + 1, va_arg(args, const char *), -1, SQLITE_TRANSIENT);
}

static sqlite3_stmt *
prepared(struct trial *t, const char *sql)
{
	for (int i = 0; i < t->nstatements; i++)
		if (t->texts[i] == sql) {
			sqlite3_reset(t->statements[i]);
			return t->statements[i];
		}
	if (sqlite3_prepare_v2(t->db, sql, -1, &t->statements[t->nstatements], NULL)) {
		fprintf(stderr, "truth: %s: %s\n", sql, sqlite3_errmsg(t->db));
		abort();
	}
	t->texts[t->nstatements] = sql;
	return t->statements[t->nstatements++];
}

sqlite3_stmt *
ask_store(struct trial *t, const char *sql, const char *types, ...)
{
	sqlite3_stmt *q = prepared(t, sql);
	va_list args;

	va_start(args, types);
	bind(q, types, args);
	va_end(args);
	return q;
}

int
next_row(sqlite3_stmt *q)
{
	return sqlite3_step(q) == SQLITE_ROW;
}

int64_t
number_of(struct trial *t, const char *sql, const char *types, ...)
{
	sqlite3_stmt *q = prepared(t, sql);
	va_list args;
	int64_t n;

	va_start(args, types);
	bind(q, types, args);
	va_end(args);
	n = next_row(q) ? sqlite3_column_int64(q, 0) : 0;
	sqlite3_reset(q);
	return n;
}

const char *
column(sqlite3_stmt *q, int i)
{
	const char *text = (const char *)sqlite3_column_text(q, i);

	return text ? text : "";
}

int
is_hand_text(const struct trial *t, const char *text)
{
	size_t n;
	struct by_hand *const *list = people_by_hand(t->people, &n);

	for (size_t i = 0; i < n; i++)
		if (list[i]->seller == t->seller && !strcmp(list[i]->text, text))
			return 1;
	return 0;
}

/* ---- the whole store ---- */

static void
verify(struct trial *t, const char *file)
{
	char why[200];

	if (!store_is_sound(file, why))
		finding(t, &t->f->unexplained, "verify: %s", why);
}

static void
odd_items(struct trial *t)
{
	sqlite3_stmt *q = ask_store(t, "SELECT stream, why, CAST(item AS TEXT) FROM odd", "");

	while (next_row(q))
		finding(t, &t->f->unexplained, "an odd item in %s: %s: %.200s", column(q, 0), column(q, 1),
			column(q, 2));
}

static void
count(struct trial *t)
{
	struct counts *c = &t->w->counts;

	c->sent = number_of(t, "SELECT count(*) FROM outbox WHERE state = 'sent'", "");
	c->in_doubt = number_of(t, "SELECT count(*) FROM journal WHERE kind = 'unsure'", "");
	c->in_doubt_arrived = number_of(t,
					"SELECT count(*) FROM journal j WHERE kind = 'sent' AND EXISTS "
					"(SELECT 1 FROM journal u WHERE u.ref = j.ref"
					" AND u.kind = 'unsure' AND u.id < j.id)",
					"");
	c->in_doubt_absent = number_of(t,
				       "SELECT count(*) FROM journal j WHERE kind = 'ready' AND 'unsure' = "
				       "(SELECT kind FROM journal u WHERE u.ref ="
				       " j.ref AND u.id < j.id ORDER BY u.id DESC LIMIT 1)",
				       "");
	c->refunds_by_rules = number_of(t,
					"SELECT count(*) FROM outbox WHERE state = 'sent' AND moves > 0 AND "
					"rule IS NOT NULL AND operator IS NULL",
					"");
	c->beyond_limits = number_of(
		t, "SELECT count(*) FROM journal WHERE facts LIKE '%money waits for approval%the limit%'",
		"");
	c->contests = number_of(
		t, "SELECT count(*) FROM outbox WHERE state = 'sent' AND kind = 'chargeback.contest'", "");
	c->fallbacks = number_of(
		t, "SELECT count(*) FROM outbox WHERE instead_of IS NOT NULL AND state = 'sent'", "");
	c->fallbacks_money = number_of(
		t,
		"SELECT count(*) FROM outbox WHERE instead_of IS NOT NULL AND state = 'sent' AND moves > 0",
		"");
	c->fallbacks_refused = number_of(t, "SELECT count(*) FROM journal WHERE kind = 'fallback'", "");
	c->held = number_of(t,
			    "SELECT count(*) FROM journal WHERE kind = 'held' OR kind = 'wish' AND facts "
			    "LIKE '%\"state\":\"held\"%'",
			    "");
}

void
truth_check(struct world *w, const struct people *p, const char *store, struct findings *f, FILE *out)
{
	struct trial *t = must_zalloc(sizeof *t);
	char name[24];

	w->counts.crossed = 0;
	t->w = w;
	t->people = p;
	t->f = f;
	t->out = out;
	if (sqlite3_open_v2(store, &t->db, SQLITE_OPEN_READONLY, NULL)) {
		finding(t, &f->lost, "the store cannot be opened: %s", sqlite3_errmsg(t->db));
		goto out;
	}
	verify(t, store);
	odd_items(t);
	for (t->seller = 0; t->seller < SELLERS; t->seller++) {
		snprintf(name, sizeof name, "shop-%d", t->seller + 1);
		t->account = number_of(t, "SELECT id FROM account WHERE name = ?", "s", name);
		disputes_tick(w->sellers[t->seller], w->now);
		truth_of_intake(t);
		truth_of_messages(t);
		truth_of_deeds(t);
		truth_of_money(t);
		truth_of_fallbacks(t);
		truth_of_reasons(t);
	}
	count(t);
out:
	for (int i = 0; i < t->nstatements; i++)
		sqlite3_finalize(t->statements[i]);
	sqlite3_close(t->db);
	free(t);
}
