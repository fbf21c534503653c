/* file.h - a small file, whole. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "buf.h"
#include "err.h"

/* Replaces the content of *out by that of the file; at most out->max bytes, regular files only.  0, or -1 with err ("PATH: cannot be read: …"). */
int file_read(const char *path, struct buf *out, struct err *);
/* Writes it, on the disk when this returns; what was there before is gone.  0, or -1 with err. */
int file_write(const char *path, const char *bytes, size_t len, struct err *);

#endif
