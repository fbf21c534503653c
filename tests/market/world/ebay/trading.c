/* trading.c - the message part of the old XML API: every answer is HTTP 200, the element Ack says how it went. */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/xml.h"
#include "call.h"

#define VERSION "1423"
#define BUILD	"E1423_CORE_API_EXAMPLE_R1"

#define TEXT_MAX 2000
#define IDS_MAX	 10
#define PAGE_MAX 200

struct trading {
	struct call *c;
	struct arena *arena;
	const struct xml_node *root;
	const char *name;
	struct buf *out;
};

/* ---- the answer's frame */

static void
element(struct buf *out, const char *name, const char *text)
{
	buf_fmt(out, "<%s>", name);
	xml_escape(out, text);
	buf_fmt(out, "</%s>", name);
}

static void
element_time(struct buf *out, const char *name, int64_t ms)
{
	char text[INSTANT_TEXT];

	instant_format(ms, text);
	element(out, name, text);
}

static void
head(struct trading *t, const char *ack)
{
	const char *correlation = t->root ? xml_text(t->arena, t->root, "MessageID") : NULL;

	t->c->rs->type = "text/xml;charset=utf-8";
	buf_fmt(t->out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<%sResponse "
		"xmlns=\"urn:ebay:apis:eBLBaseComponents\">",
		t->name);
	element_time(t->out, "Timestamp", t->c->now);
	element(t->out, "Ack", ack);
	if (correlation)
		element(t->out, "CorrelationID", correlation);
}

static void
version(struct trading *t)
{
	element(t->out, "Version", VERSION);
	element(t->out, "Build", BUILD);
}

static void
tail(struct trading *t)
{
	buf_fmt(t->out, "</%sResponse>", t->name);
}

/* A refusal; `more` is XML that may follow the build. */
static void
refuse(struct trading *t, const char *code, const char *words, const char *more)
{
	head(t, "Failure");
	buf_put(t->out, "<Errors>");
	element(t->out, "ShortMessage", words);
	element(t->out, "LongMessage", words);
	element(t->out, "ErrorCode", code);
	element(t->out, "SeverityCode", "Error");
	element(t->out, "ErrorClassification", "RequestError");
	buf_put(t->out, "</Errors>");
	version(t);
	buf_put(t->out, more);
	tail(t);
}

/* ---- what the calls share */

static const char *
field(const struct trading *t, const char *name)
{
	const char *s = xml_text(t->arena, t->root, name);

	return s ? s : "";
}

struct window {
	int64_t from, to;
	size_t first, per_page; /* entries */
};

/* Times and page.  0, or -1: refused. */
static int
window_read(struct trading *t, const char *from, const char *to, struct window *w)
{
	const struct xml_node *page = xml_child(t->root, "Pagination");
	const char *per_page = xml_text(t->arena, page, "EntriesPerPage"),
		   *number = xml_text(t->arena, page, "PageNumber");
	long n = per_page ? atol(per_page) : 25, at = number ? atol(number) : 1;

	*w = (struct window){.from = 0, .to = INT64_MAX};
	if ((*field(t, from) && instant_parse(field(t, from), &w->from)) ||
	    (*field(t, to) && instant_parse(field(t, to), &w->to))) {
		refuse(t, "37", "A date in the request cannot be read.", "");
		return -1;
	}
	if (n < 1 || n > PAGE_MAX || at < 1) {
		refuse(t, "37", "Pagination is out of range.", "");
		return -1;
	}
	w->per_page = (size_t)n;
	w->first = (size_t)(at - 1) * (size_t)n;
	return 0;
}

static const char *
external_id(const struct trading *t, const struct message *m)
{
	return arena_fmt(t->arena, "%" PRId64, INT64_C(1234500000000) + m->serial);
}

static const char *
folder_id(const struct trading *t, const struct message *m)
{
	return arena_fmt(t->arena, "%" PRId64, INT64_C(100000000000) + m->serial);
}

/* Was anything written to the buyer after this question? */
static int
replied(const struct conversation *cv, const struct message *question, int64_t now)
{
	for (size_t i = cv->n_messages; i-- > 0 && cv->messages[i] != question;)
		if (cv->messages[i]->from == FROM_SELLER && cv->messages[i]->visible <= now)
			return 1;
	return 0;
}

static void
media(struct buf *out, const struct message *m)
{
	for (size_t i = 0; i < m->n_media; i++) {
		buf_put(out, "<MessageMedia>");
		element(out, "MediaURL", m->media[i].url);
		element(out, "MediaName", m->media[i].name);
		buf_put(out, "</MessageMedia>");
	}
}

/* ---- GetMyMessages */

static void
my_message(struct trading *t, const struct conversation *cv, const struct message *m, int body)
{
	const char *other = cv->buyer ? cv->buyer->username : "eBay", *own = t->c->e->username;
	int sent = m->from == FROM_SELLER;
	struct buf html = BUF_MAX(1 << 20);
	struct buf *out = t->out;

	buf_put(out, "<Message>");
	element(out, "Sender", sent ? own : other);
	element(out, "RecipientUserID", sent ? other : own);
	element(out, "SendToName", sent ? other : own);
	element(out, "Subject", m->subject);
	element(out, "MessageID", folder_id(t, m));
	element(out, "ExternalMessageID", external_id(t, m));
	if (body) {
		buf_put(&html, "<html><body><p>");
		xml_escape(&html, m->text);
		buf_put(&html, "</p></body></html>");
		element(out, "Text", buf_str(&html));
	}
	element(out, "Flagged", "false");
	element(out, "Read", m->read ? "true" : "false");
	element_time(out, "ReceiveDate", m->created);
	element_time(out, "ExpirationDate", m->created + 365 * DAY);
	if (cv->listing)
		element(out, "ItemID", cv->listing->item);
	buf_fmt(out, "<ResponseDetails><ResponseEnabled>%s</ResponseEnabled></ResponseDetails>",
		cv->buyer && !sent ? "true" : "false");
	buf_fmt(out, "<Folder><FolderID>%d</FolderID></Folder>", sent ? 1 : 0);
	if (body)
		element(out, "Content", m->text);
	if (cv->buyer)
		element(out, "MessageType", sent ? "ResponseToASQQuestion" : "AskSellerQuestion");
	element(out, "QuestionType", "General");
	element(out, "Replied", !sent && replied(cv, m, t->c->now) ? "true" : "false");
	element(out, "HighPriority", "false");
	if (cv->listing)
		element(out, "ItemTitle", cv->listing->title);
	if (body)
		media(out, m);
	buf_put(out, "</Message>");
	buf_free(&html);
}

/* Calls f for every message that can be seen, conversation by conversation. */
static void
each_message(struct trading *t,
	     void (*f)(struct trading *, const struct conversation *, const struct message *, void *),
	     void *with)
{
	const struct ebay *e = t->c->e;

	for (size_t i = 0; i < e->n_conversations; i++)
		for (size_t k = 0; k < e->conversations[i]->n_messages; k++)
			if (e->conversations[i]->messages[k]->visible <= t->c->now)
				f(t, e->conversations[i], e->conversations[i]->messages[k], with);
}

struct folder {
	int sent;
	struct window w;
	size_t n;
	int total[2], unread[2]; /* inbox, sent */
	const char *ids[IDS_MAX];
	size_t n_ids;
};

static void
put_header(struct trading *t, const struct conversation *cv, const struct message *m, void *with)
{
	struct folder *f = with;

	if ((m->from == FROM_SELLER) != f->sent || m->created < f->w.from || m->created > f->w.to)
		return;
	if (f->n >= f->w.first && f->n < f->w.first + f->w.per_page)
		my_message(t, cv, m, 0);
	f->n++;
}

static void
put_body(struct trading *t, const struct conversation *cv, const struct message *m, void *with)
{
	struct folder *f = with;

	for (size_t i = 0; i < f->n_ids; i++)
		if (!strcmp(f->ids[i], folder_id(t, m)))
			my_message(t, cv, m, 1);
}

static void
count_folder(struct trading *t, const struct conversation *cv, const struct message *m, void *with)
{
	struct folder *f = with;
	int sent = m->from == FROM_SELLER;

	(void)t, (void)cv;
	f->total[sent]++;
	f->unread[sent] += !m->read;
}

static void
summary(struct trading *t, const struct folder *f)
{
	buf_put(t->out, "<Summary>");
	for (int i = 0; i < 2; i++)
		buf_fmt(t->out,
			"<FolderSummary><FolderID>%d</FolderID><NewMessageCount>%d</NewMessageCount>"
			"<TotalMessageCount>%d</TotalMessageCount></FolderSummary>",
			i, f->unread[i], f->total[i]);
	buf_fmt(t->out,
		"<NewMessageCount>%d</NewMessageCount><TotalMessageCount>%d</TotalMessageCount></Summary>",
		f->unread[0], f->total[0] + f->total[1]);
}

static void
get_my_messages(struct trading *t)
{
	const char *level = field(t, "DetailLevel");
	const struct xml_node *ids = xml_child(t->root, "MessageIDs");
	struct folder f = {.sent = !strcmp(field(t, "FolderID"), "1")};

	if (window_read(t, "StartTime", "EndTime", &f.w))
		return;
	for (const struct xml_node *id = xml_child(ids, "MessageID"); id; id = xml_next(id, "MessageID")) {
		if (f.n_ids == IDS_MAX) {
			refuse(t, "37", "At most 10 MessageIDs are allowed.", "");
			return;
		}
		f.ids[f.n_ids++] = xml_content(t->arena, id);
	}
	if (!strcmp(level, "ReturnMessages") && !f.n_ids) {
		refuse(t, "37", "MessageIDs are needed with ReturnMessages.", "");
	} else if (!strcmp(level, "ReturnSummary")) {
		each_message(t, count_folder, &f);
		head(t, "Success");
		version(t);
		summary(t, &f);
		tail(t);
	} else if (!strcmp(level, "ReturnHeaders") || !strcmp(level, "ReturnMessages")) {
		head(t, "Success");
		version(t);
		buf_put(t->out, "<Messages>");
		each_message(t, !strcmp(level, "ReturnHeaders") ? put_header : put_body, &f);
		buf_put(t->out, "</Messages>");
		tail(t);
	} else {
		refuse(t, "37", "DetailLevel is missing or unknown.", "");
	}
}

/* ---- GetMemberMessages */

struct exchanges {
	struct window w;
	const char *item, *status;
	size_t n;
};

static void
put_exchange(struct trading *t, const struct conversation *cv, const struct message *m, void *with)
{
	struct exchanges *x = with;
	struct buf *out = t->out;
	int64_t changed = m->created;
	const char *status;

	if (m->from != FROM_BUYER || !cv->listing || m->created < x->w.from || m->created > x->w.to)
		return;
	status = replied(cv, m, t->c->now) ? "Answered" : "Unanswered";
	if ((*x->item && strcmp(x->item, cv->listing->item)) || (*x->status && strcmp(x->status, status)))
		return;
	if (x->n++ < x->w.first || x->n > x->w.first + x->w.per_page)
		return;
	buf_put(out, "<MemberMessageExchange><Item>");
	element(out, "ItemID", cv->listing->item);
	buf_put(out, "<Seller>");
	element(out, "UserID", t->c->e->username);
	buf_put(out, "</Seller>");
	element(out, "Title", cv->listing->title);
	buf_put(out, "</Item><Question>");
	element(out, "MessageType", "AskSellerQuestion");
	element(out, "QuestionType", "General");
	element(out, "DisplayToPublic", "false");
	element(out, "SenderID", cv->buyer->username);
	element(out, "RecipientID", t->c->e->username);
	element(out, "Subject", m->subject);
	element(out, "Body", m->text);
	element(out, "MessageID", external_id(t, m));
	buf_put(out, "</Question>");
	for (size_t i = 0; i < cv->n_messages; i++) {
		const struct message *r = cv->messages[i];

		if (r->from != FROM_SELLER || r->created < m->created || r->visible > t->c->now)
			continue;
		element(out, "Response", r->text);
		changed = r->created;
	}
	element(out, "MessageStatus", status);
	element_time(out, "CreationDate", m->created);
	element_time(out, "LastModifiedDate", changed);
	media(out, m);
	buf_put(out, "</MemberMessageExchange>");
}

static void
get_member_messages(struct trading *t)
{
	struct exchanges x = {.item = field(t, "ItemID"), .status = field(t, "MessageStatus")};
	size_t pages;

	if (!*field(t, "MailMessageType")) {
		refuse(t, "37", "MailMessageType is missing.", "");
		return;
	}
	if (!*x.item && (!*field(t, "StartCreationTime") || !*field(t, "EndCreationTime"))) {
		refuse(t, "37", "ItemID or both creation times are needed.", "");
		return;
	}
	if (window_read(t, "StartCreationTime", "EndCreationTime", &x.w))
		return;
	head(t, "Success");
	version(t);
	buf_put(t->out, "<MemberMessage>");
	each_message(t, put_exchange, &x);
	pages = (x.n + x.w.per_page - 1) / x.w.per_page;
	buf_fmt(t->out,
		"</MemberMessage><PaginationResult><TotalNumberOfPages>%zu</TotalNumberOfPages>"
		"<TotalNumberOfEntries>%zu</TotalNumberOfEntries></PaginationResult><HasMoreItems>%s</"
		"HasMoreItems>",
		pages, x.n, x.w.first + x.w.per_page < x.n ? "true" : "false");
	tail(t);
}

/* ---- AddMemberMessageRTQ */

struct parent {
	const char *id;
	struct conversation *cv;
};

static void
find_parent(struct trading *t, const struct conversation *cv, const struct message *m, void *with)
{
	struct parent *p = with;

	if (m->from == FROM_BUYER && !strcmp(p->id, external_id(t, m)))
		p->cv = find_conversation(t->c->e, cv->id);
}

/* An InvocationID that was executed before?  Then it is refused, and nothing is done. */
static int
invoked_before(struct trading *t)
{
	const char *id = field(t, "InvocationID");
	struct ebay *e = t->c->e;

	for (size_t i = 0; *id && i < e->n_invocations; i++)
		if (!strcmp(e->invocations[i], id)) {
			refuse(t, "0", "The InvocationID was used before.",
			       arena_fmt(
				   t->arena,
				   "<DuplicateInvocationDetails><DuplicateInvocationID>%s</"
				   "DuplicateInvocationID>"
				   "<Status>Success</Status><InvocationTrackingID>%zu</InvocationTrackingID>"
				   "</DuplicateInvocationDetails>",
				   e->invocations[i], i));
			return 1;
		}
	return 0;
}

static void
add_member_message_rtq(struct trading *t)
{
	const struct xml_node *mm = xml_child(t->root, "MemberMessage");
	const char *body = xml_text(t->arena, mm, "Body"), *recipient = xml_text(t->arena, mm, "RecipientID");
	const char *parent_id = xml_text(t->arena, mm, "ParentMessageID"),
		   *invocation = field(t, "InvocationID");
	struct parent p = {.id = parent_id ? parent_id : ""};
	struct ebay *e = t->c->e;

	if (invoked_before(t))
		return;
	each_message(t, find_parent, &p);
	if (!recipient)
		refuse(t, "17443", "RecipientID is missing in the request.", "");
	else if (!body)
		refuse(t, "37", "Body is missing.", "");
	else if (utf16_length(body) > TEXT_MAX)
		refuse(t, "37", "Body exceeds 2000 characters.", "");
	else if (strchr(body, '<'))
		refuse(t, "37", "Body contains HTML.", "");
	else if (*invocation &&
		 (strlen(invocation) != 32 || strspn(invocation, "0123456789abcdefABCDEF") != 32))
		refuse(t, "37", "InvocationID is not 32 hexadecimal digits.", "");
	else if (!p.cv || strcmp(p.cv->buyer->username, recipient))
		refuse(t, "37", "ParentMessageID is no question of this RecipientID.", "");
	else if (*field(t, "ItemID") && (!p.cv->listing || strcmp(p.cv->listing->item, field(t, "ItemID"))))
		refuse(t, "37", "ItemID is not the question's.", "");
	else {
		if (*invocation)
			*GROW(e->invocations, e->n_invocations) = must_strdup(invocation);
		add_message(e, p.cv, FROM_SELLER, VIA_TRADING, body, t->c->now)->visible += e->hide_sent;
		head(t, "Success");
		version(t);
		tail(t);
	}
}

/* ---- dispatch */

static const struct {
	const char *name;
	void (*serve)(struct trading *);
} calls[] = {
    {"GetMyMessages", get_my_messages},
    {"GetMemberMessages", get_member_messages},
    {"AddMemberMessageRTQ", add_member_message_rtq},
};

static void
dispatch(struct trading *t)
{
	const char *site = http_header(t->c->rq, "X-EBAY-API-SITEID"),
		   *level = http_header(t->c->rq, "X-EBAY-API-COMPATIBILITY-LEVEL");
	const struct token *token = NULL;
	size_t i, n = sizeof calls / sizeof *calls;

	for (i = 0; i < n && strcmp(calls[i].name, t->name); i++)
		;
	count_call(t->c->e, i < n ? t->name : "unknown");
	if (i == n) {
		t->name = "";
		refuse(t, "2", "Unsupported API call.", "");
	} else if (over_quota(t->c->e, "trading", t->c->now)) {
		refuse(t, "518", "Call usage limit has been reached.", "");
	} else if (!site || !level) {
		refuse(t, "10007", "The site id or the compatibility level header is missing.", "");
	} else if (!t->root || strcmp(xml_name(t->root), arena_fmt(t->arena, "%sRequest", t->name))) {
		refuse(t, "5", "XML parse error, or the root element does not fit the call name.", "");
	} else {
		switch (
		    check_token(t->c->e, http_header(t->c->rq, "X-EBAY-API-IAF-TOKEN"), t->c->now, &token)) {
		case TOKEN_NONE: refuse(t, "930", "No token.", ""); break;
		case TOKEN_UNKNOWN: refuse(t, "21916984", "Invalid IAF token.", ""); break;
		case TOKEN_EXPIRED: refuse(t, "21917053", "Expired IAF token.", ""); break;
		case TOKEN_GOOD: calls[i].serve(t); break;
		}
	}
}

void
trading_call(struct call *c)
{
	const char *name = http_header(c->rq, "X-EBAY-API-CALL-NAME");
	struct trading t = {.c = c, .arena = arena_new(), .name = name ? name : "", .out = &c->rs->body};
	struct xml *doc = xml_read(c->rq->body, c->rq->len, NULL);

	t.root = doc ? xml_root(doc) : NULL;
	dispatch(&t);
	xml_free(doc);
	arena_free(t.arena);
}
