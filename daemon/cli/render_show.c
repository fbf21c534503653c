#include <string.h>

#include "connectors/base/json.h"
#include "i18n/width.h"
#include "render.h"

/* Their names, or only how many there are. */
static void
put_photos(struct buf *out, const struct view *v, const json_t *m)
{
	const json_t *photo;
	size_t i;

	if (json_int(m, "photos", 0)) {
		buf_fmt(out, say(v->lang, "  [photos: %lld]"), (long long)json_int(m, "photos", 0));
		buf_char(out, '\n');
	}
	json_array_foreach(list_of(m, "photos"), i, photo) {
		buf_fmt(out, "  [%s ", say(v->lang, "photo"));
		put_line(out, json_is_string(photo) ? json_string_value(photo) : text_of(photo, "name"));
		buf_put(out, "]\n");
	}
}

static void
put_message(struct buf *out, const struct view *v, const json_t *m)
{
	buf_char(out, '\n');
	put_line(out, text_of(m, "id"));
	buf_char(out, ' ');
	put_line(out, word(v, text_of(m, "direction")));
	buf_put(out, json_text(m, "sent_at") ? ", " : "");
	put_when(out, v, m, "sent_at");
	for (const char *const *key = (const char *const[]){"language", "intent", NULL}; *key; key++) {
		if (!json_text(m, *key))
			continue;
		buf_put(out, ", ");
		put_line(out, text_of(m, *key));
	}
	buf_char(out, '\n');
	put_block(out, text_of(m, "text"), 2);
	put_photos(out, v, m);
}

static const struct {
	const char *key;
	void (*put)(struct buf *, const struct view *, const json_t *);
} tables[] = {
	{"actions", put_actions},   {"conversations", put_conversations}, {"orders", put_orders},
	{"disputes", put_disputes}, {"feedback", put_feedback},           {"tasks", put_tasks},
	{"history", put_history},
};

static int
put_table(struct buf *out, const struct view *v, const char *key, const json_t *list)
{
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		if (strcmp(tables[i].key, key) != 0)
			continue;
		tables[i].put(out, v, list);
		return 1;
	}
	return 0;
}

/* A thing with its facts, its text, and the lists inside it. */
static void
put_thing(struct buf *out, const struct view *v, const json_t *thing, int depth)
{
	const char *key;
	json_t *value;
	const json_t *item;
	size_t i;

	put_facts(out, v, thing, depth * 2);
	if (!list_of(thing, "messages")) /* else it is the last of them */
		put_block(out, text_of(thing, "text"), depth * 2 + 2);
	if (depth == 4)
		return;
	json_object_foreach((json_t *)thing, key, value) {
		if (!strcmp(key, "messages")) {
			json_array_foreach(value, i, item)
				put_message(out, v, item);
			continue;
		}
		if (json_is_object(value) && !json_text(value, "currency")) {
			buf_fmt(out, "%*s%s:\n", depth * 2, "", word(v, key));
			put_thing(out, v, value, depth + 1);
		}
		if (!json_is_array(value) || !json_array_size(value))
			continue;
		buf_fmt(out, "\n%*s", depth * 2, "");
		put_line(out, word(v, key));
		buf_char(out, '\n');
		if (put_table(out, v, key, value))
			continue;
		json_array_foreach(value, i, item) {
			if (i)
				buf_char(out, '\n');
			if (json_is_object(item))
				put_thing(out, v, item, depth + 1);
			else if (json_is_string(item))
				put_block(out, json_string_value(item), depth * 2 + 2);
		}
	}
}

void
render_show(struct buf *out, const struct view *v, const json_t *result)
{
	put_thing(out, v, result, 0);
}

enum { WHEN = 31 }; /* columns of the longest time, and two */

/* Until when, who says so, and how it was reckoned. */
static void
put_deadline(struct buf *out, const json_t *deadline)
{
	const json_t *line, *step;
	struct buf when = BUF_MAX(256);
	size_t i;

	json_array_foreach(list_of(deadline, "said"), i, line) {
		put_line(out, json_string_value(line));
		buf_char(out, '\n');
	}
	json_array_foreach(list_of(deadline, "steps"), i, step) {
		buf_clear(&when);
		put_line(&when, text_of(step, "when"));
		buf_put(&when, json_text(step, "weekday") ? " " : "");
		put_line(&when, text_of(step, "weekday"));
		buf_fmt(out, "  %s%*s", buf_str(&when), WHEN - text_width(buf_str(&when)), "");
		put_line(out, text_of(step, "text"));
		buf_char(out, '\n');
	}
	buf_free(&when);
}

void
render_explain(struct buf *out, const struct view *v, const json_t *result)
{
	const json_t *deadline = json_obj(result, "deadline"), *entry;
	size_t i;

	put_deadline(out, deadline);
	if (deadline)
		buf_char(out, '\n');
	if (put_fallback(out, v, result))
		buf_put(out, "\n\n");
	json_array_foreach(list_of(result, "entries"), i, entry) {
		put_line(out, text_of(entry, "at"));
		buf_put(out, "  ");
		put_line(out, word(v, text_of(entry, "kind")));
		buf_put(out, "  ");
		put_line(out, text_of(entry, "ref"));
		buf_char(out, '\n');
		put_thing(out, v, json_obj(entry, "facts"), 1);
	}
	if (!json_array_size(list_of(result, "entries")))
		buf_fmt(out, "%s\n", say(v->lang, "The journal has nothing about it."));
}
