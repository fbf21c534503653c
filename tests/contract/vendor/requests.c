/* Prints the request of every tape in a directory as one line of JSON: {"tape", "row", "method", "url", "headers": [[name, value]], "body"}.
 * Tapes that show why something cannot be asked are left out.  Before them one line {"row"} for each exchange in the connector's tables:
 * a row without a request has never been looked at. */
#include <glob.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "recorder.h"
#include "tape.h"

static void
print_headers(struct buf *out, const struct buf *headers)
{
	struct buf part = BUF_MAX(64 * 1024);
	const char *p, *end, *colon;

	for (p = buf_str(headers); *p; p = end + 1) {
		end = strchr(p, '\n');
		colon = strstr(p, ": ");
		if (p != buf_str(headers))
			buf_char(out, ',');
		buf_char(out, '[');
		buf_set(&part, p, (size_t)(colon - p));
		json_quote(out, buf_str(&part));
		buf_char(out, ',');
		buf_set(&part, colon + 2, (size_t)(end - colon - 2));
		json_quote(out, buf_str(&part));
		buf_char(out, ']');
	}
	buf_free(&part);
}

/* "send reply 2": the second of its name, where a table has several. */
static void
each_row(const struct connector *c, void (*each)(const char *row, const struct exchange *, void *), void *ctx)
{
	const struct stream *s;
	const struct action *a, *other;
	const struct credential *k;
	const struct check *h;
	char row[80];

	for (s = c->streams; s && s->name; s++) {
		snprintf(row, sizeof row, "stream %s", s->name);
		each(row, &s->poll, ctx);
	}
	for (a = c->actions; a && a->kind; a++) {
		int n = 1;

		for (other = c->actions; other < a; other++)
			n += !strcmp(other->kind, a->kind);
		snprintf(row, sizeof row, n > 1 ? "send %s %d" : "send %s", a->kind, n);
		each(row, &a->send, ctx);
		snprintf(row, sizeof row, n > 1 ? "look %s %d" : "look %s", a->kind, n);
		if (a->look.ask)
			each(row, &a->look, ctx);
	}
	for (k = c->credentials; k && k->name; k++) {
		snprintf(row, sizeof row, "redeem %s", k->name);
		if (k->redeem.ask)
			each(row, &k->redeem, ctx);
		snprintf(row, sizeof row, "refresh %s", k->name);
		each(row, &k->refresh, ctx);
	}
	for (h = c->checks; h && h->name; h++) {
		snprintf(row, sizeof row, "check %s", h->name);
		each(row, &h->x, ctx);
	}
	if (c->push && c->push->key.ask)
		each("push key", &c->push->key, ctx);
}

static void
print_row(const char *row, const struct exchange *x, void *ctx)
{
	(void)x;
	(void)ctx;
	printf("{\"row\":\"%s\"}\n", row);
}

struct search {
	const struct tape *tape;
	char row[80];
};

static void
find_row(const char *row, const struct exchange *x, void *ctx)
{
	struct search *s = ctx;
	size_t what = strlen(s->tape->what), name = strlen(s->tape->name);

	if (x->ask == s->tape->exchange.ask && !strncmp(row, s->tape->what, what) && row[what] == ' ' &&
	    !strncmp(row + what + 1, s->tape->name, name) && strchr(" ", row[what + 1 + name]))
		snprintf(s->row, sizeof s->row, "%s", row);
}

int
main(int argc, char **argv)
{
	char pattern[4096];
	glob_t tapes;
	size_t i;

	if (argc != 2) {
		fprintf(stderr, "usage: requests DIRECTORY\n");
		return 2;
	}
	json_setup();
	snprintf(pattern, sizeof pattern, "%s/*.tape", argv[1]);
	if (glob(pattern, 0, NULL, &tapes))
		return 2;
	for (i = 0; i < tapes.gl_pathc; i++) {
		struct tape *t = tape_read(tapes.gl_pathv[i]);
		struct search found = {.tape = t};
		struct buf out = BUF_MAX(1 << 20);
		struct request r;
		struct err err;

		if (!i)
			each_row(t->connector, print_row, NULL);
		each_row(t->connector, find_row, &found);
		if (!tape_ask(t, &r, &err)) {
			buf_put(&out, "{\"tape\":");
			json_quote(&out, strrchr(tapes.gl_pathv[i], '/') + 1);
			buf_fmt(&out, ",\"row\":\"%s\"", found.row);
			buf_fmt(&out, ",\"method\":\"%s\",\"url\":", r.method);
			json_quote(&out, buf_str(&r.url));
			buf_put(&out, ",\"headers\":[");
			print_headers(&out, &r.headers);
			buf_put(&out, "],\"body\":");
			json_quote(&out, buf_str(&r.body));
			buf_char(&out, '}');
			puts(buf_str(&out));
		}
		request_free(&r);
		buf_free(&out);
		tape_free(t);
	}
	globfree(&tapes);
	return 0;
}
