#include "record.h"

#include <string.h>

static const char *const payments[] = {"unknown", "unpaid", "paid", "partially_refunded", "refunded"};
static const char *const fulfilments[] = {"unknown", "open", "partial", "shipped", "delivered"};
static const char *const cancellations[] = {"none", "requested", "done"};

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
