/* render.h - answers of the API as text for people.
 *
 * Each renderer takes the JSON result and appends lines.  Nothing in it is trusted: texts of buyers lose control characters and
 * direction overrides, so that they can neither steer the terminal nor forge a line.
 */
#ifndef CLI_RENDER_H
#define CLI_RENDER_H

#include <jansson.h>
#include <stdint.h>

#include "connectors/base/buf.h"
#include "i18n/texts.h"

struct view {
	enum lang lang;
	int64_t now; /* for relative times */
	int columns; /* of the terminal; 0: as wide as it needs */
};

void render_status(struct buf *, const struct view *, const json_t *);
void render_switched(struct buf *, const struct view *, const json_t *);
void render_inbox(struct buf *, const struct view *, const json_t *);
void render_find(struct buf *, const struct view *, const json_t *);
void render_deadlines(struct buf *, const struct view *, const json_t *);
void render_odd(struct buf *, const struct view *, const json_t *);
void render_outbox(struct buf *, const struct view *, const json_t *);
void render_actions(struct buf *, const struct view *, const json_t *);
void render_act(struct buf *, const struct view *, const json_t *);
void render_show(struct buf *, const struct view *, const json_t *);
void render_explain(struct buf *, const struct view *, const json_t *);
void render_accounts(struct buf *, const struct view *, const json_t *);
void render_templates(struct buf *, const struct view *, const json_t *);
void render_texts(struct buf *, const struct view *, const json_t *);
void render_exported(struct buf *, const struct view *, const json_t *);
void render_imported(struct buf *, const struct view *, const json_t *);
void render_findings(struct buf *, const struct view *, const json_t *);
void render_disputes(struct buf *, const struct view *, const json_t *);
void render_feedback(struct buf *, const struct view *, const json_t *);
void render_tasks(struct buf *, const struct view *, const json_t *);
void render_report(struct buf *, const struct view *, const json_t *);
void render_saved(struct buf *, const struct view *, const json_t *);
void render_verified(struct buf *, const struct view *, const json_t *);
void render_restored(struct buf *, const struct view *, const json_t *);
void render_notices(struct buf *, const struct view *, const json_t *);
void render_operators(struct buf *, const struct view *, const json_t *);
void render_replay(struct buf *, const struct view *, const json_t *);
void render_done(struct buf *, const struct view *, const json_t *);

/* ---- pieces (render.c) ---- */

/* A line on what was read after the last outage; nothing when none is known (render_report.c). */
void put_coverage(struct buf *, const struct view *, const json_t *coverage);

/* The text of a key, "" when there is none. */
const char *text_of(const json_t *object, const char *key);
/* The members of a list under the key; nothing when it is none. */
json_t *list_of(const json_t *object, const char *key);

/* Text from outside, on one line (line breaks become spaces) or indented over several. */
void put_line(struct buf *, const char *text);
void put_block(struct buf *, const char *text, int indent);

/* A state, kind or key of the API in the reader's words; unknown ones as they are. */
const char *word(const struct view *, const char *machine);

/* "3 h ago", "in 2 d 4 h"; "" when the key is absent. */
void put_when(struct buf *, const struct view *, const json_t *object, const char *key);
/* By the clock on the reader's wall, and how far away. */
void put_time(struct buf *, const struct view *, int64_t at);
/* One line for each account where nobody is, and until when. */
void put_away(struct buf *, const struct view *, const json_t *accounts);

/* All scalar members as "label: value" lines; lists and objects are left to the caller. */
void put_facts(struct buf *, const struct view *, const json_t *object, int indent);

/* "needs: answer, days_max"; nothing when the thing waits for no values. */
void put_needs(struct buf *, const struct view *, const json_t *object);

/* "without approval until in 3 h: accept"; 0: nothing is done then. */
int put_fallback(struct buf *, const struct view *, const json_t *object);

/* Tables of these things. */
void put_conversations(struct buf *, const struct view *, const json_t *list);
void put_orders(struct buf *, const struct view *, const json_t *list);
void put_actions(struct buf *, const struct view *, const json_t *list);
void put_disputes(struct buf *, const struct view *, const json_t *list);
void put_feedback(struct buf *, const struct view *, const json_t *list);
void put_tasks(struct buf *, const struct view *, const json_t *list);
/* What will leave too late, and what would help; nothing when all is in time. */
void put_forecast(struct buf *, const struct view *, const json_t *forecast);
/* What happened in a dispute, line by line. */
void put_history(struct buf *, const struct view *, const json_t *list);

/* How to see what did not fit into one answer. */
void put_next(struct buf *, const struct view *, const char *verb, const json_t *result);

/* ---- columns (table.c) ---- */

enum { TABLE_COLUMNS = 12 };
struct table {
	struct buf cells; /* each ends with a NUL */
	int columns, n;
};
/* Titles are patterns of the catalogue, NULL at the end. */
void table_begin(struct table *, const struct view *, const char *const titles[]);
void table_cell(struct table *, const char *text);                       /* from outside: cleaned */
void table_count(struct table *, const json_t *object, const char *key); /* a number, "" when 0 */
void table_when(struct table *, const struct view *, const json_t *object, const char *key);
/* Aligned by display width; the last column is cut at the terminal's edge.  Frees the table. */
void table_end(struct table *, struct buf *out, const struct view *);

#endif
