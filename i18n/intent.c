/* Matches a message against the phrases and decides. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "key.h"
#include "phrases.h"
#include "spelling.h"
#include "words.h"

enum { TEXT_BYTES = 16 << 10, WHY_BYTES = 4096, PHRASE_SHOWN = 48 };

/* Tenths of a point. */
enum { CLEAR = 20, CONFIDENT = 50, SPEAKS = 10, DENIED = -1 };

/* ---- scores ---- */

/* The phrase, not what the buyer wrote: this is kept longer than texts are. */
static void
add_why(struct buf *why, const struct phrase_file *file, const struct line *line, int points)
{
	const size_t len = strlen(line->source), shown = utf8_fit(line->source, len, PHRASE_SHOWN);

	buf_fmt(why, "%s%s:%d %.*s%s %d.%d", why->len ? "; " : "", file->name, line->number, (int)shown,
		line->source, shown < len ? "…" : "", points / 10, points % 10);
}

static void
score_file(const struct phrase_file *file, const char *text, int score[], struct buf *why)
{
	struct hit *hits = must_zalloc(((size_t)file->nlines + 1) * sizeof *hits);

	phrases_match(file, text, hits);
	for (const struct line *line = file->lines; line; line = line->next) {
		int count = hits[line->index].count, points = line->weight;

		if (!count || line->negative)
			continue;
		if (count > 1) /* said again: a little surer */
			points += points * 3 * (count > 3 ? 2 : count - 1) / 10;
		score[line->scenario] += points;
		add_why(why, file, line, points);
	}
	for (const struct line *line = file->lines; line; line = line->next) {
		if (hits[line->index].count && line->negative && score[line->scenario] > 0) {
			score[line->scenario] = DENIED;
			add_why(why, file, line, 0);
		}
	}
	free(hits);
}

/* The most that any of them scores. */
static int
most(const int score[], const enum scenario_id *ids, size_t n)
{
	int best = 0;

	for (size_t i = 0; i < n; i++)
		if (score[ids[i]] > best)
			best = score[ids[i]];
	return best;
}

/* What a clear problem makes beside the point; not what the message says much more of. */
static void
silence(int score[], enum scenario_id what, int by)
{
	if (by >= CLEAR && 2 * by >= score[what])
		score[what] = 0;
}

/* A clear problem is what the message is about, whatever else it says; thanks are, when there is little else. */
static void
dominate(int score[])
{
	static const enum scenario_id problems[] = {
		NOT_RECEIVED,          DEFECTIVE_OR_NOT_AS_DESCRIBED,
		MISSING_OR_WRONG_ITEM, CANCEL_ORDER,
		CHANGE_ADDRESS,        PAYMENT_PROBLEM,
		RETURN_OR_EXCHANGE,    REFUND_REQUEST,
	};
	/* why somebody asks for money; who cancelled, or sent back, and asks for it asks for nothing else */
	static const enum scenario_id faults[] = {
		DEFECTIVE_OR_NOT_AS_DESCRIBED,
		MISSING_OR_WRONG_ITEM,
		CHANGE_ADDRESS,
	};
	const size_t n = sizeof problems / sizeof *problems;
	int other = 0;

	if (score[INVOICE_REQUEST] >= CLEAR) /* what did not come, or is not in the box, is the invoice */
		score[NOT_RECEIVED] = score[MISSING_OR_WRONG_ITEM] = score[ORDER_STATUS_WHERE_IS_MY_ORDER] =
			0;
	silence(score, ORDER_STATUS_WHERE_IS_MY_ORDER, score[NOT_RECEIVED]);
	silence(score, MISSING_OR_WRONG_ITEM, score[CANCEL_ORDER]); /* the wrong one was ordered */
	silence(score, REFUND_REQUEST, most(score, faults, sizeof faults / sizeof *faults));
	silence(score, COMPLAINT, most(score, problems, n));
	silence(score, PRICE_INQUIRY, score[SHIPPING_COST_OR_CUSTOMS]);
	silence(score, PRICE_INQUIRY, score[DISCOUNT_OR_BULK]);
	for (int i = 0; i < OTHER; i++)
		if (i != THANKS_OR_POSITIVE && i != FEEDBACK_OR_REVIEW && score[i] > other)
			other = score[i];
	if (other >= SPEAKS && 2 * other > score[THANKS_OR_POSITIVE])
		score[THANKS_OR_POSITIVE] = 0;
}

/* The best and the second best; OTHER when nothing is found. */
static void
rank(const int score[], int *best, int *second)
{
	*best = *second = OTHER;
	for (int i = 0; i < OTHER; i++) {
		if (score[i] > score[*best])
			*second = *best, *best = i;
		else if (score[i] > score[*second])
			*second = i;
	}
}

/* found: what the phrases alone make of it; words alone make nothing sure. */
static void
decide(const int score[], const int found[], struct intent *out)
{
	int best, second;

	rank(score, &best, &second);
	snprintf(out->intent, sizeof out->intent, "%s", scenario_names[best]);
	snprintf(out->second, sizeof out->second, "%s", score[second] > 0 ? scenario_names[second] : "");
	out->score = score[best];
	out->ahead = score[best] - score[second];
	out->confident = best != OTHER && found[best] >= CLEAR && out->ahead >= CONFIDENT &&
			 3 * out->ahead >= out->score;
	out->risk = score[RISK] > 0;
	if (score[AUTOMATIC] >= CLEAR) {
		snprintf(out->intent, sizeof out->intent, "%s", INTENT_AUTOMATIC);
		out->confident = 1;
	}
}

/* ---- the whole ---- */

/* The file of that language: its own, else one of the same base language ("de" for "de-AT", "zh-Hans" for "zh-CN"). */
static const struct phrase_file *
file_of(const struct phrases *p, const char *language)
{
	size_t n = strcspn(language, "-");

	for (const struct phrase_file *f = p->files; f; f = f->next)
		if (!strcmp(f->language, language))
			return f;
	for (const struct phrase_file *f = p->files; f; f = f->next)
		if (n && !strncmp(f->language, language, n) && (!f->language[n] || f->language[n] == '-'))
			return f;
	return NULL;
}

/* What the phrases of a file find in the start of a text; its key.  In the message's own language slips are put right; the words of
 * another may only look like slips of its words. */
static void
score_text(const struct phrase_file *file, const char *text, int mend, int score[], struct buf *key,
	   struct buf *why)
{
	struct buf start = BUF_MAX(TEXT_BYTES), mended = BUF_MAX(4 * TEXT_BYTES);

	buf_add(&start, text, utf8_fit(text, strnlen(text, TEXT_BYTES), TEXT_BYTES - 1));
	key_of(buf_str(&start), file->language, key);
	if (mend && !file->unspaced && !*file->clitics) /* roots of three letters are all near each other */
		spelling_mend(file, buf_str(key), &mended);
	score_file(file, buf_str(mended.len ? &mended : key), score, why);
	buf_free(&start);
	buf_free(&mended);
}

/* What the phrases of English and of the text's own language find; the file of that, and the text's key.  NULL: it has none. */
static const struct phrase_file *
find_phrases(const struct phrases *p, const char *text, const char *language, int mend, int score[],
	     struct buf *key, struct buf *why)
{
	const struct phrase_file *own = file_of(p, language), *english = file_of(p, "en");

	if (english && own != english)
		score_text(english, text, mend && !own, score, key, why);
	if (own)
		score_text(own, text, mend, score, key, why);
	dominate(score);
	return own;
}

/* Beside what the phrases find, what the words say; not for what the phrases deny. */
static void
add_words(const struct phrase_file *file, const char *key, int score[], struct buf *why)
{
	int says[SCENARIO_COUNT] = {0}, best, second;

	words_score(file, key, says);
	for (int i = 0; i <= OTHER; i++)
		if (score[i] != DENIED)
			score[i] += says[i];
	if (score[OTHER] < WORDS_SAY)
		score[OTHER] = WORDS_SAY;
	rank(score, &best, &second);
	words_why(file, key, (enum scenario_id)best, why);
}

void
intent_classify(const struct phrases *p, const char *text, const char *language, struct intent *out)
{
	struct buf key = BUF_MAX(4 * TEXT_BYTES);
	int score[SCENARIO_COUNT] = {0}, found[SCENARIO_COUNT];
	const struct phrase_file *own;

	*out = (struct intent){.why = BUF_MAX(WHY_BYTES)};
	own = find_phrases(p, text, language, 1, score, &key, &out->why);
	memcpy(found, score, sizeof found);
	if (own && own->examples)
		add_words(own, buf_str(&key), score, &out->why);
	decide(score, found, out);
	buf_free(&key);
}

int
intent_finds(const struct phrases *p, const char *text, const char *language, int mend)
{
	struct buf key = BUF_MAX(4 * TEXT_BYTES), why = BUF_MAX(WHY_BYTES);
	int score[SCENARIO_COUNT] = {0}, best, second;

	find_phrases(p, text, language, mend, score, &key, &why);
	rank(score, &best, &second);
	buf_free(&key);
	buf_free(&why);
	return score[best];
}

const char *
intent_reads(const struct phrases *p, const char *locale)
{
	const struct phrase_file *f = *locale ? file_of(p, locale) : NULL;

	return f ? f->language : NULL;
}

const char *
intent_language(const struct phrases *p, int i)
{
	const struct phrase_file *f = p->files;

	while (f && i--)
		f = f->next;
	return f ? f->language : NULL;
}
