/* inflate.h - gzip bodies.
 *
 * Not libcurl's: 7.88 reports success for a gzip stream that stops in the middle, and an answer that was cut must never
 * pass for a whole one. */
#ifndef TRANSPORT_INFLATE_H
#define TRANSPORT_INFLATE_H

#include "base/buf.h"

enum inflated { INFLATE_WHOLE, INFLATE_DAMAGED, INFLATE_TOO_LARGE };

/* Appends to `out`, up to its size.  Whole: every member of the stream ended with its right checksum, nothing follows. */
enum inflated inflate_gzip(const void *bytes, size_t, struct buf *out);

#endif
