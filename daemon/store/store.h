/* store.h - the one file where everything is: SQLite, WAL, synchronous=FULL.  All SQL stays in this folder.
 *
 * A turn of the loop is one transaction: store_begin … store_commit.  (Turns in which polls only went on may share one, which stays open until
 * a turn writes more, two minutes at most: stream_went_on.)  Errors are sticky: once a statement fails, the turn is lost, every
 * further call does nothing and returns 0 or NULL, and store_commit rolls back and says why.  So callers test once.
 * Only after a successful commit may anything of the turn become visible outside.
 * Strings returned by the store live until the next store_begin.
 */
#ifndef STORE_H
#define STORE_H

#include <jansson.h>
#include <stdint.h>

#include "connectors/connector.h"
#include "daemon/pace/arrivals.h"
#include "daemon/pace/silence.h"

struct store;

/* Opens (and creates or migrates) the store of the service.  NULL with err: not readable, a newer schema, another process
 * has it (a lock file beside it names the pid), disk full.  A migration first makes a stamped backup next to the file. */
struct store *store_open(const char *path, struct err *);
/* For reading only, beside a running service; never creates or migrates. */
struct store *store_open_readonly(const char *path, struct err *);
void store_close(struct store *);

void store_begin(struct store *); /* starts a turn; takes the write lock only at the first write */
/* 0; -1: everything of the turn, and of those that shared its transaction, is undone, err says what to do */
int store_commit(struct store *, struct err *);
/* Wall time of the newest turn that wrote, in this process or before ("last_commit"); only dates_end sets it back. */
int64_t store_latest(const struct store *);
int store_failed(const struct store *);    /* the turn is already lost */
struct arena *store_arena(struct store *); /* lives until the next store_begin */

/* A page inside the turn: all of it or nothing.  Pages may stand within pages. */
void store_page_begin(struct store *);
void store_page_keep(struct store *);
void store_page_drop(struct store *);
/* Whether a statement of the innermost page failed for what it was to store (not for the disk, which would fail any other, too): then 1 and
 * why, the page is empty again and still open, and the turn is not lost. */
int store_page_spoiled(struct store *, struct err *why);

/* Commits of this process so far, for metrics and tests. */
int64_t store_commits(const struct store *);

/* ---- facts about the store itself (meta.c) ---- */
const char *meta_get(struct store *, const char *key); /* NULL when absent */
void meta_set(struct store *, const char *key, const char *value);
/* "installation": random id, made with the store.  "last_commit": wall time of the last turn that wrote.  "key_check": secret.h.
 * "backup_of", "backup_at": the stamp of a copy.  "lost_…": store_lost.  "outage/…", "covered/…": daemon/gap.h.  "afresh/…", "read_by/…":
 * daemon/afresh.h.  "expired": daemon/housekeeping.h. */

/* The lost time of a store that is behind the platforms: it was put back, or stood still (how it shows: lost.c).  What it holds as not sent
 * may have been sent then, at the latest at `until`, when it was opened first.  Kept until the next one. */
struct lost {
	int64_t from, until;
	const char *why; /* "backup"; "replaced": by an older file; "stopped": only long not written */
};
int store_lost(struct store *, struct lost *); /* 1, 0: never */
/* How far an account had been read when it began, by the platform's clock: ours may have been ahead then.  INT64_MAX: not known. */
int64_t store_lost_from(struct store *, int64_t account);

/* A whole consistent copy, stamped as a backup, made from any process beside the running service.  0, or -1 with err. */
int store_backup(const char *path, const char *copy, int64_t now, struct err *);

/* Puts a copy in the place of the store, which nobody may have open: checked, private, stamped, all at once; what it replaces stays
 * beside it.  Whom the replaced store had to forget is forgotten in the copy, and what people switched off there stays off.
 * 0, or -1 with err: then everything is as it was. */
struct restored {
	int64_t at;      /* the copy is as old as this */
	struct buf kept; /* where the replaced store lies now; empty: there was none */
	unsigned other : 1 /* the copy is of another installation */, unreadable : 1 /* the replaced store */;
	int erased, stricter; /* people; accounts */
};
int store_restore(const char *path, const char *copy, int64_t now, struct restored *, struct err *);

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
	int64_t swept;                     /* the last complete sweep began */
};
int stream_get(struct store *, int64_t account, const char *name,
	       struct stream_row *); /* 1, 0: row of zeros and "" */
void stream_put(struct store *, int64_t account, const struct stream_row *);
/* The same after a poll.  When a turn has nothing else to write, this waits for the commit of a later one, up to two minutes: after a kill the
 * platform is asked once more, which changes nothing. */
void stream_went_on(struct store *, int64_t account, const struct stream_row *);
/* The times of an account's streams without what they carry; one that was never asked has no row.  Their number, at most max. */
struct stream_times {
	const char *name;
	int64_t next_at, swept;
	int stopped;
};
int streams_get(struct store *, int64_t account, struct stream_times *, int max);
/* What was learned of when news comes (arrivals.h, silence.h).  1, 0: nothing yet.  What is put waits for a commit as stream_went_on does. */
int arrivals_get(struct store *, int64_t account, const char *stream, struct arrivals *);
void arrivals_put(struct store *, int64_t account, const char *stream, const struct arrivals *);
int silence_get(struct store *, int64_t account, struct silence *);
void silence_put(struct store *, int64_t account, const struct silence *);
/* The next clock that ends: of conversations that wait for us, of disputes of a kind.  INT64_MAX: none. */
int64_t clock_of_messages(struct store *, int64_t account, int64_t from, int64_t until);
int64_t clock_of_disputes(struct store *, int64_t account, const char *kind, int64_t from);
/* The clock went back: whatever waits for a time that the wrong clock made up is due now. */
void waits_end(struct store *, int64_t now);
/* A person says that it is right now: whatever it dated later than now has been by now. */
void dates_end(struct store *, int64_t now);

/* ---- records (order.c, message.c).  Each returns 1 when something new or really changed was stored, 0 when the same was there; a change
 * raises the record's version and, where rules may answer it, makes an event ---- */
int record_order(struct store *, int64_t account, const struct order *, int64_t now);
int record_shipment(struct store *, int64_t account, const struct shipment *, int64_t now);
int record_message(struct store *, int64_t account, const struct message *, int64_t now);
int record_dispute(struct store *, int64_t account, const struct dispute *, int64_t now);
int record_feedback(struct store *, int64_t account, const struct feedback *, int64_t now);
int record_refund(struct store *, int64_t account, const struct refund *, int64_t now);
int record_metric(struct store *, int64_t account, const struct metric *, int64_t now);
void record_odd(struct store *, int64_t account, const char *stream, const char *item, size_t len,
		const char *packed_why, int64_t now);
int64_t odd_first(struct store *, int64_t account,
		  const char *stream); /* when the first of a stream was met; 0: there is none */
/* Read once more (daemon/afresh.h): from now on they have not been met; those that were not met since go.  Their number. */
void odd_again(struct store *, int64_t account, const char *stream);
int odd_settle(struct store *, int64_t account, const char *stream);

/* ---- events and the facts around them (event.c) ---- */
/* What an order holds. */
struct order_titles {
	const char *const *titles;
	size_t n;       /* 0: not all of them are known */
	int64_t pieces; /* 0: not known */
};
struct situation {
	/* the event */
	int64_t event;
	/* "message.received"; "order.created", "order.paid", "order.shipped", "order.cancelled", "order.refunded";
	 * "dispute.opened", "dispute.due" (our turn, each time anew), "dispute.closed"; "feedback.received", "feedback.changed" */
	const char *kind;
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
	const struct order_titles *items; /* NULL: not read (order_items) */
	int open_dispute;                 /* about the order, whichever this is about */
	/* the dispute, id 0 when there is none */
	int64_t dispute;
	enum dispute_kind dispute_kind;
	enum dispute_status dispute_status;
	const char *dispute_remote, *dispute_reason, *dispute_text, *due_action, *options, *revision, *memo,
		*line;
	const char *respond_given_by; /* "platform", or the policy's row */
	int64_t respond_by, opened, dispute_answered,
		dispute_version; /* dispute_answered: when we last answered it */
	int64_t our_turn;        /* since when it waits for us; 0: it does not */
	int64_t reckoned_from;   /* the turn of which these are known; 0: none */
	struct money claimed;
	/* the feedback, id 0 when there is none */
	int64_t feedback;
	enum rating rating;
	const char *feedback_remote, *feedback_text, *feedback_reply;
	int revisable, feedback_automatic;
	int64_t feedback_version;
	/* money that went back for the order, whoever sent it: all that did not fail */
	struct money refunded;
	int64_t last_refund;
	/* the buyer */
	int64_t buyer;
	const char *buyer_remote, *buyer_name, *buyer_locale, *buyer_country;
	/* not from the store: the account is closed now (daemon/outbox/variables.h) */
	int closed;
	int missed; /* nobody was there when the event came, and nobody is yet (daemon/hours/presence.h) */
	int no_acknowledgement; /* the platform does not want to be told that (daemon/policy/policy.h) */
	/* of the dispute: enum apart of daemon/policy/policy.h, for the turn that began at reckoned_from */
	int apart;
};
/* The oldest event whose check_at has come: 1 and its facts, 0 when there is none; `next` then is when the next comes (INT64_MAX: none). */
int event_next(struct store *, int64_t now, struct situation *, int64_t *next);
/* What a situation is loaded around: the first that is not 0.  A conversation: its newest incoming message. */
struct around {
	int64_t event, dispute, feedback, order, conversation;
};
/* The facts as they are now. 1, 0: there is no such thing. */
int situation_load(struct store *, const struct around *, int64_t now, struct situation *);
const struct order_titles *order_items(struct store *, int64_t order); /* few texts need them */
void event_done(struct store *, int64_t event);
void event_wait(struct store *, int64_t event, int64_t until); /* it is to be decided then */
int64_t event_at(struct store *, int64_t event); /* the platform's time; 0: there is no such event */
/* Whose it is: the row of its own buyer, 0 when the platform named none (situations may take the order's). */
int64_t conversation_buyer(struct store *, int64_t conversation);
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

/* The table of moves (outbox_moves.c).  `open`: an attempt may have arrived; `by_hand`: a person moves it, not the service. */
int outbox_may_go(enum outbox_state from, enum outbox_state to, int open, int by_hand);

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
	const char *reason;      /* packed, NULL */
	int attempt;             /* numbered from 1 when first sent */
	const char *attempt_key; /* of the open attempt, hex: it may have arrived; NULL: none is open */
	int64_t not_before, next_at, deadline; /* deadline 0: none */
	int64_t started;                       /* of the last attempt that may have arrived; 0: none may */
	const char *seen;   /* JSON array: own remote ids at last look; NULL: never looked */
	int64_t looked;     /* when */
	int looks;          /* that showed nothing useful, in a row */
	const char *cursor; /* progress of a send of several steps */
	const char *remote; /* platform's id of what was sent */
	int64_t order_version, conversation_version, dispute_version, feedback_version;
	int64_t dispute, feedback;
	const char *line, *code; /* order line; the platform's word for the reason */
	struct money amount;     /* as wished; currency "": none */
	struct money moves;      /* what goes back to the buyer when it is done; 0: nothing */
	const char *carrier, *tracking;
	int64_t shipped;
	const char *given;     /* values that people gave for its text (outbox/given.h); NULL: none */
	const char *needs;     /* names of those that it still waits for, "answer, days_max"; NULL: none */
	const char *requester; /* the person who wished it; `operator` is who let it leave */
	const char *writer;    /* the person who edited its text last */
	const char
		*made_from; /* rule, template and catalogue versions (hash), to see a change at last look */
	int64_t created, changed;
	int64_t instead_of; /* the action of which it is the fallback; 0: none */
	/* remote ids of what it is about */
	const char *conversation_remote, *message_remote, *order_remote, *listing, *buyer_remote;
	const char *dispute_remote, *feedback_remote;
	const char *revision, *memo; /* of the dispute at last look: a repeated request must be the same */
	enum outbox_state was;       /* as stored: what a save moves it from */
	int was_open;
};
/* 1 and row->id, 0 when the intent key is there already (deciding twice is harmless). */
int outbox_insert(struct store *, struct outbox_row *, int64_t now);
/* Of a cancelled row: its event is decided once more, by what is known now; what was never tried may then be wished again. */
void outbox_wish_anew(struct store *, const struct outbox_row *, int64_t now);
int outbox_get(struct store *, int64_t id, struct outbox_row *);
/* All columns that may change.  The one door of every change of state but two: outbox_recover, and what buyer_erase takes away.  0; -1: no
 * such move, the row contradicts its state, or it was changed meanwhile.  Then nothing of it is saved but that it is held, with the reason, and
 * a notice tells it; a row that is over stays as it is.  Moving to a state in which no attempt is open closes it.  by_hand: a person does it. */
int outbox_save(struct store *, struct outbox_row *, int64_t now);
int outbox_save_by_hand(struct store *, struct outbox_row *, int64_t now);
/* Do state and facts fit?  0, -1 with err.  outbox_check: of all rows, for tests. */
int outbox_sound(const struct outbox_row *, struct err *);
int outbox_check(struct store *, struct err *);
/* The next row of an account that something is to be done for: ready and due, or unsure and due; earliest deadline first.
 * 1, 0; *next: when another becomes due. */
int outbox_due(struct store *, int64_t account, int64_t now, struct outbox_row *, int64_t *next);
/* Rows of these accounts ("[1,2]") that may leave now, in brief: the earliest deadline first.  Their number, at most max.  All: also those that
 * wait for a time, and drafts that can still be in time. */
struct unsent {
	int64_t id, account, at, deadline, created; /* at: not before; deadline 0: none */
	const char *kind;
	enum outbox_state state;
	int open; /* an attempt is */
};
int outbox_unsent(struct store *, const char *accounts, int all, int64_t now, struct unsent *, int max);
int64_t outbox_count_waiting(struct store *);
/* Whether an action of ours, about the same as this row, is known to be this one on the platform: some are named by what they are alone. */
int outbox_sent_as(struct store *, const struct outbox_row *, const char *remote);
/* The salted hash of a text that leaves now, for the journal; the salt stays with the row. */
const char *outbox_seal(struct store *, int64_t id, const char *text);
/* Rows that were sending when the process ended: made unsure.  Their number. */
int outbox_recover(struct store *, int64_t now);
/* A row of a rule in that conversation that has not left yet (observed, draft, ready, held, and no attempt is open), other than `except`: 1, 0. */
int outbox_unsent_in_conversation(struct store *, int64_t conversation, int64_t except, struct outbox_row *);
/* The same for a dispute: a row of a rule and of this kind (NULL: any) that has not left. */
int outbox_unsent_of_dispute(struct store *, int64_t dispute, const char *kind, int64_t except,
			     struct outbox_row *);
/* What waits for a person (draft or held, no attempt open), and until when: the deadline that is in force now, of the dispute, of the
 * conversation, else its own (waiting.c). */
struct unapproved {
	int64_t id, account;
	const char *account_name, *rule, *kind; /* rule NULL: a person wished it */
	enum outbox_state state;
	int64_t until; /* 0: no deadline */
	int64_t at;    /* of its event, by the platform's time; 0: none */
	int64_t changed, instead_of;
	int64_t next; /* its fallback is not tried before */
};
int outbox_waiting(struct store *, int64_t after, struct unapproved *,
		   int max); /* by id, beyond `after`; their number */
int outbox_waiting_one(struct store *, int64_t id, struct unapproved *); /* 1; 0: it does not wait */
/* Those about a dispute ('d') or conversation ('c'). */
int outbox_waiting_about(struct store *, char kind, int64_t id, struct unapproved *, int max);
void outbox_waiting_until(struct store *, int64_t id, int64_t next); /* its fallback could not be done */
int64_t outbox_instead(struct store *, int64_t id);                  /* what took its place; 0: nothing */
/* Another action that was let go about the same dispute (of this kind, NULL: any) or, for a reply, in the same conversation, and is not
 * over: its id, 0. */
int64_t outbox_let_go(struct store *, const struct outbox_row *, const char *kind);
/* Ends the notices about what does not wait any more; those about fallbacks after a day, about what expired after a week. */
void waits_over(struct store *, int64_t now);
/* Files of an action, content-addressed.  outbox_files: their number, at most max; bytes live until the next store_begin. */
void outbox_file_add(struct store *, int64_t id, int number, const char *name, const char *type,
		     const void *bytes, size_t, int64_t now);
int outbox_files(struct store *, int64_t id, struct attachment_file *, int max);

/* Money that went back or is about to (sending, unsure, sent, and, unless `leaving`, ready; not the row `except`), in this currency: for an
 * order what the platform shows plus what it does not show yet; for a buyer and an account ours since `since`. */
int64_t money_of_order(struct store *, int64_t order, const char *currency, int64_t except, int leaving);
int64_t money_of_dispute(struct store *, int64_t dispute, const char *currency, int64_t except,
			 int leaving); /* where no order is known */
int64_t money_of_buyer(struct store *, int64_t buyer, const char *currency, int64_t since, int64_t except,
		       int leaving);
int64_t money_of_account(struct store *, int64_t account, const char *currency, int64_t since, int64_t except,
			 int leaving);

/* Another action (not `except`) that paid in this dispute, or that may have paid for it or for the order: its id, 0. */
int64_t money_paid_by(struct store *, int64_t dispute, int64_t order, int64_t except);

/* What a person wished before and is not done yet, of the same kind, about the same and of the same sum: its id, 0. */
int64_t money_same(struct store *, const struct outbox_row *);

/* For the breaker: automatic sends of the account since `since`, of this text or (NULL) of any. */
int outbox_count_automatic(struct store *, int64_t account, int64_t since, const char *text);
/* What rules have told a buyer in messages since `since`, in all conversations and disputes, and are about to in others than this one; the
 * newest first.  Their number. */
struct told {
	int64_t id, conversation;
	int64_t at, left;         /* when it was wished; when it left by the platform's clock, 0: not yet */
	const char *text, *asked; /* asked: the message that it answers, NULL */
};
int outbox_told(struct store *, int64_t buyer, int64_t conversation, int64_t since, struct told *, int max);
/* A message of ours with just this text in any of these conversations, whoever wrote it, 0: none.  What left before an older store was put
 * back stands in no row any more, but the platform shows it. */
int64_t message_told(struct store *, int64_t buyer, int64_t conversation, int64_t since, const char *text);
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
/* That, the file itself, and the texts of what was sent against the journal.  0, or -1 with err. */
struct verified {
	int64_t rows, said, sent; /* entries, texts that they quote, texts that left */
};
int store_verify(struct store *, const char *head, struct verified *, struct err *);

/* Raises a notice once per cause until it is cleared; 1 when it is new. */
int notice_raise(struct store *, const char *cause, int64_t account, const char *packed, int64_t now);
void notice_clear(struct store *, const char *cause, int64_t now);
/* Causes of notices that are not cleared and begin with `prefix`: their number, at most max. */
int notices_open(struct store *, const char *prefix, const char **causes, int max);
/* What is not over and has no owner yet, the oldest first. */
struct notice_row {
	int64_t id, at;
	const char *cause, *account_name, *packed; /* account_name: NULL, about none in particular */
};
/* That this channel, known since then, was not told of; their number, at most `max`, and *list in the turn's memory. */
int notices_untold(struct store *, const char *channel, int64_t since, int max, struct notice_row **list);
int64_t notice_newest(struct store *); /* its id: another one when something was raised */
/* By a channel; counted: only as one of many more. */
void notice_told(struct store *, int64_t id, const char *channel, int counted, int64_t now);
void notices_told_to_nobody(struct store *, int64_t now); /* the status page is the only channel there is */
int notice_claim(struct store *, int64_t id, const char *operator,
		 int64_t now); /* 1, 0: it is over, or there is none */
json_t *view_notice(struct store *, int64_t id);
json_t *view_notices(struct store *, int all, int limit, const char *after);
json_t *view_channels(struct store *);

/* A channel and how it goes; one that is new is made. */
struct channel_row {
	int64_t since, posted, digest, next_at;
	int fails;
	const char *why; /* packed; NULL */
};
void channel_get(struct store *, const char *name, int64_t now, struct channel_row *);
void channel_put(struct store *, const char *name, const struct channel_row *);

/* What waits in an account (0: in all), for the digest. */
struct backlog {
	int64_t conversations, drafts, held, unsure, odd, tasks; /* how many */
	int64_t overdue, due,
		first; /* past their deadline; before `until`; when the first from now on is due, 0: none */
};
void backlog_count(struct store *, const char *account, int64_t now, int64_t until, struct backlog *);
/* Raises what only time brings: sends in doubt for longer than `unsure`, odd items of a stream (once a day). */
void notices_look(struct store *, int64_t unsure, int64_t now);

/* Something that waits for us and whose time is nearly over, or over: a dispute, a conversation, a task about no dispute. */
struct risk {
	char letter; /* 'd', 'c', 't' */
	int64_t id, account, until;
	const char *account_name, *stage,
		*cause; /* stage: "24h", "8h", "2h", "missed"; cause: of its notice */
};
/* Those that nobody was told of in the stage that they are in, the next first.  Their number.  A day before only when nothing is on its way; a
 * stage that takes more than half of a clock's time is left out, but for the last two.  What was missed more than a week ago, before the account
 * was known, or may have left just now is not told. */
int risks(struct store *, int64_t now, struct risk *, int max);
/* Ends the notices of those that were answered, that have more time now, or that are in a later stage. */
void risks_over(struct store *, int64_t now);
/* Conversations that wait and whose clock is not set (it moved): id, account and since when.  Their number. */
struct unclocked {
	int64_t id, since;
	const char *account_name;
};
int conversations_unclocked(struct store *, struct unclocked *, int max);

/* "image/png", …, "application/pdf" by the first bytes; NULL: neither a picture nor a PDF. */
const char *file_sniff(const void *bytes, size_t);
struct attachment_row {
	int64_t id, account; /* id below 0: a file of a dispute */
	const char *account_name, *url, *name;
	int tries;
};
int attachment_next(struct store *, int64_t account, int64_t now,
		    struct attachment_row *); /* one not fetched yet, due */
void attachment_store(struct store *, int64_t id, const void *bytes, size_t, const char *sniffed_type,
		      int64_t now);
void attachment_fail(struct store *, int64_t id, const char *packed, int64_t again /* 0: never */,
		     int64_t now);

/* By the platform's ids; 0: there is none. */
int64_t dispute_id(struct store *, int64_t account, enum dispute_kind, const char *remote);
int64_t feedback_id(struct store *, int64_t account, const char *remote);
/* We did something that answers a dispute. */
void dispute_answered(struct store *, int64_t dispute, int64_t at);
/* What the policy says of a turn that began at `from`: kept beside what the platform says, and in force where that says nothing. */
struct reckoned {
	int64_t from, at;  /* at 0: the policy has no row for it */
	const char *label; /* its row */
	int apart;         /* as in struct situation */
};
void dispute_reckoned(struct store *, int64_t dispute, const struct reckoned *);
/* The clock of a dispute (d), a conversation (c), feedback (f) or a task (t), and what is known of it. */
struct clock_facts {
	char letter; /* d, c, f; of a task what it is about, 't' for nothing of these */
	int64_t id, account;
	const char *account_name, *marketplace;
	const char *kind;         /* "return", "message", "feedback"; a task's own */
	const char *due_action;   /* what the platform wants, NULL */
	int64_t since;            /* it runs since then; 0: it does not run */
	int64_t first;            /* when its first turn began: a dispute's opening */
	int64_t answered;         /* by us; 0: not since then */
	int64_t until;            /* in force; 0: never */
	const char *given_by;     /* "platform", a row of the policy, "goal: answer_within" */
	int64_t platform, policy; /* 0: says nothing */
	const char *policy_by;
	int64_t message;       /* the oldest that is not answered */
	int64_t task_deadline; /* of a task: its own */
	int apart;
};
int clock_facts(struct store *, const char *id,
		struct clock_facts *); /* 1, 0: no such thing, or it has no clock */

/* ---- tasks: what no API offers, for a person (what may happen to them: daemon/task/task.h) ---- */
enum task_state { TASK_OPEN, TASK_SNOOZED, TASK_DONE, TASK_DROPPED };
const char *task_state_name(enum task_state);
struct task_row {
	int64_t id, account, dispute, feedback, order, conversation;
	const char *account_name;
	const char *intent_key, *kind; /* kind: as an action's ("feedback.revision") */
	enum task_state state;
	const char *reason; /* packed, NULL */
	const char *rule, *template_id, *locale, *text, *link;
	const char *operator, * done_by;
	int64_t deadline, snoozed_until, created, changed;
};
int task_insert(struct store *, struct task_row *,
		int64_t now); /* 1 and row->id, 0: the intent key is there already */
int task_get(struct store *, int64_t id, struct task_row *); /* 1, 0 */
void task_save(struct store *, const struct task_row *, int64_t now);
/* The next snoozed one whose time has come; *next: when the next comes.  1, 0. */
int task_wake(struct store *, int64_t now, struct task_row *, int64_t *next);
/* Tasks about a dispute or feedback in turn: id greater than `after`.  1, 0. */
int task_about(struct store *, int64_t dispute, int64_t feedback, int64_t after, struct task_row *);

/* ---- files that are kept (view_file.c): of an action (a), dispute (d), message (m) or conversation (c), numbered from 1.
 * How many there are; 0 when there is no such one.  Bytes live until the next store_begin; type is what it really is. ---- */
int kept_file(struct store *, const char *id, int number, struct attachment_file *);

/* ---- erasing a person (erase.c) ---- */
/* Name, address, ids and texts of a buyer go from every table and page; the journal stays as it is and verifies.  What comes in
 * about the same person later is stored without them.  Rows touched; *unsent: actions that were dropped with it. */
int buyer_erase(struct store *, int64_t account, const char *remote, int64_t now, int *unsent);

/* ---- what is kept only for a while (expire.c): rows that went ---- */
int store_expire(struct store *, int64_t before);

/* Counted calls of a budget's current window.  budget_window: the one that was counted last, 0 when none was; of a rate it is when its bucket
 * will be full. */
int64_t budget_window(struct store *, const char *owner, const char *budget);
int64_t budget_used(struct store *, const char *owner, const char *budget, int64_t window_start);
void budget_add(struct store *, const char *owner, const char *budget, int64_t window_start, int64_t n);
/* Of the owners whose names begin with `these` and a newline, without `except`: how much of what each used is beyond `free`, and of each at
 * most `most`. */
int64_t budget_beyond(struct store *, const char *these, const char *except, const char *budget,
		      int64_t window_start, int64_t free, int64_t most);

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
json_t *view_disputes(struct store *, const char *account, int all, int limit, const char *after);
json_t *view_feedback(struct store *, const char *account, int all, int limit, const char *after);
json_t *view_tasks(struct store *, const char *account, int all, int limit, const char *after);
json_t *view_report(struct store *, const char *account,
		    int64_t now); /* grades: the platform's, and what we computed, called so */
/* What waits for approval, the nearest deadline first: {"id", "until_at", "given_by"} and the action. */
json_t *view_approvals(struct store *, int limit);
/* All that a person needs to decide on one action: the action, what it answers, until when. */
json_t *view_approval(struct store *, int64_t id);
void note_add(struct store *, const char *id, const char *operator, const char * text, int64_t now);
int view_counts(struct store *,
		void (*each)(void *, const char *metric, const char *label, const char *value, int64_t n),
		void *); /* for /metrics */

/* ---- people at the console (session.c) ---- */
const char *password_get(struct store *, const char *operator); /* its hash, NULL: none */
void password_set(struct store *, const char *operator, const char * hash,
		  int64_t now); /* ends the sessions */
#define SESSION_HASH 32
struct session_row {
	const char *operator;
	int64_t created, seen;
};
/* Also ends those that are over by now, and the oldest of somebody who has too many. */
void session_add(struct store *, const void *hash32, const char *operator, int64_t now);
int session_get(struct store *, const void *hash32, int64_t now,
		struct session_row *); /* 1, 0: none, or it is over */
void session_seen(struct store *, const void *hash32, int64_t now);
void session_end(struct store *, const void *hash32);
int session_count(struct store *, const char *operator, int64_t now);

/* ---- history once more (past.c) ---- */
/* Opens the store beside a running service, in one snapshot that nothing changes: what is done in its turns is seen by this connection only,
 * and the facts are those of the time that past_at names.  NULL with err. */
struct store *store_open_past(const char *path, struct err *);
/* The events since `from` wait again, each for the time when it was decided (or else came), and nothing has been wished yet.  `after`: by the
 * changed configuration; `afresh`: what messages mean is not taken from those days.  The number of events. */
int64_t past_begin(struct store *, int64_t from, int after, int afresh);
void past_at(struct store *, int64_t now); /* facts are as of now; what was ready by then has left */
void past_end(struct store *);             /* what was wished since past_begin is kept for comparing */
/* What both sides differ in, the first `limit` of it one by one.  New reference, NULL after an error. */
json_t *past_difference(struct store *, int limit);
/* What observe mode would have sent since `from`, by scenario and language, beside what people did about the same; `alike`: how alike two texts
 * are, in percent. */
json_t *view_observed(struct store *, int64_t from, int (*alike)(const char *, const char *));

/* "o12" -> kind 'o', 12.  0 or -1. */
int local_id(const char *, char *kind, int64_t *id);

#endif
