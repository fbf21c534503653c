/* actions.c - what can be done on eBay, by API or by a person: what each action takes, and how a lost answer is settled. */
#include "ebay.h"

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

const struct action ebay_actions[] = {
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
	 .look = {ebay_cancellation_look_ask, ebay_cancellation_look_read, "user", "post-order.cancellation"},
	 .send = {ebay_cancellation_accept_ask, ebay_cancellation_answer_read, "user",
		  "post-order.cancellation"},
	 .moves = MOVES_CLAIM}, /* of a paid order; no row can know */
	{.kind = "cancellation.decline",
	 .repeat = REPEAT_NEVER,
	 .visible_after = 2 * MINUTE,
	 .source = CANCELLATION_SOURCE,
	 .look = {ebay_cancellation_look_ask, ebay_cancellation_look_read, "user", "post-order.cancellation"},
	 .send = {ebay_cancellation_decline_ask, ebay_cancellation_answer_read, "user",
		  "post-order.cancellation"},
	 .needs = TAKES_TRACKING},

	{.kind = "inquiry.tracking",
	 .repeat = REPEAT_NEVER,
	 .visible_after = 2 * MINUTE,
	 .source = INQUIRY_SOURCE,
	 .look = {ebay_inquiry_look_ask, ebay_inquiry_look_read, "user", "post-order.inquiry"},
	 .send = {ebay_inquiry_tracking_ask, ebay_inquiry_answer_read, "user", "post-order.inquiry"},
	 .max_utf16 = INQUIRY_TEXT_UTF16,
	 .needs = TAKES_TRACKING,
	 .takes = TAKES_TEXT},
	{.kind = "inquiry.refund",
	 .repeat = REPEAT_NEVER,
	 .visible_after = 2 * MINUTE,
	 .source = INQUIRY_SOURCE,
	 .look = {ebay_inquiry_look_ask, ebay_inquiry_look_read, "user", "post-order.inquiry"},
	 .send = {ebay_inquiry_refund_ask, ebay_inquiry_refund_read, "user", "post-order.inquiry"},
	 .max_utf16 = INQUIRY_TEXT_UTF16,
	 .takes = TAKES_TEXT,
	 .moves = MOVES_CLAIM},
	{.kind = "inquiry.message",
	 .repeat = REPEAT_NEVER,
	 .visible_after = 2 * MINUTE,
	 .source = INQUIRY_SOURCE,
	 .look = {ebay_inquiry_look_ask, ebay_inquiry_look_read, "user", "post-order.inquiry"},
	 .send = {ebay_inquiry_message_ask, ebay_inquiry_answer_read, "user", "post-order.inquiry"},
	 .max_utf16 = INQUIRY_TEXT_UTF16,
	 .needs = TAKES_TEXT},
	{.kind = "inquiry.escalate",
	 .repeat = REPEAT_NEVER,
	 .visible_after = 2 * MINUTE,
	 .source = INQUIRY_SOURCE,
	 .look = {ebay_inquiry_look_ask, ebay_inquiry_look_read, "user", "post-order.inquiry"},
	 .send = {ebay_inquiry_escalate_ask, ebay_inquiry_answer_read, "user", "post-order.inquiry"},
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
	 .look = {ebay_payment_look_ask, ebay_payment_look_read, "user", "fulfillment"},
	 .send = {ebay_payment_evidence_ask, ebay_payment_evidence_read, "user", "fulfillment"},
	 .needs = TAKES_FILES,
	 .files = {EBAY_EVIDENCE_FILES, EBAY_EVIDENCE_BYTES, EBAY_EVIDENCE_BYTES, EBAY_EVIDENCE_TYPES}},
	{.kind = "chargeback.contest",
	 .repeat = REPEAT_NEVER,
	 .visible_after = 2 * MINUTE,
	 .wanted = ebay_full,
	 .source = PAYMENT_SOURCE,
	 .look = {ebay_payment_look_ask, ebay_payment_look_read, "user", "fulfillment"},
	 .send = {ebay_payment_contest_ask, ebay_payment_answer_read, "user", "fulfillment"},
	 .max_utf16 = EBAY_DISPUTE_NOTE_UTF16,
	 .takes = TAKES_TEXT},
	{.kind = "chargeback.accept",
	 .repeat = REPEAT_NEVER,
	 .visible_after = 2 * MINUTE,
	 .wanted = ebay_full,
	 .source = PAYMENT_SOURCE,
	 .look = {ebay_payment_look_ask, ebay_payment_look_read, "user", "fulfillment"},
	 .send = {ebay_payment_accept_ask, ebay_payment_answer_read, "user", "fulfillment"},
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

/* Where it is done by hand. */
#define ORDER_PAGE    "https://www.ebay.com/mesh/ord/details?orderid={order}"
#define ORDERS_PAGE   "https://www.ebay.com/sh/ord"
#define FEEDBACK_PAGE "https://www.ebay.com/fdbk/leave_feedback"
#define GRADES_PAGE   "https://www.ebay.com/sh/performance"

static const char read_only[] = "the login was asked for less (scopes = read): it is done on eBay's pages, "
				"until the key set owns the scopes and the seller has consented again";

/* Without .how: BY_API. */
const struct capability ebay_capabilities[] = {
	{.kind = "identity"},
	{.kind = "orders"},
	{.kind = "messages", .wanted = ebay_rest_wanted},
	{.kind = "system", .wanted = ebay_rest_wanted},
	{.kind = "my_messages", .wanted = trading_wanted},
	{.kind = "returns"},
	{.kind = "cases"},
	{.kind = "cancellations"},
	{.kind = "cancellations_ours"},
	{.kind = "inquiries"},
	{.kind = "payment_disputes", .wanted = ebay_full},
	{"payment_disputes", BY_PERSON, read_only, ORDERS_PAGE, NULL},
	{.kind = "feedback", .wanted = ebay_full},
	{"feedback", BY_PERSON, read_only, FEEDBACK_PAGE, NULL},
	{.kind = "standards", .wanted = ebay_full},
	{"standards", BY_PERSON, read_only, GRADES_PAGE, NULL},
	{.kind = "reply"},
	{.kind = "return.accept"},
	{.kind = "return.decline"},
	{.kind = "return.offer"},
	{.kind = "return.refund"},
	{.kind = "return.message"},
	{.kind = "return.received"},
	{.kind = "return.label"},
	{.kind = "return.evidence"},
	{.kind = "return.escalate"},
	{.kind = "case.appeal"},
	{.kind = "cancellation.accept"},
	{.kind = "cancellation.decline"},
	{.kind = "inquiry.tracking"},
	{.kind = "inquiry.refund"},
	{.kind = "inquiry.message"},
	{.kind = "inquiry.escalate"},
	{.kind = "chargeback.evidence", .wanted = ebay_full},
	{"chargeback.evidence", BY_PERSON, read_only, ORDER_PAGE, NULL},
	{.kind = "chargeback.contest", .wanted = ebay_full},
	{"chargeback.contest", BY_PERSON, read_only, ORDER_PAGE, NULL},
	{.kind = "chargeback.accept", .wanted = ebay_full},
	{"chargeback.accept", BY_PERSON, read_only, ORDER_PAGE, NULL},
	{.kind = "order.refund", .wanted = ebay_full},
	{"order.refund", BY_PERSON, read_only, ORDER_PAGE, NULL},
	{.kind = "order.cancel", .wanted = ebay_full},
	{"order.cancel", BY_PERSON, read_only, ORDER_PAGE, NULL},
	{.kind = "order.ship", .wanted = ebay_full},
	{"order.ship", BY_PERSON, read_only, ORDER_PAGE, NULL},
	{.kind = "order.message", .wanted = ebay_rest_wanted},
	{"order.message", BY_PERSON,
	 "eBay's XML calls know no message about an order here: it is written on the order's page",
	 ORDER_PAGE, NULL},
	{.kind = "order.feedback", .wanted = ebay_full},
	{"order.feedback", BY_PERSON, read_only, FEEDBACK_PAGE, NULL},
	{.kind = "feedback.reply", .wanted = ebay_full},
	{"feedback.reply", BY_PERSON, read_only, FEEDBACK_PAGE, NULL},
	{"feedback.revision", BY_PERSON,
	 "eBay has no call that asks a buyer to revise feedback: it is done on its pages, within 30 days and "
	 "once for each feedback",
	 "https://feedback.ebay.com/ws/eBayISAPI.dll?ReviseFeedbackInitiate", NULL},
	{.kind = NULL},
};
