#include "daemon/replay.h"

#include <stdlib.h>
#include <string.h>

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

static int
decide_by(const char *conf_file, int after, int afresh, struct store *store, int64_t from, int64_t *events,
	  struct err *err)
{
	struct daemon d = {0};
	int r = -1;

	if (!daemon_join(&d, conf_file, store, err)) {
		log_hush(1);
		store_begin(store);
		*events = past_begin(store, from, after, afresh);
		r = store_commit(store, err) || decide_all(&d, err) ? -1 : 0;
		log_hush(0);
	}
	daemon_leave(&d);
	return r;
}

static struct conf *
conf_of(const char *file, struct err *err)
{
	struct conf *conf = conf_read(file, LANG_EN, NULL, NULL);

	if (!conf)
		fail(err, "%s cannot be used; see: supercargo check -c %s", file, file);
	return conf;
}

static json_t *
compare(struct store *store, int64_t events, int limit, struct err *err)
{
	json_t *result;

	store_begin(store);
	if ((result = past_difference(store, limit)))
		json_object_set_new(result, "events", json_integer(events));
	else
		store_commit(store, err);
	return result;
}

json_t *
replay(const char *running, const char *changed, int64_t from, int limit, struct err *err)
{
	struct conf *before, *after;
	struct store *store = NULL;
	json_t *result = NULL;
	int64_t events;
	int afresh;

	memory_setup();
	before = conf_of(running, err);
	after = before ? conf_of(changed, err) : NULL;
	if (after && (store = store_open_past(before->service.state, err))) {
		/* Other phrase files read all messages again; then both sides do, so that only the files make a difference. */
		afresh = strcmp(before->service.phrases, after->service.phrases) != 0;
		if (!decide_by(running, 0, afresh, store, from, &events, err) &&
		    !decide_by(changed, 1, afresh, store, from, &events, err))
			result = compare(store, events, limit, err);
	}
	store_close(store);
	conf_free(before);
	conf_free(after);
	return result;
}

/* ---- how alike two texts are ---- */

#define WORDS      4096 /* of a text; what follows is not compared */
#define FIRST_HASH UINT64_C(0xcbf29ce484222325)

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
	uint64_t hash = FIRST_HASH;
	int n = 0;

	text_fold(text, &folded);
	for (const unsigned char *p = (const unsigned char *)buf_str(&folded); *p && n < WORDS;) {
		const int alone = stands_alone(p);

		if (*p == ' ') {
			p++;
			continue;
		}
		do
			for (size_t i = letter_length(*p); i && *p; i--)
				hash = (hash ^ *p++) * UINT64_C(0x100000001b3);
		while (!alone && *p && *p != ' ' && !stands_alone(p));
		hashes[n++] = hash;
		hash = FIRST_HASH;
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
