#include "page.h"

#include <pango/pangocairo.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* A4 at 150 dots an inch */
#define WIDTH  1240
#define HEIGHT 1754
#define MARGIN 100
#define BOTTOM (HEIGHT - 130)
#define LABEL  320  /* width of a fact's label */
#define GAP    20   /* between label and value */
#define INDENT 40   /* of a quotation */
#define KEEP   40   /* below who wrote: at least a line */
#define BAR    10   /* where it stands beside a quotation */
#define LINES  4000 /* of one block; more cannot be on the pages of one pack */
#define SHADES 8

static const struct look {
	const char *font;
	int before, indent;
} looks[] = {
	[STYLE_TITLE] = {"DejaVu Sans,Noto Sans CJK SC Bold 36px", 0, 0},
	[STYLE_HEADING] = {"DejaVu Sans,Noto Sans CJK SC Bold 25px", 34, 0},
	[STYLE_FACT] = {"DejaVu Sans,Noto Sans CJK SC 21px", 8, LABEL},
	[STYLE_HEAD] = {"DejaVu Sans,Noto Sans CJK SC Bold 19px", 24, 0},
	[STYLE_QUOTE] = {"DejaVu Sans,Noto Sans CJK SC 21px", 6, INDENT},
	[STYLE_SMALL] = {"DejaVu Sans Mono 15px", 4, INDENT},
	[STYLE_NOTE] = {"DejaVu Sans,Noto Sans CJK SC Italic 19px", 24, 0},
};

struct row {
	PangoLayout *layout; /* referenced; the line is its */
	PangoLayoutLine *line;
	PangoLayout *label; /* referenced, NULL */
	enum style style;
	int group;
	int x, before, height, baseline; /* pixels */
	int page, top;                   /* once it is placed; page -1: left out */
};

struct pages {
	PangoContext *context;
	struct row *rows;
	size_t nrows, room;
	struct row note; /* stands for what was left out */
	int older;       /* entries that did not even come here */
	int groups, count, left_out, cut;
};

/* ---- text from outside ---- */

/* Would it steer what follows, or is it there without being seen? */
static int
is_hidden(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x200b || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || c >= 0xe0000;
}

static void
put_tame(struct buf *out, const char *text, int one_line)
{
	size_t left = strlen(text), n;
	uint32_t c;

	for (; left; text += n, left -= n) {
		n = utf8_next(text, left, &c);
		if (!n) {
			n = 1;
			buf_put(out, "\xef\xbf\xbd");
		} else if (c == '\r' && left > 1 && text[1] == '\n') {
			continue;
		} else if (c == '\n' || c == '\t' || c == '\r') {
			buf_char(out, c == '\t' || one_line ? ' ' : '\n');
		} else if (is_hidden(c)) {
			buf_fmt(out, "[U+%04X]", c);
		} else {
			buf_add(out, text, n);
		}
	}
}

/* ---- rows ---- */

static PangoLayout *
layout_of(const struct pages *p, enum style style, const char *text, int width)
{
	PangoFontDescription *font = pango_font_description_from_string(looks[style].font);
	PangoLayout *layout = pango_layout_new(p->context);
	PangoAttrList *attributes = pango_attr_list_new();
	struct buf tame = BUF_MAX(1 << 20);

	put_tame(&tame, text, style != STYLE_QUOTE);
	pango_attr_list_insert(attributes, pango_attr_insert_hyphens_new(FALSE)); /* nobody wrote them */
	pango_layout_set_attributes(layout, attributes);
	pango_layout_set_font_description(layout, font);
	pango_layout_set_width(layout, width * PANGO_SCALE);
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_text(layout, buf_str(&tame), (int)tame.len);
	pango_attr_list_unref(attributes);
	pango_font_description_free(font);
	buf_free(&tame);
	return layout;
}

static void
add_row(struct pages *p, struct row row)
{
	if (p->nrows == p->room) {
		p->room = p->room ? p->room * 2 : 256;
		p->rows = g_renew(struct row, p->rows, p->room);
	}
	p->rows[p->nrows++] = row;
}

static void
free_row(struct row *r)
{
	g_clear_object(&r->layout);
	g_clear_object(&r->label);
}

/* What the iterator stands at. */
static struct row
row_at(PangoLayoutIter *i, const struct block *b)
{
	PangoRectangle r;

	pango_layout_iter_get_line_extents(i, NULL, &r);
	return (struct row){.layout = g_object_ref(pango_layout_iter_get_layout(i)),
			    .line = pango_layout_iter_get_line_readonly(i),
			    .style = b->style,
			    .group = b->group,
			    .x = MARGIN + looks[b->style].indent + PANGO_PIXELS(r.x),
			    .height = PANGO_PIXELS_CEIL(r.height),
			    .baseline = PANGO_PIXELS(pango_layout_iter_get_baseline(i) - r.y)};
}

static void
add_block(struct pages *p, const struct block *b)
{
	PangoLayout *layout = layout_of(p, b->style, b->text, WIDTH - 2 * MARGIN - looks[b->style].indent);
	PangoLayoutIter *i = pango_layout_get_iter(layout);
	const size_t first = p->nrows;

	do
		add_row(p, row_at(i, b));
	while (p->nrows - first < LINES && pango_layout_iter_next_line(i));
	p->rows[first].before = looks[b->style].before;
	if (b->label)
		p->rows[first].label = layout_of(p, b->style, b->label, LABEL - GAP);
	pango_layout_iter_free(i);
	g_object_unref(layout);
}

/* ---- pages ---- */

static void
put_row(struct row *r, int *page, int *y)
{
	/* who wrote never stands alone at the foot of a page */
	const int with = r->style == STYLE_HEAD || r->style == STYLE_HEADING ? KEEP : 0;

	*y += *y > MARGIN ? r->before : 0;
	if (*y + r->height + with > BOTTOM) {
		(*page)++;
		*y = MARGIN;
	}
	r->page = *page;
	r->top = *y;
	*y += r->height;
}

/* Without the groups before `from`: how many pages that takes. */
static int
place(struct pages *p, int from)
{
	int page = 0, y = MARGIN, noted = 0;

	p->note.page = -1;
	for (size_t i = 0; i < p->nrows; i++) {
		struct row *r = &p->rows[i];

		r->page = -1;
		if (r->group && (p->older || r->group < from) && !noted++)
			put_row(&p->note, &page, &y);
		if (!r->group || r->group >= from)
			put_row(r, &page, &y);
	}
	return page + 1;
}

static void
make_note(struct pages *p, int left_out)
{
	struct buf text = BUF_MAX(256);
	const struct block b = {.style = STYLE_NOTE};
	PangoLayout *layout;
	PangoLayoutIter *i;

	free_row(&p->note);
	buf_fmt(&text, "Left out, since it does not fit: the oldest %d of %d entries.", p->older + left_out,
		p->older + p->groups);
	layout = layout_of(p, b.style, buf_str(&text), WIDTH - 2 * MARGIN);
	i = pango_layout_get_iter(layout);
	p->note = row_at(i, &b);
	p->note.before = looks[b.style].before;
	pango_layout_iter_free(i);
	g_object_unref(layout);
	buf_free(&text);
}

void
pages_fit(struct pages *p, int max)
{
	int low = 1, high = p->groups > 0 ? p->groups : 1; /* the first group that stays is within */

	make_note(p, p->groups);
	if (place(p, low) > max) {
		while (low < high) {
			const int middle = low + (high - low) / 2;

			if (place(p, middle) > max)
				low = middle + 1;
			else
				high = middle;
		}
	}
	make_note(p, low - 1);
	p->left_out = low - 1;
	p->count = place(p, low);
	p->cut = p->count > max;
	p->count = p->cut ? max : p->count;
}

struct pages *
pages_new(const struct block *blocks, size_t n, int max, int older)
{
	cairo_font_options_t *options = cairo_font_options_create();
	struct pages *p = must_zalloc(sizeof *p);

	p->older = older;
	p->context = pango_font_map_create_context(pango_cairo_font_map_get_default());
	/* nothing of the machine's or a screen's habits: the same page everywhere */
	cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	pango_cairo_context_set_font_options(p->context, options);
	pango_context_set_language(p->context, pango_language_from_string("en"));
	cairo_font_options_destroy(options);
	for (size_t i = 0; i < n; i++) {
		add_block(p, &blocks[i]);
		p->groups = blocks[i].group > p->groups ? blocks[i].group : p->groups;
	}
	pages_fit(p, max);
	return p;
}

int
pages_count(const struct pages *p)
{
	return p->count;
}

int
pages_left_out(const struct pages *p)
{
	return p->left_out;
}

void
pages_free(struct pages *p)
{
	for (size_t i = 0; i < p->nrows; i++)
		free_row(&p->rows[i]);
	free_row(&p->note);
	g_free(p->rows);
	g_object_unref(p->context);
	free(p);
}

/* ---- drawing ---- */

static void
draw_row(cairo_t *c, const struct row *r)
{
	cairo_save(c);
	cairo_rectangle(c, 0, r->top, WIDTH, r->height);
	cairo_clip(c);
	if (r->style == STYLE_QUOTE) {
		cairo_rectangle(c, MARGIN + BAR, r->top, 4, r->height);
		cairo_fill(c);
	}
	cairo_move_to(c, r->x, r->top + r->baseline);
	pango_cairo_show_layout_line(c, r->line);
	if (r->label) {
		cairo_move_to(c, MARGIN, r->top);
		pango_cairo_show_layout(c, r->label);
	}
	cairo_restore(c);
}

static void
draw_footer(const struct pages *p, cairo_t *c, int page, const char *footer, int number)
{
	struct buf text = BUF_MAX(4096);
	PangoLayout *layout;

	buf_fmt(&text, "%s - %d", footer, number);
	if (p->cut && page == p->count - 1)
		buf_put(&text, " - cut here: the rest does not fit");
	layout = layout_of(p, STYLE_SMALL, buf_str(&text), WIDTH - 2 * MARGIN);
	cairo_rectangle(c, MARGIN, BOTTOM + 30, WIDTH - 2 * MARGIN, 2);
	cairo_fill(c);
	cairo_move_to(c, MARGIN, BOTTOM + 40);
	pango_cairo_show_layout(c, layout);
	g_object_unref(layout);
	buf_free(&text);
}

/* A few shades are enough to read, and make a page half as large. */
static void
fewer_shades(cairo_surface_t *surface)
{
	unsigned char *bytes = cairo_image_surface_get_data(surface);
	const size_t n = (size_t)cairo_image_surface_get_stride(surface) * HEIGHT;

	cairo_surface_flush(surface);
	for (size_t i = 0; i < n; i++)
		bytes[i] = (unsigned char)((bytes[i] * (SHADES - 1) + 127) / 255 * 255 / (SHADES - 1));
	cairo_surface_mark_dirty(surface);
}

static cairo_status_t
to_buf(void *png, const unsigned char *bytes, unsigned n)
{
	return buf_add(png, bytes, n) ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

int
pages_draw(const struct pages *p, int page, const char *footer, int number, struct buf *png)
{
	/* One channel: the paper covers everything, and ink takes it away. */
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_A8, WIDTH, HEIGHT);
	cairo_t *c = cairo_create(surface);
	cairo_status_t status;

	cairo_paint(c);
	cairo_set_operator(c, CAIRO_OPERATOR_DEST_OUT);
	for (size_t i = 0; i < p->nrows; i++)
		if (p->rows[i].page == page)
			draw_row(c, &p->rows[i]);
	if (p->note.page == page)
		draw_row(c, &p->note);
	draw_footer(p, c, page, footer, number);
	fewer_shades(surface);
	status = cairo_surface_write_to_png_stream(surface, to_buf, png);
	cairo_destroy(c);
	cairo_surface_destroy(surface);
	return status == CAIRO_STATUS_SUCCESS ? 0 : -1;
}
