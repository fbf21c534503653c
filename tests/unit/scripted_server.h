/* scripted_server.h - a server on a loopback port that does exactly what a test says, also over TLS.
 *
 * Every connection runs the script in a thread of its own and is closed when the script returns.  The scripts count what
 * reaches them; the counters are read by the test after the exchange.
 */
#ifndef SCRIPTED_SERVER_H
#define SCRIPTED_SERVER_H

#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define WIRES_MAX 256

struct wire {
	struct scripted *server;
	int fd;
	int number; /* of the connection, from 1 */
	SSL *tls;
	pthread_t thread;
};

struct scripted {
	int fd, port;
	SSL_CTX *ctx; /* NULL: plain */
	void (*script)(struct wire *);
	const void *bytes; /* for the script */
	size_t len;
	atomic_int connections, requests, posts, resumed, open, most_open;
	char last[8192]; /* the last request, and where it was meant to go */
	char name[256];
	struct wire wires[WIRES_MAX];
	pthread_t thread;
};

static ssize_t
wire_read(struct wire *w, char *bytes, size_t n)
{
	return w->tls ? SSL_read(w->tls, bytes, (int)n) : recv(w->fd, bytes, n, 0);
}

static void
wire_write(struct wire *w, const void *bytes, size_t n)
{
	const char *p = bytes;

	while (n > 0) {
		ssize_t put = w->tls ? SSL_write(w->tls, p, (int)n) : send(w->fd, p, n, MSG_NOSIGNAL);

		if (put <= 0)
			return;
		p += put;
		n -= (size_t)put;
	}
}

static void
wire_say(struct wire *w, const char *text)
{
	wire_write(w, text, strlen(text));
}

/* Waits until the client has gone away. */
static void
wire_hang(struct wire *w)
{
	char byte;

	while (wire_read(w, &byte, 1) > 0)
		;
}

/* One whole request, counted and kept.  0: the client closed. */
static int
wire_request(struct wire *w)
{
	struct scripted *s = w->server;
	char head[8192] = "", piece[65536];
	size_t n = 0;
	long body = 0;
	char *at;

	while (!strstr(head, "\r\n\r\n")) {
		if (n == sizeof(head) - 1 || wire_read(w, head + n, 1) != 1)
			return 0;
		head[++n] = '\0';
	}
	strcpy(s->last, head);
	s->requests++;
	s->posts += !strncmp(head, "POST", 4);
	if ((at = strcasestr(head, "\r\nContent-Length:")))
		body = atol(at + 17);
	while (body > 0) {
		ssize_t got =
			wire_read(w, piece, (size_t)body < sizeof(piece) ? (size_t)body : sizeof(piece));

		if (got <= 0)
			return 0;
		body -= got;
	}
	return 1;
}

static void *
wire_main(void *arg)
{
	struct wire *w = arg;
	struct scripted *s = w->server;
	const char *name;
	int open = ++s->open;

	if (open > s->most_open)
		s->most_open = open;
	if (s->ctx) {
		w->tls = SSL_new(s->ctx);
		SSL_set_fd(w->tls, w->fd);
		if (SSL_accept(w->tls) <= 0)
			goto out;
		s->resumed += SSL_session_reused(w->tls);
		name = SSL_get_servername(w->tls, TLSEXT_NAMETYPE_host_name);
		snprintf(s->name, sizeof(s->name), "%s", name ? name : "");
	}
	s->script(w);
	if (w->tls)
		SSL_shutdown(w->tls);
out:
	if (w->tls)
		SSL_free(w->tls);
	shutdown(w->fd, SHUT_RDWR);
	s->open--;
	return NULL;
}

static void *
scripted_main(void *arg)
{
	struct scripted *s = arg;
	int fd;

	while (s->connections < WIRES_MAX && (fd = accept(s->fd, NULL, NULL)) >= 0) {
		struct wire *w = &s->wires[s->connections++];

		*w = (struct wire){.server = s, .fd = fd, .number = s->connections};
		pthread_create(&w->thread, NULL, wire_main, w);
	}
	return NULL;
}

static struct scripted *
scripted_start(void (*script)(struct wire *), const void *bytes, size_t len, SSL_CTX *ctx)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(address);
	struct scripted *s = calloc(1, sizeof(*s));

	s->script = script;
	s->bytes = bytes;
	s->len = len;
	s->ctx = ctx;
	s->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(s->fd, (struct sockaddr *)&address, size) < 0 || listen(s->fd, 128) < 0)
		abort();
	getsockname(s->fd, (struct sockaddr *)&address, &size);
	s->port = ntohs(address.sin_port);
	pthread_create(&s->thread, NULL, scripted_main, s);
	return s;
}

static void
scripted_stop(struct scripted *s)
{
	int i;

	shutdown(s->fd, SHUT_RDWR);
	pthread_join(s->thread, NULL);
	for (i = 0; i < s->connections; i++) {
		shutdown(s->wires[i].fd, SHUT_RDWR);
		pthread_join(s->wires[i].thread, NULL);
		close(s->wires[i].fd);
	}
	close(s->fd);
	free(s);
}

/* ---- certificates ---- */

struct identity {
	EVP_PKEY *key;
	X509 *cert;
};

static void
add_extension(X509 *cert, int nid, const char *value)
{
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

	X509_add_ext(cert, extension, -1);
	X509_EXTENSION_free(extension);
}

/* Signed by `by`, or by itself.  `name` NULL: an authority.  Valid from yesterday until `days` from now. */
static struct identity
identity_new(const char *name, const struct identity *by, int days)
{
	static long serial = 1;
	struct identity id = {EVP_EC_gen("P-256"), X509_new()};
	X509_NAME *subject = X509_get_subject_name(id.cert);
	char san[300];

	X509_set_version(id.cert, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(id.cert), serial++);
	X509_gmtime_adj(X509_getm_notBefore(id.cert), -30 * 86400L);
	X509_gmtime_adj(X509_getm_notAfter(id.cert), days * 86400L);
	X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
				   (const unsigned char *)(name ? name : "Test CA"), -1, -1, 0);
	X509_set_issuer_name(id.cert, by ? X509_get_subject_name(by->cert) : subject);
	X509_set_pubkey(id.cert, id.key);
	add_extension(id.cert, NID_basic_constraints, name ? "CA:FALSE" : "critical,CA:TRUE");
	if (name) {
		snprintf(san, sizeof(san), "DNS:%s", name);
		add_extension(id.cert, NID_subject_alt_name, san);
	}
	X509_sign(id.cert, by ? by->key : id.key, EVP_sha256());
	return id;
}

static void
identity_free(struct identity *id)
{
	EVP_PKEY_free(id->key);
	X509_free(id->cert);
}

static SSL_CTX *
tls_context(const struct identity *id)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	SSL_CTX_use_certificate(ctx, id->cert);
	SSL_CTX_use_PrivateKey(ctx, id->key);
	return ctx;
}

#endif
