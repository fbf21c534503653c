/* feedback.c - feedback about us and by us: GET /commerce/feedback/v1/feedback.
 *
 * eBay knows no "changed since", and its order "TIME" is that of the purchases, so new feedback may stand anywhere in the list.  A sweep asks for
 * a few rows first; only when they look otherwise than the last time, or the total does, the list is walked.  Once a day everything of the last 30 days
 * is walked whatever the first rows say, since feedback can be revised that long, and what we gave ourselves after it.  After a gap longer than
 * that the walk goes back a year, and so does the very first one about us.
 */
#include "ebay.h"

#include "base/text.h"

#include <string.h>

#define FIRST 25 /* the least */
#define PAGE  200
#define PERIOD                                                                                               \
	30 /* days; of the periods that eBay names, the documentation and the error texts agree on 30 and 365 */
#define YEAR    365
#define MARGIN  (2 * DAY)
#define MAX_ROW INT64_C(1000000)

/* Where the stream stands. */
struct place {
	int64_t start;            /* when this sweep began; 0: none under way */
	int64_t whole;            /* when the last whole walk began */
	int64_t offset;           /* where the next page begins */
	int64_t seen, total;      /* different rows met, of the most that a page spoke of */
	int sent;                 /* at what we gave ourselves */
	int walk;                 /* a whole walk */
	const char *print;        /* of the first rows and the total, last time */
	struct sweep_rows before; /* of the page before */
	const char *me;           /* our own user name, while the account does not know it */
};

static int64_t
count(const json_t *root, const char *key)
{
	int64_t n = json_int(root, key, 0);

	return n < 0 || n > MAX_ROW ? 0 : n;
}

static struct place
place_of(const struct task *t)
{
	json_t *root = *t->cursor ? json_read(t->arena, t->cursor, strlen(t->cursor), NULL) : NULL;
	const char *print = json_text(root, "print");

	return (struct place){.start = json_int(root, "start", 0),
			      .whole = json_int(root, "whole", 0),
			      .offset = count(root, "offset"),
			      .seen = count(root, "seen"),
			      .total = count(root, "total"),
			      .sent = json_flag(root, "sent", 0),
			      .walk = json_flag(root, "walk", 0),
			      .print = print ? print : "",
			      .before = sweep_rows_read(t, json_list(root, "before")),
			      .me = json_text(root, "me")};
}

static void
put_text(struct buf *b, const char *key, const char *value)
{
	buf_fmt(b, ",\"%s\":", key);
	json_quote(b, value);
}

static enum outcome
write_place(const struct place *p, enum outcome o, struct found *f)
{
	struct buf *b = &f->cursor;

	buf_fmt(b, "{\"start\":%lld,\"whole\":%lld,\"offset\":%lld,\"seen\":%lld,\"total\":%lld",
		(long long)p->start, (long long)p->whole, (long long)p->offset, (long long)p->seen,
		(long long)p->total);
	buf_fmt(b, ",\"sent\":%s,\"walk\":%s", p->sent ? "true" : "false", p->walk ? "true" : "false");
	put_text(b, "print", p->print);
	sweep_rows_write(&p->before, "before", b);
	if (p->me)
		put_text(b, "me", p->me);
	buf_char(b, '}');
	if (!b->over)
		return o;
	buf_clear(b);
	return later(f, "eBay: the place in the list is too long to note");
}

static const char *
own_name(const struct task *t, const struct place *p)
{
	const char *name = account_get(t->account, "identity");

	return *name || !p->me ? name : p->me;
}

/* ---- one feedback ---- */

static int
rating_of(const json_t *j, enum rating *rating)
{
	static const struct {
		const char *word;
		enum rating rating;
	} words[] = {{"POSITIVE", RATING_POSITIVE},
		     {"NEUTRAL", RATING_NEUTRAL},
		     {"NEGATIVE", RATING_NEGATIVE},
		     {"WITHDRAWN", RATING_WITHDRAWN},
		     {"INDEPENDENTLY_WITHDRAWN", RATING_WITHDRAWN}};
	const char *type = json_text(j, "commentType"), *state = json_text(j, "feedbackState");
	size_t i;

	for (i = 0; i < sizeof words / sizeof *words; i++)
		if (type && !strcmp(type, words[i].word)) {
			*rating = words[i].rating;
			/* the words for a state are not published; those that take it back are told by their stem */
			if (state && (strstr(state, "WITHDRAW") || strstr(state, "REMOVED")))
				*rating = RATING_WITHDRAWN;
			return 0;
		}
	return -1;
}

int
ebay_feedback_read_one(const struct task *t, const json_t *j, int sent, struct feedback *k, struct err *why)
{
	const json_t *line = json_obj(j, "orderLineItemSummary");
	const char *id = json_id(t->arena, line, "orderLineItemId"), *dash;

	k->remote = json_id(t->arena, j, "feedbackId");
	k->direction = sent ? OUTGOING : INCOMING;
	if (!k->remote)
		return fail(why, "eBay: a feedback without feedbackId");
	if (rating_of(j, &k->rating))
		return fail(why, "eBay: feedback %s: neither positive nor neutral nor negative", k->remote);
	if (json_time(j, "feedbackEnteredDate", &k->given) < 0)
		return fail(why, "eBay: feedback %s: its date cannot be read", k->remote);
	k->listing = json_id(t->arena, line, "listingId");
	k->title = json_text(line, "listingTitle");
	k->line = id && (dash = strchr(id, '-')) ? dash + 1 : id; /* LISTING-LINE */
	if (!sent)
		k->buyer.remote = json_text(json_obj(j, "providerUserDetail"), "userId");
	k->text = json_text(json_obj(j, "feedbackComment"), "commentText");
	k->reply = json_text(json_obj(j, "replyComment"), "commentText");
	k->follow_up = json_text(json_obj(j, "followupComment"), "commentText");
	k->revisable = json_flag(j, "eligibleForRevision", 0);
	k->automatic = json_flag(j, "automatedFeedback", 0);
	return 0;
}

/* ---- a page ---- */

static int
list_ask(const struct task *t, struct request *r, const struct place *p, struct err *err)
{
	int longer = p->whole ? t->now - p->whole > PERIOD * DAY - MARGIN : !p->sent;

	if (ebay_get(t, r, "api", err))
		return -1;
	buf_put(&r->url, "/commerce/feedback/v1/feedback?user_id=");
	url_encode(&r->url, own_name(t, p));
	buf_fmt(&r->url, "&feedback_type=%s&filter=period%%3A%d&sort=TIME&limit=%d&offset=%lld",
		p->sent ? "FEEDBACK_SENT" : "FEEDBACK_RECEIVED", longer ? YEAR : PERIOD,
		p->start ? PAGE : FIRST, (long long)p->offset);
	return ebay_fits(r, err);
}

/* A fingerprint of what the first rows show, as far as it can change. */
static const char *
print_of(const struct task *t, const json_t *list, int64_t total)
{
	const char **texts = arena_zalloc(t->arena, (5 * json_array_size(list) + 2) * sizeof *texts);
	char print[17];
	size_t i, n = 0;

	texts[n++] = arena_fmt(t->arena, "%lld", (long long)total);
	for (i = 0; i < json_array_size(list); i++) {
		struct feedback k = {0};

		if (ebay_feedback_read_one(t, json_array_get(list, i), 0, &k, NULL))
			continue;
		texts[n++] = k.remote;
		texts[n++] = rating_name(k.rating);
		texts[n++] = k.text ? k.text : "";
		texts[n++] = k.reply ? k.reply : "";
		texts[n++] = k.follow_up ? k.follow_up : "";
	}
	ebay_fingerprint(texts, print);
	return arena_strdup(t->arena, print);
}

static int
hand_over(const struct task *t, const json_t *list, int sent, struct found *f)
{
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		json_t *j = json_array_get(list, i);
		struct feedback k = {0};
		struct err why;

		if (ebay_feedback_read_one(t, j, sent, &k, &why) ? ebay_odd(f, j, why.text)
								 : f->feedback(f, &k))
			return -1;
	}
	return 0;
}

/* The walk is over, or goes on with what we gave. */
static enum outcome
list_end(struct place *p, struct found *f)
{
	int met = p->seen >= p->total;

	p->offset = p->seen = p->total = 0;
	p->before.n = 0;
	if (p->walk && !p->sent && met) {
		p->sent = 1;
		return write_place(p, MORE, f);
	}
	if (met) {
		f->covered = p->start;
		if (p->walk)
			p->whole = p->start;
		f->same_until = p->whole + DAY;
	} else {
		p->print = ""; /* a row slipped away in front of us: walk again next time */
	}
	p->start = 0;
	p->sent = p->walk = 0;
	return write_place(p, DONE, f);
}

/* The first rows: all is as it was, or they are all there is, or the list is walked, which then has to show as many as are counted here. */
static enum outcome
first_rows_read(const struct task *t, const json_t *list, const struct sweep_rows *rows, int64_t total,
		struct place *p, struct found *f)
{
	const char *print = print_of(t, list, total);
	int known;

	p->start = t->now;
	p->walk = t->now - p->whole >= DAY;
	p->total = total;
	known = !p->walk && !strcmp(print, p->print);
	p->print = print;
	if (!known && hand_over(t, list, p->sent, f))
		return LATER;
	if (!known && (int64_t)sweep_rows_fresh(rows, &p->before) < total)
		return write_place(p, MORE, f);
	p->seen = total;
	return list_end(p, f);
}

static enum outcome
list_read(const struct task *t, const struct response *rs, struct place *p, struct found *f)
{
	enum outcome o;
	json_t *root = ebay_answer(t, rs, 0, f, &o), *list;
	struct sweep_rows rows;
	int64_t total;

	if (!root)
		return o;
	list = json_list(root, "feedbackEntries");
	total = json_int(json_obj(root, "pagination"), "total", -1);
	if (total < 0 || total > MAX_ROW || (!list && total > 0))
		return later(f, "eBay: the answer is not a list of feedback");
	rows = sweep_rows(t, list, "feedbackId");
	if (!p->start)
		return first_rows_read(t, list, &rows, total, p, f);
	if (p->before.n && rows.n && !sweep_rows_fresh(&rows, &p->before))
		return later(f, "eBay: the list of feedback shows the same page again");
	if (hand_over(t, list, p->sent, f))
		return LATER;

	p->seen += (int64_t)sweep_rows_fresh(&rows, &p->before);
	p->before = rows;
	p->offset += PAGE;
	if (total > p->total)
		p->total = total;
	if (!rows.n || p->offset >= total || (!p->walk && p->seen >= p->total))
		return list_end(p, f);
	return write_place(p, MORE, f);
}

/* ---- the stream ---- */

int
ebay_feedback_ask(const struct task *t, struct request *r, struct err *err)
{
	struct place p = place_of(t);

	return *own_name(t, &p) ? list_ask(t, r, &p, err) : ebay_identity_ask(t, r, err);
}

enum outcome
ebay_feedback_read(const struct task *t, const struct response *rs, struct found *f)
{
	struct place p = place_of(t);
	enum outcome o;

	if (*own_name(t, &p))
		return list_read(t, rs, &p, f);
	if ((o = ebay_identity_read(t, rs, f)) != DONE)
		return o;
	f->covered = 0;
	p.me = buf_str(&f->identity);
	return write_place(&p, MORE, f);
}
