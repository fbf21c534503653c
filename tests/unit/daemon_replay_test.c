/* A changed configuration over the same history: each kind of difference, and none at all. */
#include "daemon_store_test_kit.h"

#include <sys/stat.h>

#include "daemon/replay.h"

#define WHERE   "Guten Tag, wo bleibt mein Paket? Ich warte schon seit einer Woche auf meine Bestellung."
#define SHIPPED (T0 + 2 * DAY)
#define APP     "[application \"a\"]\nplatform = ebay\nclient_id = c\nclient_secret = s\nredirect = r\n"
#define ACCOUNT "[account \"toys\"]\nplatform = ebay\napplication = a\nshop = \"Shop\"\nlanguage = de\n"
#define LIMITS  "refund_per_order = 50.00 EUR\nrefund_per_buyer = 50.00 EUR\nrefund_per_day = 50.00 EUR\n"
#define WAITING                                                                                              \
	"[rule \"not yet\"]\non = message.received\nfulfilment = open\naction = reply\ntemplate = "          \
	"post_not_shipped_yet\nmode = auto\n"
#define UNDERWAY                                                                                             \
	"[rule \"underway\"]\non = message.received\nfulfilment = shipped\naction = reply\ntemplate = "      \
	"post_where_is_order\nmode = auto\n"
#define PAYING(amount)                                                                                       \
	"[rule \"pay\"]\non = dispute.due\ndispute = return\ndue = DECIDE\naction = refund\namount "         \
	"= " amount "\nmode = auto\n"
#define RULES WAITING UNDERWAY PAYING("10.00 EUR")

static const char *
conf(struct kit *k, const char *name, const char *service, const char *account, const char *rules)
{
	static char paths[4][128];
	static int n;
	char *path = paths[n++ % 4];
	FILE *f;

	snprintf(path, sizeof paths[0], "%s/%s", k->folder, name);
	assert_non_null(f = fopen(path, "w"));
	fprintf(f,
		"[service]\nstate = \"%s\"\nsocket = \"%s/s\"\nkey_file = \"%s/key\"\n%s" APP ACCOUNT "%s%s",
		k->path, k->folder, k->folder, service, account, rules);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, 0600), 0);
	return path;
}

static void
take_shipped(struct kit *k)
{
	struct order o = an_order("O1", one_item, 1, SHIPPED);
	const struct shipment h = {
		.order = "O1", .remote = "S1", .carrier = "DHL", .tracking = "0034", .shipped = SHIPPED};

	o.fulfilment = FULFILMENT_SHIPPED;
	kit_begin(k);
	record_shipment(k->store, k->account.id, &h, SHIPPED);
	record_order(k->store, k->account.id, &o, SHIPPED);
	kit_commit(k);
}

static void
take(struct kit *k, const char *remote, enum direction direction, int64_t at, const char *text)
{
	struct message m = a_message(remote, "C1", direction, at, text);

	m.order = "O1";
	m.buyer.locale = "de";
	assert_int_equal(take_message(k, &m, at), 1);
}

static void
take_return(struct kit *k, enum dispute_status status, int64_t changed)
{
	const struct dispute d = {
		.remote = "R1",
		.kind = DISPUTE_RETURN,
		.status = status,
		.raw = status == DISPUTE_AWAITING_SELLER ? "OPEN" : "CLOSED",
		.marketplace = "EBAY_DE",
		.order = "O1",
		.listing = "L1",
		.buyer = {.remote = "example_buyer", .name = "Erika Mustermann", .country = "DE"},
		.reason = "DEFECTIVE",
		.amount = {2000, "EUR"},
		.due_action = status == DISPUTE_AWAITING_SELLER ? "DECIDE" : NULL,
		.opened = T0 + 5 * DAY,
		.changed = changed};

	kit_begin(k);
	record_dispute(k->store, k->account.id, &d, changed);
	kit_commit(k);
}

/* Paid on the first day; asked on the next; shipped; asked again and answered by hand; a return, which is closed by now. */
static void
live(struct kit *k)
{
	const struct order o = an_order("O1", one_item, 1, T0);

	take_order(k, &o, T0);
	take(k, "M1", INCOMING, T0 + DAY, WHERE);
	take_shipped(k);
	take(k, "M2", INCOMING, T0 + 4 * DAY, "Wann kommt die Sendung denn an? Danke!");
	take(k, "M3", OUTGOING, T0 + 4 * DAY + HOUR, "Guten Tag, Ihr Paket ist unterwegs.");
	take_return(k, DISPUTE_AWAITING_SELLER, T0 + 5 * DAY);
	take_return(k, DISPUTE_RESOLVED, T0 + 9 * DAY);
}

static json_t *
difference(const char *before, const char *after)
{
	struct err err = {""};
	json_t *d = replay(before, after, 0, 100, &err);

	if (!d)
		fail_msg("%s", err.text);
	return d;
}

/* The same, of two configurations that differ in these parts. */
static json_t *
between(struct kit *k, const char *account, const char *rules, const char *account2, const char *rules2)
{
	return difference(conf(k, "before.conf", "", account, rules),
			  conf(k, "after.conf", "", account2, rules2));
}

static json_t *
rules_differ(struct kit *k, const char *rules, const char *rules2)
{
	return between(k, LIMITS, rules, LIMITS, rules2);
}

static void
the_same_gives_nothing(void **state)
{
	struct kit *k = *state;
	json_t *d;

	live(k);
	d = rules_differ(k, RULES, "# only a remark\n" RULES);
	assert_shows(d, "same", "true");
	assert_shows(d, "actions.before", "3");
	assert_shows(d, "actions.added", "0");
	assert_shows(d, "actions.removed", "0");
	assert_shows(d, "actions.changed", "0");
	assert_shows(d, "rules", "[]");
	assert_shows(d, "list", "[]");
	assert_shows(d, "deadlines.list", "[]");
	json_decref(d);
}

/* What was asked before the parcel left is answered so, though it has left by now, and by hand too. */
static void
facts_are_those_of_then(void **state)
{
	struct kit *k = *state;
	json_t *d;

	live(k);
	d = rules_differ(k, "", RULES);
	assert_shows(d, "actions.added", "3");
	assert_shows(d, "list.0.after.template", "\"post_not_shipped_yet\"");
	assert_shows(d, "list.0.before", "null");
	assert_shows(d, "list.1.after.template", "\"post_where_is_order\"");
	assert_shows(d, "list.1.after.state", "\"leaves\"");
	assert_shows(d, "list.2.about", "\"d1\"");
	assert_shows(d, "list.2.after.moves.value", "\"10.00\"");
	assert_shows(d, "rules.0.before", "0");
	json_decref(d);
}

static void
what_falls_away(void **state)
{
	struct kit *k = *state;
	json_t *d;

	live(k);
	d = rules_differ(k, RULES, WAITING PAYING("10.00 EUR"));
	assert_shows(d, "same", "false");
	assert_shows(d, "actions.removed", "1");
	assert_shows(d, "actions.added", "0");
	assert_shows(d, "actions.changed", "0");
	assert_shows(d, "rules.0.rule", "\"underway\"");
	assert_shows(d, "rules.0.after", "0");
	assert_shows(d, "list.0.after", "null");
	json_decref(d);
}

static void
another_template_and_another_way(void **state)
{
	struct kit *k = *state;
	json_t *d;

	live(k);
	d = rules_differ(k, WAITING UNDERWAY,
			 "[rule \"not yet\"]\non = message.received\nfulfilment = open\naction = reply\n"
			 "template = post_cancel_too_late\nmode = approve\n" UNDERWAY);
	/* The first one still waits when the next message comes, which then is due earlier. */
	assert_shows(d, "actions.changed", "2");
	assert_shows(d, "actions.template", "1");
	assert_shows(d, "actions.text", "1");
	assert_shows(d, "actions.way", "1");
	assert_shows(d, "actions.deadline", "1");
	assert_shows(d, "actions.rule", "0");
	assert_shows(d, "list.0.text_differs", "true");
	assert_shows(d, "list.0.after.state", "\"superseded\"");
	json_decref(d);
}

static void
another_time_to_leave(void **state)
{
	struct kit *k = *state;
	json_t *d;

	live(k);
	d = rules_differ(k, UNDERWAY, UNDERWAY "delay = 10m\n");
	assert_shows(d, "actions.changed", "1");
	assert_shows(d, "actions.moment", "1");
	assert_shows(d, "actions.text", "0");
	json_decref(d);
}

static void
other_words_of_the_seller(void **state)
{
	struct kit *k = *state;
	char command[400], service[160];
	json_t *d;

	live(k);
	snprintf(command, sizeof command,
		 "mkdir -p '%s/t/post_where_is_order' && echo 'Gut.' >'%s/t/post_where_is_order/de.txt'",
		 k->folder, k->folder);
	assert_int_equal(system(command), 0);
	snprintf(service, sizeof service, "templates = \"%s/t\"\n", k->folder);
	d = difference(conf(k, "before.conf", "", LIMITS, RULES),
		       conf(k, "after.conf", service, LIMITS, RULES));
	assert_shows(d, "actions.changed", "1");
	assert_shows(d, "actions.text", "1");
	assert_shows(d, "actions.template", "0");
	assert_shows(d, "texts.0.other_words", "1");
	json_decref(d);
}

static void
money_by_currency(void **state)
{
	struct kit *k = *state;
	json_t *d;

	live(k);
	d = rules_differ(k, PAYING("10.00 EUR"), PAYING("15.50 EUR"));
	assert_shows(d, "actions.money", "1");
	assert_shows(d, "refunds.0.currency", "\"EUR\"");
	assert_shows(d, "refunds.0.before.value", "\"10.00\"");
	assert_shows(d, "refunds.0.after.value", "\"15.50\"");
	assert_shows(d, "refunds.0.leaving_after.value", "\"15.50\"");
	json_decref(d);
	d = between(k, LIMITS, PAYING("10.00 EUR"), "", PAYING("10.00 EUR")); /* without limits it waits */
	assert_shows(d, "actions.way", "1");
	assert_shows(d, "refunds.0.count_after", "1");
	assert_shows(d, "refunds.0.leaving_count_after", "0");
	json_decref(d);
}

static void
deadlines_that_move(void **state)
{
	struct kit *k = *state;
	json_t *d;

	live(k);
	d = between(k, LIMITS, "", LIMITS "answer_within = 2h\n", "");
	assert_shows(d, "same", "false");
	assert_shows(d, "actions.before", "0");
	assert_int_not_equal(json_integer_value(json_object_get(json_object_get(d, "deadlines"), "earlier")),
			     0);
	assert_shows(d, "deadlines.later", "0");
	assert_shows(d, "deadlines.list.0.id", "\"c1\"");
	json_decref(d);
}

static void
days_when_the_shop_is_closed(void **state)
{
	struct kit *k = *state;
	const char *rules = "[rule \"away\"]\non = message.received\nclosed = yes\naction = reply\n"
			    "template = post_cancel_too_late\nmode = auto\n" RULES;
	json_t *d;

	live(k); /* M1 came on 2025-10-10, M2 on the 13th */
	d = between(k, LIMITS, rules, LIMITS "closed = 2025-10-12..2025-10-14\n", rules);
	assert_shows(d, "actions.changed", "1");
	assert_shows(d, "actions.rule", "1");
	assert_shows(d, "list.0.after.rule", "\"away\"");
	json_decref(d);
}

static void
other_phrases_read_all_again(void **state)
{
	struct kit *k = *state;
	const char *rules =
		"[rule \"where\"]\non = message.received\nintent = order_status_where_is_my_order "
		"not_received\naction = reply\ntemplate = post_where_is_order\nmode = auto\n";
	char command[400], service[160];
	json_t *d;

	live(k);
	snprintf(command, sizeof command,
		 "mkdir -p '%s/p' && printf 'cancel_order\\t9\\two bleibt\\n' >'%s/p/de.txt'", k->folder,
		 k->folder);
	assert_int_equal(system(command), 0);
	snprintf(service, sizeof service, "phrases = \"%s/p\"\n", k->folder);
	d = difference(conf(k, "before.conf", "", LIMITS, rules),
		       conf(k, "after.conf", service, LIMITS, rules));
	assert_shows(d, "actions.before", "2");
	assert_int_not_equal(json_integer_value(json_object_get(json_object_get(d, "actions"), "removed")),
			     0);
	json_decref(d);
}

static uint64_t
bytes_of(const char *path)
{
	uint64_t hash = 14695981039346656037u;
	FILE *f = fopen(path, "rb");

	assert_non_null(f);
	for (int c; (c = getc(f)) != EOF;)
		hash = (hash ^ (unsigned)c) * 1099511628211u;
	fclose(f);
	return hash;
}

/* Nor does it need the store for itself: here the service has it open all the time. */
static void
the_store_stays_as_it_is(void **state)
{
	struct kit *k = *state;
	char wal[128];
	uint64_t file, log;
	int64_t changes;
	json_t *d;

	live(k);
	snprintf(wal, sizeof wal, "%s-wal", k->path);
	file = bytes_of(k->path);
	log = bytes_of(wal);
	changes = kit_number(k, "SELECT count(*) FROM journal");
	d = rules_differ(k, "", RULES);
	assert_shows(d, "actions.added", "3");
	json_decref(d);
	assert_true(file == bytes_of(k->path));
	assert_true(log == bytes_of(wal));
	assert_int_equal(kit_number(k, "SELECT count(*) FROM outbox"), 0);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM journal"), changes);
	take(k, "M9", INCOMING, T0 + 20 * DAY, "Danke!");
}

static void
what_nobody_thought_of_cannot_be_written(void **state)
{
	struct kit *k = *state;
	struct store *s = store_open_past(k->path, &k->err);

	assert_non_null(s);
	store_begin(s);
	meta_set(s, "installation", "another");
	assert_int_equal(store_commit(s, &k->err), -1);
	store_close(s);
}

static void
how_alike_two_texts_are(void **state)
{
	(void)state;
	assert_int_equal(texts_alike("Your parcel is on its way.", "your PARCEL is, on its way"), 100);
	assert_int_equal(texts_alike("Your parcel left yesterday", "We are sorry for that"), 0);
	assert_int_equal(texts_alike("one two three four", "one two five six"), 50);
	assert_int_equal(texts_alike("您的包裹已发货", "包裹已经发货"), 76);
	assert_int_equal(texts_alike("", ""), 100);
	assert_int_equal(texts_alike("a a a a", "a"), 40);
}

static void
observe(struct kit *k, const char *key, const char *template_id, const char *text)
{
	struct outbox_row row = {.account = k->account.id,
				 .intent_key = key,
				 .kind = "reply",
				 .rule = "r",
				 .template_id = template_id,
				 .locale = "de",
				 .conversation = 1,
				 .message =
					 kit_number(k, "SELECT max(id) FROM message WHERE direction = 'in'"),
				 .text = text,
				 .substantive = 1,
				 .not_before = T0 + MINUTE,
				 .state = OUTBOX_OBSERVED};

	kit_begin(k);
	assert_int_equal(outbox_insert(k->store, &row, T0 + MINUTE), 1);
	kit_commit(k);
}

static void
beside_what_people_sent(void **state)
{
	struct kit *k = *state;
	json_t *d;

	take(k, "M1", INCOMING, T0, WHERE);
	observe(k, "k1", "post_where_is_order", "Ihr Paket ist unterwegs, Frau Mustermann");
	take(k, "M2", OUTGOING, T0 + 61 * MINUTE, "Ihr Paket ist seit gestern unterwegs");
	take(k, "M3", INCOMING, T0 + DAY, WHERE);
	observe(k, "k2", "post_where_is_order", "Ihr Paket ist unterwegs, Frau Mustermann");
	kit_begin(k);
	d = view_observed(k->store, 0, texts_alike);
	assert_shows(d, "scenarios.0.template", "\"post_where_is_order\"");
	assert_shows(d, "scenarios.0.would_send", "2");
	assert_shows(d, "scenarios.0.answered", "1");
	assert_shows(d, "scenarios.0.same_kind", "1");
	assert_shows(d, "scenarios.0.alike", "1");
	assert_shows(d, "scenarios.0.alike_percent", "66");
	assert_shows(d, "scenarios.0.earlier_seconds", "3600");
	assert_shows(d, "scenarios.0.nobody", "1");
	json_decref(d);
	kit_commit(k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(the_same_gives_nothing),
		KIT_TEST(facts_are_those_of_then),
		KIT_TEST(what_falls_away),
		KIT_TEST(another_template_and_another_way),
		KIT_TEST(another_time_to_leave),
		KIT_TEST(other_words_of_the_seller),
		KIT_TEST(money_by_currency),
		KIT_TEST(deadlines_that_move),
		KIT_TEST(days_when_the_shop_is_closed),
		KIT_TEST(other_phrases_read_all_again),
		KIT_TEST(the_store_stays_as_it_is),
		KIT_TEST(what_nobody_thought_of_cannot_be_written),
		cmocka_unit_test(how_alike_two_texts_are),
		KIT_TEST(beside_what_people_sent),
	};

	return cmocka_run_group_tests_name("replay", tests, NULL, NULL);
}
