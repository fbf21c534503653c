/* What buyers write, in eight languages: when the classifier is sure, it is right. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "i18n/intent.h"

#include <cmocka.h>

enum { MAYBE, SURE, NOT_SURE };

/* expected intent; SURE: must be confident.  MAYBE: may be unsure, but never confidently something else.  NOT_SURE: must not be confident. */
static const struct sample {
	const char *language, *text, *intent;
	int sure;
} samples[] = {
#include "i18n_intent_samples.h"
};

static struct phrases *phrases;

static int
setup(void **state)
{
	const char *share = getenv("SUPERCARGO_SHARE");
	char folder[1024];
	struct err err = {""};
	char words[ERR_MAX];

	(void)state;
	snprintf(folder, sizeof folder, "%s/i18n/phrases", share ? share : ".");
	phrases = phrases_load(folder, "", &err);
	if (!phrases) {
		err_english(err.text, words, sizeof words);
		fprintf(stderr, "%s\n", words);
	}
	return phrases ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	phrases_free(phrases);
	return 0;
}

static void
test_samples(void **state)
{
	int wrong = 0, sure = 0, n = sizeof samples / sizeof *samples;

	(void)state;
	for (const struct sample *s = samples; s < samples + n; s++) {
		struct intent i;
		int right, bad;

		intent_classify(phrases, s->text, s->language, &i);
		right = !strcmp(i.intent, s->intent);
		bad = (i.confident && (!right || s->sure == NOT_SURE)) ||
		      (s->sure == SURE && !(i.confident && right));
		if (bad)
			print_error("%s: %s\n    expected %s%s, found %s%s %d ahead %d of %s (%s)\n",
				    s->language, s->text, s->intent, s->sure == SURE ? ", sure" : "",
				    i.intent, i.confident ? ", sure" : "", i.score, i.ahead, i.second,
				    buf_str(&i.why));
		wrong += bad;
		sure += i.confident;
		buf_free(&i.why);
	}
	print_message("%d of %d messages with confidence\n", sure, n);
	assert_int_equal(wrong, 0);
}

static void
test_every_language_has_samples(void **state)
{
	static const char *const languages[] = {"en", "de", "fr", "es", "it", "ja", "ar", "zh-Hans"};

	(void)state;
	for (size_t l = 0; l < 8; l++) {
		int n = 0;

		for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
			n += !strcmp(samples[i].language, languages[l]);
		assert_true(n >= 8);
	}
}

static int
risk_of(const char *language, const char *text)
{
	struct intent i;

	intent_classify(phrases, text, language, &i);
	buf_free(&i.why);
	return i.risk;
}

static void
test_risk(void **state)
{
	(void)state;
	assert_true(risk_of("en", "Refund me now or you will hear from my lawyer"));
	assert_true(risk_of("en", "The charger caught fire last night!!"));
	assert_true(risk_of("en", "I will open a chargeback"));
	assert_true(risk_of("de", "Ich schalte meinen Anwalt ein."));
	assert_true(risk_of("de", "Das Netzteil hat geraucht und ich habe einen Stromschlag bekommen"));
	assert_true(risk_of("fr", "C'est une contrefaçon, je vais porter plainte"));
	assert_true(risk_of("es", "Me he quemado la mano, voy a poner una denuncia"));
	assert_true(risk_of("it", "Mi rivolgo al mio avvocato"));
	assert_true(risk_of("ja", "肌に発疹が出ました。消費者センターに相談します。"));
	assert_true(risk_of("zh-Hans", "这是假货，我要报警"));
	assert_true(risk_of("ar", "سأتصل بالمحامي"));
	assert_true(risk_of("ar", "المنتج مقلد وسأبلغ الشرطة"));
	assert_true(risk_of("sv", "my lawyer")); /* English is always read */
	assert_false(risk_of("en", "Where is my order?"));
	assert_false(risk_of("de", "Wo bleibt meine Bestellung?"));
	assert_false(risk_of("fr", "Pouvez-vous m'envoyer une copie de la facture ?"));
	assert_false(risk_of("ja", "いつ届きますか"));
	assert_false(risk_of("zh-Hans", "什么时候发货"));
}

static void
test_language_choice(void **state)
{
	struct intent i;

	(void)state;
	intent_classify(phrases, "Wo ist mein Paket?", "de-AT", &i);
	assert_string_equal(i.intent, "order_status_where_is_my_order");
	assert_non_null(strstr(buf_str(&i.why), "de.txt:"));
	buf_free(&i.why);
	intent_classify(phrases, "什么时候发货", "zh-CN", &i);
	assert_string_equal(i.intent, "order_status_where_is_my_order");
	buf_free(&i.why);
	intent_classify(phrases, "Where is my parcel?", "", &i);
	assert_true(i.confident);
	buf_free(&i.why);
	intent_classify(phrases, "", "de", &i);
	assert_string_equal(i.intent, "other");
	assert_false(i.confident);
	buf_free(&i.why);
}

/* ---- the syntax, with files of our own ---- */

static struct phrases *
load_lines(const char *name, const char *lines, struct err *err)
{
	char folder[] = "/tmp/intent-XXXXXX", path[64];
	struct phrases *p;
	FILE *f;

	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/%s", folder, name);
	assert_non_null(f = fopen(path, "w"));
	fputs(lines, f);
	fclose(f);
	p = phrases_load(folder, "", err);
	unlink(path);
	rmdir(folder);
	return p;
}

static int
score(const struct phrases *p, const char *language, const char *text)
{
	struct intent i;

	intent_classify(p, text, language, &i);
	buf_free(&i.why);
	return i.score;
}

static void
test_syntax(void **state)
{
	struct phrases *p = load_lines("en.txt",
				       "# comment\n\n"
				       "order_status_where_is_my_order\t3\twhere is|s ... parcel*\n"
				       "cancel_order\t2.5\tcancel\n"
				       "cancel_order\t1\t!not cancel\n"
				       "defective_or_not_as_described\t3\tdoesn't work\n",
				       NULL);

	(void)state;
	assert_non_null(p);
	assert_int_equal(score(p, "en", "where is my parcel"), 30);
	assert_int_equal(score(p, "en", "WHERE'S the damn parcels???"), 30);
	assert_int_equal(score(p, "en", "where is parcel"), 30);
	assert_int_equal(score(p, "en", "where is one two three four parcel"), 30);
	assert_int_equal(score(p, "en", "where is one two three four five parcel"),
			 0);                                         /* the gap is at most four words */
	assert_int_equal(score(p, "en", "nowhere is my parcel"), 0); /* whole words */
	assert_int_equal(score(p, "en", "where is my"), 0);
	assert_int_equal(score(p, "en", "cancel"), 25);
	assert_int_equal(score(p, "en", "cancelled"), 0); /* no star, no prefix */
	assert_int_equal(score(p, "en", "do not cancel"), 0);
	assert_int_equal(score(p, "en", "it doesn\xe2\x80\x99t work"), 30);
	assert_int_equal(score(p, "en", "cancel cancel"), 32); /* again: a little surer */
	assert_int_equal(score(p, "en", "cancel cancel cancel cancel cancel"), 40); /* but only so much */
	phrases_free(p);

	p = load_lines("ja.txt",
		       "not_received\t4\t配達完了...ません\nthanks_or_positive\t1\tありがとう\nthanks_or_"
		       "positive\t1\t!ありがとうでは\n",
		       NULL);
	assert_non_null(p);
	assert_int_equal(score(p, "ja", "配達完了なのに、ありません"), 40);
	assert_int_equal(score(p, "ja", "配達完了になっていますがどこにも届いてはいません"),
			 0); /* more than eight characters */
	assert_int_equal(score(p, "ja", "ありがとうではない"), 0);
	phrases_free(p);
}

/* ---- what words say ---- */

static void
write_file(const char *folder, const char *name, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	assert_non_null(f = fopen(path, "w"));
	fputs(text, f);
	fclose(f);
}

/* en.txt and en.tsv shipped, and en.tsv of the seller's own unless it is NULL. */
static struct phrases *
load_messages(const char *lines, const char *messages, const char *own_messages, struct err *err)
{
	char folder[] = "/tmp/intent-XXXXXX", own[] = "/tmp/intent-XXXXXX", path[64];
	struct phrases *p;

	assert_non_null(mkdtemp(folder));
	assert_non_null(mkdtemp(own));
	write_file(folder, "en.txt", lines);
	write_file(folder, "en.tsv", messages);
	if (own_messages)
		write_file(own, "en.tsv", own_messages);
	p = phrases_load(folder, own, err);
	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof path, "%s/%s", i < 2 ? folder : own, i ? "en.tsv" : "en.txt");
		unlink(path);
	}
	rmdir(folder);
	rmdir(own);
	return p;
}

static const char some_lines[] = "cancel_order\t5\tcancel\ncancel_order\t1\t!not cancel\n";
static const char some_messages[] = "# a comment\n\n"
				    "en-GB\tcancel_order\tstop it, changed my mind\n"
				    "en-GB\tcancel_order\tchanged my mind about the lamp\n"
				    "en-GB\tnot_received\tthe lamp is nowhere\n"
				    "en-GB\tnot_received\tnowhere to be seen\n"
				    "en-GB\tother\thello there\n"
				    "en-GB\tother\thello hello\n";

static void
check_words(const struct phrases *p, const char *text, const char *expected, int confident, const char *why)
{
	struct intent i;

	intent_classify(p, text, "en", &i);
	if (strcmp(i.intent, expected) || !strstr(buf_str(&i.why), why))
		print_error("%s: %s %d: %s\n", text, i.intent, i.score, buf_str(&i.why));
	assert_string_equal(i.intent, expected);
	assert_int_equal(i.confident, confident);
	assert_non_null(strstr(buf_str(&i.why), why));
	buf_free(&i.why);
}

static void
test_words(void **state)
{
	struct phrases *p = load_messages(some_lines, some_messages, NULL, NULL);

	(void)state;
	assert_non_null(p);
	check_words(p, "nowhere near me", "not_received", 0, "en.tsv nowhere");
	check_words(p, "I changed my mind", "cancel_order", 0, "en.tsv changed my"); /* words alone: unsure */
	check_words(p, "cancel", "cancel_order", 1,
		    "en.txt:1 cancel 5.0; en.tsv cance"); /* of phrases, too */
	check_words(p, "cancel, I changed my mind", "cancel_order", 1, "en.txt:1 cancel 5.0");
	check_words(p, "nowhere to be seen, cancel", "not_received", 0, "en.tsv");
	check_words(p, "do not cancel, I changed my mind", "other", 0, ""); /* the phrases deny it */
	check_words(p, "hello", "other", 0, "en.tsv hel");
	check_words(p, "the", "other", 0, ""); /* said of anything */
	check_words(p, "", "other", 0, "");
	phrases_free(p);

	p = load_messages(some_lines, some_messages, "en\tcomplaint\trubbish\nen\tcomplaint\tpure rubbish\n",
			  NULL);
	assert_non_null(p);
	check_words(p, "pure rubbish", "complaint", 0, "en.tsv rubish 1");      /* the seller's messages */
	check_words(p, "nowhere near me", "not_received", 0, "en.tsv nowhere"); /* are added to ours */
	phrases_free(p);
}

static void
test_bad_messages(void **state)
{
	static const char *const bad[][2] = {
		{"en\tcancel_order\n", "en.tsv:1: found"},
		{"en\tother\thi\nen\tcancel\tstop it\n", "en.tsv:2: found \"cancel\""},
		{"en\trisk\tfire\n", "en.tsv:1: found \"risk\""},
		{"en\tother\t\xff\n", "UTF-8"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct err err = {""};
		char words[ERR_MAX];

		assert_null(load_messages(some_lines, bad[i][0], NULL, &err));
		err_english(err.text, words, sizeof words);
		assert_non_null(strstr(words, bad[i][1]));
		assert_null(load_messages(some_lines, some_messages, bad[i][0], &err));
	}
}

static void
check_decision(const struct phrases *p, const char *text, const char *intent, int confident)
{
	struct intent i;

	intent_classify(p, text, "en", &i);
	assert_string_equal(i.intent, intent);
	assert_int_equal(i.confident, confident);
	buf_free(&i.why);
}

static void
test_decision(void **state)
{
	struct phrases *p = load_lines(
		"en.txt",
		"order_status_where_is_my_order\t6\twhere\nnot_received\t6\tmissed\ncancel_order\t5\tcancel\n"
		"complaint\t8\tshame\nthanks_or_positive\t5\tthanks\nprice_inquiry\t5\tprice\n"
		"discount_or_bulk\t1.9\tless\ninvoice_request\t4.9\tpaper\n",
		NULL);

	(void)state;
	assert_non_null(p);
	check_decision(p, "where", "order_status_where_is_my_order", 1);
	check_decision(p, "where, I missed it", "not_received", 1); /* the problem, not the question */
	check_decision(p, "shame, I missed it, thanks", "not_received", 1);
	check_decision(p, "where? cancel", "order_status_where_is_my_order", 0); /* too close */
	check_decision(p, "cancel, thanks", "cancel_order", 1);
	check_decision(p, "price, thanks", "price_inquiry", 1);
	check_decision(p, "paper", "invoice_request", 0); /* 4.9 is too little */
	check_decision(p, "thanks", "thanks_or_positive", 1);
	check_decision(p, "hello", "other", 0);
	phrases_free(p);
}

static void
test_bad_files(void **state)
{
	static const struct {
		const char *text, *where;
	} bad[] = {
		{"order_status_where_is_my_order\twhere is\n", ":1: "},
		{"# fine\norder_staus\t3\twhere is\n", ":2: found \"order_staus\""},
		{"order_status_where_is_my_order\tthree\twhere is\n", "a weight"},
		{"order_status_where_is_my_order\t0\twhere is\n", "a weight"},
		{"order_status_where_is_my_order\t-3\twhere is\n", "a weight"},
		{"order_status_where_is_my_order\t3\t\n", "words"},
		{"order_status_where_is_my_order\t3\t...\n", "words"},
		{"order_status_where_is_my_order\t3\twhere ...\n", "words"},
		{"order_status_where_is_my_order\t3\t!!!\n", "words"},
		{"order_status_where_is_my_order\t3\ta ... b ... c ... d ... e\n", "3 gaps"},
		{"order_status_where_is_my_order\t3\ta*\n", "words"}, /* one letter would begin too much */
		{"order_status_where_is_my_order\t3\t\xff\xfe\n", "UTF-8"},
		{"other\t3\tword\n", "scenario"},
		{"order_status_where_is_my_order\t3\ta b c d e f g h i j k l m n o p q r s\n", "words"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct err err = {""};
		char words[ERR_MAX];

		assert_null(load_lines("en.txt", bad[i].text, &err));
		err_english(err.text, words, sizeof words);
		if (!strstr(words, bad[i].where))
			print_error("%s: %s\n", bad[i].text, words);
		assert_non_null(strstr(words, bad[i].where));
	}
	assert_null(phrases_load("/nonexistent", "", NULL));
}

static void
test_hostile_text(void **state)
{
	char *text = malloc(200001);
	struct intent i;

	(void)state;
	for (int k = 0; k < 200000; k++)
		text[k] = "where is my not received "[k % 25];
	text[200000] = '\0';
	intent_classify(phrases, text, "en", &i);
	assert_string_equal(i.intent, "not_received");
	buf_free(&i.why);
	memset(text, 0xe3, 200000); /* no UTF-8 at all */
	intent_classify(phrases, text, "ja", &i);
	assert_string_equal(i.intent, "other");
	buf_free(&i.why);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_samples),   cmocka_unit_test(test_every_language_has_samples),
		cmocka_unit_test(test_risk),      cmocka_unit_test(test_language_choice),
		cmocka_unit_test(test_syntax),    cmocka_unit_test(test_decision),
		cmocka_unit_test(test_bad_files), cmocka_unit_test(test_hostile_text),
		cmocka_unit_test(test_words),     cmocka_unit_test(test_bad_messages),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
