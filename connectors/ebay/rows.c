/* rows.c - the ids of a page's rows: what is told of a page when the next one is compared with it. */
#include "ebay.h"

#include <string.h>

struct sweep_rows
sweep_rows_read(const struct task *t, const json_t *ids)
{
	struct sweep_rows rows = {arena_alloc(t->arena, (json_array_size(ids) + 1) * sizeof *rows.ids), 0};
	const json_t *id;
	size_t i;

	json_array_foreach(ids, i, id)
		rows.ids[rows.n++] = json_string_value(id);
	return rows;
}

struct sweep_rows
sweep_rows(const struct task *t, const json_t *list, const char *key)
{
	struct sweep_rows rows = {arena_alloc(t->arena, (json_array_size(list) + 1) * sizeof *rows.ids), 0};
	const json_t *row;
	size_t i;

	json_array_foreach(list, i, row)
		rows.ids[rows.n++] = json_id(t->arena, row, key);
	return rows;
}

void
sweep_rows_write(const struct sweep_rows *rows, const char *key, struct buf *out)
{
	size_t i;

	for (i = 0; i < rows->n; i++) {
		if (i)
			buf_char(out, ',');
		else
			buf_fmt(out, ",\"%s\":[", key);
		json_quote(out, rows->ids[i] ? rows->ids[i] : "");
	}
	if (rows->n)
		buf_char(out, ']');
}

static int
among(const struct sweep_rows *rows, size_t n, const char *id)
{
	size_t i;

	for (i = 0; id && i < n; i++)
		if (rows->ids[i] && !strcmp(rows->ids[i], id))
			return 1;
	return 0;
}

int
sweep_rows_have(const struct sweep_rows *rows, const char *id)
{
	return among(rows, rows->n, id);
}

size_t
sweep_rows_fresh(const struct sweep_rows *rows, const struct sweep_rows *before)
{
	size_t i, n = 0;

	for (i = 0; i < rows->n; i++)
		n += !among(rows, i, rows->ids[i]) && !among(before, before->n, rows->ids[i]);
	return n;
}

size_t
sweep_rows_shifted(const struct sweep_rows *rows, const struct sweep_rows *before)
{
	size_t k = rows->n < before->n ? rows->n : before->n, i;

	for (; k; k--) {
		for (i = 0; i < k && rows->ids[i] && before->ids[before->n - k + i] &&
			    !strcmp(rows->ids[i], before->ids[before->n - k + i]);)
			i++;
		if (i == k)
			break;
	}
	return k;
}
