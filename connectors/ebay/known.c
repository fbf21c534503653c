/* known.c - what was read whole, and how its row in the list looked then.
 *
 * In a cursor: id, row, id, …, the oldest first.
 */
#include "ebay.h"

#include <string.h>

void
known_read(struct known *k, const json_t *list)
{
	size_t i;

	for (i = 0; i + 1 < json_array_size(list); i += 2) {
		const char *id = json_string_value(json_array_get(list, i));
		const char *row = json_string_value(json_array_get(list, i + 1));

		if (id && row)
			known_note(k, id, row);
	}
}

static size_t
place_of(const struct known *k, const char *id)
{
	size_t i = 0;

	while (i < k->n && strcmp(k->things[i].id, id))
		i++;
	return i;
}

int
known_same(const struct known *k, const char *id, const char *row)
{
	const size_t i = place_of(k, id);

	return i < k->n && !strcmp(k->things[i].row, row);
}

void
known_note(struct known *k, const char *id, const char *row)
{
	size_t i = place_of(k, id);

	if (i == KNOWN_MAX)
		i = 0;
	if (i < k->n)
		memmove(&k->things[i], &k->things[i + 1], (--k->n - i) * sizeof *k->things);
	k->things[k->n++] = (struct known_thing){id, row};
}

void
known_write(const struct known *k, struct buf *out)
{
	size_t i;

	for (i = 0; i < k->n; i++) {
		buf_put(out, i ? "," : ",\"known\":[");
		json_quote(out, k->things[i].id);
		buf_char(out, ',');
		json_quote(out, k->things[i].row);
	}
	if (k->n)
		buf_char(out, ']');
}
