/* cli.h - the command line: `supercargo VERB …`.
 *
 * One table (verbs.c) says for every verb what it takes, how it is asked for over the API and how its answer is shown.  `--json` prints
 * the API's result unchanged.  Exit: 0 done, 1 not done (the reason stands on standard error), 2 not understood.
 *
 * What the verbs ask the service, as {"verb": NAME, "args": {…}, "lang": "en"|"zh"}; [key] is absent when it was not given:
 *
 *   status                        inbox [account] [all] [limit] [after]        outbox [state] [account] [limit] [after] [locale]
 *   find words [limit]            show id [locale]                             explain id
 *   deadlines [limit]             odd [limit] [retry]                          note id text
 *   reply conversation text       reply conversation template [locale]
 *   approve ids | id version      drop ids                                     edit id text
 *   template render id order [locale] [all-locales] [set]
 *   undo id                       resolve id outcome ("sent"|"not-sent")
 *   pause account | all           resume account | all                         account list [account]
 *   account arm account [mode]    account mode account mode [marketplace]
 *   notices [all] [limit] [after] notices claim ids                            notify test [name] start
 *   account consent account       account redeem account pasted               operator password name hash
 *   approvals [limit]             approval id
 *
 * ids is a list of strings, limit a number, all true; everything else is a string.
 */
#ifndef CLI_H
#define CLI_H

#include <jansson.h>

#include "i18n/texts.h"

struct run_options {
	const char *conf_file;
	long stop_after; /* 0: never */
	int debug;
};

/* `run` is the service itself; its result is the exit code. */
int cli(int argc, char **argv, int (*run)(const struct run_options *));

/* The reader's language by LC_ALL, LC_MESSAGES, LANG. */
enum lang cli_language(void);

#endif
