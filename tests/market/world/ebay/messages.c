/* messages.c - the Message API: reading. */
#include <string.h>

#include "call.h"
#include "messages.h"

int
one_of(const char *word, const char *const *words)
{
	for (; word && *words; words++)
		if (!strcmp(word, *words))
			return 1;
	return 0;
}

static const char *const types[] = {"FROM_MEMBERS", "FROM_EBAY", NULL};

int
type_known(const char *type)
{
	return one_of(type, types);
}

const char *
type_of(const struct conversation *cv)
{
	return cv->buyer ? "FROM_MEMBERS" : "FROM_EBAY";
}

int
all_digits(const char *s)
{
	return *s && strspn(s, "0123456789") == strlen(s);
}

json_t *
message_json(const struct ebay *e, const struct conversation *cv, const struct message *m,
	     const char *sender_key, const char *recipient_key)
{
	const char *other = cv->buyer ? cv->buyer->username : "eBay";
	json_t *media = json_array();

	for (size_t i = 0; i < m->n_media; i++)
		json_array_append_new(media,
				      json_pack("{s:s,s:s,s:s}", "mediaName", m->media[i].name, "mediaType",
						m->media[i].type, "mediaUrl", m->media[i].url));
	return json_pack("{s:s,s:s,s:s,s:o,s:b,s:s,s:s,s:o}", "messageId", m->id, "messageBody", m->text,
			 "subject", m->subject, "createdDate", time_json(m->created), "readStatus", m->read,
			 sender_key, m->from == FROM_SELLER ? e->username : other, recipient_key,
			 m->from == FROM_SELLER ? other : e->username, "messageMedia", media);
}

static int
unread(const struct conversation *cv, int64_t now)
{
	int n = 0;

	for (size_t i = 0; i < cv->n_messages; i++)
		n += cv->messages[i]->from != FROM_SELLER && !cv->messages[i]->read &&
		     cv->messages[i]->visible <= now;
	return n;
}

struct wanted {
	int from_ebay;
	const char *status; /* NULL: all but the deleted */
	int64_t start, end;
	const struct buyer *buyer;
	const struct listing *listing;
	int any_listing;
};

static int
written_between(const struct conversation *cv, int64_t start, int64_t end, int64_t now)
{
	for (size_t i = cv->n_messages; i-- > 0;) {
		const struct message *m = cv->messages[i];

		if (m->created < start)
			return 0; /* older ones follow */
		if (m->created <= end && m->visible <= now)
			return 1;
	}
	return 0;
}

static int
wanted(const struct conversation *cv, const struct wanted *w, int64_t now)
{
	if (w->from_ebay != !cv->buyer)
		return 0;
	if (!w->status                     ? !strcmp(cv->status, "DELETE")
	    : !strcmp(w->status, "READ")   ? unread(cv, now) > 0
	    : !strcmp(w->status, "UNREAD") ? unread(cv, now) == 0
					   : strcmp(w->status, cv->status) != 0)
		return 0;
	if ((w->buyer && w->buyer != cv->buyer) || (!w->any_listing && w->listing != cv->listing))
		return 0;
	/* the times only count for FROM_MEMBERS */
	return w->from_ebay ? latest_visible(cv, now) != NULL : written_between(cv, w->start, w->end, now);
}

struct found {
	struct conversation *cv;
	const struct message *latest;
};

static int
newest_first(const void *a, const void *b)
{
	const struct message *x = ((const struct found *)a)->latest, *y = ((const struct found *)b)->latest;

	if (x->created != y->created)
		return x->created < y->created ? 1 : -1;
	return x->serial < y->serial ? 1 : -1;
}

/* The query of getConversations.  0 or the error id; what is unknown to this world matches nothing. */
static int
read_wanted(struct call *c, struct wanted *w, struct buf *status, struct buf *text)
{
	static const char *const statuses[] = {"ACTIVE", "ARCHIVE", "DELETE", "READ", "UNREAD", NULL};

	*w = (struct wanted){.end = INT64_MAX, .any_listing = 1};
	query_get(c->rq, "conversation_type", text);
	if (!type_known(buf_str(text)))
		return 355017;
	w->from_ebay = !strcmp(buf_str(text), "FROM_EBAY");
	if (query_get(c->rq, "conversation_status", status)) {
		if (!one_of(buf_str(status), statuses))
			return 355001;
		w->status = buf_str(status);
	}
	if (query_get(c->rq, "start_time", text) && instant_parse(buf_str(text), &w->start))
		return 355005;
	if (query_get(c->rq, "end_time", text) && instant_parse(buf_str(text), &w->end))
		return 355005;
	if (w->start >= w->end)
		return 355004;
	if (query_get(c->rq, "other_party_username", text) && !(w->buyer = find_buyer(c->e, buf_str(text))))
		return 355006;
	if (query_get(c->rq, "reference_type", text) && strcmp(buf_str(text), "LISTING"))
		return 355003;
	if (query_get(c->rq, "reference_id", text)) {
		if (!all_digits(buf_str(text)))
			return 355016;
		w->listing = find_listing(c->e, buf_str(text));
		w->any_listing = 0;
		if (!query_get(c->rq, "reference_type", text))
			return 355022;
	}
	return 0;
}

static json_t *
conversation_json(struct call *c, const struct found *f)
{
	for (size_t i = 0; i < f->cv->n_messages; i++)
		(void)has_come(c, f->cv->messages[i]->visible); /* until the next one can be seen */
	return json_pack("{s:s,s:s,s:s,s:s,s:o,s:o,s:s*,s:s*,s:i}", "conversationId", f->cv->id,
			 "conversationStatus", f->cv->status, "conversationTitle", f->cv->title,
			 "conversationType", type_of(f->cv), "createdDate", time_json(f->cv->created),
			 "latestMessage",
			 message_json(c->e, f->cv, f->latest, "senderUsername", "recipientUsername"),
			 "referenceId", f->cv->listing ? f->cv->listing->item : NULL, "referenceType",
			 f->cv->listing ? "LISTING" : NULL, "unreadCount", unread(f->cv, c->now));
}

/* Paging of the Message API: offset in whole pages. */
static int
message_page(struct call *c, struct page *p)
{
	if (page_read(c, 25, 50, 355009, 355008, p))
		return -1;
	if (p->offset % p->limit) {
		rest_error(c, 355008);
		return -1;
	}
	return 0;
}

void
messages_list(struct call *c)
{
	struct buf status = BUF_MAX(256), text = BUF_MAX(4096);
	struct found *found = must_alloc((c->e->n_conversations + 1) * sizeof *found);
	struct wanted w;
	struct rows rows = NO_ROWS;
	struct page p;
	int bad;

	if ((bad = read_wanted(c, &w, &status, &text))) {
		rest_error(c, bad);
		goto out;
	}
	if (message_page(c, &p))
		goto out;
	for (size_t i = 0; i < c->e->n_conversations; i++)
		if (wanted(c->e->conversations[i], &w, c->now))
			found[p.total++] = (struct found){c->e->conversations[i],
							  latest_visible(c->e->conversations[i], c->now)};
	qsort(found, p.total, sizeof *found, newest_first);

	for (size_t i = (size_t)p.offset; i < p.total && i < (size_t)(p.offset + p.limit); i++) {
		struct conversation *cv = found[i].cv;

		if (row_over(c, &cv->row, cv->edition))
			row_keep(c, &cv->row, conversation_json(c, &found[i]));
		row_put(&rows, &cv->row);
	}
	rows_answer(c, &rows, "{p,s:r}", &p, "conversations");
out:
	free(found);
	buf_free(&status);
	buf_free(&text);
}

void
messages_get(struct call *c)
{
	const struct conversation *cv = find_conversation(c->e, c->arg);
	struct buf type = BUF_MAX(256);
	struct rows rows = NO_ROWS;
	struct page p;

	query_get(c->rq, "conversation_type", &type);
	if (!type_known(buf_str(&type))) {
		rest_error(c, 355017);
		goto out;
	}
	if (!cv || strcmp(buf_str(&type), type_of(cv)) || !latest_visible(cv, c->now)) {
		rest_error(c, 355007);
		goto out;
	}
	if (message_page(c, &p))
		goto out;

	for (size_t i = cv->n_messages; i-- > 0;) {
		struct message *m = cv->messages[i];

		if (m->visible > c->now || !on_page(&p))
			continue;
		if (row_over(c, &m->row, cv->edition))
			row_keep(c, &m->row,
				 message_json(c->e, cv, m, "senderUsername", "recipientUsername"));
		row_put(&rows, &m->row);
	}
	rows_answer(c, &rows, "{p,s:s,s:s,s:s,s:r}", &p, "conversationStatus", cv->status,
		    "conversationTitle", cv->title, "conversationType", type_of(cv), "messages");
out:
	buf_free(&type);
}
