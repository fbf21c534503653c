/* Whoever may write the file can change the journal, but not unseen: one bit of any byte, rows taken out, put in or exchanged. */
#include "daemon_store_test_kit.h"

#define ROWS 8

/* Entries with and without account, ref and quoted texts; and an action that left. */
static int
setup(void **state)
{
	struct outbox_row r = {.kind = "reply",
			       .intent_key = "k",
			       .text = "Guten Tag",
			       .state = OUTBOX_SENT,
			       .not_before = T0,
			       .next_at = T0};
	struct kit *k;

	kit_setup(state);
	k = *state;
	r.account = k->account.id;
	kit_begin(k);
	journal_add(k->store, T0, 0, "start", NULL, NULL);
	outbox_insert(k->store, &r, T0);
	journal_add(k->store, T0 + 1, k->account.id, "decide", "e1",
		    json_pack("{s:s, s:i}", "rule", "where", "n", 7));
	journal_add(k->store, T0 + 2, k->account.id, "held", "a1",
		    json_pack("{s:{s:s}}", "why", "packed",
			      "it said %s\x1f"
			      "Nein, so nicht"));
	journal_add(k->store, T0 + 3, k->account.id, "sending", "a1",
		    json_pack("{s:s}", "text_hash", outbox_seal(k->store, r.id, r.text)));
	journal_add(k->store, T0 + 4, k->account.id, "sent", "a1",
		    json_pack("{s:{s:s}}", "why", "packed",
			      "found as %s\x1f"
			      "M77"));
	journal_add(k->store, T0 + 5, 0, "stop", NULL,
		    json_pack("{s:{s:s}}", "why", "packed",
			      "by %s\x1f"
			      "Erika"));
	journal_add(k->store, T0 + 6, k->account.id, "mode", NULL, json_pack("{s:s}", "mode", "auto"));
	journal_add(k->store, T0 + 7, k->account.id, "send", "a2", json_pack("{s:s}", "locale", "de"));
	kit_commit(k);
	assert_int_equal(sql_script(k->store->db, "",
				    "DROP TRIGGER journal_not_cut; DROP TRIGGER journal_not_changed",
				    &k->err),
			 0);
	return 0;
}

#define JOURNAL_TEST(f) cmocka_unit_test_setup_teardown(f, setup, kit_teardown)

static int
verify(struct kit *k, const char *head)
{
	struct verified v;
	int r;

	k->err.text[0] = '\0';
	kit_begin(k);
	r = store_verify(k->store, head, &v, &k->err);
	kit_commit(k);
	return r;
}

static void
found(struct kit *k, const char *what, const char *place)
{
	char text[ERR_MAX];

	if (!verify(k, NULL))
		fail_msg("%s: not found", what);
	err_english(k->err.text, text, sizeof text);
	if (!strstr(text, place))
		fail_msg("%s: \"%s\" does not name %s", what, text, place);
}

/* Runs it in a transaction that is not kept: 1, 0 when the schema itself refuses. */
static int
tampered(struct kit *k, const char *sql)
{
	assert_int_equal(sql_script(k->store->db, "", "SAVEPOINT tamper", &k->err), 0);
	return !sql_script(k->store->db, "", sql, &k->err);
}

static void
mend(struct kit *k)
{
	assert_int_equal(sql_script(k->store->db, "", "ROLLBACK TO tamper; RELEASE tamper", &k->err), 0);
}

/* `verify` inside an open savepoint: the turn's BEGIN cannot be, so the question is asked without one. */
static int
verify_now(struct kit *k, const char *head)
{
	struct verified v;

	arena_reset(k->store->arena);
	k->store->failed = 0;
	return store_verify(k->store, head, &v, &k->err);
}

static void
must_be_found(struct kit *k, const char *what, const char *place)
{
	char text[ERR_MAX];

	if (!verify_now(k, NULL))
		fail_msg("%s: not found", what);
	err_english(k->err.text, text, sizeof text);
	if (place && !strstr(text, place))
		fail_msg("%s: \"%s\" does not name %s", what, text, place);
}

/* Binds the cell's value with one bit of byte i changed; 0: it has no such byte. */
static int
bind_changed(sqlite3_stmt *to, sqlite3_stmt *cell, int i)
{
	unsigned char bytes[4096];
	const int type = sqlite3_column_type(cell, 0), n = sqlite3_column_bytes(cell, 0);

	if (type == SQLITE_NULL)
		return 0;
	if (type == SQLITE_INTEGER) {
		if (i < 8)
			sqlite3_bind_int64(to, 1,
					   sqlite3_column_int64(cell, 0) ^ (INT64_C(1) << (8 * i + i % 7)));
		return i < 8;
	}
	assert_true(n < (int)sizeof bytes);
	if (i >= n)
		return 0;
	memcpy(bytes, sqlite3_column_blob(cell, 0), (size_t)n);
	bytes[i] ^= (unsigned char)(1u << i % 8);
	if (type == SQLITE_TEXT)
		sqlite3_bind_text(to, 1, (const char *)bytes, n, SQLITE_TRANSIENT);
	else
		sqlite3_bind_blob(to, 1, bytes, n, SQLITE_TRANSIENT);
	return 1;
}

/* One bit of each byte of one cell; how many.  `place`: what the error must name. */
static int
flip_cell(struct kit *k, const char *table, const char *key, const char *at, const char *column,
	  const char *place)
{
	sqlite3_stmt *cell, *change;
	char sql[300], what[300];
	int n = 0, done;

	snprintf(sql, sizeof sql, "SELECT %s FROM %s WHERE %s = %s", column, table, key, at);
	assert_int_equal(sqlite3_prepare_v2(k->store->db, sql, -1, &cell, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(cell), SQLITE_ROW);
	snprintf(sql, sizeof sql, "UPDATE %s SET %s = ? WHERE %s = %s", table, column, key, at);
	assert_int_equal(sqlite3_prepare_v2(k->store->db, sql, -1, &change, NULL), SQLITE_OK);
	for (int i = 0; bind_changed(change, cell, i); i++) {
		assert_true(tampered(k, "SELECT 1"));
		done = sqlite3_step(change) == SQLITE_DONE; /* an id may be taken: the schema refuses */
		sqlite3_reset(change);
		if (done) {
			assert_int_equal(sqlite3_changes(k->store->db), 1);
			snprintf(what, sizeof what, "%s %s, %s, byte %d", table, at, column, i);
			must_be_found(k, what, place);
			n++;
		}
		mend(k);
	}
	sqlite3_finalize(change);
	sqlite3_finalize(cell);
	return n;
}

static void
one_bit_of_any_byte(void **state)
{
	static const char *const columns[] = {"at", "account", "kind", "ref", "facts", "hash"};
	static const char *const quoted[] = {"hash", "salt", "text", "ref"};
	struct kit *k = *state;
	char at[24], place[64], hash[80], quoted_at[100], ref[32], sql[200];
	int n = 0;

	assert_int_equal(verify(k, NULL), 0);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM journal"), ROWS);
	for (int row = 1; row <= ROWS; row++) {
		snprintf(at, sizeof at, "%d", row);
		snprintf(place, sizeof place, "row %d was changed", row);
		for (size_t c = 0; c < sizeof columns / sizeof *columns; c++)
			n += flip_cell(k, "journal", "id", at, columns[c], place);
		n += flip_cell(k, "journal", "id", at, "id", "was changed"); /* it stands elsewhere then */
	}
	assert_int_equal(kit_number(k, "SELECT count(*) FROM said"), 3);
	for (int row = 0; row < 3; row++) {
		snprintf(sql, sizeof sql, "SELECT hash FROM said ORDER BY hash LIMIT 1 OFFSET %d", row);
		kit_text(k, sql, hash, sizeof hash);
		snprintf(sql, sizeof sql, "SELECT ifnull(ref, '?') FROM said ORDER BY hash LIMIT 1 OFFSET %d",
			 row);
		kit_text(k, sql, ref, sizeof ref);
		snprintf(quoted_at, sizeof quoted_at, "'%s'", hash);
		snprintf(place, sizeof place, "said about %s", ref);
		for (size_t c = 0; c < sizeof quoted / sizeof *quoted; c++)
			n += flip_cell(k, "said", "hash", quoted_at, quoted[c],
				       c == 3 ? "said about" : place);
	}
	n += flip_cell(k, "outbox", "id", "1", "text", "text of a1");
	n += flip_cell(k, "outbox", "id", "1", "salt", "text of a1");
	assert_true(n > 1200);
	print_message("%d bytes changed, each found\n", n);
	assert_int_equal(verify(k, NULL), 0);
}

static void
rows_taken_out_put_in_or_exchanged(void **state)
{
	static const struct {
		const char *sql, *place;
	} deeds[] = {
		{"DELETE FROM journal WHERE id = 1", "row 2 was changed"},
		{"DELETE FROM journal WHERE id = 4", "row 5 was changed"},
		{"DELETE FROM journal WHERE id < 8", "row 8 was changed"},
		/* exchanged, with and without their ids */
		{"UPDATE journal SET id = -1 WHERE id = 3; UPDATE journal SET id = 3 WHERE id = 6;"
		 " UPDATE journal SET id = 6 WHERE id = -1",
		 "row 3 was changed"},
		{"CREATE TEMP TABLE x AS SELECT * FROM journal WHERE id IN (3, 6);"
		 " UPDATE journal SET (at, account, kind, ref, facts, hash) = (SELECT at, account, kind, "
		 "ref, facts, hash"
		 "  FROM temp.x WHERE id = 9 - journal.id) WHERE id IN (3, 6); DROP TABLE temp.x",
		 "row 3 was changed"},
		{"UPDATE journal SET id = id + 100 WHERE id > 4; INSERT INTO journal SELECT 5, at, account, "
		 "kind, ref, facts, hash"
		 " FROM journal WHERE id = 4",
		 "row 5 was changed"},
		{"INSERT INTO journal SELECT id + 1, at, account, kind, ref, facts, hash FROM journal WHERE "
		 "id = 8",
		 "row 9 was changed"},
		{"INSERT INTO journal SELECT 0, at, account, kind, ref, facts, hash FROM journal WHERE id = "
		 "1",
		 "row 0 was changed"},
		/* what a NUL would hide, and nothing that becomes something */
		{"UPDATE journal SET facts = facts || char(0) || 'x' WHERE id = 2", "row 2 was changed"},
		{"UPDATE journal SET ref = '' WHERE id = 1", "row 1 was changed"},
		{"UPDATE journal SET account = 0 WHERE id = 1", "row 1 was changed"},
		{"UPDATE said SET text = text || char(0) || 'x' WHERE ref = 'a1'", "said about a1"},
		{"INSERT INTO said SELECT hash || '0', ref, salt, text FROM said WHERE ref = 'a1'",
		 "said about a1"},
		{"UPDATE outbox SET text = 'Guten Abend'", "text of a1"},
		{"UPDATE outbox SET text = text || char(0) || 'x'", "text of a1"},
		{"UPDATE outbox SET (text, salt) = ('Guten Abend', NULL)", "text of a1"},
	};
	struct kit *k = *state;

	for (size_t i = 0; i < sizeof deeds / sizeof *deeds; i++) {
		if (!tampered(k, deeds[i].sql))
			fail_msg("%s: %s", deeds[i].sql, k->err.text);
		must_be_found(k, deeds[i].sql, deeds[i].place);
		mend(k);
	}
	assert_int_equal(verify(k, NULL), 0);
}

static void
a_cut_tail_shows_against_the_head(void **state)
{
	struct kit *k = *state;
	char head[JOURNAL_HEAD];

	kit_begin(k);
	snprintf(head, sizeof head, "%s", journal_head(k->store));
	kit_commit(k);
	assert_int_equal(verify(k, head), 0);
	assert_true(tampered(k, "DELETE FROM journal WHERE id = 8"));
	assert_int_equal(verify_now(k, NULL), 0); /* nobody can know */
	assert_int_equal(verify_now(k, head), -1);
	assert_non_null(strstr(k->err.text, "cut off"));
	mend(k);
	kit_begin(k);
	journal_add(k->store, T0 + 9, 0, "later", NULL, NULL);
	kit_commit(k);
	assert_int_equal(verify(k, head), 0); /* what came later is no harm */
}

static void
damage_of_the_file_is_found(void **state)
{
	struct kit *k = *state;

	assert_int_equal(sql_script(k->store->db, "", "PRAGMA writable_schema = ON", &k->err), 0);
	sqlite3_db_config(k->store->db, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
	assert_int_equal(sql_script(k->store->db, "",
				    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage ="
				    " (SELECT rootpage FROM sqlite_schema WHERE name = 'note_ref') WHERE "
				    "name = 'journal_ref';"
				    "PRAGMA writable_schema = OFF",
				    &k->err),
			 0);
	store_close(k->store);
	k->store = store_open_readonly(k->path, &k->err);
	assert_non_null(k->store);
	found(k, "an index of another table", "damaged");
}

/* A copy, its restore and a person who is forgotten change nothing of the proof. */
static void
it_survives_erasing_and_restoring(void **state)
{
	struct kit *k = *state;
	struct message m = a_message("M1", "C1", INCOMING, T0, "Wo?");
	struct restored r;
	char copy[128];
	int unsent;

	take_message(k, &m, T0);
	kit_begin(k);
	DO(k->store, "UPDATE outbox SET conversation = 1");
	buyer_erase(k->store, k->account.id, "example_buyer", T0 + 20, &unsent);
	kit_commit(k);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM outbox WHERE salt IS NOT NULL OR text <> ''"),
			 0);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM said WHERE ref = 'a1'"), 0);
	assert_int_equal(verify(k, NULL), 0);
	snprintf(copy, sizeof copy, "%s.copy", k->path);
	assert_int_equal(store_backup(k->path, copy, T0, &k->err), 0);
	store_close(k->store);
	assert_int_equal(store_restore(k->path, copy, T0, &r, &k->err), 0);
	buf_free(&r.kept);
	kit_open(k);
	assert_int_equal(verify(k, NULL), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		JOURNAL_TEST(one_bit_of_any_byte),
		JOURNAL_TEST(rows_taken_out_put_in_or_exchanged),
		JOURNAL_TEST(a_cut_tail_shows_against_the_head),
		JOURNAL_TEST(damage_of_the_file_is_found),
		JOURNAL_TEST(it_survives_erasing_and_restoring),
	};

	json_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
