/* staff.c - the seller's people at the service.
 *
 * Several times a day somebody goes through all that waits: first looks, then acts on what was seen.  Whoever gets no answer, because the
 * service ended, looks again before asking again.
 */
#include <stdlib.h>
#include <string.h>

#include "errands.h"
#include "wire.h"

#define THINKS (2 * SECOND) /* between two questions */

/* ---- errands ---- */

struct errand *
errand(struct people *p, json_t *question, told *then, const char *id)
{
	struct errand *e = GROW(p->staff->errands, p->staff->nerrands);

	e->question = question;
	e->told = then;
	snprintf(e->id, sizeof e->id, "%s", id ? id : "");
	return e;
}

static void
forget_errands(struct staff *s)
{
	for (size_t i = s->next; i < s->nerrands; i++) {
		json_decref(s->errands[i].question);
		json_decref(s->errands[i].about);
	}
	free(s->errands);
	s->errands = NULL;
	s->nerrands = s->next = 0;
}

json_t *
verb(const char *name, const char *key, const char *value)
{
	return json_pack("{s:s,s:{s:s}}", "verb", name, "args", key, value);
}

int
shop_of(const json_t *row)
{
	const char *name = json_text(row, "account");

	return name ? atoi(name + 5) - 1 : 0;
}

int
is_word(const json_t *row, const char *key, const char *word)
{
	const char *text = json_text(row, key);

	return text && !strcmp(text, word);
}

int64_t
age(const struct people *p, const json_t *row, const char *key)
{
	int64_t at;

	return json_time(row, key, &at) > 0 ? p->w->now - at : INT64_MAX;
}

int
in_a_hurry(const struct people *p)
{
	return p->w->now > p->w->end;
}

/* ---- rounds ---- */

static void
list_errand(struct people *p, const char *state, told *then)
{
	json_t *q = verb("outbox", "state", state);

	json_object_set_new(json_object_get(q, "args"), "limit", json_integer(200));
	errand(p, q, then, state);
}

static void
begin_round(struct people *p)
{
	errand(p, json_pack("{s:s}", "verb", "account list"), accounts_told, NULL);
	errand(p, json_pack("{s:s}", "verb", "status"), status_told, NULL);
	if (p->w->rush)
		return;
	look_after_doubts(p);
	list_errand(p, "held", held_told);
	list_errand(p, "draft", drafts_told);
	list_errand(p, "ready", ready_told);
	list_errand(p, "unsure", unsure_told);
	if (!in_a_hurry(p))
		errand(p, json_pack("{s:s,s:{s:i}}", "verb", "inbox", "args", "limit", 100), inbox_told,
		       NULL);
	errand(p, json_pack("{s:s,s:{s:i}}", "verb", "task", "args", "limit", 100), tasks_told, NULL);
}

static int64_t
next_round(struct people *p)
{
	if (in_a_hurry(p))
		return p->w->now + 2 * HOUR;
	return some_time(p, 40 * MINUTE);
}

void
staff_lives(struct people *p)
{
	p->staff = own(p, sizeof *p->staff);
	p->staff->round = p->w->start + MINUTE;
	p->staff->ready = INT64_MAX;
}

void
staff_free(struct people *p)
{
	forget_errands(p->staff);
	free(p->staff->doubtful);
}

int64_t
staff_next(const struct people *p)
{
	const struct staff *s = p->staff;

	if (s->asking || s->next == s->nerrands)
		return s->round;
	return s->ready > p->w->now && s->ready < s->round ? s->ready : s->round;
}

void
staff_act(struct people *p)
{
	struct staff *s = p->staff;

	if (s->round > p->w->now)
		return;
	s->round = next_round(p);
	if (s->next == s->nerrands && !s->asking) {
		begin_round(p);
		s->ready = p->w->now;
	}
}

json_t *
people_ask(struct people *p)
{
	struct staff *s = p->staff;

	if (s->asking || s->next == s->nerrands || s->ready > p->w->now)
		return NULL;
	s->asking = 1;
	if (s->errands[s->next].wish && !wire->stop_in && p->w->now < p->w->end &&
	    luck_one_in(&p->luck, 20)) {
		wire->stop_in = (long)luck_between(
			&p->luck, 1, 6); /* it dies while it takes the wish in, or before it says so */
		p->w->counts.kills_at_steps++;
	}
	return json_incref(s->errands[s->next].question);
}

void
people_told(struct people *p, const json_t *answer)
{
	struct staff *s = p->staff;
	struct errand e = s->errands[s->next++];
	char *text;

	if (p->w->trace) {
		text = json_dumps(e.question, JSON_COMPACT);
		trace(p->w, "asked %s: %s %s", text, json_flag(answer, "ok", 0) ? "ok" : "no",
		      json_text(answer, "text") ? json_text(answer, "text") : "");
		free(text);
	}
	s->asking = 0;
	s->ready = p->w->now + THINKS;
	e.told(p, &e, json_flag(answer, "ok", 0) ? json_obj(answer, "result") : NULL);
	json_decref(e.question);
	json_decref(e.about);
	if (s->next == s->nerrands)
		forget_errands(s);
}

void
people_unanswered(struct people *p)
{
	struct staff *s = p->staff;
	struct wish *w = s->errands[s->next].wish;

	if (w && s->errands[s->next].told == wished) {
		w->asked = p->w->now;
		*GROW(s->doubtful, s->ndoubtful) = w;
	}
	s->asking = 0;
	forget_errands(s);
	s->round = p->w->now + luck_between(&p->luck, MINUTE, 10 * MINUTE);
}
