/* sweep.c - walks a polled list again and again without a gap.
 *
 * A sweep asks for everything changed since `from`, with no upper end: what changes while we page stays in the list, so that rows
 * can only come twice, never slip out in front of us.  A row that leaves the list all the same (its order was erased), and one that a page
 * leaves out, show as a total that was never met, and then the next sweep begins at the same `from`.  A whole sweep moves `from` to its own
 * beginning, less an overlap for rows that eBay shows late.
 *
 * Things that a page only names (a conversation, an order's parcels) are noted in `todo` and fetched one a request before the next
 * page.  One that was read whole is `known` by its row in the list, and is not opened again while it looks just so, until the window reaches back.
 *
 * The cursor holds all of it, so that a stop at any step costs at most one request.  It is read and written with every
 * request, so what is to be opened is plain: id, item, row, shows, id, …, "" for what is not there.
 */
#include "ebay.h"

#include <stddef.h>
#include <string.h>

#define OVERLAP   (10 * MINUTE)
#define TRIES     4 /* for one thing that eBay fails on, or a list that does not show what it counts */
#define TRY_AGAIN (30 * SECOND)

static int64_t
earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* A count out of a stored cursor, kept where adding to it cannot overflow. */
static int64_t
count(const json_t *root, const char *key)
{
	int64_t n = json_int(root, key, 0);

	return n < 0 || n > INT64_C(1000000000) ? 0 : n;
}

static const char *
text_at(const json_t *list, size_t i)
{
	const char *s = json_string_value(json_array_get(list, i));

	return s && *s ? s : NULL;
}

/* Things to be opened, each of them `size` texts in a row. */
static void
todo_read(struct sweep *s, const json_t *list, size_t size)
{
	size_t i;

	for (i = 0; i + size <= json_array_size(list) && s->ntodo < SWEEP_TODO; i += size) {
		const char *id = text_at(list, i);

		if (id)
			s->todo[s->ntodo++] = (struct sweep_todo){id, text_at(list, i + 1),
								  size > 2 ? text_at(list, i + 2) : NULL,
								  size > 2 ? text_at(list, i + 3) : NULL};
	}
}

struct sweep *
sweep_read(const struct task *t)
{
	struct sweep *s = arena_alloc(t->arena, sizeof *s);
	json_t *root = *t->cursor ? json_read(t->arena, t->cursor, strlen(t->cursor), NULL) : NULL;

	memset(s, 0, offsetof(struct sweep, todo)); /* todo is long, and mostly empty */
	s->from = json_int(root, "from", t->since);
	s->start = json_int(root, "start", 0);
	if (!s->start && s->from > t->now)
		s->from = t->now - OVERLAP; /* a clock was wrong, and eBay refuses what lies in the future */
	s->hour = json_int(root, "hour", 0);
	s->wide = json_int(root, "wide", 0);
	s->offset = count(root, "offset");
	s->seen = count(root, "seen");
	s->total = count(root, "total");
	s->shifted = count(root, "shifted");
	s->again = count(root, "again");
	s->inner = count(root, "inner");
	s->met = count(root, "met");
	s->tries = count(root, "tries");
	s->last = json_flag(root, "last", 0);
	s->folder = json_int(root, "folder", 0) == 1;
	s->lacks = json_flag(root, "lacks", 0);
	s->torn = json_flag(root, "torn", 0);
	s->before = sweep_rows_read(t, json_list(root, "before"));
	s->within = sweep_rows_read(t, json_list(root, "within"));
	s->me = json_text(root, "me");
	known_read(&s->known, json_list(root, "known"));
	todo_read(s, json_list(root, "open"), 4);
	todo_read(s, json_list(root, "todo"), 2); /* of a former version: id, item, id, … */
	return s;
}

void
sweep_begin(struct sweep *s, const struct task *t)
{
	if (!s->start)
		s->start = t->now;
}

int
sweep_open(struct sweep *s, struct sweep_todo one)
{
	if (one.row && known_same(&s->known, one.id, one.row))
		return 0;
	if (s->ntodo == SWEEP_TODO)
		return -1;
	s->todo[s->ntodo++] = one;
	return 0;
}

void
sweep_doubt(struct sweep *s)
{
	s->todo[0].row = NULL;
}

void
sweep_done_one(struct sweep *s)
{
	if (s->ntodo && s->todo[0].row && !s->todo[0].shows)
		known_note(&s->known, s->todo[0].id, s->todo[0].row);
	if (s->ntodo)
		memmove(s->todo, s->todo + 1, --s->ntodo * sizeof *s->todo);
	s->inner = s->met = s->tries = 0;
	s->within.n = 0;
}

/* ---- a page ---- */

/* Rows that shifted stand for those in front, which changed after the sweep began: the next window shows them.  Not so behind a page that showed
 * less than it should: there they tell that it left something out. */
void
sweep_page(struct sweep *s, struct sweep_rows rows, size_t size, size_t overlap, int64_t total)
{
	const size_t had = rows.n < size ? rows.n : size, same = sweep_rows_shifted(&rows, &s->before);

	if (total < s->total || (overlap && s->before.n && same < overlap))
		s->torn = 1; /* some left: as many may have slipped away in front of us */
	if (total > s->total)
		s->total = total;
	s->seen += (int64_t)sweep_rows_fresh(&rows, &s->before);
	if (!s->lacks && same > overlap) {
		s->seen += (int64_t)(same - overlap);
		s->shifted += (int64_t)(same - overlap);
	}
	s->last = !rows.n || s->offset + (int64_t)(overlap ? had : size) >= total;
	s->lacks = rows.n < size;
	s->offset += (int64_t)(!overlap ? size : had > overlap ? had - overlap : 1);
	s->before = rows;
	if (s->last)
		s->before.n = 0;
}

/* Behind a page that left out its first rows the next one may begin as it did: what is missing then was never counted as met. */
int
sweep_repeats(const struct sweep *s, struct sweep_rows rows)
{
	return s->offset && !s->lacks && s->before.n && rows.n && s->before.ids[0] && rows.ids[0] &&
	       !strcmp(s->before.ids[0], rows.ids[0]);
}

enum sweep_inner
sweep_inner(struct sweep *s, struct sweep_rows rows, size_t step, int64_t total)
{
	s->met += (int64_t)sweep_rows_fresh(&rows, &s->within);
	s->inner += (int64_t)step;
	s->within = rows;
	if (sweep_rows_have(&rows, s->todo[0].shows))
		s->todo[0].shows = NULL;
	if (rows.n && s->inner < total)
		return INNER_MORE;
	s->within.n = 0;
	return s->met < total ? INNER_LACKS : INNER_WHOLE;
}

int
sweep_inner_again(struct sweep *s, struct found *f)
{
	if (s->tries == TRIES) {
		sweep_doubt(s);
		return 0;
	}
	s->inner = s->met = 0;
	f->wait = TRY_AGAIN << s->tries++;
	return 1;
}

static void
put_texts(struct buf *out, const char *const texts[], size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (i)
			buf_char(out, ',');
		json_quote(out, texts[i] ? texts[i] : "");
	}
}

void
sweep_write(const struct sweep *s, struct buf *out)
{
	const struct {
		const char *key;
		int64_t value;
	} numbers[] = {
		{"start", s->start}, {"hour", s->hour},   {"wide", s->wide},       {"offset", s->offset},
		{"seen", s->seen},   {"total", s->total}, {"shifted", s->shifted}, {"again", s->again},
		{"inner", s->inner}, {"met", s->met},     {"tries", s->tries},     {"folder", s->folder},
	};
	size_t i;

	buf_clear(out);
	buf_fmt(out, "{\"from\":%lld", (long long)s->from);
	for (i = 0; i < sizeof numbers / sizeof *numbers; i++)
		if (numbers[i].value)
			buf_fmt(out, ",\"%s\":%lld", numbers[i].key, (long long)numbers[i].value);
	if (s->last)
		buf_put(out, ",\"last\":true");
	if (s->lacks && !s->last)
		buf_put(out, ",\"lacks\":true");
	if (s->torn)
		buf_put(out, ",\"torn\":true");
	sweep_rows_write(&s->before, "before", out);
	sweep_rows_write(&s->within, "within", out);
	if (s->me) {
		buf_put(out, ",\"me\":");
		json_quote(out, s->me);
	}
	known_write(&s->known, out);
	for (i = 0; i < s->ntodo; i++) {
		buf_put(out, i ? "," : ",\"open\":[");
		put_texts(out,
			  (const char *const[]){s->todo[i].id, s->todo[i].item, s->todo[i].row,
						s->todo[i].shows},
			  4);
	}
	buf_put(out, s->ntodo ? "]}" : "}");
}

/* Once in a span a window reaches back by a span before the one that did so last: so what eBay shows late by up to a span is met.
 * A clock that went back is no reason to wait. */
static int64_t
reach_back(int64_t *last, int64_t span, int64_t start, int64_t from)
{
	const int64_t before = *last;

	if (before && start >= before && start - before < span)
		return from;
	*last = start;
	if (!before)
		return from;
	return earlier(from, earlier(before, start) - span);
}

/* Where the next window begins.  One that reaches back opens everything: what is shown late may stand in a thing whose row never changes. */
static int64_t
next_from(struct sweep *s)
{
	const int64_t from = s->start - OVERLAP > s->from ? s->start - OVERLAP : s->from;
	int64_t back = reach_back(&s->hour, HOUR, s->start, from);

	back = reach_back(&s->wide, DAY, s->start, back);
	if (back < from)
		s->known.n = 0;
	return back;
}

/* The sweep is over: the next one begins where this one began if every row was met, else where this one did.  A list that again and again counts more
 * than it shows is told, and left behind.  0, -1: a callback failed. */
static int
finish(struct sweep *s, struct found *f)
{
	const int whole = !s->torn && s->seen >= s->total;
	struct err why;
	int r = 0;

	if (!whole && s->again == TRIES) {
		fail(&why, "eBay: a list counts %lld rows and shows %lld, again and again",
		     (long long)s->total, (long long)s->seen);
		r = f->odd(f, why.text, strlen(why.text), why.text);
	}
	if (whole || s->again == TRIES) {
		f->covered = whole ? s->start : 0;
		s->from = next_from(s);
		s->again = 0;
	} else {
		s->again++;
	}
	s->start = s->offset = s->seen = s->total = s->shifted = 0;
	s->last = s->folder = s->lacks = s->torn = 0;
	s->before.n = 0;
	return r;
}

enum outcome
sweep_next(struct sweep *s, struct found *f)
{
	enum outcome o = MORE;

	if (!s->ntodo && s->last) {
		if (finish(s, f))
			return LATER;
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
		f->complete = !s->torn && s->seen - s->shifted >= s->total;
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
		sweep_doubt(s);
		sweep_done_one(s);
	}
	f->err.text[0] = '\0';
	return sweep_next(s, f);
}
