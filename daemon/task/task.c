#include "daemon/task/task.h"

#include <string.h>

#include "base/instant.h"
#include "daemon/clock.h"

#define BY_PLATFORM "platform"
#define PATIENCE    HOUR /* how long a person's word stands against what the platform shows */

/* ---- rows ---- */

static void
save(struct daemon *d, const struct task_row *t, const char *verb, const char *who, int64_t now)
{
	task_save(d->store, t, now);
	journal_add(d->store, now, t->account, "task",
		    arena_fmt(store_arena(d->store), "t%lld", (long long)t->id),
		    json_pack("{s:s, s:s, s:s*, s:o*}", "verb", verb, "state", task_state_name(t->state),
			      "operator", who, "why",
			      t->reason && !strcmp(verb, "reopen") ? json_pack("{s:s}", "packed", t->reason)
								   : NULL));
}

int64_t
task_open(struct daemon *d, const struct situation *s, const struct task_row *wished, int64_t now)
{
	struct task_row t = *wished;
	char key[33];

	if (!t.intent_key) {
		random_hex(key);
		t.intent_key = arena_fmt(store_arena(d->store), "%s/by-hand/%s", d->installation, key);
	}
	if (!t.deadline && s->dispute)
		t.deadline = s->respond_by;
	t.state = TASK_OPEN;
	if (!task_insert(d->store, &t, now))
		return 0;
	journal_add(d->store, now, t.account, "task",
		    arena_fmt(store_arena(d->store), "t%lld", (long long)t.id),
		    json_pack("{s:s, s:s, s:s*, s:s*, s:s*, s:I, s:I, s:I}", "verb", "open", "kind", t.kind,
			      "rule", t.rule, "operator", t.operator, "template", t.template_id, "dispute",
			      (json_int_t)t.dispute, "feedback", (json_int_t)t.feedback, "event",
			      (json_int_t)s->event));
	return t.id;
}

/* ---- by hand ---- */

/* The row, when there is still something to do. */
static int
undone(struct daemon *d, int64_t id, struct task_row *t, struct err *err)
{
	if (!task_get(d->store, id, t))
		return fail(err, "there is no task t%lld", (long long)id);
	if (t->state == TASK_DONE)
		return fail(err, "t%lld is done already", (long long)id);
	if (t->state == TASK_DROPPED)
		return fail(err, "t%lld was dropped", (long long)id);
	return 0;
}

int
task_claim(struct daemon *d, int64_t id, const char *operator, int64_t now, struct err *err)
{
	struct task_row t;

	if (undone(d, id, &t, err))
		return -1;
	t.state = TASK_OPEN;
	t.snoozed_until = 0;
	t.operator= operator;
	save(d, &t, "claim", operator, now);
	return 0;
}

int
task_snooze(struct daemon *d, int64_t id, int64_t until, const char *operator, int64_t now, struct err *err)
{
	struct task_row t;
	char deadline[INSTANT_TEXT];

	if (undone(d, id, &t, err))
		return -1;
	if (t.deadline && until > t.deadline) {
		instant_minute(t.deadline, deadline);
		return fail(err, "t%lld has to be done until %s; it cannot sleep longer", (long long)id,
			    deadline);
	}
	t.state = TASK_SNOOZED;
	t.snoozed_until = until;
	save(d, &t, "snooze", operator, now);
	return 0;
}

int
task_done(struct daemon *d, int64_t id, const char *operator, int64_t now, struct err *err)
{
	struct task_row t;

	if (undone(d, id, &t, err))
		return -1;
	t.state = TASK_DONE;
	t.snoozed_until = 0;
	t.done_by = operator;
	save(d, &t, "done", operator, now);
	return 0;
}

int
task_drop(struct daemon *d, int64_t id, const char *operator, int64_t now, struct err *err)
{
	struct task_row t;

	if (undone(d, id, &t, err))
		return -1;
	t.state = TASK_DROPPED;
	t.snoozed_until = 0;
	save(d, &t, "drop", operator, now);
	return 0;
}

/* ---- what polls show ---- */

enum shown { SHOWN_NOTHING, SHOWN_MET, SHOWN_UNMET };

static int
is_verb(const char *kind, const char *verb)
{
	const char *dot = strrchr(kind, '.');

	return dot && !strcmp(dot + 1, verb);
}

static enum shown
shown_by(const struct situation *s, const struct task_row *t)
{
	if (t->dispute && t->dispute == s->dispute && !is_verb(t->kind, "appeal") &&
	    !is_verb(t->kind, "escalate"))
		return s->dispute_status == DISPUTE_AWAITING_SELLER ? SHOWN_UNMET : SHOWN_MET;
	if (!t->feedback || t->feedback != s->feedback)
		return SHOWN_NOTHING;
	if (is_verb(t->kind, "reply"))
		return s->feedback_reply && *s->feedback_reply ? SHOWN_MET : SHOWN_UNMET;
	if (is_verb(t->kind, "revision") && (s->rating == RATING_POSITIVE || s->rating == RATING_WITHDRAWN))
		return SHOWN_MET;
	return SHOWN_NOTHING;
}

/* The dispute waits for something newer than what this task asks for: that is another task's. */
static int
is_next_turn(const struct situation *s, const struct task_row *t)
{
	return t->dispute && t->deadline && s->respond_by > t->deadline;
}

static void
judge(struct daemon *d, const struct situation *s, struct task_row *t, int64_t now)
{
	const enum shown shown = shown_by(s, t);
	const int by_person = t->done_by && strcmp(t->done_by, BY_PLATFORM) != 0;
	char packed[ERR_MAX];

	if (shown == SHOWN_MET && (t->state == TASK_OPEN || t->state == TASK_SNOOZED)) {
		t->state = TASK_DONE;
		t->snoozed_until = 0;
		t->done_by = BY_PLATFORM;
		save(d, t, "done", BY_PLATFORM, now);
	} else if (shown == SHOWN_UNMET && t->state == TASK_DONE && !is_next_turn(s, t) &&
		   (!by_person || now - t->changed >= PATIENCE)) {
		if (by_person)
			pack(packed, "%s said that it is done, but the platform still waits for us",
			     t->done_by);
		else
			pack(packed, "the platform waits for us again");
		t->state = TASK_OPEN;
		t->done_by = NULL;
		t->reason = arena_strdup(store_arena(d->store), packed);
		save(d, t, "reopen", NULL, now);
	}
}

void
task_facts(struct daemon *d, const struct situation *s, int64_t now)
{
	struct task_row t = {0};

	while (s->dispute && task_about(d->store, s->dispute, 0, t.id, &t))
		judge(d, s, &t, now);
	t.id = 0;
	while (s->feedback && task_about(d->store, 0, s->feedback, t.id, &t))
		judge(d, s, &t, now);
}

int64_t
tasks_wake(struct daemon *d, int64_t now)
{
	int64_t next = INT64_MAX;
	struct task_row t;

	while (task_wake(d->store, now, &t, &next)) {
		t.state = TASK_OPEN;
		t.snoozed_until = 0;
		save(d, &t, "wake", NULL, now);
	}
	return next;
}
