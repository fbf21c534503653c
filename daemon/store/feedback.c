/* feedback.c - what buyers said about us, and we about them. */
#include <string.h>

#include "daemon/store/db.h"

struct known {
	int64_t id, version, changed, buyer, given;
	const char *rating, *marketplace, *order_remote, *line, *listing, *title, *text, *reply, *follow_up;
};

static void
known_load(struct store *s, int64_t account, const char *remote, struct known *k)
{
	sqlite3_stmt *q =
		QUERY(s,
		      "SELECT id, version, changed, buyer, given, rating, marketplace, order_remote,"
		      " line, listing, title, text, reply, follow_up"
		      " FROM feedback WHERE remote = ? AND account = ?",
		      TEXT(remote), INT(account));

	memset(k, 0, sizeof *k);
	if (!sql_row(s, q))
		return;
	k->id = col_int(q, 0);
	k->version = col_int(q, 1);
	k->changed = col_int(q, 2);
	k->buyer = col_int(q, 3);
	k->given = col_int(q, 4);
	k->rating = col_text(s, q, 5);
	k->marketplace = col_text(s, q, 6);
	k->order_remote = col_text(s, q, 7);
	k->line = col_text(s, q, 8);
	k->listing = col_text(s, q, 9);
	k->title = col_text(s, q, 10);
	k->text = col_text(s, q, 11);
	k->reply = col_text(s, q, 12);
	k->follow_up = col_text(s, q, 13);
	sql_end(s, q);
}

/* Version 0 is new: the first facts make it 1. */
static int64_t
new_feedback(struct store *s, int64_t account, const struct feedback *f, int64_t given)
{
	const char *direction = f->direction == INCOMING ? "in" : "out";

	return GET(s, 0,
		   "INSERT INTO feedback (account, remote, version, direction, rating, given, revisable, "
		   "automatic)"
		   " VALUES (?, ?, 0, ?, ?, ?, 0, 0) RETURNING id",
		   INT(account), TEXT(f->remote), TEXT(direction), TEXT(rating_name(f->rating)), INT(given));
}

#define FACTS                                                                                                \
	"rating, marketplace, order_remote, order_id, line, listing, title, buyer, text, reply, follow_up, " \
	"given, revisable, automatic"

static int
keep_facts(struct store *s, int64_t account, const struct feedback *f, const struct known *k, int64_t buyer,
	   int fresh)
{
	const char *order = merge_text(fresh, f->order, k->order_remote),
		   *line = merge_text(fresh, f->line, k->line),
		   *listing = merge_text(fresh, f->listing, k->listing);
	int64_t linked = order_about(s, account, order, line, buyer, listing, k->given);
	int changed;

	changed = DO(s,
		     "UPDATE feedback SET version = version + 1, (" FACTS
		     ") = (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, iif(?13, ?14, revisable),"
		     " iif(?13, ?15, automatic)) WHERE id = ?16 AND (version = 0 OR (" FACTS
		     ") IS NOT (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, iif(?13, ?14, revisable),"
		     " iif(?13, ?15, automatic)))",
		     TEXT(fresh ? rating_name(f->rating) : k->rating),
		     TEXT0(merge_text(fresh, f->marketplace, k->marketplace)), TEXT0(order), INT0(linked),
		     TEXT0(line), TEXT0(listing), TEXT0(merge_text(fresh, f->title, k->title)), INT0(buyer),
		     TEXT0(merge_text(fresh, f->text, k->text)), TEXT0(merge_text(fresh, f->reply, k->reply)),
		     TEXT0(merge_text(fresh, f->follow_up, k->follow_up)), INT(k->given), INT(fresh),
		     INT(f->revisable != 0), INT(f->automatic != 0), INT(k->id));
	DO(s, "UPDATE feedback SET changed = ?1 WHERE id = ?2 AND ?1 > ifnull(changed, 0)", INT(f->changed),
	   INT(k->id));
	return changed;
}

/* What the buyer said, not what we answered. */
static int
says_otherwise(const struct feedback *f, const struct known *k)
{
	return strcmp(rating_name(f->rating), k->rating) ||
	       (f->text && *f->text && strcmp(f->text, k->text ? k->text : ""));
}

int
record_feedback(struct store *s, int64_t account, const struct feedback *said, int64_t now)
{
	struct feedback f = *said;
	struct subject of = {0};
	const char *pseudonym;
	char why[ERR_MAX];
	int64_t buyer;
	struct known k;
	int is_new, fresh, changed;

	if (!f.remote || !*f.remote) {
		pack(why, "feedback without an id");
		return record_refused(s, account, NULL, why, now);
	}
	f.text = clean_text(s, f.text);
	known_load(s, account, f.remote, &k);
	buyer = buyer_record(s, account, &f.buyer, &pseudonym);
	if (!buyer)
		pseudonym = buyer_pseudonym(s, k.buyer);
	if (pseudonym)
		f.text = f.reply = f.follow_up = NULL;
	is_new = !k.id;
	fresh = is_new || !f.changed || f.changed >= k.changed;
	k.given = first_of(f.given, k.given, first_of(f.changed, now, 0));
	if (is_new)
		k.id = new_feedback(s, account, &f, k.given);
	changed = keep_facts(s, account, &f, &k, merge_number(fresh, buyer, k.buyer), fresh);
	of.feedback = k.id;
	if (is_new && f.direction == INCOMING) {
		event_add(s, "feedback.received", k.given, account, &of, now);
	} else if (!is_new && fresh && changed && f.direction == INCOMING && says_otherwise(&f, &k)) {
		of.detail = arena_fmt(s->arena, "%lld", (long long)k.version + 1);
		event_add(s, "feedback.changed", first_of(f.changed, now, 0), account, &of, now);
	}
	return changed && !s->failed;
}

int64_t
feedback_id(struct store *s, int64_t account, const char *remote)
{
	return GET(s, 0, "SELECT id FROM feedback WHERE remote = ? AND account = ?", TEXT(remote),
		   INT(account));
}
