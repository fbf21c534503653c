/* beside.c - what an action says, in a language that the person who lets it leave can read. */
#include <string.h>

#include "daemon/events.h"
#include "daemon/outbox/money.h"
#include "daemon/outbox/outbox.h"

/* The text again, in this language: only when it still is what it was may another language stand for it. */
static int
is_as_stored(struct daemon *d, const struct situation *s, struct telling *t, const struct outbox_row *row,
	     int64_t now, struct err *err)
{
	t->locale = row->locale;
	if (outbox_text(d, s, t, now, err) < 0)
		return -1;
	if (t->needs || strcmp(buf_str(t->text), row->text) != 0)
		return fail(
			err,
			"the facts have changed since this text was made; before it leaves it is made anew");
	return 0;
}

int
outbox_beside(struct daemon *d, const struct outbox_row *row, const char *locale, int64_t now,
	      struct buf *out, char got[LOCALE_MAX], struct err *err)
{
	const struct conf_account *a = daemon_account(d, row->account_name);
	const struct action *action = a ? connector_action(a->connector, &a->view, row->kind) : NULL;
	struct telling t = {
		.template_id = row->template_id, .kind = row->kind, .given = row->given, .text = out};
	struct situation s;

	if (!row->template_id)
		return fail(err, "a person wrote this text; there is no other language of it");
	if (!a)
		return fail(err, "the account %s is not in the configuration", row->account_name);
	if (!outbox_situation(d, row, now, &s))
		return fail(err, "what it is about is no longer there");
	situation_guess(d, &s, now);
	t.amount = action ? money_told(action, &s, &row->amount) : row->amount;
	if (is_as_stored(d, &s, &t, row, now, err))
		return -1;
	buf_clear(out);
	t.locale = locale;
	if (outbox_text(d, &s, &t, now, err) < 0)
		return -1;
	strcpy(got, t.got);
	return 0;
}
