/* Compiles one text of a scenario and looks it over. */

#include <string.h>

#include "daemon/policy/content.h"
#include "scenario.h"

struct warning {
	struct report *report;
	const char *file;
};

static void
warn(void *ctx, const struct pattern_error *e)
{
	struct warning *w = ctx;

	w->report->err = e->err;
	report_finding(w->report, WARNING, e->code, w->file, e->line, e->column);
}

static void
position(const char *text, size_t at, int *line, int *column)
{
	*line = *column = 1;
	for (size_t i = 0; i < at; i++) {
		if (text[i] == '\n')
			++*line, *column = 1;
		else
			*column += (text[i] & 0xc0) != 0x80;
	}
}

/* The first control character but tab and newline, as an offset; -1 when there is none. */
static long
control_at(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f ||
		    (c == 0xc2 && i + 1 < len && (unsigned char)text[i + 1] < 0xa0))
			return (long)i;
	}
	return -1;
}

/* Marketplaces refuse contact data; the policy check before sending has the last word. */
static void
look_for_contact(const char *file, const char *text, struct report *to)
{
	struct place place;
	int line, column;

	if (content_email(text, &place))
		fail(&to->err, "found an e-mail address; marketplaces refuse contact data");
	else if (content_phone(text, &place))
		fail(&to->err, "found a phone number; marketplaces refuse contact data");
	else if (content_link(text, NULL, &place))
		fail(&to->err, "found a link; most marketplaces refuse links");
	else
		return;
	position(text, place.start, &line, &column);
	report_finding(to, WARNING, "contact-data", file, line, column);
}

static void
look_for_unused(const struct entry *e, const struct message_pattern *pattern, const char *file,
		struct report *to)
{
	for (int i = 0; i < e->nvars; i++) {
		if (!message_uses(pattern, e->vars[i].name)) {
			fail(&to->err,
			     "the variable %s is not used, expected it in the text or not in template.conf",
			     e->vars[i].name);
			report_finding(to, WARNING, "unused-variable", file, 1, 1);
		}
	}
}

static int
is_blank(const char *text)
{
	return !text[strspn(text, " \t\n")];
}

void
text_clean(const char *text, size_t len, struct buf *out)
{
	/* editors on Windows add a byte order mark and CR: never part of what a buyer reads */
	if (len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3))
		text += 3, len -= 3;
	for (size_t i = 0; i < len; i++)
		if (text[i] != '\r' || i + 1 == len || text[i + 1] != '\n')
			buf_char(out, text[i]);
	if (out->len && out->data[out->len - 1] == '\n')
		buf_cut(out, out->len - 1);
}

void
text_add(struct entry *e, const char *locale, int is_short, const char *file, const char *text, size_t len,
	 struct report *to)
{
	struct buf clean = BUF_MAX(1 << 20);
	struct warning w = {to, file};
	struct pattern_error wrong = {0};
	struct message_pattern *pattern = NULL;
	struct text *added;
	int line, column;
	long at;

	text_clean(text, len, &clean);
	if ((at = control_at(buf_str(&clean), clean.len)) >= 0) {
		position(clean.data, (size_t)at, &line, &column);
		fail(&to->err, "found the control character %02x, expected text",
		     (unsigned char)clean.data[at]);
		report_finding(to, ERROR, "control-character", file, line, column);
		goto out;
	}
	if (is_blank(buf_str(&clean))) {
		fail(&to->err, "found no text");
		report_finding(to, ERROR, "empty-text", file, 1, 1);
		goto out;
	}
	pattern = message_compile(clean.data, clean.len, locale, e->vars, &wrong, to->warnings ? warn : NULL,
				  &w);
	if (!pattern) {
		to->err = wrong.err;
		report_finding(to, ERROR, wrong.code, file, wrong.line, wrong.column);
		goto out;
	}
	if (to->warnings) {
		look_for_contact(file, clean.data, to);
		if (!is_short)
			look_for_unused(e, pattern, file, to);
	}
	added = is_short ? &e->shorts[e->nshorts++] : &e->texts[e->ntexts];
	strcpy(added->locale, locale);
	added->pattern = pattern;
	if (!is_short)
		e->locales[e->ntexts++] = added->locale;
out:
	buf_free(&clean);
}
