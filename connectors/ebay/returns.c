/* returns.c - returns of the Post-Order API: what is open is listed, and what changed is read whole.
 *
 * GET /return/{id} gives a return in two halves: fieldgroups FULL is documented to give the detail only (its samples show both).  So the summary comes
 * first, then the detail, unless it came along.  Photos come in a request of their own when there are new ones.  GraphQL will replace this file.
 */
#include "ebay.h"

#include "base/text.h"

#include <string.h>

#define PAGE    200
#define OVERLAP 20          /* rows that may close while we page */
#define OLDEST  (540 * DAY) /* eBay keeps them 18 months; without a date it would show 90 days */

enum step { SUMMARY, DETAIL, FILES };

static void
date(struct buf *url, const char *name, int64_t at)
{
	char text[INSTANT_TEXT];

	instant_format(at, text);
	buf_fmt(url, "&%s=", name);
	url_encode(url, text);
}

static int
ask_page(const struct task *t, struct open_list *l, struct request *r, struct err *err)
{
	const int everything = open_list_everything(l);

	if (post_order_open(t, r, "GET",
			    everything ? "return/search?sort=FILING_DATE"
				       : "return/search?return_state=ALL_OPEN&sort=FILING_DATE",
			    err))
		return -1;
	date(&r->url, "creation_date_range_from", everything ? open_list_since(l, t) : l->start - OLDEST);
	date(&r->url, "creation_date_range_to", l->start);
	buf_fmt(&r->url, "&limit=%d", PAGE);
	if (l->offset) /* the first page has none: whether counting begins at 0 or at 1 is told both ways */
		buf_fmt(&r->url, "&offset=%lld", (long long)l->offset);
	return ebay_fits(r, err);
}

static int
ask_one(const struct task *t, const struct open_list *l, struct request *r, struct err *err)
{
	if (post_order_open(t, r, "GET", "return/", err))
		return -1;
	url_encode(&r->url, open_list_wanted(l)->id);
	buf_put(&r->url, l->step == FILES    ? "/files"
			 : l->step == DETAIL ? "?fieldgroups=FULL"
					     : "?fieldgroups=SUMMARY");
	return ebay_fits(r, err);
}

int
ebay_returns_ask(const struct task *t, struct request *r, struct err *err)
{
	struct open_list *l = open_list_read(t);

	return open_list_wanted(l) ? ask_one(t, l, r, err) : ask_page(t, l, r, err);
}

/* ---- the list ---- */

static const char *
print_of(const struct task *t, const json_t *row)
{
	const json_t *options = json_list(row, "sellerAvailableOptions");
	const char *texts[64 + 8];
	char print[17];
	size_t n = 0, i;
	const char *const parts[] = {
		json_text(row, "state"),
		json_text(row, "status"),
		json_text(json_obj(row, "sellerResponseDue"), "activityDue"),
		json_text(json_at(row, "sellerResponseDue.respondByDate"), "value"),
		json_text(json_obj(row, "buyerResponseDue"), "activityDue"),
		json_text(json_obj(row, "escalationInfo"), "caseId"),
	};

	for (i = 0; i < sizeof parts / sizeof *parts; i++)
		texts[n++] = parts[i] ? parts[i] : "";
	for (i = 0; i < json_array_size(options) && i < 64; i++) {
		const char *action = json_text(json_array_get(options, i), "actionType");

		texts[n++] = action ? action : "";
	}
	texts[n] = NULL;
	ebay_fingerprint(texts, print);
	return arena_strdup(t->arena, print);
}

static const struct post_order_list pages = {
	.name = "returns",
	.rows = "members",
	.total = "total",
	.id = "returnId",
	.step = PAGE - OVERLAP,
	.everything = 1,
	.print = print_of,
};

/* ---- one return ---- */

static int
append(const char *bytes, size_t len, void *buf)
{
	return buf_add(buf, bytes, len);
}

/* A look ends with its one return; a stream goes on. */
static enum outcome
next(const struct task *t, struct open_list *l, struct found *f, int complete)
{
	if (!t->out || open_list_wanted(l))
		return open_list_next(l, f);
	f->complete = complete;
	return DONE;
}

/* What later steps need of the earlier ones: a short copy. */
static const json_t *
shortened(const struct task *t, const json_t *summary, const json_t *detail, int64_t changed)
{
	struct buf out = BUF_MAX(64 * 1024);
	const char *closed = json_text(json_obj(detail, "closeInfo"), "returnCloseReason");
	const char *marketplace = json_text(detail, "marketplaceId");
	const json_t *copy;

	buf_put(&out, "{\"summary\":");
	json_dump_callback(summary, append, &out, JSON_COMPACT);
	buf_fmt(&out,
		",\"changed\":%lld,\"detail\":{\"closeInfo\":{\"returnCloseReason\":", (long long)changed);
	json_quote(&out, closed ? closed : "");
	buf_put(&out, "}");
	if (marketplace) {
		buf_put(&out, ",\"marketplaceId\":");
		json_quote(&out, marketplace);
	}
	buf_put(&out, "}}");
	copy = json_read(t->arena, buf_str(&out), out.len, NULL);
	buf_free(&out);
	return copy;
}

/* New files, whose bytes did not come along. */
static int
files_wanted(const struct task *t, struct open_list *l, const json_t *files)
{
	struct open_id *one = open_list_wanted(l);
	const char *ids[101];
	char print[17];
	size_t i, n = 0;

	for (i = 0; i < json_array_size(files) && n < 100; i++) {
		const json_t *j = json_array_get(files, i);
		const char *id = json_id(t->arena, j, "fileId");

		if (id && !json_text(j, "fileData"))
			ids[n++] = id;
	}
	ids[n] = NULL;
	ebay_fingerprint(ids, print);
	print[8] = '\0';
	if (!n || !strcmp(one->note, print))
		return 0;
	one->note = arena_strdup(t->arena, print);
	return 1;
}

static enum outcome
done_one(const struct task *t, struct open_list *l, const struct dispute *d, const json_t *summary,
	 struct found *f, int complete)
{
	struct open_id *one = open_list_wanted(l);
	int64_t again = ebay_return_look_again(summary);
	int open = d->status < DISPUTE_WON;

	open_list_done_one(l, open);
	if (open && again > t->now && (!one->again || again < one->again))
		one->again = again;
	return next(t, l, f, complete);
}

static enum outcome
read_files(const struct task *t, const json_t *root, struct open_list *l, struct found *f)
{
	const json_t *summary = json_obj(l->said, "summary");
	struct dispute d = {0};
	struct err why = {""};

	if (!json_list(root, "files"))
		return later(f, "eBay: the answer is not a list of files");
	ebay_return_read(t, summary, json_obj(l->said, "detail"), &d, &why);
	d.changed = json_int(l->said, "changed", 0);
	ebay_return_files(t, json_list(root, "files"), &d);
	if (d.remote && f->dispute(f, &d))
		return LATER;
	return done_one(t, l, &d, summary, f, 1);
}

/* Not the return that was asked for: a stream leaves it to a person and goes on. */
static enum outcome
strange(const struct task *t, const json_t *root, struct open_list *l, struct found *f)
{
	struct open_id *one = open_list_wanted(l);
	struct err why;

	if (t->out)
		return later(f, "eBay: the answer is not return %s", one->id);
	fail(&why, "eBay: the answer is not return %s", one->id);
	if (ebay_odd(f, root, why.text))
		return LATER;
	open_list_done_one(l, 1);
	one->again = l->start + HOUR;
	return open_list_next(l, f);
}

static enum outcome
read_whole(const struct task *t, const json_t *root, struct open_list *l, struct found *f)
{
	const json_t *summary = json_obj(root, "summary"), *detail = json_obj(root, "detail");
	const char *id;
	struct dispute d = {0};
	struct err why = {""};
	int complete = 0;

	if (!summary)
		summary = json_obj(l->said, "summary");
	id = json_id(t->arena, summary, "returnId");
	if (!id || strcmp(id, open_list_wanted(l)->id) != 0)
		return strange(t, root, l, f);
	if (!detail && l->step == SUMMARY) {
		l->said = shortened(t, summary, NULL, 0);
		l->step = DETAIL;
		return open_list_next(l, f);
	}

	if (!ebay_return_read(t, summary, detail, &d, &why))
		why.text[0] = '\0';
	ebay_return_files(t, json_list(detail, "files"), &d);
	if (f->dispute(f, &d) || (why.text[0] && ebay_odd(f, summary, why.text)) ||
	    (t->out && ebay_return_own(t, &d, detail, f, &complete)))
		return LATER;
	if (!t->out && files_wanted(t, l, json_list(detail, "files"))) {
		l->said = shortened(t, summary, detail, d.changed);
		l->step = FILES;
		return open_list_next(l, f);
	}
	return done_one(t, l, &d, summary, f, complete);
}

static enum outcome
read_one(const struct task *t, const struct response *rs, struct open_list *l, struct found *f)
{
	enum outcome o;
	json_t *root = post_order_answer(t, rs, 0, f, &o);

	if (!root)
		return t->out ? o : open_list_failed(l, rs, o, f);
	return l->step == FILES ? read_files(t, root, l, f) : read_whole(t, root, l, f);
}

enum outcome
ebay_returns_read(const struct task *t, const struct response *rs, struct found *f)
{
	struct open_list *l = open_list_read(t);

	return open_list_wanted(l) ? read_one(t, rs, l, f) : post_order_page(t, rs, &pages, l, f);
}

/* ---- a look at one ---- */

int
ebay_return_look_ask(const struct task *t, struct request *r, struct err *err)
{
	if (!t->out->dispute || !*t->out->dispute)
		return fail(err, "eBay: it is not said which dispute is meant");
	return ask_one(t, open_list_of_one(t, t->out->dispute), r, err);
}

enum outcome
ebay_return_look_read(const struct task *t, const struct response *rs, struct found *f)
{
	return read_one(t, rs, open_list_of_one(t, t->out->dispute ? t->out->dispute : ""), f);
}
