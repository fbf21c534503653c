#include <string.h>

#include "connectors/base/json.h"
#include "i18n/width.h"
#include "render.h"

enum { GAP = 2, CELL_MAX = 40 };

void
table_begin(struct table *t, const struct view *v, const char *const titles[])
{
	*t = (struct table){.cells = BUF_MAX(16 << 20)};
	for (; titles[t->columns]; t->columns++)
		table_cell(t, say(v->lang, titles[t->columns]));
}

void
table_cell(struct table *t, const char *text)
{
	put_line(&t->cells, text);
	buf_add(&t->cells, "", 1);
	t->n++;
}

void
table_count(struct table *t, const json_t *object, const char *key)
{
	int64_t n = json_int(object, key, 0);
	char text[24] = "";

	if (n)
		snprintf(text, sizeof text, "%lld", (long long)n);
	table_cell(t, text);
}

void
table_when(struct table *t, const struct view *v, const json_t *object, const char *key)
{
	struct buf text = BUF_MAX(128);

	put_when(&text, v, object, key);
	table_cell(t, buf_str(&text));
	buf_free(&text);
}

static void
put_cell(struct buf *out, const char *cell, int width)
{
	size_t n = text_fit(cell, width);

	if (cell[n]) {
		n = text_fit(cell, width - 1);
		buf_fmt(out, "%.*s…", (int)n, cell);
	} else {
		buf_put(out, cell);
	}
}

void
table_end(struct table *t, struct buf *out, const struct view *v)
{
	int width[TABLE_COLUMNS] = {0}, i = 0, last = t->columns - 1;
	const char *cell = buf_str(&t->cells);

	for (i = 0; i < t->n; i++, cell += strlen(cell) + 1) {
		int w = text_width(cell);

		if (i % t->columns != last && w > CELL_MAX)
			w = CELL_MAX;
		if (w > width[i % t->columns])
			width[i % t->columns] = w;
	}
	if (v->columns) {
		int rest = v->columns;

		for (i = 0; i < last; i++)
			rest -= width[i] + GAP;
		width[last] = rest > 20 ? rest : 20;
	}
	cell = buf_str(&t->cells);
	for (i = 0; i < t->n; i++, cell += strlen(cell) + 1) {
		int w = text_width(cell), column = i % t->columns;

		put_cell(out, cell, width[column]);
		if (column != last) {
			buf_fmt(out, "%*s", (w > width[column] ? 0 : width[column] - w) + GAP, "");
		} else {
			while (out->len && out->data[out->len - 1] == ' ')
				buf_cut(out, out->len - 1);
			buf_char(out, '\n');
		}
	}
	buf_free(&t->cells);
}
