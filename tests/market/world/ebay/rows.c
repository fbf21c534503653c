/* rows.c - what lists are made of: texts that are kept. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "call.h"

#define LOOK_AGAIN                                                                                           \
	64 /* every so many uses a kept text is made once more, to see that nobody forgot to count a change */

int
has_come(struct call *c, int64_t at)
{
	if (at <= c->now)
		return 1;
	if (at < c->until)
		c->until = at;
	return 0;
}

int
row_over(struct call *c, struct row *r, long edition)
{
	if (!r->text || r->edition != edition || c->now < r->from || c->now >= r->until) {
		row_free(r);
		r->edition = edition;
		r->from = c->now;
	} else if (++r->uses % LOOK_AGAIN) {
		return 0;
	}
	c->until = INT64_MAX;
	return 1;
}

void
row_keep(struct call *c, struct row *r, json_t *stolen)
{
	char *text = json_line(stolen);

	if (r->text && (!text || strcmp(r->text, text))) {
		fprintf(stderr, "market: a change was not counted: kept %s, now %s\n", r->text,
			text ? text : "nothing");
		abort();
	}
	free(r->text);
	r->text = text;
	r->len = text ? strlen(text) : 0;
	r->until = c->until;
}

void
row_free(struct row *r)
{
	free(r->text);
	*r = (struct row){0};
}

void
row_put(struct rows *rows, const struct row *r)
{
	if (!r->text)
		return;
	if (rows->n++)
		buf_char(&rows->text, ',');
	buf_add(&rows->text, r->text, r->len);
}

static void
put_object(struct buf *out, json_t *stolen)
{
	char *text = json_line(stolen);

	buf_put(out, text);
	free(text);
}

void
rows_answer(struct call *c, struct rows *rows, const char *shape, ...)
{
	struct buf *out = &c->rs->body;
	va_list ap;

	c->rs->status = 200;
	c->rs->type = "application/json";
	va_start(ap, shape);
	for (; *shape; shape++)
		switch (*shape) {
		case 's': json_quote(out, va_arg(ap, const char *)); break;
		case 'i': buf_fmt(out, "%d", va_arg(ap, int)); break;
		case 'o': put_object(out, va_arg(ap, json_t *)); break;
		case 'p': page_write(c, out, va_arg(ap, const struct page *)); break;
		case 'r':
			buf_char(out, '[');
			buf_add(out, buf_str(&rows->text), rows->text.len);
			buf_char(out, ']');
			break;
		default: buf_char(out, *shape);
		}
	va_end(ap);
	buf_free(&rows->text);
}
