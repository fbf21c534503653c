#include "daemon/api/verbs.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "daemon/api/ask.h"

static const struct api_verb *const tables[] = {
	look_verbs, text_verbs, work_verbs, act_verbs, task_verbs, switch_verbs, account_verbs, notice_verbs,
};

static const struct api_verb *
find_verb(const char *name)
{
	for (size_t i = 0; name && i < sizeof tables / sizeof *tables; i++)
		for (const struct api_verb *v = tables[i]; v->name; v++)
			if (!strcmp(v->name, name))
				return v;
	return NULL;
}

/* Who it is: the operator with that system user; root and, while no operator is configured, everybody who may open the socket is admin. */
static int
who(struct ask *q, const struct peer *peer, char name[64])
{
	const struct passwd *pw = getpwuid(peer->uid);
	const struct conf *c = q->d->conf;

	snprintf(name, 64, "%s", pw ? pw->pw_name : "?");
	q->operator= name;
	q->role = ROLE_ADMIN;
	for (int i = 0; i < c->noperators; i++) {
		if (strcmp(c->operators[i].user, name) != 0)
			continue;
		q->operator= c->operators[i].name;
		q->role = c->operators[i].role;
		return 0;
	}
	return c->noperators == 0 || peer->uid == 0 ? 0 : -1;
}

/* Every {"packed": …} becomes a sentence. */
static json_t *
in_words(json_t *v, enum lang lang)
{
	const char *key, *packed;
	struct buf text = BUF_MAX(8192);
	json_t *child;
	void *next;
	size_t i;

	if (json_is_object(v) && json_object_size(v) == 1 && (packed = json_text(v, "packed"))) {
		say_packed(&text, lang, packed);
		v = json_string(buf_str(&text));
		buf_free(&text);
		return v;
	}
	if (json_is_object(v)) {
		json_object_foreach_safe(v, next, key, child)
			json_object_set_new(v, key, in_words(child, lang));
	} else if (json_is_array(v)) {
		json_array_foreach(v, i, child)
			json_array_set_new(v, i, in_words(child, lang));
	}
	return json_incref(v);
}

/* What cannot be stored of a request for what it says is that person's affair, and costs nobody else the turn. */
static json_t *
run(const struct api_verb *v, struct ask *q)
{
	json_t *result;

	store_page_begin(q->d->store);
	result = v->run(q);
	if (store_page_spoiled(q->d->store, &q->err)) {
		json_decref(result);
		result = NULL;
		q->code = "invalid";
	}
	store_page_keep(q->d->store);
	return result;
}

json_t *
verb_handle(struct daemon *d, const struct peer *peer, json_t *request, int64_t now)
{
	const char *name = json_text(request, "verb");
	const struct api_verb *v = find_verb(name);
	struct ask q = {.d = d,
			.now = now,
			.lang = lang_of(json_text(request, "lang")),
			.args = json_obj(request, "args"),
			.code = "invalid"};
	json_t *result = NULL, *told;
	struct buf text = BUF_MAX(8192);
	char operator[64];

	if (!v) {
		fail(&q.err, "there is no verb \"%s\"", name ? name : "");
	} else if (who(&q, peer, operator) || q.role < v->least) {
		deny(&q);
	} else {
		result = run(v, &q);
	}
	if (result) {
		told = in_words(result, q.lang);
		json_decref(result);
		return json_pack("{s:b, s:o}", "ok", 1, "result", told);
	}
	say_packed(&text, q.lang, q.err.text);
	told = json_pack("{s:b, s:s, s:s}", "ok", 0, "code", q.code, "text", buf_str(&text));
	buf_free(&text);
	return told;
}
