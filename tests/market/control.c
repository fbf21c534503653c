#include <string.h>

#include "base/json.h"
#include "control.h"

static void
answer(struct http_reply *rs, int status, json_t *stolen)
{
	char *text = json_dumps(stolen, JSON_INDENT(1));

	rs->status = status;
	rs->type = "application/json";
	buf_put(&rs->body, text ? text : "");
	buf_put(&rs->body, "\n");
	free(text);
	json_decref(stolen);
}

static void
refuse(struct http_reply *rs, int status, const char *words)
{
	answer(rs, status, json_pack("{s:s}", "error", words));
}

/* An id, or what was wrong. */
static void
answer_id(struct http_reply *rs, const char *key, const char *id, const struct err *err)
{
	char words[ERR_MAX];

	if (id) {
		answer(rs, 200, json_pack("{s:s}", key, id));
		return;
	}
	err_english(err->text, words, sizeof words);
	refuse(rs, 400, words);
}

static void
put_world(struct market *m, const json_t *body, int64_t now, struct http_reply *rs)
{
	struct err err = {""};

	answer_id(rs, "done", ebay_world(m->ebay, body, now, &err) ? NULL : "world", &err);
}

static void
put_fault(struct market *m, const json_t *body, int64_t now, struct http_reply *rs)
{
	struct err err = {""};

	(void)now;
	if (json_flag(body, "clear", 0)) {
		faults_clear(m->faults);
		answer_id(rs, "done", "clear", &err);
	} else {
		answer_id(rs, "done", faults_add(m->faults, body, &err) ? NULL : "fault", &err);
	}
}

static void
get_fault(struct market *m, const json_t *body, int64_t now, struct http_reply *rs)
{
	(void)body, (void)now;
	answer(rs, 200, faults_report(m->faults));
}

static void
get_sent(struct market *m, const json_t *body, int64_t now, struct http_reply *rs)
{
	(void)body, (void)now;
	answer(rs, 200, ebay_sent(m->ebay));
}

static void
get_calls(struct market *m, const json_t *body, int64_t now, struct http_reply *rs)
{
	(void)body, (void)now;
	answer(rs, 200, ebay_calls(m->ebay));
}

static void
get_state(struct market *m, const json_t *body, int64_t now, struct http_reply *rs)
{
	(void)body;
	answer(rs, 200, ebay_state(m->ebay, now));
}

static void
put_message(struct market *m, const json_t *body, int64_t now, struct http_reply *rs)
{
	struct err err = {""};
	const char *id = ebay_message(m->ebay, body, now, &err);

	answer_id(rs, "messageId", id, &err);
}

static void
put_answer(struct market *m, const json_t *body, int64_t now, struct http_reply *rs)
{
	struct err err = {""};
	const char *id = ebay_by_hand(m->ebay, body, now, &err);

	answer_id(rs, "messageId", id, &err);
}

static void
put_dispute(struct market *m, const json_t *body, int64_t now, struct http_reply *rs)
{
	struct err err = {""};
	const char *id = json_text(body, "dispute") ? ebay_dispute_act(m->ebay, body, now, &err)
						    : ebay_dispute(m->ebay, body, now, &err);

	answer_id(rs, "dispute", id, &err);
}

static void
put_feedback(struct market *m, const json_t *body, int64_t now, struct http_reply *rs)
{
	struct err err = {""};
	const char *id = ebay_feedback(m->ebay, body, now, &err);

	answer_id(rs, "feedback", id, &err);
}

static void
put_push(struct market *m, const json_t *body, int64_t now, struct http_reply *rs)
{
	struct err err = {""};

	answer_id(rs, "done", push_send(m->pushes, m->ebay, body, now, &err) ? NULL : "push", &err);
}

static void
get_push(struct market *m, const json_t *body, int64_t now, struct http_reply *rs)
{
	(void)body, (void)now;
	answer(rs, 200, pushes_report(m->pushes));
}

static void
get_disputes(struct market *m, const json_t *body, int64_t now, struct http_reply *rs)
{
	(void)body;
	answer(rs, 200, ebay_disputes(m->ebay, now));
}

static void
get_refunds(struct market *m, const json_t *body, int64_t now, struct http_reply *rs)
{
	(void)body;
	answer(rs, 200, ebay_refunds(m->ebay, now));
}

static void
get_feedback(struct market *m, const json_t *body, int64_t now, struct http_reply *rs)
{
	(void)body, (void)now;
	answer(rs, 200, ebay_feedback_report(m->ebay));
}

static void
put_code(struct market *m, const json_t *body, int64_t now, struct http_reply *rs)
{
	(void)body;
	answer(rs, 200, json_pack("{s:s}", "code", ebay_mint_code(m->ebay, now)));
}

static void
put_revoke(struct market *m, const json_t *body, int64_t now, struct http_reply *rs)
{
	(void)body, (void)now;
	ebay_revoke(m->ebay);
	answer(rs, 200, json_pack("{s:s}", "done", "revoke"));
}

static void
put_expire(struct market *m, const json_t *body, int64_t now, struct http_reply *rs)
{
	(void)body, (void)now;
	ebay_expire(m->ebay);
	answer(rs, 200, json_pack("{s:s}", "done", "expire"));
}

/* For tests that look for tokens where they must not be. */
static void
get_tokens(struct market *m, const json_t *body, int64_t now, struct http_reply *rs)
{
	(void)body, (void)now;
	answer(rs, 200, ebay_tokens(m->ebay));
}

static void
put_quit(struct market *m, const json_t *body, int64_t now, struct http_reply *rs)
{
	(void)body, (void)now;
	m->quit = 1;
	answer(rs, 200, json_pack("{s:s}", "done", "quit"));
}

static const struct {
	const char *method, *path;
	int needs_body;
	void (*serve)(struct market *, const json_t *, int64_t now, struct http_reply *);
} controls[] = {
	{"POST", "/_market/world", 1, put_world},       {"POST", "/_market/fault", 1, put_fault},
	{"GET", "/_market/fault", 0, get_fault},        {"GET", "/_market/sent", 0, get_sent},
	{"GET", "/_market/calls", 0, get_calls},        {"GET", "/_market/state", 0, get_state},
	{"POST", "/_market/message", 1, put_message},   {"POST", "/_market/answer", 1, put_answer},
	{"POST", "/_market/code", 0, put_code},         {"POST", "/_market/revoke", 0, put_revoke},
	{"POST", "/_market/expire", 0, put_expire},     {"POST", "/_market/quit", 0, put_quit},
	{"GET", "/_market/tokens", 0, get_tokens},      {"POST", "/_market/dispute", 1, put_dispute},
	{"GET", "/_market/disputes", 0, get_disputes},  {"GET", "/_market/refunds", 0, get_refunds},
	{"POST", "/_market/feedback", 1, put_feedback}, {"GET", "/_market/feedback", 0, get_feedback},
	{"POST", "/_market/push", 1, put_push},         {"GET", "/_market/push", 0, get_push},
};

int
is_control(const struct http_msg *rq)
{
	return !strncmp(rq->target, "/_market/", 9);
}

void
control_handle(struct market *m, const struct http_msg *rq, int64_t now, struct http_reply *rs)
{
	size_t i, n = sizeof controls / sizeof *controls;
	json_t *body = NULL;

	for (i = 0; i < n; i++)
		if (!strcmp(controls[i].method, rq->method) && !strcmp(controls[i].path, rq->target))
			break;
	if (i == n) {
		refuse(rs, 404, "unknown; see README.md");
		return;
	}
	if (controls[i].needs_body)
		body = json_loadb(rq->body, rq->len, 0, NULL);
	if (controls[i].needs_body && !json_is_object(body))
		refuse(rs, 400, "the body is not a JSON object");
	else
		controls[i].serve(m, body, now, rs);
	json_decref(body);
}
