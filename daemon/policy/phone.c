/* phone.c - phone numbers and names in messengers. */
#include <string.h>
#include <strings.h>

#include "letters.h"
#include "plain.h"

/* Words that a phone number follows, and small ones between the two. */
static const char *const phone_words[] = {
	"tel",           "telephone", "telefon", "telefono",  "telefone", "teléfono", "téléphone",
	"telefonnummer", "phone",     "mobile",  "mobil",     "móvil",    "movil",    "cell",
	"cellulare",     "celular",   "handy",   "fax",       "call",     "call us",  "whatsapp",
	"viber",         "telegram",  "wechat",  "rufnummer", "portable", "телефон",  "тел",
	"电话",          "手机",      "致电",    "拨打",      "微信",     "電話",     "電話番号",
	"携帯",          "هاتف",      "جوال",    "موبايل",    "واتساب",   "الهاتف",   "전화",
	"전화번호",      "연락처",    "휴대폰",  "telefoon",  "telefonu", "komórka",  "sms",
	"text us",       "call me",   "text me", "ligue",     "chame",    "llámenos", "ring us",
	"ring",          "โทร",       "טלפון",   "línea",     "hotline",  "contact",  NULL,
};
static const char *const small_words[] = {
	"number", "no",   "nr", "num",  "numero", "número", "numéro", "nummer", "is",    "ist",
	"est",    "es",   "us", "me",   "uns",    "at",     "on",     "under",  "unter", "au",
	"al",     "号码", "号", "番号", "は",     "رقم",    "على",    NULL,
};

/* The longest of the words at s, its length; ASCII case does not count. */
static size_t
word_at(const char *s, const char *const *words)
{
	size_t best = 0;

	for (; *words; words++) {
		size_t n;

		if ((*s ^ **words) & ~0x20) /* another first letter */
			continue;
		n = strlen(*words);
		/* a Latin, Cyrillic or Arabic word must end here; Chinese and Japanese have no ends */
		if (n > best && !strncasecmp(s, *words, n) &&
		    (is_wide(**words) || !is_word(s[n]) || is_wide(s[n]) || is_digit(s[n])))
			best = n;
	}
	return best;
}

/* Digits with at most two signs of grouping between them: how many digits, and the end. */
static int
digits_at(const char *s, size_t *end)
{
	int n = 0, between = 0;
	size_t i;

	for (i = 0, *end = 0; s[i] && between <= 2 && n < 64; i++) {
		if (is_digit(s[i]))
			n++, between = 0, *end = i + 1;
		else if (strchr(" -./()", s[i]))
			between++;
		else
			break;
	}
	return n;
}

static int
phone_at(const struct plain *p, size_t i, struct place *place)
{
	const char *s = p->text;
	size_t end, n, k;
	int before = i && is_word(s[i - 1]);

	if (s[i] == '+' && !before &&
	    (is_digit(s[i + 1]) || s[i + 1] == '(' || (s[i + 1] == ' ' && is_digit(s[i + 2]))) &&
	    digits_at(s + i + 1, &end) >= 8)
		return plain_found(p, i, i + 1 + end, place);
	/* 0049 30 1234567, but a tracking number with as many digits is written in one piece, or longer */
	if (s[i] == '0' && s[i + 1] == '0' && s[i + 2] >= '1' && s[i + 2] <= '9' && !before &&
	    (n = (size_t)digits_at(s + i, &end)) >= 11 && n <= 15 && end >= n + 2 &&
	    !strchr("-/.", i ? s[i - 1] : ' '))
		return plain_found(p, i, i + end, place);
	if (s[i] == '(' && !before) {
		for (n = 0; n < 6 && is_digit(s[i + 1 + n]); n++)
			;
		k = i + 2 + n;
		if (n >= 3 && n <= 5 && s[i + 1 + n] == ')' && (s[k] == ' ' || is_digit(s[k])) &&
		    digits_at(s + k, &end) >= 6 &&
		    (s[i + 1] == '0' || (n == 3 && s[k + (s[k] == ' ') + 3] == '-')))
			return plain_found(p, i, k + end, place);
	}
	if ((before && !is_wide(s[i])) || !(n = word_at(s + i, phone_words)))
		return 0;
	for (k = i + n, n = 1; n;) {
		k += strspn(s + k, " .:,-/#()=");
		while (!strncmp(s + k, "。", 3) || !strncmp(s + k, "、", 3))
			k += 3;
		n = word_at(s + k, small_words);
		k += n;
	}
	k += s[k] == '+';
	return digits_at(s + k, &end) >= 7 && is_digit(s[k]) && plain_found(p, i, k + end, place);
}

int
content_phone(const char *text, struct place *place)
{
	struct plain p;
	int r = 0;

	plain_make(&p, text);
	for (size_t i = 0; !r && i < p.len; i++)
		r = ((unsigned char)p.text[i] & 0xc0) != 0x80 && phone_at(&p, i, place);
	plain_free(&p);
	return r;
}

/* ---- messengers ---- */

static const char *const messengers[] = {
	"whatsapp", "whats app", "watsapp", "telegram", "wechat",   "weixin",    "vx",     "v x",  "viber",
	"skype",    "instagram", "insta",   "facebook", "snapchat", "kakaotalk", "line",   "zalo", "微信",
	"薇信",     "威信",      "维信",    "v信",      "加v",      "加微",      "qq",     "扣扣", "ライン",
	"카톡",     "카카오톡",  "واتساب",  "تيليجرام", "телеграм", "ватсап",    "вотсап", NULL,
};
static const char *const handle_words[] = {"id", "name", "号",       "號", "是",  "账号",   "me",
					   "us", "user", "username", "is", "ist", "아이디", NULL};

/* A name that one is found by: at least 4 letters, digits, _ and - with a digit, a _ or a sign before it that says that a name follows. */
static int
handle_at(const struct plain *p, size_t i, struct place *place)
{
	const char *s = p->text;
	size_t k, n, handle, words = 0;
	int told = 0, digits = 0;

	if ((i && is_word(s[i - 1]) && !is_wide(s[i])) || !(n = word_at(s + i, messengers)))
		return 0;
	for (k = i + n, n = 1; n; words += n > 0) {
		for (; s[k] && strchr(" :=@#-/", s[k]); k++)
			told |= s[k] != ' ' && s[k] != '-' && s[k] != '/';
		n = word_at(s + k, handle_words);
		k += n;
	}
	for (handle = k; is_alnum(s[k]) || s[k] == '_' || (s[k] == '.' && is_alnum(s[k + 1])); k++)
		digits += is_digit(s[k]) || s[k] == '_';
	if (k - handle < 4 || !(told || words > 0 || digits) ||
	    ((unsigned char)s[k] >= 0x80 && !is_wide(s[k])))
		return 0;
	return plain_found(p, i, k, place);
}

int
content_messenger(const char *text, struct place *place)
{
	struct plain p;
	int r = 0;

	plain_make(&p, text);
	for (size_t i = 0; !r && i < p.len; i++)
		r = ((unsigned char)p.text[i] & 0xc0) != 0x80 && handle_at(&p, i, place);
	plain_free(&p);
	return r;
}
