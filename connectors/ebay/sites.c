/* sites.c - eBay's sites.  Trading ids stand in eBay's own site table; a site without one is not reached by Trading. */
#include "ebay.h"

#include <string.h>

#define NO_TRADING (-1)

static const struct ebay_site sites[] = {
	{"EBAY_US", "en", "America/Los_Angeles", 0},
	{"EBAY_MOTORS_US", "en", "America/Los_Angeles", 100},
	{"EBAY_MOTORS", "en", "America/Los_Angeles", 100},
	{"EBAY_CA", "en", "America/Toronto", 2},
	{"EBAY_GB", "en", "Europe/London", 3},
	{"EBAY_AU", "en", "Australia/Sydney", 15},
	{"EBAY_AT", "de", "Europe/Vienna", 16},
	{"EBAY_BE", NULL, "Europe/Brussels", 23}, /* French (23) and Dutch (123) */
	{"EBAY_FR", "fr", "Europe/Paris", 71},
	{"EBAY_DE", "de", "Europe/Berlin", 77},
	{"EBAY_IT", "it", "Europe/Rome", 101},
	{"EBAY_NL", "nl", "Europe/Amsterdam", 146},
	{"EBAY_ES", "es", "Europe/Madrid", 186},
	{"EBAY_CH", "de", "Europe/Zurich", 193},
	{"EBAY_HK", "zh-Hant", "Asia/Hong_Kong", 201},
	{"EBAY_IN", "en", "Asia/Kolkata", 203},
	{"EBAY_IE", "en", "Europe/Dublin", 205},
	{"EBAY_MY", "en", "Asia/Kuala_Lumpur", 207},
	{"EBAY_PH", "en", "Asia/Manila", 211},
	{"EBAY_PL", "pl", "Europe/Warsaw", 212},
	{"EBAY_SG", "en", "Asia/Singapore", 216},
	{"EBAY_CN", "zh-Hans", "Asia/Shanghai", NO_TRADING},
	{"EBAY_CZ", "cs", "Europe/Prague", NO_TRADING},
	{"EBAY_DK", "da", "Europe/Copenhagen", NO_TRADING},
	{"EBAY_FI", "fi", "Europe/Helsinki", NO_TRADING},
	{"EBAY_GR", "el", "Europe/Athens", NO_TRADING},
	{"EBAY_HU", "hu", "Europe/Budapest", NO_TRADING},
	{"EBAY_ID", "id", "Asia/Jakarta", NO_TRADING},
	{"EBAY_IL", "he", "Asia/Jerusalem", NO_TRADING},
	{"EBAY_JP", "ja", "Asia/Tokyo", NO_TRADING},
	{"EBAY_NO", "nb", "Europe/Oslo", NO_TRADING},
	{"EBAY_NZ", "en", "Pacific/Auckland", NO_TRADING},
	{"EBAY_PE", "es", "America/Lima", NO_TRADING},
	{"EBAY_PR", "es", "America/Puerto_Rico", NO_TRADING},
	{"EBAY_PT", "pt-PT", "Europe/Lisbon", NO_TRADING},
	{"EBAY_RU", "ru", "Europe/Moscow", NO_TRADING},
	{"EBAY_SE", "sv", "Europe/Stockholm", NO_TRADING},
	{"EBAY_TH", "th", "Asia/Bangkok", NO_TRADING},
	{"EBAY_TW", "zh-Hant", "Asia/Taipei", NO_TRADING},
	{"EBAY_VN", "vi", "Asia/Ho_Chi_Minh", NO_TRADING},
	{"EBAY_ZA", "en", "Africa/Johannesburg", NO_TRADING},
	{NULL, NULL, NULL, 0},
};

const struct ebay_site *
ebay_site(const char *marketplace)
{
	const struct ebay_site *s;

	for (s = sites; marketplace && s->marketplace; s++)
		if (!strcmp(s->marketplace, marketplace))
			return s;
	return NULL;
}

const char *
ebay_language(const char *marketplace)
{
	const struct ebay_site *s = ebay_site(marketplace);

	return s ? s->language : NULL;
}

const char *
ebay_zone(const char *marketplace)
{
	const struct ebay_site *s = ebay_site(marketplace);

	return s ? s->zone : NULL;
}
