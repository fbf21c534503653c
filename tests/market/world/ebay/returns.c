/* returns.c - how a return goes: asked, accepted or refused or bargained over, sent back, paid, or escalated. */
#include <string.h>

#include "disputes.h"

#define ANSWER_DAYS 3
#define LABEL_DAYS  2
#define REFUND_DAYS 2

static int
remorse(const struct dispute *d)
{
	static const char *const theirs[] = {"NO_LONGER_NEED_ITEM",  "FOUND_BETTER_PRICE",
					     "ORDERED_ACCIDENTALLY", "ORDERED_WRONG_ITEM",
					     "WRONG_SIZE",           "NO_REASON"};

	for (size_t i = 0; i < sizeof theirs / sizeof *theirs; i++)
		if (!strcmp(d->reason, theirs[i]))
			return 1;
	return 0;
}

static int
is(const struct dispute *d, const char *status)
{
	return !strcmp(d->status, status);
}

static void
returns_open(struct ebay *e, struct dispute *d, int64_t now)
{
	if (!d->reason)
		set_text(&d->reason, "NOT_AS_DESCRIBED");
	d->state = d->status = "INITIAL";
	remember(e, d, "BUYER", "BUYER_CREATE_RETURN", d->text, now);
	move_to(d, "RETURN_REQUESTED", "RETURN_REQUESTED");
	ask_seller(d, "SELLER_APPROVE_REQUEST", pacific_business_end(now, ANSWER_DAYS));
}

static void
become_case(struct ebay *e, struct dispute *d, const char *by, int64_t now)
{
	remember(e, d, by, strcmp(by, "SELLER") ? "BUYER_ESCALATE" : "SELLER_ESCALATE", NULL, now);
	close_as(d, "CLOSED", "ESCALATED", "ESCALATED", now);
	escalate(e, d, by, now);
}

static void
returns_overdue(struct ebay *e, struct dispute *d, int64_t now)
{
	if (is(d, "ITEM_DELIVERED")) {
		struct money rest = d->amount;

		rest.minor -= d->refunded.minor;
		remember(e, d, "SYSTEM", "REMINDER_FOR_REFUND", NULL, now);
		dispute_pays(e, d, &rest, now);
		close_as(d, "CLOSED", "CLOSED", "AUTO_REFUNDED", now);
	} else {
		become_case(e, d, "BUYER", now);
	}
}

static int
refund(struct ebay *e, struct dispute *d, const struct deed *deed)
{
	struct money m = deed->amount;

	if (is(d, "PARTIAL_REFUND_REQUESTED"))
		return BAD_STATE;
	if (m.minor <= 0)
		m.minor = d->amount.minor - d->refunded.minor, memcpy(m.currency, d->amount.currency, 4);
	if (strcmp(m.currency, d->amount.currency) || m.minor > d->amount.minor - d->refunded.minor)
		return BAD_AMOUNT;
	remember(e, d, "SELLER", "SELLER_ISSUE_REFUND", deed->text, deed->now);
	dispute_pays(e, d, &m, deed->now);
	seller_answered(d, deed->now);
	if (d->refunded.minor == d->amount.minor)
		close_as(d, "CLOSED", "CLOSED", "FULL_REFUNDED", deed->now);
	else
		move_to(d, "LESS_THAN_A_FULL_REFUND_ISSUED", "LESS_THAN_A_FULL_REFUND_ISSUED");
	return 0;
}

static int
offer(struct ebay *e, struct dispute *d, const struct deed *deed)
{
	if (deed->amount.minor <= 0 || strcmp(deed->amount.currency, d->amount.currency) ||
	    deed->amount.minor > d->amount.minor - d->refunded.minor)
		return BAD_AMOUNT;
	d->offer = deed->amount;
	remember(e, d, "SELLER", "SELLER_OFFER_PARTIAL_REFUND", deed->text, deed->now)->amount = d->offer;
	move_to(d, "PARTIAL_REFUND_REQUESTED", "PARTIAL_REFUND_REQUESTED");
	seller_answered(d, deed->now);
	return 0;
}

static void
delivered(struct ebay *e, struct dispute *d, const char *actor, const char *what, const char *text,
	  int64_t now)
{
	remember(e, d, actor, what, text, now);
	move_to(d, "ITEM_DELIVERED", "ITEM_DELIVERED");
	ask_seller(d, "SELLER_ISSUE_REFUND", pacific_business_end(now, REFUND_DAYS));
}

/* What `decide` of the API knows. */
static int
decide(struct ebay *e, struct dispute *d, const struct deed *deed)
{
	int asked = is(d, "RETURN_REQUESTED") || is(d, "PARTIAL_REFUND_DECLINED");
	int without = !strcmp(deed->verb, "APPROVE_WITHOUT_EBAY_LABEL") ||
		      !strcmp(deed->verb, "OFFER_RETURN_WITHOUT_LABEL");

	if (!asked)
		return BAD_STATE;
	if (!strcmp(deed->verb, "OFFER_PARTIAL_REFUND"))
		return offer(e, d, deed);
	if (!strcmp(deed->verb, "DECLINE")) {
		if (!remorse(d))
			return BAD_STATE;
		remember(e, d, "SELLER", "SELLER_DECLINE_REQUEST", deed->text, deed->now);
		seller_answered(d, deed->now);
		close_as(d, "RETURN_REJECTED", "RETURN_REJECTED", "RETURN_REJECTED", deed->now);
		return 0;
	}
	remember(e, d, "SELLER", "SELLER_APPROVE_REQUEST", deed->text, deed->now);
	seller_answered(d, deed->now);
	if (without) {
		move_to(d, "RETURN_LABEL_REQUESTED", "WAITING_FOR_RETURN_LABEL");
		ask_seller(d, "SELLER_PROVIDE_LABEL", pacific_business_end(deed->now, LABEL_DAYS));
	} else {
		move_to(d, "ITEM_READY_TO_SHIP", "READY_FOR_SHIPPING");
	}
	return 0;
}

static int
by_seller(struct ebay *e, struct dispute *d, const struct deed *deed)
{
	static const char *const decisions[] = {"APPROVE",      "APPROVE_WITHOUT_EBAY_LABEL",
						"DECLINE",      "OFFER_PARTIAL_REFUND",
						"OFFER_RETURN", "OFFER_RETURN_WITHOUT_LABEL"};

	for (size_t i = 0; i < sizeof decisions / sizeof *decisions; i++)
		if (!strcmp(deed->verb, decisions[i]))
			return decide(e, d, deed);
	if (!strcmp(deed->verb, "refund"))
		return refund(e, d, deed);
	if (!strcmp(deed->verb, "message")) {
		if (!deed->text || !*deed->text)
			return BAD_INPUT;
		remember(e, d, "SELLER", "SELLER_SEND_MESSAGE", deed->text, deed->now);
		return 0;
	}
	if (!strcmp(deed->verb, "received")) {
		if (!is(d, "READY_FOR_SHIPPING") && !is(d, "ITEM_SHIPPED"))
			return BAD_STATE;
		delivered(e, d, "SELLER", "SELLER_MARK_AS_RECEIVED", deed->text, deed->now);
		return 0;
	}
	if (!strcmp(deed->verb, "label")) {
		if (!is(d, "WAITING_FOR_RETURN_LABEL"))
			return BAD_STATE;
		remember(e, d, "SELLER", "SELLER_PROVIDE_LABEL", deed->text, deed->now);
		seller_answered(d, deed->now);
		move_to(d, "ITEM_READY_TO_SHIP", "READY_FOR_SHIPPING");
		return 0;
	}
	if (!strcmp(deed->verb, "escalate")) {
		if (!is(d, "ITEM_DELIVERED"))
			return BAD_STATE;
		seller_answered(d, deed->now);
		become_case(e, d, "SELLER", deed->now);
		return 0;
	}
	return BAD_INPUT;
}

static int
by_buyer(struct ebay *e, struct dispute *d, const struct deed *deed)
{
	if (!strcmp(deed->verb, "message")) {
		remember(e, d, "BUYER", "BUYER_SEND_MESSAGE", deed->text, deed->now);
	} else if (!strcmp(deed->verb, "ship") && is(d, "READY_FOR_SHIPPING")) {
		remember(e, d, "BUYER", "BUYER_PROVIDE_TRACKING_INFO", deed->text, deed->now);
		move_to(d, "ITEM_SHIPPED", "ITEM_SHIPPED");
		set_text(&d->carrier, deed->carrier);
		set_text(&d->tracking, deed->tracking);
	} else if (!strcmp(deed->verb, "deliver") && (is(d, "ITEM_SHIPPED") || is(d, "READY_FOR_SHIPPING"))) {
		delivered(e, d, "SYSTEM", "NOTIFIED_DELIVERED", NULL, deed->now);
	} else if (!strcmp(deed->verb, "accept") && is(d, "PARTIAL_REFUND_REQUESTED")) {
		remember(e, d, "BUYER", "BUYER_ACCEPTS_PARTIAL_REFUND", deed->text, deed->now);
		dispute_pays(e, d, &d->offer, deed->now);
		close_as(d, "CLOSED", "CLOSED", "PARTIALLY_REFUNDED", deed->now);
	} else if (!strcmp(deed->verb, "decline") && is(d, "PARTIAL_REFUND_REQUESTED")) {
		remember(e, d, "BUYER", "BUYER_DECLINE_PARTIAL_REFUND", deed->text, deed->now);
		move_to(d, "PARTIAL_REFUND_DECLINED", "PARTIAL_REFUND_DECLINED");
		ask_seller(d, "SELLER_APPROVE_REQUEST", pacific_business_end(deed->now, ANSWER_DAYS));
	} else if (!strcmp(deed->verb, "close")) {
		remember(e, d, "BUYER", "BUYER_CLOSE_RETURN", deed->text, deed->now);
		close_as(d, "CLOSED", "CLOSED", "BUYER_CLOSED", deed->now);
	} else if (!strcmp(deed->verb, "escalate")) {
		become_case(e, d, "BUYER", deed->now);
	} else {
		return BAD_STATE;
	}
	return 0;
}

static int
returns_act(struct ebay *e, struct dispute *d, const struct deed *deed)
{
	if (d->closed)
		return BAD_STATE;
	if (!strcmp(deed->verb, "chargeback")) {
		remember(e, d, "SYSTEM", "CHARGEBACK_OPEN", NULL, deed->now);
		close_as(d, "CLOSED", "CLOSED", "BUYER_CLOSED", deed->now);
		return 0;
	}
	return strcmp(deed->actor, "SELLER") ? by_buyer(e, d, deed) : by_seller(e, d, deed);
}

const struct machine returns = {"return", returns_open, returns_overdue, NULL, returns_act};
