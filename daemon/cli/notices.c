/* notices.c - what has to be told, and whether the channels work. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "connectors/base/json.h"
#include "verb.h"

enum { POLLS = 400, POLL_MS = 250 };

/* "told 3 m ago by office, phone; erika sees to it" */
static void
put_fate(struct buf *out, const struct view *v, const json_t *notice)
{
	const json_t *channel;
	size_t i;

	if (json_text(notice, "claimed_by")) {
		buf_put(out, "    ");
		buf_fmt(out, say(v->lang, "%s sees to it"), text_of(notice, "claimed_by"));
		buf_char(out, '\n');
	}
	if (json_array_size(list_of(notice, "channels")) == 0)
		return;
	buf_put(out, "    ");
	buf_put(out, say(v->lang, "told by:"));
	json_array_foreach(list_of(notice, "channels"), i, channel)
		buf_fmt(out, "%s %s", i ? "," : "", json_string_value(channel));
	buf_char(out, '\n');
	if (json_text(notice, "link"))
		buf_fmt(out, "    %s\n", text_of(notice, "link"));
}

void
render_notices(struct buf *out, const struct view *v, const json_t *result)
{
	const json_t *n, *c;
	size_t i;

	if (json_array_size(list_of(result, "notices")) == 0)
		buf_fmt(out, "%s\n", say(v->lang, "There is nothing to tell."));
	json_array_foreach(list_of(result, "notices"), i, n) {
		buf_fmt(out, "%s %s  ", json_flag(n, "urgent", 0) ? "!" : " ", text_of(n, "id"));
		put_when(out, v, n, "at");
		buf_fmt(out, "  %s", text_of(n, "label"));
		if (json_text(n, "account")) {
			buf_put(out, "  ");
			put_line(out, text_of(n, "account"));
		}
		if (json_text(n, "cleared_at"))
			buf_fmt(out, "  (%s)", say(v->lang, "over"));
		buf_char(out, '\n');
		put_block(out, text_of(n, "text"), 4);
		put_fate(out, v, n);
	}
	json_array_foreach(list_of(result, "channels"), i, c) {
		if (!json_int(c, "fails", 0))
			continue;
		buf_put(out, "! ");
		buf_fmt(out, say(v->lang, "the channel %s fails, try %lld: %s"), text_of(c, "name"),
			(long long)json_int(c, "fails", 0), text_of(c, "why"));
		buf_char(out, '\n');
	}
	put_next(out, v, "notices", result);
}

static int
render_test(struct buf *out, const struct view *v, const json_t *result)
{
	const json_t *c;
	int bad = 0;
	size_t i;

	json_array_foreach(list_of(result, "channels"), i, c) {
		const char *health = text_of(c, "health");

		bad |= strcmp(health, "good") != 0;
		buf_fmt(out, "%s  ", !strcmp(health, "good") ? "✓" : !strcmp(health, "bad") ? "✗" : "!");
		put_line(out, text_of(c, "name"));
		buf_fmt(out, ": %s\n", word(v, health));
		if (*text_of(c, "text"))
			put_block(out, text_of(c, "text"), 4);
	}
	return bad;
}

int
act_notify_test(struct call *c)
{
	json_t *args = json_pack("{s:b, s:s*}", "start", 1, "name", arg_text(c, "name")), *result = NULL;
	struct buf text = BUF_MAX(1 << 20);
	struct view view = {.lang = c->lang};
	struct err err = {""};
	int code = 1;

	for (int i = 0; i < POLLS; i++) {
		json_decref(result);
		if (!(result = client_ask(c, "notify test", args, &err)) || json_flag(result, "done", 0))
			break;
		json_object_set_new(args, "start", json_false());
		usleep(POLL_MS * 1000);
	}
	if (!result) {
		say_packed(&text, c->lang, err.text);
		fprintf(stderr, "supercargo: %s\n", buf_str(&text));
		goto out;
	}
	code = render_test(&text, &view, result);
	if (c->json) {
		json_dumpf(result, stdout, JSON_INDENT(2));
		putchar('\n');
	} else {
		fwrite(buf_str(&text), 1, text.len, stdout);
	}
	if (fflush(stdout))
		code = 1;
out:
	buf_free(&text);
	json_decref(result);
	json_decref(args);
	return code;
}
