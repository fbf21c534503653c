/* loops.c - two machines that answer each other, or one that answers a buyer too often.
 *
 * Asked about every automatic answer to what a buyer said, in a message or a dispute.  What is stopped becomes a draft with the reason: the
 * message stays in the inbox, and its clock runs.  Signs of a machine come before the plain caps, since they tell the seller more.
 */
#include <stdio.h>
#include <string.h>

#include "daemon/decide/decide.h"
#include "daemon/outbox/outbox.h"
#include "i18n/fold.h"
#include "i18n/intent.h"

#define REMEMBERED                                                                                           \
	(72 * HOUR) /* the same words again within this time come from a machine, or need a person */
#define AT_ONCE    (15 * SECOND) /* nobody reads an answer and writes the next message so fast */
#define QUOTED_MIN 40            /* bytes of ours that nobody writes by chance */
#define TOLD_MAX   64

/* Names under which nobody reads. */
static int
nobody_reads(const char *name)
{
	static const char *const names[] = {"mailer daemon", "mailerdaemon", "postmaster", "no reply",
					    "noreply",       "do not reply", "donotreply", "auto reply",
					    "autoreply",     "autoresponder"};
	struct buf folded = BUF_MAX(4096);
	int found = 0;

	text_fold(name ? name : "", &folded);
	for (size_t i = 0; i < sizeof names / sizeof *names && !found; i++)
		found = !strncmp(buf_str(&folded), names[i], strlen(names[i]));
	buf_free(&folded);
	return found;
}

/* As mail programs quote: with a mark before each line. */
static void
fold_quoted(const char *text, struct buf *folded)
{
	struct buf unquoted = BUF_MAX(256 * 1024);

	for (const char *p = text; *p; p++)
		buf_char(&unquoted, *p == '>' || *p == '|' ? ' ' : *p);
	text_fold(buf_str(&unquoted), folded);
	buf_free(&unquoted);
}

/* What one of our answers and the new message have to do with each other: a reason, NULL. */
static const char *
sign(const struct situation *s, const struct told *t, const char *words)
{
	struct buf ours = BUF_MAX(256 * 1024), asked = BUF_MAX(256 * 1024);
	const char *why = NULL;

	fold_quoted(t->text ? t->text : "", &ours);
	fold_quoted(t->asked ? t->asked : "", &asked);
	if (*words && !strcmp(words, buf_str(&asked)))
		why = TEXT("the same words came again after an automatic answer; a machine may be writing");
	else if (ours.len >= QUOTED_MIN && strstr(words, buf_str(&ours)))
		why = TEXT("the message repeats our own automatic answer; a machine may be writing");
	else if (t->left && t->conversation && t->conversation == s->conversation && s->at >= t->left &&
		 s->at - t->left < AT_ONCE)
		why = TEXT("it came within seconds of an automatic answer; a machine may be writing");
	buf_free(&ours);
	buf_free(&asked);
	return why;
}

static int
told_by(const struct situation *s, const char *subject)
{
	return s->kind && !strncmp(s->kind, subject, strlen(subject));
}

static const char *
sign_of_any(const struct situation *s, const struct told *told, int n)
{
	const char *said = told_by(s, "dispute.") ? s->dispute_text : s->text, *why = NULL;
	struct buf words = BUF_MAX(256 * 1024);

	if (!n)
		return NULL;
	fold_quoted(said ? said : "", &words);
	for (int i = 0; i < n && !why; i++)
		why = sign(s, &told[i], buf_str(&words));
	buf_free(&words);
	return why;
}

/* Within 24 hours, to this buyer.  *same: the action that told the very same text, 0: none did. */
static int
told_today(const struct told *told, int n, const char *text, int64_t now, int64_t *same)
{
	int count = 0;

	*same = 0;
	for (int i = 0; i < n && told[i].at > now - DAY; i++) {
		count++;
		if (told[i].text && *told[i].text && text && !strcmp(told[i].text, text))
			*same = told[i].id;
	}
	return count;
}

static const char *
cause_of(struct daemon *d, int64_t buyer, int64_t conversation)
{
	return buyer ? arena_fmt(store_arena(d->store), "loop/b%lld", (long long)buyer)
		     : arena_fmt(store_arena(d->store), "loop/c%lld", (long long)conversation);
}

static void
tell(struct daemon *d, const struct situation *s, int64_t now)
{
	char note[ERR_MAX];

	pack(note,
	     "%s: automatic answers to one buyer have stopped, since a machine may be answering them; see "
	     "'supercargo outbox' and c%lld",
	     s->account_name, (long long)s->conversation);
	notice_raise(d->store, cause_of(d, s->buyer, s->conversation), s->account, note, now);
}

void
loop_noticed(struct daemon *d, const struct outbox_row *row, int64_t now)
{
	struct situation s;

	if (outbox_situation(d, row, now, &s))
		notice_clear(d->store, cause_of(d, s.buyer, s.conversation), now);
}

static int
answers_words(const struct situation *s, const char *kind)
{
	const char *verb = kind_verb(kind);

	return (told_by(s, "message.") || told_by(s, "dispute.")) &&
	       (!strcmp(verb, "reply") || !strcmp(verb, "message"));
}

static int64_t
said_already(struct daemon *d, const struct situation *s, const char *text, int64_t now)
{
	return text && *text ? message_told(d->store, s->buyer, s->conversation, now - DAY, text) : 0;
}

int
loop_stops(struct daemon *d, const struct conf_account *a, const struct situation *s, const char *kind,
	   const char *text, int64_t now, char packed[ERR_MAX])
{
	struct told told[TOLD_MAX];
	int64_t same, seen;
	const char *why;
	int n, today;

	if (!answers_words(s, kind))
		return 0;
	n = outbox_told(d->store, s->buyer, s->conversation, now - REMEMBERED, told, TOLD_MAX);
	today = told_today(told, n, text, now, &same);
	if (told_by(s, "message.") && s->intent && !strcmp(s->intent, INTENT_AUTOMATIC)) {
		pack(packed,
		     "it reads like an automatic message (out of office, not delivered); a person should "
		     "look at it");
	} else if (nobody_reads(s->buyer_remote)) {
		pack(packed, "its sender is an address that nobody reads");
	} else if ((why = sign_of_any(s, told, n))) {
		snprintf(packed, ERR_MAX, "%s", why);
		tell(d, s, now);
	} else if (s->ours_by_rule_24h >= a->conversation_cap) {
		pack(packed, "this conversation had %d automatic answers within 24 hours (conversation_cap)",
		     s->ours_by_rule_24h);
	} else if (today >= a->buyer_cap) {
		pack(packed, "this buyer had %d automatic answers within 24 hours (buyer_cap)", today);
		tell(d, s, now);
	} else if (same) {
		pack(packed, "this buyer was told the very same text within 24 hours (a%lld)",
		     (long long)same);
	} else if ((seen = said_already(d, s, text, now))) {
		pack(packed, "this buyer was told the very same text within 24 hours (m%lld)",
		     (long long)seen);
	} else {
		return 0;
	}
	return 1;
}
