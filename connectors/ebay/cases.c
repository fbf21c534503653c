/* cases.c - cases that eBay decides, and appeals against its decisions.
 *
 * A case can only be read and appealed: what is to be done must be done while it still is a return or an inquiry.  The list is asked for without
 * a status, so that cases closed lately stay in it: their appeals go on.  GraphQL will replace this file.
 */
#include "ebay.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define PAGE    200
#define OVERLAP 20
#define WINDOW  (180 * DAY)

static int
ask_page(const struct task *t, const struct open_list *l, struct request *r, struct err *err)
{
	char from[INSTANT_TEXT];

	if (post_order_open(t, r, "GET", "casemanagement/search?case_creation_date_range_from=", err))
		return -1;
	instant_format(l->start - WINDOW, from);
	url_encode(&r->url, from);
	buf_fmt(&r->url, "&limit=%d", PAGE);
	if (l->offset)
		buf_fmt(&r->url, "&offset=%lld", (long long)l->offset);
	return ebay_fits(r, err);
}

static int
ask_one(const struct task *t, const char *id, struct request *r, struct err *err)
{
	if (post_order_open(t, r, "GET", "casemanagement/", err))
		return -1;
	url_encode(&r->url, id);
	return ebay_fits(r, err);
}

int
ebay_cases_ask(const struct task *t, struct request *r, struct err *err)
{
	const struct open_list *l = open_list_read(t);
	const struct open_id *one = open_list_wanted(l);

	return one ? ask_one(t, one->id, r, err) : ask_page(t, l, r, err);
}

/* ---- the list ---- */

static const char *
time_word(const json_t *o, const char *key)
{
	const char *s = json_text(json_obj(o, key), "value");

	return s ? s : "";
}

static const char *
print_of(const struct task *t, const json_t *row)
{
	const char *status = json_text(row, "caseStatusEnum");
	char print[17];

	ebay_fingerprint((const char *const[]){status ? status : "", time_word(row, "lastModifiedDate"),
					       time_word(row, "respondByDate"), NULL},
			 print);
	return arena_strdup(t->arena, print);
}

/* What only the list tells of a case, until the case is read: "RESPOND_BY BUYER". */
static const char *
note_of(const struct task *t, const json_t *row, const struct open_list *l)
{
	const char *buyer = json_text(row, "buyer");

	if (!buyer || strlen(buyer) > 64 || l->nids > 1000)
		return "";
	return arena_fmt(t->arena, "%lld %s", (long long)post_order_time(row, "respondByDate"), buyer);
}

static const struct post_order_list pages = {
	.name = "cases",
	.rows = "members",
	.total = "totalNumberOfCases",
	.id = "caseId",
	.step = PAGE - OVERLAP,
	.print = print_of,
	.note = note_of,
};

/* ---- one case ---- */

static int
holds(const char *text, const char *words)
{
	return strstr(text, words) != NULL;
}

/* eBay's 39 reasons for closing a case, by their parts. */
static enum dispute_status
closed_as(const char *reason)
{
	if (holds(reason, "SELLER_WIN") || !strcmp(reason, "AGENT_CLOSE_FOR_SELLER"))
		return DISPUTE_WON;
	if (holds(reason, "BUYER_WIN") || !strcmp(reason, "AGENT_CLOSE_FOR_BUYER") ||
	    !strncmp(reason, "NO_SELLER_FAULT_BUYER_", 22))
		return DISPUTE_LOST;
	return !strcmp(reason, "BUYER_CLOSE") ? DISPUTE_WITHDRAWN : DISPUTE_RESOLVED;
}

/* When eBay had no seller at fault the case is lost for the buyer's money only; the raw words tell. */
static void
read_status(const json_t *root, struct dispute *d, const struct task *t)
{
	const char *status = json_text(root, "status"), *reason = json_text(root, "sellerClosureReason");

	if (!status)
		status = "";
	if (!reason)
		reason = "";
	d->raw = arena_fmt(t->arena, "%s%s%s", status, *reason ? "/" : "", reason);
	d->status = DISPUTE_UNDER_REVIEW;
	if (!strcmp(status, "CLOSED") || !strcmp(status, "CS_CLOSED")) {
		d->status = closed_as(reason);
	} else if (!strcmp(status, "REFUND_AGREED_BUT_FAILED")) {
		d->status = DISPUTE_AWAITING_SELLER;
		d->due_action = "REFUND_AGREED_BUT_FAILED";
		if (!d->respond_by)
			d->respond_by = post_order_time(json_obj(root, "caseDetails"), "refundDeadlineDate");
	}
}

static void
read_history(const struct task *t, const json_t *list, struct dispute *d)
{
	size_t n = json_array_size(list), i;
	struct dispute_entry *entries = arena_zalloc(t->arena, (n ? n : 1) * sizeof *entries);

	for (i = 0; i < n; i++) {
		const json_t *j = json_array_get(list, i);
		const json_t *moved =
			json_array_get(json_list(json_obj(j, "moneyMovement"), "moneyMovementEntryList"), 0);
		struct dispute_entry *e = &entries[d->nhistory];
		const char *actor = json_text(j, "actor");
		char print[17];

		if (!(e->what = json_text(j, "action")))
			continue;
		e->actor = post_order_actor(actor);
		e->text = json_text(j, "description");
		e->at = post_order_time(j, "date");
		post_order_money(moved, "amount", &e->amount);
		ebay_fingerprint(
			(const char *const[]){e->what, actor ? actor : "", time_word(j, "date"), NULL},
			print);
		e->remote = arena_strdup(t->arena, print);
		d->nhistory++;
	}
	d->history = entries;
}

/* All that a case says, over what the list said; -1: its amount cannot be read, the rest is filled in. */
static int
read_case(const struct task *t, const json_t *root, struct dispute *d, struct err *why)
{
	d->kind = DISPUTE_CASE;
	d->remote = json_id(t->arena, root, "caseId");
	read_status(root, d, t);
	d->listing = json_id(t->arena, root, "itemId");
	d->reason = json_text(root, "escalateReason");
	d->opened = post_order_time(root, "creationDate");
	d->changed = post_order_time(root, "lastModifiedDate");
	d->options = json_flag(json_obj(root, "appealDetails"), "eligibleForAppeal", 0) ? "appeal" : "";
	if (d->status >= DISPUTE_WON)
		d->closed = d->changed;
	if ((d->parent.remote = json_id(t->arena, root, "returnId")))
		d->parent.kind = DISPUTE_RETURN;
	read_history(t, json_list(json_obj(root, "caseHistoryDetails"), "history"), d);
	if (post_order_money(root, "claimAmount", &d->amount) < 0)
		return fail(why, "eBay: case %s: its amount cannot be read", d->remote ? d->remote : "");
	return 0;
}

/* ---- an appeal ---- */

static const char *
word(const json_t *o, const char *key)
{
	const char *s = json_text(o, key);

	return s ? s : "";
}

/* Whoever made it, it says whether the decision stands; 0: there is none. */
static int
read_appeal(const struct task *t, const json_t *root, const struct dispute *c, struct dispute *d)
{
	const json_t *appeal = json_obj(root, "appealDetails");
	const char *who = word(appeal, "appealStatusEnum"), *end = word(appeal, "appealCloseReasonEnum");
	const char *granted = word(appeal, "appealStatus");
	int ours = holds(who, "SELLER_APPEALED") || holds(who, "SELLER_RECOUP_APPEALED");

	d->opened = post_order_time(appeal, "appealDate");
	if (!d->opened && !*who && !*end)
		return 0;
	d->kind = DISPUTE_APPEAL;
	d->remote = c->remote;
	d->raw = arena_fmt(t->arena, "%s/%s/%s", who, granted, end);
	d->status = DISPUTE_UNDER_REVIEW;
	if (!strncmp(end, "APPEAL_SELLER_WINS", 18) || !strcmp(end, "APPEAL_BUYER_DENIED"))
		d->status = DISPUTE_WON;
	else if (!strncmp(end, "APPEAL_BUYER_WINS", 17) || !strcmp(end, "APPEAL_SELLER_DENIED"))
		d->status = DISPUTE_LOST;
	else if (!strcmp(granted, "GRANTED"))
		d->status = ours ? DISPUTE_WON : DISPUTE_LOST;
	else if (!strcmp(granted, "DENIED"))
		d->status = ours ? DISPUTE_LOST : DISPUTE_WON;
	d->listing = c->listing;
	d->buyer = c->buyer;
	d->reason = json_text(appeal, "appealReasonCode");
	d->amount = c->amount;
	d->options = "";
	d->changed = c->changed > d->opened ? c->changed : d->opened;
	if (d->status >= DISPUTE_WON)
		d->closed = d->changed;
	d->parent = (struct dispute_link){DISPUTE_CASE, c->remote};
	return 1;
}

/* The case and its appeal to found; 0, 1 when it is not the case that was asked for, -1 when a callback failed. */
static int
hand_over(const struct task *t, const json_t *root, const char *wanted, struct dispute *d, struct found *f)
{
	struct dispute appeal = {0};
	struct err why;
	int unread = read_case(t, root, d, &why);

	if (!d->remote || strcmp(d->remote, wanted) != 0)
		return 1;
	if (f->dispute(f, d) || (read_appeal(t, root, d, &appeal) && f->dispute(f, &appeal)))
		return -1;
	return unread && ebay_odd(f, root, why.text) ? -1 : 0;
}

static enum outcome
read_one(const struct task *t, const struct response *rs, struct open_list *l, struct found *f)
{
	struct open_id *one = open_list_wanted(l);
	const char *wanted = one->id, *buyer = strchr(one->note, ' ');
	enum outcome o;
	json_t *root = post_order_answer(t, rs, 0, f, &o);
	struct dispute d = {.buyer.remote = buyer ? buyer + 1 : NULL,
			    .respond_by = buyer ? atoll(one->note) : 0};
	struct err why;
	int r;

	if (!root)
		return open_list_failed(l, rs, o, f);
	one->note = "";
	r = hand_over(t, root, wanted, &d, f);
	if (r > 0) {
		fail(&why, "eBay: the answer is not case %s", wanted);
		r = ebay_odd(f, root, why.text);
	}
	if (r)
		return LATER;
	open_list_done_one(l, d.status < DISPUTE_WON);
	return open_list_next(l, f);
}

enum outcome
ebay_cases_read(const struct task *t, const struct response *rs, struct found *f)
{
	struct open_list *l = open_list_read(t);

	return open_list_wanted(l) ? read_one(t, rs, l, f) : post_order_page(t, rs, &pages, l, f);
}

/* ---- to appeal ---- */

static int
needs_case(const struct task *t, struct err *err)
{
	return t->out->dispute && *t->out->dispute ? 0
						   : fail(err, "eBay: it is not said which dispute is meant");
}

int
ebay_appeal_look_ask(const struct task *t, struct request *r, struct err *err)
{
	return needs_case(t, err) ? -1 : ask_one(t, t->out->dispute, r, err);
}

enum outcome
ebay_appeal_look_read(const struct task *t, const struct response *rs, struct found *f)
{
	const char *wanted = t->out->dispute ? t->out->dispute : "";
	enum outcome o;
	json_t *root = post_order_answer(t, rs, 0, f, &o), *appeal;
	struct dispute d = {0};
	struct own own = {0};
	int r;

	if (!root)
		return o;
	r = hand_over(t, root, wanted, &d, f);
	if (r > 0)
		return later(f, "eBay: the answer is not case %s", wanted);
	appeal = json_obj(root, "appealDetails");
	own.at = post_order_time(appeal, "appealDate");
	if (!r && (own.at || holds(word(appeal, "appealStatusEnum"), "SELLER"))) {
		own.remote = arena_fmt(t->arena, "appeal %s", time_word(appeal, "appealDate"));
		r = f->own(f, &own);
	}
	if (r)
		return LATER;
	f->complete = 1;
	return DONE;
}

int
ebay_appeal_ask(const struct task *t, struct request *r, struct err *err)
{
	if (needs_case(t, err))
		return -1;
	if (!t->out->text || !*t->out->text)
		return fail(err, "eBay: the text is missing");
	if (post_order_open(t, r, "POST", "casemanagement/", err))
		return -1;
	url_encode(&r->url, t->out->dispute);
	buf_put(&r->url, "/appeal");
	buf_char(&r->body, '{');
	post_order_put_text(&r->body, "comments", t->out->text);
	buf_char(&r->body, '}');
	return ebay_fits(r, err);
}

enum outcome
ebay_appeal_read(const struct task *t, const struct response *rs, struct found *f)
{
	enum outcome o;

	return post_order_answer(t, rs, 1, f, &o) ? DONE : o;
}
