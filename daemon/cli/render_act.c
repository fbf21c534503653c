/* render_act.c - what can be done about a dispute, an order or feedback, and what became of doing it. */
#include <string.h>

#include "connectors/base/json.h"
#include "render.h"

static void
put_sum(struct buf *out, const char *label, const json_t *money)
{
	if (!money)
		return;
	buf_fmt(out, "%s ", label);
	put_line(out, text_of(money, "value"));
	buf_char(out, ' ');
	put_line(out, text_of(money, "currency"));
	buf_char(out, '\n');
}

/* "amount, reason" */
static void
put_words(struct buf *out, const struct view *v, const json_t *option, const char *key)
{
	const json_t *w;
	size_t i;

	json_array_foreach(list_of(option, key), i, w)
		buf_fmt(out, "%s%s", i ? ", " : "", word(v, json_string_value(w)));
}

/* What would make a column too wide: which reasons, which files. */
static void
put_choices(struct buf *out, const json_t *list)
{
	const json_t *o, *files;
	size_t i;

	json_array_foreach(list, i, o) {
		if (json_is_false(json_object_get(o, "possible")))
			continue;
		if (*text_of(o, "reasons")) {
			put_line(out, text_of(o, "kind"));
			buf_put(out, " --reason: ");
			put_line(out, text_of(o, "reasons"));
			buf_char(out, '\n');
		}
		if ((files = json_obj(o, "files"))) {
			put_line(out, text_of(o, "kind"));
			buf_put(out, " --file: ");
			put_line(out, text_of(files, "types"));
			buf_char(out, '\n');
		}
	}
}

static void
put_options(struct buf *out, const struct view *v, const json_t *list)
{
	static const char *const titles[] = {TEXT("TO DO"), TEXT("NOW"),    TEXT("NEEDS"), TEXT("ALSO TAKES"),
					     TEXT("MONEY"), TEXT("REMARK"), NULL};
	struct table t;
	const json_t *o;
	size_t i;

	table_begin(&t, v, titles);
	json_array_foreach(list, i, o) {
		struct buf needs = BUF_MAX(4096), takes = BUF_MAX(4096);
		const json_t *possible = json_object_get(o, "possible");

		put_words(&needs, v, o, "needs");
		put_words(&takes, v, o, "takes");
		table_cell(&t, text_of(o, "kind"));
		table_cell(&t, !strcmp(text_of(o, "how"), "no")       ? say(v->lang, "not here")
			       : !strcmp(text_of(o, "how"), "person") ? say(v->lang, "by hand")
			       : !possible                            ? ""
			       : json_is_true(possible)               ? say(v->lang, "yes")
								      : say(v->lang, "no"));
		table_cell(&t, buf_str(&needs));
		table_cell(&t, buf_str(&takes));
		table_cell(&t, !strcmp(text_of(o, "moves"), "amount") ? say(v->lang, "the amount goes back")
			       : !strcmp(text_of(o, "moves"), "claim")
				       ? say(v->lang, "all that is claimed goes back")
				       : "");
		table_cell(&t, text_of(o, "why"));
		buf_free(&needs);
		buf_free(&takes);
	}
	table_end(&t, out, v);
}

static void
put_limits(struct buf *out, const json_t *limits)
{
	static const char *const names[] = {"refund_per_order", "refund_per_buyer", "refund_per_day",
					    "second_person_above"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		put_sum(out, names[i], json_obj(limits, names[i]));
}

void
render_act(struct buf *out, const struct view *v, const json_t *result)
{
	const json_t *task = json_obj(result, "task");

	if (json_obj(result, "action")) {
		render_actions(out, v, result);
		return;
	}
	if (task) {
		put_line(out, text_of(json_obj(task, "task") ? json_obj(task, "task") : task, "id"));
		buf_fmt(out, ": %s\n", say(v->lang, "it has to be done by hand; see 'supercargo task'"));
		return;
	}
	if (json_text(result, "respond_by_at")) {
		buf_fmt(out, "%s ", say(v->lang, "to be answered"));
		put_when(out, v, result, "respond_by_at");
		buf_char(out, '\n');
	}
	put_sum(out, say(v->lang, "claimed:"), json_obj(result, "claimed"));
	put_sum(out, say(v->lang, "went back or is about to:"), json_obj(result, "refunded"));
	put_sum(out, say(v->lang, "can still go back:"), json_obj(result, "left"));
	put_limits(out, json_obj(result, "limits"));
	put_options(out, v, list_of(result, "options"));
	put_choices(out, list_of(result, "options"));
}
