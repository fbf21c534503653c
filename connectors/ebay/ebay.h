/* ebay.h - what the files of the eBay connector share.
 *
 * Reading order: ebay.c and actions.c (the tables: everything there is), rest.c (requests and refusals of the REST APIs), sweep.c
 * (how a polled list is walked without a gap; rows.c, known.c), auth.c, identity.c, orders.c, messages.c, reply.c; signature.c, refunds.c, ship.c,
 * cancel.c, order_message.c; open_list.c (how a list of what is open is walked), post_order.c (the Post-Order API's manners), returns.c,
 * return_read.c, return_refund.c, return_actions.c, cases.c, inquiries.c, inquiry_answers.c, cancellations.c, cancellation_answers.c; payment_disputes.c,
 * payment_answers.c, payment_evidence.c; feedback.c, feedback_actions.c; analytics.c, push.c, checks.c; then the XML fallback for key sets without the
 * Message API: trading.c, trading_messages.c, trading_reply.c.  sites.c is a table of countries.
 */
#ifndef EBAY_H
#define EBAY_H

#include "base/json.h"
#include "base/xml.h"
#include "connector.h"

#define EBAY_REPLY_UTF16                                                                                     \
	2000 /* Message API: "messageText" of at most 2000; which unit is not said, so the strictest */

/* ---- sites.c ---- */
struct ebay_site {
	const char *marketplace;
	const char *language; /* BCP 47; NULL where a site has several */
	const char *zone;
	int trading; /* X-EBAY-API-SITEID */
};
const struct ebay_site *ebay_site(const char *marketplace); /* NULL: unknown */
const char *ebay_language(const char *marketplace);
const char *ebay_zone(const char *marketplace);

/* ---- rest.c ---- */
int ebay_setting_on(const struct account *, const char *key); /* a flag key */

/* The authority of a service ("api", "apiz", "auth"), of the sandbox when the application says so. */
void ebay_authority(struct buf *, const struct account *, const char *service);

/* "Name: value" into the request; -1 with err when the value holds control characters. */
int ebay_header(struct request *, const char *name, const char *value, struct err *);
int ebay_authorization(struct request *, const char *scheme, const char *token,
		       struct err *); /* scheme: "Bearer " */

/* A GET with the task's token; the caller appends path and query to the address. */
int ebay_get(const struct task *, struct request *, const char *service, struct err *);

/* The same as a POST of JSON that must not be repeated; the caller appends the body. */
int ebay_post(const struct task *, struct request *, const char *service, const char *path, struct err *);

/* Last step of every ask: 0, or -1 when a part outgrew its buffer. */
int ebay_fits(const struct request *, struct err *);

/* The answer's JSON object when the request was carried out; else NULL, and *o says what that means. */
json_t *ebay_answer(const struct task *, const struct response *, int once, struct found *, enum outcome *o);

/* The same where a refusal looks otherwise: error_of finds the first error in a document (which may be NULL). */
json_t *ebay_answer_with(const struct task *, const struct response *, int once,
			 const json_t *(*error_of)(const json_t *root), struct found *, enum outcome *o);

/* The number of the first of errors[] in an answer; 0: none. */
int64_t ebay_error_id(const struct task *, const struct response *);

int ebay_one_of(const char *words, const char *word); /* whether it is one of the words between spaces */

/* Hands one item that was not understood to found->odd.  The pattern's arguments are already in `why`.  As odd(). */
int ebay_odd(struct found *, const json_t *item, const char *packed_why);

/* Stable 64-bit fingerprint of a text in 16 hex digits (FNV-1a): tells texts apart, protects nothing. */
void ebay_fingerprint(const char *const texts[], char out[17]);
const char *ebay_fingerprint_of(struct arena *, const char *const texts[]); /* the same, in the arena */
const char *ebay_fingerprint_row(struct arena *, const json_t *row); /* of all that it says, as it came */

/* ---- rows.c ---- */

/* The ids of a page's rows, NULL for a row that has none.  In the task's arena. */
struct sweep_rows {
	const char **ids;
	size_t n;
};
struct sweep_rows sweep_rows(const struct task *, const json_t *list, const char *key);
int sweep_rows_have(const struct sweep_rows *, const char *id); /* NULL is no row's id */
/* Those that came neither earlier on their page nor on the page before; one without an id counts as another. */
size_t sweep_rows_fresh(const struct sweep_rows *, const struct sweep_rows *before);
/* How many a page repeats because others came in front of them: it begins as the page before ended. */
size_t sweep_rows_shifted(const struct sweep_rows *, const struct sweep_rows *before);
/* In a cursor: ,"key":[…], nothing when there are none. */
void sweep_rows_write(const struct sweep_rows *, const char *key, struct buf *);
struct sweep_rows sweep_rows_read(const struct task *, const json_t *ids);

/* ---- known.c: what was read whole, by its id and the fingerprint of its row then ---- */

#define KNOWN_MAX 200 /* the oldest is forgotten for another one, and opened again */

struct known {
	size_t n;
	struct known_thing {
		const char *id, *row;
	} things[KNOWN_MAX];
};
int known_same(const struct known *, const char *id, const char *row);
void known_note(struct known *, const char *id, const char *row);
void known_read(struct known *, const json_t *); /* into an empty one; strings stay where they are */
void known_write(const struct known *, struct buf *);

/* ---- sweep.c ---- */

#define SWEEP_TODO 1000 /* more would mean that a page ignored its limit */

/* One thing that a page named and that needs a request of its own. */
struct sweep_todo {
	const char *id;
	const char *item;  /* the caller's, NULL */
	const char *row;   /* fingerprint of the row that named it; NULL: it will not be known */
	const char *shows; /* the id inside of it that the row spoke of, until it is met; NULL */
};

/* The cursor of a list that is swept again and again.  Strings live in the task's arena. */
struct sweep {
	int64_t from;       /* changes since then are asked for */
	int64_t start;      /* when this sweep began; 0: none under way */
	int64_t hour, wide; /* when the last sweep began that the hourly, the daily one goes back to */
	int64_t offset;     /* where the next page begins */
	int64_t seen,
		total; /* different rows met, or pushed in front of us; the most rows that a page spoke of */
	int64_t shifted;                  /* of those seen: pushed in front of us, not met */
	int64_t again;                    /* sweeps in a row that did not meet every row */
	int64_t inner, met;               /* offset inside the head of todo; different rows met there */
	int64_t tries;                    /* how often the head of todo failed */
	int last;                         /* the last page has been read */
	int lacks;                        /* the page before showed less than it should */
	int torn;                         /* between two pages rows left */
	int folder;                       /* Trading: 0 inbox, 1 sent */
	struct sweep_rows before, within; /* of the page before, of the list and of the head of todo */
	const char *me;                   /* our own user name, while the account does not know it */
	struct known known;               /* read whole since a window last reached back */
	size_t ntodo;
	struct sweep_todo todo[SWEEP_TODO];
};

struct sweep *sweep_read(
	const struct task *); /* in the arena; a fresh one for "" or a cursor that is not ours */
void sweep_begin(struct sweep *, const struct task *); /* first answer of a sweep: notes when it began */
/* To be opened, unless it is known and its row looks the same.  0, -1 when there are too many. */
int sweep_open(struct sweep *, struct sweep_todo);
void sweep_doubt(struct sweep *);    /* the head of todo lacks something: it will not be known */
void sweep_done_one(struct sweep *); /* it is finished: known, unless in doubt or still to show something */
/* A page was read.  size: rows that were asked for; overlap: rows of this page that the next one begins with, 0: it can
 * begin only at a multiple of size. */
void sweep_page(struct sweep *, struct sweep_rows, size_t size, size_t overlap, int64_t total);
int sweep_repeats(const struct sweep *,
		  struct sweep_rows); /* it is the page before once more: rows are missing */
/* A page of the head of todo was read; LACKS: that was the last, and not every row was met. */
enum sweep_inner {
	INNER_MORE,
	INNER_WHOLE,
	INNER_LACKS
} sweep_inner(struct sweep *, struct sweep_rows, size_t step, int64_t total);
/* From its first page again after a while: 1, or 0 when that was tried often enough, and it stays in doubt. */
int sweep_inner_again(struct sweep *, struct found *);
enum outcome sweep_next(struct sweep *,
			struct found *); /* writes the cursor: MORE, or DONE and the next window */
void sweep_write(const struct sweep *, struct buf *);

/* The same for a look, which walks one list once: MORE, or DONE, complete when every row was met. */
enum outcome sweep_look(struct sweep *, struct found *);

/* The head of todo could not be had.  Not found: skipped.  Refused, or the platform fails on just this one again and again: odd,
 * and skipped.  Everything else is the outcome of the whole answer. */
enum outcome sweep_failed(struct sweep *, const struct response *, enum outcome, struct found *);

/* ---- open_list.c: lists that show what is open and know no "changed since" ----
 *
 * A sweep walks the list.  What is new, or whose row looks otherwise than at the last sweep, is read whole by requests of its own, and
 * so is what has vanished: it was closed, or it slipped through between two pages. */

#define OPEN_MAX 4000

struct open_id {
	const char *id;
	const char *print; /* fingerprint of its row in the list */
	const char *note;  /* a few bytes that the caller wants to remember of it; "" at first */
	int64_t again;     /* to be read whole once more, from then on; 0: when its row changes */
	char state;
	int closed; /* met among everything, and not among what is open */
};

/* The cursor of such a list.  Everything lives in the task's arena. */
struct open_list {
	int64_t start;      /* when this sweep began */
	int64_t offset;     /* where the next page begins: so many rows lie before it */
	int64_t met;        /* different rows met; against */
	int64_t total;      /* the most rows that a page spoke of */
	int64_t tries;      /* how often the wanted one failed */
	int64_t step;       /* the caller's: requests made for the wanted one so far */
	const json_t *said; /* the caller's: what an earlier step said of it, NULL */
	int64_t wide;       /* when the last sweep began that walked everything; 0: none did */
	enum { UNDECIDED, EVERYTHING, OPEN_ONES } walk;
	int last;            /* the last page has been read */
	const char *mark;    /* first id of the page before */
	struct open_id *ids; /* all that are open, as far as we know */
	size_t nids, room;
	struct arena *arena;
};

struct open_list *open_list_read(const struct task *); /* a fresh one for "" or a cursor that is not ours */
struct open_list *open_list_of_one(const struct task *,
				   const char *id); /* for a look: just this one is wanted, in steps */
/* Whether this page is one of everything that was opened lately, closed or not: once a day, so that what was opened and closed between two
 * sweeps, or while nobody looked, is met.  For lists that can show that; before the page is asked for and before it is read. */
int open_list_everything(struct open_list *);
int64_t open_list_since(const struct open_list *, const struct task *); /* opened since then */
struct open_id *open_list_wanted(const struct open_list *); /* to be read whole now; NULL: the next page */
int open_list_meet(struct open_list *, const char *id,
		   const char *print); /* a row; -1 when there are too many */
/* There are: more of what is open cannot be followed, but among everything the rest is told and left. */
enum outcome open_list_full(struct open_list *, struct found *, const char *name);
/* A page was read.  step: how far the next one begins behind this one; less than was asked for, so that they overlap. */
void open_list_page(struct open_list *, size_t rows, size_t step, int64_t total);
void open_list_note(struct open_list *, const char *id, const char *note); /* to be remembered of it */
int open_list_repeats(struct open_list *, const char *first); /* the same page again: rows are missing */
/* The wanted one was read, or is given up.  open: it is open, listed or not, and stays known. */
void open_list_done_one(struct open_list *, int open);
/* The wanted one could not be had; as sweep_failed. */
enum outcome open_list_failed(struct open_list *, const struct response *, enum outcome, struct found *);
void open_list_anew(const struct task *,
		    struct buf *cursor); /* a stream's `anew`: all that is known is read whole once more */
enum outcome open_list_next(struct open_list *, struct found *); /* writes the cursor: MORE, or DONE */

/* ---- post_order.c: requests and answers of the Post-Order API.  What GraphQL will replace is behind this and the files that
 * say so at their top: returns.c, inquiries.c, cases.c, cancellations.c ---- */

/* A request with the token in its own manner, path behind "/post-order/v2/"; the caller appends to the address.  POST: `once`, JSON body
 * to be appended. */
int post_order_open(const struct task *, struct request *, const char *method, const char *path,
		    struct err *);
/* As ebay_answer, for its three layouts of errors; 204 is an empty object. */
json_t *post_order_answer(const struct task *, const struct response *, int once, struct found *,
			  enum outcome *o);
int64_t post_order_time(const json_t *, const char *key); /* {"value": ISO 8601}; 0 */
/* {"value": 21.5, "currency": "USD"}: 0, 1 when there is none, -1 when it cannot be read */
int post_order_money(const json_t *, const char *key, struct money *);
const char *post_order_text(const json_t *, const char *key); /* {"content": …}, NULL */
/* How many there are by the list's own word, or else by its paginationOutput; -1: neither says so */
int64_t post_order_total(const struct task *, const json_t *root, const char *key);

enum actor post_order_actor(const char *word); /* NULL: the platform */
/* {"content": …} under key into a body; nothing for "" or NULL */
void post_order_put_text(struct buf *, const char *key, const char *text);
void post_order_put_amount(struct buf *, const char *key,
			   const struct money *); /* "key":{…}, a number as its value */

/* ---- return_read.c ---- */
/* Summary and detail (which may be NULL) as a dispute, all but its files.  -1: its amount cannot be read, the rest is filled in. */
int ebay_return_read(const struct task *, const json_t *summary, const json_t *detail, struct dispute *,
		     struct err *why);
void ebay_return_files(const struct task *, const json_t *list,
		       struct dispute *);              /* those whose bytes came along */
int64_t ebay_return_look_again(const json_t *summary); /* when its options change without a word; 0 */

/* ---- return_refund.c ---- */
const char *ebay_return_memo(const struct task *, const json_t *fees); /* NULL: they cannot be read whole */
int ebay_return_needs_amount(const struct task *, struct err *);
int ebay_return_refund(const struct task *, struct buf *body, struct err *);

/* ---- returns.c ---- */
int ebay_returns_ask(const struct task *, struct request *, struct err *);
enum outcome ebay_returns_read(const struct task *, const struct response *, struct found *);
int ebay_return_look_ask(const struct task *, struct request *, struct err *);
enum outcome ebay_return_look_read(const struct task *, const struct response *, struct found *);

/* ---- return_actions.c ---- */
int ebay_return_act_ask(const struct task *, struct request *, struct err *);
enum outcome ebay_return_act_read(const struct task *, const struct response *, struct found *);
/* What the return shows that task.out->kind could have made, to found->own.  *complete: nothing was left out.  0, or -1: a callback failed. */
int ebay_return_own(const struct task *, const struct dispute *, const json_t *detail, struct found *,
		    int *complete);

/* ---- cases.c ---- */
int ebay_cases_ask(const struct task *, struct request *, struct err *);
enum outcome ebay_cases_read(const struct task *, const struct response *, struct found *);
int ebay_appeal_look_ask(const struct task *, struct request *, struct err *);
enum outcome ebay_appeal_look_read(const struct task *, const struct response *, struct found *);
int ebay_appeal_ask(const struct task *, struct request *, struct err *);
enum outcome ebay_appeal_read(const struct task *, const struct response *, struct found *);

/* What its words mean, with a NULL word at the end; BY_STATE: this status says only that it is open, the state tells more. */
#define POST_ORDER_BY_STATE (-1)
struct post_order_word {
	const char *word;
	int status; /* enum dispute_status */
};
/* A word that eBay added counts as our turn: rather looked at in vain than missed. */
enum dispute_status post_order_status(const struct post_order_word *statuses, const char *status,
				      const struct post_order_word *states, const char *state);

/* One of its lists, as its answers call things. */
struct post_order_list {
	const char *name;              /* for people: "returns" */
	const char *rows, *total, *id; /* keys */
	int everything;                /* it can show what is closed, too */
	size_t step;                   /* how far the next page begins behind this one */
	const char *(*print)(const struct task *, const json_t *row); /* a fingerprint of what may change */
	/* What only the list tells, until the thing is read whole; NULL: nothing. */
	const char *(*note)(const struct task *, const json_t *row, const struct open_list *);
};
/* A page of it: every row is met; writes the cursor. */
enum outcome post_order_page(const struct task *, const struct response *, const struct post_order_list *,
			     struct open_list *, struct found *);

/* ---- signature.c: digital signatures, for sellers in the EU and the UK ---- */

/* Last of all: signs what stands in the request, when the account's `signatures` says so.  0, or -1 with err. */
int ebay_sign(const struct task *, struct request *, struct err *);

/* ---- payment_disputes.c ---- */
int ebay_payment_disputes_ask(const struct task *, struct request *, struct err *);
enum outcome ebay_payment_disputes_read(const struct task *, const struct response *, struct found *);

/* A GET of the dispute; what: "", or what is behind its address. */
int ebay_payment_dispute_open(const struct task *, struct request *, const char *id, const char *what,
			      struct err *);
/* All but the history; -1 with why, as when it is another one than `id`. */
int ebay_payment_dispute_read(const struct task *, const json_t *, const char *id, struct dispute *,
			      struct err *why);

/* ---- payment_answers.c ---- */
#define EBAY_DISPUTE_NOTE_UTF16 1000 /* contestPaymentDispute: note of at most 1000 characters */

int ebay_payment_look_ask(const struct task *, struct request *, struct err *); /* of its evidence, too */
enum outcome ebay_payment_look_read(const struct task *, const struct response *, struct found *);
int ebay_payment_contest_ask(const struct task *, struct request *, struct err *);
int ebay_payment_accept_ask(const struct task *, struct request *, struct err *);
enum outcome ebay_payment_answer_read(const struct task *, const struct response *, struct found *);

/* ---- payment_evidence.c ---- */
#define EBAY_EVIDENCE_FILES 5       /* how many eBay takes it does not say (errors 33103, 33105) */
#define EBAY_EVIDENCE_BYTES 1500000 /* "1.5 MB or less", of each (33006) and of all in a set (33104) */
#define EBAY_EVIDENCE_TYPES "image/jpeg image/png"

int ebay_payment_evidence_ask(const struct task *, struct request *, struct err *);
enum outcome ebay_payment_evidence_read(const struct task *, const struct response *, struct found *);

/* ---- inquiries.c ---- */
int ebay_inquiries_ask(const struct task *, struct request *, struct err *);
enum outcome ebay_inquiries_read(const struct task *, const struct response *, struct found *);

int ebay_inquiry_open(const struct task *, struct request *, const char *method, const char *id,
		      const char *what, struct err *);
int ebay_inquiry_read(const struct task *, const json_t *, const char *id, struct dispute *, struct err *why);
enum dispute_status ebay_inquiry_status(const char *status, const char *state);

/* ---- inquiry_answers.c ---- */
#define INQUIRY_TEXT_UTF16 1000 /* no limit is documented */

int ebay_inquiry_look_ask(const struct task *, struct request *, struct err *);
enum outcome ebay_inquiry_look_read(const struct task *, const struct response *, struct found *);
int ebay_inquiry_tracking_ask(const struct task *, struct request *, struct err *);
int ebay_inquiry_refund_ask(const struct task *, struct request *, struct err *);
enum outcome ebay_inquiry_refund_read(const struct task *, const struct response *, struct found *);
int ebay_inquiry_message_ask(const struct task *, struct request *, struct err *);
int ebay_inquiry_escalate_ask(const struct task *, struct request *, struct err *);
enum outcome ebay_inquiry_answer_read(const struct task *, const struct response *, struct found *);

/* ---- cancellations.c: those that buyers ask for, and our own ---- */
int ebay_cancellations_ask(const struct task *, struct request *, struct err *);
int ebay_cancellations_ours_ask(const struct task *, struct request *, struct err *);
enum outcome ebay_cancellations_read(const struct task *, const struct response *, struct found *);

int ebay_cancellation_open(const struct task *, struct request *, const char *method, const char *id,
			   const char *what, struct err *);
int ebay_cancellation_read(const struct task *, const json_t *, const char *id, struct dispute *,
			   struct err *why);
enum dispute_status ebay_cancellation_status(const char *status, const char *state);

/* ---- cancellation_answers.c ---- */
int ebay_cancellation_look_ask(const struct task *, struct request *, struct err *);
enum outcome ebay_cancellation_look_read(const struct task *, const struct response *, struct found *);
int ebay_cancellation_accept_ask(const struct task *, struct request *, struct err *);
int ebay_cancellation_decline_ask(const struct task *, struct request *, struct err *);
enum outcome ebay_cancellation_answer_read(const struct task *, const struct response *, struct found *);

/* ---- auth.c ---- */
int ebay_full(const struct account *); /* scopes = full: the account may do more than read orders */
int ebay_consent(const struct task *, struct buf *, struct err *);
int ebay_redeem_ask(const struct task *, struct request *, struct err *);
enum outcome ebay_redeem_read(const struct task *, const struct response *, struct found *);
int ebay_refresh_ask(const struct task *, struct request *, struct err *);
enum outcome ebay_refresh_read(const struct task *, const struct response *, struct found *);
int ebay_application_ask(const struct task *, struct request *, struct err *);

/* ---- identity.c ---- */
int ebay_identity_ask(const struct task *, struct request *, struct err *);
enum outcome ebay_identity_read(const struct task *, const struct response *, struct found *);

/* ---- orders.c ---- */
int ebay_orders_ask(const struct task *, struct request *, struct err *);
enum outcome ebay_orders_read(const struct task *, const struct response *, struct found *);

/* What one order of an answer says: DONE, or LATER with the reason. */
enum outcome ebay_order_read(const struct task *, const json_t *, struct found *);
int ebay_parcel_read(const struct task *, const json_t *, struct shipment *); /* -1: it cannot be read */

/* ---- refunds.c ---- */
#define EBAY_COMMENT_UTF16 100 /* the documentation; an error text says 1000 */
#define EBAY_REFUND_REASONS                                                                                  \
	"OTHER_ADJUSTMENT ITEM_NOT_RECEIVED ITEM_NOT_AS_DESCRIBED BUYER_RETURN BUYER_CANCEL SELLER_CANCEL "  \
	"SHIPPING_DISCOUNT"

/* The refunds that an order shows, to found->refund; -1 when a callback failed. */
int ebay_refunds_of(const struct task *, const json_t *order, const char *id, struct found *);
int ebay_order_ask(const struct task *, struct request *, struct err *); /* the order of task.out, whole */
enum outcome ebay_refund_look_read(const struct task *, const struct response *, struct found *);
int ebay_refund_ask(const struct task *, struct request *, struct err *);
enum outcome ebay_refund_read(const struct task *, const struct response *, struct found *);

/* ---- ship.c ---- */
int ebay_ship_look_ask(const struct task *, struct request *, struct err *);
enum outcome ebay_ship_look_read(const struct task *, const struct response *, struct found *);
int ebay_ship_ask(const struct task *, struct request *, struct err *);
enum outcome ebay_ship_read(const struct task *, const struct response *, struct found *);

/* ---- cancel.c ---- */
#define EBAY_CANCEL_REASONS "BUYER_ASKED_CANCEL OUT_OF_STOCK_OR_CANNOT_FULFILL ADDRESS_ISSUES"
int ebay_cancel_look_ask(const struct task *, struct request *, struct err *);
enum outcome ebay_cancel_look_read(const struct task *, const struct response *, struct found *);
int ebay_cancel_ask(const struct task *, struct request *, struct err *);
enum outcome ebay_cancel_read(const struct task *, const struct response *, struct found *);

/* ---- messages.c ---- */
int ebay_rest_wanted(const struct account *); /* messages = rest */
int ebay_messages_ask(const struct task *, struct request *, struct err *);
enum outcome ebay_messages_read(const struct task *, const struct response *, struct found *);
int ebay_system_ask(const struct task *, struct request *, struct err *);
enum outcome ebay_system_read(const struct task *, const struct response *, struct found *);

/* One page of one conversation; `own`: also hand our messages to found->own. */
struct ebay_conversation {
	const char *type; /* FROM_MEMBERS, FROM_EBAY */
	const char *id, *listing;
	const char *me; /* our own user name */
	int own;
};
int ebay_conversation_ask(const struct task *, struct request *, const char *id, const char *type,
			  int64_t offset, struct err *);
/* -1: a callback failed.  Else *odd rows were not understood, and the conversation has *total. */
int ebay_conversation_read(const struct task *, const json_t *root, const struct ebay_conversation *,
			   struct found *, size_t *odd, int64_t *total);

/* ---- reply.c ---- */
int ebay_reply_look_ask(const struct task *, struct request *, struct err *);
enum outcome ebay_reply_look_read(const struct task *, const struct response *, struct found *);
int ebay_reply_ask(const struct task *, struct request *, struct err *);
enum outcome ebay_reply_read(const struct task *, const struct response *, struct found *);

int ebay_message_check(const struct outgoing *, struct err *); /* text and files: 0, or -1 with err */

/* ---- order_message.c; its answer is read by ebay_reply_read ---- */
int ebay_order_message_look_ask(const struct task *, struct request *, struct err *);
enum outcome ebay_order_message_look_read(const struct task *, const struct response *, struct found *);
int ebay_order_message_ask(const struct task *, struct request *, struct err *);

/* ---- feedback.c ---- */
int ebay_feedback_ask(const struct task *, struct request *, struct err *);
enum outcome ebay_feedback_read(const struct task *, const struct response *, struct found *);
/* One entry; sent: we gave it.  -1 with why when it cannot be read. */
int ebay_feedback_read_one(const struct task *, const json_t *, int sent, struct feedback *, struct err *why);

/* ---- feedback_actions.c ---- */
#define EBAY_FEEDBACK_UTF16 500
int ebay_feedback_look_ask(const struct task *, struct request *, struct err *);
enum outcome ebay_feedback_look_read(const struct task *, const struct response *, struct found *);
int ebay_feedback_reply_ask(const struct task *, struct request *, struct err *);
enum outcome ebay_feedback_reply_read(const struct task *, const struct response *, struct found *);
int ebay_awaiting_ask(const struct task *, struct request *, struct err *);
enum outcome ebay_awaiting_look_read(const struct task *, const struct response *, struct found *);
int ebay_order_feedback_ask(const struct task *, struct request *, struct err *);
enum outcome ebay_order_feedback_read(const struct task *, const struct response *, struct found *);

/* ---- analytics.c ---- */
int ebay_standards_ask(const struct task *, struct request *, struct err *);
enum outcome ebay_standards_read(const struct task *, const struct response *, struct found *);

/* ---- push.c ---- */
extern const struct push ebay_push;

/* ---- trading.c ---- */
int trading_wanted(const struct account *); /* messages = trading */

/* Opens a call: method, address, headers, and the body up to the base fields.  `invocation` may be NULL. */
int trading_open(const struct task *, struct request *, const char *call, const char *detail,
		 const char *invocation, struct err *);
void trading_element(struct buf *, const char *name,
		     const char *text); /* <name>text</name>, nothing for NULL */
int trading_close(struct request *, const char *call, struct err *);

/* The document when the call was carried out (Ack Success or Warning), to be freed; else NULL, and *o says what that means. */
struct xml *trading_answer(const struct task *, const struct response *, const char *call, int once,
			   struct found *, enum outcome *o);

/* ---- trading_messages.c ---- */
int trading_messages_ask(const struct task *, struct request *, struct err *);
enum outcome trading_messages_read(const struct task *, const struct response *, struct found *);

/* ---- trading_reply.c ---- */
int trading_look_ask(const struct task *, struct request *, struct err *);
enum outcome trading_look_read(const struct task *, const struct response *, struct found *);
int trading_reply_ask(const struct task *, struct request *, struct err *);
enum outcome trading_reply_read(const struct task *, const struct response *, struct found *);

/* ---- tables ---- */
extern const struct action ebay_actions[];          /* actions.c */
extern const struct capability ebay_capabilities[]; /* actions.c */
extern const struct check ebay_checks[];            /* checks.c */
extern const struct connector ebay;

#endif
