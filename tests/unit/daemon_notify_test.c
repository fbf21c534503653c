/* Telling people: forms, mails, and what is urgent from when on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/instant.h"
#include "base/json.h"
#include "base/text.h"
#include "daemon/notify/form.h"
#include "daemon/notify/kinds.h"
#include "daemon/notify/mail.h"
#include "daemon/notify/notify.h"

#include <cmocka.h> /* last: it has a macro named fail */

#define EVIL "\"},{\\\n\t\x01{kind}\xff 中文 \xf0\x9f\x98\x80"

static const struct filling hostile = {
	.text = EVIL, .chat = EVIL, .cause = EVIL, .kind = EVIL, .account = EVIL, .at = EVIL, .link = EVIL};

/* Every string of the document as one text. */
static void
strings_of(const json_t *v, struct buf *out)
{
	const char *key;
	json_t *child;

	if (json_is_string(v))
		buf_put(out, json_string_value(v));
	json_object_foreach((json_t *)v, key, child)
		strings_of(child, out);
}

static void
every_dialect_keeps_texts_inside_their_string(void **state)
{
	const char *const dialects[] = {"json", "wecom", "dingtalk", "feishu", "slack", "telegram"};

	(void)state;
	for (size_t i = 0; i < sizeof dialects / sizeof *dialects; i++) {
		struct arena *a = arena_new();
		struct buf body = BUF_MAX(65536), all = BUF_MAX(65536);
		struct err err = {""};
		const struct form *f = form_read(a, dialects[i], NULL, &err);
		json_t *v;

		assert_non_null(f);
		form_fill(f, &hostile, &body);
		v = json_loadb(body.data, body.len, JSON_REJECT_DUPLICATES, NULL);
		assert_non_null(v);
		strings_of(v, &all);
		assert_non_null(strstr(buf_str(&all),
				       "\"},{\\\n\t\x01{kind}")); /* and no word inside is filled again */
		assert_int_equal(f->single, i == 0);
		if (i)
			assert_true(form_spacing(f) >= SECOND && form_spacing(f) * (f->posts - 1) > f->per);
		json_decref(v);
		buf_free(&body);
		buf_free(&all);
		arena_free(a);
	}
}

static const struct form *
own_form(struct arena *a, const char *text, struct err *err)
{
	char path[] = "/tmp/form-XXXXXX";
	const int fd = mkstemp(path);
	const struct form *f;

	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	f = form_read(a, "json", path, err);
	unlink(path);
	return f;
}

static void
forms_that_would_break_are_refused(void **state)
{
	static const char *const wrong[] = {
		"\n{\"text\": {text}}",                         /* outside of a string */
		"\n{\"text\": \"{text}\"",                      /* no JSON */
		"\n{\"text\": \"nothing\"}",                    /* says nothing */
		"posts 20\n\n{\"text\": \"{text}\"}",           /* in what time? */
		"posts many\nper 1m\n\n{\"text\": \"{text}\"}", /* not a number */
		"bytes 5\n\n{\"text\": \"{text}\"}",            /* no line fits */
		"colour red\n\n{\"text\": \"{text}\"}",
		"taken ok\n\n{\"text\": \"{text}\"}",
		"",
	};
	struct arena *a = arena_new();
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		err.text[0] = '\0';
		assert_null(own_form(a, wrong[i], &err));
		assert_string_not_equal(err.text, "");
	}
	assert_non_null(own_form(
		a, "# ours\nposts 1\nper 2s\nbytes 300\ntaken a.b=true\n\n{\"t\": \"{text} {unknown}\"}",
		&err));
	arena_free(a);
}

static int
taken(const char *form, long status, const char *body)
{
	struct arena *a = arena_new();
	struct err err = {""};
	const struct form *f = own_form(a, form, &err);
	const struct response r = {.status = status, .body = body, .len = strlen(body)};
	int t;

	assert_non_null(f);
	t = form_taken(f, a, &r, &err);
	assert_int_equal(!t, *err.text != '\0');
	arena_free(a);
	return t;
}

static void
an_answer_is_what_the_form_says(void **state)
{
	static const char plain[] = "\n{\"t\": \"{text}\"}",
			  code[] = "taken errcode=0\n\n{\"t\": \"{text}\"}",
			  flag[] = "taken ok=true\n\n{\"t\": \"{text}\"}";

	(void)state;
	assert_true(taken(plain, 200, "whatever"));
	assert_true(taken(plain, 204, ""));
	assert_false(taken(plain, 302, ""));
	assert_false(taken(plain, 500, ""));
	assert_true(taken(code, 200, "{\"errcode\":0}"));
	assert_true(taken(code, 200, "{\"errcode\":\"0\"}"));
	assert_false(taken(code, 200, "{\"errcode\":45009,\"errmsg\":\"api freq out of limit\"}"));
	assert_false(taken(code, 200, "{}"));
	assert_false(taken(code, 200, "<html>"));
	assert_false(taken(code, 500, "{\"errcode\":0}"));
	assert_true(taken(flag, 200, "{\"ok\":true}"));
	assert_false(taken(flag, 200, "{\"ok\":false}"));
}

/* ---- mail ---- */

static void
write_letter(const char *subject, const char *text, struct buf *out)
{
	const char *const to[] = {"a@example.com", "b@example.com", NULL};

	mail_write(&(struct letter){.from = "shop@example.org",
				    .to = to,
				    .subject = subject,
				    .text = text,
				    .id = "x.1",
				    .at = INT64_C(1796000000000)},
		   out);
}

static void
a_mail_has_its_headers_and_no_others(void **state)
{
	struct buf out = BUF_MAX(65536);

	(void)state;
	write_letter("held\r\nBcc: victim@example.com", "one\n.\nFrom two\r\n\r\nBcc: x@example.com", &out);
	assert_non_null(strstr(buf_str(&out), "Subject: held  Bcc: victim@example.com\r\n"));
	assert_null(strstr(buf_str(&out), "\r\nBcc:"));
	assert_null(strstr(buf_str(&out), "\r\n.\r\n"));
	assert_non_null(strstr(buf_str(&out), "Date: Mon, 30 Nov 2026 00:53:20 +0000\r\n"));
	assert_non_null(strstr(buf_str(&out), "Message-ID: <x.1@example.org>\r\n"));
	assert_non_null(strstr(buf_str(&out), "Auto-Submitted: auto-generated\r\n"));
	assert_non_null(strstr(buf_str(&out), "To: a@example.com,\r\n b@example.com\r\n"));
	for (size_t i = 0; i < out.len; i++) /* only whole line ends */
		assert_int_equal(out.data[i] == '\n', i > 0 && out.data[i - 1] == '\r');
	buf_free(&out);
}

/* The subject's encoded words put together again; each at most 75 characters, none cuts a character. */
static void
decode_subject(const char *mail, struct buf *out)
{
	const char *p = strstr(mail, "Subject: ") + 9, *end = strstr(p, "\r\nMessage-ID");

	while ((p = strstr(p, "=?UTF-8?B?")) && p < end) {
		const char *close = strstr(p + 10, "?=");
		const size_t before = out->len;

		assert_in_range(close + 2 - p, 1, 75);
		assert_int_equal(base64_decode(out, p + 10, (size_t)(close - p - 10)), 0);
		assert_true(utf8_valid(out->data + before, out->len - before));
		p = close;
	}
}

static void
subjects_in_any_language(void **state)
{
	struct buf out = BUF_MAX(65536), text = BUF_MAX(4096), subject = BUF_MAX(4096);

	(void)state;
	for (int i = 0; i < 200; i++) {
		buf_clear(&out);
		buf_clear(&text);
		buf_put(&subject, i % 3 ? "期" : i % 2 ? "é" : "x");
		if (i == 0)
			continue; /* ASCII stays as it is */
		write_letter(buf_str(&subject), "x", &out);
		decode_subject(buf_str(&out), &text);
		assert_string_equal(buf_str(&text), buf_str(&subject));
	}
	buf_free(&out);
	buf_free(&text);
	buf_free(&subject);
}

/* ---- who and when ---- */

static void
deadlines_become_urgent(void **state)
{
	const int64_t now = INT64_C(1796000000000);
	char cause[64];

	(void)state;
	snprintf(cause, sizeof cause, "due/d5@%lld", (long long)(now + DAY));
	assert_int_equal(urgent_from(cause, now), now + DAY - URGENT_BEFORE);
	snprintf(cause, sizeof cause, "due/d5@%lld/2", (long long)(now + HOUR));
	assert_int_equal(urgent_from(cause, now), now);
	assert_int_equal(urgent_from("due/t5", now), now);
	assert_int_equal(urgent_from("login/toys", now), now);
	assert_int_equal(urgent_from("held/a5", now), INT64_MAX);
	assert_int_equal(urgent_from("unheard of", now), INT64_MAX);
	assert_string_equal(kind_of("dues/d5")->name, "other");
	assert_string_equal(kind_of("clock")->name, "clock");
}

static void
the_digest_comes_at_its_time_of_day(void **state)
{
	struct conf_notify n = {.zone = "Europe/Berlin", .digest = 8 * 60 + 30};
	char text[INSTANT_TEXT];
	int64_t at, next;

	(void)state;
	assert_int_equal(instant_parse("2027-03-26T12:00:00Z", &at),
			 0); /* the clocks go forward on the 28th */
	for (int i = 0; i < 5; i++, at = next) {
		next = digest_next(&n, at);
		assert_true(next > at && next <= at + 25 * HOUR);
		local_minute(&n, next, text);
		assert_string_equal(text + 11, "08:30");
	}
	assert_int_equal(instant_parse("2027-10-30T12:00:00Z", &at), 0); /* and back on the 31st */
	for (int i = 0; i < 3; i++, at = next) {
		next = digest_next(&n, at);
		assert_true(next > at && next <= at + 25 * HOUR);
		local_minute(&n, next, text);
		assert_string_equal(text + 11, "08:30");
	}
	n.digest = CLOCK_NEVER;
	assert_int_equal(digest_next(&n, at), INT64_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_dialect_keeps_texts_inside_their_string),
		cmocka_unit_test(forms_that_would_break_are_refused),
		cmocka_unit_test(an_answer_is_what_the_form_says),
		cmocka_unit_test(a_mail_has_its_headers_and_no_others),
		cmocka_unit_test(subjects_in_any_language),
		cmocka_unit_test(deadlines_become_urgent),
		cmocka_unit_test(the_digest_comes_at_its_time_of_day),
	};

	json_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
