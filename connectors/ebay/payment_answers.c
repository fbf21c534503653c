/* payment_answers.c - a payment dispute contested or accepted: POST …/payment_dispute/{id}/contest and /accept; and the look at a dispute,
 * which its evidence (payment_evidence.c) shares.
 *
 * Both take the revision that we saw; when the dispute changed since, eBay refuses with 409.  What changed may be our own answer, so
 * that refusal is settled by looking.
 */
#include "ebay.h"

#include "base/text.h"

#include <ctype.h>
#include <string.h>

/* error ids */
#define CHANGED_SINCE 33011
#define WRONG_STATE   33101

#define NOT_AS_DESCRIBED "SIGNIFICANTLY_NOT_AS_DESCRIBED"

/* ---- the look ---- */

int
ebay_payment_look_ask(const struct task *t, struct request *r, struct err *err)
{
	return ebay_payment_dispute_open(t, r, t->out->dispute, "", err);
}

/* Our answer, when it is of the kind that is looked for: "CONTEST"; "ACCEPT" and "ACCEPT_WITH_RETURN" count alike. */
static int
look_answer(const json_t *root, struct found *f, const char *wanted)
{
	const char *response = json_text(root, "sellerResponse");

	f->complete = !response || !strncmp(response, "CONTEST", 7) || !strncmp(response, "ACCEPT", 6);
	if (!response || strncmp(response, wanted, strlen(wanted)) != 0)
		return 0;
	return f->own(f, &(struct own){.remote = wanted});
}

/* Sets of files.  A set without files is tracking that the order brought along. */
static int
look_evidence(const struct task *t, const json_t *root, struct found *f)
{
	const json_t *list = json_list(root, "evidence");
	size_t i;

	f->complete = 1;
	for (i = 0; i < json_array_size(list); i++) {
		const json_t *set = json_array_get(list, i);
		struct own own = {.remote = json_id(t->arena, set, "evidenceId")};

		if (!json_array_size(json_list(set, "files")))
			continue;
		if (!own.remote || json_time(set, "providedDate", &own.at) < 0)
			f->complete = 0;
		else if (f->own(f, &own))
			return -1;
	}
	return 0;
}

enum outcome
ebay_payment_look_read(const struct task *t, const struct response *rs, struct found *f)
{
	const char *kind = t->out->kind;
	enum outcome o;
	json_t *root = ebay_answer(t, rs, 0, f, &o);
	struct dispute d = {0};
	int failed;

	if (!root)
		return o;
	if (ebay_payment_dispute_read(t, root, t->out->dispute, &d, &f->err))
		return LATER;
	if (f->dispute(f, &d))
		return LATER;
	if (!strcmp(kind, "chargeback.evidence"))
		failed = look_evidence(t, root, f);
	else
		failed = look_answer(root, f, !strcmp(kind, "chargeback.contest") ? "CONTEST" : "ACCEPT");
	if (failed)
		return LATER;
	return DONE;
}

/* ---- the two answers ---- */

/* The setting return_address, "name | street | city | state | postal code | country | phone"; 0 when it is not whole. */
static int
return_address(const struct task *t, struct buf *out)
{
	static const struct {
		const char *key;
		int needed;
	} parts[] = {{"fullName", 1},   {"addressLine1", 1}, {"city", 1},  {"stateOrProvince", 0},
		     {"postalCode", 1}, {"country", 1},      {"number", 1}};
	const char *p = account_get(t->account, "return_address");
	const char *values[sizeof parts / sizeof *parts];
	size_t i, n, len;

	for (i = 0, n = sizeof parts / sizeof *parts; i < n; i++) {
		p += strspn(p, " ");
		len = strcspn(p, "|");
		values[i] = p;
		p += len + (p[len] == '|');
		while (len && values[i][len - 1] == ' ')
			len--;
		if (!len && parts[i].needed)
			return 0;
		values[i] = arena_strndup(t->arena, values[i], len);
	}
	for (i = 0; i < n - 1; i++) {
		if (!*values[i])
			continue;
		buf_fmt(out, "%s\"%s\":", i ? "," : "", parts[i].key);
		json_quote(out, values[i]);
	}
	buf_put(out, ",\"primaryPhone\":{\"countryCode\":");
	json_quote(out, values[5]);
	buf_put(out, ",\"number\":");
	json_quote(out, values[6]);
	buf_char(out, '}');
	return 1;
}

static int
is_number(const char *s)
{
	size_t n = s ? strspn(s, "0123456789") : 0;

	return n && n < 10 && !s[n];
}

static int
answer_open(const struct task *t, struct request *r, const char *what, struct err *err)
{
	if (!is_number(t->out->revision))
		return fail(err, "eBay: it is not known which revision of the payment dispute is answered");
	if (ebay_payment_dispute_open(t, r, t->out->dispute, what, err))
		return -1;
	r->method = "POST";
	r->once = 1;
	buf_put(&r->headers, "Content-Type: application/json\n");
	buf_fmt(&r->body, "{\"revision\":%s", t->out->revision);
	return 0;
}

int
ebay_payment_contest_ask(const struct task *t, struct request *r, struct err *err)
{
	const char *memo = t->out->memo ? t->out->memo : "", *note = t->out->text;
	const char *reason = json_text(json_read(t->arena, memo, strlen(memo), NULL), "reason");
	struct buf address = BUF_MAX(4096);
	int bad;

	if (note && utf16_length(note) > EBAY_DISPUTE_NOTE_UTF16)
		return fail(err, "eBay: the text has %zu characters, at most %d are allowed",
			    utf16_length(note), EBAY_DISPUTE_NOTE_UTF16);
	if ((bad = answer_open(t, r, "/contest", err)))
		return bad;
	if (note && *note) {
		buf_put(&r->body, ",\"note\":");
		json_quote(&r->body, note);
	}
	if (reason && !strcmp(reason, NOT_AS_DESCRIBED)) {
		if (return_address(t, &address))
			buf_fmt(&r->body, ",\"returnAddress\":{%s}", buf_str(&address));
		else
			bad = fail(err,
				   "eBay: to contest a dispute over an item that is not as described eBay "
				   "wants a "
				   "return address: set return_address of account %s",
				   t->account->name);
	}
	buf_char(&r->body, '}');
	buf_free(&address);
	return bad ? bad : ebay_fits(r, err);
}

int
ebay_payment_accept_ask(const struct task *t, struct request *r, struct err *err)
{
	if (answer_open(t, r, "/accept", err))
		return -1;
	buf_char(&r->body, '}');
	return ebay_fits(r, err);
}

enum outcome
ebay_payment_answer_read(const struct task *t, const struct response *rs, struct found *f)
{
	enum outcome o = DONE;
	int64_t id;

	if (rs->status == 204 || ebay_answer(t, rs, 1, f, &o))
		return DONE;
	id = ebay_error_id(t, rs);
	return rs->status == 409 && (id == CHANGED_SINCE || id == WRONG_STATE) ? UNSURE : o;
}
