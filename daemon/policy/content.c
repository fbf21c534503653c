#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "connectors/base/buf.h"
#include "connectors/base/text.h"
#include "content.h"
#include "i18n/fold.h"
#include "plain.h"

static int
is_alnum(char c)
{
	return isalnum((unsigned char)c) && !((unsigned char)c & 0x80);
}

static int
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int
is_host(char c)
{
	return is_alnum(c) || c == '-' || c == '.';
}

/* A letter that is not ASCII belongs to a word, too. */
static int
is_word(char c)
{
	return is_alnum(c) || (unsigned char)c >= 0x80;
}

static int
found(const struct plain *p, size_t start, size_t end, struct place *place)
{
	place->start = p->at[start];
	place->len = p->at[end] - p->at[start];
	return 1;
}

/* ---- e-mail ---- */

static int
is_local(char c)
{
	return is_alnum(c) || strchr("._%+-", c) != NULL;
}

/* The length of "example.com" at s: labels, then at least two letters after the last dot; 0 when it is none. */
static size_t
domain_length(const char *s)
{
	size_t n = 0, dot;

	while (s[n] && is_host(s[n]))
		n++;
	while (n && (s[n - 1] == '.' || s[n - 1] == '-')) /* the end of a sentence */
		n--;
	for (dot = n; dot && s[dot - 1] != '.'; dot--)
		;
	if (dot < 2 || n - dot < 2)
		return 0;
	for (size_t i = dot; i < n; i++)
		if (!isalpha((unsigned char)s[i]))
			return 0;
	return n;
}

static int
email_at(const struct plain *p, size_t at, size_t after, struct place *place)
{
	size_t start = at, n;

	while (start && p->text[start - 1] == ' ' && at - start < 1)
		start--;
	at = start;
	while (start && p->text[start - 1] && is_local(p->text[start - 1]))
		start--;
	while (p->text[after] == ' ' && p->text[after + 1] != ' ')
		after++;
	n = domain_length(p->text + after);
	return start < at && n && found(p, start, after + n, place);
}

int
content_email(const char *text, struct place *place)
{
	static const char *const signs[] = {"@", "(at)", "[at]", "(AT)", "[AT]", NULL};
	struct plain p;
	int r = 0;

	plain_make(&p, text);
	for (size_t i = 0; !r && i < p.len; i++)
		for (const char *const *s = signs; strchr("@([", p.text[i]) && !r && *s; s++)
			if (!strncmp(p.text + i, *s, strlen(*s)))
				r = email_at(&p, i, i + strlen(*s), place);
	plain_free(&p);
	return r;
}

/* ---- phone ---- */

/* Words that a phone number follows, and small ones between the two. */
static const char *const phone_words[] = {
	"tel",      "telephone", "telefon",   "telefono", "teléfono", "téléphone", "telefonnummer",
	"phone",    "mobile",    "mobil",     "móvil",    "movil",    "cell",      "cellulare",
	"celular",  "handy",     "fax",       "call",     "call us",  "whatsapp",  "viber",
	"telegram", "wechat",    "rufnummer", "portable", "телефон",  "тел",       "电话",
	"手机",     "致电",      "拨打",      "微信",     "電話",     "電話番号",  "携帯",
	"هاتف",     "جوال",      "موبايل",    "واتساب",   "الهاتف",   NULL,
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
		    ((unsigned char)**words >= 0xe3 || !is_word(s[n]) || is_digit(s[n])))
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

	for (i = 0, *end = 0; s[i] && between <= 2; i++) {
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

	if (s[i] == '+' && !before && (is_digit(s[i + 1]) || s[i + 1] == '(') &&
	    digits_at(s + i + 1, &end) >= 8)
		return found(p, i, i + 1 + end, place);
	if (s[i] == '(' && !before) {
		for (n = 0; n < 6 && is_digit(s[i + 1 + n]); n++)
			;
		k = i + 2 + n;
		if (n >= 3 && n <= 5 && s[i + 1 + n] == ')' && (s[k] == ' ' || is_digit(s[k])) &&
		    digits_at(s + k, &end) >= 6 &&
		    (s[i + 1] == '0' || (n == 3 && s[k + (s[k] == ' ') + 3] == '-')))
			return found(p, i, k + end, place);
	}
	if ((before && (unsigned char)s[i] < 0xe3) || !(n = word_at(s + i, phone_words)))
		return 0;
	for (k = i + n, n = 1; n;) {
		k += strspn(s + k, " .:,-/#()=");
		while (!strncmp(s + k, "。", 3) || !strncmp(s + k, "、", 3))
			k += 3;
		n = word_at(s + k, small_words);
		k += n;
	}
	k += s[k] == '+';
	return digits_at(s + k, &end) >= 7 && is_digit(s[k]) && found(p, i, k + end, place);
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

/* ---- links ---- */

static const char *const bare_tops[] = {
	"com", "net", "org", "info", "biz", "shop", "store", "online", "site", "app", "io", "co",
	"me",  "ly",  "eu",  "de",   "at",  "ch",   "fr",    "es",     "it",   "uk",  "nl", "be",
	"pl",  "pt",  "ru",  "jp",   "cn",  "hk",   "tw",    "us",     "ca",   "au",  "br", "mx",
	"in",  "ae",  "sa",  "tr",   "kr",  "link", "xyz",   "top",    NULL,
};

static int
is_bare_host(const char *s, size_t n)
{
	size_t dot = n;
	int upper = 1;

	while (dot && s[dot - 1] != '.')
		dot--;
	for (size_t i = 0; i < n; i++)
		upper = upper && !islower((unsigned char)s[i]);
	for (const char *const *t = bare_tops; *t; t++)
		if (strlen(*t) == n - dot &&
		    (upper ? !strncasecmp(s + dot, *t, n - dot) : !strncmp(s + dot, *t, n - dot)))
			return 1;
	return 0;
}

static int
is_allowed(const char *host, size_t n, const char *const *allowed)
{
	char name[256];

	if (n >= sizeof name)
		return 0;
	memcpy(name, host, n);
	name[n] = '\0';
	for (; allowed && *allowed; allowed++)
		if (glob_match(*allowed, name))
			return 1;
	return 0;
}

/* A link that begins at i: its host and where it ends. */
static int
link_at(const struct plain *p, size_t i, size_t *host, size_t *host_len, size_t *end)
{
	const char *s = p->text + i;
	size_t n = 0, start;

	if (i && (is_alnum(p->text[i - 1]) || strchr(".-@", p->text[i - 1])))
		return 0;
	while (n < 16 && isalpha((unsigned char)s[n]))
		n++;
	if (n && !strncmp(s + n, "://", 3)) {
		start = n += 3;
		while (s[n] && !strchr("/\\?# \t\n\"<>", s[n]) && (unsigned char)s[n] < 0x80) {
			if (s[n] == '@') /* what stands before it only looks like the host */
				start = n + 1;
			n++;
		}
		*host = i + start;
		for (*host_len = 0; start + *host_len < n && s[start + *host_len] != ':';)
			++*host_len;
		*end = i + n;
		return *host_len > 0;
	}
	n = domain_length(s);
	if (!n || s[n] == '@' || (strncasecmp(s, "www.", 4) && !is_bare_host(s, n)))
		return 0;
	*host = i;
	*host_len = n;
	*end = i + n;
	return 1;
}

int
content_link(const char *text, const char *const *allowed, struct place *place)
{
	struct plain p;
	size_t host, len, end;
	int r = 0;

	plain_make(&p, text);
	for (size_t i = 0; !r && i < p.len; i++) {
		if (!link_at(&p, i, &host, &len, &end))
			continue;
		if (is_allowed(p.text + host, len, allowed))
			i = end - 1;
		else
			r = found(&p, i, end, place);
	}
	plain_free(&p);
	return r;
}

/* ---- markup and placeholders ---- */

int
content_markup(const char *text, struct place *place)
{
	for (const char *s = text; *s; s++) {
		const char *e = NULL;

		if (*s == '<' && (isalpha((unsigned char)s[1]) ||
				  (s[1] == '/' && isalpha((unsigned char)s[2])) || s[1] == '!'))
			e = strchr(s, '>');
		else if (*s == '&' && (isalpha((unsigned char)s[1]) || s[1] == '#'))
			for (e = s + 2; *e != ';';)
				if (!is_alnum(*e++) || e - s > 10) {
					e = NULL;
					break;
				}
		if (e) {
			place->start = (size_t)(s - text);
			place->len = (size_t)(e - s) + 1;
			return 1;
		}
	}
	return 0;
}

int
content_placeholder(const char *text, struct place *place)
{
	for (const char *s = strchr(text, '{'); s; s = strchr(s + 1, '{')) {
		const char *e = s + 1 + strspn(s + 1, " ");
		size_t n = 0;

		while (is_alnum(e[n]) || e[n] == '_')
			n++;
		e += n;
		e += strspn(e, " ");
		if (n && (*e == '}' || *e == ',')) {
			place->start = (size_t)(s - text);
			place->len = (size_t)(e - s) + 1;
			return 1;
		}
	}
	return 0;
}

/* ---- words ---- */

/* Chinese, Japanese and Thai do not put spaces between words. */
static int
needs_edges(const char *word)
{
	const unsigned char *w = (const unsigned char *)word;

	return !(*w >= 0xe3 && *w <= 0xe9) && !(*w == 0xe0 && (w[1] == 0xb8 || w[1] == 0xb9));
}

const char *
content_word(const char *text, const char *const *words)
{
	struct buf in = BUF_MAX(1 << 20), word = BUF_MAX(8192);
	const char *hit = NULL;

	text_fold(text, &in);
	for (; !hit && *words; words++) {
		const char *s;

		text_fold(*words, &word);
		if (!word.len)
			continue;
		for (s = buf_str(&in); !hit && (s = strstr(s, word.data)); s++)
			if (!needs_edges(word.data) ||
			    ((s == in.data || s[-1] == ' ') && (s[word.len] == ' ' || !s[word.len])))
				hit = *words;
	}
	buf_free(&in);
	buf_free(&word);
	return hit;
}
