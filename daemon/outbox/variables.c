#include "daemon/outbox/variables.h"

#include <ctype.h>
#include <string.h>

#include "i18n/locale.h"

#define NAME_POINTS  60
#define TITLE_POINTS 120

static const struct var_spec known[] = {
	{"buyer_name", VAR_STR, 1},      {"order_id", VAR_STR, 1},          {"item_title", VAR_STR, 1},
	{"carrier", VAR_STR, 1},         {"tracking_number", VAR_STR, 1},   {"seller_name", VAR_STR, 1},
	{"platform_name", VAR_STR, 1},   {"ship_by", VAR_DATE, 1},          {"ship_date", VAR_DATE, 1},
	{"order_date", VAR_DATE, 1},     {"eta_from", VAR_DATE, 1},         {"eta_to", VAR_DATE, 1},
	{"answer_by", VAR_DATE, 1},      {"return_days", VAR_INT, 1},       {"total", VAR_MONEY, 1},
	{"case_id", VAR_STR, 1},         {"dispute_kind", VAR_SELECT, 1},   {"reason_code", VAR_SELECT, 1},
	{"opened_date", VAR_DATE, 1},    {"deadline", VAR_DATE, 1},         {"claimed_amount", VAR_MONEY, 1},
	{"refund_amount", VAR_MONEY, 1}, {"refunded_amount", VAR_MONEY, 1}, {"refund_date", VAR_DATE, 1},
	{"rating", VAR_SELECT, 1},       {"lang_name", VAR_STR, 1},         {0},
};

const struct var_spec *
variables_known(void)
{
	return known;
}

struct filling {
	struct var *out;
	int n;
	struct arena *arena;
};

static struct var *
add(struct filling *f, const char *name, int present)
{
	struct var *v = &f->out[f->n++];

	v->name = name;
	v->state = present ? PRESENT : ABSENT;
	return v;
}

static void
str(struct filling *f, const char *name, const char *value, int points)
{
	struct buf clean = BUF_MAX(4096);

	if (value && *value)
		var_clean(value, points, &clean);
	add(f, name, clean.len > 0)->str = arena_strdup(f->arena, buf_str(&clean));
	buf_free(&clean);
}

static void
date(struct filling *f, const char *name, int64_t ms)
{
	add(f, name, ms > 0)->num = ms;
}

/* A date that we promise: one that has passed is no promise. */
static void
promise(struct filling *f, const char *name, int64_t ms, int64_t now)
{
	date(f, name, ms > now ? ms : 0);
}

static void
money(struct filling *f, const char *name, const struct money *amount)
{
	const int present = amount && *amount->currency && amount->minor > 0;
	struct var *v = add(f, name, present);

	if (present)
		v->money = *amount;
}

/* A word that a text may branch on. */
static void
keyword(struct filling *f, const char *name, const char *word)
{
	const size_t n =
		word ? strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") : 0;

	add(f, name, n && n < NAME_POINTS && !word[n])->str = arena_strdup(f->arena, word ? word : "");
}

static int
is_a_name(const char *name, const char *user)
{
	int letters = 0;

	if (!name || strchr(name, '@') || (user && !strcmp(name, user)))
		return 0;
	for (const char *p = name; *p; p++)
		letters += isalpha((unsigned char)*p) || (unsigned char)*p >= 0x80;
	return letters > 1;
}

void
variables_of(const struct situation *s, const struct conf_account *account, const char *locale,
	     const struct money *amount, int64_t now, struct arena *arena, struct var out[VARIABLES_MAX])
{
	struct filling f = {out, 0, arena};
	char language[128] = "";

	memset(out, 0, VARIABLES_MAX * sizeof *out);
	str(&f, "buyer_name", is_a_name(s->buyer_name, s->buyer_remote) ? s->buyer_name : NULL, NAME_POINTS);
	str(&f, "order_id", s->order_remote, NAME_POINTS);
	str(&f, "item_title", s->item_title, TITLE_POINTS);
	str(&f, "carrier", s->carrier, NAME_POINTS);
	str(&f, "tracking_number", s->tracking, NAME_POINTS);
	str(&f, "seller_name", account->shop, NAME_POINTS);
	str(&f, "platform_name", account->connector->title, NAME_POINTS);
	promise(&f, "ship_by", s->ship_by, now);
	date(&f, "ship_date", s->shipped);
	date(&f, "order_date", s->order_created);
	promise(&f, "eta_from", s->eta_from, now);
	promise(&f, "eta_to", s->eta_to, now);
	promise(&f, "answer_by", s->at + account->answer_within, now);
	add(&f, "return_days", account->return_days > 0)->num = account->return_days;
	money(&f, "total", s->order ? &s->total : NULL);
	str(&f, "case_id", s->dispute ? s->dispute_remote : NULL, NAME_POINTS);
	keyword(&f, "dispute_kind", s->dispute ? dispute_kind_name(s->dispute_kind) : NULL);
	keyword(&f, "reason_code", s->dispute ? s->dispute_reason : NULL);
	date(&f, "opened_date", s->dispute ? s->opened : 0);
	promise(&f, "deadline", s->dispute ? s->respond_by : 0, now);
	money(&f, "claimed_amount", s->dispute ? &s->claimed : NULL);
	money(&f, "refund_amount", amount);
	money(&f, "refunded_amount", s->order ? &s->refunded : NULL);
	date(&f, "refund_date", s->order ? s->last_refund : 0);
	keyword(&f, "rating", s->feedback ? rating_name(s->rating) : NULL);
	if (locale)
		locale_language_name(s->language && *s->language ? s->language : locale, locale, language,
				     sizeof language);
	str(&f, "lang_name", language, NAME_POINTS);
}
