/* messages.c - conversations: GET /commerce/message/v1/conversation and …/conversation/{id}.
 *
 * The list tells which conversations have something new since `from`; then each is read whole, since eBay does not say in which
 * order its messages come.  Two streams: with buyers ("messages"), and from eBay itself ("system"), for which eBay knows no time
 * filter, so that the list is walked and only what is new is opened.
 *
 * Who wrote a message shows only by user name; until the account knows its own, the first request asks for it.
 */
#include "ebay.h"

#include "base/text.h"

#include <string.h>
#include <strings.h>

#define PAGE            50 /* the most; an offset must be a multiple of it */
#define MAX_ATTACHMENTS 20
#define MEMBERS         "FROM_MEMBERS"
#define FROM_EBAY       "FROM_EBAY"

int
ebay_rest_wanted(const struct account *a)
{
	return !!strcmp(account_get(a, "messages"), "trading");
}

static const char *
own_name(const struct task *t, const struct sweep *s)
{
	const char *name = account_get(t->account, "identity");

	return *name || !s->me ? name : s->me;
}

/* ---- one conversation ---- */

int
ebay_conversation_ask(const struct task *t, struct request *r, const char *id, const char *type,
		      int64_t offset, struct err *err)
{
	if (ebay_get(t, r, "api", err))
		return -1;
	buf_put(&r->url, "/commerce/message/v1/conversation/");
	url_encode(&r->url, id);
	buf_fmt(&r->url, "?conversation_type=%s&limit=%d&offset=%lld", type, PAGE, (long long)offset);
	return ebay_fits(r, err);
}

static void
read_media(const struct task *t, const json_t *list, struct message *m)
{
	size_t n = json_array_size(list), i;
	struct attachment *files;

	if (n > MAX_ATTACHMENTS)
		n = MAX_ATTACHMENTS;
	files = arena_zalloc(t->arena, (n ? n : 1) * sizeof *files);
	for (i = 0; i < n; i++) {
		json_t *j = json_array_get(list, i);
		struct attachment *file = &files[m->nattachments];

		file->url = json_text(j, "mediaUrl");
		file->name = json_text(j, "mediaName");
		file->type = json_text(j, "mediaType");
		m->nattachments += file->url && *file->url;
	}
	m->attachments = files;
}

static int
read_message(const struct task *t, const json_t *j, const struct ebay_conversation *c, struct message *m,
	     struct err *why)
{
	const char *sender = json_text(j, "senderUsername"), *recipient = json_text(j, "recipientUsername");
	int system = !strcmp(c->type, FROM_EBAY);

	m->remote = json_id(t->arena, j, "messageId");
	m->conversation = c->id;
	m->listing = c->listing;
	m->subject = json_text(j, "subject");
	m->text = json_text(j, "messageBody");
	if (!m->remote)
		return fail(why, "eBay: a message without messageId");
	if (json_time(j, "createdDate", &m->sent) <= 0)
		return fail(why, "eBay: message %s: its date cannot be read", m->remote);
	if (!sender || !*sender) {
		if (!system)
			return fail(why, "eBay: message %s names no sender", m->remote);
		sender = "eBay";
	}
	if (!system && !strcasecmp(sender, c->me)) {
		m->direction = OUTGOING;
		m->buyer.remote = recipient;
	} else if (!system && recipient && *recipient && strcasecmp(recipient, c->me)) {
		/* taken for the buyer's it could be our own, and we would answer ourselves */
		return fail(why, "eBay: message %s is neither from nor to %s", m->remote, c->me);
	} else {
		m->direction = INCOMING;
		m->buyer.remote = sender;
	}
	m->automatic = system || !strcasecmp(sender, "eBay");
	read_media(t, json_list(j, "messageMedia"), m);
	return 0;
}

int
ebay_conversation_read(const struct task *t, const json_t *root, const struct ebay_conversation *c,
		       struct found *f, size_t *odd, int64_t *total)
{
	json_t *list = json_list(root, "messages");
	size_t i;

	*odd = 0;
	*total = json_int(root, "total", 0);
	for (i = 0; i < json_array_size(list); i++) {
		json_t *j = json_array_get(list, i);
		struct message m = {0};
		struct err why;

		if (read_message(t, j, c, &m, &why)) {
			++*odd;
			if (ebay_odd(f, j, why.text))
				return -1;
			continue;
		}
		if (f->message(f, &m))
			return -1;
		if (c->own && m.direction == OUTGOING &&
		    f->own(f, &(struct own){.remote = m.remote, .text = m.text, .at = m.sent}))
			return -1;
	}
	return 0;
}

/* ---- the list of conversations ---- */

static int
list_ask(const struct task *t, struct request *r, const struct sweep *s, const char *type, struct err *err)
{
	char from[INSTANT_TEXT];

	if (ebay_get(t, r, "api", err))
		return -1;
	buf_fmt(&r->url, "/commerce/message/v1/conversation?conversation_type=%s&limit=%d&offset=%lld", type,
		PAGE, (long long)s->offset);
	if (!strcmp(type, MEMBERS)) {
		instant_format(s->from, from);
		buf_put(&r->url, "&start_time=");
		url_encode(&r->url, from);
	}
	return ebay_fits(r, err);
}

/* Whether a listed conversation has to be opened.  Without a time filter most have not changed. */
static int
has_news(const json_t *conversation, const struct sweep *s, const char *type)
{
	int64_t latest = 0;

	if (!strcmp(type, MEMBERS))
		return 1;
	return json_time(json_obj(conversation, "latestMessage"), "createdDate", &latest) <= 0 ||
	       latest >= s->from;
}

/* It is known only by a row that names its latest message: an answer from before that message is not the whole. */
static struct sweep_todo
todo_of(const struct task *t, const char *id, const char *listing, const json_t *conversation)
{
	const char *latest = json_id(t->arena, json_obj(conversation, "latestMessage"), "messageId");

	return (struct sweep_todo){id, listing, latest ? ebay_fingerprint_row(t->arena, conversation) : NULL,
				   latest};
}

static enum outcome
list_read(const struct task *t, const struct response *rs, struct sweep *s, const char *type, struct found *f)
{
	enum outcome o;
	json_t *root = ebay_answer(t, rs, 0, f, &o), *list;
	struct sweep_rows rows;
	int64_t total;
	size_t i;

	if (!root)
		return o;
	list = json_list(root, "conversations");
	total = json_int(root, "total", -1);
	if (total < 0 || (!list && total > 0))
		return later(f, "eBay: the answer is not a list of conversations");

	rows = sweep_rows(t, list, "conversationId");
	if (sweep_repeats(s, rows))
		return later(f, "eBay: the list of conversations shows the same page again");
	sweep_begin(s, t);
	for (i = 0; i < json_array_size(list); i++) {
		json_t *j = json_array_get(list, i);
		const char *id = rows.ids[i], *kind = json_text(j, "referenceType");
		const char *listing =
			kind && !strcmp(kind, "LISTING") ? json_id(t->arena, j, "referenceId") : NULL;
		struct err why;

		if (!id) {
			fail(&why, "eBay: a conversation without conversationId");
			if (ebay_odd(f, j, why.text))
				return LATER;
		} else if (has_news(j, s, type) && sweep_open(s, todo_of(t, id, listing, j))) {
			return later(f, "eBay: a page of conversations is longer than asked for");
		}
	}
	sweep_page(s, rows, PAGE, 0, total);
	return sweep_next(s, f);
}

static enum outcome
conversation_read(const struct task *t, const struct response *rs, struct sweep *s, const char *type,
		  struct found *f)
{
	const struct ebay_conversation c = {
		.type = type, .id = s->todo[0].id, .listing = s->todo[0].item, .me = own_name(t, s)};
	enum outcome o;
	json_t *root = ebay_answer(t, rs, 0, f, &o);
	enum sweep_inner inner;
	struct err why;
	size_t odd;
	int64_t total;

	if (!root)
		return sweep_failed(s, rs, o, f);
	if (!json_list(root, "messages") || json_int(root, "total", -1) < 0)
		return later(f, "eBay: the answer is not a conversation");
	if (ebay_conversation_read(t, root, &c, f, &odd, &total))
		return LATER;
	if (odd)
		sweep_doubt(s);
	inner = sweep_inner(s, sweep_rows(t, json_list(root, "messages"), "messageId"), PAGE, total);
	if (inner == INNER_MORE || (inner == INNER_LACKS && sweep_inner_again(s, f)))
		return sweep_next(s, f);
	if (inner == INNER_LACKS) {
		fail(&why, "eBay: conversation %s counts %lld messages and shows %lld, again and again", c.id,
		     (long long)total, (long long)s->met);
		if (f->odd(f, c.id, strlen(c.id), why.text))
			return LATER;
	}
	sweep_done_one(s);
	return sweep_next(s, f);
}

/* ---- the two streams ---- */

int
ebay_messages_ask(const struct task *t, struct request *r, struct err *err)
{
	struct sweep *s = sweep_read(t);

	if (!*own_name(t, s))
		return ebay_identity_ask(t, r, err);
	if (s->ntodo)
		return ebay_conversation_ask(t, r, s->todo[0].id, MEMBERS, s->inner, err);
	return list_ask(t, r, s, MEMBERS, err);
}

enum outcome
ebay_messages_read(const struct task *t, const struct response *rs, struct found *f)
{
	struct sweep *s = sweep_read(t);
	enum outcome o;

	if (!*own_name(t, s)) {
		if ((o = ebay_identity_read(t, rs, f)) != DONE)
			return o;
		f->covered = 0;
		s->me = buf_str(&f->identity);
		return sweep_next(s, f);
	}
	return s->ntodo ? conversation_read(t, rs, s, MEMBERS, f) : list_read(t, rs, s, MEMBERS, f);
}

int
ebay_system_ask(const struct task *t, struct request *r, struct err *err)
{
	struct sweep *s = sweep_read(t);

	if (s->ntodo)
		return ebay_conversation_ask(t, r, s->todo[0].id, FROM_EBAY, s->inner, err);
	return list_ask(t, r, s, FROM_EBAY, err);
}

enum outcome
ebay_system_read(const struct task *t, const struct response *rs, struct found *f)
{
	struct sweep *s = sweep_read(t);

	return s->ntodo ? conversation_read(t, rs, s, FROM_EBAY, f) : list_read(t, rs, s, FROM_EBAY, f);
}
