#include "err.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

/* A conversion: flags, width, precision, length, letter.  `len` counts from the '%'. */
struct conversion {
	size_t len;
	int argument; /* "%2$s" -> 2; 0: the next one */
	char letter;  /* '%' for "%%", '\0' when the pattern ends inside */
};

static struct conversion
conversion_at(const char *p)
{
	struct conversion c = {0};
	size_t digits = 1 + strspn(p + 1, "0123456789");

	c.len = 1;
	if (digits > 1 && p[digits] == '$') {
		c.argument = (int)strtol(p + 1, NULL, 10);
		c.len = digits + 1;
	}
	c.len += strspn(p + c.len, "-+ #0123456789.*hlzjt");
	if ((c.letter = p[c.len]))
		c.len++;
	return c;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

/* Writes one argument by its own conversion. */
static void
argument_write(const char *spec, const struct conversion *c, va_list *ap, char *out, size_t size)
{
	char format[16];
	int precision;
	int longs = !!memchr(spec, 'l', c->len) + (c->len > 2 && memmem(spec, c->len, "ll", 2));

	if (c->len >= sizeof(format))
		goto mistake;
	memcpy(format, spec, c->len);
	format[c->len] = '\0';
	if (strchr(format, '*') && strcmp(format, "%.*s") != 0)
		goto mistake;

	switch (c->letter) {
	case 's':
		if (strcmp(format, "%.*s") == 0) {
			const char *s;

			precision = va_arg(*ap, int);
			s = va_arg(*ap, const char *);
			snprintf(out, size, format, precision, s ? s : "");
		} else {
			const char *s = va_arg(*ap, const char *);

			snprintf(out, size, format, s ? s : "");
		}
		break;
	case 'd':
	case 'i':
	case 'u':
	case 'x':
	case 'X':
		if (memchr(spec, 'z', c->len))
			snprintf(out, size, format, va_arg(*ap, size_t));
		else if (longs == 2)
			snprintf(out, size, format, va_arg(*ap, long long));
		else if (longs == 1)
			snprintf(out, size, format, va_arg(*ap, long));
		else
			snprintf(out, size, format, va_arg(*ap, int));
		break;
	case 'c': snprintf(out, size, format, va_arg(*ap, int)); break;
	case 'f':
	case 'g': snprintf(out, size, format, va_arg(*ap, double)); break;
	default: goto mistake;
	}
	return;

mistake: /* ours, not the outside's: the compiler has checked types, but not that we know the conversion */
	fprintf(stderr, "supercargo: a text uses the conversion \"%s\", which err.c does not know\n", spec);
	abort();
}

#pragma GCC diagnostic pop

/* Control characters, the separator among them, become spaces; what is not UTF-8 becomes '?'. */
static size_t
argument_clean(char *s)
{
	size_t len = strlen(s), n;

	for (n = 0; n < len; n++)
		if ((unsigned char)s[n] < 0x20 || s[n] == 0x7f)
			s[n] = ' ';
	len = utf8_clean(s, len);
	s[len] = '\0';
	return len;
}

/* A text of limited size.  What comes after the first cut is dropped. */
struct line {
	char *text;
	size_t size, len;
	int cut;
};

static void
append(struct line *l, const char *s, size_t len)
{
	size_t fits = l->cut ? 0 : utf8_fit(s, len, l->size - 1 - l->len);

	l->cut |= fits < len;
	memcpy(l->text + l->len, s, fits);
	l->len += fits;
	l->text[l->len] = '\0';
}

static void
vpack(char out[ERR_MAX], const char *pattern, va_list ap)
{
	struct line line = {.text = out, .size = ERR_MAX};
	size_t len;
	const char *p;
	char argument[ERR_MAX + 4]; /* a character that ERR_MAX would cut still ends inside */
	va_list args;

	append(&line, pattern, strlen(pattern));
	va_copy(args, ap);
	for (p = strchr(pattern, '%'); p; p = strchr(p, '%')) {
		struct conversion c = conversion_at(p);

		if (c.letter != '%') {
			argument_write(p, &c, &args, argument, sizeof(argument));
			len = strlen(argument);
			if (len == sizeof(argument) - 1) /* cut by snprintf, perhaps inside a character */
				argument[utf8_fit(argument, len, len - 4)] = '\0';
			append(&line, "\x1f", 1);
			append(&line, argument, argument_clean(argument));
		}
		p += c.len;
	}
	va_end(args);
}

int
vfail(struct err *err, const char *pattern, va_list ap)
{
	if (err)
		vpack(err->text, pattern, ap);
	return -1;
}

int
fail(struct err *err, const char *pattern, ...)
{
	va_list ap;

	va_start(ap, pattern);
	vfail(err, pattern, ap);
	va_end(ap);
	return -1;
}

void
pack(char out[ERR_MAX], const char *pattern, ...)
{
	va_list ap;

	va_start(ap, pattern);
	vpack(out, pattern, ap);
	va_end(ap);
}

/* The n-th argument of a packed text, from 1; NULL when it has fewer. */
static const char *
argument_find(const char *packed, int n, size_t *len)
{
	while (n-- > 0) {
		if (!(packed = strchr(packed, ERR_SEP)))
			return NULL;
		packed++;
	}
	*len = strcspn(packed, "\x1f");
	return packed;
}

void
err_render(const char *pattern, const char *packed, char *out, size_t size)
{
	struct line line = {.text = out, .size = size};
	size_t len;
	const char *argument;
	int next = 0;

	if (!size)
		return;
	out[0] = '\0';
	while (*pattern && *pattern != ERR_SEP) {
		len = strcspn(pattern, "%\x1f");
		append(&line, pattern, len);
		pattern += len;
		if (*pattern == '%') {
			struct conversion c = conversion_at(pattern);

			if (c.letter == '%') {
				append(&line, "%", 1);
			} else {
				argument = argument_find(packed, c.argument ? c.argument : ++next, &len);
				append(&line, argument ? argument : "?", argument ? len : 1);
			}
			pattern += c.len;
		}
	}
}

void
err_english(const char *packed, char *out, size_t size)
{
	err_render(packed, packed, out, size);
}
