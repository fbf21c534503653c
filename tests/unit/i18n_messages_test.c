/* What buyers write, in eighteen languages: messages/testing/LANGUAGE.tsv, kept apart from those that the phrases were tuned to and the
 * words are learned from (i18n/phrases/LANGUAGE.tsv).  Of each language at least 80 % are understood rightly; at least 60 % with confidence, and of those 95 %. */

#include "../test.h"

#include <malloc.h>
#include <stdio.h>

#include "i18n/understand.h"

enum {
	ROWS_MIN = 40,
	RIGHT_MIN = 80,
	CONFIDENT_MIN = 60,
	SURE_MIN = 95,
	TUNED_MIN = 90,
	MEMORY_MAX = 10 << 20
};

struct tally {
	int rows, right, confident, sure; /* sure: confident and right */
};

static struct phrases *phrases;

static int
setup(void **state)
{
	struct err err = {""};
	char folder[1024];

	(void)state;
	snprintf(folder, sizeof folder, "%s/i18n/phrases", getenv("SUPERCARGO_SHARE"));
	phrases = phrases_load(folder, "", &err);
	return phrases ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	phrases_free(phrases);
	return 0;
}

/* A row is locale TAB scenario TAB text. */
static void
judge(char *row, int with_locale, struct tally *t)
{
	char *scenario = strchr(row, '\t'), *text = scenario ? strchr(scenario + 1, '\t') : NULL;
	struct understanding u;
	int right;

	if (!text)
		fail_msg("found \"%s\", expected locale, scenario and text", row);
	*scenario++ = *text++ = '\0';
	understand(phrases, text, with_locale ? row : NULL, NULL, &u);
	right = !strcmp(u.intent.intent, scenario);
	t->rows++;
	t->right += right;
	t->confident += u.intent.confident;
	t->sure += right && u.intent.confident;
	buf_free(&u.intent.why);
}

static struct tally
read_rows(const char *set, const char *language, int with_locale)
{
	struct tally t = {0};
	char path[1024], row[4096];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s/%s.tsv", getenv("SUPERCARGO_SHARE"), set, language);
	if (!(f = fopen(path, "r")))
		fail_msg("%s cannot be read", path);
	while (f && fgets(row, sizeof row, f)) {
		row[strcspn(row, "\n")] = '\0';
		judge(row, with_locale, &t);
	}
	if (f)
		fclose(f);
	print_message("%-8s %-8s %-7s %4d %9.1f %9.1f %9.1f\n", strrchr(set, '/') + 1, language,
		      with_locale ? "known" : "", t.rows, 100.0 * t.right / t.rows,
		      100.0 * t.confident / t.rows, 100.0 * t.sure / (t.confident ? t.confident : 1));
	return t;
}

static const char *const languages[] = {"en", "de", "fr", "es", "it",      "pt", "nl", "pl", "ru",
					"ja", "ko", "ar", "he", "zh-Hans", "tr", "th", "vi", "id"};
#define LANGUAGES (sizeof languages / sizeof *languages)

static void
check_set(const char *set, int right_min)
{
	int low = 0;

	print_message("set      language site    rows   right %% confident %% of them right %%\n");
	for (size_t i = 0; i < 2 * LANGUAGES; i++) {
		const struct tally t = read_rows(set, languages[i / 2], (int)(i % 2));

		low += t.rows < ROWS_MIN || 100 * t.right < right_min * t.rows ||
		       100 * t.confident < CONFIDENT_MIN * t.rows || 100 * t.sure < SURE_MIN * t.confident;
	}
	assert_int_equal(low, 0);
}

static void
messages_never_tuned_to(void **state)
{
	(void)state;
	check_set("tests/unit/messages/testing", RIGHT_MIN);
}

static void
messages_tuned_to(void **state)
{
	(void)state;
	check_set("i18n/phrases", TUNED_MIN);
}

static void
check_reading(const char *text, const char *site, const char *language, enum certainty most,
	      const char *scenario, int confident)
{
	struct understanding u;

	understand(phrases, text, site, NULL, &u);
	if (strcmp(u.intent.intent, scenario) || u.intent.confident != confident)
		print_error("%s: %s\n", text, buf_str(&u.intent.why));
	assert_string_equal(u.language.language, language);
	assert_true(u.language.certainty <= most);
	assert_string_equal(u.intent.intent, scenario);
	assert_int_equal(u.intent.confident, confident);
	buf_free(&u.intent.why);
}

/* Nothing to go by: the site's language, and nothing that would be answered by itself. */
static void
very_short_messages(void **state)
{
	(void)state;
	check_reading("?", "de-DE", "de", LANGUAGE_WEAK, "other", 0);
	check_reading("?", NULL, "", LANGUAGE_UNKNOWN, "other", 0);
	check_reading("", NULL, "", LANGUAGE_UNKNOWN, "other", 0);
	check_reading("hi", "fr", "fr", LANGUAGE_WEAK, "other", 0);
	check_reading("123456789", "ja-JP", "ja", LANGUAGE_WEAK, "other", 0);
	check_reading("ok thx", "sv-SE", "en", LANGUAGE_WEAK, "thanks_or_positive", 0);
	check_reading("boa noite", NULL, "pt", LANGUAGE_STRONG, "other", 0);
	check_reading("Rechnung bitte", NULL, "de", LANGUAGE_STRONG, "invoice_request", 1);
	check_reading("wo paket", "de-AT", "de", LANGUAGE_STRONG, "order_status_where_is_my_order", 1);
}

/* What the folding is for: the same message as people write it. */
static void
written_either_way(void **state)
{
	static const char *const same[][3] = {
		{"en", "refund_request", "I want a ｒｅｆｕｎｄ please"},
		{"en", "not_received", "I havent recieved my parcell"},
		{"en", "cancel_order", "pleeeease canceeel my orderrr"},
		{"de", "change_address", "Ich moechte meine Adresse aendern"},
		{"de", "refund_request", "bitte um rueckerstattung"},
		{"tr", "defective_or_not_as_described", "ÜRÜN KIRIK GELDİ"},
		{"tr", "cancel_order", "SİPARİŞİ İPTAL EDİN"},
		{"vi", "cancel_order", "cho minh huy don hang"},
		{"vi", "refund_request", "hoan tien cho toi"},
		{"zh-Hans", "refund_request", "我要退款"},
		{"zh-Hans", "cancel_order", "請幫我取消訂單"},
		{"zh-Hans", "order_status_where_is_my_order", "什麼時候發貨"},
		{"ar", "refund_request", "أُريدُ اسْتِرْدَادَ المَبْلَغ"},
		{"ar", "cancel_order", "الغـــــاء الطلب لو سمحت"},
		{"ar", "return_or_exchange", "كيف أقوم بالإرجاع"},
		{"he", "cancel_order", "אֲנִי רוֹצֶה לְבַטֵּל"},
		{"he", "invoice_request", "מחכה לחשבונית"},
		{"ja", "cancel_order", "注文をｷｬﾝｾﾙしたい"},
		{"ko", "refund_request", "환불해주세요"},
		{"fr", "refund_request", "REMBOURSEMENT SVP"},
		{"pl", "refund_request", "prosze o zwrot pieniedzy"},
		{"th", "refund_request", "ขอเงินคืนด้วยครับ"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		struct intent intent;

		intent_classify(phrases, same[i][2], same[i][0], &intent);
		if (strcmp(intent.intent, same[i][1]) || !intent.confident)
			fail_msg("%s: found %s, expected %s: %s", same[i][2], intent.intent, same[i][1],
				 buf_str(&intent.why));
		buf_free(&intent.why);
	}
}

static size_t
in_use(void)
{
	const struct mallinfo2 m = mallinfo2();

	return m.uordblks + m.hblkhd;
}

/* Every service has them all in memory, whatever languages its buyers write in.  (A sanitizer's malloc counts nothing.) */
static void
all_languages_take_little_memory(void **state)
{
	const size_t before = in_use();
	size_t taken;

	teardown(state);
	taken = before - in_use();
	assert_int_equal(setup(state), 0);
	print_message("phrases of all languages: %zu KiB\n", taken >> 10);
	assert_true(taken < MEMORY_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_languages_take_little_memory),
		cmocka_unit_test(messages_never_tuned_to),
		cmocka_unit_test(messages_tuned_to),
		cmocka_unit_test(very_short_messages),
		cmocka_unit_test(written_either_way),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
