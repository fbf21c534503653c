/* notifications.c - what eBay would push, and the key to check it with.  Signing and sending happen outside the world. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "call.h"
#include "disputes.h"

void
notification_key(struct call *c)
{
	if (!c->e->push_kid || strcmp(c->arg, c->e->push_kid))
		rest_error(c, 195001);
	else
		json_answer(c, 200,
			    json_pack("{s:s,s:s,s:s}", "key", c->e->push_key, "algorithm", "ECDSA", "digest",
				      "SHA1"));
}

void
ebay_push_key(struct ebay *e, const char *kid, const char *pem)
{
	set_text(&e->push_kid, kid);
	set_text(&e->push_key, pem);
}

static json_t *
deletion(const struct ebay *e, const json_t *x, struct err *err)
{
	const struct buyer *b = find_buyer(e, text_of(x, "buyer"));
	json_t *data;

	if (!b)
		return fail(err, "push: no buyer \"%s\"", text_of(x, "buyer")), NULL;
	data = json_pack("{s:s}", "username", b->username);
	json_object_set_new(data, "userId", json_sprintf("id-of-%s", b->username));
	json_object_set_new(data, "eiasToken",
			    json_string("nY+sHZ2PrBmdj6wVnY+sEZ2PrA2dj6wJnY+gAZGEpwmdj6x9nY+seQ=="));
	return data;
}

static json_t *
return_activity(const struct ebay *e, const json_t *x, struct err *err)
{
	const struct dispute *d = find_dispute(e, RETURN, text_of(x, "dispute"));
	const struct turn *t = d ? turn_now(d) : NULL;
	json_t *o;

	if (!d)
		return fail(err, "push: no return \"%s\"", text_of(x, "dispute")), NULL;
	o = json_pack("{s:s,s:s,s:s,s:o,s:{s:s,s:s},s:[{s:s,s:s,s:s}]}", "returnId", d->id, "returnStatus",
		      d->closed ? "CLOSED" : "REQUESTED", "requester", "BUYER", "requestedDate",
		      time_json(d->opened), "seller", "userId", "EXAMPLEUSERID", "username", e->username,
		      "returnLineItems", "returnLineItemId", "1", "orderLineItemId", d->line->id, "orderId",
		      d->order->id);
	if (t)
		json_object_set_new(o, "sellerAvailableActions",
				    json_pack("{s:{s:s,s:o},s:[s,s]}", "respondByAction", "respondAction",
					      "APPROVE_RETURN", "responseDueDate", time_json(t->due),
					      "secondaryActions", "DECLINE_RETURN", "SEND_MESSAGE"));
	return json_pack("{s:s,s:o,s:o}", "activityType", "RETURN_REQUESTED", "activityDate",
			 time_json(d->changed), "orderReturn", o);
}

static json_t *
new_message(const struct ebay *e, const json_t *x, struct err *err)
{
	const struct conversation *cv = NULL;
	const struct message *m = NULL;

	for (size_t i = 0; i < e->n_conversations; i++)
		for (size_t k = 0; k < e->conversations[i]->n_messages; k++)
			if (!strcmp(e->conversations[i]->messages[k]->id, text_of(x, "message"))) {
				cv = e->conversations[i];
				m = cv->messages[k];
			}
	if (!m || !cv->buyer)
		return fail(err, "push: no message \"%s\"", text_of(x, "message")), NULL;
	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:b,s:o,s:[]}", "messageId", m->id, "conversationType",
			 "FROM_MEMBERS", "conversationId", cv->id, "messageBody", m->text, "senderUserName",
			 cv->buyer->username, "recipientUserName", e->username, "subject", m->subject,
			 "readStatus", 0, "createdDate", time_json(m->created), "messageMedia");
}

json_t *
ebay_notification(struct ebay *e, const json_t *x, int64_t now, struct err *err)
{
	static const struct {
		const char *topic;
		json_t *(*data)(const struct ebay *, const json_t *, struct err *);
	} topics[] = {
		{"MARKETPLACE_ACCOUNT_DELETION", deletion},
		{"ORDER_RETURN_ACTIVITY", return_activity},
		{"NEW_MESSAGE", new_message},
	};
	json_t *data = NULL;

	for (size_t i = 0; i < sizeof topics / sizeof *topics; i++)
		if (!strcmp(topics[i].topic, text_of(x, "topic"))) {
			if (!(data = topics[i].data(e, x, err)))
				return NULL;
			return json_pack("{s:{s:s,s:s,s:b},s:{s:o,s:o,s:o,s:i,s:o}}", "metadata", "topic",
					 topics[i].topic, "schemaVersion", "1.0", "deprecated", 0,
					 "notification", "notificationId",
					 json_sprintf("00000000-0000-4000-8000-%012lld_00000000-0000-4000-"
						      "8000-000000000002",
						      (long long)++e->serial),
					 "eventDate", time_json(now), "publishDate", time_json(now),
					 "publishAttemptCount", (int)json_int(x, "attempt", 1), "data", data);
		}
	fail(err,
	     "push: \"topic\": found \"%s\", expected MARKETPLACE_ACCOUNT_DELETION, ORDER_RETURN_ACTIVITY or "
	     "NEW_MESSAGE",
	     text_of(x, "topic"));
	return NULL;
}
