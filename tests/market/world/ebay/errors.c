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
	{32200, 400, "API_FULFILLMENT", "REQUEST", "Unknown line item id"},
	{32300, 400, "API_FULFILLMENT", "REQUEST", "Bad tracking number or carrier"},
	{32500, 400, "API_FULFILLMENT", "REQUEST", "Bad shipped date"},
	{32800, 400, "API_FULFILLMENT", "REQUEST", "Bad field group"},
	{33001, 404, "API_FULFILLMENT", "REQUEST", "No such payment dispute"},
	{33003, 400, "API_FULFILLMENT", "REQUEST", "No such evidence file"},
	{33004, 409, "API_FULFILLMENT", "REQUEST", "The state permits no evidence"},
	{33005, 400, "API_FULFILLMENT", "REQUEST", "Bad file type"},
	{33006, 400, "API_FULFILLMENT", "REQUEST", "The file exceeds 1.5 MB"},
	{33007, 400, "API_FULFILLMENT", "REQUEST", "Bad line items"},
	{33008, 400, "API_FULFILLMENT", "REQUEST", "Bad evidence type"},
	{33009, 400, "API_FULFILLMENT", "REQUEST", "The evidence was not echoed as it is"},
	{33010, 400, "API_FULFILLMENT", "REQUEST", "No such evidence"},
	{33011, 409, "API_FULFILLMENT", "REQUEST", "The payment dispute has changed; read it again"},
	{33100, 400, "API_FULFILLMENT", "REQUEST", "Bad input"},
	{33101, 409, "API_FULFILLMENT", "REQUEST", "Bad state of the payment dispute"},
	{33102, 409, "API_FULFILLMENT", "REQUEST", "There is no evidence to contest with"},
	{33103, 400, "API_FULFILLMENT", "REQUEST", "Too many files"},
	{33104, 400, "API_FULFILLMENT", "REQUEST", "All files together exceed 1.5 MB"},
	{33106, 400, "API_FULFILLMENT", "REQUEST", "Bad file name"},
	{33107, 400, "API_FULFILLMENT", "REQUEST", "Expected one file"},
	{34903, 400, "API_FULFILLMENT", "REQUEST", "A reason is needed"},
	{34905, 400, "API_FULFILLMENT", "REQUEST", "An amount is needed"},
	{34906, 400, "API_FULFILLMENT", "REQUEST", "A value is needed"},
	{34907, 400, "API_FULFILLMENT", "REQUEST", "The value must be positive, with two decimals"},
	{34908, 400, "API_FULFILLMENT", "REQUEST", "A currency is needed"},
	{34909, 400, "API_FULFILLMENT", "REQUEST", "Bad currency"},
	{34910, 400, "API_FULFILLMENT", "REQUEST", "A line item id is needed"},
	{34913, 404, "API_FULFILLMENT", "REQUEST", "No such order"},
	{34914, 400, "API_FULFILLMENT", "REQUEST", "No such item in the order"},
	{34915, 400, "API_FULFILLMENT", "REQUEST", "The refund exceeds the order"},
	{34916, 400, "API_FULFILLMENT", "REQUEST", "A case is open about the order"},
	{34917, 400, "API_FULFILLMENT", "REQUEST", "The order is refunded already"},
	{34920, 400, "API_FULFILLMENT", "REQUEST", "It is too late for a refund"},
	{34921, 400, "API_FULFILLMENT", "REQUEST", "The comment is too long"},
	{34922, 400, "API_FULFILLMENT", "REQUEST", "An earlier refund is under way"},
	{34924, 409, "API_FULFILLMENT", "REQUEST", "The refund exceeds what remains of the item"},
	{34929, 409, "API_FULFILLMENT", "REQUEST", "The buyer has not paid yet"},
	{54400, 404, "API_ANALYTICS", "REQUEST", "Unknown metric type"},
	{54401, 400, "API_ANALYTICS", "REQUEST", "Unknown marketplace"},
	{54402, 404, "API_ANALYTICS", "REQUEST", "Unknown evaluation type"},
	{195004, 400, "API_NOTIFICATION", "REQUEST", "Invalid limit. Supported ranges 10 - 100."},
	{195005, 400, "API_NOTIFICATION", "REQUEST", "Invalid continuation token."},
	{195001, 404, "API_NOTIFICATION", "REQUEST", "Unknown key id"},
	{215000, 403, "ACCESS", "REQUEST", "Missing Content-Digest header"},
	{215001, 403, "ACCESS", "REQUEST", "Missing x-ebay-signature-key header"},
	{215105, 403, "ACCESS", "REQUEST", "Content-Digest does not fit the body"},
	{215111, 403, "ACCESS", "REQUEST", "Missing Signature header"},
	{215112, 403, "ACCESS", "REQUEST", "Missing Signature-Input header"},
	{215113, 403, "ACCESS", "REQUEST", "Bad timestamp"},
	{215114, 403, "ACCESS", "REQUEST", "Timestamp out of range"},
	{215115, 403, "ACCESS", "REQUEST", "Bad JWE"},
	{215120, 403, "ACCESS", "REQUEST", "Signature verification failed"},
	{215121, 403, "ACCESS", "REQUEST", "Signature verification failed"},
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
	{501000, 400, "API_FEEDBACK", "REQUEST", "Bad user id"},
	{501001, 400, "API_FEEDBACK", "REQUEST", "Bad feedback type"},
	{501002, 400, "API_FEEDBACK", "REQUEST", "Bad combination of parameters"},
	{501004, 400, "API_FEEDBACK", "REQUEST", "Bad transaction id"},
	{501005, 400, "API_FEEDBACK", "REQUEST", "Bad comment text"},
	{501006, 400, "API_FEEDBACK", "REQUEST", "Bad comment type"},
	{501008, 409, "API_FEEDBACK", "REQUEST", "Feedback was left already"},
	{501010, 409, "API_FEEDBACK", "REQUEST", "Nobody is there to receive it"},
	{501013, 400, "API_FEEDBACK", "REQUEST", "The text exceeds 500 characters"},
	{501020, 409, "API_FEEDBACK", "REQUEST", "Sellers leave no negative or neutral feedback"},
	{501026, 400, "API_FEEDBACK", "REQUEST", "Bad feedback id"},
	{501027, 400, "API_FEEDBACK", "REQUEST", "Bad response type"},
	{501028, 400, "API_FEEDBACK", "REQUEST", "A text is needed"},
	{501029, 400, "API_FEEDBACK", "REQUEST", "Bad recipient"},
	{501031, 403, "API_FEEDBACK", "REQUEST", "No reply to automated feedback"},
	{501032, 409, "API_FEEDBACK", "REQUEST", "A reply was left already"},
	{501033, 409, "API_FEEDBACK", "REQUEST", "A follow-up was left already"},
	{501035, 400, "API_FEEDBACK", "REQUEST", "Bad sort"},
};

char *
json_line(json_t *stolen)
{
	char *text = json_dumps(stolen, JSON_COMPACT | JSON_REAL_PRECISION(15));

	json_decref(stolen);
	return text;
}

void
json_answer(struct call *c, int status, json_t *stolen)
{
	char *text = json_line(stolen);

	c->rs->status = status;
	c->rs->type = "application/json";
	buf_set(&c->rs->body, text ? text : "", text ? strlen(text) : 0);
	free(text);
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
