/* What platforms said word for word goes after a while: not before, not while anybody may need it, and wholly. */
#include "daemon_store_test_kit.h"

#include <stdio.h>

#include "daemon/housekeeping.h"

#define KEEP   (30 * DAY)
#define CANARY "{\"what\":\"canary-5e0b\"}"

static void
meet_odd(struct kit *k, const char *item, int64_t at)
{
	char why[ERR_MAX];

	pack(why, "eBay: the answer is not a list of %s", "orders");
	record_odd(k->store, k->account.id, "orders", item, strlen(item), why, at);
}

/* An action in this state, whose attempt at T0 was answered with the canary. */
static void
answered(struct kit *k, const char *key, enum outbox_state state)
{
	struct outbox_row r = {.account = k->account.id, .kind = "reply", .intent_key = key, .text = "Hallo"};
	unsigned char hash[32] = {0};

	assert_int_equal(outbox_insert(k->store, &r, T0), 1);
	kit_state(k, &r, state, T0);
	attempt_log(k->store, &r, "refused", 400, hash, CANARY, T0);
}

static int
stands_in_file(const struct kit *k, const char *end, const char *words)
{
	char path[128], *bytes = calloc(1, 4 << 20);
	int found = 0;
	size_t n;
	FILE *f;

	snprintf(path, sizeof path, "%s%s", k->path, end);
	if ((f = fopen(path, "r"))) {
		n = fread(bytes, 1, 4 << 20, f);
		found = n && memmem(bytes, n, words, strlen(words));
		fclose(f);
	}
	free(bytes);
	return found;
}

static void
what_is_old_and_settled_goes(void **state)
{
	struct kit *k = *state;
	char text[ERR_MAX];

	kit_begin(k);
	meet_odd(k, CANARY, T0);
	meet_odd(k, "{\"young\":1}", T0 + 2);
	answered(k, "sent", OUTBOX_SENT);
	answered(k, "unsure", OUTBOX_UNSURE);
	answered(k, "held", OUTBOX_HELD);
	pack(text, "it could not be read to its end");
	notice_raise(k->store, "over", k->account.id, text, T0);
	notice_raise(k->store, "open", k->account.id, text, T0);
	notice_clear(k->store, "over", T0);
	kit_commit(k);

	kit_begin(k);
	assert_int_equal(store_expire(k->store, T0), 0);
	assert_int_equal(store_expire(k->store, T0 + 1), 3);
	kit_commit(k);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM odd"), 1);
	assert_int_equal(kit_number(k, "SELECT last_at FROM odd"), T0 + 2);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM attempt"), 3);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM attempt a JOIN outbox b ON b.id = a.outbox"
				       " WHERE (a.answer IS NULL) = (b.state = 'sent')"),
			 3);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM notice WHERE cause = 'open'"), 1);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM notice"), 1);
}

static void
no_byte_of_it_is_left(void **state)
{
	struct kit *k = *state;

	kit_begin(k);
	meet_odd(k, CANARY, T0);
	kit_commit(k);
	assert_true(stands_in_file(k, "-wal", CANARY) || stands_in_file(k, "", CANARY));
	kit_begin(k);
	store_expire(k->store, T0 + 1);
	kit_commit(k);
	assert_false(stands_in_file(k, "-wal", CANARY));
	assert_false(stands_in_file(k, "", CANARY));
}

static void
keep_house(struct kit *k, struct daemon *d, int64_t now)
{
	kit_begin(k);
	housekeeping(d, now);
	kit_commit(k);
}

/* Also when the service is started again and again. */
static void
the_service_looks_once_a_day(void **state)
{
	struct kit *k = *state;
	struct conf conf = {.service = {.keep_raw = KEEP}};
	struct daemon d = {.store = k->store, .conf = &conf};
	const int64_t now = T0 + KEEP + DAY;

	keep_house(k, &d, now);
	kit_begin(k);
	meet_odd(k, CANARY, T0);
	kit_commit(k);
	d.head_next = 0;
	keep_house(k, &d, now + DAY - 1);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM odd"), 1);
	d.head_next = 0;
	keep_house(k, &d, now + DAY);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM odd"), 0);
}

static void
nothing_goes_before_its_time(void **state)
{
	struct kit *k = *state;
	struct conf conf = {.service = {.keep_raw = KEEP}};
	struct daemon d = {.store = k->store, .conf = &conf};

	kit_begin(k);
	meet_odd(k, CANARY, T0);
	kit_commit(k);
	keep_house(k, &d, T0 + KEEP);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM odd"), 1);
	keep_house(k, &d, T0 + KEEP + DAY);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM odd"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(what_is_old_and_settled_goes),
		KIT_TEST(no_byte_of_it_is_left),
		KIT_TEST(the_service_looks_once_a_day),
		KIT_TEST(nothing_goes_before_its_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
