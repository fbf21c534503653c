#include <arpa/inet.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/json.h"
#include "base/text.h"
#include "push.h"

#define KID        "99362610-0000-4000-8000-000000000001"
#define ANSWER_S   10
#define PUSHES_MAX 1000

struct push {
	pthread_t thread;
	int port;
	char *topic, *body, *signature, *request;
	atomic_int status;
};

struct pushes {
	EVP_PKEY *key;
	struct push *all[PUSHES_MAX];
	size_t n;
};

struct pushes *
pushes_new(struct ebay *e)
{
	struct pushes *p = must_zalloc(sizeof *p);
	struct buf pem = BUF_MAX(4096);
	unsigned char *der = NULL;
	int n;

	if (!(p->key = EVP_EC_gen("P-256")) || (n = i2d_PUBKEY(p->key, &der)) <= 0)
		abort();
	buf_put(&pem, "-----BEGIN PUBLIC KEY-----");
	base64_encode(&pem, der, (size_t)n);
	buf_put(&pem, "-----END PUBLIC KEY-----");
	ebay_push_key(e, KID, buf_str(&pem));
	OPENSSL_free(der);
	buf_free(&pem);
	return p;
}

void
pushes_free(struct pushes *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->n; i++) {
		struct push *x = p->all[i];

		pthread_join(x->thread, NULL);
		free(x->topic), free(x->body), free(x->signature), free(x->request), free(x);
	}
	EVP_PKEY_free(p->key);
	free(p);
}

/* The header's value: base64 of JSON that holds the DER signature. */
static void
sign(EVP_PKEY *key, const char *bytes, struct buf *header)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	struct buf inner = BUF_MAX(1024), json = BUF_MAX(4096);
	unsigned char sig[256];
	size_t n = sizeof sig;

	if (EVP_DigestSignInit(ctx, NULL, EVP_sha1(), NULL, key) != 1 ||
	    EVP_DigestSign(ctx, sig, &n, (const unsigned char *)bytes, strlen(bytes)) != 1)
		abort();
	base64_encode(&inner, sig, n);
	buf_fmt(&json, "{\"alg\":\"ecdsa\",\"kid\":\"%s\",\"signature\":\"%s\",\"digest\":\"SHA1\"}", KID,
		buf_str(&inner));
	base64_encode(header, json.data, json.len);
	EVP_MD_CTX_free(ctx);
	buf_free(&inner);
	buf_free(&json);
}

/* Posts and waits for the status line. */
static void *
post(void *with)
{
	struct push *x = with;
	struct sockaddr_in a = {.sin_family = AF_INET,
				.sin_port = htons((uint16_t)x->port),
				.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct timeval patience = {.tv_sec = ANSWER_S};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), status = 0;
	size_t len = strlen(x->request), sent = 0;
	char line[64] = "";
	ssize_t n, have = 0;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof a))
		goto out;
	while (sent < len && (n = send(fd, x->request + sent, len - sent, MSG_NOSIGNAL)) > 0)
		sent += (size_t)n;
	while (have < 15 && (n = recv(fd, line + have, sizeof line - 1 - (size_t)have, 0)) > 0)
		have += n;
	sscanf(line, "HTTP/1.%*d %d", &status);
out:
	if (fd >= 0)
		close(fd);
	atomic_store(&x->status, status ? status : -1);
	return NULL;
}

int
push_send(struct pushes *p, struct ebay *e, const json_t *what, int64_t now, struct err *err)
{
	const char *to = json_text(what, "to");
	struct buf request = BUF_MAX(1u << 20), header = BUF_MAX(8192);
	json_t *body;
	struct push *x;
	char path[256];
	int port, r = -1;

	if (!to || sscanf(to, "http://127.0.0.1:%d%255s", &port, path) != 2)
		return fail(err, "push: \"to\": found \"%s\", expected http://127.0.0.1:PORT/path",
			    to ? to : "");
	if (p->n == PUSHES_MAX)
		return fail(err, "push: more than %d", PUSHES_MAX);
	if (!(body = ebay_notification(e, what, now, err)))
		return -1;
	x = must_zalloc(sizeof *x);
	x->port = port;
	x->topic = must_strdup(json_text(what, "topic"));
	x->body = json_dumps(body, JSON_COMPACT);
	sign(p->key, json_flag(what, "forged", 0) ? "other bytes" : x->body, &header);
	x->signature = must_strdup(buf_str(&header));
	buf_fmt(&request,
		"POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: "
		"application/json\r\nX-EBAY-SIGNATURE: %s\r\n"
		"Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
		path, port, x->signature, strlen(x->body), x->body);
	x->request = must_strdup(buf_str(&request));
	if (pthread_create(&x->thread, NULL, post, x)) {
		fail(err, "push: no thread");
		free(x->topic), free(x->body), free(x->signature), free(x->request), free(x);
	} else {
		p->all[p->n++] = x;
		r = 0;
	}
	json_decref(body);
	buf_free(&request);
	buf_free(&header);
	return r;
}

json_t *
pushes_report(struct pushes *p)
{
	json_t *list = json_array();

	for (size_t i = 0; i < p->n; i++)
		json_array_append_new(list, json_pack("{s:s,s:s,s:s,s:i}", "topic", p->all[i]->topic, "body",
						      p->all[i]->body, "signature", p->all[i]->signature,
						      "status", atomic_load(&p->all[i]->status)));
	return list;
}
