/* Whatever pages do, in the end every record has been handed over: eBay's streams against the bundled eBay, in virtual time.
 *
 * A seed makes a world with a past, then some hours in which buyers write, buy and complain, rows show late, pages shift, repeat, leave rows
 * out, go back in time and are lost with their answers, and the service is killed between answer and commit; then two quiet days, in which
 * what was shown late has to be met.  GAPS_SEED=N runs that one and says what it does; GAPS_SEEDS=N runs so many.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "base/json.h"
#include "base/text.h"
#include "connector.h"
#include "faults/faults.h"

#include <cmocka.h> /* last: its fail() is a macro */

#define T0      INT64_C(1790000000000)
#define CHAOS   (6 * HOUR)
#define QUIET   (50 * HOUR)
#define STREAMS 32
#define BUYERS  70

extern const struct connector ebay;

struct place {
	const struct stream *stream;
	char *cursor;
	int64_t next_at;
	/* what it promised to say again: found.same_until */
	int64_t same_until;
	char *same_cursor, *same_body;
};

struct run {
	struct ebay *e;
	struct faults *faults;
	struct place places[STREAMS];
	size_t n;
	json_t *known; /* "table/remote" of everything handed over */
	uint64_t random;
	int64_t now;
	int chaos, loud;
	int exchanges, disturbed, lost, orders, same;
};

static const struct setting settings[] = {{"client_id", "ExampleClientId"},
					  {"client_secret", "ExampleClientSecret"},
					  {"redirect", "Example_Seller-Example-RuName"},
					  {"identity", "example_seller"},
					  {"site", "EBAY_DE"},
					  {NULL, NULL}};
static const struct account account = {"toys", settings, &ebay};

/* splitmix64 */
static uint64_t
any(struct run *x, uint64_t below)
{
	uint64_t z = (x->random += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (z ^ (z >> 31)) % below;
}

static void
tell(const struct run *x, const char *pattern, ...)
{
	va_list args;

	if (!x->loud)
		return;
	printf("%lld s: ", (long long)((x->now - T0) / SECOND));
	va_start(args, pattern);
	vprintf(pattern, args);
	va_end(args);
	putchar('\n');
}

/* ---- what comes in; in `page` until it is committed ---- */

struct page {
	struct found found; /* first */
	json_t *ids;
	int odd;
};

static int
met(struct found *f, const char *table, const char *remote)
{
	char key[256];

	snprintf(key, sizeof key, "%s/%s", table, remote);
	return json_object_set_new(((struct page *)f)->ids, key, json_true());
}

static int
on_order(struct found *f, const struct order *o)
{
	return met(f, "order", o->remote);
}

static int
on_shipment(struct found *f, const struct shipment *s)
{
	return met(f, "parcel of", s->order);
}

static int
on_message(struct found *f, const struct message *m)
{
	return met(f, "message", m->remote);
}

static int
on_dispute(struct found *f, const struct dispute *d)
{
	return met(f, "dispute", d->remote);
}

static int
on_feedback(struct found *f, const struct feedback *k)
{
	return met(f, "feedback", k->remote);
}

static int
on_refund(struct found *f, const struct refund *r)
{
	return met(f, "refund", r->remote);
}

static int
on_metric(struct found *f, const struct metric *m)
{
	return met(f, "metric", m->name);
}

static int
on_odd(struct found *f, const char *item, size_t len, const char *why)
{
	(void)item, (void)len, (void)why;
	((struct page *)f)->odd++;
	return 0;
}

/* ---- what need not be read again ---- */

static void
forget_promise(struct place *p)
{
	free(p->same_cursor);
	free(p->same_body);
	p->same_cursor = p->same_body = NULL;
	p->same_until = 0;
}

/* The daemon would not have read this answer: so it has to say what the daemon takes it to say.  Then what it promises itself. */
static void
keeps_promise(struct run *x, struct place *p, const struct response *rs, const struct page *page,
	      enum outcome o)
{
	const struct found *f = &page->found;
	const int nothing = o == DONE && f->covered == x->now && !json_object_size(page->ids) && !page->odd &&
			    !strcmp(buf_str(&f->cursor), p->cursor);

	if (x->now < p->same_until && !strcmp(p->same_cursor, p->cursor) && !strcmp(p->same_body, rs->body)) {
		x->same++;
		if (!nothing)
			fail_msg("%s: the same answer says something else: %s", p->stream->name, rs->body);
	}
	forget_promise(p);
	if (o == DONE && f->same_until && !page->odd && !strcmp(buf_str(&f->cursor), p->cursor)) {
		p->same_until = f->same_until;
		p->same_cursor = strdup(p->cursor);
		p->same_body = strdup(rs->body);
	}
}

/* ---- the world ---- */

static void
world(struct run *x, json_t *what)
{
	struct err err = {""};

	if (ebay_world(x->e, what, x->now, &err))
		fail_msg("%s", err.text);
	json_decref(what);
}

static json_t *
seller(void)
{
	return json_pack("{s:{s:s, s:s, s:s, s:s}}", "seller", "username", "example_seller", "marketplace",
			 "EBAY_DE", "refresh_token", "refresh", "access_token", "access");
}

static const char *
buyer(struct run *x, char name[32])
{
	snprintf(name, 32, "example_buyer_%d", (int)any(x, BUYERS));
	return name;
}

static const char *
ago(char text[32], int64_t ms)
{
	snprintf(text, 32, "-%lldm%llds", (long long)(ms / MINUTE), (long long)(ms % MINUTE / SECOND));
	return text;
}

static void
order(struct run *x, int64_t age)
{
	char name[32], at[32], id[32];

	snprintf(id, sizeof id, "12-%05d-00001", x->orders++);
	world(x,
	      json_pack("{s:[{s:s, s:s, s:s, s:s, s:[{s:s}]}]}", "orders", "id", id, "buyer", buyer(x, name),
			"marketplace", "EBAY_DE", "at", ago(at, age), "items", "item", "110000000001"));
}

static void
message(struct run *x, int64_t age, int64_t late)
{
	char name[32], at[32], visible[32];
	struct err err = {""};
	const char *id;
	json_t *what;

	snprintf(visible, sizeof visible, "+%llds", (long long)(late / SECOND));
	what = json_pack("{s:s, s:s, s:s, s:s}", "buyer", buyer(x, name), "item", "110000000001", "text",
			 "Hello?", "at", ago(at, age));
	if (late)
		json_object_set_new(what, "visible", json_string(visible));
	id = ebay_message(x->e, what, x->now, &err);
	tell(x, "%s writes %s, %s from now, shown %s", name, id ? id : err.text, at, visible);
	json_decref(what);
}

static void
complain(struct run *x)
{
	static const char *const kinds[] = {"return", "inquiry", "cancellation", "chargeback"};
	char id[32];
	json_t *what;

	snprintf(id, sizeof id, "12-%05d-00001", (int)any(x, (uint64_t)x->orders));
	what = json_pack("{s:s, s:s, s:s}", "kind", kinds[any(x, 4)], "order", id, "text", "It is broken.");
	ebay_dispute(x->e, what, x->now, NULL); /* refused where there is one already */
	json_decref(what);
	what = json_pack("{s:s, s:s, s:s}", "order", id, "rating", "NEGATIVE", "text", "Bad.");
	ebay_feedback(x->e, what, x->now, NULL);
	json_decref(what);
}

static void
something_happens(struct run *x)
{
	char id[32];

	switch (any(x, 8)) {
	case 0: order(x, 0); break;
	case 1: order(x, (int64_t)any(x, 20 * MINUTE)); break; /* shown late */
	case 2:
	case 3: message(x, 0, 0); break;
	case 4: message(x, 0, (int64_t)any(x, 20 * MINUTE)); break;
	case 5: message(x, (int64_t)any(x, 20 * HOUR), (int64_t)any(x, HOUR)); break;
	case 6:
		snprintf(id, sizeof id, "12-%05d-00001", (int)any(x, (uint64_t)x->orders));
		world(x, json_pack("{s:[{s:s, s:s, s:s, s:s}]}", "orders", "id", id, "shipped", "now",
				   "carrier", "DHL", "tracking", "0034"));
		break;
	default: complain(x);
	}
}

static void
begin(struct run *x, uint64_t seed)
{
	char name[32];
	json_t *buyers = json_array();
	int i;

	*x = (struct run){.random = seed, .now = T0, .e = ebay_new(seed), .faults = faults_new()};
	x->known = json_object();
	for (i = 0; i < BUYERS; i++) {
		snprintf(name, sizeof name, "example_buyer_%d", i);
		json_array_append_new(buyers, json_pack("{s:s, s:s, s:s}", "username", name, "name",
							"Erika Mustermann", "country", "DE"));
	}
	world(x, seller());
	world(x, json_pack("{s:[{s:s, s:s, s:s, s:s}], s:o}", "listings", "item", "110000000001", "title",
			   "Thing", "price", "10.00", "currency", "EUR", "buyers", buyers));
	for (i = 0; i < 215; i++)
		order(x, HOUR + (int64_t)any(x, 60 * DAY));
	for (i = 0; i < 90; i++)
		message(x, HOUR + (int64_t)any(x, 30 * DAY), 0);
	for (i = 0; i < 60; i++)
		world(x, json_pack("{s:[{s:s, s:s, s:s, s:s, s:s}]}", "messages", "buyer", "example_buyer_0",
				   "item", "110000000001", "text", "Hello again?", "at",
				   ago(name, HOUR + (int64_t)i * HOUR), "from", i % 2 ? "seller" : "buyer"));
	for (i = 0; i < 12; i++)
		complain(x);
	for (const struct stream *s = ebay.streams; s->name; s++)
		if (!s->wanted || s->wanted(&account))
			x->places[x->n++] = (struct place){.stream = s, .cursor = strdup(""), .next_at = T0};
}

static void
end(struct run *x)
{
	size_t i;

	for (i = 0; i < x->n; i++)
		forget_promise(&x->places[i]), free(x->places[i].cursor);
	json_decref(x->known);
	faults_free(x->faults);
	ebay_free(x->e);
}

/* ---- an exchange ---- */

static void
disturb(struct run *x)
{
	static const char *const lists[] = {"*/order",
					    "*/shipping_fulfillment",
					    "*/conversation",
					    "*/conversation/*",
					    "*/return/search",
					    "*/inquiry/search",
					    "*/casemanagement/search",
					    "*/cancellation/search",
					    "*/payment_dispute_summary",
					    "*/feedback"};
	static const char *const acts[] = {"duplicate", "reorder", "omit", "stuck",
					   "stale",     "status",  "html", "shift"};
	const char *const act = acts[any(x, 8)], *const list = lists[any(x, 10)];
	json_t *rule = json_pack("{s:s, s:s, s:I, s:I, s:I, s:I}", "act", act, "path", list, "times",
				 (json_int_t)(1 + any(x, 2)), "at", (json_int_t)any(x, 60), "rows",
				 (json_int_t)any(x, 7) - 3, "stale_ms", (json_int_t)any(x, 9 * MINUTE));
	struct err err = {""};

	/* a place in the list of conversations is a multiple of 50 */
	if (strcmp(act, "shift") != 0 || !strstr(list, "conversation")) {
		if (faults_add(x->faults, rule, &err))
			fail_msg("%s", err.text);
		x->disturbed++;
		tell(x, "%s %s", act, list);
	}
	json_decref(rule);
}

static const char *
header(const struct response *rs, const char *name)
{
	(void)rs, (void)name;
	return NULL;
}

/* The request as the platform gets it; *reply is its answer. */
static void
serve(struct run *x, const struct request *r, struct http_reply *reply)
{
	struct http_header headers[16];
	struct http_msg rq = {
		.method = r->method, .headers = headers, .body = buf_str(&r->body), .len = r->body.len};
	char *lines = strdup(buf_str(&r->headers)), *line, *rest = lines, *host;
	const char *authority = buf_str(&r->url) + strlen("https://"), *path = strchr(authority, '/');

	while ((line = strsep(&rest, "\n")) && *line && rq.n_headers < 16) {
		char *colon = strstr(line, ": ");

		*colon = '\0';
		headers[rq.n_headers++] = (struct http_header){line, colon + 2};
	}
	host = strndup(authority, (size_t)(path - authority));
	rq.host = host;
	rq.target = path;
	faults_handle(x->faults, x->e, &rq, x->now, reply);
	free(host);
	free(lines);
}

static void
exchange(struct run *x, struct place *p)
{
	struct page page = {.found = {.order = on_order,
				      .shipment = on_shipment,
				      .message = on_message,
				      .dispute = on_dispute,
				      .feedback = on_feedback,
				      .refund = on_refund,
				      .metric = on_metric,
				      .odd = on_odd,
				      .cursor = BUF_MAX(256 << 10),
				      .identity = BUF_MAX(1024)},
			    .ids = json_object()};
	struct request r = {.url = BUF_MAX(16384), .headers = BUF_MAX(65536), .body = BUF_MAX(65536)};
	struct http_reply reply;
	struct response rs = {.header = header};
	struct task t = {.account = &account,
			 .token = "access",
			 .grant = "",
			 .cursor = p->cursor,
			 .key = "",
			 .now = x->now,
			 .since = x->now - 90 * DAY,
			 .arena = arena_new()};
	struct err err = {""};
	enum outcome o;

	reply_init(&reply);
	x->exchanges++;
	if (p->stream->poll.ask(&t, &r, &err))
		fail_msg("%s: %s", p->stream->name, err.text);
	serve(x, &r, &reply);
	rs.status = reply.status;
	rs.body = buf_str(&reply.body);
	rs.len = reply.body.len;
	o = p->stream->poll.read(&t, &rs, &page.found);
	p->next_at = x->now + (o == DONE ? p->stream->every : o == MORE ? page.found.wait : MINUTE);
	tell(x, "%s: %s -> %d %s", p->stream->name, buf_str(&r.url), (int)o, buf_str(&page.found.cursor));
	if (rs.status == 200)
		keeps_promise(x, p, &rs, &page, o);
	if (o == REFUSED)
		fail_msg("%s: %s: %s", p->stream->name, buf_str(&r.url), page.found.err.text);
	if (o == LOGIN)
		world(x, seller());
	if ((o == DONE || o == MORE) && x->chaos && !any(x, 30)) {
		tell(x, "killed before the commit");
		x->lost++; /* neither page nor cursor */
		p->next_at = x->now;
	} else if (o == DONE || o == MORE) {
		json_object_update(x->known, page.ids);
		if (page.found.cursor.len) {
			free(p->cursor);
			p->cursor = strdup(buf_str(&page.found.cursor));
		}
	}
	json_decref(page.ids);
	buf_free(&page.found.cursor);
	buf_free(&page.found.identity);
	buf_free(&r.url);
	buf_free(&r.headers);
	buf_free(&r.body);
	reply_free(&reply);
	arena_free(t.arena);
}

static void
go_on(struct run *x, int64_t until)
{
	while (x->now < until) {
		struct place *next = &x->places[0];
		size_t i;

		for (i = 1; i < x->n; i++)
			if (x->places[i].next_at < next->next_at)
				next = &x->places[i];
		if (next->next_at > x->now)
			x->now = next->next_at;
		if (x->chaos && !any(x, 4))
			something_happens(x);
		if (x->chaos && !any(x, 6))
			disturb(x);
		exchange(x, next);
		x->now += 100;
	}
}

/* ---- the end: what the world has and nobody handed over ---- */

static void
expect(struct run *x, const char *table, const char *remote, uint64_t seed)
{
	char key[256];

	snprintf(key, sizeof key, "%s/%s", table, remote);
	if (!json_object_get(x->known, key))
		fail_msg("GAPS_SEED=%llu: %s is missing", (unsigned long long)seed, key);
}

static size_t
compare(struct run *x, uint64_t seed)
{
	json_t *state = ebay_state(x->e, x->now), *disputes = ebay_disputes(x->e, x->now),
	       *given = ebay_feedback_report(x->e), *o, *m;
	size_t i, k, n = 0;

	json_array_foreach(json_list(state, "orders"), i, o) {
		expect(x, "order", json_text(o, "orderId"), seed), n++;
		if (strcmp(json_text(o, "fulfilment"), "NOT_STARTED") != 0)
			expect(x, "parcel of", json_text(o, "orderId"), seed), n++;
	}
	json_array_foreach(json_list(state, "conversations"), i, o)
		json_array_foreach(json_list(o, "messages"), k, m)
			expect(x, "message", json_text(m, "messageId"), seed), n++;
	json_array_foreach(disputes, i, o)
		expect(x, "dispute", json_text(o, "dispute"), seed), n++;
	json_array_foreach(given, i, o)
		expect(x, "feedback", json_text(o, "feedback"), seed), n++;
	json_decref(state);
	json_decref(disputes);
	json_decref(given);
	return n;
}

static uint64_t
number_of(const char *name, uint64_t otherwise)
{
	return getenv(name) ? strtoull(getenv(name), NULL, 10) : otherwise;
}

static void
test_nothing_is_missing_in_the_end(void **state)
{
	const uint64_t only = number_of("GAPS_SEED", 0), seeds = only ? only : number_of("GAPS_SEEDS", 12);
	size_t records = 0;
	int exchanges = 0, disturbed = 0, lost = 0, same = 0;

	(void)state;
	for (uint64_t seed = only ? only : 1; seed <= seeds; seed++) {
		struct run x;

		begin(&x, seed);
		x.loud = only != 0;
		x.chaos = 1;
		go_on(&x, T0 + CHAOS);
		x.chaos = 0;
		faults_clear(x.faults);
		go_on(&x, T0 + CHAOS + QUIET);
		records += compare(&x, seed);
		exchanges += x.exchanges, disturbed += x.disturbed, lost += x.lost;
		same += x.same;
		end(&x);
	}
	printf("%zu records, %d exchanges (%d answers as before), %d disturbances, %d answers lost: nothing "
	       "missing\n",
	       records, exchanges, same, disturbed, lost);
	assert_true(disturbed > 10 && lost > 10 && same > 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_nothing_is_missing_in_the_end)};

	json_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
