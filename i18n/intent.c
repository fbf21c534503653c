/* Matches a message against the phrases and decides. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fold.h"
#include "phrases.h"

enum { TEXT_BYTES = 16 << 10, WHY_BYTES = 4096, CONFIDENT = 20, AHEAD = 20, SPEAKS = 10 };

struct hit {
	int count;
	size_t end;
};

/* ---- matching words ---- */

/* The end of `form` at `at` (the beginning of a word), 0 when it does not stand there. */
static size_t
form_at(const char *text, size_t at, const struct form *form)
{
	size_t end = at + form->len;

	if (strncmp(text + at, form->text, form->len))
		return 0;
	if (form->prefix)
		end += strcspn(text + end, " ");
	return !text[end] || text[end] == ' ' ? end : 0;
}

/* The rest of a line after `end`: where it ends, 0 when it does not fit. */
static size_t
rest_at(const char *text, size_t end, const struct line *line, int i)
{
	int skip = i < line->nelements && line->elements[i].gap_before ? GAP_WORDS : 0;
	size_t at = end, r;

	if (i == line->nelements)
		return end;
	for (; text[at] == ' ' && skip >= 0; skip--) {
		at++;
		for (const struct form *form = line->elements[i].forms; form; form = form->next)
			if ((r = form_at(text, at, form)) && (r = rest_at(text, r, line, i + 1)))
				return r;
		at += strcspn(text + at, " ");
	}
	return 0;
}

static void
match_words(const struct phrase_file *file, const char *text, struct hit *hits)
{
	size_t end;

	for (size_t at = 0; text[at]; at += strcspn(text + at, " "), at += text[at] == ' ')
		for (const struct begin *b = file->begins[phrase_bucket(text + at)]; b; b = b->next) {
			struct hit *hit = &hits[b->line->index];

			if (at >= hit->end && (end = form_at(text, at, b->form)) &&
			    (end = rest_at(text, end, b->line, 1))) {
				hit->count++;
				hit->end = end;
			}
		}
}

/* ---- matching substrings ---- */

static int
continues(const char *text, const struct line *line, int i)
{
	const struct form *form = line->elements[i].forms;
	const char *p = text;

	for (int n = 0; n <= GAP_CHARACTERS; n++) {
		if (!strncmp(p, form->text, form->len) &&
		    (i + 1 == line->nelements || continues(p + form->len, line, i + 1)))
			return 1;
		if (!*p)
			return 0;
		while ((*++p & 0xc0) == 0x80)
			;
	}
	return 0;
}

static void
match_substrings(const struct phrase_file *file, const char *text, struct hit *hits)
{
	for (const struct line *line = file->lines; line; line = line->next) {
		const struct form *first = line->elements[0].forms;
		const char *p = text;

		while (hits[line->index].count < 3 && (p = strstr(p, first->text))) {
			p += first->len;
			hits[line->index].count += line->nelements == 1 || continues(p, line, 1);
		}
	}
}

static void
drop_spaces(char *text)
{
	char *out = text;

	for (; *text; text++)
		if (*text != ' ')
			*out++ = *text;
	*out = '\0';
}

/* ---- scores ---- */

static void
add_why(struct buf *why, const struct phrase_file *file, const struct line *line, int points)
{
	buf_fmt(why, "%s%s:%d %s %d.%d", why->len ? "; " : "", file->name, line->number, line->source,
		points / 10, points % 10);
}

static void
score_file(const struct phrase_file *file, const char *text, int score[], struct buf *why)
{
	struct hit *hits = must_zalloc(((size_t)file->nlines + 1) * sizeof *hits);

	(file->unspaced ? match_substrings : match_words)(file, text, hits);
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
			score[line->scenario] = 0;
			add_why(why, file, line, 0);
		}
	}
	free(hits);
}

/* A clear problem is what the message is about, whatever else it says. */
static void
dominate(int score[])
{
	static const enum scenario_id problems[] = {
		NOT_RECEIVED,       DEFECTIVE,      MISSING_OR_WRONG, CANCEL_ORDER,
		RETURN_OR_EXCHANGE, CHANGE_ADDRESS, PAYMENT_PROBLEM,
	};
	int problem = 0, other = 0;

	for (size_t i = 0; i < sizeof problems / sizeof *problems; i++)
		problem = problem || score[problems[i]] >= CONFIDENT;
	if (score[NOT_RECEIVED] >= CONFIDENT)
		score[ORDER_STATUS] = 0;
	if (problem)
		score[COMPLAINT] = score[REFUND_REQUEST] = 0;
	if (score[SHIPPING_COST] >= CONFIDENT)
		score[PRICE_INQUIRY] = 0;
	for (int i = 0; i < OTHER; i++)
		other = other || (i != THANKS && i != FEEDBACK_OR_REVIEW && score[i] >= SPEAKS);
	if (other)
		score[THANKS] = 0;
}

static void
decide(const int score[], struct intent *out)
{
	int best = OTHER, second = OTHER;

	for (int i = 0; i < OTHER; i++) {
		if (score[i] > score[best])
			second = best, best = i;
		else if (score[i] > score[second])
			second = i;
	}
	snprintf(out->intent, sizeof out->intent, "%s", scenario_names[best]);
	snprintf(out->second, sizeof out->second, "%s", score[second] > 0 ? scenario_names[second] : "");
	out->score = score[best];
	out->ahead = score[best] - score[second];
	out->confident = best != OTHER && out->score >= CONFIDENT && out->ahead >= AHEAD;
	out->risk = score[RISK] > 0;
	if (score[AUTOMATIC] >= CONFIDENT) {
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

void
intent_classify(const struct phrases *p, const char *text, const char *language, struct intent *out)
{
	const struct phrase_file *files[2] = {file_of(p, language ? language : ""), file_of(p, "en")};
	struct buf folded = BUF_MAX(4 * TEXT_BYTES), start = BUF_MAX(TEXT_BYTES);
	int score[SCENARIO_COUNT] = {0};
	size_t len = strnlen(text, TEXT_BYTES - 1);

	*out = (struct intent){.why = BUF_MAX(WHY_BYTES)};
	while (len && text[len] && (text[len] & 0xc0) == 0x80)
		len--;
	buf_add(&start, text, len);
	text_fold(buf_str(&start), &folded);
	if (files[1] && folded.len)
		score_file(files[1], folded.data, score, &out->why);
	if (files[0] && files[0] != files[1] && folded.len) {
		if (files[0]->unspaced)
			drop_spaces(folded.data);
		score_file(files[0], folded.data, score, &out->why);
	}
	dominate(score);
	decide(score, out);
	buf_free(&folded);
	buf_free(&start);
}
