#include "daemon/console/page.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "connectors/base/instant.h"
#include "connectors/base/json.h"
#include "connectors/base/text.h"
#include "daemon/cli/render.h"
#include "daemon/outbox/needs.h"

#define EXCERPT   160   /* bytes of a text in the list */
#define ASKED_MAX 20000 /* bytes of what others wrote: a page holds a dozen of them, each character escaped */

const char page_style[] =
	":root{color-scheme:light "
	"dark;--line:#c9ced6;--soft:#5c6670;--card:#fff;--back:#f4f5f7;--ink:#16191d;"
	"--mark:#0b5cad;--warn:#9a4b00;--good:#1b6e3c;--on:#fff}"
	"@media(prefers-color-scheme:dark){:root{--line:#3a424c;--soft:#9aa5b1;--card:#1c2127;--back:#13171b;"
	"--ink:#e6e9ed;--mark:#7db7f5;--warn:#f0a860;--good:#7fd6a2;--on:#13171b}}"
	"*{box-sizing:border-box}"
	"body{margin:0;background:var(--back);color:var(--ink);font:16px/1.5 system-ui,\"Noto Sans\",\"Noto "
	"Sans CJK "
	"SC\",sans-serif;overflow-wrap:anywhere}"
	"header,main,footer{max-width:46rem;margin:0 auto;padding:.75rem 1rem}"
	"header{display:flex;flex-wrap:wrap;gap:.25rem 1rem;align-items:baseline;border-bottom:1px solid "
	"var(--line)}"
	"header .who{margin-inline-start:auto;color:var(--soft);display:flex;gap:.75rem;align-items:baseline}"
	"footer{color:var(--soft);font-size:.85rem}"
	"a{color:var(--mark)}h1{font-size:1.35rem;margin:.75rem 0}h2{font-size:1rem;margin:1.25rem 0 .35rem;"
	"color:var(--soft)}"
	"ol.waits{list-style:none;margin:0;padding:0}"
	"ol.waits a{display:block;background:var(--card);border:1px solid var(--line);border-radius:.5rem;"
	"padding:.7rem .9rem;margin:.6rem 0;color:inherit;text-decoration:none}"
	"ol.waits b{color:var(--mark)}.soft{color:var(--soft)}.late{color:var(--warn);font-weight:600}"
	"dl{display:grid;grid-template-columns:minmax(6rem,max-content) 1fr;gap:.2rem 1rem;margin:0}"
	"dt{color:var(--soft)}dd{margin:0}"
	".text{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.7rem "
	".9rem;margin:.4rem "
	"0;white-space:pre-wrap;unicode-bidi:isolate}"
	".leaves{border:2px solid var(--mark)}.asked{max-height:22rem;overflow:auto}"
	".said{border-radius:.5rem;padding:.6rem .9rem;margin:.8rem 0;border:1px solid "
	"var(--good);color:var(--good)}"
	".said.bad{border-color:var(--warn);color:var(--warn)}"
	".acts{display:flex;flex-wrap:wrap;gap:.6rem;margin:1.25rem 0}"
	"form{margin:0}label{display:block;margin:.8rem 0 .2rem}"
	"input{font:inherit;width:100%;padding:.6rem;border:1px solid var(--line);border-radius:.4rem;"
	"background:var(--card);color:inherit}"
	"button,.back{font:inherit;min-height:2.9rem;padding:.5rem 1.2rem;border-radius:.4rem;border:1px "
	"solid "
	"var(--line);background:var(--card);color:var(--ink);text-decoration:none;display:inline-flex;"
	"align-items:center;justify-content:center;"
	"cursor:pointer}"
	"button.yes{background:var(--mark);border-color:var(--mark);color:var(--on);font-weight:600}"
	"header button{min-height:0;padding:.1rem .6rem}"
	"@media(max-width:30rem){.acts button,.acts .back,.acts form{flex:1 1 "
	"100%;width:100%;text-align:center}"
	"dl{grid-template-columns:5.5rem 1fr}}";

/* ---- texts ---- */

/* Marks of direction work only inside the text: what would reach out of it is written as its number. */
struct marks {
	int isolates; /* open */
};

static int
is_override(uint32_t c)
{
	return c >= 0x202a && c <= 0x202e;
}

static int
is_unprintable(uint32_t c)
{
	return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0) || c == 0x2028 ||
	       c == 0x2029 || c == 0xfffe || c == 0xffff;
}

static void
put_mark(struct buf *out, struct marks *m, const char *s, size_t n, uint32_t c)
{
	const int ends = c == 0x2069;

	if (is_override(c) || (ends && !m->isolates)) {
		buf_fmt(out, "[U+%04X]", (unsigned)c);
		return;
	}
	m->isolates += ends ? -1 : 1;
	buf_add(out, s, n);
}

void
page_escape(struct buf *out, const char *s)
{
	struct marks m = {0};
	size_t len = strlen(s), n;
	uint32_t c;

	for (; len; s += n, len -= n) {
		if (!(n = utf8_next(s, len, &c)) || (c != '\r' && is_unprintable(c))) {
			n += !n;
			buf_put(out, "\xef\xbf\xbd");
			continue;
		}
		if (is_override(c) || (c >= 0x2066 && c <= 0x2069)) {
			put_mark(out, &m, s, n, c);
			continue;
		}
		switch (c) {
		case '&': buf_put(out, "&amp;"); break;
		case '<': buf_put(out, "&lt;"); break;
		case '>': buf_put(out, "&gt;"); break;
		case '"': buf_put(out, "&quot;"); break;
		case '\'': buf_put(out, "&#39;"); break;
		case '\r': break;
		default: buf_add(out, s, n);
		}
	}
	while (m.isolates-- > 0)
		buf_put(out, "\xe2\x81\xa9");
}

static void
put_text(const struct page *p, const char *text)
{
	page_escape(p->out, text);
}

/* A pattern of the catalogue. */
static void
put_words(const struct page *p, const char *pattern)
{
	put_text(p, say(p->lang, pattern));
}

/* A text in whatever language, on a line of ours. */
static void
put_bdi(const struct page *p, const char *text)
{
	buf_put(p->out, "<bdi>");
	put_text(p, text);
	buf_put(p->out, "</bdi>");
}

static void
put_block_of(const struct page *p, const char *class, const char *locale, const char *text)
{
	buf_fmt(p->out, "<div class=\"text %s\" dir=\"auto\"", class);
	if (*locale) {
		buf_put(p->out, " lang=\"");
		put_text(p, locale);
		buf_put(p->out, "\"");
	}
	buf_put(p->out, ">");
	put_text(p, text);
	buf_put(p->out, "</div>\n");
}

/* What others wrote, as much as one page can bear. */
static void
put_asked_text(const struct page *p, const char *text)
{
	const size_t fits = utf8_fit(text, strlen(text), ASKED_MAX);
	struct buf shown = BUF_MAX(ASKED_MAX + 8);

	buf_add(&shown, text, fits);
	buf_put(&shown, text[fits] ? " \u2026" : "");
	put_block_of(p, "asked", "", buf_str(&shown));
	buf_free(&shown);
}

/* By the clock of the world, and how far away; what is over stands out. */
static void
put_moment(const struct page *p, const json_t *object, const char *key, int deadline)
{
	const struct view v = {.lang = p->lang, .now = p->now};
	struct buf away = BUF_MAX(128);
	char text[32] = "";
	time_t seconds;
	struct tm tm;
	int64_t at;

	if (json_time(object, key, &at) != 1)
		return;
	seconds = (time_t)(at / SECOND);
	if (gmtime_r(&seconds, &tm))
		strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", &tm);
	put_when(&away, &v, object, key);
	buf_fmt(p->out, "<span%s>", deadline && at < p->now + 2 * HOUR ? " class=\"late\"" : "");
	put_text(p, buf_str(&away));
	buf_fmt(p->out, "</span> <span class=\"soft\">%s</span>", text);
	buf_free(&away);
}

/* ---- around every page ---- */

static void
put_form(const struct page *p, const char *action, const char *class)
{
	buf_fmt(p->out,
		"<form method=\"post\" action=\"%s\" class=\"%s\"><input type=\"hidden\" name=\"token\" "
		"value=\"%s\">",
		action, class, p->token ? p->token : "");
}

static void
begin(const struct page *p, const char *title)
{
	struct buf *out = p->out;

	buf_fmt(out,
		"<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<link rel=\"stylesheet\" href=\"/style.css\">\n<title>",
		p->lang == LANG_ZH ? "zh-Hans" : "en");
	put_text(p, title);
	buf_put(out, " - Supercargo</title>\n</head>\n<body>\n<header><a href=\"/\">Supercargo</a>");
	if (p->operator) {
		buf_put(out, "<div class=\"who\">");
		put_bdi(p, p->operator);
		put_form(p, "/logout", "");
		buf_put(out, "<button>");
		put_words(p, TEXT("log out"));
		buf_put(out, "</button></form></div>");
	}
	buf_put(out, "</header>\n<main>\n");
	if (p->said) {
		buf_fmt(out, "<p class=\"said%s\" role=\"%s\">", p->bad ? " bad" : "",
			p->bad ? "alert" : "status");
		put_text(p, p->said);
		buf_put(out, "</p>\n");
	}
	buf_put(out, "<h1>");
	put_text(p, title);
	buf_put(out, "</h1>\n");
}

static void
end(const struct page *p)
{
	buf_fmt(p->out, "</main>\n<footer><a href=\"%s%slang=%s\">%s</a></footer>\n</body>\n</html>\n",
		p->path, strchr(p->path, '?') ? "&amp;" : "?", p->lang == LANG_ZH ? "en" : "zh",
		p->lang == LANG_ZH ? "English" : "中文");
}

void
page_said(const struct page *p)
{
	begin(p, say(p->lang, p->bad ? TEXT("Not done") : TEXT("Done")));
	buf_put(p->out, "<p><a class=\"back\" href=\"/\">");
	put_words(p, TEXT("back"));
	buf_put(p->out, "</a></p>\n");
	end(p);
}

void
page_login(const struct page *p, const char *next)
{
	struct buf *out = p->out;

	begin(p, say(p->lang, TEXT("Log in")));
	put_form(p, "/login", "");
	buf_fmt(out, "<input type=\"hidden\" name=\"next\" value=\"%s\"><label for=\"name\">", next);
	put_words(p, TEXT("Name"));
	buf_put(out,
		"</label><input id=\"name\" name=\"name\" autocomplete=\"username\" autocapitalize=\"none\" "
		"maxlength=\"64\" required autofocus><label for=\"password\">");
	put_words(p, TEXT("Password"));
	buf_put(out, "</label><input id=\"password\" name=\"password\" type=\"password\" "
		     "autocomplete=\"current-password\" maxlength=\"256\" required>"
		     "<p class=\"acts\"><button class=\"yes\">");
	put_words(p, TEXT("Log in"));
	buf_put(out, "</button></p></form>\n");
	end(p);
}

/* ---- what waits ---- */

static const char *
word_of(const struct page *p, const char *machine)
{
	const struct view v = {.lang = p->lang, .now = p->now};

	return word(&v, machine);
}

static void
put_money(const struct page *p, const json_t *amount)
{
	put_text(p, text_of(amount, "value"));
	buf_char(p->out, ' ');
	put_text(p, text_of(amount, "currency"));
}

static void
put_waiting(const struct page *p, const json_t *w)
{
	const json_t *a = json_obj(w, "action");
	const char *text = text_of(a, "text");
	const size_t fits = utf8_fit(text, strlen(text), EXCERPT);
	char *excerpt = must_strndup(text, fits);

	buf_put(p->out, "<li><a href=\"/a/");
	put_text(p, text_of(w, "id")[0] ? text_of(w, "id") + 1 : "");
	buf_put(p->out, "\"><b>");
	put_text(p, text_of(w, "id"));
	buf_put(p->out, "</b> ");
	put_bdi(p, text_of(a, "account"));
	buf_put(p->out, " &middot; ");
	put_text(p, word_of(p, text_of(a, "kind")));
	buf_put(p->out, " &middot; ");
	put_text(p, word_of(p, text_of(a, "state")));
	if (json_obj(a, "moves")) {
		buf_put(p->out, " &middot; ");
		put_money(p, json_obj(a, "moves"));
	}
	if (*text_of(w, "until_at")) {
		buf_put(p->out, "<br>");
		put_words(p, TEXT("until"));
		buf_char(p->out, ' ');
		put_moment(p, w, "until_at", 1);
	}
	if (*excerpt) {
		buf_put(p->out, "<br><span class=\"soft\">");
		put_bdi(p, excerpt);
		buf_put(p->out, text[fits] ? "&hellip;</span>" : "</span>");
	}
	buf_put(p->out, "</a></li>\n");
	free(excerpt);
}

void
page_list(const struct page *p, const json_t *approvals)
{
	const json_t *list = json_list(approvals, "approvals"), *w;
	size_t i;

	begin(p, say(p->lang, TEXT("Waits for approval")));
	if (!json_array_size(list)) {
		buf_put(p->out, "<p>");
		put_words(p, TEXT("Nothing waits for you."));
		buf_put(p->out, "</p>\n");
	}
	buf_put(p->out, "<ol class=\"waits\">\n");
	json_array_foreach(list, i, w)
		put_waiting(p, w);
	buf_put(p->out, "</ol>\n");
	end(p);
}

/* ---- one action ---- */

static void
fact_begin(const struct page *p, const char *label)
{
	buf_put(p->out, "<dt>");
	put_text(p, label);
	buf_put(p->out, "</dt><dd>");
}

static void
put_fact(const struct page *p, const char *label, const char *text)
{
	if (!*text)
		return;
	fact_begin(p, label);
	put_bdi(p, text);
	buf_put(p->out, "</dd>\n");
}

static void
put_fact_of(const struct page *p, const json_t *object, const char *key)
{
	put_fact(p, word_of(p, key), text_of(object, key));
}

static void
put_sum(const struct page *p, const char *label, const json_t *amount)
{
	if (!amount)
		return;
	fact_begin(p, label);
	put_money(p, amount);
	buf_put(p->out, "</dd>\n");
}

static void
put_deadline(const struct page *p, const json_t *approval, const json_t *a)
{
	if (*text_of(approval, "until_at")) {
		fact_begin(p, say(p->lang, TEXT("until")));
		put_moment(p, approval, "until_at", 1);
		buf_put(p->out, "</dd>\n");
		put_fact(p, say(p->lang, TEXT("deadline given by")), text_of(approval, "given_by"));
	}
	if (*text_of(a, "fallback")) {
		fact_begin(p, say(p->lang, TEXT("if nobody decides")));
		put_text(p, word_of(p, text_of(a, "fallback")));
		buf_put(p->out, ", ");
		put_moment(p, a, "fallback_at", 0);
		buf_put(p->out, "</dd>\n");
	}
	if (!strcmp(text_of(a, "state"), "ready")) {
		fact_begin(p, say(p->lang, TEXT("leaves")));
		put_moment(p, a, "not_before_at", 0);
		buf_put(p->out, "</dd>\n");
	}
}

static void
put_needed(const struct page *p, const json_t *a)
{
	const struct view v = {.lang = p->lang, .now = p->now};
	struct buf needs = BUF_MAX(4096);

	put_needs(&needs, &v, a);
	if (needs.len) {
		fact_begin(p, word_of(p, "reason"));
		put_bdi(p, buf_str(&needs));
		buf_put(p->out, "</dd>\n");
	}
	buf_free(&needs);
}

static void
put_facts_of(const struct page *p, const json_t *approval, const json_t *a)
{
	const json_t *dispute = json_obj(approval, "dispute"), *feedback = json_obj(approval, "feedback");

	buf_put(p->out, "<dl>\n");
	put_fact_of(p, a, "account");
	put_fact(p, word_of(p, "kind"), word_of(p, text_of(a, "kind")));
	put_fact(p, word_of(p, "state"), word_of(p, text_of(a, "state")));
	put_sum(p, word_of(p, "amount"), json_obj(a, "amount"));
	put_sum(p, say(p->lang, TEXT("goes back to the buyer")), json_obj(a, "moves"));
	put_deadline(p, approval, a);
	put_fact_of(p, a, "instead_of");
	put_fact_of(p, a, "instead");
	put_fact_of(p, a, "reason");
	put_needed(p, a);
	put_fact_of(p, a, "rule");
	put_fact(p, say(p->lang, TEXT("asked for by")), text_of(a, "requester"));
	put_fact_of(p, a, "operator");
	put_fact_of(p, approval, "buyer");
	put_fact(p, say(p->lang, TEXT("reason for the platform")), text_of(a, "code"));
	put_fact_of(p, a, "carrier");
	put_fact_of(p, a, "tracking");
	if (dispute) {
		put_fact(p, word_of(p, "dispute"), word_of(p, text_of(dispute, "kind")));
		put_fact(p, word_of(p, "status"), word_of(p, text_of(dispute, "status")));
		put_fact(p, say(p->lang, TEXT("why it was opened")), text_of(dispute, "reason"));
		put_sum(p, say(p->lang, TEXT("claimed")), json_obj(dispute, "amount"));
	}
	if (feedback)
		put_fact(p, word_of(p, "rating"), word_of(p, text_of(feedback, "rating")));
	buf_put(p->out, "</dl>\n");
}

static void
put_said_by(const struct page *p, const json_t *m)
{
	buf_put(p->out, "<div class=\"soft\">");
	put_text(p, word_of(p, text_of(m, "from")));
	buf_put(p->out, " &middot; ");
	put_moment(p, m, "at", 0);
	if (json_flag(m, "answered", 0)) {
		buf_put(p->out, " &middot; ");
		put_words(p, TEXT("this is answered"));
	}
	buf_put(p->out, "</div>\n");
	put_asked_text(p, text_of(m, "text"));
}

static void
put_asked(const struct page *p, const json_t *approval)
{
	const json_t *messages = json_list(approval, "messages"), *entries = json_list(approval, "entries"),
		     *m;
	const char *dispute = text_of(json_obj(approval, "dispute"), "text"),
		   *feedback = text_of(json_obj(approval, "feedback"), "text");
	size_t i;

	if (!json_array_size(messages) && !json_array_size(entries) && !*dispute && !*feedback)
		return;
	buf_put(p->out, "<h2>");
	put_words(p, TEXT("What it is about"));
	buf_put(p->out, "</h2>\n");
	if (*feedback)
		put_asked_text(p, feedback);
	if (*dispute)
		put_asked_text(p, dispute);
	json_array_foreach(entries, i, m)
		put_said_by(p, m);
	json_array_foreach(messages, i, m)
		put_said_by(p, m);
}

static void
put_files(const struct page *p, const json_t *list)
{
	const json_t *f;
	size_t i;

	json_array_foreach(list, i, f) {
		buf_put(p->out, "<div class=\"soft\">");
		put_words(p, TEXT("file"));
		buf_put(p->out, ": ");
		put_bdi(p, text_of(f, "name"));
		buf_fmt(p->out, ", %lld ", (long long)json_int(f, "bytes", 0));
		put_words(p, TEXT("bytes"));
		buf_put(p->out, "</div>\n");
	}
}

/* It does not leave any more. */
static int
is_over(const json_t *a)
{
	return words_hold("sent cancelled dropped expired", text_of(a, "state"));
}

static void
put_leaving(const struct page *p, const json_t *approval, const json_t *a)
{
	const json_t *beside = json_obj(a, "beside");

	buf_put(p->out, "<h2>");
	put_words(p, is_over(a) ? TEXT("Its text") : TEXT("What will leave"));
	buf_put(p->out, "</h2>\n");
	if (*text_of(a, "text"))
		put_block_of(p, "leaves", text_of(a, "locale"), text_of(a, "text"));
	else
		put_block_of(p, "leaves", "", say(p->lang, TEXT("(no text)")));
	put_files(p, json_list(approval, "files"));
	if (!beside)
		return;
	buf_put(p->out, "<h2>");
	put_words(p, TEXT("the same in another language"));
	buf_put(p->out, "</h2>\n");
	if (*text_of(beside, "text"))
		put_block_of(p, "", text_of(beside, "locale"), text_of(beside, "text"));
	else
		put_block_of(p, "soft", "", text_of(beside, "reason"));
}

static void
put_act(const struct page *p, const json_t *approval, const char *verb, const char *label, const char *class)
{
	char action[64];

	snprintf(action, sizeof action, "/a/%.40s", text_of(approval, "id") + 1);
	put_form(p, action, class);
	buf_put(p->out, "<input type=\"hidden\" name=\"version\" value=\"");
	put_text(p, text_of(approval, "version"));
	buf_fmt(p->out, "\"><button name=\"do\" value=\"%s\" class=\"%s\">", verb,
		strcmp(verb, "approve") ? "" : "yes");
	put_words(p, label);
	buf_put(p->out, "</button></form>\n");
}

static void
put_acts(const struct page *p, const json_t *approval, const json_t *a)
{
	const char *state = text_of(a, "state");
	const int waits = !strcmp(state, "draft") || !strcmp(state, "held"),
		  open = json_flag(approval, "open", 0);

	if (waits && open) {
		buf_put(p->out, "<p class=\"late\">");
		put_words(p, TEXT("It may have arrived: look on the platform, then say it with 'supercargo "
				  "resolve'."));
		buf_put(p->out, "</p>\n");
	}
	buf_put(p->out, "<div class=\"acts\">\n");
	if (waits && !open && !json_list(a, "needs") && p->may_approve)
		put_act(p, approval, "approve", TEXT("Approve"), "");
	if (waits && !open && p->may_drop)
		put_act(p, approval, "drop", TEXT("Do not send"), "");
	if (!strcmp(state, "ready") && !open && p->may_drop)
		put_act(p, approval, "undo", TEXT("Take back"), "");
	buf_put(p->out, "<a class=\"back\" href=\"/\">");
	put_words(p, TEXT("back"));
	buf_put(p->out, "</a>\n</div>\n");
}

void
page_action(const struct page *p, const json_t *approval)
{
	const json_t *a = json_obj(approval, "action");

	begin(p, text_of(approval, "id"));
	put_facts_of(p, approval, a);
	put_asked(p, approval);
	put_leaving(p, approval, a);
	put_acts(p, approval, a);
	end(p);
}
