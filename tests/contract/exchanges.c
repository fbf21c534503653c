/* ask() and read() of every exchange, with tame, hostile and damaged input. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "check.h"
#include "recorder.h"

#define MUTATIONS 2000
#define STEPS	  20 /* of one action or sweep */
#define SETTINGS  64

/* Planted where secrets are; must never be seen in an address. */
#define TOKEN  "tokenCANARY1234567890"
#define GRANT  "grantCANARY1234567890"
#define SECRET "secretCANARY123456789"

#define HOSTILE "\"x\" <&>'%s\\\r\nX-Injected: 1\r\n\r\n\x01\x1b\x7f\xff\xc3 \xe4\xb8\xad"

/* Everything an exchange is tried with. */
struct bench {
	struct check *k;
	struct place p;
	struct setting settings[SETTINGS];
	struct account account;
	struct outgoing out;
	struct task task;
	struct request request;
	struct recorder recorder;
	struct answer answer;
	struct buf cursor; /* of a multi-step exchange */
	uint64_t random;
};

/* ---- tasks ---- */

static const char *
setting_for(const struct key *key, struct arena *arena)
{
	if (key->preset && *key->preset)
		return key->preset;
	switch (key->type) {
	case KEY_NUMBER: return "1";
	case KEY_FLAG: return "no";
	case KEY_SECRET: return SECRET;
	case KEY_CHOICE: return arena_strndup(arena, key->choices, strcspn(key->choices, " "));
	default: return "example";
	}
}

/* What a person pastes after consent: the address they were sent back to, with the state we gave along. */
static const char *
pasted(struct bench *b)
{
	struct buf url = BUF_MAX(8192), state = BUF_MAX(1024);
	const char *address;

	b->p.credential->consent(&b->task, &url, NULL);
	url_query_get(buf_str(&url), "state", &state);
	address =
	    arena_fmt(b->task.arena, "https://shop.example/back?state=%s&code=codeCANARY", buf_str(&state));
	buf_free(&url);
	buf_free(&state);
	return address;
}

static void
task_fill(struct bench *b)
{
	const struct key *key;
	int n = 0;

	arena_reset(b->task.arena);
	for (key = b->k->c->keys; key && key->name && n < SETTINGS - 2; key++)
		b->settings[n++] = (struct setting){key->name, setting_for(key, b->task.arena)};
	b->settings[n++] = (struct setting){"identity", "example_shop"};
	b->settings[n] = (struct setting){0};
	b->account = (struct account){.name = "example", .settings = b->settings, .connector = b->k->c};
	b->out = (struct outgoing){
	    .kind = b->p.name,
	    .conversation = "c-100",
	    .message = "m-100",
	    .order = "o-100",
	    .listing = "110000000100",
	    .buyer = "example_buyer",
	    .text = "Ihr Paket ist unterwegs. \xe4\xb8\xad",
	    .marketplace = "",
	    .revision = "7",
	    .amount = {2890, "EUR"},
	};
	b->task = (struct task){
	    .account = &b->account,
	    .out = b->p.action ? &b->out : NULL,
	    .token = TOKEN,
	    .grant = GRANT,
	    .cursor = "",
	    .key = "0123456789abcdef0123456789abcdef",
	    .now = INT64_C(1790944260000),
	    .since = INT64_C(1790944260000) - 90 * DAY,
	    .seed = 42,
	    .arena = b->task.arena,
	};
	if (b->p.role == REDEEM && b->p.credential->consent)
		b->task.cursor = pasted(b);
}

static int
ask(struct bench *b, struct err *err)
{
	request_clear(&b->request);
	return b->p.x->ask(&b->task, &b->request, err);
}

/* ---- what every request keeps to ---- */

static int
is_visible(const char *s)
{
	for (; *s; s++)
		if (*s <= 0x20 || *s == 0x7f) /* with signed char also everything beyond ASCII */
			return 0;
	return 1;
}

static void
check_headers(struct bench *b)
{
	const char *p = buf_str(&b->request.headers);
	size_t len, name;

	for (; *p; p += len + (p[len] == '\n')) {
		len = strcspn(p, "\n");
		name = strspn(p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");
		expect(b->k, p[len] == '\n', "each header to end with a newline");
		expect(b->k, name > 0 && p[name] == ':', "headers of the form Name: value, found \"%.*s\"",
		       (int)len, p);
		expect(b->k, strncasecmp(p, "x-injected", 10) != 0, "no header that came from a text");
		expect(b->k, !memchr(p, '\r', len) && !memchr(p, '\x01', len),
		       "no control characters in headers");
	}
}

static void
check_http(struct bench *b)
{
	const char *url = buf_str(&b->request.url), *method = b->request.method;
	const struct host *h;
	char host[256] = "";

	expect(b->k,
	       method && (!strcmp(method, "GET") || !strcmp(method, "POST") || !strcmp(method, "PUT") ||
			  !strcmp(method, "PATCH") || !strcmp(method, "DELETE")),
	       "a method");
	if (!expect(b->k, !strncmp(url, "https://", 8), "an https address, found \"%.20s\"", url))
		return;
	snprintf(host, sizeof(host), "%.*s", (int)strcspn(url + 8, "/?#"), url + 8);
	for (h = b->k->c->hosts; h->pattern && !glob_match(h->pattern, host); h++)
		;
	expect(b->k, h->pattern != NULL, "a declared host, found \"%s\"", host);
	expect(b->k, (h->pattern && h->token) || !strstr(buf_str(&b->request.headers), "CANARY"),
	       "no secret for a host that may not see it: %s", host);
	expect(b->k, is_visible(url), "an address without spaces, control and foreign characters");
	expect(b->k, !strstr(url, TOKEN) && !strstr(url, GRANT) && !strstr(url, SECRET),
	       "no secret in the address");
	check_headers(b);
}

static void
check_mail(struct bench *b)
{
	const char *body = buf_str(&b->request.body), *end = strstr(body, "\r\n\r\n"), *injected;

	expect(b->k, strchr(buf_str(&b->request.from), '@') && is_visible(buf_str(&b->request.from)),
	       "a sender");
	expect(b->k, strchr(buf_str(&b->request.to), '@') && is_visible(buf_str(&b->request.to)),
	       "a recipient");
	if (expect(b->k, end != NULL, "a mail with headers and a body, lines ending with CRLF")) {
		injected = strcasestr(body, "\nx-injected");
		expect(b->k, !injected || injected > end, "no header that came from a text");
	}
}

static void
check_request(struct bench *b)
{
	const struct request *r = &b->request;

	expect(b->k, !r->url.over && !r->headers.over && !r->body.over && !r->from.over && !r->to.over,
	       "ask to fail when a part outgrows its size");
	if (b->p.role == SEND && b->p.action->repeat == REPEAT_NEVER)
		expect(b->k, r->once, "once = 1 for a send that nothing makes harmless");
	if (b->p.role == REFRESH && b->p.credential->rotates)
		expect(b->k, r->once, "once = 1 for a refresh that ends the old grant");
	if (b->p.role == POLL || b->p.role == LOOK)
		expect(b->k, !r->once, "once = 0 for what only reads");
	if (r->medium == BY_HTTP)
		check_http(b);
	else
		check_mail(b);
}

static int
same(const struct buf *a, const struct buf *b)
{
	return a->len == b->len && !memcmp(buf_str(a), buf_str(b), a->len);
}

static void
check_ask(struct bench *b)
{
	struct request first;
	struct err err = {0};
	char words[ERR_MAX];

	task_fill(b);
	if (ask(b, &err)) {
		err_english(err.text, words, sizeof(words));
		expect(b->k, b->p.role == ACK, "a request for a whole task, found: %s", words);
		expect(b->k, err.text[0], "a reason");
		return;
	}
	check_request(b);
	first = b->request;
	request_init(&b->request);
	task_fill(b);
	expect(b->k,
	       !ask(b, &err) && first.once == b->request.once && same(&first.url, &b->request.url) &&
		   same(&first.headers, &b->request.headers) && same(&first.body, &b->request.body) &&
		   same(&first.from, &b->request.from) && same(&first.to, &b->request.to),
	       "the same bytes for the same task");
	request_free(&first);
}

/* Texts from buyers, ids and tokens from platforms: ask may refuse them, but not put them anywhere they act. */
static void
check_hostile_ask(struct bench *b)
{
	static char long_text[64 * 1024];
	const char *hostile[] = {HOSTILE,   "",	 "\n", "\r\nX-Injected: 1", "../../x?y#z@evil.example/",
				 long_text, NULL};
	struct err err;
	int i, field;

	memset(long_text, 'x', sizeof(long_text) - 1);
	for (i = 0; i < (int)(sizeof(hostile) / sizeof(hostile[0])); i++) {
		for (field = 0; field < 11; field++) {
			const char *s = hostile[i];

			task_fill(b);
			switch (field) {
			case 0: b->out.conversation = s; break;
			case 1: b->out.message = s; break;
			case 2: b->out.order = s; break;
			case 3: b->out.listing = s; break;
			case 4: b->out.buyer = s; break;
			case 5: b->out.text = s ? s : ""; break;
			case 6: b->out.marketplace = s; break;
			case 7: b->out.revision = s; break;
			case 8: b->task.cursor = s ? s : ""; break;
			case 9: b->task.token = s ? s : ""; break;
			case 10: b->task.grant = s ? s : ""; break;
			}
			err.text[0] = '\0';
			if (!ask(b, &err))
				check_request(b);
			else
				expect(b->k, err.text[0], "a reason");
		}
	}
}

/* ---- answers ---- */

/* The body is copied into memory of its exact size, so that a sanitizer sees one byte too far. */
static enum outcome
read_body(struct bench *b, long status, const char *headers, const char *body, size_t len)
{
	char *exact = must_alloc(len);
	enum outcome o;

	memcpy(exact, body, len);
	recorder_clear(&b->recorder);
	answer_set(&b->answer, status, exact, len);
	b->answer.headers = headers;
	b->answer.rs.retry_after = status == 429 ? 30 * SECOND : 0;
	o = b->p.x->read(&b->task, &b->answer.rs, &b->recorder.found);
	free(exact);
	expect(b->k, (unsigned)o <= REFUSED, "an outcome, found %d", (int)o);
	if (o != DONE && o != MORE) {
		const struct found *f = &b->recorder.found;

		expect(b->k, !f->cursor.len, "the cursor untouched with %s", outcome_name(o));
		expect(b->k, !f->token.len && !f->grant.len, "no token with %s", outcome_name(o));
		expect(b->k, f->err.text[0], "a reason with %s", outcome_name(o));
	}
	return o;
}

static void
check_unreadable(struct bench *b, int once, const char *what, const char *body, size_t len)
{
	enum outcome o = read_body(b, 200, NULL, body, len), wanted = once ? UNSURE : LATER;

	if (b->p.role == ACK)
		return; /* an acknowledgement has no words that matter */
	if (b->p.role == REDEEM || b->p.role == REFRESH)
		expect(b->k, o != DONE && o != MORE, "no %s for %s", outcome_name(o), what);
	else
		expect(b->k, o == wanted, "%s for %s, found %s", outcome_name(wanted), what, outcome_name(o));
}

static void
check_garbage(struct bench *b)
{
	static const char *const bodies[][2] = {
	    {"an empty answer", ""},
	    {"garbage", "\x01\xff\xfe garbage"},
	    {"a page of HTML",
	     "<!DOCTYPE html><html><head><title>Login</title></head><body>Sorry</body></html>"},
	    {"cut JSON", "{\"total\":1,\"orders\":[{\"orderId\":\"12-3\",\"cre"},
	    {"cut XML", "<?xml version=\"1.0\"?><Response><Ack>Success</Ack><Item>"},
	    {"a JSON text", "\"ok\""},
	    {"a JSON list", "[]"},
	    {"JSON null", "null"},
	    {"XML with a DOCTYPE", "<!DOCTYPE a [<!ENTITY e \"x\">]><a>&e;</a>"},
	};
	char deep[20000];
	size_t i;
	int once;

	task_fill(b);
	if (ask(b, NULL) || b->request.medium == BY_MAIL)
		return;
	once = b->request.once;
	for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		check_unreadable(b, once, bodies[i][0], bodies[i][1], strlen(bodies[i][1]));
	memset(deep, '[', sizeof(deep));
	check_unreadable(b, once, "JSON nested 20000 deep", deep, sizeof(deep));
}

static void
check_statuses(struct bench *b)
{
	static const char *const bodies[] = {"", "{}", "<a/>", "{\"errors\":[]}"};
	static const long busy[] = {408, 429, 500, 502, 503, 504};
	enum outcome o;
	size_t i, j;
	int once, login = b->p.role == REDEEM || b->p.role == REFRESH;

	task_fill(b);
	if (ask(b, NULL) || b->request.medium == BY_MAIL)
		return;
	once = b->request.once;
	for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		o = read_body(b, 401, NULL, bodies[i], strlen(bodies[i]));
		expect(b->k, login ? o != DONE && o != MORE : o == LOGIN, "LOGIN for status 401, found %s",
		       outcome_name(o));
		for (j = 0; j < sizeof(busy) / sizeof(busy[0]); j++) {
			o = read_body(b, busy[j], NULL, bodies[i], strlen(bodies[i]));
			expect(b->k, o == LATER || (o == UNSURE && once), "%s for status %ld, found %s",
			       once ? "LATER or UNSURE" : "LATER", busy[j], outcome_name(o));
			expect(b->k, !once || o == UNSURE || busy[j] == 429,
			       "UNSURE for status %ld of a request that must not be repeated, found %s",
			       busy[j], outcome_name(o));
			expect(b->k, o != LATER || busy[j] != 429 || b->recorder.found.wait >= 30 * SECOND,
			       "to wait as long as Retry-After says");
		}
		for (j = 300; j < 500; j += j == 308 ? 92 : 1) {
			o = read_body(b, (long)j, NULL, bodies[i], strlen(bodies[i]));
			expect(b->k, b->p.role == SEND || (o != DONE && o != MORE), "no %s for status %zu",
			       outcome_name(o), j);
		}
	}
}

/* ---- answers that were accepted, damaged ---- */

static uint64_t
next_random(struct bench *b)
{
	b->random ^= b->random << 13;
	b->random ^= b->random >> 7;
	b->random ^= b->random << 17;
	return b->random;
}

static void
mutate(struct bench *b, struct buf *body)
{
	static const char *const tokens[] = {"null",
					     "{}",
					     "[]",
					     "-1",
					     "1e999",
					     "\"\"",
					     "18446744073709551616",
					     "\\u0000",
					     "<",
					     "&",
					     "\xff",
					     "2026-13-45T99:99:99Z",
					     "0.001",
					     "]",
					     "}"};
	int edits = 1 + (int)(next_random(b) % 4);

	while (edits-- && body->len) {
		size_t at = next_random(b) % body->len, n = next_random(b) % 16;
		const char *token = tokens[next_random(b) % (sizeof(tokens) / sizeof(tokens[0]))];

		if (n > body->len - at)
			n = body->len - at;
		switch (next_random(b) % 5) {
		case 0: body->data[at] = (char)next_random(b); break;
		case 1: buf_cut(body, at); break;
		case 2: memset(body->data + at, '0', n); break;
		case 3: memcpy(body->data + at, token, strlen(token) < n ? strlen(token) : n); break;
		case 4:
			memmove(body->data + at, body->data + at + n, body->len - at - n);
			buf_cut(body, body->len - n);
			break;
		}
	}
}

static void
check_damage(struct bench *b, const char *body, size_t len, int mutations)
{
	struct buf copy = {.max = len};
	enum outcome o;
	size_t cut;
	int i, calls;

	if (ask(b, NULL) || b->request.medium == BY_MAIL)
		return; /* SMTP answers have no body that matters */
	o = read_body(b, 200, NULL, body, len);
	calls = b->recorder.calls;
	if (o != DONE && o != MORE)
		return;
	for (i = 1; i <= calls && i <= 5; i++) {
		struct recorder *r = &b->recorder;

		recorder_clear(r);
		r->fail_at = i;
		answer_set(&b->answer, 200, body, len);
		o = b->p.x->read(&b->task, &b->answer.rs, &r->found);
		expect(b->k, o == LATER, "LATER when a record could not be stored, found %s",
		       outcome_name(o));
		expect(b->k, r->calls == i, "no further record after one could not be stored");
		expect(b->k, !r->found.cursor.len, "the cursor untouched when a record could not be stored");
	}
	while (len && strchr(" \n\r\t", body[len - 1]))
		len--;
	for (i = 0; i < 50 && len; i++) {
		cut = next_random(b) % len;
		o = read_body(b, 200, NULL, body, cut);
		expect(b->k, (o != DONE && o != MORE) || b->p.role == ACK,
		       "no %s for an answer cut at byte %zu of %zu", outcome_name(o), cut, len);
	}
	for (i = 0; i < mutations; i++) {
		buf_set(&copy, body, len);
		mutate(b, &copy);
		arena_reset(b->task.arena);
		task_fill(b);
		if (b->cursor.len)
			b->task.cursor = buf_str(&b->cursor);
		read_body(b, 200, NULL, buf_str(&copy), copy.len);
	}
	buf_free(&copy);
}

/* ---- files ---- */

static int
file_read(const char *path, struct buf *out)
{
	FILE *f = fopen(path, "rb");
	char chunk[8192];
	size_t n;

	if (!f)
		return -1;
	buf_clear(out);
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_add(out, chunk, n);
	fclose(f);
	return out->over ? -1 : 0;
}

/* Plays ROLE-NAME.1, .2, … as one sweep or action; each step must be accepted. */
static void
check_tapes(struct bench *b, const char *folder)
{
	struct buf body = BUF_MAX(4 << 20);
	enum outcome o = MORE;
	char path[512];
	int step;

	buf_clear(&b->cursor);
	for (step = 1; step <= STEPS && o == MORE; step++) {
		snprintf(path, sizeof(path), "%s/%s-%s.%d.json", folder, role_names[b->p.role], b->p.name,
			 step);
		if (file_read(path, &body)) {
			snprintf(path, sizeof(path), "%s/%s-%s.%d.xml", folder, role_names[b->p.role],
				 b->p.name, step);
			if (file_read(path, &body)) {
				expect(b->k, step == 1, "MORE only while there are tapes, %s is missing",
				       path);
				break;
			}
		}
		task_fill(b);
		if (b->cursor.len)
			b->task.cursor = buf_str(&b->cursor);
		if (!ask(b, NULL))
			check_request(b);
		check_damage(b, body.data, body.len, MUTATIONS);
		task_fill(b);
		if (b->cursor.len)
			b->task.cursor = buf_str(&b->cursor);
		o = read_body(b, 200, NULL, body.data, body.len);
		expect(b->k, o == DONE || o == MORE, "%s to be accepted, found %s", path, outcome_name(o));
		if (b->recorder.found.cursor.len)
			buf_set(&b->cursor, b->recorder.found.cursor.data, b->recorder.found.cursor.len);
	}
	buf_clear(&b->cursor);
	buf_free(&body);
}

/* Any answer of the platform, given to each exchange: most will be refused, none may do harm. */
static void
check_bodies(struct bench *b, const char *folder)
{
	struct buf body = BUF_MAX(256 * 1024);
	DIR *d = opendir(folder);
	struct dirent *e;
	char path[512];

	while (d && (e = readdir(d))) {
		const char *dot = strrchr(e->d_name, '.');

		snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
		if (!dot || (strcmp(dot, ".json") && strcmp(dot, ".xml")) || file_read(path, &body))
			continue;
		task_fill(b);
		check_damage(b, body.data, body.len, 100);
	}
	if (d)
		closedir(d);
	buf_free(&body);
}

void
check_exchanges(struct check *k, const char *tapes, const char *bodies)
{
	struct bench b = {.k = k, .cursor = BUF_MAX(64 * 1024), .random = 0x9e3779b97f4a7c15};
	int i;

	b.task.arena = arena_new();
	request_init(&b.request);
	recorder_init(&b.recorder);
	for (i = 0; (b.p = place_at(k->c, i)).x; i++) {
		snprintf(k->place, sizeof(k->place), "%s %s", role_names[b.p.role], b.p.name);
		check_ask(&b);
		check_hostile_ask(&b);
		check_garbage(&b);
		check_statuses(&b);
		if (tapes)
			check_tapes(&b, tapes);
		if (bodies)
			check_bodies(&b, bodies);
	}
	buf_free(&b.cursor);
	recorder_free(&b.recorder);
	request_free(&b.request);
	arena_free(b.task.arena);
}
