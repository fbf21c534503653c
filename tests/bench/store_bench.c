/* store_bench.c - the store with a long history: store_bench FOLDER [MESSAGES]
 *
 * Fills FOLDER/bench.db (kept and used again when it is there), then measures start, inbox pages, finding, taking in and memory.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/json.h"
#include "daemon/store/store.h"

#define T0 INT64_C(1700000000000)

static double
seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
must(int bad, const struct err *err)
{
	char text[ERR_MAX];

	if (!bad)
		return;
	err_english(err->text, text, sizeof text);
	fprintf(stderr, "%s\n", text);
	exit(1);
}

static long
anonymous_kib(void)
{
	char line[128];
	long kib = 0;
	FILE *f = fopen("/proc/self/status", "r");

	while (f && fgets(line, sizeof line, f))
		sscanf(line, "RssAnon: %ld", &kib);
	if (f)
		fclose(f);
	return kib;
}

/* A text of buyers' length whose words vary with n. */
static void
text_of(int64_t n, char *out, size_t size)
{
	static const char *const words[] = {"where",    "is",      "my",       "parcel",  "Paket",  "bitte",
					    "danke",    "noch",    "nicht",    "order",   "refund", "Größe",
					    "colour",   "arrived", "broken",   "when",    "will",   "you",
					    "ship",     "发货",    "什么时候", "退款",    "please", "reply",
					    "tracking", "number",  "address",  "Rechnung"};
	uint64_t x = (uint64_t)n * 6364136223846793005u + 1442695040888963407u;
	size_t len = 0;

	for (int i = 0; i < 22 && len + 16 < size; i++) {
		x = x * 6364136223846793005u + 1442695040888963407u;
		len += (size_t)snprintf(out + len, size - len, "%s ",
					words[(x >> 33) % (sizeof words / sizeof *words)]);
	}
	snprintf(out + len, size - len, "%lld", (long long)(n % 50000));
}

static void
take_message(struct store *s, int64_t account, int64_t n, int64_t now)
{
	char remote[32], conversation[32], buyer[40], name[48], text[320], listing[32];
	int64_t c = n / 4;
	struct message m = {.remote = remote,
			    .conversation = conversation,
			    .marketplace = "EBAY_DE",
			    .text = text,
			    .subject = "Question",
			    .listing = listing,
			    .sent = T0 + n * 1000,
			    .direction = n % 4 == 3 && c % 10 ? OUTGOING : INCOMING};

	snprintf(remote, sizeof remote, "m%lld", (long long)n);
	snprintf(conversation, sizeof conversation, "c%lld", (long long)c);
	snprintf(buyer, sizeof buyer, "example_buyer_%lld", (long long)(c / 2));
	snprintf(name, sizeof name, "Erika Mustermann %lld", (long long)(c / 2));
	snprintf(listing, sizeof listing, "%lld", 110000000000LL + c % 5000);
	m.buyer.remote = buyer;
	m.buyer.name = name;
	text_of(n, text, sizeof text);
	record_message(s, account, &m, now);
}

static void
take_order(struct store *s, int64_t account, int64_t n, int64_t now)
{
	char remote[48], listing[32], buyer[40], name[48];
	struct order_item item = {.remote = "1",
				  .listing = listing,
				  .sku = "SKU-1",
				  .title = "Wooden train with three waggons",
				  .quantity = 1,
				  .price = {2890, "EUR"}};
	struct order o = {.remote = remote,
			  .marketplace = "EBAY_DE",
			  .status = "FULFILLED",
			  .payment = PAYMENT_PAID,
			  .fulfilment = FULFILMENT_SHIPPED,
			  .total = {2890, "EUR"},
			  .created = T0 + n * 4000,
			  .changed = T0 + n * 4001,
			  .items = &item,
			  .nitems = 1};

	snprintf(remote, sizeof remote, "16-%05lld-%05lld", (long long)(n / 100000), (long long)(n % 100000));
	snprintf(buyer, sizeof buyer, "example_buyer_%lld", (long long)(n / 2));
	snprintf(name, sizeof name, "Erika Mustermann %lld", (long long)(n / 2));
	snprintf(listing, sizeof listing, "%lld", 110000000000LL + n % 5000);
	o.buyer.remote = buyer;
	o.buyer.name = name;
	record_order(s, account, &o, now);
}

/* At most so many a turn: what a turn reads stays in memory until the next. */
static int
settle_events(struct store *s, int most)
{
	struct situation t;
	int64_t next;
	int n = 0;

	while (n < most && event_next(s, INT64_MAX - 1, &t, &next)) {
		event_done(s, t.event);
		n++;
	}
	return n;
}

/* n things in pages, one turn each. */
static void
intake(struct store *s, const char *what, int64_t account,
       void (*take)(struct store *, int64_t, int64_t, int64_t), int64_t from, int64_t n, int page)
{
	double wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
	struct err err;

	for (int64_t i = 0; i < n; i += page) {
		store_begin(s);
		store_page_begin(s);
		for (int64_t k = i; k < i + page && k < n; k++)
			take(s, account, from + k, T0 + from * 1000);
		store_page_keep(s);
		if (!what)
			settle_events(s, 1000);
		must(store_commit(s, &err), &err);
	}
	wall = seconds(CLOCK_MONOTONIC) - wall;
	cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	if (what)
		printf("%-34s %9.0f /s   %7.1f us CPU each (pages of %d)\n", what, (double)n / wall,
		       cpu / (double)n * 1e6, page);
}

static void
look(const char *what, json_t *(*view)(struct store *, const char *), struct store *s, const char *argument)
{
	double worst = 0, sum = 0, t;

	for (int i = 0; i < 20; i++) {
		json_t *v;

		store_begin(s);
		t = seconds(CLOCK_MONOTONIC);
		v = view(s, argument);
		t = (seconds(CLOCK_MONOTONIC) - t) * 1e3;
		store_commit(s, NULL);
		json_decref(v);
		sum += t;
		if (t > worst)
			worst = t;
	}
	printf("%-34s %9.2f ms mean %7.2f ms worst\n", what, sum / 20, worst);
}

static json_t *
inbox(struct store *s, const char *account)
{
	return view_inbox(s, 50, NULL, account, 0);
}

static json_t *
inbox_all(struct store *s, const char *account)
{
	return view_inbox(s, 50, NULL, account, 1);
}

static json_t *
inbox_deep(struct store *s, const char *after)
{
	return view_inbox(s, 50, after, NULL, 1);
}

static json_t *
find(struct store *s, const char *words)
{
	return view_find(s, words, 50);
}

static json_t *
status(struct store *s, const char *unused)
{
	(void)unused;
	return view_status(s, T0);
}

static json_t *
deadlines(struct store *s, const char *unused)
{
	(void)unused;
	return view_deadlines(s, T0, 50);
}

static struct store *
start(const char *path, int measured)
{
	double t = seconds(CLOCK_MONOTONIC);
	struct situation situation;
	int64_t next;
	struct err err;
	struct store *s = store_open(path, &err);

	must(!s, &err);
	store_begin(s);
	outbox_recover(s, T0);
	event_next(s, INT64_MAX - 1, &situation, &next);
	must(store_commit(s, &err), &err);
	if (measured)
		printf("%-34s %9.2f ms %7ld KiB anonymous\n", "start", (seconds(CLOCK_MONOTONIC) - t) * 1e3,
		       anonymous_kib());
	return s;
}

static void
set_filled(struct store *s, int64_t n)
{
	char text[24];
	struct err err;

	snprintf(text, sizeof text, "%lld", (long long)n);
	store_begin(s);
	meta_set(s, "filled", text);
	must(store_commit(s, &err), &err);
}

int
main(int argc, char **argv)
{
	int64_t n = argc > 2 ? atoll(argv[2]) : 1000000, have;
	struct account_row account;
	struct store *s;
	struct err err;
	char path[512];
	double t;

	if (argc < 2)
		return fprintf(stderr, "store_bench FOLDER [MESSAGES]\n"), 2;
	json_setup();
	snprintf(path, sizeof path, "%s/bench.db", argv[1]);
	s = start(path, 0);
	store_begin(s);
	account_ensure(s, "toys", "ebay", T0, &account);
	have = meta_get(s, "filled") ? atoll(meta_get(s, "filled")) : 0;
	must(store_commit(s, &err), &err);
	if (have < n) {
		t = seconds(CLOCK_MONOTONIC);
		intake(s, NULL, account.id, take_order, have / 4, (n - have) / 4, 500);
		intake(s, NULL, account.id, take_message, have, n - have, 500);
		printf("filled %lld messages, %lld orders in %.0f s\n", (long long)n, (long long)n / 4,
		       seconds(CLOCK_MONOTONIC) - t);
		have = n;
		set_filled(s, have);
	}
	store_close(s);

	s = start(path, 1);
	look("inbox, waiting, 50", inbox, s, NULL);
	look("inbox, waiting, one account", inbox, s, "toys");
	look("inbox, all, newest", inbox_all, s, NULL);
	look("inbox, all, deep page", inbox_deep, s, "1700300000000.9");
	look("find an order id", find, s, "16-00000-00007");
	look("find a buyer", find, s, "example_buyer_777");
	look("find a rare number", find, s, "31415");
	look("find two common words", find, s, "refund parcel");
	look("find two Chinese characters", find, s, "退款");
	look("status", status, s, NULL);
	look("deadlines", deadlines, s, NULL);
	look("show a conversation", view_show, s, "c4711");

	intake(s, "messages taken in", account.id, take_message, have, 20000, 50);
	intake(s, "messages seen again", account.id, take_message, have, 20000, 50);
	intake(s, "orders taken in", account.id, take_order, have / 4, 5000, 50);
	intake(s, "orders seen again", account.id, take_order, have / 4, 5000, 50);
	intake(s, "messages, each its own turn", account.id, take_message, have + 20000, 500, 1);
	set_filled(s, have + 20500);
	t = seconds(CLOCK_MONOTONIC);
	for (int n_events = 1; n_events;) {
		store_begin(s);
		n_events = settle_events(s, 100);
		must(store_commit(s, &err), &err);
	}
	printf("%-34s %9.2f ms\n", "the events of all these", (seconds(CLOCK_MONOTONIC) - t) * 1e3);
	printf("%-34s %9ld KiB\n", "anonymous memory", anonymous_kib());
	store_close(s);
	return 0;
}
