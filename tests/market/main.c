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
	"  --port-file FILE   write the port there once it is open\n"
	"  --tls              speak TLS, with a CA made at this start\n"
	"  --ca-file FILE     write that CA's certificate there\n"
	"  --world FILE       begin with the world in this JSON file; may be given again\n"
	"  --history DAYS     make up a past of so many days, with\n"
	"  --messages N         so many unanswered questions (500) and\n"
	"  --orders N           so many orders (1000),\n"
	"  --seed S             the same ones for the same seed\n"
	"  --verbose          a line per request on standard error\n"
	"  --help             this text\n\n"
	"SUPERCARGO_TEST_CLOCK=ANCHOR_MS:RATE lets its clock run faster.\n";

struct options {
	int port, tls, verbose;
	const char *port_file, *ca_file;
	int history, messages, orders;
	unsigned long long seed;
};

static int
load_world(struct ebay *e, const char *file)
{
	json_error_t where;
	struct err err = {""};
	char words[ERR_MAX];
	json_t *world = json_load_file(file, 0, &where);
	int r = -1;

	if (!world) {
		fprintf(stderr, "market: %s:%d: %s\n", file, where.line, where.text);
	} else if (ebay_world(e, world, market_now(), &err)) {
		err_english(err.text, words, sizeof words);
		fprintf(stderr, "market: %s: %s\n", file, words);
	} else {
		r = 0;
	}
	json_decref(world);
	return r;
}

/* Whole or not at all: whoever waits for the file finds the number in it. */
static int
write_port(const char *file, int port)
{
	char tmp[4096];
	FILE *f;

	if ((size_t)snprintf(tmp, sizeof tmp, "%s.new", file) >= sizeof tmp || !(f = fopen(tmp, "w")))
		goto bad;
	fprintf(f, "%d\n", port);
	if (fclose(f) || rename(tmp, file))
		goto bad;
	return 0;
bad:
	perror(file);
	return -1;
}

static int
parse(int argc, char **argv, struct options *o, struct ebay *e)
{
	static const struct option options[] = {
		{"port", 1, NULL, 'p'},     {"port-file", 1, NULL, 'f'}, {"tls", 0, NULL, 't'},
		{"ca-file", 1, NULL, 'c'},  {"world", 1, NULL, 'w'},     {"history", 1, NULL, 'd'},
		{"messages", 1, NULL, 'm'}, {"orders", 1, NULL, 'o'},    {"seed", 1, NULL, 's'},
		{"verbose", 0, NULL, 'v'},  {"help", 0, NULL, 'h'},      {NULL, 0, NULL, 0},
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
			if (load_world(e, optarg))
				return 1;
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
	struct market m = {0};
	SSL_CTX *tls = NULL;
	int listener = -1, r = 1;

	if (market_clock_setup()) {
		fputs("market: SUPERCARGO_TEST_CLOCK: expected ANCHOR_MS:RATE\n", stderr);
		return 2;
	}
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	signal(SIGPIPE, SIG_IGN);

	m.ebay = ebay_new(1);
	m.faults = faults_new();
	m.pushes = pushes_new(m.ebay);
	if ((r = parse(argc, argv, &o, m.ebay)) >= 0)
		goto out;
	r = 1;
	if (o.history > 0)
		ebay_history(m.ebay, o.history, o.messages, o.orders, o.seed, market_now());
	if (o.tls && !(tls = tls_setup(o.ca_file)))
		goto out;
	if ((listener = server_listen(&o.port)) < 0)
		goto out;
	if (o.port_file && write_port(o.port_file, o.port))
		goto out;
	fprintf(stderr, "market: %s://127.0.0.1:%d\n", o.tls ? "https" : "http", o.port);
	server_run(listener, &m, tls, &stop, o.verbose);
	r = 0;
out:
	if (listener >= 0)
		close(listener);
	SSL_CTX_free(tls);
	pushes_free(m.pushes);
	faults_free(m.faults);
	ebay_free(m.ebay);
	return r;
}
