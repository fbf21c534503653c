#include "daemon/outbox/settle.h"

#include <string.h>

#include "base/instant.h"
#include "i18n/fold.h"

#define CLOCKS_DIFFER (15 * MINUTE)

static int
seen_before(const json_t *seen, const char *remote)
{
	const json_t *id;
	size_t i;

	json_array_foreach(seen, i, id)
		if (!strcmp(json_string_value(id), remote))
			return 1;
	return 0;
}

/* Platforms trim, wrap and cut: the same words are the same text. */
static int
same_text(const char *a, const char *b)
{
	struct buf x = BUF_MAX(256 * 1024), y = BUF_MAX(256 * 1024);
	size_t n;
	int same;

	text_fold(a, &x);
	text_fold(b, &y);
	n = x.len < y.len ? x.len : y.len;
	same = n > 0 && !memcmp(x.data, y.data, n) && (x.len == y.len || n >= 200);
	if (!x.len && !y.len)
		same = !strcmp(a, b);
	buf_free(&x);
	buf_free(&y);
	return same;
}

/* May this item be what the attempt did, if it is new? */
static int
could_be(const struct attempt *a, const json_t *item)
{
	const char *text = json_string_value(json_object_get(item, "text"));
	const char *currency = json_string_value(json_object_get(item, "currency"));
	const int64_t at = json_integer_value(json_object_get(item, "at"));
	const int64_t since = a->looked && a->looked < a->started ? a->looked : a->started;

	if (at && at < since - CLOCKS_DIFFER)
		return 0;
	if (currency && *a->amount.currency &&
	    (strcmp(currency, a->amount.currency) != 0 ||
	     json_integer_value(json_object_get(item, "minor")) != a->amount.minor))
		return 0;
	return !text || !a->text || !*a->text || same_text(text, a->text);
}

enum settled
settle(const struct attempt *a, const json_t *own, int complete, int64_t asked, int64_t visible_after,
       const char **remote)
{
	json_t *seen = a->seen ? json_loads(a->seen, 0, NULL) : NULL, *item;
	enum settled result = SETTLED_ABSENT;
	int64_t first = 0;
	size_t i;

	*remote = NULL;
	json_array_foreach(own, i, item) {
		const char *id = json_string_value(json_object_get(item, "remote"));

		if (seen_before(seen, id) || !could_be(a, item))
			continue;
		if (!seen) {
			result = SETTLED_INCOMPLETE;
			break;
		}
		result = SETTLED_FOUND;
		if (*remote && json_integer_value(json_object_get(item, "at")) >= first)
			continue;
		first = json_integer_value(json_object_get(item, "at"));
		*remote = id;
	}
	if (result == SETTLED_ABSENT && asked < a->started + visible_after)
		result = SETTLED_TOO_EARLY;
	else if (result == SETTLED_ABSENT && !complete)
		result = SETTLED_INCOMPLETE;
	json_decref(seen);
	return result;
}

char *
settle_ids(const json_t *own)
{
	json_t *ids = json_array(), *item;
	char *text;
	size_t i;

	json_array_foreach(own, i, item)
		json_array_append(ids, json_object_get(item, "remote"));
	text = json_dumps(ids, JSON_COMPACT);
	json_decref(ids);
	return text;
}
