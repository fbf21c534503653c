/* cancellations.c - a buyer asks, three calendar days; or the seller cancels. */
#include <string.h>

#include "disputes.h"

#define ANSWER_DAYS 3

static void
order_is(struct dispute *d, const char *state, int64_t now)
{
	set_text(&d->order->cancel_state, state);
	d->order->cancel_at = d->order->modified = now;
}

static void
cancel(struct ebay *e, struct dispute *d, const char *ending, int64_t now)
{
	struct money rest = order_remains(d->order);
	int paid = is_paid(d->order) && rest.minor > 0;

	if (paid)
		dispute_pays(e, d, &rest, now);
	close_as(d, "CLOSED", paid ? "CANCEL_CLOSED_WITH_REFUND" : "CANCEL_CLOSED_NO_REFUND",
		 paid ? "FULL_REFUNDED" : ending, now);
	order_is(d, "CANCELED", now);
}

static void
cancellations_open(struct ebay *e, struct dispute *d, int64_t now)
{
	struct money items, postage;

	order_total(d->order, &items, &postage, &d->amount);
	d->state = d->status = "INITIAL";
	if (!d->reason)
		set_text(&d->reason, "ORDER_MISTAKE");
	set_text(&d->order->cancel_reason, d->reason);
	remember(e, d, d->by_seller ? "SELLER" : "BUYER",
		 d->by_seller ? "SELLER_CREATE_CANCEL" : "BUYER_CREATE_CANCEL", NULL, now);
	if (d->by_seller) {
		cancel(e, d, "SELLER_APPROVE_UNPAID", now);
		return;
	}
	move_to(d, "APPROVAL_PENDING", "CANCEL_REQUESTED");
	order_is(d, "IN_PROGRESS", now);
	ask_seller(d, "APPROVE_OR_REJECT", pacific_day_end(now, ANSWER_DAYS));
}

/* Paid: the order stands.  Unpaid: it is cancelled. */
static void
cancellations_overdue(struct ebay *e, struct dispute *d, int64_t now)
{
	remember(e, d, "SYSTEM", "SYSTEM_TIMEOUT_FOR_APPROVAL", NULL, now);
	if (is_paid(d->order)) {
		close_as(d, "CLOSED", "CANCEL_REJECTED", "SELLER_APPROVE_TIMEOUT_PAID", now);
		order_is(d, "NONE_REQUESTED", now);
	} else {
		cancel(e, d, "SELLER_APPROVE_TIMEOUT_UNPAID", now);
	}
}

static int
cancellations_act(struct ebay *e, struct dispute *d, const struct deed *deed)
{
	if (d->closed)
		return BAD_STATE;
	if (!strcmp(deed->verb, "chargeback")) {
		remember(e, d, "SYSTEM", "UNKNOWN", NULL, deed->now);
		close_as(d, "CLOSED", "CANCEL_CLOSED_UNKNOWN_REFUND", "CHARGEBACK_DISPUTE_FILED", deed->now);
		order_is(d, "NONE_REQUESTED", deed->now);
		return 0;
	}
	if (strcmp(deed->actor, "SELLER"))
		return BAD_INPUT;
	if (!strcmp(deed->verb, "approve")) {
		remember(e, d, "SELLER", "SELLER_APPROVE", NULL, deed->now);
		seller_answered(d, deed->now);
		cancel(e, d, "SELLER_APPROVE_UNPAID", deed->now);
	} else if (!strcmp(deed->verb, "reject")) {
		set_text(&d->tracking, deed->tracking);
		d->shipped = deed->shipped;
		remember(e, d, "SELLER", "SELLER_REJECT", NULL, deed->now);
		seller_answered(d, deed->now);
		close_as(d, "CLOSED", "CANCEL_REJECTED", "SELLER_DECLINE", deed->now);
		order_is(d, "NONE_REQUESTED", deed->now);
	} else {
		return BAD_INPUT;
	}
	return 0;
}

const struct machine cancellations = {"cancellation", cancellations_open, cancellations_overdue, NULL,
				      cancellations_act};
