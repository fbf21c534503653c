#include "money.h"

#include <string.h>

/* ISO 4217 list one, by the digits of the minor unit.  Codes without one (gold, tests, "no currency") are left out. */
static const struct {
	int digits;
	const char *codes;
} table[] = {
	{2, "USD EUR GBP CNY AUD CAD CHF MXN PLN SEK INR BRL SGD HKD TWD THB MYR PHP IDR TRY AED SAR CZK DKK "
	    "NOK "
	    "NZD "
	    "HUF RON BGN ILS ZAR RUB UAH "
	    "AFN ALL AMD ANG AOA ARS AWG AZN BAM BBD BDT BMD BND BOB BOV BSD BTN BWP BYN BZD CDF CHE CHW COP "
	    "COU "
	    "CRC "
	    "CUP CVE DOP DZD EGP ERN ETB FJD FKP GEL GHS GIP GMD GTQ GYD HNL HTG IRR JMD KES KGS KHR KPW KYD "
	    "KZT "
	    "LAK "
	    "LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXV MZN NAD NGN NIO NPR PAB PEN PGK "
	    "PKR "
	    "QAR "
	    "RSD SBD SCR SDG SHP SLE SOS SRD SSP STN SVC SYP SZL TJS TMT TOP TTD TZS USN UYU UZS VED VES WST "
	    "XCD "
	    "XCG "
	    "YER ZMW ZWG"},
	{0, "JPY KRW VND CLP BIF DJF GNF ISK KMF PYG RWF UGX UYI VUV XAF XOF XPF"},
	{3, "BHD IQD JOD KWD LYD OMR TND"},
	{4, "CLF UYW"},
};

int
money_digits(const char *currency)
{
	size_t i;

	if (strlen(currency) != 3 || strchr(currency, ' '))
		return -1;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strstr(table[i].codes, currency))
			return table[i].digits;
	return -1;
}

/* Appends a decimal digit to a value of that sign; -1 when it leaves int64. */
static int
push_digit(int64_t *value, int negative, int digit)
{
	return __builtin_mul_overflow(*value, 10, value) ||
			       __builtin_add_overflow(*value, negative ? -digit : digit, value)
		       ? -1
		       : 0;
}

int
money_parse(const char *amount, const char *currency, struct money *m, struct err *err)
{
	int digits = money_digits(currency), negative = amount[0] == '-', decimals = 0, over = 0;
	const char *p = amount + negative;
	int64_t value = 0;

	if (digits < 0)
		return fail(err, "\"%s\" is no currency code of ISO 4217", currency);
	if (*p < '0' || *p > '9')
		goto no_amount;
	for (; *p >= '0' && *p <= '9'; p++)
		over |= push_digit(&value, negative, *p - '0');
	if (*p == '.' && p[1]) {
		for (p++; *p >= '0' && *p <= '9'; p++) {
			if (decimals < digits) {
				over |= push_digit(&value, negative, *p - '0');
				decimals++;
			} else if (*p != '0') {
				return fail(err, "amount %s has more decimals than %s has", amount, currency);
			}
		}
	}
	if (*p)
		goto no_amount;
	for (; decimals < digits; decimals++)
		over |= push_digit(&value, negative, 0);
	if (over || value > MONEY_MAX || value < -MONEY_MAX)
		return fail(err, "amount %s is too large", amount);
	m->minor = value;
	memcpy(m->currency, currency, sizeof(m->currency));
	return 0;

no_amount:
	return fail(err, "\"%s\" is not an amount; expected digits with a point, like 28.90", amount);
}

void
money_format(const struct money *m, char out[MONEY_TEXT])
{
	uint64_t rest = m->minor < 0 ? 0 - (uint64_t)m->minor : (uint64_t)m->minor;
	int digits = money_digits(m->currency), n = 0;
	char *p = out + MONEY_TEXT;

	*--p = '\0';
	do {
		if (n > 0 && n == digits)
			*--p = '.';
		*--p = (char)('0' + rest % 10);
		rest /= 10;
		n++;
	} while (rest || n <= digits);
	if (m->minor < 0)
		*--p = '-';
	memmove(out, p, (size_t)(out + MONEY_TEXT - p));
}
