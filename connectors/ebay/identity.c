/* identity.c - who we are on eBay: GET /commerce/identity/v1/user/ (host apiz). */
#include "ebay.h"

#include <string.h>

int
ebay_identity_ask(const struct task *t, struct request *r, struct err *err)
{
	if (ebay_get(t, r, "apiz", err))
		return -1;
	buf_put(&r->url, "/commerce/identity/v1/user/");
	return ebay_fits(r, err);
}

enum outcome
ebay_identity_read(const struct task *t, const struct response *rs, struct found *f)
{
	enum outcome o;
	json_t *root = ebay_answer(t, rs, 0, f, &o);
	const char *name = json_text(root, "username");

	if (!root)
		return o;
	if (!name || !*name)
		return later(f, "eBay: the answer names no user");
	buf_set(&f->identity, name, strlen(name));
	f->covered = t->now;
	return DONE;
}
