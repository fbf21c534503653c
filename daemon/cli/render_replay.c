/* render_replay.c - what would have been otherwise, as tables. */
#include <stdlib.h>
#include <string.h>

#include "connectors/base/json.h"
#include "render.h"

static const char *
number(char out[24], int64_t n)
{
	snprintf(out, 24, "%lld", (long long)n);
	return out;
}

/* What becomes of an action. */
static const char *
way(const struct view *v, const char *machine)
{
	static const struct {
		const char *machine, *human;
	} ways[] = {
		{"leaves", TEXT("leaves by itself")},
		{"waits", TEXT("waits for approval")},
		{"superseded", TEXT("overtaken")},
		{"task", TEXT("task for a person")},
	};

	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
		if (!strcmp(ways[i].machine, machine))
			return say(v->lang, ways[i].human);
	return word(v, machine);
}

/* Rows of {"KEY": name, "before": n, "after": n}. */
static void
put_counts(struct buf *out, const struct view *v, const char *title, const char *key, const json_t *list)
{
	const char *const titles[] = {title, TEXT("BEFORE"), TEXT("AFTER"), "", NULL};
	const json_t *row;
	struct table t;
	char text[24];
	size_t i;

	if (!json_array_size(list))
		return;
	buf_char(out, '\n');
	table_begin(&t, v, titles);
	json_array_foreach(list, i, row) {
		const int64_t before = json_int(row, "before", 0), after = json_int(row, "after", 0);

		table_cell(&t, strcmp(key, "state") ? text_of(row, key) : way(v, text_of(row, key)));
		table_cell(&t, number(text, before));
		table_cell(&t, number(text, after));
		table_cell(&t, !after ? say(v->lang, "no more") : !before ? say(v->lang, "new") : "");
	}
	table_end(&t, out, v);
}

static void
put_texts(struct buf *out, const struct view *v, const json_t *list)
{
	static const char *const titles[] = {TEXT("SCENARIO"), TEXT("LANGUAGE"),    TEXT("BEFORE"),
					     TEXT("AFTER"),    TEXT("OTHER WORDS"), NULL};
	const json_t *row;
	struct table t;
	char text[24];
	size_t i;

	if (!json_array_size(list))
		return;
	buf_char(out, '\n');
	table_begin(&t, v, titles);
	json_array_foreach(list, i, row) {
		table_cell(&t, text_of(row, "template"));
		table_cell(&t, text_of(row, "locale"));
		table_cell(&t, number(text, json_int(row, "before", 0)));
		table_cell(&t, number(text, json_int(row, "after", 0)));
		table_count(&t, row, "other_words");
	}
	table_end(&t, out, v);
}

static const char *
amount(char out[64], const json_t *row, const char *count, const char *sum)
{
	const json_t *m = json_obj(row, sum);

	snprintf(out, 64, "%lld: %.24s %.3s", (long long)json_int(row, count, 0), text_of(m, "value"),
		 text_of(m, "currency"));
	return out;
}

static void
put_refunds(struct buf *out, const struct view *v, const json_t *list)
{
	static const char *const titles[] = {TEXT("MONEY BACK"), TEXT("BEFORE"),    TEXT("BY ITSELF"),
					     TEXT("AFTER"),      TEXT("BY ITSELF"), NULL};
	const json_t *row;
	struct table t;
	char text[64];
	size_t i;

	if (!json_array_size(list))
		return;
	buf_char(out, '\n');
	table_begin(&t, v, titles);
	json_array_foreach(list, i, row) {
		table_cell(&t, text_of(row, "currency"));
		table_cell(&t, amount(text, row, "count_before", "before"));
		table_cell(&t, amount(text, row, "leaving_count_before", "leaving_before"));
		table_cell(&t, amount(text, row, "count_after", "after"));
		table_cell(&t, amount(text, row, "leaving_count_after", "leaving_after"));
	}
	table_end(&t, out, v);
}

/* "rule: template/locale leaves 12.00 EUR" */
static void
put_side(struct buf *out, const struct view *v, const json_t *side, const json_t *other)
{
	const json_t *moves = json_obj(side, "moves");

	if (!json_is_object(side)) {
		buf_put(out, say(v->lang, "nothing"));
		return;
	}
	buf_fmt(out, "\"%s\" ", text_of(side, "rule"));
	if (json_text(side, "template"))
		buf_fmt(out, "%s/%s ", text_of(side, "template"), text_of(side, "locale"));
	buf_put(out, way(v, text_of(side, "state")));
	if (moves)
		buf_fmt(out, " %s %s", text_of(moves, "value"), text_of(moves, "currency"));
	if (json_is_object(other) && strcmp(text_of(side, "deadline_at"), text_of(other, "deadline_at")) != 0)
		buf_fmt(out, " <= %s", text_of(side, "deadline_at"));
	if (json_text(side, "why")) {
		buf_put(out, " (");
		put_line(out, text_of(side, "why"));
		buf_char(out, ')');
	}
}

static void
put_differences(struct buf *out, const struct view *v, const json_t *list)
{
	const json_t *row;
	size_t i;

	json_array_foreach(list, i, row) {
		buf_fmt(out, "%s%s %s %s %s\n    - ", i ? "" : "\n", text_of(row, "id"),
			text_of(row, "account"), text_of(row, "about"), text_of(row, "kind"));
		put_side(out, v, json_object_get(row, "before"), json_object_get(row, "after"));
		buf_put(out, "\n    + ");
		put_side(out, v, json_object_get(row, "after"), json_object_get(row, "before"));
		if (json_flag(row, "text_differs", 0))
			buf_fmt(out, " [%s]", say(v->lang, "in other words"));
		buf_char(out, '\n');
	}
}

static void
put_deadlines(struct buf *out, const struct view *v, const json_t *deadlines)
{
	const json_t *list = list_of(deadlines, "list"), *row;
	size_t i;

	if (!json_array_size(list))
		return;
	buf_char(out, '\n');
	buf_fmt(out, say(v->lang, "Deadlines: %lld earlier, %lld later, %lld no more, %lld new"),
		(long long)json_int(deadlines, "earlier", 0), (long long)json_int(deadlines, "later", 0),
		(long long)json_int(deadlines, "gone", 0), (long long)json_int(deadlines, "new", 0));
	buf_char(out, '\n');
	json_array_foreach(list, i, row)
		buf_fmt(out, "    %s  %s -> %s  (%s)\n", text_of(row, "id"),
			json_text(row, "before_at") ? text_of(row, "before_at") : "-",
			json_text(row, "after_at") ? text_of(row, "after_at") : "-",
			text_of(row, "given_by"));
}

static void
put_actions_changed(struct buf *out, const struct view *v, const json_t *a)
{
	static const struct {
		const char *key, *says;
	} parts[] = {
		{"rule", TEXT("by another rule")},          {"template", TEXT("another template")},
		{"language", TEXT("another language")},     {"text", TEXT("other words")},
		{"way", TEXT("leaves or waits otherwise")}, {"moment", TEXT("leaves at another time")},
		{"deadline", TEXT("another deadline")},     {"money", TEXT("another sum")},
	};

	buf_fmt(out,
		say(v->lang, "Answers and other actions: %lld before, %lld after; %lld added, %lld removed, "
			     "%lld changed"),
		(long long)json_int(a, "before", 0), (long long)json_int(a, "after", 0),
		(long long)json_int(a, "added", 0), (long long)json_int(a, "removed", 0),
		(long long)json_int(a, "changed", 0));
	buf_char(out, '\n');
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		const int64_t n = json_int(a, parts[i].key, 0);

		if (n)
			buf_fmt(out, "    %s: %lld\n", say(v->lang, parts[i].says), (long long)n);
	}
}

static void
put_observed(struct buf *out, const struct view *v, const json_t *list)
{
	static const char *const titles[] = {
		TEXT("SCENARIO"), TEXT("LANGUAGE"),   TEXT("WOULD SEND"), TEXT("STAFF"),  TEXT("SAME KIND"),
		TEXT("ALIKE"),    TEXT("IN PERCENT"), TEXT("EARLIER BY"), TEXT("NOBODY"), NULL};
	const json_t *row;
	struct table t;
	char text[32];
	size_t i;

	if (!json_array_size(list)) {
		buf_fmt(out, "%s\n", say(v->lang, "Nothing would have been sent."));
		return;
	}
	table_begin(&t, v, titles);
	json_array_foreach(list, i, row) {
		const int64_t lead = json_int(row, "earlier_seconds", 0);

		table_cell(&t, text_of(row, "template"));
		table_cell(&t, text_of(row, "locale"));
		table_count(&t, row, "would_send");
		table_count(&t, row, "answered");
		table_count(&t, row, "same_kind");
		table_count(&t, row, "alike");
		table_count(&t, row, "alike_percent");
		snprintf(text, sizeof text, "%s%lld:%02lld", lead < 0 ? "-" : "",
			 (long long)llabs(lead / 3600), (long long)llabs(lead / 60 % 60));
		table_cell(&t, json_int(row, "answered", 0) ? text : "");
		table_count(&t, row, "nobody");
	}
	table_end(&t, out, v);
}

void
render_replay(struct buf *out, const struct view *v, const json_t *result)
{
	if (json_object_get(result, "scenarios")) {
		put_observed(out, v, list_of(result, "scenarios"));
		return;
	}
	buf_fmt(out, say(v->lang, "%lld events since %s"), (long long)json_int(result, "events", 0),
		text_of(result, "since_at"));
	buf_char(out, '\n');
	put_actions_changed(out, v, json_obj(result, "actions"));
	if (json_flag(result, "same", 0)) {
		buf_fmt(out, "%s\n", say(v->lang, "Both configurations decide the same."));
		return;
	}
	put_counts(out, v, TEXT("RULE"), "rule", list_of(result, "rules"));
	put_counts(out, v, TEXT("WHAT BECOMES OF THEM"), "state", list_of(result, "states"));
	put_texts(out, v, list_of(result, "texts"));
	put_refunds(out, v, list_of(result, "refunds"));
	put_deadlines(out, v, json_obj(result, "deadlines"));
	put_differences(out, v, list_of(result, "list"));
}
