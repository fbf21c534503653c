/* conf.h - the configuration: what a seller wrote, checked whole.
 *
 *     # comment
 *     include = conf.d/[a-z]*.conf           before the first section only; relative to this file
 *     [account "toys-de"]
 *     platform = ebay
 *     poll     = 2m
 *
 * Sections have titles where there may be several.  Values are words or "quoted" (escapes \" \\ \n).  Durations carry a unit (ms s m h d).  One table per section
 * (tables.c) drives reading, checking, --help, the sample file and the manual.  All errors are found in one run, each as
 * `file:line: found, expected`; an unknown key names the nearest known one.  A key of the platform's connector is as good as a common one.
 * Switches that people flip in daily work (mode, pause) live in the store.
 */
#ifndef CONF_H
#define CONF_H

#include <stdint.h>

#include "connectors/connector.h"
#include "i18n/hours.h"
#include "i18n/texts.h"

#define CONF_PHRASES "/etc/supercargo/phrases"

struct conf_service {
	const char *state;  /* file: /var/lib/supercargo/supercargo.db */
	const char *socket; /* /run/supercargo/supercargo.sock */
	const char *
		key_file; /* 0600 file with the key that seals tokens; "" = the systemd credential "supercargo.key" (supercargo.key beside the state when there is none) */
	const char *templates; /* the seller's own reply library: /etc/supercargo/templates; wins per file */
	const char *phrases;   /* the seller's own phrase files */
	enum lang language;    /* of log lines and notices */
	int metrics_port;      /* /metrics on 127.0.0.1; 0: off */
	int64_t undo;          /* a reply may be taken back so long */
	int64_t keep_raw;      /* what platforms said word for word is kept so long */
	const char *
		console_url; /* where the console is reached, without a '/' at its end: notices link there; "" */
	int console_port; /* people approve here in a browser: on 127.0.0.1, behind the seller's TLS proxy; 0: off */
	int push_port; /* notifications of platforms on 127.0.0.1, behind the seller's TLS proxy; 0: off */
	/* SCENARIO/LOCALE, with *: these may leave unreviewed; NULL: none */
	const char *const *accept_unreviewed;
};
struct conf_application {
	const char *name;
	const struct connector *connector;
	const struct setting *settings; /* of the connector's application keys */
	int quota;                      /* percent of the platform's quotas that this service may use */
};
/* Days, both included: midnight UTC of their dates. */
struct conf_period {
	int64_t first, last;
};
struct conf_account {
	const char *name;
	const struct connector *connector;
	const struct conf_application *application;
	const char *shop, *endpoint, *proxy, *ca, *language /* default */, *zone;
	int64_t history;                 /* first import: how far back */
	int64_t poll;                    /* 0: as the connector says; else every stream that often */
	int64_t silence;                 /* a false alarm may come once in so long; 0: no alarm */
	int64_t answer_within;           /* the seller's own goal for messages */
	int daily_cap;                   /* automatic sends a day before the breaker stops them */
	int conversation_cap, buyer_cap; /* automatic answers a day in one conversation, to one buyer */
	int return_days;
	const char *duties_paid_by;       /* "seller", "buyer"; "" */
	const struct conf_period *closed; /* ends with one whose `last` is 0; NULL: never */
	struct hours hours;               /* when somebody is there, by `zone`; none: always */
	/* Money that may go back without a person; lists that end with a currency "", NULL when empty; a currency that is not in them:
	 * none. */
	const struct money *refund_per_order; /* all of an order's refunds, wherever they were made */
	const struct money *refund_per_buyer; /* in 30 days */
	const struct money *refund_per_day;
	const struct money *
		second_person_above; /* who approves must not be who asked for it; a currency that is not in it: never */
	const char *const *approve, *const *never; /* kinds of actions, with *: conf_kind_mode; NULL: none */
	const char *place;                         /* FILE:LINE of the section */
	struct account view; /* name and settings as connectors see them (account + application keys) */
};
/* How much an action takes: a part of what is claimed, or sums by currency. */
struct conf_amount {
	int percent;              /* 100: all of it; 0: `sums`, when there are any */
	const struct money *sums; /* ends with a currency ""; NULL: none */
};
enum rule_do { RULE_AUTO, RULE_APPROVE, RULE_OFF, RULE_AS_TEMPLATE };
/* What is done when nobody has approved a rule's action in time (daemon/outbox/fallback.h): "reply" or "message" with a template (a
 * holding text), "accept", "decline", "contest", "escalate", "refund" (where it takes no amount); its subject is that of the rule. */
struct conf_fallback {
	const char *verb;        /* "": nothing */
	const char *template_id; /* "": without a text */
};
struct conf_rule {
	const char *name;
	const char *on; /* event kind */
	/* conditions: lists of words, any of them; NULL = not asked.  All conditions must hold. */
	const char *const *account, *const *platform, *const *marketplace, *const *language, *const *intent;
	const char *const *payment, *const *fulfilment, *const *cancellation,
								*const *order /* one none several */,
									*const *closed /* yes no */;
	const char *const *contains; /* folded text contains */
	const char *const *dispute,
		*const *reason, *const *due, *const *rating; /* kinds; the platform's words, with * */
	const struct money *up_to;                           /* only when no more than that is claimed */
	const char *
		action; /* "reply"; or a verb of connector.h ("accept", "refund"): its subject is what the event is about */
	const char *template_id;   /* "" where the action takes no text */
	struct conf_amount amount; /* of an offer or refund */
	const char *code;          /* the platform's word for the reason, "" = the action's preset */
	enum rule_do mode;
	int64_t delay, max_age;
	const char *const
		*hours; /* open closed: was somebody there when the event came (daemon/hours/presence.h) */
	struct hours quiet; /* of the buyer's clock: not then (daemon/hours/quiet.h) */
	int acknowledges; /* only says that nobody is there: acknowledgements_find() of daemon/hours/presence.h */
	struct conf_fallback fallback;
	int64_t fallback_before;            /* so long before the deadline that is in force then */
	const struct money *fallback_up_to; /* it moves no more; NULL: nothing */
	char hash[65];                      /* sha256 of the definition in canonical form */
	const char *place;                  /* FILE:LINE of the section */
};
enum role { ROLE_VIEWER, ROLE_AGENT, ROLE_APPROVER, ROLE_ADMIN };
struct conf_operator {
	const char *name, *user;
	enum role role;
};
struct form; /* daemon/notify/form.h */
/* A channel: a webhook or mail. */
struct conf_notify {
	const char *name, *webhook, *dialect, *form_file, *chat;
	const struct form *form; /* of a webhook */
	const char *const *mail; /* to whom; NULL: it is a webhook */
	const char *smtp, *user, *password, *ca;
	const char *const *from; /* one */
	enum lang language;
	const char *const *kinds, *const *accounts; /* NULL: all */
	const char *zone;
	struct hours quiet;   /* what can wait is not told then */
	struct hours on_call; /* when somebody reads it; none: always */
	int digest;           /* minute of the day, CLOCK_NEVER */
	int64_t second_after; /* told only what is urgent and unclaimed for so long; 0: everything, at once */
};
#define CLOCK_NEVER (-1)

struct conf {
	struct conf_service service;
	struct conf_application *applications;
	int napplications;
	struct conf_account *accounts;
	int naccounts;
	struct conf_rule *rules;
	int nrules; /* file order */
	struct conf_operator *operators;
	int noperators; /* none: whoever may open the socket is admin */
	struct conf_notify *notifies;
	int nnotifies;
};

/* Reads file and includes.  NULL when there was any error; each one is told to `complain` (one line, in `lang`; NULL: nobody hears). Warnings (file readable by others while it holds
 * a secret, …) too, with warning = 1. Relative paths inside are relative to the file. */
struct conf *conf_read(const char *file, enum lang, void (*complain)(void *, int warning, const char *line),
		       void *ctx);
void conf_free(struct conf *);

/* From the same tables: a commented sample, and the manual's part, in `lang`; and what was understood, without secrets. */
void conf_sample(struct buf *out, enum lang);
void conf_manual(struct buf *out, enum lang); /* man lines: .SH SECTIONS with everything in it */
void conf_print(const struct conf *, struct buf *out);

/* The action that a verb means for a subject ("return", "feedback", "order"): "return.accept".  A reply is to a conversation, so its
 * kind is "reply", unless it is to feedback or a dispute. */
#define KIND_MAX 64
void rule_kind(const char *subject, const char *verb, char kind[KIND_MAX]);

/* What an account lets rules do of a kind, whatever the rule says: RULE_OFF (`never`), RULE_APPROVE (`approve`), else RULE_AUTO. */
enum rule_do conf_kind_mode(const struct conf_account *, const char *kind);

/* How a key is preset, for those who may not read the file. */
const char *conf_preset(const char *section, const char *key);

/* "90s", "1d12h".  0, or -1 when it is no duration (or longer than 100 years). */
int duration_parse(const char *, int64_t *ms);

/* The word of the list (NULL at the end) that is nearest to `word` by edit distance, NULL when none is near. */
const char *conf_nearest(const char *word, const char *const *list);

#endif
