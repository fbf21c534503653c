/* message.c - compiles a pattern and fills it in. */
#include "message.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "base/text.h"
#include "format.h"
#include "locale.h"

#define OUTPUT_MAX (64 * 1024)
#define LIST_MAX   200

struct message_pattern {
	struct arena *arena; /* everything below lives here */
	struct piece *pieces;
	const char *locale; /* of the text: its grammar and direction, wherever it is sent */
	int rtl;
};

struct message_pattern *
message_compile(const char *text, size_t len, const char *locale, const struct var_spec *specs,
		struct pattern_error *error, void (*warn)(void *, const struct pattern_error *), void *ctx)
{
	struct arena *arena = arena_new();
	struct message_pattern *p = arena_zalloc(arena, sizeof *p);
	char tag[LOCALE_MAX];
	struct compiling c = {text, len, locale, arena, error, warn, ctx};

	p->arena = arena;
	memset(error, 0, sizeof *error);
	if (locale_canonical(locale, tag)) {
		fail(pattern_place(&c, error, "bad-locale", 0),
		     "\"%s\" is not a language tag like de or zh-Hant", locale);
		goto bad;
	}
	c.locale = p->locale = arena_strdup(arena, tag);
	p->rtl = locale_is_rtl(tag);
	if (pattern_parse(&c, &p->pieces) || pattern_check(&c, p->pieces, specs))
		goto bad;
	return p;
bad:
	arena_free(arena);
	return NULL;
}

void
message_free(struct message_pattern *p)
{
	if (p)
		arena_free(p->arena);
}

static int
uses(const struct piece *piece, const char *name)
{
	for (; piece; piece = piece->next) {
		if (piece->name && !piece->presence && !strcmp(piece->name, name))
			return 1;
		for (const struct branch *b = piece->branches; b; b = b->next)
			if (uses(b->message, name))
				return 1;
	}
	return 0;
}

int
message_uses(const struct message_pattern *p, const char *name)
{
	return uses(p->pieces, name);
}

static void
choices(const struct piece *piece, const char *name, void (*each)(void *, const char *, size_t), void *ctx)
{
	for (; piece; piece = piece->next)
		for (const struct branch *b = piece->branches; b; b = b->next) {
			if (piece->kind == PIECE_SELECT && !piece->presence && !strcmp(piece->name, name))
				each(ctx, b->selector, b->at);
			choices(b->message, name, each, ctx);
		}
}

void
message_choices(const struct message_pattern *p, const char *name,
		void (*each)(void *, const char *keyword, size_t at), void *ctx)
{
	choices(p->pieces, name, each, ctx);
}

/* ---- filling in ---- */

struct rendering {
	const struct message_pattern *pattern;
	const struct var *vars;
	const struct message_context *context;
	struct buf *out;
	size_t start;
	struct err *err;
};

static const struct var *
find(const struct var *vars, const char *name)
{
	for (; vars->name; vars++)
		if (!strcmp(vars->name, name))
			return vars->state == PRESENT ? vars : NULL;
	return NULL;
}

/* Right-to-left letters anywhere in a value would pull the numbers around it to their side. */
static int
has_rtl(const char *s, size_t len)
{
	for (size_t i = 0; i < len;) {
		UChar32 point;
		UCharDirection direction;

		U8_NEXT(s, i, len, point);
		if (point < 0x590)
			continue;
		direction = u_charDirection(point);
		if (direction == U_RIGHT_TO_LEFT || direction == U_RIGHT_TO_LEFT_ARABIC)
			return 1;
	}
	return 0;
}

static int
needs_isolation(const struct rendering *r, const char *s)
{
	return r->pattern->rtl || has_rtl(s, strlen(s));
}

static int
text_usable(const char *s)
{
	return s && *s && utf8_valid(s, strlen(s));
}

static int
render_list(const struct rendering *r, const struct piece *piece, const struct var *v)
{
	struct words items[LIST_MAX];
	size_t total = 0;

	if (!v->list || !v->nlist || v->nlist > LIST_MAX)
		return fail(r->err, "the list \"%s\" is empty or too long", piece->name);
	for (size_t i = 0; i < v->nlist; i++) {
		if (!text_usable(v->list[i]))
			return fail(r->err, "the list \"%s\" has an entry that is empty or not UTF-8",
				    piece->name);
		if ((total += strlen(v->list[i])) > OUTPUT_MAX)
			return fail(r->err, "the list \"%s\" is empty or too long", piece->name);
		items[i] = (struct words){v->list[i], needs_isolation(r, v->list[i])};
	}
	return format_list(r->out, r->context, piece->style, items, v->nlist, r->err);
}

static int
quantity_of(const struct rendering *r, const struct piece *piece, const struct var *v, struct quantity *q)
{
	*q = (struct quantity){.integer = v->num};
	if (piece->type != VAR_DEC)
		return 0;
	if (!v->str || !decimal_valid(v->str))
		return fail(r->err, "the variable \"%s\" is not a plain decimal number", piece->name);
	q->decimal = v->str;
	return 0;
}

static int
render_value(const struct rendering *r, const struct piece *piece, const struct var *v)
{
	struct quantity q;

	switch (piece->format) {
	case FORMAT_NUMBER:
		if (quantity_of(r, piece, v, &q))
			return -1;
		return format_number(r->out, r->context, piece->style, &q, r->err);
	case FORMAT_MONEY: return format_money(r->out, r->context, piece->style, &v->money, r->err);
	case FORMAT_DATE:
	case FORMAT_TIME:
	case FORMAT_DATETIME:
		return format_date(r->out, r->context, piece->format, piece->style, v->num, r->err);
	case FORMAT_LIST: return render_list(r, piece, v);
	case FORMAT_RELDAYS: return format_reldays(r->out, r->context, piece->style, v->num, r->err);
	case FORMAT_NONE: break;
	}
	if (!text_usable(v->str))
		return fail(r->err, "the variable \"%s\" is empty or not UTF-8", piece->name);
	put_words(r->out, &(struct words){v->str, needs_isolation(r, v->str)});
	return 0;
}

static const struct branch *
branch_named(const struct piece *piece, const char *keyword)
{
	const struct branch *other = NULL;

	for (const struct branch *b = piece->branches; b; b = b->next) {
		if (*b->selector && !strcmp(b->selector, keyword))
			return b;
		if (!strcmp(b->selector, "other"))
			other = b;
	}
	return other;
}

/* An exact branch is tried with the value itself, the grammar with the value less the offset, which # then shows. */
static const struct branch *
choose_plural(const struct rendering *r, const struct piece *piece, const struct var *v,
	      struct quantity *shown)
{
	char keyword[KEYWORD_MAX];

	if (quantity_of(r, piece, v, shown))
		return NULL;
	for (const struct branch *b = piece->branches; b; b = b->next)
		if (!*b->selector && quantity_equals(shown, b->exact)) {
			shown->integer -= piece->offset;
			return b;
		}
	if (!shown->decimal && __builtin_sub_overflow(v->num, piece->offset, &shown->integer)) {
		fail(r->err, "the variable \"%s\" is too large", piece->name);
		return NULL;
	}
	if (plural_keyword(r->pattern->locale, piece->kind == PIECE_ORDINAL, shown, keyword, r->err))
		return NULL;
	return branch_named(piece, keyword);
}

/* Something to write: an empty name is none to greet somebody with. */
static int
has_value(const struct piece *piece, const struct var *v)
{
	switch (piece->type) {
	case VAR_STR:
	case VAR_DEC:
	case VAR_SELECT: return v->str && *v->str;
	case VAR_LIST: return v->list && v->nlist;
	default: return 1;
	}
}

static int render(const struct rendering *, const struct piece *, const struct quantity *hash);

static int
render_argument(const struct rendering *r, const struct piece *piece)
{
	const struct var *v = find(r->vars, piece->name);
	struct quantity shown = {0};
	const struct branch *branch;

	if (piece->presence)
		return render(r, branch_named(piece, v && has_value(piece, v) ? "yes" : "other")->message,
			      NULL);
	if (!v)
		return fail(r->err, "the text needs the variable \"%s\", which has no value", piece->name);
	if (piece->kind == PIECE_VALUE)
		return render_value(r, piece, v);
	if (piece->kind == PIECE_SELECT) {
		if (!v->str || !*v->str)
			return fail(r->err, "the text needs the variable \"%s\", which has no value",
				    piece->name);
		return render(r, branch_named(piece, v->str)->message, NULL);
	}
	branch = choose_plural(r, piece, v, &shown);
	return branch ? render(r, branch->message, &shown) : -1;
}

static int
render(const struct rendering *r, const struct piece *piece, const struct quantity *hash)
{
	for (; piece; piece = piece->next) {
		if (piece->kind == PIECE_TEXT)
			buf_add(r->out, piece->text, piece->len);
		else if (piece->kind == PIECE_HASH ? format_number(r->out, r->context, "", hash, r->err)
						   : render_argument(r, piece))
			return -1;
		if (r->out->over || r->out->len - r->start > OUTPUT_MAX)
			return fail(r->err, "the finished text is too long");
	}
	return 0;
}

int
message_render(const struct message_pattern *p, const struct var *vars, const struct message_context *context,
	       struct buf *out, struct err *err)
{
	struct rendering r = {p, vars, context, out, out->len, err};

	if (render(&r, p->pieces, NULL) == 0)
		return 0;
	buf_cut(out, r.start);
	return -1;
}
