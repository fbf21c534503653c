/* verb.h - one row for every verb, and a command line as it was understood by it. */
#ifndef CLI_VERB_H
#define CLI_VERB_H

#include <jansson.h>
#include <stdio.h>

#include "connectors/base/err.h"
#include "daemon/cli/cli.h"
#include "daemon/cli/render.h"

struct call {
	const struct verb *verb;
	enum lang lang;
	const char *program; /* argv[0] */
	const char *conf_file;
	const char *socket; /* NULL: as the configuration says */
	int json;           /* --json */
	int argc;           /* what follows the verb, for verbs that pass it on */
	char **argv;
	json_t *args; /* owned; keys are the names of arguments and options */
	int (*run)(const struct run_options *);
};

/* `arguments` names what follows the verb: NAME, NAME? that may be left out, NAME+ for a list, NAME... for the rest as one text,
 * NAME...? for one that may be left out. */
struct verb {
	const char *name; /* "account list" */
	const char *arguments;
	const char *options;                          /* names of rows in options[] */
	const char *help;                             /* of the catalogue */
	int (*prepare)(struct call *, struct err *);  /* completes args; NULL: nothing to do */
	json_t *(*here)(struct call *, struct err *); /* the answer of this process; NULL: ask the service */
	void (*render)(struct buf *, const struct view *, const json_t *result);
	int (*act)(struct call *); /* does everything itself; its result is the exit code */
};

struct option_row {
	const char *name;                                /* "account" for --account */
	const char *value;                               /* "NAME"; NULL: a flag, true when given */
	enum { ONE_TEXT, ONE_NUMBER, MANY_TEXTS } takes; /* many: given more than once they are a list */
	const char *help;
};

extern const struct verb verbs[];         /* ends with a NULL name */
extern const struct option_row options[]; /* likewise */

/* The call that argv means.  0, or -1 with err.  Its args are the caller's even after an error. */
int call_parse(struct call *, int argc, char **argv, struct err *);

const struct verb *verb_find(const char *name); /* NULL */

const char *arg_text(const struct call *, const char *name); /* NULL when it was not given */

/* Usage of one verb, or of all (NULL). */
void usage(struct buf *, enum lang, const struct verb *);

/* here.c, keep.c, check.c, classify.c, login.c, save.c: verbs that this process does or answers */
int act_run(struct call *);
int act_demo(struct call *);
int act_help(struct call *);
int act_check(struct call *);
int act_account_add(struct call *);
int act_login(struct call *);
int act_doctor(struct call *);
int act_notify_test(struct call *); /* notices.c */
int act_classify(struct call *);
json_t *here_save(struct call *, struct err *);
json_t *here_backup(struct call *, struct err *);
json_t *here_restore(struct call *, struct err *);
json_t *here_verify(struct call *, struct err *);
json_t *here_template_lint(struct call *, struct err *);
json_t *here_replay(struct call *, struct err *); /* replay.c */
/* library.c */
json_t *here_template_list(struct call *, struct err *);
json_t *here_template_render(struct call *, struct err *);
json_t *here_template_export(struct call *, struct err *);
json_t *here_template_import(struct call *, struct err *);
json_t *here_template_seen(struct call *, struct err *);

/* input.c: the text of reply and edit, from arguments, --file, standard input or $EDITOR */
int prepare_reply(struct call *, struct err *);
int prepare_edit(struct call *, struct err *);
int prepare_pause(struct call *, struct err *);
int prepare_act(struct call *, struct err *);
int prepare_set(struct call *, struct err *); /* only --set */
/* operator.c */
int prepare_password(struct call *, struct err *);

/* client.c */
/* Asks the service; the result (new reference), or NULL with err. */
json_t *client_ask(const struct call *, const char *verb, const json_t *args, struct err *);
/* One line there, one back; the whole answer (new reference), or NULL with err. */
json_t *client_exchange(const char *socket, const json_t *request, struct err *);

#endif
