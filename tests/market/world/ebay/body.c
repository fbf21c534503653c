/* body.c - pieces of requests and answers that several operations share. */
#include <math.h>
#include <string.h>

#include "call.h"

json_t *
body_json(struct call *c)
{
	const char *type = http_header(c->rq, "Content-Type");
	json_t *root;

	if (!type || strncmp(type, "application/json", 16)) {
		c->rs->status = 415;
		return NULL;
	}
	root = json_loadb(c->rq->body, c->rq->len, 0, NULL);
	if (!json_is_object(root)) {
		json_decref(root);
		rest_error(c, 2004);
		return NULL;
	}
	return root;
}

const char *
text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

const char *
content_of(const json_t *o, const char *key)
{
	return text_of(json_object_get(o, key), "content");
}

int
fits_query(struct call *c, const char *name, const char *value)
{
	struct buf text = BUF_MAX(4096);
	int fits = !query_get(c->rq, name, &text) || !text.len || !strcmp(buf_str(&text), value);

	buf_free(&text);
	return fits;
}

json_t *
amount_json(const struct money *m)
{
	char text[MONEY_TEXT];

	money_format(m, text);
	return json_pack("{s:s,s:s}", "value", text, "currency", m->currency);
}

json_t *
number_json(const struct money *m)
{
	return json_pack("{s:f,s:s}", "value", (double)m->minor / pow(10, money_digits(m->currency)),
			 "currency", m->currency);
}

json_t *
value_time_json(int64_t ms)
{
	return json_pack("{s:o}", "value", time_json(ms));
}
