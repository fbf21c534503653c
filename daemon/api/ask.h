/* ask.h - one question to the API while it is answered, and its arguments. */
#ifndef API_ASK_H
#define API_ASK_H

#include "base/json.h"
#include "daemon/daemon.h"

#define TEXT_MAX (64u << 10) /* of a reply or note */

struct ask {
	struct daemon *d;
	json_t *args;
	const char *operator; /* name of the person */
	enum role role;
	enum lang lang;
	int64_t now;
	const char *code; /* of the refusal: "not-found", "denied", "conflict", "invalid" */
	struct err err;
};

/* A verb.  `run` gives its result, or NULL with err and code.  One table a subject; each ends with a NULL name. */
struct api_verb {
	const char *name;
	enum role least;
	json_t *(*run)(struct ask *);
};
extern const struct api_verb look_verbs[];
extern const struct api_verb text_verbs[];
extern const struct api_verb work_verbs[];
extern const struct api_verb act_verbs[];
extern const struct api_verb task_verbs[];
extern const struct api_verb switch_verbs[];
extern const struct api_verb account_verbs[];
extern const struct api_verb notice_verbs[];
extern const struct api_verb approval_verbs[];
extern const struct api_verb operator_verbs[];

json_t *refuse(struct ask *, const char *code); /* NULL */
json_t *deny(struct ask *);                     /* NULL; the role does not suffice */

const char *arg(const struct ask *, const char *key); /* NULL: not given, or no text */
int limit_arg(const struct ask *, int otherwise);     /* 1 … 1000 */
/* The number of "c12", when it is of the kind that is wanted; 0 with a refusal. */
int64_t id_of(struct ask *, const char *text, char kind);
const struct conf_account *account_arg(struct ask *); /* NULL with a refusal */

/* "set": the values for the text of this template as given_take makes them, NULL when none are there.  0, or -1 with err. */
int set_arg(struct ask *, const struct conf_account *, const char *template_id, const char **given);

/* One act on each of "ids" (or "id") of a kind; they are shown in a list under `key`.  What was done stays done when a later one is
 * refused. */
typedef int deed(struct daemon *, int64_t id, const char *operator, int64_t now, struct err *);
json_t *act_on_each(struct ask *, char kind, const char *key, deed *);

/* "version", when it is given: 0 when what "id" shows (verb approval) still is what this person saw, else -1 with a refusal. */
int still_as_seen(struct ask *);

/* Into an action, or each of a list, that has not left: "beside", its text in the reader's language ("locale", or that of the request). */
void beside_shown(struct ask *, json_t *action);
void beside_all(struct ask *, json_t *actions);

/* Into what waits for a person, or each of a list: "fallback" and "fallback_at", what is done without approval and when. */
void fallback_shown(struct ask *, json_t *action);
void fallbacks_shown(struct ask *, json_t *actions);

/* A person changed how an account works: into the journal, and the account looks again. */
void switched(struct ask *, int64_t account, const char *what, const char *value);

#endif
