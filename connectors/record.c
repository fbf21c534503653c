#include "record.h"

#include <string.h>

static const char *const payments[] = {"unknown", "unpaid", "paid", "partially_refunded", "refunded"};
static const char *const fulfilments[] = {"unknown", "open", "partial", "shipped", "delivered"};
static const char *const cancellations[] = {"none", "requested", "done"};
static const char *const dispute_kinds[] = {"cancellation", "inquiry",    "return", "case",
					    "claim",        "chargeback", "appeal"};
static const char *const dispute_statuses[] = {
	"awaiting_seller", "awaiting_buyer", "under_review", "won", "lost", "resolved", "withdrawn"};
static const char *const actors[] = {"buyer", "seller", "platform"};
static const char *const ratings[] = {"positive", "neutral", "negative", "withdrawn"};
static const char *const refund_statuses[] = {"pending", "done", "failed"};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static int
value_of(const char *const *list, size_t n, const char *name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(list[i], name) == 0)
			return (int)i;
	return -1;
}

const char *
payment_name(enum payment p)
{
	return payments[p];
}

const char *
fulfilment_name(enum fulfilment f)
{
	return fulfilments[f];
}

const char *
cancellation_name(enum cancellation c)
{
	return cancellations[c];
}

int
payment_value(const char *name)
{
	return value_of(payments, COUNT(payments), name);
}

int
fulfilment_value(const char *name)
{
	return value_of(fulfilments, COUNT(fulfilments), name);
}

int
cancellation_value(const char *name)
{
	return value_of(cancellations, COUNT(cancellations), name);
}

const char *
dispute_kind_name(enum dispute_kind value)
{
	return dispute_kinds[value];
}

int
dispute_kind_value(const char *name)
{
	return value_of(dispute_kinds, COUNT(dispute_kinds), name);
}

const char *
dispute_status_name(enum dispute_status value)
{
	return dispute_statuses[value];
}

int
dispute_status_value(const char *name)
{
	return value_of(dispute_statuses, COUNT(dispute_statuses), name);
}

const char *
actor_name(enum actor value)
{
	return actors[value];
}

int
actor_value(const char *name)
{
	return value_of(actors, COUNT(actors), name);
}

const char *
rating_name(enum rating value)
{
	return ratings[value];
}

int
rating_value(const char *name)
{
	return value_of(ratings, COUNT(ratings), name);
}

const char *
refund_status_name(enum refund_status value)
{
	return refund_statuses[value];
}

int
refund_status_value(const char *name)
{
	return value_of(refund_statuses, COUNT(refund_statuses), name);
}
