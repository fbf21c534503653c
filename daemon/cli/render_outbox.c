#include <string.h>

#include "connectors/base/json.h"
#include "render.h"

static int
is_state(const json_t *action, const char *state)
{
	return !strcmp(text_of(action, "state"), state);
}

/* The moment that matters next in this state. */
static const char *
next_moment(const struct view *v, const json_t *a)
{
	int64_t at;

	if (is_state(a, "ready"))
		return json_time(a, "not_before_at", &at) == 1 && at > v->now ? "not_before_at" : "next_at";
	if (is_state(a, "unsure") || is_state(a, "sending"))
		return "next_at";
	if (is_state(a, "draft") || is_state(a, "held"))
		return "deadline_at";
	return "changed_at";
}

void
put_needs(struct buf *out, const struct view *v, const json_t *object)
{
	struct buf names = BUF_MAX(4096);
	const json_t *name;
	size_t i;

	json_array_foreach(list_of(object, "needs"), i, name)
		buf_fmt(&names, "%s%s", i ? ", " : "", json_string_value(name));
	if (names.len)
		buf_fmt(out, say(v->lang, "needs: %s"), buf_str(&names));
	buf_free(&names);
}

int
put_fallback(struct buf *out, const struct view *v, const json_t *object)
{
	struct buf when = BUF_MAX(128);

	if (!*text_of(object, "fallback"))
		return 0;
	put_when(&when, v, object, "fallback_at");
	buf_fmt(out, say(v->lang, "without approval until %s: %s"), buf_str(&when),
		word(v, text_of(object, "fallback")));
	buf_free(&when);
	return 1;
}

/* What it waits for, why, what it says. */
static void
put_remark(struct table *t, const struct view *v, const json_t *a)
{
	const char *rest = *text_of(a, "reason") ? text_of(a, "reason") : text_of(a, "text");
	struct buf remark = BUF_MAX(1 << 20);

	put_needs(&remark, v, a);
	if (*text_of(a, "fallback")) {
		buf_put(&remark, remark.len ? "; " : "");
		put_fallback(&remark, v, a);
	}
	buf_fmt(&remark, "%s%s", remark.len && *rest ? "; " : "", rest);
	table_cell(t, buf_str(&remark));
	buf_free(&remark);
}

void
put_actions(struct buf *out, const struct view *v, const json_t *list)
{
	static const char *const titles[] = {
		TEXT("ID"), TEXT("ACCOUNT"),  TEXT("KIND"), TEXT("STATE"),          TEXT("ABOUT"),
		TEXT("BY"), TEXT("LANGUAGE"), TEXT("WHEN"), TEXT("REASON OR TEXT"), NULL};
	struct table t;
	const json_t *a;
	size_t i;

	table_begin(&t, v, titles);
	json_array_foreach(list, i, a) {
		table_cell(&t, text_of(a, "id"));
		table_cell(&t, text_of(a, "account"));
		table_cell(&t, word(v, text_of(a, "kind")));
		table_cell(&t, word(v, text_of(a, "state")));
		table_cell(&t,
			   *text_of(a, "conversation") ? text_of(a, "conversation") : text_of(a, "order"));
		table_cell(&t, *text_of(a, "rule") ? text_of(a, "rule") : text_of(a, "operator"));
		table_cell(&t, text_of(a, "locale"));
		table_when(&t, v, a, next_moment(v, a));
		put_remark(&t, v, a);
	}
	table_end(&t, out, v);
}

void
render_outbox(struct buf *out, const struct view *v, const json_t *result)
{
	const json_t *list = list_of(result, "actions");

	if (!json_array_size(list)) {
		buf_fmt(out, "%s\n", say(v->lang, "The outbox is empty."));
		return;
	}
	put_actions(out, v, list);
	put_next(out, v, "outbox", result);
}

static void
put_action(struct buf *out, const struct view *v, const json_t *a)
{
	put_line(out, text_of(a, "id"));
	buf_put(out, say(v->lang, ": "));
	put_line(out, word(v, text_of(a, "state")));
	if (is_state(a, "ready")) {
		struct buf when = BUF_MAX(128);

		put_when(&when, v, a, next_moment(v, a));
		buf_fmt(out, say(v->lang, ", leaves %s"), buf_str(&when));
		buf_free(&when);
	}
	if (*text_of(a, "reason")) {
		buf_put(out, say(v->lang, ": "));
		put_line(out, text_of(a, "reason"));
	}
	if (list_of(a, "needs")) {
		buf_put(out, say(v->lang, ": "));
		put_needs(out, v, a);
	}
	buf_char(out, '\n');
	if (*text_of(a, "fallback")) {
		buf_put(out, "  ");
		put_fallback(out, v, a);
		buf_char(out, '\n');
	}
	if (is_state(a, "ready"))
		buf_fmt(out, say(v->lang, "  take it back with: supercargo undo %s\n"), text_of(a, "id"));
	if (is_state(a, "draft") && list_of(a, "needs"))
		buf_fmt(out, say(v->lang, "  give what it needs with: supercargo edit %s --set NAME=VALUE\n"),
			text_of(a, "id"));
	else if (is_state(a, "draft"))
		buf_fmt(out, say(v->lang, "  let it leave with: supercargo approve %s\n"), text_of(a, "id"));
}

void
render_actions(struct buf *out, const struct view *v, const json_t *result)
{
	const json_t *a;
	size_t i;

	if (json_obj(result, "action"))
		put_action(out, v, json_obj(result, "action"));
	json_array_foreach(list_of(result, "actions"), i, a)
		put_action(out, v, a);
}
