/* pattern.c - reads ICU's message syntax into a tree.
 *
 * Quoting is ICU's: '' is an apostrophe; a single ' begins literal text only right before { or } (or # in a plural branch), up to
 * the next single one or the end.  One difference on purpose: a } that closes nothing is an error, not text.
 */
#include "pattern.h"

#include <stdio.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

/* What a message stands in: decides what # means. */
enum inside { INSIDE_NOTHING, INSIDE_PLURAL, INSIDE_SELECT, INSIDE_SELECT_OF_PLURAL };

struct parser {
	struct compiling *c;
	size_t at;
	struct buf literal; /* text collected since the last piece */
	size_t literal_at;
	struct piece **tail;
};

static int parse_message(struct parser *, int depth, enum inside, struct piece **);

struct err *
pattern_place(const struct compiling *c, struct pattern_error *e, const char *code, size_t at)
{
	e->code = code;
	e->line = e->column = 1;
	for (size_t i = 0; i < at && i < c->len; i++) {
		if (c->text[i] == '\n') {
			e->line++;
			e->column = 1;
		} else if ((c->text[i] & 0xC0) != 0x80) {
			e->column++;
		}
	}
	return &e->err;
}

static struct err *
wrong(struct parser *p, const char *code, size_t at)
{
	return pattern_place(p->c, p->c->error, code, at);
}

static int
peek(const struct parser *p, size_t ahead)
{
	return p->at + ahead < p->c->len ? (unsigned char)p->c->text[p->at + ahead] : -1;
}

/* Bytes of the white space at the cursor, 0 when there is none.  Direction marks count, as in ICU: editors of right-to-left texts leave
 * them between the words of the syntax, where nobody sees them. */
static size_t
space(const struct parser *p)
{
	size_t end = p->at;
	UChar32 c = 0;

	if (end < p->c->len)
		U8_NEXT(p->c->text, end, p->c->len, c);
	return u_hasBinaryProperty(c, UCHAR_PATTERN_WHITE_SPACE) ? end - p->at : 0;
}

static void
skip_space(struct parser *p)
{
	size_t n;

	while ((n = space(p)))
		p->at += n;
}

static int
is_letter(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static int
is_digit(int c)
{
	return c >= '0' && c <= '9';
}

/* Bytes of the character at the cursor, for showing it. */
static int
character_length(const struct parser *p)
{
	int n = 1;

	while (peek(p, (size_t)n) >= 0 && (peek(p, (size_t)n) & 0xC0) == 0x80)
		n++;
	return n;
}

/* For "found …" of an error: a "%.*s". */
#define FOUND(p) character_length(p), (p)->c->text + (p)->at

static int
unclosed(struct parser *p, size_t open)
{
	return fail(wrong(p, "unmatched-brace", open), "this { is never closed by a }");
}

/* At what should be the closing brace of the one at `open`. */
static int
close_brace(struct parser *p, size_t open)
{
	if (peek(p, 0) < 0)
		return unclosed(p, open);
	if (peek(p, 0) != '}')
		return fail(wrong(p, "bad-syntax", p->at), "found \"%.*s\", expected }", FOUND(p));
	p->at++;
	return 0;
}

static struct piece *
add_piece(struct parser *p, enum piece_kind kind, size_t at)
{
	struct piece *piece = arena_zalloc(p->c->arena, sizeof *piece);

	piece->kind = kind;
	piece->at = at;
	piece->style = "";
	*p->tail = piece;
	p->tail = &piece->next;
	return piece;
}

static void
add_literal(struct parser *p, const char *bytes, size_t n)
{
	if (!p->literal.len)
		p->literal_at = p->at;
	buf_add(&p->literal, bytes, n);
}

static void
flush_literal(struct parser *p)
{
	struct piece *piece;

	if (!p->literal.len)
		return;
	piece = add_piece(p, PIECE_TEXT, p->literal_at);
	piece->text = arena_strndup(p->c->arena, p->literal.data, p->literal.len);
	piece->len = p->literal.len;
	buf_clear(&p->literal);
}

/* Nobody writes braces to a buyer: a quoted one is mostly an apostrophe before a variable, which then shows its name. */
static void
warn_quoted_brace(struct parser *p)
{
	struct pattern_error w;

	if (!p->c->warn)
		return;
	fail(pattern_place(p->c, &w, "bad-quoting", p->at),
	     "this ' makes the %c after it plain text; write two of them for an apostrophe", peek(p, 1));
	p->c->warn(p->c->ctx, &w);
}

/* At an apostrophe. */
static void
parse_quote(struct parser *p, enum inside inside)
{
	int next = peek(p, 1);

	if (next == '\'') {
		add_literal(p, "'", 1);
		p->at += 2;
		return;
	}
	if (next != '{' && next != '}' && !(next == '#' && inside == INSIDE_PLURAL)) {
		add_literal(p, "'", 1);
		p->at++;
		return;
	}
	if (next != '#')
		warn_quoted_brace(p);
	for (p->at++; peek(p, 0) >= 0; p->at++) {
		if (peek(p, 0) == '\'') {
			if (peek(p, 1) != '\'') {
				p->at++;
				return;
			}
			p->at++;
		}
		add_literal(p, p->c->text + p->at, 1);
	}
}

static const char *
parse_word(struct parser *p)
{
	size_t start = p->at;

	while (is_letter(peek(p, 0)) || is_digit(peek(p, 0)))
		p->at++;
	return arena_strndup(p->c->arena, p->c->text + start, p->at - start);
}

/* Digits with an optional minus, at most 15 of them. */
static int
parse_number(struct parser *p, int64_t *out)
{
	size_t start = p->at;
	int64_t n = 0;
	int minus = peek(p, 0) == '-', digits = 0;

	for (p->at += (size_t)minus; is_digit(peek(p, 0)); p->at++, digits++)
		if (digits < 16)
			n = n * 10 + (peek(p, 0) - '0');
	if (!digits || digits > 15)
		return fail(wrong(p, "bad-selector", start),
			    "found \"%.*s\", expected a whole number of at most 15 digits",
			    (int)(p->at - start), p->c->text + start);
	*out = minus ? -n : n;
	return 0;
}

static int
parse_selector(struct parser *p, struct piece *piece, struct branch *branch)
{
	static const char plural[] = " zero one two few many other ";
	size_t start = p->at;

	branch->selector = "";
	branch->at = start;
	if (piece->kind != PIECE_SELECT && peek(p, 0) == '=') {
		p->at++;
		if (parse_number(p, &branch->exact))
			return -1;
	} else {
		branch->selector = parse_word(p);
		if (peek(p, 0) < 0)
			return unclosed(p, piece->at);
		if (!*branch->selector)
			return fail(wrong(p, "bad-selector", start),
				    "found \"%.*s\", expected a branch like other{…}", FOUND(p));
		if (piece->kind != PIECE_SELECT) {
			char spaced[16];

			snprintf(spaced, sizeof spaced, " %.12s ", branch->selector);
			if (!strstr(plural, spaced))
				return fail(wrong(p, "bad-selector", start),
					    "found \"%s\", expected =number, zero, one, two, few, many or "
					    "other",
					    branch->selector);
		}
	}
	for (const struct branch *b = piece->branches; b; b = b->next)
		if (!strcmp(b->selector, branch->selector) && b->exact == branch->exact)
			return fail(wrong(p, "duplicate-branch", start),
				    "the branch \"%.*s\" stands here twice", (int)(p->at - start),
				    p->c->text + start);
	return 0;
}

static int
parse_offset(struct parser *p, struct piece *piece)
{
	static const char word[] = "offset:";

	if (p->c->len - p->at < strlen(word) || memcmp(p->c->text + p->at, word, strlen(word)))
		return 0;
	p->at += strlen(word);
	skip_space(p);
	return parse_number(p, &piece->offset);
}

/* Branches up to the } of the argument. */
static int
parse_branches(struct parser *p, struct piece *piece, int depth, enum inside outer)
{
	struct branch **last = &piece->branches;
	struct piece **tail = p->tail;
	int count = 0, other = 0;
	enum inside inside = INSIDE_PLURAL;

	if (piece->kind == PIECE_SELECT)
		inside = outer == INSIDE_NOTHING || outer == INSIDE_SELECT ? INSIDE_SELECT
									   : INSIDE_SELECT_OF_PLURAL;
	if (depth >= NESTING_MAX)
		return fail(wrong(p, "too-deep", piece->at),
			    "this is nested more than %d deep; make it simpler", NESTING_MAX);
	skip_space(p);
	if (piece->kind != PIECE_SELECT && parse_offset(p, piece))
		return -1;
	for (skip_space(p); peek(p, 0) != '}'; skip_space(p)) {
		struct branch *branch = arena_zalloc(p->c->arena, sizeof *branch);
		size_t open;

		if (peek(p, 0) >= 0 && count++ == BRANCHES_MAX)
			return fail(wrong(p, "bad-selector", p->at), "more than %d branches", BRANCHES_MAX);
		if (parse_selector(p, piece, branch))
			return -1;
		skip_space(p);
		open = p->at;
		if (open >= p->c->len)
			return unclosed(p, piece->at);
		if (peek(p, 0) != '{')
			return fail(wrong(p, "bad-syntax", open),
				    "found \"%.*s\", expected { and the text of this branch", FOUND(p));
		p->at++;
		if (parse_message(p, depth + 1, inside, &branch->message) || close_brace(p, open))
			return -1;
		other |= !strcmp(branch->selector, "other");
		*last = branch;
		last = &branch->next;
	}
	p->tail = tail;
	if (!other)
		return fail(wrong(p, "missing-other", piece->at), "{%s, …} has no branch other{…}",
			    piece->name);
	return 0;
}

static int
parse_style(struct parser *p, struct piece *piece)
{
	size_t start, end;

	skip_space(p);
	start = end = p->at;
	while (peek(p, 0) >= 0 && peek(p, 0) != '}' && peek(p, 0) != '{')
		if (space(p))
			skip_space(p);
		else
			end = ++p->at;
	if (peek(p, 0) == '{')
		return fail(wrong(p, "bad-style", p->at), "found {, expected the } that closes {%s, …}",
			    piece->name);
	if (start == end && peek(p, 0) == '}')
		return fail(wrong(p, "bad-style", start), "found nothing after the comma, expected a style");
	piece->style = arena_strndup(p->c->arena, p->c->text + start, end - start);
	piece->style_at = start;
	return 0;
}

static int
parse_type(struct parser *p, struct piece *piece)
{
	static const struct {
		const char *word;
		enum piece_kind kind;
		enum format format;
	} types[] = {
		{"number", PIECE_VALUE, FORMAT_NUMBER},
		{"money", PIECE_VALUE, FORMAT_MONEY},
		{"date", PIECE_VALUE, FORMAT_DATE},
		{"time", PIECE_VALUE, FORMAT_TIME},
		{"datetime", PIECE_VALUE, FORMAT_DATETIME},
		{"list", PIECE_VALUE, FORMAT_LIST},
		{"reldays", PIECE_VALUE, FORMAT_RELDAYS},
		{"plural", PIECE_PLURAL, FORMAT_NONE},
		{"selectordinal", PIECE_ORDINAL, FORMAT_NONE},
		{"select", PIECE_SELECT, FORMAT_NONE},
	};
	size_t start = p->at;
	const char *word = parse_word(p);

	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (!strcmp(word, types[i].word)) {
			piece->kind = types[i].kind;
			piece->format = types[i].format;
			return 0;
		}
	}
	if (start >= p->c->len)
		return unclosed(p, piece->at);
	if (!*word)
		word = arena_strndup(p->c->arena, p->c->text + p->at, (size_t)character_length(p));
	return fail(wrong(p, "bad-syntax", start),
		    "found \"%s\", expected number, money, date, time, datetime, list, reldays, plural, "
		    "selectordinal or select",
		    word);
}

/* At an opening brace. */
static int
parse_argument(struct parser *p, int depth, enum inside outer)
{
	struct piece *piece = add_piece(p, PIECE_VALUE, p->at);

	p->at++;
	skip_space(p);
	if (peek(p, 0) < 0)
		return unclosed(p, piece->at);
	if (!is_letter(peek(p, 0)))
		return fail(wrong(p, "bad-syntax", p->at), "found \"%.*s\", expected the name of a variable",
			    FOUND(p));
	piece->name = parse_word(p);
	skip_space(p);
	if (peek(p, 0) == ',') {
		p->at++;
		skip_space(p);
		if (parse_type(p, piece))
			return -1;
		skip_space(p);
		if (piece->kind != PIECE_VALUE && peek(p, 0) == '}')
			return fail(wrong(p, "bad-syntax", p->at),
				    "found }, expected a comma and the branches");
		if (peek(p, 0) == ',') {
			p->at++;
			if (piece->kind == PIECE_VALUE ? parse_style(p, piece)
						       : parse_branches(p, piece, depth, outer))
				return -1;
		}
	}
	return close_brace(p, piece->at);
}

/* Text and arguments up to the end or, inside a branch, its closing brace (which is left to the caller). */
static int
parse_message(struct parser *p, int depth, enum inside inside, struct piece **out)
{
	p->tail = out;
	for (;;) {
		int c = peek(p, 0);

		if (c < 0 || (c == '}' && depth))
			break;
		if (c == '}')
			return fail(wrong(p, "unmatched-brace", p->at),
				    "this } closes nothing; to print it write '}'");
		if (c == '{') {
			flush_literal(p);
			if (parse_argument(p, depth, inside))
				return -1;
		} else if (c == '\'') {
			parse_quote(p, inside);
		} else if (c == '#' && inside == INSIDE_PLURAL) {
			flush_literal(p);
			add_piece(p, PIECE_HASH, p->at++);
		} else {
			if (c == '#' && inside == INSIDE_SELECT_OF_PLURAL && p->c->warn) {
				struct pattern_error w;

				fail(pattern_place(p->c, &w, "literal-hash", p->at),
				     "inside a select # is printed as it is, not the number of the plural "
				     "around it");
				p->c->warn(p->c->ctx, &w);
			}
			add_literal(p, p->c->text + p->at, 1);
			p->at++;
		}
	}
	flush_literal(p);
	return 0;
}

int
pattern_parse(struct compiling *c, struct piece **out)
{
	struct parser p = {.c = c, .literal = BUF_MAX(PATTERN_MAX)};
	int r;

	*out = NULL;
	if (c->len > PATTERN_MAX)
		return fail(wrong(&p, "too-long", PATTERN_MAX), "the text has %zu bytes, more than %d",
			    c->len, PATTERN_MAX);
	for (size_t i = 0, start = 0; i < c->len; start = i) {
		UChar32 point;

		U8_NEXT(c->text, i, c->len, point);
		if (point < 0)
			return fail(wrong(&p, "not-utf8", start),
				    "this byte is not UTF-8; save the text as UTF-8");
		if (!point)
			return fail(wrong(&p, "bad-syntax", start), "the text holds a NUL byte");
	}
	r = parse_message(&p, 0, INSIDE_NOTHING, out);
	buf_free(&p.literal);
	return r;
}
