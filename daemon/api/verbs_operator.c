/* verbs_operator.c - people: who they are, and their passwords for the console (daemon/console/password.h).
 *
 *   operator list
 *   operator password {"name": "erika", "hash": "$argon2id$…"}   the command line makes the hash: the service never sees the password
 */
#include <string.h>

#include "daemon/api/ask.h"
#include "daemon/console/password.h"
#include "daemon/log.h"

static const char *const roles[] = {"viewer", "agent", "approver", "admin"};

static json_t *
v_list(struct ask *q)
{
	json_t *list = json_array();

	for (int i = 0; i < q->d->conf->noperators; i++) {
		const struct conf_operator *o = &q->d->conf->operators[i];

		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b, s:i}", "name", o->name, "user",
						      o->user, "role", roles[o->role], "password",
						      password_get(q->d->store, o->name) != NULL, "sessions",
						      session_count(q->d->store, o->name, q->now)));
	}
	return json_pack("{s:o}", "operators", list);
}

static json_t *
v_password(struct ask *q)
{
	const char *name = arg(q, "name"), *hash = arg(q, "hash");
	int i = 0;

	while (i < q->d->conf->noperators && !(name && !strcmp(q->d->conf->operators[i].name, name)))
		i++;
	if (i == q->d->conf->noperators) {
		fail(&q->err, "there is no [operator \"%s\"] in the configuration", name ? name : "");
		return refuse(q, "not-found");
	}
	if (strcmp(name, q->operator) != 0 && q->role < ROLE_ADMIN)
		return deny(q);
	if (!hash || !password_is_hash(hash)) {
		fail(&q->err, "hash: expected a password as 'supercargo operator password' sends it");
		return refuse(q, "invalid");
	}
	password_set(q->d->store, name, hash, q->now);
	journal_add(q->d->store, q->now, 0, "password", "",
		    json_pack("{s:s, s:s}", "operator", q->operator, "of", name));
	log_info("console: %s has a new password", name);
	return json_object();
}

const struct api_verb operator_verbs[] = {
	{"operator list", ROLE_VIEWER, v_list},
	{"operator password", ROLE_VIEWER, v_password},
	{0},
};
