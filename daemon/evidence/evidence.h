/* evidence.h - what we know about a disputed order, as pictures of pages that the platform's reviewer can read.
 *
 * The first file is a cover sheet: order, dates, amounts, what the buyer claims, how the order left, and the SHA-256 of every file
 * that follows.  These hold the transcript: messages and the dispute's history by their time, each with the SHA-256 of its words.
 * What does not fit goes from the oldest on, and the page says so.
 *
 * The same facts give the same bytes (with the same fonts).  Only what the buyer and the platform know already goes in: no notes
 * of ours, no name of an operator, nobody else's order.
 */
#ifndef EVIDENCE_H
#define EVIDENCE_H

#include "daemon/daemon.h"

/* Makes the files for the dispute (or, without one, the order) of a situation, within the platform's rules and at most `max`.
 * Their number, or -1 with err.  Names and bytes live as long as the turn; the journal notes their hashes. */
int evidence_pack(struct daemon *, const struct situation *, const struct file_rules *,
		  struct attachment_file *out, int max, int64_t now, struct err *);

#endif
