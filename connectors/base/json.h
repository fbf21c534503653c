/* json.h - reading platform JSON with Jansson, carefully and fast.
 *
 * Jansson 2.14 surprises: {s?s} refuses null, json_array_foreach over an object runs zero times,
 * one integer beyond 64 bits or a \u0000 fails the whole document.  These helpers take a value or
 * its absence and never fail; what is obligatory is tested by the caller.
 *
 * A document read by json_read lives in the arena: no json_decref, it goes when the arena goes.
 * json_read is bounded (nesting 64 and 500,000 values by pre-scan, the size by the caller) and single-threaded.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <jansson.h>
#include <stdint.h>

#include "arena.h"
#include "buf.h"
#include "err.h"
#include "money.h"

/* Call once before any other use of Jansson in the process: installs the allocation hooks. */
void json_setup(void);

/* The document, or NULL with err ("not JSON: …, line L column C").  Values must not outlive the arena and must not be changed. */
json_t *json_read(struct arena *, const char *bytes, size_t len, struct err *);

const char *json_text(const json_t *object,
		      const char *key); /* a string, else NULL (missing, null, other type) */
const char *json_id(struct arena *, const json_t *object,
		    const char *key); /* a string or an integer as text, else NULL; "" is NULL */
int64_t json_int(const json_t *object, const char *key, int64_t otherwise);
int json_flag(const json_t *object, const char *key, int otherwise);
json_t *json_list(const json_t *object,
		  const char *key); /* an array, else NULL; safe for json_array_foreach after a NULL test */
json_t *json_obj(const json_t *object, const char *key); /* an object, else NULL */
json_t *json_at(const json_t *object, const char *path); /* "a.b.c" through objects, else NULL */

/* An ISO 8601 time under key: 1 and *ms, 0 when missing or null, -1 when unreadable. */
int json_time(const json_t *object, const char *key, int64_t *ms);

/* {"value": "28.90" or a number, "currency": "EUR"} under key: 1, 0 when missing or null, -1 when unreadable. A number is taken by its
 * shortest decimal form, never by binary arithmetic. */
int json_money(const json_t *object, const char *key, struct money *);

/* Appends `s` as a JSON string with its quotes; invalid UTF-8 becomes U+FFFD. */
int json_quote(struct buf *, const char *s);

#endif
