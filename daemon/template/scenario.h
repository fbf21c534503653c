/* scenario.h - one folder of the reply library, loaded: what library.c and its neighbours share.
 *
 * template.conf:
 *     [template]              phase = pre|in|post|misc, trigger = "words for people", kinds = actions it is for (when not said: reply), answers = yes|no, mode = auto|approve|off,
 *                             reviewed = texts that somebody else than their writer has read, rendered: de es es.short
 *     [variable "order_id"]   type = str|int|dec|money|date|list|select, optional = yes|no, sample, source = "ROOM: what of it",
 *                             words = what a select may be
 *     [platform "ebay"]       permission = A|R|T|O|N|?, mode, reason
 *
 * Rooms: order shipment listing account platform policy dispute feedback return action language person.  Who writes a name of
 * daemon/outbox/variables.h takes its type and its room; what is in no record is a person's: it is given with --set when the text is
 * used, and a select of theirs lists its words.
 *
 * Samples: money is 28.90 EUR, a date 2026-10-08T18:00:00Z, a list several words.
 */
#ifndef SCENARIO_H
#define SCENARIO_H

#include "connectors/base/arena.h"
#include "library.h"

enum { VARIABLES = 32, TEXTS = 64, FILES = TEXTS, PLATFORMS = 32 };

struct text {
	char locale[LOCALE_MAX];
	struct message_pattern *pattern;
	const char *path, *source; /* for lint; else NULL */
};

struct entry {
	struct entry *next;
	struct scenario view;
	const char *conf; /* path of its template.conf */
	int own;          /* nothing of it is shipped */
	struct var_spec vars[VARIABLES + 1];
	struct origin origins[VARIABLES + 1];
	struct var samples[VARIABLES + 1];
	int lines[VARIABLES]; /* of their sections */
	int nvars;
	struct {
		const char *name, *permission;
		enum rule_do mode; /* RULE_AS_TEMPLATE: not said */
	} platforms[PLATFORMS];
	enum rule_do mode;
	int nplatforms;
	const char *const *reviewed; /* NULL at the end */
	struct text texts[TEXTS];
	const char *locales[TEXTS + 1];
	int ntexts;
	struct text shorts[TEXTS]; /* in fewer words */
	int nshorts;
	const char *files[FILES + 1]; /* "es", "es.short": whether they can be used or not */
	int nfiles;
};

/* The words for enum var_type and, from ROOM_ORDER on, for enum room, NULL at the end. */
extern const char *const variable_types[], *const room_words[];

/* Findings on their way out: put the words into `err`, then call report_finding(). */
struct report {
	void (*each)(void *, const struct finding *);
	void *ctx;
	int warnings; /* they are looked for, too */
	struct err err;
};
enum { WARNING, ERROR };
void report_finding(struct report *, int error, const char *code, const char *file, int line, int column);

/* Reads template.conf from memory.  0, or -1 when it has errors (each was reported) and cannot be used. */
int scenario_read(struct entry *, struct arena *, const char *file, const char *text, size_t len,
		  struct report *);

int scenario_is_id(const char *); /* a-z, 0-9 and _, fewer than 64 */

/* Appends a text without what editors add: byte order mark, CR, the last newline. */
void text_clean(const char *text, size_t len, struct buf *out);

/* Compiles one text and adds it, to the short ones when it is one; a broken one is reported and left out. */
void text_add(struct entry *, struct arena *, const char *locale, int is_short, const char *file,
	      const char *text, size_t len, struct report *);

/* Line and column (from 1, in code points) of a byte. */
void text_position(const char *text, size_t at, int *line, int *column);

const struct entry *library_entry(const struct library *, const char *id); /* NULL */

#endif
