/* inquiries.c - how "not received" goes: any answer stops the clock, none makes it a case. */
#include <string.h>

#include "disputes.h"

#define ANSWER_DAYS 3
#define QUIET_DAYS  21 /* business days without a word after which it closes by itself */

static void
inquiries_open(struct ebay *e, struct dispute *d, int64_t now)
{
	if (!d->reason)
		set_text(&d->reason, "ITEM_NOT_RECEIVED");
	d->state = d->status = "INITIAL";
	remember(e, d, "BUYER", "Buyer opened an inquiry", d->text, now);
	move_to(d, "CREATED", "WAITING_SELLER_RESPONSE");
	ask_seller(d, "RESPOND", pacific_business_end(now, ANSWER_DAYS));
}

static void
become_case(struct ebay *e, struct dispute *d, const char *by, int64_t now)
{
	remember(e, d, by, strcmp(by, "SELLER") ? "Buyer escalated" : "Seller escalated", NULL, now);
	close_as(d, "CLOSED", "CLOSED_WITH_ESCALATION", "ESCALATED", now);
	escalate(e, d, by, now);
}

static void
inquiries_overdue(struct ebay *e, struct dispute *d, int64_t now)
{
	become_case(e, d, "BUYER", now);
}

static void
inquiries_decide(struct ebay *e, struct dispute *d, int64_t now)
{
	remember(e, d, "SYSTEM", "Closed without activity", NULL, now);
	close_as(d, "CLOSED", "CLOSED", "EXPIRED", now);
}

static void
answered(struct dispute *d, const char *state, int64_t now)
{
	seller_answered(d, now);
	move_to(d, state, "WAITING_BUYER_RESPONSE");
	d->decided = pacific_business_end(now, QUIET_DAYS);
}

static int
track(struct ebay *e, struct dispute *d, const struct deed *deed)
{
	static const char good[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	int tracked = deed->tracking && *deed->tracking;

	if (!deed->carrier || !*deed->carrier)
		return BAD_CARRIER;
	if (tracked && deed->tracking[strspn(deed->tracking, good)])
		return BAD_TRACKING;
	set_text(&d->carrier, deed->carrier);
	set_text(&d->tracking, tracked ? deed->tracking : NULL);
	d->shipped = deed->shipped;
	remember(e, d, "SELLER", "Seller provided tracking information", deed->text, deed->now);
	answered(d, tracked ? "TRACKING_PROVIDED" : "SHIPPING_INFO_PROVIDED", deed->now);
	return 0;
}

static int
inquiries_act(struct ebay *e, struct dispute *d, const struct deed *deed)
{
	int seller = !strcmp(deed->actor, "SELLER");

	if (d->closed)
		return BAD_STATE;
	if (!strcmp(deed->verb, "chargeback")) {
		inquiries_decide(e, d, deed->now);
		return 0;
	}
	if (!strcmp(deed->verb, "escalate")) {
		seller_answered(d, deed->now);
		become_case(e, d, deed->actor, deed->now);
	} else if (!strcmp(deed->verb, "message")) {
		if (!deed->text || !*deed->text)
			return BAD_INPUT;
		remember(e, d, deed->actor, seller ? "Seller sent a message" : "Buyer sent a message",
			 deed->text, deed->now);
		if (seller)
			answered(d, d->state, deed->now);
	} else if (seller && !strcmp(deed->verb, "tracking")) {
		return track(e, d, deed);
	} else if (seller && !strcmp(deed->verb, "refund")) {
		remember(e, d, "SELLER", "Seller issued a refund", deed->text, deed->now);
		dispute_pays(e, d, &d->amount, deed->now);
		seller_answered(d, deed->now);
		close_as(d, "CLOSED", "CLOSED", "REFUNDED", deed->now);
	} else if (!seller && !strcmp(deed->verb, "close")) {
		remember(e, d, "BUYER", "Buyer closed the inquiry", deed->text, deed->now);
		close_as(d, "CLOSED", "CLOSED", "BUYER_CLOSED", deed->now);
	} else {
		return BAD_INPUT;
	}
	return 0;
}

const struct machine inquiries = {"inquiry", inquiries_open, inquiries_overdue, inquiries_decide,
				  inquiries_act};
