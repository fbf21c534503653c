/* render_account.c - accounts, the reply library, and everything that just succeeded. */
#include <string.h>

#include "connectors/base/json.h"
#include "render.h"

static void
put_capability(struct buf *out, const struct view *v, const json_t *c)
{
	buf_put(out, "  ");
	put_line(out, word(v, text_of(c, "kind")));
	buf_fmt(out, ": %s", word(v, text_of(c, "how")));
	for (const char *const *key = (const char *const[]){"why", "link", NULL}; *key; key++) {
		if (!*text_of(c, *key))
			continue;
		buf_put(out, ", ");
		put_line(out, text_of(c, *key));
	}
	buf_char(out, '\n');
}

static void
put_account_notes(struct buf *out, const struct view *v, const json_t *a)
{
	const json_t *capabilities = list_of(a, "capabilities"), *c;
	const char *reason = text_of(a, "reason");
	int needed = !strcmp(text_of(a, "login"), "needed") || !strcmp(text_of(a, "login"), "failed");
	size_t i;

	if (!*reason && !needed && !json_array_size(capabilities))
		return;
	buf_char(out, '\n');
	put_line(out, text_of(a, "name"));
	buf_put(out, ":\n");
	put_block(out, reason, 2);
	if (needed)
		buf_fmt(out, say(v->lang, "  log in with: supercargo account login %s\n"),
			text_of(a, "name"));
	json_array_foreach(capabilities, i, c)
		put_capability(out, v, c);
}

void
render_accounts(struct buf *out, const struct view *v, const json_t *result)
{
	static const char *const titles[] = {TEXT("ACCOUNT"), TEXT("PLATFORM"),    TEXT("MODE"),
					     TEXT("LOGIN"),   TEXT("ACCESS ENDS"), NULL};
	const json_t *list = list_of(result, "accounts"), *a;
	struct table t;
	size_t i;

	if (!json_array_size(list)) {
		buf_fmt(out, "%s\n", say(v->lang, "No accounts yet: supercargo account add NAME PLATFORM"));
		return;
	}
	table_begin(&t, v, titles);
	json_array_foreach(list, i, a) {
		table_cell(&t, text_of(a, "name"));
		table_cell(&t, text_of(a, "platform"));
		table_cell(&t, word(v, text_of(a, "mode")));
		table_cell(&t, word(v, text_of(a, "login")));
		table_when(&t, v, a, "grant_until_at");
	}
	table_end(&t, out, v);
	json_array_foreach(list, i, a)
		put_account_notes(out, v, a);
}

void
render_findings(struct buf *out, const struct view *v, const json_t *result)
{
	const json_t *list = list_of(result, "findings"), *f;
	size_t i;

	json_array_foreach(list, i, f) {
		put_line(out, text_of(f, "file"));
		buf_fmt(out, ":%lld:%lld: ", (long long)json_int(f, "line", 0),
			(long long)json_int(f, "column", 0));
		buf_fmt(out,
			"%s: ", json_flag(f, "error", 0) ? say(v->lang, "error") : say(v->lang, "warning"));
		put_line(out, text_of(f, "text"));
		buf_fmt(out, " [%s]\n", text_of(f, "code"));
	}
	if (!json_array_size(list))
		buf_fmt(out, "%s\n", say(v->lang, "No mistakes found."));
}

/* Whatever the answer says, and a word when it says nothing. */
void
render_done(struct buf *out, const struct view *v, const json_t *result)
{
	size_t before = out->len;

	put_facts(out, v, result, 0);
	if (out->len == before)
		buf_fmt(out, "%s\n", say(v->lang, "Done."));
}
