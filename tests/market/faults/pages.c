#include <jansson.h>
#include <libxml/parser.h>
#include <string.h>

#include "pages.h"

static json_t *
longest_list(json_t *root)
{
	json_t *found = NULL, *value;
	const char *key;

	json_object_foreach(root, key, value)
		if (json_is_array(value) && json_array_size(value) > json_array_size(found))
			found = value;
	return found;
}

/* At any depth. */
static void
spoil_dates(json_t *item)
{
	const char *key;
	json_t *value;
	size_t i;

	json_object_foreach(item, key, value)
		if (strcasestr(key, "date"))
			json_object_set_new(item, key, json_string("soon"));
		else
			spoil_dates(value);
	json_array_foreach(item, i, value)
		spoil_dates(value);
}

static void
disturb_json(struct buf *body, json_t *root, enum disturbance how, size_t at)
{
	json_t *list = longest_list(root), *old;
	size_t n = json_array_size(list);
	char *text;

	if (!list)
		return;
	old = json_copy(list);
	json_array_clear(list);
	for (size_t i = 0; i < n; i++) {
		json_t *item = json_array_get(old, how == PAGE_BACKWARDS ? n - 1 - i : i);

		if (how == PAGE_WITHOUT_ONE && i == at)
			continue;
		if (how == PAGE_WITH_A_STRANGE_ONE && i == at)
			spoil_dates(item);
		json_array_append(list, item);
		if (how == PAGE_TWICE)
			json_array_append(list, item);
	}
	json_decref(old);
	text = json_dumps(root, JSON_COMPACT);
	buf_set(body, text, strlen(text));
	free(text);
}

/* The element that holds the items: <Messages> or <MemberMessage> of Trading. */
static xmlNode *
list_element(xmlNode *root)
{
	for (xmlNode *n = root ? root->children : NULL; n; n = n->next)
		if (!strcmp((const char *)n->name, "Messages") ||
		    !strcmp((const char *)n->name, "MemberMessage"))
			return n;
	return NULL;
}

static void
disturb_xml(struct buf *body, xmlDoc *doc, enum disturbance how)
{
	xmlNode *list = list_element(xmlDocGetRootElement(doc)), *first = list ? list->children : NULL, *next;
	xmlChar *text;
	int len;

	if (!first)
		return;
	if (how == PAGE_WITHOUT_ONE) {
		xmlUnlinkNode(first);
		xmlFreeNode(first);
	} else if (how == PAGE_BACKWARDS) {
		for (xmlNode *n = first->next; n; n = next) {
			next = n->next;
			xmlUnlinkNode(n);
			xmlAddPrevSibling(list->children, n);
		}
	} else if (how == PAGE_TWICE) {
		for (xmlNode *n = first; n; n = next) {
			next = n->next;
			xmlAddNextSibling(n, xmlCopyNode(n, 1));
		}
	}
	xmlDocDumpMemory(doc, &text, &len);
	buf_set(body, text, (size_t)len);
	xmlFree(text);
}

void
page_disturb(struct buf *body, enum disturbance how, size_t at)
{
	json_t *root = json_loadb(buf_str(body), body->len, 0, NULL);
	xmlDoc *doc;

	if (root) {
		disturb_json(body, root, how, at);
		json_decref(root);
	} else if ((doc = xmlReadMemory(buf_str(body), (int)body->len, NULL, NULL,
					XML_PARSE_NONET | XML_PARSE_NOERROR))) {
		disturb_xml(body, doc, how);
		xmlFreeDoc(doc);
	}
}

void
body_to_latin1(struct buf *body)
{
	const unsigned char *in = (const unsigned char *)buf_str(body);
	size_t n = 0;

	for (size_t i = 0; i < body->len; i++) {
		if (in[i] < 0x80)
			body->data[n++] = (char)in[i];
		else if (in[i] == 0xc2 || in[i] == 0xc3) {
			body->data[n++] = (char)((in[i] & 3) << 6 | (in[i + 1] & 0x3f));
			i++;
		} else if (in[i] >= 0xc0)
			body->data[n++] = '?';
	}
	buf_cut(body, n);
}
