#include "daemon/outbox/variables.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/instant.h"
#include "daemon/hours/presence.h"
#include "daemon/policy/content.h"
#include "i18n/locale.h"

#define NAME_POINTS  60
#define TITLE_POINTS 120
#define SOON         (7 * DAY)

static int
has_shop(const struct conf_account *a)
{
	return a->shop && *a->shop;
}

static int
has_return_days(const struct conf_account *a)
{
	return a->return_days > 0;
}

static int
has_duties(const struct conf_account *a)
{
	return a->duties_paid_by && *a->duties_paid_by;
}

static int
has_closures(const struct conf_account *a)
{
	return a->closed != NULL;
}

static int
goes_away(const struct conf_account *a)
{
	return a->closed != NULL || a->hours.n;
}

#define FILLED(n, t, r)                                                                                      \
	{                                                                                                    \
		.name = (n), .type = (t), .room = (r)                                                        \
	}
#define SET(n, t, k, has)                                                                                    \
	{                                                                                                    \
		.name = (n), .type = (t), .room = ROOM_ACCOUNT, .key = (k), .set = (has)                     \
	}
#define UNREAD(n, t, r)                                                                                      \
	{                                                                                                    \
		.name = (n), .type = (t), .room = (r), .from = FROM_NOBODY                                   \
	}
#define PERSON(n, t)                                                                                         \
	{                                                                                                    \
		.name = (n), .type = (t), .room = ROOM_PERSON, .from = FROM_PEOPLE                           \
	}

/* clang-format off */
static const struct variable known[] = {
	FILLED("order_id", VAR_STR, ROOM_ORDER),
	FILLED("order_date", VAR_DATE, ROOM_ORDER),
	FILLED("buyer_name", VAR_STR, ROOM_ORDER),
	FILLED("item_title", VAR_STR, ROOM_ORDER),
	FILLED("items", VAR_LIST, ROOM_ORDER),
	FILLED("item_count", VAR_INT, ROOM_ORDER),
	FILLED("total", VAR_MONEY, ROOM_ORDER),
	FILLED("ship_by", VAR_DATE, ROOM_ORDER),
	FILLED("eta_from", VAR_DATE, ROOM_ORDER),
	FILLED("eta_to", VAR_DATE, ROOM_ORDER),
	FILLED("fulfilment", VAR_SELECT, ROOM_ORDER),
	FILLED("refunded_amount", VAR_MONEY, ROOM_ORDER),
	FILLED("refund_date", VAR_DATE, ROOM_ORDER),
	/* nor until when an order has to be paid */
	{.name = "pay_by", .type = VAR_DATE, .room = ROOM_ORDER, .from = FROM_NOBODY, .promise = 1},

	FILLED("carrier", VAR_STR, ROOM_SHIPMENT),
	FILLED("tracking_number", VAR_STR, ROOM_SHIPMENT),
	FILLED("ship_date", VAR_DATE, ROOM_SHIPMENT),
	/* nor what carriers scan */
	UNREAD("last_event", VAR_STR, ROOM_SHIPMENT),
	UNREAD("last_event_date", VAR_DATE, ROOM_SHIPMENT),
	UNREAD("delivered_date", VAR_DATE, ROOM_SHIPMENT),
	UNREAD("place", VAR_STR, ROOM_SHIPMENT),

	/* no connector reads listings, */
	UNREAD("asked_title", VAR_STR, ROOM_LISTING),
	UNREAD("price", VAR_MONEY, ROOM_LISTING),
	UNREAD("shipping_cost", VAR_MONEY, ROOM_LISTING),
	UNREAD("stock_count", VAR_INT, ROOM_LISTING),
	{.name = "restock_date", .type = VAR_DATE, .room = ROOM_LISTING, .from = FROM_NOBODY, .promise = 1},

	SET("seller_name", VAR_STR, "shop", has_shop),
	SET("return_days", VAR_INT, "return_days", has_return_days),
	SET("duties_paid_by", VAR_SELECT, "duties_paid_by", has_duties),
	SET("holiday_from", VAR_DATE, "closed", has_closures),
	SET("holiday_to", VAR_DATE, "closed", has_closures),
	SET("back_on", VAR_DATE, "hours", goes_away),

	FILLED("platform_name", VAR_STR, ROOM_PLATFORM),
	FILLED("answer_by", VAR_DATE, ROOM_POLICY),
	FILLED("lang_name", VAR_STR, ROOM_LANGUAGE),
	FILLED("refund_amount", VAR_MONEY, ROOM_ACTION),
	FILLED("rating", VAR_SELECT, ROOM_FEEDBACK),

	FILLED("case_id", VAR_STR, ROOM_DISPUTE),
	FILLED("dispute_kind", VAR_SELECT, ROOM_DISPUTE),
	FILLED("reason_code", VAR_SELECT, ROOM_DISPUTE),
	FILLED("opened_date", VAR_DATE, ROOM_DISPUTE),
	FILLED("deadline", VAR_DATE, ROOM_DISPUTE),
	FILLED("claimed_amount", VAR_MONEY, ROOM_DISPUTE),
	/* nor labels and the addresses on them */
	UNREAD("label_ref", VAR_STR, ROOM_RETURN),
	UNREAD("return_address", VAR_STR, ROOM_RETURN),

	PERSON("answer", VAR_STR),
	PERSON("question", VAR_STR),
	PERSON("days_min", VAR_INT),
	PERSON("days_max", VAR_INT),
	PERSON("dest_country", VAR_STR),
	PERSON("discount_pct", VAR_INT),
	PERSON("qty_min", VAR_INT),
	PERSON("invoice_ref", VAR_STR),
	PERSON("proof_ref", VAR_STR),
	PERSON("missing_items", VAR_LIST),
	PERSON("new_address_ok", VAR_SELECT),
	PERSON("refused_because", VAR_SELECT),
	PERSON("we_ship", VAR_SELECT),
	{.name = "new_eta", .type = VAR_DATE, .room = ROOM_PERSON, .from = FROM_PEOPLE, .promise = 1},
	{.name = "new_ship_date", .type = VAR_DATE, .room = ROOM_PERSON, .from = FROM_PEOPLE, .promise = 1},
	PERSON("new_variant", VAR_STR),
	PERSON("options", VAR_SELECT),
	PERSON("other_item", VAR_STR),
	{.name = NULL},
};
/* clang-format on */

const struct variable *
variables_known(void)
{
	return known;
}

const struct variable *
variable_find(const char *name)
{
	const struct variable *v = known;

	while (v->name && strcmp(v->name, name) != 0)
		v++;
	return v->name ? v : NULL;
}

int
variable_unfilled(const char *name, const struct conf_account *a)
{
	const struct variable *v = variable_find(name);

	return !v || v->from != FROM_RECORDS || (v->set && !v->set(a));
}

const char *
variables_zone(const struct situation *s, const struct conf_account *a)
{
	const char *site = a->connector->zone ? a->connector->zone(s->marketplace) : NULL;

	return site ? site : a->zone;
}

int64_t
day_shown(int64_t day, const char *zone)
{
	const int64_t noon = day + DAY / 2;
	int minutes = 0;

	if (zone && *zone)
		zone_offset(zone, noon, &minutes);
	return noon - minutes * MINUTE;
}

/* Both on the same day of that zone? */
static int
one_day(int64_t a, int64_t b, const char *zone)
{
	int before = 0, after = 0;

	if (zone && *zone) {
		zone_offset(zone, a, &before);
		zone_offset(zone, b, &after);
	}
	return (a + before * MINUTE) / DAY == (b + after * MINUTE) / DAY;
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

/* What programs write where they have nothing: a carrier "null" is none. */
static int
says_nothing(const char *value)
{
	static const char *const words[] = {"null",      "(null)", "nil", "none", "nan",
					    "undefined", "n/a",    "-",   NULL};
	const char *const *w = words;

	while (*w && strcasecmp(*w, value) != 0)
		w++;
	return *w != NULL;
}

static void
str(struct filling *f, const char *name, const char *value, int points)
{
	struct buf clean = BUF_MAX(4096);

	if (value && *value)
		var_clean(value, points, &clean);
	add(f, name, clean.len > 0 && !says_nothing(clean.data))->str =
		arena_strdup(f->arena, buf_str(&clean));
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

/* All of them or none: half a list would be taken for the whole. */
static void
titles(struct filling *f, const char *name, const struct order_titles *order)
{
	const size_t n = order ? order->n : 0;
	const char **list = arena_alloc(f->arena, (n + 1) * sizeof *list);
	struct buf clean = BUF_MAX(4096);
	struct var *v;
	size_t i;

	for (i = 0; i < n; i++) {
		buf_clear(&clean);
		var_clean(order->titles[i], TITLE_POINTS, &clean);
		if (!clean.len)
			break;
		list[i] = arena_strdup(f->arena, buf_str(&clean));
	}
	v = add(f, name, n && i == n);
	v->list = list;
	v->nlist = i;
	buf_free(&clean);
}

/* The closure that holds, by the clock of the shop, or the next when it begins before `soon` is over; NULL: none. */
static const struct conf_period *
closure_of(const struct conf_account *a, const char *zone, int64_t soon, int64_t now)
{
	const struct conf_period *next = NULL;
	const char *own = a->zone && *a->zone ? a->zone : zone;
	int minutes = 0;

	if (a->closed && own && *own)
		zone_offset(own, now, &minutes);
	for (const struct conf_period *p = a->closed; p && p->last; p++)
		if (now + minutes * MINUTE < p->last + DAY && (!next || p->first < next->first))
			next = p;
	return next && next->first <= now + minutes * MINUTE + soon ? next : NULL;
}

int
account_closed(const struct situation *s, const struct conf_account *a, int64_t now)
{
	return a->closed && closure_of(a, variables_zone(s, a), 0, now);
}

static void
closure(struct filling *f, const struct conf_account *a, const char *zone, int64_t now)
{
	const struct conf_period *next = closure_of(a, zone, SOON, now);

	date(f, "holiday_from", next && next->first < next->last ? day_shown(next->first, zone) : 0);
	date(f, "holiday_to", next ? day_shown(next->last, zone) : 0);
}

/* The day on which somebody is there again, when nobody is. */
static void
back(struct filling *f, const struct conf_account *a, const char *zone, int64_t now)
{
	const int64_t day = presence_back(a, zone, now);

	date(f, "back_on", day ? day_shown(day, zone) : 0);
}

/* A word that a text may branch on. */
static void
keyword(struct filling *f, const char *name, const char *word)
{
	const size_t n =
		word ? strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") : 0;

	add(f, name, n && n < NAME_POINTS && !word[n])->str = arena_strdup(f->arena, word ? word : "");
}

/* What the buyer would have liked to read; never the language of the text itself. */
static void
language_name(struct filling *f, const struct situation *s, const char *locale)
{
	const char *wanted = s->buyer_locale && *s->buyer_locale ? s->buyer_locale : s->language;
	char name[128] = "";

	if (locale && wanted && *wanted && !locale_same_language(wanted, locale)) /* cs-CZ is Czech */
		locale_language_name(arena_strndup(f->arena, wanted, strcspn(wanted, "-_")), locale, name,
				     sizeof name);
	str(f, "lang_name", name, NAME_POINTS);
}

static int
is_a_name(const char *name, const char *user)
{
	struct place place;
	int letters = 0;

	if (!name || strchr(name, '@') || content_link(name, NULL, &place) || content_phone(name, &place) ||
	    (user && !strcmp(name, user)))
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
	const char *zone = variables_zone(s, account);

	memset(out, 0, VARIABLES_MAX * sizeof *out);
	str(&f, "buyer_name", is_a_name(s->buyer_name, s->buyer_remote) ? s->buyer_name : NULL, NAME_POINTS);
	str(&f, "order_id", s->order_remote, NAME_POINTS);
	str(&f, "item_title", s->item_title, TITLE_POINTS);
	titles(&f, "items", s->items);
	add(&f, "item_count", s->items && s->items->pieces > 0)->num = s->items ? s->items->pieces : 0;
	str(&f, "carrier", s->carrier, NAME_POINTS);
	str(&f, "tracking_number", s->tracking, NAME_POINTS);
	str(&f, "seller_name", account->shop, NAME_POINTS);
	str(&f, "platform_name", account->connector->title, NAME_POINTS);
	promise(&f, "ship_by", s->ship_by, now);
	date(&f, "ship_date", s->shipped);
	date(&f, "order_date", s->order_created);
	promise(&f, "eta_from", one_day(s->eta_from, s->eta_to, zone) ? 0 : s->eta_from, now); /* "by" then */
	promise(&f, "eta_to", s->eta_to, now);
	keyword(&f, "fulfilment", s->order ? fulfilment_name((enum fulfilment)s->fulfilment) : NULL);
	promise(&f, "answer_by", presence_promise(account, zone, s->at + account->answer_within), now);
	add(&f, "return_days", account->return_days > 0)->num = account->return_days;
	keyword(&f, "duties_paid_by", account->duties_paid_by);
	closure(&f, account, zone, now);
	back(&f, account, zone, now);
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
	language_name(&f, s, locale);
}
