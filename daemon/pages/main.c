/* supercargo-pages - draws the pages of an evidence pack: JSON in, PNG files out.
 *
 * A program of its own, so that letters from strangers are shaped where no token is, and fonts cost the idle service nothing.
 *
 *   in   {"footer": "…", "first": 2, "pages": 4, "older": 0, "each": 1500000, "all": 1500000, "blocks": [{"style": "quote", "text": "…",
 *        "label": "…", "group": 3}, …]}
 *   out  a line "PAGES LEFT_OUT", then for each page a line with its length, and its bytes
 *
 * Too many bytes: fewer pages.  Exit code 1: not even one page fits, or the input is no such JSON.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "page.h"

#define PAGES_MAX  64
#define BLOCKS_MAX 4096

struct job {
	struct block *blocks;
	size_t n;
	const char *footer;
	int first, pages, older;
	size_t each, all;
};

static enum style
style_of(const char *name)
{
	static const char *const names[] = {"title", "heading", "fact", "head", "quote", "small", "note"};
	size_t i = 0;

	while (i < STYLE_NOTE && (!name || strcmp(name, names[i]) != 0))
		i++;
	return (enum style)i;
}

static void
read_blocks(struct job *j, const json_t *list)
{
	const json_t *b;
	size_t i;

	j->blocks = must_zalloc((json_array_size(list) + 1) * sizeof *j->blocks);
	json_array_foreach(list, i, b) {
		const char *text = json_text(b, "text");

		if (i == BLOCKS_MAX)
			break;
		j->blocks[j->n++] = (struct block){.style = style_of(json_text(b, "style")),
						   .text = text ? text : "",
						   .label = json_text(b, "label"),
						   .group = (int)json_int(b, "group", 0)};
	}
}

/* How many pages are within the limits, from the first on. */
static int
draw(const struct job *j, const struct pages *p, struct buf *png)
{
	size_t all = 0;
	int i;

	for (i = 0; i < pages_count(p); i++) {
		buf_clear(&png[i]);
		png[i].max = j->each;
		if (pages_draw(p, i, j->footer, j->first + i, &png[i]) || (all += png[i].len) > j->all)
			break;
	}
	return i;
}

static int
write_out(const struct buf *png, int n, int left_out)
{
	printf("%d %d\n", n, left_out);
	for (int i = 0; i < n; i++) {
		printf("%zu\n", png[i].len);
		fwrite(png[i].data, 1, png[i].len, stdout);
	}
	return fflush(stdout) ? 1 : 0;
}

int
main(void)
{
	struct buf png[PAGES_MAX] = {{0}};
	json_t *in = json_loadf(stdin, 0, NULL);
	struct job j = {.footer = json_text(in, "footer") ? json_text(in, "footer") : "",
			.first = (int)json_int(in, "first", 1),
			.pages = (int)json_int(in, "pages", 0),
			.older = (int)json_int(in, "older", 0),
			.each = (size_t)json_int(in, "each", 0),
			.all = (size_t)json_int(in, "all", 0)};
	struct pages *p;
	int n;

	read_blocks(&j, json_list(in, "blocks"));
	p = pages_new(j.blocks, j.n, j.pages < PAGES_MAX ? j.pages : PAGES_MAX, j.older);
	while ((n = draw(&j, p, png)) < pages_count(p))
		pages_fit(p, n ? n : pages_count(p) / 2);
	/* at once: the caches of the font libraries need no cleaning */
	_exit(n ? write_out(png, n, pages_left_out(p)) : 1);
}
