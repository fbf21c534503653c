/* turns_bench.c - CPU of an exchange: the service's own loop in virtual time, against markets in the same process.
 *
 *     turns_bench [DAYS] [MESSAGES A WEEK] [DISPUTES A WEEK]      three accounts, each with 100 orders a week
 *
 * An exchange is a request with its answer: the turns of the loop, SQLite and the market's own work are in it.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/json.h"
#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/loop.h"
#include "daemon/runner.h"
#include "world/ebay/ebay.h"

#define ACCOUNTS 3
#define LATENCY  120 /* virtual ms of an exchange */
#define HEADERS  16

static int64_t now = INT64_C(1790000000000);
static uint64_t seed = 7;

/* ---- instead of clock.c ---- */

int64_t
clock_now(void)
{
	return now;
}

int64_t
clock_mono(void)
{
	return now;
}

int64_t
clock_real_ms(int64_t ms)
{
	return ms;
}

int
clock_is_test(void)
{
	return 1;
}

uint64_t
random_u64(void)
{
	return seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
}

void
random_bytes(void *out, unsigned n)
{
	for (unsigned char *p = out; n--; p++)
		*p = (unsigned char)(random_u64() >> 33);
}

void
random_hex(char *out, unsigned bytes)
{
	for (; bytes--; out += 2)
		sprintf(out, "%02x", (unsigned)(random_u64() >> 33) & 255);
}

void
random_seed(uint64_t value)
{
	seed = value;
}

/* ---- what buyers do ---- */

static struct {
	struct ebay *ebay[ACCOUNTS];
	int64_t begin, end, next[ACCOUNTS];
	long done[ACCOUNTS], messages, disputes; /* per two weeks */
	long exchanges, waits;
	double in_market;
} w;

static double
cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
must(int bad, const struct err *err)
{
	char words[ERR_MAX];

	if (!bad)
		return;
	err_english(err->text, words, sizeof words);
	fprintf(stderr, "turns_bench: %s\n", words);
	exit(1);
}

static void
tell_world(int a, json_t *world)
{
	struct err err = {""};

	must(ebay_world(w.ebay[a], world, now, &err), &err);
	json_decref(world);
}

static void
buyer_orders(int a, long i, const char *at)
{
	char buyer[40], order[40], tracking[40];

	snprintf(tracking, sizeof tracking, "0034000000%08ld", i);
	snprintf(buyer, sizeof buyer, "example_buyer_%ld", i);
	snprintf(order, sizeof order, "12-%05ld-%05d", i, a);
	tell_world(a,
		   json_pack("{s:[{s:s, s:s, s:s, s:s, s:s, s:s}], s:[{s:s, s:s, s:s, s:s, s:[{s:s}], s:s, "
			     "s:s, s:s}]}",
			     "buyers", "username", buyer, "name", "Erika Mustermann", "street",
			     "Musterstr. 1", "city", "Berlin", "postal", "10115", "country", "DE", "orders",
			     "id", order, "buyer", buyer, "marketplace", "EBAY_DE", "at", at, "items", "item",
			     "110012345678", "shipped", "now", "carrier", "DHL", "tracking", tracking));
}

static void
something_happens(int a)
{
	static const char *const texts[] = {
		"Guten Tag, wo bleibt mein Paket? Ich warte schon seit einer Woche auf meine Bestellung.",
		"Hallo, passt der Wasserkocher auch in eine kleine Kueche?",
		"Wie kann ich den Artikel zurueckgeben? Er gefaellt mir nicht.",
	};
	static const char *const kinds[] = {"return", "inquiry", "cancellation"};
	const long i = w.done[a]++, share = w.disputes ? w.messages / w.disputes : 0;
	struct err err = {""};
	char name[40], order[40];
	json_t *x;

	if (i % 3 == 0)
		buyer_orders(a, i / 3, "-2d");
	snprintf(name, sizeof name, "example_buyer_%ld", i / 3);
	x = json_pack("{s:s, s:s, s:s}", "buyer", name, "item", "110012345678", "text", texts[i % 3]);
	must(!ebay_message(w.ebay[a], x, now, &err), &err);
	json_decref(x);
	if (share && i % share == 1) {
		snprintf(order, sizeof order, "12-%05ld-%05d", i / 3, a);
		x = json_pack("{s:s, s:s, s:s}", "kind", kinds[i / share % 3], "order", order, "text",
			      "Example");
		ebay_dispute(w.ebay[a], x, now, &err);
		json_decref(x);
	}
}

/* ---- instead of http.c ---- */

struct flight {
	struct answer answer;
	struct http_reply reply;
	int64_t at;
	int taken;
	struct flight *next;
};

static struct flight *flights, *last_free;

static const char *
header(const struct response *r, const char *name)
{
	(void)r;
	(void)name;
	return NULL;
}

static void
start(struct transport *t, const struct request *rq, const struct route *route, void *owner)
{
	struct flight *f = last_free, **end = &flights;
	struct http_header headers[HEADERS];
	struct http_msg msg = {rq->method, NULL, NULL, headers, 0, buf_str(&rq->body), rq->body.len};
	char *lines = must_strdup(buf_str(&rq->headers)), host[128];
	const char *url = strstr(buf_str(&rq->url), "://") + 3;
	double before = cpu();

	(void)t;
	if (f)
		last_free = f->next;
	else {
		f = must_zalloc(sizeof *f);
		reply_init(&f->reply);
	}
	snprintf(host, sizeof host, "%.*s", (int)strcspn(url, "/"), url);
	msg.host = host;
	msg.target = strchr(url, '/');
	for (char *save, *p = strtok_r(lines, "\n", &save); p && msg.n_headers < HEADERS;
	     p = strtok_r(NULL, "\n", &save)) {
		char *colon = strchr(p, ':');

		*colon = '\0';
		headers[msg.n_headers++] = (struct http_header){p, colon + 2};
	}
	reply_clear(&f->reply);
	ebay_handle(w.ebay[route->endpoint[strlen(route->endpoint) - 1] - '0'], &msg, now, &f->reply);
	free(lines);
	f->answer = (struct answer){
		.owner = owner,
		.complete = 1,
		.left = 1,
		.response = {f->reply.status, buf_str(&f->reply.body), f->reply.body.len, .header = header},
		.date = now,
	};
	f->at = now + LATENCY;
	f->taken = 0;
	f->next = NULL;
	while (*end)
		end = &(*end)->next;
	*end = f;
	w.exchanges++;
	w.in_market += cpu() - before;
}

static void
wait_for(struct transport *t, struct pollfd *fds, unsigned nfds, int64_t timeout)
{
	int64_t until = now + timeout;

	(void)t;
	(void)fds;
	(void)nfds;
	w.waits++;
	if (flights && flights->at < until)
		until = flights->at;
	for (int a = 0; a < ACCOUNTS; a++)
		while (w.next[a] <= until) {
			now = w.next[a] > now ? w.next[a] : now;
			something_happens(a);
			w.next[a] += 14 * DAY / w.messages;
		}
	now = until;
	if (now >= w.end)
		kill(getpid(), SIGTERM);
}

static struct answer *
next(struct transport *t)
{
	struct flight *f = flights;

	(void)t;
	if (!f || f->taken || f->at > now)
		return NULL;
	f->taken = 1;
	flights = f->next;
	return &f->answer;
}

static void
give_back(struct transport *t, struct answer *a)
{
	struct flight *f = (struct flight *)a;

	(void)t;
	f->next = last_free;
	last_free = f;
}

static void
drop(struct transport *t, void *owner)
{
	(void)t;
	for (struct flight **f = &flights; *f; f = &(*f)->next)
		if ((*f)->answer.owner == owner) {
			*f = (*f)->next;
			return;
		}
}

static void
no_free(struct transport *t)
{
	(void)t;
}

struct transport *
transport_http(struct err *err)
{
	static struct transport t = {start, wait_for, next, give_back, drop, no_free};

	(void)err;
	return &t;
}

/* ---- the scene ---- */

static void
write_conf(const char *folder, const char *file)
{
	FILE *f = fopen(file, "w");

	fprintf(f,
		"[service]\nstate = \"%s/supercargo.db\"\nsocket = \"%s/s.sock\"\nkey_file = \"%s/key\"\n"
		"templates = \"%s/templates\"\nundo = 30s\n[application \"shop-app\"]\nplatform = ebay\n"
		"client_id = ExampleClientId\nclient_secret = \"ExampleClientSecret\"\n"
		"redirect = Example_Seller-Example-RuName\n",
		folder, folder, folder, folder);
	for (int a = 0; a < ACCOUNTS; a++)
		fprintf(f,
			"[account \"shop%d\"]\nplatform = ebay\napplication = shop-app\nshop = \"Example "
			"Shop\"\n"
			"endpoint = \"http://127.0.0.1:900%d\"\nlanguage = en\ndaily_cap = 100000\n",
			a, a);
	fprintf(f, "[rule \"where is my order\"]\non = message.received\nintent = order_status not_received\n"
		   "action = reply\ntemplate = post_where_is_order\nmode = auto\n"
		   "[rule \"return\"]\non = message.received\nintent = return_or_exchange\naction = reply\n"
		   "template = post_return_instructions\nmode = approve\n"
		   "[rule \"not received: how it left\"]\non = dispute.opened\ndispute = inquiry\n"
		   "fulfilment = shipped\naction = tracking\ntemplate = post_dispute_evidence\n");
	fclose(f);
}

static void
make_world(int a)
{
	char name[40];

	snprintf(name, sizeof name, "example_seller_%d", a);
	w.ebay[a] = ebay_new((uint64_t)a + 1);
	tell_world(a, json_pack("{s:{s:s, s:s, s:s}, s:{s:s}, s:[{s:s, s:s, s:s, s:s}]}", "application",
				"client_id", "ExampleClientId", "client_secret", "ExampleClientSecret",
				"ru_name", "Example_Seller-Example-RuName", "seller", "username", name,
				"listings", "item", "110012345678", "title", "Example kettle", "price",
				"24.00", "marketplace", "EBAY_DE"));
	ebay_history(w.ebay[a], 90, 5, 10, (uint64_t)a + 1, now);
}

static void
log_in(const char *conf_file)
{
	struct daemon d = {0};
	struct err err = {""};

	must(daemon_open(&d, conf_file, now, &err), &err);
	store_begin(d.store);
	for (int a = 0; a < ACCOUNTS; a++) {
		login_pasted(&d, d.runners[a].conf, &d.runners[a].connector->credentials[0],
			     ebay_mint_code(w.ebay[a], now), now);
		account_set_mode(d.store, d.runners[a].id, MODE_AUTO, now);
	}
	must(store_commit(d.store, &err), &err);
	daemon_close(&d);
}

static long
sent(int a)
{
	json_t *list = ebay_sent(w.ebay[a]);
	long n = 0;

	for (size_t i = 0; i < json_array_size(list); i++)
		n += (long)json_int(json_array_get(list, i), "times", 0);
	json_decref(list);
	return n;
}

int
main(int argc, char **argv)
{
	const double days = argc > 1 ? atof(argv[1]) : 14;
	char folder[] = "/dev/shm/supercargo-XXXXXX", conf_file[64];
	double before;
	int status;

	if (!mkdtemp(folder))
		return 1;
	snprintf(conf_file, sizeof conf_file, "%s/supercargo.conf", folder);
	w.messages = 2 * (argc > 2 ? atol(argv[2]) : 300);
	w.disputes = 2 * (argc > 3 ? atol(argv[3]) : 20);
	write_conf(folder, conf_file);
	w.begin = now;
	w.end = now + (int64_t)(days * DAY);
	for (int a = 0; a < ACCOUNTS; a++) {
		make_world(a);
		w.next[a] = now + HOUR + a;
	}
	log_in(conf_file);
	before = cpu();
	status = loop_run(&(struct run_options){.conf_file = conf_file});
	before = cpu() - before;
	printf("%ld exchanges, %ld turns, %ld replies, %.2f s CPU: %.0f exchanges/s, %.1f us each (market "
	       "%.1f us)\n",
	       w.exchanges, w.waits, sent(0) + sent(1) + sent(2), before, (double)w.exchanges / before,
	       before / (double)w.exchanges * 1e6, w.in_market / (double)w.exchanges * 1e6);
	printf("%s\n", folder);
	return status;
}
