/* check.c - holds a parsed pattern against the variables its scenario declares: names, types, styles, guards of optional
 * variables, and plural branches that the language needs. */
#include "format.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"

/* Optional variables that the surrounding yes branches prove present. */
struct guard {
	const struct guard *outer;
	const char *name;
};

static const char *
type_word(enum var_type type)
{
	static const char *const words[] = {"str", "int", "dec", "money", "date", "list", "select"};

	return words[type];
}

static struct err *
wrong(struct compiling *c, const char *code, size_t at)
{
	return pattern_place(c, c->error, code, at);
}

static const struct var_spec *
find(const struct var_spec *specs, const char *name)
{
	for (; specs->name; specs++)
		if (!strcmp(specs->name, name))
			return specs;
	return NULL;
}

static int
unknown_variable(struct compiling *c, const struct piece *piece, const struct var_spec *specs)
{
	struct buf names = BUF_MAX(512);

	for (const struct var_spec *s = specs; s->name; s++)
		buf_fmt(&names, "%s%s", names.len ? ", " : "", s->name);
	fail(wrong(c, "unknown-variable", piece->at), "there is no variable \"%s\" here; there are: %s",
	     piece->name, buf_str(&names));
	buf_free(&names);
	return -1;
}

static int
type_fits(const struct piece *piece, enum var_type type)
{
	switch (piece->kind) {
	case PIECE_PLURAL:
	case PIECE_ORDINAL: return type == VAR_INT || (type == VAR_DEC && !piece->offset);
	case PIECE_SELECT: return type == VAR_SELECT;
	default: break;
	}
	switch (piece->format) {
	case FORMAT_NONE: return type != VAR_SELECT;
	case FORMAT_NUMBER: return type == VAR_INT || type == VAR_DEC;
	case FORMAT_MONEY: return type == VAR_MONEY;
	case FORMAT_DATE:
	case FORMAT_TIME:
	case FORMAT_DATETIME: return type == VAR_DATE;
	case FORMAT_LIST: return type == VAR_LIST;
	case FORMAT_RELDAYS: return type == VAR_INT;
	}
	return 0;
}

/* What a bare {name} means. */
static enum format
format_of(enum var_type type)
{
	static const enum format formats[] = {FORMAT_NONE, FORMAT_NUMBER, FORMAT_NUMBER, FORMAT_MONEY,
					      FORMAT_DATE, FORMAT_LIST,   FORMAT_NONE};

	return formats[type];
}

static int
has_branch(const struct piece *piece, const char *keyword, const struct quantity *exact)
{
	for (const struct branch *b = piece->branches; b; b = b->next)
		if (*b->selector ? !strcmp(b->selector, keyword) : quantity_equals(exact, b->exact))
			return 1;
	return 0;
}

/* Warns when some value takes a branch that is not there, so that the reader would get the form of "other".  Tried with values as
 * templates have them: 0 to 200, and for decimals also 0.0 to 9.9. */
static int
warn_branches(struct compiling *c, const struct piece *piece)
{
	const int last = !c->warn ? 0 : piece->type == VAR_DEC ? 300 : 200; /* one value knows the locale */
	char told[6 * KEYWORD_MAX] = " ";

	for (int n = 0; n <= last; n++) {
		char value[16], keyword[KEYWORD_MAX], spaced[KEYWORD_MAX + 2];
		int decimal = n > 200;
		struct quantity exact = {decimal ? value : NULL, n}, shown = exact;
		struct pattern_error w;

		if (decimal)
			snprintf(value, sizeof value, "%d.%d", (n - 201) / 10, (n - 201) % 10);
		else
			snprintf(value, sizeof value, "%d", n);
		shown.integer = n - piece->offset;
		if (plural_keyword(c->locale, piece->kind == PIECE_ORDINAL, &shown, keyword,
				   wrong(c, "bad-locale", 0)))
			return -1;
		snprintf(spaced, sizeof spaced, "%s ", keyword);
		if (!c->warn || has_branch(piece, keyword, &exact) || strstr(told, spaced))
			continue;
		strcat(told, spaced);
		fail(pattern_place(c, &w, "missing-branch", piece->at),
		     "the language %s has a form \"%s\" here (as for %s), which {%s, …} lacks", c->locale,
		     keyword, value, piece->name);
		c->warn(c->ctx, &w);
	}
	return 0;
}

static int check(struct compiling *, struct piece *, const struct var_spec *, const struct guard *);

static int
check_branches(struct compiling *c, struct piece *piece, const struct var_spec *specs,
	       const struct guard *guard)
{
	const struct guard inner = {guard, piece->name};

	for (struct branch *b = piece->branches; b; b = b->next) {
		int yes = piece->presence && !strcmp(b->selector, "yes");

		if (piece->presence && !yes && strcmp(b->selector, "other"))
			return fail(wrong(c, "bad-selector", piece->at),
				    "found \"%s\", expected yes and other: whether there is a value",
				    b->selector);
		if (check(c, b->message, specs, yes ? &inner : guard))
			return -1;
	}
	if (piece->kind == PIECE_SELECT)
		return 0;
	return warn_branches(c, piece);
}

static int
check_variable(struct compiling *c, struct piece *piece, const struct var_spec *specs,
	       const struct guard *guard)
{
	const struct var_spec *spec = find(specs, piece->name);
	size_t at;

	if (!spec && !strncmp(piece->name, "has_", 4)) {
		spec = find(specs, piece->name + 4);
		if (spec && (!spec->optional || piece->kind != PIECE_SELECT))
			return fail(wrong(c, "wrong-type", piece->at),
				    "{%s} stands for a choice: {%s, select, yes{…} other{…}}, where the "
				    "variable is optional",
				    piece->name, piece->name);
		if (spec) {
			piece->name += 4;
			piece->presence = 1;
			piece->type = spec->type;
			return check_branches(c, piece, specs, guard);
		}
	}
	if (!spec)
		return unknown_variable(c, piece, specs);
	piece->type = spec->type;
	if (!type_fits(piece, spec->type))
		return fail(wrong(c, "wrong-type", piece->at),
			    "{%s} is of the type %s, which cannot be used like this", piece->name,
			    type_word(spec->type));
	if (spec->optional) {
		while (guard && strcmp(guard->name, piece->name))
			guard = guard->outer;
		if (!guard)
			return fail(
				wrong(c, "unguarded-optional", piece->at),
				"{%s} may be missing; put it into {has_%s, select, yes{… {%s} …} other{…}}",
				piece->name, piece->name, piece->name);
	}
	if (piece->kind != PIECE_VALUE)
		return check_branches(c, piece, specs, guard);
	if (piece->format == FORMAT_NONE)
		piece->format = format_of(piece->type);
	if (format_check(piece->format, piece->style, c->locale, &at))
		return fail(wrong(c, "bad-style", piece->style_at + at), "\"%s\" is not a style of {%s, …}",
			    piece->style, piece->name);
	return 0;
}

static int
check(struct compiling *c, struct piece *piece, const struct var_spec *specs, const struct guard *guard)
{
	for (; piece; piece = piece->next)
		if (piece->name && check_variable(c, piece, specs, guard))
			return -1;
	return 0;
}

int
pattern_check(struct compiling *c, struct piece *pieces, const struct var_spec *specs)
{
	return check(c, pieces, specs, NULL);
}
