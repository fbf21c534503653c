#include "arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"

#define FIRST 1024 /* there are thousands that hold little */
#define BLOCK (64 * 1024)
#define ALIGN _Alignof(max_align_t)

struct block {
	struct block *next;
	size_t size; /* of `bytes` */
	_Alignas(max_align_t) char bytes[];
};

struct arena {
	struct block *blocks; /* the one we hand out from comes first */
	size_t used;          /* of the first block */
};

static struct block *
block_new(size_t size)
{
	struct block *b = must_alloc(sizeof(*b) + size);

	b->size = size;
	b->next = NULL;
	return b;
}

struct arena *
arena_new(void)
{
	struct arena *a = must_alloc(sizeof(*a));

	a->blocks = block_new(FIRST);
	a->used = 0;
	return a;
}

void *
arena_alloc(struct arena *a, size_t n)
{
	struct block *b = a->blocks;
	size_t size = b->size;
	void *p;

	if (n > SIZE_MAX / 2)
		abort();
	n = (n + ALIGN - 1) & ~(ALIGN - 1);
	if (n <= b->size - a->used) {
		p = b->bytes + a->used;
		a->used += n;
		return p;
	}
	do
		size *= 2;
	while (size < BLOCK && n > size / 4);
	if (n > size / 4) { /* a large piece gets its own block, behind the first */
		b = block_new(n);
		b->next = a->blocks->next;
		a->blocks->next = b;
		return b->bytes;
	}
	b = block_new(size < BLOCK ? size : BLOCK);
	b->next = a->blocks;
	a->blocks = b;
	a->used = n;
	return b->bytes;
}

void *
arena_zalloc(struct arena *a, size_t n)
{
	return memset(arena_alloc(a, n), 0, n);
}

char *
arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *copy;

	if (!s)
		return NULL;
	n = strnlen(s, n);
	copy = arena_alloc(a, n + 1);
	memcpy(copy, s, n);
	copy[n] = '\0';
	return copy;
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return s ? arena_strndup(a, s, strlen(s)) : NULL;
}

char *
arena_fmt(struct arena *a, const char *format, ...)
{
	char small[256]; /* enough for nearly all; counting without writing costs more than writing */
	va_list ap;
	char *s;
	int n;

	va_start(ap, format);
	n = vsnprintf(small, sizeof small, format, ap);
	va_end(ap);
	if (n < 0)
		abort();
	s = arena_alloc(a, (size_t)n + 1);
	if ((size_t)n < sizeof small)
		return memcpy(s, small, (size_t)n + 1);
	va_start(ap, format);
	vsnprintf(s, (size_t)n + 1, format, ap);
	va_end(ap);
	return s;
}

static void
blocks_free(struct block *b)
{
	struct block *next;

	for (; b; b = next) {
		next = b->next;
		free(b);
	}
}

void
arena_reset(struct arena *a)
{
	blocks_free(a->blocks->next);
	a->blocks->next = NULL;
	a->used = 0;
}

void
arena_free(struct arena *a)
{
	if (!a)
		return;
	blocks_free(a->blocks);
	free(a);
}
