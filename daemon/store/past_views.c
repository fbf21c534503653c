/* past_views.c - what two configurations, or a rule and people, make of the same history: compared, and counted. */
#include <stdlib.h>
#include <string.h>

#include "daemon/clock.h"
#include "daemon/store/db.h"

/* ---- before and after ---- */

/* One row for each action or task that is on one side only, or not the same on both; b and a are the rows of deed. */
static const char differences[] =
	"CREATE TEMP TABLE difference AS SELECT * FROM (SELECT b.rowid AS b, a.rowid AS a, b.key AS key,"
	"  b.rule IS NOT a.rule AS rule, b.template IS NOT a.template AS template,"
	"  b.locale IS NOT a.locale AS language, b.text IS NOT a.text AS text,"
	"  (b.state, b.letter, b.reason) IS NOT (a.state, a.letter, a.reason) AS way,"
	"  b.leaves IS NOT a.leaves AS moment, b.deadline IS NOT a.deadline AS deadline,"
	"  (b.moves, b.currency) IS NOT (a.moves, a.currency) AS money"
	"  FROM deed b LEFT JOIN deed a ON a.side = 1 AND a.key = b.key WHERE b.side = 0)"
	" WHERE a IS NULL OR rule OR template OR language OR text OR way OR moment OR deadline OR money;"
	"INSERT INTO difference (a, key) SELECT a.rowid, a.key FROM deed a WHERE a.side = 1"
	" AND NOT EXISTS (SELECT 1 FROM deed b WHERE b.side = 0 AND b.key = a.key);";

/* "name": number, for each column of the only row. */
static json_t *
numbers(struct store *s, sqlite3_stmt *q)
{
	json_t *object = json_object();

	if (sql_row(s, q)) {
		for (int i = 0; i < sqlite3_column_count(q); i++)
			json_object_set_new(object, sqlite3_column_name(q, i), json_integer(col_int(q, i)));
		sql_end(s, q);
	}
	return object;
}

/* An object for each row: numbers and words by the names of the columns. */
static json_t *
row_of(struct store *s, sqlite3_stmt *q)
{
	json_t *object = json_object();

	for (int i = 0; i < sqlite3_column_count(q); i++)
		json_object_set_new(object, sqlite3_column_name(q, i),
				    sqlite3_column_type(q, i) == SQLITE_INTEGER
					    ? json_integer(col_int(q, i))
					    : json_word(col_text(s, q, i)));
	return object;
}

static json_t *
refund_row(struct store *s, sqlite3_stmt *q)
{
	const char *currency = col_text(s, q, 0);

	return json_pack("{s:s, s:I, s:o, s:I, s:o, s:I, s:o, s:I, s:o}", "currency", currency,
			 "count_before", (json_int_t)col_int(q, 1), "before",
			 json_amount(col_int(q, 2), currency), "count_after", (json_int_t)col_int(q, 3),
			 "after", json_amount(col_int(q, 4), currency), "leaving_count_before",
			 (json_int_t)col_int(q, 5), "leaving_before", json_amount(col_int(q, 6), currency),
			 "leaving_count_after", (json_int_t)col_int(q, 7), "leaving_after",
			 json_amount(col_int(q, 8), currency));
}

/* One side of a difference, from column `i` on; null: it is not there. */
static json_t *
side_row(struct store *s, sqlite3_stmt *q, int i)
{
	if (sqlite3_column_type(q, i) == SQLITE_NULL)
		return json_null();
	return json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "letter", json_word(col_text(s, q, i)),
		"state", json_word(col_text(s, q, i + 1)), "why", json_packed(col_text(s, q, i + 2)), "rule",
		json_word(col_text(s, q, i + 3)), "template", json_word(col_text(s, q, i + 4)), "locale",
		json_word(col_text(s, q, i + 5)), "leaves_at", json_when(col_int(q, i + 6)), "deadline_at",
		json_when(col_int(q, i + 7)), "moves",
		col_int(q, i + 8) ? json_amount(col_int(q, i + 8), col_text(s, q, i + 9)) : json_null());
}

static json_t *
about(sqlite3_stmt *q, int i)
{
	static const char letters[] = "dfco"; /* the first that is there */

	for (int k = 0; letters[k]; k++)
		if (col_int(q, i + k))
			return json_local(letters[k], col_int(q, i + k));
	return json_null();
}

static json_t *
difference_row(struct store *s, sqlite3_stmt *q)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:b, s:o, s:o}", "id", json_local('e', col_int(q, 0)), "kind",
			 json_word(col_text(s, q, 1)), "account", json_word(col_text(s, q, 2)), "about",
			 about(q, 3), "text_differs", col_int(q, 7) != 0, "before", side_row(s, q, 8),
			 "after", side_row(s, q, 18));
}

static json_t *
deadline_row(struct store *s, sqlite3_stmt *q)
{
	return json_pack("{s:o, s:o, s:o, s:o}", "id", json_local(*col_text(s, q, 0), col_int(q, 1)),
			 "before_at", json_when(col_int(q, 2)), "after_at", json_when(col_int(q, 3)),
			 "given_by", json_word(col_text(s, q, 4)));
}

static json_t *
deadlines_of(struct store *s, int limit)
{
	json_t *counts = numbers(
		s, QUERY(s, "SELECT count(*) AS all_of_them, sum(a.at < b.at) AS earlier, sum(a.at > b.at) "
			    "AS later,"
			    " sum(a.at IS NULL) AS gone, (SELECT count(*) FROM due n WHERE n.side = 1 AND "
			    "NOT EXISTS"
			    "  (SELECT 1 FROM due o WHERE o.side = 0 AND (o.letter, o.id, o.since) ="
			    "   (n.letter, n.id, n.since))) AS new FROM due b LEFT JOIN due a ON a.side = 1"
			    " AND (a.letter, a.id, a.since) = (b.letter, b.id, b.since) WHERE b.side = 0"));

	json_object_set_new(
		counts, "list",
		view_list(s,
			  QUERY(s,
				"SELECT b.letter, b.id, b.at, a.at, ifnull(a.given_by, b.given_by) FROM due b"
				" LEFT JOIN due a ON a.side = 1 AND (a.letter, a.id, a.since) ="
				"  (b.letter, b.id, b.since) WHERE b.side = 0 AND a.at IS NOT b.at"
				" UNION ALL SELECT n.letter, n.id, NULL, n.at, n.given_by FROM due n WHERE "
				"n.side = 1"
				"  AND NOT EXISTS (SELECT 1 FROM due o WHERE o.side = 0 AND (o.letter, o.id, "
				"o.since) ="
				"   (n.letter, n.id, n.since)) LIMIT ?",
				INT(limit)),
			  deadline_row));
	return counts;
}

static json_t *
actions_of(struct store *s)
{
	return numbers(s,
		       QUERY(s, "SELECT (SELECT count(*) FROM deed WHERE side = 0) AS before,"
				" (SELECT count(*) FROM deed WHERE side = 1) AS after,"
				" ifnull(sum(b IS NULL), 0) AS added, ifnull(sum(a IS NULL), 0) AS removed,"
				" ifnull(sum(a IS NOT NULL AND b IS NOT NULL), 0) AS changed,"
				" ifnull(sum(iif(a IS NULL, 0, rule)), 0) AS rule,"
				" ifnull(sum(iif(a IS NULL, 0, template)), 0) AS template,"
				" ifnull(sum(iif(a IS NULL, 0, language)), 0) AS language,"
				" ifnull(sum(iif(a IS NULL, 0, text)), 0) AS text,"
				" ifnull(sum(iif(a IS NULL, 0, way)), 0) AS way,"
				" ifnull(sum(iif(a IS NULL, 0, moment)), 0) AS moment,"
				" ifnull(sum(iif(a IS NULL, 0, deadline)), 0) AS deadline,"
				" ifnull(sum(iif(a IS NULL, 0, money)), 0) AS money FROM difference"));
}

static json_t *
ways_of(struct store *s)
{
	return view_list(s,
			 QUERY(s, "SELECT state, sum(side = 0) AS before, sum(side = 1) AS after FROM deed"
				  " GROUP BY state HAVING before <> after ORDER BY state"),
			 row_of);
}

static json_t *
rules_of(struct store *s)
{
	return view_list(s,
			 QUERY(s, "SELECT rule, sum(side = 0) AS before, sum(side = 1) AS after FROM deed"
				  " GROUP BY rule HAVING before <> after ORDER BY rule"),
			 row_of);
}

static json_t *
texts_of(struct store *s)
{
	return view_list(
		s,
		QUERY(s, "SELECT template, locale, sum(side = 0) AS before, sum(side = 1) AS after,"
			 " (SELECT count(*) FROM difference x JOIN deed n ON n.rowid = x.a"
			 "  WHERE x.text AND n.template IS d.template AND n.locale IS d.locale)"
			 "  AS other_words FROM deed d WHERE template IS NOT NULL GROUP BY template, locale"
			 " HAVING before <> after OR other_words ORDER BY template, locale"),
		row_of);
}

static json_t *
refunds_of(struct store *s)
{
	return view_list(s,
			 QUERY(s, "SELECT currency, sum(side = 0), sum(iif(side = 0, moves, 0)),"
				  " sum(side = 1), sum(iif(side = 1, moves, 0)),"
				  " sum(side = 0 AND by_itself), sum(iif(side = 0 AND by_itself, moves, 0)),"
				  " sum(side = 1 AND by_itself), sum(iif(side = 1 AND by_itself, moves, 0))"
				  " FROM (SELECT *, state = 'leaves' AS by_itself FROM deed)"
				  " WHERE moves > 0 AND state IN ('leaves', 'waits') GROUP BY currency"),
			 refund_row);
}

static json_t *
list_of_differences(struct store *s, int limit)
{
	return view_list(
		s,
		QUERY(s,
		      "SELECT ifnull(n.event, o.event), ifnull(n.kind, o.kind), c.name,"
		      " ifnull(n.dispute, o.dispute), ifnull(n.feedback, o.feedback),"
		      " ifnull(n.conversation, o.conversation), ifnull(n.order_id, o.order_id), "
		      "ifnull(x.text, 0),"
		      " o.letter, o.state, o.reason, o.rule, o.template, o.locale, o.leaves, o.deadline, "
		      "o.moves,"
		      " o.currency, n.letter, n.state, n.reason, n.rule, n.template, n.locale, n.leaves, "
		      "n.deadline,"
		      " n.moves, n.currency"
		      " FROM difference x LEFT JOIN deed o ON o.rowid = x.b LEFT JOIN deed n ON n.rowid = x.a"
		      " LEFT JOIN account c ON c.id = ifnull(n.account, o.account) ORDER BY 1, x.key LIMIT ?",
		      INT(limit)),
		difference_row);
}

json_t *
past_difference(struct store *s, int limit)
{
	json_t *all, *actions, *deadlines;
	int same;

	if (s->failed || sql_script(s->db, s->path, differences, &s->err)) {
		s->failed = 1;
		return NULL;
	}
	actions = actions_of(s);
	deadlines = deadlines_of(s, limit);
	same = !GET(s, 1, "SELECT EXISTS (SELECT 1 FROM difference)") &&
	       !json_array_size(json_object_get(deadlines, "list"));
	all = json_pack("{s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "same", same, "actions", actions,
			"states", ways_of(s), "rules", rules_of(s), "texts", texts_of(s), "refunds",
			refunds_of(s), "deadlines", deadlines, "list", list_of_differences(s, limit));
	return view_end(s, all);
}

/* ---- what would have been sent, and what people sent ---- */

#define ALIKE 50 /* percent from which on two texts say it in nearly the same words */

/* What stands in one row of the table. */
struct scenario_row {
	struct scenario_row *next;
	const char *template_id, *locale;
	int rows, answered, same_kind, compared, alike, percent, open;
	int64_t *leads; /* by how much ours would have been earlier, ms; room for as many as rows */
	int nleads, room;
};

/* What would have been sent. */
struct would {
	const char *template_id, *locale, *text, *kind;
	int64_t at, since, conversation, dispute, feedback;
};

/* What people did about the same, first after that. */
struct did {
	int64_t at;
	const char *text, *kind; /* kind NULL: not known */
};

static int
did_read(struct store *s, sqlite3_stmt *q, struct did *d)
{
	if (!sql_row(s, q))
		return 0;
	*d = (struct did){col_int(q, 0), col_text(s, q, 1), col_text(s, q, 2)};
	sql_end(s, q);
	return 1;
}

static int
by_people(struct store *s, const struct would *w, struct did *d)
{
	if (w->dispute)
		return did_read(
			s,
			QUERY(s,
			      "SELECT ifnull(started, changed) AS at, text, kind FROM outbox WHERE dispute = "
			      "?1"
			      " AND rule IS NULL AND state = 'sent' AND ifnull(started, changed) >= ?2"
			      " UNION ALL SELECT n.at, n.text, NULL FROM dispute_entry n WHERE n.dispute = ?1"
			      " AND n.actor = 'seller' AND n.outbox IS NULL AND n.at >= ?2"
			      " ORDER BY at LIMIT 1",
			      INT(w->dispute), INT(w->since)),
			d);
	if (w->conversation)
		return did_read(s,
				QUERY(s,
				      "SELECT m.sent, m.text, 'reply' FROM message m LEFT JOIN outbox b ON "
				      "b.id = m.outbox"
				      " WHERE m.conversation = ? AND m.direction = 'out' AND NOT m.automatic"
				      " AND m.sent >= ? AND b.rule IS NULL ORDER BY m.sent, m.id LIMIT 1",
				      INT(w->conversation), INT(w->since)),
				d);
	return did_read(
		s,
		QUERY(s,
		      "SELECT ifnull(b.started, ifnull(f.changed, f.given)), f.reply, 'feedback.reply'"
		      " FROM feedback f LEFT JOIN outbox b ON b.feedback = f.id AND b.state = 'sent'"
		      " AND b.kind = 'feedback.reply' WHERE f.id = ? AND f.reply IS NOT NULL LIMIT 1",
		      INT(w->feedback)),
		d);
}

static struct scenario_row *
scenario_row_of(struct store *s, struct scenario_row **list, const struct would *w)
{
	struct scenario_row *r;

	for (; (r = *list); list = &r->next)
		if (!strcmp(r->template_id, w->template_id) && !strcmp(r->locale, w->locale))
			return r;
	*list = r = arena_zalloc(s->arena, sizeof *r);
	r->template_id = w->template_id;
	r->locale = w->locale;
	return r;
}

static void
keep_lead(struct store *s, struct scenario_row *r, int64_t lead)
{
	int64_t *more;

	if (r->nleads == r->room) {
		r->room = r->room ? 2 * r->room : 16;
		more = arena_alloc(s->arena, (size_t)r->room * sizeof *more);
		if (r->nleads)
			memcpy(more, r->leads, (size_t)r->nleads * sizeof *more);
		r->leads = more;
	}
	r->leads[r->nleads++] = lead;
}

static void
compare(struct store *s, struct scenario_row *r, const struct would *w,
	int (*alike)(const char *, const char *))
{
	struct did d;
	int percent;

	r->rows++;
	if (!by_people(s, w, &d)) {
		r->open++;
		return;
	}
	r->answered++;
	keep_lead(s, r, d.at - w->at);
	r->same_kind += d.kind && !strcmp(d.kind, w->kind);
	if (!w->text || !d.text)
		return;
	percent = alike(w->text, d.text);
	r->compared++;
	r->percent += percent;
	r->alike += percent >= ALIKE;
}

static int
by_size(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static json_t *
scenario_json(struct scenario_row *r)
{
	json_t *earlier = json_null();

	if (r->nleads) {
		qsort(r->leads, (size_t)r->nleads, sizeof *r->leads, by_size);
		earlier = json_integer(r->leads[r->nleads / 2] / SECOND);
	}
	return json_pack("{s:o, s:o, s:i, s:i, s:i, s:i, s:o, s:o, s:i}", "template",
			 json_word(*r->template_id ? r->template_id : NULL), "locale",
			 json_word(*r->locale ? r->locale : NULL), "would_send", r->rows, "answered",
			 r->answered, "same_kind", r->same_kind, "alike", r->alike, "alike_percent",
			 r->compared ? json_integer(r->percent / r->compared) : json_null(),
			 "earlier_seconds", earlier, "nobody", r->open);
}

/* Those that a newer message of the buyer has overtaken would have been sent, too. */
#define OBSERVED                                                                                             \
	"(b.state = 'observed' OR b.state IN ('cancelled', 'dropped') AND EXISTS (SELECT 1 FROM journal j"   \
	"  WHERE j.ref = 'a' || b.id AND j.kind = 'wish' AND j.facts ->> 'state' = 'observed'))"

json_t *
view_observed(struct store *s, int64_t from, int (*alike)(const char *, const char *))
{
	sqlite3_stmt *q = QUERY(
		s,
		"SELECT ifnull(b.template, ''), ifnull(b.locale, ''), b.text, b.kind, b.not_before,"
		" coalesce(m.sent, e.at, b.created), b.conversation, b.dispute, b.feedback"
		" FROM outbox b LEFT JOIN message m ON m.id = b.message LEFT JOIN event e ON e.id = b.event"
		" WHERE b.rule IS NOT NULL AND b.created >= ? AND " OBSERVED " ORDER BY 1, 2, b.id",
		INT(from));
	struct scenario_row *rows = NULL;
	json_t *list = json_array();

	while (sql_row(s, q)) {
		const struct would w = {.template_id = col_text(s, q, 0),
					.locale = col_text(s, q, 1),
					.text = col_text(s, q, 2),
					.kind = col_text(s, q, 3),
					.at = col_int(q, 4),
					.since = col_int(q, 5),
					.conversation = col_int(q, 6),
					.dispute = col_int(q, 7),
					.feedback = col_int(q, 8)};

		compare(s, scenario_row_of(s, &rows, &w), &w, alike);
	}
	for (struct scenario_row *r = rows; r; r = r->next)
		json_array_append_new(list, scenario_json(r));
	return view_end(s, json_pack("{s:o}", "scenarios", list));
}
