#include "../test.h"

#include "i18n/fold.h"
#include "i18n/message.h"

#include <stdio.h>

static void
folds(void **state)
{
	static const char *const t[][2] = {
		{"Größe", "grosse"},
		{"ÀÉÎõü", "aeiou"},
		{"ＦＵＬＬ　ｗｉｄｔｈ", "full width"},
		{"ﬁne", "fine"},
		{"so\u00adft", "soft"},
		{"Ёлка", "елка"},
		{"Ελλάδα", "ελλαδα"},
		{"đơn hàng Łódź søn", "don hang lodz son"},
		{"Œuvre Æsir þing", "oeuvre aesir thing"},
		/* Turkish: every i is one i. */
		{"İPTAL", "iptal"},
		{"KIRIK kırık", "kirik kirik"},
		/* Marks are letters in these scripts. */
		{"がぎぐ カﾞ", "がぎぐ ガ"},
		{"น้ำ", "น\u0e49\u0e4d\u0e32"},
		{"हिन्दी", "हिन्दी"},
		/* Arabic: hamza forms, tatweel, vowel signs, and letters that are typed for one another. */
		{"أإآ", "ااا"},
		{"شكـــرا", "شكرا"},
		{"شُكْرًا", "شكرا"},
		{"مدرسة", "مدرسه"},
		{"على", "علي"},
		{"کی", "كي"},
		{"שָׁלוֹם", "שלום"},
		/* Space and punctuation. */
		{"  Where's\tmy\n\norder?!  ", "where s my order"},
		{"¿Dónde... está—«mi» pedido?", "donde esta mi pedido"},
		{"你好，世界。", "你好 世界"},
		{"", ""},
		{" .,! ", ""},
		{"a\xff"
		 "b",
		 "a\ufffd"
		 "b"},
		{"환불해주세요", "환불해주세요"},
		{"5 € 👍", "5 € 👍"},
	};
	struct buf out = BUF_MAX(4096), again = BUF_MAX(4096);

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		text_fold(t[i][0], &out);
		assert_string_equal(buf_str(&out), t[i][1]);
		text_fold(buf_str(&out), &again); /* folding what is folded changes nothing */
		assert_string_equal(buf_str(&again), t[i][1]);
	}
	buf_free(&out);
	buf_free(&again);
}

/* What is all ASCII goes another way. */
static void
ascii_is_folded_as_in_other_texts(void **state)
{
	struct buf plain = BUF_MAX(64), other = BUF_MAX(64);
	char text[16];

	(void)state;
	for (int c = 1; c < 128; c++) {
		snprintf(text, sizeof text, "%ce%c%cB%c", c, c, c, c);
		text_fold(text, &plain);
		snprintf(text, sizeof text, "%cé%c%cB%c", c, c, c, c);
		text_fold(text, &other);
		assert_string_equal(buf_str(&plain), buf_str(&other));
	}
	buf_free(&plain);
	buf_free(&other);
}

static void
long_expansions_fit(void **state)
{
	struct buf in = BUF_MAX(1 << 20), out = BUF_MAX(1 << 22);

	(void)state;
	for (int i = 0; i < 2000; i++)
		buf_put(&in, "\ufdfa"); /* one letter that becomes a sentence of 18 */
	text_fold(buf_str(&in), &out);
	assert_true(out.len > 2000 * 20);
	assert_false(out.over);
	buf_free(&in);
	buf_free(&out);
}

static void
clean(const char *in, int max, const char *expected)
{
	struct buf out = BUF_MAX(4096);

	buf_put(&out, "old");
	var_clean(in, max, &out);
	assert_string_equal(buf_str(&out), expected);
	buf_free(&out);
}

static void
cleans_values(void **state)
{
	(void)state;
	clean("  Erika\r\n Mustermann\t", 60, "Erika Mustermann");
	clean("e\u0301", 60, "é");
	clean("a\x01\x7f\xc2\x85"
	      "b\xc2\x9f",
	      60, "a b");
	clean("\u202eevil\u202c \u2066x\u2069\u200e\u200f\u061c\ufeff", 60, "evil x");
	clean("a\xff"
	      "b",
	      60,
	      "a\ufffd"
	      "b");
	clean("a\u200bb\u00adc\u2060d", 60, "abcd");
	clean("{order_id} {{x}}", 60, "(order_id) ((x))"); /* must not look like a variable of ours */
	clean("", 60, "");
	clean("\u202e \n", 60, "");
	clean("abcdef", 6, "abcdef");
	clean("abcdefg", 6, "abcde…");
	clean("abcd efg", 6, "abcd…");
	/* Never inside a grapheme: a family is one, and so is a letter with its marks. */
	clean("👨‍👩‍👧‍👦👨‍👩‍👧‍👦 family", 10,
	      "👨‍👩‍👧‍👦…");
	clean("👨‍👩‍👧‍👦x", 4, "…");
	clean("สวัสดีครับ", 5, "สวัส…");
	clean("👍👍👍", 2, "👍…");
	clean("🇩🇪🇫🇷🇮🇹", 4, "🇩🇪…");
	clean("e\u0323\u0302\u0302\u0302 x", 3,
	      "…"); /* NFC makes one of three; the rest stays with its letter */
	clean("한글 이름", 3, "한글…");
	/* Nothing that can be seen is no name. */
	clean("\u3164", 60, "");
	clean(" \u200b\u2060\u00ad ", 60, "");
	clean("می\u200cخواهم", 60, "می\u200cخواهم");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(folds),
		cmocka_unit_test(ascii_is_folded_as_in_other_texts),
		cmocka_unit_test(long_expansions_fit),
		cmocka_unit_test(cleans_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
