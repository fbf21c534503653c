/* order_message.c - order.message: a message to the buyer that answers none, POST /commerce/message/v1/send_message.
 *
 * eBay ties it to a listing, not to an order.  The look lists the conversations with this buyer about this listing and reads each whole.
 */
#include "ebay.h"

#include "base/text.h"

#include <string.h>

#define PAGE    50
#define MEMBERS "FROM_MEMBERS"

static int
check(const struct task *t, struct err *err)
{
	const struct outgoing *out = t->out;

	if (!out->buyer || !*out->buyer || !out->listing || !*out->listing)
		return fail(err, "eBay: a message needs its buyer and the listing it is about");
	if (!*account_get(t->account, "identity"))
		return fail(err, "eBay: our own user name is not known yet");
	return 0;
}

int
ebay_order_message_look_ask(const struct task *t, struct request *r, struct err *err)
{
	const struct sweep *s = sweep_read(t);

	if (check(t, err))
		return -1;
	if (s->ntodo)
		return ebay_conversation_ask(t, r, s->todo[0].id, MEMBERS, s->inner, err);
	if (ebay_get(t, r, "api", err))
		return -1;
	buf_put(&r->url,
		"/commerce/message/v1/conversation?conversation_type=" MEMBERS "&other_party_username=");
	url_encode(&r->url, t->out->buyer);
	buf_put(&r->url, "&reference_type=LISTING&reference_id=");
	url_encode(&r->url, t->out->listing);
	buf_fmt(&r->url, "&limit=%d&offset=%lld", PAGE, (long long)s->offset);
	return ebay_fits(r, err);
}

/* The look goes on with the next conversation or page, or is over. */
static enum outcome
look_next(struct sweep *s, struct found *f)
{
	if (!s->ntodo)
		return sweep_look(s, f);
	sweep_write(s, &f->cursor);
	if (!f->cursor.over)
		return MORE;
	buf_clear(&f->cursor);
	return later(f, "eBay: the place in the list is too long to note");
}

static enum outcome
list_read(const struct task *t, const struct response *rs, struct sweep *s, struct found *f)
{
	enum outcome o;
	json_t *root = ebay_answer(t, rs, 0, f, &o), *list;
	struct sweep_rows rows;
	int64_t total;
	size_t i;

	if (!root)
		return o;
	list = json_list(root, "conversations");
	total = json_int(root, "total", -1);
	if (total < 0 || (!list && total > 0))
		return later(f, "eBay: the answer is not a list of conversations");
	rows = sweep_rows(t, list, "conversationId");
	if (sweep_repeats(s, rows))
		return later(f, "eBay: the list of conversations shows the same page again");
	for (i = 0; i < rows.n; i++)
		if (!rows.ids[i] || sweep_open(s, (struct sweep_todo){.id = rows.ids[i]}))
			return later(f, "eBay: the answer is not a list of conversations");
	sweep_page(s, rows, PAGE, 0, total);
	return look_next(s, f);
}

static enum outcome
conversation_read(const struct task *t, const struct response *rs, struct sweep *s, struct found *f)
{
	const struct ebay_conversation c = {.type = MEMBERS,
					    .id = s->todo[0].id,
					    .listing = t->out->listing,
					    .me = account_get(t->account, "identity"),
					    .own = 1};
	enum outcome o;
	json_t *root = ebay_answer(t, rs, 0, f, &o);
	enum sweep_inner inner;
	size_t odd;
	int64_t total;

	if (!root)
		return o;
	if (!json_list(root, "messages") || json_int(root, "total", -1) < 0)
		return later(f, "eBay: the answer is not a conversation");
	if (ebay_conversation_read(t, root, &c, f, &odd, &total))
		return LATER;
	inner = sweep_inner(s, sweep_rows(t, json_list(root, "messages"), "messageId"), PAGE, total);
	/* one that was not understood, or not shown, might be ours: the listing is not complete */
	if (odd || inner == INNER_LACKS)
		s->seen--;
	if (inner != INNER_MORE)
		sweep_done_one(s);
	return look_next(s, f);
}

enum outcome
ebay_order_message_look_read(const struct task *t, const struct response *rs, struct found *f)
{
	struct sweep *s = sweep_read(t);

	return s->ntodo ? conversation_read(t, rs, s, f) : list_read(t, rs, s, f);
}

int
ebay_order_message_ask(const struct task *t, struct request *r, struct err *err)
{
	const struct outgoing *out = t->out;

	if (check(t, err) || ebay_message_check(out, err))
		return -1;
	if (ebay_post(t, r, "api", "/commerce/message/v1/send_message", err))
		return -1;
	buf_put(&r->body, "{\"otherPartyUsername\":");
	json_quote(&r->body, out->buyer);
	buf_put(&r->body, ",\"messageText\":");
	json_quote(&r->body, out->text);
	buf_put(&r->body, ",\"reference\":{\"referenceType\":\"LISTING\",\"referenceId\":");
	json_quote(&r->body, out->listing);
	buf_put(&r->body, "},\"emailCopyToSender\":false}");
	return ebay_fits(r, err);
}
