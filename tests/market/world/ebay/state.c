#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "disputes.h"

/* What a seller usually consents to; the world's "scopes" replaces it. */
#define SCOPE "https://api.ebay.com/oauth/api_scope"
#define CONSENTED                                                                                            \
	SCOPE " " SCOPE "/sell.fulfillment " SCOPE "/sell.fulfillment.readonly " SCOPE                       \
	      "/sell.finances " SCOPE "/sell.payment.dispute " SCOPE "/sell.analytics.readonly " SCOPE       \
	      "/commerce.message " SCOPE "/commerce.feedback " SCOPE                                         \
	      "/commerce.notification.subscription " SCOPE "/commerce.identity.readonly"

/* Public half of the published Ed25519 test key of RFC 9421, appendix B.1.4. */
#define TEST_KEY "MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs="

void *
grow(void *array, size_t n, size_t size)
{
	/* capacities are 8, 16, 32, …: full exactly when n is one of them */
	if (n == 0 || (n >= 8 && !(n & (n - 1)))) {
		array = realloc(array, (n ? 2 * n : 8) * size);
		if (!array)
			abort();
	}
	memset((char *)array + n * size, 0, size);
	return array;
}

uint64_t
mix(uint64_t *state)
{
	uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

void
set_text(char **to, const char *from)
{
	char *copy = from ? must_strdup(from) : NULL;

	free(*to);
	*to = copy;
}

struct ebay *
ebay_new(uint64_t seed)
{
	struct ebay *e = must_zalloc(sizeof *e);

	e->seed = seed;
	e->client_id = must_strdup("ExampleClientId");
	e->client_secret = must_strdup("ExampleClientSecret");
	e->ru_name = must_strdup("Example_Seller-Example-RuName");
	e->username = must_strdup("example_seller");
	e->marketplace = must_strdup("EBAY_DE");
	e->scopes = must_strdup(CONSENTED);
	e->signing_key = must_strdup(TEST_KEY);
	e->signing_jwe = must_strdup("example.signing.jwe");
	return e;
}

static void
order_free(struct order *o)
{
	for (size_t i = 0; i < o->n_shipments; i++) {
		free(o->shipments[i].carrier);
		free(o->shipments[i].tracking);
	}
	for (size_t i = 0; i < o->n_refunds; i++) {
		free(o->refunds[i].reason);
		free(o->refunds[i].comment);
	}
	free(o->lines);
	free(o->shipments);
	free(o->refunds);
	free(o->marketplace);
	free(o->note);
	free(o->payment);
	free(o->cancel_state);
	free(o->cancel_reason);
	row_free(&o->row);
	free(o);
}

static void
conversation_free(struct conversation *c)
{
	for (size_t i = 0; i < c->n_messages; i++) {
		struct message *m = c->messages[i];

		for (size_t k = 0; k < m->n_media; k++) {
			free(m->media[k].name);
			free(m->media[k].type);
			free(m->media[k].url);
		}
		free(m->media);
		free(m->text);
		free(m->subject);
		row_free(&m->row);
		free(m);
	}
	free(c->messages);
	free(c->title);
	row_free(&c->row);
	free(c);
}

static void
tokens_free(struct token *t, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(t[i].value);
		free(t[i].scopes);
	}
	free(t);
}

void
counts_free(struct count *c, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(c[i].name);
	free(c);
}

void
ebay_free(struct ebay *e)
{
	if (!e)
		return;
	for (size_t i = 0; i < e->n_orders; i++)
		order_free(e->orders[i]);
	for (size_t i = 0; i < e->n_disputes; i++)
		dispute_free(e->disputes[i]);
	for (size_t i = 0; i < e->n_feedback; i++) {
		struct feedback *f = e->feedback[i];

		free(f->text), free(f->reply), free(f->follow_up), row_free(&f->row), free(f);
	}
	for (size_t i = 0; i < e->n_conversations; i++)
		conversation_free(e->conversations[i]);
	for (size_t i = 0; i < e->n_listings; i++) {
		struct listing *l = e->listings[i];

		free(l->item), free(l->title), free(l->sku), free(l->marketplace), free(l);
	}
	for (size_t i = 0; i < e->n_buyers; i++) {
		struct buyer *b = e->buyers[i];

		free(b->username), free(b->name), free(b->street), free(b->city), free(b->state);
		free(b->postal), free(b->country), free(b->email), free(b->phone), free(b);
	}
	for (size_t i = 0; i < e->n_invocations; i++)
		free(e->invocations[i]);
	for (size_t i = 0; i < e->n_quotas; i++)
		free(e->quotas[i].resource);
	tokens_free(e->tokens, e->n_tokens);
	tokens_free(e->codes, e->n_codes);
	counts_free(e->operations, e->n_operations);
	counts_free(e->seen, e->n_seen);
	free(e->orders), free(e->conversations), free(e->listings), free(e->buyers), free(e->invocations),
		free(e->quotas);
	free(e->disputes), free(e->feedback);
	json_decref(e->standards), json_decref(e->metrics);
	json_decref(e->destinations), json_decref(e->subscriptions);
	free(e->signing_key), free(e->signing_jwe), free(e->push_kid), free(e->push_key);
	free(e->client_id), free(e->client_secret), free(e->ru_name);
	free(e->username), free(e->marketplace), free(e->scopes);
	free(e);
}

struct listing *
find_listing(const struct ebay *e, const char *item)
{
	for (size_t i = 0; i < e->n_listings; i++)
		if (!strcmp(e->listings[i]->item, item))
			return e->listings[i];
	return NULL;
}

struct buyer *
find_buyer(const struct ebay *e, const char *username)
{
	for (size_t i = 0; i < e->n_buyers; i++)
		if (!strcmp(e->buyers[i]->username, username))
			return e->buyers[i];
	return NULL;
}

struct order *
find_order(const struct ebay *e, const char *id)
{
	for (size_t i = 0; i < e->n_orders; i++)
		if (!strcmp(e->orders[i]->id, id))
			return e->orders[i];
	return NULL;
}

struct conversation *
find_conversation(const struct ebay *e, const char *id)
{
	for (size_t i = 0; i < e->n_conversations; i++)
		if (!strcmp(e->conversations[i]->id, id))
			return e->conversations[i];
	return NULL;
}

struct conversation *
find_conversation_about(const struct ebay *e, const struct buyer *b, const struct listing *l)
{
	for (size_t i = 0; i < e->n_conversations; i++)
		if (e->conversations[i]->buyer == b && e->conversations[i]->listing == l)
			return e->conversations[i];
	return NULL;
}

struct order *
add_order(struct ebay *e, const char *id, struct buyer *b, const char *marketplace, int64_t at)
{
	struct order *o = must_zalloc(sizeof *o);
	size_t i;

	e->serial++;
	if (id)
		snprintf(o->id, sizeof o->id, "%s", id);
	else
		snprintf(o->id, sizeof o->id, "%02d-%05d-%05d", (int)(10 + e->serial % 17),
			 (int)(10000 + e->serial / 90000 % 90000), (int)(10000 + e->serial * 7919 % 90000));
	o->buyer = b;
	o->marketplace = must_strdup(marketplace);
	o->payment = must_strdup("PAID");
	o->cancel_state = must_strdup("NONE_REQUESTED");
	o->created = o->modified = at;
	o->ship_by = at + 3 * DAY;

	(void)GROW(e->orders, e->n_orders);
	for (i = e->n_orders - 1; i > 0 && e->orders[i - 1]->created > at; i--)
		e->orders[i] = e->orders[i - 1];
	e->orders[i] = o;
	return o;
}

struct line *
add_line(struct ebay *e, struct order *o, struct listing *l, int quantity)
{
	struct line *line = GROW(o->lines, o->n_lines);

	snprintf(line->id, sizeof line->id, "%" PRId64, INT64_C(10010000000000) + ++e->serial);
	line->listing = l;
	line->quantity = quantity;
	return line;
}

struct shipment *
add_shipment(struct ebay *e, struct order *o, int64_t at)
{
	struct shipment *s = GROW(o->shipments, o->n_shipments);

	snprintf(s->id, sizeof s->id, "940550000000%010" PRId64, ++e->serial);
	s->at = at;
	return s;
}

const char *
order_fulfilment(const struct order *o)
{
	size_t gone = 0;

	for (size_t i = 0; i < o->n_lines; i++)
		gone += o->lines[i].shipment > 0;
	return gone == 0 ? "NOT_STARTED" : gone < o->n_lines ? "IN_PROGRESS" : "FULFILLED";
}

void
order_total(const struct order *o, struct money *items, struct money *postage, struct money *total)
{
	*items = o->n_lines ? o->lines[0].listing->price : (struct money){0, "EUR"};
	*total = *postage = *items;
	items->minor = postage->minor = 0;
	for (size_t i = 0; i < o->n_lines; i++) {
		items->minor += o->lines[i].listing->price.minor * o->lines[i].quantity;
		postage->minor += o->lines[i].listing->postage.minor;
	}
	total->minor = items->minor + postage->minor;
}

struct conversation *
open_conversation(struct ebay *e, struct buyer *b, struct listing *l, int64_t at)
{
	struct conversation *c = must_zalloc(sizeof *c);

	snprintf(c->id, sizeof c->id, "%" PRId64, INT64_C(1000000000) + ++e->serial);
	c->buyer = b;
	c->listing = l;
	c->title = must_strdup(l ? l->title : b ? b->username : "eBay");
	c->status = "ACTIVE";
	c->created = at;
	*GROW(e->conversations, e->n_conversations) = c;
	return c;
}

struct message *
add_message(struct ebay *e, struct conversation *c, enum sender from, enum via via, const char *text,
	    int64_t at)
{
	struct message *m = must_zalloc(sizeof *m);
	struct buf subject = BUF_MAX(4096);
	size_t i;

	m->serial = ++e->serial;
	snprintf(m->id, sizeof m->id, "%" PRId64, INT64_C(200000000000) + m->serial);
	m->from = from;
	m->via = via;
	m->created = m->visible = at;
	m->text = must_strdup(text);
	buf_fmt(&subject, c->listing ? "Question about %s" : "%s", c->title);
	m->subject = must_strdup(buf_str(&subject));
	buf_free(&subject);

	(void)GROW(c->messages, c->n_messages);
	for (i = c->n_messages - 1; i > 0 && c->messages[i - 1]->created > at; i--)
		c->messages[i] = c->messages[i - 1];
	c->messages[i] = m;
	if (at < c->created)
		c->created = at;
	c->edition++;

	/* a buyer who writes has seen what stood above */
	for (i = 0; from == FROM_BUYER && i < c->n_messages; i++)
		if (c->messages[i]->from == FROM_SELLER && c->messages[i]->created <= at)
			c->messages[i]->read = 1;
	return m;
}

struct media *
add_media(struct message *m, const char *name, const char *type, const char *url)
{
	struct media *media = GROW(m->media, m->n_media);

	media->name = must_strdup(name);
	media->type = must_strdup(type);
	media->url = must_strdup(url);
	return media;
}

const struct message *
latest_visible(const struct conversation *c, int64_t now)
{
	for (size_t i = c->n_messages; i-- > 0;)
		if (c->messages[i]->visible <= now)
			return c->messages[i];
	return NULL;
}

int
find_media(const struct ebay *e, const char *url)
{
	for (size_t i = 0; i < e->n_conversations; i++)
		for (size_t k = 0; k < e->conversations[i]->n_messages; k++) {
			const struct message *m = e->conversations[i]->messages[k];

			for (size_t j = 0; j < m->n_media; j++)
				if (!strcmp(m->media[j].url, url))
					return 1;
		}
	return 0;
}
