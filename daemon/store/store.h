/* store.h - the one file where everything is: SQLite, WAL, synchronous=FULL.  All SQL stays in this folder.
 *
 * A turn of the loop is one transaction: store_begin … store_commit.  Errors are sticky: once a statement fails, the turn is lost, every
 * further call does nothing and returns 0 or NULL, and store_commit rolls back and says why.  So callers test once.
 * Only after a successful commit may anything of the turn become visible outside.
 * Strings returned by the store live until the next store_begin.
 */
#ifndef STORE_H
#define STORE_H

#include <jansson.h>
#include <stdint.h>

#include "connectors/connector.h"

struct store;

/* Opens (and creates or migrates) the store of the service.  NULL with err: not readable, a newer schema, another process
 * has it (a lock file beside it names the pid), disk full.  A migration first makes a stamped backup next to the file. */
struct store *store_open(const char *path, struct err *);
/* For reading only, beside a running service; never creates or migrates. */
struct store *store_open_readonly(const char *path, struct err *);
void store_close(struct store *);

void store_begin(struct store *); /* starts a turn; takes the write lock only at the first write */
int store_commit(struct store *,
		 struct err *);            /* 0; -1: everything of the turn is undone, err says what to do */
int store_failed(const struct store *);    /* the turn is already lost */
struct arena *store_arena(struct store *); /* lives until the next store_begin */

/* A page inside the turn: all of it or nothing. */
void store_page_begin(struct store *);
void store_page_keep(struct store *);
void store_page_drop(struct store *);

/* Commits of this process so far, for metrics and tests. */
int64_t store_commits(const struct store *);

/* ---- facts about the store itself (meta.c) ---- */
const char *meta_get(struct store *, const char *key); /* NULL when absent */
void meta_set(struct store *, const char *key, const char *value);
/* "installation": random id, made with the store.  "last_commit": wall time of the last turn that wrote. "key_check": secret.h.
 * "restored": set by `restore`/seen on a stamped backup: sends wait until each account was polled. */

/* A whole consistent copy, stamped as a backup, made from any process beside the running service.  0, or -1 with err. */
int store_backup(const char *path, const char *copy, int64_t now, struct err *);

/* ---- accounts (account.c) ---- */
enum mode { MODE_OFF, MODE_OBSERVE, MODE_DRAFT, MODE_AUTO };
const char *mode_name(enum mode);
int mode_value(const char *); /* -1 */

struct account_row {
	int64_t id;
	const char *name, *platform;
	enum mode mode;
	int paused;           /* by a person */
	const char *stopped;  /* packed reason why nothing can be done (token dead, …), NULL */
	const char *breaker;  /* packed reason why automatic sends are stopped, NULL */
	const char *identity; /* own user name on the platform, NULL until learned */
	int64_t created;
	int64_t armed;      /* 0: never.  Records older start nothing */
	int64_t reconciled; /* last time a full poll of every stream was done */
};
/* The row of a configured account; made in mode observe when it is new. */
void account_ensure(struct store *, const char *name, const char *platform, int64_t now,
		    struct account_row *);
int account_get_row(struct store *, const char *name, struct account_row *); /* 1 found, 0 not */
/* Since when records may start something: armed, else created; it only grows.  Older ones make events that are decided already. */
int64_t account_since(struct store *, int64_t id);
void account_set_mode(struct store *, int64_t id, enum mode, int64_t armed); /* armed 0: leave as it is */
void account_set_marketplace_mode(struct store *, int64_t id, const char *marketplace, enum mode);
enum mode account_mode(struct store *, int64_t id, const char *marketplace); /* the stricter of both */
void account_set_paused(struct store *, int64_t id, int paused);             /* id 0: all */
void account_set_stopped(struct store *, int64_t id, const char *packed);    /* NULL: works again */
void account_set_breaker(struct store *, int64_t id, const char *packed);
void account_set_identity(struct store *, int64_t id, const char *identity);
void account_set_reconciled(struct store *, int64_t id, int64_t at);

/* ---- credentials: sealed bytes, see daemon/secret.h ---- */
struct credential_row {
	const char *name;
	const void *token, *grant, *pasted; /* sealed; NULL when absent */
	size_t ntoken, ngrant, npasted;
	int64_t token_until, grant_until;
	int refreshing; /* a refresh that ends the old grant has been started */
};
int credential_get(struct store *, int64_t account, const char *name, struct credential_row *); /* 1, 0 */
void credential_put(struct store *, int64_t account, const struct credential_row *); /* whole row */

/* ---- streams ---- */
struct stream_row {
	const char *name;
	const char *cursor, *ack;          /* "" at first */
	int64_t next_at, last_ok, covered; /* covered: shown up to this time */
	int fails;                         /* in a row */
	const char *stopped;               /* packed reason, NULL */
	int64_t swept;                     /* last complete sweep ended */
};
int stream_get(struct store *, int64_t account, const char *name,
	       struct stream_row *); /* 1, 0: row of zeros and "" */
void stream_put(struct store *, int64_t account, const struct stream_row *);
/* The clock went back: whatever waits for a time that the wrong clock made up is due now. */
void waits_end(struct store *, int64_t now);

/* ---- records (order.c, message.c).  Each returns 1 when something new or really changed was stored, 0 when the same was there; a change
 * raises the record's version and, where rules may answer it, makes an event ---- */
int record_order(struct store *, int64_t account, const struct order *, int64_t now);
int record_shipment(struct store *, int64_t account, const struct shipment *, int64_t now);
int record_message(struct store *, int64_t account, const struct message *, int64_t now);
void record_odd(struct store *, int64_t account, const char *stream, const char *item, size_t len,
		const char *packed_why, int64_t now);

/* ---- events and the facts around them (event.c) ---- */
struct situation {
	/* the event */
	int64_t event;
	const char *
		kind; /* "message.received", "order.created", "order.paid", "order.shipped", "order.cancelled" */
	int64_t at; /* platform's time */
	int64_t account;
	const char *account_name, *platform, *marketplace;
	int64_t created, armed; /* of the account */
	/* the message, id 0 when there is none */
	int64_t message;
	const char *message_remote, *text, *subject, *listing;
	int automatic, photos;
	const char *language;
	int certainty; /* as guessed before, NULL/0 */
	const char *intent;
	int confident, risk;
	/* its conversation, id 0 when there is none */
	int64_t conversation;
	const char *conversation_remote;
	int64_t oldest_unanswered, acknowledged, answered; /* 0: none */
	int64_t last_ours;                                 /* when we last wrote there, by rule or by hand */
	int ours_by_rule_24h; /* automatic replies of the last 24 h in this conversation */
	int64_t conversation_version;
	int64_t newest; /* the newest incoming message there */
	int orders; /* orders of this buyer for this listing: 0 before a sale, 1 linked (order 0: named, not come in yet), 2 ambiguous */
	/* the order, id 0 when there is none or it is ambiguous */
	int64_t order;
	const char *order_remote, *order_status, *item_title, *carrier, *tracking;
	int payment, fulfilment, cancellation;
	struct money total;
	int64_t order_created, ship_by, shipped, eta_from, eta_to, order_version;
	/* the buyer */
	int64_t buyer;
	const char *buyer_remote, *buyer_name, *buyer_locale, *buyer_country;
};
/* The oldest event whose check_at has come: 1 and its facts, 0 when there is none; `next` then is when the next comes (INT64_MAX: none). */
int event_next(struct store *, int64_t now, struct situation *, int64_t *next);
/* The facts as they are now around an event or (event 0) the newest incoming message of a conversation. 1, 0. */
int situation_load(struct store *, int64_t event, int64_t conversation, int64_t now, struct situation *);
void event_done(struct store *, int64_t event);
/* Since when a conversation waits for us, by the platform's id: its id, or 0 when nobody waits. */
int64_t conversation_waits(struct store *, int64_t account, const char *remote, int64_t *since);
void message_set_guess(struct store *, int64_t message, const char *language, int certainty,
		       const char *intent, int confident, int risk);

/* ---- the outbox (outbox.c of this folder: rows only; what may happen to them stands in daemon/outbox/outbox.h) ---- */
enum outbox_state {
	OUTBOX_OBSERVED, /* observe mode: what would have been sent */
	OUTBOX_DRAFT,    /* waits for approval */
	OUTBOX_READY,    /* goes when not_before and next_at have come */
	OUTBOX_SENDING,  /* committed before the first byte left */
	OUTBOX_UNSURE,   /* may have arrived: looked up, not repeated */
	OUTBOX_HELD,     /* a person has to decide; reason says why */
	OUTBOX_SENT,
	OUTBOX_CANCELLED, /* facts made it pointless */
	OUTBOX_DROPPED,   /* a person did not want it */
	OUTBOX_EXPIRED,   /* its deadline passed */
};
const char *outbox_state_name(enum outbox_state);
int outbox_state_value(const char *);

struct outbox_row {
	int64_t id, account, conversation, order, message, event;
	const char *account_name;
	const char *kind;       /* "reply" */
	const char *intent_key; /* unique: installation/event/kind, or one per act of a person */
	const char *marketplace;
	const char *rule;     /* NULL: a person wished it */
	const char *operator; /* who wished or approved it, NULL */
	const char *template_id, *locale, *text;
	int substantive; /* answers; else acknowledges */
	enum outbox_state state;
	const char *reason;                    /* packed, NULL */
	int attempt;                           /* numbered from 1 when first sent */
	const char *attempt_key;               /* of the running attempt, hex */
	int64_t not_before, next_at, deadline; /* deadline 0: none */
	int64_t started;                       /* of the running attempt */
	const char *seen;   /* JSON array: own remote ids at last look; NULL: never looked */
	int64_t looked;     /* when */
	const char *cursor; /* progress of a send of several steps */
	const char *remote; /* platform's id of what was sent */
	int64_t order_version, conversation_version;
	const char
		*made_from; /* rule, template and catalogue versions (hash), to see a change at last look */
	int64_t created, changed;
	/* remote ids of what it is about */
	const char *conversation_remote, *message_remote, *order_remote, *listing, *buyer_remote;
};
/* 1 and row->id, 0 when the intent key is there already (deciding twice is harmless). */
int outbox_insert(struct store *, struct outbox_row *, int64_t now);
int outbox_get(struct store *, int64_t id, struct outbox_row *);
void outbox_save(struct store *, const struct outbox_row *, int64_t now); /* all columns that may change */
/* The next row of an account that something is to be done for: ready and due, or unsure and due; earliest deadline first.
 * 1, 0; *next: when another becomes due. */
int outbox_due(struct store *, int64_t account, int64_t now, struct outbox_row *, int64_t *next);
/* Rows that were sending when the process ended: made unsure.  Their number. */
int outbox_recover(struct store *, int64_t now);
/* A row of a rule in that conversation that has not left yet (observed, draft, ready, held before any attempt), other than `except`: 1, 0. */
int outbox_unsent_in_conversation(struct store *, int64_t conversation, int64_t except, struct outbox_row *);
/* For the breaker: automatic sends of the account since `since`, of this text or (NULL) of any. */
int outbox_count_automatic(struct store *, int64_t account, int64_t since, const char *text);
void attempt_log(struct store *, const struct outbox_row *, const char *outcome, long status,
		 const void *request_hash32, const char *packed, int64_t now);

/* A reply of ours arrived (perhaps the platform has not shown it yet): stops the clock when it is substantive. */
void conversation_answered(struct store *, int64_t conversation, int64_t at, int substantive, int64_t outbox);
/* When this conversation must be answered, and who says so ("platform", "goal: 24 h"); cleared when its clock stops or starts anew. */
void conversation_set_answer_by(struct store *, int64_t conversation, int64_t at, const char *given_by);

/* ---- journal, notices, notes, attachments ---- */
void journal_add(struct store *, int64_t now, int64_t account, const char *kind, const char *ref,
		 json_t *facts /* stolen */);
/* kind: "decide" "draft" "approve" "send" "settle" "mode" …; ref: local id like "a9", "m7"; no texts, no names */

/* "42:9f…": id and hash of the newest row, for the system log. */
const char *journal_head(struct store *);
/* Recomputes the chain; `head` (NULL: none) must be in it.  0, or -1 with err: which row was changed, or that the tail was cut. */
int journal_verify(struct store *, const char *head, int64_t *rows, struct err *);

/* Raises a notice once per cause until it is cleared; 1 when it is new. */
int notice_raise(struct store *, const char *cause, int64_t account, const char *packed, int64_t now);
void notice_clear(struct store *, const char *cause, int64_t now);
int notice_next_untold(struct store *, int64_t *id, const char **cause, const char **packed,
		       const char **account, int64_t *at);
void notice_told(struct store *, int64_t id, int64_t now);

struct attachment_row {
	int64_t id, account;
	const char *account_name, *url, *name;
	int tries;
};
int attachment_next(struct store *, int64_t account, int64_t now,
		    struct attachment_row *); /* one not fetched yet, due */
void attachment_store(struct store *, int64_t id, const void *bytes, size_t, const char *sniffed_type,
		      int64_t now);
void attachment_fail(struct store *, int64_t id, const char *packed, int64_t again /* 0: never */,
		     int64_t now);

/* Counted calls of a budget's current window. */
int64_t budget_used(struct store *, const char *owner, const char *budget, int64_t window_start);
void budget_add(struct store *, const char *owner, const char *budget, int64_t window_start, int64_t n);

/* Rules seen in the configuration and since when they may act (armed_at); a changed definition arms anew. */
int64_t rule_armed(struct store *, const char *name, const char *hash, int64_t now);

/* ---- looking (view_*.c): JSON for the API, new references, NULL after an error, JSON null when there is no such thing.  Local ids carry their kind. Packed texts stand as
 * {"packed": …} and are turned into words by the API. ---- */
json_t *view_status(struct store *, int64_t now);
json_t *view_inbox(struct store *, int limit, const char *after, const char *account, int all);
json_t *view_find(struct store *, const char *words,
		  int limit); /* may write: the newest messages are made findable first */
json_t *view_show(struct store *, const char *id);
json_t *view_outbox(struct store *, const char *state, const char *account, int limit, const char *after);
json_t *view_deadlines(struct store *, int64_t now, int limit);
json_t *view_explain(struct store *, const char *id);
json_t *view_odd(struct store *, int limit);
void note_add(struct store *, const char *id, const char *operator, const char * text, int64_t now);
int view_counts(struct store *,
		void (*each)(void *, const char *metric, const char *label, const char *value, int64_t n),
		void *); /* for /metrics */

/* "o12" -> kind 'o', 12.  0 or -1. */
int local_id(const char *, char *kind, int64_t *id);

#endif
