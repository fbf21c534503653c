#include "tables.h"

#include <string.h>

#include "connectors/base/instant.h"
#include "daemon/conf/conf.h"
#include "daemon/notify/form.h"
#include "daemon/notify/kinds.h"

#define IN(type, member) offsetof(struct type, member)

static const struct field service_fields[] = {
	{.name = "state",
	 .type = FIELD_PATH,
	 .offset = IN(conf_service, state),
	 .preset = "/var/lib/supercargo/supercargo.db",
	 .help = TEXT("The file that holds everything Supercargo knows.")},
	{.name = "socket",
	 .type = FIELD_PATH,
	 .offset = IN(conf_service, socket),
	 .preset = "/run/supercargo/supercargo.sock",
	 .help = TEXT("The socket where the commands reach the service.")},
	{.name = "key_file",
	 .type = FIELD_PATH,
	 .offset = IN(conf_service, key_file),
	 .preset = "",
	 .help = TEXT(
		 "The file with the key that seals tokens; it is made on first use and only its owner may "
		 "read it. "
		 "Without it: the systemd credential supercargo.key, else supercargo.key beside the state.")},
	{.name = "templates",
	 .type = FIELD_PATH,
	 .offset = IN(conf_service, templates),
	 .preset = "/etc/supercargo/templates",
	 .help = TEXT("Your own reply texts. A file here wins over the shipped file of the same name.")},
	{.name = "phrases",
	 .type = FIELD_PATH,
	 .offset = IN(conf_service, phrases),
	 .preset = CONF_PHRASES,
	 .help = TEXT("Your own phrase files, by which messages are understood. A file here wins over the "
		      "shipped file of the same name.")},
	{.name = "language",
	 .type = FIELD_LANG,
	 .offset = IN(conf_service, language),
	 .preset = "en",
	 .choices = "en zh",
	 .help = TEXT("The language of log lines and notices.")},
	{.name = "metrics_port",
	 .type = FIELD_NUMBER,
	 .offset = IN(conf_service, metrics_port),
	 .preset = "0",
	 .max = 65535,
	 .help = TEXT("The port on 127.0.0.1 where /metrics can be read; 0 turns it off.")},
	{.name = "undo",
	 .type = FIELD_DURATION,
	 .offset = IN(conf_service, undo),
	 .preset = "30s",
	 .max = HOUR,
	 .help = TEXT("How long what a person writes or approves waits before it leaves, so that it can be "
		      "taken back; not when a deadline is near. For automatic replies each rule has "
		      "its delay.")},
	{.name = "keep_raw",
	 .type = FIELD_DURATION,
	 .offset = IN(conf_service, keep_raw),
	 .preset = "30d",
	 .min = DAY,
	 .max = 30 * DAY,
	 .help = TEXT("How long is kept what platforms sent word for word: items that could not be read, "
		      "answers to what was sent.")},
	{.name = "push_port",
	 .type = FIELD_NUMBER,
	 .offset = IN(conf_service, push_port),
	 .preset = "0",
	 .max = 65535,
	 .help = TEXT("The port on 127.0.0.1 where notifications of platforms arrive through your TLS proxy; "
		      "0 turns it off.")},
	{.name = "accept_unreviewed",
	 .type = FIELD_WORDS,
	 .offset = IN(conf_service, accept_unreviewed),
	 .preset = "",
	 .help = TEXT("Reply texts that may leave by themselves although nobody but their writer has read "
		      "them, as "
		      "the library names them, * for any run: post_where_is_order/nl post_*/pl.")},
	{.name = "console_url",
	 .type = FIELD_LINK,
	 .offset = IN(conf_service, console_url),
	 .preset = "",
	 .help = TEXT(
		 "The address at which people reach the console, like https://desk.example.com: notices link "
		 "to what they are about. Without it they have no links.")},
	{.name = "console_port",
	 .type = FIELD_NUMBER,
	 .offset = IN(conf_service, console_port),
	 .preset = "0",
	 .max = 65535,
	 .help = TEXT(
		 "The port on 127.0.0.1 where operators log in with a browser, through your TLS proxy, and "
		 "approve what waits; 0 turns it off.")},
	{0},
};

static const struct field application_fields[] = {
	{.name = "platform",
	 .type = FIELD_PLATFORM,
	 .offset = IN(conf_application, connector),
	 .preset = "",
	 .required = 1,
	 .sample = "ebay",
	 .help = TEXT("The platform where the application is registered.")},
	{.name = "quota",
	 .type = FIELD_NUMBER,
	 .offset = IN(conf_application, quota),
	 .preset = "100",
	 .min = 1,
	 .max = 100,
	 .help = TEXT(
		 "How much of the platform's call quotas this service may use, in percent; your other tools "
		 "with the same application draw from them, too.")},
	{0},
};

static const struct field account_fields[] = {
	{.name = "platform",
	 .type = FIELD_PLATFORM,
	 .offset = IN(conf_account, connector),
	 .preset = "",
	 .required = 1,
	 .sample = "ebay",
	 .help = TEXT("The platform of the account.")},
	{.name = "application",
	 .type = FIELD_REFERENCE,
	 .offset = IN(conf_account, application),
	 .preset = "",
	 .sample = "ebay-main",
	 .help = TEXT("The application, by its title, through which the account is reached.")},
	{.name = "shop",
	 .type = FIELD_TEXT,
	 .offset = IN(conf_account, shop),
	 .preset = "",
	 .help = TEXT("The shop that the account belongs to; several accounts may name the same.")},
	{.name = "endpoint",
	 .type = FIELD_ENDPOINT,
	 .offset = IN(conf_account, endpoint),
	 .preset = "",
	 .help = TEXT("For tests: every connection of the account goes here instead of to the platform. "
		      "Plain http only on this machine.")},
	{.name = "proxy",
	 .type = FIELD_PROXY,
	 .offset = IN(conf_account, proxy),
	 .preset = "",
	 .help = TEXT(
		 "A proxy through which the platform is reached: http://, https:// or socks5h://, with host "
		 "and port.")},
	{.name = "ca",
	 .type = FIELD_PATH,
	 .offset = IN(conf_account, ca),
	 .preset = "",
	 .help = TEXT("A file with one more certificate authority to trust for this account.")},
	{.name = "language",
	 .type = FIELD_LOCALE,
	 .offset = IN(conf_account, language),
	 .preset = "",
	 .help = TEXT("The language to answer in when neither the message nor the site tells one.")},
	{.name = "zone",
	 .type = FIELD_ZONE,
	 .offset = IN(conf_account, zone),
	 .preset = "",
	 .sample = "Europe/Berlin",
	 .help = TEXT("The time zone of dates in replies; without it that of the site.")},
	{.name = "history",
	 .type = FIELD_DURATION,
	 .offset = IN(conf_account, history),
	 .preset = "30d",
	 .min = HOUR,
	 .max = 730 * DAY,
	 .help = TEXT("How far back the first import goes.")},
	{.name = "poll",
	 .type = FIELD_DURATION,
	 .offset = IN(conf_account, poll),
	 .preset = "",
	 .min = SECOND,
	 .max = DAY,
	 .help = TEXT("How often the most urgent news are asked for at least, all else in proportion; "
		      "without it as "
		      "the platform's limits allow. As many calls as that makes are shared out by when news "
		      "usually "
		      "comes: where much comes, and while clocks run, more often.")},
	{.name = "silence",
	 .type = FIELD_DURATION,
	 .offset = IN(conf_account, silence),
	 .preset = "365d",
	 .choices = "off",
	 .min = 7 * DAY,
	 .help = TEXT("When nothing new has come for so long that this would happen once in this time by "
		      "chance, you "
		      "are told, although every call works; off: never.")},
	{.name = "answer_within",
	 .type = FIELD_DURATION,
	 .offset = IN(conf_account, answer_within),
	 .preset = "24h",
	 .min = MINUTE,
	 .max = 30 * DAY,
	 .help = TEXT("Your own goal for answering a message; an earlier deadline of the platform wins.")},
	{.name = "daily_cap",
	 .type = FIELD_NUMBER,
	 .offset = IN(conf_account, daily_cap),
	 .preset = "200",
	 .max = 100000,
	 .help = TEXT("After so many automatic replies in a day the rest waits for a person.")},
	{.name = "conversation_cap",
	 .type = FIELD_NUMBER,
	 .offset = IN(conf_account, conversation_cap),
	 .preset = "1",
	 .max = 1000,
	 .help = TEXT("After so many automatic answers within 24 hours in one conversation the next waits "
		      "for a person.")},
	{.name = "buyer_cap",
	 .type = FIELD_NUMBER,
	 .offset = IN(conf_account, buyer_cap),
	 .preset = "3",
	 .max = 1000,
	 .help = TEXT("After so many automatic answers within 24 hours to one buyer, in all conversations, "
		      "the next waits for a person: so two machines cannot answer each other for ever.")},
	{.name = "return_days",
	 .type = FIELD_NUMBER,
	 .offset = IN(conf_account, return_days),
	 .preset = "30",
	 .max = 365,
	 .help = TEXT("Within how many days buyers may send things back, for the reply texts that name it.")},
	{.name = "duties_paid_by",
	 .type = FIELD_TEXT,
	 .offset = IN(conf_account, duties_paid_by),
	 .preset = "",
	 .choices = "seller buyer",
	 .help = TEXT("Who pays duties and import taxes, for the reply texts that name it.")},
	{.name = "closed",
	 .type = FIELD_PERIODS,
	 .offset = IN(conf_account, closed),
	 .preset = "",
	 .sample = "2027-02-05..2027-02-12",
	 .help = TEXT("When the shop is closed, by its first and last day, for the reply texts that name it; "
		      "several after each other: 2027-02-05..2027-02-12 2027-05-01. A text names the closure "
		      "that holds, or the next one within a week.")},
	{.name = "hours",
	 .type = FIELD_HOURS,
	 .offset = IN(conf_account, hours),
	 .preset = "",
	 .sample = "mon-fri 09:00-18:00, sat 10:00-14:00",
	 .help = TEXT("When somebody is there to answer, by the clock of its zone; without it always. What "
		      "is promised to "
		      "buyers keeps to it, deadlines do not.")},
	{.name = "refund_per_order",
	 .type = FIELD_MONEY,
	 .offset = IN(conf_account, refund_per_order),
	 .preset = "",
	 .help = TEXT("How much may go back for one order without a person, together with what went back "
		      "before; one sum a currency: "
		      "25.00 EUR 30.00 USD. Without all three limits in a currency every refund in it waits "
		      "for approval.")},
	{.name = "refund_per_buyer",
	 .type = FIELD_MONEY,
	 .offset = IN(conf_account, refund_per_buyer),
	 .preset = "",
	 .help = TEXT("How much may go back to one buyer in 30 days without a person.")},
	{.name = "refund_per_day",
	 .type = FIELD_MONEY,
	 .offset = IN(conf_account, refund_per_day),
	 .preset = "",
	 .help = TEXT("How much may go back in 24 hours without a person.")},
	{.name = "second_person_above",
	 .type = FIELD_MONEY,
	 .offset = IN(conf_account, second_person_above),
	 .preset = "",
	 .help = TEXT(
		 "Above this sum who approves a refund must not be who asked for it or wrote its text.")},
	{.name = "approve",
	 .type = FIELD_WORDS,
	 .offset = IN(conf_account, approve),
	 .preset = "",
	 .help = TEXT("Kinds of actions that leave by rule only when a person approves them, whatever the "
		      "rule says: return.refund order.cancel *.offer. People are not bound by it.")},
	{.name = "never",
	 .type = FIELD_WORDS,
	 .offset = IN(conf_account, never),
	 .preset = "",
	 .help = TEXT("Kinds of actions that no rule does here; people may.")},
	{0},
};

#define INTENTS                                                                                              \
	"price_inquiry product_question payment_problem shipping_cost_or_customs "                           \
	"order_status_where_is_my_order not_received change_address cancel_order return_or_exchange "        \
	"refund_request defective_or_not_as_described missing_or_wrong_item invoice_request "                \
	"feedback_or_review complaint thanks_or_positive discount_or_bulk other automatic"

#define EVENTS                                                                                               \
	"message.received order.created order.paid order.shipped order.cancelled order.refunded "            \
	"dispute.opened dispute.due dispute.closed feedback.received feedback.changed"

#define VERBS                                                                                                \
	"reply accept decline offer refund message tracking contest evidence appeal escalate received "      \
	"label "                                                                                             \
	"cancel ship feedback revision"

#define FALLBACKS "nothing reply message accept decline contest escalate refund"

static const struct field rule_fields[] = {
	{.name = "on",
	 .type = FIELD_NAME,
	 .offset = IN(conf_rule, on),
	 .preset = "",
	 .choices = EVENTS,
	 .required = 1,
	 .sample = "message.received",
	 .help = TEXT("The event that the rule answers.")},
	{.name = "account",
	 .type = FIELD_WORDS,
	 .offset = IN(conf_rule, account),
	 .preset = "",
	 .help = TEXT("Only these accounts. (All conditions must hold; of several words in one, any.)")},
	{.name = "platform",
	 .type = FIELD_WORDS,
	 .offset = IN(conf_rule, platform),
	 .preset = "",
	 .help = TEXT("Only these platforms.")},
	{.name = "marketplace",
	 .type = FIELD_WORDS,
	 .offset = IN(conf_rule, marketplace),
	 .preset = "",
	 .help = TEXT("Only these sites, named as the platform does (EBAY_DE).")},
	{.name = "language",
	 .type = FIELD_LOCALES,
	 .offset = IN(conf_rule, language),
	 .preset = "",
	 .help = TEXT("Only messages in these languages.")},
	{.name = "intent",
	 .type = FIELD_WORDS,
	 .offset = IN(conf_rule, intent),
	 .preset = "",
	 .choices = INTENTS,
	 .sample = "order_status_where_is_my_order",
	 .help = TEXT("Only messages that want this, as the phrase files name it.")},
	{.name = "payment",
	 .type = FIELD_WORDS,
	 .offset = IN(conf_rule, payment),
	 .preset = "",
	 .choices = "unknown unpaid paid partially_refunded refunded",
	 .help = TEXT("Only when the order is paid like this.")},
	{.name = "fulfilment",
	 .type = FIELD_WORDS,
	 .offset = IN(conf_rule, fulfilment),
	 .preset = "",
	 .choices = "unknown open partial shipped delivered",
	 .sample = "shipped",
	 .help = TEXT("Only when the order has come so far.")},
	{.name = "cancellation",
	 .type = FIELD_WORDS,
	 .offset = IN(conf_rule, cancellation),
	 .preset = "",
	 .choices = "none requested done",
	 .help = TEXT("Only when the order's cancellation stands so.")},
	{.name = "order",
	 .type = FIELD_WORDS,
	 .offset = IN(conf_rule, order),
	 .preset = "",
	 .choices = "one none several",
	 .sample = "one",
	 .help = TEXT("Only when the message belongs to one order, to none (before a sale), or to several "
		      "that fit.")},
	{.name = "closed",
	 .type = FIELD_WORDS,
	 .offset = IN(conf_rule, closed),
	 .preset = "",
	 .choices = "yes no",
	 .help = TEXT(
		 "Only while the account is closed (yes), by the days of its section, or only while it is "
		 "not (no).")},
	{.name = "contains",
	 .type = FIELD_WORDS,
	 .offset = IN(conf_rule, contains),
	 .preset = "",
	 .help = TEXT("Only messages with one of these words; \"quoted\" for several words in a row.")},
	{.name = "dispute",
	 .type = FIELD_WORDS,
	 .offset = IN(conf_rule, dispute),
	 .preset = "",
	 .choices = "cancellation inquiry return case claim chargeback appeal",
	 .help = TEXT("Only disputes of this kind.")},
	{.name = "reason",
	 .type = FIELD_WORDS,
	 .offset = IN(conf_rule, reason),
	 .preset = "",
	 .help = TEXT(
		 "Only disputes with this reason, in the platform's word; * stands for any run (NOT_AS_*).")},
	{.name = "due",
	 .type = FIELD_WORDS,
	 .offset = IN(conf_rule, due),
	 .preset = "",
	 .help = TEXT("Only when the platform wants this of us, in its own word.")},
	{.name = "rating",
	 .type = FIELD_WORDS,
	 .offset = IN(conf_rule, rating),
	 .preset = "",
	 .choices = "positive neutral negative withdrawn",
	 .help = TEXT("Only feedback with this rating.")},
	{.name = "up_to",
	 .type = FIELD_MONEY,
	 .offset = IN(conf_rule, up_to),
	 .preset = "",
	 .help = TEXT("Only when no more than this is claimed; one sum a currency.")},
	{.name = "action",
	 .type = FIELD_NAME,
	 .offset = IN(conf_rule, action),
	 .preset = "reply",
	 .choices = VERBS,
	 .help = TEXT(
		 "What is done about the dispute, the feedback, the message or the order of the event.")},
	{.name = "template",
	 .type = FIELD_NAME,
	 .offset = IN(conf_rule, template_id),
	 .preset = "",
	 .sample = "post_where_is_order",
	 .help = TEXT(
		 "The reply text, by its folder in the reply library; needed where the action takes one.")},
	{.name = "amount",
	 .type = FIELD_AMOUNT,
	 .offset = IN(conf_rule, amount),
	 .preset = "",
	 .help = TEXT("How much is offered or goes back: all, a percentage of what is claimed, or one sum a "
		      "currency (5.00 EUR 6.00 USD).")},
	{.name = "code",
	 .type = FIELD_NAME,
	 .offset = IN(conf_rule, code),
	 .preset = "",
	 .help = TEXT("The platform's word for the reason; without it the first that the action knows.")},
	{.name = "mode",
	 .type = FIELD_CHOICE,
	 .offset = IN(conf_rule, mode),
	 .preset = "template",
	 .choices = "auto approve off template",
	 .help = TEXT(
		 "auto: leaves by itself when the account's mode is auto; approve: waits for a person; off: "
		 "does nothing; template: as the template says for the platform, and auto without a "
		 "template.")},
	{.name = "delay",
	 .type = FIELD_DURATION,
	 .offset = IN(conf_rule, delay),
	 .preset = "0s",
	 .max = 30 * DAY,
	 .help = TEXT("How long after the event the reply leaves at the earliest; until then it can be "
		      "taken back.")},
	{.name = "max_age",
	 .type = FIELD_DURATION,
	 .offset = IN(conf_rule, max_age),
	 .preset = "72h",
	 .min = MINUTE,
	 .max = 30 * DAY,
	 .help = TEXT("Older events start nothing, so that an outage is not followed by a flood of late "
		      "replies.")},
	{.name = "hours",
	 .type = FIELD_WORDS,
	 .offset = IN(conf_rule, hours),
	 .preset = "",
	 .choices = "open closed",
	 .later = 1,
	 .help = TEXT("Only when the event came while somebody was there (open), by hours and closed of the "
		      "account, or while "
		      "nobody was, and nobody is yet (closed). A text that only says so leaves where the "
		      "platform allows it.")},
	{.name = "quiet",
	 .type = FIELD_HOURS,
	 .offset = IN(conf_rule, quiet),
	 .preset = "",
	 .later = 1,
	 .help = TEXT("When the buyer is not to be disturbed, by the buyer's clock, like 22:00-08:00: it "
		      "leaves after that, or at "
		      "once when a deadline would come too near.")},
	{.name = "fallback",
	 .type = FIELD_FALLBACK,
	 .offset = IN(conf_rule, fallback),
	 .preset = "nothing",
	 .later = 1,
	 .choices = FALLBACKS,
	 .help = TEXT("What is done when the action waits for a person and nobody has approved it in time: "
		      "nothing; or accept, decline, contest, escalate, refund of the same dispute; or a "
		      "holding text, with its template: \"reply post_complaint_holding\", for disputes "
		      "message. It "
		      "passes every check that a rule's action passes; where it may not leave by itself, you "
		      "are told.")},
	{.name = "fallback_before",
	 .type = FIELD_DURATION,
	 .offset = IN(conf_rule, fallback_before),
	 .preset = "4h",
	 .later = 1,
	 .min = 15 * MINUTE,
	 .max = 30 * DAY,
	 .help = TEXT("How long before the deadline that is in force then. What was touched shortly before "
		      "has half an hour more, or half of what is left.")},
	{.name = "fallback_up_to",
	 .type = FIELD_MONEY,
	 .offset = IN(conf_rule, fallback_up_to),
	 .preset = "",
	 .later = 1,
	 .help = TEXT("How much the fallback may send back, beside the limits of the account; one sum a "
		      "currency. Without it the fallback moves no money.")},
	{0},
};

static const struct field operator_fields[] = {
	{.name = "user",
	 .type = FIELD_NAME,
	 .offset = IN(conf_operator, user),
	 .preset = "",
	 .required = 1,
	 .sample = "root",
	 .help = TEXT("The name by which the person logs in on this machine.")},
	{.name = "role",
	 .type = FIELD_CHOICE,
	 .offset = IN(conf_operator, role),
	 .preset = "viewer",
	 .choices = "viewer agent approver admin",
	 .sample = "admin",
	 .help = TEXT(
		 "viewer looks; agent writes replies; approver lets them leave; admin does everything.")},
	{0},
};

static const struct field notify_fields[] = {
	{.name = "webhook",
	 .type = FIELD_WEBHOOK,
	 .offset = IN(conf_notify, webhook),
	 .preset = "",
	 .sample = "https://example.com/supercargo",
	 .help = TEXT("The address that is told, or file:PATH or credential:NAME where it stands, since "
		      "whoever knows it "
		      "may post. (A channel is either a webhook or mail.)")},
	{.name = "dialect",
	 .type = FIELD_NAME,
	 .offset = IN(conf_notify, dialect),
	 .preset = "json",
	 .choices = FORMS,
	 .help = TEXT("What the webhook understands: json (an object for every notice), or the robots of "
		      "WeCom, DingTalk, "
		      "Feishu, Slack and Telegram, which get what comes at once in one post.")},
	{.name = "form",
	 .type = FIELD_PATH,
	 .offset = IN(conf_notify, form_file),
	 .preset = "",
	 .help = TEXT("A form of your own in place of a dialect; those of ours are in "
		      "/usr/share/supercargo/daemon/notify/forms.")},
	{.name = "chat",
	 .type = FIELD_TEXT,
	 .offset = IN(conf_notify, chat),
	 .preset = "",
	 .help = TEXT("With telegram: the number of the chat, or @channel.")},
	{.name = "mail",
	 .type = FIELD_MAIL,
	 .offset = IN(conf_notify, mail),
	 .preset = "",
	 .help = TEXT("The mail addresses that are told; several after each other.")},
	{.name = "smtp",
	 .type = FIELD_SMTP,
	 .offset = IN(conf_notify, smtp),
	 .preset = "",
	 .help = TEXT("The server that takes mail: smtps://HOST:465, or smtp://HOST:587, where TLS is then "
		      "demanded "
		      "except on this machine.")},
	{.name = "user",
	 .type = FIELD_TEXT,
	 .offset = IN(conf_notify, user),
	 .preset = "",
	 .help = TEXT("The name by which the mail server knows you.")},
	{.name = "password",
	 .type = FIELD_SECRET,
	 .offset = IN(conf_notify, password),
	 .preset = "",
	 .help = TEXT("The password for it, or file:PATH or credential:NAME where it stands.")},
	{.name = "from",
	 .type = FIELD_MAIL,
	 .offset = IN(conf_notify, from),
	 .preset = "",
	 .help = TEXT("The address that mails come from.")},
	{.name = "ca",
	 .type = FIELD_PATH,
	 .offset = IN(conf_notify, ca),
	 .preset = "",
	 .help = TEXT("A file with one more certificate authority to trust for this channel.")},
	{.name = "language",
	 .type = FIELD_LANG,
	 .offset = IN(conf_notify, language),
	 .preset = "en",
	 .choices = "en zh",
	 .help = TEXT("The language of these notices.")},
	{.name = "kinds",
	 .type = FIELD_WORDS,
	 .offset = IN(conf_notify, kinds),
	 .preset = "",
	 .choices = KINDS,
	 .help = TEXT("Only notices of these kinds; none: only the digest. `supercargo notices` names the "
		      "kind of each.")},
	{.name = "accounts",
	 .type = FIELD_WORDS,
	 .offset = IN(conf_notify, accounts),
	 .preset = "",
	 .help = TEXT("Only what is about these accounts, or about none in particular.")},
	{.name = "zone",
	 .type = FIELD_ZONE,
	 .offset = IN(conf_notify, zone),
	 .preset = "",
	 .sample = "Asia/Shanghai",
	 .help = TEXT("The time zone of the hours below and of times in the digest.")},
	{.name = "quiet",
	 .type = FIELD_HOURS,
	 .offset = IN(conf_notify, quiet),
	 .preset = "",
	 .sample = "22:00-07:00",
	 .help = TEXT("When what can wait is not told: all but deadlines within 8 hours, logins, stops, "
		      "silence, the clock "
		      "and the key.")},
	{.name = "on_call",
	 .type = FIELD_HOURS,
	 .offset = IN(conf_notify, on_call),
	 .preset = "",
	 .sample = "mon-fri 09:00-18:00",
	 .help = TEXT("When somebody reads this channel; without it always. Outside these hours another "
		      "channel is told "
		      "what is urgent; when there is none, this one all the same.")},
	{.name = "second_after",
	 .type = FIELD_DURATION,
	 .offset = IN(conf_notify, second_after),
	 .preset = "0s",
	 .max = 7 * DAY,
	 .sample = "30m",
	 .help = TEXT("This channel is a second person's: it is told only what is urgent and what nobody has "
		      "claimed "
		      "(`supercargo notices claim n12`) for so long.")},
	{.name = "digest",
	 .type = FIELD_CLOCK,
	 .offset = IN(conf_notify, digest),
	 .preset = "",
	 .sample = "08:30",
	 .help = TEXT("Once a day at this time: what is due and until when nothing is, and how much waits.")},
	{0},
};

const struct section sections[] = {
	[SECTION_SERVICE] = {"service", NULL, sizeof(struct conf_service), service_fields,
			     TEXT("The service itself. Everything has a sensible preset.")},
	[SECTION_APPLICATION] =
		{"application", "ebay-main", sizeof(struct conf_application), application_fields,
		 TEXT("A developer registration on a platform; its accounts share its call quota. "
		      "Secrets may stand elsewhere: file:PATH, or credential:NAME for a systemd "
		      "credential.")},
	[SECTION_ACCOUNT] = {"account", "toys-de", sizeof(struct conf_account), account_fields,
			     TEXT("A seller's account on a platform. It starts in mode observe and sends "
				  "nothing until it is "
				  "armed with `supercargo account arm`.")},
	[SECTION_RULE] =
		{"rule", "where-is-my-order", sizeof(struct conf_rule), rule_fields,
		 TEXT("What to do on an event. The first rule that fits wins, in the order of the file.")},
	[SECTION_OPERATOR] = {"operator", "erika", sizeof(struct conf_operator), operator_fields,
			      TEXT("A person. Without any, whoever may open the socket may do everything.")},
	[SECTION_NOTIFY] = {"notify", "office", sizeof(struct conf_notify), notify_fields,
			    TEXT("Where notices are told, beside the system log.")},
	{0},
};

const struct field *
field_find(const struct section *s, const char *name)
{
	const struct field *f;

	for (f = s->fields; f->name; f++)
		if (!strcmp(f->name, name))
			return f;
	return NULL;
}

const char *
conf_preset(const char *section, const char *key)
{
	const struct section *s = sections;

	while (strcmp(s->name, section))
		s++;
	return field_find(s, key)->preset;
}
