#include "xliff.h"

#include <string.h>

#include "connectors/base/xml.h"
#include "daemon/conf/conf.h"

#define SOURCE "en"

/* ---- writing ---- */

static void
put_note(struct buf *out, const char *category, const char *words)
{
	buf_fmt(out, "        <note category=\"%s\">", category);
	xml_escape(out, words);
	buf_put(out, "</note>\n");
}

/* "{order_id} (str), for example 12-34567-89012" */
static void
put_variables(struct buf *out, const struct library *library, const struct scenario *s)
{
	const struct var *samples = library_samples(library, s->id);

	for (int i = 0; s->vars[i].name; i++) {
		struct buf words = BUF_MAX(8192);

		buf_fmt(&words, "{%s} (%s%s)", s->vars[i].name, variable_types[s->vars[i].type],
			s->vars[i].optional ? ", may be absent" : "");
		if (samples[i].state == PRESENT)
			buf_fmt(&words, ", for example %s", samples[i].str);
		put_note(out, "variable", buf_str(&words));
		buf_free(&words);
	}
}

/* The text that counts, without what editors add.  0, or -1: there is none. */
static int
text_of(const struct folders *f, const char *id, const char *locale, struct buf *out)
{
	struct buf file = BUF_MAX(TEMPLATE_FILE_MAX);
	char name[LOCALE_MAX + 8];
	int r;

	strcat(strcpy(name, locale), ".txt");
	buf_clear(out);
	if (!(r = own_read(f, id, name, &file, NULL) < 0 ? -1 : 0))
		text_clean(buf_str(&file), file.len, out);
	buf_free(&file);
	return r;
}

static int
has(const struct library *library, const char *id, const char *locale)
{
	const char *const *l = library_locales(library, id);

	while (*l && strcmp(*l, locale) != 0)
		l++;
	return *l != NULL;
}

static int
put_scenario(const struct library *library, const struct folders *f, const char *id, const char *locale,
	     struct buf *out)
{
	const struct scenario *s = library_scenario(library, id);
	struct buf text = BUF_MAX(TEMPLATE_FILE_MAX);
	const int there = has(library, id, locale);
	int put = 0;

	if (!has(library, id, SOURCE) || text_of(f, id, SOURCE, &text))
		goto out;
	buf_fmt(out,
		"  <file id=\"%s\" original=\"%s/%s.txt\">\n"
		"    <unit id=\"text\" name=\"%s\" canResegment=\"no\">\n      <notes>\n",
		id, id, locale, id);
	put_note(out, "purpose", s->trigger);
	put_variables(out, library, s);
	buf_fmt(out,
		"      </notes>\n      <segment id=\"s\" state=\"%s\">\n        <source "
		"xml:space=\"preserve\">",
		!there                                  ? "initial"
		: library_reviewed(library, id, locale) ? "reviewed"
							: "translated");
	xml_escape(out, buf_str(&text));
	buf_put(out, "</source>\n");
	if (there && !text_of(f, id, locale, &text)) {
		buf_put(out, "        <target xml:space=\"preserve\">");
		xml_escape(out, buf_str(&text));
		buf_put(out, "</target>\n");
	}
	buf_put(out, "      </segment>\n    </unit>\n  </file>\n");
	put = 1;
out:
	buf_free(&text);
	return put;
}

int
xliff_put(const struct library *library, const struct folders *f, const char *const *ids, const char *locale,
	  struct buf *out, struct err *err)
{
	char target[LOCALE_MAX];
	int n = 0;

	if (locale_canonical(locale, target) || !strcmp(target, SOURCE))
		return fail(err, "found the locale %s, expected one to translate into, like de or zh-Hans",
			    locale);
	buf_fmt(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<xliff xmlns=\"urn:oasis:names:tc:xliff:document:2.0\" version=\"2.0\" srcLang=\"%s\" "
		"trgLang=\"%s\">\n",
		SOURCE, target);
	for (ids = ids && *ids ? ids : library_ids(library); *ids; ids++) {
		if (!library_scenario(library, *ids))
			return fail(err, "found no template %s; supercargo template list shows all", *ids);
		n += put_scenario(library, f, *ids, target, out);
	}
	buf_put(out, "</xliff>\n");
	if (out->over)
		return fail(err, "the document is longer than %zu bytes; export fewer templates", out->max);
	return n ? n : fail(err, "found no template with an English text, expected at least one");
}

/* ---- reading ---- */

struct reading {
	struct incoming *in;
	const char *locale;
};

/* The text of <source> or <target>; NULL with a finding when a tool put elements into it that stand for something else. */
static const char *
content(struct reading *r, const char *id, const struct xml_node *n)
{
	const char *text = xml_content(r->in->arena, n);

	if (!n || !xml_element(n))
		return text ? text : "";
	fail(&r->in->report->err,
	     "%s: found <%s> inside <%s>, expected only text with placeholders like {order_id}", id,
	     xml_name(xml_element(n)), xml_name(n));
	incoming_tell(r->in, ERROR, "xliff-element", 1);
	return NULL;
}

/* The translation was made from an English text that is another one now. */
static void
compare_source(struct reading *r, const char *id, const char *source)
{
	struct buf now = BUF_MAX(TEMPLATE_FILE_MAX);

	if (!text_of(&r->in->folders, id, SOURCE, &now) && strcmp(buf_str(&now), source) != 0) {
		fail(&r->in->report->err,
		     "%s: the English text has changed since this was exported; does the translation still "
		     "fit?",
		     id);
		incoming_tell(r->in, WARNING, "source-changed", 1);
	}
	buf_free(&now);
}

/* Translators' tools may have cut the text in pieces: they are put together again. */
static void
read_unit(struct reading *r, const char *id, const struct xml_node *unit)
{
	struct arena *arena = r->in->arena;
	struct buf source = BUF_MAX(TEMPLATE_FILE_MAX), target = BUF_MAX(TEMPLATE_FILE_MAX);
	const struct xml_node *n;
	int pieces = 0, translated = 0;

	for (n = xml_element(unit); n; n = xml_next_element(n)) {
		const int segment = !strcmp(xml_name(n), "segment");
		const struct xml_node *to = xml_child(n, "target");
		const char *from, *text;

		if (!segment && strcmp(xml_name(n), "ignorable") != 0)
			continue;
		if (to && xml_attribute(arena, to, "order")) {
			fail(&r->in->report->err,
			     "%s: found pieces in another order, expected those of the source", id);
			incoming_tell(r->in, ERROR, "xliff-order", 1);
			goto out;
		}
		if (!(from = content(r, id, xml_child(n, "source"))) || !(text = content(r, id, to)))
			goto out;
		pieces += segment;
		translated += segment && *text;
		buf_put(&source, from);
		buf_put(&target, *text || segment ? text : from);
	}
	if (source.over || target.over) {
		fail(&r->in->report->err, "%s: found more than can be taken in; split the file", id);
		incoming_tell(r->in, ERROR, "too-many", 1);
	} else if (translated && translated < pieces) {
		fail(&r->in->report->err, "%s: found only %d of %d pieces translated, expected all or none",
		     id, translated, pieces);
		incoming_tell(r->in, ERROR, "xliff-partial", 1);
	} else if (translated) {
		compare_source(r, id, buf_str(&source));
		incoming_text(r->in, id, r->locale, buf_str(&target), 1);
	}
out:
	buf_free(&source);
	buf_free(&target);
}

static void
read_file(struct reading *r, const struct xml_node *file)
{
	const char *id = xml_attribute(r->in->arena, file, "id"), *near;
	const struct xml_node *unit = xml_child(file, "unit");
	struct err *err = &r->in->report->err;

	if (!id || !library_scenario(r->in->library, id)) {
		near = id ? conf_nearest(id, library_ids(r->in->library)) : NULL;
		if (near)
			fail(err, "found the file %s, expected the name of a template; did you mean %s?", id,
			     near);
		else
			fail(err, "found the file %s, expected the name of a template", id ? id : "");
		incoming_tell(r->in, ERROR, "unknown-template", 1);
	} else if (!unit || xml_next(unit, "unit")) {
		fail(err, "%s: found another number of units, expected one", id);
		incoming_tell(r->in, ERROR, "xliff-units", 1);
	} else {
		read_unit(r, id, unit);
	}
}

int
xliff_read(struct incoming *in, const char *bytes, size_t len, struct err *err)
{
	struct reading r = {.in = in};
	struct xml *document = xml_read(bytes, len, err);
	const struct xml_node *root = document ? xml_root(document) : NULL;
	const char *version, *source;
	int bad = -1;

	if (!root)
		goto out;
	version = xml_attribute(in->arena, root, "version");
	source = xml_attribute(in->arena, root, "srcLang");
	r.locale = xml_attribute(in->arena, root, "trgLang");
	if (strcmp(xml_name(root), "xliff") != 0 || !version || strncmp(version, "2.", 2) != 0)
		fail(err, "found <%s> version %s, expected XLIFF 2.0", xml_name(root),
		     version ? version : "-");
	else if (!source || strcmp(source, SOURCE) != 0 || !r.locale)
		fail(err, "found srcLang %s and trgLang %s, expected en and the language of the texts",
		     source ? source : "-", r.locale ? r.locale : "-");
	else
		bad = 0;
	for (const struct xml_node *f = bad ? NULL : xml_child(root, "file"); f; f = xml_next(f, "file"))
		read_file(&r, f);
out:
	xml_free(document);
	return bad;
}
