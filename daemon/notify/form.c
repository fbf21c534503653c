#include "daemon/notify/form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "daemon/conf/conf.h"
#include "daemon/share.h"

#define FORM_MAX   (32 << 10)
#define TEXT_MOST  20000
#define TEXT_LEAST 200

static const struct form json = {
	.bytes = 4096,
	.single = 1,
	.taken = "",
	.taken_value = "",
	.body = "{\"service\":\"supercargo\",\"cause\":\"{cause}\",\"account\":\"{account}\",\"text\":\"{"
		"text}\",\"at\":\"{at}\","
		"\"kind\":\"{kind}\",\"urgent\":\"{urgent}\",\"link\":\"{link}\"}",
};

/* ---- filling ---- */

/* As it stands between the quotes of a JSON string. */
static void
put_inside(struct buf *out, const char *text)
{
	struct buf quoted = BUF_MAX(out->max);

	json_quote(&quoted, text ? text : "");
	if (quoted.len >= 2)
		buf_add(out, quoted.data + 1, quoted.len - 2);
	buf_free(&quoted);
}

static void
put_slack(struct buf *out, const char *text)
{
	struct buf plain = BUF_MAX(out->max);

	for (; *text; text++)
		if (*text == '&')
			buf_put(&plain, "&amp;");
		else if (*text == '<')
			buf_put(&plain, "&lt;");
		else if (*text == '>')
			buf_put(&plain, "&gt;");
		else
			buf_char(&plain, *text);
	put_inside(out, buf_str(&plain));
	buf_free(&plain);
}

/* Puts what a word in braces stands for: 1, or 0 when it is none of ours. */
static int
put_word(struct buf *out, const char *word, size_t n, const struct filling *f)
{
	const struct {
		const char *name, *value;
	} words[] = {{"text", f->text},       {"chat", f->chat},
		     {"cause", f->cause},     {"kind", f->kind},
		     {"account", f->account}, {"at", f->at},
		     {"link", f->link},       {"urgent", f->urgent ? "yes" : "no"}};

	if (n == 5 && !strncmp(word, "slack", n)) {
		put_slack(out, f->text);
		return 1;
	}
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (strlen(words[i].name) != n || strncmp(words[i].name, word, n) != 0)
			continue;
		put_inside(out, words[i].value);
		return 1;
	}
	return 0;
}

void
form_fill(const struct form *form, const struct filling *f, struct buf *out)
{
	const char *p = form->body;

	while (*p) {
		const size_t n = *p == '{' ? strspn(p + 1, "abcdefghijklmnopqrstuvwxyz") : 0;

		if (n && p[n + 1] == '}' && put_word(out, p + 1, n, f))
			p += n + 2;
		else
			buf_char(out, *p++);
	}
}

/* ---- reading ---- */

static int
set_word(struct arena *a, struct form *form, const char *word, const char *value)
{
	const char *equals = strchr(value, '=');

	if (!strcmp(word, "posts"))
		return (form->posts = atoi(value)) > 0 ? 0 : -1;
	if (!strcmp(word, "per"))
		return duration_parse(value, &form->per) || form->per <= 0 ? -1 : 0;
	if (!strcmp(word, "bytes"))
		return (form->bytes = (size_t)atoi(value)) >= TEXT_LEAST && form->bytes <= TEXT_MOST ? 0 : -1;
	if (strcmp(word, "taken") != 0 || !equals || equals == value)
		return -1;
	form->taken = arena_strndup(a, value, (size_t)(equals - value));
	form->taken_value = arena_strdup(a, equals + 1);
	return 0;
}

/* Whatever is told, the body stays the JSON that it is: every word in braces stands inside a string. */
static int
check_body(const struct form *form, const char *place, struct err *err)
{
	static const char hostile[] = "a\"b\\,}]\n\t\x01{text}";
	const struct filling f = {hostile, hostile, hostile, hostile, hostile, hostile, hostile, 1};
	struct buf body = BUF_MAX(256 << 10);
	json_error_t e;
	json_t *parsed;

	form_fill(form, &f, &body);
	parsed = json_loadb(buf_str(&body), body.len, JSON_REJECT_DUPLICATES, &e);
	buf_free(&body);
	json_decref(parsed);
	if (!parsed)
		return fail(err,
			    "%s: the body is no JSON when it is filled (%s); words in braces stand inside "
			    "strings",
			    place, e.text);
	if (!strstr(form->body, "{text}") && !strstr(form->body, "{slack}"))
		return fail(err, "%s: the body has no {text}; nobody would be told anything", place);
	return 0;
}

static int
read_lines(struct arena *a, struct form *form, char *text, const char *place, struct err *err)
{
	int line = 1;

	for (; *text && *text != '\n'; line++) {
		char *end = strchrnul(text, '\n'), *value;

		if (*end)
			*end++ = '\0';
		value = text + strcspn(text, " \t");
		if (*value)
			*value++ = '\0';
		value += strspn(value, " \t");
		value[strcspn(value, " \t\r")] = '\0';
		if (*text != '#' && set_word(a, form, text, value))
			return fail(err, "%s:%d: found \"%s %s\", expected posts, per, bytes or taken", place,
				    line, text, value);
		text = end;
	}
	if (!form->posts != !form->per)
		return fail(err, "%s: posts and per belong together", place);
	form->body = text + (*text == '\n');
	form->single = strstr(form->body, "{cause}") != NULL;
	return check_body(form, place, err);
}

const struct form *
form_read(struct arena *a, const char *dialect, const char *file, struct err *err)
{
	struct buf text = BUF_MAX(FORM_MAX);
	char path[SHARE_PATH], inside[128];
	struct form *form;
	int r;

	if (!file && !strcmp(dialect, "json"))
		return &json;
	if (!file) {
		snprintf(inside, sizeof inside, "daemon/notify/forms/%s.form", dialect);
		share_path(inside, path);
		file = path;
	}
	form = arena_zalloc(a, sizeof *form);
	*form = (struct form){.bytes = 2000, .taken = "", .taken_value = ""};
	r = file_read(file, &text, err);
	if (!r)
		r = read_lines(a, form, arena_strdup(a, buf_str(&text)), file, err);
	buf_free(&text);
	return r ? NULL : form;
}

int64_t
form_spacing(const struct form *form)
{
	return form->posts > 1 ? form->per / (form->posts - 1) + 1 : form->per;
}

/* ---- the answer ---- */

static int
value_is(const json_t *v, const char *wanted)
{
	char number[32] = "";

	if (json_is_string(v))
		return !strcmp(json_string_value(v), wanted);
	if (json_is_boolean(v))
		return !strcmp(json_is_true(v) ? "true" : "false", wanted);
	if (json_is_integer(v))
		snprintf(number, sizeof number, "%lld", (long long)json_integer_value(v));
	return *number && !strcmp(number, wanted);
}

int
form_taken(const struct form *form, struct arena *a, const struct response *response, struct err *err)
{
	const int shown =
		response->len < 300 ? (int)response->len : (int)utf8_fit(response->body, response->len, 300);
	struct err ignored;
	json_t *answer;

	if (response->status < 200 || response->status > 299) {
		fail(err, "it answered with status %ld: %.*s", response->status, shown, response->body);
		return 0;
	}
	if (!*form->taken)
		return 1;
	answer = json_read(a, response->body, response->len, &ignored);
	if (answer && value_is(json_at(answer, form->taken), form->taken_value))
		return 1;
	fail(err, "it did not take it: %.*s", shown, response->body);
	return 0;
}
