#include <stdlib.h>
#include <string.h>

#include "connectors/base/buf.h"
#include "connectors/base/file.h"
#include "connectors/base/text.h"
#include "ini.h"

struct ini {
	const struct ini_reader *to;
	const char *file;
	int line, wrong;
	char line_text[INI_LINE + 1]; /* cut up in place */
	char section[INI_LINE + 1], title[INI_LINE + 1], value[INI_LINE + 1];
	const char *words[INI_WORDS + 1];
};

static int
is_space(char c)
{
	return c == ' ' || c == '\t';
}

static int
is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
	       c == '-' || c == '.';
}

static char *
skip_space(char *p)
{
	while (is_space(*p))
		p++;
	return p;
}

static int
at_end(const char *p)
{
	return *p == '\0' || *p == '#';
}

/* The first 40 characters, for a message; the line is given up anyhow. */
static const char *
shorten(char *text)
{
	char *p = text;

	for (int n = 0; *p && n < 40; n++)
		while ((*++p & 0xc0) == 0x80)
			;
	*p = '\0';
	return text;
}

static void
wrong(struct ini *ini, const char *at, const struct err *err)
{
	int column = 1;

	for (const char *p = ini->line_text; at && p < at; p++)
		column += (*p & 0xc0) != 0x80;
	ini->wrong++;
	if (ini->to->wrong)
		ini->to->wrong(ini->to->ctx, ini->file, ini->line, column, err);
}

/* Reads one word at *p, quoted or bare, in place (it never grows); the end is moved past it.  NULL when it is wrong. */
static char *
word(struct ini *ini, char **p)
{
	char *start = *p, *in = *p, *out = *p;
	struct err err;

	if (*in != '"') {
		while (*in && !is_space(*in) && *in != '"')
			in++;
		if (*in == '"') {
			fail(&err, "%s:%d: found a quote inside a word, expected a space before it",
			     ini->file, ini->line);
			wrong(ini, in, &err);
			return NULL;
		}
		*p = in;
		return start;
	}
	for (in++; *in != '"'; in++) {
		if (*in == '\\' && (in[1] == '"' || in[1] == '\\')) {
			*out++ = *++in;
		} else if (*in == '\\' && in[1] == 'n') {
			*out++ = '\n', in++;
		} else if (*in == '\\') {
			fail(&err, "%s:%d: found \\ before something else, expected \\\" or \\\\ or \\n",
			     ini->file, ini->line);
			wrong(ini, in, &err);
			return NULL;
		} else if (!*in) {
			fail(&err, "%s:%d: found the end of the line, expected a closing quote", ini->file,
			     ini->line);
			wrong(ini, start, &err);
			return NULL;
		} else {
			*out++ = *in;
		}
	}
	in++;
	if (*in && !is_space(*in) && *in != ']') {
		fail(&err, "%s:%d: found \"%s\" after a closing quote, expected a space", ini->file,
		     ini->line, shorten(in));
		wrong(ini, in, &err);
		return NULL;
	}
	*out = '\0'; /* out stands at least two bytes before in */
	*p = in;
	return start;
}

static void
tell(struct ini *ini, const char *key, size_t nwords)
{
	struct ini_item item = {ini->file, ini->line,  ini->section, ini->title,
				key,       ini->value, ini->words,   nwords};

	ini->words[nwords] = NULL;
	ini->to->each(ini->to->ctx, &item);
}

/* [name] or [name "title"] */
static void
read_section(struct ini *ini, char *p)
{
	char *name = p = skip_space(p + 1), *end, *title = NULL;
	struct err err;

	while (is_name(*p))
		p++;
	end = p;
	p = skip_space(p);
	if (*p == '"') {
		if (!(title = word(ini, &p)))
			goto skip;
		p = skip_space(p);
	}
	if (end == name || *p != ']' || !at_end(skip_space(p + 1))) {
		fail(&err, "%s:%d: found \"%s\", expected [section] or [section \"title\"]", ini->file,
		     ini->line, shorten(skip_space(ini->line_text)));
		wrong(ini, p, &err);
		goto skip;
	}
	*end = '\0';
	memcpy(ini->section, name, strlen(name) + 1);
	*ini->title = '\0';
	if (title)
		memcpy(ini->title, title, strlen(title) + 1);
	*ini->value = '\0';
	tell(ini, NULL, 0);
	return;
skip: /* what follows belongs to no section that anybody knows */
	memcpy(ini->section, "?", 2);
	*ini->title = '\0';
}

static void
read_key(struct ini *ini, char *p)
{
	char *key = p, *end, *joined = ini->value;
	size_t n = 0;
	struct err err;

	while (is_name(*p))
		p++;
	end = p;
	p = skip_space(p);
	if (end == key || *p != '=') {
		fail(&err, "%s:%d: found \"%s\", expected key = value", ini->file, ini->line, shorten(key));
		wrong(ini, p, &err);
		return;
	}
	*end = '\0';
	for (p = skip_space(p + 1); !at_end(p); p = skip_space(p)) {
		char *w = word(ini, &p);

		if (!w)
			return;
		if (n == INI_WORDS) {
			fail(&err, "%s:%d: found more than %d words", ini->file, ini->line, INI_WORDS);
			wrong(ini, w, &err);
			return;
		}
		if (*p == ']') {
			fail(&err, "%s:%d: found \"]\" after a closing quote, expected a space", ini->file,
			     ini->line);
			wrong(ini, p, &err);
			return;
		}
		if (*p)
			*p++ = '\0';
		ini->words[n++] = w;
	}
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(ini->words[i]);

		if (i)
			*joined++ = ' ';
		memcpy(joined, ini->words[i], len);
		joined += len;
	}
	*joined = '\0';
	tell(ini, key, n);
}

static void
read_line(struct ini *ini, const char *text, size_t len)
{
	struct err err;
	char *p;

	ini->line_text[0] = '\0';
	if (len && text[len - 1] == '\r')
		len--;
	if (len > INI_LINE) {
		fail(&err, "%s:%d: found a line of %zu bytes, expected at most %d", ini->file, ini->line, len,
		     INI_LINE);
		wrong(ini, NULL, &err);
		return;
	}
	if (memchr(text, '\0', len) || !utf8_valid(text, len)) {
		fail(&err, "%s:%d: found bytes that are no text, expected UTF-8", ini->file, ini->line);
		wrong(ini, NULL, &err);
		return;
	}
	memcpy(ini->line_text, text, len);
	ini->line_text[len] = '\0';
	p = skip_space(ini->line_text);
	if (*p == '[')
		read_section(ini, p);
	else if (!at_end(p))
		read_key(ini, p);
}

int
ini_parse(const char *file, const char *text, size_t len, const struct ini_reader *to)
{
	struct ini *ini = must_zalloc(sizeof *ini);
	int r;

	ini->to = to;
	ini->file = file;
	if (len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3))
		text += 3, len -= 3;
	while (len) {
		const char *end = memchr(text, '\n', len);
		size_t n = end ? (size_t)(end - text) : len;

		ini->line++;
		read_line(ini, text, n);
		n += end != NULL;
		text += n, len -= n;
	}
	r = ini->wrong;
	free(ini);
	return r;
}

int
ini_read(const char *path, const struct ini_reader *to, struct err *err)
{
	struct buf text = BUF_MAX(INI_FILE);
	int r = file_read(path, &text, err);

	if (!r)
		r = ini_parse(path, buf_str(&text), text.len, to);
	buf_free(&text);
	return r;
}
