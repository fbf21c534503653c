#include <string.h>

#include "reading.h"

enum { LONGEST = 64 };

static unsigned
least(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

/* Insertions, deletions, replacements and swapped neighbours that turn a into b. */
static unsigned
distance(const char *a, size_t na, const char *b, size_t nb)
{
	unsigned d[LONGEST + 1][LONGEST + 1];

	for (size_t i = 0; i <= na; i++)
		d[i][0] = (unsigned)i;
	for (size_t j = 0; j <= nb; j++)
		d[0][j] = (unsigned)j;
	for (size_t i = 1; i <= na; i++) {
		for (size_t j = 1; j <= nb; j++) {
			d[i][j] = least(d[i - 1][j] + 1, d[i][j - 1] + 1,
					d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    d[i - 2][j - 2] + 1 < d[i][j])
				d[i][j] = d[i - 2][j - 2] + 1;
		}
	}
	return d[na][nb];
}

const char *
conf_nearest(const char *word, const char *const *list)
{
	size_t n = strlen(word);
	unsigned best = n < 4 ? 2 : (unsigned)(n / 3) + 1; /* farther away it is another word */
	const char *found = NULL;

	if (n > LONGEST)
		return NULL;
	for (; *list; list++) {
		size_t m = strlen(*list);
		unsigned d;

		if (m > LONGEST)
			continue;
		d = distance(word, n, *list, m);
		if (d < best || (d == best && !found))
			best = d, found = *list;
	}
	return found;
}

const char *const *
split_words(struct arena *a, const char *choices)
{
	size_t n = 1, i = 0;
	const char **list;
	char *copy = arena_strdup(a, choices), *save = NULL;

	for (const char *p = choices; *p; p++)
		n += *p == ' ';
	list = arena_zalloc(a, (n + 1) * sizeof *list);
	for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save))
		list[i++] = w;
	return list;
}

const char *
join_words(struct arena *a, const char *const *list)
{
	const char *joined = "";

	for (; *list; list++)
		joined = arena_fmt(a, "%s%s%s", joined, *joined ? " " : "", *list);
	return joined;
}
