/* disputes.c - what all kinds of disputes have in common. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "disputes.h"

static const struct machine *const machines[N_KINDS] = {&returns, &inquiries, &cases, &cancellations,
							&chargebacks};

const struct machine *
machine_of(const struct dispute *d)
{
	return machines[d->kind];
}

int64_t
transaction_of(const struct line *l)
{
	return INT64_C(2000000000000) + strtoll(l->id, NULL, 10) % INT64_C(1000000000);
}

static void
changed(struct ebay *e, struct order *o)
{
	o->edition++;
	e->quiet_until = 0;
}

struct dispute *
dispute_open(struct ebay *e, enum dispute_kind kind, struct order *o, struct line *l, int64_t now)
{
	struct dispute *d = must_zalloc(sizeof *d);
	size_t i;

	d->kind = kind;
	snprintf(d->id, sizeof d->id, "5%d%08" PRId64, (int)kind, ++e->serial);
	d->order = o;
	d->line = l;
	d->amount = l->listing->price;
	d->amount.minor = d->amount.minor * l->quantity + l->listing->postage.minor;
	d->refunded = (struct money){0, ""};
	memcpy(d->refunded.currency, d->amount.currency, sizeof d->refunded.currency);
	d->opened = d->changed = now;
	d->status = d->state = "";
	changed(e, o);

	(void)GROW(e->disputes, e->n_disputes);
	for (i = e->n_disputes - 1; i > 0 && e->disputes[i - 1]->opened > now; i--)
		e->disputes[i] = e->disputes[i - 1];
	e->disputes[i] = d;
	return d;
}

struct dispute *
find_dispute(const struct ebay *e, int kind, const char *id)
{
	for (size_t i = 0; i < e->n_disputes; i++)
		if ((kind < 0 || (int)e->disputes[i]->kind == kind) && !strcmp(e->disputes[i]->id, id))
			return e->disputes[i];
	return NULL;
}

struct dispute *
open_dispute_of(const struct ebay *e, const struct order *o)
{
	for (size_t i = 0; i < e->n_disputes; i++)
		if (e->disputes[i]->order == o && !e->disputes[i]->closed)
			return e->disputes[i];
	return NULL;
}

struct entry *
remember(struct ebay *e, struct dispute *d, const char *actor, const char *what, const char *text,
	 int64_t now)
{
	struct entry *x = GROW(d->history, d->n_history);

	*x = (struct entry){
		.what = what, .actor = actor, .from = d->state, .to = d->state, .at = now, .visible = now};
	if (!strcmp(actor, "SELLER"))
		x->visible += e->hide_sent;
	if (text && *text)
		x->text = must_strdup(text);
	d->changed = now;
	return x;
}

void
move_to(struct dispute *d, const char *state, const char *status)
{
	d->state = state;
	d->status = status;
	if (d->n_history)
		d->history[d->n_history - 1].to = state;
}

void
close_as(struct dispute *d, const char *state, const char *status, const char *ending, int64_t now)
{
	move_to(d, state, status);
	d->ending = ending;
	d->closed = d->changed = now;
	d->decided = 0;
}

void
ask_seller(struct dispute *d, const char *action, int64_t due)
{
	*GROW(d->turns, d->n_turns) = (struct turn){action, due, 0};
}

const struct turn *
turn_now(const struct dispute *d)
{
	const struct turn *t = d->n_turns ? &d->turns[d->n_turns - 1] : NULL;

	return t && !t->answered && !d->closed ? t : NULL;
}

void
seller_answered(struct dispute *d, int64_t now)
{
	if (turn_now(d))
		d->turns[d->n_turns - 1].answered = now;
}

void
dispute_pays(struct ebay *e, struct dispute *d, const struct money *m, int64_t now)
{
	pay_back(e, d->order, m, machine_of(d)->name, now);
	d->refunded.minor += m->minor;
	if (d->n_history)
		d->history[d->n_history - 1].amount = *m;
}

void
take_file(struct dispute *d, const char *id, const char *name, const char *purpose, const char *type,
	  const char *bytes, size_t len, int64_t now)
{
	struct file *f = GROW(d->files, d->n_files);

	snprintf(f->id, sizeof f->id, "%s", id);
	f->name = must_strdup(name);
	f->purpose = must_strdup(purpose);
	f->type = type;
	f->bytes = must_zalloc(len + 1);
	memcpy(f->bytes, bytes, len);
	f->len = len;
	f->at = now;
}

struct dispute *
escalate(struct ebay *e, struct dispute *d, const char *by, int64_t now)
{
	struct dispute *k = dispute_open(e, CASE, d->order, d->line, now);

	k->amount = d->amount;
	k->parent = d;
	d->next = k;
	set_text(&k->reason, strcmp(by, "SELLER") ? "SELLER_NORESPONSE" : "TROUBLE_COMMUNICATION");
	cases.open(e, k, now);
	remember(e, k, by, "Escalated", NULL, now);
	return k;
}

int
dispute_act(struct ebay *e, struct dispute *d, const struct deed *deed)
{
	int bad = machine_of(d)->act(e, d, deed);

	changed(e, d->order);
	if (bad || strcmp(deed->actor, "SELLER"))
		return bad;
	if (deed->by_hand)
		count_in(&d->by_hand, &d->n_by_hand, deed->verb);
	else
		count_in(&d->acts, &d->n_acts, deed->verb);
	return 0;
}

void
disputes_tick(struct ebay *e, int64_t now)
{
	/* a case that opens meanwhile stands at its time, so before or after: look again until nothing happens */
	while (now >= e->quiet_until) {
		e->quiet_until = INT64_MAX;
		for (size_t i = 0; i < e->n_disputes; i++) {
			struct dispute *d = e->disputes[i];
			const struct turn *t = turn_now(d);
			const int64_t due = t ? t->due : INT64_MAX;
			const int64_t decided = d->decided ? d->decided : INT64_MAX;
			const int64_t next = due < decided ? due : decided;

			if (due <= now) {
				d->turns[d->n_turns - 1].answered = -1; /* never: the clock is over */
				machine_of(d)->overdue(e, d, due);
				changed(e, d->order);
			} else if (decided <= now) {
				d->decided = 0;
				machine_of(d)->decide(e, d, decided);
				changed(e, d->order);
			} else if (next < e->quiet_until) {
				e->quiet_until = next;
			}
		}
	}
}

void
dispute_free(struct dispute *d)
{
	for (size_t i = 0; i < d->n_history; i++)
		free(d->history[i].text);
	for (size_t i = 0; i < d->n_files; i++)
		free(d->files[i].name), free(d->files[i].purpose), free(d->files[i].bytes);
	for (size_t i = 0; i < d->n_evidence; i++)
		free(d->evidence[i].type), free(d->evidence[i].files);
	counts_free(d->acts, d->n_acts);
	counts_free(d->by_hand, d->n_by_hand);
	free(d->turns), free(d->history), free(d->files), free(d->evidence);
	free(d->reason), free(d->text), free(d->carrier), free(d->tracking), free(d->note);
	row_free(&d->row);
	free(d);
}
