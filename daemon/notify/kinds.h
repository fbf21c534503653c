/* kinds.h - what there is to tell, and what of it may not wait.  The first word of a notice's cause is its kind. */
#ifndef NOTIFY_KINDS_H
#define NOTIFY_KINDS_H

#include <stdint.h>

#include "i18n/texts.h"

#define URGENT_BEFORE (8 * HOUR) /* a deadline so near may not wait for the morning */

struct kind {
	const char *name;
	const char *label; /* of the catalogue */
	enum { KIND_CAN_WAIT, KIND_URGENT, KIND_BY_DEADLINE } severity;
	int summed; /* many of an account are one trouble: a post lists the first few */
};

/* The words that `kinds` of a channel takes; `other` is what no row names. */
#define KINDS                                                                                                \
	"due approve held unsure login stopped grant silence miss odd quota clock key restored undecided "   \
	"expired "                                                                                           \
	"breaker loop older gap stream fallback budget channel forecast policy other none"

const struct kind *kind_of(const char *cause); /* never NULL */
/* From when on a notice is urgent: INT64_MAX: never.  A cause that ends in @TIME says until when. */
int64_t urgent_from(const char *cause, int64_t at);

#endif
