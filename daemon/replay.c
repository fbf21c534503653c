#include "daemon/replay.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/clock.h"
#include "daemon/daemon.h"
#include "daemon/events.h"
#include "daemon/log.h"
#include "daemon/memory.h"
#include "i18n/fold.h"

#define AT_ONCE 64 /* events of one moment in a turn */

/* One side: the same loop as the service's, in which time goes from event to event. */
static int
decide_all(struct daemon *d, struct err *err)
{
	for (int64_t now = 0; now != INT64_MAX;) {
		int64_t next;

		store_begin(d->store);
		past_at(d->store, now);
		next = events_decide(d, AT_ONCE, now);
		if (store_commit(d->store, err))
			return -1;
		now = next;
	}
	store_begin(d->store);
	past_end(d->store);
	return store_commit(d->store, err);
}

struct side {
	const char *conf_file;
	int64_t events;
	struct buf phrases; /* the folder of the seller's own */
};

static int
decide_by(struct side *side, int after, const struct side *other, struct store *store, int64_t from,
	  struct err *err)
{
	struct daemon d = {0};
	const char *phrases;
	int r = -1;

	if (!daemon_join(&d, side->conf_file, store, err)) {
		phrases = d.conf->service.phrases ? d.conf->service.phrases : "";
		buf_put(&side->phrases, phrases);
		store_begin(store);
		side->events = past_begin(store, from, after, other && !strcmp(buf_str(&other->phrases), phrases));
		log_hush(1);
		r = store_commit(store, err) || decide_all(&d, err) ? -1 : 0;
		log_hush(0);
	}
	daemon_leave(&d);
	return r;
}

json_t *
replay(const char *running, const char *changed, int64_t from, int limit, struct err *err)
{
	struct side before = {.conf_file = running, .phrases = BUF_MAX(8192)},
		    after = {.conf_file = changed, .phrases = BUF_MAX(8192)};
	struct conf *conf;
	struct store *store;
	const int64_t began = clock_mono();
	json_t *result = NULL;

	memory_setup();
	conf = conf_read(running, LANG_EN, NULL, NULL);
	store = conf ? store_open_past(conf->service.state, err) : NULL;
	if (!conf)
		fail(err, "%s cannot be used; see: supercargo check -c %s", running, running);
	if (store && !decide_by(&before, 0, NULL, store, from, err) &&
	    !decide_by(&after, 1, &before, store, from, err)) {
		store_begin(store);
		if ((result = past_difference(store, limit)))
			json_object_update_new(result, json_pack("{s:I, s:I}", "events", (json_int_t)before.events,
								 "took_ms", (json_int_t)(clock_mono() - began)));
		else
			store_commit(store, err);
	}
	store_close(store);
	conf_free(conf);
	buf_free(&before.phrases);
	buf_free(&after.phrases);
	return result;
}

/* ---- how alike two texts are ---- */

#define WORDS 4096 /* of a text; what follows is not compared */

static int
by_hash(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Three bytes of UTF-8 from U+0E00 to U+0EFF (Thai, Lao) or from U+2E80 on (Chinese, Japanese, Korean). */
static int
stands_alone(const unsigned char *p)
{
	return (p[0] == 0xe0 && p[1] >= 0xb8 && p[1] <= 0xbb) || (p[0] == 0xe2 && p[1] >= 0xba) ||
	       (p[0] >= 0xe3 && p[0] <= 0xf0);
}

static size_t
letter_length(unsigned char first)
{
	return first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* The hashes of its words, sorted. */
static int
words_of(const char *text, uint64_t *hashes)
{
	struct buf folded = BUF_MAX(256 * 1024);
	uint64_t hash = 0;
	int n = 0;

	text_fold(text, &folded);
	for (const unsigned char *p = (const unsigned char *)buf_str(&folded); n < WORDS;) {
		const int alone = *p && stands_alone(p);

		if ((alone || *p == ' ' || !*p) && hash) {
			hashes[n++] = hash;
			hash = 0;
		}
		if (!*p)
			break;
		for (size_t i = *p == ' ' ? 0 : letter_length(*p); i && *p; i--)
			hash = (hash ^ *p++) * UINT64_C(0x100000001b3) + 1;
		if (alone && n < WORDS) {
			hashes[n++] = hash;
			hash = 0;
		}
		p += *p == ' ';
	}
	buf_free(&folded);
	qsort(hashes, (size_t)n, sizeof *hashes, by_hash);
	return n;
}

int
texts_alike(const char *a, const char *b)
{
	uint64_t *x = must_zalloc(2 * WORDS * sizeof *x), *y = x + WORDS;
	const int nx = words_of(a, x), ny = words_of(b, y);
	int both = 0;

	for (int i = 0, k = 0; i < nx && k < ny;) {
		both += x[i] == y[k];
		if (x[i] == y[k])
			i++, k++;
		else if (x[i] < y[k])
			i++;
		else
			k++;
	}
	free(x);
	return nx + ny ? 200 * both / (nx + ny) : 100;
}
