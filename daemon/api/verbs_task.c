#include "base/instant.h"
#include "daemon/api/ask.h"
#include "daemon/task/task.h"

static json_t *
v_task(struct ask *q)
{
	return view_tasks(q->d->store, arg(q, "account"), json_flag(q->args, "all", 0), limit_arg(q, 50),
			  arg(q, "after"));
}

static json_t *
v_claim(struct ask *q)
{
	return act_on_each(q, 't', "tasks", task_claim);
}

static json_t *
v_done(struct ask *q)
{
	return act_on_each(q, 't', "tasks", task_done);
}

static json_t *
v_drop(struct ask *q)
{
	return act_on_each(q, 't', "tasks", task_drop);
}

static json_t *
v_snooze(struct ask *q)
{
	const int64_t id = id_of(q, arg(q, "id"), 't');
	const char *span = arg(q, "duration");
	int64_t ms;

	if (!id)
		return NULL;
	if (!span || duration_parse(span, &ms) || ms <= 0) {
		fail(&q->err, "found \"%s\", expected how long it may sleep, as 4h or 2d", span ? span : "");
		return refuse(q, "invalid");
	}
	if (task_snooze(q->d, id, q->now + ms, q->operator, q->now, &q->err))
		return refuse(q, "conflict");
	return json_pack("{s:[o]}", "tasks", view_show(q->d->store, arg(q, "id")));
}

const struct api_verb task_verbs[] = {
	{"task", ROLE_VIEWER, v_task},         {"task claim", ROLE_AGENT, v_claim},
	{"task snooze", ROLE_AGENT, v_snooze}, {"task done", ROLE_AGENT, v_done},
	{"task drop", ROLE_AGENT, v_drop},     {0},
};
