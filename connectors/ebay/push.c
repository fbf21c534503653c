/* push.c - eBay's notifications: whether an address is ours, whether a notification is eBay's, and which streams it makes due.
 *
 * The signature covers the raw bytes of the body.  Its header is base64 of {"alg", "kid", "signature", "digest"}; the key with that id is
 * fetched with the application's own token and handed on as "DIGEST PEM".
 */
#include "ebay.h"

#include "base/sign.h"
#include "base/text.h"

#include <string.h>
#include <strings.h>

#define MAX_HEADER 8192
#define MAX_ID     128
#define MAX_PLACES 3

/* ---- is the address ours? ---- */

static int
challenge(const struct task *t, const char *query, struct buf *answer, struct err *err)
{
	const char *address = account_get(t->account, "push_address"),
		   *token = account_get(t->account, "verification_token");
	struct buf all = BUF_MAX(8192);
	unsigned char digest[SHA256_BYTES];
	char hex[2 * SHA256_BYTES + 1];
	int r = -1;

	if (!*address || !*token) {
		fail(err, "eBay: notifications need push_address and verification_token of the application");
	} else if (!url_query_get(arena_fmt(t->arena, "?%s", query), "challenge_code", &all) || !all.len) {
		fail(err, "eBay: the question holds no challenge_code");
	} else {
		buf_put(&all, token);
		buf_put(&all, address);
		if (all.over) {
			fail(err, "eBay: the challenge_code is longer than allowed");
		} else {
			sha256(all.data, all.len, digest);
			hex_encode(digest, sizeof digest, hex);
			buf_fmt(answer, "{\"challengeResponse\":\"%s\"}", hex);
			r = 0;
		}
	}
	buf_free(&all);
	return r;
}

/* ---- is the notification eBay's? ---- */

struct signature {
	const char *kid, *base64, *digest;
};

static int
read_signature(const struct task *t, const struct response *n, struct signature *s)
{
	const char *header = n->header(n, "X-EBAY-SIGNATURE"), *alg;
	struct buf bytes = BUF_MAX(MAX_HEADER);
	json_t *root = NULL;

	if (header && !base64_decode(&bytes, header, strlen(header)))
		root = json_read(t->arena, buf_str(&bytes), bytes.len, NULL);
	alg = json_text(root, "alg");
	*s = (struct signature){.kid = arena_strdup(t->arena, json_text(root, "kid")),
				.base64 = arena_strdup(t->arena, json_text(root, "signature")),
				.digest = arena_strdup(t->arena, json_text(root, "digest"))};
	if (!alg || strcasecmp(alg, "ecdsa"))
		s->kid = NULL;
	buf_free(&bytes);
	return s->kid && *s->kid && strlen(s->kid) <= MAX_ID && s->base64 && s->digest ? 0 : -1;
}

static int
key_id(const struct task *t, const struct response *n, struct buf *id, struct err *err)
{
	struct signature s;

	if (read_signature(t, n, &s))
		return fail(err, "eBay: the notification is not signed in a way we know");
	return buf_put(id, s.kid);
}

static int
key_ask(const struct task *t, struct request *r, struct err *err)
{
	if (!*t->cursor)
		return fail(err, "eBay: it is not said which public key is meant");
	if (ebay_get(t, r, "api", err))
		return -1;
	buf_put(&r->url, "/commerce/notification/v1/public_key/");
	url_encode(&r->url, t->cursor);
	return ebay_fits(r, err);
}

static enum outcome
key_read(const struct task *t, const struct response *rs, struct found *f)
{
	enum outcome o;
	json_t *root = ebay_answer(t, rs, 0, f, &o);
	const char *key = json_text(root, "key"), *algorithm = json_text(root, "algorithm"),
		   *digest = json_text(root, "digest");

	if (!root)
		return o;
	if (!key || !*key || !algorithm || strcasecmp(algorithm, "ecdsa") || !digest || !*digest ||
	    strchr(digest, ' '))
		return later(f, "eBay: the answer is not a public key");
	buf_fmt(&f->cursor, "%s %s", digest, key);
	return DONE;
}

static int
verify(const struct task *t, const struct response *n, struct err *err)
{
	const char *key = strchr(t->cursor, ' ');
	struct buf bytes = BUF_MAX(MAX_HEADER);
	struct signature s;
	int r;

	if (read_signature(t, n, &s))
		return fail(err, "eBay: the notification is not signed in a way we know");
	if (!key || strlen(s.digest) != (size_t)(key - t->cursor) ||
	    strncmp(s.digest, t->cursor, strlen(s.digest)))
		return fail(err, "eBay: the notification names a digest that its key is not for");
	r = base64_decode(&bytes, s.base64, strlen(s.base64));
	if (r || ecdsa_verify(key + 1, s.digest, n->body, n->len, buf_str(&bytes), bytes.len, NULL))
		r = fail(err, "eBay: the notification's signature is false: it is not from eBay, or was "
			      "changed on its way");
	buf_free(&bytes);
	return r;
}

/* ---- what does it say? ---- */

static json_t *
data_of(const struct task *t, const struct response *n, const char **topic)
{
	json_t *root = json_read(t->arena, n->body, n->len, NULL);

	*topic = json_text(json_obj(root, "metadata"), "topic");
	if (!*topic)
		*topic = "";
	return json_obj(json_obj(root, "notification"), "data");
}

/* A notification reaches every account of the application: is it about another seller? */
static int
is_anothers(const struct task *t, json_t *data)
{
	const char *me = account_get(t->account, "identity");
	const char *from = json_text(data, "senderUserName"), *to = json_text(data, "recipientUserName"),
		   *seller;
	const char *key;
	json_t *value;

	if (!*me)
		return 0;
	if (from && to)
		return strcasecmp(from, me) && strcasecmp(to, me);
	json_object_foreach(data, key, value) {
		if ((seller = json_text(json_obj(value, "seller"), "username")))
			return !!strcasecmp(seller, me);
	}
	return 0;
}

/* The streams of each topic; a name may be the beginning of several topics. */
static const struct {
	const char *topic, *streams[MAX_PLACES];
} topics[] = {
	{"NEW_MESSAGE", {"messages", "my_messages"}},
	{"BUYER_QUESTION", {"messages", "my_messages"}},
	{"ORDER_CONFIRMATION", {"orders"}},
	{"ORDER_RETURN_", {"returns", "cases", "orders"}},
	{"ORDER_INQUIRY_", {"inquiries", "cases", "orders"}},
	{"ORDER_CANCELLATION_", {"cancellations", "orders"}},
	{"ITEM_MARKED_SHIPPED", {"orders"}},
	{"FEEDBACK_", {"feedback"}},
	{"SELLER_", {"standards"}},
};

static int
due(const struct task *t, const struct response *n, const char *streams[], int max)
{
	const char *topic;
	json_t *data = data_of(t, n, &topic);
	size_t i, j;
	int count = 0;

	if (is_anothers(t, data))
		return 0;
	for (i = 0; i < sizeof topics / sizeof *topics; i++) {
		if (strncmp(topic, topics[i].topic, strlen(topics[i].topic)))
			continue;
		for (j = 0; j < MAX_PLACES && topics[i].streams[j] && count < max; j++)
			streams[count++] = topics[i].streams[j];
	}
	return count;
}

static int
erase(const struct task *t, const struct response *n, const char *buyers[], int max)
{
	static const char *const names[] = {"username", "userId"};
	const char *topic, *id;
	json_t *data = data_of(t, n, &topic);
	size_t i;
	int count = 0;

	if (strcmp(topic, "MARKETPLACE_ACCOUNT_DELETION"))
		return 0;
	for (i = 0; i < sizeof names / sizeof *names && count < max; i++)
		if ((id = json_id(t->arena, data, names[i])))
			buyers[count++] = id;
	return count;
}

const struct push ebay_push = {
	.challenge = challenge,
	.key_id = key_id,
	.key = {key_ask, key_read, "application", "notification"},
	.key_for = DAY,
	.verify = verify,
	.due = due,
	.erase = erase,
};
