/* auth.c - eBay's OAuth: the consent page, the code it gives, and tokens for two hours at a time.
 *
 * The refresh token stays the same for 18 months; it dies when the seller revokes it or changes user name or password, and then
 * only a new consent helps.
 */
#include "ebay.h"

#include "base/text.h"

#include <string.h>

#define SCOPE "https://api.ebay.com/oauth/api_scope" /* the sandbox uses the same names */

#define TOKEN_LIFE (2 * HOUR) /* when an answer does not say */

/* ---- what we ask for ---- */

int
ebay_full(const struct account *a)
{
	return !strcmp(account_get(a, "scopes"), "full");
}

/* A key set is asked only for scopes it owns: one that it does not own makes eBay refuse all of them. */
static const char *
scopes(const struct task *t)
{
	const char *messages = ebay_rest_wanted(t->account) ? " " SCOPE "/commerce.message" : " " SCOPE;

	if (ebay_full(t->account))
		return arena_fmt(t->arena, "%s%s",
				 SCOPE "/commerce.identity.readonly " SCOPE "/sell.fulfillment " SCOPE
				       "/sell.finances " SCOPE "/sell.payment.dispute " SCOPE
				       "/commerce.feedback " SCOPE "/sell.analytics.readonly",
				 messages);
	return arena_fmt(t->arena, "%s%s",
			 SCOPE "/commerce.identity.readonly " SCOPE "/sell.fulfillment.readonly", messages);
}

/* Ties a consent page to the account it was opened for, so that the address of another one is noticed when it is pasted. */
static void
state_of(const struct account *a, char out[17])
{
	const char *const texts[] = {a->name, account_get(a, "client_id"), account_get(a, "redirect"), NULL};

	ebay_fingerprint(texts, out);
}

int
ebay_consent(const struct task *t, struct buf *url, struct err *err)
{
	const struct account *a = t->account;
	char state[17];

	if (!*account_get(a, "client_id") || !*account_get(a, "redirect"))
		return fail(err,
			    "eBay: account %s: its application needs client_id and redirect (the RuName)",
			    a->name);
	state_of(a, state);
	buf_put(url, "https://");
	ebay_authority(url, a, "auth");
	buf_put(url, "/oauth2/authorize?client_id=");
	url_encode(url, account_get(a, "client_id"));
	buf_put(url, "&redirect_uri=");
	url_encode(url, account_get(a, "redirect"));
	buf_put(url, "&response_type=code&scope=");
	url_encode(url, scopes(t));
	buf_fmt(url, "&state=%s", state);
	return url->over ? fail(err, "eBay: the request is longer than allowed") : 0;
}

/* ---- the token endpoint ---- */

static int
token_ask(const struct task *t, struct request *r, struct err *err)
{
	const char *id = account_get(t->account, "client_id"),
		   *secret = account_get(t->account, "client_secret");
	struct buf basic = BUF_MAX(4096);
	const char *pair;
	int bad;

	if (!*id || !*secret)
		return fail(err, "eBay: account %s: its application needs client_id and client_secret",
			    t->account->name);
	r->medium = BY_HTTP;
	r->method = "POST";
	buf_put(&r->url, "https://");
	ebay_authority(&r->url, t->account, "api");
	buf_put(&r->url, "/identity/v1/oauth2/token");
	pair = arena_fmt(t->arena, "%s:%s", id, secret);
	buf_put(&basic, "Basic ");
	base64_encode(&basic, pair, strlen(pair));
	buf_put(&r->headers, "Accept: application/json\nContent-Type: application/x-www-form-urlencoded\n");
	bad = ebay_header(r, "Authorization", buf_str(&basic), err);
	buf_free(&basic);
	return bad;
}

/* The code out of what the person pasted: the whole address of the page they landed on, or the code alone. */
static int
pasted_code(const struct task *t, struct buf *code, struct err *err)
{
	const char *pasted = t->cursor, *name = t->account->name;
	struct buf value = BUF_MAX(1024);
	char state[17];
	size_t len;
	int r = -1;

	pasted += strspn(pasted, " \t\r\n");
	len = strlen(pasted);
	while (len && strchr(" \t\r\n", pasted[len - 1]))
		len--;
	pasted = arena_strndup(t->arena, pasted, len);

	if (!strstr(pasted, "://") && !strstr(pasted, "code=")) {
		/* alone; copied out of an address it is still percent-encoded */
		if (!strchr(pasted, '%'))
			buf_put(code, pasted);
		else
			url_query_get(arena_fmt(t->arena, "?code=%s", pasted), "code", code);
	} else {
		state_of(t->account, state);
		if (url_query_get(pasted, "state", &value) && strcmp(buf_str(&value), state)) {
			fail(err,
			     "eBay: this address belongs to another account's consent page; open the page "
			     "for %s again",
			     name);
			goto out;
		}
		buf_clear(&value);
		if (url_query_get(pasted, "error", &value)) {
			fail(err, "eBay: consent was not given: %s", buf_str(&value));
			goto out;
		}
		url_query_get(pasted, "code", code);
	}
	if (!code->len || code->over)
		fail(err, "eBay: no code in what was pasted; paste the whole address of the page that "
			  "follows the consent");
	else
		r = 0;
out:
	buf_free(&value);
	return r;
}

int
ebay_redeem_ask(const struct task *t, struct request *r, struct err *err)
{
	struct buf code = BUF_MAX(4096);
	int bad;

	if (!(bad = pasted_code(t, &code, err)) && !(bad = token_ask(t, r, err))) {
		buf_put(&r->body, "grant_type=authorization_code&code=");
		url_encode(&r->body, buf_str(&code));
		buf_put(&r->body, "&redirect_uri=");
		url_encode(&r->body, account_get(t->account, "redirect"));
		bad = ebay_fits(r, err);
	}
	buf_free(&code);
	return bad;
}

int
ebay_refresh_ask(const struct task *t, struct request *r, struct err *err)
{
	if (!*t->grant)
		return fail(err, "eBay: account %s has not consented yet: supercargo account login %s",
			    t->account->name, t->account->name);
	if (token_ask(t, r, err))
		return -1;
	/* without a scope eBay gives what was consented to, whatever the configuration says today */
	buf_put(&r->body, "grant_type=refresh_token&refresh_token=");
	url_encode(&r->body, t->grant);
	return ebay_fits(r, err);
}

int
ebay_application_ask(const struct task *t, struct request *r, struct err *err)
{
	if (token_ask(t, r, err))
		return -1;
	buf_put(&r->body, "grant_type=client_credentials&scope=");
	url_encode(&r->body, SCOPE);
	return ebay_fits(r, err);
}

/* ---- its answer ---- */

/* {"error": "invalid_grant", "error_description": "…"} */
static enum outcome
refused(const struct task *t, const struct response *rs, const json_t *root, int redeem, struct found *f)
{
	const char *error = json_text(root, "error"), *words = json_text(root, "error_description");
	const char *name = t->account->name;
	enum outcome o = outcome_of(rs, 0, f);

	if (!error)
		return o == LOGIN || o == DONE ? later(f, "eBay: the token answer cannot be read") : o;
	if (!words)
		words = error;
	if (!strcmp(error, "invalid_grant") && redeem)
		fail(&f->err,
		     "eBay: the code is not accepted: %s; it works once and for five minutes: supercargo "
		     "account login %s",
		     words, name);
	else if (!strcmp(error, "invalid_grant"))
		fail(&f->err,
		     "eBay: the permission has ended: %s; the seller must consent again: supercargo account "
		     "login %s",
		     words, name);
	else if (!strcmp(error, "invalid_client"))
		fail(&f->err,
		     "eBay: the application is not accepted: %s; check client_id, client_secret and sandbox",
		     words);
	else if (!strcmp(error, "invalid_scope"))
		fail(&f->err,
		     "eBay: a scope is not granted to this key set: %s; set scopes = read or messages = "
		     "trading, and let the "
		     "seller consent again",
		     words);
	else if (o == LATER)
		return later(f, "eBay: no token now: %s", words);
	else
		fail(&f->err, "eBay: no token: %s (%s)", words, error);
	return REFUSED;
}

/* A life in seconds, as a time. */
static int64_t
until(const struct task *t, const json_t *root, const char *key, int64_t otherwise)
{
	int64_t seconds = json_int(root, key, otherwise / SECOND);

	if (seconds < 0 || seconds > 10 * 366 * DAY / SECOND)
		seconds = otherwise / SECOND;
	return seconds ? t->now + seconds * SECOND : 0;
}

/* Tokens go into a header: only printable ASCII is one. */
static int
is_token(const char *s)
{
	if (!s || !*s)
		return 0;
	for (; *s; s++)
		if (*s <= ' ' || *s > '~')
			return 0;
	return 1;
}

static enum outcome
token_read(const struct task *t, const struct response *rs, int redeem, struct found *f)
{
	json_t *root = json_read(t->arena, rs->body, rs->len, NULL);
	const char *token = json_text(root, "access_token"), *grant = json_text(root, "refresh_token");

	if (rs->status != 200 || json_text(root, "error"))
		return refused(t, rs, root, redeem, f);
	if (!is_token(token))
		return later(f, "eBay: the token answer cannot be read");
	if (redeem && !is_token(grant))
		return later(f, "eBay: the token answer holds no refresh token");

	buf_set(&f->token, token, strlen(token));
	f->token_until = until(t, root, "expires_in", TOKEN_LIFE);
	if (redeem) {
		buf_set(&f->grant, grant, strlen(grant));
		f->grant_until = until(t, root, "refresh_token_expires_in", 0);
	}
	return DONE;
}

enum outcome
ebay_redeem_read(const struct task *t, const struct response *rs, struct found *f)
{
	return token_read(t, rs, 1, f);
}

enum outcome
ebay_refresh_read(const struct task *t, const struct response *rs, struct found *f)
{
	return token_read(t, rs, 0, f);
}
