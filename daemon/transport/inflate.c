#include "daemon/transport/inflate.h"

#include <zlib.h>

#define GZIP_ONLY (15 + 16)

/* One member, from where `z` stands to the end of its checksum. */
static enum inflated
inflate_member(z_stream *z, struct buf *out)
{
	unsigned char piece[16384];
	int r;

	do {
		z->next_out = piece;
		z->avail_out = sizeof(piece);
		r = inflate(z, Z_NO_FLUSH);
		if (r != Z_OK && r != Z_STREAM_END)
			return INFLATE_DAMAGED;
		if (buf_add(out, piece, sizeof(piece) - z->avail_out) < 0)
			return INFLATE_TOO_LARGE;
	} while (r != Z_STREAM_END);
	return INFLATE_WHOLE;
}

enum inflated
inflate_gzip(const void *bytes, size_t len, struct buf *out)
{
	z_stream z = {.next_in = (z_const Bytef *)bytes, .avail_in = (uInt)len};
	enum inflated r;

	if (inflateInit2(&z, GZIP_ONLY) != Z_OK)
		return INFLATE_DAMAGED;
	do
		r = inflate_member(&z, out);
	while (r == INFLATE_WHOLE && z.avail_in > 0 && inflateReset(&z) == Z_OK);
	inflateEnd(&z);
	return r;
}
