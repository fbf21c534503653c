/* chargebacks_api.c - payment disputes as the Fulfillment API shows and takes them. */
#include <inttypes.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "call.h"
#include "disputes.h"
#include "post_order.h"

#define NOTE_MAX 1000

static json_t *
summary_json(const struct call *c, const struct dispute *d)
{
	const struct turn *t = turn_now(d);
	json_t *o = json_pack("{s:s,s:s,s:s,s:s,s:o,s:s,s:o}", "paymentDisputeId", d->id,
			      "paymentDisputeStatus", d->status, "reason", d->reason, "orderId", d->order->id,
			      "amount", amount_json(&d->amount), "buyerUsername", d->order->buyer->username,
			      "openDate", time_json(d->opened));

	(void)c;
	if (t)
		json_object_set_new(o, "respondByDate", time_json(t->due));
	if (d->closed)
		json_object_set_new(o, "closedDate", time_json(d->closed));
	return o;
}

/* The parameter may come several times. */
static int
in_status(struct call *c, const char *status)
{
	static const char name[] = "payment_dispute_status=";
	const char *p = strchr(c->rq->target, '?');
	int asked = 0;

	for (; p && *p; p = strchr(p, '&')) {
		p++;
		if (strncmp(p, name, sizeof name - 1))
			continue;
		asked = 1;
		if (strcspn(p + sizeof name - 1, "&") == strlen(status) &&
		    !strncmp(p + sizeof name - 1, status, strlen(status)))
			return 1;
	}
	return !asked;
}

void
chargebacks_list(struct call *c)
{
	struct search s;
	struct rows rows = NO_ROWS;
	struct page p;

	if (page_read(c, 200, 200, 33100, 33100, &p))
		return;
	search_read(c, &s, "open_date_from", "open_date_to");
	for (size_t i = c->e->n_disputes; i-- > 0;) {
		struct dispute *d = c->e->disputes[i];

		if (d->kind == CHARGEBACK && search_finds(c, &s, d) &&
		    fits_query(c, "buyer_username", d->order->buyer->username) && in_status(c, d->status) &&
		    on_page(&p))
			put_dispute(c, &rows, d, summary_json);
	}
	rows_answer(c, &rows, "{p,s:r}", &p, "paymentDisputeSummaries");
}

static struct dispute *
wanted(struct call *c)
{
	struct dispute *d = find_dispute(c->e, CHARGEBACK, c->arg);

	if (!d || d->opened > c->now) {
		rest_error(c, 33001);
		return NULL;
	}
	return d;
}

static json_t *
lines_json(const struct dispute *d)
{
	return json_pack("[{s:s,s:s}]", "itemId", d->line->listing->item, "lineItemId", d->line->id);
}

static json_t *
evidence_json(const struct dispute *d, const struct evidence *x)
{
	json_t *o = json_pack("{s:s,s:s,s:o}", "evidenceId", x->id, "evidenceType", x->type, "lineItems",
			      lines_json(d)),
	       *files;

	if (!x->given) {
		json_object_set_new(o, "requestDate", time_json(x->asked));
		json_object_set_new(o, "respondByDate", time_json(x->due));
		return o;
	}
	files = json_array();
	for (size_t i = 0; i < x->n_files; i++) {
		const struct file *f = &d->files[x->files[i]];

		json_array_append_new(files,
				      json_pack("{s:s,s:s,s:s,s:o}", "fileId", f->id, "fileType", f->type,
						"name", f->name, "uploadedDate", time_json(f->at)));
	}
	json_object_set_new(o, "files", files);
	json_object_set_new(o, "providedDate", time_json(x->given));
	return o;
}

static json_t *
resolution_json(const struct dispute *d)
{
	int won = !strcmp(d->ending, "SELLER_WON");
	struct money none = d->amount;
	json_t *o;

	none.minor = 0;
	o = json_pack("{s:s,s:s,s:o}", "reasonForClosure", d->ending, "protectionStatus",
		      won ? "FULLY_PROTECTED" : "NOT_PROTECTED", "fees", amount_json(&none));
	json_object_set_new(o, won ? "protectedAmount" : "recoupAmount", amount_json(&d->amount));
	return o;
}

void
chargebacks_get(struct call *c)
{
	struct dispute *d = wanted(c);
	json_t *o, *given, *asked;

	if (!d)
		return;
	o = summary_json(c, d);
	given = json_array();
	asked = json_array();
	for (size_t i = 0; i < d->n_evidence; i++)
		json_array_append_new(d->evidence[i].given ? given : asked,
				      evidence_json(d, &d->evidence[i]));
	json_object_set_new(o, "lineItems", lines_json(d));
	json_object_set_new(o, "revision", json_integer(d->revision));
	json_object_set_new(o, "evidence", given);
	json_object_set_new(o, "evidenceRequests", asked);
	json_object_set_new(o, "monetaryTransactions",
			    json_pack("[{s:o,s:s,s:s,s:{s:s,s:o}}]", "date", time_json(d->opened), "type",
				      "CHARGE", "reason", "DISPUTE_OPENED", "amount", "currency",
				      d->amount.currency, "value",
				      json_incref(json_object_get(json_object_get(o, "amount"), "value"))));
	if (d->text)
		json_object_set_new(o, "buyerProvided",
				    json_pack("{s:b,s:s}", "contentOnHold", 0, "note", d->text));
	if (!d->response && !d->closed)
		json_object_set_new(o, "availableChoices", json_pack("[s,s]", "ACCEPT", "CONTEST"));
	if (d->response)
		json_object_set_new(o, "sellerResponse", json_string(d->response));
	if (d->note)
		json_object_set_new(o, "note", json_string(d->note));
	if (d->closed)
		json_object_set_new(o, "resolution", resolution_json(d));
	json_answer(c, 200, o);
}

void
chargebacks_activity(struct call *c)
{
	struct dispute *d = wanted(c);
	json_t *list;

	if (!d)
		return;
	list = json_array();
	for (size_t i = 0; i < d->n_history; i++)
		if (d->history[i].visible <= c->now)
			json_array_append_new(list,
					      json_pack("{s:o,s:s,s:s}", "activityDate",
							time_json(d->history[i].at), "activityType",
							d->history[i].what, "actor", d->history[i].actor));
	json_answer(c, 200, json_pack("{s:o}", "activity", list));
}

static void
respond(struct call *c, const char *verb)
{
	struct dispute *d = wanted(c);
	json_t *root = d ? body_json(c) : NULL;
	struct deed deed = {.actor = "SELLER", .verb = verb, .now = c->now};
	int bad;

	if (!root)
		return;
	deed.revision = (int)json_int(root, "revision", -1);
	deed.text = text_of(root, "note");
	if (deed.revision < 1 || utf16_length(deed.text) > NOTE_MAX ||
	    (!strcmp(verb, "contest") && !strcmp(d->reason, "SIGNIFICANTLY_NOT_AS_DESCRIBED") &&
	     !*text_of(json_object_get(root, "returnAddress"), "fullName")))
		rest_error(c, 33100);
	else if ((bad = dispute_act(c->e, d, &deed)))
		rest_error(c, bad);
	else
		c->rs->status = 204;
	json_decref(root);
}

void
chargebacks_contest(struct call *c)
{
	respond(c, "contest");
}

void
chargebacks_accept(struct call *c)
{
	respond(c, "accept");
}
