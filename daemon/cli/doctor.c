/* doctor.c - `account doctor`: asks the service until the platform has answered every check. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "connectors/base/json.h"
#include "verb.h"

enum { POLLS = 400, POLL_MS = 250 };

static int
any_bad(const json_t *result)
{
	const json_t *check;
	size_t i;

	json_array_foreach(list_of(result, "checks"), i, check)
		if (!strcmp(text_of(check, "health"), "bad"))
			return 1;
	return 0;
}

static void
render_doctor(struct buf *out, const struct view *v, const json_t *result)
{
	const json_t *check;
	size_t i;

	json_array_foreach(list_of(result, "checks"), i, check) {
		const char *health = text_of(check, "health"), *text = text_of(check, "text");

		buf_fmt(out, "%s  ", !strcmp(health, "good") ? "✓" : !strcmp(health, "bad") ? "✗" : "!");
		put_line(out, text_of(check, "title"));
		buf_fmt(out, ": %s\n", word(v, health));
		if (*text)
			put_block(out, text, 4);
		if (*text_of(check, "mend"))
			put_block(out, text_of(check, "mend"), 4);
	}
}

int
act_doctor(struct call *c)
{
	json_t *args = json_pack("{s:s, s:b}", "account", arg_text(c, "account"), "start", 1), *result = NULL;
	struct buf text = BUF_MAX(1 << 20);
	struct view view = {.lang = c->lang};
	struct err err = {""};
	int code = 1;

	for (int i = 0; i < POLLS; i++) {
		json_decref(result);
		if (!(result = client_ask(c, "account doctor", args, &err)) || json_flag(result, "done", 0))
			break;
		json_object_set_new(args, "start", json_false());
		usleep(POLL_MS * 1000);
	}
	if (!result) {
		say_packed(&text, c->lang, err.text);
		fprintf(stderr, "supercargo: %s\n", buf_str(&text));
		goto out;
	}
	if (c->json) {
		json_dumpf(result, stdout, JSON_INDENT(2));
		putchar('\n');
	} else {
		render_doctor(&text, &view, result);
		fwrite(buf_str(&text), 1, text.len, stdout);
	}
	code = fflush(stdout) || any_bad(result) ? 1 : 0;
out:
	buf_free(&text);
	json_decref(result);
	json_decref(args);
	return code;
}
