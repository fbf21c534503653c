/* money.h - money that goes back to buyers, and whether it may.  Three questions, each with its words for people:
 *
 *   moves    what goes back when an action is done: the amount it names, or all that the dispute or the order still claims; when the
 *            records do not say how much that is, it is unknown, and a person decides.
 *   bounds   never more than is claimed, nor than was paid and has not gone back, whoever wishes it.
 *   limits   what may go back without a person: per order (with all that went back for it before, wherever that was done), per
 *            buyer in 30 days, per day.  A currency that one of the three lists does not name has no limit that would allow it.
 *
 * The limits are asked twice: when an action is wished all that is about to leave counts, so that the later wish waits; right before it
 * leaves only what has left counts, so that of two that must not both pass the one with the earlier deadline does.
 *
 * Above `second_person_above` who approves is not who asked for it or wrote its text.
 */
#ifndef OUTBOX_MONEY_H
#define OUTBOX_MONEY_H

#include "daemon/conf/conf.h"
#include "daemon/daemon.h"
#include "daemon/store/store.h"

#define MONEY_BUYER_SPAN (30 * DAY)

/* What went back or is about to, beside the action that is judged; all in its currency. */
struct money_past {
	int64_t order, buyer, day;
};

/* What goes back: 0 and *moves (minor 0: nothing), 1: something, but it is not known how much (*moves: what our records say). */
int money_moves(const struct action *, const struct situation *, const struct money *amount,
		struct money *moves);

/* The sum that a text may name: what the action names, or what is left of a claim that it settles; currency "": none, or not known. */
struct money money_told(const struct action *, const struct situation *, const struct money *amount);

/* How much of the claim or the order can still go back: 0, 1: not known. */
int money_left(const struct situation *, const struct money_past *, const char *currency, int64_t *left);

/* 0; -1 with the reason: it may not go back; 1 with the reason: the records do not tell. */
int money_within_bounds(const struct situation *, const struct money_past *, const struct money *moves,
			struct err *);
/* 0, or -1 with the reason to wait. */
int money_within_limits(const struct conf_account *, const struct money_past *, const struct money *moves,
			struct err *);

/* May a fallback send that back, inside its own limit, and not more than one person may let go alone?  0, or -1 with the reason. */
int money_within_fallback(const struct conf_account *, const struct money *up_to, const struct money_past *,
			  const struct money *moves, struct err *);

/* A rule pays once in a dispute, and never while it is not known what became of another payment for the order: 0, or -1 with the reason to wait. */
int money_paid_already(struct store *, const struct situation *, int64_t row, struct err *);

/* More than one person may let go alone, with what went back for the order before, so that parts are no way around it; also when it is not known
 * how much, and in a currency that the list does not name. */
int money_needs_two(const struct conf_account *, const struct money_past *, const struct money *moves);

/* The amount that a rule names, for this claim: 0, or -1 with the reason. */
int money_of_rule(const struct conf_amount *, const struct situation *, struct money *, struct err *);

/* The past of an action; `row`: its id, 0 for one that is only wished; `leaving`: count only what has left.  A day and 30 days
 * are those of the platform, by whose clock what was sent stands. */
void money_past_of(struct daemon *, const struct situation *, const char *currency, int64_t row, int leaving,
		   int64_t now, struct money_past *);

#endif
