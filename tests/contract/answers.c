/* read(): nothing unreadable is taken for an answer, and nothing is lost or moved on when it is not one. */
#include "bench.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MUTATIONS 300 /* of an answer; the fuzz targets go further */
#define STEPS     20  /* of one action or sweep */

/* The body is copied into memory of its exact size, so that a sanitizer sees one byte too far. */
static enum outcome
read_body(struct bench *b, const char *given, long status, const char *body, size_t len)
{
	char *exact = must_alloc(len);
	enum outcome o;

	memcpy(exact, body, len);
	recorder_clear(&b->recorder);
	answer_set(&b->answer, status, exact, len);
	b->answer.rs.retry_after = status == 429 ? 30 * SECOND : 0;
	o = b->p.x->read(&b->task, &b->answer.rs, &b->recorder.found);
	free(exact);
	expect(b->k, (unsigned)o <= REFUSED, "an outcome for %s, found %d", given, (int)o);
	if (o != DONE && o != MORE) {
		const struct found *f = &b->recorder.found;

		expect(b->k, !f->cursor.len, "the cursor untouched with %s, for %s", outcome_name(o), given);
		expect(b->k, !f->token.len && !f->grant.len, "no token with %s, for %s", outcome_name(o),
		       given);
		expect(b->k, f->err.text[0], "a reason with %s, for %s: fail(&found->err, …) or later()",
		       outcome_name(o), given);
	}
	return o;
}

static void
check_unreadable(struct bench *b, int once, const char *what, const char *body, size_t len)
{
	enum outcome o = read_body(b, what, 200, body, len), wanted = once ? UNSURE : LATER;

	if (b->p.role == ACK)
		return; /* an acknowledgement has no words that matter */
	if (b->p.role == REDEEM || b->p.role == REFRESH)
		expect(b->k, o != DONE && o != MORE, "no %s for %s", outcome_name(o), what);
	else
		expect(b->k, o == wanted, "%s for %s, found %s (its request has once = %d)",
		       outcome_name(wanted), what, outcome_name(o), once);
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
	char given[80];
	enum outcome o;
	size_t i, j;
	int once, login = b->p.role == REDEEM || b->p.role == REFRESH;

	task_fill(b);
	if (ask(b, NULL) || b->request.medium == BY_MAIL)
		return;
	once = b->request.once;
	for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		o = read_body(b, "status 401", 401, bodies[i], strlen(bodies[i]));
		expect(b->k, login ? o != DONE && o != MORE : o == LOGIN, "LOGIN for status 401, found %s",
		       outcome_name(o));
		for (j = 0; j < sizeof(busy) / sizeof(busy[0]); j++) {
			snprintf(given, sizeof(given), "status %ld with \"%s\"", busy[j], bodies[i]);
			o = read_body(b, given, busy[j], bodies[i], strlen(bodies[i]));
			expect(b->k, o == LATER || (o == UNSURE && once), "%s for status %ld, found %s",
			       once ? "LATER or UNSURE" : "LATER", busy[j], outcome_name(o));
			expect(b->k, !once || o == UNSURE || busy[j] == 429,
			       "UNSURE for status %ld of a request that must not be repeated, found %s",
			       busy[j], outcome_name(o));
			expect(b->k, o != LATER || busy[j] != 429 || b->recorder.found.wait >= 30 * SECOND,
			       "found->wait of at least Retry-After, as outcome_of() sets it");
		}
		for (j = 300; j < 500; j += j == 308 ? 92 : 1) {
			snprintf(given, sizeof(given), "status %zu with \"%s\"", j, bodies[i]);
			o = read_body(b, given, (long)j, bodies[i], strlen(bodies[i]));
			expect(b->k, b->p.role == SEND || (o != DONE && o != MORE), "no %s for %s",
			       outcome_name(o), given);
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
	o = read_body(b, "an answer of the platform", 200, body, len);
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
		o = read_body(b, "a cut answer", 200, body, cut);
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
		read_body(b, "a damaged answer", 200, buf_str(&copy), copy.len);
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

static const char *
why(const struct bench *b, char words[ERR_MAX])
{
	err_english(b->recorder.found.err.text, words, ERR_MAX);
	return words;
}

/* FOLDER/ROLE-NAME.STEP. — what is no letter, digit, '_' or '.' in a name is '-' in its file's. */
static void
tape_path(const struct bench *b, const char *folder, int step, const char *ending, char path[512])
{
	char name[64];
	size_t i;

	snprintf(name, sizeof(name), "%s", b->p.name);
	for (i = 0; name[i]; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789_.", name[i]))
			name[i] = '-';
	snprintf(path, 512, "%s/%s-%s.%d.%s", folder, role_names[b->p.role], name, step, ending);
}

/* Plays ROLE-NAME.1, .2, … as one sweep or action; each step must be accepted. */
static void
check_tapes(struct bench *b, const char *folder)
{
	struct buf body = BUF_MAX(4 << 20);
	enum outcome o = MORE;
	char path[512], words[ERR_MAX];
	int step, asked;

	buf_clear(&b->cursor);
	for (step = 1; step <= STEPS && o == MORE; step++) {
		tape_path(b, folder, step, "json", path);
		if (file_read(path, &body)) {
			tape_path(b, folder, step, "xml", path);
			if (file_read(path, &body)) {
				expect(b->k, step > 1 || (b->p.role != POLL && b->p.role != CHECK),
				       "an answer that is accepted, in %.*sjson or .xml; it is missing",
				       (int)strlen(path) - 3, path);
				expect(b->k, step == 1, "MORE only while there are tapes, %s is missing",
				       path);
				break;
			}
		}
		task_fill(b);
		if (b->cursor.len)
			b->task.cursor = buf_str(&b->cursor);
		asked = !ask(b, NULL);
		if (asked)
			check_request(b);
		check_damage(b, body.data, body.len, MUTATIONS);
		task_fill(b);
		if (b->cursor.len)
			b->task.cursor = buf_str(&b->cursor);
		o = read_body(b, path, 200, body.data, body.len);
		expect(b->k, o == DONE || o == MORE, "%s to be accepted, found %s: %s", path, outcome_name(o),
		       why(b, words));
		expect(b->k,
		       !asked || o != DONE || b->p.role != SEND || b->p.action->repeat != REPEAT_NEVER ||
			       b->request.once,
		       "once = 1 for the step that ends a send that nothing makes harmless");
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
		check_damage(b, body.data, body.len, MUTATIONS / 20);
	}
	if (d)
		closedir(d);
	buf_free(&body);
}

void
check_answers(struct bench *b, const char *tapes, const char *bodies)
{
	check_garbage(b);
	check_statuses(b);
	if (tapes)
		check_tapes(b, tapes);
	if (bodies)
		check_bodies(b, bodies);
}
