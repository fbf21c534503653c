#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/instant.h"
#include "base/json.h"
#include "base/text.h"
#include "faults.h"
#include "pages.h"

#define HUGE_BYTES (INT64_C(200) << 20)

enum act {
	ACT_STATUS,
	ACT_SLOW,
	ACT_CUT,
	ACT_ACCEPT_THEN_CLOSE,
	ACT_DROP,
	ACT_DROP_THEN_ACT,
	ACT_RESET,
	ACT_HANG,
	ACT_EXPIRE,
	ACT_REDIRECT,
	ACT_DUPLICATE,
	ACT_REORDER,
	ACT_OMIT,
	ACT_STRANGE,
	ACT_STUCK,
	ACT_SHIFT,
	ACT_STALE,
	ACT_MUTE,
	ACT_LATE,
	ACT_CHARSET,
	ACT_HTML,
	ACT_HUGE,
	ACT_BOMB,
	ACT_EXTERNAL,
	ACT_DRIP,
	ACT_DEEP,
	ACT_CROWD,
	N_ACTS
};

static const struct {
	const char *name;
	int executed; /* 1 always, 0 only when the rule says so, -1 never */
} acts[N_ACTS] = {
	[ACT_STATUS] = {"status", 0},
	[ACT_SLOW] = {"slow", 1},
	[ACT_CUT] = {"cut", 1},
	[ACT_ACCEPT_THEN_CLOSE] = {"accept-then-close", 1},
	[ACT_DROP] = {"drop", -1},
	[ACT_DROP_THEN_ACT] = {"drop-then-act", -1},
	[ACT_RESET] = {"reset", 0},
	[ACT_HANG] = {"hang", 0},
	[ACT_EXPIRE] = {"expire", 1},
	[ACT_REDIRECT] = {"redirect", 0},
	[ACT_DUPLICATE] = {"duplicate", 1},
	[ACT_REORDER] = {"reorder", 1},
	[ACT_OMIT] = {"omit", 1},
	[ACT_STRANGE] = {"strange", 1},
	[ACT_STUCK] = {"stuck", 1},
	[ACT_SHIFT] = {"shift", 1},
	[ACT_STALE] = {"stale", 1},
	[ACT_MUTE] = {"mute", 1},
	[ACT_LATE] = {"late", 1},
	[ACT_CHARSET] = {"charset", 1},
	[ACT_HTML] = {"html", 1},
	[ACT_HUGE] = {"huge", 0},
	[ACT_BOMB] = {"bomb", 0},
	[ACT_EXTERNAL] = {"external", 0},
	[ACT_DRIP] = {"drip", 1},
	[ACT_DEEP] = {"deep", 0},
	[ACT_CROWD] = {"crowd", 0},
};

struct rule {
	enum act act;
	json_t *given; /* keeps the strings below */
	const char *method, *path, *query, *body, *retry_after, *location;
	int64_t status, ms, bytes, late_ms, act_ms, stale_ms, times, skip, at, rows;
	int executed;
	int64_t matched, acted;
	int64_t began; /* of a mute: when it acted first */
};

struct faults {
	struct rule *rules;
	size_t n;
};

struct faults *
faults_new(void)
{
	return must_zalloc(sizeof(struct faults));
}

void
faults_clear(struct faults *f)
{
	for (size_t i = 0; i < f->n; i++)
		json_decref(f->rules[i].given);
	free(f->rules);
	*f = (struct faults){0};
}

void
faults_free(struct faults *f)
{
	if (f)
		faults_clear(f);
	free(f);
}

int
faults_add(struct faults *f, const json_t *given, struct err *err)
{
	const char *name = json_text(given, "act");
	struct rule *grown, *r;
	int act = 0;

	while (act < N_ACTS && (!name || strcmp(name, acts[act].name)))
		act++;
	if (act == N_ACTS)
		return fail(err, "fault: \"act\": found \"%s\", expected one of those in faults.h",
			    name ? name : "");
	if (!(grown = realloc(f->rules, (f->n + 1) * sizeof *grown)))
		abort();
	f->rules = grown;
	r = &f->rules[f->n++];
	*r = (struct rule){.act = (enum act)act, .given = json_deep_copy(given)};
	r->method = json_text(r->given, "method");
	r->path = json_text(r->given, "path");
	r->query = json_text(r->given, "query");
	r->body = json_text(r->given, "body");
	r->retry_after = json_text(r->given, "retry_after");
	r->location = json_text(r->given, "location");
	r->status = json_int(given, "status", 503);
	r->ms = json_int(given, "ms", 0);
	r->bytes = json_int(given, "bytes", act == ACT_HUGE ? HUGE_BYTES : 0);
	r->late_ms = json_int(given, "late_ms", 60 * SECOND);
	r->act_ms = json_int(given, "act_ms", 0);
	r->stale_ms = json_int(given, "stale_ms", 0);
	r->at = json_int(given, "at", 0);
	r->rows = json_int(given, "rows", 0);
	r->times = json_int(given, "times", 1);
	r->skip = json_int(given, "skip", 0);
	r->executed = acts[act].executed > 0 || (acts[act].executed == 0 && json_flag(given, "executed", 0));
	return 0;
}

json_t *
faults_report(const struct faults *f)
{
	json_t *list = json_array();

	for (size_t i = 0; i < f->n; i++) {
		json_t *o = json_deep_copy(f->rules[i].given);

		json_object_set_new(o, "matched", json_integer(f->rules[i].matched));
		json_object_set_new(o, "acted", json_integer(f->rules[i].acted));
		json_array_append_new(list, o);
	}
	return list;
}

static int
matches(const struct rule *r, const struct http_msg *rq, const char *path)
{
	const char *query = strchr(rq->target, '?');

	return (!r->method || !strcmp(r->method, rq->method)) && (!r->path || glob_match(r->path, path)) &&
	       (!r->query || strstr(query ? query + 1 : "", r->query)) &&
	       (!r->body || strstr(rq->body, r->body));
}

static struct rule *
due(struct faults *f, const struct http_msg *rq)
{
	struct buf path = BUF_MAX(16 << 10);
	struct rule *found = NULL;

	if (!f->n)
		return NULL;
	path_get(rq, &path);
	for (size_t i = 0; i < f->n && !found; i++) {
		struct rule *r = &f->rules[i];

		if (r->times >= 0 && r->acted >= r->times)
			continue;
		if (matches(r, rq, buf_str(&path)) && r->matched++ >= r->skip)
			found = r;
	}
	buf_free(&path);
	return found;
}

/* Replaces what the world answered. */
static void
replace(struct http_reply *rs, int status, const char *type, const char *body)
{
	buf_clear(&rs->headers);
	rs->status = status;
	rs->type = type;
	buf_set(&rs->body, body, strlen(body));
}

static void
put_retry_after(struct http_reply *rs, const char *text, int64_t now)
{
	char date[64];
	time_t seconds;
	struct tm tm;
	long later;

	if (sscanf(text, "date:+%lds", &later) == 1) {
		seconds = (time_t)(now / SECOND + later);
		strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&seconds, &tm));
		text = date;
	}
	buf_fmt(&rs->headers, "Retry-After: %s\r\n", text);
}

static void
answer_status(const struct rule *r, int64_t now, struct http_reply *rs)
{
	struct buf body = BUF_MAX(1024);

	buf_fmt(&body,
		"{\"errors\":[{\"errorId\":%d,\"domain\":\"ACCESS\",\"category\":\"%s\",\"message\":\"%s\","
		"\"longMessage\":\"%s\"}]}",
		r->status == 429 ? 2001 : 2003, r->status < 500 ? "REQUEST" : "APPLICATION",
		r->status == 429 ? "Too many requests." : "Internal error",
		r->status == 429 ? "Too many requests." : "Internal error");
	replace(rs, (int)r->status, "application/json", buf_str(&body));
	if (r->retry_after)
		put_retry_after(rs, r->retry_after, now);
	buf_free(&body);
}

static void
answer_bomb(struct http_reply *rs)
{
	struct buf body = BUF_MAX(4096);

	buf_put(&body, "<?xml version=\"1.0\"?>\n<!DOCTYPE bomb [\n<!ENTITY a0 \"ha\">\n");
	for (int i = 1; i < 30; i++)
		buf_fmt(&body, "<!ENTITY a%d \"&a%d;&a%d;&a%d;&a%d;\">\n", i, i - 1, i - 1, i - 1, i - 1);
	buf_put(&body,
		"]>\n<GetMyMessagesResponse xmlns=\"urn:ebay:apis:eBLBaseComponents\"><Ack>Success</Ack>"
		"<Messages><Message><Text>&a29;</Text></Message></Messages></GetMyMessagesResponse>\n");
	replace(rs, 200, "text/xml;charset=utf-8", buf_str(&body));
	buf_free(&body);
}

/* So many bytes: a list that is `item`, times and times again. */
static void
answer_many(struct http_reply *rs, const char *item, const char *last, int64_t bytes)
{
	replace(rs, 200, "application/json", "[");
	while ((int64_t)rs->body.len < bytes && !buf_put(&rs->body, item))
		;
	buf_put(&rs->body, last);
}

/* After the world had its turn, or instead of it. */
static void
disturb(const struct rule *r, int64_t now, struct http_reply *rs)
{
	switch (r->act) {
	case ACT_STATUS: answer_status(r, now, rs); break;
	case ACT_CUT:
		rs->how.cut = 1;
		rs->how.cut_at = (size_t)r->bytes;
		break;
	case ACT_ACCEPT_THEN_CLOSE:
	case ACT_DROP: rs->how.ending = END_CLOSE; break;
	case ACT_DROP_THEN_ACT:
		rs->how.ending = END_CLOSE;
		rs->how.act_later = 1;
		rs->how.act_ms = r->act_ms;
		break;
	case ACT_RESET: rs->how.ending = END_RESET; break;
	case ACT_HANG: rs->how.ending = END_HANG; break;
	case ACT_REDIRECT:
		replace(rs, 307, NULL, "");
		buf_fmt(&rs->headers, "Location: %s\r\n",
			r->location ? r->location : "https://www.example.com/elsewhere");
		break;
	case ACT_DUPLICATE: page_disturb(&rs->body, PAGE_TWICE, 0); break;
	case ACT_REORDER: page_disturb(&rs->body, PAGE_BACKWARDS, 0); break;
	case ACT_OMIT: page_disturb(&rs->body, PAGE_WITHOUT_ONE, (size_t)r->at); break;
	case ACT_STRANGE: page_disturb(&rs->body, PAGE_WITH_A_STRANGE_ONE, (size_t)r->at); break;
	case ACT_CHARSET: body_to_latin1(&rs->body); break;
	case ACT_HTML:
		replace(rs, 200, "text/html",
			"<!DOCTYPE html><html><head><title>Pardon</title></head><body><h1>Pardon our "
			"interruption</h1>"
			"<p>As you were browsing, something about you made us think you might be a "
			"bot.</p></body></html>\n");
		break;
	case ACT_HUGE:
		replace(rs, 200, "application/json", "{\"padding\":\"");
		rs->how.filler = (uint64_t)r->bytes;
		rs->how.undeclared = 1;
		break;
	case ACT_BOMB: answer_bomb(rs); break;
	case ACT_EXTERNAL:
		replace(rs, 200, "text/xml;charset=utf-8",
			"<?xml version=\"1.0\"?>\n<!DOCTYPE x [<!ENTITY leak SYSTEM "
			"\"file:///etc/hostname\">]>\n"
			"<GetMyMessagesResponse xmlns=\"urn:ebay:apis:eBLBaseComponents\"><Ack>Success</Ack>"
			"<Messages><Message><Text>&leak;</Text></Message></Messages></"
			"GetMyMessagesResponse>\n");
		break;
	case ACT_DRIP: rs->how.drip = 1; break;
	case ACT_DEEP: answer_many(rs, "[", "", r->bytes); break;
	case ACT_CROWD: answer_many(rs, "{},", "{}]", r->bytes); break;
	case ACT_SLOW:
	case ACT_STUCK:
	case ACT_SHIFT:
	case ACT_STALE:
	case ACT_MUTE:
	case ACT_EXPIRE:
	case N_ACTS: break;
	case ACT_LATE:
		if (json_flag(r->given, "lost", 0))
			rs->how.ending = END_CLOSE;
		break;
	}
	rs->how.delay_ms = r->ms;
}

/* The same request for a page so many rows on; by: 0 stands for the first page. */
static void
handle_elsewhere(struct ebay *e, const struct http_msg *rq, int64_t by, int64_t now, struct http_reply *rs)
{
	struct http_msg other = *rq;
	struct buf target = BUF_MAX(64 << 10);
	const char *offset = strstr(rq->target, "offset=");
	const int64_t here = offset ? strtoll(offset + strlen("offset="), NULL, 10) : 0;

	if (here) {
		buf_fmt(&target, "%.*soffset=%lld%s", (int)(offset - rq->target), rq->target,
			(long long)(by ? here + by : 0), offset + strcspn(offset, "&"));
		other.target = buf_str(&target);
	}
	ebay_handle(e, &other, now, rs);
	buf_free(&target);
}

/* As it would have been answered then; a question about the time since, which could not have been asked then, is answered now. */
static void
handle_muted(struct ebay *e, const struct http_msg *rq, int64_t then, int64_t now, struct http_reply *rs)
{
	ebay_handle(e, rq, then, rs);
	if (rs->status < 400)
		return;
	buf_clear(&rs->headers);
	buf_clear(&rs->body);
	ebay_handle(e, rq, now, rs);
}

void
faults_handle(struct faults *f, struct ebay *e, const struct http_msg *rq, int64_t now, struct http_reply *rs)
{
	struct rule *r = due(f, rq);

	if (!r) {
		ebay_handle(e, rq, now, rs);
		return;
	}
	r->acted++;
	if (r->act == ACT_EXPIRE)
		ebay_expire(e);
	if (r->act == ACT_LATE)
		ebay_hide_sent(e, r->late_ms);
	if (r->act == ACT_STUCK)
		handle_elsewhere(e, rq, 0, now, rs);
	else if (r->act == ACT_SHIFT)
		handle_elsewhere(e, rq, r->rows, now, rs);
	else if (r->act == ACT_STALE)
		ebay_handle(e, rq, now - r->stale_ms, rs);
	else if (r->act == ACT_MUTE && !strcmp(rq->method, "GET"))
		handle_muted(e, rq, r->began = r->began ? r->began : now, now, rs);
	else if (r->executed)
		ebay_handle(e, rq, now, rs);
	ebay_hide_sent(e, 0);
	disturb(r, now, rs);
}
