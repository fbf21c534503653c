/* handle.c - which host, which operation, who asks, how often: then the operation. */
#include <string.h>

#include "../images.h"
#include "disputes.h"
#include "signature.h"

#define API  "api.ebay.com"
#define APIZ "apiz.ebay.com"

#define SCOPE "https://api.ebay.com/oauth/api_scope"

enum way {
	OPEN,
	BEARER,
	IAF,
	APPLICATION
}; /* who may ask: anybody, a user's token in one header or the other, the application */

static const struct service {
	enum way way;
	const char *host;
	const char *resource;       /* whose quota it uses */
	const char *scope, *scope2; /* one of them is needed */
} oauth = {OPEN, API, "oauth", NULL, NULL},
  identity = {BEARER, APIZ, "commerce.identity", SCOPE "/commerce.identity.readonly", NULL},
  fulfillment = {BEARER, API, "sell.fulfillment", SCOPE "/sell.fulfillment",
		 SCOPE "/sell.fulfillment.readonly"},
  refunds = {BEARER, API, "sell.fulfillment.refund", SCOPE "/sell.finances", NULL},
  payment_disputes = {BEARER, APIZ, "sell.fulfillment", SCOPE "/sell.payment.dispute", NULL},
  message = {BEARER, API, "commerce.message", SCOPE "/commerce.message", NULL},
  post_returns = {IAF, API, "post-order.return", NULL, NULL},
  post_inquiries = {IAF, API, "post-order.inquiry", NULL, NULL},
  post_cases = {IAF, API, "post-order.casemanagement", NULL, NULL},
  post_cancellations = {IAF, API, "post-order.cancellation", NULL, NULL},
  feedback = {BEARER, API, "commerce.feedback", SCOPE "/commerce.feedback",
	      SCOPE "/commerce.feedback.readonly"},
  standards = {BEARER, API, "sell.analytics", SCOPE "/sell.analytics.readonly", NULL},
  metrics = {BEARER, API, "sell.analytics", SCOPE "/sell.analytics.readonly", NULL},
  notification = {APPLICATION, API, "commerce.notification", SCOPE, NULL},
  rates = {APPLICATION, API, "developer.analytics", SCOPE, NULL},
  keys = {APPLICATION, APIZ, "developer.key_management", SCOPE, NULL},
  trading = {OPEN, API, NULL, NULL, NULL}, /* counts and checks for itself, by call name */
	pictures = {OPEN, "i.ebayimg.com", "images", NULL, NULL};

#define SIGNED 1 /* sellers in the EU and the UK sign it */

static const struct route {
	const struct service *service;
	const char *method, *path; /* {} stands for one segment */
	const char *name;          /* in the counts */
	void (*serve)(struct call *);
	int is_signed;
} routes[] = {
	/* clang-format off */
	{&oauth, "POST", "/identity/v1/oauth2/token", "token", oauth_token, 0},
	{&identity, "GET", "/commerce/identity/v1/user/", "getUser", identity_user, 0},
	{&fulfillment, "GET", "/sell/fulfillment/v1/order", "getOrders", orders_list, 0},
	{&fulfillment, "GET", "/sell/fulfillment/v1/order/{}", "getOrder", orders_get, 0},
	{&fulfillment, "GET", "/sell/fulfillment/v1/order/{}/shipping_fulfillment", "getShippingFulfillments", orders_shipments, 0},
	{&fulfillment, "POST", "/sell/fulfillment/v1/order/{}/shipping_fulfillment", "createShippingFulfillment", orders_ship, 0},
	{&refunds, "POST", "/sell/fulfillment/v1/order/{}/issue_refund", "issueRefund", orders_refund, SIGNED},
	{&payment_disputes, "GET", "/sell/fulfillment/v1/payment_dispute_summary", "getPaymentDisputeSummaries", chargebacks_list, 0},
	{&payment_disputes, "GET", "/sell/fulfillment/v1/payment_dispute/{}", "getPaymentDispute", chargebacks_get, 0},
	{&payment_disputes, "GET", "/sell/fulfillment/v1/payment_dispute/{}/activity", "getActivities", chargebacks_activity, 0},
	{&payment_disputes, "GET", "/sell/fulfillment/v1/payment_dispute/{}/fetch_evidence_content", "fetchEvidenceContent", evidence_content, 0},
	{&payment_disputes, "POST", "/sell/fulfillment/v1/payment_dispute/{}/upload_evidence_file", "uploadEvidenceFile", evidence_upload, 0},
	{&payment_disputes, "POST", "/sell/fulfillment/v1/payment_dispute/{}/add_evidence", "addEvidence", evidence_add, 0},
	{&payment_disputes, "POST", "/sell/fulfillment/v1/payment_dispute/{}/update_evidence", "updateEvidence", evidence_update, 0},
	{&payment_disputes, "POST", "/sell/fulfillment/v1/payment_dispute/{}/contest", "contestPaymentDispute", chargebacks_contest, 0},
	{&payment_disputes, "POST", "/sell/fulfillment/v1/payment_dispute/{}/accept", "acceptPaymentDispute", chargebacks_accept, 0},
	{&message, "GET", "/commerce/message/v1/conversation", "getConversations", messages_list, 0},
	{&message, "GET", "/commerce/message/v1/conversation/{}", "getConversation", messages_get, 0},
	{&message, "POST", "/commerce/message/v1/send_message", "sendMessage", messages_send, 0},
	{&message, "POST", "/commerce/message/v1/update_conversation", "updateConversation", messages_update, 0},
	{&message, "POST", "/commerce/message/v1/bulk_update_conversation", "bulkUpdateConversation", messages_update_many, 0},
	{&post_returns, "GET", "/post-order/v2/return/search", "searchReturns", returns_search, 0},
	{&post_returns, "GET", "/post-order/v2/return/{}", "getReturn", returns_get, 0},
	{&post_returns, "GET", "/post-order/v2/return/{}/files", "getReturnFiles", returns_files, 0},
	{&post_returns, "POST", "/post-order/v2/return/{}/decide", "decideReturn", returns_decide, SIGNED},
	{&post_returns, "POST", "/post-order/v2/return/{}/issue_refund", "issueReturnRefund", returns_refund, SIGNED},
	{&post_returns, "POST", "/post-order/v2/return/{}/send_message", "sendReturnMessage", returns_message, 0},
	{&post_returns, "POST", "/post-order/v2/return/{}/mark_as_received", "markReturnReceived", returns_received, 0},
	{&post_returns, "POST", "/post-order/v2/return/{}/add_shipping_label", "addShippingLabel", returns_label, 0},
	{&post_returns, "POST", "/post-order/v2/return/{}/file/upload", "uploadReturnFile", returns_upload, 0},
	{&post_returns, "POST", "/post-order/v2/return/{}/escalate", "escalateReturn", returns_escalate, 0},
	{&post_inquiries, "GET", "/post-order/v2/inquiry/search", "searchInquiries", inquiries_search, 0},
	{&post_inquiries, "GET", "/post-order/v2/inquiry/{}", "getInquiry", inquiries_get, 0},
	{&post_inquiries, "POST", "/post-order/v2/inquiry/{}/provide_shipment_info", "provideShipmentInfo", inquiries_tracking, 0},
	{&post_inquiries, "POST", "/post-order/v2/inquiry/{}/issue_refund", "issueInquiryRefund", inquiries_refund, SIGNED},
	{&post_inquiries, "POST", "/post-order/v2/inquiry/{}/send_message", "sendInquiryMessage", inquiries_message, 0},
	{&post_inquiries, "POST", "/post-order/v2/inquiry/{}/escalate", "escalateInquiry", inquiries_escalate, 0},
	{&post_cases, "GET", "/post-order/v2/casemanagement/search", "searchCases", cases_search, 0},
	{&post_cases, "GET", "/post-order/v2/casemanagement/{}", "getCase", cases_get, 0},
	{&post_cases, "POST", "/post-order/v2/casemanagement/{}/appeal", "appealCase", cases_appeal, 0},
	{&post_cancellations, "GET", "/post-order/v2/cancellation/search", "searchCancellations", cancellations_search, 0},
	{&post_cancellations, "POST", "/post-order/v2/cancellation/check_eligibility", "checkEligibility", cancellations_eligible, 0},
	{&post_cancellations, "POST", "/post-order/v2/cancellation", "createCancellation", cancellations_create, SIGNED},
	{&post_cancellations, "GET", "/post-order/v2/cancellation/{}", "getCancellation", cancellations_get, 0},
	{&post_cancellations, "POST", "/post-order/v2/cancellation/{}/approve", "approveCancellation", cancellations_approve, SIGNED},
	{&post_cancellations, "POST", "/post-order/v2/cancellation/{}/reject", "rejectCancellation", cancellations_reject, 0},
	{&feedback, "GET", "/commerce/feedback/v1/feedback", "getFeedback", feedback_list, 0},
	{&feedback, "POST", "/commerce/feedback/v1/feedback", "leaveFeedback", feedback_leave, 0},
	{&feedback, "POST", "/commerce/feedback/v1/respond_to_feedback", "respondToFeedback", feedback_respond, 0},
	{&feedback, "GET", "/commerce/feedback/v1/awaiting_feedback", "getItemsAwaitingFeedback", feedback_awaiting, 0},
	{&standards, "GET", "/sell/analytics/v1/seller_standards_profile", "findSellerStandardsProfiles", standards_list, 0},
	{&standards, "GET", "/sell/analytics/v1/seller_standards_profile/{}/{}", "getSellerStandardsProfile", standards_get, 0},
	{&metrics, "GET", "/sell/analytics/v1/customer_service_metric/{}/{}", "getCustomerServiceMetric", service_metric, 0},
	{&notification, "GET", "/commerce/notification/v1/public_key/{}", "getPublicKey", notification_key, 0},
	{&notification, "GET", "/commerce/notification/v1/destination", "getDestinations", destinations, 0},
	{&notification, "GET", "/commerce/notification/v1/subscription", "getSubscriptions", subscriptions, 0},
	{&rates, "GET", "/developer/analytics/v1_beta/rate_limit/", "getRateLimits", rate_limits, 0},
	{&keys, "GET", "/developer/key_management/v1/signing_key", "getSigningKeys", signing_keys, 0},
	{&trading, "POST", "/ws/api.dll", NULL, trading_call, 0},
	{&pictures, "GET", "/images/g/{}", "image", image_get, 0},
	/* clang-format on */
};

/* Does the path fit?  What stands for each {} is put into args. */
static int
fits(const char *pattern, const char *path, struct buf args[2])
{
	for (int n = 0; *pattern; n++) {
		size_t same = strcspn(pattern, "{"), segment;

		if (strncmp(pattern, path, same))
			return 0;
		pattern += same;
		path += same;
		if (!*pattern)
			break;
		segment = strcspn(path, "/");
		if (!segment)
			return 0;
		buf_set(&args[n], path, segment);
		path += segment;
		pattern += 2;
	}
	return !*path;
}

static int
allowed(struct call *c, const struct service *s)
{
	static const char *const schemes[] = {
		[BEARER] = "Bearer ", [IAF] = "IAF ", [APPLICATION] = "Bearer "};
	const char *header = http_header(c->rq, "Authorization"), *scheme = schemes[s->way];
	const char *value =
		header && !strncmp(header, scheme, strlen(scheme)) ? header + strlen(scheme) : NULL;

	switch (check_token(c->e, value, c->now, &c->token)) {
	case TOKEN_NONE: rest_error(c, 1002); return 0;
	case TOKEN_UNKNOWN:
	case TOKEN_EXPIRED: rest_error(c, 1001); return 0;
	case TOKEN_GOOD: break;
	}
	if (c->token->application != (s->way == APPLICATION) ||
	    (s->scope && !has_scope(c->token->scopes, s->scope) &&
	     !(s->scope2 && has_scope(c->token->scopes, s->scope2)))) {
		rest_error(c, 1100);
		return 0;
	}
	return 1;
}

static void
serve(struct call *c, const struct route *r)
{
	const struct service *s = r->service;

	if (r->name)
		count_call(c->e, r->name);
	if (s->resource && over_quota(c->e, s->resource, c->now))
		rest_error(c, 2001);
	else if ((s->way == OPEN || allowed(c, s)) &&
		 (!r->is_signed || !c->e->signatures || signature_good(c)))
		r->serve(c);
}

void
ebay_handle(struct ebay *e, const struct http_msg *rq, int64_t now, struct http_reply *rs)
{
	struct call c = {.e = e, .rq = rq, .now = now, .rs = rs};
	struct buf path = BUF_MAX(16 << 10), args[2] = {BUF_MAX(16 << 10), BUF_MAX(16 << 10)};
	const struct route *r = routes, *end = routes + sizeof routes / sizeof *routes;
	int method_wrong = 0;

	disputes_tick(e, now);
	path_get(rq, &path);
	for (; r < end; r++) {
		if (strcmp(r->service->host, rq->host) || !fits(r->path, buf_str(&path), args))
			continue;
		if (!strcmp(r->method, rq->method))
			break;
		method_wrong = 1;
	}
	if (strpbrk(rq->target, "[]{}|\"<>\\^`")) {
		/* RFC 3986 wants them encoded; the web server in front says so without asking an API */
		rs->status = 400;
		rs->type = "text/html";
		buf_put(&rs->body, "<html><body><h1>Bad Request</h1></body></html>\n");
	} else if (r < end) {
		c.arg = buf_str(&args[0]);
		c.arg2 = buf_str(&args[1]);
		serve(&c, r);
	} else if (method_wrong) {
		rs->status = 405;
	} else {
		count_call(e, "unknown");
		rest_error(&c, 2002);
	}
	buf_free(&path);
	buf_free(&args[0]);
	buf_free(&args[1]);
}

void
image_get(struct call *c)
{
	struct buf url = BUF_MAX(16 << 10);

	buf_fmt(&url, "https://%s%s", c->rq->host, c->rq->target);
	if (!find_media(c->e, buf_str(&url)))
		rest_error(c, 2002);
	else
		c->rs->type = image_make(&c->rs->body, buf_str(&url));
	buf_free(&url);
}
