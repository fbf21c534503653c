/* by_person.c - what a platform offers no API for: the wish becomes a task with everything a person needs. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "daemon/outbox/outbox.h"
#include "daemon/task/task.h"

const struct capability *
outbox_left_to_people(struct daemon *d, const struct situation *s, const char *kind)
{
	const struct conf_account *a = daemon_account(d, s->account_name);
	const struct capability *c;

	if (!a || connector_action(a->connector, &a->view, kind))
		return NULL;
	c = connector_capability(a->connector, &a->view, kind);
	return c && c->how == BY_PERSON ? c : NULL;
}

/* The address with {order} and the like filled in; NULL when one of them is not known. */
static const char *
link_of(struct daemon *d, const struct situation *s, const char *pattern)
{
	const struct {
		const char *name, *value;
	} names[] = {
		{"{order}", s->order_remote},     {"{conversation}", s->conversation_remote},
		{"{dispute}", s->dispute_remote}, {"{feedback}", s->feedback_remote},
		{"{listing}", s->listing},
	};
	struct buf link = BUF_MAX(4096);
	const char *filled = NULL;

	for (const char *p = pattern ? pattern : ""; *p;) {
		size_t i = 0;

		while (i < sizeof names / sizeof *names &&
		       strncmp(p, names[i].name, strlen(names[i].name)) != 0)
			i++;
		if (i == sizeof names / sizeof *names) {
			buf_char(&link, *p++);
			continue;
		}
		if (!names[i].value || !*names[i].value)
			goto out;
		url_encode(&link, names[i].value);
		p += strlen(names[i].name);
	}
	if (link.len && !link.over)
		filled = arena_strdup(store_arena(d->store), buf_str(&link));
out:
	buf_free(&link);
	return filled;
}

/* What would have gone along with the text: it stands above it. */
static void
put_facts(struct buf *text, const struct wish *w)
{
	char sum[MONEY_TEXT];

	if (*w->amount.currency) {
		money_format(&w->amount, sum);
		buf_fmt(text, "%s %s\n", sum, w->amount.currency);
	}
	if (w->tracking)
		buf_fmt(text, "%s %s\n", w->carrier ? w->carrier : "", w->tracking);
}

int64_t
outbox_task(struct daemon *d, const struct situation *s, const struct wish *w, int64_t now)
{
	const struct capability *left = outbox_left_to_people(d, s, w->kind);
	struct buf text = BUF_MAX(2 * OUTBOX_TEXT_MAX), words = BUF_MAX(OUTBOX_TEXT_MAX);
	struct telling t = {.kind = w->kind,
			    .template_id = w->template_id,
			    .locale = w->locale,
			    .given = w->given,
			    .amount = w->amount,
			    .text = &words,
			    .used = w->template_id};
	struct err err = {""};
	struct task_row task = {
		.account = s->account,
		.account_name = s->account_name,
		.dispute = s->dispute,
		.feedback = s->feedback,
		.order = s->order,
		.conversation = s->conversation,
		.intent_key = w->intent_key,
		.kind = w->kind,
		.rule = w->rule,
		.operator= w->operator,
		.deadline = w->deadline,
		.link = link_of(d, s, left->link),
		.reason = left->why,
	};
	int64_t id;

	put_facts(&text, w);
	if (w->template_id && (outbox_text(d, s, &t, now, &err) < 0 ||
			       (t.needs && fail(&err, "its text has to be written: it needs %s", t.needs))))
		task.reason = err.text; /* there is work all the same */
	buf_put(&text, w->template_id ? buf_str(&words) : w->text ? w->text : "");
	task.template_id = t.used;
	task.locale = *t.got ? t.got : NULL;
	task.text = buf_str(&text);
	id = task_open(d, s, &task, now);
	buf_free(&text);
	buf_free(&words);
	return id;
}
