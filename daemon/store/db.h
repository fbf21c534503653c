/* db.h - inside the store: one connection, one turn, statements that are prepared once.
 *
 * A statement is named by its literal:
 *
 *     sqlite3_stmt *q = QUERY(s, "SELECT id, name FROM buyer WHERE account = ?", INT(account));
 *     while (sql_row(s, q))
 *             use(col_int(q, 0), col_text(s, q, 1));
 *
 * The literal's address is the key of the cache, so it must be a literal.  A loop that is left early needs sql_end.
 * After a failure QUERY returns NULL, sql_row 0, DO 0: the turn runs through without effect and store_commit tells why.
 */
#ifndef DB_H
#define DB_H

#include <sqlite3.h>

#include "daemon/store/store.h"

#define APPLICATION  0x53435247 /* "SCRG" in the file's head, so that file(1) and we know our own */
#define JOURNAL_HEAD 86         /* "ID:HASH" and its end */
/* The lock file: the pid for people on its first line, then the witness (lost.c). */
#define WITNESS_AT   12
#define WITNESS_SIZE (20 + 1 + JOURNAL_HEAD - 1 + 1)
#define STATEMENTS   512 /* slots of the cache; a power of two, well above the number of literals */

struct store {
	sqlite3 *db;
	char *path;
	int lock; /* descriptor that holds the lock file, -1 for readers */
	int past; /* history is decided once more: past.c */
	struct arena *arena;
	int64_t changes; /* total when the turn began: has it written? */
	int64_t commits;
	char head[JOURNAL_HEAD]; /* of the journal as committed; "": it is to be read again */
	struct {
		int64_t commit; /* 0: nothing is remembered */
		char head[100];
	} witness;               /* as the lock file had it when we came */
	struct counted *counted; /* calls, of which the file may not know yet: budget.c */
	size_t ncounted;
	int budgets_loaded;
	int purge;           /* the log is to be emptied after the commit */
	int64_t latest;      /* wall time of the newest turn that wrote */
	int64_t former;      /* the same when this turn began */
	int64_t unhurried;   /* changes of this turn that a kill may take away: stream_went_on */
	int lasts;           /* this turn wrote others */
	int waits;           /* the transaction is still open: earlier turns wrote what need not last */
	int64_t waits_since; /* monotonic */
	int depth;           /* of pages within pages */
	int marked;          /* so many of them SQLite knows of: from the first that writes on */
	int failed;          /* the turn is lost, unless a page takes it on itself: */
	int failed_at;  /* how deep the innermost page stood that it happened in and that is still open */
	int of_data;    /* for what was to be stored; any other page of this disk can still be */
	struct err err; /* why */
	struct {
		const char *literal;
		sqlite3_stmt *stmt;
	} cache[STATEMENTS];
};

/* budget.c: what was counted goes into this turn, which writes anyway; then, whether that was committed. */
void budgets_write(struct store *);
void budgets_written(struct store *, int committed);
void budgets_free(struct store *);

struct bind {
	enum { BIND_NULL, BIND_INT, BIND_TEXT, BIND_BLOB } type;
	int64_t number;
	const void *bytes;
	size_t len;
};

struct bind INT(int64_t);
struct bind INT0(int64_t);       /* 0 is NULL: not said */
struct bind TEXT(const char *);  /* NULL is NULL; invalid UTF-8 is cleaned when bound */
struct bind TEXT0(const char *); /* "" is NULL too */
struct bind BLOB(const void *, size_t);

#define BINDS(...)                                                                                           \
	(const struct bind[]){{0}, ##__VA_ARGS__},                                                           \
		sizeof((struct bind[]){{0}, ##__VA_ARGS__}) / sizeof(struct bind)

#define QUERY(s, literal, ...) sql_start(s, "" literal, BINDS(__VA_ARGS__))
/* Runs it to its end: rows changed. */
#define DO(s, literal, ...) sql_do(s, "" literal, BINDS(__VA_ARGS__))
/* The first column of the first row, or `otherwise`. */
#define GET(s, otherwise, literal, ...) sql_get(s, otherwise, "" literal, BINDS(__VA_ARGS__))

sqlite3_stmt *sql_start(struct store *, const char *literal, const struct bind *, size_t);
int sql_do(struct store *, const char *literal, const struct bind *, size_t);
int64_t sql_get(struct store *, int64_t otherwise, const char *literal, const struct bind *, size_t);
int sql_row(struct store *, sqlite3_stmt *); /* 1: a row; 0: no more (and ended) */
void sql_end(struct store *, sqlite3_stmt *);
void sql_free(struct store *); /* the cache */

int64_t col_int(sqlite3_stmt *, int);                      /* NULL is 0 */
const char *col_text(struct store *, sqlite3_stmt *, int); /* in the arena; NULL is NULL */
const void *col_blob(struct store *, sqlite3_stmt *, int, size_t *len);
const char *clean_text(struct store *, const char *); /* the same when it is valid UTF-8; NULL is NULL */

/* Several statements outside the cache.  0, or -1 with err. */
int sql_script(sqlite3 *, const char *path, const char *sql, struct err *);
/* What the last error of the connection means to a seller.  -1. */
int sql_explain(sqlite3 *, const char *path, struct err *);
void pages_mark(struct store *);  /* db.c: something will be written in the innermost page */
void store_purge(struct store *); /* db.c: nothing of what this turn frees may be left in the log */
/* db.c, for those who open a file in another way than the service does */
struct store *store_new(const char *path); /* not open yet; store_close */
int store_lock(struct store *, struct err *);
int store_configure(sqlite3 *, const char *path, struct err *);
void store_fail(struct store *); /* the turn is lost, by the connection's last error */

/* schema.c: what each version adds; MIGRATIONS leads from empty to the present one. */
extern const char *const migrations[];
extern const int migrations_count;

/* migrate.c: brings the file to version `count`; a stamped copy of a former version is made first. */
int store_migrate(sqlite3 *, const char *path, const char *const *steps, int count, int64_t now,
		  struct err *);

/* lost.c: what the lock file remembers; notes in the first turn that the store is behind */
void witness_read(struct store *);
void witness_write(struct store *, int64_t commit);
void lost_note(struct store *);

/* migrate.c: PATH.WHAT.DATE, for what is kept beside a store.  0, or -1 with err. */
int dated_name(struct buf *out, const char *path, const char *what, int64_t now, struct err *);
/* backup.c: under its new name durably, replacing what stands there.  0, -1 with errno */
int put_in_place(const char *from, const char *to);
/* verify.c: what is wrong with the file, NULL: nothing */
const char *store_damage(struct store *);

/* words.c: how texts (valid UTF-8) are cut into words for searching */
#define WORDS_MAX (192 * 1024)
void words_index(struct buf *out, const char *text);        /* replaces *out, at most WORDS_MAX */
const char *words_query(struct arena *, const char *typed); /* NULL when there is nothing to search */

/* waiting.c: the deadline of a dispute ('d') or conversation ('c') moved: what is about it and has not left has the new one, and of a rule
 * nothing sleeps beyond it. */
void outbox_follow(struct store *, char kind, int64_t id, int64_t deadline);

/* message.c, buyer.c: make the newest ones findable */
void messages_index(struct store *);
void buyers_index(struct store *);
void messages_unindex(struct store *); /* those of temp.person, erase.c */

/* record.c: what is newer wins, what is older fills gaps; what is not said ("", 0) deletes nothing */
const char *merge_text(int fresh, const char *said, const char *known);
int64_t merge_number(int fresh, int64_t said, int64_t known);
int64_t first_of(int64_t a, int64_t b, int64_t c); /* that is not 0 */
/* Something that cannot be stored is odd.  0. */
int record_refused(struct store *, int64_t account, const char *remote, const char *packed_why, int64_t now);
/* The only order among the rows of q, 0 when there is none or several; *n: their number, at most 2. */
int64_t order_only(struct store *, sqlite3_stmt *q, int *n);
/* The order that the platform names, else that of the order line, else the only one of this buyer for this listing that was there `at` that time. */
int64_t order_about(struct store *, int64_t account, const char *remote, const char *line, int64_t buyer,
		    const char *listing, int64_t at);
#define WAS_THERE(at)                                                                                        \
	"ifnull(o.created, 0) <= " at /* an order o: nobody complains about one that is bought later */
void order_link(
	struct store *,
	int64_t order); /* disputes and feedback that came in before it, or were taken for another's */

/* refund.c: those of an order that came in before it */
void refunds_tell(struct store *, int64_t account, int64_t order, const char *remote, int64_t now);

/* attachment.c: bytes by their hash, each stored once */
#define CONTENT_HASH 32
void content_put(struct store *, const void *bytes, size_t, int64_t now, unsigned char hash[CONTENT_HASH]);

/* buyer.c, conversation.c */
/* Its id, 0: the platform named none.  *pseudonym: what stands for a person who had to be forgotten, else NULL. */
int64_t buyer_record(struct store *, int64_t account, const struct buyer *, const char **pseudonym);
const char *buyer_pseudonym(struct store *, int64_t buyer); /* NULL: need not be forgotten */
void buyer_forget(struct store *, int64_t buyer, const char *pseudonym);
int64_t conversation_record(struct store *, int64_t account, int64_t buyer, const struct message *);
void conversation_incoming(struct store *, int64_t id, int64_t message, int64_t sent, int wants_answer);
void conversation_outgoing(struct store *, int64_t id, int64_t message, int64_t sent);
void conversation_recount(struct store *, int64_t id);  /* its clocks, from all messages and actions */
void conversations_link(struct store *, int64_t order); /* those that an order may belong to */

/* erase.c: the pseudonym of a person who had to be forgotten, else NULL; a text without the person's id */
const char *erased_as(struct store *, int64_t account, const char *remote);
const char *erased_from(struct store *, const char *text, const char *remote, const char *pseudonym);
/* whoever was forgotten there is forgotten here: how many */
int erase_again(struct store *, struct store *from, int64_t now);

/* outbox_moves.c: in a state that has no open attempt there is none */
void outbox_close(struct outbox_row *);

/* journal.c: SHA-256 of a salt and a text, which the journal may hold when both may have to go */
void salted_hash(const char *salt, const char *text, char hex[2 * CONTENT_HASH + 1]);
/* puts what was said back into the facts of a row, as far as it is still there */
void journal_told(struct store *, json_t *facts);

/* event.c: what an event is about, one of the four, and what makes it another one of its kind */
struct subject {
	int64_t message, order, dispute, feedback;
	const char *detail;
};
void event_add(struct store *, const char *kind, int64_t at, int64_t account, const struct subject *,
	       int64_t now);

/* view.c: small things that every view needs; NULL and 0 become null */
json_t *json_when(int64_t at); /* ISO 8601 */
json_t *json_word(const char *);
json_t *json_packed(const char *);                        /* {"packed": …} */
json_t *json_local(char kind, int64_t id);                /* "o12" */
json_t *json_object_of(const char *text);                 /* as it was kept; null */
json_t *json_names(const char *list);                     /* "a, b" as an array; null when there are none */
json_t *json_amount(int64_t minor, const char *currency); /* {"value", "currency"} */

/* what several views show in the same way.  `q`: the columns of CONVERSATION_ROW, ORDER_ROW, … */
#define CONVERSATION_ROW                                                                                     \
	"SELECT c.id, a.name, c.marketplace, ifnull(b.name, b.remote), c.subject, c.listing, c.order_id,"    \
	" substr(l.text, 1, 200), c.last_at, c.oldest_unanswered, c.answer_by,"                              \
	" i.language, i.intent, ifnull(i.photos, 0), c.orders, (SELECT needs FROM outbox"                    \
	"  WHERE conversation = c.id AND state = 'draft' ORDER BY id DESC LIMIT 1)"                          \
	" FROM conversation c JOIN account a ON a.id = c.account LEFT JOIN buyer b ON b.id = c.buyer"        \
	" LEFT JOIN message l ON l.id = c.last_message"                                                      \
	" LEFT JOIN message i ON i.id = (SELECT id FROM message WHERE conversation = c.id AND direction = "  \
	"'in'"                                                                                               \
	"  ORDER BY sent DESC, id DESC LIMIT 1) "
#define ORDER_ROW                                                                                            \
	"SELECT o.id, a.name, o.marketplace, o.remote, o.status, o.payment, o.fulfilment, o.cancellation,"   \
	" ifnull(b.name, b.remote), o.total, o.currency, o.created, o.ship_by, o.buyer"                      \
	" FROM orders o JOIN account a ON a.id = o.account LEFT JOIN buyer b ON b.id = o.buyer "
#define DISPUTE_ROW                                                                                          \
	"SELECT d.id, a.name, d.marketplace, d.kind, d.remote, d.status, d.raw, d.reason, d.order_id,"       \
	" ifnull(b.name, b.remote), d.amount, d.currency, d.due_action, d.our_turn, d.respond_by,"           \
	" d.given_by, d.options, d.opened, d.closed, d.answered, d.text, d.listing, d.line,"                 \
	" iif(d.our_turn IS NOT NULL, ifnull(d.respond_by, 1 << 60), (1 << 61) + d.opened),"                 \
	" iif(d.reckoned_from IS d.our_turn, d.reckoned, NULL), d.reckoned_by"                               \
	" FROM dispute d JOIN account a ON a.id = d.account LEFT JOIN buyer b ON b.id = d.buyer "
#define FEEDBACK_ROW                                                                                         \
	"SELECT f.id, a.name, f.marketplace, f.remote, f.direction, f.rating, f.order_id, f.listing,"        \
	" f.title, ifnull(b.name, b.remote), f.text, f.reply, f.follow_up, f.given, f.changed, f.revisable," \
	" f.automatic FROM feedback f JOIN account a ON a.id = f.account"                                    \
	" LEFT JOIN buyer b ON b.id = f.buyer "
json_t *view_conversation(struct store *, sqlite3_stmt *q);
json_t *view_order(struct store *, sqlite3_stmt *q);
json_t *view_dispute(struct store *, sqlite3_stmt *q);
json_t *view_feedback_row(struct store *, sqlite3_stmt *q);
json_t *view_coverage(struct store *, const char *account); /* the last report of daemon/gap.h */
json_t *view_actions_of(struct store *, char kind,
			int64_t id); /* an array: of an action itself, a conversation, … */
json_t *view_disputes_of(struct store *, char kind, int64_t id);
json_t *view_feedback_of(struct store *, char kind, int64_t id);
json_t *view_tasks_of(struct store *, char kind, int64_t id);
/* view_show: one thing with all that belongs to it, NULL when it is not there */
json_t *show_dispute(struct store *, int64_t id);
json_t *show_feedback(struct store *, int64_t id);
json_t *show_task(struct store *, int64_t id);
/* The first row of q; NULL when there is none. */
json_t *view_one(struct store *, sqlite3_stmt *q, json_t *(*row)(struct store *, sqlite3_stmt *));
/* An array of what `each` makes of the rows of q. */
json_t *view_list(struct store *, sqlite3_stmt *q, json_t *(*each)(struct store *, sqlite3_stmt *));
/* The answer of a view: steals it, NULL when the turn failed. */
json_t *view_end(struct store *, json_t *);
/* Paging: "TIME.ID" */
void page_after(const char *after, int64_t *time, int64_t *id, int64_t first);
const char *page_next(struct store *, int64_t time, int64_t id);

#endif
