/* trading_messages.c - GetMyMessages, for key sets without the Message API.
 *
 * Two steps for each folder (0 inbox, 1 sent): headers of a time window page by page, then the texts of those messages by tens.  The
 * call does not say how many there are; a folder is over at an empty page, or at one that begins as the page before did.
 *
 * Trading knows no conversations: ours is "ITEM/BUYER".  A message goes by its ExternalMessageID where it has one, since that is
 * what a reply has to name.
 */
#include "ebay.h"

#include <string.h>
#include <strings.h>

#define CALL            "GetMyMessages"
#define PAGE            100
#define BODIES          10 /* MessageIDs in one call */
#define INBOX           0
#define SENT            1
#define MAX_ATTACHMENTS 20
#define WRITTEN         "w" /* the row of each message: what was written stays as it is */
#define MAX_TEXT        (256 * 1024)

int
trading_messages_ask(const struct task *t, struct request *r, struct err *err)
{
	struct sweep *s = sweep_read(t);
	char time[INSTANT_TEXT];
	size_t i;

	if (trading_open(t, r, CALL, s->ntodo ? "ReturnMessages" : "ReturnHeaders", NULL, err))
		return -1;
	if (s->ntodo) {
		buf_put(&r->body, "<MessageIDs>");
		for (i = 0; i < s->ntodo && i < BODIES; i++)
			trading_element(&r->body, "MessageID", s->todo[i].id);
		buf_put(&r->body, "</MessageIDs>");
	} else {
		buf_fmt(&r->body, "<FolderID>%d</FolderID>", s->folder);
		instant_format(s->from, time);
		trading_element(&r->body, "StartTime", time);
		instant_format(s->start ? s->start : t->now, time);
		trading_element(&r->body, "EndTime", time);
		buf_fmt(&r->body,
			"<Pagination><EntriesPerPage>%d</EntriesPerPage><PageNumber>%lld</PageNumber></"
			"Pagination>",
			PAGE, (long long)(s->offset / PAGE + 1));
	}
	return trading_close(r, CALL, err);
}

static const struct xml_node *
first_message(const struct xml *doc)
{
	return xml_child(xml_child(xml_root(doc), "Messages"), "Message");
}

/* ---- headers ---- */

static enum outcome
headers_read(const struct task *t, const struct xml *doc, struct sweep *s, struct found *f)
{
	const struct xml_node *m = first_message(doc);
	const char *first = xml_text(t->arena, m, "MessageID"), *id;
	const struct sweep_rows begins = {&first, !!first};
	int over = !m || sweep_repeats(s, begins);

	sweep_begin(s, t);
	for (; m && !over; m = xml_next(m, "Message")) {
		if (!(id = xml_text(t->arena, m, "MessageID"))) {
			struct err why;

			fail(&why, "eBay: a message without MessageID");
			if (f->odd(f, "", 0, why.text))
				return LATER;
		} else if (sweep_open(s, (struct sweep_todo){.id = id, .row = WRITTEN})) {
			return later(f, "eBay: a page of messages is longer than asked for");
		}
	}
	s->before = begins;
	s->offset += PAGE;
	if (over && s->folder == INBOX) {
		s->folder = SENT;
		s->offset = 0;
		s->before.n = 0;
	} else if (over) {
		s->last = 1;
	}
	return sweep_next(s, f);
}

/* ---- texts ---- */

/* `Content` is what was written; `Text` may be the whole mail around it. */
static void
body_of(const struct task *t, const struct xml_node *m, struct buf *out)
{
	const char *content = xml_text(t->arena, m, "Content"), *text;

	if (!content && (text = xml_text(t->arena, m, "Text"))) {
		if (strchr(text, '<'))
			html_to_text(out, text, strlen(text));
		else
			buf_put(out, text);
	} else if (content) {
		buf_put(out, content);
	}
}

static void
read_media(const struct task *t, const struct xml_node *node, struct message *m)
{
	struct attachment *files = arena_zalloc(t->arena, MAX_ATTACHMENTS * sizeof *files);

	m->attachments = files;
	for (node = xml_child(node, "MessageMedia"); node; node = xml_next(node, "MessageMedia")) {
		const char *url = xml_text(t->arena, node, "MediaURL");

		if (url && m->nattachments < MAX_ATTACHMENTS)
			files[m->nattachments++] = (struct attachment){
				.url = url, .name = xml_text(t->arena, node, "MediaName")};
	}
}

static int
read_message(const struct task *t, const struct xml_node *node, int folder, struct message *m,
	     struct err *why)
{
	const char *id = xml_text(t->arena, node, "MessageID"),
		   *external = xml_text(t->arena, node, "ExternalMessageID");
	const char *sender = xml_text(t->arena, node, "Sender"),
		   *recipient = xml_text(t->arena, node, "RecipientUserID");
	const char *received = xml_text(t->arena, node, "ReceiveDate");

	m->remote = external ? external : id;
	m->direction = folder == SENT ? OUTGOING : INCOMING;
	m->buyer.remote = folder == SENT ? recipient : sender;
	m->listing = xml_text(t->arena, node, "ItemID");
	m->subject = xml_text(t->arena, node, "Subject");
	if (!received || instant_parse(received, &m->sent))
		return fail(why, "eBay: message %s: its date cannot be read", m->remote);
	if (!m->buyer.remote)
		return fail(why, "eBay: message %s does not say with whom", m->remote);
	m->conversation = arena_fmt(t->arena, "%s/%s", m->listing ? m->listing : "", m->buyer.remote);
	m->automatic = !strcasecmp(m->buyer.remote, "eBay");
	read_media(t, node, m);
	return 0;
}

/* The message at the head of todo goes to found.  One that was listed but is not in the answer is odd. */
static int
one_text(const struct task *t, const struct xml *doc, struct sweep *s, struct found *f)
{
	const char *const id = s->todo[0].id;
	struct buf text = BUF_MAX(MAX_TEXT);
	const struct xml_node *node;
	struct message m = {0};
	const char *its;
	struct err why;
	int r;

	for (node = first_message(doc); node; node = xml_next(node, "Message"))
		if ((its = xml_text(t->arena, node, "MessageID")) && !strcmp(its, id))
			break;
	if (!node) {
		fail(&why, "eBay: message %s was listed but not shown", id);
		r = f->odd(f, id, strlen(id), why.text);
		sweep_doubt(s);
	} else if (read_message(t, node, s->folder, &m, &why)) {
		r = f->odd(f, id, strlen(id), why.text);
		sweep_doubt(s);
	} else {
		body_of(t, node, &text);
		m.text = buf_str(&text);
		r = f->message(f, &m);
	}
	buf_free(&text);
	return r;
}

static enum outcome
texts_read(const struct task *t, const struct xml *doc, struct sweep *s, struct found *f)
{
	size_t n = s->ntodo < BODIES ? s->ntodo : BODIES;

	for (; n; n--) {
		if (one_text(t, doc, s, f))
			return LATER;
		sweep_done_one(s);
	}
	return sweep_next(s, f);
}

enum outcome
trading_messages_read(const struct task *t, const struct response *rs, struct found *f)
{
	struct sweep *s = sweep_read(t);
	enum outcome o;
	struct xml *doc = trading_answer(t, rs, CALL, 0, f, &o);

	if (!doc)
		return o;
	o = s->ntodo ? texts_read(t, doc, s, f) : headers_read(t, doc, s, f);
	xml_free(doc);
	return o;
}
