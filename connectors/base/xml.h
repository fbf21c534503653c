/* xml.h - reading and writing platform XML with libxml2: no network, no entities beyond the five, no DTD.
 *
 * A document with a DOCTYPE is refused whole (entity bombs and external entities come with one).
 * Names are matched without namespace prefix.
 */
#ifndef BASE_XML_H
#define BASE_XML_H

#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "buf.h"
#include "err.h"

struct xml;      /* a document */
struct xml_node; /* an element; lives as long as its document */

struct xml *xml_read(const char *bytes, size_t len, struct err *); /* NULL with err */
void xml_free(struct xml *);
const struct xml_node *xml_root(const struct xml *);
const char *xml_name(const struct xml_node *);
const struct xml_node *xml_child(const struct xml_node *,
				 const char *name); /* first child of that name, NULL; NULL in, NULL out */
const struct xml_node *xml_next(const struct xml_node *,
				const char *name); /* next sibling of that name, NULL */
const char *xml_text(struct arena *, const struct xml_node *parent,
		     const char *child); /* its text, NULL when missing or empty */
/* An attribute's value, NULL when it is not there. */
const char *xml_attribute(struct arena *, const struct xml_node *, const char *name);
/* The first element inside, whatever its name; NULL: there is only text. */
const struct xml_node *xml_element(const struct xml_node *);
const struct xml_node *xml_next_element(const struct xml_node *); /* beside it, NULL */
/* The element's own text, NULL when empty; NULL in, NULL out. */
const char *xml_content(struct arena *, const struct xml_node *);

/* Appends with & < > " ' escaped; characters XML 1.0 cannot hold become U+FFFD. */
int xml_escape(struct buf *, const char *s);

/* Visible text of an HTML fragment or mail: script, style, head dropped; blocks and br become newlines; space collapsed.
 * Falls back to dropping tags when libxml2 loses text (nesting over 256).  Input is valid UTF-8. */
int html_to_text(struct buf *out, const char *html, size_t len);

#endif
