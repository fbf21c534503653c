/* trading_read.c - GetMyMessages and GetMemberMessages. */
#include <inttypes.h>
#include <string.h>

#include "trading.h"

#define IDS_MAX  10
#define PAGE_MAX 200

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
	if ((*trading_field(t, from) && instant_parse(trading_field(t, from), &w->from)) ||
	    (*trading_field(t, to) && instant_parse(trading_field(t, to), &w->to))) {
		trading_refuse(t, "37", "A date in the request cannot be read.", "");
		return -1;
	}
	if (n < 1 || n > PAGE_MAX || at < 1) {
		trading_refuse(t, "37", "Pagination is out of range.", "");
		return -1;
	}
	w->per_page = (size_t)n;
	w->first = (size_t)(at - 1) * (size_t)n;
	return 0;
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
		put_element(out, "MediaURL", m->media[i].url);
		put_element(out, "MediaName", m->media[i].name);
		buf_put(out, "</MessageMedia>");
	}
}

static void
my_message(struct trading *t, const struct conversation *cv, const struct message *m, int body)
{
	const char *other = cv->buyer ? cv->buyer->username : "eBay", *own = t->c->e->username;
	int sent = m->from == FROM_SELLER;
	struct buf html = BUF_MAX(1 << 20);
	struct buf *out = t->out;

	buf_put(out, "<Message>");
	put_element(out, "Sender", sent ? own : other);
	put_element(out, "RecipientUserID", sent ? other : own);
	put_element(out, "SendToName", sent ? other : own);
	put_element(out, "Subject", m->subject);
	put_element(out, "MessageID", folder_id(t, m));
	put_element(out, "ExternalMessageID", trading_message_id(t, m));
	if (body) {
		buf_put(&html, "<html><body><p>");
		xml_escape(&html, m->text);
		buf_put(&html, "</p></body></html>");
		put_element(out, "Text", buf_str(&html));
	}
	put_element(out, "Flagged", "false");
	put_element(out, "Read", m->read ? "true" : "false");
	trading_time(out, "ReceiveDate", m->created);
	trading_time(out, "ExpirationDate", m->created + 365 * DAY);
	if (cv->listing)
		put_element(out, "ItemID", cv->listing->item);
	buf_fmt(out, "<ResponseDetails><ResponseEnabled>%s</ResponseEnabled></ResponseDetails>",
		cv->buyer && !sent ? "true" : "false");
	buf_fmt(out, "<Folder><FolderID>%d</FolderID></Folder>", sent ? 1 : 0);
	if (body)
		put_element(out, "Content", m->text);
	if (cv->buyer)
		put_element(out, "MessageType", sent ? "ResponseToASQQuestion" : "AskSellerQuestion");
	put_element(out, "QuestionType", "General");
	put_element(out, "Replied", !sent && replied(cv, m, t->c->now) ? "true" : "false");
	put_element(out, "HighPriority", "false");
	if (cv->listing)
		put_element(out, "ItemTitle", cv->listing->title);
	if (body)
		media(out, m);
	buf_put(out, "</Message>");
	buf_free(&html);
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

void
trading_my_messages(struct trading *t)
{
	const char *level = trading_field(t, "DetailLevel");
	const struct xml_node *ids = xml_child(t->root, "MessageIDs");
	struct folder f = {.sent = !strcmp(trading_field(t, "FolderID"), "1")};

	if (window_read(t, "StartTime", "EndTime", &f.w))
		return;
	for (const struct xml_node *id = xml_child(ids, "MessageID"); id; id = xml_next(id, "MessageID")) {
		if (f.n_ids == IDS_MAX) {
			trading_refuse(t, "37", "At most 10 MessageIDs are allowed.", "");
			return;
		}
		f.ids[f.n_ids++] = xml_content(t->arena, id);
	}
	if (!strcmp(level, "ReturnMessages") && !f.n_ids) {
		trading_refuse(t, "37", "MessageIDs are needed with ReturnMessages.", "");
	} else if (!strcmp(level, "ReturnSummary")) {
		trading_each(t, count_folder, &f);
		trading_head(t, "Success");
		trading_version(t);
		summary(t, &f);
		trading_tail(t);
	} else if (!strcmp(level, "ReturnHeaders") || !strcmp(level, "ReturnMessages")) {
		trading_head(t, "Success");
		trading_version(t);
		buf_put(t->out, "<Messages>");
		trading_each(t, !strcmp(level, "ReturnHeaders") ? put_header : put_body, &f);
		buf_put(t->out, "</Messages>");
		trading_tail(t);
	} else {
		trading_refuse(t, "37", "DetailLevel is missing or unknown.", "");
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
	put_element(out, "ItemID", cv->listing->item);
	buf_put(out, "<Seller>");
	put_element(out, "UserID", t->c->e->username);
	buf_put(out, "</Seller>");
	put_element(out, "Title", cv->listing->title);
	buf_put(out, "</Item><Question>");
	put_element(out, "MessageType", "AskSellerQuestion");
	put_element(out, "QuestionType", "General");
	put_element(out, "DisplayToPublic", "false");
	put_element(out, "SenderID", cv->buyer->username);
	put_element(out, "RecipientID", t->c->e->username);
	put_element(out, "Subject", m->subject);
	put_element(out, "Body", m->text);
	put_element(out, "MessageID", trading_message_id(t, m));
	buf_put(out, "</Question>");
	for (size_t i = 0; i < cv->n_messages; i++) {
		const struct message *r = cv->messages[i];

		if (r->from != FROM_SELLER || r->created < m->created || r->visible > t->c->now)
			continue;
		put_element(out, "Response", r->text);
		changed = r->created;
	}
	put_element(out, "MessageStatus", status);
	trading_time(out, "CreationDate", m->created);
	trading_time(out, "LastModifiedDate", changed);
	media(out, m);
	buf_put(out, "</MemberMessageExchange>");
}

void
trading_member_messages(struct trading *t)
{
	struct exchanges x = {.item = trading_field(t, "ItemID"),
			      .status = trading_field(t, "MessageStatus")};
	size_t pages;

	if (!*trading_field(t, "MailMessageType")) {
		trading_refuse(t, "37", "MailMessageType is missing.", "");
		return;
	}
	if (!*x.item && (!*trading_field(t, "StartCreationTime") || !*trading_field(t, "EndCreationTime"))) {
		trading_refuse(t, "37", "ItemID or both creation times are needed.", "");
		return;
	}
	if (window_read(t, "StartCreationTime", "EndCreationTime", &x.w))
		return;
	trading_head(t, "Success");
	trading_version(t);
	buf_put(t->out, "<MemberMessage>");
	trading_each(t, put_exchange, &x);
	pages = (x.n + x.w.per_page - 1) / x.w.per_page;
	buf_fmt(t->out,
		"</MemberMessage><PaginationResult><TotalNumberOfPages>%zu</TotalNumberOfPages>"
		"<TotalNumberOfEntries>%zu</TotalNumberOfEntries></PaginationResult><HasMoreItems>%s</"
		"HasMoreItems>",
		pages, x.n, x.w.first + x.w.per_page < x.n ? "true" : "false");
	trading_tail(t);
}
