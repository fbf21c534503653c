/* notify.h - telling people: who, when, and by which channel.
 *
 * Every [notify] section is a channel: a webhook or a mail address.  A notice is told once by each channel whose turn it is, as one of its
 * posts; what comes while a post may not leave yet (the robot's rate, a failure, the night) waits in the store and goes together.  A channel
 * that does not take its post is asked again later and holds up no other.  After a crash a notice may be told twice; an action may not.
 *
 * Whose turn it is (turn.c): what can wait is told outside of the channel's quiet hours and inside of its hours on call.  What is urgent
 * (kinds.h) is told at once by those who are on call, by everybody when nobody is; and when nobody has claimed it for `second_after`, by
 * those who say so.  What somebody has claimed is told no more.
 */
#ifndef NOTIFY_H
#define NOTIFY_H

#include "daemon/runner.h"

struct channel {
	char *name;
	struct job *job; /* on its way; NULL */
	int64_t due;     /* nothing is to be told before, unless something is raised */
	int64_t newest;  /* the newest notice when that was found out */
	int fails;       /* posts in a row that were not taken */
	enum { TEST_NONE, TEST_WANTED, TEST_FLYING, TEST_DONE } test;
	int test_good;
	char test_packed[ERR_MAX]; /* what the server answered */
};

/* Beside d->conf->notifies; those that stay keep what is on its way. */
void channels_make(struct daemon *);
void channels_free(struct daemon *);
/* The turn is lost: nothing was told, and all is looked at again. */
void channels_recall(struct daemon *);
void telling_unqueued(struct daemon *, const struct job *);
void telling_waits(struct daemon *, struct job *); /* its answer has come, for the next turn */
void telling_free(struct telling *);

/* `notify test`: a message by this channel (NULL: by each).  0, -1: there is none of that name. */
int channels_test(struct daemon *, const char *name);
/* {"done": bool, "channels": [{"name", "health": "asked"|"good"|"bad", "text": {"packed"}|null}]} */
json_t *channels_tested(struct daemon *, const char *name);

/* What only time brings is raised: every minute. */
void notices_tell(struct daemon *, int64_t now);

/* turn.c */
/* When this channel is to be told: 0 now; else it is asked again then, INT64_MAX: never. */
int64_t channel_turn(const struct daemon *, int channel, const struct notice_row *, int64_t now);
int64_t digest_next(const struct conf_notify *, int64_t after);
/* "2026-11-24 09:00" in the channel's zone */
void local_minute(const struct conf_notify *, int64_t at, char out[INSTANT_TEXT]);

/* words.c */
/* One notice as a line, with its account and, where there is a page for it, a link. */
void notice_line(const struct daemon *, const struct conf_notify *, const struct notice_row *,
		 struct buf *out);
void notice_link(const struct daemon *, const char *cause, struct buf *out); /* "" when there is none */
void digest_text(const struct daemon *, const struct conf_notify *, int64_t now, struct buf *out);

#endif
