#include "daemon/api/ask.h"

#include "daemon/outbox/given.h"
#include "daemon/runner.h"

#define LIMIT_MAX 1000

json_t *
refuse(struct ask *q, const char *code)
{
	q->code = code;
	return NULL;
}

json_t *
deny(struct ask *q)
{
	fail(&q->err, "%s may not do this; an admin gives roles in [operator] sections", q->operator);
	return refuse(q, "denied");
}

const char *
arg(const struct ask *q, const char *key)
{
	return json_text(q->args, key);
}

int
limit_arg(const struct ask *q, int otherwise)
{
	const int64_t n = json_int(q->args, "limit", otherwise);

	return n < 1 ? 1 : n > LIMIT_MAX ? LIMIT_MAX : (int)n;
}

int64_t
id_of(struct ask *q, const char *text, char kind)
{
	char found;
	int64_t id;

	if (text && !local_id(text, &found, &id) && found == kind)
		return id;
	fail(&q->err, "\"%s\" is no id of this kind; expected %c and a number, as the lists show",
	     text ? text : "", kind);
	q->code = "invalid";
	return 0;
}

const struct conf_account *
account_arg(struct ask *q)
{
	const char *name = arg(q, "account");
	const struct conf_account *a = name ? daemon_account(q->d, name) : NULL;

	if (!a) {
		fail(&q->err, "there is no account \"%s\" in the configuration", name ? name : "");
		q->code = "not-found";
	}
	return a;
}

int
set_arg(struct ask *q, const struct conf_account *a, const char *template_id, const char **given)
{
	json_t *set = json_obj(q->args, "set");
	const struct scenario *s = template_id ? library_scenario(q->d->library, template_id) : NULL;

	*given = NULL;
	if (!set)
		return 0;
	if (!template_id)
		return fail(&q->err, "set: found without a template");
	if (!s)
		return fail(&q->err, "there is no template \"%s\"; see 'supercargo template list'",
			    template_id);
	*given = given_take(s, a, NULL, set, q->now, store_arena(q->d->store), &q->err);
	return *given ? 0 : -1;
}

json_t *
act_on_each(struct ask *q, char kind, const char *key, deed *work)
{
	json_t *ids = json_list(q->args, "ids"), *done = json_array();
	const char *single = arg(q, "id");
	size_t i = 0, n = ids ? json_array_size(ids) : single ? 1 : 0;

	for (i = 0; i < n; i++) {
		const char *text = ids ? json_string_value(json_array_get(ids, i)) : single;
		const int64_t id = id_of(q, text, kind);

		if (!id)
			break;
		if (work(q->d, id, q->operator, q->now, &q->err)) {
			q->code = "conflict";
			break;
		}
		json_array_append_new(done, view_show(q->d->store, text));
		fallback_shown(q, json_array_get(done, json_array_size(done) - 1));
	}
	if (n && i == n)
		return json_pack("{s:o}", key, done);
	json_decref(done);
	if (!n) {
		fail(&q->err, "nothing was named; expected ids like %c12", kind);
		q->code = "invalid";
	}
	return NULL;
}

void
switched(struct ask *q, int64_t account, const char *what, const char *value)
{
	journal_add(q->d->store, q->now, account, what, "",
		    json_pack("{s:s, s:s*}", "operator", q->operator, "value", value));
	runner_touch(q->d, account);
}
