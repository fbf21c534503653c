/* cases.c - what eBay decides: two business days after the escalation, and thirty days to appeal. */
#include <string.h>

#include "disputes.h"

#define DECISION_DAYS 2

static void
cases_open(struct ebay *e, struct dispute *d, int64_t now)
{
	(void)e;
	move_to(d, "OPEN", "WAITING_CS");
	d->decided = pacific_business_end(now, DECISION_DAYS);
}

static void
end(struct ebay *e, struct dispute *d, int seller_wins, int64_t now)
{
	remember(e, d, "CSR", seller_wins ? "Decided for the seller" : "Decided for the buyer", NULL, now);
	if (!seller_wins) {
		struct money rest = d->amount;

		rest.minor -= d->parent ? d->parent->refunded.minor : 0;
		dispute_pays(e, d, &rest, now);
	}
	close_as(d, "CLOSED", "CS_CLOSED",
		 seller_wins ? "SELLER_WINS_BUYER_FAULT" : "BUYER_WINS_SELLER_FAULT", now);
}

/* Tracking wins an inquiry; whoever was silent loses. */
static void
cases_decide(struct ebay *e, struct dispute *d, int64_t now)
{
	end(e, d, d->parent && d->parent->kind == INQUIRY && d->parent->tracking, now);
}

static int
cases_act(struct ebay *e, struct dispute *d, const struct deed *deed)
{
	if (!strcmp(deed->verb, "appeal")) {
		if (!d->closed || d->appeal || strncmp(d->ending, "BUYER_WINS", 10) ||
		    deed->now > d->closed + 30 * DAY)
			return BAD_STATE;
		d->appeal = "SELLER_APPEALED";
		d->appealed = deed->now;
		remember(e, d, "SELLER", "Seller appealed", deed->text, deed->now);
		return 0;
	}
	if (d->closed)
		return BAD_STATE;
	if (!strcmp(deed->verb, "chargeback")) {
		remember(e, d, "SYSTEM", "Payment dispute opened", NULL, deed->now);
		close_as(d, "CLOSED", "CLOSED", "PAYMENT_PROCESSOR_CLAIM_FILED", deed->now);
	} else if (!strcmp(deed->actor, "BUYER") && !strcmp(deed->verb, "close")) {
		remember(e, d, "BUYER", "Buyer closed the case", deed->text, deed->now);
		close_as(d, "CLOSED", "CLOSED", "BUYER_CLOSE", deed->now);
	} else if (!strcmp(deed->actor, "EBAY") &&
		   (!strcmp(deed->verb, "win") || !strcmp(deed->verb, "lose"))) {
		end(e, d, !strcmp(deed->verb, "win"), deed->now); /* for the seller */
	} else {
		return BAD_INPUT;
	}
	return 0;
}

const struct machine cases = {"case", cases_open, NULL, cases_decide, cases_act};
