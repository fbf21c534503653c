#include "daemon/intake.h"

#include <string.h>

#include "daemon/deadline/clocks.h"
#include "daemon/events.h"
#include "daemon/outbox/outbox.h"
#include "daemon/task/task.h"

#define CURSOR_MAX (256u << 10)

static struct intake *
record_begin(struct found *f)
{
	struct intake *in = (struct intake *)f;

	if (in->careful)
		store_page_begin(in->d->store);
	return in;
}

static int
record_end(struct intake *in, const char *remote)
{
	struct err why;

	if (in->careful) {
		if (store_page_spoiled(in->d->store, &why)) {
			record_odd(in->d->store, in->runner->id, in->source, remote ? remote : "",
				   remote ? strlen(remote) : 0, why.text, in->now);
			in->odd++;
		}
		store_page_keep(in->d->store);
	}
	return store_failed(in->d->store);
}

static void
is_news(struct intake *in, int fresh, int64_t at)
{
	in->fresh += fresh;
	if (fresh && in->nnews < NEWS_MAX)
		in->news[in->nnews++] = at;
}

static int
take_order(struct found *f, const struct order *o)
{
	struct intake *in = record_begin(f);

	is_news(in, record_order(in->d->store, in->runner->id, o, in->now),
		o->changed ? o->changed : o->created);
	return record_end(in, o->remote);
}

static int
take_shipment(struct found *f, const struct shipment *s)
{
	struct intake *in = record_begin(f);

	in->fresh += record_shipment(in->d->store, in->runner->id, s, in->now);
	return record_end(in, s->remote);
}

/* A message from before the arming has no event that would see to it. */
static void
take_old(struct intake *in, const struct message *m)
{
	int64_t since, id = conversation_waits(in->d->store, in->runner->id, m->conversation, &since);

	if (id)
		set_deadline(in->d, in->runner->conf, id, since);
	in->runner->too_old++;
}

static int
take_message(struct found *f, const struct message *m)
{
	struct intake *in = record_begin(f);
	const int fresh = record_message(in->d->store, in->runner->id, m, in->now);

	if (m->direction == INCOMING)
		is_news(in, fresh, m->sent);
	else
		in->fresh += fresh;
	if (fresh && m->direction == INCOMING && !m->automatic && m->sent && m->sent < in->old)
		take_old(in, m);
	return record_end(in, m->remote);
}

/* What a poll shows may finish a task about it, or call it back; and what waits for approval may have become pointless. */
static void
tell_people(struct intake *in, const struct around *about, int fresh)
{
	struct situation s;

	if (!situation_load(in->d->store, about, in->now, &s))
		return;
	if (s.dispute)
		set_respond_by(in->d, in->runner->conf, &s, in->now);
	if (s.dispute && fresh && s.dispute_status != DISPUTE_AWAITING_SELLER)
		outbox_dispute_over(in->d, &s, in->now);
	task_facts(in->d, &s, in->now);
}

static int
take_dispute(struct found *f, const struct dispute *x)
{
	struct intake *in = record_begin(f);
	const int fresh = record_dispute(in->d->store, in->runner->id, x, in->now);

	is_news(in, fresh, x->changed > x->opened ? x->changed : x->opened);
	tell_people(in,
		    &(struct around){.dispute = dispute_id(in->d->store, in->runner->id, x->kind, x->remote)},
		    fresh);
	return record_end(in, x->remote);
}

static int
take_feedback(struct found *f, const struct feedback *x)
{
	struct intake *in = record_begin(f);

	is_news(in, record_feedback(in->d->store, in->runner->id, x, in->now),
		x->changed > x->given ? x->changed : x->given);
	tell_people(in, &(struct around){.feedback = feedback_id(in->d->store, in->runner->id, x->remote)},
		    0);
	return record_end(in, x->remote);
}

static int
take_refund(struct found *f, const struct refund *x)
{
	struct intake *in = record_begin(f);

	in->fresh += record_refund(in->d->store, in->runner->id, x, in->now);
	return record_end(in, x->remote);
}

static int
take_metric(struct found *f, const struct metric *x)
{
	struct intake *in = record_begin(f);

	record_metric(in->d->store, in->runner->id, x, in->now); /* grades are no news of buyers */
	return record_end(in, x->name);
}

static int
take_own(struct found *f, const struct own *own)
{
	struct intake *in = (struct intake *)f;

	json_t *item;

	if (!own->remote)
		return 0;
	item = json_pack("{s:s, s:s*, s:I}", "remote", own->remote, "text", own->text, "at",
			 (json_int_t)own->at);
	if (*own->amount.currency)
		json_object_update_new(item, json_pack("{s:s, s:I}", "currency", own->amount.currency,
						       "minor", (json_int_t)own->amount.minor));
	json_array_append_new(in->own, item);
	return 0;
}

static int
take_odd(struct found *f, const char *item, size_t len, const char *packed_why)
{
	struct intake *in = (struct intake *)f;

	in->odd++;
	record_odd(in->d->store, in->runner->id, in->source, item, len, packed_why, in->now);
	return store_failed(in->d->store);
}

void
intake_open(struct intake *in, struct daemon *d, struct runner *r, const char *source, int64_t now)
{
	*in = (struct intake){
		.found = {.order = take_order,
			  .shipment = take_shipment,
			  .message = take_message,
			  .dispute = take_dispute,
			  .feedback = take_feedback,
			  .refund = take_refund,
			  .metric = take_metric,
			  .own = take_own,
			  .odd = take_odd,
			  .cursor = BUF_MAX(CURSOR_MAX),
			  .ack = BUF_MAX(CURSOR_MAX),
			  .token = BUF_MAX(CURSOR_MAX),
			  .grant = BUF_MAX(CURSOR_MAX),
			  .identity = BUF_MAX(1024),
			  .remote = BUF_MAX(4096)},
		.d = d,
		.runner = r,
		.source = source,
		.now = now,
		.old = account_since(d->store, r->id),
		.own = json_array(),
	};
}

void
intake_close(struct intake *in)
{
	buf_free(&in->found.cursor);
	buf_free(&in->found.ack);
	buf_free(&in->found.token);
	buf_free(&in->found.grant);
	buf_free(&in->found.identity);
	buf_free(&in->found.remote);
	json_decref(in->own);
}

/* As it was before the answer was read. */
static void
begin_again(struct intake *in, size_t nown)
{
	json_t *own = json_incref(in->own);

	while (json_array_size(own) > nown)
		json_array_remove(own, nown);
	intake_close(in);
	intake_open(in, in->d, in->runner, in->source, in->now);
	json_decref(in->own);
	in->own = own;
}

enum outcome
intake_read(struct intake *in, const struct job *job, const struct task *task,
	    const struct response *response)
{
	const size_t nown = json_array_size(in->own);
	enum outcome o = job->exchange->read(task, response, &in->found);
	struct err why;

	if (!store_page_spoiled(in->d->store, &why))
		return o;
	begin_again(in, nown);
	in->careful = 1;
	o = job->exchange->read(task, response, &in->found);
	return store_page_spoiled(in->d->store, &in->found.err) ? LATER : o;
}
