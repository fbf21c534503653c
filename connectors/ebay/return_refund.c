/* return_refund.c - the lines of a return's refund.
 *
 * A refund has to name eBay's own lines (price, shipping, taxes, …), and they have to add up to its total.  eBay's estimate and largest amount of each are
 * kept in the dispute's memo, in minor units: {"currency":"EUR","fees":[["PURCHASE_PRICE",1999,1999],…]}.
 */
#include "ebay.h"

#include <string.h>

#define MAX_FEES 20

const char *
ebay_return_memo(const struct task *t, const json_t *fees)
{
	struct buf out = BUF_MAX(4096);
	struct money estimated, most;
	const char *currency = NULL, *text = NULL;
	size_t i;

	for (i = 0; i < json_array_size(fees) && i < MAX_FEES; i++) {
		const json_t *j = json_array_get(fees, i);
		const char *type = json_text(j, "refundFeeType");

		if (!type || post_order_money(j, "estimatedAmount", &estimated) || estimated.minor < 0 ||
		    (currency && strcmp(currency, estimated.currency) != 0))
			break;
		if (post_order_money(j, "maxAmount", &most) ||
		    strcmp(most.currency, estimated.currency) != 0 || most.minor < estimated.minor)
			most = estimated;
		if (!currency) {
			currency = arena_strdup(t->arena, estimated.currency);
			buf_fmt(&out, "{\"currency\":\"%s\",\"fees\":[", currency);
		} else {
			buf_char(&out, ',');
		}
		buf_char(&out, '[');
		json_quote(&out, type);
		buf_fmt(&out, ",%lld,%lld]", (long long)estimated.minor, (long long)most.minor);
	}
	buf_put(&out, "]}");
	if (currency && i == json_array_size(fees) && !out.over) /* half of them would refund too little */
		text = arena_strdup(t->arena, buf_str(&out));
	buf_free(&out);
	return text;
}

int
ebay_return_needs_amount(const struct task *t, struct err *err)
{
	return t->out->amount.currency[0] && t->out->amount.minor > 0
		       ? 0
		       : fail(err, "eBay: the amount is missing");
}

struct fee {
	const char *type;
	int64_t estimated, most, given;
};

/* eBay's lines out of the memo; count.  Without a memo the price is the one line, and eBay checks it. */
static size_t
read_fees(const struct task *t, struct fee fees[MAX_FEES])
{
	const struct outgoing *out = t->out;
	json_t *root =
		out->memo && *out->memo ? json_read(t->arena, out->memo, strlen(out->memo), NULL) : NULL;
	json_t *list = json_list(root, "fees");
	const char *currency = json_text(root, "currency");
	size_t i, n = 0;

	for (i = 0;
	     currency && !strcmp(currency, out->amount.currency) && i < json_array_size(list) && n < MAX_FEES;
	     i++) {
		const json_t *fee = json_array_get(list, i);
		const char *type = json_string_value(json_array_get(fee, 0));
		int64_t estimated = json_integer_value(json_array_get(fee, 1));
		int64_t most = json_integer_value(json_array_get(fee, 2));

		/* what is kept back is no line that money goes to */
		if (type && strcmp(type, "RESTOCKING_FEE") != 0 && estimated >= 0 && most >= estimated)
			fees[n++] = (struct fee){type, estimated, most, 0};
	}
	if (!n)
		fees[n++] = (struct fee){"PURCHASE_PRICE", out->amount.minor, out->amount.minor, 0};
	return n;
}

/* Shares the amount out, first up to what eBay estimates for each line, then up to its most; -1 when it is more than that. */
static int
share_out(struct fee *fees, size_t n, const struct money *amount, struct err *err)
{
	int64_t left = amount->minor;
	char most[MONEY_TEXT];
	size_t i;
	int round;

	for (round = 0; round < 2; round++)
		for (i = 0; i < n; i++) {
			int64_t room = (round ? fees[i].most : fees[i].estimated) - fees[i].given;
			int64_t part = left < room ? left : room;

			fees[i].given += part;
			left -= part;
		}
	if (left) {
		money_format(&(struct money){.minor = amount->minor - left,
					     .currency = {amount->currency[0], amount->currency[1],
							  amount->currency[2]}},
			     most);
		return fail(err, "eBay: the refund is more than eBay allows in this return, %s %s", most,
			    amount->currency);
	}
	return 0;
}

int
ebay_return_refund(const struct task *t, struct buf *b, struct err *err)
{
	struct fee fees[MAX_FEES];
	struct money part = t->out->amount;
	size_t n, i;
	int first = 1;

	if (ebay_return_needs_amount(t, err))
		return -1;
	n = read_fees(t, fees);
	if (share_out(fees, n, &t->out->amount, err))
		return -1;
	buf_put(b, "{\"refundDetail\":{\"itemizedRefundDetail\":[");
	for (i = 0; i < n; i++) {
		if (!fees[i].given)
			continue;
		part.minor = fees[i].given;
		buf_put(b, first ? "{\"refundFeeType\":" : ",{\"refundFeeType\":");
		first = 0;
		json_quote(b, fees[i].type);
		buf_char(b, ',');
		post_order_put_amount(b, "refundAmount", &part);
		buf_char(b, '}');
	}
	buf_put(b, "],");
	post_order_put_amount(b, "totalAmount", &t->out->amount);
	buf_char(b, '}');
	post_order_put_text(b, "comments", t->out->text);
	buf_char(b, '}');
	return 0;
}
