/* connector.h - what the daemon asks of a marketplace.
 *
 * A connector only translates:
 *   ask()  turns what the daemon wants into one request (HTTP or mail);
 *   read() turns the answer into records, and says what it means.
 * It opens no socket, reads no clock, touches no database, logs nothing and keeps nothing between
 * calls.  What it needs is in `task`; what it finds it hands to `found`.  So each function can be
 * tested with bytes from a file, and the same task always gives the same request.
 *
 * To write one: make a folder, fill a `struct connector` at the end of its main file, name it in
 * registry.c, run the contract test.  tests/contract/sample is a whole one in one file; README.md,
 * "A new platform", walks through it.
 *
 * Nothing in a task or an answer is tame but `key`: ids, tokens, texts, cursors and settings may hold any
 * bytes.  They go into a request by url_encode(), json_quote() and xml_escape(); a token or API key with a
 * line break is refused, since in a header it would become a second one.
 */
#ifndef CONNECTOR_H
#define CONNECTOR_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/instant.h"
#include "base/money.h"
#include "record.h"

/* ---- what an answer means.  The daemon acts on this and on nothing else ----
 *
 *            a poll                                    a send
 * DONE       rows and cursor kept; next poll later     sent; `remote` kept
 * MORE       rows and cursor kept; ask again (`wait`)  this step is done; ask for the next one
 * LATER      page dropped; again after `wait`          nothing happened; again after `wait`
 * UNSURE     as LATER                                  it may have happened: look before anything else
 * LOGIN      refresh the credential, ask once more     same; refused again: account stopped, a person told
 * REFUSED    stream stopped, a person told             held with the reason
 * ask() -1   as REFUSED                                as REFUSED
 *
 * A stopped stream or account goes on with `resume`.  A look counts as a poll, but REFUSED holds its action.
 * Where an exchange has no credential (an API key among the settings), LOGIN asks once more and then stops
 * the account.
 *
 * An answer that cannot be read at all is LATER, but UNSURE for a request that must not be repeated.  One
 * strange item is `odd`: it never stops its stream.
 */
enum outcome { DONE, MORE, LATER, UNSURE, LOGIN, REFUSED };

/* ---- what is wanted ---- */

struct connector;
struct setting {
	const char *key, *value;
};

struct account {
	const char *name;
	const struct setting *settings;    /* of the account and of its application, ends with a NULL key */
	const struct connector *connector; /* where the presets are */
};

/* The value of a key, or its preset from the connector's table, or "" */
const char *account_get(const struct account *, const char *key);

/* What is to be sent.  Everything is final: text, language and amount were settled before.  NULL or "" where it does
 * not apply; what must be there stands in the action's `needs`. */
struct outgoing {
	const char *kind;         /* the action, e.g. "reply", "return.accept" */
	const char *conversation; /* remote ids of what it is about */
	const char *message;      /* the message that is answered */
	const char *order;
	const char *line; /* order line, when it is about just one */
	const char *listing;
	const char *buyer; /* remote id of the other party */
	const char *dispute, *feedback;
	const char *marketplace;
	const char *text;
	const char *reason;             /* one of the action's `reasons` */
	const char *carrier, *tracking; /* how the order left */
	int64_t shipped;
	struct money amount;  /* currency "" when none is named */
	const char *revision; /* of the dispute at last look */
	const char *memo;     /* what the connector itself left on the dispute or the order line */
	const struct attachment_file *files;
	size_t nfiles;
};

struct attachment_file {
	const char *name, *type;
	const void *bytes;
	size_t len;
};

struct task {
	const struct account *account;
	const struct outgoing *out; /* NULL when polling or logging in */
	const char *token;          /* of the credential that the exchange names; "" before login */
	const char *grant;          /* credentials only: what refreshes the token (refresh token, or "") */

	/* Where it goes on: what the last read() left in found.cursor, "" at first.  A stream keeps it for ever,
	 * a send for the steps of one attempt, a look for its pages: each look begins with "".
	 * For an ack: what read() left in found.ack.  For redeem: what the person pasted. */
	const char *cursor;

	const char *key;     /* sends: unique per attempt, [0-9a-f]{32}, for idempotency keys and markers */
	int64_t now;         /* ms UTC, corrected by the host's Date; read() gets that of its ask() */
	int64_t since;       /* polls that have no cursor yet: how far back to go.  Looks and sends: 0 */
	uint64_t seed;       /* for MIME boundaries and the like: ask() stays deterministic */
	struct arena *arena; /* scratch; goes after the call */
};

/* ---- requests and answers ---- */

enum medium { BY_HTTP, BY_MAIL };

/* The buffers are bounded: after the last write, when one of them is `over`, fail(). */
struct request {
	enum medium medium;
	/* HTTP */
	const char *method; /* a literal */
	struct buf url;     /* https://authority/path?query, of a host the connector declares */
	struct buf headers; /* "Name: value\n" each */
	struct buf body;
	/* mail: body is a whole RFC 5322 message */
	struct buf from, to; /* envelope addresses */
	/* Repeating it would do it twice.  0: it may be repeated at any time, as what only reads, and what
	 * REPEAT_SAME_KEY or REPEAT_GUARDED makes harmless. */
	unsigned once : 1;
};

/* One whole message of a mailbox.  The daemon has no mailboxes yet: it refuses mail requests, saying so, and how
 * a stream says that it is fed by mail is not decided. */
struct mail {
	uint32_t uid;
	const char *bytes;
	size_t len;
};

/* Only complete answers come here: a cut one is LATER or UNSURE before the connector sees it. */
struct response {
	long status; /* HTTP; for mail the SMTP reply code */
	const char *body;
	size_t len;
	int64_t retry_after;                                              /* ms, 0 when not said */
	const char *(*header)(const struct response *, const char *name); /* NULL when absent */
	const struct mail *mail;
	size_t nmail;
};

/* Something of ours that the platform shows and that may be what the action did: a reply in the thread, a refund of the
 * order, the decision in a return's history.  A look hands over only what its own action (task.out->kind) could have made. */
struct own {
	const char *remote;  /* unique; the same at every look */
	const char *text;    /* NULL where there is none: then it is not compared */
	struct money amount; /* currency "" where there is none: then it is not compared */
	int64_t at;          /* 0: not said */
};

/* Where read() puts what it finds.  It begins empty for each answer.  A callback that does not return 0 has
 * failed: return LATER at once. */
struct found {
	int (*order)(struct found *, const struct order *);
	int (*shipment)(struct found *, const struct shipment *);
	int (*message)(struct found *, const struct message *);
	int (*dispute)(struct found *, const struct dispute *);
	int (*feedback)(struct found *, const struct feedback *);
	int (*refund)(struct found *, const struct refund *);
	int (*metric)(struct found *, const struct metric *);

	/* Looks: every own item that the listing shows, each with its id; the daemon gathers them over the pages.
	 * When one is not understood the listing is not complete: what is left out would count as not sent. */
	int (*own)(struct found *, const struct own *);

	/* One item that was not understood: kept and shown to a person; the page goes on. */
	int (*odd)(struct found *, const char *item, size_t len, const char *packed_why);

	struct buf cursor; /* where to go on.  DONE and MORE: written whole; untouched = as before */
	struct buf ack;    /* streams with an ack: what to acknowledge after the commit */
	struct buf token;  /* credentials: the new token ... */
	int64_t token_until;
	struct buf grant; /* ... and the new grant, untouched = as before */
	int64_t grant_until;

	/* Credentials and streams: our own user name on the platform, when learned; from then on it is the
	 * account's setting "identity". */
	struct buf identity;

	struct buf remote; /* sends: the platform's id of what we sent */
	int complete;      /* looks, with DONE: all pages were seen, so what they do not show is not there */
	int64_t covered; /* polls, with DONE: all up to this time was shown (`now` of the sweep's first page) */
	/* polls, with DONE and covered: nothing was handed over, and the same answer to the same cursor says the same again, and covers up to then,
	 * while `now` is before this; so it need not be read.  0: it may say something else */
	int64_t same_until;
	int64_t wait;   /* MORE, LATER: ms until we may ask again, 0 = the daemon decides */
	struct err err; /* why, in words for the seller */
};

struct exchange {
	/* 0, or -1 with err: it cannot be asked, as when what the action is about is missing */
	int (*ask)(const struct task *, struct request *, struct err *);
	enum outcome (*read)(const struct task *, const struct response *, struct found *);
	const char *credential; /* name in the connector's table; NULL: none */
	const char *
		budget; /* names in the connector's table between spaces: it draws from each; NULL: not counted */
};

/* ---- what the platform offers ---- */

/* Something that is polled. */
struct stream {
	const char *name;
	int64_t every; /* ms between sweeps when all is well */
	struct exchange poll;
	struct exchange ack;                   /* .ask NULL: none */
	int (*wanted)(const struct account *); /* NULL: always */
	unsigned
		aside : 1; /* nothing that is answered hangs on it: after an outage sends do not wait for it */
	const char *
		about; /* subjects of actions whose effect it shows ("return case"): asked soon after one; NULL: none */
	int64_t keeps; /* ms that the platform's list reaches back; 0: as far as anybody asks */
	/* The cursor with which everything is read once more, whatever was seen: for streams that forget something when they begin with "". */
	void (*anew)(const struct task *, struct buf *cursor);
	const char *
		tells; /* what its records are about: "order", "message", "feedback" and kinds of disputes between spaces; "" none of
	                    * these; NULL: not said.  For `template lint`: a rule may wait for what never comes */
};

/* What makes a repeated request harmless, or that nothing does. */
enum repeat {
	REPEAT_NEVER,    /* settled by reading back; without `look` a person decides */
	REPEAT_SAME_KEY, /* idempotency key: the identical bytes may go again */
	/* The platform refuses the second one (revision, "already answered").  When that refusal shows that ours
	 * had arrived, read() says DONE; when it may have been somebody else's, REFUSED: a person looks. */
	REPEAT_GUARDED,
};

/* What an action takes from the task, and whether it moves money. */
enum takes {
	TAKES_TEXT = 1,
	TAKES_AMOUNT = 2,
	TAKES_TRACKING = 4, /* carrier, tracking, shipped */
	TAKES_FILES = 8,
	TAKES_REASON = 16,
};
enum moves {
	MOVES_NOTHING,
	MOVES_AMOUNT, /* `amount` goes back to the buyer */
	MOVES_CLAIM,  /* all that the dispute or the order claims goes back, whatever `amount` says */
};

/* What an action's files may be; the daemon makes them so. */
struct file_rules {
	int count;         /* at most */
	int64_t bytes;     /* of each, at most */
	int64_t all_bytes; /* of all together, at most; 0: no limit known */
	const char *types; /* "image/png image/jpeg" */
};

/* Something that is sent.  `look` reads what the action is about: before sending (the last look), and to
 * find out whether an unsure one arrived.  A look at a dispute hands the dispute itself to found->dispute, too.
 *
 * Kinds: "reply" answers a message.  All others are SUBJECT.VERB, so that people and rules name what they want in the same way
 * on every platform.  The subject is a kind of dispute, "order" or "feedback"; the verb is one of accept decline offer refund
 * message tracking contest evidence appeal escalate received label cancel ship reply feedback revision. */
struct action {
	const char *kind;
	enum repeat repeat;
	int64_t visible_after;      /* ms after which a complete listing must show it */
	const char *source;         /* where repeat and visible_after are known from */
	struct exchange look, send; /* look.ask NULL: there is no reading back */
	int max_utf16;              /* longest text, UTF-16 units; 0: no limit known */
	enum moves moves;
	int (*wanted)(const struct account *); /* NULL: always; the first wanted one of a kind counts */
	unsigned needs, takes;                 /* enum takes: what must be there, and what else may be */
	const char *reasons; /* TAKES_REASON: the platform's words between spaces, the first is the preset */
	struct file_rules files;
};

/* How each kind of thing can be done here; the first wanted row of a kind counts.  A rule or a person that wishes an
 * action which is BY_PERSON here gets a task with the drafted text and the link. */
struct capability {
	const char *kind;
	enum { BY_API, BY_PERSON, NOT_HERE } how;
	const char *why; /* for people: the platform's reason, with its source */
	const char *
		link; /* BY_PERSON: where it is done; {order}, {conversation}, {dispute}, {feedback}, {listing} are filled in */
	int (*wanted)(const struct account *); /* NULL: always */
};

struct credential {
	const char *name;
	int rotates; /* a refresh ends the old grant: marked, sent once, committed, then used */
	int (*consent)(const struct task *, struct buf *url,
		       struct err *); /* address a person opens; NULL: not needed */
	struct exchange redeem;       /* what the person brought back -> grant and token */
	struct exchange refresh;      /* grant (or application secret) -> token */
};

/* A call quota.  `shared` ones belong to the application and so to all its accounts.  With a burst it is a rate: a bucket that holds
 * so many calls and gets `limit` of them per `window`, evenly. */
struct budget {
	const char *name;
	int64_t limit;  /* requests ... */
	int64_t window; /* ... per this many ms */
	int64_t offset; /* windows begin at n * window + offset (ms UTC); a rate has none: 0 */
	int reserve;    /* percent (of a rate: of its burst) that only sends may use */
	int shared;
	int64_t burst; /* 0: no rate, all of a window's calls may be made at once */
};

/* A host we talk to.  Patterns may begin with "*."; only hosts with `token` ever see a credential or an API key,
 * the others are for files that answers point to.  Where an account's `endpoint` leads is not for connectors. */
struct host {
	const char *pattern;
	int token;
};

/* A setting beyond the common ones, of the account or of its application. */
struct key {
	const char *name, *preset;
	const char *help; /* in i18n/texts/zh-Hans.po, as every text for people */
	enum { KEY_TEXT, KEY_NUMBER, KEY_FLAG, KEY_SECRET, KEY_CHOICE } type;
	const char *choices; /* "a b c" */
	unsigned application : 1, required : 1;
};

/* Notifications that the platform pushes: only a hint, polling stays the truth.  `notification`: headers and body as received.
 * The task has the account's settings and the time; an application's notification is shown to each of its accounts. */
struct push {
	/* The answer to the platform's question whether the address is ours.  query: as received, without '?'.  0, or -1 with err. */
	int (*challenge)(const struct task *, const char *query, struct buf *answer, struct err *);
	/* Which public key signed it: an id for `key`.  0, or -1 with err: it is not signed. */
	int (*key_id)(const struct task *, const struct response *notification, struct buf *id, struct err *);
	/* Fetches that key: task.cursor is the id, found.cursor the key.  Kept for key_for ms, never written down. */
	struct exchange key;
	int64_t key_for;
	/* task.cursor is the key.  0: genuine, or -1 with err. */
	int (*verify)(const struct task *, const struct response *notification, struct err *);
	/* Names of streams that have news: count. */
	int (*due)(const struct task *, const struct response *notification, const char *streams[], int max);
	/* Remote ids of buyers whose data must be erased: count. */
	int (*erase)(const struct task *, const struct response *notification, const char *buyers[], int max);
};

/* A question to the platform whether all is well, for `account doctor`: DONE, or an outcome whose reason says what to do.  What is
 * well but will not stay so, or cannot be told: DONE with the reason in found.err. */
struct check {
	const char *name;                      /* for people: "scope: messages" */
	struct exchange x;                     /* asked once, never counted as a poll */
	int (*wanted)(const struct account *); /* NULL: always */
};

struct connector {
	const char *name;       /* in the configuration, the store and the journal */
	const char *title;      /* for people */
	const struct key *keys; /* each table ends with a NULL name (kind, pattern) */
	const struct host *hosts;
	const struct budget *budgets;
	const struct credential *credentials;
	const struct stream *streams;
	const struct action *actions;
	const struct capability *capabilities;
	const struct push *push; /* NULL: none */
	const struct check *checks;
	/* BCP 47 language and IANA zone of a site, which may be NULL; NULL when unknown.  No such function: NULL. */
	const char *(*language)(const char *marketplace);
	const char *(*zone)(const char *marketplace);
	/* The one language in which a site lets sellers write to buyers; NULL: any.  No such function: any. */
	const char *(*demanded)(const char *marketplace);
};

extern const struct connector *const connectors[]; /* NULL at the end */
const struct connector *connector_find(const char *name);
const struct action *connector_action(const struct connector *, const struct account *,
				      const char *kind); /* NULL: not by API */
const struct capability *connector_capability(const struct connector *, const struct account *,
					      const char *kind); /* NULL: not said */

/* The usual meaning of a status; a connector starts from this.
 * 2xx DONE; 401 LOGIN; 3xx, 408, 425, 429, 5xx LATER or, when `once`, UNSURE (a connector may say LATER for a 429 that
 * its platform documents as not executed); anything else REFUSED.
 * Sets f->wait from Retry-After and f->err from the status. */
enum outcome outcome_of(const struct response *, int once, struct found *);

/* LATER with a reason, for answers that cannot be read. */
enum outcome later(struct found *, const char *pattern, ...) __attribute__((format(printf, 2, 3)));

#endif
