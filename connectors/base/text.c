#include "text.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

/* No isalnum() and the like here: bytes must not change their meaning with the locale. */
static int
is_unreserved(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("-._~", c));
}

static int
lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

static int
hex_value(char c)
{
	const char *digits = "0123456789abcdef";
	const char *at = c ? strchr(digits, lower((unsigned char)c)) : NULL;

	return at ? (int)(at - digits) : -1;
}

int
url_encode(struct buf *b, const char *s)
{
	int r = 0;

	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		r |= is_unreserved(c) ? buf_char(b, *s) : buf_fmt(b, "%%%02X", c);
	}
	return r;
}

int
url_query_get(const char *url, const char *name, struct buf *value)
{
	size_t n = strlen(name);
	const char *p = strpbrk(url, "?#");

	for (; p && *p; p = strpbrk(p, "?#&")) {
		p++;
		if (strncmp(p, name, n) || p[n] != '=')
			continue;
		buf_clear(value);
		for (p += n + 1; *p && *p != '&' && *p != '#'; p++) {
			int high = *p == '%' ? hex_value(p[1]) : -1;
			int low = high >= 0 ? hex_value(p[2]) : -1;

			if (low >= 0) {
				buf_char(value, (char)(high * 16 + low));
				p += 2;
			} else {
				buf_char(value, *p == '+' ? ' ' : *p);
			}
		}
		return 1;
	}
	return 0;
}

int
base64_encode(struct buf *b, const void *bytes, size_t n)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *p = bytes;
	int r = 0;

	for (; n; p += 3, n -= n < 3 ? n : 3) {
		uint32_t v = (uint32_t)p[0] << 16 | (n > 1 ? (uint32_t)p[1] << 8 : 0) | (n > 2 ? p[2] : 0);
		char four[4] = {digits[v >> 18], digits[v >> 12 & 63], n > 1 ? digits[v >> 6 & 63] : '=',
				n > 2 ? digits[v & 63] : '='};

		r |= buf_add(b, four, 4);
	}
	return r;
}

static int
base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

int
base64_decode(struct buf *b, const char *s, size_t n)
{
	uint32_t bits = 0;
	int have = 0, digits = 0, padding = 0, v, r = 0;

	for (; n; s++, n--) {
		if (*s == ' ' || *s == '\t' || *s == '\r' || *s == '\n')
			continue;
		if (*s == '=') {
			padding++;
			continue;
		}
		if (padding || (v = base64_value(*s)) < 0)
			return -1;
		digits++;
		bits = bits << 6 | (uint32_t)v;
		have += 6;
		if (have >= 8) {
			have -= 8;
			r |= buf_char(b, (char)(bits >> have & 0xff));
		}
	}
	if (digits % 4 == 1 || padding > 2 || (padding && (digits + padding) % 4))
		return -1;
	return r;
}

void
hex_encode(const void *bytes, size_t n, char *out)
{
	const unsigned char *p = bytes;

	for (; n; n--, p++) {
		*out++ = "0123456789abcdef"[*p >> 4];
		*out++ = "0123456789abcdef"[*p & 15];
	}
	*out = '\0';
}

size_t
utf8_next(const char *s, size_t len, uint32_t *point)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *p = (const unsigned char *)s;
	uint32_t c;
	size_t n, i;

	if (!len)
		return 0;
	c = p[0];
	if (c < 0x80) {
		*point = c;
		return 1;
	}
	n = c >= 0xf0 && c < 0xf8 ? 4 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xc0 && c < 0xe0 ? 2 : 0;
	if (!n || n > len)
		return 0;
	c &= 0xff >> (n + 1);
	for (i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*point = c;
	return n;
}

int
utf8_valid(const char *s, size_t len)
{
	uint32_t point;
	size_t n;

	for (; len; s += n, len -= n)
		if (!(n = utf8_next(s, len, &point)))
			return 0;
	return 1;
}

size_t
utf8_clean(char *s, size_t len)
{
	size_t in = 0, out = 0, n;
	uint32_t point;

	for (; in < len; in += n) {
		n = utf8_next(s + in, len - in, &point);
		if (!n) {
			s[out++] = '?';
			n = 1;
		} else if (point >= 0x20 || point == '\t' || point == '\n') {
			memmove(s + out, s + in, n);
			out += n;
		}
	}
	return out;
}

size_t
utf8_fit(const char *s, size_t len, size_t max)
{
	size_t end = max;

	if (len <= max)
		return len;
	while (end && max - end < 3 && ((unsigned char)s[end] & 0xc0) == 0x80)
		end--;
	return end;
}

size_t
utf16_length(const char *s)
{
	size_t len = strlen(s), units = 0, n;
	uint32_t point;

	for (; len; s += n, len -= n) {
		n = utf8_next(s, len, &point);
		units += n == 4 ? 2 : 1;
		n += !n; /* an invalid byte counts as one */
	}
	return units;
}

int
glob_match(const char *pattern, const char *text)
{
	const char *star = NULL, *resume = NULL;

	while (*text) {
		if (*pattern == '*') {
			star = pattern++;
			resume = text;
		} else if (*pattern && (*pattern == '?' ||
					lower((unsigned char)*pattern) == lower((unsigned char)*text))) {
			pattern++;
			text++;
		} else if (star) { /* let the last star take one more */
			pattern = star + 1;
			text = ++resume;
		} else {
			return 0;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}
