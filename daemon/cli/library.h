/* library.h - findings of the reply library on their way to who asked. */
#ifndef CLI_LIBRARY_H
#define CLI_LIBRARY_H

#include <jansson.h>

#include "daemon/template/library.h"
#include "i18n/texts.h"

struct findings {
	enum lang lang;
	json_t *list;
	int errors;
};
void collect(void *ctx, const struct finding *); /* ctx: the findings that it goes to */

#endif
