/* render_forecast.c - below the deadlines: what will leave too late, what has to be approved soon, and what would help. */
#include "base/json.h"
#include "daemon/cli/render.h"

static void
put_late(struct buf *out, const struct view *v, const json_t *list)
{
	static const char *const titles[] = {TEXT("ID"),  TEXT("ACCOUNT"), TEXT("STATE"),
					     TEXT("DUE"), TEXT("LEAVES"),  NULL};
	struct table t;
	const json_t *a;
	size_t i;

	table_begin(&t, v, titles);
	json_array_foreach(list, i, a) {
		table_cell(&t, text_of(a, "id"));
		table_cell(&t, text_of(a, "account"));
		table_cell(&t, word(v, text_of(a, "state")));
		table_when(&t, v, a, "deadline_at");
		table_when(&t, v, a, "leaves_at");
	}
	table_end(&t, out, v);
}

static void
put_drafts(struct buf *out, const struct view *v, const json_t *list)
{
	static const char *const titles[] = {TEXT("ID"), TEXT("ACCOUNT"), TEXT("DUE"), TEXT("APPROVE"), NULL};
	struct table t;
	const json_t *a;
	size_t i;

	table_begin(&t, v, titles);
	json_array_foreach(list, i, a) {
		table_cell(&t, text_of(a, "id"));
		table_cell(&t, text_of(a, "account"));
		table_when(&t, v, a, "deadline_at");
		table_when(&t, v, a, "approve_by_at");
	}
	table_end(&t, out, v);
}

void
put_forecast(struct buf *out, const struct view *v, const json_t *forecast)
{
	const json_t *late = list_of(forecast, "actions"), *drafts = list_of(forecast, "approve"),
		     *help = list_of(forecast, "help"), *line;
	size_t i;

	if (json_array_size(late)) {
		buf_fmt(out, "\n%s\n", say(v->lang, "These will leave too late, with the budgets of now:"));
		put_late(out, v, late);
	}
	json_array_foreach(help, i, line) {
		put_line(out, json_string_value(line));
		buf_char(out, '\n');
	}
	if (json_array_size(drafts)) {
		buf_fmt(out, "\n%s\n", say(v->lang, "These are in time when they are approved in time:"));
		put_drafts(out, v, drafts);
	}
}
