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

/* The branch that a value takes: one for exactly this number goes before the keyword.  NULL: none but "other". */
static const struct branch *
branch_of(const struct piece *piece, const char *keyword, const struct quantity *exact)
{
	const struct branch *named = NULL;

	for (const struct branch *b = piece->branches; b; b = b->next) {
		if (!*b->selector && quantity_equals(exact, b->exact))
			return b;
		if (*b->selector && !strcmp(b->selector, keyword))
			named = b;
	}
	return named;
}

static void
warn_unreachable(struct compiling *c, const struct piece *piece, const struct branch *b)
{
	struct pattern_error w;

	fail(pattern_place(c, &w, "unreachable-branch", b->at),
	     "no value of {%s, …} takes this branch in the language %s; take it out", piece->name, c->locale);
	c->warn(c->ctx, &w);
}

/* The n-th value to try, as templates have them: 0 to 200, some round ones (for "many" of Romance languages), and decimals 0.0 to 9.9. */
enum { SMALL = 201, ROUND = 4, DECIMALS = 100 };

static int64_t
value_at(int n, char text[16])
{
	static const int64_t round[ROUND] = {1000, 10000, 100000, 1000000};

	if (n < SMALL + ROUND) {
		const int64_t value = n < SMALL ? n : round[n - SMALL];

		snprintf(text, 16, "%lld", (long long)value);
		return value;
	}
	n -= SMALL + ROUND;
	snprintf(text, 16, "%d.%d", n / 10, n % 10);
	return 0;
}

/* Warns when some value takes a branch that is not there, so that the reader would get the form of "other", and of branches that no value
 * takes. */
static int
warn_branches(struct compiling *c, const struct piece *piece)
{
	const int all = SMALL + ROUND + (piece->type == VAR_DEC ? DECIMALS : 0);
	const int tried = c->warn ? all : 1; /* one value knows the locale */
	const struct branch *taken[BRANCHES_MAX];
	char told[6 * KEYWORD_MAX] = " ";
	int ntaken = 0;

	for (int n = 0; n < tried; n++) {
		char value[16], keyword[KEYWORD_MAX], spaced[KEYWORD_MAX + 2];
		const int64_t whole = value_at(n, value);
		struct quantity exact = {n < SMALL + ROUND ? NULL : value, whole}, shown = exact;
		const struct branch *b;
		struct pattern_error w;
		int i = 0;

		shown.integer = whole - piece->offset;
		if (plural_keyword(c->locale, piece->kind == PIECE_ORDINAL, &shown, keyword,
				   wrong(c, "bad-locale", 0)))
			return -1;
		snprintf(spaced, sizeof spaced, "%s ", keyword);
		b = branch_of(piece, keyword, &exact);
		while (i < ntaken && taken[i] != b)
			i++;
		if (b && i == ntaken)
			taken[ntaken++] = b;
		/* "many" of a round million is no reason to write one: "other" reads well, too */
		if (!c->warn || b || (n >= SMALL && n < SMALL + ROUND) || strstr(told, spaced))
			continue;
		strcat(told, spaced);
		fail(pattern_place(c, &w, "missing-branch", piece->at),
		     "the language %s has a form \"%s\" here (as for %s), which {%s, …} lacks", c->locale,
		     keyword, value, piece->name);
		c->warn(c->ctx, &w);
	}
	for (const struct branch *b = piece->branches; c->warn && b; b = b->next) {
		int i = 0;

		while (i < ntaken && taken[i] != b)
			i++;
		if (i == ntaken && *b->selector && strcmp(b->selector, "other") != 0)
			warn_unreachable(c, piece, b);
	}
	return 0;
}

static int check(struct compiling *, struct piece *, const struct var_spec *, const struct guard *);

static int
check_branches(struct compiling *c, struct piece *piece, const struct var_spec *specs,
	       const struct guard *guard)
{
	const struct guard inner = {guard, piece->name};
	const struct guard *known = guard;

	while (known && strcmp(known->name, piece->name) != 0)
		known = known->outer;
	for (struct branch *b = piece->branches; b; b = b->next) {
		int yes = piece->presence && !strcmp(b->selector, "yes");

		if (piece->presence && !yes && strcmp(b->selector, "other"))
			return fail(wrong(c, "bad-selector", piece->at),
				    "found \"%s\", expected yes and other: whether there is a value",
				    b->selector);
		if (piece->presence && !yes && known && c->warn)
			warn_unreachable(c, piece, b);
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
		const struct guard *proof = guard;

		while (proof && strcmp(proof->name, piece->name) != 0)
			proof = proof->outer;
		if (!proof)
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
