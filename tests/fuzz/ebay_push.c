/* ebay_push.c - any notification, for what eBay's connector makes of it: signature, topics, whose data goes.
 *
 * Links: connectors
 *
 * The first line is the signature header (or, after '?', the query of a challenge), the rest the body.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "connector.h"

#define KEY                                                                                                  \
	"SHA1 "                                                                                              \
	"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEsYzUieYeZNjfCC0ohzaObhcgSHMPB71cynHGGzahQPzxag5uSO4u8N98zCrtxK" \
	"t3hp/y5hzOZ+1qHy0TpWUfLQ=="

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const char *signature;

static const char *
header(const struct response *rs, const char *name)
{
	(void)rs;
	(void)name;
	return signature;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct setting settings[] = {{"identity", "example_seller"},
						  {"push_address", "https://shop.example/ebay"},
						  {"verification_token", "0123456789"},
						  {NULL, NULL}};
	const struct connector *c = connector_find("ebay");
	const struct account account = {.name = "example", .settings = settings, .connector = c};
	struct task t = {.account = &account, .token = "t", .grant = "", .key = "", .cursor = KEY};
	struct buf out = BUF_MAX(64 * 1024);
	struct response n = {.status = 200, .header = header};
	const char *words[4], *end = memchr(data, '\n', size);
	size_t line = end ? (size_t)(end - (const char *)data) : size;
	static int ready;
	int i;

	if (!size)
		return 0;
	if (!ready) {
		json_setup();
		ready = 1;
	}
	t.arena = arena_new();
	signature = arena_strndup(t.arena, (const char *)data, strnlen((const char *)data, line));
	n.body = (const char *)data + line + (end != NULL);
	n.len = size - line - (end != NULL);
	if (*signature == '?')
		c->push->challenge(&t, signature + 1, &out, NULL);
	c->push->key_id(&t, &n, &out, NULL);
	c->push->verify(&t, &n, NULL);
	i = c->push->due(&t, &n, words, 4);
	if (i < 0 || i > 4)
		abort();
	i = c->push->erase(&t, &n, words, 4);
	if (i < 0 || i > 4)
		abort();
	while (i--)
		if (!strlen(words[i]))
			abort();
	arena_free(t.arena);
	buf_free(&out);
	return 0;
}
