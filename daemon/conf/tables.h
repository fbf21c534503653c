/* tables.h - every section and key of the configuration, once.
 *
 * Reading, checking, printing, the sample file and the manual all walk these rows.
 */
#ifndef CONF_TABLES_H
#define CONF_TABLES_H

#include <stddef.h>
#include <stdint.h>

enum field_type {
	FIELD_NAME,     /* one word of a-z 0-9 - _ */
	FIELD_TEXT,     /* anything on one line */
	FIELD_PATH,     /* relative ones begin at the file that names them */
	FIELD_DURATION, /* int64_t, ms; min and max too */
	FIELD_NUMBER,   /* int */
	FIELD_LANG,     /* enum lang: en or zh */
	FIELD_CHOICE,   /* enum: the index in choices */
	FIELD_WORDS,    /* list of words or quoted phrases; with choices only those */
	FIELD_LOCALE,   /* BCP 47 */
	FIELD_LOCALES,  /* list of them */
	FIELD_ZONE,     /* IANA time zone */
	FIELD_MONEY,    /* sums, one a currency: 25.00 EUR 30.00 USD */
	FIELD_FALLBACK, /* struct conf_fallback: nothing, a verb, or a verb and a template */
	FIELD_AMOUNT,   /* struct conf_amount: all, 10% or sums */
	FIELD_PERIODS,  /* days: 2027-02-05..2027-02-12 2027-05-01 */
	FIELD_HOURS,    /* struct hours: mon-fri 09:00-18:00, sat 10:00-14:00 */
	FIELD_ENDPOINT, /* http://127.0.0.1:9000 or https://host:port, no path */
	FIELD_PROXY,    /* http://, https:// or socks5h:// */
	FIELD_WEBHOOK, /* https://…, or http on loopback; may stand in a file or credential; shown without what opens it */
	FIELD_LINK,     /* https://…, or http on loopback; no '/' at its end */
	FIELD_SMTP,     /* smtp:// or smtps://, host and port */
	FIELD_SECRET,   /* may stand in a file or credential; never shown */
	FIELD_MAIL,     /* list of mail addresses */
	FIELD_CLOCK,    /* int: minute of the day, 08:30; CLOCK_NEVER */
	FIELD_PLATFORM, /* const struct connector * */
	FIELD_REFERENCE /* name of an [application]; resolved when everything was read */
};

struct field {
	const char *name;
	enum field_type type;
	size_t offset;       /* in the section's struct */
	const char *preset;  /* as it would be written; "" = none */
	const char *choices; /* "a b c" */
	int64_t min, max;
	unsigned required : 1;
	unsigned
		later : 1; /* came when there were rules already: while it says nothing, a rule without it is the same */
	const char *sample; /* what the sample file shows; NULL: the preset, commented out */
	const char *help;   /* a pattern of the catalogue */
};

struct section {
	const char *name;
	const char *title;          /* of the sample; NULL: the section has no title and may stand once */
	size_t size;                /* of its struct */
	const struct field *fields; /* ends with a NULL name */
	const char *help;
};

extern const struct section sections[]; /* ends with a NULL name */

enum {
	SECTION_SERVICE,
	SECTION_APPLICATION,
	SECTION_ACCOUNT,
	SECTION_RULE,
	SECTION_OPERATOR,
	SECTION_NOTIFY,
	SECTIONS
};

const struct field *field_find(const struct section *, const char *name); /* NULL */

#endif
