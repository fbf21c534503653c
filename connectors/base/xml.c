#include "xml.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/tree.h>
#include <limits.h>
#include <string.h>

#include "text.h"

/* struct xml is libxml2's document and struct xml_node its node, under names that keep its headers inside. */

static xmlNode *
node_of(const struct xml_node *n)
{
	return (xmlNode *)(uintptr_t)n;
}

static void
on_doctype(void *ctx, const xmlChar *name, const xmlChar *public_id, const xmlChar *system_id)
{
	xmlParserCtxt *parser = ctx;

	(void)name, (void)public_id, (void)system_id;
	parser->_private = parser; /* the mark that it was this */
	xmlStopParser(parser);
}

struct xml *
xml_read(const char *bytes, size_t len, struct err *err)
{
	const int options = XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_NOERROR | XML_PARSE_NOWARNING;
	xmlParserCtxt *parser = NULL;
	const xmlError *e;
	xmlDoc *doc = NULL;

	if (len > INT_MAX || !(parser = xmlNewParserCtxt())) {
		fail(err, "not XML: too long");
		return NULL;
	}
	parser->sax->internalSubset = on_doctype;
	doc = xmlCtxtReadMemory(parser, bytes, (int)len, NULL, NULL, options);
	if (!doc || parser->_private || !xmlDocGetRootElement(doc)) {
		e = xmlCtxtGetLastError(parser);
		if (parser->_private)
			fail(err, "not acceptable XML: it has a DOCTYPE");
		else
			fail(err, "not XML: %s, line %d", e && e->message ? e->message : "empty",
			     e ? e->line : 0);
		xmlFreeDoc(doc);
		doc = NULL;
	}
	xmlFreeParserCtxt(parser);
	return (struct xml *)doc;
}

void
xml_free(struct xml *x)
{
	xmlFreeDoc((xmlDoc *)x);
}

const struct xml_node *
xml_root(const struct xml *x)
{
	return (const struct xml_node *)xmlDocGetRootElement((const xmlDoc *)x);
}

/* libxml2 keeps the prefix in the name where it was not declared. */
const char *
xml_name(const struct xml_node *n)
{
	const char *name = (const char *)node_of(n)->name, *colon = strchr(name, ':');

	return colon ? colon + 1 : name;
}

static const struct xml_node *
first_named(xmlNode *n, const char *name)
{
	for (; n; n = n->next)
		if (n->type == XML_ELEMENT_NODE && strcmp(xml_name((struct xml_node *)n), name) == 0)
			break;
	return (const struct xml_node *)n;
}

const struct xml_node *
xml_child(const struct xml_node *n, const char *name)
{
	return n ? first_named(node_of(n)->children, name) : NULL;
}

const struct xml_node *
xml_next(const struct xml_node *n, const char *name)
{
	return n ? first_named(node_of(n)->next, name) : NULL;
}

const struct xml_node *
xml_element(const struct xml_node *n)
{
	return (const struct xml_node *)xmlFirstElementChild(node_of(n));
}

const struct xml_node *
xml_next_element(const struct xml_node *n)
{
	return (const struct xml_node *)xmlNextElementSibling(node_of(n));
}

const char *
xml_attribute(struct arena *arena, const struct xml_node *n, const char *name)
{
	xmlChar *value = xmlGetNoNsProp(node_of(n), (const xmlChar *)name);
	const char *kept = arena_strdup(arena, (const char *)value);

	xmlFree(value);
	return kept;
}

const char *
xml_text(struct arena *arena, const struct xml_node *parent, const char *child)
{
	return xml_content(arena, xml_child(parent, child));
}

const char *
xml_content(struct arena *arena, const struct xml_node *element)
{
	const xmlNode *n, *first = element ? node_of(element)->children : NULL;
	size_t len = 0;
	char *text, *end;

	for (n = first; n; n = n->next)
		if (n->type == XML_TEXT_NODE)
			len += strlen((const char *)n->content);
	if (!len)
		return NULL;
	text = end = arena_alloc(arena, len + 1);
	for (n = first; n; n = n->next)
		if (n->type == XML_TEXT_NODE)
			end = stpcpy(end, (const char *)n->content);
	return text;
}

int
xml_escape(struct buf *b, const char *s)
{
	size_t len = strlen(s), n;
	uint32_t point;
	int r = 0;

	for (; len; s += n, len -= n) {
		n = utf8_next(s, len, &point);
		if (!n || (point < 0x20 && !strchr("\t\n\r", (int)point)) || point == 0xfffe ||
		    point == 0xffff) {
			r |= buf_put(b, "\xef\xbf\xbd");
			n += !n;
			continue;
		}
		switch (point) {
		case '&': r |= buf_put(b, "&amp;"); break;
		case '<': r |= buf_put(b, "&lt;"); break;
		case '>': r |= buf_put(b, "&gt;"); break;
		case '"': r |= buf_put(b, "&quot;"); break;
		case '\'': r |= buf_put(b, "&apos;"); break;
		case '\r': r |= buf_put(b, "&#13;"); break; /* a bare one would be read as a newline */
		default: r |= buf_add(b, s, n);
		}
	}
	return r;
}
