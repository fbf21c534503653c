/* outbox.h - what may happen to an action, from wish to delivered.
 *
 *   observed                                 observe mode: shown, never sent
 *   draft ----approve----> ready             draft mode, rules that ask, edited texts
 *   ready ----last look--> sending           committed before the first byte leaves: an attempt is open
 *   sending --DONE-------> sent
 *           --LATER------> ready             nothing happened; later again
 *           --UNSURE-----> unsure            or the answer was lost, or we were killed
 *           --REFUSED----> held
 *   unsure ---look: found> sent
 *           -not found---> ready             only in a complete listing read visible_after later: a new attempt
 *           -cannot tell-> held
 *   draft, ready, held: drop, edit -> dropped, draft; answered by hand, withdrawn -> cancelled; too late -> expired
 *   ready: undo -> draft                     in the undo window, and as long as nothing has left
 *   draft, held: nobody came in time, and its fallback takes its place -> expired
 *   held, unsure: resolve -> sent, draft     a person looked at the platform: that it is not there, not before visible_after
 *
 * Every change of state passes outbox_save, which knows the table (store/outbox_moves.c): what it does not allow is our own mistake, and
 * becomes a held row with a notice.  (At start sending becomes unsure, and forgetting a buyer drops or holds, for all rows at once.)  While an attempt is open - it may have arrived - nobody edits, drops, cancels or approves; and before
 * any further attempt the earlier one is looked for, whatever was thought of it.
 *
 * Rules and people come in by the same door (outbox_wish); what a platform leaves to people becomes a task there (outbox_task).  An agent
 * wishes, an approver approves: money that a rule's limits (outbox/money.h) do not let go, and all that an agent wishes of it, waits.
 * Everything here happens inside a turn; nothing is sent from here.
 *
 * What a text needs and no record tells is given by people (given.h): until then there is no text, the row is a draft, and nobody can
 * approve it.
 *
 * text.c makes texts, beside.c shows them in another language, wish.c rows, fallback.c those that nobody approved in time, by_person.c tasks, breaker.c and loops.c stop what runs wild, row.c moves, outbox.c is what people do
 * afterwards.
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
	int approver;            /* the person may let money go */
	const char *template_id; /* NULL: `text` is given */
	const char *locale;      /* NULL: chosen (locale choice of decide.h) */
	const char *given;       /* values for the template that people gave (given.h), NULL */
	const char *text;
	enum rule_do how; /* RULE_AUTO or RULE_APPROVE */
	const char *why;  /* RULE_APPROVE: packed reason, NULL when the rule simply asks */
	int64_t not_before, deadline;
	struct money amount;            /* currency "": none */
	const char *code;               /* the platform's word for the reason; NULL: the action's preset */
	const char *carrier, *tracking; /* NULL: those of the order's shipment */
	int64_t shipped;
	const struct attachment_file *files;
	int nfiles;
	struct err *refused; /* a person's: what would be held is told here, and no row is made; NULL: held */
	/* A fallback (fallback.h): the waiting row whose place it takes, which ends with it, and how much it may send back.  What would
	 * not leave by itself is told in `refused`, and everything stays as it is. */
	struct outbox_row *instead;
	const struct money *up_to;
};

/* Whether the platform leaves this to people: why and where; NULL: no. */
const struct capability *outbox_left_to_people(struct daemon *, const struct situation *, const char *kind);
/* Then the wish becomes a task with the drafted text and the link: its id, 0 when it is there already. */
int64_t outbox_task(struct daemon *, const struct situation *, const struct wish *, int64_t now);

/* Renders, checks and stores.  The new row's id, or 0: it was there already.  A text that cannot be made or may not be sent becomes a
 * held row with the reason. */
int64_t outbox_wish(struct daemon *, const struct situation *, const struct wish *, int64_t now);

/* A text that is to be made of a scenario. */
struct telling {
	const char *kind; /* of the action; where the whole text does not fit it, the short one is taken */
	const char *template_id, *locale; /* locale NULL: chosen */
	const char *given;                /* values that people gave, NULL: none */
	struct money amount;              /* what the action offers or pays back; currency "": nothing */
	/* what came of it */
	struct buf *text;
	const char *used; /* the scenario taken */
	char got[LOCALE_MAX];
	int is_short;
	const char *
		needs; /* there is no text yet: it waits for these values, "answer, days_max"; NULL: for none */
};
/* The text for a situation: 0, 1 when it is the language fallback, -1 with err. */
int outbox_text(struct daemon *, const struct situation *, struct telling *, int64_t now, struct err *);

/* Has nobody but its writer read that text (the short one is reviewed as "es.short"), nor the seller accepted it by name?  Then -1 with
 * err: it leaves by no rule. */
int outbox_unreviewed(struct daemon *, const struct telling *, struct err *);

/* What an action's text says in another language, for who cannot read it: from the same template, facts and values.  0, or -1 with err: there
 * is none, or it would not say the same (a person wrote the text, or the facts have changed since). */
int outbox_beside(struct daemon *, const struct outbox_row *, const char *locale, int64_t now,
		  struct buf *out, char got[LOCALE_MAX], struct err *);

/* ---- what the files of this folder share ---- */

#define OUTBOX_TEXT_MAX (64u << 10)

/* The row goes into this state, with the reason (packed, NULL or "": none).  0, or -1: it may not, and is held. */
int row_save(struct daemon *, struct outbox_row *, enum outbox_state, const char *packed, int64_t now);
/* The state that it is in now is journalled. */
void row_told(struct daemon *, const struct outbox_row *, int64_t now);
/* For a person: held, and told. */
void row_hold(struct daemon *, struct outbox_row *, const char *packed, int64_t now);
/* Back to people, who have not approved it as it is now; held, while it may have arrived. */
void row_draft(struct daemon *, struct outbox_row *, const char *packed, int64_t now);

/* What a text was made from, to see at last look whether that changed. */
const char *outbox_made_from(struct daemon *, const char *rule, const char *template_id);
/* The reason why this may not leave at all, in err: 0, or -1. */
int outbox_forbidden(struct daemon *, const struct conf_account *, const char *kind, const char *template_id,
		     const char *text, int64_t now, struct err *);
/* Whether another automatic send would be abnormal: then 1, and the account's breaker is set. */
int breaker_trips(struct daemon *, const struct conf_account *, const struct account_row *, const char *text,
		  int64_t now, char packed[ERR_MAX]);

/* Is this answer to a buyer's words one of too many, or one to a machine?  Then 1, and where a person did not know it yet, a notice. */
int loop_stops(struct daemon *, const struct conf_account *, const struct situation *, const char *kind,
	       const char *text, int64_t now, char packed[ERR_MAX]);
/* A person has done something about an action to the same buyer: the next loop is told anew. */
void loop_noticed(struct daemon *, const struct outbox_row *, int64_t now);

/* A held row is told, until a person does something about it. */
void outbox_tell_held(struct daemon *, const struct outbox_row *, int64_t now);
/* The row as connectors see it; files live in `files`. */
void outbox_outgoing(struct daemon *, const struct outbox_row *, struct attachment_file files[],
		     struct outgoing *);
/* The facts around a row as they are now: 1, 0. */
int outbox_situation(struct daemon *, const struct outbox_row *, int64_t now, struct situation *);
/* It is on the platform: the clocks that it answers stop. */
void outbox_arrived(struct daemon *, const struct outbox_row *);

/* The dispute was closed, or answered by somebody else: what rules had wished to answer it with and has not left is cancelled. */
void outbox_dispute_over(struct daemon *, const struct situation *, int64_t now);

/* When what a person lets leave leaves: after the undo window, unless the deadline (0: none) is too near for one. */
int64_t outbox_leaves_at(const struct daemon *, int64_t deadline, int64_t now);

/* By hand, each with the name of who did it.  0, or -1 with err (no such action, state does not allow it). */
int outbox_approve(struct daemon *, int64_t id, const char *operator, int64_t now, struct err *);
int outbox_edit(struct daemon *, int64_t id, const char *text, const char *operator, int64_t now,
		struct err *); /* back to draft; refused when the policy forbids the text */
/* `set`: values for its template, as given_take takes them: the text is made anew, and back to draft */
int outbox_set(struct daemon *, int64_t id, const json_t *set, const char *operator, int64_t now,
	       struct err *);
int outbox_drop(struct daemon *, int64_t id, const char *operator, int64_t now, struct err *);
int outbox_undo(struct daemon *, int64_t id, const char *operator, int64_t now,
		struct err *); /* while it has not left */
int outbox_resolve(struct daemon *, int64_t id, int sent, const char *operator, int64_t now, struct err *);

#endif
