/* sweep.c - walks a polled list again and again without a gap.
 *
 * A sweep asks for everything changed since `from`, with no upper end: what changes while we page stays in the list, so that rows
 * can only come twice, never slip out in front of us.  A row that leaves the list all the same (its order was erased) shows as a
 * total that was never met, and then the next sweep begins at the same `from`.  A whole sweep moves `from` to its own beginning, less an
 * overlap for rows that eBay shows late; once a day to the beginning of the day before, for rows that it shows very late.
 *
 * Things that a page only names (a conversation, an order's parcels) are noted in `todo` and fetched one a request before the next
 * page.  The cursor holds all of it, so that a stop at any step costs at most one request.  It is read and written with every
 * request, so `todo` is plain: id, item or "", id, …
 */
#include "ebay.h"

#include <string.h>

#define OVERLAP   (10 * MINUTE)
#define TRIES     4 /* for one thing that eBay fails on */
#define TRY_AGAIN (30 * SECOND)

/* A count out of a stored cursor, kept where adding to it cannot overflow. */
static int64_t
count(const json_t *root, const char *key)
{
	int64_t n = json_int(root, key, 0);

	return n < 0 || n > INT64_C(1000000000) ? 0 : n;
}

struct sweep *
sweep_read(const struct task *t)
{
	struct sweep *s = arena_zalloc(t->arena, sizeof *s);
	json_t *root = *t->cursor ? json_read(t->arena, t->cursor, strlen(t->cursor), NULL) : NULL;
	json_t *todo = json_list(root, "todo");
	size_t i;

	s->from = json_int(root, "from", t->since);
	s->start = json_int(root, "start", 0);
	s->wide = json_int(root, "wide", 0);
	s->offset = count(root, "offset");
	s->seen = count(root, "seen");
	s->total = count(root, "total");
	s->inner = count(root, "inner");
	s->tries = count(root, "tries");
	s->last = json_flag(root, "last", 0);
	s->folder = json_int(root, "folder", 0) == 1;
	s->mark = json_text(root, "mark");
	s->me = json_text(root, "me");
	for (i = 0; i + 1 < json_array_size(todo); i += 2) {
		const char *id = json_string_value(json_array_get(todo, i));
		const char *item = json_string_value(json_array_get(todo, i + 1));

		if (id && *id)
			sweep_add(s, id, item && *item ? item : NULL);
	}
	return s;
}

void
sweep_begin(struct sweep *s, const struct task *t)
{
	if (!s->start)
		s->start = t->now;
}

int
sweep_add(struct sweep *s, const char *id, const char *item)
{
	if (s->ntodo == SWEEP_TODO)
		return -1;
	s->todo[s->ntodo++] = (struct sweep_todo){id, item};
	return 0;
}

void
sweep_done_one(struct sweep *s)
{
	if (s->ntodo)
		memmove(s->todo, s->todo + 1, --s->ntodo * sizeof *s->todo);
	s->inner = s->tries = 0;
}

void
sweep_page(struct sweep *s, size_t rows, size_t step, int64_t total)
{
	s->seen += (int64_t)(rows < step ? rows : step); /* more than were asked for: some came twice */
	s->offset += (int64_t)step;
	if (total > s->total)
		s->total = total;
	s->last = !rows || s->offset >= total;
}

int
sweep_repeats(struct sweep *s, const char *first)
{
	if (s->offset && s->mark && first && !strcmp(s->mark, first))
		return 1;
	s->mark = first;
	return 0;
}

void
sweep_write(const struct sweep *s, struct buf *out)
{
	const struct {
		const char *key;
		int64_t value;
	} numbers[] = {
		{"start", s->start}, {"wide", s->wide},   {"offset", s->offset}, {"seen", s->seen},
		{"total", s->total}, {"inner", s->inner}, {"tries", s->tries},   {"folder", s->folder},
	};
	size_t i;

	buf_clear(out);
	buf_fmt(out, "{\"from\":%lld", (long long)s->from);
	for (i = 0; i < sizeof numbers / sizeof *numbers; i++)
		if (numbers[i].value)
			buf_fmt(out, ",\"%s\":%lld", numbers[i].key, (long long)numbers[i].value);
	if (s->last)
		buf_put(out, ",\"last\":true");
	if (s->mark) {
		buf_put(out, ",\"mark\":");
		json_quote(out, s->mark);
	}
	if (s->me) {
		buf_put(out, ",\"me\":");
		json_quote(out, s->me);
	}
	for (i = 0; i < s->ntodo; i++) {
		buf_put(out, i ? "," : ",\"todo\":[");
		json_quote(out, s->todo[i].id);
		buf_char(out, ',');
		json_quote(out, s->todo[i].item ? s->todo[i].item : "");
	}
	buf_put(out, s->ntodo ? "]}" : "}");
}

/* Where the next window begins: at this sweep's start, less the overlap.  Once a day it goes back to the start of the day-old one, so that what eBay
 * showed later than the overlap is met too. */
static int64_t
next_from(struct sweep *s)
{
	int64_t from = s->start - OVERLAP;

	if (!s->wide)
		s->wide = s->start;
	if (s->start - s->wide >= DAY) {
		from = s->wide - OVERLAP;
		s->wide = s->start;
	} else if (from < s->from) {
		from = s->from;
	}
	return from;
}

/* The sweep is over: the next one begins where this one began if every row was met, else where this one did. */
static void
finish(struct sweep *s, struct found *f)
{
	if (s->seen >= s->total) {
		f->covered = s->start;
		s->from = next_from(s);
	}
	s->start = s->offset = s->seen = s->total = 0;
	s->last = s->folder = 0;
	s->mark = NULL;
}

enum outcome
sweep_next(struct sweep *s, struct found *f)
{
	enum outcome o = MORE;

	if (!s->ntodo && s->last) {
		finish(s, f);
		o = DONE;
	}
	sweep_write(s, &f->cursor);
	if (f->cursor.over) {
		buf_clear(&f->cursor);
		o = later(f, "eBay: the place in the list is too long to note");
	}
	return o;
}

enum outcome
sweep_look(struct sweep *s, struct found *f)
{
	enum outcome o = MORE;

	if (s->last) {
		f->complete = s->seen >= s->total;
		*s = (struct sweep){0}; /* the next look begins anew */
		o = DONE;
	}
	sweep_write(s, &f->cursor);
	return o;
}

enum outcome
sweep_failed(struct sweep *s, const struct response *rs, enum outcome o, struct found *f)
{
	/* eBay spoke about this one thing, rather than a gateway about everything */
	int its_own = rs->status == 500 && rs->len && rs->body[0] == '{';

	if (rs->status != 404 && rs->status != 400 && !its_own)
		return o;
	f->wait = 0;
	if (its_own && s->tries < TRIES) {
		f->wait = TRY_AGAIN << s->tries++;
	} else {
		if (rs->status != 404 && f->odd(f, s->todo[0].id, strlen(s->todo[0].id), f->err.text))
			return LATER;
		sweep_done_one(s);
	}
	f->err.text[0] = '\0';
	return sweep_next(s, f);
}
