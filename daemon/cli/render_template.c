#include <string.h>

#include "connectors/base/json.h"
#include "render.h"

/* ---- list ---- */

static const struct {
	const char *state;
	char letter;
	const char *words;
} states[] = {
	{"there", '.', TEXT("there")},
	{"lacking", '-', TEXT("lacking")},
	{"broken", 'x', TEXT("broken: see template lint")},
	{"unreviewed", 'u', TEXT("read by nobody but its writer")},
	{"own", 'o', TEXT("your own")},
	{"original-changed", '!', TEXT("your own, and the original has changed")},
};
enum { STATES = sizeof states / sizeof *states };

static char
letter_of(const char *state)
{
	for (int i = 0; i < STATES; i++)
		if (!strcmp(states[i].state, state))
			return states[i].letter;
	return '?';
}

/* One letter for each language: as wide as its name, so that a screen holds them all. */
static void
put_states(struct buf *out, const char *id, json_t *row)
{
	const char *locale;
	json_t *state;

	buf_fmt(out, "%-28s", id);
	json_object_foreach(row, locale, state)
		buf_fmt(out, " %*c", (int)strlen(locale), letter_of(text_of(row, locale)));
	buf_char(out, '\n');
}

static int
lacks_nothing(json_t *row)
{
	const char *locale;
	json_t *state;

	json_object_foreach(row, locale, state)
		if (strcmp(text_of(row, locale), "there") != 0)
			return 0;
	return 1;
}

static void
put_counts(struct buf *out, const struct view *v, json_t *languages)
{
	static const char *const titles[] = {
		TEXT("LANGUAGE"),   TEXT("THERE"), TEXT("LACKING"), TEXT("BROKEN"),
		TEXT("UNREVIEWED"), TEXT("OWN"),   TEXT("CHANGED"), NULL};
	const char *locale;
	struct table t;
	json_t *count;

	table_begin(&t, v, titles);
	json_object_foreach(languages, locale, count) {
		table_cell(&t, locale);
		for (int i = 0; i < STATES; i++)
			table_count(&t, count, states[i].state);
	}
	table_end(&t, out, v);
}

static void
put_lacks(struct buf *out, const struct view *v, const json_t *result)
{
	json_t *languages = json_object_get(result, "languages"), *unused;
	const json_t *t;
	const char *locale;
	int whole = 0;
	size_t i;

	buf_fmt(out, "%-28s", "");
	json_object_foreach(languages, locale, unused)
		buf_fmt(out, " %s", locale);
	buf_char(out, '\n');
	json_array_foreach(list_of(result, "templates"), i, t) {
		if (lacks_nothing(json_obj(t, "states")))
			whole++;
		else
			put_states(out, text_of(t, "id"), json_obj(t, "states"));
	}
	if (whole)
		buf_fmt(out, say(v->lang, "%d templates lack nothing.\n"), whole);
	buf_char(out, '\n');
	for (int k = 1; k < STATES; k++)
		buf_fmt(out, "%c  %s\n", states[k].letter, say(v->lang, states[k].words));
	buf_char(out, '\n');
	put_counts(out, v, languages);
}

void
render_templates(struct buf *out, const struct view *v, const json_t *result)
{
	static const char *const titles[] = {TEXT("ID"), TEXT("PHASE"), TEXT("LANGUAGES"), NULL};
	const json_t *s, *locale;
	struct table t;
	size_t i, j;

	if (json_obj(result, "languages")) {
		put_lacks(out, v, result);
		return;
	}
	table_begin(&t, v, titles);
	json_array_foreach(list_of(result, "templates"), i, s) {
		struct buf locales = BUF_MAX(4096);

		json_array_foreach(list_of(s, "locales"), j, locale)
			buf_fmt(&locales, "%s%s", j ? " " : "", json_string_value(locale));
		table_cell(&t, text_of(s, "id"));
		table_cell(&t, text_of(s, "phase"));
		table_cell(&t, buf_str(&locales));
		buf_free(&locales);
	}
	table_end(&t, out, v);
}

/* ---- render ---- */

void
render_texts(struct buf *out, const struct view *v, const json_t *result)
{
	const json_t *text;
	size_t i;

	if (json_text(result, "file"))
		render_done(out, v, result);
	json_array_foreach(list_of(result, "texts"), i, text) {
		buf_fmt(out, "%s%s:\n", i ? "\n" : "", text_of(text, "locale"));
		put_block(out, text_of(text, "text"), 2);
		put_block(out, text_of(text, "reason"), 2);
		if (list_of(text, "needs")) {
			buf_put(out, "  ");
			put_needs(out, v, text);
			buf_char(out, '\n');
		}
	}
}

/* ---- export, import ---- */

static void
put_files(struct buf *out, const struct view *v, const char *pattern, const json_t *result, const char *key)
{
	const json_t *list = list_of(result, key), *file;
	size_t i;

	json_array_foreach(list, i, file) {
		buf_fmt(out, "  %s: ", say(v->lang, pattern));
		put_line(out, json_is_string(file) ? json_string_value(file) : "");
		buf_char(out, '\n');
	}
}

static void
put_folder(struct buf *out, const json_t *result)
{
	put_line(out, text_of(result, "folder"));
	buf_put(out, ":\n");
}

void
render_exported(struct buf *out, const struct view *v, const json_t *result)
{
	if (json_text(result, "xliff")) {
		buf_put(out, text_of(result, "xliff"));
	} else if (json_text(result, "file")) {
		render_done(out, v, result);
	} else {
		put_folder(out, result);
		put_files(out, v, TEXT("copied"), result, "files");
		put_files(out, v, TEXT("there already, left as it is"), result, "kept");
	}
}

void
render_imported(struct buf *out, const struct view *v, const json_t *result)
{
	const long long errors = json_int(result, "errors", 0);

	if (json_array_size(list_of(result, "findings")))
		render_findings(out, v, result);
	if (errors) {
		buf_fmt(out, say(v->lang, "%lld errors; nothing was written\n"), errors);
		return;
	}
	put_folder(out, result);
	put_files(out, v, json_flag(result, "dry_run", 0) ? TEXT("would be written") : TEXT("written"),
		  result, "files");
	buf_fmt(out, say(v->lang, "  unchanged: %lld\n"), (long long)json_int(result, "unchanged", 0));
}
