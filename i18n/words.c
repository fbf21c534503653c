#include "words.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 1000, BEGUN = 4, BEGUN_FARTHER = 6, CHARACTERS = 3, NAMED = 3, WORDS_MOST = 100, NAT = 8 };

/* ---- the words of a text ---- */

struct word {
	uint32_t hash;
	const char *at;
	size_t len;
	int begun; /* it may go on */
};

struct words {
	struct word word[WORDS_MAX];
	size_t n;
};

static void
add_word(struct words *w, const char *at, size_t len, int begun)
{
	uint32_t hash = begun ? 2166136261u ^ 1 : 2166136261u; /* FNV-1a */

	if (!len || w->n == WORDS_MAX)
		return;
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)at[i]) * 16777619u;
	w->word[w->n++] = (struct word){hash, at, len, begun};
}

/* The bytes of the first n characters, 0 when there are fewer. */
static size_t
characters(const char *s, size_t len, int n)
{
	size_t end = 0;

	for (; n && end < len; n--)
		while (++end < len && (s[end] & 0xc0) == 0x80)
			;
	return n ? 0 : end;
}

static int
by_hash(const void *a, const void *b)
{
	const struct word *x = a, *y = b;

	return x->hash < y->hash ? -1 : x->hash > y->hash;
}

/* begun: the last word may go on. */
static void
words_of(const struct phrase_file *file, const char *key, int begun, struct words *w)
{
	const char *end = key + strlen(key), *before = NULL;
	size_t len;

	w->n = 0;
	for (const char *at = key; file->unspaced && at < end; at += characters(at, (size_t)(end - at), 1))
		for (int n = 1; n <= CHARACTERS; n++)
			add_word(w, at, characters(at, (size_t)(end - at), n), 0);
	for (const char *at = key; !file->unspaced && at < end; before = at, at += len + (at[len] == ' ')) {
		len = strcspn(at, " ");
		if (!begun || at + len < end)
			add_word(w, at, len, 0);
		add_word(w, at, characters(at, len, BEGUN), 1);
		add_word(w, at, characters(at, len, BEGUN_FARTHER), 1);
		if (before)
			add_word(w, before, (size_t)(at - before) + len, 0);
	}
}

/* Of a message: how often it says a word does not matter. */
static void
words_once(const struct phrase_file *file, const char *key, struct words *w)
{
	size_t kept = 0;

	words_of(file, key, 0, w);
	qsort(w->word, w->n, sizeof *w->word, by_hash);
	for (size_t i = 0; i < w->n; i++)
		if (!kept || w->word[i].hash != w->word[kept - 1].hash)
			w->word[kept++] = w->word[i];
	w->n = kept;
}

/* ---- learning ---- */

enum { SCENARIO_BITS = 5, SEEN_BITS = 32 + SCENARIO_BITS + 1, PASS_BITS = 13 };

/* That a word stands in a message of a scenario, or in a phrase of one: a number that sorts by word, then scenario. */
static uint64_t
seen(uint32_t hash, enum scenario_id scenario, int in_phrase)
{
	return ((uint64_t)hash << SCENARIO_BITS | (uint64_t)scenario) << 1 | (uint64_t)in_phrase;
}

static uint32_t
seen_hash(uint64_t s)
{
	return (uint32_t)(s >> (SCENARIO_BITS + 1));
}

static int
seen_scenario(uint64_t s)
{
	return s >> 1 & ((1 << SCENARIO_BITS) - 1);
}

struct lesson {
	uint64_t *seen;
	size_t n, room;
	struct words words;
};

/* What a word says for a scenario. */
struct lift {
	uint32_t hash;
	uint8_t scenario, tenths;
};

struct learnt {
	struct arena *arena;
	struct lift *lifts; /* by word; NULL: nobody asked yet */
	size_t n;
};

static void
hear(struct lesson *l, const struct phrase_file *file, const char *key, int begun, enum scenario_id scenario,
     int in_phrase)
{
	if (in_phrase)
		words_of(file, key, begun, &l->words);
	else
		words_once(file, key, &l->words);
	if (l->n + WORDS_MAX > l->room) {
		uint64_t *more = must_alloc((l->room = 2 * l->room + WORDS_MAX) * sizeof *more);

		if (l->n)
			memcpy(more, l->seen, l->n * sizeof *more);
		free(l->seen);
		l->seen = more;
	}
	for (size_t i = 0; i < l->words.n; i++)
		l->seen[l->n++] = seen(l->words.word[i].hash, scenario, in_phrase);
}

/* By some bits at a time, the lowest first: there are so many that qsort would be felt at every start. */
static void
sort_seen(struct lesson *l)
{
	uint64_t *from = l->seen, *to = must_alloc((l->n + 1) * sizeof *to), *other;

	for (int shift = 0; shift < SEEN_BITS; shift += PASS_BITS, other = from, from = to, to = other) {
		size_t place[(1 << PASS_BITS) + 1] = {0};
		const uint64_t mask = (1 << PASS_BITS) - 1;

		for (size_t i = 0; i < l->n; i++)
			place[(from[i] >> shift & mask) + 1]++;
		for (size_t i = 1; i <= mask; i++)
			place[i] += place[i - 1];
		for (size_t i = 0; i < l->n; i++)
			to[place[from[i] >> shift & mask]++] = from[i];
	}
	free(to);
	l->seen = from;
}

/* In how many messages of each scenario the word stands that is seen at `s`, all its phrases being one; where the next word is. */
static const uint64_t *
count_word(const uint64_t *s, const uint64_t *end, int count[SCENARIO_COUNT])
{
	const uint64_t *first = s;

	memset(count, 0, SCENARIO_COUNT * sizeof *count);
	for (; s < end && seen_hash(*s) == seen_hash(*first); s++)
		if (!(*s & 1) || s == first || *s != s[-1])
			count[seen_scenario(*s)]++;
	return s;
}

/* Appends what the word says for each scenario.  share: of all messages those of each scenario. */
static size_t
learn_word(uint32_t hash, const int count[], const double share[], struct lift *out)
{
	size_t n = 0;
	int all = 0;

	for (int i = 0; i < RISK; i++)
		all += count[i];
	for (int i = 0; i < RISK; i++) {
		const double more = (count[i] + share[i]) / ((all + 1) * share[i]);
		const long tenths = count[i] ? lround(NAT * log(more)) : 0;

		if (tenths > 0)
			out[n++] = (struct lift){hash, (uint8_t)i, (uint8_t)tenths};
	}
	return n;
}

static void
hear_all(struct lesson *l, const struct phrase_file *file)
{
	for (const struct example *e = file->examples; e; e = e->next)
		hear(l, file, e->key, 0, e->scenario, 0);
	for (const struct line *line = file->lines; line; line = line->next)
		for (int i = 0; !line->negative && line->scenario < RISK && i < line->nelements; i++)
			for (const struct form *f = line->elements[i].forms; f; f = f->next)
				hear(l, file, f->text, f->prefix, line->scenario, 1);
	sort_seen(l);
}

static void
learn(const struct phrase_file *file, struct learnt *learnt)
{
	int messages[RISK] = {0}, all = 0, count[SCENARIO_COUNT];
	double share[RISK];
	struct lesson l = {0};
	struct lift *lifts;

	for (const struct example *e = file->examples; e; e = e->next, all++)
		messages[e->scenario]++;
	for (int i = 0; i < RISK; i++)
		share[i] = (messages[i] + 1.0) / (all + RISK);
	hear_all(&l, file);
	lifts = must_alloc(l.n * sizeof *lifts);
	for (const uint64_t *s = l.seen, *end = s + l.n; s < end;) {
		const uint32_t hash = seen_hash(*s);

		s = count_word(s, end, count);
		learnt->n += learn_word(hash, count, share, lifts + learnt->n);
	}
	learnt->lifts = arena_alloc(learnt->arena, (learnt->n + 1) * sizeof *lifts);
	memcpy(learnt->lifts, lifts, learnt->n * sizeof *lifts);
	free(lifts);
	free(l.seen);
}

void
words_to_learn(struct phrase_file *file, struct arena *arena)
{
	if (!file->examples)
		return;
	file->learnt = arena_zalloc(arena, sizeof *file->learnt);
	file->learnt->arena = arena;
}

static const struct learnt *
learnt_of(const struct phrase_file *file)
{
	if (!file->learnt->lifts)
		learn(file, file->learnt);
	return file->learnt;
}

/* ---- what was learned ---- */

/* What is known of a word: the first of what it says; *n of them. */
static const struct lift *
lifts_of(const struct phrase_file *file, const struct word *word, size_t *n)
{
	const struct learnt *known = learnt_of(file);
	size_t low = 0, high = known->n;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (known->lifts[middle].hash < word->hash)
			low = middle + 1;
		else
			high = middle;
	}
	for (*n = 0; low + *n < known->n && known->lifts[low + *n].hash == word->hash;)
		++*n;
	return known->lifts + low;
}

void
words_score(const struct phrase_file *file, const char *key, int score[SCENARIO_COUNT])
{
	int says[RISK] = {0}, most = WORDS_MOST;
	struct words w;
	size_t n;

	if (!file->learnt)
		return;
	words_once(file, key, &w);
	for (size_t i = 0; i < w.n; i++)
		for (const struct lift *l = lifts_of(file, &w.word[i], &n); n; n--, l++)
			if ((says[l->scenario] += l->tenths) > most)
				most = says[l->scenario];
	for (int i = 0; i < RISK; i++)
		score[i] += says[i] * WORDS_MOST / most;
}

static int
says(const struct phrase_file *file, const struct word *word, enum scenario_id scenario)
{
	size_t n;

	for (const struct lift *l = lifts_of(file, word, &n); n; n--, l++)
		if (l->scenario == (int)scenario)
			return l->tenths;
	return 0;
}

/* Of words that say the same. */
static int
is_fuller(const struct word *a, const struct word *b)
{
	return a->len != b->len ? a->len > b->len : a->begun < b->begun;
}

/* Words that stand in the place of one that was named say the same again. */
static int
is_named(const struct word *word, struct word *const named[], int n)
{
	for (int i = 0; i < n; i++)
		if (word->at < named[i]->at + named[i]->len && named[i]->at < word->at + word->len)
			return 1;
	return 0;
}

void
words_why(const struct phrase_file *file, const char *key, enum scenario_id scenario, struct buf *why)
{
	struct word *named[NAMED];
	struct words w;

	words_once(file, key, &w);
	for (int n = 0; n < NAMED; n++) {
		int most = 0;

		for (size_t i = 0; i < w.n; i++) {
			struct word *word = &w.word[i];
			const int points = says(file, word, scenario);

			if (!is_named(word, named, n) &&
			    (points > most || (most && points == most && is_fuller(word, named[n]))))
				named[n] = word, most = points;
		}
		if (!most)
			return;
		buf_fmt(why, "%s%s.tsv %.*s%s %d.%d", why->len ? "; " : "", file->language,
			(int)named[n]->len, named[n]->at, named[n]->begun ? "*" : "", most / 10, most % 10);
	}
}
