/* daemon_action_test_kit.h - an armed account with a return of 20 EUR, and actions of every kind about it. */
#ifndef ACTION_TEST_KIT_H
#define ACTION_TEST_KIT_H

#include "daemon_store_test_kit.h"

#include "daemon/lane.h"
#include "daemon/outbox/outbox.h"

/* The rows that a test needs: which of them moves money, and how, is all that counts here. */
static const struct action kit_actions[] = {
	{.kind = "return.accept", .takes = TAKES_TEXT},
	{.kind = "return.decline", .needs = TAKES_TEXT, .max_utf16 = 20},
	{.kind = "return.refund",
	 .takes = TAKES_AMOUNT | TAKES_REASON,
	 .moves = MOVES_AMOUNT,
	 .reasons = "ONE TWO"},
	{.kind = "return.claimed", .moves = MOVES_CLAIM},
	{.kind = "return.tracking", .needs = TAKES_TRACKING},
	{.kind = "return.files",
	 .needs = TAKES_FILES,
	 .files = {.count = 2, .bytes = 10, .all_bytes = 15, .types = "image/png"}},
	{.kind = "order.refund", .needs = TAKES_AMOUNT, .moves = MOVES_AMOUNT},
	{.kind = "reply", .needs = TAKES_TEXT},
	{.kind = NULL},
};
static const struct capability kit_capabilities[] = {
	{"return.received", BY_PERSON, "Example offers no API for it",
	 "https://example.com/r/{dispute}?o={order}", NULL},
	{"return.label", NOT_HERE, "Example knows no labels", NULL, NULL},
	{.kind = NULL},
};
static const struct connector kit_connector = {
	.name = "example", .title = "Example", .actions = kit_actions, .capabilities = kit_capabilities};
static const struct money kit_per_order[] = {{2500, "EUR"}, {0, ""}};
static const struct money kit_per_buyer[] = {{5000, "EUR"}, {0, ""}};
static const struct money kit_per_day[] = {{3000, "EUR"}, {0, ""}};
static const struct money kit_two_above[] = {{1500, "EUR"}, {0, ""}};
static struct conf_account kit_account = {.name = "toys",
					  .connector = &kit_connector,
					  .daily_cap = 1000,
					  .refund_per_order = kit_per_order,
					  .refund_per_buyer = kit_per_buyer,
					  .refund_per_day = kit_per_day,
					  .second_person_above = kit_two_above,
					  .view = {.name = "toys", .connector = &kit_connector}};
static const char *const kit_returns[] = {"return", NULL};
static struct conf_rule kit_rule = {.name = "refunds",
				    .on = "dispute.due",
				    .dispute = kit_returns,
				    .action = "refund",
				    .template_id = "",
				    .code = "",
				    .mode = RULE_AUTO,
				    .max_age = DAY,
				    .hash = "0"};
static struct conf kit_conf = {.accounts = &kit_account, .naccounts = 1, .rules = &kit_rule, .nrules = 1};

struct acting {
	struct kit *k;
	struct daemon d;
	struct runner r;
	struct situation s; /* of the return's due event */
};

static inline struct dispute
a_return(const char *remote, const char *order, int64_t changed)
{
	return (struct dispute){
		.remote = remote,
		.kind = DISPUTE_RETURN,
		.status = DISPUTE_AWAITING_SELLER,
		.raw = "OPEN",
		.marketplace = "EBAY_DE",
		.order = order,
		.listing = "L1",
		.buyer = {.remote = "example_buyer", .name = "Erika Mustermann", .country = "DE"},
		.reason = "DEFECTIVE",
		.amount = {2000, "EUR"},
		.due_action = "DECIDE",
		.respond_by = T0 + 3 * DAY,
		.revision = "v1",
		.opened = T0,
		.changed = changed};
}

/* The facts of the newest event of a return. */
static inline void
kit_due(struct acting *a, const char *remote)
{
	const int64_t id = dispute_id(a->k->store, a->k->account.id, DISPUTE_RETURN, remote);
	char sql[160];

	assert_int_not_equal(id, 0);
	snprintf(
		sql, sizeof sql,
		"SELECT id FROM event WHERE kind = 'dispute.due' AND dispute = %lld ORDER BY id DESC LIMIT 1",
		(long long)id);
	assert_int_equal(
		situation_load(a->k->store, &(struct around){.event = kit_number(a->k, sql)}, T0 + 10, &a->s),
		1);
}

/* Begins a turn in which everything happens. */
static inline void
kit_act(struct acting *a, struct kit *k)
{
	const struct order o = an_order("O1", one_item, 1, T0);
	const struct dispute x = a_return("R1", "O1", T0);

	memset(a, 0, sizeof *a);
	a->k = k;
	a->d = (struct daemon){.conf = &kit_conf, .store = k->store, .installation = (char *)"test"};
	a->r = (struct runner){.conf = &kit_account, .connector = &kit_connector, .id = k->account.id};
	kit_begin(k);
	account_set_mode(k->store, k->account.id, MODE_AUTO, T0 - DAY);
	record_order(k->store, k->account.id, &o, T0);
	record_dispute(k->store, k->account.id, &x, T0);
	kit_due(a, "R1");
}

static inline struct wish
a_wish(const char *kind, const char *key)
{
	return (struct wish){
		.kind = kind, .intent_key = key, .rule = "refunds", .how = RULE_AUTO, .not_before = T0};
}

static inline struct wish
a_refund(const char *key, int64_t minor)
{
	struct wish w = a_wish("return.refund", key);

	w.amount = (struct money){minor, "EUR"};
	return w;
}

static inline struct outbox_row
kit_wish(struct acting *a, const struct wish *w)
{
	struct outbox_row row;
	const int64_t id = outbox_wish(&a->d, &a->s, w, T0 + 10);

	assert_int_not_equal(id, 0);
	assert_int_equal(outbox_get(a->k->store, id, &row), 1);
	return row;
}

static inline struct outbox_row
kit_row(struct acting *a, int64_t id)
{
	struct outbox_row row;

	assert_int_equal(outbox_get(a->k->store, id, &row), 1);
	return row;
}

#endif
