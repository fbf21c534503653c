/* outbox.h - what may happen to an action, from wish to delivered.
 *
 *   observed                                 observe mode: shown, never sent
 *   draft ----approve----> ready             draft mode, rules that ask, edited texts
 *   ready ----last look--> sending           committed before the first byte leaves
 *   sending --DONE-------> sent
 *           --LATER------> ready             nothing happened; later again
 *           --UNSURE-----> unsure            or the answer was lost, or we were killed
 *           --REFUSED----> held
 *   unsure ---look: found> sent
 *           -not found---> ready             only in a complete listing read visible_after later: a new attempt
 *           -cannot tell-> held
 *   draft, ready, held: drop -> dropped; answered by hand, withdrawn -> cancelled; deadline passed -> expired
 *   held: resolve sent|not-sent by a person
 *
 * Rules and people come in by the same door (outbox_wish).  Everything here happens inside a turn; nothing is sent from here.
 */
#ifndef OUTBOX_H
#define OUTBOX_H

#include "daemon/daemon.h"

/* What decide wants, or a person. */
struct wish {
	const char *kind;        /* "reply", "return.accept": connector.h, struct action */
	const char *intent_key;  /* NULL: a person's, made unique */
	const char *rule;        /* NULL: a person */
	const char *operator;    /* NULL: a rule */
	const char *template_id; /* NULL: `text` is given */
	const char *locale;      /* NULL: chosen (locale choice of decide.h) */
	const char *text;
	enum rule_do how; /* RULE_AUTO or RULE_APPROVE */
	const char *why;  /* RULE_APPROVE: packed reason, NULL when the rule simply asks */
	int64_t not_before, deadline;
	struct money amount; /* currency "": none */
	const char *code;    /* the platform's word for the reason; NULL: the action's preset */
	const char *carrier, *tracking; /* NULL: those of the order's shipment */
	int64_t shipped;
	const struct attachment_file *files;
	int nfiles;
};

/* Renders, checks and stores.  The new row's id, or 0: it was there already.  A text that cannot be made or may not be sent becomes a
 * held row with the reason. */
int64_t outbox_wish(struct daemon *, const struct situation *, const struct wish *, int64_t now);

/* The text of a scenario for a situation: 0, 1 when it is the language fallback, -1 with err.  `used`: the scenario taken; `got`: its locale. */
int outbox_text(struct daemon *, const struct situation *, const char *template_id, const char *locale,
		int64_t now, struct buf *text, char got[LOCALE_MAX], const char **used, struct err *);

/* By hand, each with the name of who did it.  0, or -1 with err (no such action, state does not allow it). */
int outbox_approve(struct daemon *, int64_t id, const char *operator, int64_t now, struct err *);
int outbox_edit(struct daemon *, int64_t id, const char *text, const char *operator, int64_t now,
		struct err *); /* back to draft; refused when the policy forbids the text */
int outbox_drop(struct daemon *, int64_t id, const char *operator, int64_t now, struct err *);
int outbox_undo(struct daemon *, int64_t id, const char *operator, int64_t now,
		struct err *); /* while it has not left */
int outbox_resolve(struct daemon *, int64_t id, int sent, const char *operator, int64_t now, struct err *);

#endif
