/* rest.c - requests to eBay's REST APIs, and what their answers mean.
 *
 * A refusal carries {"errors": [{errorId, domain, category, message, longMessage}]}.  The words go to the seller as they are; the
 * numbers decide only where they say more than the HTTP status.  An answer 200 may hold errors too.
 */
#include "ebay.h"

#include <string.h>
#include <strings.h>

#define QUOTA_WAIT MINUTE /* eBay names no time after a 429 */

/* error ids */
#define TOKEN_INVALID 1001
#define ACCESS_DENIED 1100
#define TOO_MANY      2001
#define UNSIGNED      215000 /* to BAD_SIGNATURE: all that is wrong with a digital signature */
#define BAD_SIGNATURE 215122

int
ebay_setting_on(const struct account *a, const char *key)
{
	static const char *const yes[] = {"yes", "true", "on", "1"};
	const char *value = account_get(a, key);
	size_t i;

	for (i = 0; i < sizeof yes / sizeof *yes; i++)
		if (!strcasecmp(value, yes[i]))
			return 1;
	return 0;
}

void
ebay_authority(struct buf *out, const struct account *a, const char *service)
{
	buf_fmt(out, "%s.%sebay.com", service, ebay_setting_on(a, "sandbox") ? "sandbox." : "");
}

/* scheme: what stands before the value */
static int
put_header(struct request *r, const char *name, const char *scheme, const char *value, struct err *err)
{
	const char *p;

	for (p = value; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return fail(err, "eBay: the value of %s holds a control character", name);
	buf_put(&r->headers, name);
	buf_put(&r->headers, ": ");
	buf_put(&r->headers, scheme);
	buf_put(&r->headers, value);
	buf_char(&r->headers, '\n');
	return 0;
}

int
ebay_header(struct request *r, const char *name, const char *value, struct err *err)
{
	return put_header(r, name, "", value, err);
}

int
ebay_authorization(struct request *r, const char *scheme, const char *token, struct err *err)
{
	return put_header(r, "Authorization", scheme, token, err);
}

int
ebay_get(const struct task *t, struct request *r, const char *service, struct err *err)
{
	r->medium = BY_HTTP;
	r->method = "GET";
	buf_put(&r->url, "https://");
	ebay_authority(&r->url, t->account, service);
	buf_put(&r->headers, "Accept: application/json\n");
	return ebay_authorization(r, "Bearer ", t->token, err);
}

int
ebay_post(const struct task *t, struct request *r, const char *service, const char *path, struct err *err)
{
	if (ebay_get(t, r, service, err))
		return -1;
	r->method = "POST";
	r->once = 1;
	buf_put(&r->url, path);
	buf_put(&r->headers, "Content-Type: application/json\n");
	return 0;
}

int
ebay_fits(const struct request *r, struct err *err)
{
	if (r->url.over || r->headers.over || r->body.over)
		return fail(err, "eBay: the request is longer than allowed");
	return 0;
}

/* What the first of errors[] says, over what the status said (`o`). */
static enum outcome
refusal(const struct task *t, const json_t *error, enum outcome o, struct found *f)
{
	int64_t id = json_int(error, "errorId", 0);
	const char *words = json_text(error, "longMessage");

	if (!words || !*words)
		words = json_text(error, "message");
	if (!words)
		words = "";
	if (id >= UNSIGNED && id <= BAD_SIGNATURE) {
		fail(&f->err,
		     "eBay: the digital signature is not accepted: %s (error %lld); check signatures, "
		     "signing_key, signing_jwe "
		     "and the clock",
		     words, (long long)id);
		return REFUSED;
	}

	switch (id) {
	case TOKEN_INVALID:
		fail(&f->err, "eBay: the access token is not accepted: %s (error %lld)", words,
		     (long long)id);
		return LOGIN;
	case ACCESS_DENIED:
		fail(&f->err,
		     "eBay: permission is missing: %s (error %lld); set scopes and messages to what the key "
		     "set owns, then let the "
		     "seller consent again: supercargo account login %s",
		     words, (long long)id, t->account->name);
		return REFUSED;
	case TOO_MANY:
		fail(&f->err, "eBay: the call limit is used up: %s (error %lld)", words, (long long)id);
		return o;
	default: fail(&f->err, "eBay: %s (error %lld)", words, (long long)id); return o;
	}
}

/* errors[] of an answer that came with 200: eBay did not do it, or did it in part. */
static enum outcome
refusal_in_success(const struct task *t, const json_t *error, int once, struct found *f)
{
	const char *category = json_text(error, "category");
	enum outcome o = LATER;

	if (once)
		o = category && (!strcmp(category, "REQUEST") || !strcmp(category, "BUSINESS")) ? REFUSED
												: UNSURE;
	return refusal(t, error, o, f);
}

json_t *
ebay_answer_with(const struct task *t, const struct response *rs, int once,
		 const json_t *(*error_of)(const json_t *root), struct found *f, enum outcome *o)
{
	struct err why = {""};
	char words[256];
	json_t *root = json_read(t->arena, rs->body, rs->len, &why);
	const json_t *error = error_of(root);

	if (rs->status / 100 == 2) {
		if (json_is_object(root) && !error)
			return root;
		if (error) {
			*o = refusal_in_success(t, error, once, f);
			return NULL;
		}
		if (root) {
			fail(&f->err, "eBay: the answer is not a JSON object");
		} else {
			err_english(why.text, words, sizeof words);
			fail(&f->err, "eBay: the answer cannot be read: %s", words);
		}
		*o = once ? UNSURE : LATER;
		return NULL;
	}
	*o = outcome_of(rs, once, f);
	if (error)
		*o = refusal(t, error, *o, f);
	if (rs->status == 429 && !f->wait)
		f->wait = QUOTA_WAIT;
	return NULL;
}

static const json_t *
first_of_errors(const json_t *root)
{
	return json_array_get(json_list(root, "errors"), 0);
}

json_t *
ebay_answer(const struct task *t, const struct response *rs, int once, struct found *f, enum outcome *o)
{
	return ebay_answer_with(t, rs, once, first_of_errors, f, o);
}

int64_t
ebay_error_id(const struct task *t, const struct response *rs)
{
	json_t *root = json_read(t->arena, rs->body, rs->len, NULL);

	return json_int(json_array_get(json_list(root, "errors"), 0), "errorId", 0);
}

int
ebay_one_of(const char *words, const char *word)
{
	size_t n = strlen(word);
	const char *p;

	for (p = words; *p; p += strcspn(p, " "), p += *p == ' ')
		if (n && strcspn(p, " ") == n && !strncmp(p, word, n))
			return 1;
	return 0;
}

static int
append(const char *bytes, size_t len, void *buf)
{
	return buf_add(buf, bytes, len);
}

int
ebay_odd(struct found *f, const json_t *item, const char *packed_why)
{
	struct buf bytes = BUF_MAX(256 * 1024);
	int r;

	json_dump_callback(item, append, &bytes, JSON_COMPACT | JSON_ENCODE_ANY);
	r = f->odd(f, buf_str(&bytes), bytes.len, packed_why);
	buf_free(&bytes);
	return r;
}

#define FIRST UINT64_C(0xcbf29ce484222325)

static uint64_t
mixed(uint64_t h, const char *bytes, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		h = (h ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
	return h;
}

static void
digits_of(uint64_t h, char out[17])
{
	static const char digits[] = "0123456789abcdef";
	int i;

	for (i = 0; i < 16; i++)
		out[i] = digits[h >> (60 - 4 * i) & 15];
	out[16] = '\0';
}

void
ebay_fingerprint(const char *const texts[], char out[17])
{
	uint64_t h = FIRST;

	for (; *texts; texts++)
		h = mixed(mixed(h, *texts, strlen(*texts)), "\x1f", 1);
	digits_of(h, out);
}

const char *
ebay_fingerprint_of(struct arena *a, const char *const texts[])
{
	char out[17];

	ebay_fingerprint(texts, out);
	return arena_strdup(a, out);
}

static int
mix_in(const char *bytes, size_t len, void *h)
{
	*(uint64_t *)h = mixed(*(uint64_t *)h, bytes, len);
	return 0;
}

const char *
ebay_fingerprint_row(struct arena *a, const json_t *row)
{
	uint64_t h = FIRST;
	char out[17];

	json_dump_callback(row, mix_in, &h, JSON_COMPACT | JSON_ENCODE_ANY);
	digits_of(h, out);
	return arena_strdup(a, out);
}
