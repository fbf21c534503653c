#include "forgotten.h"

#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "crowd.h"

#define LEFT "(b.state IN ('sent', 'sending', 'unsure') OR b.attempt_key IS NOT NULL)"

static const char rows_of_interest[] =
	"SELECT a.name, b.kind, b.text, b.amount, CASE b.kind WHEN 'reply' THEN c.remote WHEN 'order.refund' "
	"THEN "
	"o.remote WHEN 'feedback.reply' THEN f.remote ELSE d.remote END, b.intent_key, b.created, " LEFT
	" FROM outbox b JOIN account a ON a.id = b.account LEFT JOIN conversation c ON c.id = b.conversation"
	" LEFT JOIN orders o ON o.id = b.order_id LEFT JOIN feedback f ON f.id = b.feedback"
	" LEFT JOIN dispute d ON d.id = b.dispute"
	" WHERE " LEFT " OR b.dispute IS NOT NULL";

static char *
text_of(sqlite3_stmt *q, int i)
{
	const char *text = (const char *)sqlite3_column_text(q, i);

	return must_strdup(text ? text : "");
}

static void
keep(struct world *w, sqlite3_stmt *q)
{
	struct forgotten *f = GROW(w->forgotten, w->nforgotten);
	char *shop = text_of(q, 0), *kind = text_of(q, 1);

	f->seller = atoi(shop + strlen("shop-")) - 1;
	f->did = !strcmp(kind, "reply")            ? "reply"
		 : !strcmp(kind, "order.refund")   ? "order.refund"
		 : !strcmp(kind, "feedback.reply") ? "feedback.reply"
						   : deed_of_action(kind);
	f->text = text_of(q, 2);
	f->minor = sqlite3_column_int64(q, 3);
	f->about = text_of(q, 4);
	f->left = sqlite3_column_int(q, 7);
	free(shop);
	free(kind);
}

static sqlite3_stmt *
ask(const char *store, const char *sql)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *q = NULL;

	if (sqlite3_open_v2(store, &db, SQLITE_OPEN_READONLY, NULL) ||
	    sqlite3_prepare_v2(db, sql, -1, &q, NULL)) {
		fprintf(stderr, "%s: %s\n", store, sqlite3_errmsg(db));
		abort();
	}
	return q;
}

static void
asked(sqlite3_stmt *q)
{
	sqlite3 *db = sqlite3_db_handle(q);

	sqlite3_finalize(q);
	sqlite3_close(db);
}

/* Their keys alone may be the same by chance: two stores that come from one number what they meet alike. */
static int
is_known(sqlite3_stmt *known, sqlite3_stmt *row)
{
	sqlite3_reset(known);
	sqlite3_bind_value(known, 1, sqlite3_column_value(row, 5));
	sqlite3_bind_value(known, 2, sqlite3_column_value(row, 6));
	return sqlite3_step(known) == SQLITE_ROW;
}

void
forgotten_read(struct world *w, const char *store, const char *old)
{
	sqlite3_stmt *rows = ask(store, rows_of_interest);
	/* before the first start there was nothing to copy */
	sqlite3_stmt *known =
		access(old, F_OK)
			? NULL
			: ask(old,
			      "SELECT 1 FROM outbox WHERE intent_key = ? AND created = ? AND state = 'sent'");

	while (sqlite3_step(rows) == SQLITE_ROW)
		if (!known || !is_known(known, rows))
			keep(w, rows);
	asked(rows);
	if (known)
		asked(known);
}

int
was_forgotten(const struct world *w, int seller, const char *did, const char *about, const char *text,
	      int64_t minor)
{
	for (size_t i = 0; i < w->nforgotten; i++) {
		const struct forgotten *f = &w->forgotten[i];

		if (f->left && f->seller == seller && !strcmp(f->did, did) && !strcmp(f->about, about) &&
		    (!text || !strcmp(f->text, text)) && (!minor || f->minor == minor))
			return 1;
	}
	return 0;
}

int
was_wished(const struct world *w, int seller, const char *did, const char *about)
{
	for (size_t i = 0; i < w->nforgotten; i++)
		if (w->forgotten[i].seller == seller && !strcmp(w->forgotten[i].did, did) &&
		    !strcmp(w->forgotten[i].about, about))
			return 1;
	return 0;
}

void
forgotten_free(struct world *w)
{
	for (size_t i = 0; i < w->nforgotten; i++) {
		free(w->forgotten[i].about);
		free(w->forgotten[i].text);
	}
	free(w->forgotten);
}
