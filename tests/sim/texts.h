/* texts.h - what people write in the simulated world. */
#ifndef SIM_TEXTS_H
#define SIM_TEXTS_H

#include <stddef.h>

#include "luck.h"

enum tongue { DE, EN, FR, IT, ES, JA, AR, ZH, TONGUES };
enum subject { WHERE, CANCEL, SEND_BACK, SOMETHING_ELSE, THANKS, SUBJECTS };

const char *text_of_buyer(struct luck *, enum tongue, enum subject);
const char *name_of_buyer(enum tongue);
const char *country_of_buyer(enum tongue);

/* What must be answered like any other message and harm nothing: braces, controls, direction marks, 2,000 characters. */
const char *hostile_text(struct luck *, char *space, size_t n);
const char *absence_text(enum tongue);
const char *robot_text(struct luck *, char *space, size_t n);
const char *platform_text(struct luck *);

#endif
