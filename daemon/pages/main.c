/* supercargo-pages - draws the pages of an evidence pack: JSON in, PNG files out.
 *
 * A program of its own, so that letters from strangers are shaped where no token is, and fonts cost the idle service nothing.
 *
 *   in   {"footer": "…", "first": 2, "pages": 4, "older": 0, "each": 1500000, "all": 1500000, "blocks": [{"style": "quote", "text": "…",
 *        "label": "…", "group": 3}, …]}
 *   out  a line "PAGES LEFT_OUT", then for each page a line with its length, and its bytes
 *
 * Too many bytes: one page less, as often as needed.  Exit code 1: not even one page fits, or the input is no such JSON.
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

/* At most so many pages: their number, 0 when they have too many bytes. */
static int
draw(const struct job *j, int max, struct buf *png, int *left_out)
{
	struct pages *p = pages_new(j->blocks, j->n, max, j->older);
	int n = pages_count(p);
	size_t all = 0;

	*left_out = pages_left_out(p);
	for (int i = 0; n && i < n; i++) {
		buf_clear(&png[i]);
		png[i].max = j->each;
		if (pages_draw(p, i, j->footer, j->first + i, &png[i]) || (all += png[i].len) > j->all)
			n = 0;
	}
	pages_free(p);
	return n;
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
			.pages = (int)json_int(in, "pages", 1),
			.older = (int)json_int(in, "older", 0),
			.each = (size_t)json_int(in, "each", 0),
			.all = (size_t)json_int(in, "all", 0)};
	int n = 0, left_out = 0;

	read_blocks(&j, json_list(in, "blocks"));
	for (int max = j.pages < PAGES_MAX ? j.pages : PAGES_MAX; !n && j.n && max > 0; max--)
		n = draw(&j, max, png, &left_out);
	_exit(n ? write_out(png, n, left_out)
		: 1); /* at once: the caches of the font libraries need no cleaning */
}
