/* lint.h - every mistake in reply texts, with a stable code, its place and what to do.
 *
 * The place is that of the source where the offending words stand in it, else the beginning of the file.  Errors keep a text (or scenario) from
 * being used; warnings do not.
 *
 *   texts      unmatched-brace bad-syntax      a { or } without its other half; a type, style or branch that is none
 *              too-deep too-long               simplify it
 *              bad-selector duplicate-branch missing-other   name the branches as the language does, each once, and always other
 *              bad-style                       see i18n/message.h for the styles
 *              unknown-variable wrong-type     the variables and their types are in template.conf
 *              unguarded-optional              put it into {has_NAME, select, yes{…} other{…}}
 *              unused-variable (warning)       use it, or take it out of template.conf
 *              missing-branch (warning)        the language has a form, or the variable a word, without a branch
 *              unreachable-branch (warning)    no value ever takes it: take it out
 *              literal-hash (warning)          # inside a select is printed as it is
 *              bad-quoting                     an apostrophe before a brace: write two, or ’
 *              leftover-placeholder            [name], %s, ${name}: write {name}
 *              empty-text not-utf8 control-character bidi-control   save it as plain UTF-8
 *              byte-order-mark invisible-character (warnings)
 *              bad-render                      it cannot be filled in with its samples
 *   contents   forbidden                       words, addresses, links that a platform refuses: take them out
 *              contact-data (warning)          the same where no policy speaks of it
 *              over-length                     with the longest values it is longer than a platform takes: shorten it
 *   folders    bad-id bad-locale unreadable too-many unknown-file (warning)
 *              unknown-scenario                own texts for a scenario that is not there
 *              missing-locale (warning)        a language that most scenarios have, or that a rule's account needs
 *              unreviewed (warning)            mode = auto, but nobody has read these texts: until `reviewed` names them, they wait for approval
 *   template.conf  conf-syntax conf-section conf-key conf-value conf-name conf-twice conf-many conf-missing conf-source conf-words conf-sample
 *              missing-sample reviewed-missing (warnings)
 *              unfilled-variable wrong-variable unknown-kind   as daemon/outbox/variables.h and the connectors have them
 *   rules      deleted-template                a rule names a scenario that is not there
 *              wrong-template (warning)        its text is not for what the rule does
 *              never-fires (warning)           on that account it never sends: a variable that nothing fills, an action or event that the
 *                                              platform does not have, a scenario that it does not allow
 *              waits-for-a-person (warning)    it should send by itself, but only people can tell a variable, or nobody has reviewed the text
 */
#ifndef TEMPLATE_LINT_H
#define TEMPLATE_LINT_H

#include "connectors/connector.h"
#include "daemon/conf/conf.h"
#include "daemon/policy/policy.h"
#include "library.h"

/* All of it: the texts of `shipped` and `own` ("" = none), before the policies of all platforms under `share`, and what the rules of the
 * configuration (NULL: none) want of them.  A finding and its file are borrowed until the callback returns.  The library, or NULL with err. */
struct library *lint(const char *share, const char *shipped, const char *own, const struct conf *,
		     int64_t now, void (*each)(void *, const struct finding *), void *ctx, struct err *);

/* Its parts, after library_lint: finished texts by themselves; the same before policies (beside connectors[], NULL where there is
 * none); and rules. */
void library_try(const struct library *, void (*each)(void *, const struct finding *), void *ctx);
void library_judge(const struct library *, struct policy *const policies[], int64_t now,
		   void (*each)(void *, const struct finding *), void *ctx);
void library_fires(const struct library *, const struct conf *, struct policy *const policies[], int64_t now,
		   void (*each)(void *, const struct finding *), void *ctx);

/* Does the platform do something of this kind (or pattern of kinds), by itself or by a person? */
int kind_is_known(const struct connector *, const char *pattern);

#endif
