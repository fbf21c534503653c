/* What the API shows. */
#include "daemon_store_test_kit.h"

static void
fill(struct kit *k)
{
	struct order o = an_order("16-00001-00001", one_item, 1, T0);
	struct shipment h = {.order = "16-00001-00001",
			     .remote = "H1",
			     .carrier = "DHL",
			     .tracking = "0034",
			     .shipped = T0};
	struct attachment photo = {.name = "a.jpg", .url = "https://example.com/a"};
	struct message m1 = a_message("M1", "C1", INCOMING, T0, "Wo ist mein Paket?");
	struct message m2 = a_message("M2", "C2", INCOMING, T0 - HOUR, "什么时候发货？");
	struct message m3 = a_message("M3", "C3", OUTGOING, T0 + HOUR, "Gern geschehen.");
	struct outbox_row r = {.account = k->account.id,
			       .conversation = 1,
			       .message = 1,
			       .event = 2,
			       .order = 1,
			       .kind = "reply",
			       .intent_key = "k",
			       .rule = "where",
			       .text = "Hallo",
			       .locale = "de",
			       .template_id = "t",
			       .state = OUTBOX_DRAFT,
			       .reason = "asks %s\x1f"
					 "ana",
			       .next_at = T0,
			       .deadline = T0 + DAY};
	struct stream_row stream = {.name = "messages", .last_ok = T0, .next_at = T0 + MINUTE, .covered = T0};

	m1.attachments = &photo;
	m1.nattachments = 1;
	m2.buyer = m3.buyer = (struct buyer){.remote = "other_buyer"};
	kit_begin(k);
	record_order(k->store, k->account.id, &o, T0);
	record_shipment(k->store, k->account.id, &h, T0);
	record_message(k->store, k->account.id, &m1, T0);
	record_message(k->store, k->account.id, &m2, T0);
	record_message(k->store, k->account.id, &m3, T0);
	message_set_guess(k->store, 1, "de", 95, "order_status_where_is_my_order", 1, 0);
	conversation_set_answer_by(k->store, 1, T0 + DAY, "goal: 24 h");
	assert_int_equal(outbox_insert(k->store, &r, T0), 1);
	attempt_log(k->store, &r, "later", 503, NULL, "busy", T0);
	note_add(k->store, "c1", "ana", "friendly", T0);
	stream_put(k->store, k->account.id, &stream);
	notice_raise(k->store, "x", k->account.id, "a notice", T0);
	record_odd(k->store, k->account.id, "orders", "{\xff", 2, "why", T0);
	journal_add(k->store, T0, k->account.id, "decide", "e2", json_pack("{s:s}", "rule", "where"));
	journal_add(k->store, T0, k->account.id, "draft", "a1", NULL);
	journal_add(k->store, T0, k->account.id, "mode", "other", NULL);
	kit_commit(k);
}

static void
inbox_shows_the_oldest_clock_first(void **state)
{
	struct kit *k = *state;
	json_t *v;
	char next[64];

	fill(k);
	kit_begin(k);
	v = view_inbox(k->store, 10, NULL, NULL, 0);
	assert_shows(v, "conversations.0.id", "\"c2\"");
	assert_shows(v, "conversations.1",
		     "{\"id\":\"c1\",\"account\":\"toys\",\"marketplace\":\"EBAY_DE\",\"buyer\":\"Erika "
		     "Mustermann\","
		     "\"subject\":\"Frage\",\"listing\":\"L1\",\"order\":\"o1\",\"orders\":1,\"text\":\"Wo "
		     "ist mein "
		     "Paket?\","
		     "\"last_at\":\"2025-10-09T08:53:20.000Z\",\"unanswered_since_at\":\"2025-10-09T08:53:20."
		     "000Z\","
		     "\"answer_by_at\":\"2025-10-10T08:53:20.000Z\",\"language\":\"de\",\"intent\":\"order_"
		     "status_where_is_my_order\","
		     "\"state\":\"open\",\"photos\":1,\"needs\":null}");
	assert_int_equal(json_array_size(json_object_get(v, "conversations")), 2);
	assert_shows(v, "next", "null");
	json_decref(v);

	v = view_inbox(k->store, 1, NULL, "toys", 1);
	assert_shows(v, "conversations.0.id", "\"c3\"");
	assert_shows(v, "conversations.0.state", "\"waiting\"");
	snprintf(next, sizeof next, "%s", json_string_value(json_object_get(v, "next")));
	json_decref(v);
	v = view_inbox(k->store, 1, next, "toys", 1);
	assert_shows(v, "conversations.0.id", "\"c1\"");
	json_decref(v);
	v = view_inbox(k->store, 1, next, "nobody", 0);
	assert_shows(v, "conversations", "[]");
	json_decref(v);
	v = view_inbox(k->store, 1, "garbage", NULL, 0);
	assert_non_null(v);
	json_decref(v);
	kit_commit(k);
}

static void
status_counts(void **state)
{
	struct kit *k = *state;
	json_t *v;

	fill(k);
	kit_begin(k);
	v = view_status(k->store, T0 + HOUR);
	assert_shows(v, "accounts.0",
		     "{\"name\":\"toys\",\"platform\":\"ebay\",\"mode\":\"observe\",\"paused\":false,"
		     "\"stopped\":null,"
		     "\"breaker\":null,\"identity\":null,\"armed_at\":null,\"unanswered\":2,\"drafts\":1,"
		     "\"held\":0,"
		     "\"unsure\":0,"
		     "\"sent_24h\":0,\"disputes\":0,\"tasks\":0,\"streams\":[{\"name\":\"messages\",\"last_"
		     "ok_at\":\"2025-10-09T08:53:"
		     "20.000Z\","
		     "\"next_at\":\"2025-10-09T08:54:20.000Z\",\"covered_at\":\"2025-10-09T08:53:20.000Z\","
		     "\"fails\":"
		     "0,"
		     "\"stopped\":null}],\"coverage\":null}");
	assert_shows(v, "notices.0.text", "{\"packed\":\"a notice\"}");
	assert_shows(v, "odd", "1");
	json_decref(v);
	v = view_odd(k->store, 5);
	assert_shows(v, "odd.0.item", "\"{?\"");
	assert_shows(v, "odd.0.why", "{\"packed\":\"why\"}");
	json_decref(v);
	kit_commit(k);
}

static void
show_nests(void **state)
{
	struct kit *k = *state;
	json_t *v;

	fill(k);
	kit_begin(k);
	v = view_show(k->store, "o1");
	assert_shows(v, "kind", "\"order\"");
	assert_shows(v, "total", "{\"value\":\"28.90\",\"currency\":\"EUR\"}");
	assert_shows(v, "items.0.title", "\"Wooden train\"");
	assert_shows(v, "shipments.0.tracking", "\"0034\"");
	assert_shows(v, "conversations.0.id", "\"c1\"");
	json_decref(v);
	v = view_show(k->store, "c1");
	assert_shows(v, "messages.0.text", "\"Wo ist mein Paket?\"");
	assert_shows(v, "attachments.0.fetched", "false");
	assert_shows(v, "actions.0.id", "\"a1\"");
	assert_shows(v, "notes.0.text", "\"friendly\"");
	json_decref(v);
	v = view_show(k->store, "m1");
	assert_shows(v, "conversation", "\"c1\"");
	json_decref(v);
	v = view_show(k->store, "a1");
	assert_shows(v, "reason", "{\"packed\":\"asks %s\\u001Fana\"}");
	assert_shows(v, "attempts.0.status", "503");
	json_decref(v);
	v = view_show(k->store, "b1");
	assert_shows(v, "orders.0.remote", "\"16-00001-00001\"");
	assert_shows(v, "conversations.0.id", "\"c1\"");
	json_decref(v);
	for (const char *const *id =
		     (const char *const[]){"o99", "x1", "o", "o1x", "o-1", "o99999999999999999999", "", NULL};
	     *id; id++) {
		v = view_show(k->store, *id);
		assert_true(json_is_null(v));
	}
	kit_commit(k);
}

static void
find_finds(void **state)
{
	struct kit *k = *state;
	static const struct {
		const char *words;
		size_t orders, conversations;
	} rows[] = {
		{"16-00001", 1, 1}, {"Mustermann", 1, 1}, {"erika muster", 1, 1}, {"example_buyer", 1, 1},
		{"发货", 0, 1},     {"paket", 0, 1},      {"M3", 0, 1},           {"C2", 0, 1},
		{"nothing", 0, 0},  {"", 0, 0},           {"***", 0, 0},          {"\" OR", 0, 0},
	};
	json_t *v;

	fill(k);
	kit_begin(k);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		v = view_find(k->store, rows[i].words, 10);
		if (!v || json_array_size(json_object_get(v, "orders")) != rows[i].orders ||
		    json_array_size(json_object_get(v, "conversations")) != rows[i].conversations)
			fail_msg("%s: found %zu orders, %zu conversations", rows[i].words,
				 json_array_size(json_object_get(v, "orders")),
				 json_array_size(json_object_get(v, "conversations")));
		json_decref(v);
	}
	kit_commit(k);
}

static void
outbox_deadlines_explain(void **state)
{
	struct kit *k = *state;
	json_t *v;

	fill(k);
	kit_begin(k);
	v = view_outbox(k->store, "draft", "toys", 1, NULL);
	assert_shows(v, "actions.0.id", "\"a1\"");
	assert_shows(v, "actions.0.conversation", "\"c1\"");
	assert_shows(v, "actions.0.message", "\"m1\""); /* which it answers */
	assert_shows(v, "actions.0.deadline_at", "\"2025-10-10T08:53:20.000Z\"");
	assert_shows(v, "next", "\"1\"");
	json_decref(v);
	v = view_outbox(k->store, NULL, NULL, 10, "1");
	assert_shows(v, "actions", "[]");
	json_decref(v);
	v = view_deadlines(k->store, T0 + 25 * HOUR, 10);
	assert_shows(v, "deadlines.0",
		     "{\"id\":\"c1\",\"account\":\"toys\",\"what\":\"message.answer\",\"at\":\"2025-10-10T08:"
		     "53:20.000Z\","
		     "\"given_by\":\"goal: 24 "
		     "h\",\"state\":\"late\",\"since_at\":\"2025-10-09T08:53:20.000Z\",\"platform_at\":null,"
		     "\"policy_at\":null,\"policy_by\":null}");
	assert_shows(v, "deadlines.1.what", "\"order.ship\"");
	assert_shows(v, "deadlines.1.state", "\"open\"");
	json_decref(v);
	v = view_explain(k->store, "a1");
	assert_shows(v, "entries.0.kind", "\"decide\"");
	assert_shows(v, "entries.0.facts.rule", "\"where\"");
	assert_shows(v, "entries.1.ref", "\"a1\"");
	assert_int_equal(json_array_size(json_object_get(v, "entries")), 2);
	json_decref(v);
	v = view_explain(k->store, "c1");
	assert_int_equal(json_array_size(json_object_get(v, "entries")), 2);
	json_decref(v);
	kit_commit(k);
}

static void
count(void *sum, const char *metric, const char *label, const char *value, int64_t n)
{
	assert_non_null(label);
	assert_non_null(value);
	if (!strcmp(metric, "conversations_unanswered") || !strcmp(metric, "odd_items"))
		*(int64_t *)sum += n;
}

static void
metrics_count(void **state)
{
	struct kit *k = *state;
	int64_t sum = 0;

	fill(k);
	kit_begin(k);
	assert_true(view_counts(k->store, count, &sum) > 0);
	kit_commit(k);
	assert_int_equal(sum, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(inbox_shows_the_oldest_clock_first),
		KIT_TEST(status_counts),
		KIT_TEST(show_nests),
		KIT_TEST(find_finds),
		KIT_TEST(outbox_deadlines_explain),
		KIT_TEST(metrics_count),
	};

	json_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
