/* The outbox's rows, and the smaller things that the daemon remembers. */
#include "daemon_store_test_kit.h"

static struct outbox_row
a_reply(struct kit *k, const char *key, int64_t not_before, int64_t next_at, int64_t deadline)
{
	return (struct outbox_row){.account = k->account.id,
				   .kind = "reply",
				   .intent_key = key,
				   .rule = "where",
				   .text = "Hallo",
				   .state = OUTBOX_READY,
				   .substantive = 1,
				   .not_before = not_before,
				   .next_at = next_at,
				   .deadline = deadline};
}

static void
one_intent_is_one_row(void **state)
{
	struct kit *k = *state;
	struct outbox_row r = a_reply(k, "install/e1/reply", T0, T0, 0), again = r, by_hand = r;

	kit_begin(k);
	assert_int_equal(outbox_insert(k->store, &r, T0), 1);
	assert_int_equal(outbox_insert(k->store, &again, T0 + 1), 0);
	assert_int_equal(again.id, 0);
	by_hand.intent_key = "install/act/1";
	assert_int_equal(outbox_insert(k->store, &by_hand, T0), 1);
	kit_commit(k);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM outbox"), 2);
}

static void
all_columns_come_back(void **state)
{
	struct kit *k = *state;
	struct message m = a_message("M1", "C1", INCOMING, T0, "Wo?");
	struct order o = an_order("O1", one_item, 1, T0);
	struct outbox_row r = a_reply(k, "k1", T0, T0 + 1, T0 + 2), back;

	take_order(k, &o, T0);
	take_message(k, &m, T0);
	r.conversation = r.message = r.order = r.event = 1;
	kit_begin(k);
	assert_int_equal(outbox_insert(k->store, &r, T0), 1);
	r.state = OUTBOX_UNSURE;
	r.reason = "pattern %s\x1fword";
	r.operator= "ana";
	r.template_id = "post_where_is_order";
	r.locale = "de";
	r.text = "Guten Tag";
	r.attempt = 2;
	r.attempt_key = "00ff";
	r.started = T0 + 3;
	r.seen = "[\"H1\"]";
	r.looked = T0 + 4;
	r.cursor = "step 2";
	r.order_version = 5;
	r.conversation_version = 6;
	r.made_from = "hash";
	kit_save(k, &r, T0 + 9);
	kit_commit(k);
	kit_begin(k);
	assert_int_equal(outbox_get(k->store, r.id, &back), 1);
	assert_int_equal(back.state, OUTBOX_UNSURE);
	assert_string_equal(back.reason, r.reason);
	assert_string_equal(back.operator, "ana");
	assert_string_equal(back.template_id, r.template_id);
	assert_string_equal(back.locale, "de");
	assert_string_equal(back.text, "Guten Tag");
	assert_int_equal(back.attempt, 2);
	assert_string_equal(back.attempt_key, "00ff");
	assert_int_equal(back.started, T0 + 3);
	assert_string_equal(back.seen, r.seen);
	assert_int_equal(back.looked, T0 + 4);
	assert_string_equal(back.cursor, "step 2");
	assert_int_equal(back.order_version, 5);
	assert_int_equal(back.conversation_version, 6);
	assert_string_equal(back.made_from, "hash");
	assert_int_equal(back.created, T0);
	assert_int_equal(back.changed, T0 + 9);
	assert_string_equal(back.account_name, "toys");
	assert_string_equal(back.conversation_remote, "C1");
	assert_string_equal(back.message_remote, "M1");
	assert_string_equal(back.order_remote, "O1");
	assert_string_equal(back.listing, "L1");
	assert_string_equal(back.buyer_remote, "example_buyer");
	assert_int_equal(outbox_get(k->store, 77, &back), 0);
	kit_commit(k);
}

static void
the_earliest_deadline_goes_first(void **state)
{
	struct kit *k = *state;
	struct outbox_row rows[] = {a_reply(k, "none", 0, T0, 0),
				    a_reply(k, "late", 0, T0, T0 + 200),
				    a_reply(k, "soon", 0, T0, T0 + 100),
				    a_reply(k, "later", 0, T0 + 50, T0 + 1),
				    a_reply(k, "undo", T0 + 40, T0, T0 + 2),
				    a_reply(k, "draft", 0, T0, T0 + 1)};
	struct outbox_row r;
	int64_t next;
	static const char *const expected[] = {"soon", "late", "none"};

	rows[5].state = OUTBOX_DRAFT;
	kit_begin(k);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(outbox_insert(k->store, &rows[i], T0), 1);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(outbox_due(k->store, k->account.id, T0 + 10, &r, &next), 1);
		assert_string_equal(r.intent_key, expected[i]);
		assert_int_equal(next, T0 + 40);
		r.state = OUTBOX_SENT;
		kit_save(k, &r, T0 + 10);
	}
	assert_int_equal(outbox_due(k->store, k->account.id, T0 + 10, &r, &next), 0);
	assert_int_equal(outbox_due(k->store, k->account.id, T0 + 60, &r, &next), 1);
	assert_string_equal(r.intent_key, "later");
	assert_true(next == INT64_MAX);
	assert_int_equal(outbox_due(k->store, k->account.id + 1, T0 + 60, &r, &next), 0);
	kit_commit(k);
}

/* A rule's reply that sleeps until morning, and one that a person let go for later, when an older message turns up. */
static void
rows_follow_the_clock(void **state)
{
	struct kit *k = *state;
	struct message m = a_message("M1", "C1", INCOMING, T0, "Wo?");
	const int64_t morning = T0 + 9 * HOUR;
	struct outbox_row asleep = a_reply(k, "k1", morning, morning, T0 + DAY), by_hand = asleep,
			  left = asleep, back;

	take_message(k, &m, T0);
	by_hand.intent_key = "k2";
	by_hand.operator= "ana";
	left.intent_key = "k3";
	left.attempt_key = "00ff";
	asleep.conversation = by_hand.conversation = left.conversation = 1;
	kit_begin(k);
	assert_int_equal(outbox_insert(k->store, &asleep, T0), 1);
	assert_int_equal(outbox_insert(k->store, &by_hand, T0), 1);
	assert_int_equal(outbox_insert(k->store, &left, T0), 1);
	kit_save(k, &left, T0);
	conversation_set_answer_by(k->store, 1, T0 + 6 * HOUR, "policy");
	assert_int_equal(outbox_get(k->store, asleep.id, &back), 1);
	assert_int_equal(back.deadline, T0 + 6 * HOUR);
	assert_int_equal(back.not_before, T0 + 2 * HOUR);
	assert_int_equal(back.next_at, T0 + 2 * HOUR);
	assert_int_equal(outbox_get(k->store, by_hand.id, &back), 1);
	assert_int_equal(back.deadline, T0 + 6 * HOUR);
	assert_int_equal(back.not_before, morning);
	assert_int_equal(outbox_get(k->store, left.id, &back), 1);
	assert_int_equal(back.deadline, T0 + DAY);
	conversation_set_answer_by(k->store, 1, T0 + 2 * DAY, "policy");
	assert_int_equal(outbox_get(k->store, asleep.id, &back), 1);
	assert_int_equal(back.deadline, T0 + 2 * DAY);
	assert_int_equal(back.not_before, T0 + 2 * HOUR);
	kit_commit(k);
}

static void
what_was_sending_becomes_unsure(void **state)
{
	struct kit *k = *state;
	struct outbox_row a = a_reply(k, "a", 0, T0, 0), b = a_reply(k, "b", 0, T0, 0),
			  c = a_reply(k, "c", 0, T0, 0);
	json_t *explained;
	char *text;

	a.state = b.state = OUTBOX_SENDING;
	kit_begin(k);
	outbox_insert(k->store, &a, T0);
	outbox_insert(k->store, &b, T0);
	outbox_insert(k->store, &c, T0);
	a.attempt = b.attempt = 1;
	a.started = b.started = T0;
	kit_save(k, &a, T0);
	kit_save(k, &b, T0);
	attempt_log(k->store, &a, "sent", 201, "0123456789abcdef0123456789abcdef", NULL, T0);
	assert_int_equal(outbox_recover(k->store, T0 + 5), 2);
	outbox_get(k->store, a.id, &a);
	outbox_get(k->store, b.id, &b);
	assert_int_equal(a.state, OUTBOX_UNSURE);
	assert_int_equal(b.state, OUTBOX_UNSURE);
	explained = view_explain(k->store, arena_fmt(store_arena(k->store), "a%lld", (long long)a.id));
	text = json_dumps(explained, JSON_COMPACT);
	assert_non_null(strstr(text, "the service ended while it was being sent"));
	free(text);
	json_decref(explained);
	assert_int_equal(outbox_recover(k->store, T0 + 6), 0);
	assert_int_equal(outbox_count_automatic(k->store, k->account.id, T0, NULL), 3);
	assert_int_equal(outbox_count_automatic(k->store, k->account.id, T0, "Hallo"), 3);
	assert_int_equal(outbox_count_automatic(k->store, k->account.id, T0, "Holla"), 0);
	assert_int_equal(outbox_count_automatic(k->store, k->account.id, T0 + 1, NULL), 0);
	kit_commit(k);
}

static void
automatic_replies_of_a_day_are_counted(void **state)
{
	struct kit *k = *state;
	struct message m = a_message("M1", "C1", INCOMING, T0, "Wo?");
	struct outbox_row r = a_reply(k, "a", 0, T0, 0);
	struct situation t;

	take_message(k, &m, T0);
	r.conversation = 1;
	kit_begin(k);
	outbox_insert(k->store, &r, T0);
	r.state = OUTBOX_SENT;
	r.started = T0;
	kit_save(k, &r, T0);
	assert_int_equal(situation_load(k->store, &(struct around){.conversation = 1}, T0 + HOUR, &t), 1);
	assert_int_equal(t.ours_by_rule_24h, 1);
	assert_int_equal(situation_load(k->store, &(struct around){.conversation = 1}, T0 + 25 * HOUR, &t),
			 1);
	assert_int_equal(t.ours_by_rule_24h, 0);
	assert_int_equal(situation_load(k->store, &(struct around){.conversation = 99}, T0, &t), 0);
	kit_commit(k);
}

static void
the_stricter_mode_counts(void **state)
{
	struct kit *k = *state;
	struct account_row row;

	kit_begin(k);
	assert_int_equal(k->account.mode, MODE_OBSERVE);
	account_set_mode(k->store, k->account.id, MODE_AUTO, T0 + 5);
	account_set_marketplace_mode(k->store, k->account.id, "EBAY_FR", MODE_DRAFT);
	assert_int_equal(account_mode(k->store, k->account.id, "EBAY_DE"), MODE_AUTO);
	assert_int_equal(account_mode(k->store, k->account.id, NULL), MODE_AUTO);
	assert_int_equal(account_mode(k->store, k->account.id, "EBAY_FR"), MODE_DRAFT);
	account_set_mode(k->store, k->account.id, MODE_OBSERVE, 0);
	assert_int_equal(account_mode(k->store, k->account.id, "EBAY_FR"), MODE_OBSERVE);
	account_set_paused(k->store, 0, 1);
	account_set_stopped(k->store, k->account.id,
			    "token %s\x1f"
			    "dead");
	account_set_identity(k->store, k->account.id, "example_seller");
	assert_int_equal(account_get_row(k->store, "toys", &row), 1);
	assert_int_equal(row.armed, T0 + 5);
	assert_true(row.paused);
	assert_string_equal(row.identity, "example_seller");
	assert_non_null(row.stopped);
	account_set_stopped(k->store, k->account.id, NULL);
	account_get_row(k->store, "toys", &row);
	assert_null(row.stopped);
	assert_int_equal(account_get_row(k->store, "nobody", &row), 0);
	kit_commit(k);
}

static void
small_memories(void **state)
{
	struct kit *k = *state;
	struct credential_row c = {.name = "user", .token = "\0sealed", .ntoken = 7, .token_until = T0}, back;
	struct notice_row *list;
	struct channel_row channel;

	kit_begin(k);
	assert_int_equal(credential_get(k->store, k->account.id, "user", &back), 0);
	credential_put(k->store, k->account.id, &c);
	assert_int_equal(credential_get(k->store, k->account.id, "user", &back), 1);
	assert_int_equal(back.ntoken, 7);
	assert_memory_equal(back.token, "\0sealed", 7);
	assert_null(back.grant);

	budget_add(k->store, "app", "messages", T0, 3);
	budget_add(k->store, "app", "messages", T0, 4);
	assert_int_equal(budget_used(k->store, "app", "messages", T0), 7);
	budget_add(k->store, "app", "messages", T0 + DAY, 1);
	assert_int_equal(budget_used(k->store, "app", "messages", T0 + DAY), 1);
	assert_int_equal(budget_used(k->store, "app", "messages", T0), 0);

	assert_int_equal(rule_armed(k->store, "r", "h1", T0), T0);
	assert_int_equal(rule_armed(k->store, "r", "h1", T0 + 1), T0);
	assert_int_equal(rule_armed(k->store, "r", "h2", T0 + 2), T0 + 2);

	assert_int_equal(notice_raise(k->store, "token/toys", k->account.id, "dead", T0), 1);
	assert_int_equal(notice_raise(k->store, "token/toys", k->account.id, "dead", T0 + 1), 0);
	channel_get(k->store, "phone", T0, &channel);
	assert_int_equal(channel.since, T0);
	assert_int_equal(notices_untold(k->store, "phone", T0, 10, &list), 1);
	assert_string_equal(list[0].cause, "token/toys");
	assert_string_equal(list[0].account_name, "toys");
	notice_told(k->store, list[0].id, "phone", 0, T0 + 2);
	assert_int_equal(notices_untold(k->store, "phone", T0, 10, &list), 0);
	assert_int_equal(notices_untold(k->store, "mail", T0, 10, &list), 1); /* each channel by itself */
	assert_int_equal(notices_untold(k->store, "later", T0 + 3, 10, &list),
			 0); /* it was told before there was this one */
	assert_int_equal(notices_untold(k->store, "mail", T0, 10, &list), 1);
	assert_int_equal(notice_claim(k->store, list[0].id, "erika", T0 + 2), 1);
	assert_int_equal(notices_untold(k->store, "mail", T0, 10, &list), 0); /* somebody sees to it */
	notice_clear(k->store, "token/toys", T0 + 3);
	assert_int_equal(notice_raise(k->store, "token/toys", k->account.id, "dead", T0 + 4), 1);
	kit_commit(k);
}

static void
attachments_are_fetched_once(void **state)
{
	struct kit *k = *state;
	struct attachment files[] = {{.name = "a.jpg", .url = "https://example.com/a?sig=1"},
				     {.name = "no address"}};
	struct message m = a_message("M1", "C1", INCOMING, T0, "see photo");
	struct attachment_row row;

	m.attachments = files;
	m.nattachments = 2;
	take_message(k, &m, T0);
	kit_begin(k);
	assert_int_equal(attachment_next(k->store, k->account.id, T0, &row), 1);
	assert_string_equal(row.url, files[0].url);
	attachment_fail(k->store, row.id, "gone", T0 + HOUR, T0);
	assert_int_equal(attachment_next(k->store, k->account.id, T0, &row), 0);
	kit_commit(k);
	files[0].url = "https://example.com/a?sig=2"; /* a fresh address */
	assert_int_equal(take_message(k, &m, T0 + 1), 0);
	kit_begin(k);
	assert_int_equal(attachment_next(k->store, k->account.id, T0 + 1, &row), 1);
	assert_string_equal(row.url, files[0].url);
	attachment_store(k->store, row.id, "\xff\xd8", 2, "image/jpeg", T0 + 2);
	assert_int_equal(attachment_next(k->store, k->account.id, T0 + DAY, &row), 0);
	kit_commit(k);
	assert_int_equal(take_message(k, &m, T0 + 3), 0);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM attachment WHERE next_at IS NOT NULL"), 0);
	assert_int_equal(kit_number(k, "SELECT length(bytes) FROM content"), 2);
}

static void
the_journal_shows_what_was_touched(void **state)
{
	struct kit *k = *state;
	char head[100];
	int64_t rows;
	struct err err;

	kit_begin(k);
	for (int i = 0; i < 5; i++)
		journal_add(k->store, T0 + i, k->account.id, "decide", "e1", json_pack("{s:i}", "n", i));
	journal_add(k->store, T0, 0, "start", NULL, NULL);
	snprintf(head, sizeof head, "%s", journal_head(k->store));
	kit_commit(k);
	kit_begin(k);
	assert_int_equal(journal_verify(k->store, head, &rows, &err), 0);
	assert_int_equal(rows, 6);
	kit_commit(k);

	assert_int_equal(sql_script(k->store->db, "", "UPDATE journal SET facts = '{}' WHERE id = 3", &err),
			 -1);
	assert_non_null(strstr(err.text, "append-only"));
	assert_int_equal(sql_script(k->store->db, "", "DELETE FROM journal", &err), -1);
	/* Someone who owns the file can still do it, but not unseen. */
	assert_int_equal(sql_script(k->store->db, "",
				    "DROP TRIGGER journal_not_cut; DROP TRIGGER journal_not_changed;"
				    "UPDATE journal SET facts = '{\"n\":9}' WHERE id = 3",
				    &err),
			 0);
	kit_begin(k);
	assert_int_equal(journal_verify(k->store, NULL, &rows, &err), -1);
	assert_non_null(strstr(err.text, "3"));
	kit_commit(k);
	assert_int_equal(sql_script(k->store->db, "",
				    "UPDATE journal SET facts = '{\"n\":2}' WHERE id = 3; DELETE FROM "
				    "journal WHERE id = 6",
				    &err),
			 0);
	kit_begin(k);
	assert_int_equal(journal_verify(k->store, NULL, &rows, &err), 0);
	assert_int_equal(journal_verify(k->store, head, &rows, &err), -1);
	assert_int_equal(sql_script(k->store->db, "", "DELETE FROM journal WHERE id = 3", &err), 0);
	assert_int_equal(journal_verify(k->store, NULL, &rows, &err), -1);
	assert_non_null(strstr(err.text, "4"));
	kit_commit(k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(one_intent_is_one_row),
		KIT_TEST(all_columns_come_back),
		KIT_TEST(the_earliest_deadline_goes_first),
		KIT_TEST(rows_follow_the_clock),
		KIT_TEST(what_was_sending_becomes_unsure),
		KIT_TEST(automatic_replies_of_a_day_are_counted),
		KIT_TEST(the_stricter_mode_counts),
		KIT_TEST(small_memories),
		KIT_TEST(attachments_are_fetched_once),
		KIT_TEST(the_journal_shows_what_was_touched),
	};

	json_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
