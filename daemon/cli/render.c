#include "render.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "connectors/base/instant.h"
#include "connectors/base/json.h"

const char *
text_of(const json_t *object, const char *key)
{
	const char *text = json_text(object, key);

	return text ? text : "";
}

json_t *
list_of(const json_t *object, const char *key)
{
	return json_list(object, key);
}

/* ---- text from outside ---- */

/* Bytes of a character at p that must not reach a terminal: C0 and C1 controls, direction embeddings, overrides and isolates, line
 * and paragraph separators; 0 when it is harmless. */
static int
harmful(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	if (u[0] < 0x20 || u[0] == 0x7f)
		return 1;
	if (u[0] == 0xc2 && u[1] >= 0x80 && u[1] < 0xa0)
		return 2;
	if (u[0] == 0xe2 && u[1] == 0x80 && u[2] >= 0xa8 && u[2] <= 0xae)
		return 3;
	if (u[0] == 0xe2 && u[1] == 0x81 && u[2] >= 0xa6 && u[2] <= 0xa9)
		return 3;
	return 0;
}

void
put_line(struct buf *out, const char *text)
{
	while (*text) {
		int n = harmful(text);

		if (!n)
			buf_char(out, *text++);
		else if (n == 1 && strchr("\n\r\t", *text))
			buf_char(out, ' ');
		text += n;
	}
}

void
put_block(struct buf *out, const char *text, int indent)
{
	while (*text) {
		size_t n = strcspn(text, "\n");
		char *line = must_strndup(text, n);

		buf_fmt(out, "%*s", n ? indent : 0, "");
		put_line(out, line);
		buf_char(out, '\n');
		free(line);
		text += n + (text[n] == '\n');
	}
}

/* ---- words ---- */

static const struct {
	const char *machine, *human;
} words[] = {
	/* states of actions */
	{"observed", TEXT("observed")},
	{"draft", TEXT("draft")},
	{"ready", TEXT("ready")},
	{"sending", TEXT("sending")},
	{"unsure", TEXT("unsure")},
	{"held", TEXT("held")},
	{"sent", TEXT("sent")},
	{"cancelled", TEXT("cancelled")},
	{"dropped", TEXT("dropped")},
	{"expired", TEXT("expired")},
	/* modes, conversations, logins */
	{"off", TEXT("off")},
	{"observe", TEXT("observe")},
	{"auto", TEXT("auto")},
	{"open", TEXT("open")},
	{"waiting", TEXT("waiting")},
	{"snoozed", TEXT("snoozed")},
	{"closed", TEXT("closed")},
	{"ok", TEXT("ok")},
	{"needed", TEXT("needed")},
	{"pending", TEXT("pending")},
	{"failed", TEXT("failed")},
	{"late", TEXT("late")},
	{"message.answer", TEXT("answer a message")},
	{"order.ship", TEXT("ship an order")},
	/* orders */
	{"unknown", TEXT("unknown")},
	{"unpaid", TEXT("unpaid")},
	{"paid", TEXT("paid")},
	{"partially_refunded", TEXT("partly refunded")},
	{"refunded", TEXT("refunded")},
	{"partial", TEXT("partly shipped")},
	{"shipped", TEXT("shipped")},
	{"delivered", TEXT("delivered")},
	{"none", TEXT("none")},
	{"requested", TEXT("requested")},
	{"done", TEXT("done")},
	/* disputes, feedback, tasks */
	{"return", TEXT("return")},
	{"inquiry", TEXT("not received")},
	{"case", TEXT("case")},
	{"claim", TEXT("claim")},
	{"chargeback", TEXT("chargeback")},
	{"appeal", TEXT("appeal")},
	{"awaiting_seller", TEXT("our turn")},
	{"awaiting_buyer", TEXT("buyer's turn")},
	{"under_review", TEXT("under review")},
	{"won", TEXT("won")},
	{"lost", TEXT("lost")},
	{"resolved", TEXT("resolved")},
	{"withdrawn", TEXT("withdrawn")},
	{"positive", TEXT("positive")},
	{"neutral", TEXT("neutral")},
	{"negative", TEXT("negative")},
	{"seller", TEXT("we")},
	{"feedback.revision", TEXT("ask for a revision")},
	{"feedback.reply", TEXT("reply to feedback")},
	{"case.appeal", TEXT("appeal")},
	/* kinds and directions */
	{"dispute", TEXT("dispute")},
	{"task", TEXT("task")},
	{"order", TEXT("order")},
	{"conversation", TEXT("conversation")},
	{"message", TEXT("message")},
	{"action", TEXT("action")},
	{"buyer", TEXT("buyer")},
	{"reply", TEXT("reply")},
	{"in", TEXT("buyer")},
	{"out", TEXT("we")},
	/* what the platform lets us do */
	{"api", TEXT("by API")},
	{"person", TEXT("by a person")},
	{"no", TEXT("not here")},
	/* keys */
	{"id", TEXT("id")},
	{"account", TEXT("account")},
	{"platform", TEXT("platform")},
	{"marketplace", TEXT("site")},
	{"status", TEXT("status")},
	{"state", TEXT("state")},
	{"payment", TEXT("payment")},
	{"fulfilment", TEXT("shipping")},
	{"cancellation", TEXT("cancellation")},
	{"total", TEXT("total")},
	{"remote", TEXT("platform's id")},
	{"subject", TEXT("subject")},
	{"listing", TEXT("listing")},
	{"language", TEXT("language")},
	{"intent", TEXT("intent")},
	{"rule", TEXT("rule")},
	{"quiet_until_at", TEXT("the buyer sleeps until")},
	{"nobody_there", TEXT("nobody is there")},
	{"operator", TEXT("operator")},
	{"template", TEXT("template")},
	{"beside", TEXT("the same in another language")},
	{"file", TEXT("file")},
	{"texts", TEXT("texts")},
	{"locale", TEXT("text language")},
	{"reason", TEXT("reason")},
	{"fallback", TEXT("done without approval")},
	{"fallback_at", TEXT("without approval until")},
	{"instead_of", TEXT("takes the place of")},
	{"instead", TEXT("replaced by")},
	{"attempt", TEXT("attempt")},
	{"carrier", TEXT("carrier")},
	{"tracking", TEXT("tracking number")},
	{"name", TEXT("name")},
	{"country", TEXT("country")},
	{"kind", TEXT("kind")},
	{"created_at", TEXT("created")},
	{"changed_at", TEXT("changed")},
	{"sent_at", TEXT("sent at")},
	{"last_at", TEXT("last message")},
	{"deadline_at", TEXT("deadline")},
	{"next_at", TEXT("next try")},
	{"not_before_at", TEXT("leaves")},
	{"answer_by_at", TEXT("answer by")},
	{"unanswered_since_at", TEXT("unanswered since")},
	{"ship_by_at", TEXT("ship by")},
	{"shipped_at", TEXT("shipped at")},
	{"eta_from_at", TEXT("arrives from")},
	{"eta_to_at", TEXT("arrives until")},
	{"disputes", TEXT("disputes")},
	{"tasks", TEXT("tasks")},
	{"amount", TEXT("amount")},
	{"due_action", TEXT("what the platform wants")},
	{"respond_by_at", TEXT("answer by")},
	{"given_by", TEXT("deadline given by")},
	{"platform_at", TEXT("the platform says")},
	{"policy_at", TEXT("the policy says")},
	{"policy_by", TEXT("row of the policy")},
	{"options", TEXT("what can be done")},
	{"opened_at", TEXT("opened")},
	{"closed_at", TEXT("closed at")},
	{"answered_at", TEXT("answered")},
	{"history", TEXT("history")},
	{"files", TEXT("files")},
	{"text", TEXT("text")},
	{"parents", TEXT("grew out of")},
	{"children", TEXT("became")},
	{"rating", TEXT("rating")},
	{"follow_up", TEXT("follow-up")},
	{"given_at", TEXT("given")},
	{"revisable", TEXT("may be changed")},
	{"done_by", TEXT("done by")},
	{"snoozed_until_at", TEXT("put off until")},
	{"link", TEXT("link")},
	{"line", TEXT("order line")},
	{"fetched", TEXT("kept here")},
	{"evidence", TEXT("evidence")},
	{"bytes", TEXT("bytes")},
	{"actor", TEXT("from")},
	{"photos", TEXT("photos")},
	{"items", TEXT("items")},
	{"shipments", TEXT("shipments")},
	{"attempts", TEXT("attempts")},
	{"attachments", TEXT("attachments")},
	{"automatic", TEXT("automatic")},
	{"stream", TEXT("stream")},
	{"why", TEXT("why")},
	{"first_at", TEXT("first seen")},
	{"seen", TEXT("times seen")},
	{"title", TEXT("title")},
	{"quantity", TEXT("quantity")},
	{"price", TEXT("price")},
	{"outcome", TEXT("outcome")},
	{"messages", TEXT("messages")},
	{"actions", TEXT("actions")},
	{"notes", TEXT("notes")},
	{"orders", TEXT("orders")},
	{"conversations", TEXT("conversations")},
	{"direction", TEXT("from")},
	{"raw", TEXT("platform's status")},
	{"type", TEXT("type")},
	/* the journal, and what a platform offers */
	{"at", TEXT("at")},
	{"certainty", TEXT("certainty")},
	{"confident", TEXT("confident")},
	{"percent", TEXT("percent")},
	{"phrases", TEXT("phrases")},
	{"risk", TEXT("risk")},
	{"event", TEXT("event")},
	{"request", TEXT("request")},
	{"answer", TEXT("answer")},
	{"read", TEXT("read")},
	{"wish", TEXT("wish")},
	{"decide", TEXT("decided")},
	{"returns", TEXT("returns")},
	{"inquiries", TEXT("inquiries")},
	{"cancellations", TEXT("cancellations")},
	{"payment_disputes", TEXT("payment disputes")},
	{"feedback", TEXT("feedback")},
	/* how a check turned out */
	{"good", TEXT("good")},
	{"warning", TEXT("warning")},
	{"bad", TEXT("bad")},
};

const char *
word(const struct view *v, const char *machine)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strcmp(words[i].machine, machine))
			return say(v->lang, words[i].human);
	return machine;
}

/* ---- times ---- */

/* Two units at most, as far as people care. */
static void
put_span(struct buf *out, enum lang lang, int64_t ms)
{
	long long d = ms / DAY, h = ms / HOUR % 24, m = ms / MINUTE % 60, s = ms / SECOND % 60;

	if (d >= 10 || (d && !h))
		buf_fmt(out, say(lang, "%lld d"), d);
	else if (d)
		buf_fmt(out, say(lang, "%lld d %lld h"), d, h);
	else if (h >= 10 || (h && !m))
		buf_fmt(out, say(lang, "%lld h"), h);
	else if (h)
		buf_fmt(out, say(lang, "%lld h %lld min"), h, m);
	else if (m)
		buf_fmt(out, say(lang, "%lld min"), m);
	else
		buf_fmt(out, say(lang, "%lld s"), s);
}

static void
put_relative(struct buf *out, const struct view *v, int64_t at)
{
	struct buf span = BUF_MAX(64);

	put_span(&span, v->lang, at > v->now ? at - v->now : v->now - at);
	buf_fmt(out, at > v->now ? say(v->lang, "in %s") : say(v->lang, "%s ago"), buf_str(&span));
	buf_free(&span);
}

void
put_when(struct buf *out, const struct view *v, const json_t *object, const char *key)
{
	int64_t at;

	if (json_time(object, key, &at) == 1)
		put_relative(out, v, at);
}

/* ---- facts ---- */

/* A key whose text is a time: "at", "created_at". */
static int
is_time(const char *key)
{
	size_t n = strlen(key);

	return n >= 2 && !strcmp(key + n - 2, "at") && (n == 2 || key[n - 3] == '_');
}

void
put_time(struct buf *out, const struct view *v, int64_t at)
{
	time_t seconds = (time_t)(at / SECOND);
	char text[32] = "";
	struct tm tm;

	if (localtime_r(&seconds, &tm))
		strftime(text, sizeof text, "%Y-%m-%d %H:%M", &tm);
	buf_fmt(out, "%s (", text);
	put_relative(out, v, at);
	buf_char(out, ')');
}

/* Values that a person or a platform chose: a rule may be called "return", and is not to be translated. */
static int
is_name(const char *key)
{
	static const char *const keys[] = {"account",    "rule",     "template", "operator", "requester",
					   "claimed_by", "done_by",  "buyer",    "title",    "subject",
					   "carrier",    "tracking", "remote",   "listing",  "sku",
					   "reason",     "raw"};

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (!strcmp(keys[i], key))
			return 1;
	return 0;
}

static void
put_value(struct buf *out, const struct view *v, const char *key, const json_t *value)
{
	int64_t at;

	if (json_is_string(value)) {
		const char *text = json_string_value(value);

		if (is_time(key) && !instant_parse(text, &at)) {
			put_time(out, v, at);
		} else {
			put_line(out, is_name(key) ? text : word(v, text));
		}
	} else if (json_is_integer(value)) {
		buf_fmt(out, "%lld", (long long)json_integer_value(value));
	} else if (json_is_boolean(value)) {
		buf_put(out, json_is_true(value) ? say(v->lang, "yes") : say(v->lang, "no"));
	} else if (json_is_object(value) && json_text(value, "currency")) {
		put_line(out, text_of(value, "value"));
		buf_char(out, ' ');
		put_line(out, text_of(value, "currency"));
	} else {
		char *dump = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

		put_line(out, dump ? dump : "");
		free(dump);
	}
}

static int
is_fact(const json_t *value)
{
	return !json_is_null(value) && !json_is_array(value) &&
	       (!json_is_object(value) || json_text(value, "currency")) &&
	       !(json_is_string(value) && !*json_string_value(value));
}

void
put_facts(struct buf *out, const struct view *v, const json_t *object, int indent)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)object, key, value) {
		if (!is_fact(value) || (!strcmp(key, "photos") && !json_integer_value(value)) ||
		    !strcmp(key, "text") || !strcmp(key, "item"))
			continue;
		buf_fmt(out, "%*s", indent, "");
		put_line(out, word(v, key));
		buf_put(out, say(v->lang, ": "));
		put_value(out, v, key, value);
		buf_char(out, '\n');
	}
}

void
put_next(struct buf *out, const struct view *v, const char *verb, const json_t *result)
{
	const char *next = text_of(result, "next");

	if (!*next)
		return;
	buf_fmt(out, say(v->lang, "more: supercargo %s --after %s"), verb, next);
	buf_char(out, '\n');
}
