/* open_list.c - walks a list of what is open, which knows no "changed since", without losing what leaves it.
 *
 * A sweep pages through the list first and reads things whole afterwards, so that rows have little time to shift between pages; pages
 * overlap for those that shift all the same.  What is new, looks otherwise than before or has vanished is then wanted.  A vanished
 * one that proves open slipped between two pages, or stays open outside of the list: it stays known and is looked at again after an hour.
 *
 * Once a day the sweep walks everything that was opened lately before it walks what is open: so what was opened and closed in between is met, too.
 *
 * The cursor holds every id with its state, so that a stop at any step costs at most one request: id, state (large: met among everything only) and print, note, again, id, …
 */
#include "ebay.h"

#include <ctype.h>
#include <string.h>

#define TRIES      4 /* for one thing that eBay fails on */
#define TRY_AGAIN  (30 * SECOND)
#define LOOK_AGAIN HOUR

/* States, as they stand in the cursor. */
#define KNOWN  'k' /* of the sweep before, not met yet */
#define MET    'm'
#define WANTED 'w' /* met, to be read whole */
#define GONE   'g' /* vanished, to be read whole */
#define APART  'a' /* open, though not in the list */

/* A number out of a stored cursor, kept where adding to it cannot overflow. */
static int64_t
number(const json_t *root, const char *key, int64_t most)
{
	int64_t n = json_int(root, key, 0);

	return n < 0 || n > most ? 0 : n;
}

static int
add(struct open_list *l, const struct open_id *one)
{
	if (l->nids == OPEN_MAX)
		return -1;
	if (l->nids == l->room) {
		const struct open_id *old = l->ids;

		l->room = l->room ? l->room * 2 : 64;
		l->ids = arena_alloc(l->arena, l->room * sizeof *l->ids);
		if (old)
			memcpy(l->ids, old, l->nids * sizeof *l->ids);
	}
	l->ids[l->nids++] = *one;
	return 0;
}

struct open_list *
open_list_read(const struct task *t)
{
	struct open_list *l = arena_zalloc(t->arena, sizeof *l);
	json_t *root = *t->cursor ? json_read(t->arena, t->cursor, strlen(t->cursor), NULL) : NULL;
	json_t *ids = json_list(root, "ids");
	size_t i;

	l->start = json_int(root, "start", 0);
	if (!l->start)
		l->start = t->now;
	l->offset = number(root, "offset", 1000000);
	l->total = number(root, "total", 1000000);
	l->met = number(root, "met", 1000000);
	l->tries = number(root, "tries", TRIES);
	l->step = number(root, "step", 100);
	l->last = json_flag(root, "last", 0);
	l->wide = json_int(root, "wide", 0);
	l->walk = number(root, "walk", OPEN_ONES);
	l->mark = json_text(root, "mark");
	l->said = json_obj(root, "said");
	l->arena = t->arena;
	for (i = 0; i + 3 < json_array_size(ids); i += 4) {
		const char *id = json_string_value(json_array_get(ids, i));
		const char *state = json_string_value(json_array_get(ids, i + 1));
		const char *note = json_string_value(json_array_get(ids, i + 2));
		json_int_t again = json_integer_value(json_array_get(ids, i + 3));

		if (id && *id && state && *state && strchr("kmwga", tolower((unsigned char)*state)))
			add(l, &(struct open_id){id, state + 1, note ? note : "", again,
						 (char)tolower((unsigned char)*state),
						 isupper((unsigned char)*state)});
	}
	return l;
}

struct open_list *
open_list_of_one(const struct task *t, const char *id)
{
	struct open_list *l = open_list_read(t);

	if (!l->nids)
		add(l, &(struct open_id){id, "", "", 0, GONE, 0});
	l->last = 1;
	return l;
}

static struct open_id *
find(struct open_list *l, const char *id)
{
	size_t i;

	for (i = 0; i < l->nids; i++)
		if (!strcmp(l->ids[i].id, id))
			return &l->ids[i];
	return NULL;
}

int
open_list_meet(struct open_list *l, const char *id, const char *print)
{
	struct open_id *one = find(l, id);

	if (!one) {
		l->met++;
		return add(l, &(struct open_id){id, print, "", 0, WANTED, l->walk == EVERYTHING});
	}
	if (l->walk == EVERYTHING)
		l->met += !one->closed;
	else
		l->met += one->closed || one->state == KNOWN || one->state == APART;
	one->closed = l->walk == EVERYTHING;
	if (strcmp(one->print, print) || (one->again && one->again <= l->start))
		one->state = WANTED;
	else if (one->state == KNOWN || one->state == APART)
		one->state = MET;
	one->print = print;
	return 0;
}

void
open_list_note(struct open_list *l, const char *id, const char *note)
{
	struct open_id *one = find(l, id);

	if (one)
		one->note = note;
}

/* All pages were read: what was not met is gone.  What is open apart from the list is looked at when its time has come. */
static void
look_for_gone(struct open_list *l)
{
	size_t i;

	for (i = 0; i < l->nids; i++)
		if (l->ids[i].state == KNOWN || (l->ids[i].state == APART && l->ids[i].again <= l->start))
			l->ids[i].state = GONE;
}

static void
walk_open_ones(struct open_list *l)
{
	l->walk = OPEN_ONES;
	l->offset = l->total = l->met = 0;
	l->last = 0;
	l->mark = NULL;
}

int
open_list_everything(struct open_list *l)
{
	if (l->walk == UNDECIDED)
		l->walk = !l->offset && l->start - l->wide >= DAY ? EVERYTHING : OPEN_ONES;
	return l->walk == EVERYTHING;
}

int64_t
open_list_since(const struct open_list *l, const struct task *t)
{
	return l->wide ? l->wide - DAY : l->start - (t->now - t->since);
}

enum outcome
open_list_full(struct open_list *l, struct found *f, const char *name)
{
	struct err why;

	if (l->walk != EVERYTHING)
		return later(f, "eBay: the list of %s has more than %d rows", name, OPEN_MAX);
	fail(&why, "eBay: the list of %s has more than %d rows", name, OPEN_MAX);
	if (f->odd(f, name, strlen(name), why.text))
		return LATER;
	l->wide = l->start;
	walk_open_ones(l);
	return open_list_next(l, f);
}

void
open_list_page(struct open_list *l, size_t rows, size_t step, int64_t total)
{
	l->offset += (int64_t)step;
	if (total > l->total)
		l->total = total;
	l->last = !rows || l->offset >= total;
	if (l->last && l->walk == EVERYTHING) {
		if (l->met >= l->total)
			l->wide = l->start;
		walk_open_ones(l);
	} else if (l->last) {
		look_for_gone(l);
	}
}

int
open_list_repeats(struct open_list *l, const char *first)
{
	if (l->offset && l->mark && first && !strcmp(l->mark, first))
		return 1;
	l->mark = first;
	return 0;
}

struct open_id *
open_list_wanted(const struct open_list *l)
{
	size_t i;

	if (l->last)
		for (i = 0; i < l->nids; i++)
			if (l->ids[i].state == WANTED || l->ids[i].state == GONE)
				return &l->ids[i];
	return NULL;
}

void
open_list_done_one(struct open_list *l, int open)
{
	struct open_id *one = open_list_wanted(l);
	const int apart = one && (one->state == GONE || one->closed);

	l->tries = l->step = 0;
	l->said = NULL;
	if (!one)
		return;
	if (!open && apart) {
		memmove(one, one + 1, (size_t)(l->ids + --l->nids - one) * sizeof *one);
		return;
	}
	one->again = apart ? l->start + LOOK_AGAIN : 0;
	one->state = apart ? APART : MET;
}

static int
append(const char *bytes, size_t len, void *buf)
{
	return buf_add(buf, bytes, len);
}

static void
write(const struct open_list *l, struct buf *out)
{
	const struct {
		const char *key;
		int64_t value;
	} numbers[] = {
		{"offset", l->offset}, {"total", l->total}, {"met", l->met},   {"tries", l->tries},
		{"step", l->step},     {"wide", l->wide},   {"walk", l->walk},
	};
	size_t i;

	buf_clear(out);
	buf_fmt(out, "{\"start\":%lld", (long long)l->start);
	for (i = 0; i < sizeof numbers / sizeof *numbers; i++)
		if (numbers[i].value)
			buf_fmt(out, ",\"%s\":%lld", numbers[i].key, (long long)numbers[i].value);
	if (l->last)
		buf_put(out, ",\"last\":true");
	if (l->mark) {
		buf_put(out, ",\"mark\":");
		json_quote(out, l->mark);
	}
	if (l->said) {
		buf_put(out, ",\"said\":");
		json_dump_callback(l->said, append, out, JSON_COMPACT);
	}
	buf_put(out, ",\"ids\":[");
	for (i = 0; i < l->nids; i++) {
		const struct open_id *one = &l->ids[i];
		const char state[2] = {(char)(one->closed ? toupper(one->state) : one->state), '\0'};

		if (i)
			buf_char(out, ',');
		json_quote(out, one->id);
		buf_fmt(out, ",\"%s", state);
		buf_put(out, one->print); /* a fingerprint: nothing to escape */
		buf_put(out, "\",");
		json_quote(out, one->note);
		buf_fmt(out, ",%lld", (long long)one->again);
	}
	buf_put(out, "]}");
}

/* When a sweep looks at more than its list, whatever that shows. */
static int64_t
until_next_look(const struct open_list *l)
{
	int64_t until =
		l->wide ? l->wide + DAY : INT64_MAX; /* those without a `wide` only ever walk what is open */
	size_t i;

	for (i = 0; i < l->nids; i++)
		if (l->ids[i].again && l->ids[i].again < until)
			until = l->ids[i].again;
	return until;
}

/* The sweep is over.  Rows that were counted but not met come with the next one. */
static void
finish(struct open_list *l, struct found *f)
{
	size_t i;

	if (l->met >= l->total) {
		f->covered = l->start;
		f->same_until = until_next_look(l);
	}
	for (i = 0; i < l->nids; i++) {
		if (l->ids[i].state != APART)
			l->ids[i].state = KNOWN;
		l->ids[i].closed = 0;
	}
	l->walk = UNDECIDED;
	l->start = l->offset = l->total = l->met = 0;
	l->last = 0;
	l->mark = NULL;
}

enum outcome
open_list_next(struct open_list *l, struct found *f)
{
	enum outcome o = MORE;

	if (l->last && !open_list_wanted(l)) {
		finish(l, f);
		o = DONE;
	}
	write(l, &f->cursor);
	if (f->cursor.over) {
		buf_clear(&f->cursor);
		o = later(f, "eBay: the place in the list is too long to note");
	}
	return o;
}

void
open_list_anew(const struct task *t, struct buf *cursor)
{
	struct open_list *l = open_list_read(t);
	size_t i;

	for (i = 0; i < l->nids; i++) {
		l->ids[i].print = "";
		l->ids[i].again = 0;
		l->ids[i].closed = 0;
		if (l->ids[i].state != APART)
			l->ids[i].state = KNOWN;
	}
	*l = (struct open_list){.ids = l->ids, .nids = l->nids};
	write(l, cursor);
}

enum outcome
open_list_failed(struct open_list *l, const struct response *rs, enum outcome o, struct found *f)
{
	/* eBay spoke about this one thing, rather than a gateway about everything */
	int its_own = rs->status == 500 && rs->len && rs->body[0] == '{';
	int missing = rs->status == 404;
	struct open_id *one = open_list_wanted(l);

	if (!one || (rs->status != 400 && !missing && !its_own))
		return o;
	f->wait = 0;
	if ((its_own && l->tries < TRIES) || (missing && !l->tries)) {
		f->wait = TRY_AGAIN << l->tries++;
	} else {
		if (f->odd(f, one->id, strlen(one->id), f->err.text))
			return LATER;
		open_list_done_one(l, !missing);
		if (!missing)
			one->again = l->start + LOOK_AGAIN;
	}
	f->err.text[0] = '\0';
	return open_list_next(l, f);
}
