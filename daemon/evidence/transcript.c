#include "daemon/evidence/transcript.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "base/text.h"

#define ENTRIES   1000
#define QUOTE_MAX 6000 /* bytes of one text that are shown; its hash is that of the whole */

const char *
utc(struct arena *arena, int64_t at)
{
	char text[INSTANT_TEXT];

	if (!at)
		return "";
	instant_format(at, text);
	return arena_fmt(arena, "%.10s %.8s UTC", text, text + 11);
}

void
add_block(json_t *blocks, const char *style, const char *label, const char *text, int group)
{
	json_array_append_new(blocks, json_pack("{s:s, s:s*, s:s, s:i}", "style", style, "label", label,
						"text", text, "group", group));
}

/* ---- gathering ---- */

struct gather {
	struct arena *arena;
	struct transcript *to;
	size_t room;
};

static void
add(struct gather *g, struct entry e)
{
	struct transcript *t = g->to;
	struct entry *more;

	if (t->n == g->room) {
		more = arena_alloc(g->arena, (g->room * 2 + 64) * sizeof *more);
		if (t->n)
			memcpy(more, t->entries, t->n * sizeof *more);
		t->entries = more;
		g->room = g->room * 2 + 64;
	}
	e.text = arena_strdup(g->arena, e.text ? e.text : "");
	e.what = arena_strdup(g->arena, e.what);
	e.number = t->n;
	t->entries[t->n++] = e;
}

static int64_t
time_of(const json_t *object, const char *key)
{
	int64_t at;

	return json_time(object, key, &at) == 1 ? at : 0;
}

static const char *
who_wrote(const json_t *message)
{
	if (json_flag(message, "automatic", 0))
		return "Automatic message";
	return json_text(message, "direction") && !strcmp(json_text(message, "direction"), "in") ? "Buyer"
												 : "Seller";
}

static void
add_conversation(struct gather *g, struct store *store, const char *id)
{
	json_t *c = view_show(store, id);
	const json_t *m;
	size_t i;

	json_array_foreach(json_list(c, "messages"), i, m)
		add(g, (struct entry){.at = time_of(m, "sent_at"),
				      .who = who_wrote(m),
				      .text = json_text(m, "text")});
	json_decref(c);
}

/* Two people may have the same name, and a guess may have linked somebody else's conversation to the order. */
static int
is_the_buyers(struct daemon *d, const struct situation *s, const char *id)
{
	int64_t number;
	char kind;

	return s->buyer && id && !local_id(id, &kind, &number) &&
	       conversation_buyer(d->store, number) == s->buyer;
}

static void
add_messages(struct gather *g, struct daemon *d, const struct situation *s)
{
	json_t *o = s->order ? view_show(d->store, arena_fmt(g->arena, "o%lld", (long long)s->order)) : NULL;
	const json_t *c;
	size_t i;

	json_array_foreach(json_list(o, "conversations"), i, c)
		if (is_the_buyers(d, s, json_text(c, "id")))
			add_conversation(g, d->store, json_text(c, "id"));
	if (!o && s->conversation)
		add_conversation(g, d->store, arena_fmt(g->arena, "c%lld", (long long)s->conversation));
	json_decref(o);
}

static int
same(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

static const char *
who_acted(const char *actor)
{
	return same(actor, "buyer") ? "Buyer" : same(actor, "seller") ? "Seller" : "Platform";
}

/* "REFUND, 5.00 EUR" */
static const char *
what_happened(struct arena *arena, const json_t *entry)
{
	const char *what = json_text(entry, "what") ? json_text(entry, "what") : "";
	const json_t *money = json_obj(entry, "amount");

	if (!json_text(money, "value") || !json_text(money, "currency"))
		return what;
	return arena_fmt(arena, "%s%s%s %s", what, *what ? ", " : "", json_text(money, "value"),
			 json_text(money, "currency"));
}

static void
add_history(struct gather *g, struct daemon *d, const struct situation *s)
{
	json_t *shown =
		s->dispute ? view_show(d->store, arena_fmt(g->arena, "d%lld", (long long)s->dispute)) : NULL;
	const json_t *h;
	size_t i;

	json_array_foreach(json_list(shown, "history"), i, h)
		add(g, (struct entry){.at = time_of(h, "at"),
				      .who = who_acted(json_text(h, "actor")),
				      .what = what_happened(g->arena, h),
				      .text = json_text(h, "text")});
	json_decref(shown);
}

static int
by_time(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return x->at != y->at ? (x->at > y->at) - (x->at < y->at)
			      : (x->number > y->number) - (x->number < y->number);
}

void
transcript_read(struct daemon *d, const struct situation *s, size_t bytes, struct transcript *t)
{
	struct gather g = {.arena = store_arena(d->store), .to = t};
	size_t read = 0, keep = 0;

	*t = (struct transcript){0};
	add_messages(&g, d, s);
	add_history(&g, d, s);
	if (t->n)
		qsort(t->entries, t->n, sizeof *t->entries, by_time);
	while (keep < t->n && keep < ENTRIES && read < bytes) {
		const size_t len = strlen(t->entries[t->n - ++keep].text);

		read += len < QUOTE_MAX ? len : QUOTE_MAX;
	}
	t->left_out = t->n - keep;
	t->entries += t->left_out;
	t->n = keep;
}

/* ---- writing ---- */

static void
add_hash(json_t *blocks, struct arena *arena, const char *text, size_t shown, int group)
{
	unsigned char hash[crypto_hash_sha256_BYTES];
	char hex[2 * sizeof hash + 1];
	const size_t n = strlen(text);

	crypto_hash_sha256(hash, (const unsigned char *)text, n);
	hex_encode(hash, sizeof hash, hex);
	add_block(blocks, "small", NULL,
		  shown == n
			  ? arena_fmt(arena, "SHA-256 of the text %s", hex)
			  : arena_fmt(arena, "SHA-256 of the whole text %s (%zu of its %zu bytes are shown)",
				      hex, shown, n),
		  group);
}

void
transcript_blocks(const struct transcript *t, struct arena *arena, json_t *blocks)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct entry *e = &t->entries[i];
		const size_t n = strlen(e->text), shown = utf8_fit(e->text, n, QUOTE_MAX);
		const int group = (int)i + 1;

		add_block(blocks, "head", NULL,
			  arena_fmt(arena, "%s   %s%s%s", e->at ? utc(arena, e->at) : "Time unknown", e->who,
				    e->what ? ": " : "", e->what ? e->what : ""),
			  group);
		if (!n)
			continue;
		add_block(blocks, "quote", NULL, arena_strndup(arena, e->text, shown), group);
		add_hash(blocks, arena, e->text, shown, group);
	}
}
