#include "network.h"

#include <ctype.h>
#include <string.h>
#include <time.h>

#include "base/json.h"
#include "base/text.h"
#include "wire.h"

#define FLIGHTS_MAX 64
#define HEADERS_MAX 32

/* What goes wrong with one exchange. */
enum trouble {
	FINE,
	LOST_REQUEST,
	LOST_ANSWER,
	LATE_ACT,
	LATE_VISIBLE,
	BUSY,
	FAILED,
	SLOW,
	CUT,
	HUNG,
	EXPIRED,
	TWICE,
	BACKWARDS,
	SHORT,
	STUCK
};

/* Out of a thousand.  What acts is disturbed far more often than what only reads, since that is what must be survived; neither so often
 * that two weeks do not suffice to get through. */
static const int reading[] = {[FINE] = 965,      [LOST_REQUEST] = 3,
			      [LOST_ANSWER] = 3, [BUSY] = 4,
			      [FAILED] = 5,      [SLOW] = 4,
			      [CUT] = 3,         [HUNG] = 1,
			      [EXPIRED] = 1,     [TWICE] = 3,
			      [BACKWARDS] = 4,   [SHORT] = 3,
			      [STUCK] = 1,       -1};
static const int acting[] = {[FINE] = 700,        [LOST_REQUEST] = 45, [LOST_ANSWER] = 80, [LATE_ACT] = 40,
			     [LATE_VISIBLE] = 60, [BUSY] = 20,         [FAILED] = 20,      [SLOW] = 10,
			     [CUT] = 15,          [HUNG] = 10,         [EXPIRED] = 5,      -1};

static const int rushing[] = {[FINE] = 90, [LOST_ANSWER] = 10, -1};

enum stage { TO_HOST, TO_DAEMON };

struct flight {
	int64_t owner; /* 0: nobody waits for the answer any more */
	int seller;
	int64_t started, timeout, at; /* at: when its next stage comes */
	enum stage stage;
	enum trouble trouble;
	char *method, *url, *headers, *body;
	size_t len;
	struct http_reply reply;
	const char *why; /* nothing came: what the daemon is told */
	int complete, left;
};

struct outage {
	int seller;
	int64_t from, to;
	enum { REFUSES, SILENT, UNAVAILABLE, TOO_MANY } how;
	int post_order_only;
};

struct network {
	struct world *w;
	struct luck luck;
	struct faults *faults;
	struct flight flights[FLIGHTS_MAX];
	int n;
	struct outage outage; /* the running or next one */
	void (*handled)(void *, int, const struct http_msg *, const struct http_reply *);
	void *ctx;
};

/* ---- outages ---- */

static void
plan_outage(struct network *n, int64_t after)
{
	struct outage *o = &n->outage;

	o->seller = (int)luck_below(&n->luck, SELLERS);
	o->from = after + luck_wait(&n->luck, 2 * DAY);
	o->to = o->from + (luck_one_in(&n->luck, 4) ? luck_between(&n->luck, HOUR, 8 * HOUR)
						    : luck_between(&n->luck, MINUTE, HOUR));
	o->how = (int)luck_below(&n->luck, 4);
	o->post_order_only = luck_one_in(&n->luck, 3);
	if (o->from > n->w->end || n->w->rush)
		o->from = o->to = INT64_MAX;
}

static const struct outage *
outage_of(struct network *n, const struct flight *f)
{
	struct outage *o = &n->outage;

	if (n->w->now >= o->to) {
		n->w->counts.outages++;
		plan_outage(n, n->w->now);
	}
	return f->seller == o->seller && n->w->now >= o->from &&
			       (!o->post_order_only || strstr(f->url, "/post-order/"))
		       ? o
		       : NULL;
}

/* ---- flights ---- */

struct network *
network_new(struct world *w, void (*handled)(void *, int, const struct http_msg *, const struct http_reply *),
	    void *ctx)
{
	struct network *n = must_zalloc(sizeof *n);

	n->w = w;
	n->luck = luck_new(w->seed, "network");
	n->faults = faults_new();
	n->handled = handled;
	n->ctx = ctx;
	plan_outage(n, w->start + 6 * HOUR);
	return n;
}

static void
flight_end(struct network *n, struct flight *f)
{
	free(f->method);
	free(f->url);
	free(f->headers);
	free(f->body);
	reply_free(&f->reply);
	*f = n->flights[--n->n];
}

void
network_free(struct network *n)
{
	while (n->n)
		flight_end(n, n->flights);
	faults_free(n->faults);
	free(n);
}

static int
acts(const struct flight *f)
{
	return strcmp(f->method, "GET") && !strstr(f->url, "/identity/") && !strstr(f->url, "/oauth2/");
}

static enum trouble
what_trouble(struct network *n, const struct flight *f)
{
	if (n->w->now >= n->w->end || (n->w->rush && !acts(f)))
		return FINE;
	return (enum trouble)luck_weighted(&n->luck, n->w->rush ? rushing : acts(f) ? acting : reading);
}

void
network_request(struct network *n)
{
	struct flight *f = &n->flights[n->n];
	size_t len;

	if (n->n == FLIGHTS_MAX)
		abort();
	*f = (struct flight){.started = n->w->now};
	n->n++;
	reply_init(&f->reply);
	f->owner = get_int();
	f->seller = (int)get_int() - FIRST_PORT;
	f->timeout = get_int();
	get_int(); /* once: the network does not care */
	f->method = take_text(&len);
	f->url = take_text(&len);
	f->headers = take_text(&len);
	f->body = take_text(&f->len);
	f->at = n->w->now + luck_between(&n->luck, 15, 250);
	f->trouble = what_trouble(n, f);
	n->w->counts.exchanges++;
}

void
network_drop(struct network *n, int64_t owner)
{
	for (int i = 0; i < n->n; i++)
		if (n->flights[i].owner == owner)
			n->flights[i].owner = 0;
}

void
network_orphan(struct network *n)
{
	for (int i = n->n; i-- > 0;) {
		struct flight *f = &n->flights[i];

		f->owner = 0;
		if (f->stage == TO_DAEMON || luck_one_in(&n->luck, 2))
			flight_end(n, f); /* answered already, or still in our socket's buffer */
	}
}

int64_t
network_next(const struct network *n)
{
	int64_t next = INT64_MAX;

	for (int i = 0; i < n->n; i++)
		next = n->flights[i].at < next ? n->flights[i].at : next;
	return next;
}

/* ---- at the marketplace ---- */

static size_t
cut_headers(char *lines, struct http_header *list)
{
	size_t count = 0;
	char *colon;

	for (char *p = lines, *end; *p && count < HEADERS_MAX; p = end + 1) {
		if (!(end = strchr(p, '\n')))
			break;
		*end = '\0';
		if ((colon = strchr(p, ':'))) {
			*colon = '\0';
			list[count++] = (struct http_header){p, colon + 1 + strspn(colon + 1, " ")};
		}
	}
	return count;
}

static void
serve(struct network *n, struct flight *f)
{
	struct http_header list[HEADERS_MAX];
	struct http_msg m = {.method = f->method, .headers = list, .body = f->body, .len = f->len};
	char *headers = must_strdup(f->headers), *host = must_strdup(strstr(f->url, "://") + 3);
	char *slash = strchr(host, '/');

	m.target = slash ? strchr(strstr(f->url, "://") + 3, '/') : "/";
	if (slash)
		*slash = '\0';
	m.host = host;
	m.n_headers = cut_headers(headers, list);
	reply_clear(&f->reply);
	faults_handle(n->faults, n->w->sellers[f->seller], &m, n->w->now, &f->reply);
	trace(n->w, "seller %d: %s %s: %d", f->seller, f->method, m.target, f->reply.status);
	if (f->reply.how.ending != END_CLOSE && f->reply.how.ending != END_RESET &&
	    f->reply.how.ending != END_HANG)
		n->handled(n->ctx, f->seller, &m, &f->reply);
	free(headers);
	free(host);
}

static void
fault(struct network *n, json_t *rule)
{
	struct err err = {""};

	if (faults_add(n->faults, rule, &err))
		abort();
	json_decref(rule);
}

/* As long as the platform may take to show what it did, and a little less. */
static int64_t
late(struct network *n)
{
	return luck_between(&n->luck, 5 * SECOND, 110 * SECOND);
}

static void
make_trouble(struct network *n, struct flight *f)
{
	static const int statuses[] = {500, 502, 503, 504};
	struct counts *c = &n->w->counts;

	faults_clear(n->faults);
	switch (f->trouble) {
	case FINE: break;
	case LOST_REQUEST:
		c->lost_requests++;
		fault(n, json_pack("{s:s}", "act", "drop"));
		break;
	case LOST_ANSWER:
		c->lost_answers++;
		fault(n, json_pack("{s:s}", "act", "accept-then-close"));
		break;
	case LATE_ACT:
		c->late_acts++;
		fault(n, json_pack("{s:s}", "act", "drop"));
		break;
	case LATE_VISIBLE:
		c->late_visible++;
		fault(n, json_pack("{s:s, s:I}", "act", "late", "late_ms", (json_int_t)late(n)));
		break;
	case BUSY:
		c->refused_429++;
		fault(n, json_pack("{s:s, s:i, s:s}", "act", "status", "status", 429, "retry_after",
				   luck_one_in(&n->luck, 2) ? "30" : "date:+90s"));
		break;
	case FAILED:
		c->failed_5xx++;
		fault(n, json_pack("{s:s, s:i, s:b}", "act", "status", "status",
				   statuses[luck_below(&n->luck, 4)], "executed", luck_one_in(&n->luck, 2)));
		break;
	case SLOW:
		c->slow++;
		fault(n, json_pack("{s:s, s:I}", "act", "slow", "ms",
				   (json_int_t)luck_between(&n->luck, 2 * SECOND, 90 * SECOND)));
		break;
	case CUT:
		c->cut++;
		fault(n,
		      json_pack("{s:s, s:I}", "act", "cut", "bytes", (json_int_t)luck_below(&n->luck, 400)));
		break;
	case HUNG:
		c->hung++;
		fault(n, json_pack("{s:s, s:b}", "act", "hang", "executed", luck_one_in(&n->luck, 2)));
		break;
	case EXPIRED:
		c->expired_tokens++;
		fault(n, json_pack("{s:s}", "act", "expire"));
		break;
	case TWICE:
		c->pages_twice++;
		fault(n, json_pack("{s:s}", "act", "duplicate"));
		break;
	case BACKWARDS:
		c->pages_backwards++;
		fault(n, json_pack("{s:s}", "act", "reorder"));
		break;
	case SHORT:
		c->pages_short++;
		fault(n, json_pack("{s:s}", "act", "omit"));
		break;
	case STUCK:
		c->pages_stuck++;
		fault(n, json_pack("{s:s}", "act", "stuck"));
		break;
	}
}

/* What an outage does to it: the answer, or none. */
static void
fail_by(struct network *n, struct flight *f, const struct outage *o)
{
	struct counts *c = &n->w->counts;

	f->complete = o->how == UNAVAILABLE || o->how == TOO_MANY;
	f->left = o->how != REFUSES;
	f->why = o->how == REFUSES  ? "the connection was refused"
		 : o->how == SILENT ? "no answer in time"
				    : NULL;
	if (o->how == SILENT)
		f->at = f->started + f->timeout;
	reply_clear(&f->reply);
	f->reply.status = o->how == TOO_MANY ? 429 : 503;
	if (o->how == TOO_MANY)
		c->refused_429++;
	else if (o->how == UNAVAILABLE)
		c->failed_5xx++;
	buf_put(&f->reply.body, "{}");
}

/* What was asked for is in doubt now; from time to time the host is down for so long after it that people look before the service can. */
static void
go_down(struct network *n, const struct flight *f)
{
	static const int leaves_doubt[] = {
		[LOST_REQUEST] = 1, [LOST_ANSWER] = 1, [LATE_ACT] = 1, [FAILED] = 1,
		[CUT] = 1,          [HUNG] = 1,        [STUCK] = 0};
	struct outage *o = &n->outage;

	if (n->w->rush || !acts(f) || !leaves_doubt[f->trouble] || o->from <= n->w->now ||
	    !luck_one_in(&n->luck, 40))
		return;
	o->seller = f->seller;
	o->from = n->w->now;
	o->to = n->w->now + luck_between(&n->luck, 20 * MINUTE, 4 * HOUR);
	o->how = (int)luck_below(&n->luck, 4);
	o->post_order_only = 0;
}

/* It arrives: what comes of it, and when the daemon hears of that. */
static void
arrive(struct network *n, struct flight *f)
{
	const struct outage *o = outage_of(n, f);
	const struct delivery *how = &f->reply.how;

	f->stage = TO_DAEMON;
	f->at = n->w->now + luck_between(&n->luck, 15, 250);
	if (o) {
		fail_by(n, f, o);
		return;
	}
	make_trouble(n, f);
	serve(n, f);
	go_down(n, f);
	f->left = 1;
	f->complete = how->ending == END_ANSWER && !how->cut;
	f->at += how->delay_ms;
	f->why = how->cut ? "the answer was cut" : "the connection was closed without an answer";
	if (how->ending == END_HANG || f->at > f->started + f->timeout) {
		f->complete = 0;
		f->why = "no answer in time";
		f->at = f->started + f->timeout;
	}
}

/* Something between us kept the request and delivers it after all, when the daemon has long been told that nothing came. */
static void
act_late(struct network *n, struct flight *f)
{
	struct flight *again = &n->flights[n->n];
	const int64_t when = n->w->now + luck_between(&n->luck, SECOND, 100 * SECOND);

	if (n->n == FLIGHTS_MAX)
		abort();
	*again = (struct flight){
		.seller = f->seller, .started = n->w->now, .timeout = f->timeout, .at = when, .len = f->len};
	again->method = must_strdup(f->method);
	again->url = must_strdup(f->url);
	again->headers = must_strdup(f->headers);
	again->body = must_alloc(f->len + 1);
	memcpy(again->body, f->body, f->len + 1);
	reply_init(&again->reply);
	n->n++;
}

static void
deliver(struct network *n, const struct flight *f)
{
	char date[64];
	const time_t seconds = (time_t)(n->w->now / SECOND);
	struct tm tm;
	struct buf headers = BUF_MAX(128 << 10);

	strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&seconds, &tm));
	buf_fmt(&headers, "Date: %s\r\n%s", date, buf_str(&f->reply.headers));
	if (f->reply.type)
		buf_fmt(&headers, "Content-Type: %s\r\n", f->reply.type);
	put_int(ANSWER);
	put_int(f->owner);
	put_int(f->complete);
	put_int(f->left);
	put_int(f->complete ? f->reply.status : 0);
	put_int(f->complete ? (int64_t)seconds * SECOND : 0);
	put_int(n->w->now - f->started);
	put_text(buf_str(&headers), headers.len);
	put_text(buf_str(&f->reply.body), f->complete ? f->reply.body.len : 0);
	put_text(f->complete ? NULL : f->why, f->complete ? 0 : strlen(f->why));
	buf_free(&headers);
}

int
network_act(struct network *n)
{
	int delivered = 0;

	for (int i = 0; i < n->n;) {
		struct flight *f = &n->flights[i];

		if (f->at > n->w->now) {
			i++;
		} else if (f->stage == TO_HOST) {
			arrive(n, f);
			if (f->trouble == LATE_ACT)
				act_late(n, f);
			if (!f->owner)
				flight_end(n, f);
		} else {
			if (f->owner) {
				deliver(n, f);
				delivered++;
			}
			flight_end(n, f);
		}
	}
	return delivered;
}
