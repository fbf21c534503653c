#include <stdint.h>
#include <string.h>

#include "images.h"

#define TILES 8 /* each side; a tile is 8 by 8 pixels */
#define SIDE  (TILES * 8)

static void
put16(struct buf *b, unsigned v)
{
	buf_char(b, (char)(v >> 8));
	buf_char(b, (char)v);
}

static void
put32(struct buf *b, uint32_t v)
{
	put16(b, v >> 16);
	put16(b, v & 0xffff);
}

/* Grey of each tile. */
static void
mosaic(unsigned char tile[TILES * TILES], const char *name)
{
	uint32_t h = 2166136261u;

	for (; *name; name++)
		h = (h ^ (unsigned char)*name) * 16777619u;
	for (int i = 0; i < TILES * TILES; i++) {
		h = h * 1664525u + 1013904223u;
		tile[i] = (unsigned char)(h >> 24);
	}
}

static uint32_t
crc32_of(const char *bytes, size_t n)
{
	uint32_t crc = ~0u;

	while (n--) {
		crc ^= (unsigned char)*bytes++;
		for (int i = 0; i < 8; i++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}
	return ~crc;
}

static void
png_chunk(struct buf *out, const char *type, const struct buf *data)
{
	size_t start = out->len + 4;

	put32(out, (uint32_t)data->len);
	buf_put(out, type);
	buf_add(out, buf_str(data), data->len);
	put32(out, crc32_of(out->data + start, out->len - start));
}

static void
png(struct buf *out, const unsigned char *tile)
{
	struct buf chunk = BUF_MAX(64 << 10), rows = BUF_MAX(64 << 10);
	uint32_t a = 1, b = 0; /* Adler-32 */

	for (int y = 0; y < SIDE; y++) {
		buf_char(&rows, 0); /* no filter */
		for (int x = 0; x < SIDE; x++)
			buf_char(&rows, (char)tile[y / 8 * TILES + x / 8]);
	}
	for (size_t i = 0; i < rows.len; i++) {
		a = (a + (unsigned char)rows.data[i]) % 65521;
		b = (b + a) % 65521;
	}
	buf_add(out, "\x89PNG\r\n\x1a\n", 8);
	put32(&chunk, SIDE);
	put32(&chunk, SIDE);
	buf_add(&chunk, "\x08\x00\x00\x00\x00", 5); /* 8 bits, grey */
	png_chunk(out, "IHDR", &chunk);

	buf_clear(&chunk);
	buf_add(&chunk, "\x78\x01\x01", 3); /* zlib; one final block, stored */
	buf_char(&chunk, (char)rows.len), buf_char(&chunk, (char)(rows.len >> 8));
	buf_char(&chunk, (char)~rows.len), buf_char(&chunk, (char)(~rows.len >> 8));
	buf_add(&chunk, rows.data, rows.len);
	put32(&chunk, b << 16 | a);
	png_chunk(out, "IDAT", &chunk);
	buf_clear(&chunk);
	png_chunk(out, "IEND", &chunk);
	buf_free(&chunk);
	buf_free(&rows);
}

struct bits {
	struct buf *out;
	uint32_t held;
	int n;
};

static void
put_bits(struct bits *w, unsigned value, int n)
{
	while (n-- > 0) {
		w->held = w->held << 1 | (value >> n & 1);
		if (++w->n < 8)
			continue;
		buf_char(w->out, (char)w->held);
		if ((w->held & 0xff) == 0xff)
			buf_char(w->out, 0); /* no marker */
		w->n = 0;
		w->held = 0;
	}
}

/* Baseline JPEG with one component and flat blocks: only DC differences are coded, then end of block. */
static void
jpeg(struct buf *out, const unsigned char *tile)
{
	struct bits w = {.out = out};
	int before = 0;

	buf_add(out, "\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00", 20);
	buf_add(out, "\xff\xdb\x00\x43\x00", 5);
	for (int i = 0; i < 64; i++)
		buf_char(out, 8); /* quantisation 8: a DC step is one grey level */
	buf_add(out, "\xff\xc0\x00\x0b\x08", 5);
	put16(out, SIDE), put16(out, SIDE);
	buf_add(out, "\x01\x01\x11\x00", 4);
	/* DC: the categories 0..11, all with codes of 4 bits; AC: only end of block, one bit */
	buf_add(out, "\xff\xc4\x00\x1f\x00\x00\x00\x00\x0c\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
		21);
	for (int i = 0; i < 12; i++)
		buf_char(out, (char)i);
	buf_add(out,
		"\xff\xc4\x00\x14\x10\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
		22);
	buf_add(out, "\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00", 10);
	for (int i = 0; i < TILES * TILES; i++) {
		int level = tile[i] - 128, d = level - before, size = 0;

		before = level;
		for (int m = d < 0 ? -d : d; m; m >>= 1)
			size++;
		put_bits(&w, (unsigned)size, 4);
		put_bits(&w, (unsigned)(d < 0 ? d + (1 << size) - 1 : d), size);
		put_bits(&w, 0, 1);
	}
	put_bits(&w, 0x7f, 7); /* fill the last byte with ones */
	buf_add(out, "\xff\xd9", 2);
}

const char *
image_make(struct buf *out, const char *name)
{
	unsigned char tile[TILES * TILES];
	size_t n = strlen(name);

	mosaic(tile, name);
	if (n > 4 && !strcmp(name + n - 4, ".png")) {
		png(out, tile);
		return "image/png";
	}
	jpeg(out, tile);
	return "image/jpeg";
}
