/* Policies: what a text may hold, and until when an answer is due. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "connectors/base/instant.h"
#include "connectors/base/text.h"
#include "daemon/policy/content.h"
#include "daemon/policy/policy.h"

#include <cmocka.h>

static char share[] = "/tmp/policy-XXXXXX";

static int
setup(void **state)
{
	char path[128];

	(void)state;
	if (!mkdtemp(share))
		return -1;
	snprintf(path, sizeof path, "%s/connectors", share);
	mkdir(path, 0700);
	snprintf(path, sizeof path, "%s/connectors/market", share);
	return mkdir(path, 0700);
}

static int
teardown(void **state)
{
	static const char *const parts[] = {"/connectors/market/policy.conf", "/connectors/market",
					    "/connectors", ""};
	char path[128];

	(void)state;
	for (int i = 0; i < 4; i++) {
		snprintf(path, sizeof path, "%s%s", share, parts[i]);
		remove(path);
	}
	return 0;
}

static struct policy *
load(const char *text, char words[ERR_MAX])
{
	struct err err = {""};
	struct policy *p;
	char path[128];
	FILE *f;

	snprintf(path, sizeof path, "%s/connectors/market/policy.conf", share);
	assert_non_null(f = fopen(path, "w"));
	fputs(text, f);
	fclose(f);
	p = policy_load(share, "market", &err);
	err_english(err.text, words, ERR_MAX);
	return p;
}

static const char rules[] =
	"[content \"length\"]\n"
	"kinds = reply\nrule = max-utf16\nvalue = 200\nsource = \"manual 3.2\"\n"
	"[content \"mail\"]\nkinds = reply note\nrule = no-email\nsource = \"contact policy\"\n"
	"[content \"phone\"]\nkinds = *\nrule = no-phone\nsource = \"contact policy\"\n"
	"[content \"links\"]\nkinds = reply\nrule = no-foreign-link\nvalue = market.example "
	"*.market.example\n"
	"source = \"contact policy\"\n"
	"[content \"markup\"]\nkinds = reply\nrule = no-markup\nsource = \"manual 3.3\"\n"
	"[content \"holes\"]\nkinds = reply\nrule = no-placeholder\nsource = ours\n"
	"[content \"words\"]\nkinds = reply\nrule = no-word\nvalue = whatsapp \"positive feedback\" 微信\n"
	"source = \"contact policy\"\n";

static void
test_rules(void **state)
{
	static const struct {
		const char *text, *found;
	} samples[] = {
		{"Your order 12-34567-89012 is on its way.", NULL},
		{"See https://www.market.example/orders or market.example", NULL},
		{"Write to erika@shop.example please",
		 "policy mail (contact policy): found an e-mail address in \""},
		{"Call +49 30 1234567 now", "policy phone (contact policy): found a phone number"},
		{"See https://shop.example/x", "policy links (contact policy)"},
		{"See https://market.example@evil.example/", "policy mail"},
		{"See https://user:x@evil/", "policy links"},
		{"See https://market.example.evil.example/", "policy links"},
		{"<b>Hello</b>", "policy markup (manual 3.3)"},
		{"Hello&nbsp;you", "policy markup"},
		{"Hello {buyer_name}", "policy holes (ours): found a placeholder"},
		{"Add us on WhatsApp!", "found the word \"whatsapp\""},
		{"Please leave positive  FEEDBACK.", "found the word \"positive feedback\""},
		{"请加我微信联系", "found the word \"微信\""},
		{"Our whatsapps are many", NULL}, /* a whole word */
	};
	char words[ERR_MAX];
	struct policy *p = load(rules, words);

	(void)state;
	assert_string_equal(words, "");
	assert_non_null(p);
	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
		struct err err = {""};
		int r = policy_check_text(p, "reply", samples[i].text, 0, &err);

		err_english(err.text, words, sizeof words);
		if (r != (samples[i].found ? -1 : 0) ||
		    (samples[i].found && !strstr(words, samples[i].found)))
			print_error("%s: %d %s\n", samples[i].text, r, words);
		assert_int_equal(r, samples[i].found ? -1 : 0);
		assert_true(!samples[i].found || strstr(words, samples[i].found));
	}
	policy_free(p);
}

static void
test_length_counts_utf16(void **state)
{
	char text[2048] = "", words[ERR_MAX];
	struct policy *p = load(rules, words);
	struct err err = {""};

	(void)state;
	for (int i = 0; i < 100; i++)
		strcat(text, "\xf0\x9f\x93\xa6"); /* two units each */
	assert_int_equal(policy_check_text(p, "reply", text, 0, &err), 0);
	strcat(text, ".");
	assert_int_equal(policy_check_text(p, "reply", text, 0, &err), -1);
	err_english(err.text, words, sizeof words);
	assert_non_null(strstr(words, "found 201 characters, expected at most 200"));
	assert_int_equal(policy_check_text(p, "note", text, 0, NULL), 0); /* the rule is for replies */
	policy_free(p);
}

/* Each unit by itself: code points, bytes, and UTF-16 of what becomes of it as HTML. */
static void
test_length_units(void **state)
{
	static const struct {
		const char *rule, *text;
		int fits; /* at most 10 */
	} cases[] = {
		{"max-characters", "📦📦📦📦📦📦📦📦📦📦", 1}, {"max-characters", "12345678901", 0},
		{"max-utf16", "📦📦📦📦📦", 1},           {"max-utf16", "📦📦📦📦📦.", 0},
		{"max-bytes", "ééééé", 1},           {"max-bytes", "éééééé", 0},
		{"max-bytes", "您好您", 1},          {"max-bytes", "您好您好", 0},
		{"max-html", "a & b12", 0},          {"max-html", "a & b1", 1},
		{"max-html", "\"1234", 1},           {"max-html", "\"12345", 0},
		{"max-html", "1 < 2 .", 1},          {"max-html", "1 < 2 ...", 0},
	};
	char conf[256], words[ERR_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct policy *p;
		struct offence o = {0};

		snprintf(conf, sizeof conf, "[content \"l\"]\nkinds = *\nrule = %s\nvalue = 10\nsource = s\n",
			 cases[i].rule);
		assert_non_null(p = load(conf, words));
		if (policy_offence(p, "reply", cases[i].text, 0, &o, NULL) == cases[i].fits)
			fail_msg("%s: %s", cases[i].rule, cases[i].text);
		assert_int_equal(o.length, !cases[i].fits);
		policy_free(p);
	}
}

static int
all_are_known(const void *ctx, const char *pattern)
{
	(void)ctx, (void)pattern;
	return 1;
}

static int
is_among(const void *ctx, const char *pattern)
{
	for (const char *const *k = ctx; *k; k++)
		if (glob_match(pattern, *k))
			return 1;
	return 0;
}

static void
test_kinds_are_patterns(void **state)
{
	const char *text = "[content \"a\"]\nkinds = return.* *.refund\nrule = no-email\nsource = s\n";
	static const char *const known[] = {"return.accept", NULL};
	char words[ERR_MAX];
	struct policy *p = load(text, words);
	struct err err = {""};

	(void)state;
	assert_string_equal(words, "");
	assert_int_equal(policy_check_text(p, "return.accept", "a@shop.example", 0, NULL), -1);
	assert_int_equal(policy_check_text(p, "order.refund", "a@shop.example", 0, NULL), -1);
	assert_int_equal(policy_check_text(p, "returns", "a@shop.example", 0, NULL), 0);
	assert_int_equal(policy_check_text(p, "order.message", "a@shop.example", 0, NULL), 0);
	assert_int_equal(policy_kinds(p, is_among, known, &err), -1);
	err_english(err.text, words, sizeof words);
	assert_non_null(strstr(words, "policy.conf:1: found the kind *.refund"));
	policy_free(p);
	p = load(rules, words);
	assert_int_equal(policy_kinds(p, all_are_known, NULL, NULL), 0);
	policy_free(p);
}

static void
test_phone(void **state)
{
	static const char *const phones[] = {
		"+49 30 1234567",
		"+1-415-555-0132",
		"+442071838750",
		"+86 138 0013 8000",
		"Tel. 030 1234567",
		"Tel.:0301234567",
		"phone number is 415 555 0132",
		"call us at 415-555-0132",
		"WhatsApp 0151 12345678",
		"Telefon: 030/123456-7",
		"téléphone : 01 23 45 67 89",
		"teléfono 912 345 678",
		"电话：13800138000",
		"手机号码 138-0013-8000",
		"電話番号は03-1234-5678です",
		"هاتف: 0501234567",
		"هاتف رقم ٠٥٠١٢٣٤٥٦٧",
		"(030) 1234567",
		"(415) 555-0132",
		"＋４９　３０　１２３４５６７",
		"+49\xe2\x80\x8b 30 1234567",
		"Ruf an: Handy 0151-1234567",
	};
	static const char *const others[] = {
		"12-34567-89012",
		"302-1234567-7654321",
		"00340434161094015902",
		"1Z999AA10123456784",
		"2026-10-08",
		"8. Oktober 2026, 18:00 Uhr",
		"1.234.567,50 €",
		"+49,90 EUR",
		"1 234 567 890 ¥",
		"order number 12-34567-89012",
		"Sendungsnummer 00340434161094015902",
		"注文（12-34567-89012）",
		"رقم التتبع 00340434161094015902",
		"1+12345678",
		"hotel 12345678",
		"Please call again about order 12-34567-89012",
		"Telefon wird nicht benötigt. 12-34567-89012",
		"(2026) 12345678",
		"ISBN 978-3-16-148410-0",
		"+5 % 10-20-30",
		"tel. 12345",
	};
	struct place place;

	(void)state;
	for (size_t i = 0; i < sizeof phones / sizeof *phones; i++) {
		if (!content_phone(phones[i], &place))
			print_error("%s\n", phones[i]);
		assert_true(content_phone(phones[i], &place));
	}
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		if (content_phone(others[i], &place))
			print_error("%s\n", others[i]);
		assert_false(content_phone(others[i], &place));
	}
}

static void
test_email_and_links(void **state)
{
	static const char *const emails[] = {"a.b+c@shop.example",      "mail: shop@example.co.uk.",
					     "erika (at) shop.example", "erika＠shop.example",
					     "erika[at]shop.example",   "er\xe2\x80\x8bika@shop.example"};
	static const char *const no_emails[] = {
		"@", "a@b", "meet @ noon", "5 pieces @ 3.50", "@example_buyer", "name@", "@shop.example"};
	static const char *const links[] = {"http://x",
					    "HTTPS://Shop.example",
					    "www.shop.example",
					    "myshop.com",
					    "see my-shop.co.uk/sale",
					    "MYSHOP.COM",
					    "ftp://files.example",
					    "商品はshop.jpで"};
	static const char *const no_links[] = {"the end.Please",     "z.B. so", "3.5 kg",
					       "pedido.Es",          "a.b",     "...",
					       "version 2.0.de-bug", "e.g."};
	static const char *const allowed[] = {"shop.example", "store.*", NULL};
	struct place place;

	(void)state;
	for (size_t i = 0; i < sizeof emails / sizeof *emails; i++)
		assert_true(content_email(emails[i], &place));
	for (size_t i = 0; i < sizeof no_emails / sizeof *no_emails; i++)
		assert_false(content_email(no_emails[i], &place));
	for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
		if (!content_link(links[i], NULL, &place))
			print_error("missed %s\n", links[i]);
		assert_true(content_link(links[i], NULL, &place));
	}
	for (size_t i = 0; i < sizeof no_links / sizeof *no_links; i++) {
		if (content_link(no_links[i], NULL, &place))
			print_error("wrongly %s\n", no_links[i]);
		assert_false(content_link(no_links[i], NULL, &place));
	}
	assert_true(content_email("Bitte an erika@shop.example schreiben", &place));
	assert_int_equal(place.start, 9);
	assert_int_equal(place.len, 18);
	assert_false(content_link("https://shop.example/a?b=c", allowed, &place));
	assert_true(content_link("https://store.example@evil.example/", allowed,
				 &place)); /* looks like ours, goes elsewhere */
	assert_true(content_link("https://shop.example/ www.evil.example", allowed, &place));
	assert_false(content_markup("1 < 2 and 3 > 2, a & b; c", &place));
	assert_false(content_placeholder("a {} b {-} {1 + 2}", &place));
}

static void
test_dates(void **state)
{
	const char *text =
		"[content \"old\"]\nkinds = reply\nrule = no-email\nsource = s\nuntil = 2026-01-31\n"
		"[deadline \"slow\"]\nclock = message\nhours = 48\nsource = \"page, 2025\"\nuntil = "
		"2026-06-30\n"
		"[deadline \"sooner\"]\nclock = claim\nhours = 12\nsource = s\n"
		"[deadline \"later\"]\nclock = claim\nhours = 36\nsource = s\n"
		"[deadline \"fast\"]\nclock = message\nhours = 24\nsource = \"page, 2026\"\nfrom = "
		"2026-07-01\n";
	char words[ERR_MAX];
	struct policy *p = load(text, words);
	const char *row = "x";
	int64_t at, last;

	(void)state;
	assert_string_equal(words, "");
	instant_parse("2026-01-31T23:59:59Z", &last);
	assert_int_equal(policy_check_text(p, "reply", "a@shop.example", last, NULL),
			 -1); /* the last day counts */
	assert_int_equal(policy_check_text(p, "reply", "a@shop.example", last + SECOND, NULL), 0);

	instant_parse("2026-06-30T23:59:59.999Z", &at);
	assert_true(policy_deadline(p, "message", at, &row) == at + 48 * HOUR);
	assert_string_equal(row, "slow (page, 2025)");
	assert_true(policy_deadline(p, "message", at + 1, &row) == at + 1 + 24 * HOUR);
	assert_string_equal(row, "fast (page, 2026)");
	assert_true(policy_deadline(p, "claim", at, &row) == at + 12 * HOUR); /* of two, the earlier */
	assert_true(policy_deadline(p, "dispute", at, &row) == 0);
	assert_null(row);
	policy_free(p);
}

static int64_t
instant(const char *text)
{
	int64_t ms;

	assert_int_equal(instant_parse(text, &ms), 0);
	return ms;
}

/* A return that is opened on a Friday at 23:50 in California. */
static void
test_days(void **state)
{
	const char *text =
		"[deadline \"business\"]\nclock = return\nbusiness_days = 3\nzone = America/Los_Angeles\n"
		"region = US\nminutes_before = 10\nsource = s\n"
		"[deadline \"end\"]\nclock = inquiry\nbusiness_days = 3\nzone = America/Los_Angeles\n"
		"region = US\nends = day-end\nsource = s\n"
		"[deadline \"gulf\"]\nclock = gulf\nbusiness_days = 1\nzone = Asia/Riyadh\nregion = "
		"SA\nsource = s\n"
		"[deadline \"calendar\"]\nclock = cancellation\ndays = 3\nzone = America/Los_Angeles\nsource "
		"= s\n"
		"[deadline \"short\"]\nclock = cancellation\nhours = 72\nsource = s\n";
	const int64_t friday = instant("2026-10-03T06:50:00Z");
	char words[ERR_MAX];
	struct policy *p = load(text, words);
	const char *row;

	(void)state;
	assert_string_equal(words, "");
	assert_true(policy_deadline(p, "return", friday, NULL) == instant("2026-10-08T06:40:00Z"));
	assert_true(policy_deadline(p, "inquiry", friday, NULL) == instant("2026-10-08T06:59:59Z"));
	assert_true(policy_deadline(p, "gulf", instant("2026-10-01T09:00:00Z"), NULL) ==
		    instant("2026-10-04T09:00:00Z"));
	/* of two rows the earlier, and which that is depends on the day: the clocks change */
	assert_true(policy_deadline(p, "cancellation", instant("2026-03-07T12:00:00Z"), &row) ==
		    instant("2026-03-10T11:00:00Z"));
	assert_string_equal(row, "calendar (s)");
	assert_true(policy_deadline(p, "cancellation", instant("2026-10-31T12:00:00Z"), &row) ==
		    instant("2026-11-03T12:00:00Z"));
	assert_string_equal(row, "short (s)");
	policy_free(p);
}

static void
test_grades(void **state)
{
	const char *text = "[grade \"a\"]\nmetric = DEFECTS\nlevel = ABOVE\nat_most = 2\nsource = s\n"
			   "[grade \"old\"]\nmetric = DEFECTS\nlevel = TOP\nat_most = 1\nsource = s\n"
			   "until = 2025-12-31\n"
			   "[grade \"b\"]\nmetric = DEFECTS\nlevel = TOP\nat_most = 0.5\nsource = s\n"
			   "from = 2026-01-01\n"
			   "[grade \"c\"]\nmetric = TRACKING\nlevel = TOP\nat_least = 95\nsource = s\n";
	const int64_t now = instant("2026-10-01T00:00:00Z");
	char words[ERR_MAX];
	struct policy *p = load(text, words);
	struct policy_grade g;

	(void)state;
	assert_string_equal(words, "");
	assert_int_equal(policy_grade(p, "DEFECTS", 0, now, &g), 1);
	assert_string_equal(g.level, "ABOVE");
	assert_string_equal(g.limit, "2");
	assert_false(g.at_least);
	assert_int_equal(policy_grade(p, "DEFECTS", 1, now, &g), 1);
	assert_string_equal(g.limit, "0.5");
	assert_string_equal(g.label, "b (s)");
	assert_int_equal(policy_grade(p, "DEFECTS", 2, now, &g), 0);
	assert_int_equal(policy_grade(p, "TRACKING", 0, now, &g), 1);
	assert_true(g.at_least);
	assert_int_equal(policy_grade(p, "NOTHING", 0, now, &g), 0);
	policy_free(p);
}

/* A no in force wins; where nothing is said it may not be. */
static void
test_acknowledgements(void **state)
{
	char words[ERR_MAX];
	const char *label;
	struct policy *p = load("[acknowledgement \"away\"]\nallowed = yes\nsource = s\nfrom = "
				"2026-01-01\nuntil = 2026-12-31\n"
				"[acknowledgement \"counted\"]\nallowed = no\nsource = s\nfrom = 2026-10-01\n"
				"[acknowledgement \"again\"]\nallowed = yes\nsource = s\nfrom = 2026-11-01\n",
				words);

	(void)state;
	assert_string_equal(words, "");
	assert_false(policy_acknowledges(p, instant("2025-12-31T23:59:00Z"), &label));
	assert_null(label);
	assert_true(policy_acknowledges(p, instant("2026-01-01T00:00:00Z"), &label));
	assert_string_equal(label, "away (s)");
	assert_false(policy_acknowledges(p, instant("2026-10-01T00:00:00Z"), &label));
	assert_string_equal(label, "counted (s)");
	assert_false(policy_acknowledges(p, instant("2026-11-02T00:00:00Z"), NULL));
	policy_free(p);
	assert_false(policy_acknowledges(NULL, 0, &label));
	assert_null(label);
	assert_null(load("[acknowledgement \"a\"]\nallowed = perhaps\nsource = s\n", words));
	assert_non_null(strstr(words, "expected yes or no"));
	assert_null(load("[acknowledgement \"a\"]\nsource = s\n", words));
	assert_non_null(strstr(words, "found no allowed"));
	assert_null(load("[acknowledgement \"a\"]\nallowed = yes\n", words));
	assert_non_null(strstr(words, "found no source"));
	assert_null(load("[acknowledgement \"a\"]\nallowed = yes\nsource = s\nhours = 3\n", words));
	assert_non_null(strstr(words, "expected one of allowed source from until"));
}

static void
test_bad_files(void **state)
{
	static const struct {
		const char *text, *words;
	} bad[] = {
		{"kinds = reply\n", "policy.conf:1: found the key kinds, expected a section first"},
		{"[contents \"a\"]\n", "policy.conf:1: found the section contents"},
		{"[content]\n", "policy.conf:1: found the section content"},
		{"[content \"a\"]\nkinds = reply\nrule = no-mail\nsource = s\n",
		 "policy.conf:3: found the rule \"no-mail\""},
		{"[content \"a\"]\nkinds = reply\nrule = max-utf16\nsource = s\n",
		 "policy.conf:1: found no value"},
		{"[content \"a\"]\nkinds = reply\nrule = max-utf16\nvalue = many\nsource = s\n",
		 "found no value"},
		{"[content \"a\"]\nkinds = reply\nrule = no-word\nsource = s\n", "found no value"},
		{"[content \"a\"]\nrule = no-email\nsource = s\n", "found no kinds"},
		{"[content \"a\"]\nkinds = reply\nrule = no-email\n", "policy.conf:1: found no source"},
		{"[content \"a\"]\nkinds = reply\nrule = no-email\nsource = s\nhours = 3\n",
		 "policy.conf:5: found the key hours"},
		{"[deadline \"a\"]\nclock = message\nsource = s\n", "found no clock or no time"},
		{"[deadline \"a\"]\nclock = message\nhours = 0\nsource = s\n", "policy.conf:3: found \"0\""},
		{"[deadline \"a\"]\nclock = message\nhours = 24\nsource = s\nfrom = 1.7.2026\n",
		 "policy.conf:5: found \"1.7.2026\", expected a date"},
		{"[deadline \"a\"]\nclock = message\nhours = 24\nsource = s\nfrom = 2026-02-30\n",
		 "expected a date"},
		{"[deadline \"a\"]\nclock = message\nhours = 24\nsource = s\nfrom = 2026-02-02\nuntil = "
		 "2026-02-01\n",
		 "found an end before"},
		{"[deadline \"a\"]\nclock = x\nhours = 1\ndays = 2\nsource = s\n",
		 "policy.conf:4: found a second time"},
		{"[deadline \"a\"]\nclock = x\ndays = 2\nsource = s\n",
		 "policy.conf:1: found days but no zone"},
		{"[deadline \"a\"]\nclock = x\ndays = 0\nsource = s\n", "expected a number from 1 to 366"},
		{"[deadline \"a\"]\nclock = x\nbusiness_days = 2\nzone = UTC\nsource = s\n",
		 "policy.conf:1: found business days but no region"},
		{"[deadline \"a\"]\nclock = x\ndays = 2\nzone = Nowhere/City\nsource = s\n",
		 "policy.conf:4: found \"Nowhere/City\", expected a time zone"},
		{"[deadline \"a\"]\nclock = x\nbusiness_days = 2\nregion = California\nsource = s\n",
		 "policy.conf:4: found \"California\", expected a country"},
		{"[deadline \"a\"]\nclock = x\nhours = 2\nends = noon\nsource = s\n",
		 "expected same-time or day-end"},
		{"[deadline \"a\"]\nclock = x\nhours = 2\nminutes_before = ten\nsource = s\n",
		 "policy.conf:4: found \"ten\""},
		{"[grade \"a\"]\nmetric = x\nlevel = y\nsource = s\n",
		 "policy.conf:1: found no metric, level or limit"},
		{"[grade \"a\"]\nmetric = x\nlevel = y\nat_most = 2%\nsource = s\n",
		 "policy.conf:4: found \"2%\", expected a percentage"},
		{"[grade \"a\"]\nmetric = x\nlevel = y\nat_most = 2\nat_least = 1\nsource = s\n",
		 "policy.conf:5: found a second limit"},
		{"[grade \"a\"]\nhours = 2\n", "found the key hours, expected one of metric level"},
		{"[content \"a\n", "policy.conf:1: "},
		{"[content \"a\"]\nkinds\n", "policy.conf:2: found \"kinds\", expected key = value"},
	};
	char words[ERR_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_null(load(bad[i].text, words));
		if (!strstr(words, bad[i].words))
			print_error("%s: %s\n", bad[i].text, words);
		assert_non_null(strstr(words, bad[i].words));
	}
	assert_null(policy_load("/nonexistent", "market", NULL));
}

/* The shipped file: whole addresses, so that a look-alike is not eBay. */
static void
test_ebay(void **state)
{
	const char *root = getenv("SUPERCARGO_SHARE");
	struct policy *p = policy_load(root ? root : ".", "ebay", NULL);
	const int64_t now = instant("2026-10-01T00:00:00Z");

	(void)state;
	assert_non_null(p);
	assert_int_equal(
		policy_check_text(p, "reply", "See https://www.ebay.de/itm/1 and ebay.co.uk", now, NULL), 0);
	assert_int_equal(policy_check_text(p, "reply", "See https://ebay.evil.example/", now, NULL), -1);
	assert_int_equal(policy_check_text(p, "reply", "See https://www.ebay.de.evil.example/", now, NULL),
			 -1);
	assert_int_equal(policy_check_text(p, "reply", "Hello {buyer_name}", now, NULL), -1);
	assert_true(policy_deadline(p, "message", now, NULL) > now);
	policy_free(p);
}

/* Which text may go where: contact data to no buyer, and how long each may be. */
static void
test_ebay_kinds(void **state)
{
	static const struct {
		const char *kind;
		size_t most;
	} lengths[] = {
		{"reply", 2000},          {"order.message", 2000},      {"return.decline", 1000},
		{"return.message", 1000}, {"inquiry.tracking", 1000},   {"case.appeal", 1000},
		{"order.refund", 100},    {"chargeback.contest", 1000}, {"feedback.reply", 500},
		{"order.feedback", 500},  {"feedback.revision", 1000},
	};
	const char *root = getenv("SUPERCARGO_SHARE");
	struct policy *p = policy_load(root ? root : ".", "ebay", NULL);
	const int64_t now = instant("2026-10-01T00:00:00Z");
	char text[2048];

	(void)state;
	assert_non_null(p);
	memset(text, 'x', sizeof text);
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		text[lengths[i].most] = '\0';
		assert_int_equal(policy_check_text(p, lengths[i].kind, text, now, NULL), 0);
		text[lengths[i].most] = 'x';
		text[lengths[i].most + 1] = '\0';
		assert_int_equal(policy_check_text(p, lengths[i].kind, text, now, NULL), -1);
		text[lengths[i].most + 1] = 'x';
		assert_int_equal(policy_check_text(p, lengths[i].kind, "a <b>b</b>", now, NULL), -1);
		assert_int_equal(policy_check_text(p, lengths[i].kind, "{order_id}", now, NULL), -1);
	}
	assert_int_equal(policy_check_text(p, "return.decline", "Write to a@shop.example", now, NULL), -1);
	assert_int_equal(policy_check_text(p, "inquiry.message", "Call +49 30 1234567", now, NULL), -1);
	assert_int_equal(policy_check_text(p, "feedback.reply", "See shop.example.com", now, NULL), -1);
	assert_int_equal(policy_check_text(p, "feedback.reply", "What bullshit!", now, NULL), -1);
	assert_int_equal(
		policy_check_text(p, "return.offer", "Leave us positive feedback and we refund", now, NULL),
		-1);
	assert_int_equal(
		policy_check_text(p, "feedback.reply", "Thank you for your positive feedback", now, NULL), 0);
	policy_free(p);
}

/* Computed only where eBay does not say it, and then never after what eBay was seen to say. */
static void
test_ebay_deadlines(void **state)
{
	static const struct {
		const char *clock, *started, *due;
	} vectors[] = {
		{"inquiry", "2020-08-11T01:21:57Z", "2020-08-14T01:11:57Z"}, /* seen: 06:59:59 */
		{"cancellation", "2015-05-26T19:32:22Z",
		 "2015-05-29T19:22:22Z"},                                    /* seen: 06:00:00 the next day */
		{"inquiry", "2020-03-02T18:00:00Z", "2020-03-10T16:50:00Z"}, /* the rule of then */
		{"return", "2026-10-03T06:50:00Z", "2026-10-08T06:40:00Z"},  /* Friday 23:50 there */
		{"return.refund", "2026-12-31T20:00:00Z", "2027-01-04T19:50:00Z"},
		{"chargeback", "2026-10-30T12:00:00Z", "2026-11-04T12:50:00Z"},
		{"appeal", "2026-10-01T12:00:00Z", "2026-10-31T11:50:00Z"},
		{"feedback", "2026-10-01T12:00:00Z", "2026-10-31T11:50:00Z"},
		{"order.feedback", "2026-08-01T12:00:00Z", "2026-09-30T11:50:00Z"},
	};
	const char *root = getenv("SUPERCARGO_SHARE"), *label;
	struct policy *p = policy_load(root ? root : ".", "ebay", NULL);

	(void)state;
	assert_non_null(p);
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		char words[INSTANT_TEXT], expected[INSTANT_TEXT];

		instant_format(policy_deadline(p, vectors[i].clock, instant(vectors[i].started), &label),
			       words);
		instant_format(instant(vectors[i].due), expected);
		assert_string_equal(words, expected);
		assert_non_null(strstr(label, "ay")); /* the source tells of days */
	}
	policy_free(p);
}

static void
test_ebay_grades(void **state)
{
	const char *root = getenv("SUPERCARGO_SHARE");
	struct policy *p = policy_load(root ? root : ".", "ebay", NULL);
	const int64_t now = instant("2026-10-01T00:00:00Z");
	struct policy_grade g;

	(void)state;
	assert_non_null(p);
	assert_int_equal(policy_grade(p, "DEFECTIVE_TRANSACTION_RATE", 1, now, &g), 1);
	assert_string_equal(g.level, "TOP_RATED");
	assert_string_equal(g.limit, "0.5");
	assert_int_equal(policy_grade(p, "VALID_TRACKING_UPLOADED_WITHIN_HANDLING_RATE", 0, now, &g), 1);
	assert_true(g.at_least);
	policy_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_length_counts_utf16),
		cmocka_unit_test(test_length_units),
		cmocka_unit_test(test_phone),
		cmocka_unit_test(test_email_and_links),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_bad_files),
		cmocka_unit_test(test_ebay),
		cmocka_unit_test(test_kinds_are_patterns),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_grades),
		cmocka_unit_test(test_acknowledgements),
		cmocka_unit_test(test_ebay_kinds),
		cmocka_unit_test(test_ebay_deadlines),
		cmocka_unit_test(test_ebay_grades),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
