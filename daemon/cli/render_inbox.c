/* render_inbox.c - lists of conversations, orders, deadlines and odd items. */
#include "connectors/base/json.h"
#include "render.h"

void
put_conversations(struct buf *out, const struct view *v, const json_t *list)
{
	static const char *const titles[] = {
		TEXT("ID"),    TEXT("ACCOUNT"), TEXT("BUYER"),     TEXT("LANGUAGE"), TEXT("INTENT"),
		TEXT("STATE"), TEXT("LAST"),    TEXT("ANSWER BY"), TEXT("TEXT"),     NULL};
	struct table t;
	const json_t *c;
	size_t i;

	table_begin(&t, v, titles);
	json_array_foreach(list, i, c) {
		struct buf said = BUF_MAX(1 << 20);

		table_cell(&t, text_of(c, "id"));
		table_cell(&t, text_of(c, "account"));
		table_cell(&t, text_of(c, "buyer"));
		table_cell(&t, text_of(c, "language"));
		table_cell(&t, text_of(c, "intent"));
		table_cell(&t, word(v, text_of(c, "state")));
		table_when(&t, v, c, "last_at");
		table_when(&t, v, c, "answer_by_at");
		put_needs(&said, v, c);
		buf_fmt(&said, "%s%s", said.len ? "; " : "",
			*text_of(c, "text") ? text_of(c, "text") : text_of(c, "subject"));
		table_cell(&t, buf_str(&said));
		buf_free(&said);
	}
	table_end(&t, out, v);
}

void
put_orders(struct buf *out, const struct view *v, const json_t *list)
{
	static const char *const titles[] = {TEXT("ID"),      TEXT("ACCOUNT"), TEXT("ORDER"),
					     TEXT("BUYER"),   TEXT("PAYMENT"), TEXT("SHIPPING"),
					     TEXT("CREATED"), TEXT("TOTAL"),   NULL};
	struct table t;
	const json_t *o;
	size_t i;

	table_begin(&t, v, titles);
	json_array_foreach(list, i, o) {
		struct buf total = BUF_MAX(256);
		const json_t *money = json_obj(o, "total");

		buf_fmt(&total, "%s %s", text_of(money, "value"), text_of(money, "currency"));
		table_cell(&t, text_of(o, "id"));
		table_cell(&t, text_of(o, "account"));
		table_cell(&t, text_of(o, "remote"));
		table_cell(&t, text_of(o, "buyer"));
		table_cell(&t, word(v, text_of(o, "payment")));
		table_cell(&t, word(v, text_of(o, "fulfilment")));
		table_when(&t, v, o, "created_at");
		table_cell(&t, buf_str(&total));
		buf_free(&total);
	}
	table_end(&t, out, v);
}

void
render_inbox(struct buf *out, const struct view *v, const json_t *result)
{
	const json_t *list = list_of(result, "conversations");

	if (!json_array_size(list)) {
		buf_fmt(out, "%s\n", say(v->lang, "Nothing waits for an answer."));
		return;
	}
	put_conversations(out, v, list);
	put_next(out, v, "inbox", result);
}

void
render_find(struct buf *out, const struct view *v, const json_t *result)
{
	const json_t *orders = list_of(result, "orders"), *conversations = list_of(result, "conversations");

	if (json_array_size(orders))
		put_orders(out, v, orders);
	if (json_array_size(orders) && json_array_size(conversations))
		buf_char(out, '\n');
	if (json_array_size(conversations))
		put_conversations(out, v, conversations);
	if (!json_array_size(orders) && !json_array_size(conversations))
		buf_fmt(out, "%s\n", say(v->lang, "Nothing found."));
}

/* What has to be done, and what is done when nobody approves it. */
static void
put_due(struct buf *out, const struct view *v, const json_t *d)
{
	buf_put(out, word(v, text_of(d, "what")));
	if (!*text_of(d, "fallback"))
		return;
	buf_put(out, "; ");
	put_fallback(out, v, d);
}

void
render_deadlines(struct buf *out, const struct view *v, const json_t *result)
{
	static const char *const titles[] = {TEXT("ID"),   TEXT("ACCOUNT"),  TEXT("DUE"), TEXT("STATE"),
					     TEXT("WHAT"), TEXT("GIVEN BY"), NULL};
	const json_t *list = list_of(result, "deadlines"), *d;
	struct buf what = BUF_MAX(1024);
	struct table t;
	size_t i;

	if (!json_array_size(list)) {
		buf_fmt(out, "%s\n", say(v->lang, "No deadlines."));
		put_forecast(out, v, json_object_get(result, "forecast"));
		put_away(out, v, list_of(result, "away"));
		return;
	}
	table_begin(&t, v, titles);
	json_array_foreach(list, i, d) {
		int64_t at;

		table_cell(&t, text_of(d, "id"));
		table_cell(&t, text_of(d, "account"));
		if (json_time(d, "at", &at) == 1 && at < v->now)
			table_cell(&t, say(v->lang, "passed"));
		else
			table_when(&t, v, d, "at");
		table_cell(&t, word(v, text_of(d, "state")));
		put_due(&what, v, d);
		table_cell(&t, buf_str(&what));
		buf_clear(&what);
		table_cell(&t, text_of(d, "given_by"));
	}
	table_end(&t, out, v);
	buf_free(&what);
	put_forecast(out, v, json_object_get(result, "forecast"));
	put_away(out, v, list_of(result, "away"));
}

void
render_odd(struct buf *out, const struct view *v, const json_t *result)
{
	const json_t *list = list_of(result, "odd"), *item;
	size_t i;

	if (json_int(result, "again", 0)) {
		buf_fmt(out,
			say(v->lang, "%lld lists are read once more; what is understood then goes from here"),
			(long long)json_int(result, "again", 0));
		buf_char(out, '\n');
	}
	if (!json_array_size(list))
		buf_fmt(out, "%s\n", say(v->lang, "Everything was understood."));
	json_array_foreach(list, i, item) {
		put_facts(out, v, item, 0);
		put_block(out, text_of(item, "item"), 2);
		buf_char(out, '\n');
	}
}
