/* Evidence packs: within limits, the same bytes twice, whatever buyers write. */
#include "daemon_store_test_kit.h"

#include "daemon/evidence/draw.h"
#include "daemon/evidence/evidence.h"
#include "daemon/evidence/transcript.h"

static const struct file_rules chargeback = {
	.count = 5, .bytes = 1500000, .all_bytes = 1500000, .types = "image/png image/jpeg"};

static const struct connector platform = {.name = "example", .title = "Example"};
static struct conf_account account = {.name = "toys", .connector = &platform};
static struct conf conf = {.accounts = &account, .naccounts = 1};

static struct daemon
daemon_of(struct kit *k)
{
	return (struct daemon){.conf = &conf, .store = k->store};
}

static void
write_message(struct kit *k, const char *remote, enum direction direction, int64_t at, const char *text)
{
	struct message m = a_message(remote, "C1", direction, at, text);

	m.order = "O1";
	take_message(k, &m, T0);
}

/* An order with a parcel and a conversation. */
static void
facts(struct kit *k)
{
	const struct order o = an_order("O1", one_item, 1, T0);
	const struct shipment h = {.order = "O1",
				   .remote = "S1",
				   .carrier = "DHL",
				   .tracking = "00340434000000000000",
				   .shipped = T0 + DAY};

	take_order(k, &o, T0);
	kit_begin(k);
	record_shipment(k->store, k->account.id, &h, T0 + DAY);
	kit_commit(k);
	write_message(k, "M1", INCOMING, T0 + 2 * DAY, "Wo bleibt mein Paket?");
	write_message(k, "M2", OUTGOING, T0 + 3 * DAY, "Es ist unterwegs.");
}

static struct situation
situation(struct kit *k)
{
	return (struct situation){
		.account = k->account.id,
		.account_name = "toys",
		.marketplace = "EBAY_DE",
		.order = kit_number(k, "SELECT id FROM orders WHERE remote = 'O1'"),
		.order_remote = "O1",
		.order_created = T0,
		.fulfilment = FULFILMENT_DELIVERED,
		.total = {2890, "EUR"},
		.buyer = kit_number(k, "SELECT id FROM buyer WHERE remote = 'example_buyer'"),
		.buyer_remote = "example_buyer",
		.buyer_name = "Erika Mustermann"};
}

struct packed {
	struct attachment_file files[8];
	int n;
};

/* In a turn that is not committed: what it handed out stays until the next one begins. */
static int
pack_up(struct kit *k, const struct file_rules *rules, int64_t now, struct packed *p)
{
	struct daemon d = daemon_of(k);
	struct situation s = situation(k);

	p->n = evidence_pack(&d, &s, rules, p->files, 8, now, &k->err);
	return p->n;
}

static void
read_all(struct kit *k, struct transcript *t)
{
	struct daemon d = daemon_of(k);
	struct situation s = situation(k);

	transcript_read(&d, &s, 100000, t);
}

static uint32_t
big_endian(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* A PNG from its first to its last chunk, without one that tells the time. */
static void
assert_picture(const struct attachment_file *f)
{
	const unsigned char *p = f->bytes, *end = p + f->len;
	char kind[5] = "";

	assert_memory_equal(p, "\x89PNG\r\n\x1a\n", 8);
	for (p += 8; p < end; p += 12 + big_endian(p)) {
		memcpy(kind, p + 4, 4);
		assert_string_not_equal(kind, "tIME");
		assert_string_not_equal(kind, "tEXt");
	}
	assert_ptr_equal(p, end);
	assert_string_equal(kind, "IEND");
	assert_string_equal(f->type, "image/png");
}

static void
a_cover_and_a_transcript(void **state)
{
	struct kit *k = *state;
	struct packed p;
	char journal[1000];

	facts(k);
	kit_begin(k);
	assert_int_equal(pack_up(k, &chargeback, T0 + 9 * DAY, &p), 2);
	assert_string_equal(p.files[0].name, "1-cover.png");
	assert_string_equal(p.files[1].name, "2-transcript.png");
	for (int i = 0; i < p.n; i++)
		assert_picture(&p.files[i]);
	kit_commit(k);
	kit_text(k, "SELECT facts FROM journal WHERE kind = 'evidence' AND ref LIKE 'o%'", journal,
		 sizeof journal);
	assert_non_null(strstr(journal, "1-cover.png"));
	assert_non_null(strstr(journal, "sha256"));
}

static void
the_same_facts_are_the_same_bytes(void **state)
{
	struct kit *k = *state;
	struct packed a, b;

	facts(k);
	kit_begin(k);
	assert_int_equal(pack_up(k, &chargeback, T0 + 9 * DAY, &a), 2);
	note_add(k->store, "o1", "erika", "Der Kunde ist schwierig", T0 + 9 * DAY); /* ours alone */
	assert_int_equal(pack_up(k, &chargeback, T0 + 11 * DAY, &b), 2);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(a.files[i].len, b.files[i].len);
		assert_memory_equal(a.files[i].bytes, b.files[i].bytes, a.files[i].len);
	}
	kit_commit(k);
}

/* The cover names the hashes of what follows. */
static void
a_letter_changes_the_cover(void **state)
{
	struct kit *k = *state;
	struct packed a, b;
	void *before;

	facts(k);
	kit_begin(k);
	assert_int_equal(pack_up(k, &chargeback, T0, &a), 2);
	before = malloc(a.files[0].len);
	memcpy(before, a.files[0].bytes, a.files[0].len);
	kit_commit(k);
	write_message(k, "M2", OUTGOING, T0 + 3 * DAY, "Es ist unterwegs!");
	kit_begin(k);
	assert_int_equal(pack_up(k, &chargeback, T0, &b), 2);
	assert_true(a.files[0].len != b.files[0].len ||
		    memcmp(before, b.files[0].bytes, a.files[0].len) != 0);
	kit_commit(k);
	free(before);
}

static void
a_long_conversation_keeps_its_newest_part(void **state)
{
	const struct file_rules narrow = {
		.count = 3, .bytes = 200000, .all_bytes = 300000, .types = "image/png"};
	struct kit *k = *state;
	struct transcript t;
	struct packed p;
	char remote[16], text[4000];
	size_t all = 0;

	facts(k);
	for (int i = 0; i < 400; i++) {
		snprintf(remote, sizeof remote, "N%d", i);
		memset(text, 'a' + i % 26, sizeof text - 1);
		text[sizeof text - 1] = '\0';
		write_message(k, remote, INCOMING, T0 + 4 * DAY + i * MINUTE, i == 399 ? "the newest" : text);
	}
	kit_begin(k);
	read_all(k, &t);
	assert_string_equal(t.entries[t.n - 1].text, "the newest");
	assert_int_equal(t.n + t.left_out, 402);
	assert_in_range(t.left_out, 370, 380); /* what no pack has room for is not even laid out */
	assert_int_equal(pack_up(k, &narrow, T0, &p), 3);
	for (int i = 0; i < p.n; i++) {
		assert_picture(&p.files[i]);
		assert_true(p.files[i].len <= 200000);
		all += p.files[i].len;
	}
	assert_true(all <= 300000);
	kit_commit(k);
}

static void
tight_limits_are_kept_or_refused(void **state)
{
	struct file_rules rules = {.count = 5, .bytes = 60000, .all_bytes = 110000, .types = "image/png"};
	struct kit *k = *state;
	struct packed p;
	char remote[16], text[3000];
	size_t all = 0;

	facts(k);
	memset(text, 'W', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	for (int i = 0; i < 12; i++) {
		snprintf(remote, sizeof remote, "N%d", i);
		text[i] = ' ';
		write_message(k, remote, INCOMING, T0 + 4 * DAY + i, text);
	}
	kit_begin(k);
	assert_in_range(pack_up(k, &rules, T0, &p), 2, 4); /* fewer pages than it might have */
	for (int i = 0; i < p.n; i++) {
		assert_true(p.files[i].len <= 60000);
		all += p.files[i].len;
	}
	assert_true(all <= 110000);
	rules.bytes = 500;
	assert_int_equal(pack_up(k, &rules, T0, &p), -1);
	assert_non_null(strstr(k->err.text, "not even one page fits"));
	rules = (struct file_rules){.count = 1, .types = "image/png"};
	assert_int_equal(pack_up(k, &rules, T0, &p), 1);
	assert_string_equal(p.files[0].name, "1-cover.png");
	rules.types = "application/pdf";
	assert_int_equal(pack_up(k, &rules, T0, &p), -1);
	kit_commit(k);
}

static void
nobody_else_is_shown(void **state)
{
	struct kit *k = *state;
	struct message other = a_message("X1", "C9", INCOMING, T0 + 2 * DAY, "Ich bin jemand anders");
	struct transcript t;

	facts(k);
	other.order = "O1";
	other.buyer = (struct buyer){.remote = "another_buyer", .name = "Erika Mustermann"};
	take_message(k, &other, T0);
	kit_begin(k);
	read_all(k, &t);
	assert_int_equal(t.n, 2);
	assert_string_equal(t.entries[0].text, "Wo bleibt mein Paket?");
	assert_string_equal(t.entries[0].who, "Buyer");
	assert_string_equal(t.entries[1].who, "Seller");
	kit_commit(k);
}

static void
history_and_messages_are_one_story(void **state)
{
	const struct dispute_entry entries[] = {{.remote = "E1",
						 .actor = ACTOR_BUYER,
						 .what = "OPENED",
						 .text = "Kaputt",
						 .at = T0 + 2 * DAY + HOUR},
						{.remote = "E2",
						 .actor = ACTOR_SELLER,
						 .what = "REFUND",
						 .amount = {500, "EUR"},
						 .at = T0 + 4 * DAY}};
	const struct dispute x = {.remote = "D1",
				  .kind = DISPUTE_RETURN,
				  .status = DISPUTE_AWAITING_SELLER,
				  .order = "O1",
				  .buyer = {.remote = "example_buyer"},
				  .opened = T0 + 2 * DAY,
				  .changed = T0 + 4 * DAY,
				  .history = entries,
				  .nhistory = 2};
	static const char *const who[] = {"Buyer", "Buyer", "Seller", "Seller"};
	struct kit *k = *state;
	struct daemon d = daemon_of(k);
	struct situation s;
	struct transcript t;

	facts(k);
	kit_begin(k);
	record_dispute(k->store, k->account.id, &x, T0 + 4 * DAY);
	kit_commit(k);
	kit_begin(k);
	s = situation(k);
	s.dispute = 1;
	transcript_read(&d, &s, 100000, &t);
	assert_int_equal(t.n, 4);
	for (size_t i = 0; i < t.n; i++)
		assert_string_equal(t.entries[i].who, who[i]);
	assert_string_equal(t.entries[1].text, "Kaputt");
	assert_string_equal(t.entries[3].what, "REFUND, 5.00 EUR");
	kit_commit(k);
}

static void
anything_may_be_written(void **state)
{
	static const char *const texts[] = {
		"\x1b[2J\x07\x08",
		"مرحبا، أين طلبي؟",
		"你好，我的包裹在哪里？",
		"👩‍👩‍👧‍👦 🇩🇪 \xef\xb8\x8f",
		"\n\n\n\n\t\t",
		" ",
		"a\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81",
		"<b>&amp;</b> %s %n"};
	struct kit *k = *state;
	struct packed p;
	char remote[16], *long_one = malloc(200001);

	facts(k);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		snprintf(remote, sizeof remote, "H%zu", i);
		write_message(k, remote, INCOMING, T0 + 4 * DAY + (int64_t)i, texts[i]);
	}
	for (int i = 0; i < 200000; i++)
		long_one[i] = i % 2 ? '\n' : 'x';
	long_one[200000] = '\0';
	write_message(k, "H99", INCOMING, T0 + 5 * DAY, long_one);
	free(long_one);
	kit_begin(k);
	assert_int_equal(pack_up(k, &chargeback, T0, &p), 5);
	for (int i = 0; i < p.n; i++)
		assert_picture(&p.files[i]);
	kit_commit(k);
}

/* One page of one quotation. */
static void
quote(struct arena *a, const char *text, struct drawing *d)
{
	json_t *job =
		json_pack("{s:s, s:i, s:i, s:i, s:i, s:[{s:s, s:s}]}", "footer", "f", "first", 1, "pages", 1,
			  "each", 1000000, "all", 1000000, "blocks", "style", "quote", "text", text);
	struct err err;

	if (draw_pages(a, job, d, &err))
		fail_msg("%s", err.text);
	json_decref(job);
}

static void
assert_drawn_alike(const char *text, const char *as)
{
	struct arena *a = arena_new();
	struct drawing x, y;

	quote(a, text, &x);
	quote(a, as, &y);
	assert_int_equal(x.pages[0].len, y.pages[0].len);
	assert_memory_equal(x.pages[0].bytes, y.pages[0].bytes, x.pages[0].len);
	arena_free(a);
}

static void
what_steers_is_written_out(void **state)
{
	(void)state;
	assert_drawn_alike("a\xe2\x80\xae"
			   "b",
			   "a[U+202E]b");
	assert_drawn_alike("a\xe2\x81\xa7"
			   "b\x1b[0m",
			   "a[U+2067]b[U+001B][0m");
	assert_drawn_alike("a\xe2\x80\xa8"
			   "b",
			   "a[U+2028]b");
	assert_drawn_alike("a\r\nb", "a\nb");
}

static void
without_the_program_it_says_so(void **state)
{
	const char *folder = getenv("SUPERCARGO_LIBEXEC");
	char *kept = folder ? strdup(folder) : NULL;
	struct kit *k = *state;
	struct packed p;

	facts(k);
	setenv("SUPERCARGO_LIBEXEC", "/nonexistent", 1);
	kit_begin(k);
	assert_int_equal(pack_up(k, &chargeback, T0, &p), -1);
	assert_non_null(strstr(k->err.text, "cannot be started"));
	kit_commit(k);
	if (kept)
		setenv("SUPERCARGO_LIBEXEC", kept, 1);
	free(kept);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(a_cover_and_a_transcript),
		KIT_TEST(the_same_facts_are_the_same_bytes),
		KIT_TEST(a_letter_changes_the_cover),
		KIT_TEST(a_long_conversation_keeps_its_newest_part),
		KIT_TEST(tight_limits_are_kept_or_refused),
		KIT_TEST(nobody_else_is_shown),
		KIT_TEST(history_and_messages_are_one_story),
		KIT_TEST(anything_may_be_written),
		cmocka_unit_test(what_steers_is_written_out),
		KIT_TEST(without_the_program_it_says_so),
	};

	json_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
