/* library.h - the reply library: one folder per scenario, template.conf and one text per locale.
 *
 *   templates/post_where_is_order/template.conf   phase, trigger, kinds, mode, variables with types and samples, platforms, reviewed locales
 *   templates/post_where_is_order/de.txt          the text: a message pattern (i18n/message.h), nothing else; final newline not counted
 *   templates/post_where_is_order/es.short.txt    the same in fewer words, for where the platform takes no more
 *
 * The seller's folder wins file by file over the shipped one (own.h).  Everything is compiled at load; a broken text is told with file, line and column
 * and cannot be sent, the others stay usable.
 */
#ifndef LIBRARY_H
#define LIBRARY_H

#include "connectors/connector.h"
#include "daemon/conf/conf.h"
#include "i18n/locale.h"
#include "i18n/message.h"

struct library;

struct finding {   /* of lint; stable codes */
	int error; /* else a warning */
	const char *code, *file;
	int line, column;
	struct err err;
};
/* Loads shipped, then own ("" = none); what cannot be used is told.  NULL only when the shipped folder cannot be read at all. */
struct library *library_load(const char *shipped, const char *own,
			     void (*each)(void *, const struct finding *), void *ctx, struct err *);
/* The same for who writes texts: warnings, too, which take longer to find than all the rest. */
struct library *library_lint(const char *shipped, const char *own,
			     void (*each)(void *, const struct finding *), void *ctx, struct err *);
void library_free(struct library *);

/* Where a value comes from: the first word of `source`.  A name has one room everywhere. */
enum room {
	ROOM_NONE, /* not said */
	ROOM_ORDER,
	ROOM_SHIPMENT,
	ROOM_LISTING,
	ROOM_ACCOUNT, /* its section of the configuration */
	ROOM_PLATFORM,
	ROOM_POLICY,
	ROOM_DISPUTE,
	ROOM_FEEDBACK,
	ROOM_RETURN,
	ROOM_ACTION, /* what it pays back or offers */
	ROOM_LANGUAGE,
	ROOM_PERSON /* nobody but the seller's people knows it: --set */
};
struct origin {
	enum room room;
	const char *const *words; /* what a select may be, NULL at the end; NULL: any keyword */
};

struct scenario {
	const char *id;
	const char *phase, *trigger;
	const struct var_spec *vars;  /* NULL name at the end */
	const struct origin *origins; /* beside vars */
	const char *const
		*kinds;      /* actions that the text is for ("reply", "return.decline"), NULL at the end */
	int substantive;     /* answers; else it only acknowledges */
	const char *version; /* hash of template.conf and all texts */
};
const struct scenario *library_scenario(const struct library *, const char *id);   /* NULL */
const char *const *library_ids(const struct library *);                            /* NULL at the end */
const char *const *library_locales(const struct library *, const char *id);        /* with a usable text */
int library_reviewed(const struct library *, const char *id, const char *locale);  /* "es", "es.short" */
int library_has_short(const struct library *, const char *id, const char *locale); /* LOCALE.short.txt */
/* Is the text written for this kind of action? */
int library_is_for(const struct library *, const char *id, const char *kind);
/* "A" "R" "T" "O" "N" "?" as the template's platform table says; "?" when it does not. */
const char *library_permission(const struct library *, const char *id, const char *platform);
/* How it leaves where a rule leaves that open: `mode` of the platform's table, else of the template; auto when neither says it. */
enum rule_do library_mode(const struct library *, const char *id, const char *platform);

/* The text of a scenario in the best locale for `want` (i18n/locale.h), its locale written to `got`.  0, or -1 with err: no such scenario or text,
 * a variable missing.  `country` of the site for formats, `zone` for dates. */
int library_render(const struct library *, const char *id, const char *want, const char *country,
		   const char *zone, const struct var *, struct buf *out, char got[LOCALE_MAX], struct err *);
/* The short text of exactly this locale: -1 also when there is none. */
int library_render_short(const struct library *, const char *id, const char *locale, const char *country,
			 const char *zone, const struct var *, struct buf *out, struct err *err);
/* Sample values from template.conf, for render and lint: an array with a NULL name at the end, owned by the library. */
const struct var *library_samples(const struct library *, const char *id);

#endif
