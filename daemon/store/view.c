/* view.c - what all views share: times, money, reasons and lists as the API shows them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/store/db.h"

json_t *
json_when(int64_t at)
{
	char text[INSTANT_TEXT];

	if (!at)
		return json_null();
	instant_format(at, text);
	return json_string(text);
}

json_t *
json_word(const char *text)
{
	return text ? json_string(text) : json_null();
}

json_t *
json_packed(const char *packed)
{
	return packed ? json_pack("{s:s}", "packed", packed) : json_null();
}

json_t *
json_local(char kind, int64_t id)
{
	return id ? json_sprintf("%c%lld", kind, (long long)id) : json_null();
}

json_t *
json_object_of(const char *text)
{
	json_t *object = text ? json_loads(text, 0, NULL) : NULL;

	return object ? object : json_null();
}

json_t *
json_names(const char *list)
{
	json_t *names = json_array();

	for (const char *p = list ? list : ""; *p; p += strspn(p, ", ")) {
		json_array_append_new(names, json_stringn(p, strcspn(p, ",")));
		p += strcspn(p, ",");
	}
	if (json_array_size(names))
		return names;
	json_decref(names);
	return json_null();
}

json_t *
json_amount(int64_t minor, const char *currency)
{
	struct money m = {.minor = minor};
	char text[MONEY_TEXT];

	if (!currency || snprintf(m.currency, sizeof m.currency, "%s", currency) != 3)
		return json_null();
	money_format(&m, text);
	return json_pack("{s:s, s:s}", "value", text, "currency", m.currency);
}

json_t *
view_list(struct store *s, sqlite3_stmt *q, json_t *(*each)(struct store *, sqlite3_stmt *))
{
	json_t *list = json_array();

	while (sql_row(s, q))
		json_array_append_new(list, each(s, q));
	return list;
}

json_t *
view_one(struct store *s, sqlite3_stmt *q, json_t *(*row)(struct store *, sqlite3_stmt *))
{
	json_t *found = NULL;

	if (sql_row(s, q)) {
		found = row(s, q);
		sql_end(s, q);
	}
	return found;
}

json_t *
view_end(struct store *s, json_t *answer)
{
	if (!s->failed)
		return answer;
	json_decref(answer);
	return NULL;
}

void
page_after(const char *after, int64_t *time, int64_t *id, int64_t first)
{
	char *end;

	*time = *id = first;
	if (!after || !*after)
		return;
	*time = strtoll(after, &end, 10);
	*id = *end == '.' ? strtoll(end + 1, NULL, 10) : 0;
}

const char *
page_next(struct store *s, int64_t time, int64_t id)
{
	return arena_fmt(s->arena, "%lld.%lld", (long long)time, (long long)id);
}
