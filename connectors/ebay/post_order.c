/* post_order.c - requests to the Post-Order API, and what its answers mean.
 *
 * An older API with manners of its own: the token comes as "IAF", times and texts are objects, amounts are numbers, and a refusal has one of
 * three layouts: {"errors": […]}, {"error": […]} and {"errorMessage": {"error": {…} or […]}}, in an answer 200 also.
 */
#include "ebay.h"

#include <stdlib.h>
#include <string.h>

int
post_order_open(const struct task *t, struct request *r, const char *method, const char *path,
		struct err *err)
{
	r->medium = BY_HTTP;
	r->method = method;
	r->once = !strcmp(method, "POST");
	buf_put(&r->url, "https://");
	ebay_authority(&r->url, t->account, "api");
	buf_put(&r->url, "/post-order/v2/");
	buf_put(&r->url, path);
	buf_put(&r->headers, "Accept: application/json\n");
	if (r->once)
		buf_put(&r->headers, "Content-Type: application/json\n");
	if (ebay_header(r, "X-EBAY-C-MARKETPLACE-ID", account_get(t->account, "site"), err))
		return -1;
	return ebay_authorization(r, "IAF ", t->token, err);
}

/* The first error of any layout; NULL: none. */
static const json_t *
error_of(const json_t *root)
{
	const json_t *const places[] = {
		json_object_get(root, "errors"),
		json_object_get(root, "error"),
		json_object_get(json_object_get(root, "errorMessage"), "error"),
	};
	size_t i;

	for (i = 0; i < sizeof places / sizeof *places; i++) {
		const json_t *error = json_is_array(places[i]) ? json_array_get(places[i], 0) : places[i];

		if (json_is_object(error))
			return error;
	}
	return NULL;
}

json_t *
post_order_answer(const struct task *t, const struct response *rs, int once, struct found *f, enum outcome *o)
{
	if (rs->status == 204 && !rs->len)
		return json_read(t->arena, "{}", 2, NULL);
	return ebay_answer_with(t, rs, once, error_of, f, o);
}

int64_t
post_order_time(const json_t *o, const char *key)
{
	int64_t at = 0;

	return json_time(json_obj(o, key), "value", &at) > 0 ? at : 0;
}

int
post_order_money(const json_t *o, const char *key, struct money *amount)
{
	int r = json_money(o, key, amount);

	return r < 0 ? -1 : !r;
}

const char *
post_order_text(const json_t *o, const char *key)
{
	return json_text(json_obj(o, key), "content");
}

int64_t
post_order_total(const struct task *t, const json_t *root, const char *key)
{
	const char *n = json_id(t->arena, root, key);

	if (!n)
		n = json_id(t->arena, json_obj(root, "paginationOutput"), "totalEntries");
	return n && *n && strspn(n, "0123456789") == strlen(n) && strlen(n) < 10 ? atoll(n) : -1;
}

enum actor
post_order_actor(const char *word)
{
	if (word && !strcmp(word, "BUYER"))
		return ACTOR_BUYER;
	return word && !strcmp(word, "SELLER") ? ACTOR_SELLER : ACTOR_PLATFORM;
}

void
post_order_put_text(struct buf *body, const char *key, const char *text)
{
	if (!text || !*text)
		return;
	buf_fmt(body, "%s\"%s\":{\"content\":", body->len > 1 ? "," : "", key);
	json_quote(body, text);
	buf_char(body, '}');
}

void
post_order_put_amount(struct buf *b, const char *key, const struct money *m)
{
	char value[MONEY_TEXT];

	money_format(m, value);
	buf_fmt(b, "\"%s\":{\"value\":%s,\"currency\":\"%s\"}", key, value, m->currency);
}

static int
meaning(const struct post_order_word *table, const char *word, int otherwise)
{
	for (; table->word; table++)
		if (!strcmp(table->word, word))
			return table->status;
	return otherwise;
}

enum dispute_status
post_order_status(const struct post_order_word *statuses, const char *status,
		  const struct post_order_word *states, const char *state)
{
	int s = meaning(statuses, status, POST_ORDER_BY_STATE);

	return s != POST_ORDER_BY_STATE
		       ? (enum dispute_status)s
		       : (enum dispute_status)meaning(states, state, DISPUTE_AWAITING_SELLER);
}

enum outcome
post_order_page(const struct task *t, const struct response *rs, const struct post_order_list *is,
		struct open_list *l, struct found *f)
{
	enum outcome o = LATER;
	json_t *root = post_order_answer(t, rs, 0, f, &o), *rows;
	int64_t total;
	size_t i;

	if (!root)
		return o;
	rows = json_list(root, is->rows);
	total = post_order_total(t, root, is->total);
	if (total < 0 || (!rows && total > 0))
		return later(f, "eBay: the answer is not a list of %s", is->name);
	if (is->everything)
		open_list_everything(l);
	if (open_list_repeats(l, json_id(t->arena, json_array_get(rows, 0), is->id)))
		return later(f, "eBay: the list of %s shows the same page again", is->name);
	for (i = 0; i < json_array_size(rows); i++) {
		json_t *row = json_array_get(rows, i);
		const char *id = json_id(t->arena, row, is->id);
		struct err why;

		if (!id) {
			l->met++;
			fail(&why, "eBay: a row of the list of %s has no %s", is->name, is->id);
			if (ebay_odd(f, row, why.text))
				return LATER;
		} else if (open_list_meet(l, id, is->print(t, row))) {
			return open_list_full(l, f, is->name);
		} else if (is->note) {
			open_list_note(l, id, is->note(t, row, l));
		}
	}
	open_list_page(l, json_array_size(rows), is->step, total);
	return open_list_next(l, f);
}
