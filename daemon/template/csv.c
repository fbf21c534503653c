#include "csv.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/outbox/variables.h"
#include "i18n/charset.h"

/* ---- rows ---- */

/* What spreadsheets put between fields: the one of these that stands in the first line most often. */
static char
separator_of(const char *text)
{
	const size_t line = strcspn(text, "\r\n");
	char best = ',';
	size_t most = 0;

	for (const char *c = ",;\t"; *c; c++) {
		size_t n = 0;

		for (size_t i = 0; i < line; i++)
			n += text[i] == *c;
		if (n > most)
			most = n, best = *c;
	}
	return best;
}

/* Takes one field off *at, in place; *line counts.  0; -1: its quote is not closed. */
static int
take_field(char **at, char separator, int *line, char **field)
{
	char *from = *at, *to = from;
	const int quoted = *from == '"';
	int closed = !quoted;

	*field = from;
	for (from += quoted; *from; from++) {
		if (quoted && *from == '"' && *++from != '"') {
			closed = 1;
			break;
		}
		if (!quoted && (*from == separator || *from == '\n' || (*from == '\r' && from[1] == '\n')))
			break;
		*line += *from == '\n';
		if (*from != '\r' || from[1] != '\n') /* line ends inside a text are plain ones */
			*to++ = *from;
	}
	*at = from;
	if (quoted)
		*to = '\0'; /* else it is where the separator stands, which the caller looks at first */
	return closed ? 0 : -1;
}

int
csv_rows(char *text, size_t len, csv_row *each, void *ctx, struct err *err)
{
	const int said = !strncmp(text, "sep=", 4); /* what Excel writes above */
	char *fields[CSV_FIELDS], *at = text + (said ? strcspn(text, "\n") + 1 : 0), *const end = text + len;
	const char separator = said && text[4] > ' ' ? text[4] : separator_of(at < end ? at : "");
	int line = 1 + said, r = 0;

	while (!r && at < end) {
		const int first = line;
		int n = 0;
		char after;

		do {
			if (n == CSV_FIELDS)
				return fail(err, "line %d: found more than %d fields", first, CSV_FIELDS);
			if (take_field(&at, separator, &line, &fields[n++]))
				return fail(err, "line %d: found a quotation mark that is not closed", first);
			if (*at == '\r' && at[1] == '\n')
				*at++ = '\0';
			after = *at;
			if (after && after != separator && after != '\n')
				return fail(
					err,
					"line %d: found text after a quotation mark, expected the next field",
					first);
			*at++ = '\0';
		} while (after == separator);
		line += after == '\n';
		if (n > 1 || *fields[0])
			r = each(ctx, first, fields, n);
	}
	return r;
}

/* ---- what the columns say ---- */

enum column { ID, LOCALE, WORDS, KINDS, TITLE, COLUMNS };
static const char *const columns[] = {"id", "locale", "text", "kinds", "title", NULL};

enum { NEW_MAX = 400 };

struct row {
	int line;
	const char *id, *locale, *text, *kinds, *title;
};

struct table {
	struct incoming *in;
	int at[COLUMNS]; /* -1: not there */
	int has_head;
	struct row *rows;
	size_t n;
	int new; /* templates */
	struct err *err;
};

static const char *
value(const struct table *t, char *const *fields, int n, enum column c)
{
	return t->at[c] >= 0 && t->at[c] < n ? fields[t->at[c]] : "";
}

static int
read_head(struct table *t, char *const *fields, int n)
{
	for (int i = 0; i < n; i++) {
		char name[64];
		size_t k = 0;

		for (const char *p = fields[i]; *p && k + 1 < sizeof name; p++)
			if (*p != ' ')
				name[k++] = (char)tolower((unsigned char)*p);
		name[k] = '\0';
		for (int c = 0; c < COLUMNS; c++)
			if (!strcmp(name, columns[c]) && t->at[c] < 0)
				t->at[c] = i;
	}
	t->has_head = 1;
	for (int c = ID; c <= WORDS; c++)
		if (t->at[c] < 0)
			return fail(t->err, "line 1: found no column %s, expected a first line like %s",
				    columns[c], "id,locale,text,kinds,title");
	return 0;
}

/* Is it declared, here or in the template.conf that the text will stand beside? */
static int
is_ours(const struct incoming *in, const char *id, const char *name)
{
	const struct scenario *s = library_scenario(in->library, id);

	if (!strncmp(name, "has_", 4))
		name += 4;
	for (const struct var_spec *v = s ? s->vars : NULL; v && v->name; v++)
		if (!strcmp(v->name, name))
			return 1;
	return !s && variable_find(name);
}

/* {name} with a name of another program: 1 and its place. */
static int
unknown_name(const struct incoming *in, const char *id, const char *text, size_t *start, size_t *len,
	     char name[64])
{
	for (const char *s = strchr(text, '{'); s; s = strchr(s + 1, '{')) {
		size_t n = 0;

		while (n < 63 && (isalnum((unsigned char)s[1 + n]) || s[1 + n] == '_'))
			n++;
		if (!n || s[1 + n] != '}')
			continue;
		memcpy(name, s + 1, n);
		name[n] = '\0';
		if (is_ours(in, id, name) || strspn(name, "0123456789") == n || !foreign_meaning(name))
			continue;
		*start = (size_t)(s - text);
		*len = n + 2;
		return 1;
	}
	return 0;
}

/* A placeholder that is not ours would reach the buyer as it is. */
static int
has_foreign(struct table *t, const struct row *r)
{
	struct err *err = &t->in->report->err;
	int line = r->line;
	size_t start, len;
	char name[64];
	const char *ours;

	if (!foreign_placeholder(r->text, &start, &len, name) &&
	    !unknown_name(t->in, r->id, r->text, &start, &len, name))
		return 0;
	for (size_t i = 0; i < start; i++)
		line += r->text[i] == '\n';
	if ((ours = foreign_meaning(name)))
		fail(err, "found %.*s, expected {%s}", (int)len, r->text + start, ours);
	else
		fail(err,
		     "found %.*s, expected the name of a variable like {order_id}, or words without brackets",
		     (int)len, r->text + start);
	incoming_tell(t->in, ERROR, "foreign-placeholder", line);
	return 1;
}

/* ---- template.conf of a new scenario ---- */

static const char *
sample_of(enum var_type type)
{
	switch (type) {
	case VAR_INT: return "3";
	case VAR_DEC: return "12.50";
	case VAR_MONEY: return "28.90 EUR";
	case VAR_DATE: return "2026-10-08T18:00:00Z";
	case VAR_LIST: return "Example Sample";
	case VAR_STR:
	case VAR_SELECT: break;
	}
	return "Example";
}

/* Does the name stand in one of the texts of this scenario, as a word of its own after a brace? */
static int
says(const struct table *t, const char *id, const char *name)
{
	const size_t n = strlen(name);

	for (const struct row *r = t->rows; r < t->rows + t->n; r++)
		for (const char *s = strcmp(r->id, id) ? NULL : strchr(r->text, '{'); s;
		     s = strchr(s + 1, '{')) {
			const char *p = s + 1 + strspn(s + 1, " \t\n");

			if (!strncmp(p, name, n) && strchr(" \t\n,}", p[n]))
				return 1;
		}
	return 0;
}

static void
put_variables(const struct table *t, const char *id, struct buf *out)
{
	char has[72];

	for (const struct variable *v = variables_known(); v->name; v++) {
		snprintf(has, sizeof has, "has_%s", v->name);
		if (says(t, id, v->name))
			buf_fmt(out,
				"\n[variable \"%s\"]\ntype     = %s\n%ssample   = %s\nsource   = \"%s: "
				"%s\"\n",
				v->name, variable_types[v->type], says(t, id, has) ? "optional = yes\n" : "",
				sample_of(v->type), room_words[v->room - ROOM_ORDER], v->name);
	}
}

static void
make_conf(struct table *t, const struct row *r)
{
	struct buf conf = BUF_MAX(TEMPLATE_FILE_MAX);
	const char *kinds = *r->kinds ? r->kinds : "reply";

	buf_put(&conf, "[template]\nphase    = misc\ntrigger  = \"");
	for (const char *p = *r->title ? r->title : r->id; *p; p++)
		buf_char(&conf, strchr("\"\\\r\n", *p) ? ' ' : *p);
	buf_fmt(&conf, "\"\nkinds    = %.*s\nanswers  = yes\nmode     = approve\n",
		(int)strcspn(kinds, "\r\n\"\\#"), kinds);
	put_variables(t, r->id, &conf);
	incoming_conf(t->in, r->id, buf_str(&conf));
	buf_free(&conf);
}

/* ---- the whole ---- */

static int
keep_row(void *ctx, int line, char *const *fields, int n)
{
	struct table *t = ctx;

	if (!t->has_head)
		return read_head(t, fields, n);
	if (t->n == INCOMING_MAX)
		return fail(t->err, "line %d: found more than %d rows; split the file", line, INCOMING_MAX);
	t->rows[t->n++] = (struct row){.line = line,
				       .id = value(t, fields, n, ID),
				       .locale = value(t, fields, n, LOCALE),
				       .text = value(t, fields, n, WORDS),
				       .kinds = value(t, fields, n, KINDS),
				       .title = value(t, fields, n, TITLE)};
	return 0;
}

static void
take_row(struct table *t, const struct row *r)
{
	struct incoming *in = t->in;
	struct err *err = &in->report->err;

	if (!scenario_is_id(r->id)) {
		fail(err, "found the id \"%s\", expected a name of a-z, 0-9 and _", r->id);
		incoming_tell(in, ERROR, "bad-id", r->line);
		return;
	}
	if (has_foreign(t, r))
		return;
	if (!incoming_knows(in, r->id)) {
		if (++t->new > NEW_MAX) {
			fail(err, "found more than %d new templates; split the file", NEW_MAX);
			incoming_tell(in, ERROR, "too-many", r->line);
			return;
		}
		make_conf(t, r);
	} else if (library_scenario(in->library, r->id) && (*r->kinds || *r->title)) {
		fail(err, "%s is there already: its template.conf counts, not kinds and title here", r->id);
		incoming_tell(in, WARNING, "conf-counts", r->line);
	}
	incoming_text(in, r->id, r->locale, r->text, r->line);
}

int
csv_read(struct incoming *in, const char *bytes, size_t len, struct err *err)
{
	struct table t = {.in = in, .at = {-1, -1, -1, -1, -1}, .err = err};
	struct buf text = BUF_MAX(2 * INCOMING_FILE_MAX);
	int r = -1;

	if (memchr(bytes, '\0', len) || charset_to_utf8(bytes, len, &text)) {
		fail(err,
		     "found bytes that are no text, expected UTF-8; in a spreadsheet save as \"CSV UTF-8\"");
		goto out;
	}
	if (!text.len)
		buf_char(&text, '\n');
	t.rows = must_alloc(INCOMING_MAX * sizeof *t.rows);
	if (csv_rows(text.data, text.len, keep_row, &t, err))
		goto out;
	if (!t.n) {
		fail(err, "found no rows, expected a first line like %s and texts below it",
		     "id,locale,text,kinds,title");
		goto out;
	}
	for (size_t i = 0; i < t.n; i++)
		take_row(&t, &t.rows[i]);
	r = 0;
out:
	free(t.rows);
	buf_free(&text);
	return r;
}
