/* dispute.c - returns, inquiries, cases, chargebacks: what is claimed, whose turn it is, and until when.
 *
 * It is our turn when the platform names what we must do, or says that it waits for us and names nothing new.  A turn is over when the
 * platform says so, not when we answered: `answered` tells that.  A deadline that the platform gives stands until it gives
 * another; one that a policy gave (dispute_reckoned) lasts as long as its turn.
 */
#include <string.h>

#include "daemon/store/db.h"

#define FILES_MAX  200        /* of a dispute */
#define FILE_BYTES (16 << 20) /* of each */
#define MEMO_BYTES (16 << 10)

struct known {
	int64_t id, changed, buyer, amount, our_turn, respond_by, opened, closed, answered;
	const char *marketplace, *order_remote, *line, *listing, *status, *raw, *reason, *text, *currency,
		*due_action, *given_by, *options, *revision, *memo;
};

static void
known_load(struct store *s, int64_t account, const struct dispute *d, struct known *k)
{
	sqlite3_stmt *q =
		QUERY(s,
		      "SELECT id, changed, buyer, amount, our_turn, respond_by, opened, closed,"
		      " marketplace, order_remote, line, listing, status, raw, reason, text, currency,"
		      " due_action, given_by, options, revision, memo, answered"
		      " FROM dispute WHERE remote = ? AND account = ? AND kind = ?",
		      TEXT(d->remote), INT(account), TEXT(dispute_kind_name(d->kind)));

	memset(k, 0, sizeof *k);
	if (!sql_row(s, q))
		return;
	k->id = col_int(q, 0);
	k->changed = col_int(q, 1);
	k->buyer = col_int(q, 2);
	k->amount = col_int(q, 3);
	k->our_turn = col_int(q, 4);
	k->respond_by = col_int(q, 5);
	k->opened = col_int(q, 6);
	k->closed = col_int(q, 7);
	k->marketplace = col_text(s, q, 8);
	k->order_remote = col_text(s, q, 9);
	k->line = col_text(s, q, 10);
	k->listing = col_text(s, q, 11);
	k->status = col_text(s, q, 12);
	k->raw = col_text(s, q, 13);
	k->reason = col_text(s, q, 14);
	k->text = col_text(s, q, 15);
	k->currency = col_text(s, q, 16);
	k->due_action = col_text(s, q, 17);
	k->given_by = col_text(s, q, 18);
	k->options = col_text(s, q, 19);
	k->revision = col_text(s, q, 20);
	k->memo = col_text(s, q, 21);
	k->answered = col_int(q, 22);
	sql_end(s, q);
}

struct turn {
	int64_t since, respond_by; /* since 0: not ours */
	const char *action, *given_by;
	int anew, next; /* an event; not the first turn, nor the one that is known */
};

static struct turn
turn_known(const struct known *k)
{
	return (struct turn){.since = k->our_turn,
			     .respond_by = k->respond_by,
			     .action = k->due_action,
			     .given_by = k->given_by};
}

static int
is_ours(const struct dispute *d)
{
	if (d->status >= DISPUTE_WON)
		return 0;
	return d->due_action ? *d->due_action != '\0' : d->status == DISPUTE_AWAITING_SELLER;
}

/* We answered, and since then the platform wants the same of us in another state: polls missed the other side's turn. */
static int
went_on(const struct dispute *d, const struct known *k)
{
	return k->answered >= k->our_turn && d->changed > k->answered && d->raw && k->raw &&
	       strcmp(d->raw, k->raw) != 0;
}

static struct turn
turn_of(const struct dispute *d, const struct known *k, int64_t at)
{
	struct turn t = {.action = merge_text(1, d->due_action, k->due_action)};
	int same = k->our_turn && !strcmp(t.action ? t.action : "", k->due_action ? k->due_action : "") &&
		   !went_on(d, k);

	if (!is_ours(d))
		return (struct turn){0};
	t.since = same ? k->our_turn : at;
	if (d->respond_by) {
		t.respond_by = d->respond_by;
		t.given_by = "platform";
	} else if (same && (!d->due_action || (k->given_by && strcmp(k->given_by, "platform")))) {
		t.respond_by = k->respond_by;
		t.given_by = k->given_by;
	}
	t.anew = !same || t.respond_by != k->respond_by;
	t.next = !same && k->status;
	return t;
}

static int
keep_link(struct store *s, int64_t account, const struct dispute_link *from, const struct dispute_link *to)
{
	if (!from->remote || !*from->remote || !to->remote || !*to->remote)
		return 0;
	return DO(
		s,
		"INSERT INTO dispute_link (account, parent_kind, parent, kind, remote) VALUES (?, ?, ?, ?, ?)"
		" ON CONFLICT DO NOTHING",
		INT(account), TEXT(dispute_kind_name(from->kind)), TEXT(from->remote),
		TEXT(dispute_kind_name(to->kind)), TEXT(to->remote));
}

static int
keep_history(struct store *s, int64_t account, int64_t id, const struct dispute *d)
{
	int changed = 0;

	for (size_t i = 0; i < d->nhistory; i++) {
		const struct dispute_entry *e = &d->history[i];
		int amount = *e->amount.currency != '\0';

		if (e->remote && *e->remote)
			changed +=
				DO(s,
				   "INSERT INTO dispute_entry (dispute, remote, actor, what, text, amount, "
				   "currency, at)"
				   " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
				   " ON CONFLICT DO UPDATE SET (what, text, amount, currency, at) ="
				   "  (ifnull(excluded.what, what), ifnull(excluded.text, text),"
				   "   ifnull(excluded.amount, amount), ifnull(excluded.currency, currency),"
				   "   ifnull(excluded.at, at))"
				   " WHERE (what, text, amount, currency, at) IS NOT"
				   "  (ifnull(excluded.what, what), ifnull(excluded.text, text),"
				   "   ifnull(excluded.amount, amount), ifnull(excluded.currency, currency),"
				   "   ifnull(excluded.at, at))",
				   INT(id), TEXT(e->remote), TEXT(actor_name(e->actor)), TEXT0(e->what),
				   TEXT0(e->text), amount ? INT(e->amount.minor) : INT0(0),
				   TEXT0(e->amount.currency), INT0(e->at));
	}
	if (changed)
		DO(s,
		   "UPDATE dispute_entry SET outbox = (SELECT b.id FROM outbox b WHERE b.remote = "
		   "dispute_entry.remote AND b.account = ?1 AND b.dispute = ?2)"
		   " WHERE dispute = ?2 AND outbox IS NULL AND actor = 'seller'"
		   " AND EXISTS (SELECT 1 FROM outbox b WHERE b.remote = dispute_entry.remote AND b.account "
		   "= ?1"
		   "  AND b.dispute = ?2)",
		   INT(account), INT(id));
	return changed;
}

/* Bytes that came along: kept at once when they are what they may be. */
static void
keep_bytes(struct store *s, int64_t file, const struct dispute_file *f, int64_t now)
{
	const char *type = file_sniff(f->bytes, f->len);
	char why[ERR_MAX];

	if (f->len > FILE_BYTES)
		pack(why, "the file has more than %d MiB; it is not kept", FILE_BYTES >> 20);
	else if (!type)
		pack(why, "the file is no picture and no PDF; it is not kept");
	else {
		attachment_store(s, -file, f->bytes, f->len, type, now);
		return;
	}
	attachment_fail(s, -file, why, 0, now);
}

static int
keep_files(struct store *s, int64_t account, int64_t id, const struct dispute *d, int64_t now)
{
	int64_t there =
		d->nfiles ? GET(s, 0, "SELECT count(*) FROM dispute_file WHERE dispute = ?", INT(id)) : 0;
	int changed = 0;

	for (size_t i = 0; i < d->nfiles; i++) {
		const struct dispute_file *f = &d->files[i];
		int64_t file, was;

		if (!f->remote || !*f->remote)
			continue;
		was = GET(s, 0, "SELECT id FROM dispute_file WHERE dispute = ? AND remote = ?", INT(id),
			  TEXT(f->remote));
		if (!was && there >= FILES_MAX)
			continue;
		/* Addresses of files often expire: a later poll brings one that works. */
		file = GET(
			s, was,
			"INSERT INTO dispute_file (account, dispute, remote, actor, url, name, type, next_at)"
			" VALUES (?, ?, ?, ?, ?5, ?, ?, iif(?5 IS NULL, NULL, ?8))"
			" ON CONFLICT (dispute, remote) DO UPDATE SET url = ?5, tries = 0, next_at = ?8, why "
			"= NULL"
			" WHERE content IS NULL AND ?5 IS NOT NULL AND url IS NOT ?5 RETURNING id",
			INT(account), INT(id), TEXT(f->remote), TEXT(actor_name(f->actor)),
			TEXT0(f->bytes ? NULL : f->url), TEXT0(f->name), TEXT0(f->type), INT(now));
		if (!was) {
			there++;
			changed++;
			if (f->bytes)
				keep_bytes(s, file, f, now);
		}
	}
	return changed;
}

#define FACTS                                                                                                \
	"marketplace, order_remote, order_id, line, listing, buyer, status, raw, reason, text, amount, "     \
	"currency, our_turn, due_action, respond_by, given_by, options, revision, opened, closed"

/* Version 0 is new: the first facts make it 1. */
static int64_t
new_dispute(struct store *s, int64_t account, const struct dispute *d, int64_t opened)
{
	return GET(s, 0,
		   "INSERT INTO dispute (account, kind, remote, version, status, opened) VALUES (?, ?, ?, 0, "
		   "?, ?)"
		   " RETURNING id",
		   INT(account), TEXT(dispute_kind_name(d->kind)), TEXT(d->remote),
		   TEXT(dispute_status_name(d->status)), INT(opened));
}

static int
keep_facts(struct store *s, int64_t account, const struct dispute *d, const struct known *k, int64_t buyer,
	   const struct turn *t, int64_t closed)
{
	const int fresh = !k->status || !d->changed || d->changed >= k->changed;
	const char *order = merge_text(fresh, d->order, k->order_remote),
		   *line = merge_text(fresh, d->line, k->line),
		   *listing = merge_text(fresh, d->listing, k->listing),
		   *currency = merge_text(fresh, d->amount.currency, k->currency),
		   *memo = d->memo && strlen(d->memo) <= MEMO_BYTES ? d->memo : NULL;
	int64_t amount = fresh && *d->amount.currency ? d->amount.minor
			 : k->currency                ? k->amount
						      : d->amount.minor;
	int64_t linked = order_about(s, account, order, line, buyer, listing, k->opened);
	int changed;

	changed = DO(
		s,
		"UPDATE dispute SET version = version + 1, (" FACTS
		") = (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"
		" ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20) WHERE id = ?21 AND (version = 0 OR "
		"(" FACTS ") IS NOT (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, "
		"?17, ?18, ?19,"
		" ?20))",
		TEXT0(merge_text(fresh, d->marketplace, k->marketplace)), TEXT0(order), INT0(linked),
		TEXT0(line), TEXT0(listing), INT0(buyer),
		TEXT(fresh ? dispute_status_name(d->status) : k->status),
		TEXT0(merge_text(fresh, d->raw, k->raw)), TEXT0(merge_text(fresh, d->reason, k->reason)),
		TEXT0(merge_text(fresh, d->text, k->text)), currency ? INT(amount) : INT0(0), TEXT0(currency),
		INT0(t->since), TEXT0(t->action), INT0(t->respond_by), TEXT0(t->given_by),
		TEXT(fresh && d->options ? d->options
		     : k->options        ? k->options
					 : d->options),
		TEXT0(merge_text(fresh, d->revision, k->revision)), INT(k->opened), INT0(closed), INT(k->id));
	DO(s,
	   "UPDATE dispute SET (changed, memo) = (?1, ?2) WHERE id = ?3 AND (changed, memo) IS NOT (?1, ?2)",
	   INT0(d->changed > k->changed ? d->changed : k->changed), TEXT0(merge_text(fresh, memo, k->memo)),
	   INT(k->id));
	return changed;
}

/* When it ended: as the platform says, else when we first saw it. */
static int64_t
closed_at(const struct dispute *d, const struct known *k, int64_t at)
{
	if (d->status < DISPUTE_WON)
		return 0;
	return first_of(d->closed, k->closed, at);
}

static void
tell_events(struct store *s, int64_t account, const struct dispute *d, const struct known *k,
	    const struct turn *t, int64_t closed, int is_new, int64_t at, int64_t now)
{
	struct subject of = {.dispute = k->id};

	if (is_new)
		event_add(s, "dispute.opened", k->opened, account, &of, now);
	if (t->anew) {
		of.detail =
			arena_fmt(s->arena, "%s@%lld", t->action ? t->action : "", (long long)t->respond_by);
		if (t->next) /* days end for all turns at the same time */
			of.detail = arena_fmt(s->arena, "%s/%lld", of.detail, (long long)t->since);
		event_add(s, "dispute.due", at, account, &of, now);
	}
	if (closed && (!k->closed || strcmp(k->status, dispute_status_name(d->status)))) {
		of.detail = dispute_status_name(d->status);
		event_add(s, "dispute.closed", closed, account, &of, now);
	}
}

/* Of a person who had to be forgotten: what is claimed and whose turn it is, but nothing that was said. */
static void
forget(struct store *s, struct dispute *d, const char *pseudonym)
{
	struct dispute_entry *history = arena_alloc(s->arena, (d->nhistory + 1) * sizeof *history);

	for (size_t i = 0; i < d->nhistory; i++) {
		history[i] = d->history[i];
		history[i].text = NULL;
	}
	d->history = history;
	d->text = NULL;
	d->nfiles = 0;
	d->memo = erased_from(s, d->memo, d->buyer.remote, pseudonym);
}

int
record_dispute(struct store *s, int64_t account, const struct dispute *said, int64_t now)
{
	const struct dispute_link self = {.kind = said->kind, .remote = said->remote};
	struct dispute copy = *said, *d = &copy;
	const char *pseudonym;
	char why[ERR_MAX];
	int64_t buyer;
	struct known k;
	struct turn t;
	int64_t at, closed;
	int is_new, stale, changed;

	if (!d->remote || !*d->remote) {
		pack(why, "a dispute without an id");
		return record_refused(s, account, NULL, why, now);
	}
	known_load(s, account, d, &k);
	buyer = buyer_record(s, account, &d->buyer, &pseudonym);
	if (!buyer)
		pseudonym = buyer_pseudonym(s, k.buyer);
	if (pseudonym)
		forget(s, d, pseudonym);
	is_new = !k.id;
	stale = !is_new && d->changed && d->changed < k.changed;
	k.opened = first_of(d->opened, k.opened, first_of(d->changed, now, 0));
	/* When one is first seen late, nobody says since when it waits for us: the earliest possible time starts the least. */
	at = is_new ? k.opened : first_of(d->changed, now, 0);
	if (is_new)
		k.id = new_dispute(s, account, d, k.opened);
	t = stale ? turn_known(&k) : turn_of(d, &k, at);
	closed = stale ? k.closed : closed_at(d, &k, first_of(d->changed, at, 0));
	changed = keep_facts(s, account, d, &k, merge_number(!stale, buyer, k.buyer), &t, closed);
	if (t.respond_by && t.respond_by != k.respond_by)
		outbox_follow(s, 'd', k.id, t.respond_by);
	if (keep_link(s, account, &d->parent, &self) + keep_link(s, account, &self, &d->next) +
		    keep_history(s, account, k.id, d) + keep_files(s, account, k.id, d, now) &&
	    !changed)
		changed = DO(s, "UPDATE dispute SET version = version + 1 WHERE id = ?", INT(k.id));
	if (!stale)
		tell_events(s, account, d, &k, &t, closed, is_new, at, now);
	return changed && !s->failed;
}

void
dispute_answered(struct store *s, int64_t dispute, int64_t at)
{
	DO(s, "UPDATE dispute SET answered = ?1 WHERE id = ?2 AND ifnull(answered, 0) < ?1", INT(at),
	   INT(dispute));
}

void
dispute_reckoned(struct store *s, int64_t dispute, const struct reckoned *r)
{
	DO(s,
	   "UPDATE dispute SET (reckoned_from, reckoned, reckoned_by, apart) = (?1, ?2, ?3, ?4)"
	   " WHERE id = ?5 AND (reckoned_from, reckoned, reckoned_by, apart) IS NOT (?1, ?2, ?3, ?4)",
	   INT(r->from), INT0(r->at), TEXT0(r->label), INT0(r->apart), INT(dispute));
	if (r->at && DO(s,
			"UPDATE dispute SET respond_by = ?1, given_by = ?2"
			" WHERE id = ?3 AND our_turn IS NOT NULL AND given_by IS NOT 'platform'"
			" AND (respond_by, given_by) IS NOT (?1, ?2)",
			INT(r->at), TEXT(r->label), INT(dispute)))
		outbox_follow(s, 'd', dispute, r->at);
}

int64_t
dispute_id(struct store *s, int64_t account, enum dispute_kind kind, const char *remote)
{
	return GET(s, 0, "SELECT id FROM dispute WHERE remote = ? AND account = ? AND kind = ?", TEXT(remote),
		   INT(account), TEXT(dispute_kind_name(kind)));
}
