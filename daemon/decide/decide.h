/* decide.h - which rules answer an event, and how freely.  Pure: the same facts, rules and time give the same verdicts.
 *
 * For each action that rules name, the first rule in file order whose conditions all hold wins; the others are told as losers.  What
 * decides a dispute or an order (accept, decline, offer, refund, …) is one action in that sense: of several answers only the first is
 * wished.  Then the reasons for caution: what an automatic answer would need and does not have makes it wait for approval, with the
 * reason.
 */
#ifndef DECIDE_H
#define DECIDE_H

#include "daemon/conf/conf.h"
#include "daemon/store/store.h"
#include "i18n/locale.h"

#define REASON_MAX   8
#define VERDICTS_MAX 8 /* of one event */

struct verdict {
	const struct conf_rule *rule; /* NULL: nothing is done */
	const char *nothing;          /* then why: a literal of the catalogue */
	int too_old;                  /* nothing, because of its age alone */
	enum rule_do how;             /* not RULE_OFF */
	const char *caution
		[REASON_MAX]; /* why it waits for approval, literals of the catalogue; NULL at the end */
	const struct conf_rule *losers[REASON_MAX]; /* rules whose conditions held too */
	int nlosers;
};

/* `armed`: since when each rule may act, beside rules.  The number of verdicts: at most max, at least one, which then says why nothing
 * is done. */
int decide(const struct situation *, const struct conf_rule *rules, int nrules, const int64_t *armed,
	   const char *site_language, int64_t now, struct verdict *, int max);

/* Why nothing is to be done any more about what an event told, a literal of the catalogue; NULL: something is.  `kind`: the action
 * that was wished; NULL: none yet. */
const char *decide_pointless(const struct situation *, const char *kind);

/* Why what is sent by nobody but us could be about the wrong order or in the wrong language, a literal of the catalogue; NULL: it is certain. */
const char *decide_uncertain(const struct situation *, int with_text, const char *site_language);

/* Does this verb decide a dispute or an order, so that one of them excludes the others? */
extern const char *const deciding_verbs[]; /* NULL at the end */
int verb_decides(const char *verb);
/* "accept" of "return.accept" */
const char *kind_verb(const char *kind);

/* What an action is about, as rule_kind takes it: the dispute, else the feedback, else the order. */
const char *situation_subject(const struct situation *);

/* Do the conditions of a rule hold for these facts?  Age and caution are not asked. */
int rule_holds(const struct conf_rule *, const struct situation *);

/* The language to answer in: the only one that the site allows (NULL: any), else what the platform says the buyer prefers, else what the
 * last message is surely written in, else the site's, else `otherwise`. */
void answer_language(const struct situation *, const char *demanded, const char *site_language,
		     const char *otherwise, char out[LOCALE_MAX]);

#endif
