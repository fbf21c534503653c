/* payment_evidence.c - evidence for a payment dispute: POST …/payment_dispute/{id}/upload_evidence_file once for each file, then
 * …/add_evidence, which makes them one set.
 *
 * A file that was uploaded counts for nothing until it is in a set, so uploads may be repeated; only the last step may not.  The cursor
 * holds the ids of the files that have arrived.  Type and lines of the set must be those of eBay's own request for evidence, which the
 * memo of the dispute keeps.
 */
#include "ebay.h"

#include "base/text.h"

#include <string.h>

#define MAX_NAME 200 /* bytes; eBay takes 255 characters */

static json_t *
uploaded(const struct task *t)
{
	return json_list(json_read(t->arena, t->cursor, strlen(t->cursor), NULL), "files");
}

/* ---- one file ---- */

static int
acceptable(const struct outgoing *out, const struct attachment_file *file, struct err *err)
{
	if (strcmp(file->type, "image/jpeg") != 0 && strcmp(file->type, "image/png") != 0)
		return fail(err, "eBay: %s is %s, evidence must be JPEG or PNG pictures", file->name,
			    file->type);
	if (!file->len || file->len > EBAY_EVIDENCE_BYTES)
		return fail(err, "eBay: %s has %zu bytes, evidence may have %d in all", file->name, file->len,
			    EBAY_EVIDENCE_BYTES);
	if (out->nfiles > EBAY_EVIDENCE_FILES)
		return fail(err, "eBay: there are %zu files, evidence may have %d", out->nfiles,
			    EBAY_EVIDENCE_FILES);
	return 0;
}

/* A line that does not occur in the file. */
static const char *
boundary_for(const struct task *t, const struct attachment_file *file)
{
	uint64_t n = t->seed;
	const char *line;

	do
		line = arena_fmt(t->arena, "supercargo-%016llx", (unsigned long long)n++);
	while (memmem(file->bytes, file->len, line, strlen(line)));
	return line;
}

static const char *
harmless_name(const struct task *t, const char *name)
{
	char *copy = arena_strndup(t->arena, name, utf8_fit(name, strlen(name), MAX_NAME)), *p;

	for (p = copy; *p; p++)
		if ((unsigned char)*p < ' ' || strchr("\"\\/\x7f", *p))
			*p = '_';
	return *copy ? copy : "evidence";
}

static int
upload_ask(const struct task *t, struct request *r, const struct attachment_file *file, struct err *err)
{
	const char *boundary;

	if (acceptable(t->out, file, err) ||
	    ebay_payment_dispute_open(t, r, t->out->dispute, "/upload_evidence_file", err))
		return -1;
	boundary = boundary_for(t, file);
	r->method = "POST";
	buf_fmt(&r->headers, "Content-Type: multipart/form-data; boundary=%s\n", boundary);
	buf_fmt(&r->body,
		"--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\nContent-Type: "
		"%s\r\n\r\n",
		boundary, harmless_name(t, file->name), file->type);
	buf_add(&r->body, file->bytes, file->len);
	buf_fmt(&r->body, "\r\n--%s--\r\n", boundary);
	return ebay_fits(r, err);
}

/* ---- the set ---- */

static int
add_ask(const struct task *t, struct request *r, json_t *files, struct err *err)
{
	const char *memo = t->out->memo ? t->out->memo : "", *type;
	const json_t *echo = json_read(t->arena, memo, strlen(memo), NULL),
		     *lines = json_list(echo, "lineItems");
	size_t i;

	if (!(type = json_text(echo, "evidenceType")))
		return fail(err, "eBay: it asks for no evidence that files could give; proof of delivery is "
				 "the tracking "
				 "of the order (order.ship)");
	if (ebay_payment_dispute_open(t, r, t->out->dispute, "/add_evidence", err))
		return -1;
	r->method = "POST";
	r->once = 1;
	buf_put(&r->headers, "Content-Type: application/json\n");
	buf_put(&r->body, "{\"evidenceType\":");
	json_quote(&r->body, type);
	for (i = 0; i < json_array_size(files); i++) {
		const char *id = json_string_value(json_array_get(files, i));

		buf_fmt(&r->body, "%s{\"fileId\":", i ? "," : ",\"files\":[");
		json_quote(&r->body, id ? id : "");
		buf_char(&r->body, '}');
	}
	buf_put(&r->body, "],\"lineItems\":[");
	for (i = 0; i < json_array_size(lines); i++) {
		const json_t *line = json_array_get(lines, i);
		const char *item = json_text(line, "itemId"), *id = json_text(line, "lineItemId");

		buf_put(&r->body, i ? ",{\"itemId\":" : "{\"itemId\":");
		json_quote(&r->body, item ? item : "");
		buf_put(&r->body, ",\"lineItemId\":");
		json_quote(&r->body, id ? id : "");
		buf_char(&r->body, '}');
	}
	buf_put(&r->body, "]}");
	return ebay_fits(r, err);
}

/* ---- both ---- */

int
ebay_payment_evidence_ask(const struct task *t, struct request *r, struct err *err)
{
	json_t *files = uploaded(t);
	const size_t n = json_array_size(files);
	int64_t all = 0;
	size_t i;

	if (!t->out->nfiles)
		return fail(err, "eBay: evidence needs at least one file");
	for (i = 0; i < t->out->nfiles; i++)
		all += (int64_t)t->out->files[i].len;
	if (all > EBAY_EVIDENCE_BYTES)
		return fail(err, "eBay: the files have %lld bytes, evidence may have %d in all",
			    (long long)all, EBAY_EVIDENCE_BYTES);
	return n < t->out->nfiles ? upload_ask(t, r, &t->out->files[n], err) : add_ask(t, r, files, err);
}

static enum outcome
upload_read(const struct task *t, const struct response *rs, const json_t *files, struct found *f)
{
	enum outcome o;
	json_t *root = ebay_answer(t, rs, 0, f, &o);
	const char *id = json_id(t->arena, root, "fileId");
	size_t i;

	if (!root)
		return o;
	if (!id)
		return later(f, "eBay: the answer to an upload names no file");
	buf_put(&f->cursor, "{\"files\":[");
	for (i = 0; i < json_array_size(files); i++) {
		const char *known = json_string_value(json_array_get(files, i));

		json_quote(&f->cursor, known ? known : "");
		buf_char(&f->cursor, ',');
	}
	json_quote(&f->cursor, id);
	buf_put(&f->cursor, "]}");
	return MORE;
}

enum outcome
ebay_payment_evidence_read(const struct task *t, const struct response *rs, struct found *f)
{
	const json_t *files = uploaded(t);
	const char *id;
	enum outcome o;
	json_t *root;

	if (json_array_size(files) < t->out->nfiles)
		return upload_read(t, rs, files, f);
	if (!(root = ebay_answer(t, rs, 1, f, &o)))
		return o;
	if (!(id = json_id(t->arena, root, "evidenceId"))) {
		fail(&f->err, "eBay: the answer names no evidence");
		return UNSURE;
	}
	buf_set(&f->remote, id, strlen(id));
	return DONE;
}
