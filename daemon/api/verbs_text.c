/* verbs_text.c - texts that are shown and not kept. */
#include <string.h>

#include "daemon/api/ask.h"
#include "daemon/events.h"
#include "daemon/outbox/outbox.h"

#define BESIDE_MAX 100 /* of a list: each costs as much as making it did */

/* ---- what waits, in the reader's language ---- */

static int
waits(const json_t *action)
{
	static const char *const states[] = {"draft", "held", "observed", "ready"};
	const char *state = json_text(action, "state"), *text = json_text(action, "text");

	for (size_t i = 0; state && text && *text && i < sizeof states / sizeof *states; i++)
		if (!strcmp(state, states[i]))
			return 1;
	return 0;
}

void
beside_shown(struct ask *q, json_t *action)
{
	const char *want = arg(q, "locale"), *written = json_text(action, "locale");
	struct buf text = BUF_MAX(OUTBOX_TEXT_MAX);
	struct outbox_row row;
	char got[LOCALE_MAX];
	struct err err;
	json_t *beside;
	int64_t id;
	char kind;

	if (!want || !*want)
		want = q->lang == LANG_ZH ? "zh-Hans" : "en";
	if (waits(action) && !(written && locale_same_language(written, want)) &&
	    !local_id(json_text(action, "id"), &kind, &id) && kind == 'a' &&
	    outbox_get(q->d->store, id, &row)) {
		if (outbox_beside(q->d, &row, want, q->now, &text, got, &err))
			beside = json_pack("{s:{s:s}}", "reason", "packed", err.text);
		else
			beside = json_pack("{s:s, s:s}", "locale", got, "text", buf_str(&text));
		json_object_set_new(action, "beside", beside);
	}
	buf_free(&text);
}

void
beside_all(struct ask *q, json_t *actions)
{
	json_t *action;
	int done = 0;
	size_t i;

	json_array_foreach(actions, i, action) {
		if (done == BESIDE_MAX)
			break;
		beside_shown(q, action);
		done += json_object_get(action, "beside") != NULL;
	}
}

/* ---- what a template would say ---- */

/* "o12", "c12", "d3" or "f4": 1 and what is around it, or 0 with a refusal. */
static int
about(struct ask *q, struct situation *s)
{
	const char *id = arg(q, "order");
	struct around around = {0};
	int64_t number = 0;
	char kind = '\0';

	if (id && !local_id(id, &kind, &number)) {
		around.order = kind == 'o' ? number : 0;
		around.conversation = kind == 'c' ? number : 0;
		around.dispute = kind == 'd' ? number : 0;
		around.feedback = kind == 'f' ? number : 0;
	}
	if (!strchr("ocdf", kind) || !number) {
		fail(&q->err,
		     "found \"%s\", expected an order like o12, or a conversation, dispute or feedback",
		     id ? id : "");
		return 0;
	}
	if (situation_load(q->d->store, &around, q->now, s) && daemon_account(q->d, s->account_name))
		return 1;
	fail(&q->err, "there is nothing with the id \"%s\"", id);
	refuse(q, "not-found");
	return 0;
}

/* "answer, days_max" */
static json_t *
names_of(const char *needs)
{
	json_t *names = json_array();

	for (const char *p = needs; *p; p += strspn(p, ", ")) {
		const size_t n = strcspn(p, ", ");

		json_array_append_new(names, json_stringn(p, n));
		p += n;
	}
	return names;
}

/* In one language: {"locale", "text"}, or {"locale", "needs"}, or {"locale", "reason"}. */
static json_t *
told(struct ask *q, const struct situation *s, struct telling *t)
{
	struct err err = {""};

	buf_clear(t->text);
	if (outbox_text(q->d, s, t, q->now, &err) < 0)
		return json_pack("{s:s?, s:{s:s}}", "locale", t->locale, "reason", "packed", err.text);
	if (t->needs)
		return json_pack("{s:s, s:o}", "locale", t->got, "needs", names_of(t->needs));
	return json_pack("{s:s, s:s}", "locale", t->got, "text", buf_str(t->text));
}

static json_t *
v_template_render(struct ask *q)
{
	const char *id = arg(q, "id"), *const * locale;
	struct buf text = BUF_MAX(OUTBOX_TEXT_MAX);
	struct telling t = {.template_id = id, .locale = arg(q, "locale"), .text = &text};
	json_t *texts = NULL;
	struct situation s;

	if (!id || !library_scenario(q->d->library, id)) {
		fail(&q->err, "there is no template \"%s\"; see 'supercargo template list'", id ? id : "");
		return refuse(q, "not-found");
	}
	if (!about(q, &s))
		return NULL;
	if (set_arg(q, daemon_account(q->d, s.account_name), id, &t.given))
		return NULL;
	situation_guess(q->d, &s, q->now);
	texts = json_array();
	if (json_flag(q->args, "all-locales", 0)) {
		for (locale = library_locales(q->d->library, id); *locale; locale++) {
			t.locale = *locale;
			json_array_append_new(texts, told(q, &s, &t));
		}
	} else {
		json_array_append_new(texts, told(q, &s, &t));
	}
	buf_free(&text);
	return json_pack("{s:o}", "texts", texts);
}

const struct api_verb text_verbs[] = {
	{"template render", ROLE_VIEWER, v_template_render},
	{0},
};
