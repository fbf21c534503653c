/* ebay.c - eBay, as the daemon sees it: every table of the connector.  The functions are in the files that ebay.h names. */
#include "ebay.h"

static const struct key keys[] = {
	{.name = "client_id",
	 .help = "App ID of the key set, from the eBay developer account",
	 .type = KEY_TEXT,
	 .application = 1,
	 .required = 1},
	{.name = "client_secret",
	 .help = "Cert ID of the same key set",
	 .type = KEY_SECRET,
	 .application = 1,
	 .required = 1},
	{.name = "redirect",
	 .help = "RuName (eBay Redirect URL name) of the key set; not an address",
	 .type = KEY_TEXT,
	 .application = 1,
	 .required = 1},
	{.name = "sandbox",
	 .preset = "no",
	 .help = "yes: the key set is one of eBay's sandbox",
	 .type = KEY_FLAG,
	 .application = 1},
	{.name = "scopes",
	 .preset = "full",
	 .help = "full: all that this program can do; read: orders are only read and messages answered, for "
		 "key sets that own "
		 "no more",
	 .type = KEY_CHOICE,
	 .choices = "full read",
	 .application = 1},
	{.name = "messages",
	 .preset = "rest",
	 .help = "rest: the Message API; trading: the older XML calls, for key sets without the scope "
		 "commerce.message",
	 .type = KEY_CHOICE,
	 .choices = "rest trading",
	 .application = 1},
	{.name = "site",
	 .preset = "EBAY_US",
	 .help = "home site of the account, such as EBAY_DE; used by the XML calls",
	 .type = KEY_TEXT},
	{.name = "return_address",
	 .help = "where buyers send things back: name | street | city | state | postal code | country code | "
		 "phone; "
		 "eBay wants it when a payment dispute over an item not as described is contested",
	 .type = KEY_TEXT},
	{.name = "signatures",
	 .preset = "no",
	 .help = "yes: the seller is domiciled in the EU or the UK, where eBay wants refunds and "
		 "cancellations signed",
	 .type = KEY_FLAG},
	{.name = "signing_key",
	 .help = "private key of the application's digital signatures: Ed25519, PKCS#8 in base64, on one "
		 "line; eBay shows it "
		 "once",
	 .type = KEY_SECRET,
	 .application = 1},
	{.name = "signing_jwe",
	 .help = "JWE that eBay gave together with the signing key",
	 .type = KEY_SECRET,
	 .application = 1},
	{.name = "push_address",
	 .help = "address that eBay's notifications are sent to, exactly as it is registered there",
	 .type = KEY_TEXT,
	 .application = 1},
	{.name = "verification_token",
	 .help = "verification token that was registered together with push_address",
	 .type = KEY_SECRET,
	 .application = 1},
	{.name = NULL},
};

static const struct host hosts[] = {
	{"api.ebay.com", 1},
	{"apiz.ebay.com", 1},
	{"api.sandbox.ebay.com", 1},
	{"apiz.sandbox.ebay.com", 1},
	{"*.ebayimg.com", 0},
	{"*.ebaystatic.com", 0},
	{NULL, 0},
};

/* eBay counts per application and day, from midnight US Pacific: 07:00 UTC in summer, an hour later in winter.  The limits of
 * the Message and the Feedback API are not published, so the usual 5,000 is assumed. */
#define EBAY_DAY DAY, 7 * HOUR
#define SHARED   1

static const struct budget budgets[] = {
	{"fulfillment", 100000, EBAY_DAY, 0, SHARED},
	{"refund", 100000, EBAY_DAY, 0, SHARED},
	{"feedback", 5000, EBAY_DAY, 20, SHARED},
	{"analytics", 400, EBAY_DAY, 0, SHARED},
	{"notification", 10000, EBAY_DAY, 0, SHARED},
	{"post-order.cancellation", 5000, EBAY_DAY, 20, SHARED},
	{"message", 5000, EBAY_DAY, 20, SHARED},
	{"identity", 5000, EBAY_DAY, 0, SHARED},
	{"post-order.inquiry", 5000, EBAY_DAY, 20, SHARED},
	{"GetMyMessages", 5000, EBAY_DAY, 0, SHARED},
	{"GetMemberMessages", 5000, EBAY_DAY, 50, SHARED},
	{"AddMemberMessageRTQ", 5000, EBAY_DAY, 50, SHARED},
	{"post-order.return", 5000, EBAY_DAY, 20, SHARED},
	{"post-order.casemanagement", 5000, EBAY_DAY, 20, SHARED},
	{"oauth_code", 10000, EBAY_DAY, 0, SHARED},
	{"oauth_refresh", 50000, EBAY_DAY, 0, SHARED},
	{"oauth_application", 1000, EBAY_DAY, 0, SHARED},
	{.name = NULL},
};

static const struct credential credentials[] = {
	{.name = "user",
	 .consent = ebay_consent,
	 .redeem = {ebay_redeem_ask, ebay_redeem_read, NULL, "oauth_code"},
	 .refresh = {ebay_refresh_ask, ebay_refresh_read, NULL, "oauth_refresh"}},
	{.name = "application",
	 .refresh = {ebay_application_ask, ebay_refresh_read, NULL, "oauth_application"}},
	{.name = NULL},
};

static const struct stream streams[] = {
	{.name = "identity",
	 .every = DAY,
	 .poll = {ebay_identity_ask, ebay_identity_read, "user", "identity"}},
	{.name = "orders",
	 .every = 5 * MINUTE,
	 .poll = {ebay_orders_ask, ebay_orders_read, "user", "fulfillment"}},
	{.name = "messages",
	 .every = 3 * MINUTE,
	 .poll = {ebay_messages_ask, ebay_messages_read, "user", "message"},
	 .wanted = ebay_rest_wanted},
	{.name = "system",
	 .every = HOUR,
	 .poll = {ebay_system_ask, ebay_system_read, "user", "message"},
	 .wanted = ebay_rest_wanted},
	{.name = "returns",
	 .every = 10 * MINUTE,
	 .poll = {ebay_returns_ask, ebay_returns_read, "user", "post-order.return"}},
	{.name = "cases",
	 .every = 30 * MINUTE,
	 .poll = {ebay_cases_ask, ebay_cases_read, "user", "post-order.casemanagement"}},
	{.name = "my_messages",
	 .every = 3 * MINUTE,
	 .poll = {trading_messages_ask, trading_messages_read, "user", "GetMyMessages"},
	 .wanted = trading_wanted},
	{.name = "cancellations",
	 .every = 5 * MINUTE,
	 .poll = {cancellations_ask, cancellations_read, "user", "post-order.cancellation"}},
	{.name = "cancellations_ours",
	 .every = 30 * MINUTE,
	 .poll = {cancellations_ours_ask, cancellations_read, "user", "post-order.cancellation"}},
	{.name = "inquiries",
	 .every = 10 * MINUTE,
	 .poll = {inquiries_ask, inquiries_read, "user", "post-order.inquiry"}},
	{.name = "payment_disputes",
	 .every = 30 * MINUTE,
	 .poll = {payment_disputes_ask, payment_disputes_read, "user", "fulfillment"},
	 .wanted = ebay_full},
	{.name = "feedback",
	 .every = 15 * MINUTE,
	 .poll = {ebay_feedback_ask, ebay_feedback_read, "user", "feedback"},
	 .wanted = ebay_full},
	{.name = "standards",
	 .every = DAY,
	 .poll = {ebay_standards_ask, ebay_standards_read, "user", "analytics"},
	 .wanted = ebay_full},
	{.name = NULL},
};

#define POST_ORDER                                                                                           \
	"Post-Order API v2: no call takes an idempotency key; when an act appears in what is read back is "  \
	"not "                                                                                               \
	"documented, five minutes are our choice"
#define IN_RETURN                                                                                            \
	.repeat = REPEAT_NEVER, .visible_after = 5 * MINUTE, .source = POST_ORDER,                           \
	.look = {ebay_return_look_ask, ebay_return_look_read, "user", "post-order.return"},                  \
	.send = {ebay_return_act_ask, ebay_return_act_read, "user", "post-order.return"}
/* The formats are eBay's; how large a file may be it does not say, 2 MB is our choice. */
#define RETURN_FILE .files = {1, 2 << 20, 0, "image/jpeg image/png image/gif image/bmp"}
#define CANCELLATION_SOURCE                                                                                  \
	"Post-Order API 2.10.0: what a second approval or rejection does is not documented; when the first " \
	"shows in the "                                                                                      \
	"history is not either, two minutes are our choice"
#define INQUIRY_SOURCE                                                                                       \
	"Post-Order API 2.10.0: no call takes a key; when an answer shows in getInquiry is not documented, " \
	"two minutes are our choice"
#define PAYMENT_SOURCE                                                                                       \
	"Fulfillment API 1.20.7: a revision that is no longer the dispute's is refused (33011), which does " \
	"not say whose "                                                                                     \
	"answer changed it; two minutes are our choice"

static const struct action actions[] = {
	{.kind = "reply",
	 .repeat = REPEAT_NEVER,
	 .visible_after = 2 * MINUTE,
	 .source = "Message API 1.0.0: sendMessage takes no idempotency key; when a sent message appears in "
		   "getConversation is "
		   "not documented, two minutes are our choice",
	 .look = {ebay_reply_look_ask, ebay_reply_look_read, "user", "message"},
	 .send = {ebay_reply_ask, ebay_reply_read, "user", "message"},
	 .max_utf16 = EBAY_REPLY_UTF16,
	 .wanted = ebay_rest_wanted},
	{.kind = "reply",
	 .repeat = REPEAT_NEVER,
	 .visible_after = 5 * MINUTE,
	 .source =
		 "Trading API 1423: whether AddMemberMessageRTQ honours InvocationID is not verified; when a "
		 "response appears in "
		 "GetMemberMessages is not documented, five minutes are our choice",
	 .look = {trading_look_ask, trading_look_read, "user", "GetMemberMessages"},
	 .send = {trading_reply_ask, trading_reply_read, "user", "AddMemberMessageRTQ"},
	 .max_utf16 = EBAY_REPLY_UTF16,
	 .wanted = trading_wanted},
	{.kind = "return.accept",
	 IN_RETURN,
	 .takes = TAKES_TEXT | TAKES_REASON,
	 .reasons = "APPROVE APPROVE_WITHOUT_EBAY_LABEL OFFER_RETURN OFFER_RETURN_WITHOUT_LABEL"},
	{.kind = "return.decline", IN_RETURN, .needs = TAKES_TEXT},
	{.kind = "return.offer",
	 IN_RETURN,
	 .needs = TAKES_AMOUNT,
	 .takes = TAKES_TEXT,
	 .moves = MOVES_AMOUNT},
	{.kind = "return.refund",
	 IN_RETURN,
	 .needs = TAKES_AMOUNT,
	 .takes = TAKES_TEXT,
	 .moves = MOVES_AMOUNT},
	{.kind = "return.message", IN_RETURN, .needs = TAKES_TEXT},
	{.kind = "return.received", IN_RETURN, .takes = TAKES_TEXT},
	{.kind = "return.label",
	 IN_RETURN,
	 .needs = TAKES_FILES,
	 .takes = TAKES_TEXT | TAKES_TRACKING,
	 RETURN_FILE},
	{.kind = "return.evidence",
	 IN_RETURN,
	 .needs = TAKES_FILES,
	 .takes = TAKES_REASON,
	 .reasons = "ITEM_RELATED REFUND_RELATED",
	 RETURN_FILE},
	{.kind = "return.escalate",
	 IN_RETURN,
	 .takes = TAKES_TEXT | TAKES_REASON,
	 .reasons = "OTHER BUYER_RETURNED_WRONG_ITEM ITEM_RECEIVED_IN_DIFFERENT_CONDITION "
		    "DISAGREE_WITH_RETURN_REASON "
		    "BUYER_NORESPONSE ITEM_NOT_RECEIVED TROUBLE_COMMUNICATION_WITH_BUYER"},
	{.kind = "case.appeal",
	 .repeat = REPEAT_NEVER,
	 .visible_after = 5 * MINUTE,
	 .source = POST_ORDER,
	 .look = {ebay_appeal_look_ask, ebay_appeal_look_read, "user", "post-order.casemanagement"},
	 .send = {ebay_appeal_ask, ebay_appeal_read, "user", "post-order.casemanagement"},
	 .needs = TAKES_TEXT},

	{.kind = "cancellation.accept",
	 .repeat = REPEAT_NEVER,
	 .visible_after = 2 * MINUTE,
	 .source = CANCELLATION_SOURCE,
	 .look = {cancellation_look_ask, cancellation_look_read, "user", "post-order.cancellation"},
	 .send = {cancellation_accept_ask, cancellation_answer_read, "user", "post-order.cancellation"},
	 .moves = MOVES_CLAIM}, /* of a paid order; no row can know */
	{.kind = "cancellation.decline",
	 .repeat = REPEAT_NEVER,
	 .visible_after = 2 * MINUTE,
	 .source = CANCELLATION_SOURCE,
	 .look = {cancellation_look_ask, cancellation_look_read, "user", "post-order.cancellation"},
	 .send = {cancellation_decline_ask, cancellation_answer_read, "user", "post-order.cancellation"},
	 .needs = TAKES_TRACKING},

	{.kind = "inquiry.tracking",
	 .repeat = REPEAT_NEVER,
	 .visible_after = 2 * MINUTE,
	 .source = INQUIRY_SOURCE,
	 .look = {inquiry_look_ask, inquiry_look_read, "user", "post-order.inquiry"},
	 .send = {inquiry_tracking_ask, inquiry_answer_read, "user", "post-order.inquiry"},
	 .max_utf16 = INQUIRY_TEXT_UTF16,
	 .needs = TAKES_TRACKING,
	 .takes = TAKES_TEXT},
	{.kind = "inquiry.refund",
	 .repeat = REPEAT_NEVER,
	 .visible_after = 2 * MINUTE,
	 .source = INQUIRY_SOURCE,
	 .look = {inquiry_look_ask, inquiry_look_read, "user", "post-order.inquiry"},
	 .send = {inquiry_refund_ask, inquiry_refund_read, "user", "post-order.inquiry"},
	 .max_utf16 = INQUIRY_TEXT_UTF16,
	 .takes = TAKES_TEXT,
	 .moves = MOVES_CLAIM},
	{.kind = "inquiry.message",
	 .repeat = REPEAT_NEVER,
	 .visible_after = 2 * MINUTE,
	 .source = INQUIRY_SOURCE,
	 .look = {inquiry_look_ask, inquiry_look_read, "user", "post-order.inquiry"},
	 .send = {inquiry_message_ask, inquiry_answer_read, "user", "post-order.inquiry"},
	 .max_utf16 = INQUIRY_TEXT_UTF16,
	 .needs = TAKES_TEXT},
	{.kind = "inquiry.escalate",
	 .repeat = REPEAT_NEVER,
	 .visible_after = 2 * MINUTE,
	 .source = INQUIRY_SOURCE,
	 .look = {inquiry_look_ask, inquiry_look_read, "user", "post-order.inquiry"},
	 .send = {inquiry_escalate_ask, inquiry_answer_read, "user", "post-order.inquiry"},
	 .max_utf16 = INQUIRY_TEXT_UTF16,
	 .takes = TAKES_TEXT | TAKES_REASON,
	 .reasons = "SHIPPED_ITEM TROUBLE_COMMUNICATION BUYER_TROUBLE BUYER_UNHAPPY OTHERS"},

	{.kind = "chargeback.evidence",
	 .repeat = REPEAT_NEVER,
	 .visible_after = 2 * MINUTE,
	 .wanted = ebay_full,
	 .source = "Fulfillment API 1.20.7: addEvidence makes a new set each time; an uploaded file counts "
		   "for nothing "
		   "until it is in one; two minutes are our choice",
	 .look = {payment_look_ask, payment_look_read, "user", "fulfillment"},
	 .send = {payment_evidence_ask, payment_evidence_read, "user", "fulfillment"},
	 .needs = TAKES_FILES,
	 .files = {EBAY_EVIDENCE_FILES, EBAY_EVIDENCE_BYTES, EBAY_EVIDENCE_BYTES, EBAY_EVIDENCE_TYPES}},
	{.kind = "chargeback.contest",
	 .repeat = REPEAT_NEVER,
	 .visible_after = 2 * MINUTE,
	 .wanted = ebay_full,
	 .source = PAYMENT_SOURCE,
	 .look = {payment_look_ask, payment_look_read, "user", "fulfillment"},
	 .send = {payment_contest_ask, payment_answer_read, "user", "fulfillment"},
	 .max_utf16 = EBAY_DISPUTE_NOTE_UTF16,
	 .takes = TAKES_TEXT},
	{.kind = "chargeback.accept",
	 .repeat = REPEAT_NEVER,
	 .visible_after = 2 * MINUTE,
	 .wanted = ebay_full,
	 .source = PAYMENT_SOURCE,
	 .look = {payment_look_ask, payment_look_read, "user", "fulfillment"},
	 .send = {payment_accept_ask, payment_answer_read, "user", "fulfillment"},
	 .moves = MOVES_CLAIM},
	{.kind = "order.refund",
	 .repeat = REPEAT_NEVER,
	 .visible_after = 5 * MINUTE,
	 .source = "Fulfillment API 1.20.7: issueRefund takes no idempotency key, partial refunds can be "
		   "made twice; when one "
		   "appears in getOrder is not documented, five minutes are our choice",
	 .look = {ebay_order_ask, ebay_refund_look_read, "user", "fulfillment"},
	 .send = {ebay_refund_ask, ebay_refund_read, "user", "refund"},
	 .max_utf16 = EBAY_COMMENT_UTF16,
	 .wanted = ebay_full,
	 .needs = TAKES_AMOUNT,
	 .takes = TAKES_TEXT | TAKES_REASON,
	 .moves = MOVES_AMOUNT,
	 .reasons = EBAY_REFUND_REASONS},
	{.kind = "order.cancel",
	 .repeat = REPEAT_NEVER,
	 .visible_after = 5 * MINUTE,
	 .source = "Post-Order API 2.10.0: a second cancellation is refused as not eligible, which does not "
		   "tell whose the first "
		   "was; when it appears in the search is not documented, five minutes are our choice",
	 .look = {ebay_cancel_look_ask, ebay_cancel_look_read, "user", "post-order.cancellation"},
	 .send = {ebay_cancel_ask, ebay_cancel_read, "user", "post-order.cancellation"},
	 .wanted = ebay_full,
	 .needs = TAKES_REASON,
	 .moves = MOVES_CLAIM,
	 .reasons = EBAY_CANCEL_REASONS},
	{.kind = "order.ship",
	 .repeat = REPEAT_NEVER,
	 .visible_after = 2 * MINUTE,
	 .source = "Fulfillment API 1.20.7: createShippingFulfillment takes no idempotency key; when a "
		   "parcel appears in "
		   "getShippingFulfillments is not documented, two minutes are our choice",
	 .look = {ebay_ship_look_ask, ebay_ship_look_read, "user", "fulfillment"},
	 .send = {ebay_ship_ask, ebay_ship_read, "user", "fulfillment"},
	 .wanted = ebay_full,
	 .needs = TAKES_TRACKING},
	{.kind = "order.message",
	 .repeat = REPEAT_NEVER,
	 .visible_after = 2 * MINUTE,
	 .source = "Message API 1.0.0: sendMessage takes no idempotency key; when a sent message appears in "
		   "getConversation is not documented, two minutes are our choice",
	 .look = {ebay_order_message_look_ask, ebay_order_message_look_read, "user", "message"},
	 .send = {ebay_order_message_ask, ebay_reply_read, "user", "message"},
	 .max_utf16 = EBAY_REPLY_UTF16,
	 .wanted = ebay_rest_wanted,
	 .needs = TAKES_TEXT},
	{.kind = "order.feedback",
	 .repeat = REPEAT_NEVER,
	 .visible_after = 5 * MINUTE,
	 .source = "Feedback API 1.0.0: a second feedback is refused (501008), which does not tell whose the "
		   "first was; when one "
		   "leaves getItemsAwaitingFeedback is not documented, five minutes are our choice",
	 .look = {ebay_awaiting_ask, ebay_awaiting_look_read, "user", "feedback"},
	 .send = {ebay_order_feedback_ask, ebay_order_feedback_read, "user", "feedback"},
	 .max_utf16 = EBAY_FEEDBACK_UTF16,
	 .wanted = ebay_full,
	 .needs = TAKES_TEXT},
	{.kind = "feedback.reply",
	 .repeat = REPEAT_NEVER,
	 .visible_after = 5 * MINUTE,
	 .source = "Feedback API 1.0.0: a second reply is refused (501032), which does not tell whose the "
		   "first was; when one "
		   "appears in getFeedback is not documented, five minutes are our choice",
	 .look = {ebay_feedback_look_ask, ebay_feedback_look_read, "user", "feedback"},
	 .send = {ebay_feedback_reply_ask, ebay_feedback_reply_read, "user", "feedback"},
	 .max_utf16 = EBAY_FEEDBACK_UTF16,
	 .wanted = ebay_full,
	 .needs = TAKES_TEXT},
	{.kind = NULL},
};

#define ORDER_PAGE "https://www.ebay.com/mesh/ord/details?orderid={order}"

static const struct capability capabilities[] = {
	{"orders", BY_API, NULL, NULL},
	{"messages", BY_API, NULL, NULL},
	{"reply", BY_API, NULL, NULL},
	{"returns", BY_API, NULL, NULL},
	{"cases", BY_API, NULL, NULL},
	{"inquiries", BY_API, NULL, NULL},
	{"cancellations", BY_API, NULL, NULL},
	{"payment_disputes", BY_API, NULL, NULL},
	{"feedback", BY_API, NULL, NULL},
	{"standards", BY_API, NULL, NULL},
	{"order.refund", BY_API, NULL, NULL},
	{"order.cancel", BY_API, NULL, NULL},
	{"order.ship", BY_API, NULL, NULL},
	{"order.message", BY_API, NULL, NULL},
	{"order.feedback", BY_API, NULL, NULL},
	{"feedback.reply", BY_API, NULL, NULL},
	{"feedback.revision", BY_PERSON,
	 "eBay has no call that asks a buyer to revise feedback: it is done on its pages, within 30 days and "
	 "once for each "
	 "feedback",
	 "https://feedback.ebay.com/ws/eBayISAPI.dll?ReviseFeedbackInitiate"},
	{.kind = NULL},
};

const struct connector ebay = {
	.name = "ebay",
	.title = "eBay",
	.keys = keys,
	.hosts = hosts,
	.budgets = budgets,
	.credentials = credentials,
	.streams = streams,
	.actions = actions,
	.capabilities = capabilities,
	.push = &ebay_push,
	.language = ebay_language,
	.zone = ebay_zone,
};
