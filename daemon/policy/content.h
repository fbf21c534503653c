/* content.h - what marketplaces do not want to read in a text: contact data, links elsewhere, markup, words; and what
 * nobody wants to: a placeholder that was not filled in.
 *
 * Each finds the first place, 1 or 0.  Full-width and Arabic digits count as digits; invisible characters do not hide anything.
 *
 * A phone number is found as + and at least 8 digits, as (030) 1234567, or as at least 7 digits right after a word like tel,
 * phone, WhatsApp, 电话, 電話, هاتف (a few small words may stand between).  A bare run of digits is not one: order
 * and tracking numbers look the same.  A link is anything with a scheme or www., or a bare lower-case host with a common top-level name.
 * Dots and @ count in other forms, too: 。 (at) [dot] " dot com".  A messenger's name only counts with the name of somebody in it.
 */
#ifndef POLICY_CONTENT_H
#define POLICY_CONTENT_H

#include <stddef.h>

struct place {
	size_t start, len;
}; /* bytes of the text */

int content_email(const char *text, struct place *);
int content_phone(const char *text, struct place *);
int content_link(const char *text, const char *const *allowed,
		 struct place *);                          /* host patterns (glob), NULL at the end */
int content_markup(const char *text, struct place *);      /* <b>, &nbsp; */
int content_messenger(const char *text, struct place *);   /* WeChat: name_88 */
int content_placeholder(const char *text, struct place *); /* {name}, [order_id], %s, null */

/* One of the words, compared folded (i18n/fold.h): whole words, for Chinese, Japanese, Korean and Thai anywhere.  The word, or NULL. */
const char *content_word(const char *text, const char *const *words, struct place *);

#endif
