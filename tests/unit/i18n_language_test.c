#include "../test.h"

#include "i18n/language.h"

static struct language_guess
guess(const char *text, const char *hint, const char *title)
{
	struct language_guess g;

	language_detect(text, hint, title, &g);
	return g;
}

static void
whole_messages_are_strong(void **state)
{
	static const char *const t[][2] = {
		{"en",
		 "Hello, I ordered two cups last week and the parcel has still not arrived. Can you help?"},
		{"de", "Guten Tag, ich habe letzte Woche zwei Tassen bestellt und das Paket ist noch nicht "
		       "angekommen."},
		{"fr",
		 "Bonjour, j'ai commandé deux tasses la semaine dernière et je n'ai toujours rien reçu."},
		{"es", "Hola, pedí dos tazas la semana pasada y todavía no he recibido el paquete."},
		{"it",
		 "Buongiorno, ho ordinato due tazze la settimana scorsa e il pacco non è ancora arrivato."},
		{"pt", "Olá, comprei duas canecas na semana passada e ainda não recebi a encomenda."},
		{"pl", "Dzień dobry, zamówiłam dwa kubki w zeszłym tygodniu i paczka jeszcze nie dotarła."},
		{"nl",
		 "Goedendag, ik heb vorige week twee bekers besteld en het pakket is nog niet aangekomen."},
		{"ru",
		 "Здравствуйте, на прошлой неделе я заказала две кружки, посылка до сих пор не пришла."},
		{"ja", "先週マグカップを二つ注文しましたが、まだ荷物が届いていません。"},
		{"zh-Hans", "你好，我上周订了两个杯子，到现在还没有收到货物，请帮我查一下。"},
		{"zh-Hant", "你好，我上週訂了兩個杯子，到現在還沒有收到貨物，請幫我查一下。"},
		{"ko", "안녕하세요, 지난주에 컵 두 개를 주문했는데 아직 택배가 도착하지 않았어요."},
		{"ar", "مرحبا، طلبت كوبين الأسبوع الماضي ولم تصل الشحنة حتى الآن، أرجو المساعدة."},
		{"he", "שלום, הזמנתי שתי כוסות בשבוע שעבר והחבילה עדיין לא הגיעה."},
		{"tr", "Merhaba, geçen hafta iki kupa sipariş ettim ama kargo hâlâ gelmedi."},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct language_guess g = guess(t[i][1], "de", NULL);

		assert_string_equal(g.language, t[i][0]);
		assert_int_equal(g.certainty, LANGUAGE_STRONG);
		assert_true(g.percent > 80 && g.percent <= 100);
	}
}

static void
terse_messages_are_at_most_weak(void **state)
{
	static const char *const t[][3] = {
		{"de", "wo ist mein paket", "de"}, {"en", "where is my order", "en"},
		{"fr", "où est mon colis", "fr"},  {"es", "dónde está mi pedido", "es"},
		{"pl", "gdzie moja paczka", "pl"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct language_guess g = guess(t[i][1], t[i][2], NULL);

		assert_string_equal(g.language, t[i][0]);
		assert_int_not_equal(g.certainty, LANGUAGE_UNKNOWN);
	}
	assert_int_equal(guess("gracias", "de", NULL).certainty, LANGUAGE_WEAK);
}

static void
texts_without_a_language(void **state)
{
	static const char *const t[] = {
		"",
		"ok",
		"OK!",
		"👍",
		"👍👍👍 🙏🙏",
		"302-1234567-7654321",
		"12-09876-54321 / 12-09876-54322",
		"???",
		"si",
		"ja",
		"   \n\n ",
		"https://example.com/tracking?id=1",
		"erika@example.com",
		"www.example.com ok",
		"> Guten Tag, Ihre Bestellung ist unterwegs und kommt bald an.\n> Viele Grüße\nok",
		"\xff\xfe\xfd",
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct language_guess g = guess(t[i], "de", NULL);

		assert_string_equal(g.language, "");
		assert_int_equal(g.certainty, LANGUAGE_UNKNOWN);
		assert_int_equal(g.percent, 0);
	}
}

/* What is not the buyer's own must not decide. */
static void
foreign_parts_are_taken_out(void **state)
{
	static const char title[] =
		"Vintage Stainless Steel Travel Mug with Leather Handle, Double Walled, Dishwasher Safe";
	struct language_guess g;

	(void)state;
	g = guess("Vintage Stainless Steel Travel Mug with Leather Handle, Double Walled, Dishwasher Safe\n"
		  "Ist die Tasse auch für die Mikrowelle geeignet?",
		  "de", title);
	assert_string_equal(g.language, "de");
	assert_int_equal(g.certainty, LANGUAGE_STRONG);
	assert_true(g.percent > 90);
	g = guess("> Your order has been shipped and will arrive within the next five days.\n"
		  "> Please contact us at any time when you have questions.\n"
		  "Merci beaucoup, le colis est bien arrivé ce matin.",
		  "fr", NULL);
	assert_string_equal(g.language, "fr");
	assert_true(g.percent > 90);
	g = guess("订单302-1234567还没有收到，请查一下https://example.com/a/b/c/d", "en", NULL);
	assert_string_equal(g.language, "zh-Hans");
}

static void
invalid_text_does_not_spoil_the_rest(void **state)
{
	struct language_guess g = guess("Guten Tag, \xff\xfe ich habe noch kein Paket von Ihnen bekommen.",
					"no such hint!", "");

	(void)state;
	assert_string_equal(g.language, "de");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_messages_are_strong),
		cmocka_unit_test(terse_messages_are_at_most_weak),
		cmocka_unit_test(texts_without_a_language),
		cmocka_unit_test(foreign_parts_are_taken_out),
		cmocka_unit_test(invalid_text_does_not_spoil_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
