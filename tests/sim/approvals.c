/* approvals.c - what waits for approval, and what is taken back before it leaves. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "errands.h"
#include "wire.h"

static void
dropped(struct people *p, const struct errand *e, const json_t *result)
{
	(void)e;
	p->w->counts.dropped += result != NULL;
}

void
drop(struct people *p, const char *id)
{
	errand(p, verb("drop", "id", id), dropped, id);
}

static void
approved(struct people *p, const struct errand *e, const json_t *result)
{
	if (result)
		p->w->counts.approved++;
	else
		drop(p, e->id);
}

/* ---- approvals around the very moment at which the fallback would leave ---- */

static void
moment_over(struct people *p, const struct errand *e, const json_t *result)
{
	if (result)
		p->w->counts.approved++;
	else
		drop(p, e->id); /* which is refused as well when the fallback was faster */
}

static void
approve_now(struct people *p, void *who)
{
	struct errand *e = errand(p, verb("approve", "id", who), moment_over, who);

	(void)e;
	p->w->counts.approved_at_the_moment++;
	if (!wire->stop_in && luck_one_in(&p->luck, 3)) {
		wire->stop_in =
			(long)luck_between(&p->luck, 1, 12); /* and the service dies in the middle of it */
		p->w->counts.kills_at_steps++;
	}
}

/* Who has read it, and lets it leave at the last moment, or shortly after: 1; 0: it has no such moment. */
static int
approve_at_the_moment(struct people *p, const json_t *row)
{
	const char *text = json_text(row, "text");
	struct approval *a;
	int64_t at;
	char *id;

	if (json_time(row, "fallback_at", &at) != 1 || at <= p->w->now || at > p->w->end - HOUR ||
	    !luck_one_in(&p->luck, 2))
		return 0;
	a = GROW(p->approvals, p->napprovals);
	a->seller = shop_of(row);
	a->at = at - SECOND * 4;
	a->text = own(p, strlen(text ? text : "") + 1);
	strcpy(a->text, text ? text : "");
	id = own(p, 24);
	snprintf(id, 24, "%s", json_text(row, "id"));
	plan(p, at + luck_between(&p->luck, -3000, 3000), approve_now, id);
	return 1;
}

/* From now on its text may leave, whether the answer comes or not. */
static void
approve(struct people *p, const json_t *row)
{
	const char *text = json_text(row, "text"), *id = json_text(row, "id");
	struct approval *a = GROW(p->approvals, p->napprovals);

	a->seller = shop_of(row);
	a->at = p->w->now;
	a->text = own(p, strlen(text ? text : "") + 1);
	strcpy(a->text, text ? text : "");
	errand(p, verb("approve", "id", id), approved, id);
}

static void
edited(struct people *p, const struct errand *e, const json_t *result)
{
	if (!result)
		return;
	p->w->counts.edited++;
	e->wish->hand->times = 1;
	errand(p, verb("approve", "id", e->id), approved, e->id);
}

void
edit(struct people *p, const char *id, int seller)
{
	struct wish *w = own(p, sizeof *w);
	json_t *q = verb("edit", "id", id);

	w->hand = write_by_hand(p, seller, "We have another idea: please wait for two days");
	json_object_set_new(json_object_get(q, "args"), "text", json_string(w->hand->text));
	w->hand->times = 1; /* from now on it may leave, whether the answer comes or not */
	errand(p, q, edited, id)->wish = w;
}

/* Nobody says the same once more that may have been said already: after an old store was put back. */
static int
may_be_done(const struct people *p, const json_t *row)
{
	return is_word(row, "kind", "return.message") &&
	       p->w->counts.restores + p->w->counts.stale_copies > 0;
}

void
drafts_told(struct people *p, const struct errand *e, const json_t *result)
{
	static const int choice[] = {70, 8, 8, 14, -1};
	json_t *row;
	size_t i;

	(void)e;
	json_array_foreach(json_list(result, "actions"), i, row) {
		const char *id = json_text(row, "id");

		if (is_done_already(p, row) || may_be_done(p, row)) {
			drop(p, id);
			continue;
		}
		if (json_text(row, "fallback_at") && !in_a_hurry(p) &&
		    (approve_at_the_moment(p, row) || luck_one_in(&p->luck, 2)))
			continue; /* or nobody does anything */
		switch (luck_weighted(&p->luck, choice)) {
		case 0: approve(p, row); break;
		case 1: drop(p, id); break;
		case 2:
			if (is_word(row, "kind", "reply"))
				edit(p, id, shop_of(row));
			break;
		default:
			if (in_a_hurry(p))
				drop(p, id);
		}
	}
}

void
undone(struct people *p, const struct errand *e, const json_t *result)
{
	(void)e;
	p->w->counts.undone += result != NULL;
}

void
ready_told(struct people *p, const struct errand *e, const json_t *result)
{
	json_t *row;
	size_t i;

	(void)e;
	json_array_foreach(json_list(result, "actions"), i, row)
		if (luck_one_in(&p->luck, 8) && !in_a_hurry(p))
			errand(p, verb("undo", "id", json_text(row, "id")), undone, json_text(row, "id"));
}
