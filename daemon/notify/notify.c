#include "daemon/notify/notify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/notify/form.h"
#include "daemon/notify/kinds.h"
#include "daemon/notify/mail.h"

#define AT_ONCE      2000 /* notices that are looked at for one post */
#define MAIL_BYTES   60000
#define MAIL_SPACING (30 * SECOND)
#define TOO_MANY     10 /* posts' worth: then the rest is only counted; `notices` lists it */
#define TAIL_BYTES   120
#define OF_A_KIND    5 /* deadlines of one account and kind that a post lists; the others are only counted */
#define TELL_FAILING 5 /* posts in a row that were not taken: the other channels are told */
#define UNSURE_AFTER HOUR
#define LOOK_EVERY   MINUTE
#define LOOK_AGAIN   HOUR /* at the latest: the clock may have been ahead */

/* A post on its way: what it tells, and what it borrows nothing of, since the configuration may be read again meanwhile. */
struct telling {
	char *channel, *ca, *user, *password;
	enum { TELLS_NOTICES, TELLS_DIGEST, TELLS_TEST } what;
	int64_t *ids;
	int listed, n; /* those behind the listed ones are only counted */
	int64_t digest;
};

void
telling_free(struct telling *t)
{
	if (!t)
		return;
	if (t->password)
		explicit_bzero(t->password, strlen(t->password));
	free(t->password);
	free(t->user);
	free(t->ca);
	free(t->channel);
	free(t->ids);
	free(t);
}

/* ---- channels ---- */

static struct channel *
channel_find(const struct daemon *d, const char *name)
{
	for (int i = 0; i < d->nchannels; i++)
		if (!strcmp(d->channels[i].name, name))
			return &d->channels[i];
	return NULL;
}

static void
channel_drop(struct daemon *d, struct channel *c)
{
	if (c->job) {
		d->transport->drop(d->transport, c->job);
		job_free(c->job);
	}
	free(c->name);
}

void
channels_make(struct daemon *d)
{
	struct channel *list = must_zalloc((size_t)(d->conf->nnotifies + 1) * sizeof *list);

	for (int i = 0; i < d->conf->nnotifies; i++) {
		struct channel *old = channel_find(d, d->conf->notifies[i].name);

		if (old) {
			list[i] = *old;
			*old = (struct channel){.name = must_strdup("")};
		} else {
			list[i].name = must_strdup(d->conf->notifies[i].name);
		}
		list[i].due = 0;
	}
	channels_free(d);
	d->channels = list;
	d->nchannels = d->conf->nnotifies;
}

void
channels_free(struct daemon *d)
{
	for (int i = 0; i < d->nchannels; i++)
		channel_drop(d, &d->channels[i]);
	free(d->channels);
	d->channels = NULL;
	d->nchannels = 0;
}

void
channels_recall(struct daemon *d)
{
	for (int i = 0; i < d->nchannels; i++) {
		d->channels[i].due = 0;
		if (d->channels[i].test == TEST_FLYING && !d->channels[i].job)
			d->channels[i].test = TEST_WANTED;
	}
}

void
telling_unqueued(struct daemon *d, const struct job *job)
{
	for (int i = 0; i < d->nchannels; i++)
		if (d->channels[i].job == job)
			d->channels[i].job = NULL;
}

void
telling_waits(struct daemon *d, struct job *job)
{
	struct channel *c = job->telling ? channel_find(d, job->telling->channel) : NULL;

	if (c)
		c->job = job;
}

/* ---- a post ---- */

static int64_t
spacing(const struct conf_notify *n)
{
	return n->mail ? MAIL_SPACING : form_spacing(n->form);
}

static struct telling *
telling_new(const struct conf_notify *n)
{
	struct telling *t = must_zalloc(sizeof *t);

	t->channel = must_strdup(n->name);
	t->ca = must_strdup(n->ca);
	t->user = must_strdup(n->user);
	t->password = must_strdup(n->password);
	return t;
}

/* The same post has the same id, so that a mail server may drop it when it comes twice. */
static void
message_id(const struct daemon *d, const struct telling *t, char out[96])
{
	uint32_t hash = 2166136261u;
	int64_t about = t->what == TELLS_DIGEST ? t->digest : t->n ? t->ids[0] : (int64_t)(random_u64() >> 1);

	for (const char *p = t->channel; *p; p++)
		hash = (hash ^ (unsigned char)*p) * 16777619u;
	for (int i = 0; i < t->n; i++)
		hash = (hash ^ (uint32_t)t->ids[i]) * 16777619u;
	snprintf(out, 96, "supercargo.%.16s.%d.%lld.%08x", d->installation, (int)t->what, (long long)about,
		 hash);
}

static void
write_mail(const struct daemon *d, const struct conf_notify *n, struct job *job, const char *subject,
	   const char *text, int64_t now)
{
	char id[96];

	message_id(d, job->telling, id);
	job->request.medium = BY_MAIL;
	buf_put(&job->request.url, n->smtp);
	buf_put(&job->request.from, n->from[0]);
	for (int i = 0; n->mail[i]; i++)
		buf_fmt(&job->request.to, "%s%s", i ? "\n" : "", n->mail[i]);
	mail_write(&(struct letter){.from = n->from[0],
				    .to = n->mail,
				    .subject = subject,
				    .text = text,
				    .id = id,
				    .at = now},
		   &job->request.body);
	job->route.user = job->telling->user;
	job->route.password = job->telling->password;
}

static void
write_post(const struct conf_notify *n, struct job *job, const struct filling *f)
{
	job->request.method = "POST";
	buf_put(&job->request.url, n->webhook);
	buf_put(&job->request.headers, "Content-Type: application/json\n");
	form_fill(n->form, f, &job->request.body);
}

/* The post leaves after the turn's commit.  `f` has what a form may ask for beside the text. */
static void
launch(struct daemon *d, int i, struct telling *t, struct filling *f, const char *subject, int64_t now)
{
	const struct conf_notify *n = &d->conf->notifies[i];
	struct job *job = job_new(d, NULL, JOB_NOTICE, LANE_POLL, NULL);

	job->telling = t;
	job->route.ca = t->ca;
	job->request.to.max = 16 * 1024;
	f->chat = n->chat;
	if (n->mail)
		write_mail(d, n, job, subject, f->text, now);
	else
		write_post(n, job, f);
	d->channels[i].job = job;
	job_queue(d, job);
}

/* ---- what is told ---- */

struct pending {
	struct notice_row *
		rows; /* those whose turn it is, urgent ones first; behind the n those that are only counted */
	int n, urgent, counted;
	int64_t later; /* when another one's turn may come */
};

/* Of one account, kind and stage, about the same sort of thing: "due/8h/c12", "due/8h/c13". */
static int
same_trouble(const struct notice_row *a, const struct notice_row *b)
{
	const char *last = strrchr(a->cause, '/');

	return last && !strncmp(a->cause, b->cause, (size_t)(last - a->cause) + 2) &&
	       !strcmp(a->account_name ? a->account_name : "", b->account_name ? b->account_name : "");
}

static void
find_pending(struct daemon *d, int i, const struct channel_row *row, int64_t now, struct pending *p)
{
	struct notice_row *all, *sorted;
	const int n = notices_untold(d->store, d->channels[i].name, row->since, AT_ONCE, &all);
	int64_t *turn = arena_zalloc(store_arena(d->store), (size_t)(n + 1) * sizeof *turn);

	*p = (struct pending){.later = n == AT_ONCE ? now + MINUTE : INT64_MAX};
	sorted = arena_zalloc(store_arena(d->store), (size_t)(n + 1) * sizeof *sorted);
	for (int k = 0; k < n; k++) {
		turn[k] = channel_turn(d, i, &all[k], now);
		if (turn[k] > now)
			p->later = turn[k] < p->later ? turn[k] : p->later;
		else if (urgent_from(all[k].cause, all[k].at) <= now)
			sorted[p->n++] = all[k];
	}
	p->urgent = p->n;
	for (int k = 0; k < n; k++)
		if (turn[k] <= now && urgent_from(all[k].cause, all[k].at) > now)
			sorted[p->n++] = all[k];
	p->rows = sorted;
}

/* Clocks that run out by the dozen are one trouble: the first ones stay, the others go behind them. */
static void
sum_up(struct daemon *d, struct pending *p)
{
	struct notice_row *rest = arena_zalloc(store_arena(d->store), (size_t)(p->n + 1) * sizeof *rest);
	const int n = p->n, urgent = p->urgent;

	p->n = p->urgent = 0;
	for (int k = 0; k < n; k++) {
		const struct notice_row row = p->rows[k];
		int same = 0;

		for (int i = 0; i < p->n && kind_of(row.cause)->summed; i++)
			same += same_trouble(&row, &p->rows[i]);
		if (same >= OF_A_KIND) {
			rest[p->counted++] = row;
			continue;
		}
		p->urgent += k < urgent;
		p->rows[p->n++] = row;
	}
	memcpy(p->rows + p->n, rest, (size_t)p->counted * sizeof *rest);
}

/* Whole lines, as many as the channel takes; one alone is cut when it must be.  How many. */
static int
put_lines(const struct daemon *d, const struct conf_notify *n, const struct pending *p, size_t most,
	  struct buf *out)
{
	struct buf line = BUF_MAX(8192);
	int k = 0;

	for (; k < p->n && (k == 0 || !n->form || !n->form->single); k++) {
		buf_clear(&line);
		if (p->n > 1 && !(n->form && n->form->single))
			buf_put(&line, k < p->urgent ? "! " : "- ");
		notice_line(d, n, &p->rows[k], &line);
		if (k && out->len + 1 + line.len > most - TAIL_BYTES)
			break;
		if (k)
			buf_char(out, '\n');
		buf_add(out, buf_str(&line), utf8_fit(buf_str(&line), line.len, most - TAIL_BYTES));
	}
	buf_free(&line);
	return k;
}

static void
put_subject(const struct conf_notify *n, const struct pending *p, struct buf *out)
{
	const char *label = say(n->language, kind_of(p->rows[0].cause)->label);

	if (p->n == 1 && p->rows[0].account_name)
		buf_fmt(out, "Supercargo: %s (%s)", label, p->rows[0].account_name);
	else if (p->n == 1)
		buf_fmt(out, "Supercargo: %s", label);
	else
		buf_fmt(out, say(n->language, "Supercargo: %d notices; %s"), p->n, label);
}

static void
tell_pending(struct daemon *d, int i, struct pending *p, int64_t now)
{
	const struct conf_notify *n = &d->conf->notifies[i];
	const size_t most = n->mail ? MAIL_BYTES : n->form->bytes;
	const int single = n->form && n->form->single;
	struct buf text = BUF_MAX(MAIL_BYTES + 8192), subject = BUF_MAX(1024), link = BUF_MAX(512);
	struct telling *t = telling_new(n);
	char at[INSTANT_TEXT];

	if (!single)
		sum_up(d, p);
	t->listed = put_lines(d, n, p, most, &text);
	t->n = t->listed + p->counted;
	if (p->n - t->listed > TOO_MANY * t->listed && !single)
		t->n = p->n + p->counted;
	if (t->n > t->listed) {
		buf_char(&text, '\n');
		buf_fmt(&text, say(n->language, "and %d more; all of them: supercargo notices"),
			t->n - t->listed);
	}
	t->ids = must_alloc((size_t)t->n * sizeof *t->ids);
	for (int k = 0; k < t->n; k++) /* those that the next post lists are left out */
		t->ids[k] = p->rows[k < t->listed ? k : p->n + p->counted - t->n + k].id;
	put_subject(n, p, &subject);
	instant_format(p->rows[0].at, at);
	notice_link(d, p->rows[0].cause, &link);
	launch(d, i, t,
	       &(struct filling){.text = buf_str(&text),
				 .cause = p->rows[0].cause,
				 .kind = kind_of(p->rows[0].cause)->name,
				 .account = p->rows[0].account_name,
				 .at = at,
				 .link = buf_str(&link),
				 .urgent = p->urgent > 0},
	       buf_str(&subject), now);
	buf_free(&link);
	buf_free(&subject);
	buf_free(&text);
}

/* Something of our own: the digest, a test. */
static void
tell_text(struct daemon *d, int i, struct telling *t, const char *kind, const char *subject, const char *text,
	  int64_t now)
{
	char at[INSTANT_TEXT];

	instant_format(now, at);
	launch(d, i, t,
	       &(struct filling){
		       .text = text, .cause = kind, .kind = kind, .account = "", .at = at, .link = ""},
	       subject, now);
}

static void
tell_digest(struct daemon *d, int i, int64_t now)
{
	const struct conf_notify *n = &d->conf->notifies[i];
	struct telling *t = telling_new(n);
	struct buf text = BUF_MAX(4096);
	char day[INSTANT_TEXT];
	struct buf subject = BUF_MAX(256);

	t->what = TELLS_DIGEST;
	t->digest = now;
	local_minute(n, now, day);
	buf_fmt(&subject, say(n->language, "Supercargo: how it stands, %s"), day);
	buf_fmt(&text, "%s\n", buf_str(&subject));
	digest_text(d, n, now, &text);
	tell_text(d, i, t, "digest", buf_str(&subject), buf_str(&text), now);
	buf_free(&subject);
	buf_free(&text);
}

static void
tell_test(struct daemon *d, int i, int64_t now)
{
	const struct conf_notify *n = &d->conf->notifies[i];
	struct telling *t = telling_new(n);

	t->what = TELLS_TEST;
	d->channels[i].test = TEST_FLYING;
	tell_text(d, i, t, "test", say(n->language, "Supercargo: a test"),
		  say(n->language, "This is a test of this channel; nothing has happened."), now);
}

/* ---- planning ---- */

static int64_t
plan_channel(struct daemon *d, int i, int64_t newest, int64_t now)
{
	const struct conf_notify *n = &d->conf->notifies[i];
	struct channel *c = &d->channels[i];
	struct channel_row row;
	struct pending p;
	int64_t ready, digest;

	if (c->job)
		return INT64_MAX;
	if (c->test == TEST_WANTED) {
		tell_test(d, i, now);
		return INT64_MAX;
	}
	if (newest == c->newest && c->due > now && c->due <= now + LOOK_AGAIN)
		return c->due;
	c->newest = newest;
	channel_get(d->store, n->name, now, &row);
	c->fails = row.fails;
	ready = row.posted && row.posted <= now ? row.posted + spacing(n)
						: 0; /* a clock that was ahead counts for nothing */
	if (row.next_at > ready && row.next_at <= now + HOUR)
		ready = row.next_at;
	if (ready > now)
		return c->due = ready < now + LOOK_AGAIN ? ready : now + LOOK_AGAIN;
	digest = digest_next(n, row.digest && row.digest <= now ? row.digest
				: row.since <= now              ? row.since
								: now);
	find_pending(d, i, &row, now, &p);
	c->due = p.later < digest ? p.later : digest;
	if (c->due > now + LOOK_AGAIN)
		c->due = now + LOOK_AGAIN;
	if (digest > now && !p.n)
		return c->due;
	c->due = 0;
	row.posted = now;
	channel_put(d->store, n->name, &row);
	if (p.urgent || digest > now)
		tell_pending(d, i, &p, now);
	else
		tell_digest(d, i, now);
	return INT64_MAX;
}

int64_t
plan_notices(struct daemon *d, int64_t now)
{
	int64_t wake = INT64_MAX, newest;

	if (d->stopping)
		return INT64_MAX;
	if (d->nchannels == 0) {
		notices_told_to_nobody(d->store, now);
		return INT64_MAX;
	}
	newest = notice_newest(d->store);
	for (int i = 0; i < d->nchannels; i++) {
		const int64_t again = plan_channel(d, i, newest, now);

		wake = again < wake ? again : wake;
	}
	return wake;
}

void
notices_tell(struct daemon *d, int64_t now)
{
	if (d->notices_next > now && d->notices_next <= now + LOOK_EVERY)
		return;
	notices_look(d->store, UNSURE_AFTER, now);
	d->notices_next = now + LOOK_EVERY;
}

/* ---- answers ---- */

static int
is_taken(struct daemon *d, const struct conf_notify *n, const struct answer *a, struct err *err)
{
	if (!a->complete) {
		*err = a->err;
		return 0;
	}
	if (n->mail)
		return 1; /* libcurl fails when the server refuses */
	return form_taken(n->form, store_arena(d->store), &a->response, err);
}

static void
failing(struct daemon *d, const struct conf_notify *n, const struct err *why, int64_t now)
{
	char packed[ERR_MAX], reason[ERR_MAX];

	err_english(why->text, reason, sizeof reason);
	pack(packed, "the channel %s takes no notices: %s", n->name, reason);
	notice_raise(d->store, arena_fmt(store_arena(d->store), "channel/%s", n->name), 0, packed, now);
}

static void
judged(struct daemon *d, const struct conf_notify *n, const struct telling *t, const struct answer *a,
       int taken, const struct err *why, int64_t now)
{
	struct channel_row row;

	channel_get(d->store, n->name, now, &row);
	if (taken) {
		row.fails = 0;
		row.next_at = 0;
		row.why = NULL;
		if (t->what == TELLS_DIGEST)
			row.digest = t->digest;
		for (int k = 0; k < t->n; k++)
			notice_told(d->store, t->ids[k], n->name, k >= t->listed, now);
		notice_clear(d->store, arena_fmt(store_arena(d->store), "channel/%s", n->name), now);
	} else {
		const int64_t wait = backoff(++row.fails, random_u64()),
			      asked = a->complete ? a->response.retry_after : 0;

		row.next_at = now + (asked > wait && asked < HOUR ? asked : wait);
		row.why = why->text;
		log_warn("notify %s: a notice could not be delivered", n->name);
		log_reason(why->text);
		if (row.fails == TELL_FAILING)
			failing(d, n, why, now);
	}
	channel_put(d->store, n->name, &row);
}

static void
test_judged(struct channel *c, const struct answer *a, int taken, const struct err *why)
{
	c->test = TEST_DONE;
	c->test_good = taken;
	if (!taken)
		snprintf(c->test_packed, ERR_MAX, "%s", why->text);
	else
		pack(c->test_packed, "it was taken; the answer was: %ld %.*s", a->response.status,
		     (int)utf8_fit(a->response.body, a->response.len, 200), a->response.body);
}

void
notice_finished(struct daemon *d, struct job *job, const struct answer *a, int64_t now)
{
	const struct telling *t = job->telling;
	struct channel *c = channel_find(d, t->channel);
	const struct conf_notify *n;
	struct err why = {""};
	int taken;

	if (!c)
		return; /* the configuration was read again meanwhile */
	n = &d->conf->notifies[c - d->channels];
	c->job = NULL;
	c->due = 0;
	taken = is_taken(d, n, a, &why);
	if (t->what == TELLS_TEST)
		test_judged(c, a, taken, &why);
	else
		judged(d, n, t, a, taken, &why, now);
}

/* ---- tests by a person ---- */

int
channels_test(struct daemon *d, const char *name)
{
	int found = 0;

	for (int i = 0; i < d->nchannels; i++) {
		if (name && strcmp(d->channels[i].name, name) != 0)
			continue;
		d->channels[i].test = TEST_WANTED;
		found = 1;
	}
	return found ? 0 : -1;
}

json_t *
channels_tested(struct daemon *d, const char *name)
{
	json_t *list = json_array();
	int done = 1;

	for (int i = 0; i < d->nchannels; i++) {
		const struct channel *c = &d->channels[i];
		const char *health = c->test != TEST_DONE ? "asked" : c->test_good ? "good" : "bad";
		json_t *text =
			c->test == TEST_DONE ? json_pack("{s:s}", "packed", c->test_packed) : json_null();

		if (c->test == TEST_NONE || (name && strcmp(c->name, name) != 0)) {
			json_decref(text);
			continue;
		}
		done &= c->test == TEST_DONE;
		json_array_append_new(
			list, json_pack("{s:s, s:s, s:o}", "name", c->name, "health", health, "text", text));
	}
	return json_pack("{s:b, s:o}", "done", done, "channels", list);
}
