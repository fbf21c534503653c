#include "tape.h"

#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- reading a tape ---- */

static void __attribute__((noreturn, format(printf, 1, 2))) stop(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(2);
}

static void
whole_file(const char *file, struct buf *out)
{
	char chunk[4096];
	size_t n;
	FILE *f = fopen(file, "rb");

	if (!f)
		stop("%s: cannot be read", file);
	while ((n = fread(chunk, 1, sizeof chunk, f)))
		buf_add(out, chunk, n);
	fclose(f);
	if (out->over)
		stop("%s: too long", file);
}

static const struct exchange *
find_exchange(const struct connector *c, const struct account *a, const char *what, const char *name)
{
	const struct stream *s;
	const struct credential *k;
	const struct check *h;
	const struct action *act = connector_action(c, a, name);

	if (!strcmp(what, "stream"))
		for (s = c->streams; s->name; s++)
			if (!strcmp(s->name, name))
				return &s->poll;
	for (k = c->credentials; k->name; k++)
		if (!strcmp(k->name, name))
			return !strcmp(what, "redeem") ? &k->redeem : &k->refresh;
	for (h = c->checks; h && h->name && !strcmp(what, "check"); h++)
		if (!strcmp(h->name, name))
			return &h->x;
	if (c->push && !strcmp(what, "push") && !strcmp(name, "key"))
		return &c->push->key;
	if (act && !strcmp(what, "look"))
		return &act->look;
	if (act && !strcmp(what, "send"))
		return &act->send;
	return NULL;
}

static const char **
out_field(struct outgoing *o, const char *name)
{
	const struct {
		const char *name;
		const char **field;
	} fields[] = {
		{"kind", &o->kind},         {"conversation", &o->conversation},
		{"message", &o->message},   {"order", &o->order},
		{"listing", &o->listing},   {"buyer", &o->buyer},
		{"text", &o->text},         {"marketplace", &o->marketplace},
		{"revision", &o->revision}, {"line", &o->line},
		{"dispute", &o->dispute},   {"feedback", &o->feedback},
		{"memo", &o->memo},         {"reason", &o->reason},
		{"carrier", &o->carrier},   {"tracking", &o->tracking},
	};
	size_t i;

	for (i = 0; i < sizeof fields / sizeof *fields; i++)
		if (!strcmp(fields[i].name, name))
			return fields[i].field;
	return NULL;
}

/* "12.50 EUR", a time, or "name type content" of a file. */
static void
out_other(struct tape *t, const char *file, const char *name, char *value)
{
	struct outgoing *o = &t->out;
	char *second = value + strcspn(value, " ");

	if (!strcmp(name, "shipped") && !instant_parse(value, &o->shipped))
		return;
	if (*second)
		*second++ = '\0';
	if (!strcmp(name, "amount") && !money_parse(value, second, &o->amount, NULL))
		return;
	if (!strcmp(name, "file") && o->nfiles < sizeof t->files / sizeof *t->files) {
		char *content = second + strcspn(second, " ");

		if (*content)
			*content++ = '\0';
		t->files[o->nfiles++] = (struct attachment_file){value, second, content, strlen(content)};
		o->files = t->files;
		return;
	}
	stop("%s: out: no field %s, or not so: %s", file, name, value);
}

/* "key=value": cuts at the sign and returns the value. */
static char *
cut_pair(const char *file, char *pair)
{
	char *sign = strchr(pair, '=');

	if (!sign)
		stop("%s: found \"%s\", expected key=value", file, pair);
	*sign = '\0';
	return sign + 1;
}

static void
read_line(struct tape *t, const char *file, const char *word, char *value, char exchange[3][32])
{
	struct task *task = &t->task;
	size_t n = 0;

	if (!strcmp(word, "exchange")) {
		if (sscanf(value, "%31s %31s %31[^\n]", exchange[0], exchange[1], exchange[2]) != 3)
			stop("%s: exchange: expected CONNECTOR WHAT NAME", file);
	} else if (!strcmp(word, "now") || !strcmp(word, "since")) {
		if (instant_parse(value, *word == 'n' ? &task->now : &task->since))
			stop("%s: %s: no time", file, word);
	} else if (!strcmp(word, "set")) {
		char *v = cut_pair(file, value);

		while (t->settings[n].key)
			n++;
		t->settings[n] = (struct setting){value, v};
	} else if (!strcmp(word, "cursor")) {
		task->cursor = value;
	} else if (!strcmp(word, "grant")) {
		task->grant = value;
	} else if (!strcmp(word, "key")) {
		task->key = value;
	} else if (!strcmp(word, "status")) {
		t->answer.rs.status = atol(value);
	} else if (!strcmp(word, "retry")) {
		t->answer.rs.retry_after = atoll(value);
	} else if (!strcmp(word, "header")) {
		t->answer.headers =
			arena_fmt(t->lines, "%s%s\n", t->answer.headers ? t->answer.headers : "", value);
	} else if (!strcmp(word, "out")) {
		char *v = cut_pair(file, value);

		if (out_field(&t->out, value))
			*out_field(&t->out, value) = v;
		else
			out_other(t, file, value, v);
		task->out = &t->out;
	} else {
		stop("%s: no such word: %s", file, word);
	}
}

struct tape *
tape_read(const char *file)
{
	struct tape *t = must_zalloc(sizeof *t);
	struct buf bytes = BUF_MAX(8 << 20);
	char exchange[3][32] = {""}, *line, *next;
	const struct exchange *e;

	t->lines = arena_new();
	t->account = (struct account){.name = "example", .settings = t->settings};
	t->task = (struct task){.account = &t->account,
				.token = "v^1.1#EXAMPLE",
				.grant = "",
				.cursor = "",
				.key = "0123456789abcdef0123456789abcdef",
				.seed = 7};
	answer_set(&t->answer, 0, "", 0);
	whole_file(file, &bytes);
	line = arena_strndup(t->lines, buf_str(&bytes), bytes.len);
	t->answer.rs.len = bytes.len;
	for (; *line && *line != '\n'; line = next) {
		size_t word;

		if (!(next = strchr(line, '\n')))
			stop("%s: no empty line before the body", file);
		*next++ = '\0';
		word = strcspn(line, " \t");
		if (line[word])
			line[word++] = '\0';
		read_line(t, file, line, line + word + strspn(line + word, " \t"), exchange);
	}
	t->answer.rs.body = *line ? line + 1 : line;
	t->answer.rs.len = strlen(t->answer.rs.body);
	buf_free(&bytes);

	if (!(t->connector = connector_find(exchange[0])))
		stop("%s: no connector %s", file, exchange[0]);
	t->account.connector = t->connector;
	if (!(e = find_exchange(t->connector, &t->account, exchange[1], exchange[2])))
		stop("%s: no exchange %s %s", file, exchange[1], exchange[2]);
	t->what = arena_strdup(t->lines, exchange[1]);
	t->name = arena_strdup(t->lines, exchange[2]);
	if (!strcmp(t->what, "check"))
		t->task.cursor = t->name;
	t->exchange = *e;
	return t;
}

void
tape_free(struct tape *t)
{
	arena_free(t->lines);
	free(t);
}

/* ---- playing it ---- */

/* Each line of a part of the request, marked. */
static void
quote_lines(struct buf *out, const struct buf *part)
{
	const char *p = buf_str(part), *end;

	for (; *p; p = *end ? end + 1 : end) {
		end = strchrnul(p, '\n');
		buf_fmt(out, "> %.*s\n", (int)(end - p), p);
	}
}

int
tape_ask(const struct tape *t, struct request *r, struct err *err)
{
	struct task task = t->task;
	int bad;

	request_init(r);
	task.arena = arena_new();
	bad = t->exchange.ask(&task, r, err);
	arena_free(task.arena);
	return bad;
}

static void
play_ask(const struct tape *t, struct buf *out)
{
	struct request r;
	struct err err = {""};
	char english[ERR_MAX];

	if (tape_ask(t, &r, &err)) {
		err_english(err.text, english, sizeof english);
		buf_fmt(out, "cannot ask: %s\n", english);
	} else {
		buf_fmt(out, "> %s %s%s\n", r.method, buf_str(&r.url), r.once ? " once" : "");
		quote_lines(out, &r.headers);
		quote_lines(out, &r.body);
	}
	request_free(&r);
}

static enum outcome
play_read(const struct tape *t, const struct response *rs, struct recorder *r)
{
	struct task task = t->task;
	enum outcome o;

	task.arena = arena_new();
	o = t->exchange.read(&task, rs, &r->found);
	arena_free(task.arena);
	return o;
}

/* What a login gave. */
static void
play_credential(const struct found *f, struct buf *out)
{
	char until[INSTANT_TEXT];

	if (f->token.len) {
		instant_format(f->token_until, until);
		buf_fmt(out, "token %s until %s\n", buf_str(&f->token), until);
	}
	if (f->grant.len) {
		instant_format(f->grant_until, until);
		buf_fmt(out, "grant %s until %s\n", buf_str(&f->grant), until);
	}
}

void
tape_play(const struct tape *t, struct buf *result)
{
	struct recorder r;

	play_ask(t, result);
	if (!t->answer.rs.status)
		return;
	recorder_init(&r);
	recorder_end(&r, play_read(t, &t->answer.rs, &r));
	buf_put(result, buf_str(&r.lines));
	play_credential(&r.found, result);
	recorder_free(&r);
}

enum outcome
tape_answer(const struct tape *t, const char *body, size_t len, int *records)
{
	struct answer a = t->answer;
	struct recorder r;
	enum outcome o;

	a.rs.body = body;
	a.rs.len = len;
	recorder_init(&r);
	o = play_read(t, &a.rs, &r);
	*records = r.calls;
	recorder_free(&r);
	return o;
}
