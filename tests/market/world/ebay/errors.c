/* errors.c - eBay's refusals, in its layouts. */
#include <string.h>

#include "call.h"

static const struct refusal {
	int id, status;
	const char *domain, *category, *message;
} refusals[] = {
	{1001, 401, "OAuth", "REQUEST", "Invalid access token"},
	{1002, 401, "OAuth", "REQUEST", "Missing access token"},
	{1100, 403, "ACCESS", "REQUEST", "Access denied"},
	{2001, 429, "ACCESS", "REQUEST", "Too many requests."},
	{2002, 404, "ACCESS", "REQUEST", "Resource not found"},
	{2004, 400, "ACCESS", "REQUEST", "Invalid request"},
	{30500, 500, "API_FULFILLMENT", "APPLICATION", "System error"},
	{30700, 400, "API_FULFILLMENT", "REQUEST", "Unknown filter"},
	{30800, 400, "API_FULFILLMENT", "REQUEST", "Bad filter value"},
	{30810, 400, "API_FULFILLMENT", "REQUEST", "The date cannot be read"},
	{30820, 400, "API_FULFILLMENT", "REQUEST", "A start date is needed"},
	{30830, 400, "API_FULFILLMENT", "REQUEST", "The range of dates exceeds 2 years"},
	{30840, 400, "API_FULFILLMENT", "REQUEST", "The start date lies after the end date"},
	{30850, 400, "API_FULFILLMENT", "REQUEST", "A date lies in the future"},
	{30900, 400, "API_FULFILLMENT", "REQUEST", "More than 50 order ids"},
	{31000, 400, "API_FULFILLMENT", "REQUEST", "Bad offset"},
	{31100, 400, "API_FULFILLMENT", "REQUEST", "Bad limit"},
	{32100, 404, "API_FULFILLMENT", "REQUEST", "No such order"},
	{32800, 400, "API_FULFILLMENT", "REQUEST", "Bad field group"},
	{355001, 400, "API_MESSAGE", "REQUEST", "Unknown conversation status"},
	{355002, 400, "API_MESSAGE", "REQUEST", "Unknown conversation type"},
	{355003, 400, "API_MESSAGE", "REQUEST", "Unknown reference type"},
	{355004, 400, "API_MESSAGE", "REQUEST", "start_time must lie before end_time"},
	{355005, 400, "API_MESSAGE", "REQUEST", "A date is not ISO 8601 with a zone"},
	{355006, 400, "API_MESSAGE", "REQUEST", "Unknown username of the other party"},
	{355007, 400, "API_MESSAGE", "REQUEST", "Unknown conversation id"},
	{355008, 400, "API_MESSAGE", "REQUEST", "offset is not a multiple of limit"},
	{355009, 400, "API_MESSAGE", "REQUEST", "limit is not between 1 and 50"},
	{355010, 400, "API_MESSAGE", "REQUEST", "More than 5 media"},
	{355011, 400, "API_MESSAGE", "REQUEST", "Unknown mediaType"},
	{355012, 400, "API_MESSAGE", "REQUEST", "A field of messageMedia is missing"},
	{355013, 400, "API_MESSAGE", "REQUEST", "messageText exceeds 2000 characters"},
	{355014, 400, "API_MESSAGE", "REQUEST", "mediaUrl is not an https address"},
	{355015, 400, "API_MESSAGE", "REQUEST", "Neither text nor media"},
	{355016, 400, "API_MESSAGE", "REQUEST", "The reference id is not a number"},
	{355017, 400, "API_MESSAGE", "REQUEST", "conversation_type is missing or unknown"},
	{355018, 400, "API_MESSAGE", "REQUEST", "Neither conversationId nor otherPartyUsername"},
	{355019, 400, "API_MESSAGE", "REQUEST", "More than 10 conversations"},
	{355020, 400, "API_MESSAGE", "REQUEST", "No listing has this referenceId"},
	{355021, 400, "API_MESSAGE", "REQUEST", "A field of reference is missing"},
	{355022, 400, "API_MESSAGE", "REQUEST", "reference_id needs reference_type"},
};

void
json_answer(struct call *c, int status, json_t *stolen)
{
	char *text = json_dumps(stolen, JSON_COMPACT);

	c->rs->status = status;
	c->rs->type = "application/json";
	buf_set(&c->rs->body, text ? text : "", text ? strlen(text) : 0);
	free(text);
	json_decref(stolen);
}

void
rest_error(struct call *c, int error_id)
{
	const struct refusal *r = refusals;

	while (r->id != error_id)
		if (++r == refusals + sizeof refusals / sizeof *refusals)
			abort();
	if (r->status == 401)
		buf_put(&c->rs->headers, "WWW-Authenticate: Bearer error=\"invalid_token\"\r\n");
	json_answer(c, r->status,
		    json_pack("{s:[{s:i,s:s,s:s,s:s,s:s}]}", "errors", "errorId", r->id, "domain", r->domain,
			      "category", r->category, "message", r->message, "longMessage", r->message));
}

void
oauth_error(struct call *c, int status, const char *error, const char *description)
{
	json_answer(c, status, json_pack("{s:s,s:s}", "error", error, "error_description", description));
}

json_t *
time_json(int64_t ms)
{
	char text[INSTANT_TEXT];

	instant_format(ms, text);
	return json_string(text);
}
