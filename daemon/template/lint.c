#include <string.h>

#include "connectors/base/json.h"
#include "daemon/policy/content.h"
#include "lint.h"

struct lint {
	struct buf *out;
	enum lang lang;
	int n, errors;
};

static void
put_packed(struct buf *out, enum lang lang, const char *packed)
{
	struct buf text = BUF_MAX(16 << 10);

	say_packed(&text, lang, packed);
	json_quote(out, buf_str(&text));
	buf_free(&text);
}

static void
put_finding(void *ctx, const struct finding *f)
{
	struct lint *l = ctx;

	buf_put(l->out, l->n++ ? ",\n " : "");
	buf_fmt(l->out, "{\"error\": %s, \"code\": \"%s\", \"file\": ", f->error ? "true" : "false", f->code);
	json_quote(l->out, f->file);
	buf_fmt(l->out, ", \"line\": %d, \"column\": %d, \"text\": ", f->line, f->column);
	put_packed(l->out, l->lang, f->err.text);
	buf_put(l->out, "}");
	l->errors += f->error != 0;
}

/* Samples with or without the optional variables. */
static void
samples(const struct library *lib, const char *id, int with_optional, struct var *out, size_t room)
{
	const struct var *v = library_samples(lib, id);
	const struct var_spec *spec = library_scenario(lib, id)->vars;
	size_t n = 0;

	for (; v[n].name && n + 1 < room; n++) {
		out[n] = v[n];
		if (spec[n].optional && !with_optional)
			out[n].state = ABSENT;
	}
	memset(&out[n], 0, sizeof out[n]);
}

static void
try_text(struct lint *l, const struct library *lib, const char *id, const char *locale, int with_optional)
{
	struct buf text = BUF_MAX(64 << 10);
	struct var vars[64];
	char got[LOCALE_MAX];
	struct place place;
	struct finding f = { 1, NULL, NULL, 1, 1, { "" } };
	struct buf file = BUF_MAX(256);

	samples(lib, id, with_optional, vars, 64);
	if (library_render(lib, id, locale, "", "UTC", vars, &text, got, &f.err)) {
		f.code = "bad-render";
	} else if (content_placeholder(buf_str(&text), &place)) {
		fail(&f.err, "found the placeholder %.*s in the finished text, expected it filled in", (int)place.len,
		     text.data + place.start);
		f.code = "leftover-placeholder";
	}
	if (f.code) {
		buf_fmt(&file, "%s/%s.txt", id, locale);
		f.file = buf_str(&file);
		put_finding(l, &f);
	}
	buf_free(&text);
	buf_free(&file);
}

int
library_lint(const char *shipped, const char *own, enum lang lang, struct buf *out, struct err *err)
{
	struct lint l = { .out = out, .lang = lang };
	struct library *lib;

	buf_put(out, "[");
	lib = library_load(shipped, own, put_finding, &l, err);
	if (!lib)
		return -1;
	for (const char *const *id = library_ids(lib); *id; id++)
		for (const char *const *locale = library_locales(lib, *id); *locale; locale++)
			for (int with = 0; with < 2; with++)
				try_text(&l, lib, *id, *locale, with);
	library_free(lib);
	buf_put(out, "]\n");
	return out->over ? fail(err, "the list of findings is too long; mend the first ones and try again") : l.errors;
}

int
library_preview(const struct library *lib, const char *id, const char *locale, enum lang lang, struct buf *out,
		struct err *err)
{
	int n = 0;

	if (!library_scenario(lib, id))
		return fail(err, "template %s: there is none of that name; `template list` shows all", id);
	buf_put(out, "[");
	for (const char *const *x = library_locales(lib, id); *x; x++) {
		struct buf text = BUF_MAX(64 << 10);
		char got[LOCALE_MAX];
		struct err why;

		if (locale && *locale && strcmp(locale, *x))
			continue;
		buf_put(out, n++ ? ",\n {\"locale\": " : "{\"locale\": ");
		json_quote(out, *x);
		buf_fmt(out, ", \"reviewed\": %s, ", library_reviewed(lib, id, *x) ? "true" : "false");
		if (library_render(lib, id, *x, "", "UTC", library_samples(lib, id), &text, got, &why)) {
			buf_put(out, "\"error\": ");
			put_packed(out, lang, why.text);
		} else {
			buf_put(out, "\"text\": ");
			json_quote(out, buf_str(&text));
		}
		buf_put(out, "}");
		buf_free(&text);
	}
	buf_put(out, "]\n");
	return n ? 0 : fail(err, "template %s: found no text for the language %s; write one or answer by hand", id, locale);
}
