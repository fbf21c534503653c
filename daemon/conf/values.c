/* values.c - one value of each type: read, and printed as it would be written. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "connectors/base/instant.h"
#include "connectors/base/text.h"
#include "i18n/hours.h"
#include "i18n/locale.h"
#include "reading.h"

static const struct {
	const char *unit;
	int64_t ms;
} units[] = {
	{"d", DAY}, {"h", HOUR}, {"m", MINUTE}, {"s", SECOND}, {"ms", 1},
};
enum { UNITS = sizeof units / sizeof *units };

int
duration_parse(const char *p, int64_t *ms)
{
	*ms = 0;
	do {
		char *end;
		long long n = strtoll(p, &end, 10);
		size_t len = strspn(end, "dhms"), u;

		if (*p < '0' || *p > '9' || end - p > 12)
			return -1;
		for (u = 0; u < UNITS; u++)
			if (strlen(units[u].unit) == len && !strncmp(end, units[u].unit, len))
				break;
		if (u == UNITS || n > 36500 * DAY / units[u].ms)
			return -1;
		*ms += n * units[u].ms;
		p = end + len;
	} while (*p);
	return *ms > 36500 * DAY ? -1 : 0;
}

void
duration_print(int64_t ms, struct buf *out)
{
	int u = 0;

	if (!ms) {
		buf_put(out, "0s");
		return;
	}
	while (ms % units[u].ms)
		u++;
	buf_fmt(out, "%" PRId64 "%s", ms / units[u].ms, units[u].unit);
}

static int
read_duration(const struct field *f, const char *word, int64_t *ms, struct err *e)
{
	struct buf least = BUF_MAX(32), most = BUF_MAX(32);
	int64_t max = f->max ? f->max : 36500 * DAY;

	if (!*word ||
	    (f->choices && !strcmp(word, f->choices))) { /* the preset of an optional one, or "off" */
		*ms = 0;
		return 0;
	}
	if (duration_parse(word, ms))
		return fail(e, "%s: found \"%s\", expected a number with a unit (ms s m h d), like 90s or 2h",
			    f->name, word);
	if (*ms >= f->min && *ms <= max)
		return 0;
	duration_print(f->min, &least);
	duration_print(max, &most);
	fail(e, "%s: found %s, expected %s to %s", f->name, word, buf_str(&least), buf_str(&most));
	buf_free(&least);
	buf_free(&most);
	return -1;
}

static int
read_number(const struct field *f, const char *word, int *n, struct err *e)
{
	char *end;
	long long v = strtoll(word, &end, 10);

	if (!*word || *end || strlen(word) > 12 || v < f->min || v > f->max)
		return fail(e, "%s: found \"%s\", expected a number from %lld to %lld", f->name, word,
			    (long long)f->min, (long long)f->max);
	*n = (int)v;
	return 0;
}

/* Its place among the choices, or -1 with err. */
static int
read_choice(struct arena *a, const char *key, const char *choices, const char *word, struct err *e)
{
	const char *const *list = split_words(a, choices), *near;

	for (int i = 0; list[i]; i++)
		if (!strcmp(list[i], word))
			return i;
	if ((near = conf_nearest(word, list)))
		return fail(e, "%s: found \"%s\", expected one of: %s; did you mean %s?", key, word, choices,
			    near);
	return fail(e, "%s: found \"%s\", expected one of: %s", key, word, choices);
}

/* One @, a host behind it, and nothing that could end a header or begin another recipient. */
static int
mail_ok(const char *address)
{
	const char *at = strchr(address, '@');
	const size_t n = strlen(address);

	return at && at > address && at[1] && at[1] != '.' && n <= 254 && !strchr(at + 1, '@') &&
	       strspn(at + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") ==
		       strlen(at + 1) &&
	       strspn(address,
		      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_+=!#$%&'*/?^`{|}~") ==
		       (size_t)(at - address);
}

static int
read_words(struct reading *r, const struct field *f, const struct line *l, const char *const **list,
	   struct err *e)
{
	const char **words;
	char locale[LOCALE_MAX];

	if (!*l->value) {
		*list = NULL;
		return 0;
	}
	words = arena_zalloc(r->arena, (l->nwords + 1) * sizeof *words);
	for (size_t i = 0; i < l->nwords; i++) {
		words[i] = l->words[i];
		if (f->choices && read_choice(r->arena, f->name, f->choices, words[i], e) < 0)
			return -1;
		if (f->type == FIELD_LOCALES) {
			if (locale_canonical(words[i], locale))
				return fail(e, "%s: found \"%s\", expected a language like de or zh-Hant",
					    f->name, words[i]);
			words[i] = arena_strdup(r->arena, locale);
		}
		if (f->type == FIELD_MAIL && !mail_ok(words[i]))
			return fail(e, "%s: found \"%s\", expected an address like office@example.com",
				    f->name, words[i]);
	}
	*list = words;
	return 0;
}

/* Sums in the words of a line, each a number and a currency: a list that ends with a currency "". */
static int
read_sums(struct reading *r, const struct field *f, const struct line *l, const struct money **list,
	  struct err *e)
{
	struct money *sums;
	struct err why;
	char reason[ERR_MAX];

	*list = NULL;
	if (!*l->value)
		return 0;
	if (l->nwords % 2)
		return fail(e, "%s: found \"%s\", expected a sum and its currency, like 25.00 EUR", f->name,
			    l->value);
	sums = arena_zalloc(r->arena, (l->nwords / 2 + 1) * sizeof *sums);
	for (size_t i = 0; i < l->nwords / 2; i++) {
		if (money_parse(l->words[2 * i], l->words[2 * i + 1], &sums[i], &why)) {
			err_english(why.text, reason, sizeof reason);
			return fail(e, "%s: found %s %s, expected a sum and its currency, like 25.00 EUR: %s",
				    f->name, l->words[2 * i], l->words[2 * i + 1], reason);
		}
		if (sums[i].minor < 0)
			return fail(e, "%s: found %s, expected no less than 0", f->name, l->words[2 * i]);
		for (size_t j = 0; j < i; j++)
			if (!strcmp(sums[j].currency, sums[i].currency))
				return fail(e, "%s: found %s twice, expected one sum a currency", f->name,
					    sums[i].currency);
	}
	*list = sums;
	return 0;
}

static int
read_amount(struct reading *r, const struct field *f, const struct line *l, struct conf_amount *a,
	    struct err *e)
{
	const size_t n = strlen(l->value);
	char *end;
	long percent;

	*a = (struct conf_amount){0};
	if (!strcmp(l->value, "all")) {
		a->percent = 100;
		return 0;
	}
	if (!n || l->value[n - 1] != '%')
		return read_sums(r, f, l, &a->sums, e);
	percent = strtol(l->value, &end, 10);
	if (end != l->value + n - 1 || percent < 1 || percent > 100)
		return fail(e, "%s: found %s, expected 1%% to 100%%", f->name, l->value);
	a->percent = (int)percent;
	return 0;
}

/* A verb, and after a space the template of its text. */
static int
read_fallback(struct reading *r, const struct field *f, const struct line *l, struct conf_fallback *b,
	      struct err *e)
{
	const size_t n = strcspn(l->value, " ");
	const char *verb = arena_strndup(r->arena, l->value, n), *text = l->value + n;

	*b = (struct conf_fallback){"", ""};
	text += strspn(text, " ");
	if (read_choice(r->arena, f->name, f->choices, verb, e) < 0)
		return -1;
	if (text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")])
		return fail(e, "%s: found \"%s\", expected a name of letters, digits, . - and _", f->name,
			    text);
	if (!strcmp(verb, "nothing"))
		return *text ? fail(e, "%s: found \"%s\", expected nothing alone", f->name, l->value) : 0;
	b->verb = verb;
	b->template_id = arena_strdup(r->arena, text);
	return 0;
}

/* Periods in the words of a line: a list that ends with one whose last day is 0. */
static int
read_periods(struct reading *r, const struct field *f, const struct line *l, const struct conf_period **list,
	     struct err *e)
{
	struct conf_period *periods;

	*list = NULL;
	if (!*l->value)
		return 0;
	periods = arena_zalloc(r->arena, (l->nwords + 1) * sizeof *periods);
	for (size_t i = 0; i < l->nwords; i++) {
		const char *from = l->words[i], *dots = strstr(from, "..");
		const char *to = dots ? dots + 2 : from;

		if (day_parse(from, dots ? (size_t)(dots - from) : strlen(from), &periods[i].first) ||
		    day_parse(to, strlen(to), &periods[i].last))
			return fail(e, "%s: found \"%s\", expected days like 2027-02-05..2027-02-12", f->name,
				    from);
		if (periods[i].last < periods[i].first)
			return fail(e, "%s: found %s, expected the first day before the last", f->name, from);
	}
	*list = periods;
	return 0;
}

static int
read_hours(const struct field *f, const struct line *l, struct hours *h, struct err *e)
{
	if (!*l->value) { /* the preset of an optional one */
		*h = (struct hours){0};
		return 0;
	}
	return hours_parse(l->value, h)
		       ? fail(e, "%s: found \"%s\", expected hours like mon-fri 09:00-18:00, sat 10:00-14:00",
			      f->name, l->value)
		       : 0;
}

static void
print_periods(const struct conf_period *p, struct buf *out)
{
	char first[INSTANT_TEXT], last[INSTANT_TEXT];

	for (int i = 0; p && p[i].last; i++) {
		instant_format(p[i].first, first);
		instant_format(p[i].last, last);
		buf_fmt(out, "%s%.10s..%.10s", i ? " " : "", first, last);
	}
}

static void
print_sums(const struct money *sums, struct buf *out)
{
	char text[MONEY_TEXT];

	for (int i = 0; sums && *sums[i].currency; i++) {
		money_format(&sums[i], text);
		buf_fmt(out, "%s%s %s", i ? " " : "", text, sums[i].currency);
	}
}

static int
read_clock(const struct field *f, const char *text, int *minute, struct err *e)
{
	int hour, min, n = 0;

	*minute = CLOCK_NEVER;
	if (!*text)
		return 0;
	if (strspn(text, "0123456789:") != strlen(text) || sscanf(text, "%2d:%2d%n", &hour, &min, &n) != 2 ||
	    text[n] || hour > 23 || min > 59)
		return fail(e, "%s: found \"%s\", expected a time of day like 08:30", f->name, text);
	*minute = hour * 60 + min;
	return 0;
}

/* An address of one of the schemes: http, and http alone, is bound to this machine unless `anywhere`.  With `path` there may be more
 * behind host and port. */
static int
url_ok(const char *url, const char *schemes, int anywhere, int path)
{
	const char *host = strstr(url, "://"), *end, *port;
	char scheme[16], name[256];
	size_t n;

	if (!host || (size_t)(host - url) >= sizeof scheme)
		return 0;
	snprintf(scheme, sizeof scheme, " %.*s ", (int)(host - url), url);
	if (!strstr(schemes, scheme))
		return 0;
	host += 3;
	end = host + strcspn(host, "/?#");
	if (*end && !path)
		return 0;
	port = *host == '[' ? host + strcspn(host, "]/?#") : host + strcspn(host, ":/?#");
	port += *port == ']';
	n = (size_t)(port - host);
	if (!n || n >= sizeof name ||
	    (*port == ':' && (port + 1 == end || atoi(port + 1) < 1 || atoi(port + 1) > 65535 ||
			      strspn(port + 1, "0123456789") != (size_t)(end - port - 1))))
		return 0;
	if (port != end && *port != ':')
		return 0;
	if (strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-[]:_") < n)
		return 0;
	snprintf(name, sizeof name, "%.*s", (int)n, host);
	return anywhere || strcmp(scheme, " http ") || !strcmp(name, "localhost") || !strcmp(name, "[::1]") ||
	       (!strncmp(name, "127.", 4) && strspn(name, "0123456789.") == n);
}

int
webhook_ok(const char *url, const char *key, struct err *e)
{
	if (url_ok(url, " http https ", 0, 1))
		return 1;
	fail(e, "%s: found \"%s\", expected an https:// address, or http:// on this machine", key, url);
	return 0;
}

static int
read_text(struct reading *r, const struct field *f, const struct line *l, const char **text, struct err *e)
{
	const char *v = l->value;
	char locale[LOCALE_MAX];
	int minutes;

	*text = arena_strdup(r->arena, v);
	if (f->choices && *v)
		return read_choice(r->arena, f->name, f->choices, v, e) < 0 ? -1 : 0;
	if (strpbrk(v, "\n\r\t\x1f"))
		return fail(e, "%s: found a line break, expected one line", f->name);
	if (!*v)
		return 0;
	switch (f->type) {
	case FIELD_PATH: *text = path_beside(r->arena, l->file, v); return 0;
	case FIELD_LOCALE:
		if (locale_canonical(v, locale))
			return fail(e, "%s: found \"%s\", expected a language like de or zh-Hant", f->name,
				    v);
		*text = arena_strdup(r->arena, locale);
		return 0;
	case FIELD_ZONE:
		if (zone_offset(v, 0, &minutes))
			return fail(e, "%s: found \"%s\", expected a time zone like Europe/Berlin", f->name,
				    v);
		return 0;
	case FIELD_ENDPOINT:
		if (!url_ok(v, " http https ", 0, 0))
			return fail(e,
				    "%s: found \"%s\", expected https://HOST:PORT, or http://127.0.0.1:PORT "
				    "on this machine",
				    f->name, v);
		return 0;
	case FIELD_PROXY:
		if (!url_ok(v, " http https socks5h ", 1, 0))
			return fail(e,
				    "%s: found \"%s\", expected http://HOST:PORT, https://HOST:PORT or "
				    "socks5h://HOST:PORT",
				    f->name, v);
		return 0;
	case FIELD_WEBHOOK:
		if (!strncmp(v, "file:", 5) || !strncmp(v, "credential:", 11))
			return 0; /* check_all reads it */
		return webhook_ok(v, f->name, e) ? 0 : -1;
	case FIELD_LINK:
		if (!webhook_ok(v, f->name, e))
			return -1;
		*text = arena_strndup(r->arena, v, strlen(v) - (v[strlen(v) - 1] == '/'));
		return 0;
	case FIELD_SMTP:
		if (!url_ok(v, " smtp smtps ", 1, 0))
			return fail(e, "%s: found \"%s\", expected smtps://HOST:465 or smtp://HOST:587",
				    f->name, v);
		return 0;
	case FIELD_NAME:
		if (v[strspn(v, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")])
			return fail(e, "%s: found \"%s\", expected a name of letters, digits, . - and _",
				    f->name, v);
		return 0;
	default: return 0;
	}
}

static int
read_platform(struct reading *r, const struct field *f, const char *word, const struct connector **found,
	      struct err *e)
{
	const char *const *names = connector_names(r->arena), *near;

	*found = NULL;
	if (!*word)
		return 0;
	for (size_t i = 0; conf_connectors[i]; i++) {
		if (!strcmp(conf_connectors[i]->name, word)) {
			*found = conf_connectors[i];
			return 0;
		}
	}
	if ((near = conf_nearest(word, names)))
		return fail(e, "%s: found \"%s\", expected one of: %s; did you mean %s?", f->name, word,
			    join_words(r->arena, names), near);
	return fail(e, "%s: found \"%s\", expected one of: %s", f->name, word, join_words(r->arena, names));
}

int
value_read(struct reading *r, const struct field *f, const struct line *l, void *data)
{
	void *at = (char *)data + f->offset;
	struct err e;
	int i = 0;

	if (!l->nwords)
		i = fail(&e, "%s: found nothing, expected a value", f->name);
	else if (l->nwords > 1 && f->type != FIELD_WORDS && f->type != FIELD_LOCALES &&
		 f->type != FIELD_TEXT && f->type != FIELD_MONEY && f->type != FIELD_AMOUNT &&
		 f->type != FIELD_PERIODS && f->type != FIELD_MAIL && f->type != FIELD_HOURS &&
		 f->type != FIELD_FALLBACK)
		i = fail(&e, "%s: found %zu words, expected one; write \"…\" around spaces", f->name,
			 l->nwords);
	else if (!*l->value && f->required && *l->file)
		i = fail(&e, "%s: found nothing, expected a value", f->name);
	else
		switch (f->type) {
		case FIELD_DURATION: i = read_duration(f, l->value, at, &e); break;
		case FIELD_NUMBER: i = read_number(f, l->value, at, &e); break;
		case FIELD_WORDS:
		case FIELD_MAIL:
		case FIELD_LOCALES: i = read_words(r, f, l, at, &e); break;
		case FIELD_CLOCK: i = read_clock(f, l->value, at, &e); break;
		case FIELD_PLATFORM: i = read_platform(r, f, l->value, at, &e); break;
		case FIELD_MONEY: i = read_sums(r, f, l, at, &e); break;
		case FIELD_AMOUNT: i = read_amount(r, f, l, at, &e); break;
		case FIELD_HOURS: i = read_hours(f, l, at, &e); break;
		case FIELD_FALLBACK: i = read_fallback(r, f, l, at, &e); break;
		case FIELD_PERIODS: i = read_periods(r, f, l, at, &e); break;
		case FIELD_REFERENCE: break; /* check_all finds it */
		case FIELD_LANG:
		case FIELD_CHOICE:
			i = read_choice(r->arena, f->name, f->choices, l->value, &e);
			if (i >= 0)
				*(int *)at =
					i; /* the enums are ints: values 0, 1, 2 in the order of choices */
			break;
		default: i = read_text(r, f, l, at, &e); break;
		}
	if (i >= 0)
		return 1;
	wrong(r, l->file, l->line, &e);
	return 0;
}

static void
print_word(struct buf *out, const char *word)
{
	if (*word && !word[strcspn(word, " \t\"#]")]) {
		buf_put(out, word);
		return;
	}
	buf_char(out, '"');
	for (; *word; word++) {
		if (*word == '"' || *word == '\\')
			buf_char(out, '\\');
		if (*word == '\n')
			buf_put(out, "\\n");
		else
			buf_char(out, *word);
	}
	buf_char(out, '"');
}

void
value_print(const struct field *f, const void *data, struct buf *out)
{
	const void *at = (const char *)data + f->offset;
	const char *const *list;
	const struct connector *connector;
	const struct conf_application *application;
	const struct conf_amount *amount;
	const struct conf_fallback *fallback;
	const char *text;

	switch (f->type) {
	case FIELD_DURATION:
		if (f->choices && !*(const int64_t *)at)
			buf_put(out, f->choices);
		else if (*(const int64_t *)at || *f->preset)
			duration_print(*(const int64_t *)at, out);
		return;
	case FIELD_NUMBER: buf_fmt(out, "%d", *(const int *)at); return;
	case FIELD_LANG:
	case FIELD_CHOICE: {
		const char *p = f->choices;

		for (int i = *(const int *)at; i; i--)
			p = strchr(p, ' ') + 1;
		buf_add(out, p, strcspn(p, " "));
		return;
	}
	case FIELD_WORDS:
	case FIELD_MAIL:
	case FIELD_LOCALES:
		list = *(const char *const *const *)at;
		for (size_t i = 0; list && list[i]; i++) {
			if (i)
				buf_char(out, ' ');
			print_word(out, list[i]);
		}
		return;
	case FIELD_MONEY: print_sums(*(const struct money *const *)at, out); return;
	case FIELD_HOURS: hours_print(at, out); return;
	case FIELD_CLOCK:
		if (*(const int *)at != CLOCK_NEVER)
			buf_fmt(out, "%02d:%02d", *(const int *)at / 60, *(const int *)at % 60);
		return;
	case FIELD_SECRET:
		if (**(const char *const *)at)
			buf_put(out, "***");
		return;
	case FIELD_WEBHOOK: /* who knows all of it may post */
		text = *(const char *const *)at;
		if (*text)
			buf_fmt(out, "%.*s/***", (int)(8 + strcspn(text + (strlen(text) > 8 ? 8 : 0), "/?#")),
				text);
		return;
	case FIELD_PERIODS: print_periods(*(const struct conf_period *const *)at, out); return;
	case FIELD_AMOUNT:
		amount = at;
		if (amount->percent == 100)
			buf_put(out, "all");
		else if (amount->percent)
			buf_fmt(out, "%d%%", amount->percent);
		print_sums(amount->sums, out);
		return;
	case FIELD_FALLBACK:
		fallback = at;
		buf_fmt(out, "%s%s%s", *fallback->verb ? fallback->verb : "nothing",
			*fallback->template_id ? " " : "", fallback->template_id);
		return;
	case FIELD_PLATFORM:
		connector = *(const struct connector *const *)at;
		buf_put(out, connector ? connector->name : "");
		return;
	case FIELD_REFERENCE:
		application = *(const struct conf_application *const *)at;
		buf_put(out, application ? application->name : "");
		return;
	default:
		text = *(const char *const *)at;
		if (*text)
			print_word(out, text);
		return;
	}
}
