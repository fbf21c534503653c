/* main.c - the market's command line. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "clock.h"
#include "server/server.h"

static volatile sig_atomic_t stop;

static void
on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

static const char usage[] =
	"Usage: market [OPTION]...\n"
	"Serves an eBay that remembers and misbehaves on request, on 127.0.0.1.\n\n"
	"  --port N           port, 0 for any (the default)\n"
	"  --port-file FILE   write the port there once it is open, one a line\n"
	"  --tls              speak TLS, with a CA made at this start\n"
	"  --ca-file FILE     write that CA's certificate there\n"
	"  --worlds N         N sellers, strangers to each other, each on a port of its own; stands first\n"
	"  --world FILE       begin with the world in this JSON file; may be given again\n"
	"  --history DAYS     make up a past of so many days, with\n"
	"  --messages N         so many unanswered questions (500) and\n"
	"  --orders N           so many orders (1000),\n"
	"  --seed S             the same ones for the same seed\n"
	"  --verbose          a line per request on standard error\n"
	"  --help             this text\n\n"
	"SUPERCARGO_TEST_CLOCK=ANCHOR_MS:RATE lets its clock run faster.\n";

struct markets {
	struct market one[MARKETS_MAX];
	size_t n;
};

struct options {
	int port, tls, verbose;
	const char *port_file, *ca_file;
	int history, messages, orders;
	unsigned long long seed;
};

static int
load_world(const struct markets *all, const char *file)
{
	json_error_t where;
	struct err err = {""};
	char words[ERR_MAX];
	json_t *world = json_load_file(file, 0, &where);
	int r = 0;

	if (!world)
		r = fprintf(stderr, "market: %s:%d: %s\n", file, where.line, where.text);
	for (size_t i = 0; i < all->n && !r; i++) {
		if (!ebay_world(all->one[i].ebay, world, market_now(), &err))
			continue;
		err_english(err.text, words, sizeof words);
		r = fprintf(stderr, "market: %s: %s\n", file, words);
	}
	json_decref(world);
	return r;
}

/* Whole or not at all: whoever waits for the file finds all numbers in it. */
static int
write_ports(const char *file, const struct markets *all)
{
	char tmp[4096];
	FILE *f;

	if ((size_t)snprintf(tmp, sizeof tmp, "%s.new", file) >= sizeof tmp || !(f = fopen(tmp, "w")))
		goto bad;
	for (size_t i = 0; i < all->n; i++)
		fprintf(f, "%d\n", all->one[i].port);
	if (fclose(f) || rename(tmp, file))
		goto bad;
	return 0;
bad:
	perror(file);
	return -1;
}

static int
add_markets(struct markets *all, long n)
{
	if (n < 1 || n > MARKETS_MAX) {
		fprintf(stderr, "market: --worlds: expected 1 to %d\n", MARKETS_MAX);
		return -1;
	}
	for (; all->n < (size_t)n; all->n++) {
		struct market *m = &all->one[all->n];

		m->listener = -1;
		m->ebay = ebay_new(1 + all->n);
		m->faults = faults_new();
		m->pushes = pushes_new(m->ebay);
	}
	return 0;
}

static int
open_markets(struct markets *all, const struct options *o)
{
	for (size_t i = 0; i < all->n; i++) {
		struct market *m = &all->one[i];

		m->port = o->port ? o->port + (int)i : 0;
		if (o->history > 0)
			ebay_history(m->ebay, o->history, o->messages, o->orders, o->seed + i, market_now());
		if ((m->listener = server_listen(&m->port)) < 0)
			return -1;
		fprintf(stderr, "market: %s://127.0.0.1:%d\n", o->tls ? "https" : "http", m->port);
	}
	return o->port_file ? write_ports(o->port_file, all) : 0;
}

static void
close_markets(struct markets *all)
{
	for (size_t i = 0; i < all->n; i++) {
		struct market *m = &all->one[i];

		if (m->listener >= 0)
			close(m->listener);
		pushes_free(m->pushes);
		faults_free(m->faults);
		ebay_free(m->ebay);
	}
}

static int
parse(int argc, char **argv, struct options *o, struct markets *all)
{
	static const struct option options[] = {
		{"port", 1, NULL, 'p'},     {"port-file", 1, NULL, 'f'}, {"tls", 0, NULL, 't'},
		{"ca-file", 1, NULL, 'c'},  {"world", 1, NULL, 'w'},     {"history", 1, NULL, 'd'},
		{"messages", 1, NULL, 'm'}, {"orders", 1, NULL, 'o'},    {"seed", 1, NULL, 's'},
		{"verbose", 0, NULL, 'v'},  {"help", 0, NULL, 'h'},      {"worlds", 1, NULL, 'n'},
		{NULL, 0, NULL, 0},
	};

	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		switch (c) {
		case 'p': o->port = atoi(optarg); break;
		case 'f': o->port_file = optarg; break;
		case 't': o->tls = 1; break;
		case 'c': o->ca_file = optarg; break;
		case 'd': o->history = atoi(optarg); break;
		case 'm': o->messages = atoi(optarg); break;
		case 'o': o->orders = atoi(optarg); break;
		case 's': o->seed = strtoull(optarg, NULL, 10); break;
		case 'v': o->verbose = 1; break;
		case 'w':
			if (load_world(all, optarg))
				return 1;
			break;
		case 'n':
			if (add_markets(all, atol(optarg)))
				return 2;
			break;
		case 'h': fputs(usage, stdout); return 0;
		default: fputs(usage, stderr); return 2;
		}
	}
	return -1; /* go on */
}

int
main(int argc, char **argv)
{
	struct options o = {.messages = 500, .orders = 1000, .seed = 1};
	struct sigaction action = {.sa_handler = on_signal};
	static struct markets all;
	SSL_CTX *tls = NULL;
	int r = 1;

	if (market_clock_setup()) {
		fputs("market: SUPERCARGO_TEST_CLOCK: expected ANCHOR_MS:RATE\n", stderr);
		return 2;
	}
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	signal(SIGPIPE, SIG_IGN);

	add_markets(&all, 1);
	if ((r = parse(argc, argv, &o, &all)) >= 0)
		goto out;
	r = 1;
	if (o.tls && !(tls = tls_setup(o.ca_file)))
		goto out;
	if (open_markets(&all, &o))
		goto out;
	server_run(all.one, all.n, tls, &stop, o.verbose);
	r = 0;
out:
	close_markets(&all);
	SSL_CTX_free(tls);
	return r;
}
