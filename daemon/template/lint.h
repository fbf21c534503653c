/* lint.h - what can only be seen when a text is finished, or together with what is around it; library_lint tells all the rest.
 * A finding and its file ("ID/LOCALE.txt", "ID/template.conf") are borrowed until the callback returns. */
#ifndef TEMPLATE_LINT_H
#define TEMPLATE_LINT_H

#include "connectors/connector.h"
#include "daemon/conf/conf.h"
#include "daemon/policy/policy.h"
#include "library.h"

/* Renders every usable text from its samples, with and without the optional ones: "bad-render", "leftover-placeholder".  Variables
 * that must be there but that nothing ever fills ("unfilled-variable"), or with another type or room than everywhere ("wrong-variable"); kinds
 * that no platform has ("unknown-kind", connectors[]). */
void library_try(const struct library *, void (*each)(void *, const struct finding *), void *ctx);

/* The same texts before the policy of a platform, for each kind of action that they are for and the platform has: "forbidden". */
void library_judge(const struct library *, const struct connector *, const struct policy *, int64_t now,
		   void (*each)(void *, const struct finding *), void *ctx);

/* Warnings about rules whose text will never leave by itself on an account: something that must be there is never filled there
 * ("never-fires"), or only people can tell it ("waits-for-a-person", of rules that send by themselves). */
void library_fires(const struct library *, const struct conf *, void (*each)(void *, const struct finding *),
		   void *ctx);

/* Does the platform do something of this kind (or pattern of kinds), by itself or by a person? */
int kind_is_known(const struct connector *, const char *pattern);

#endif
