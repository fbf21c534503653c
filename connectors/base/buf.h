/* buf.h - bytes that grow, up to a stated size.
 *
 * A buffer says where it is made how large it may become: struct buf b = BUF_MAX(64 * 1024);
 * Growing past that changes nothing, sets `over` and returns -1; `over` stays until buf_clear, so
 * a writer may add many pieces and test once.  The content is always followed by a NUL that is
 * not counted in `len`.  Out of memory ends the program: the store is intact and the service
 * manager starts us again.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>

struct buf {
	char *data;  /* owned; NULL while empty */
	size_t len;  /* bytes used */
	size_t room; /* bytes allocated */
	size_t max;  /* len never exceeds this */
	int over;    /* something did not fit */
};

#define BUF_MAX(bytes)                                                                                       \
	{                                                                                                    \
		.max = (bytes)                                                                               \
	}

int buf_add(struct buf *, const void *, size_t); /* append bytes; 0, or -1 when they do not fit */
int buf_put(struct buf *, const char *);         /* append a string */
int buf_char(struct buf *, char);
int buf_fmt(struct buf *, const char *format, ...) __attribute__((format(printf, 2, 3)));
int buf_vfmt(struct buf *, const char *format, va_list) __attribute__((format(printf, 2, 0)));
int buf_set(struct buf *, const void *, size_t); /* replace the content */
void buf_cut(struct buf *, size_t len);          /* shorten to len bytes */
void buf_clear(struct buf *);                    /* empty; the memory is kept for reuse */
void buf_free(struct buf *);                     /* empty; the memory is given back */
const char *buf_str(const struct buf *);         /* the content, "" when empty; valid until the next change */

/* malloc, calloc and strdup that do not return on failure.  Freed with free(). */
void *must_alloc(size_t);
void *must_zalloc(size_t);
char *must_strdup(const char *);
char *must_strndup(const char *, size_t);

#endif
