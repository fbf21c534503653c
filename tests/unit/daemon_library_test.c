/* The reply library: what is shipped, the seller's folder, and every way to be wrong. */

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "daemon/hours/presence.h"
#include "daemon/outbox/variables.h"
#include "daemon/policy/content.h"
#include "daemon/template/lint.h"
#include "daemon/template/scenario.h"

#include <cmocka.h>

static const char *const locales[] = {"en", "de", "fr", "es", "it", "ja", "ar", "zh-Hans", NULL};
static const char *const all_locales[] = {"en",    "de", "fr", "es", "it",      "nl", "pl",
					  "pt-BR", "ja", "ko", "ar", "zh-Hans", NULL};

static char shipped[1024];

static const char *
root(void)
{
	const char *share = getenv("SUPERCARGO_SHARE");

	return share ? share : ".";
}

static char own[] = "/tmp/library-XXXXXX";

/* ---- files ---- */

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag;
	return ftw->level ? remove(path) : 0;
}

static void
empty_own(void)
{
	nftw(own, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void
write_own(const char *id, const char *name, const char *text, size_t len)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", own, id);
	mkdir(path, 0700);
	snprintf(path, sizeof path, "%s/%s/%s", own, id, name);
	assert_non_null(f = fopen(path, "w"));
	fwrite(text, 1, len, f);
	fclose(f);
}

static void
put_own(const char *id, const char *name, const char *text)
{
	write_own(id, name, text, strlen(text));
}

static int
setup(void **state)
{
	(void)state;
	snprintf(shipped, sizeof shipped, "%s/templates", root());
	return mkdtemp(own) ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	empty_own();
	rmdir(own);
	message_cleanup();
	return 0;
}

/* ---- findings ---- */

struct seen {
	int errors, warnings, line, column;
	char code[64], file[512], words[ERR_MAX];
};

/* Keeps the first error, or as long as there is none the first warning. */
static void
see(void *ctx, const struct finding *f)
{
	struct seen *s = ctx;

	if (f->error ? !s->errors : !s->errors && !s->warnings) {
		snprintf(s->code, sizeof s->code, "%s", f->code);
		snprintf(s->file, sizeof s->file, "%s", f->file);
		err_english(f->err.text, s->words, sizeof s->words);
		s->line = f->line;
		s->column = f->column;
	}
	s->errors += f->error != 0;
	s->warnings += !f->error;
}

static void
test_shipped_is_clean(void **state)
{
	static const char *const ids[] = {
		"misc_language_fallback",     "post_cancel_ok",           "post_cancel_too_late",
		"post_complaint_holding",     "post_dispute_accept",      "post_dispute_evidence",
		"post_dispute_opened_reply",  "post_dispute_refuse",      "post_escalation_answer",
		"post_feedback_public_reply", "post_feedback_revision",   "post_full_refund_done",
		"post_not_received_late",     "post_not_shipped_yet",     "post_partial_refund_offer",
		"post_refund_note",           "post_return_instructions", "post_where_is_order",
	};
	struct seen s = {0};
	struct library *lib = library_lint(shipped, "", see, &s, NULL);

	(void)state;
	assert_non_null(lib);
	if (s.errors || s.warnings)
		print_error("%s:%d:%d: %s: %s\n", s.file, s.line, s.column, s.code, s.words);
	assert_int_equal(s.errors + s.warnings, 0);
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		const struct scenario *sc = library_scenario(lib, ids[i]);

		assert_non_null(sc);
		assert_int_equal(strlen(sc->version), 64);
		for (const char *const *x = locales; *x; x++)
			assert_true(library_reviewed(lib, ids[i], *x));
	}
	assert_null(library_scenario(lib, "post_nothing"));
	assert_int_equal(library_scenario(lib, "post_where_is_order")->substantive, 1);
	assert_int_equal(library_mode(lib, "post_where_is_order", "ebay"), RULE_AUTO);
	assert_int_equal(library_mode(lib, "post_return_instructions", "ebay"), RULE_APPROVE);
	assert_int_equal(library_mode(lib, "pre_greeting", "amazon"), RULE_OFF); /* as its platform says */
	assert_int_equal(library_mode(lib, "pre_greeting", "ebay"), RULE_AUTO);
	assert_int_equal(library_mode(lib, "nothing", "ebay"), RULE_AUTO);
	assert_int_equal(library_scenario(lib, "post_complaint_holding")->substantive, 0);
	assert_string_equal(library_permission(lib, "post_where_is_order", "ebay"), "R");
	assert_string_equal(library_permission(lib, "post_cancel_too_late", "ebay"), "T");
	assert_string_equal(library_permission(lib, "post_cancel_too_late", "aliexpress"), "T");
	assert_string_equal(library_permission(lib, "misc_language_fallback", "walmart"), "N");
	assert_string_equal(library_permission(lib, "post_where_is_order", "nowhere"), "?");
	library_free(lib);
}

/* Every text, with and without each optional variable, plural numbers that meet every form, the first two words of each select: no hole, no contact data, no doubled
 * space, nothing left of the syntax, short enough for eBay. */
static void
test_every_text_renders(void **state)
{
	static const int64_t counts[] = {0, 1, 2, 3, 11, 14, 30, 100, 1000000};
	struct library *lib = library_load(shipped, "", NULL, NULL, NULL);
	struct place place;
	int rendered = 0;

	(void)state;
	for (const char *const *id = library_ids(lib); *id; id++) {
		const struct var_spec *spec = library_scenario(lib, *id)->vars;

		for (const char *const *x = all_locales; *x; x++)
			for (unsigned without = 0; without < 32; without++)
				for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
					struct buf out = BUF_MAX(64 << 10);
					struct err err = {""};
					struct var vars[VAR_SELECT + 40];
					char got[LOCALE_MAX];
					int optional = 0, n = 0;

					for (; spec[n].name; n++) {
						const char *const *words =
							library_scenario(lib, *id)->origins[n].words;

						vars[n] = library_samples(lib, *id)[n];
						if (spec[n].optional && without >> optional++ & 1)
							vars[n].state = 0;
						if (spec[n].type == VAR_INT)
							vars[n].num = counts[c];
						if (words && words[c % 2])
							vars[n].str = words[c % 2];
					}
					vars[n].name = NULL;
					if (without >> optional)
						continue;
					if (library_render(lib, *id, *x, "", "Europe/Berlin", vars, &out, got,
							   &err))
						print_error("%s %s: %s\n", *id, *x, err.text);
					assert_string_equal(err.text, "");
					assert_string_equal(got, *x);
					if (strstr(out.data, "  ") || strstr(out.data, " .") ||
					    strstr(out.data, " \n"))
						print_error("%s %s: %s\n", *id, *x, out.data);
					assert_null(strstr(out.data, "  "));
					assert_null(strstr(out.data, " \n"));
					assert_null(strchr(out.data, '{'));
					assert_null(strchr(out.data, '#'));
					assert_false(content_email(out.data, &place) ||
						     content_phone(out.data, &place) ||
						     content_link(out.data, NULL, &place) ||
						     content_markup(out.data, &place));
					assert_true(out.len < 2000);
					rendered++;
					buf_free(&out);
				}
	}
	assert_true(rendered > 1000);
	library_free(lib);
}

/* The longest values that may come: what variables_of() lets through, amounts in millions, the long number that eBay once gave orders. */
static void
stretch(struct var *v, enum var_type type, int number)
{
	static const char *const keywords[] = {"return",   "inquiry", "cancellation", "chargeback",
					       "positive", "neutral", "negative"};

	switch (type) {
	case VAR_STR:
		v->str = !strcmp(v->name, "order_id") || !strcmp(v->name, "case_id")
				 ? "123456789012-1234567890123"
			 : !strcmp(v->name, "item_title")
				 ? "MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM"
				   "MMMMMMMMM"
				   "MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM"
				 : "MMMMMMMMMM MMMMMMMMMM MMMMMMMMMM MMMMMMMMMM MMMMMMMMMM MMMMM";
		break;
	case VAR_MONEY: v->money = (struct money){-999999999, "USD"}; break;
	case VAR_INT: v->num = 1000000; break;
	case VAR_SELECT: v->str = keywords[number % 7]; break;
	case VAR_DATE: assert_int_equal(instant_parse("2026-09-23T22:59:59Z", &v->num), 0); break;
	case VAR_DEC:
	case VAR_LIST: break;
	}
}

/* Every text as each of the actions it is for, before eBay's policy, with the longest values and with none of the optional ones. */
static void
test_every_text_fits(void **state)
{
	struct library *lib = library_load(shipped, "", NULL, NULL, NULL);
	struct policy *policy = policy_load(root(), "ebay", NULL);
	struct buf out = BUF_MAX(64 << 10);
	int fitted = 0;
	int64_t now;

	(void)state;
	assert_non_null(policy);
	assert_int_equal(instant_parse("2026-11-01T00:00:00Z", &now), 0);
	for (const char *const *id = library_ids(lib); *id; id++) {
		const struct scenario *sc = library_scenario(lib, *id);

		for (const char *const *x = all_locales; *x; x++)
			for (int round = 0; round < 14; round++) {
				struct var vars[VARIABLES_MAX + 1];
				struct err err = {""};
				char got[LOCALE_MAX], words[ERR_MAX];
				int n = 0;

				for (; sc->vars[n].name; n++) {
					vars[n] = library_samples(lib, *id)[n];
					stretch(&vars[n], sc->vars[n].type, round);
					if (sc->vars[n].optional && round >= 7)
						vars[n].state = ABSENT;
				}
				vars[n].name = NULL;
				buf_clear(&out);
				assert_int_equal(library_render(lib, *id, *x, "", "Europe/Berlin", vars, &out,
								got, &err),
						 0);
				for (const char *const *kind = sc->kinds; *kind; kind++, fitted++) {
					if (policy_check_text(policy, *kind, out.data, now, &err))
						print_error(
							"%s/%s as %s: %s\n%s\n", *id, *x, *kind,
							(err_english(err.text, words, sizeof words), words),
							out.data);
					assert_string_equal(err.text, "");
				}
			}
	}
	assert_true(fitted > 3000);
	buf_free(&out);
	policy_free(policy);
	library_free(lib);
}

static const struct {
	const char *id, *locale, *part;
} disputes[] = {
	{"post_dispute_opened_reply", "en", "your return request 5012345678 for order 12-34567-89012"},
	{"post_dispute_opened_reply", "de", "spätestens am 7. Oktober 2026"},
	{"post_dispute_evidence", "en", "was shipped with DHL on September 24, 2026"},
	{"post_dispute_evidence", "ja", "発送日：2026年9月24日"},
	{"post_dispute_accept", "de", "Wir erstatten Ihnen 28,90\u00a0€ auf"},
	{"post_dispute_refuse", "it", "entro 30 giorni dal ricevimento"},
	{"post_escalation_answer", "fr", "déjà remboursé 28,90\u00a0€ à l’acheteur"},
	{"post_partial_refund_offer", "es", "un reembolso de 28,90\u00a0€ y puede"},
	{"post_full_refund_done", "zh-Hans", "已退款 €28.90。"},
	{"post_refund_note", "en", "Refund of €28.90 for your order 12-34567-89012."},
	{"post_feedback_public_reply", "en", "did not meet your expectations"},
	{"post_feedback_revision", "en", "entirely up to you"},
	{"post_cancel_ok", "en", "We have refunded €28.90"},
	{"post_not_received_late", "de", "am 24. September 2026 an DHL übergeben"},
};

/* The facts stand in the texts as they are meant. */
static void
test_disputes(void **state)
{
	struct library *lib = library_load(shipped, "", NULL, NULL, NULL);
	struct buf out = BUF_MAX(64 << 10);
	char got[LOCALE_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof disputes / sizeof *disputes; i++) {
		struct err err = {""};

		buf_clear(&out);
		assert_int_equal(library_render(lib, disputes[i].id, disputes[i].locale, "", "Europe/Berlin",
						library_samples(lib, disputes[i].id), &out, got, &err),
				 0);
		if (!strstr(out.data, disputes[i].part))
			print_error("%s/%s: %s\n", disputes[i].id, disputes[i].locale, out.data);
		assert_non_null(strstr(out.data, disputes[i].part));
	}
	buf_free(&out);
	library_free(lib);
}

static void
render(const struct library *lib, const char *id, const char *want, const char *country, int64_t days,
       struct buf *out, char got[LOCALE_MAX])
{
	struct var vars[16];
	struct err err = {""};
	int n = 0;

	for (; library_samples(lib, id)[n].name; n++) {
		vars[n] = library_samples(lib, id)[n];
		if (!strcmp(vars[n].name, "return_days")) {
			vars[n].num = days;
			if (!days)
				vars[n].state = 0;
		}
	}
	vars[n].name = NULL;
	buf_clear(out);
	assert_int_equal(library_render(lib, id, want, country, "Europe/Berlin", vars, out, got, &err), 0);
}

static void
test_plurals_and_formats(void **state)
{
	static const struct {
		const char *locale;
		int64_t days;
		const char *part;
	} samples[] = {
		{"en", 1, "within 1 day of"},      {"en", 30, "within 30 days of"},
		{"de", 1, "von 1 Tag nach"},       {"de", 14, "von 14 Tagen nach"},
		{"fr", 1, "de 1 jour à compter"},  {"fr", 30, "de 30 jours à compter"},
		{"es", 30, "de 30 días desde"},    {"it", 1, "entro 1 giorno dal"},
		{"it", 30, "entro 30 giorni dal"}, {"ja", 30, "商品到着後30日以内"},
		{"zh-Hans", 30, "30 天内通过"},    {"ar", 1, "خلال يوم واحد"},
		{"ar", 2, "خلال يومين"},           {"ar", 7, "خلال 7 أيام"},
		{"ar", 14, "خلال 14 يومًا"},        {"ar", 100, "خلال 100 يوم من"},
	};
	struct library *lib = library_load(shipped, "", NULL, NULL, NULL);
	struct buf out = BUF_MAX(64 << 10);
	char got[LOCALE_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
		render(lib, "post_cancel_too_late", samples[i].locale, "", samples[i].days, &out, got);
		if (!strstr(out.data, samples[i].part))
			print_error("%s: %s\n", samples[i].part, out.data);
		assert_non_null(strstr(out.data, samples[i].part));
	}
	render(lib, "post_cancel_too_late", "en", "", 0, &out, got);
	assert_null(strstr(out.data, "return")); /* no returns: nothing about them */
	render(lib, "post_not_shipped_yet", "de", "DE", 0, &out, got);
	assert_non_null(strstr(out.data, "5. Oktober 2026"));
	render(lib, "post_not_shipped_yet", "en", "GB", 0, &out, got);
	assert_non_null(strstr(out.data, "5 October 2026"));
	render(lib, "post_not_shipped_yet", "en", "US", 0, &out, got);
	assert_non_null(strstr(out.data, "October 5, 2026"));
	render(lib, "post_complaint_holding", "de", "DE", 0, &out, got);
	assert_non_null(strstr(out.data, "2. Oktober 2026, 18:00 Uhr")); /* 16:00 UTC in Berlin */
	render(lib, "post_where_is_order", "ar", "AE", 0, &out, got);
	assert_non_null(strstr(out.data, "\xe2\x81\xa8"
					 "12-34567-89012"
					 "\xe2\x81\xa9")); /* isolated, or it reads backwards */

	render(lib, "post_not_shipped_yet", "de-AT", "AT", 0, &out, got);
	assert_string_equal(got, "de");
	render(lib, "post_not_shipped_yet", "zh-CN", "CN", 0, &out, got);
	assert_string_equal(got, "zh-Hans");
	buf_free(&out);
	library_free(lib);
}

/* Where a platform takes 350 characters, a text is short itself or has a short one: in the languages of those markets, with the longest
 * values, and with none of the optional ones. */
static void
test_short_texts_fit(void **state)
{
	static const char *const markets[] = {"es", "pt-BR", NULL};
	enum { FEW = 350 };
	struct library *lib = library_load(shipped, "", NULL, NULL, NULL);
	struct buf out = BUF_MAX(64 << 10);
	int shortened = 0;

	(void)state;
	for (const char *const *id = library_ids(lib); *id; id++) {
		const struct scenario *sc = library_scenario(lib, *id);

		for (const char *const *x = markets; *x; x++)
			for (int round = 0; round < 14; round++) {
				struct var vars[VARIABLES_MAX + 1];
				struct err err = {""};
				char got[LOCALE_MAX];
				int n = 0;

				if (!strchr("ART", *library_permission(lib, *id, "mercadolibre")))
					continue;
				for (; sc->vars[n].name; n++) {
					const char *const *words = sc->origins[n].words;

					vars[n] = library_samples(lib, *id)[n];
					if (!words)
						stretch(&vars[n], sc->vars[n].type, round);
					else if (words[round % 2])
						vars[n].str = words[round % 2];
					if (sc->vars[n].optional && round >= 7)
						vars[n].state = ABSENT;
				}
				vars[n].name = NULL;
				buf_clear(&out);
				assert_int_equal(library_render(lib, *id, *x, "", "Europe/Berlin", vars, &out,
								got, &err),
						 0);
				if (utf16_length(out.data) <= FEW)
					continue;
				buf_clear(&out);
				if (library_render_short(lib, *id, *x, "", "Europe/Berlin", vars, &out, &err))
					fail_msg("%s/%s: %s", *id, *x, err.text);
				if (utf16_length(out.data) > FEW || strstr(out.data, "  "))
					fail_msg("%s/%s: %zu: %s", *id, *x, utf16_length(out.data), out.data);
				shortened++;
			}
	}
	assert_true(shortened > 100);
	buf_free(&out);
	library_free(lib);
}

static void
test_refusals(void **state)
{
	struct library *lib = library_load(shipped, "", NULL, NULL, NULL);
	struct buf out = BUF_MAX(4096);
	struct err err = {""};
	struct var none[] = {{.name = NULL}};
	char got[LOCALE_MAX], words[ERR_MAX];

	(void)state;
	assert_int_equal(library_render(lib, "post_nothing", "de", "DE", "UTC", none, &out, got, &err), -1);
	assert_int_equal(
		library_render(lib, "post_not_shipped_yet", "tlh", "NL", "UTC", none, &out, got, &err), -1);
	err_english(err.text, words, sizeof words);
	assert_non_null(strstr(words, "found no text for the language tlh"));
	assert_int_equal(
		library_render(lib, "post_not_shipped_yet", "de", "DE", "UTC", none, &out, got, &err),
		-1); /* variables missing */
	err_english(err.text, words, sizeof words);
	assert_non_null(strstr(words, "order_id"));
	assert_null(library_load("/nonexistent", "", NULL, NULL, &err));
	buf_free(&out);
	library_free(lib);
}

/* ---- the seller's folder ---- */

static void
test_own_file_wins(void **state)
{
	struct library *lib = library_load(shipped, "/nonexistent", NULL, NULL, NULL);
	const struct var three[] = {{.name = "n", .state = PRESENT, .num = 3}, {.name = NULL}};
	char before[65], version[65], got[LOCALE_MAX];
	struct buf out = BUF_MAX(4096);
	struct seen s = {0};

	(void)state;
	snprintf(before, sizeof before, "%s", library_scenario(lib, "post_not_shipped_yet")->version);
	library_free(lib);

	put_own("post_not_shipped_yet", "de.txt",
		"\xef\xbb\xbfMoin,\r\n\r\n{order_id} geht am {ship_by, date, short} raus.\r\n");
	put_own("post_not_shipped_yet", "nl.txt", "Hallo, {order_id} gaat {ship_by, date, long} weg.");
	lib = library_lint(shipped, own, see, &s, NULL);
	assert_int_equal(s.errors, 0);
	snprintf(version, sizeof version, "%s", library_scenario(lib, "post_not_shipped_yet")->version);
	assert_string_not_equal(version, before);
	render(lib, "post_not_shipped_yet", "de", "DE", 0, &out, got);
	assert_string_equal(out.data, "Moin,\n\n12-34567-89012 geht am 05.10.26 raus.");
	render(lib, "post_not_shipped_yet", "nl", "NL", 0, &out, got);
	assert_string_equal(got, "nl");
	assert_false(library_reviewed(lib, "post_not_shipped_yet", "sv"));
	render(lib, "post_not_shipped_yet", "fr", "FR", 0, &out, got); /* the others are as shipped */
	assert_non_null(strstr(out.data, "Bonjour"));
	library_free(lib);

	/* the version follows every byte */
	put_own("post_not_shipped_yet", "nl.txt", "Hallo, {order_id} gaat {ship_by, date, long} mee.");
	lib = library_load(shipped, own, NULL, NULL, NULL);
	assert_string_not_equal(library_scenario(lib, "post_not_shipped_yet")->version, version);
	library_free(lib);

	put_own("own_idea", "template.conf",
		"[template]\nphase = misc\ntrigger = mine\nmode = off\nreviewed = en en.short\n[variable "
		"\"n\"]\ntype = int\nsample "
		"= 3\n");
	put_own("own_idea", "en.txt", "{n, plural, one{# thing} other{# things}}");
	put_own("own_idea", "en.short.txt", "{n}");
	put_own("own_idea", "de.short.txt", "{n}.");
	lib = library_load(shipped, own, NULL, NULL, NULL);
	assert_int_equal(library_mode(lib, "own_idea", "ebay"), RULE_OFF);
	render(lib, "own_idea", "en", "US", 0, &out, got);
	assert_string_equal(out.data, "3 things");
	buf_clear(&out);
	assert_int_equal(library_render_short(lib, "own_idea", "en", "US", "UTC", three, &out, NULL), 0);
	assert_string_equal(out.data, "3");
	assert_int_equal(library_render_short(lib, "own_idea", "fr", "FR", "UTC", three, &out, NULL), -1);
	assert_null(library_locales(lib, "own_idea")[1]); /* a short text alone is none */
	assert_true(library_reviewed(lib, "own_idea", "en.short"));
	assert_false(library_reviewed(lib, "own_idea", "de.short"));
	library_free(lib);
	buf_free(&out);
	empty_own();
}

static void
test_broken_text_cannot_be_sent(void **state)
{
	struct library *lib;
	struct seen s = {0};
	struct buf out = BUF_MAX(4096);
	struct err err;
	char got[LOCALE_MAX];

	(void)state;
	put_own("post_not_shipped_yet", "de.txt", "Moin,\n  {ordre_id} geht raus.\n");
	lib = library_lint(shipped, own, see, &s, NULL);
	assert_int_equal(s.errors, 1);
	assert_string_equal(s.code, "unknown-variable");
	assert_int_equal(s.line, 2);
	assert_int_equal(s.column, 3);
	assert_non_null(strstr(s.file, "/post_not_shipped_yet/de.txt"));
	assert_int_equal(library_render(lib, "post_not_shipped_yet", "de", "DE", "UTC",
					library_samples(lib, "post_not_shipped_yet"), &out, got, &err),
			 -1);
	render(lib, "post_not_shipped_yet", "fr", "FR", 0, &out, got);
	library_free(lib);
	buf_free(&out);
	empty_own();
}

/* ---- broken templates, each with the one code that it must give ---- */

#define CONF "[template]\nphase = misc\ntrigger = t\n"
#define VARS                                                                                                 \
	CONF "[variable \"a\"]\ntype = str\nsample = x\n[variable \"n\"]\ntype = int\nsample = 3\n"          \
	     "[variable \"d\"]\ntype = date\nsample = 2026-10-08T18:00:00Z\n[variable \"m\"]\ntype = "       \
	     "money\nsample = 28.90 EUR\n"                                                                   \
	     "[variable \"o\"]\ntype = str\noptional = yes\nsample = y\n[variable \"s\"]\ntype = "           \
	     "select\nsample = red\n"                                                                        \
	     "[variable \"l\"]\ntype = list\nsample = a b\n"

static const struct broken {
	const char *conf, *text, *code;
	int line;
} broken[] = {
	/* texts */
	{VARS, "{a", "unmatched-brace", 1},
	{VARS, "Hello\n\nyou }", "unmatched-brace", 3},
	{VARS, "{b}", "unknown-variable", 1},
	{VARS, "x\n{has_a, select, yes{1} other{2}}", "wrong-type", 2},
	{VARS, "{n, plural, one{# day}}", "missing-other", 1},
	{VARS, "{s, select, red{r}}", "missing-other", 1},
	{VARS, "{a, plural, one{1} other{2}}", "wrong-type", 1},
	{VARS, "{n, date}", "wrong-type", 1},
	{VARS, "{d, money}", "wrong-type", 1},
	{VARS, "{a, list}", "wrong-type", 1},
	{VARS, "{o}", "unguarded-optional", 1},
	{VARS, "{has_o, select, yes{1} other{{o}}}", "unguarded-optional", 1},
	{VARS, "{n, number, ::nonsense/skeleton}", "bad-style", 1},
	{VARS, "{n, plural, lots{1} other{2}}", "bad-selector", 1},
	{VARS, "{n, frobnicate}", "bad-syntax", 1},
	{VARS, "{}", "bad-syntax", 1},
	{VARS, "ok \xff\xfe", "not-utf8", 1},
	{VARS, "", "empty-text", 1},
	{VARS, " \n\n\t\n", "empty-text", 1},
	{VARS, "a\nb\x07", "control-character", 2},
	{VARS, "a\n\nb\xc2\x85", "control-character", 3},
	{VARS, "{n, plural, other{#}}", "missing-branch", 1},
	{VARS, "Hello", "unused-variable", 1},
	/* template.conf */
	{"phase = misc\n", "x", "conf-section", 1},
	{CONF "[varible \"a\"]\n", "x", "conf-section", 4},
	{CONF "[variable]\n", "x", "conf-section", 4},
	{"[template]\nphase = misc\n", "x", "conf-missing", 1},
	{"", "x", "conf-missing", 1},
	{"[template]\nphase = after\ntrigger = t\n", "x", "conf-value", 2},
	{CONF "answers = perhaps\n", "x", "conf-value", 4},
	{CONF "mode = automatic\n", "x", "conf-value", 4},
	{CONF "colour = red\n", "x", "conf-key", 4},
	{CONF "mode = auto\nmode = off\n", "x", "conf-twice", 5},
	{CONF "[variable \"a\"]\ntype = string\n", "x", "conf-value", 5},
	{CONF "[variable \"a b\"]\n", "x", "conf-name", 4},
	{CONF "[variable \"has_a\"]\n", "x", "conf-name", 4},
	{CONF "[variable \"a\"]\nsample = x\n[variable \"a\"]\nsample = x\n", "{a}", "conf-twice", 6},
	{CONF "[variable \"a\"]\ntype = int\nsample = three\n", "x", "conf-sample", 6},
	{CONF "[variable \"a\"]\ntype = date\nsample = 8.10.2026\n", "x", "conf-sample", 6},
	{CONF "[variable \"a\"]\ntype = money\nsample = 28.90\n", "x", "conf-sample", 6},
	{CONF "[variable \"a\"]\ntype = money\nsample = 28.905 EUR\n", "x", "conf-sample", 6},
	{CONF "[variable \"a\"]\nsample = x\ntype = str\n", "x", "conf-value", 6},
	{CONF "[variable \"a\"]\nwidth = 3\n", "x", "conf-key", 5},
	{CONF "[platform \"ebay\"]\npermission = yes\n", "x", "conf-value", 5},
	{CONF "[platform \"ebay\"]\n[platform \"ebay\"]\n", "x", "conf-twice", 5},
	{CONF "[platform \"ebay\"]\nallowed = R\n", "x", "conf-key", 5},
	{CONF "[variable \"a]\n", "x", "conf-syntax", 4},
	{CONF "just words\n", "x", "conf-syntax", 4},
	{CONF "[variable \"a\"]\nsource = \"the order\"\n", "x", "conf-source", 5},
	{CONF "[variable \"a\"]\nsource = \"orders: its number\"\n", "x", "conf-source", 5},
	{CONF "[variable \"a\"]\nsource = order\n", "x", "conf-source", 5},
	{CONF "[variable \"a\"]\nsample = x\nwords = x y\n", "x", "conf-words", 4},
	{CONF "[variable \"a\"]\ntype = select\nsample = x\nsource = \"person: x\"\n", "x", "conf-words", 4},
	{CONF "[variable \"a\"]\ntype = select\nsample = z\nwords = x y\n", "x", "conf-sample", 4},
	{CONF "[variable \"a\"]\ntype = str\n", "{a}", "missing-sample", 4},
	{CONF "reviewed = en nl\n", "x", "reviewed-missing", 1},
	{CONF "reviewed = en de.short\n", "x", "reviewed-missing", 1},
};

/* Texts that use every variable, so that a case gives the one finding it is about. */
static void
put_case(const struct broken *b)
{
	static const char all[] = "{a}{n}{d, date}{m, money}{has_o, select, yes{{o}} other{}}{s, select, "
				  "red{} other{}}{l, list}";
	struct buf text = BUF_MAX(4096);

	empty_own();
	put_own("broken", "template.conf", b->conf);
	if (!strcmp(b->conf, VARS) && strcmp(b->code, "empty-text") && strcmp(b->code, "unused-variable"))
		buf_put(&text, all);
	buf_put(&text, b->text);
	write_own("broken", "en.txt", buf_str(&text), text.len);
	for (const char *const *x = locales + 1; *x; x++) {
		char name[LOCALE_MAX + 8];

		snprintf(name, sizeof name, "%s.txt", *x);
		put_own("broken", name, !strcmp(b->conf, VARS) ? all : b->text);
	}
	buf_free(&text);
}

static void
test_broken_templates(void **state)
{
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		struct seen s = {0};
		struct library *lib;

		put_case(&broken[i]);
		lib = library_lint(own, "", see, &s, NULL);
		if (strcmp(s.code, broken[i].code) || s.line != broken[i].line || !*s.words) {
			print_error("case %zu: expected %s at line %d, found %s at %s:%d:%d: %s\n", i,
				    broken[i].code, broken[i].line, s.code, s.file, s.line, s.column,
				    s.words);
			wrong++;
		}
		library_free(lib);
	}
	empty_own();
	assert_int_equal(wrong, 0);
}

static void
test_broken_folders(void **state)
{
	static const struct {
		const char *id, *name, *code;
	} cases[] = {
		{"Bad-Id", "template.conf", "bad-id"}, {"fine", "deutsch1234567.txt", "bad-locale"},
		{"fine", "de_DE.txt", "bad-locale"},   {"fine", "iw.txt", "bad-locale"},
		{"fine", "notes.md", "unknown-file"},  {"noconf", "en.txt", "unreadable"},
	};
	char big[20000];
	struct seen s = {0};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		empty_own();
		memset(&s, 0, sizeof s);
		if (!strcmp(cases[i].id, "fine")) {
			put_own("fine", "template.conf", CONF);
			for (const char *const *x = locales; *x; x++) {
				snprintf(big, sizeof big, "%s.txt", *x);
				put_own("fine", big, "x");
			}
		}
		put_own(cases[i].id, cases[i].name, CONF);
		library_free(library_lint(own, "", see, &s, NULL));
		if (strcmp(s.code, cases[i].code))
			print_error("%s/%s: %s %s\n", cases[i].id, cases[i].name, s.code, s.words);
		assert_string_equal(s.code, cases[i].code);
	}
	empty_own();
	memset(&s, 0, sizeof s);
	put_own("long", "template.conf", CONF);
	memset(big, 'x', sizeof big);
	write_own("long", "en.txt", big, sizeof big);
	library_free(library_lint(own, "", see, &s, NULL));
	assert_string_equal(s.code, "too-long");

	empty_own();
	memset(&s, 0, sizeof s);
	put_own("few", "template.conf", CONF);
	put_own("few", "en.txt", "x");
	library_free(library_lint(own, "", see, &s, NULL));
	assert_int_equal(s.errors + s.warnings, 0);
	for (int i = 0; i < 2; i++) { /* what most scenarios speak, all should */
		const char *id = i ? "more" : "other";

		put_own(id, "template.conf", CONF);
		put_own(id, "en.txt", "x");
		put_own(id, "de.txt", "x");
	}
	library_free(library_lint(own, "", see, &s, NULL));
	assert_string_equal(s.code, "missing-locale");
	assert_non_null(strstr(s.file, "few/template.conf"));
	assert_int_equal(s.errors, 0);
	assert_int_equal(s.warnings, 1);
	empty_own();
}

/* ---- finished texts ---- */

static void
test_finished_texts(void **state)
{
	struct seen s = {0};
	struct library *lib = library_load(shipped, "", NULL, NULL, NULL);

	(void)state;
	library_try(lib, see, &s);
	if (s.errors)
		print_error("%s: %s\n", s.file, s.words);
	assert_int_equal(s.errors, 0);
	library_free(lib);

	put_own("post_not_shipped_yet", "fr.txt",
		"'{'order_id'}' {ship_by} {order_id}"); /* quoted, so it compiles */
	lib = library_lint(shipped, own, see, &s, NULL);
	assert_int_equal(s.errors, 1);
	assert_string_equal(s.code, "bad-quoting");
	library_free(lib);
	memset(&s, 0, sizeof s);
	put_own("post_not_shipped_yet", "fr.txt", "{ship_by} {order_id}\n[buyer_name]");
	lib = library_lint(shipped, own, see, &s, NULL);
	assert_int_equal(s.errors, 0);
	library_try(lib, see, &s);
	assert_int_equal(s.errors, 1);
	assert_string_equal(s.code, "leftover-placeholder");
	assert_non_null(strstr(s.file, "/post_not_shipped_yet/fr.txt"));
	assert_int_equal(s.line, 2);
	library_free(lib);

	memset(&s, 0, sizeof s);
	put_own("unsampled", "template.conf", CONF "[variable \"carrier\"]\ntype = str\n");
	put_own("unsampled", "en.txt", "{carrier}");
	lib = library_load(own, "", NULL, NULL, NULL);
	library_try(lib, see, &s);
	assert_int_equal(s.errors, 1);
	assert_string_equal(s.code, "bad-render");
	library_free(lib);
	empty_own();
}

/* What is wrong only together with what is around it. */
static void
test_around(void **state)
{
	static const struct {
		const char *conf, *text, *code, *words;
	} bad[] = {
		{"[variable \"wish\"]\ntype = str\nsample = x\n", "{wish}", "unfilled-variable",
		 "the variable wish has no source"},
		{"[variable \"order_id\"]\ntype = int\nsample = 1\n", "{order_id}", "wrong-variable",
		 "order_id has the type int, expected str"},
		{"[variable \"wish\"]\ntype = str\nsample = x\nsource = \"order: x\"\n", "{wish}",
		 "unfilled-variable", "the variable wish has no source"},
		{"[variable \"order_id\"]\nsample = 1\nsource = \"person: its number\"\n", "{order_id}",
		 "wrong-variable", "order_id has a source in person, expected order"},
		{"[template]\nkinds = reply return.dance\n", "x", "unknown-kind",
		 "found the kind return.dance"},
		{"[template]\nkinds = order.*\n", "x", "unknown-kind", "found the kind order.*"},
		{"", "Write to shop@shop.example", "forbidden", "found an e-mail address"},
	};
	struct policy *policy = policy_load(root(), "ebay", NULL), *policies[8] = {policy};

	(void)state;
	assert_non_null(policy);
	assert_ptr_equal(connectors[0], connector_find("ebay"));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct seen s = {0};
		char conf[1024];
		struct library *lib;
		int64_t now;

		assert_int_equal(instant_parse("2026-11-01T00:00:00Z", &now), 0);
		snprintf(conf, sizeof conf, CONF "%s", bad[i].conf);
		put_own("around", "template.conf", conf);
		put_own("around", "en.txt", bad[i].text);
		lib = library_load(own, "", NULL, NULL, NULL);
		library_try(lib, see, &s);
		library_judge(lib, policies, now, see, &s);
		assert_int_equal(s.errors, 1);
		assert_string_equal(s.code, bad[i].code);
		assert_non_null(strstr(s.words, bad[i].words));
		library_free(lib);

		/* what a platform does not allow at all, or a person writes there, is no matter of its policy */
		if (strcmp(bad[i].code, "forbidden") == 0) {
			memset(&s, 0, sizeof s);
			put_own("around", "template.conf", CONF "[platform \"ebay\"]\npermission = O\n");
			lib = library_load(own, "", NULL, NULL, NULL);
			library_judge(lib, policies, now, see, &s);
			assert_int_equal(s.errors, 0);
			library_free(lib);
		}
		empty_own();
	}
	policy_free(policy);
}

/* Rules that never send by themselves, each by the place of its section; the others are not told. */
static void
test_fires(void **state)
{
	static const struct {
		const char *variable, *code, *words;
		int set; /* the account has a closure */
	} cases[] = {
		{"order_id", NULL, NULL, 0},
		{"carrier", NULL, NULL, 0}, /* some orders have one */
		{"stock_count", "waits-for-a-person", "stock_count only people can tell", 0},
		{"own_word", "waits-for-a-person", "own_word only people can tell", 0},
		{"delivered_date", "never-fires", "no platform tells it us", 0},
		{"holiday_from", "never-fires", "it has no closed", 0},
		{"holiday_from", NULL, NULL, 1},
	};
	static const struct conf_period closed[] = {{DAY, 2 * DAY}, {0, 0}};
	struct conf_account account = {.name = "toys", .connector = connector_find("ebay"), .shop = ""};
	struct conf_rule rule = {.name = "one",
				 .on = "message.received",
				 .action = "reply",
				 .template_id = "fires",
				 .place = "/etc/x.conf:12"};
	struct conf conf = {.accounts = &account, .naccounts = 1, .rules = &rule, .nrules = 1};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct variable *v = variable_find(cases[i].variable);
		struct seen s = {0};
		char text[512];
		struct library *lib;

		account.closed = cases[i].set ? closed : NULL;
		for (int optional = 0; optional < 2; optional++) {
			snprintf(text, sizeof text,
				 CONF "[variable \"%s\"]\ntype = %s\noptional = %s\nsource = \"%s: x\"\n",
				 cases[i].variable, variable_types[v ? v->type : VAR_STR],
				 optional ? "yes" : "no",
				 room_words[(v ? v->room : ROOM_PERSON) - ROOM_ORDER]);
			put_own("fires", "template.conf", text);
			lib = library_load(own, "", NULL, NULL, NULL);
			memset(&s, 0, sizeof s);
			library_fires(lib, &conf, NULL, 0, see, &s);
			library_free(lib);
			if (optional || !cases[i].code) {
				assert_int_equal(s.warnings + s.errors, 0);
				continue;
			}
			assert_int_equal(s.warnings, 1);
			assert_string_equal(s.code, cases[i].code);
			assert_string_equal(s.file, "/etc/x.conf");
			assert_int_equal(s.line, 12);
			assert_non_null(strstr(s.words, cases[i].words));
			rule.mode = RULE_APPROVE; /* waits for a person anyway */
			lib = library_load(own, "", NULL, NULL, NULL);
			memset(&s, 0, sizeof s);
			library_fires(lib, &conf, NULL, 0, see, &s);
			library_free(lib);
			assert_int_equal(s.warnings, !strcmp(cases[i].code, "never-fires"));
			rule.mode = RULE_AUTO;
		}
	}
	empty_own();
}

/* A policy of eBay with only these rows. */
static struct policy *
a_policy(const char *rows)
{
	char folder[] = "/tmp/library-policy-XXXXXX", command[64], path[96];
	struct policy *p;
	struct err err;
	FILE *f;

	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/connectors", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof path, "%s/connectors/ebay", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof path, "%s/connectors/ebay/policy.conf", folder);
	assert_non_null(f = fopen(path, "w"));
	fputs(rows, f);
	fclose(f);
	if (!(p = policy_load(folder, "ebay", &err)))
		fail_msg("%s", err.text);
	snprintf(command, sizeof command, "rm -r %s", folder);
	assert_int_equal(system(command), 0);
	return p;
}

/* What only says that nobody is there never fires where the platform's policy does not let it; an answer does. */
static void
test_acknowledgements(void **state)
{
	static const char *const at_night[] = {"closed", NULL}, *const yes[] = {"yes", NULL},
				 *const ever[] = {"open", "closed", NULL};
	static const struct {
		const char *policy; /* NULL: it could not be read, which is told elsewhere */
		const char *const *hours, *const *closed;
		const char *answers, *words; /* NULL: it fires */
	} cases[] = {
		{"[acknowledgement \"away\"]\nallowed = yes\nsource = s\n", at_night, NULL, "no", NULL},
		{"[acknowledgement \"away\"]\nallowed = no\nsource = graded\n", at_night, NULL, "no",
		 "policy away (graded)"},
		{"[acknowledgement \"away\"]\nallowed = yes\nsource = s\nuntil = 2020-01-01\n", at_night,
		 NULL, "no", "no policy of eBay"},
		{"", at_night, NULL, "no", "no policy of eBay"},
		{"", NULL, yes, "no", "no policy of eBay"},
		{"", at_night, NULL, "yes", NULL},
		{"", ever, NULL, "no", NULL},
		{"", NULL, NULL, "no", NULL},
		{NULL, at_night, NULL, "no", NULL},
	};
	struct conf_account account = {.name = "toys", .connector = connector_find("ebay"), .shop = ""};
	struct conf_rule rule = {.name = "one",
				 .on = "message.received",
				 .action = "reply",
				 .template_id = "away",
				 .place = "/etc/x.conf:12"};
	struct conf conf = {.accounts = &account, .naccounts = 1, .rules = &rule, .nrules = 1};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct policy *policies[8] = {NULL};
		struct seen s = {0};
		struct library *lib;
		char text[512];

		for (int n = 0; connectors[n]; n++)
			if (connectors[n] == account.connector && cases[i].policy)
				policies[n] = a_policy(cases[i].policy);
		snprintf(text, sizeof text,
			 "[template]\nphase = misc\ntrigger = \"t\"\nanswers = %s\nmode = auto\n",
			 cases[i].answers);
		put_own("away", "template.conf", text);
		put_own("away", "en.txt", "Hello");
		lib = library_load(own, "", NULL, NULL, NULL);
		rule.hours = cases[i].hours;
		rule.closed = cases[i].closed;
		acknowledgements_find(&conf, lib);
		library_fires(lib, &conf, policies, 1790000000000, see, &s);
		assert_int_equal(s.errors, 0);
		assert_int_equal(s.warnings, cases[i].words != NULL);
		if (cases[i].words) {
			assert_string_equal(s.code, "never-fires");
			assert_non_null(strstr(s.words, cases[i].words));
			assert_true(rule.acknowledges);
		}
		library_free(lib);
		for (int n = 0; connectors[n]; n++)
			policy_free(policies[n]);
		empty_own();
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shipped_is_clean),
		cmocka_unit_test(test_every_text_renders),
		cmocka_unit_test(test_plurals_and_formats),
		cmocka_unit_test(test_short_texts_fit),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_own_file_wins),
		cmocka_unit_test(test_broken_text_cannot_be_sent),
		cmocka_unit_test(test_broken_templates),
		cmocka_unit_test(test_broken_folders),
		cmocka_unit_test(test_finished_texts),
		cmocka_unit_test(test_every_text_fits),
		cmocka_unit_test(test_disputes),
		cmocka_unit_test(test_around),
		cmocka_unit_test(test_fires),
		cmocka_unit_test(test_acknowledgements),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
