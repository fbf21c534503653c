#include "people.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"

struct people {
	struct world *w;
	struct luck luck;
	int stage;
	int64_t next;
	int n;
	char state[256];
};

static void
world(struct people *p, int seller, json_t *w)
{
	struct err err = {""};

	if (ebay_world(p->w->sellers[seller], w, p->w->now, &err)) {
		fprintf(stderr, "%s\n", err.text);
		abort();
	}
	json_decref(w);
}

struct people *
people_new(struct world *w)
{
	struct people *p = must_zalloc(sizeof *p);

	p->w = w;
	p->luck = luck_new(w->seed, "people");
	p->next = w->start + HOUR;
	for (int i = 0; i < SELLERS; i++) {
		w->sellers[i] = ebay_new(w->seed * SELLERS + (uint64_t)i);
		world(p, i,
		      json_pack("{s:{s:s,s:s,s:s}, s:[{s:s,s:s,s:s,s:s}]}", "application", "client_id",
				"ExampleClientId", "client_secret", "ExampleClientSecret", "ru_name",
				"Example_Seller-Example-RuName", "listings", "item", "110012345678", "title",
				"Example kettle", "price", "24.00", "marketplace", "EBAY_DE"));
	}
	return p;
}

void
people_free(struct people *p)
{
	free(p);
}
int64_t
people_next(const struct people *p)
{
	return p->next;
}
void
people_act(struct people *p)
{
	char name[64], order[64];
	int s;
	struct err err = {""};
	if (p->next > p->w->now)
		return;
	p->next += luck_wait(&p->luck, 34 * MINUTE / 3 * 1);
	if (p->next > p->w->end) {
		p->next = INT64_MAX;
		return;
	}
	s = (int)luck_below(&p->luck, SELLERS);
	snprintf(name, sizeof name, "example_buyer_%d", ++p->n);
	snprintf(order, sizeof order, "12-%05d-00001", p->n);
	world(p, s,
	      json_pack("{s:[{s:s,s:s,s:s}], s:[{s:s,s:s,s:s,s:s,s:[{s:s}],s:s,s:s,s:s}]}", "buyers",
			"username", name, "name", "Erika Mustermann", "country", "DE", "orders", "id", order,
			"buyer", name, "marketplace", "EBAY_DE", "at", "-5d", "items", "item", "110012345678",
			"shipped", "-3d", "carrier", "DHL", "tracking", "00340000000000000017"));
	p->w->counts.orders++;
	json_t *m = json_pack(
		"{s:s,s:s,s:s}", "buyer", name, "item", "110012345678", "text",
		"Guten Tag, wo bleibt mein Paket? Ich warte schon seit einer Woche auf meine Bestellung.");
	ebay_message(p->w->sellers[s], m, p->w->now, &err);
	p->w->counts.messages++;
	json_decref(m);
}
void
people_see(struct people *p, int seller, const struct http_msg *m, const struct http_reply *r)
{
	(void)p;
	(void)seller;
	(void)m;
	(void)r;
}
json_t *
people_ask(struct people *p)
{
	char name[16];
	struct buf pasted = BUF_MAX(4096);
	json_t *q;
	const int i = p->stage / 3;

	if (i >= SELLERS)
		return NULL;
	snprintf(name, sizeof name, "shop-%d", i + 1);
	switch (p->stage % 3) {
	case 0: return json_pack("{s:s,s:{s:s}}", "verb", "account consent", "args", "account", name);
	case 1:
		buf_put(&pasted, "https://seller.example/accepted?state=");
		buf_put(&pasted, p->state);
		buf_put(&pasted, "&expires_in=299&code=");
		url_encode(&pasted, ebay_mint_code(p->w->sellers[i], p->w->now));
		q = json_pack("{s:s,s:{s:s,s:s}}", "verb", "account redeem", "args", "account", name,
			      "pasted", buf_str(&pasted));
		buf_free(&pasted);
		return q;
	default:
		return json_pack("{s:s,s:{s:s,s:s}}", "verb", "account arm", "args", "account", name, "mode",
				 "auto");
	}
}
void
people_told(struct people *p, const json_t *answer)
{
	const char *url = json_text(json_obj(answer, "result"), "url"),
		   *state = url ? strstr(url, "state=") : NULL;
	char *t = json_dumps(answer, JSON_COMPACT);
	trace(p->w, "told %s", t);
	free(t);
	if (state)
		snprintf(p->state, sizeof p->state, "%.*s", (int)strcspn(state + 6, "&"), state + 6);
	if (json_flag(answer, "ok", 0))
		p->stage++;
}
void
people_unanswered(struct people *p)
{
	(void)p;
}
int
people_busy(const struct people *p)
{
	(void)p;
	return 0;
}
