#include "daemon/outbox/money.h"

#include <string.h>

#include "base/instant.h"
#include "daemon/runner.h"

/* "25.00 EUR" */
static const char *
words(char out[MONEY_TEXT + 4], int64_t minor, const char *currency)
{
	const struct money m = {.minor = minor};
	struct money sum = m;
	size_t n;

	memcpy(sum.currency, currency, strnlen(currency, sizeof sum.currency - 1));
	money_format(&sum, out);
	n = strlen(out);
	out[n] = ' ';
	strcpy(out + n + 1, sum.currency);
	return out;
}

/* The sum that a list names in a currency, NULL when it names none. */
static const struct money *
named(const struct money *list, const char *currency)
{
	for (; list && *list->currency; list++)
		if (!strcmp(list->currency, currency))
			return list;
	return NULL;
}

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* What was paid for the order and did not all go back, in this currency: 0, 1: not known. */
static int
paid(const struct situation *s, const char *currency, int64_t *sum)
{
	if (!s->order || strcmp(s->total.currency, currency) != 0 || s->payment == PAYMENT_UNKNOWN)
		return 1;
	*sum = s->payment == PAYMENT_UNPAID || s->payment == PAYMENT_REFUNDED ? 0 : s->total.minor;
	return 0;
}

/* Does the platform say that money went back, and our records do not say how much of this currency? */
static int
went_back_unseen(const struct situation *s, const char *currency)
{
	if (s->refunded.minor > 0)
		return strcmp(s->refunded.currency, currency) != 0;
	return s->payment == PAYMENT_PARTIALLY_REFUNDED;
}

int
money_left(const struct situation *s, const struct money_past *past, const char *currency, int64_t *left)
{
	const int claims = s->dispute && *s->claimed.currency;
	int64_t sum;

	if (went_back_unseen(s, currency))
		return 1;
	if (!paid(s, currency, &sum)) {
		*left = sum - past->order;
		if (claims && !strcmp(s->claimed.currency, currency))
			*left = least(*left, s->claimed.minor);
	} else if (claims && !strcmp(s->claimed.currency, currency)) {
		*left = s->claimed.minor - past->order;
	} else {
		return 1;
	}
	if (*left < 0)
		*left = 0;
	return 0;
}

int
money_moves(const struct action *action, const struct situation *s, const struct money *amount,
	    struct money *moves)
{
	const struct money *claim = s->dispute ? &s->claimed : &s->total;
	const struct money_past past = {.order = s->refunded.minor};

	*moves = (struct money){0};
	switch (action->moves) {
	case MOVES_NOTHING: return 0;
	case MOVES_AMOUNT: *moves = *amount; return !*amount->currency;
	case MOVES_CLAIM: break;
	}
	if (!*claim->currency ||
	    (*s->refunded.currency && strcmp(s->refunded.currency, claim->currency) != 0) ||
	    money_left(s, &past, claim->currency, &moves->minor))
		return 1;
	memcpy(moves->currency, claim->currency, sizeof moves->currency);
	/* some of it went back, or nothing was paid: whether the platform knows that is not certain */
	return s->dispute && moves->minor < claim->minor &&
	       (s->refunded.minor > 0 || s->payment == PAYMENT_UNPAID || s->payment == PAYMENT_REFUNDED);
}

struct money
money_told(const struct action *action, const struct situation *s, const struct money *amount)
{
	struct money told = *amount;

	if (action && action->moves == MOVES_CLAIM && money_moves(action, s, amount, &told))
		told = (struct money){0};
	return told;
}

int
money_within_bounds(const struct situation *s, const struct money_past *past, const struct money *moves,
		    struct err *err)
{
	char a[MONEY_TEXT + 4], b[MONEY_TEXT + 4], c[MONEY_TEXT + 4];
	int64_t left;

	if (moves->minor < 0)
		return fail(err, "%s cannot go back; expected a sum above 0",
			    words(a, moves->minor, moves->currency));
	if (money_left(s, past, moves->currency, &left)) {
		fail(err, "money waits for approval: it is not known how much was paid in %s and can go back",
		     moves->currency);
		return 1;
	}
	if (moves->minor <= left)
		return 0;
	return fail(err, "%s is more than can go back: %s is left, after %s that went back or is about to",
		    words(a, moves->minor, moves->currency), words(b, left, moves->currency),
		    words(c, past->order, moves->currency));
}

static int
limit(const char *name, const struct money *list, int64_t past, const struct money *moves, struct err *err)
{
	char a[MONEY_TEXT + 4], b[MONEY_TEXT + 4], c[MONEY_TEXT + 4];
	const struct money *most = named(list, moves->currency);

	if (!most)
		return fail(err, "money waits for approval: %s names no limit in %s", name, moves->currency);
	if (moves->minor <= most->minor - past)
		return 0;
	return fail(err, "money waits for approval: %s and %s before it are more than %s, the limit %s",
		    words(a, moves->minor, moves->currency), words(b, past, moves->currency),
		    words(c, most->minor, moves->currency), name);
}

int
money_within_limits(const struct conf_account *a, const struct money_past *past, const struct money *moves,
		    struct err *err)
{
	if (!moves->minor)
		return 0;
	if (limit("refund_per_order", a->refund_per_order, past->order, moves, err) ||
	    limit("refund_per_buyer", a->refund_per_buyer, past->buyer, moves, err) ||
	    limit("refund_per_day", a->refund_per_day, past->day, moves, err))
		return -1;
	return 0;
}

int
money_within_fallback(const struct conf_account *a, const struct money *up_to, const struct money_past *past,
		      const struct money *moves, struct err *err)
{
	char sum[MONEY_TEXT + 4], most[MONEY_TEXT + 4];
	const struct money *own = named(up_to, moves->currency);

	if (!moves->minor)
		return 0;
	if (!own)
		return fail(err,
			    "a fallback moves money only inside fallback_up_to, which names no sum in %s",
			    moves->currency);
	if (moves->minor > own->minor)
		return fail(err, "%s is more than %s, the limit fallback_up_to",
			    words(sum, moves->minor, moves->currency),
			    words(most, own->minor, own->currency));
	if (money_needs_two(a, past, moves))
		return fail(err, "%s is more than second_person_above lets one person approve",
			    words(sum, moves->minor, moves->currency));
	return 0;
}

int
money_paid_already(struct store *store, const struct situation *s, int64_t row, struct err *err)
{
	const int64_t other = money_paid_by(store, s->dispute, s->order, row);

	return !other ? 0
		      : fail(err, "money waits for approval: a%lld has paid already, or may have",
			     (long long)other);
}

int
money_needs_two(const struct conf_account *a, const struct money_past *past, const struct money *moves)
{
	const struct money *above = named(a->second_person_above, moves->currency);

	if (!above)
		return a->second_person_above && (moves->minor > 0 || !*moves->currency);
	return moves->minor > above->minor - past->order;
}

int
money_of_rule(const struct conf_amount *part, const struct situation *s, struct money *sum, struct err *err)
{
	const struct money *claim = s->dispute ? &s->claimed : &s->total;
	const struct money_past past = {.order = s->refunded.minor};
	const struct money *fixed;
	int64_t left;

	*sum = (struct money){0};
	if (!part->percent && !part->sums)
		return 0;
	if (!*claim->currency)
		return fail(err, "the platform does not say how much is claimed; name an amount");
	if (part->sums) {
		if (!(fixed = named(part->sums, claim->currency)))
			return fail(err, "the rule names no amount in %s", claim->currency);
		*sum = *fixed;
		return 0;
	}
	*sum = *claim;
	sum->minor = claim->minor / 100 * part->percent + claim->minor % 100 * part->percent / 100;
	if (part->percent == 100 && !money_left(s, &past, claim->currency, &left))
		sum->minor = left;
	return 0;
}

void
money_past_of(struct daemon *d, const struct situation *s, const char *currency, int64_t row, int leaving,
	      int64_t now, struct money_past *past)
{
	const int64_t there = clock_there(d, s->account, now);

	*past = (struct money_past){
		.order = s->order     ? money_of_order(d->store, s->order, currency, row, leaving)
			 : s->dispute ? money_of_dispute(d->store, s->dispute, currency, row, leaving)
				      : 0,
		.buyer = s->buyer ? money_of_buyer(d->store, s->buyer, currency, there - MONEY_BUYER_SPAN,
						   row, leaving)
				  : 0,
		.day = money_of_account(d->store, s->account, currency, there - DAY, row, leaving),
	};
}
