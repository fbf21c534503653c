#include "buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PIECE                                                                                                \
	120 /* what one call writes at most, nearly always: counting first would cost more than writing */

static void *
not_null(void *p)
{
	if (!p) {
		fputs("supercargo: out of memory\n", stderr);
		abort();
	}
	return p;
}

/* Makes room for n more bytes and the NUL; 0, or -1 when max forbids it. */
static int
grow(struct buf *b, size_t n)
{
	size_t room = b->room ? b->room : 64;

	if (n > b->max || b->len > b->max - n) {
		b->over = 1;
		return -1;
	}
	while (room < b->len + n + 1)
		room *= 2;
	if (room > b->room) {
		b->data = not_null(realloc(b->data, room));
		b->room = room;
	}
	return 0;
}

int
buf_add(struct buf *b, const void *bytes, size_t n)
{
	if (grow(b, n))
		return -1;
	if (n)
		memcpy(b->data + b->len, bytes, n);
	b->len += n;
	b->data[b->len] = '\0';
	return 0;
}

int
buf_put(struct buf *b, const char *s)
{
	return buf_add(b, s, strlen(s));
}

int
buf_char(struct buf *b, char c)
{
	return buf_add(b, &c, 1);
}

int
buf_vfmt(struct buf *b, const char *format, va_list ap)
{
	const size_t hope = b->max - b->len < PIECE ? b->max - b->len : PIECE;
	size_t left;
	va_list again;
	int n;

	va_copy(again, ap);
	grow(b, hope);
	left = b->room - b->len;
	n = vsnprintf(b->data + b->len, left, format, ap);
	if (n >= 0 && !grow(b, (size_t)n)) {
		if ((size_t)n >= left)
			vsnprintf(b->data + b->len, (size_t)n + 1, format, again);
		b->len += (size_t)n;
		n = 0;
	} else {
		b->data[b->len] = '\0'; /* what fitted is no part of it */
		b->over = 1;
		n = -1;
	}
	va_end(again);
	return n;
}

int
buf_fmt(struct buf *b, const char *format, ...)
{
	va_list ap;
	int r;

	va_start(ap, format);
	r = buf_vfmt(b, format, ap);
	va_end(ap);
	return r;
}

int
buf_set(struct buf *b, const void *bytes, size_t n)
{
	if (n > b->max) {
		b->over = 1;
		return -1;
	}
	b->len = 0;
	return buf_add(b, bytes, n);
}

void
buf_cut(struct buf *b, size_t len)
{
	if (len < b->len) {
		b->len = len;
		b->data[len] = '\0';
	}
}

void
buf_clear(struct buf *b)
{
	buf_cut(b, 0);
	b->over = 0;
}

void
buf_free(struct buf *b)
{
	free(b->data);
	*b = (struct buf)BUF_MAX(b->max);
}

const char *
buf_str(const struct buf *b)
{
	return b->data ? b->data : "";
}

void *
must_alloc(size_t n)
{
	return not_null(malloc(n ? n : 1));
}

void *
must_zalloc(size_t n)
{
	return not_null(calloc(1, n ? n : 1));
}

char *
must_strdup(const char *s)
{
	return not_null(strdup(s));
}

char *
must_strndup(const char *s, size_t n)
{
	return not_null(strndup(s, n));
}
