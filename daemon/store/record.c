/* record.c - what all records share: merging what comes again, and finding the order. */
#include <string.h>

#include "daemon/store/db.h"

const char *
merge_text(int fresh, const char *said, const char *known)
{
	if (said && !*said)
		said = NULL;
	return fresh ? (said ? said : known) : (known ? known : said);
}

int64_t
merge_number(int fresh, int64_t said, int64_t known)
{
	return fresh ? (said ? said : known) : (known ? known : said);
}

int64_t
first_of(int64_t a, int64_t b, int64_t c)
{
	return a ? a : b ? b : c;
}

int
record_refused(struct store *s, int64_t account, const char *remote, const char *packed_why, int64_t now)
{
	record_odd(s, account, "", remote ? remote : "", remote ? strlen(remote) : 0, packed_why, now);
	return 0;
}

int64_t
order_only(struct store *s, sqlite3_stmt *q, int *n)
{
	int64_t first = 0;

	for (*n = 0; sql_row(s, q);) {
		int64_t id = col_int(q, 0);

		if (id == first)
			continue; /* two items of one order */
		if (first) {
			sql_end(s, q);
			*n = 2;
			return 0;
		}
		first = id;
		*n = 1;
	}
	return first;
}

int64_t
order_about(struct store *s, int64_t account, const char *remote, const char *line, int64_t buyer,
	    const char *listing, int64_t at)
{
	int64_t order;
	int n;

	if (remote && *remote)
		return GET(s, 0, "SELECT id FROM orders WHERE remote = ? AND account = ?", TEXT(remote),
			   INT(account));
	if (line && *line) {
		order = order_only(s,
				   QUERY(s,
					 "SELECT o.id FROM item i JOIN orders o ON o.id = i.order_id"
					 " WHERE i.remote = ? AND o.account = ? ORDER BY o.id",
					 TEXT(line), INT(account)),
				   &n);
		if (order)
			return order;
	}
	if (!buyer || !listing || !*listing)
		return 0;
	return order_only(
		s,
		QUERY(s,
		      "SELECT o.id FROM orders o JOIN item i ON i.order_id = o.id AND i.listing = ?2"
		      " WHERE o.buyer = ?1 AND " WAS_THERE("?3") " ORDER BY o.id",
		      INT(buyer), TEXT(listing), INT(at)),
		&n);
}

struct linked {
	struct linked *next;
	int64_t id, account, buyer, at;
	const char *remote, *line, *listing;
};

static struct linked *
linked_rows(struct store *s, sqlite3_stmt *q)
{
	struct linked *list = NULL;

	while (sql_row(s, q)) {
		struct linked *l = arena_alloc(s->arena, sizeof *l);

		*l = (struct linked){.next = list,
				     .id = col_int(q, 0),
				     .account = col_int(q, 1),
				     .buyer = col_int(q, 2),
				     .remote = col_text(s, q, 3),
				     .line = col_text(s, q, 4),
				     .listing = col_text(s, q, 5),
				     .at = col_int(q, 6)};
		list = l;
	}
	return list;
}

/* Those that name the order, one of its lines, or (naming no order) its buyer: of the last even those that are linked, since what
 * was the only order may be one of several now. */
#define LINKED(table, columns)                                                                               \
	"SELECT " columns " FROM orders o JOIN " table " x"                                                  \
	" ON x.order_remote = o.remote AND x.account = o.account WHERE o.id = ?1 AND x.order_id IS NULL"     \
	" UNION SELECT " columns " FROM item i"                                                              \
	" CROSS JOIN " table " x ON x.line = i.remote AND x.line IS NOT NULL"                                \
	" WHERE i.order_id = ?1 AND x.order_id IS NULL AND x.order_remote IS NULL"                           \
	" UNION SELECT " columns " FROM orders o"                                                            \
	" JOIN " table " x ON x.buyer = o.buyer WHERE o.id = ?1 AND x.order_remote IS NULL"
#define SAID "x.id, x.account, x.buyer, x.order_remote, x.line, x.listing, "

static int64_t
order_of(struct store *s, const struct linked *l)
{
	return order_about(s, l->account, l->remote, l->line, l->buyer, l->listing, l->at);
}

void
order_link(struct store *s, int64_t order)
{
	for (struct linked *l = linked_rows(s, QUERY(s, LINKED("dispute", SAID "x.opened"), INT(order))); l;
	     l = l->next)
		DO(s,
		   "UPDATE dispute SET order_id = ?1, version = version + 1 WHERE id = ?2 AND order_id IS "
		   "NOT ?1",
		   INT0(order_of(s, l)), INT(l->id));
	for (struct linked *l = linked_rows(s, QUERY(s, LINKED("feedback", SAID "x.given"), INT(order))); l;
	     l = l->next)
		DO(s,
		   "UPDATE feedback SET order_id = ?1, version = version + 1 WHERE id = ?2 AND order_id IS "
		   "NOT ?1",
		   INT0(order_of(s, l)), INT(l->id));
}
