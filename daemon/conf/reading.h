/* reading.h - a configuration while it is read: first every line of every file is collected (conf.c), then the values are read by
 * the tables (values.c), then what belongs to several sections is checked (check.c).  Mistakes are told and counted; reading goes on.
 */
#ifndef CONF_READING_H
#define CONF_READING_H

#include "connectors/base/arena.h"
#include "daemon/conf/conf.h"
#include "daemon/conf/tables.h"

/* key = words; they are kept until the configuration is freed. */
struct line {
	const char *file;
	int line;
	const char *key, *value;
	const char *const *words;
	size_t nwords;
	const struct key *key_of; /* the row of the connector's table, when it is one of its keys */
	struct line *next;
};

/* One [section "title"] with its lines. */
struct instance {
	const struct section *section;
	const char *title, *file;
	int line;
	struct line *lines, **end;
	void *data; /* its struct in the configuration */
	struct instance *next;
};

struct reading {
	struct arena *arena; /* of the configuration */
	struct conf *conf;
	enum lang lang;
	void (*complain)(void *, int warning, const char *line);
	void *ctx;
	int errors, files;
	struct instance *instances, **end;
};

void wrong(struct reading *, const char *file, int line, const struct err *); /* an error */
void doubt(struct reading *, const char *file, int line, const struct err *); /* a warning */

/* Reads the line's words into the field of `data`.  1, or 0 after telling what is wrong. */
int value_read(struct reading *, const struct field *, const struct line *, void *data);
/* The field's value as it would be written; "" when there is none. */
void value_print(const struct field *, const void *data, struct buf *out);
void duration_print(int64_t ms, struct buf *out);

/* The value of a connector's key, NULL after telling what is wrong.  A secret may stand in a file or a systemd credential. */
const char *setting_read(struct reading *, const struct line *);

/* 1, or 0 with err */
int webhook_ok(const char *url, const char *key, struct err *);

/* Connector keys, references, views, hashes: everything that needs more than one line. */
void check_keys(struct reading *, struct instance *, struct line *);
void check_all(struct reading *);
void check_rule(struct reading *, const struct instance *,
		struct conf_rule *); /* rules.c; accounts are whole by then */

void check_kinds(struct reading *, const struct instance *, const struct conf_account *, const char *key,
		 const char *const *list); /* each pattern names a kind that the platform has */

const struct line *line_of(const struct instance *, const char *key); /* NULL: it has none */
int is_one_of(const char *const *list, const char *word);             /* list may be NULL */

/* A path as the file that names it means it. */
const char *path_beside(struct arena *, const char *file, const char *path);

/* The words of "a b c" as a list with NULL at its end. */
const char *const *split_words(struct arena *, const char *choices);
const char *join_words(struct arena *, const char *const *list); /* "a b c" */
const char *const *connector_names(struct arena *);

/* connectors[]; a test may put its own there. */
extern const struct connector *const *conf_connectors;

#endif
