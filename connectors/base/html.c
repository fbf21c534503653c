/* html_to_text of xml.h */
#include <libxml/HTMLparser.h>
#include <limits.h>
#include <string.h>
#include <strings.h>

#include "text.h"
#include "xml.h"

/* Text on its way out: spaces are collapsed, at most one line stays empty. */
struct sink {
	struct buf *out;
	size_t start;   /* of our text in out */
	int space;      /* owed before the next character */
	int newlines;   /* owed, they swallow the space */
	size_t letters; /* written so far, without space */
};

static int
one_of(const char *name, const char *const list[])
{
	for (; *list; list++)
		if (strcasecmp(name, *list) == 0)
			return 1;
	return 0;
}

static int
is_hidden(const char *name)
{
	static const char *const names[] = {"script", "style", "head", "title", "noscript", "template", NULL};

	return one_of(name, names);
}

static int
is_block(const char *name)
{
	static const char *const names[] = {"p",  "div", "tr", "li", "h1",         "h2",    "h3", "h4",
					    "h5", "h6",  "ul", "ol", "blockquote", "table", "hr", NULL};

	return one_of(name, names);
}

static void
sink_break(struct sink *s, int newlines)
{
	if (s->newlines < newlines)
		s->newlines = newlines;
}

static void
sink_text(struct sink *s, const char *text, size_t len)
{
	uint32_t point;
	size_t n;

	for (; len; text += n, len -= n) {
		if (!(n = utf8_next(text, len, &point))) {
			n = 1;
			continue;
		}
		if (point == 0x200b || point == 0x200c || point == 0xfeff || point == 0xad) /* invisible */
			continue;
		if (point <= 0x20 || point == 0xa0 || point == 0x7f) {
			s->space = 1;
			continue;
		}
		if (s->out->len > s->start) {
			if (s->newlines)
				buf_add(s->out, "\n\n", (size_t)s->newlines);
			else if (s->space)
				buf_char(s->out, ' ');
		}
		s->space = s->newlines = 0;
		buf_add(s->out, text, n);
		s->letters++;
	}
}

/* style="display: none": the preview line of newsletters */
static int
is_invisible(const htmlNodePtr node)
{
	const xmlAttr *a;
	const char *style = NULL;

	for (a = node->properties; a; a = a->next)
		if (strcasecmp((const char *)a->name, "style") == 0 && a->children && a->children->content)
			style = strcasestr((const char *)a->children->content, "display");
	if (!style)
		return 0;
	style += strlen("display");
	style += strspn(style, " \t\n:");
	return strncasecmp(style, "none", 4) == 0;
}

static void
element_begin(struct sink *s, const char *name)
{
	if (strcasecmp(name, "br") == 0)
		sink_break(s, s->newlines + 1 > 2 ? 2 : s->newlines + 1);
	else if (strcasecmp(name, "td") == 0 || strcasecmp(name, "th") == 0)
		s->space = 1;
	else if (is_block(name))
		sink_break(s, 1);
}

static void
element_end(struct sink *s, const char *name)
{
	if (strcasecmp(name, "p") == 0)
		sink_break(s, 2);
	else if (is_block(name))
		sink_break(s, 1);
}

static void
tree_walk(struct sink *s, xmlNode *root)
{
	xmlNode *n = root;

	while (n) {
		int element = n->type == XML_ELEMENT_NODE, skip = 0;

		if (element) {
			skip = is_hidden((const char *)n->name) || is_invisible(n);
			if (!skip)
				element_begin(s, (const char *)n->name);
		} else if (n->type == XML_TEXT_NODE && n->content) {
			sink_text(s, (const char *)n->content, strlen((const char *)n->content));
		}
		if ((element || n == root) && !skip && n->children) {
			n = n->children;
			continue;
		}
		while (n && n != root && !n->next) {
			n = n->parent;
			if (n && n->type == XML_ELEMENT_NODE)
				element_end(s, (const char *)n->name);
		}
		n = n && n != root ? n->next : NULL;
	}
}

/* Text outside of tags without a parser, for what libxml2 gives up on.  Names at most 15 letters long. */
static void
tags_strip(struct sink *s, const char *p, const char *end)
{
	char name[16], hidden[16] = "";
	size_t n;

	while (p < end) {
		const char *tag = memchr(p, '<', (size_t)(end - p));
		const char *close = tag ? memchr(tag, '>', (size_t)(end - tag)) : NULL;
		int ends = tag && tag + 1 < end && tag[1] == '/';

		if (!hidden[0])
			sink_text(s, p, (size_t)((close ? tag : end) - p));
		if (!close)
			return;
		for (n = 0, tag += 1 + ends;
		     n < sizeof(name) - 1 && tag + n < close && strchr(" \t\r\n/", tag[n]) == NULL; n++)
			name[n] = tag[n];
		name[n] = '\0';
		if (hidden[0]) {
			if (ends && strcasecmp(name, hidden) == 0)
				hidden[0] = '\0';
		} else if (!ends && is_hidden(name)) {
			strcpy(hidden, name);
		} else if (ends) {
			element_end(s, name);
		} else {
			element_begin(s, name);
		}
		p = close + 1;
	}
}

/* Non-space characters that tags_strip would show. */
static size_t
letters_outside_tags(const char *html, size_t len)
{
	struct buf text = {.max = len * 2 + 16};
	struct sink s = {.out = &text};
	size_t letters;

	tags_strip(&s, html, html + len);
	letters = s.letters;
	buf_free(&text);
	return letters;
}

int
html_to_text(struct buf *out, const char *html, size_t len)
{
	const int options = HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
			    HTML_PARSE_NONET | HTML_PARSE_COMPACT;
	struct sink s = {.out = out, .start = out->len};
	htmlDocPtr doc = NULL;
	size_t before = out->len;

	if (len && len <= INT_MAX)
		doc = htmlReadMemory(html, (int)len, NULL, "UTF-8", options);
	if (doc)
		tree_walk(&s, (xmlNode *)doc);
	if (!out->over && s.letters < letters_outside_tags(html, len) / 5) {
		buf_cut(out, before);
		s = (struct sink){.out = out, .start = before};
		tags_strip(&s, html, html + len);
	}
	xmlFreeDoc(doc);
	return out->over ? -1 : 0;
}
