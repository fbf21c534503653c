/* render_report.c - how the platform grades us, and what we computed ourselves, called so. */
#include "connectors/base/json.h"
#include "render.h"

void
put_coverage(struct buf *out, const struct view *v, const json_t *coverage)
{
	if (!coverage)
		return;
	put_line(out, text_of(coverage, "text"));
	buf_put(out, " (");
	put_when(out, v, coverage, "at");
	buf_put(out, ")\n");
}

static void
put_coverages(struct buf *out, const struct view *v, const json_t *list)
{
	const json_t *account, *stream;
	size_t i, k;

	json_array_foreach(list, i, account) {
		const json_t *last = json_obj(account, "last");

		put_coverage(out, v, last);
		json_array_foreach(list_of(last, "streams"), k, stream) {
			if (!json_text(stream, "why"))
				continue;
			buf_fmt(out, "  %s: ", text_of(stream, "name"));
			put_line(out, text_of(stream, "why"));
			buf_char(out, '\n');
		}
	}
}

void
render_report(struct buf *out, const struct view *v, const json_t *result)
{
	static const char *const titles[] = {TEXT("ACCOUNT"), TEXT("GRADE"), TEXT("OF"),     TEXT("VALUE"),
					     TEXT("LEVEL"),   TEXT("LIMIT"), TEXT("OUT OF"), TEXT("BY"),
					     TEXT("UNTIL"),   NULL};
	const json_t *list = list_of(result, "metrics"), *m;
	struct table t;
	size_t i;

	put_coverages(out, v, list_of(result, "coverage"));
	if (!json_array_size(list)) {
		buf_fmt(out, "%s\n", say(v->lang, "Nothing is known yet."));
		return;
	}
	table_begin(&t, v, titles);
	json_array_foreach(list, i, m) {
		table_cell(&t, text_of(m, "account"));
		table_cell(&t, word(v, text_of(m, "name")));
		table_cell(&t, text_of(m, "scope"));
		table_cell(&t, text_of(m, "value"));
		table_cell(&t, text_of(m, "level"));
		table_cell(&t, text_of(m, "limit"));
		table_count(&t, m, "of");
		table_cell(&t,
			   json_flag(m, "computed", 0) ? say(v->lang, "computed") : say(v->lang, "platform"));
		table_when(&t, v, m, "until_at");
	}
	table_end(&t, out, v);
}
