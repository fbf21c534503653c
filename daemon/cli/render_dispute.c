/* render_dispute.c - disputes, feedback and tasks. */
#include <string.h>

#include "connectors/base/json.h"
#include "render.h"

static void
cell_amount(struct table *t, const json_t *object, const char *key)
{
	const json_t *money = json_obj(object, key);
	struct buf text = BUF_MAX(256);

	if (money)
		buf_fmt(&text, "%s %s", text_of(money, "value"), text_of(money, "currency"));
	table_cell(t, buf_str(&text));
	buf_free(&text);
}

void
put_disputes(struct buf *out, const struct view *v, const json_t *list)
{
	static const char *const titles[] = {TEXT("ID"),
					     TEXT("ACCOUNT"),
					     TEXT("KIND"),
					     TEXT("STATE"),
					     TEXT("ORDER"),
					     TEXT("BUYER"),
					     TEXT("AMOUNT"),
					     TEXT("ANSWER BY"),
					     TEXT("WHAT CAN BE DONE"),
					     TEXT("REASON"),
					     NULL};
	struct table t;
	const json_t *d;
	size_t i;

	table_begin(&t, v, titles);
	json_array_foreach(list, i, d) {
		table_cell(&t, text_of(d, "id"));
		table_cell(&t, text_of(d, "account"));
		table_cell(&t, word(v, text_of(d, "kind")));
		table_cell(&t, word(v, text_of(d, "status")));
		table_cell(&t, text_of(d, "order"));
		table_cell(&t, text_of(d, "buyer"));
		cell_amount(&t, d, "amount");
		table_when(&t, v, d, "respond_by_at");
		table_cell(&t, text_of(d, "options"));
		table_cell(&t, text_of(d, "reason"));
	}
	table_end(&t, out, v);
}

void
put_feedback(struct buf *out, const struct view *v, const json_t *list)
{
	static const char *const titles[] = {TEXT("ID"),    TEXT("ACCOUNT"),   TEXT("RATING"),
					     TEXT("ORDER"), TEXT("BUYER"),     TEXT("GIVEN"),
					     TEXT("TEXT"),  TEXT("OUR REPLY"), NULL};
	struct table t;
	const json_t *f;
	size_t i;

	table_begin(&t, v, titles);
	json_array_foreach(list, i, f) {
		table_cell(&t, text_of(f, "id"));
		table_cell(&t, text_of(f, "account"));
		table_cell(&t, word(v, text_of(f, "rating")));
		table_cell(&t, text_of(f, "order"));
		table_cell(&t, text_of(f, "buyer"));
		table_when(&t, v, f, "given_at");
		table_cell(&t, text_of(f, "text"));
		table_cell(&t, text_of(f, "reply"));
	}
	table_end(&t, out, v);
}

/* What it is about, the most telling first. */
static const char *
about(const json_t *t)
{
	static const char *const keys[] = {"dispute", "feedback", "conversation", "order"};
	const char *found = "";

	for (size_t i = 0; i < sizeof keys / sizeof *keys && !*found; i++)
		found = text_of(t, keys[i]);
	return found;
}

void
put_tasks(struct buf *out, const struct view *v, const json_t *list)
{
	static const char *const titles[] = {TEXT("ID"),       TEXT("ACCOUNT"),        TEXT("TO DO"),
					     TEXT("STATE"),    TEXT("ABOUT"),          TEXT("BY"),
					     TEXT("DEADLINE"), TEXT("REASON OR TEXT"), NULL};
	struct table t;
	const json_t *row;
	size_t i;

	table_begin(&t, v, titles);
	json_array_foreach(list, i, row) {
		table_cell(&t, text_of(row, "id"));
		table_cell(&t, text_of(row, "account"));
		table_cell(&t, word(v, text_of(row, "kind")));
		table_cell(&t, word(v, text_of(row, "state")));
		table_cell(&t, about(row));
		table_cell(&t, *text_of(row, "done_by") ? text_of(row, "done_by") : text_of(row, "operator"));
		table_when(&t, v, row, "deadline_at");
		table_cell(&t, *text_of(row, "reason") ? text_of(row, "reason") : text_of(row, "text"));
	}
	table_end(&t, out, v);
}

static void
put_list(struct buf *out, const struct view *v, const json_t *result, const char *key, const char *verb,
	 const char *nothing, void (*put)(struct buf *, const struct view *, const json_t *))
{
	if (!json_array_size(list_of(result, key))) {
		buf_fmt(out, "%s\n", nothing);
		return;
	}
	put(out, v, list_of(result, key));
	put_next(out, v, verb, result);
}

void
render_disputes(struct buf *out, const struct view *v, const json_t *result)
{
	put_list(out, v, result, "disputes", "disputes", say(v->lang, "No dispute is open."), put_disputes);
}

void
render_feedback(struct buf *out, const struct view *v, const json_t *result)
{
	put_list(out, v, result, "feedback", "feedback", say(v->lang, "No feedback."), put_feedback);
}

void
render_tasks(struct buf *out, const struct view *v, const json_t *result)
{
	put_list(out, v, result, "tasks", "task", say(v->lang, "Nothing is to be done by hand."), put_tasks);
}

void
put_history(struct buf *out, const struct view *v, const json_t *list)
{
	const json_t *h;
	size_t i;

	json_array_foreach(list, i, h) {
		const json_t *money = json_obj(h, "amount");

		buf_put(out, "  ");
		put_when(out, v, h, "at");
		buf_put(out, json_text(h, "at") ? "  " : "");
		put_line(out, word(v, text_of(h, "actor")));
		buf_put(out, "  ");
		put_line(out, text_of(h, "what"));
		if (money) {
			buf_put(out, "  ");
			put_line(out, text_of(money, "value"));
			buf_char(out, ' ');
			put_line(out, text_of(money, "currency"));
		}
		if (json_text(h, "action")) {
			buf_put(out, "  ");
			put_line(out, text_of(h, "action"));
		}
		buf_char(out, '\n');
		put_block(out, text_of(h, "text"), 4);
	}
}

void
render_saved(struct buf *out, const struct view *v, const json_t *result)
{
	const json_t *name;
	size_t i;

	(void)v;
	json_array_foreach(list_of(result, "files"), i, name) {
		put_line(out, text_of(result, "folder"));
		buf_char(out, '/');
		put_line(out, json_string_value(name) ? json_string_value(name) : "");
		buf_char(out, '\n');
	}
}
