/* money.h - amounts as int64 in the minor unit of ISO 4217.
 *
 * 28.90 EUR is {2890, "EUR"}; 1500 JPY is {1500, "JPY"}; 3.250 KWD is {3250, "KWD"}.
 * An amount with more digits than its currency has is an error, never rounded.
 */
#ifndef BASE_MONEY_H
#define BASE_MONEY_H

#include <stdint.h>

#include "err.h"

struct money {
	int64_t minor;    /* may be negative */
	char currency[4]; /* upper case ISO 4217, "" = no amount */
};

/* No amount is larger: thousands of them can be added without running over. */
#define MONEY_MAX INT64_C(1000000000000000)

/* Digits after the point (ISO 4217:2024, list one), or -1 for an unknown code. */
int money_digits(const char *currency);

/* "28.90", "EUR".  0, or -1 with err: unknown currency, not a number, surplus digits (trailing zeros are
 * not surplus), out of range. */
int money_parse(const char *amount, const char *currency, struct money *, struct err *);

#define MONEY_TEXT 32
/* "28.90" into out: plain decimal, as platforms and ICU want it. */
void money_format(const struct money *, char out[MONEY_TEXT]);

#endif
