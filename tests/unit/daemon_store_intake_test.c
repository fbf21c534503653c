/* Taking in: once each, whatever the order; nothing of a dropped page; who waits for whom. */
#include "daemon_store_test_kit.h"

static void
messages_are_stored_once(void **state)
{
	struct kit *k = *state;
	struct message m = a_message("M1", "C1", INCOMING, T0, "Wo ist mein Paket?");
	struct situation t;
	int64_t next;

	assert_int_equal(take_message(k, &m, T0 + 1), 1);
	assert_int_equal(take_message(k, &m, T0 + 2), 0);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM message"), 1);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM event"), 1);
	assert_int_equal(kit_number(k, "SELECT version FROM message"), 1);
	assert_int_equal(kit_number(k, "SELECT oldest_unanswered FROM conversation"), T0);

	kit_begin(k);
	assert_int_equal(event_next(k->store, T0 + 3, &t, &next), 1);
	assert_string_equal(t.kind, "message.received");
	assert_string_equal(t.text, "Wo ist mein Paket?");
	assert_string_equal(t.buyer_name, "Erika Mustermann");
	assert_string_equal(t.account_name, "toys");
	assert_int_equal(t.at, T0);
	assert_int_equal(t.orders, 0);
	event_done(k->store, t.event);
	assert_int_equal(event_next(k->store, T0 + 3, &t, &next), 0);
	assert_true(next == INT64_MAX);
	kit_commit(k);

	m.text = "Wo ist mein Paket? Danke!";
	assert_int_equal(take_message(k, &m, T0 + 4), 1);
	assert_int_equal(kit_number(k, "SELECT version FROM message"), 2);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM event WHERE check_at IS NOT NULL"), 0);
	m.text = NULL;
	assert_int_equal(take_message(k, &m, T0 + 5), 0);
	assert_int_equal(kit_number(k, "SELECT length(text) FROM message"), 25);
}

/* Before the account was made or armed: kept, decided, and not taken for news when it is seen again. */
static void
what_is_older_than_the_arming_waits_for_nothing(void **state)
{
	struct kit *k = *state;
	struct message m = a_message("M1", "C1", INCOMING, T0 + 5, "Wo ist mein Paket?");
	struct order o = an_order("O1", one_item, 1, T0 + 10);
	struct situation t;
	int64_t next, since;
	json_t *why;

	kit_begin(k);
	account_set_mode(k->store, k->account.id, MODE_AUTO, T0 + 1000);
	kit_commit(k);
	take_message(k, &m, T0 + 2000);
	take_order(k, &o, T0 + 2000);
	o.changed = T0 + 3000;
	o.buyer_note = "second door";
	assert_int_equal(take_order(k, &o, T0 + 3001), 1);
	kit_begin(k);
	assert_int_equal(event_next(k->store, T0 + 4000, &t, &next), 0);
	assert_true(next == INT64_MAX);
	assert_true(conversation_waits(k->store, k->account.id, "C1", &since) && since == T0 + 5);
	why = view_explain(k->store, "m1");
	assert_int_equal(json_array_size(json_object_get(why, "entries")), 1);
	json_decref(why);
	kit_commit(k);
	m.remote = "M2";
	m.sent = T0 + 1000;
	take_message(k, &m, T0 + 2000);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM event WHERE check_at IS NOT NULL"), 1);
}

static void
an_event_without_facts_does_not_block_the_others(void **state)
{
	struct kit *k = *state;
	struct message lost = a_message("M1", "C1", INCOMING, T0, "lost"),
		       good = a_message("M2", "C2", INCOMING, T0 + 1, "good");
	struct situation t;
	int64_t next;

	take_message(k, &lost, T0 + 2);
	take_message(k, &good, T0 + 3);
	assert_int_equal(sqlite3_exec(k->store->db,
				      "PRAGMA foreign_keys = OFF; UPDATE message SET conversation = 999 "
				      "WHERE remote = 'M1';"
				      "PRAGMA foreign_keys = ON",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	kit_begin(k);
	assert_int_equal(event_next(k->store, T0 + 4, &t, &next), 1);
	assert_string_equal(t.text, "good");
	kit_commit(k);
}

static void
unknown_facts_are_kept_and_old_ones_ignored(void **state)
{
	struct kit *k = *state;
	struct order o = an_order("O1", one_item, 1, T0 + 10);
	char text[64];

	o.buyer_note = "second door";
	assert_int_equal(take_order(k, &o, T0 + 20), 1);
	assert_int_equal(take_order(k, &o, T0 + 21), 0);
	assert_int_equal(kit_number(k, "SELECT version FROM orders"), 1);

	o.buyer_note = NULL;
	o.payment = PAYMENT_UNKNOWN;
	o.total.currency[0] = '\0';
	o.buyer.name = NULL;
	o.changed = T0 + 30;
	assert_int_equal(take_order(k, &o, T0 + 31), 0);
	kit_text(k, "SELECT payment || buyer_note || total FROM orders", text, sizeof text);
	assert_string_equal(text, "paidsecond door2890");
	kit_text(k, "SELECT name FROM buyer", text, sizeof text);
	assert_string_equal(text, "Erika Mustermann");

	o.fulfilment = FULFILMENT_SHIPPED;
	o.changed = T0 + 40;
	assert_int_equal(take_order(k, &o, T0 + 41), 1);
	o.fulfilment = FULFILMENT_OPEN; /* an older page comes late */
	o.changed = T0 + 35;
	assert_int_equal(take_order(k, &o, T0 + 42), 0);
	kit_text(k, "SELECT fulfilment FROM orders", text, sizeof text);
	assert_string_equal(text, "shipped");
	assert_int_equal(kit_number(k, "SELECT version FROM orders"), 2);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM event"), 3); /* created, paid, shipped */
	assert_int_equal(kit_number(k, "SELECT at FROM event WHERE kind = 'order.created'"), T0);
	assert_int_equal(kit_number(k, "SELECT at FROM event WHERE kind = 'order.shipped'"), T0 + 40);

	o.changed = 0; /* a platform that does not say when it changed */
	o.cancellation = CANCELLATION_DONE;
	assert_int_equal(take_order(k, &o, T0 + 50), 1);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM event WHERE kind = 'order.cancelled'"), 1);
}

static void
items_change_the_order(void **state)
{
	struct kit *k = *state;
	struct order_item items[2] = {one_item[0], {.listing = "L2", .title = "Bell", .quantity = 2}};
	struct order o = an_order("O1", items, 1, T0 + 10);

	take_order(k, &o, T0 + 20);
	o.nitems = 2;
	assert_int_equal(take_order(k, &o, T0 + 21), 1);
	assert_int_equal(take_order(k, &o, T0 + 22), 0);
	assert_int_equal(kit_number(k, "SELECT version FROM orders"), 2);
	items[0].title = "Old title";
	o.changed = T0 + 5;
	assert_int_equal(take_order(k, &o, T0 + 23), 0);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM item WHERE title = 'Wooden train'"), 1);
}

/* All titles and pieces, or none: half of them would be told for the whole. */
static void
items_of_an_order(void **state)
{
	struct kit *k = *state;
	struct order_item items[2] = {one_item[0],
				      {.remote = "I2", .listing = "L2", .title = "Bell", .quantity = 2}};
	struct order o = an_order("O1", items, 2, T0 + 10);
	const struct order_titles *t;

	take_order(k, &o, T0 + 20);
	items[1].title = NULL;
	items[1].quantity = 0;
	o.remote = "O2";
	take_order(k, &o, T0 + 20);
	kit_begin(k);
	t = order_items(k->store, kit_number(k, "SELECT id FROM orders WHERE remote = 'O1'"));
	assert_int_equal(t->n, 2);
	assert_string_equal(t->titles[0], "Wooden train");
	assert_string_equal(t->titles[1], "Bell");
	assert_int_equal(t->pieces, 3);
	t = order_items(k->store, kit_number(k, "SELECT id FROM orders WHERE remote = 'O2'"));
	assert_int_equal(t->n, 0);
	assert_int_equal(t->pieces, 0);
	kit_commit(k);
}

static void
shipments_may_come_first(void **state)
{
	struct kit *k = *state;
	struct order o = an_order("O1", one_item, 1, T0 + 10);
	struct shipment h = {
		.order = "O1", .remote = "H1", .carrier = "DHL", .tracking = "0034", .shipped = T0 + 7};
	struct situation t;
	int64_t next;

	o.fulfilment = FULFILMENT_SHIPPED;
	kit_begin(k);
	assert_int_equal(record_shipment(k->store, k->account.id, &h, T0 + 20), 1);
	assert_int_equal(record_shipment(k->store, k->account.id, &h, T0 + 20), 0);
	kit_commit(k);
	take_order(k, &o, T0 + 21);
	assert_int_equal(kit_number(k, "SELECT at FROM event WHERE kind = 'order.shipped'"), T0 + 7);
	kit_begin(k);
	while (event_next(k->store, T0 + 30, &t, &next) && strcmp(t.kind, "order.shipped"))
		event_done(k->store, t.event);
	assert_string_equal(t.tracking, "0034");
	assert_string_equal(t.carrier, "DHL");
	assert_string_equal(t.item_title, "Wooden train");
	assert_int_equal(t.shipped, T0 + 7);
	assert_int_equal(t.payment, PAYMENT_PAID);
	assert_int_equal(t.total.minor, 2890);
	kit_commit(k);
}

/* Two buyers, four orders (two ambiguous ones), many messages, in any order and overlap: always the same store. */
#define NMESSAGES 40
#define NORDERS   4

static void
fingerprint(struct kit *k, char *out, size_t size)
{
	kit_text(k,
		 "SELECT group_concat(row, '/') FROM (SELECT c.remote || ' ' || ifnull(oldest_unanswered, "
		 "'-') || ' ' ||"
		 " ifnull(answered, '-') || ' ' || ifnull(last_ours, '-') || ' ' || last_at || ' ' || "
		 "c.orders || ' ' ||"
		 " ifnull(o.remote, '-') || ' ' || l.remote || ' ' ||"
		 " (SELECT count(*) FROM message m WHERE m.conversation = c.id) AS row"
		 " FROM conversation c LEFT JOIN orders o ON o.id = c.order_id JOIN message l ON l.id = "
		 "c.last_message"
		 " ORDER BY c.remote)",
		 out, size);
}

static void
any_order_gives_the_same_store(void **state)
{
	struct kit *k = *state;
	char first[4096] = "", now[4096], remote[NMESSAGES][8];
	struct message m[NMESSAGES];
	struct order o[NORDERS];
	static const char *const conversations[] = {"C0", "C1", "C2", "C3", "C4"};
	struct order_item other = {.remote = "I1", .listing = "L2", .title = "Bell", .quantity = 1};

	for (int i = 0; i < NMESSAGES; i++) {
		int c = i % 5;

		snprintf(remote[i], sizeof remote[i], "M%d", i);
		m[i] = a_message(remote[i], conversations[c], i % 7 == 3 ? OUTGOING : INCOMING,
				 T0 + i * MINUTE, "text");
		m[i].automatic = i % 11 == 5;
		m[i].listing = c == 1 ? "L2" : c == 2 ? "none" : "L1";
		if (c == 3)
			m[i].buyer = (struct buyer){.remote = "other_buyer"};
		if (c == 4)
			m[i].order = "O3"; /* the platform says which */
	}
	for (int i = 0; i < NORDERS; i++) {
		static const char *const names[] = {"O0", "O1", "O2", "O3"};

		o[i] = an_order(names[i], i == 2 ? &other : one_item, 1, T0 + i);
	}
	for (unsigned seed = 1; seed <= 25; seed++) {
		unsigned random = seed;

		for (int n = 0; n < 6 * (NMESSAGES + NORDERS) || n < 2000; n++) {
			unsigned pick = (random = random * 1103515245u + 12345u) >> 16;

			if (n < 1500)
				pick %= NMESSAGES + NORDERS;
			else
				pick = (unsigned)(n - 1500) %
				       (NMESSAGES + NORDERS); /* so that none is left out */
			if (n % 50 == 0)
				kit_begin(k);
			if (pick < NMESSAGES)
				record_message(k->store, k->account.id, &m[pick], T0 + HOUR);
			else
				record_order(k->store, k->account.id, &o[pick - NMESSAGES], T0 + HOUR);
			if (n % 50 == 49)
				kit_commit(k);
		}
		fingerprint(k, now, sizeof now);
		if (!*first)
			strcpy(first, now);
		assert_string_equal(first, now);
		assert_int_equal(kit_number(k, "SELECT count(*) FROM message"), NMESSAGES);
		kit_begin(k);
		for (const char *const *sql =
			     (const char *const[]){
				     "DELETE FROM event", "UPDATE conversation SET last_message = NULL",
				     "DELETE FROM message", "DELETE FROM conversation", "DELETE FROM item",
				     "DELETE FROM orders",
				     "INSERT INTO message_words (message_words) VALUES ('delete-all')", NULL};
		     *sql; sql++)
			assert_int_equal(sql_script(k->store->db, "", *sql, &k->err), 0);
		kit_commit(k);
	}
	/* Of this buyer O0, O1 and O3 are for L1, O2 is for L2; the other buyer has none; for C4 the platform says O3. */
	assert_string_equal(first, "C0 1760000900000 1760000600000 1760000600000 1760002100000 2 - M35 8/"
				   "C1 1760002160000 1760001860000 1760001860000 1760002160000 1 O2 M36 8/"
				   "C2 1760001320000 1760001020000 1760001020000 1760002220000 0 - M37 8/"
				   "C3 1760000480000 1760000180000 1760000180000 1760002280000 0 - M38 8/"
				   "C4 1760001740000 1760001440000 1760001440000 1760002340000 1 O3 M39 8");
}

static void
orders_are_linked_or_ambiguous(void **state)
{
	struct kit *k = *state;
	struct message m = a_message("M1", "C1", INCOMING, T0, "Hallo");
	struct message named = a_message("M2", "C2", INCOMING, T0, "Hallo");
	struct order o1 = an_order("O1", one_item, 1, T0), o2 = an_order("O2", one_item, 1, T0);
	struct situation t;

	named.order = "O2";
	take_message(k, &m, T0);
	take_message(k, &named, T0);
	assert_int_equal(kit_number(k, "SELECT orders FROM conversation WHERE remote = 'C1'"), 0);
	assert_int_equal(kit_number(k, "SELECT orders FROM conversation WHERE remote = 'C2'"), 1);
	take_order(k, &o1, T0);
	assert_int_equal(kit_number(k, "SELECT orders FROM conversation WHERE remote = 'C1'"), 1);
	assert_int_equal(kit_number(k, "SELECT order_id IS NULL FROM conversation WHERE remote = 'C2'"), 1);
	kit_begin(k);
	assert_int_equal(
		situation_load(
			k->store,
			&(struct around){.conversation = kit_number(
						 k, "SELECT id FROM conversation WHERE remote = 'C1'")},
			T0, &t),
		1);
	assert_string_equal(t.order_remote, "O1");
	kit_commit(k);
	take_order(k, &o2, T0);
	kit_begin(k);
	assert_int_equal(
		situation_load(
			k->store,
			&(struct around){.conversation = kit_number(
						 k, "SELECT id FROM conversation WHERE remote = 'C1'")},
			T0, &t),
		1);
	assert_int_equal(t.orders, 2);
	assert_int_equal(t.order, 0);
	assert_null(t.order_remote);
	assert_int_equal(
		situation_load(
			k->store,
			&(struct around){.conversation = kit_number(
						 k, "SELECT id FROM conversation WHERE remote = 'C2'")},
			T0, &t),
		1);
	assert_string_equal(t.order_remote, "O2");
	kit_commit(k);
}

static int64_t
reply(struct kit *k, const char *text, int substantive, const char *key)
{
	struct outbox_row r = {.account = k->account.id,
			       .conversation = 1,
			       .kind = "reply",
			       .intent_key = key,
			       .text = text,
			       .rule = "r",
			       .substantive = substantive,
			       .state = OUTBOX_READY};

	kit_begin(k);
	assert_int_equal(outbox_insert(k->store, &r, T0), 1);
	assert_int_equal(outbox_get(k->store, r.id, &r), 1);
	r.state = OUTBOX_SENDING;
	r.attempt = 1;
	r.started = T0;
	kit_save(k, &r, T0);
	kit_commit(k);
	return r.id;
}

static void
clocks_stop_for_answers_only(void **state)
{
	struct kit *k = *state;
	struct message m1 = a_message("M1", "C1", INCOMING, T0, "Wo?"),
		       m2 = a_message("M2", "C1", INCOMING, T0 + 5000, "Wo??");
	struct message automatic = a_message("A1", "C1", INCOMING, T0 + 1, "Out of office");
	struct message holding = a_message("H1", "C1", OUTGOING, T0 + 2000, "We look into it.");
	struct message older = a_message("H0", "C1", OUTGOING, T0 - HOUR, "We look into it.");
	struct message hand = a_message("H2", "C1", OUTGOING, T0 + 3000, "It comes tomorrow.");
	struct outbox_row r;
	int64_t id;

	automatic.automatic = 1;
	take_message(k, &automatic, T0);
	assert_int_equal(kit_number(k, "SELECT oldest_unanswered IS NULL FROM conversation"), 1);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM event"), 0);
	take_message(k, &m1, T0);
	take_message(k, &m2, T0);
	kit_begin(k);
	conversation_set_answer_by(k->store, 1, T0 + DAY, "platform");
	kit_commit(k);

	/* An acknowledging reply of ours is seen by a poll before its own answer is stored. */
	id = reply(k, "We look into it.", 0, "k1");
	take_message(k, &older, T0); /* the same words, but not ours: long before we began */
	assert_int_equal(kit_number(k, "SELECT outbox IS NULL FROM message WHERE remote = 'H0'"), 1);
	take_message(k, &holding, T0);
	assert_int_equal(kit_number(k, "SELECT outbox FROM message WHERE remote = 'H1'"), id);
	assert_int_equal(kit_number(k, "SELECT oldest_unanswered FROM conversation"), T0);
	assert_int_equal(kit_number(k, "SELECT acknowledged FROM conversation"), T0 + 2000);
	assert_int_equal(kit_number(k, "SELECT answered FROM conversation"), T0 - HOUR);
	assert_int_equal(kit_number(k, "SELECT last_ours FROM conversation"), T0 + 2000);
	kit_begin(k);
	outbox_get(k->store, id, &r);
	r.state = OUTBOX_SENT;
	r.remote = "H1";
	kit_save(k, &r, T0);
	conversation_answered(k->store, 1, T0 + 2000, 0, id);
	kit_commit(k);
	assert_int_equal(kit_number(k, "SELECT answer_by FROM conversation"), T0 + DAY);

	/* By hand: answers M1, not M2, which came later. */
	take_message(k, &hand, T0);
	assert_int_equal(kit_number(k, "SELECT answered FROM conversation"), T0 + 3000);
	assert_int_equal(kit_number(k, "SELECT oldest_unanswered FROM conversation"), T0 + 5000);
	assert_int_equal(kit_number(k, "SELECT answer_by IS NULL FROM conversation"), 1);

	/* Our substantive answer, known before the platform shows it. */
	id = reply(k, "Tomorrow, promised.", 1, "k2");
	kit_begin(k);
	conversation_answered(k->store, 1, T0 + 6000, 1, id);
	kit_commit(k);
	assert_int_equal(kit_number(k, "SELECT oldest_unanswered IS NULL FROM conversation"), 1);
}

static void
reply_taken_for_a_persons_is_corrected(void **state)
{
	struct kit *k = *state;
	struct message m1 = a_message("M1", "C1", INCOMING, T0, "Wo?");
	struct message shown =
		a_message("H1", "C1", OUTGOING, T0 + 2000, "We look into it. (edited by the platform)");
	struct outbox_row r;
	int64_t id;

	take_message(k, &m1, T0);
	id = reply(k, "We look into it.", 0, "k1");
	take_message(k, &shown, T0);
	assert_int_equal(kit_number(k, "SELECT oldest_unanswered IS NULL FROM conversation"), 1);
	kit_begin(k);
	outbox_get(k->store, id, &r);
	r.state = OUTBOX_SENT;
	r.remote = "H1";
	kit_save(k, &r, T0);
	kit_commit(k);
	assert_int_equal(kit_number(k, "SELECT oldest_unanswered FROM conversation"), T0);
	assert_int_equal(kit_number(k, "SELECT acknowledged FROM conversation"), T0 + 2000);
}

static void
dropped_page_leaves_nothing(void **state)
{
	struct kit *k = *state;
	struct message m1 = a_message("M1", "C1", INCOMING, T0, "one"),
		       m2 = a_message("M2", "C2", INCOMING, T0, "two");
	struct stream_row stream = {.name = "messages", .cursor = "page 2"};

	kit_begin(k);
	store_page_begin(k->store);
	record_message(k->store, k->account.id, &m1, T0);
	stream_put(k->store, k->account.id, &stream);
	store_page_drop(k->store);
	store_page_begin(k->store);
	record_message(k->store, k->account.id, &m2, T0);
	store_page_keep(k->store);
	kit_commit(k);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM message WHERE remote = 'M1'"), 0);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM message WHERE remote = 'M2'"), 1);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM conversation"), 1);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM event"), 1);
	kit_begin(k);
	assert_int_equal(stream_get(k->store, k->account.id, "messages", &stream), 0);
	assert_string_equal(stream.cursor, "");
	kit_commit(k);
}

static void
hostile_texts_are_only_texts(void **state)
{
	struct kit *k = *state;
	static const char *const nasty[] = {"'; DROP TABLE message; --",
					    "\" OR 1=1",
					    "%s%n%999999d",
					    "\xff\xfe broken \xc3",
					    "a\037b",
					    "NEAR(\"x\" \"y\") * ^ : -",
					    "\xf0\x9f\x98\x80\xe5\x8f\x91\xe8\xb4\xa7"};
	char *huge = malloc((5 << 20) + 1), remote[8];
	json_t *found;
	struct message m;

	memset(huge, 'x', 5 << 20);
	huge[5 << 20] = '\0';
	for (size_t i = 0; i < sizeof nasty / sizeof *nasty; i++) {
		snprintf(remote, sizeof remote, "N%zu", i);
		m = a_message(remote, nasty[i], INCOMING, T0, nasty[i]);
		m.buyer.name = m.subject = m.listing = m.order = nasty[i];
		assert_int_equal(take_message(k, &m, T0), 1);
		assert_int_equal(take_message(k, &m, T0), 0);
		kit_begin(k);
		assert_non_null(found = view_find(k->store, nasty[i], 10));
		json_decref(found);
		kit_commit(k);
	}
	m = a_message("HUGE", "HUGE", INCOMING, T0, huge);
	assert_int_equal(take_message(k, &m, T0), 1);
	assert_int_equal(take_message(k, &m, T0), 0);
	assert_int_equal(kit_number(k, "SELECT length(text) FROM message WHERE remote = 'HUGE'"), 5 << 20);
	kit_begin(k);
	found = view_inbox(k->store, 100, NULL, NULL, 0);
	assert_int_equal(json_array_size(json_object_get(found, "conversations")), 8);
	json_decref(found);
	kit_commit(k);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM message WHERE text GLOB '*broken*'"), 1);
	free(huge);
}

static void
records_without_ids_are_odd(void **state)
{
	struct kit *k = *state;
	struct message m = a_message(NULL, "C1", INCOMING, T0, "x");
	struct order o = an_order("", NULL, 0, T0);
	struct shipment h = {.remote = "H1"};

	kit_begin(k);
	assert_int_equal(record_message(k->store, k->account.id, &m, T0), 0);
	assert_int_equal(record_order(k->store, k->account.id, &o, T0), 0);
	assert_int_equal(record_shipment(k->store, k->account.id, &h, T0), 0);
	record_odd(k->store, k->account.id, "orders", "{\"a\":", 5, "not JSON", T0);
	record_odd(k->store, k->account.id, "orders", "{\"a\":", 5, "not JSON", T0 + 1);
	kit_commit(k);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM odd"),
			 3); /* message and order have no bytes: one row */
	assert_int_equal(kit_number(k, "SELECT seen FROM odd WHERE stream = 'orders'"), 2);
}

static void
words_are_found_in_any_script(void **state)
{
	struct kit *k = *state;
	static const struct {
		const char *remote, *text, *words;
	} rows[] = {
		{"M1", "Bitte schicken Sie die Rückerstattung!", "ruckerst"},
		{"M2", "什么时候发货？我等了很久", "发货"},
		{"M3", "荷物はまだ届きません", "届き"},
		{"M4", "Где моя посылка?", "посыл"},
		{"M5", "배송이 언제 시작되나요", "언제"},
		{"M6", "สินค้ายังไม่มาถึง", "ไม่มา"},
	};
	const size_t n = sizeof rows / sizeof *rows;
	struct message m;
	json_t *found;

	for (size_t i = 0; i < n; i++) {
		m = a_message(rows[i].remote, rows[i].remote, INCOMING, T0 + (int64_t)i, rows[i].text);
		m.buyer = (struct buyer){0};
		take_message(k, &m, T0);
	}
	kit_begin(k);
	for (size_t i = 0; i < n; i++) {
		found = view_find(k->store, rows[i].words, 10);
		assert_int_equal(json_array_size(json_object_get(found, "conversations")), 1);
		json_decref(found);
	}
	kit_commit(k);
	m = a_message("M2", "M2", INCOMING, T0, "已经收到");
	take_message(k, &m, T0); /* the former words are gone with the former text */
	kit_begin(k);
	found = view_find(k->store, "发货", 10);
	assert_int_equal(json_array_size(json_object_get(found, "conversations")), 0);
	json_decref(found);
	found = view_find(k->store, "Muster", 10);
	assert_int_equal(json_array_size(json_object_get(found, "conversations")), 1);
	json_decref(found);
	kit_commit(k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(messages_are_stored_once),
		KIT_TEST(what_is_older_than_the_arming_waits_for_nothing),
		KIT_TEST(an_event_without_facts_does_not_block_the_others),
		KIT_TEST(unknown_facts_are_kept_and_old_ones_ignored),
		KIT_TEST(items_change_the_order),
		KIT_TEST(shipments_may_come_first),
		KIT_TEST(any_order_gives_the_same_store),
		KIT_TEST(orders_are_linked_or_ambiguous),
		KIT_TEST(clocks_stop_for_answers_only),
		KIT_TEST(reply_taken_for_a_persons_is_corrected),
		KIT_TEST(dropped_page_leaves_nothing),
		KIT_TEST(hostile_texts_are_only_texts),
		KIT_TEST(records_without_ids_are_odd),
		KIT_TEST(items_of_an_order),
		KIT_TEST(words_are_found_in_any_script),
	};

	json_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
