/* disputes.h - what buyers and sellers quarrel about; private to world/ebay.
 *
 * A dispute has a state of its own kind, clocks ("turns") that run while it is the seller's turn, and a history.  Whoever acts,
 * through an API, on the web site or as the buyer or eBay, does a deed; the kind's machine carries it out or says why not.
 */
#ifndef MARKET_EBAY_DISPUTES_H
#define MARKET_EBAY_DISPUTES_H

#include "state.h"

enum dispute_kind { RETURN, INQUIRY, CASE, CANCELLATION, CHARGEBACK, N_KINDS };

struct turn {
	const char *action; /* what the seller is to do */
	int64_t due, answered;
};

struct entry {
	const char *what, *actor;
	const char *from, *to; /* states, where the kind shows them */
	char *text;
	struct money amount;
	int64_t at, visible;
};

struct file {
	char id[48];
	char *name, *purpose;
	const char *type; /* JPEG, PNG, … */
	char *bytes;
	size_t len;
	int64_t at;
};

struct evidence {
	char id[24];
	char *type;
	int64_t asked, due, given;
	size_t *files; /* places in the dispute's files */
	size_t n_files;
};

struct dispute {
	enum dispute_kind kind;
	char id[24];
	struct order *order;
	struct line *line;
	struct money amount;   /* what is claimed */
	struct money refunded; /* what the buyer got by way of it */
	int64_t opened, changed, closed;
	int64_t decided;                     /* when eBay, or the bank, decides; 0: nothing to decide */
	const char *state, *status, *ending; /* ending: the vendor's word for how it was closed */
	char *reason, *text;
	struct turn *turns;
	struct entry *history;
	struct file *files;
	struct count *acts; /* through an API */
	struct count *by_hand;
	size_t n_turns, n_history, n_files, n_acts, n_by_hand;
	struct dispute *parent, *next;

	int by_seller;            /* a cancellation that the seller made */
	struct money offer;       /* a return's partial refund */
	char *carrier, *tracking; /* an inquiry's, a cancellation's, or the parcel that comes back */
	int64_t shipped;
	const char *appeal; /* of a case */
	int64_t appealed;
	int revision; /* of a chargeback */
	const char *response;
	char *note;
	struct evidence *evidence;
	size_t n_evidence;
	struct row row;
};

struct deed {
	const char *actor; /* BUYER, SELLER, EBAY */
	const char *verb;
	const char *text; /* NULL: none */
	struct money amount;
	const char *carrier, *tracking;
	int64_t shipped;
	int revision; /* 0: not looked at */
	int by_hand;
	int64_t now;
};

/* What a machine says to a deed: 0, or one of these, or an error id of the vendor. */
enum {
	NOT_FOUND = 11001,
	BAD_STATE = 1600, /* these three are not in the documents */
	BAD_AMOUNT = 1601,
	BAD_INPUT = 1602,
	BAD_TRACKING = 292023,
	BAD_CARRIER = 292024,
};

struct machine {
	const char *name;
	void (*open)(struct ebay *, struct dispute *, int64_t now);    /* its first state and clock */
	void (*overdue)(struct ebay *, struct dispute *, int64_t now); /* the seller let the clock run out */
	void (*decide)(struct ebay *, struct dispute *, int64_t now);
	int (*act)(struct ebay *, struct dispute *, const struct deed *);
};
extern const struct machine returns, inquiries, cases, cancellations, chargebacks;
const struct machine *machine_of(const struct dispute *);

/* disputes.c */
struct dispute *dispute_open(struct ebay *, enum dispute_kind, struct order *, struct line *, int64_t now);
struct dispute *find_dispute(const struct ebay *, int kind, const char *id); /* kind -1: any */
struct dispute *open_dispute_of(const struct ebay *,
				const struct order *); /* one that keeps the order's refund back; NULL */
int dispute_act(struct ebay *, struct dispute *, const struct deed *); /* does and counts it */
void disputes_tick(struct ebay *, int64_t now);                        /* what time alone brings about */
void dispute_free(struct dispute *);

struct entry *remember(struct ebay *, struct dispute *, const char *actor, const char *what, const char *text,
		       int64_t now);
void move_to(struct dispute *, const char *state,
	     const char *status); /* and the last entry of the history says so */
void close_as(struct dispute *, const char *state, const char *status, const char *ending, int64_t now);
void ask_seller(struct dispute *, const char *action, int64_t due);
void seller_answered(struct dispute *, int64_t now);
const struct turn *turn_now(
	const struct dispute *); /* the clock that runs; NULL when it is not the seller's turn */
void dispute_pays(struct ebay *, struct dispute *, const struct money *, int64_t now); /* to the buyer */
void take_file(struct dispute *, const char *id, const char *name, const char *purpose, const char *type,
	       const char *bytes, size_t len, int64_t now);
struct dispute *escalate(struct ebay *, struct dispute *, const char *by, int64_t now); /* the case */

int64_t transaction_of(const struct line *); /* the number that Trading and Post-Order know the line by */

/* pacific.c: eBay's clocks end with the day on its own coast. */
int64_t pacific_day_end(int64_t now, int days);      /* 23:59:59 there, so many days later */
int64_t pacific_business_end(int64_t now, int days); /* Monday to Friday counted */

#endif
