/* evidence.c - files and proofs for a payment dispute: uploading changes nothing until they are added. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "call.h"
#include "disputes.h"

#define FILE_MAX  1500000
#define FILES_MAX 5
#define NAME_MAX_ 255

/* One part of multipart/form-data that is a file; its bytes stay in the body. */
struct part {
	char name[NAME_MAX_ + 2];
	const char *bytes;
	size_t len;
};

static const char *
find(const char *hay, size_t n, const char *needle)
{
	return memmem(hay, n, needle, strlen(needle));
}

/* How many files the body holds; the first one's facts. */
static int
read_parts(const struct http_msg *rq, struct part *first)
{
	const char *type = http_header(rq, "Content-Type"),
		   *boundary = type ? strstr(type, "boundary=") : NULL;
	const char *p = rq->body, *end = rq->body + rq->len, *next, *body;
	char mark[128];
	int n = 0;

	if (!boundary || strncmp(type, "multipart/form-data", 19))
		return 0;
	boundary += 9 + (boundary[9] == '"');
	snprintf(mark, sizeof mark, "--%.*s", (int)strcspn(boundary, "\";"), boundary);
	while ((p = find(p, (size_t)(end - p), mark))) {
		const char *name;

		p += strlen(mark);
		if (!(next = find(p, (size_t)(end - p), mark)) ||
		    !(body = find(p, (size_t)(next - p), "\r\n\r\n")))
			break;
		name = find(p, (size_t)(body - p), "name=\"file\"");
		if (name && n++ == 0) {
			const char *file = find(p, (size_t)(body - p), "filename=\"");

			if (file)
				snprintf(first->name, sizeof first->name, "%.*s",
					 (int)strcspn(file + 10, "\"\r"), file + 10);
			first->bytes = body + 4;
			first->len = (size_t)(next - 2 - first->bytes); /* the line end before the mark */
		}
		p = next;
	}
	return n;
}

static const char *
type_of_bytes(const struct part *f)
{
	if (f->len > 3 && !memcmp(f->bytes, "\xff\xd8\xff", 3))
		return "JPEG";
	return f->len > 8 && !memcmp(f->bytes, "\x89PNG\r\n\x1a\n", 8) ? "PNG" : NULL;
}

static struct dispute *
wanted(struct call *c)
{
	struct dispute *d = find_dispute(c->e, CHARGEBACK, c->arg);

	if (!d || d->opened > c->now) {
		rest_error(c, 33001);
		return NULL;
	}
	if (strcmp(d->status, "ACTION_NEEDED")) {
		rest_error(c, 33004);
		return NULL;
	}
	return d;
}

void
evidence_upload(struct call *c)
{
	struct dispute *d = wanted(c);
	struct part f = {{0}, NULL, 0};
	char id[48];
	int n, bad = 0;

	if (!d)
		return;
	n = read_parts(c->rq, &f);
	if (n != 1)
		bad = 33107;
	else if (!*f.name || strlen(f.name) > NAME_MAX_)
		bad = 33106;
	else if (f.len > FILE_MAX)
		bad = 33006;
	else if (!type_of_bytes(&f))
		bad = 33005;
	if (bad) {
		rest_error(c, bad);
		return;
	}
	snprintf(id, sizeof id, "7b2f0000-0000-4000-8000-%012" PRId64, ++c->e->serial);
	take_file(d, id, f.name, "", type_of_bytes(&f), f.bytes, f.len, c->now);
	json_answer(c, 200, json_pack("{s:s}", "fileId", id));
}

/* Files and lines as the request names them.  0 or the error id. */
static int
check(const struct dispute *d, const json_t *root, size_t places[FILES_MAX], size_t *n)
{
	const json_t *files = json_list(root, "files"), *lines = json_list(root, "lineItems"), *x;
	size_t i, k, sum = 0;

	*n = json_array_size(files);
	if (!*text_of(root, "evidenceType") || !strcmp(text_of(root, "evidenceType"), "PROOF_OF_DELIVERY"))
		return 33008;
	if (*n == 0)
		return 33003;
	if (*n > FILES_MAX)
		return 33103;
	json_array_foreach(files, i, x) {
		for (k = 0; k < d->n_files && strcmp(d->files[k].id, text_of(x, "fileId")); k++)
			;
		if (k == d->n_files)
			return 33003;
		places[i] = k;
		sum += d->files[k].len;
	}
	if (sum > FILE_MAX)
		return 33104;
	if (json_array_size(lines) != 1)
		return 33007;
	json_array_foreach(lines, i, x)
		if (strcmp(text_of(x, "lineItemId"), d->line->id) ||
		    strcmp(text_of(x, "itemId"), d->line->listing->item))
			return 33007;
	return 0;
}

static void
put_files(struct call *c, struct dispute *d, struct evidence *x, const size_t *places, size_t n)
{
	struct deed deed = {.actor = "SELLER", .verb = "evidence", .now = c->now};

	x->n_files = 0;
	for (size_t i = 0; i < n; i++)
		*GROW(x->files, x->n_files) = places[i];
	x->given = c->now;
	dispute_act(c->e, d, &deed);
}

/* Answers a request of the bank when there is one of that type; else it is one more. */
void
evidence_add(struct call *c)
{
	struct dispute *d = wanted(c);
	json_t *root = d ? body_json(c) : NULL;
	size_t places[FILES_MAX], n;
	struct evidence *x = NULL;
	int bad;

	if (!root)
		return;
	if ((bad = check(d, root, places, &n))) {
		rest_error(c, bad);
		goto out;
	}
	for (size_t i = 0; i < d->n_evidence && !x; i++)
		if (!d->evidence[i].given && !strcmp(d->evidence[i].type, text_of(root, "evidenceType")))
			x = &d->evidence[i];
	if (!x) {
		x = GROW(d->evidence, d->n_evidence);
		snprintf(x->id, sizeof x->id, "%" PRId64, 500 + ++c->e->serial);
		set_text(&x->type, text_of(root, "evidenceType"));
	}
	put_files(c, d, x, places, n);
	json_answer(c, 200, json_pack("{s:s}", "evidenceId", x->id));
out:
	json_decref(root);
}

void
evidence_update(struct call *c)
{
	struct dispute *d = wanted(c);
	json_t *root = d ? body_json(c) : NULL;
	size_t places[FILES_MAX], n;
	struct evidence *x = NULL;
	int bad;

	if (!root)
		return;
	for (size_t i = 0; i < d->n_evidence; i++)
		if (!strcmp(d->evidence[i].id, text_of(root, "evidenceId")))
			x = &d->evidence[i];
	bad = check(d, root, places, &n);
	if (!x)
		bad = 33010;
	else if (!bad && strcmp(x->type, text_of(root, "evidenceType")))
		bad = 33009;
	if (bad) {
		rest_error(c, bad);
	} else {
		put_files(c, d, x, places, n);
		c->rs->status = 204;
	}
	json_decref(root);
}

void
evidence_content(struct call *c)
{
	struct dispute *d = find_dispute(c->e, CHARGEBACK, c->arg);
	struct buf id = BUF_MAX(256);
	const struct file *f = NULL;

	query_get(c->rq, "file_id", &id);
	for (size_t i = 0; d && i < d->n_files; i++)
		if (!strcmp(d->files[i].id, buf_str(&id)))
			f = &d->files[i];
	buf_free(&id);
	if (!d || !f) {
		rest_error(c, d ? 33003 : 33001);
		return;
	}
	c->rs->type = strcmp(f->type, "PNG") ? "image/jpeg" : "image/png";
	buf_set(&c->rs->body, f->bytes, f->len);
}
