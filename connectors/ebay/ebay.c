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
	 .preset = "read",
	 .help = "read: orders are only read; full: also what refunds, disputes and feedback need, if the "
		 "key "
		 "set owns it",
	 .type = KEY_CHOICE,
	 .choices = "read full",
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

/* eBay counts per application and day, from midnight US Pacific: 07:00 UTC in summer, an hour later in winter.  The limit of
 * the Message API is not published, so the usual 5,000 is assumed. */
#define EBAY_DAY DAY, 7 * HOUR
#define SHARED   1

static const struct budget budgets[] = {
	{"fulfillment", 100000, EBAY_DAY, 0, SHARED},
	{"message", 5000, EBAY_DAY, 20, SHARED},
	{"identity", 5000, EBAY_DAY, 0, SHARED},
	{"GetMyMessages", 5000, EBAY_DAY, 0, SHARED},
	{"GetMemberMessages", 5000, EBAY_DAY, 50, SHARED},
	{"AddMemberMessageRTQ", 5000, EBAY_DAY, 50, SHARED},
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
	{.name = "my_messages",
	 .every = 3 * MINUTE,
	 .poll = {trading_messages_ask, trading_messages_read, "user", "GetMyMessages"},
	 .wanted = trading_wanted},
	{.name = NULL},
};

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
	{.kind = NULL},
};

#define ORDER_PAGE "https://www.ebay.com/mesh/ord/details?orderid={order}"

static const struct capability capabilities[] = {
	{"orders", BY_API, NULL, NULL},
	{"messages", BY_API, NULL, NULL},
	{"reply", BY_API, NULL, NULL},
	{"returns", BY_PERSON, "eBay offers it, this connector does not answer it yet", ORDER_PAGE},
	{"inquiries", BY_PERSON, "eBay offers it, this connector does not answer it yet", ORDER_PAGE},
	{"cancellations", BY_PERSON, "eBay offers it, this connector does not answer it yet", ORDER_PAGE},
	{"payment_disputes", BY_PERSON, "eBay offers it, this connector does not answer it yet", ORDER_PAGE},
	{"feedback", BY_PERSON, "eBay offers it, this connector does not answer it yet", ORDER_PAGE},
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
	.language = ebay_language,
	.zone = ebay_zone,
};
