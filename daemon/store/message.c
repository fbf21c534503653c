/* message.c - messages as the platform shows them, once each. */
#include <stdlib.h>
#include <string.h>

#include "daemon/store/db.h"

#define INDEX_EVERY 256

/* Indexing words costs as much as all the rest, most of it per commit: so it is done for many messages at once, and before
 * somebody searches. */
void
messages_index(struct store *s)
{
	const char *mark = meta_get(s, "words_indexed");
	int64_t last = mark ? strtoll(mark, NULL, 10) : 0;
	struct buf words = BUF_MAX(WORDS_MAX);
	sqlite3_stmt *q =
		QUERY(s, "SELECT id, ifnull(text, '') FROM message WHERE id > ? ORDER BY id", INT(last));
	int n = 0;

	for (; sql_row(s, q); n++) {
		last = col_int(q, 0);
		words_index(&words, (const char *)sqlite3_column_text(q, 1));
		DO(s, "INSERT INTO message_words (rowid, text) VALUES (?, ?)", INT(last),
		   TEXT(buf_str(&words)));
	}
	if (n)
		meta_set(s, "words_indexed", arena_fmt(s->arena, "%lld", (long long)last));
	buf_free(&words);
}

/* A deleted word stays in the index until its parts are merged: so they are, at once. */
void
messages_unindex(struct store *s)
{
	const char *mark = meta_get(s, "words_indexed");
	struct buf words = BUF_MAX(WORDS_MAX);
	sqlite3_stmt *q = QUERY(s,
				"SELECT m.id, m.text FROM temp.person p JOIN message m ON m.id = p.id"
				" WHERE p.letter = 'm' AND m.text IS NOT NULL AND m.id <= ?",
				INT(mark ? strtoll(mark, NULL, 10) : 0));
	int n = 0;

	for (; sql_row(s, q); n++) {
		words_index(&words, (const char *)sqlite3_column_text(q, 1));
		DO(s, "INSERT INTO message_words (message_words, rowid, text) VALUES ('delete', ?, ?)",
		   INT(col_int(q, 0)), TEXT(buf_str(&words)));
	}
	if (n)
		DO(s, "INSERT INTO message_words (message_words) VALUES ('optimize')");
	buf_free(&words);
}

static void
index_again(struct store *s, int64_t id, const char *former, const char *text)
{
	struct buf words = BUF_MAX(WORDS_MAX);
	const char *mark = meta_get(s, "words_indexed");

	if (mark && strtoll(mark, NULL, 10) >= id) {
		words_index(&words, former ? former : "");
		DO(s, "INSERT INTO message_words (message_words, rowid, text) VALUES ('delete', ?, ?)",
		   INT(id), TEXT(buf_str(&words)));
		words_index(&words, text);
		DO(s, "INSERT INTO message_words (rowid, text) VALUES (?, ?)", INT(id),
		   TEXT(buf_str(&words)));
	}
	buf_free(&words);
}

/* The action that sent it: by the platform's id; while the answer with that id is still missing, by the very same text, shown not
 * long before we began to send (clocks differ). */
static int64_t
action_of(struct store *s, int64_t account, int64_t conversation, const struct message *m, int64_t sent)
{
	int64_t id = GET(s, 0, "SELECT id FROM outbox WHERE remote = ? AND account = ?", TEXT(m->remote),
			 INT(account));

	if (!id)
		id = GET(s, 0,
			 "SELECT id FROM outbox WHERE conversation = ? AND state IN ('sending', 'unsure') "
			 "AND text = ?"
			 " AND started <= ? AND NOT EXISTS (SELECT 1 FROM message m"
			 "  WHERE m.conversation = outbox.conversation AND m.outbox = outbox.id)",
			 INT(conversation), TEXT(m->text), INT(sent + 5 * MINUTE));
	return id;
}

static void
keep_attachments(struct store *s, int64_t account, int64_t message, const struct message *m, int64_t now)
{
	for (size_t i = 0; i < m->nattachments; i++) {
		const struct attachment *a = &m->attachments[i];

		/* Addresses of files often expire: a later poll brings one that works. */
		DO(s,
		   "INSERT INTO attachment (account, message, number, url, name, type, next_at)"
		   " VALUES (?, ?, ?, ?, ?, ?, iif(?4 IS NULL, NULL, ?))"
		   " ON CONFLICT DO UPDATE SET url = excluded.url, tries = 0, next_at = excluded.next_at"
		   " WHERE content IS NULL AND excluded.url IS NOT NULL AND url IS NOT excluded.url",
		   INT(account), INT(message), INT((int64_t)i), TEXT0(a->url), TEXT0(a->name), TEXT0(a->type),
		   INT(now));
	}
}

static int64_t
new_message(struct store *s, int64_t account, int64_t conversation, const struct message *m, int64_t now)
{
	int incoming = m->direction == INCOMING;
	const char *direction = incoming ? "in" : "out";
	int64_t sent = m->sent ? m->sent : now;
	int64_t id =
		GET(s, 0,
		    "INSERT INTO message (account, remote, conversation, direction, automatic, sent, text, "
		    "subject, photos,"
		    " outbox) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
		    INT(account), TEXT(m->remote), INT(conversation), TEXT(direction), INT(m->automatic != 0),
		    INT(sent), TEXT0(m->text), TEXT0(m->subject), INT((int64_t)m->nattachments),
		    INT0(incoming ? 0 : action_of(s, account, conversation, m, sent)));

	if (incoming)
		conversation_incoming(s, conversation, id, sent, !m->automatic);
	else
		conversation_outgoing(s, conversation, id, sent);
	if (incoming && !m->automatic)
		event_add(s, "message.received", sent, account, &(struct subject){.message = id}, now);
	if (id % INDEX_EVERY == 0)
		messages_index(s);
	return id;
}

/* Some platforms let a text be edited, or show all of it only later. */
static int
changed_message(struct store *s, int64_t id, const char *former, const struct message *m)
{
	if (!DO(s,
		"UPDATE message SET text = ifnull(?1, text), subject = ifnull(?2, subject), photos = "
		"max(photos, ?3),"
		" version = version + 1 WHERE id = ?4 AND (?1 IS NOT NULL AND text IS NOT ?1"
		"  OR ?2 IS NOT NULL AND subject IS NOT ?2 OR ?3 > photos)",
		TEXT0(m->text), TEXT0(m->subject), INT((int64_t)m->nattachments), INT(id)))
		return 0;
	if (m->text && *m->text)
		index_again(s, id, former, m->text);
	DO(s,
	   "UPDATE conversation SET version = version + 1 WHERE id = (SELECT conversation FROM message WHERE "
	   "id = ?)",
	   INT(id));
	return 1;
}

/* Of a person who had to be forgotten: that a message was there, and nothing to be answered. */
static void
forget(struct store *s, struct message *m, const char *pseudonym)
{
	m->conversation = erased_from(s, m->conversation, m->buyer.remote, pseudonym);
	m->text = m->subject = NULL;
	m->nattachments = 0;
	m->automatic = 1;
}

static int64_t
buyer_of_conversation(struct store *s, int64_t account, const char *remote)
{
	return GET(s, 0, "SELECT buyer FROM conversation WHERE remote = ? AND account = ?", TEXT(remote),
		   INT(account));
}

int
record_message(struct store *s, int64_t account, const struct message *said, int64_t now)
{
	struct message m = *said;
	const char *former = NULL, *pseudonym;
	char why[ERR_MAX];
	sqlite3_stmt *q;
	int64_t buyer, conversation, id = 0;
	int changed = 1;

	if (!m.remote || !*m.remote || !m.conversation || !*m.conversation) {
		pack(why, "a message without an id or without its conversation");
		return record_refused(s, account, m.remote, why, now);
	}
	m.text = clean_text(s, m.text);
	buyer = buyer_record(s, account, &m.buyer, &pseudonym);
	if (!buyer)
		pseudonym = buyer_pseudonym(s, buyer_of_conversation(s, account, m.conversation));
	if (pseudonym)
		forget(s, &m, pseudonym);
	conversation = conversation_record(s, account, buyer, &m);
	q = QUERY(s, "SELECT id, text FROM message WHERE remote = ? AND account = ?", TEXT(m.remote),
		  INT(account));
	if (sql_row(s, q)) {
		id = col_int(q, 0);
		former = col_text(s, q, 1);
		sql_end(s, q);
		changed = changed_message(s, id, former, &m);
	} else {
		id = new_message(s, account, conversation, &m, now);
	}
	keep_attachments(s, account, id, &m, now);
	return changed && !s->failed;
}

void
message_set_guess(struct store *s, int64_t message, const char *language, int certainty, const char *intent,
		  int confident, int risk)
{
	DO(s,
	   "UPDATE message SET (language, certainty, intent, confident, risk) = (?1, ?2, ?3, ?4, ?5) WHERE "
	   "id = ?6"
	   " AND (language, certainty, intent, confident, risk) IS NOT (?1, ?2, ?3, ?4, ?5)",
	   TEXT0(language), INT(certainty), TEXT0(intent), INT(confident != 0), INT(risk != 0), INT(message));
}
