/* budget.c - calls counted in the current window of each budget.
 *
 * The counts live in memory and go into the file with the next turn that has something else to write, since a turn that only asks for
 * something else needs no commit of its own.  A kill forgets the calls since the last commit, of two minutes at most.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/store/db.h"

struct counted {
	char *owner, *budget;
	int64_t window, used;
	enum { SAVED, CHANGED, WRITTEN } state; /* WRITTEN: by a turn that is not committed yet */
};

static struct counted *
add(struct store *s, const char *owner, const char *budget)
{
	struct counted *grown = realloc(s->counted, (s->ncounted + 1) * sizeof *grown);

	if (!grown)
		abort();
	s->counted = grown;
	grown[s->ncounted] = (struct counted){.owner = must_strdup(owner), .budget = must_strdup(budget)};
	return &grown[s->ncounted++];
}

static void
load(struct store *s)
{
	sqlite3_stmt *q = QUERY(s, "SELECT owner, budget, window_start, used FROM budget");
	struct counted *c;

	while (sql_row(s, q)) {
		c = add(s, (const char *)sqlite3_column_text(q, 0), (const char *)sqlite3_column_text(q, 1));
		c->window = col_int(q, 2);
		c->used = col_int(q, 3);
	}
	s->budgets_loaded = !s->failed;
}

static struct counted *
find(struct store *s, const char *owner, const char *budget)
{
	if (!s->budgets_loaded)
		load(s);
	for (size_t i = 0; i < s->ncounted; i++)
		if (!strcmp(s->counted[i].owner, owner) && !strcmp(s->counted[i].budget, budget))
			return &s->counted[i];
	return NULL;
}

int64_t
budget_used(struct store *s, const char *owner, const char *budget, int64_t window_start)
{
	const struct counted *c = find(s, owner, budget);

	return c && c->window == window_start ? c->used : 0;
}

int64_t
budget_window(struct store *s, const char *owner, const char *budget)
{
	const struct counted *c = find(s, owner, budget);

	return c ? c->window : 0;
}

void
budget_add(struct store *s, const char *owner, const char *budget, int64_t window_start, int64_t n)
{
	struct counted *c = find(s, owner, budget);

	if (!c)
		c = add(s, owner, budget);
	if (c->window != window_start)
		c->used = 0;
	c->window = window_start;
	c->used += n;
	c->state = CHANGED;
}

int64_t
budget_beyond(struct store *s, const char *these, const char *except, const char *budget,
	      int64_t window_start, int64_t free, int64_t most)
{
	const size_t n = strlen(these);
	int64_t sum = 0;

	find(s, these, budget); /* so that all are here */
	for (size_t i = 0; i < s->ncounted; i++) {
		const struct counted *c = &s->counted[i];

		if (c->window == window_start && c->used > free && !strcmp(c->budget, budget) &&
		    !strncmp(c->owner, these, n) && c->owner[n] == '\n' && strcmp(c->owner, except) != 0)
			sum += c->used - free < most ? c->used - free : most;
	}
	return sum;
}

void
budgets_write(struct store *s)
{
	for (size_t i = 0; i < s->ncounted; i++) {
		struct counted *c = &s->counted[i];

		if (c->state != CHANGED)
			continue;
		DO(s,
		   "INSERT INTO budget (owner, budget, window_start, used) VALUES (?, ?, ?, ?) ON CONFLICT "
		   "DO UPDATE"
		   " SET used = excluded.used, window_start = excluded.window_start",
		   TEXT(c->owner), TEXT(c->budget), INT(c->window), INT(c->used));
		c->state = WRITTEN;
	}
}

void
budgets_written(struct store *s, int committed)
{
	for (size_t i = 0; i < s->ncounted; i++)
		if (s->counted[i].state == WRITTEN)
			s->counted[i].state = committed ? SAVED : CHANGED;
}

void
budgets_free(struct store *s)
{
	for (size_t i = 0; i < s->ncounted; i++) {
		free(s->counted[i].owner);
		free(s->counted[i].budget);
	}
	free(s->counted);
}
