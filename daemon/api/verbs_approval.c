/* verbs_approval.c - what waits for a person, as the console shows it.
 *
 *   approvals                the actions that wait, the nearest deadline first
 *   approval {"id": "a12"}   one, with what it answers; "version" is a hash of all that is shown
 *
 * approve, drop and undo take that version: what has changed since somebody looked is refused ("changed"), not done.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/api/ask.h"

#define VERSION_BYTES 16

static void
version_of(const json_t *shown, char hex[2 * VERSION_BYTES + 1])
{
	char *text = json_dumps(shown, JSON_COMPACT | JSON_SORT_KEYS);
	unsigned char hash[VERSION_BYTES];

	if (!text)
		abort();
	crypto_generichash(hash, sizeof hash, (const unsigned char *)text, strlen(text), NULL, 0);
	sodium_bin2hex(hex, 2 * VERSION_BYTES + 1, hash, sizeof hash);
	free(text);
}

/* NULL with a refusal. */
static json_t *
look(struct ask *q)
{
	const int64_t id = id_of(q, arg(q, "id"), 'a');
	json_t *shown = id ? view_approval(q->d->store, id) : NULL;

	if (!id || json_is_object(shown))
		return shown;
	json_decref(shown);
	fail(&q->err, "there is nothing with the id \"%s\"", arg(q, "id"));
	return refuse(q, "not-found");
}

int
still_as_seen(struct ask *q)
{
	const char *seen = arg(q, "version");
	char version[2 * VERSION_BYTES + 1];
	json_t *shown;

	if (!seen)
		return 0;
	if (!(shown = look(q)))
		return -1;
	version_of(shown, version);
	json_decref(shown);
	if (!strcmp(seen, version))
		return 0;
	q->code = "changed";
	return fail(&q->err, "%s has changed since you looked at it; nothing was done", arg(q, "id"));
}

static json_t *
v_approval(struct ask *q)
{
	json_t *shown = look(q);
	char version[2 * VERSION_BYTES + 1];

	if (!shown)
		return NULL;
	version_of(shown, version);
	json_object_set_new(shown, "version", json_string(version));
	fallback_shown(q, json_object_get(shown, "action"));
	beside_shown(q, json_object_get(shown, "action"));
	return shown;
}

static json_t *
v_approvals(struct ask *q)
{
	return view_approvals(q->d->store, limit_arg(q, 100));
}

const struct api_verb approval_verbs[] = {
	{"approvals", ROLE_VIEWER, v_approvals},
	{"approval", ROLE_VIEWER, v_approval},
	{0},
};
