/* payment_disputes.c - what a buyer's bank or payment service asks back: /payment_dispute_summary and /payment_dispute/{id} of
 * /sell/fulfillment/v1, host apiz.
 *
 * Each dispute that is read whole takes two requests: its activity first, then itself, so that one record has everything.  In between the
 * activity waits in the cursor.
 */
#include "ebay.h"

#include "base/text.h"

#include <string.h>

#define PAGE         200
#define STEP         190        /* pages overlap */
#define RANGE        (89 * DAY) /* from open_date_from to now; eBay takes 90 */
#define LOOK_AGAIN   (6 * HOUR) /* what happens to an open one does not always show in its row */
#define MAX_ACTIVITY 60         /* newest ones; they pass through the cursor */
#define MAX_HISTORY  200
#define MAX_MEMO     (16 * 1024)

/* ---- asking ---- */

int
ebay_payment_dispute_open(const struct task *t, struct request *r, const char *id, const char *what,
			  struct err *err)
{
	if (!id || !*id)
		return fail(err, "eBay: it is not said which dispute is meant");
	if (ebay_get(t, r, "apiz", err))
		return -1;
	buf_put(&r->url, "/sell/fulfillment/v1/payment_dispute/");
	url_encode(&r->url, id);
	buf_put(&r->url, what);
	return ebay_fits(r, err);
}

int
ebay_payment_disputes_ask(const struct task *t, struct request *r, struct err *err)
{
	struct open_list *l = open_list_read(t);
	const struct open_id *wanted = open_list_wanted(l);
	char time[INSTANT_TEXT];
	int64_t from;

	if (wanted)
		return ebay_payment_dispute_open(t, r, wanted->id, l->step ? "" : "/activity", err);
	if (ebay_get(t, r, "apiz", err))
		return -1;
	buf_put(&r->url, "/sell/fulfillment/v1/payment_dispute_summary?");
	if (open_list_everything(l)) {
		from = open_list_since(l, t);
		instant_format(from > l->start - RANGE ? from : l->start - RANGE, time);
		buf_put(&r->url, "open_date_from=");
		url_encode(&r->url, time);
	} else {
		buf_put(&r->url, "payment_dispute_status=OPEN&payment_dispute_status=ACTION_NEEDED");
	}
	buf_fmt(&r->url, "&limit=%d&offset=%lld", PAGE, (long long)l->offset);
	return ebay_fits(r, err);
}

/* ---- one dispute ---- */

/* eBay does not publish the words for how it ended: those that we know, then who had to pay. */
static enum dispute_status
ended_as(const json_t *dispute)
{
	const json_t *resolution = json_obj(dispute, "resolution");
	const char *why = json_text(resolution, "reasonForClosure");
	struct money recouped = {0};

	if (why && !strcmp(why, "SELLER_WON"))
		return DISPUTE_WON;
	if (why && !strcmp(why, "SELLER_LOST"))
		return DISPUTE_LOST;
	if (why && (strstr(why, "CANCEL") || strstr(why, "WITHDRAW")))
		return DISPUTE_WITHDRAWN;
	if (json_money(resolution, "recoupAmount", &recouped) > 0 && recouped.minor > 0)
		return DISPUTE_LOST;
	return DISPUTE_RESOLVED;
}

static enum dispute_status
status_of(const json_t *dispute, const char *raw)
{
	if (!strcmp(raw, "ACTION_NEEDED"))
		return DISPUTE_AWAITING_SELLER;
	if (!strcmp(raw, "CLOSED"))
		return ended_as(dispute);
	return DISPUTE_UNDER_REVIEW; /* OPEN */
}

/* The first request for evidence that files can answer.  Proof of delivery eBay takes as tracking of the order only. */
static const json_t *
request_for_files(const json_t *dispute)
{
	const json_t *list = json_list(dispute, "evidenceRequests");
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);
		const char *type = json_text(one, "evidenceType");

		if (type && strcmp(type, "PROOF_OF_DELIVERY") != 0)
			return one;
	}
	return NULL;
}

/* Our turn: until when, and what eBay waits for.  Evidence goes first: without it nothing can be contested. */
static void
read_due(const json_t *j, struct dispute *d)
{
	const json_t *list = json_list(j, "evidenceRequests");
	size_t i;

	json_time(j, "respondByDate", &d->respond_by);
	d->due_action = d->raw;
	for (i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);
		const char *type = json_text(one, "evidenceType");
		int64_t until = 0;

		if (json_time(one, "respondByDate", &until) <= 0 || !type ||
		    (d->respond_by && until > d->respond_by))
			continue;
		d->respond_by = until;
		d->due_action = type;
	}
}

static int
has_choice(const json_t *dispute, const char *choice)
{
	const json_t *list = json_list(dispute, "availableChoices");
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		const char *s = json_string_value(json_array_get(list, i));

		if (s && !strcmp(s, choice))
			return 1;
	}
	return 0;
}

static const char *
options_of(const struct task *t, const json_t *j)
{
	const char *const all = arena_fmt(t->arena, "%s%s%s", request_for_files(j) ? " evidence" : "",
					  has_choice(j, "CONTEST") ? " contest" : "",
					  has_choice(j, "ACCEPT") ? " accept" : "");

	return *all ? all + 1 : all;
}

static void
quote_member(struct buf *out, const char *key, const char *value)
{
	if (!value)
		return;
	if (buf_str(out)[out->len - 1] != '{')
		buf_char(out, ',');
	buf_fmt(out, "\"%s\":", key);
	json_quote(out, value);
}

/* What an answer has to echo: {"reason": …, "evidenceType": …, "lineItems": […]}. */
static const char *
memo_of(const struct task *t, const json_t *j)
{
	const json_t *wanted = request_for_files(j), *lines = json_list(wanted, "lineItems");
	struct buf out = BUF_MAX(MAX_MEMO);
	const char *memo;
	size_t i;

	if (!json_array_size(lines))
		lines = json_list(j, "lineItems");
	buf_char(&out, '{');
	quote_member(&out, "reason", json_text(j, "reason"));
	quote_member(&out, "evidenceType", json_text(wanted, "evidenceType"));
	for (i = 0; i < json_array_size(lines); i++) {
		const json_t *line = json_array_get(lines, i);

		buf_put(&out, i ? ",{" : out.len > 1 ? ",\"lineItems\":[{" : "\"lineItems\":[{");
		quote_member(&out, "itemId", json_id(t->arena, line, "itemId"));
		quote_member(&out, "lineItemId", json_id(t->arena, line, "lineItemId"));
		buf_char(&out, '}');
	}
	buf_put(&out, i ? "]}" : "}");
	memo = out.over ? "" : arena_strdup(t->arena, buf_str(&out));
	buf_free(&out);
	return memo;
}

int
ebay_payment_dispute_read(const struct task *t, const json_t *j, const char *id, struct dispute *d,
			  struct err *why)
{
	const json_t *lines = json_list(j, "lineItems"), *line = json_array_get(lines, 0),
		     *buyer = json_obj(j, "buyerProvided");
	const char *ending;

	d->kind = DISPUTE_CHARGEBACK;
	if (!(d->remote = json_id(t->arena, j, "paymentDisputeId")))
		return fail(why, "eBay: a payment dispute without paymentDisputeId");
	if (strcmp(d->remote, id) != 0)
		return fail(why, "eBay: the answer is about another dispute: found %s, expected %s",
			    d->remote, id);
	if (!(d->raw = json_text(j, "paymentDisputeStatus")))
		return fail(why, "eBay: payment dispute %s without a status", d->remote);
	if (json_time(j, "openDate", &d->opened) < 0 || json_time(j, "closedDate", &d->closed) < 0)
		return fail(why, "eBay: payment dispute %s: its dates cannot be read", d->remote);
	if (json_money(j, "amount", &d->amount) < 0)
		return fail(why, "eBay: payment dispute %s: its amount cannot be read", d->remote);
	d->status = status_of(j, d->raw);
	if ((ending = json_text(json_obj(j, "resolution"), "reasonForClosure")))
		d->raw = arena_fmt(t->arena, "%s/%s", d->raw, ending);
	d->order = json_id(t->arena, j, "orderId");
	d->listing = json_id(t->arena, line, "itemId");
	if (json_array_size(lines) == 1)
		d->line = json_id(t->arena, line, "lineItemId");
	d->buyer.remote = json_text(j, "buyerUsername");
	d->reason = json_text(j, "reason");
	if (!json_flag(buyer, "contentOnHold", 0))
		d->text = json_text(buyer, "note");
	if (d->status == DISPUTE_AWAITING_SELLER)
		read_due(j, d);
	d->options = d->status >= DISPUTE_WON ? "" : options_of(t, j);
	d->revision = json_id(t->arena, j, "revision");
	d->memo = memo_of(t, j);
	return 0;
}

/* ---- its history ---- */

static enum actor
actor_of(const char *s)
{
	if (s && !strcmp(s, "BUYER"))
		return ACTOR_BUYER;
	return s && !strcmp(s, "SELLER") ? ACTOR_SELLER : ACTOR_PLATFORM; /* CS_AGENT, SYSTEM */
}

/* eBay gives no ids: an entry is known by what it says. */
static void
add_entry(const struct task *t, struct dispute *d, struct dispute_entry *all, const struct dispute_entry *e)
{
	char at[INSTANT_TEXT], amount[MONEY_TEXT] = "";
	const char *const words[] = {at, e->what, actor_name(e->actor), e->text ? e->text : "", amount, NULL};

	if (d->nhistory == MAX_HISTORY)
		return;
	instant_format(e->at, at);
	if (e->amount.currency[0])
		money_format(&e->amount, amount);
	all[d->nhistory] = *e;
	all[d->nhistory++].remote = ebay_fingerprint_of(t->arena, words);
}

static void
read_history(const struct task *t, const json_t *j, const json_t *activity, struct dispute *d)
{
	struct dispute_entry *all = arena_zalloc(t->arena, MAX_HISTORY * sizeof *all);
	const json_t *money = json_list(j, "monetaryTransactions");
	const char *note = json_text(j, "note");
	size_t i;

	d->history = all;
	for (i = 0; i < json_array_size(activity); i++) {
		const json_t *one = json_array_get(activity, i);
		struct dispute_entry e = {.actor = actor_of(json_text(one, "actor")),
					  .what = json_text(one, "activityType")};

		if (e.what && json_time(one, "activityDate", &e.at) > 0)
			add_entry(t, d, all, &e);
	}
	for (i = 0; i < json_array_size(money); i++) {
		const json_t *one = json_array_get(money, i);
		const char *type = json_text(one, "type"), *reason = json_text(one, "reason");
		struct dispute_entry e = {
			.actor = ACTOR_PLATFORM,
			.what = arena_fmt(t->arena, "%s %s", type ? type : "?", reason ? reason : "")};

		if (json_time(one, "date", &e.at) > 0 && json_money(one, "amount", &e.amount) > 0)
			add_entry(t, d, all, &e);
	}
	if (note && *note)
		add_entry(t, d, all,
			  &(struct dispute_entry){.actor = ACTOR_SELLER, .what = "note", .text = note});
}

/* ---- reading ---- */

static enum outcome
read_page(const struct task *t, const struct response *rs, struct open_list *l, struct found *f)
{
	enum outcome o;
	json_t *root = ebay_answer(t, rs, 0, f, &o), *list;
	int64_t total;
	size_t i;

	if (!root)
		return o;
	list = json_list(root, "paymentDisputeSummaries");
	total = json_int(root, "total", -1);
	if (total < 0 || (!list && total > 0))
		return later(f, "eBay: the answer is not a list of payment disputes");
	open_list_everything(l);
	if (open_list_repeats(l, json_id(t->arena, json_array_get(list, 0), "paymentDisputeId")))
		return later(f, "eBay: the list of payment disputes shows the same page again");
	for (i = 0; i < json_array_size(list); i++) {
		json_t *j = json_array_get(list, i);
		const char *id = json_id(t->arena, j, "paymentDisputeId");
		const char *status = json_text(j, "paymentDisputeStatus"),
			   *until = json_text(j, "respondByDate");
		const char *const words[] = {status ? status : "", until ? until : "", NULL};
		struct err why;

		if (!id) {
			fail(&why, "eBay: a payment dispute without paymentDisputeId");
			if (ebay_odd(f, j, why.text))
				return LATER;
		} else if (open_list_meet(l, id, ebay_fingerprint_of(t->arena, words))) {
			return open_list_full(l, f, "payment disputes");
		}
	}
	open_list_page(l, json_array_size(list), STEP, total);
	return open_list_next(l, f);
}

/* The newest lines of the activity, short enough for the cursor.  An activity that cannot be had holds nothing up. */
static enum outcome
read_activity(const struct task *t, const struct response *rs, struct open_list *l, struct found *f)
{
	static const char *const members[] = {"activityDate", "activityType", "actor"};
	enum outcome o = LATER;
	json_t *root = ebay_answer(t, rs, 0, f, &o), *list = json_list(root, "activity");
	struct buf out = BUF_MAX(32 * 1024);
	size_t i, k, n = json_array_size(list);

	if (!root && rs->status != 400 && rs->status != 404 && rs->status != 500)
		return o;
	f->err.text[0] = '\0';
	f->wait = 0;
	buf_char(&out, '[');
	for (i = n > MAX_ACTIVITY ? n - MAX_ACTIVITY : 0; i < n; i++) {
		const json_t *one = json_array_get(list, i);

		buf_put(&out, buf_str(&out)[out.len - 1] == '[' ? "{" : ",{");
		for (k = 0; k < 3; k++)
			quote_member(&out, members[k], json_text(one, members[k]));
		buf_char(&out, '}');
	}
	buf_char(&out, ']');
	open_list_wanted(l)->note = out.over ? "" : arena_strdup(t->arena, buf_str(&out));
	l->step = 1;
	buf_free(&out);
	return open_list_next(l, f);
}

static enum outcome
read_whole(const struct task *t, const struct response *rs, struct open_list *l, struct found *f)
{
	struct open_id *one = open_list_wanted(l);
	enum outcome o;
	json_t *root = ebay_answer(t, rs, 0, f, &o);
	struct dispute d = {0};
	struct err why;
	int open;

	if (!root)
		return open_list_failed(l, rs, o, f);
	if (ebay_payment_dispute_read(t, root, one->id, &d, &why)) {
		if (ebay_odd(f, root, why.text))
			return LATER;
	} else {
		read_history(t, root, json_read(t->arena, one->note, strlen(one->note), NULL), &d);
		if (f->dispute(f, &d))
			return LATER;
	}
	open = d.status < DISPUTE_WON;
	one->note = "";
	open_list_done_one(l, open);
	if (open)
		one->again = l->start + LOOK_AGAIN;
	return open_list_next(l, f);
}

enum outcome
ebay_payment_disputes_read(const struct task *t, const struct response *rs, struct found *f)
{
	struct open_list *l = open_list_read(t);

	if (!open_list_wanted(l))
		return read_page(t, rs, l, f);
	return l->step ? read_whole(t, rs, l, f) : read_activity(t, rs, l, f);
}
