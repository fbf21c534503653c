#include "daemon/notify/mail.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/instant.h"
#include "base/text.h"

#define WORD_BYTES 42 /* of text in one encoded word: with its ends it stays below 75 (RFC 2047) */
#define LINE_BYTES 57 /* of text in a base64 line of 76 */

static void
put_date(struct buf *out, int64_t at)
{
	static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	const time_t seconds = (time_t)(at / SECOND);
	struct tm t;

	gmtime_r(&seconds, &t);
	buf_fmt(out, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", days[t.tm_wday], t.tm_mday,
		months[t.tm_mon], t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

/* Controls become spaces; then as it is when all of it is ASCII and short, else in encoded words of whole characters. */
static void
put_subject(struct buf *out, const char *subject)
{
	struct buf text = BUF_MAX(1024);
	int plain = strlen(subject) <= 66 && !strstr(subject, "=?");

	for (const char *p = subject; *p && text.len < 1000; p++) {
		plain &= (unsigned char)*p < 0x80;
		buf_char(&text, (unsigned char)*p < 0x20 || *p == 0x7f ? ' ' : *p);
	}
	buf_put(out, "Subject: ");
	if (plain)
		buf_put(out, buf_str(&text));
	for (size_t at = 0; !plain && at < text.len;) {
		size_t n = utf8_fit(text.data + at, text.len - at, WORD_BYTES);

		if (!n)
			n = 1;
		buf_put(out, at ? "\r\n =?UTF-8?B?" : "=?UTF-8?B?");
		base64_encode(out, text.data + at, n);
		buf_put(out, "?=");
		at += n;
	}
	buf_put(out, "\r\n");
	buf_free(&text);
}

void
mail_write(const struct letter *l, struct buf *out)
{
	const size_t n = strlen(l->text);
	struct buf text = BUF_MAX(2 * n + 2);

	for (const char *p = l->text; *p; p++) {
		if (*p == '\n')
			buf_char(&text, '\r');
		if (*p != '\r')
			buf_char(&text, *p);
	}
	put_date(out, l->at);
	buf_fmt(out, "From: Supercargo <%s>\r\n", l->from);
	for (int i = 0; l->to[i]; i++)
		buf_fmt(out, "%s%s", i ? ",\r\n " : "To: ", l->to[i]);
	buf_put(out, "\r\n");
	put_subject(out, l->subject);
	buf_fmt(out, "Message-ID: <%s@%s>\r\n", l->id,
		strchr(l->from, '@') ? strchr(l->from, '@') + 1 : "localhost");
	buf_put(out,
		"Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\nMIME-Version: 1.0\r\n"
		"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n");
	for (size_t at = 0; at < text.len; at += LINE_BYTES) {
		base64_encode(out, text.data + at, text.len - at < LINE_BYTES ? text.len - at : LINE_BYTES);
		buf_put(out, "\r\n");
	}
	buf_free(&text);
}
