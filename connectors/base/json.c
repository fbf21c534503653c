#include "json.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "instant.h"
#include "text.h"

#define NESTING 64
#define VALUES  500000           /* of a page of 1 MB some 50,000: each costs a hundred bytes and more */
#define PIECE   (16 * 1024 - 16) /* with its 16 bytes still a part of an arena's block */

/* ---- allocation hooks ----
 *
 * While json_read runs, Jansson's memory comes from one piece of the arena, handed out by moving a pointer.  Such
 * pointers are 8 off a multiple of 16, those of malloc never are.  So free() can tell them apart without a header,
 * a stray json_decref of an arena value does no harm, and json_dumps() still gives memory for plain free(). */

_Static_assert(_Alignof(max_align_t) == 16, "json.c tells arena memory from malloc's by an alignment of 16");

static struct {
	struct arena *arena; /* NULL: outside json_read */
	char *at, *end;
} piece;

static void *
piece_alloc(size_t n)
{
	char *p;

	n = (n + 15) & ~(size_t)15;
	if (n > (size_t)(piece.end - piece.at)) {
		int large = n > PIECE / 4; /* gets its own, and the piece goes on */
		size_t size = large ? n : PIECE;

		p = (char *)arena_alloc(piece.arena, size + 16) + 8;
		if (large)
			return p;
		piece.at = p;
		piece.end = p + size;
	}
	p = piece.at;
	piece.at += n;
	return p;
}

static void *
hook_alloc(size_t n)
{
	return piece.arena ? piece_alloc(n) : must_alloc(n);
}

static void
hook_free(void *p)
{
	if ((uintptr_t)p % 16 == 0)
		free(p);
}

void
json_setup(void)
{
	json_set_alloc_funcs(hook_alloc, hook_free);
	json_object_seed(0); /* 0: from the system's random source, so that keys cannot be made to collide */
}

/* ---- reading ---- */

/* Brackets open at once, at most, and how many values there are, about; strings are skipped. */
struct extent {
	int depth, values;
};

static struct extent
extent(const char *s, size_t len)
{
	const char *end = s + len;
	struct extent most = {0};
	int depth = 0;

	for (; s < end; s++) {
		switch (*s) {
		case ',': most.values++; break;
		case '{':
		case '[':
			most.values++;
			if (++depth > most.depth)
				most.depth = depth;
			break;
		case '}':
		case ']': depth--; break;
		case '"':
			for (s++; s < end && *s != '"'; s++)
				if (*s == '\\')
					s++;
			break;
		}
	}
	return most;
}

/* The code unit of a \uXXXX at s, or -1. */
static int
unit_at(const char *s, const char *end)
{
	char hex[5] = "", *stop;
	long unit;

	if (end - s < 6 || s[0] != '\\' || s[1] != 'u')
		return -1;
	memcpy(hex, s + 2, 4);
	unit = strtol(hex, &stop, 16);
	return stop == hex + 4 && hex[0] != '-' && hex[0] != '+' && hex[0] != ' ' ? (int)unit : -1;
}

/* One escape sequence; those Jansson refuses, a NUL or half a surrogate pair, become U+FFFD. */
static const char *
repair_escape(struct buf *out, const char *s, const char *end)
{
	int unit = unit_at(s, end);
	size_t n = unit < 0 ? 2 : 6;

	if (unit >= 0xd800 && unit <= 0xdbff) {
		int low = unit_at(s + 6, end);

		n = low >= 0xdc00 && low <= 0xdfff ? 12 : 6;
	}
	if (unit == 0 || (unit >= 0xd800 && unit <= 0xdfff && n == 6))
		buf_put(out, "\\ufffd");
	else
		buf_add(out, s, n < (size_t)(end - s) ? n : (size_t)(end - s));
	return s + n;
}

/* A number; one that fits no int64 or double becomes a string. */
static const char *
repair_number(struct buf *out, const char *s, const char *end)
{
	size_t n = 0;
	char number[64];
	int real = 0, large;

	while (s + n < end && strchr("+-.0123456789eE", s[n]) && s[n]) {
		real |= strchr(".eE", s[n]) != NULL;
		n++;
	}
	snprintf(number, sizeof(number), "%.*s", (int)(n < sizeof(number) ? n : sizeof(number) - 1), s);
	errno = 0;
	if (real)
		large = strtod(number, NULL) != 0 && errno == ERANGE;
	else
		large = strtoll(number, NULL, 10) && errno == ERANGE;
	if (large)
		buf_char(out, '"');
	buf_add(out, s, n);
	if (large)
		buf_char(out, '"');
	return s + n;
}

/* Platforms pass on what buyers typed: a \u0000, half an emoji or a byte that is not UTF-8 would make Jansson refuse
 * the whole page, and the stream would stand still at it.  A copy without them is read instead. */
static void
repair(struct buf *out, const char *s, size_t len)
{
	const char *end = s + len;
	int inside = 0; /* a string */
	uint32_t point;
	size_t n;

	if (len >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0)
		s += 3;
	while (s < end) {
		if (inside && *s == '\\') {
			s = repair_escape(out, s, end);
		} else if (!inside && (*s == '-' || (*s >= '0' && *s <= '9'))) {
			s = repair_number(out, s, end);
		} else if ((n = utf8_next(s, (size_t)(end - s), &point))) {
			inside ^= *s == '"';
			if (inside && point < 0x20) /* a raw control character */
				buf_fmt(out, "\\u%04x", point ? (unsigned)point : 0xfffd);
			else
				buf_add(out, s, n);
			s += n;
		} else {
			buf_put(out, "\xef\xbf\xbd");
			s++;
		}
	}
}

json_t *
json_read(struct arena *arena, const char *bytes, size_t len, struct err *err)
{
	const struct extent found = extent(bytes, len);
	struct buf fixed = {.max = 8 * len + 64};
	json_error_t first, second;
	json_t *root = NULL;

	if (found.depth > NESTING) {
		fail(err, "the answer is nested deeper than %d levels", NESTING);
		return NULL;
	}
	if (found.values > VALUES) {
		fail(err, "the answer has more than %d values", VALUES);
		return NULL;
	}
	piece.arena = arena;
	piece.at = piece.end = NULL;
	root = json_loadb(bytes, len, 0, &first);
	if (!root) {
		repair(&fixed, bytes, len);
		if (!fixed.over)
			root = json_loadb(buf_str(&fixed), fixed.len, 0, &second);
	}
	piece.arena = NULL;
	if (!root)
		fail(err, "not JSON: %s, line %d column %d", first.text, first.line, first.column);
	buf_free(&fixed);
	return root;
}

const char *
json_text(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

const char *
json_id(struct arena *arena, const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	const char *s = json_string_value(value);

	if (json_is_integer(value))
		return arena_fmt(arena, "%lld", (long long)json_integer_value(value));
	return s && *s ? s : NULL;
}

int64_t
json_int(const json_t *object, const char *key, int64_t otherwise)
{
	const json_t *value = json_object_get(object, key);

	return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

int
json_flag(const json_t *object, const char *key, int otherwise)
{
	const json_t *value = json_object_get(object, key);

	return json_is_boolean(value) ? json_is_true(value) : otherwise;
}

json_t *
json_list(const json_t *object, const char *key)
{
	json_t *value = json_object_get(object, key);

	return json_is_array(value) ? value : NULL;
}

json_t *
json_obj(const json_t *object, const char *key)
{
	json_t *value = json_object_get(object, key);

	return json_is_object(value) ? value : NULL;
}

json_t *
json_at(const json_t *object, const char *path)
{
	json_t *value = NULL;
	size_t n;

	for (;; path += n + 1) {
		n = strcspn(path, ".");
		value = json_object_getn(object, path, n);
		if (!path[n])
			return value;
		object = value;
	}
}

int
json_time(const json_t *object, const char *key, int64_t *ms)
{
	const json_t *value = json_object_get(object, key);

	if (!value || json_is_null(value))
		return 0;
	return json_is_string(value) && !instant_parse(json_string_value(value), ms) ? 1 : -1;
}

/* The fewest digits that give the same number again: what the platform most likely wrote. */
static void
real_format(double real, char *out, size_t size)
{
	int precision;

	for (precision = 15; precision <= 17; precision++) {
		snprintf(out, size, "%.*g", precision, real);
		if (strtod(out, NULL) == real)
			break;
	}
	out = strchr(out, ','); /* decimal comma of a locale */
	if (out)
		*out = '.';
}

int
json_money(const json_t *object, const char *key, struct money *money)
{
	const json_t *pair = json_object_get(object, key), *value;
	const char *currency, *amount;
	char number[40];

	if (!pair || json_is_null(pair))
		return 0;
	value = json_object_get(pair, "value");
	currency = json_text(pair, "currency");
	if (json_is_integer(value))
		snprintf(number, sizeof(number), "%lld", (long long)json_integer_value(value));
	else if (json_is_real(value))
		real_format(json_real_value(value), number, sizeof(number));
	amount = json_is_number(value) ? number : json_string_value(value);
	return amount && currency && !money_parse(amount, currency, money, NULL) ? 1 : -1;
}

/* Bytes at the beginning that stand for themselves. */
static size_t
plain(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && (unsigned char)s[n] >= 0x20 && (unsigned char)s[n] < 0x7f && s[n] != '"' &&
	       s[n] != '\\')
		n++;
	return n;
}

int
json_quote(struct buf *b, const char *s)
{
	size_t len = strlen(s), n;
	uint32_t point;
	int r = buf_char(b, '"');

	for (; len; s += n, len -= n) {
		if ((n = plain(s, len))) {
			r |= buf_add(b, s, n);
			continue;
		}
		n = utf8_next(s, len, &point);
		if (!n) {
			r |= buf_put(b, "\xef\xbf\xbd");
			n = 1;
		} else if (point == '"' || point == '\\') {
			r |= buf_fmt(b, "\\%c", (int)point);
		} else if (point < 0x20 || point == 0x7f) {
			r |= point == '\n'   ? buf_put(b, "\\n")
			     : point == '\t' ? buf_put(b, "\\t")
					     : buf_fmt(b, "\\u%04x", (unsigned)point);
		} else {
			r |= buf_add(b, s, n);
		}
	}
	return r | buf_char(b, '"');
}
