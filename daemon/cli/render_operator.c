#include "connectors/base/json.h"
#include "render.h"

void
render_operators(struct buf *out, const struct view *v, const json_t *result)
{
	static const char *const titles[] = {TEXT("NAME"),     TEXT("USER"),     TEXT("ROLE"),
					     TEXT("PASSWORD"), TEXT("SESSIONS"), NULL};
	const json_t *list = list_of(result, "operators"), *o;
	struct table t;
	size_t i;

	if (!json_array_size(list)) {
		buf_fmt(out, "%s\n", say(v->lang, "No operators are configured."));
		return;
	}
	table_begin(&t, v, titles);
	json_array_foreach(list, i, o) {
		table_cell(&t, text_of(o, "name"));
		table_cell(&t, text_of(o, "user"));
		table_cell(&t, word(v, text_of(o, "role")));
		table_cell(&t, json_flag(o, "password", 0) ? say(v->lang, "yes") : say(v->lang, "no"));
		table_count(&t, o, "sessions");
	}
	table_end(&t, out, v);
}
