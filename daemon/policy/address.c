/* address.c - hosts, e-mail addresses and links, also those written so that a program does not see them. */
#include <string.h>
#include <strings.h>

#include "connectors/base/text.h"
#include "letters.h"
#include "plain.h"

/* ---- hosts ---- */

enum { LABEL_MAX = 128 }; /* nobody's is as long; and every byte may begin one */

static const char *const tops[] = {
	"com", "net", "org", "info", "biz", "shop", "store", "online", "site", "app", "io", "co",
	"me",  "ly",  "eu",  "de",   "at",  "ch",   "fr",    "es",     "it",   "uk",  "nl", "be",
	"pl",  "pt",  "ru",  "jp",   "cn",  "hk",   "tw",    "us",     "ca",   "au",  "br", "mx",
	"in",  "ae",  "sa",  "tr",   "kr",  "link", "xyz",   "top",    "рф",   NULL,
};
/* No words of any language, so that they also count after a dot that is spelled out or set apart. */
static const char *const plain_tops[] = {"com", "net", "org", "biz",     "xyz", "uk",
					 "jp",  "cn",  "kr",  "example", NULL};
static const char *const dots[] = {"(dot)",   "[dot]",   "{dot}",   "(.)",  "[.]",  "{.}",
				   "(punkt)", "[punkt]", "(point)", "(点)", "[点]", NULL};
static const char *const spaced_dots[] = {"dot",    "punkt", "point", "punto", "ponto",
					  "kropka", ".",     "点",    NULL};

/* One of the words at s: its length, 0 when none is. */
static size_t
one_of(const char *s, const char *const *words)
{
	for (; *words; words++)
		if (!strncasecmp(s, *words, strlen(*words)))
			return strlen(*words);
	return 0;
}

static int
is_among(const char *s, size_t n, const char *const *words)
{
	for (; *words; words++)
		if (strlen(*words) == n && !strncasecmp(s, *words, n))
			return 1;
	return 0;
}

static size_t
spaces(const char *s)
{
	return strspn(s, " ");
}

/* Letters of Latin with accents, Greek and Cyrillic belong to hosts, too; those of scripts without spaces would take in whole sentences. */
static size_t
label_length(const char *s)
{
	size_t n = 0;

	while (n < LABEL_MAX) {
		if (is_alnum(s[n]) || s[n] == '-')
			n++;
		else if ((unsigned char)s[n] >= 0xc3 && (unsigned char)s[n] < 0xe0 && s[n + 1])
			n += 2;
		else
			break;
	}
	return n;
}

/* A dot that hides, at s: its length. */
static size_t
hidden_dot(const char *s)
{
	const size_t before = spaces(s);
	size_t n = one_of(s + before, dots);

	if (n && before <= 1)
		return before + n + (spaces(s + before + n) <= 1 ? spaces(s + before + n) : 0);
	n = before == 1 ? one_of(s + 1, spaced_dots) : 0;
	return n && s[1 + n] == ' ' && s[2 + n] != ' ' ? n + 2 : 0;
}

struct host {
	size_t len;
	size_t top; /* where its last label begins */
	int hidden; /* with a dot that hides */
};

/* "example.com" at s: labels, then at least two letters after the last dot.  1, or 0. */
static int
host_at(const char *s, struct host *h)
{
	size_t n = label_length(s), dot, label;
	int labels = 1, hidden = 0;

	*h = (struct host){0};
	for (; n && labels < 16; labels++) {
		const int set_apart = s[n] != '.';

		if (!(dot = set_apart ? hidden_dot(s + n) : 1) || !(label = label_length(s + n + dot)))
			break;
		if (set_apart && !is_among(s + n + dot, label, plain_tops) &&
		    !(one_of(s + n + spaces(s + n), dots) &&
		      (is_among(s + n + dot, label, tops) || s[n + dot + label] == '.')))
			break;
		hidden |= set_apart;
		h->top = n + dot;
		n += dot + label;
	}
	while (n > h->top && s[n - 1] == '-') /* the end of a sentence */
		n--;
	if (!h->top || n - h->top < 2)
		return 0;
	for (size_t i = h->top; i < n; i++)
		if (!is_word(s[i]) || is_digit(s[i]))
			return 0;
	h->len = n;
	h->hidden = hidden;
	return 1;
}

/* ---- e-mail ---- */

static int
is_local(char c)
{
	return is_alnum(c) || (c && strchr("._%+-", c));
}

/* The sign is at `at`, what follows it at `after`. */
static int
email_at(const struct plain *p, size_t at, size_t after, int spelled, struct place *place)
{
	struct host host;
	size_t start;

	if (at && p->text[at - 1] == ' ')
		at--;
	for (start = at; start && is_local(p->text[start - 1]);)
		start--;
	if (p->text[after] == ' ' && p->text[after + 1] != ' ')
		after++;
	return start < at && host_at(p->text + after, &host) && (!spelled || host.hidden) &&
	       !((unsigned char)p->text[after] & 0x80) && plain_found(p, start, after + host.len, place);
}

int
content_email(const char *text, struct place *place)
{
	static const char *const signs[] = {"(at)", "[at]", "{at}",     "<at>",         "(ät)", "(@)",
					    "[@]",  "(a)",  "(arroba)", "(chiocciola)", NULL};
	static const char *const words[] = {"at ", "ät ", "arroba ", "chiocciola ", "malpa ", "małpa ", NULL};
	struct plain p;
	int r = 0;

	plain_make(&p, text);
	for (size_t i = 0; !r && i < p.len; i++) {
		size_t n = p.text[i] == '@' ? 1 : 0;

		if (!n && strchr("([{<", p.text[i]))
			n = one_of(p.text + i, signs);
		if (n)
			r = email_at(&p, i, i + n, 0, place);
		else if (i && p.text[i - 1] == ' ' && (n = one_of(p.text + i, words)))
			r = email_at(&p, i, i + n, 1, place);
	}
	plain_free(&p);
	return r;
}

/* ---- links ---- */

/* Lower case, or all of it upper case: "Ende.De" is the end of a sentence. */
static int
is_bare_host(const char *s, const struct host *h)
{
	const size_t n = h->len - h->top;
	int upper = 1;

	for (size_t i = 0; i < h->len; i++)
		upper = upper && !(s[i] >= 'a' && s[i] <= 'z');
	for (const char *const *t = tops; *t; t++)
		if (strlen(*t) == n &&
		    (upper ? !strncasecmp(s + h->top, *t, n) : !strncmp(s + h->top, *t, n)))
			return 1;
	return h->hidden && is_among(s + h->top, n, plain_tops);
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

/* A scheme at s, also one that was made unusable: "hxxp://", "https : //". */
static size_t
scheme_length(const char *s)
{
	size_t n = 0;

	while (n < 16 && is_alnum(s[n]) && !is_digit(s[n]))
		n++;
	if (!n)
		return 0;
	if (!strncmp(s + n, "://", 3))
		return n + 3;
	if ((!strncasecmp(s, "http", 4) || !strncasecmp(s, "hxxp", 4)) && n <= 5) {
		n += spaces(s + n);
		if (s[n] == ':' && !strncmp(s + n + 1 + spaces(s + n + 1), "//", 2))
			return n + 1 + spaces(s + n + 1) + 2;
	}
	return 0;
}

/* A name of wide letters right before .com and the like: its length with it.  With another end it may be two sentences. */
static size_t
wide_host(const char *s)
{
	static const char *const ends[] = {".com", ".net", ".org", NULL};
	size_t n = 0, end;

	if (!is_wide(*s))
		return 0;
	while ((unsigned char)s[n] >= 0x80 && n < LABEL_MAX)
		n++;
	end = one_of(s + n, ends);
	return end && !is_alnum(s[n + end]) ? n + end : 0;
}

/* A link that begins at i: its host and where it ends. */
static int
link_at(const struct plain *p, size_t i, size_t *host, size_t *host_len, size_t *end)
{
	const char *s = p->text + i;
	struct host h;
	size_t n, start;

	if ((i && (is_alnum(p->text[i - 1]) || strchr(".-@", p->text[i - 1]))) || (*s & 0xc0) == 0x80)
		return 0;
	if ((n = start = scheme_length(s))) {
		while (s[n] && !strchr("/\\?# \t\n\"<>", s[n])) {
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
	if ((n = wide_host(s))) {
		*host = i;
		*host_len = n;
		*end = i + n;
		return 1;
	}
	if (!host_at(s, &h) || s[h.len] == '@' || (strncasecmp(s, "www.", 4) != 0 && !is_bare_host(s, &h)))
		return 0;
	*host = i;
	*host_len = h.len;
	*end = i + h.len;
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
			r = plain_found(&p, i, end, place);
	}
	plain_free(&p);
	return r;
}
