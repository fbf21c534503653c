#include "gallery.h"

#include <string.h>

#include "connectors/base/xml.h"
#include "scenario.h"

enum { LANGUAGES = 128 };

struct page {
	const struct library *library;
	const struct folders *folders;
	enum lang lang;
	const char *languages[LANGUAGES + 1]; /* of all scenarios */
	struct buf *out;
};

static const char style[] =
	":root{color-scheme:light "
	"dark;--line:#c9ced6;--soft:#5c6670;--card:#fff;--back:#f4f5f7;--ink:#16191d;"
	"--mark:#0b5cad;--warn:#9a4b00}"
	"@media(prefers-color-scheme:dark){:root{--line:#3a424c;--soft:#9aa5b1;--card:#1c2127;--back:#13171b;"
	"--ink:#e6e9ed;--mark:#7db7f5;--warn:#f0a860}}"
	"*{box-sizing:border-box}html{scroll-behavior:smooth}"
	"body{margin:0;background:var(--back);color:var(--ink);font:16px/1.5 system-ui,\"Noto "
	"Sans\",sans-serif;overflow-wrap:anywhere}"
	"header,main{max-width:110rem;margin:0 auto;padding:1rem}h1{margin:.5rem 0;font-size:1.6rem}"
	"a{color:var(--mark);text-decoration:none}a:hover{text-decoration:underline}"
	"fieldset{border:1px solid "
	"var(--line);border-radius:.5rem;display:flex;flex-wrap:wrap;gap:.25rem 1rem;margin:1rem "
	"0}legend{color:var(--soft)}"
	"label{white-space:nowrap}nav h2{font-size:1rem;margin:1rem 0 .25rem;color:var(--soft)}"
	"nav ul{margin:0;padding:0;list-style:none;columns:17rem;column-gap:1.5rem}"
	"section{margin:0 0 2.5rem;scroll-margin-top:.5rem}section>h2{margin:0;font-size:1.25rem}"
	".about{color:var(--soft);margin:.1rem 0 .8rem}"
	".texts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(21rem,100%),1fr));gap:.8rem}"
	"article{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.7rem .9rem;"
	"min-width:0}"
	"article h3{margin:0 0 "
	".5rem;font-size:.85rem;color:var(--soft);font-weight:600;display:flex;gap:.6rem;"
	"flex-wrap:wrap}"
	".note{color:var(--warn);font-weight:400}"
	".text{margin:0;white-space:pre-wrap}"
	".less{margin:.7rem 0 0;padding:.6rem 0 0;border-top:1px dashed var(--line)}"
	".less .note{display:block;font-size:.8rem;color:var(--soft)}"
	"footer{text-align:end;font-size:.85rem}"
	"@media print{nav,fieldset,footer{display:none}article{break-inside:avoid}}";

static void
text(struct page *p, const char *s)
{
	xml_escape(p->out, s);
}

/* A pattern of the catalogue. */
static void
words(struct page *p, const char *pattern)
{
	text(p, say(p->lang, pattern));
}

static void
add_language(struct page *p, const char *locale)
{
	int n = 0;

	while (p->languages[n] && strcmp(p->languages[n], locale) != 0)
		n++;
	if (n < LANGUAGES)
		p->languages[n] = locale;
}

static void
put_name(struct page *p, const char *locale)
{
	char name[128];

	text(p, locale_language_name(locale, NULL, name, sizeof name) ? locale : name);
}

/* ---- what is above ---- */

/* One language alone is a matter of style: no script has to run. */
static void
put_choice(struct page *p)
{
	struct buf *out = p->out;

	buf_put(out, "<fieldset><legend>");
	words(p, TEXT("show"));
	buf_put(out, "</legend><label><input type=radio name=only checked> ");
	words(p, TEXT("all languages"));
	buf_put(out, "</label>\n");
	for (const char *const *l = p->languages; *l; l++) {
		buf_fmt(out, "<label><input type=radio name=only id=\"only-%s\"> <bdi lang=\"%s\">", *l, *l);
		put_name(p, *l);
		buf_put(out, "</bdi></label>\n");
	}
	buf_put(out, "</fieldset>\n");
}

static void
put_head(struct page *p)
{
	struct buf *out = p->out;

	buf_fmt(out, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
		p->lang == LANG_ZH ? "zh-Hans" : "en");
	buf_put(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
		     "'unsafe-inline'\">\n"
		     "<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
	words(p, TEXT("Reply library"));
	buf_fmt(out, "</title>\n<style>%s", style);
	for (const char *const *l = p->languages; *l; l++)
		buf_fmt(out, "body:has(#only-%s:checked) article:not([lang=\"%s\"]){display:none}", *l, *l);
	buf_put(out, "</style>\n</head>\n<body>\n<header id=\"top\">\n<h1>");
	words(p, TEXT("Reply library"));
	buf_put(out, "</h1>\n");
	put_choice(p);
}

/* The order of the page: as a sale goes. */
static const struct {
	const char *phase, *title;
} phases[] = {{"pre", TEXT("before the order")},
	      {"in", TEXT("until it arrives")},
	      {"post", TEXT("after it was sent")},
	      {"misc", TEXT("other")}};
enum { PHASES = sizeof phases / sizeof *phases };

static void
each_of(struct page *p, int phase, void (*put)(struct page *, const char *id))
{
	for (const char *const *id = library_ids(p->library); *id; id++)
		if (!strcmp(library_scenario(p->library, *id)->phase, phases[phase].phase))
			put(p, *id);
}

static void
put_entry(struct page *p, const char *id)
{
	buf_fmt(p->out, "<li><a href=\"#%s\">%s</a></li>\n", id, id);
}

static void
put_contents(struct page *p)
{
	struct buf *out = p->out;

	buf_put(out, "<nav>\n");
	for (int i = 0; i < PHASES; i++) {
		buf_put(out, "<h2>");
		words(p, phases[i].title);
		buf_put(out, "</h2>\n<ul>\n");
		each_of(p, i, put_entry);
		buf_put(out, "</ul>\n");
	}
	buf_put(out, "</nav>\n</header>\n<main>\n");
}

/* ---- the texts ---- */

static int
render(struct page *p, const char *id, const char *locale, int with_optional, struct buf *out,
       struct err *err)
{
	const struct var *samples = library_samples(p->library, id);
	const struct var_spec *spec = library_scenario(p->library, id)->vars;
	struct var vars[VARIABLES + 1];
	char got[LOCALE_MAX];
	int n = 0;

	buf_clear(out);
	for (; samples[n].name; n++) {
		vars[n] = samples[n];
		if (spec[n].optional && !with_optional)
			vars[n].state = ABSENT;
	}
	vars[n].name = NULL;
	return library_render(p->library, id, locale, "", "UTC", vars, out, got, err);
}

static void
put_notes(struct page *p, const char *id, const char *locale)
{
	char name[LOCALE_MAX + 8];

	strcat(strcpy(name, locale), ".txt");
	for (int i = 0; i < 3; i++) {
		const char *note =
			i == 0   ? (library_reviewed(p->library, id, locale) ? NULL : TEXT("unreviewed"))
			: i == 1 ? (own_has(p->folders, id, name) ? TEXT("your own") : NULL)
			: own_outdated(p->folders, id, name) ? TEXT("original changed")
							     : NULL;

		if (!note)
			continue;
		buf_put(p->out, "<span class=note>");
		words(p, note);
		buf_put(p->out, "</span>");
	}
}

static void
put_text(struct page *p, const char *id, const char *locale)
{
	struct buf full = BUF_MAX(64 << 10), less = BUF_MAX(64 << 10);
	const char *dir = locale_is_rtl(locale) ? "rtl" : "ltr";
	struct buf *out = p->out;
	struct err err = {""};

	buf_fmt(out, "<article lang=\"%s\" dir=\"%s\" id=\"%s-%s\"><h3><bdi>", locale, dir, id, locale);
	put_name(p, locale);
	buf_fmt(out, "</bdi><span dir=ltr>%s</span>", locale);
	put_notes(p, id, locale);
	buf_put(out, "</h3>\n<p class=text>");
	if (render(p, id, locale, 1, &full, &err)) {
		buf_clear(&full);
		say_packed(&full, p->lang, err.text);
	}
	text(p, buf_str(&full));
	buf_put(out, "</p>");
	if (!render(p, id, locale, 0, &less, NULL) && strcmp(buf_str(&full), buf_str(&less)) != 0) {
		buf_fmt(out, "\n<div class=less><span class=note lang=\"%s\">",
			p->lang == LANG_ZH ? "zh-Hans" : "en");
		words(p, TEXT("without what may be absent"));
		buf_put(out, "</span><p class=text>");
		text(p, buf_str(&less));
		buf_put(out, "</p></div>");
	}
	buf_put(out, "</article>\n");
	buf_free(&full);
	buf_free(&less);
}

static void
put_scenario(struct page *p, const char *id)
{
	const struct scenario *s = library_scenario(p->library, id);
	struct buf *out = p->out;

	buf_fmt(out, "<section id=\"%s\">\n<h2><a href=\"#%s\">%s</a></h2>\n<p class=about lang=en>", id, id,
		id);
	text(p, s->trigger);
	buf_put(out, " \xc2\xb7");
	for (const char *const *kind = s->kinds; *kind; kind++) {
		buf_char(out, ' ');
		text(p, *kind);
	}
	buf_put(out, "</p>\n<div class=texts>\n");
	for (const char *const *l = library_locales(p->library, id); *l; l++)
		put_text(p, id, *l);
	buf_put(out, "</div>\n<footer><a href=\"#top\">");
	words(p, TEXT("to the top"));
	buf_put(out, "</a></footer>\n</section>\n");
}

int
gallery_put(const struct library *library, const struct folders *folders, enum lang lang, struct buf *out,
	    struct err *err)
{
	struct page p = {.library = library, .folders = folders, .lang = lang, .out = out};

	for (const char *const *id = library_ids(library); *id; id++)
		for (const char *const *l = library_locales(library, *id); *l; l++)
			add_language(&p, *l);
	put_head(&p);
	put_contents(&p);
	for (int i = 0; i < PHASES; i++)
		each_of(&p, i, put_scenario);
	buf_put(out, "</main>\n</body>\n</html>\n");
	return out->over ? fail(err, "the page is longer than %zu bytes", out->max) : 0;
}
