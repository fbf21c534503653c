/* chargebacks.c - payment disputes: five days to contest or accept, one answer only; then the bank decides. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "disputes.h"

#define ANSWER_DAYS   5
#define DECISION_DAYS 30

/* Opening one closes what else is open about the order. */
static void
close_others(struct ebay *e, const struct dispute *d, int64_t now)
{
	static const struct deed superseded = {.actor = "EBAY", .verb = "chargeback"};
	struct deed deed = superseded;

	deed.now = now;
	for (size_t i = 0; i < e->n_disputes; i++)
		if (e->disputes[i] != d && e->disputes[i]->order == d->order &&
		    e->disputes[i]->kind != CHARGEBACK)
			dispute_act(e, e->disputes[i], &deed);
}

static void
chargebacks_open(struct ebay *e, struct dispute *d, int64_t now)
{
	if (!d->reason)
		set_text(&d->reason, "ITEM_NOT_RECEIVED");
	d->revision = 1;
	d->state = d->status = "ACTION_NEEDED";
	remember(e, d, "BUYER", "DISPUTE_OPENED", d->text, now);
	ask_seller(d, "CONTEST_OR_ACCEPT", pacific_day_end(now, ANSWER_DAYS));
	close_others(e, d, now);
}

static void
end(struct ebay *e, struct dispute *d, const char *how, int64_t now)
{
	if (strcmp(how, "SELLER_WON"))
		d->refunded = d->amount; /* the bank takes it, no refund of the order */
	remember(e, d, "SYSTEM", "DISPUTE_CLOSED", NULL, now);
	close_as(d, "CLOSED", "CLOSED", how, now);
	d->revision++;
}

static void
chargebacks_overdue(struct ebay *e, struct dispute *d, int64_t now)
{
	end(e, d, "SELLER_NO_RESPONSE", now);
}

static int
proven(const struct dispute *d)
{
	for (size_t i = 0; i < d->n_evidence; i++)
		if (d->evidence[i].given)
			return 1;
	for (size_t i = 0; i < d->order->n_shipments; i++)
		if (d->order->shipments[i].tracking && !strcmp(d->reason, "ITEM_NOT_RECEIVED"))
			return 1;
	return 0;
}

static void
chargebacks_decide(struct ebay *e, struct dispute *d, int64_t now)
{
	end(e, d, proven(d) ? "SELLER_WON" : "SELLER_LOST", now);
}

static int
asked_and_not_given(const struct dispute *d)
{
	for (size_t i = 0; i < d->n_evidence; i++)
		if (d->evidence[i].asked && !d->evidence[i].given)
			return 1;
	return 0;
}

static int
answer(struct ebay *e, struct dispute *d, const struct deed *deed)
{
	int contest = !strcmp(deed->verb, "contest");

	if (deed->revision && deed->revision != d->revision)
		return 33011;
	if (strcmp(d->status, "ACTION_NEEDED"))
		return contest ? 33101 : 33011;
	if (contest && asked_and_not_given(d))
		return 33102;
	set_text(&d->note, deed->text);
	d->response = contest ? "CONTEST" : "ACCEPT";
	remember(e, d, "SELLER", contest ? "SELLER_CONTEST" : "SELLER_ACCEPT", NULL, deed->now);
	seller_answered(d, deed->now);
	d->revision++;
	if (contest) {
		move_to(d, "OPEN", "OPEN");
		d->decided = deed->now + DECISION_DAYS * DAY;
	} else {
		end(e, d, "SELLER_ACCEPTED", deed->now);
	}
	return 0;
}

static void
ask_for_evidence(struct ebay *e, struct dispute *d, const char *type, int64_t now)
{
	struct evidence *x = GROW(d->evidence, d->n_evidence);

	snprintf(x->id, sizeof x->id, "%" PRId64, 500 + ++e->serial);
	set_text(&x->type, type && *type ? type : "PROOF_OF_ITEM_AS_DESCRIBED");
	x->asked = now;
	x->due = turn_now(d) ? turn_now(d)->due : pacific_day_end(now, ANSWER_DAYS);
	remember(e, d, "CS_AGENT", "ADDITIONAL_EVIDENCE_REQUEST", NULL, now);
	d->revision++;
}

static int
chargebacks_act(struct ebay *e, struct dispute *d, const struct deed *deed)
{
	int seller = !strcmp(deed->actor, "SELLER");

	if (seller && (!strcmp(deed->verb, "contest") || !strcmp(deed->verb, "accept")))
		return answer(e, d, deed);
	if (d->closed)
		return 33101;
	if (seller && !strcmp(deed->verb, "evidence")) {
		remember(e, d, "SELLER", "EVIDENCE_PROVIDED", NULL, deed->now);
		d->revision++;
	} else if (!seller && !strcmp(deed->verb, "ask")) {
		ask_for_evidence(e, d, deed->text, deed->now);
	} else if (!seller && (!strcmp(deed->verb, "win") || !strcmp(deed->verb, "lose"))) {
		end(e, d, !strcmp(deed->verb, "win") ? "SELLER_WON" : "SELLER_LOST", deed->now);
	} else {
		return BAD_INPUT;
	}
	return 0;
}

const struct machine chargebacks = {"chargeback", chargebacks_open, chargebacks_overdue, chargebacks_decide,
				    chargebacks_act};
