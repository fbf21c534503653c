#include "daemon/outbox/needs.h"

#include <string.h>

#include "base/text.h"

int
words_hold(const char *words, const char *word)
{
	const size_t n = strlen(word);

	for (const char *p = words ? words : ""; *p; p += strcspn(p, " "), p += strspn(p, " "))
		if (n && strcspn(p, " ") == n && !strncmp(p, word, n))
			return 1;
	return 0;
}

static int
empty(const char *text)
{
	return !text || !*text;
}

int
needs_text(const struct action *a, const char *text, struct err *err)
{
	if (!empty(text) && !((a->needs | a->takes) & TAKES_TEXT) && strcmp(a->kind, "reply") != 0)
		return fail(err, "text: found one, but %s takes none", a->kind);
	if (empty(text) && ((a->needs & TAKES_TEXT) || !strcmp(a->kind, "reply")))
		return fail(
			err,
			"text: found none, expected the words that %s sends; write them or name a template",
			a->kind);
	if (!empty(text) && a->max_utf16 && utf16_length(text) > (size_t)a->max_utf16)
		return fail(err, "text: found %zu characters, expected at most %d for %s", utf16_length(text),
			    a->max_utf16, a->kind);
	return 0;
}

static int
amount_met(const struct action *a, const struct outgoing *out, struct err *err)
{
	if (*out->amount.currency && !((a->needs | a->takes) & TAKES_AMOUNT))
		return fail(err, "amount: found one, but %s takes none", a->kind);
	if (!*out->amount.currency && (a->needs & TAKES_AMOUNT))
		return fail(err, "amount: found none, expected how much for %s, like 20.00 EUR", a->kind);
	if (*out->amount.currency && out->amount.minor <= 0)
		return fail(err, "amount: found nothing above 0 for %s, expected a sum like 20.00 EUR",
			    a->kind);
	return 0;
}

static int
tracking_met(const struct action *a, const struct outgoing *out, struct err *err)
{
	if (!(a->needs & TAKES_TRACKING) || (!empty(out->carrier) && !empty(out->tracking)))
		return 0;
	return fail(err,
		    "tracking: found no carrier or no number, expected both for %s: the order has no "
		    "shipment with "
		    "them; give --carrier and --tracking",
		    a->kind);
}

static int
reason_met(const struct action *a, const struct outgoing *out, struct err *err)
{
	const int takes = ((a->needs | a->takes) & TAKES_REASON) != 0;

	if (empty(out->reason))
		return !(a->needs & TAKES_REASON)
			       ? 0
			       : fail(err, "reason: found none, expected one for %s", a->kind);
	if (!takes)
		return fail(err, "reason: found %s, but %s takes none", out->reason, a->kind);
	if (a->reasons && !words_hold(a->reasons, out->reason))
		return fail(err, "reason: found %s, expected one of: %s", out->reason, a->reasons);
	return 0;
}

static int
files_met(const struct action *a, const struct outgoing *out, struct err *err)
{
	const struct file_rules *rules = &a->files;
	int64_t all = 0;

	if (out->nfiles && !((a->needs | a->takes) & TAKES_FILES))
		return fail(err, "files: found %zu, but %s takes none", out->nfiles, a->kind);
	if (!out->nfiles && (a->needs & TAKES_FILES))
		return fail(err, "files: found none, expected at least one for %s; give --file", a->kind);
	if (rules->count && out->nfiles > (size_t)rules->count)
		return fail(err, "files: found %zu, expected at most %d", out->nfiles, rules->count);
	for (size_t i = 0; i < out->nfiles; i++) {
		const struct attachment_file *f = &out->files[i];

		all += (int64_t)f->len;
		if (rules->types && !words_hold(rules->types, f->type))
			return fail(err, "files: %s is %s, expected one of: %s", f->name, f->type,
				    rules->types);
		if (rules->bytes && (int64_t)f->len > rules->bytes)
			return fail(err, "files: %s has %zu bytes, expected at most %lld", f->name, f->len,
				    (long long)rules->bytes);
	}
	if (rules->all_bytes && all > rules->all_bytes)
		return fail(err, "files: all together have %lld bytes, expected at most %lld", (long long)all,
			    (long long)rules->all_bytes);
	return 0;
}

int
needs_met(const struct action *a, const struct outgoing *out, struct err *err)
{
	return needs_text(a, out->text, err) || amount_met(a, out, err) || tracking_met(a, out, err) ||
			       reason_met(a, out, err) || files_met(a, out, err)
		       ? -1
		       : 0;
}
