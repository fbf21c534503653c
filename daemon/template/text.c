/* Compiles one text of a scenario and looks it over. */

#include <string.h>

#include "scenario.h"

struct warning {
	struct report *report;
	const char *file;
	int refused; /* one of them is reason enough not to take the text */
};

static void
warn(void *ctx, const struct pattern_error *e)
{
	struct warning *w = ctx;

	const int error = !strcmp(e->code, "bad-quoting");

	if (w->refused) /* what follows, follows from it */
		return;
	w->report->err = e->err;
	report_finding(w->report, error, e->code, w->file, e->line, e->column);
	w->refused |= error;
}

void
text_position(const char *text, size_t at, int *line, int *column)
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

/* The first character that shows nothing, as an offset; -1 when there is none.  The joiners and marks that Arabic and Indic words need
 * are not among them. */
static long
hidden_at(const char *text, size_t len, int *bidi, unsigned *point)
{
	for (size_t i = 0; i + 1 < len; i++) {
		const unsigned char *c = (const unsigned char *)text + i;

		*point = 0;
		if (c[0] == 0xc2 && c[1] == 0xad)
			*point = 0xad;
		else if (i + 2 < len && (c[0] == 0xe2 || c[0] == 0xef))
			*point = (c[0] & 0xfu) << 12 | (c[1] & 0x3fu) << 6 | (c[2] & 0x3fu);
		*bidi = (*point >= 0x202a && *point <= 0x202e) || (*point >= 0x2066 && *point <= 0x2069);
		if (*bidi || *point == 0xad || *point == 0x200b || (*point >= 0x2060 && *point <= 0x2064) ||
		    *point == 0xfeff)
			return (long)i;
	}
	return -1;
}

/* The words that a select may be, against the branches of the text. */
struct choosing {
	const char *const *words;
	unsigned seen; /* which of them have a branch */
	struct {
		const char *keyword;
		size_t at;
	} unknown;
	size_t first;
	int any;
};

static void
choose(void *ctx, const char *keyword, size_t at)
{
	struct choosing *c = ctx;
	int i = 0;

	c->first = c->any++ ? c->first : at;
	while (c->words[i] && strcmp(c->words[i], keyword) != 0)
		i++;
	if (c->words[i])
		c->seen |= 1u << (i & 31);
	else if (strcmp(keyword, "other") != 0 && !c->unknown.keyword)
		c->unknown.keyword = keyword, c->unknown.at = at;
}

static void
look_for_choices(const struct entry *e, const struct text *t, struct report *to)
{
	int line, column;

	for (int i = 0; i < e->nvars; i++) {
		struct choosing c = {.words = e->origins[i].words};
		const char *lacking = NULL;
		int n = 0;

		if (!c.words)
			continue;
		message_choices(t->pattern, e->vars[i].name, choose, &c);
		if (c.unknown.keyword) {
			text_position(t->source, c.unknown.at, &line, &column);
			fail(&to->err, "the variable %s is never \"%s\"; its words are in template.conf",
			     e->vars[i].name, c.unknown.keyword);
			report_finding(to, WARNING, "unreachable-branch", t->path, line, column);
		}
		for (int k = 0; c.any && c.words[k]; k++)
			if (!(c.seen >> (k & 31) & 1) && ++n == 2)
				lacking = c.words[k];
		if (lacking) { /* one of them may be "other" */
			text_position(t->source, c.first, &line, &column);
			fail(&to->err, "the variable %s may be \"%s\", which has no branch here",
			     e->vars[i].name, lacking);
			report_finding(to, WARNING, "missing-branch", t->path, line, column);
		}
	}
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
text_add(struct entry *e, struct arena *arena, const char *locale, int is_short, const char *file,
	 const char *text, size_t len, struct report *to)
{
	struct text *added;
	struct buf clean = BUF_MAX(1 << 20);
	struct warning w = {to, file, 0};
	struct pattern_error wrong = {0};
	struct message_pattern *pattern = NULL;
	int line, column, bidi;
	unsigned point;
	long at;

	if (len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) {
		fail(&to->err, "found a byte order mark, which nobody needs in UTF-8; save the file without");
		report_finding(to, WARNING, "byte-order-mark", file, 1, 1);
	}
	text_clean(text, len, &clean);
	if ((at = control_at(buf_str(&clean), clean.len)) >= 0) {
		text_position(clean.data, (size_t)at, &line, &column);
		fail(&to->err, "found the control character %02x, expected text",
		     (unsigned char)clean.data[at]);
		report_finding(to, ERROR, "control-character", file, line, column);
		goto out;
	}
	if ((at = hidden_at(buf_str(&clean), clean.len, &bidi, &point)) >= 0) {
		text_position(clean.data, (size_t)at, &line, &column);
		if (bidi)
			fail(&to->err,
			     "found the direction control U+%04X, which can make text read in another order; "
			     "take it out: values are set apart by themselves",
			     point);
		else
			fail(&to->err, "found the invisible character U+%04X; take it out", point);
		report_finding(to, bidi, bidi ? "bidi-control" : "invisible-character", file, line, column);
		if (bidi)
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
	if (w.refused) {
		message_free(pattern);
		goto out;
	}
	added = is_short ? &e->shorts[e->nshorts++] : &e->texts[e->ntexts];
	strcpy(added->locale, locale);
	added->pattern = pattern;
	if (!is_short)
		e->locales[e->ntexts++] = added->locale;
	if (to->warnings) {
		added->path = arena_strdup(arena, file);
		added->source = arena_strndup(arena, clean.data, clean.len);
		look_for_choices(e, added, to);
		if (!is_short)
			look_for_unused(e, pattern, file, to);
	}
out:
	buf_free(&clean);
}
