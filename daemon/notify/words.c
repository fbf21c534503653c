/* words.c - what is told, in the reader's language.  No names, addresses or texts of buyers: ids lead to them. */
#include <stdlib.h>
#include <string.h>

#include "daemon/notify/notify.h"

/* Only what a person can decide on has a page: actions. */
void
notice_link(const struct daemon *d, const char *cause, struct buf *out)
{
	const char *ref = strchr(cause, '/');
	const size_t n = ref && ref[1] == 'a' ? strspn(ref + 2, "0123456789") : 0;

	if (n && *d->conf->service.console_url && (!ref[2 + n] || strchr("/@", ref[2 + n])))
		buf_fmt(out, "%s/a/%.*s", d->conf->service.console_url, (int)n, ref + 2);
}

void
notice_line(const struct daemon *d, const struct conf_notify *n, const struct notice_row *row,
	    struct buf *out)
{
	struct buf text = BUF_MAX(4096), link = BUF_MAX(512);

	say_packed(&text, n->language, row->packed);
	if (row->account_name && !strstr(buf_str(&text), row->account_name))
		buf_fmt(out, "%s: ", row->account_name);
	for (size_t i = 0; i < text.len; i++)
		buf_char(out, (unsigned char)text.data[i] < 0x20 ? ' ' : text.data[i]);
	notice_link(d, row->cause, &link);
	if (link.len)
		buf_fmt(out, " %s", buf_str(&link));
	buf_free(&link);
	buf_free(&text);
}

static void
add(struct backlog *sum, const struct backlog *w)
{
	sum->conversations += w->conversations;
	sum->drafts += w->drafts;
	sum->held += w->held;
	sum->unsure += w->unsure;
	sum->odd += w->odd;
	sum->tasks += w->tasks;
	sum->overdue += w->overdue;
	sum->due += w->due;
	if (w->first && (!sum->first || w->first < sum->first))
		sum->first = w->first;
}

/* A line of the digest; nothing for nothing. */
static void
put_count(struct buf *out, const char *what, int64_t n)
{
	if (n)
		buf_fmt(out, "\n%s: %lld", what, (long long)n);
}

void
digest_text(const struct daemon *d, const struct conf_notify *n, int64_t now, struct buf *out)
{
	const int64_t until = digest_next(n, now);
	const enum lang lang = n->language;
	char first[INSTANT_TEXT], end[INSTANT_TEXT];
	struct backlog sum = {0}, w;

	for (int i = 0; n->accounts && n->accounts[i]; i++) {
		backlog_count(d->store, n->accounts[i], now, until, &w);
		add(&sum, &w);
	}
	if (!n->accounts)
		backlog_count(d->store, NULL, now, until, &sum);
	local_minute(n, sum.first, first);
	local_minute(n, until, end);
	if (sum.due)
		buf_fmt(out, say(lang, "Due until %s: %lld, the first at %s."), end, (long long)sum.due,
			first);
	else if (sum.first)
		buf_fmt(out, say(lang, "Nothing is due before %s."), first);
	else
		buf_put(out, say(lang, "Nothing is due."));
	put_count(out, say(lang, "Past their deadline"), sum.overdue);
	put_count(out, say(lang, "Buyers who wait for an answer"), sum.conversations);
	put_count(out, say(lang, "Drafts that wait for approval"), sum.drafts);
	put_count(out, say(lang, "Held"), sum.held);
	put_count(out, say(lang, "In doubt"), sum.unsure);
	put_count(out, say(lang, "Tasks"), sum.tasks);
	put_count(out, say(lang, "Not understood"), sum.odd);
}
