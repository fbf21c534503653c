/* own.h - the seller's files beside the shipped ones: which one counts, and whether the original of a copy has changed since.
 *
 *   /etc/supercargo/templates/in_shipped/de.txt        wins over the shipped file of that name
 *   /etc/supercargo/templates/in_shipped/.originals    what the shipped files were when the copies were made, as sha256sum writes it
 *
 * Nothing else ever writes there, so an upgrade cannot take anything away; it changes the shipped file, and the hash tells.
 */
#ifndef TEMPLATE_OWN_H
#define TEMPLATE_OWN_H

#include "connectors/base/buf.h"
#include "connectors/base/err.h"

enum { TEMPLATE_FILE_MAX = 256 << 10 };

struct folders {
	const char *shipped, *own; /* own "": none */
};

/* The file that counts into *out: 1 the seller's, 0 the shipped one, -1 with err. */
int own_read(const struct folders *, const char *id, const char *name, struct buf *out, struct err *);
int own_has(const struct folders *, const char *id, const char *name);

/* Is this a copy of what was shipped then and is another now?  No when it was not noted, and no when the copy is what is shipped now. */
int own_outdated(const struct folders *, const char *id, const char *name);

/* One file on its way into a folder of scenarios. */
struct own_file {
	const char *id, *name;
	const char *text;
	size_t len;
};
/* Writes them all into `folder` and notes what is shipped beside each: first every byte under another name, then the names.  0, or -1 with
 * err; then none is there, unless the disk failed between two names. */
int own_write(const char *shipped, const char *folder, const struct own_file *, size_t n, struct err *);

/* The shipped files of a scenario are known as they are now.  How many were noted, -1 with err. */
int own_seen(const struct folders *, const char *id, struct err *);

#endif
