#include "daemon/evidence/evidence.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "daemon/evidence/draw.h"
#include "daemon/evidence/transcript.h"

#define COVER_BYTES (200u << 10) /* kept free for the cover sheet, which is drawn last */
#define PAGE_BYTES  (12u << 10) /* of text: more than a page can hold in any script, so no more is laid out */
#define FILES_MAX   20
#define ITEMS_MAX   8
#define SHIPMENTS   5
#define CLAIM_MAX   700 /* bytes of the claim on the cover; the transcript has more of it */
#define TITLE_MAX   150
#define NO_LIMIT    (8u << 20) /* where the platform names none */

/* In English throughout: it is the platform's reviewer who reads this. */
struct pack {
	struct daemon *d;
	const struct situation *s;
	struct arena *arena;
	const struct conf_account *account;
	json_t *order; /* as `show` has it; owned */
	const char *title;
	struct transcript transcript;
	struct drawing rest;
	int count; /* files, the cover among them */
	int64_t each, all;
};

/* ---- the cover sheet ---- */

static void
fact(json_t *blocks, const char *label, const char *text)
{
	if (text && *text)
		add_block(blocks, "fact", label, text, 0);
}

/* At most so many bytes, whole characters. */
static const char *
cut(struct arena *arena, const char *text, size_t max)
{
	const size_t n = text ? strlen(text) : 0;

	return n <= max ? text : arena_fmt(arena, "%.*s ...", (int)utf8_fit(text, n, max), text);
}

static const char *
amount(struct arena *arena, const struct money *m)
{
	char text[MONEY_TEXT];

	if (!*m->currency || !m->minor)
		return NULL;
	money_format(m, text);
	return arena_fmt(arena, "%s %s", text, m->currency);
}

static const char *
person(struct arena *arena, const char *id, const char *name)
{
	return name && id && strcmp(name, id) != 0
		       ? arena_fmt(arena, "%s (%s)", cut(arena, name, TITLE_MAX), cut(arena, id, TITLE_MAX))
		       : cut(arena, id ? id : name, TITLE_MAX);
}

static void
put_claim(const struct pack *p, json_t *blocks)
{
	const struct situation *s = p->s;
	const char *kind = dispute_kind_name(s->dispute_kind);

	if (!s->dispute)
		return;
	add_block(blocks, "heading", NULL, arena_fmt(p->arena, "The %s", kind), 0);
	fact(blocks, "Number", cut(p->arena, s->dispute_remote, TITLE_MAX));
	fact(blocks, "Opened", utc(p->arena, s->opened));
	fact(blocks, "Reason", cut(p->arena, s->dispute_reason, TITLE_MAX));
	fact(blocks, "Amount claimed", amount(p->arena, &s->claimed));
	fact(blocks, "The buyer says", cut(p->arena, s->dispute_text, CLAIM_MAX));
}

static void
put_items(const struct pack *p, json_t *blocks)
{
	const json_t *list = json_list(p->order, "items"), *item;
	const size_t n = json_array_size(list);
	size_t i;

	json_array_foreach(list, i, item) {
		const char *title = json_text(item, "title"), *listing = json_text(item, "listing");

		if (i == ITEMS_MAX) {
			fact(blocks, "", arena_fmt(p->arena, "and %zu more", n - i));
			break;
		}
		fact(blocks, i ? "" : "Items",
		     arena_fmt(p->arena, "%lld x %s%s%s", (long long)json_int(item, "quantity", 1),
			       cut(p->arena, title ? title : "?", TITLE_MAX), listing ? ", item " : "",
			       listing ? cut(p->arena, listing, TITLE_MAX) : ""));
	}
}

static void
put_order(const struct pack *p, json_t *blocks)
{
	const struct situation *s = p->s;

	add_block(blocks, "heading", NULL, "The order", 0);
	fact(blocks, "Number", cut(p->arena, s->order_remote, TITLE_MAX));
	fact(blocks, "Placed", utc(p->arena, s->order_created));
	fact(blocks, "Buyer", person(p->arena, s->buyer_remote, s->buyer_name));
	fact(blocks, "Total", amount(p->arena, &s->total));
	put_items(p, blocks);
	fact(blocks, "Refunded so far", amount(p->arena, &s->refunded));
}

static const char *
delivered(const struct situation *s)
{
	switch (s->fulfilment) {
	case FULFILMENT_DELIVERED: return "Delivered, as the platform's record of the order says";
	case FULFILMENT_SHIPPED: return "Shipped";
	case FULFILMENT_PARTIAL: return "Shipped in part";
	case FULFILMENT_OPEN: return "Not shipped yet";
	default: return NULL;
	}
}

static void
put_shipments(const struct pack *p, json_t *blocks)
{
	const json_t *list = json_list(p->order, "shipments"), *h;
	size_t i;

	add_block(blocks, "heading", NULL, "Shipment", 0);
	fact(blocks, "State", delivered(p->s));
	if (p->s->eta_to)
		fact(blocks, "Estimated delivery",
		     arena_fmt(p->arena, "%s%s%s", utc(p->arena, p->s->eta_from),
			       p->s->eta_from ? " to " : "until ", utc(p->arena, p->s->eta_to)));
	json_array_foreach(list, i, h) {
		const char *carrier = json_text(h, "carrier"), *tracking = json_text(h, "tracking");
		int64_t at;

		if (i == SHIPMENTS) {
			fact(blocks, "", arena_fmt(p->arena, "and %zu more", json_array_size(list) - i));
			break;
		}
		fact(blocks, "Parcel",
		     arena_fmt(p->arena, "%s %s%s%s",
			       carrier ? cut(p->arena, carrier, TITLE_MAX) : "Carrier not named,",
			       tracking ? cut(p->arena, tracking, TITLE_MAX) : "without tracking number",
			       json_time(h, "shipped_at", &at) == 1 ? ", shipped " : "",
			       json_time(h, "shipped_at", &at) == 1 ? utc(p->arena, at) : ""));
	}
}

static void
hash_of(const struct attachment_file *f, char hex[65])
{
	unsigned char hash[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(hash, f->bytes, f->len);
	hex_encode(hash, sizeof hash, hex);
}

static void
put_contents(const struct pack *p, json_t *blocks)
{
	const int left_out = (int)p->transcript.left_out + p->rest.left_out;
	char hex[65];

	add_block(blocks, "heading", NULL, "Files", 0);
	fact(blocks, "1", "this sheet");
	for (int i = 0; i < p->rest.count; i++) {
		hash_of(&p->rest.pages[i], hex);
		fact(blocks, arena_fmt(p->arena, "%d", i + 2), p->rest.pages[i].name);
		add_block(blocks, "small", NULL, arena_fmt(p->arena, "SHA-256 %s", hex), 0);
	}
	if (!p->rest.count && p->transcript.n)
		add_block(blocks, "note", NULL,
			  "The messages are left out: the platform takes one file only.", 0);
	else if (left_out)
		add_block(blocks, "note", NULL,
			  arena_fmt(p->arena, "The oldest %d of %zu entries are left out: they do not fit.",
				    left_out, p->transcript.n + p->transcript.left_out),
			  0);
}

/* ---- files ---- */

static json_t *
job(const struct pack *p, int first, int pages, int64_t all, json_t *blocks)
{
	return json_pack("{s:s, s:i, s:i, s:i, s:I, s:I, s:o}", "footer", p->title, "first", first, "pages",
			 pages, "older", (int)p->transcript.left_out, "each",
			 (json_int_t)(p->each < all ? p->each : all), "all", (json_int_t)all, "blocks",
			 blocks);
}

static int
draw_rest(struct pack *p, struct err *err)
{
	const int64_t cover = p->all / 2 < COVER_BYTES ? p->all / 2 : COVER_BYTES;
	json_t *blocks = json_array(), *j;
	int r;

	add_block(blocks, "heading", NULL, "What was written and done, all times UTC", 0);
	transcript_blocks(&p->transcript, p->arena, blocks);
	j = job(p, 2, p->count - 1, p->all - cover, blocks);
	r = draw_pages(p->arena, j, &p->rest, err);
	for (int i = 0; !r && i < p->rest.count; i++)
		p->rest.pages[i].name = arena_fmt(p->arena, "%d-transcript.png", i + 2);
	json_decref(j);
	return r;
}

static int
draw_cover(struct pack *p, struct attachment_file *cover, struct err *err)
{
	json_t *blocks = json_array(), *j;
	int64_t left = p->all;
	struct drawing sheet = {0};
	int r;

	for (int i = 0; i < p->rest.count; i++)
		left -= (int64_t)p->rest.pages[i].len;
	add_block(blocks, "title", NULL, p->title, 0);
	fact(blocks, "Sold on",
	     arena_fmt(p->arena, "%s %s", p->account->connector->title,
		       p->s->marketplace ? p->s->marketplace : ""));
	put_claim(p, blocks);
	put_order(p, blocks);
	put_shipments(p, blocks);
	put_contents(p, blocks);
	j = job(p, 1, 1, left, blocks);
	if (!(r = draw_pages(p->arena, j, &sheet, err))) {
		*cover = sheet.pages[0];
		cover->name = "1-cover.png";
	}
	json_decref(j);
	return r;
}

static void
note_down(const struct pack *p, const struct attachment_file *files, int n, int64_t now)
{
	json_t *list = json_array();
	char hex[65];

	for (int i = 0; i < n; i++) {
		hash_of(&files[i], hex);
		json_array_append_new(list, json_pack("{s:s, s:s}", "name", files[i].name, "sha256", hex));
	}
	journal_add(p->d->store, now, p->s->account, "evidence",
		    p->s->dispute ? arena_fmt(p->arena, "d%lld", (long long)p->s->dispute)
				  : arena_fmt(p->arena, "o%lld", (long long)p->s->order),
		    json_pack("{s:o}", "files", list));
}

static int64_t
limit(int64_t named)
{
	return named > 0 && named < NO_LIMIT ? named : NO_LIMIT;
}

int
evidence_pack(struct daemon *d, const struct situation *s, const struct file_rules *rules,
	      struct attachment_file *out, int max, int64_t now, struct err *err)
{
	struct pack p = {.d = d,
			 .s = s,
			 .arena = store_arena(d->store),
			 .account = daemon_account(d, s->account_name),
			 .each = limit(rules->bytes),
			 .all = limit(rules->all_bytes)};
	int n = -1;

	p.count = max < FILES_MAX ? max : FILES_MAX;
	p.count = rules->count && rules->count < p.count ? rules->count : p.count;
	if (!p.account)
		return fail(err, "the account %s is not in the configuration", s->account_name);
	if (!rules->types || !strstr(rules->types, "image/png") || p.count < 1)
		return fail(err, "%s takes no pictures here, so no evidence can be made for it",
			    p.account->connector->title);
	p.order = s->order ? view_show(d->store, arena_fmt(p.arena, "o%lld", (long long)s->order)) : NULL;
	p.title = arena_fmt(p.arena, "Order %s",
			    s->order_remote ? cut(p.arena, s->order_remote, TITLE_MAX) : "unknown");
	d->drawn = 1;
	transcript_read(d, s, (size_t)p.count * PAGE_BYTES, &p.transcript);
	if ((p.count > 1 && p.transcript.n && draw_rest(&p, err)) || draw_cover(&p, &out[0], err))
		goto out;
	for (n = 1; n <= p.rest.count; n++)
		out[n] = p.rest.pages[n - 1];
	note_down(&p, out, n, now);
out:
	json_decref(p.order);
	return n;
}
