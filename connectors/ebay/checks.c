/* checks.c - what `account doctor` asks eBay: does the key set work, what may the token do, is the signing key good, does eBay know our
 * address.
 *
 * Most checks are one cheap read each: a refusal says which permission is missing.  The name of the check comes as the task's cursor.
 */
#include "ebay.h"

#include <string.h>

#define KEY_WARNING (30 * DAY)

static const struct probe {
	const char *name, *service, *path;
	const char *scope;  /* what is wrong when it is refused; NULL: the refusal's own words say it */
	const char *if_not; /* for key sets that do not own the scope; NULL: no way round it */
} probes[] = {
	{"key set", "api", "/developer/analytics/v1_beta/rate_limit/", NULL, NULL},
	{"login", "apiz", "/commerce/identity/v1/user/", NULL, NULL},
	{"scope: orders", "api", "/sell/fulfillment/v1/order?limit=1", "sell.fulfillment", NULL},
	{"scope: messages", "api", "/commerce/message/v1/conversation?conversation_type=FROM_MEMBERS&limit=1",
	 "commerce.message", "messages = trading"},
	{"scope: payment disputes", "apiz", "/sell/fulfillment/v1/payment_dispute_summary?limit=1",
	 "sell.payment.dispute", "scopes = read"},
	{"scope: feedback", "api",
	 "/commerce/feedback/v1/awaiting_feedback?filter=userRole%3ASELLER&limit=25", "commerce.feedback",
	 "scopes = read"},
	{"scope: seller standards", "api", "/sell/analytics/v1/seller_standards_profile",
	 "sell.analytics.readonly", "scopes = read"},
	{"signing key", "apiz", "/developer/key_management/v1/signing_key", NULL, NULL},
	{"push address", "api", "/commerce/notification/v1/destination?limit=100", NULL, NULL},
	{"deletion notices", "api", "/commerce/notification/v1/subscription?limit=100", NULL, NULL},
};

static const struct probe *
probe_of(const struct task *t)
{
	size_t i;

	for (i = 0; i < sizeof probes / sizeof *probes; i++)
		if (!strcmp(probes[i].name, t->cursor))
			return &probes[i];
	return NULL;
}

static int
probe_ask(const struct task *t, struct request *r, struct err *err)
{
	const struct probe *p = probe_of(t);

	if (!p)
		return fail(err, "eBay: there is no check \"%s\"", t->cursor);
	if (ebay_get(t, r, p->service, err))
		return -1;
	buf_put(&r->url, p->path);
	return ebay_fits(r, err);
}

static enum outcome
probe_read(const struct task *t, const struct response *rs, struct found *f)
{
	const struct probe *p = probe_of(t);
	enum outcome o = DONE;

	if (rs->status == 204) /* nothing to tell is an answer, too */
		return DONE;
	if (ebay_answer(t, rs, 0, f, &o) || rs->status != 403 || !p || !p->scope)
		return o;
	if (p->if_not)
		fail(&f->err,
		     "eBay: the login lacks the scope %s; let the seller consent again: supercargo account "
		     "login %s; for a key set that does not own it set %s first",
		     p->scope, t->account->name, p->if_not);
	else
		fail(&f->err,
		     "eBay: the login lacks the scope %s; let the seller consent again: supercargo account "
		     "login %s",
		     p->scope, t->account->name);
	return o;
}

/* Post-Order wants the token in its own manner, and no scope. */
static int
returns_ask(const struct task *t, struct request *r, struct err *err)
{
	if (post_order_open(t, r, "GET", "return/search?return_state=ALL_OPEN&limit=1", err))
		return -1;
	return ebay_fits(r, err);
}

static enum outcome
returns_read(const struct task *t, const struct response *rs, struct found *f)
{
	enum outcome o = DONE;

	post_order_answer(t, rs, 0, f, &o);
	return o;
}

/* ---- the signing key ---- */

static int
signs(const struct account *a)
{
	return ebay_setting_on(a, "signatures");
}

/* Signed itself, which eBay ignores: so a private key that is missing or cannot be read is found before money has to go back. */
static int
signing_key_ask(const struct task *t, struct request *r, struct err *err)
{
	return probe_ask(t, r, err) || ebay_sign(t, r, err) ? -1 : 0;
}

static enum outcome
signing_key_read(const struct task *t, const struct response *rs, struct found *f)
{
	const char *jwe = account_get(t->account, "signing_jwe");
	enum outcome o = DONE;
	json_t *root = ebay_answer(t, rs, 0, f, &o), *key;
	size_t i;

	if (!root)
		return o;
	for (i = 0; i < json_array_size(json_list(root, "signingKeys")); i++) {
		const char *its;
		int64_t until;

		key = json_array_get(json_list(root, "signingKeys"), i);
		its = json_text(key, "jwe");
		until = json_int(key, "expirationTime", 0) * SECOND;
		if (!its || strcmp(its, jwe) != 0)
			continue;
		if (until && until <= t->now) {
			fail(&f->err, "eBay: the signing key has expired; make a new one in eBay's Key "
				      "Management API");
			return REFUSED;
		}
		if (until && until - t->now < KEY_WARNING)
			fail(&f->err,
			     "eBay: the signing key expires in %lld days; make a new one in eBay's Key "
			     "Management API",
			     (long long)((until - t->now) / DAY));
		return DONE;
	}
	fail(&f->err,
	     "eBay: signing_jwe is not among the application's keys at eBay; put the key's own jwe into the "
	     "configuration");
	return REFUSED;
}

/* ---- push ---- */

static int
is_pushed(const struct account *a)
{
	return *account_get(a, "push_address") != '\0';
}

static enum outcome
push_address_read(const struct task *t, const struct response *rs, struct found *f)
{
	const char *address = account_get(t->account, "push_address");
	enum outcome o = DONE;
	json_t *root = ebay_answer(t, rs, 0, f, &o), *row;
	size_t i;

	if (!root)
		return o;
	for (i = 0; i < json_array_size(json_list(root, "destinations")); i++) {
		const char *its, *status;

		row = json_array_get(json_list(root, "destinations"), i);
		its = json_text(json_obj(row, "deliveryConfig"), "endpoint");
		status = json_text(row, "status");
		if (!its || strcmp(its, address) != 0)
			continue;
		if (status && !strcmp(status, "ENABLED"))
			return DONE;
		fail(&f->err,
		     "eBay: push_address stands there as %s, not ENABLED; see \"Push\" in the README",
		     status ? status : "unknown");
		return REFUSED;
	}
	fail(&f->err, "eBay: push_address is not registered as a destination, byte for byte; see \"Push\" in "
		      "the README");
	return REFUSED;
}

static enum outcome
deletion_read(const struct task *t, const struct response *rs, struct found *f)
{
	enum outcome o = DONE;
	json_t *root = ebay_answer(t, rs, 0, f, &o), *row;
	size_t i;

	if (!root)
		return o;
	for (i = 0; i < json_array_size(json_list(root, "subscriptions")); i++) {
		const char *topic, *status;

		row = json_array_get(json_list(root, "subscriptions"), i);
		topic = json_text(row, "topicId");
		status = json_text(row, "status");
		if (topic && !strcmp(topic, "MARKETPLACE_ACCOUNT_DELETION") && status &&
		    !strcmp(status, "ENABLED"))
			return DONE;
	}
	fail(&f->err, "eBay: no subscription to MARKETPLACE_ACCOUNT_DELETION is seen; whoever stores buyers' "
		      "data must "
		      "have one (it may stand under the application's alerts in the developer account); see "
		      "\"Push\" in "
		      "the README");
	return DONE;
}

/* ---- the table ---- */

const struct check ebay_checks[] = {
	{"key set", {probe_ask, probe_read, "application", "developer"}, NULL},
	{"login", {probe_ask, probe_read, "user", "identity"}, NULL},
	{"scope: orders", {probe_ask, probe_read, "user", "fulfillment"}, NULL},
	{"scope: messages", {probe_ask, probe_read, "user", "message"}, ebay_rest_wanted},
	{"scope: payment disputes", {probe_ask, probe_read, "user", "fulfillment"}, ebay_full},
	{"scope: feedback", {probe_ask, probe_read, "user", "feedback"}, ebay_full},
	{"scope: seller standards", {probe_ask, probe_read, "user", "analytics"}, ebay_full},
	{"returns", {returns_ask, returns_read, "user", "post-order.return"}, NULL},
	{"signing key", {signing_key_ask, signing_key_read, "application", "developer"}, signs},
	{"push address", {probe_ask, push_address_read, "application", "notification"}, is_pushed},
	{"deletion notices", {probe_ask, deletion_read, "application", "notification"}, is_pushed},
	{.name = NULL},
};
