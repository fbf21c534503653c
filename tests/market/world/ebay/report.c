/* report.c - what a test asks about the world. */
#include <string.h>

#include "call.h"
#include "messages.h"

static const char *const via_names[] = {"site", "rest", "trading"};

static json_t *
messages_json(const struct ebay *e, const struct conversation *cv)
{
	json_t *list = json_array();

	for (size_t i = 0; i < cv->n_messages; i++) {
		const struct message *m = cv->messages[i];
		json_t *o = message_json(e, cv, m, "from", "to");

		json_object_set_new(o, "via", json_string(via_names[m->via]));
		if (m->visible != m->created)
			json_object_set_new(o, "visible", time_json(m->visible));
		json_array_append_new(list, o);
	}
	return list;
}

json_t *
ebay_state(const struct ebay *e, int64_t now)
{
	json_t *orders = json_array(), *conversations = json_array();

	for (size_t i = 0; i < e->n_orders; i++) {
		const struct order *o = e->orders[i];

		json_array_append_new(orders,
				      json_pack("{s:s,s:s,s:s,s:o,s:s,s:s,s:s}", "orderId", o->id, "buyer",
						o->buyer->username, "marketplace", o->marketplace, "created",
						time_json(o->created), "payment", o->payment, "fulfilment",
						order_fulfilment(o), "cancel", o->cancel_state));
	}
	for (size_t i = 0; i < e->n_conversations; i++) {
		const struct conversation *cv = e->conversations[i];

		json_array_append_new(conversations,
				      json_pack("{s:s,s:s,s:s*,s:s*,s:s,s:o}", "conversationId", cv->id,
						"type", type_of(cv), "buyer",
						cv->buyer ? cv->buyer->username : NULL, "item",
						cv->listing ? cv->listing->item : NULL, "status", cv->status,
						"messages", messages_json(e, cv)));
	}
	return json_pack("{s:o,s:s,s:o,s:o}", "now", time_json(now), "seller", e->username, "orders", orders,
			 "conversations", conversations);
}

json_t *
ebay_sent(const struct ebay *e)
{
	json_t *sent = json_array(), *entry, *known;
	size_t k;

	for (size_t i = 0; i < e->n_conversations; i++) {
		const struct conversation *cv = e->conversations[i];
		size_t first = json_array_size(sent); /* equal texts are looked for in one conversation */

		for (size_t j = 0; j < cv->n_messages; j++) {
			const struct message *m = cv->messages[j];

			if (m->from != FROM_SELLER || m->via == VIA_SITE)
				continue;
			for (entry = NULL, k = first; k < json_array_size(sent) && !entry; k++) {
				known = json_array_get(sent, k);
				if (!strcmp(json_string_value(json_object_get(known, "text")), m->text))
					entry = known;
			}
			if (!entry) {
				entry = json_pack("{s:s,s:s,s:s*,s:s,s:s,s:i,s:[],s:[]}", "conversation",
						  cv->id, "to", cv->buyer->username, "item",
						  cv->listing ? cv->listing->item : NULL, "text", m->text,
						  "via", via_names[m->via], "times", 0, "at", "ids");
				json_array_append_new(sent, entry);
			}
			json_integer_set(json_object_get(entry, "times"),
					 json_integer_value(json_object_get(entry, "times")) + 1);
			json_array_append_new(json_object_get(entry, "at"), time_json(m->created));
			json_array_append_new(json_object_get(entry, "ids"), json_string(m->id));
		}
	}
	return sent;
}

json_t *
ebay_calls(const struct ebay *e)
{
	json_t *operations = json_object(), *tokens = json_object();
	char name[17];

	for (size_t i = 0; i < e->n_operations; i++)
		json_object_set_new(operations, e->operations[i].name, json_integer(e->operations[i].n));
	for (size_t i = 0; i < e->n_seen; i++)
		json_object_set_new(tokens, e->seen[i].name, json_integer(e->seen[i].n));
	for (size_t i = 0; i < e->n_tokens; i++) {
		if (!e->tokens[i].seen)
			continue;
		token_name(e->tokens[i].value, name);
		json_object_set_new(tokens, name, json_integer(e->tokens[i].seen));
	}
	return json_pack("{s:o,s:o}", "operations", operations, "tokens", tokens);
}

json_t *
ebay_tokens(const struct ebay *e)
{
	json_t *tokens = json_array();

	for (size_t i = 0; i < e->n_tokens; i++)
		json_array_append_new(tokens, json_string(e->tokens[i].value));
	return json_pack("{s:o}", "tokens", tokens);
}
