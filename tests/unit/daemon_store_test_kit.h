/* daemon_store_test_kit.h - a store in a folder of its own, and records in one line. */
#ifndef STORE_TEST_KIT_H
#define STORE_TEST_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/json.h"
#include "daemon/store/db.h"

#include <cmocka.h> /* last: it has a macro named fail */

#define T0 INT64_C(1760000000000)

struct kit {
	char folder[64], path[96];
	struct store *store;
	struct account_row account;
	struct err err;
};

static inline void
kit_open(struct kit *k)
{
	k->store = store_open(k->path, &k->err);
	if (!k->store)
		fail_msg("%s", k->err.text);
	store_begin(k->store);
	account_ensure(k->store, "toys", "ebay", T0, &k->account);
	assert_int_equal(store_commit(k->store, &k->err), 0);
}

static inline void
kit_new(struct kit *k)
{
	const char *tmp = getenv("TMPDIR");

	memset(k, 0, sizeof *k);
	snprintf(k->folder, sizeof k->folder, "%s/store-XXXXXX", tmp && strlen(tmp) < 40 ? tmp : "/tmp");
	assert_non_null(mkdtemp(k->folder));
	snprintf(k->path, sizeof k->path, "%s/s.db", k->folder);
}

static inline int
kit_setup(void **state)
{
	struct kit *k = calloc(1, sizeof *k);

	kit_new(k);
	kit_open(k);
	*state = k;
	return 0;
}

static inline int
kit_teardown(void **state)
{
	struct kit *k = *state;
	char command[160];

	store_close(k->store);
	snprintf(command, sizeof command, "rm -rf '%s'", k->folder);
	assert_int_equal(system(command), 0);
	free(k);
	return 0;
}

#define KIT_TEST(f) cmocka_unit_test_setup_teardown(f, kit_setup, kit_teardown)

static inline void
kit_begin(struct kit *k)
{
	store_begin(k->store);
}

static inline void
kit_commit(struct kit *k)
{
	if (store_commit(k->store, &k->err))
		fail_msg("%s", k->err.text);
}

static inline int64_t
kit_number(struct kit *k, const char *sql)
{
	sqlite3_stmt *q;
	int64_t n;

	assert_int_equal(sqlite3_prepare_v2(k->store->db, sql, -1, &q, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(q), SQLITE_ROW);
	n = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	return n;
}

static inline void
kit_text(struct kit *k, const char *sql, char *out, size_t size)
{
	sqlite3_stmt *q;

	assert_int_equal(sqlite3_prepare_v2(k->store->db, sql, -1, &q, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(q), SQLITE_ROW);
	snprintf(out, size, "%s",
		 sqlite3_column_text(q, 0) ? (const char *)sqlite3_column_text(q, 0) : "NULL");
	sqlite3_finalize(q);
}

static inline struct message
a_message(const char *remote, const char *conversation, enum direction direction, int64_t sent,
	  const char *text)
{
	return (struct message){
		.remote = remote,
		.conversation = conversation,
		.marketplace = "EBAY_DE",
		.direction = direction,
		.buyer = {.remote = "example_buyer", .name = "Erika Mustermann", .country = "DE"},
		.subject = "Frage",
		.listing = "L1",
		.text = text,
		.sent = sent};
}

static inline struct order
an_order(const char *remote, const struct order_item *items, size_t n, int64_t changed)
{
	return (struct order){
		.remote = remote,
		.marketplace = "EBAY_DE",
		.status = "PAID",
		.payment = PAYMENT_PAID,
		.fulfilment = FULFILMENT_OPEN,
		.buyer = {.remote = "example_buyer", .name = "Erika Mustermann", .country = "DE"},
		.total = {2890, "EUR"},
		.created = T0,
		.changed = changed,
		.ship_by = T0 + 2 * DAY,
		.items = items,
		.nitems = n};
}

static const struct order_item one_item[] = {
	{.remote = "I1",
	 .listing = "L1",
	 .sku = "S1",
	 .title = "Wooden train",
	 .quantity = 1,
	 .price = {2890, "EUR"}},
};

/* One whole turn. */
static inline int
take_message(struct kit *k, const struct message *m, int64_t now)
{
	int r;

	kit_begin(k);
	r = record_message(k->store, k->account.id, m, now);
	kit_commit(k);
	return r;
}

static inline int
take_order(struct kit *k, const struct order *o, int64_t now)
{
	int r;

	kit_begin(k);
	r = record_order(k->store, k->account.id, o, now);
	kit_commit(k);
	return r;
}

/* The row as it is here, however it came to its state.  Held after an attempt: nobody knows what became of it. */
static inline void
kit_save(struct kit *k, struct outbox_row *row, int64_t now)
{
	const int open = row->state == OUTBOX_SENDING || row->state == OUTBOX_UNSURE;
	char sql[120];

	snprintf(sql, sizeof sql, "UPDATE outbox SET state = '%s' WHERE id = %lld",
		 outbox_state_name(row->state), (long long)row->id);
	assert_int_equal(sqlite3_exec(k->store->db, sql, NULL, NULL, NULL), SQLITE_OK);
	row->was = row->state;
	if ((open || (row->state == OUTBOX_HELD && row->attempt)) && !row->attempt_key)
		row->attempt_key = "00ff";
	if ((open || row->state == OUTBOX_SENT) && !row->attempt)
		row->attempt = 1;
	if ((open || row->state == OUTBOX_SENT) && !row->started)
		row->started = now;
	assert_int_equal(outbox_save(k->store, row, now), 0);
}

static inline void
kit_state(struct kit *k, struct outbox_row *row, enum outbox_state state, int64_t now)
{
	row->state = state;
	kit_save(k, row, now);
}

/* The compact text of one value inside. */
static inline void
assert_shows(json_t *root, const char *pointer, const char *expected)
{
	char path[128], text[2048];
	json_t *at = root;
	char *rest = NULL;

	snprintf(path, sizeof path, "%s", pointer);
	for (char *step = strtok_r(path, ".", &rest); step; step = strtok_r(NULL, ".", &rest))
		at = json_is_array(at) ? json_array_get(at, (size_t)atoi(step)) : json_object_get(at, step);
	if (!at)
		fail_msg("%s is not there", pointer);
	text[json_dumpb(at, text, sizeof text - 1, JSON_COMPACT | JSON_ENCODE_ANY)] = '\0';
	if (strcmp(text, expected))
		fail_msg("%s: found %s, expected %s", pointer, text, expected);
}

#endif
