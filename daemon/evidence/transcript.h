/* transcript.h - what was written and done about an order or dispute, in the order of time. */
#ifndef EVIDENCE_TRANSCRIPT_H
#define EVIDENCE_TRANSCRIPT_H

#include "base/json.h"
#include "daemon/daemon.h"

struct entry {
	int64_t at;
	const char *who, *what; /* "Buyer", "REFUND, 5.00 EUR"; what: NULL for messages */
	const char *text;       /* "" when nothing was written */
	size_t number;          /* as it was found: orders those of one moment */
};

struct transcript {
	struct entry *entries; /* in the arena; the newest last */
	size_t n, left_out;    /* older ones that are not even here */
};

/* Of the buyer's messages that belong to the situation and, when there is a dispute, its history: the newest, as far as about `bytes` go. */
void transcript_read(struct daemon *, const struct situation *, size_t bytes, struct transcript *);

/* As blocks for draw_pages, appended to the list. */
void transcript_blocks(const struct transcript *, struct arena *, json_t *blocks);

/* "2026-10-02 12:31:00 UTC", "" for 0 */
const char *utc(struct arena *, int64_t at);
/* A block; label and group as page.h says. */
void add_block(json_t *blocks, const char *style, const char *label, const char *text, int group);

#endif
