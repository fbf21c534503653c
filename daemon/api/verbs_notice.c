#include <string.h>

#include "daemon/api/ask.h"
#include "daemon/notify/kinds.h"
#include "daemon/notify/notify.h"

/* What its cause says, for people: kind, label, urgent, link. */
static void
explain(const struct ask *q, json_t *notice)
{
	const char *cause = json_text(notice, "cause");
	const struct kind *k = kind_of(cause ? cause : "");
	struct buf link = BUF_MAX(512);
	int64_t at = q->now;

	json_time(notice, "at", &at);
	notice_link(q->d, cause ? cause : "", &link);
	json_object_set_new(notice, "kind", json_string(k->name));
	json_object_set_new(notice, "label", json_string(say(q->lang, k->label)));
	json_object_set_new(notice, "urgent", json_boolean(urgent_from(cause ? cause : "", at) <= q->now));
	json_object_set_new(notice, "link", link.len ? json_string(buf_str(&link)) : json_null());
	buf_free(&link);
}

static json_t *
v_notices(struct ask *q)
{
	json_t *result =
		view_notices(q->d->store, json_flag(q->args, "all", 0), limit_arg(q, 50), arg(q, "after"));
	json_t *notice;
	size_t i;

	if (!result)
		return NULL;
	json_array_foreach(json_list(result, "notices"), i, notice)
		explain(q, notice);
	json_object_set_new(result, "channels", view_channels(q->d->store));
	return result;
}

static json_t *
claimed(struct ask *q, const char *id)
{
	const int64_t n = id_of(q, id, 'n');
	json_t *notice;

	if (!n)
		return NULL;
	if (!notice_claim(q->d->store, n, q->operator, q->now)) {
		fail(&q->err, "%s is over, or there is no such notice", id);
		return refuse(q, "conflict");
	}
	journal_add(q->d->store, q->now, 0, "claim", id, json_pack("{s:s}", "operator", q->operator));
	notice = view_notice(q->d->store, n);
	explain(q, notice);
	return notice;
}

static json_t *
v_claim(struct ask *q)
{
	json_t *ids = json_list(q->args, "ids"), *done = json_array(), *one;
	size_t i = 0;

	for (; ids && i < json_array_size(ids); i++) {
		if (!(one = claimed(q, json_string_value(json_array_get(ids, i))))) {
			json_decref(done);
			return NULL;
		}
		json_array_append_new(done, one);
	}
	if (i)
		return json_pack("{s:o}", "notices", done);
	json_decref(done);
	fail(&q->err, "nothing was named; expected ids like %c12", 'n');
	return refuse(q, "invalid");
}

static json_t *
v_test(struct ask *q)
{
	const char *name = arg(q, "name");

	if (json_flag(q->args, "start", 0) && channels_test(q->d, name)) {
		if (name)
			fail(&q->err, "there is no [notify \"%s\"] in the configuration", name);
		else
			fail(&q->err, "there is no [notify] section in the configuration");
		return refuse(q, "not-found");
	}
	return channels_tested(q->d, name);
}

const struct api_verb notice_verbs[] = {
	{"notices", ROLE_VIEWER, v_notices},
	{"notices claim", ROLE_AGENT, v_claim},
	{"notify test", ROLE_ADMIN, v_test},
	{0},
};
