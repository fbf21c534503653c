/* arena.h - memory that is given back all at once.
 *
 * For everything that lives as long as one page or one turn of the loop.  Allocations are aligned for any type
 * and never fail (out of memory ends the program).  There is no free of a single piece.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void *arena_alloc(struct arena *, size_t);
void *arena_zalloc(struct arena *, size_t);
char *arena_strdup(struct arena *, const char *); /* NULL in, NULL out */
char *arena_strndup(struct arena *, const char *, size_t);
char *arena_fmt(struct arena *, const char *format, ...) __attribute__((format(printf, 2, 3)));
void arena_reset(struct arena *); /* everything handed out is gone; keeps one block for reuse */
void arena_free(struct arena *);

#endif
