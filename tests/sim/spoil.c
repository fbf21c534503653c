#include "spoil.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "truth.h"

static const struct way {
	const char *what, *sql;
	enum { LOST, DOUBLED, UNEXPLAINED } as;
} ways[] = {
	{"a message is gone",
	 "DELETE FROM message WHERE id = (SELECT max(id) FROM message WHERE direction = 'in')", LOST},
	{"a message has another text",
	 "UPDATE message SET text = text || '.' WHERE id = (SELECT min(id) FROM message)", LOST},
	{"a message is there twice",
	 "INSERT INTO message (account, remote, conversation, direction, automatic, sent, text) SELECT "
	 "account, 'x' || remote, conversation,"
	 " direction, automatic, sent, text FROM message LIMIT 1",
	 DOUBLED},
	{"an order is gone", "DELETE FROM item WHERE order_id = 1; DELETE FROM orders WHERE id = 1", LOST},
	{"an order is not paid",
	 "UPDATE orders SET payment = 'unpaid' WHERE id = (SELECT max(id) FROM orders WHERE payment = "
	 "'paid')",
	 LOST},
	{"a shipment is gone", "DELETE FROM shipment WHERE id = (SELECT min(id) FROM shipment)", LOST},
	{"a refund is gone", "DELETE FROM refund WHERE id = (SELECT min(id) FROM refund)", LOST},
	{"a dispute is still open",
	 "UPDATE dispute SET closed = NULL WHERE id = (SELECT min(id) FROM dispute WHERE closed IS NOT NULL)",
	 LOST},
	{"a feedback is worse",
	 "UPDATE feedback SET rating = 'withdrawn' WHERE id = (SELECT min(id) FROM feedback WHERE rating <> "
	 "'withdrawn')",
	 LOST},
	{"a dropped reply is called sent",
	 "UPDATE outbox SET state = 'sent', started = changed WHERE id = (SELECT min(id) FROM outbox WHERE "
	 "state IN ('dropped', 'cancelled')"
	 " AND kind = 'reply')",
	 LOST},
	{"a reply that did not arrive is called sent, since an older one has the same text",
	 "UPDATE outbox SET remote = NULL, started = started + 86400000 WHERE id = (SELECT max(id) FROM "
	 "outbox "
	 "WHERE state = 'sent' AND kind = 'reply')",
	 LOST},
	{"a sent reply has no row",
	 "UPDATE outbox SET state = 'dropped', reason = 'x', remote = NULL WHERE id = (SELECT max(id) FROM "
	 "outbox WHERE "
	 "state = 'sent' AND kind = 'reply' AND remote IS NOT NULL)",
	 UNEXPLAINED},
	{"a decision has no row",
	 "UPDATE outbox SET state = 'dropped', reason = 'x' WHERE id = (SELECT max(id) FROM outbox WHERE "
	 "state = "
	 "'sent' AND dispute IS NOT NULL)",
	 UNEXPLAINED},
	{"a refund has no row",
	 "UPDATE outbox SET state = 'dropped', reason = 'x' WHERE id = (SELECT max(id) FROM outbox WHERE "
	 "state = "
	 "'sent' AND kind = 'order.refund')",
	 UNEXPLAINED},
	{"a reply to feedback has no row",
	 "UPDATE outbox SET state = 'dropped', reason = 'x' WHERE id = (SELECT max(id) FROM outbox WHERE "
	 "state = "
	 "'sent' AND kind = 'feedback.reply')",
	 UNEXPLAINED},
	{"a row says that more went back",
	 "UPDATE outbox SET moves = moves + 1 WHERE id = (SELECT max(id) FROM outbox WHERE state = 'sent' "
	 "AND moves > 0)",
	 LOST},
	{"nobody approved what no limit allows",
	 "UPDATE outbox SET rule = 'x', operator = NULL WHERE state = 'sent' AND moves > 0 AND currency <> "
	 "'EUR'",
	 UNEXPLAINED},
	{"more went back by rule than a buyer may get",
	 "UPDATE outbox SET rule = 'x', operator = NULL WHERE state = 'sent' AND currency = 'EUR' AND moves "
	 "> 0; UPDATE orders "
	 "SET buyer = 1",
	 UNEXPLAINED},
	{"more went back by rule than in a day may",
	 "UPDATE outbox SET rule = 'x', operator = NULL, started = 1771900000000 WHERE state = 'sent' AND "
	 "currency = 'EUR' AND "
	 "moves > 0",
	 UNEXPLAINED},
	{"two rows answered one message",
	 "WITH answer AS (SELECT id, account, message FROM outbox WHERE state = 'sent' AND kind = 'reply' "
	 "AND rule IS NOT NULL AND message IS NOT NULL),"
	 " two AS (SELECT a.message, max(b.id) AS id FROM answer a JOIN answer b ON b.account = a.account "
	 "AND b.id > a.id)"
	 " UPDATE outbox SET message = (SELECT message FROM two) WHERE id = (SELECT id FROM two)",
	 DOUBLED},
	{"a row is in doubt",
	 "UPDATE outbox SET state = 'unsure', started = 1, attempt_key = 'x', remote = NULL WHERE id = "
	 "(SELECT max(id) FROM outbox WHERE state "
	 "= 'sent')",
	 UNEXPLAINED},
	{"what was replaced waits still",
	 "UPDATE outbox SET state = 'draft' WHERE id = (SELECT max(instead_of) FROM outbox)", DOUBLED},
	{"what was replaced had left",
	 "UPDATE outbox SET attempt = 1, started = created WHERE id = (SELECT max(instead_of) FROM outbox)",
	 DOUBLED},
	{"what was replaced was approved",
	 "DROP TRIGGER journal_not_changed; UPDATE journal SET kind = 'approve' WHERE kind = 'wish' AND ref "
	 "= "
	 "'a' || (SELECT max(instead_of) FROM outbox)",
	 DOUBLED},
	{"a fallback is gone",
	 "DELETE FROM attempt; DELETE FROM outbox_file; DELETE FROM outbox WHERE id = (SELECT max(id) FROM "
	 "outbox WHERE instead_of IS NOT NULL AND state = 'cancelled') OR id = (SELECT max(id) FROM outbox "
	 "WHERE instead_of IS NOT NULL)",
	 LOST},
	{"a fallback came after its deadline",
	 "UPDATE outbox SET created = deadline + 1 WHERE id = (SELECT max(id) FROM outbox WHERE instead_of "
	 "IS NOT NULL)",
	 UNEXPLAINED},
	{"a row is dropped without a reason",
	 "UPDATE outbox SET reason = NULL WHERE id = (SELECT min(id) FROM outbox WHERE state IN ('dropped', "
	 "'cancelled'))",
	 UNEXPLAINED},
	{"a question made no event",
	 "DELETE FROM event WHERE id = (SELECT max(id) FROM event WHERE kind = 'message.received')",
	 UNEXPLAINED},
	{"no rule wished what a clock waited for",
	 "DELETE FROM attempt; DELETE FROM outbox_file; DELETE FROM outbox WHERE dispute IS NOT NULL AND "
	 "state = 'dropped'",
	 UNEXPLAINED},
	{"what a clock waited for is called ready",
	 "UPDATE outbox SET state = 'ready', next_at = 9000000000000 WHERE dispute IS NOT NULL AND state = "
	 "'dropped'",
	 UNEXPLAINED},
	{"an event was never decided",
	 "UPDATE event SET check_at = 1 WHERE id = (SELECT max(id) FROM event WHERE kind = "
	 "'message.received')",
	 UNEXPLAINED},
	{"a question is not in the inbox", "UPDATE conversation SET oldest_unanswered = NULL", UNEXPLAINED},
	{"a line of the journal is another one",
	 "DROP TRIGGER journal_not_changed; UPDATE journal SET at = at + 1 WHERE id = 100", UNEXPLAINED},
	{"a text that was sent is another one",
	 "UPDATE outbox SET text = text || '.' WHERE id = (SELECT max(id) FROM outbox WHERE state = 'sent' "
	 "AND kind = 'reply')",
	 UNEXPLAINED},
	{"an attempt of what was sent is still open",
	 "UPDATE outbox SET attempt_key = 'x' WHERE id = (SELECT max(id) FROM outbox WHERE state = 'sent')",
	 UNEXPLAINED},
	{"an item was not understood",
	 "INSERT INTO odd (account, stream, hash, item, why, first_at, last_at) VALUES (1, 'orders', x'00', "
	 "x'7b7d', 'x', 1, 1)",
	 UNEXPLAINED},
};

/* A copy with all that its log holds. */
static sqlite3 *
copy(const char *store, const char *to)
{
	sqlite3 *from = NULL, *db = NULL;
	sqlite3_backup *b;

	unlink(to);
	if (sqlite3_open_v2(store, &from, SQLITE_OPEN_READONLY, NULL) || sqlite3_open(to, &db) ||
	    !(b = sqlite3_backup_init(db, "main", from, "main"))) {
		fprintf(stderr, "spoil: %s\n", sqlite3_errmsg(db ? db : from));
		abort();
	}
	sqlite3_backup_step(b, -1);
	sqlite3_backup_finish(b);
	sqlite3_close(from);
	return db;
}

static int
is_found(struct world *w, const struct people *p, const char *file, const struct way *way)
{
	struct findings f = {0};
	FILE *nowhere = fopen("/dev/null", "w");

	truth_check(w, p, file, &f, nowhere);
	fclose(nowhere);
	return way->as == LOST ? f.lost > 0 : way->as == DOUBLED ? f.doubled > 0 : f.unexplained > 0;
}

int
spoil_each(struct world *w, const struct people *p, const char *store, FILE *out)
{
	char file[300];
	char *why = NULL;
	int missed = 0;

	snprintf(file, sizeof file, "%s-spoilt", store);
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		sqlite3 *db = copy(store, file);

		if (sqlite3_exec(db, ways[i].sql, NULL, NULL, &why)) {
			fprintf(stderr, "spoil: %s: %s\n", ways[i].what, why);
			abort();
		}
		sqlite3_close(db);
		if (is_found(w, p, file, &ways[i]))
			continue;
		fprintf(out, "NOT FOUND: %s\n", ways[i].what);
		missed++;
	}
	unlink(file);
	fprintf(out, "%zu ways to spoil a store, %d not found\n", sizeof ways / sizeof *ways, missed);
	return missed;
}
