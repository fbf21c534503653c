/* text.h - small encodings that requests are made of. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"

int url_encode(struct buf *, const char *); /* RFC 3986: all but unreserved as %XX */
int url_query_get(
	const char *url, const char *name,
	struct buf *value); /* decoded value of a query (or fragment) parameter: 1, or 0 when absent */
int base64_encode(struct buf *, const void *, size_t); /* RFC 4648 section 4, with padding */
/* Appends what n characters of base64 stand for; white space is skipped, padding at the end may be missing.  0, or -1: it is something
 * else, or does not fit. */
int base64_decode(struct buf *, const char *, size_t n);
void hex_encode(const void *, size_t, char *out); /* lower case, 2n+1 bytes written */
size_t utf8_next(
	const char *, size_t len,
	uint32_t *point); /* bytes of the first character, 1 to 4; 0 when it is invalid or len is 0 */
size_t utf8_fit(const char *, size_t len,
		size_t max); /* the longest prefix within max bytes that cuts no character */
int utf8_valid(const char *, size_t);
size_t utf8_clean(char *,
		  size_t); /* in place: invalid sequences become '?' , C0 controls but \t \n go; new length */
size_t utf16_length(const char *s); /* UTF-16 units; how platforms that say "characters" may count */
int glob_match(const char *pattern,
	       const char *text); /* '*' any run, '?' one; ASCII case is ignored; for host patterns */

#endif
