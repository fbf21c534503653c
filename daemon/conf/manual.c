/* manual.c - the tables told to people: sample file, manual page, and what was understood. */
#include <string.h>

#include "i18n/width.h"
#include "reading.h"

enum { WIDTH = 98 };

/* A comment, broken into lines. */
static void
comment(struct buf *out, const char *text)
{
	while (*text) {
		size_t n = text_fit(text, WIDTH - 2), cut = n;

		while (text[n] && cut && text[cut] != ' ' && (unsigned char)text[cut - 1] < 0x80)
			cut--; /* not inside a Latin word */
		if (cut)
			n = cut;
		buf_fmt(out, "# %.*s\n", (int)n, text);
		text += n;
		text += strspn(text, " ");
	}
}

static const char *
value_of(const struct field *f)
{
	const char *value = f->sample ? f->sample : f->preset;

	return *value ? value : "\"\"";
}

static const struct connector *
sample_connector(void)
{
	for (size_t i = 0; conf_connectors[i]; i++)
		if (!strcmp(conf_connectors[i]->name, "ebay"))
			return conf_connectors[i];
	return conf_connectors[0];
}

static int
takes_keys(const struct section *s, const struct key *k)
{
	return s == &sections[k->application ? SECTION_APPLICATION : SECTION_ACCOUNT];
}

static const char *
key_sample(const struct key *k)
{
	if (k->preset && *k->preset)
		return k->preset;
	switch (k->type) {
	case KEY_NUMBER: return "0";
	case KEY_FLAG: return "no";
	case KEY_CHOICE: return NULL;
	default: return k->required ? "EXAMPLE" : "\"\"";
	}
}

static void
sample_key(struct buf *out, const struct key *k, enum lang lang)
{
	const char *value = key_sample(k);

	comment(out, say(lang, k->help));
	if (value)
		buf_fmt(out, "#%s = %s\n", k->name, value);
	else
		buf_fmt(out, "#%s = %.*s\n", k->name, (int)strcspn(k->choices, " "), k->choices);
}

void
conf_sample(struct buf *out, enum lang lang)
{
	const struct connector *c = sample_connector();

	comment(out,
		say(lang, "Settings of Supercargo. A line that begins with # does not count; take the # away "
			  "where you want "
			  "something else. `supercargo check` finds mistakes, supercargo.conf(5) explains."));
	buf_fmt(out, "#\n");
	comment(out, say(lang, "More files can be read from here, before the first section; the path begins "
			       "at this file:"));
	buf_put(out, "#include = conf.d/*.conf\n");
	for (const struct section *s = sections; s->name; s++) {
		buf_char(out, '\n');
		comment(out, say(lang, s->help));
		if (s->title)
			buf_fmt(out, "#[%s \"%s\"]\n", s->name, s->title);
		else
			buf_fmt(out, "[%s]\n", s->name);
		for (const struct field *f = s->fields; f->name; f++) {
			comment(out, say(lang, f->help));
			if (f->type == FIELD_PLATFORM && c)
				buf_fmt(out, "#%s = %s\n", f->name, c->name);
			else
				buf_fmt(out, "#%s = %s\n", f->name, value_of(f));
		}
		for (const struct key *k = c ? c->keys : NULL; k && k->name; k++)
			if (takes_keys(s, k))
				sample_key(out, k, lang);
	}
}

/* ---- manual ---- */

/* Text for man(7): backslashes, dashes and dots that begin a line mean themselves. */
static void
roff(struct buf *out, const char *text)
{
	if (*text == '.' || *text == '\'')
		buf_put(out, "\\&");
	for (; *text; text++) {
		if (*text == '\\')
			buf_put(out, "\\e");
		else if (*text == '-')
			buf_put(out, "\\-");
		else
			buf_char(out, *text);
	}
}

static const char *
type_name(enum field_type type)
{
	switch (type) {
	case FIELD_PATH: return TEXT("path");
	case FIELD_DURATION: return TEXT("duration");
	case FIELD_NUMBER: return TEXT("number");
	case FIELD_WORDS: return TEXT("words");
	case FIELD_LOCALE:
	case FIELD_LANG: return TEXT("language");
	case FIELD_LOCALES: return TEXT("languages");
	case FIELD_ZONE: return TEXT("time zone");
	case FIELD_MONEY: return TEXT("sums");
	case FIELD_AMOUNT: return TEXT("all, a part or sums");
	case FIELD_FALLBACK: return TEXT("a verb, and perhaps a template");
	case FIELD_PERIODS: return TEXT("days");
	case FIELD_HOURS: return TEXT("hours");
	case FIELD_ENDPOINT:
	case FIELD_PROXY:
	case FIELD_LINK:
	case FIELD_SMTP:
	case FIELD_WEBHOOK: return TEXT("address");
	case FIELD_MAIL: return TEXT("mail addresses");
	case FIELD_SECRET: return TEXT("secret");
	case FIELD_CLOCK: return TEXT("time of day");
	case FIELD_PLATFORM: return TEXT("platform");
	case FIELD_REFERENCE:
	case FIELD_NAME: return TEXT("name");
	default: return TEXT("text");
	}
}

static const char *
key_type_name(const struct key *k)
{
	switch (k->type) {
	case KEY_NUMBER: return TEXT("number");
	case KEY_FLAG: return TEXT("yes or no");
	case KEY_SECRET: return TEXT("secret");
	default: return TEXT("text");
	}
}

static void
manual_key(struct buf *out, enum lang lang, const char *name, const char *type, const char *choices,
	   int required, const char *preset, const char *help)
{
	buf_put(out, ".TP\n\\fB");
	roff(out, name);
	buf_put(out, "\\fR = ");
	if (choices) {
		for (const char *p = choices; *p; p += strcspn(p, " "), p += strspn(p, " "))
			buf_fmt(out, "%s\\fB%.*s\\fR", p == choices ? "" : " | ", (int)strcspn(p, " "), p);
	} else {
		buf_put(out, "\\fI");
		roff(out, say(lang, type));
		buf_put(out, "\\fR");
	}
	if (required)
		buf_fmt(out, " (%s)", say(lang, "required"));
	buf_char(out, '\n');
	roff(out, say(lang, help));
	if (preset && *preset) {
		buf_char(out, '\n');
		buf_fmt(out, "%s ", say(lang, "Preset:"));
		roff(out, preset);
		buf_char(out, '.');
	}
	buf_char(out, '\n');
}

void
conf_manual(struct buf *out, enum lang lang)
{
	buf_fmt(out, ".SH %s\n", say(lang, "SECTIONS"));
	for (const struct section *s = sections; s->name; s++) {
		if (s->title)
			buf_fmt(out, ".SS [%s \"\\fI%s\\fR\"]\n", s->name, say(lang, "title"));
		else
			buf_fmt(out, ".SS [%s]\n", s->name);
		roff(out, say(lang, s->help));
		buf_char(out, '\n');
		for (const struct field *f = s->fields; f->name; f++)
			manual_key(out, lang, f->name, type_name(f->type), f->choices, f->required, f->preset,
				   f->help);
		for (size_t c = 0; conf_connectors[c]; c++) {
			int first = 1;

			for (const struct key *k = conf_connectors[c]->keys; k && k->name; k++) {
				if (!takes_keys(s, k))
					continue;
				if (first)
					buf_fmt(out, ".PP\n%s \\fB%s\\fR:\n", say(lang, "With platform"),
						conf_connectors[c]->name);
				first = 0;
				manual_key(out, lang, k->name, key_type_name(k),
					   k->type == KEY_CHOICE ? k->choices : NULL, k->required, k->preset,
					   k->help);
			}
		}
	}
}

/* ---- what was understood ---- */

static void
print_settings(struct buf *out, const struct connector *c, const struct setting *list, unsigned application)
{
	for (const struct setting *s = list; s && s->key; s++)
		for (const struct key *k = c->keys; k && k->name; k++)
			if (!strcmp(k->name, s->key) && k->application == application)
				buf_fmt(out, "%s = %s\n", s->key, k->type == KEY_SECRET ? "***" : s->value);
}

static void
print_section(struct buf *out, const struct section *s, const void *data)
{
	struct buf value = BUF_MAX(1 << 20);

	if (s->title)
		buf_fmt(out, "[%s \"%s\"]\n", s->name, *(const char *const *)data);
	else
		buf_fmt(out, "[%s]\n", s->name);
	for (const struct field *f = s->fields; f->name; f++) {
		buf_clear(&value);
		value_print(f, data, &value);
		if (value.len)
			buf_fmt(out, "%s = %s\n", f->name, buf_str(&value));
	}
	buf_free(&value);
}

void
conf_print(const struct conf *c, struct buf *out)
{
	print_section(out, &sections[SECTION_SERVICE], &c->service);
	for (int i = 0; i < c->napplications; i++) {
		print_section(out, &sections[SECTION_APPLICATION], &c->applications[i]);
		print_settings(out, c->applications[i].connector, c->applications[i].settings, 1);
	}
	for (int i = 0; i < c->naccounts; i++) {
		print_section(out, &sections[SECTION_ACCOUNT], &c->accounts[i]);
		print_settings(out, c->accounts[i].connector, c->accounts[i].view.settings, 0);
	}
	for (int i = 0; i < c->nrules; i++)
		print_section(out, &sections[SECTION_RULE], &c->rules[i]);
	for (int i = 0; i < c->noperators; i++)
		print_section(out, &sections[SECTION_OPERATOR], &c->operators[i]);
	for (int i = 0; i < c->nnotifies; i++)
		print_section(out, &sections[SECTION_NOTIFY], &c->notifies[i]);
}
