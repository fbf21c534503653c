#include "daemon/decide/decide.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "i18n/fold.h"
#include "i18n/language.h"
#include "i18n/texts.h"

static int
any(const char *const *words, const char *value)
{
	if (!words)
		return 1;
	for (; *words; words++)
		if (value && glob_match(*words, value))
			return 1;
	return 0;
}

static int
any_language(const char *const *words, const char *language)
{
	if (!words)
		return 1;
	for (; *words; words++)
		if (language && *language && locale_same_language(*words, language))
			return 1;
	return 0;
}

static int
any_contained(const char *const *words, const char *text)
{
	struct buf folded = BUF_MAX(256 * 1024), word = BUF_MAX(4096);
	int found = !words;

	if (words && text)
		text_fold(text, &folded);
	for (; words && *words && !found; words++) {
		text_fold(*words, &word);
		found = word.len && strstr(buf_str(&folded), buf_str(&word)) != NULL;
	}
	buf_free(&folded);
	buf_free(&word);
	return found;
}

/* A fact of the order is known when there is one.  Of several none is chosen: then any rule may fit, and a person decides. */
static int
order_fact(const struct situation *s, const char *const *words, const char *name)
{
	return !s->order && s->orders > 1 ? 1 : any(words, s->order ? name : NULL);
}

int
rule_holds(const struct conf_rule *r, const struct situation *s)
{
	static const char *const orders[] = {"none", "one", "several"};

	return strcmp(r->on, s->kind) == 0 && any(r->account, s->account_name) &&
	       any(r->platform, s->platform) && any(r->marketplace, s->marketplace) &&
	       any_language(r->language, s->language) && any(r->intent, s->intent) &&
	       order_fact(s, r->payment, payment_name((enum payment)s->payment)) &&
	       order_fact(s, r->fulfilment, fulfilment_name((enum fulfilment)s->fulfilment)) &&
	       order_fact(s, r->cancellation, cancellation_name((enum cancellation)s->cancellation)) &&
	       any(r->order, orders[s->order        ? 1
				    : s->orders > 1 ? 2
						    : 0]) &&
	       any_contained(r->contains, s->text);
}

static void
caution(struct verdict *v, const char *why)
{
	int n = 0;

	while (v->caution[n])
		n++;
	if (n < REASON_MAX - 1)
		v->caution[n] = why;
	v->how = RULE_APPROVE;
}

/* What an automatic answer needs. */
static void
weigh(const struct situation *s, const struct conf_rule *r, const char *site_language, struct verdict *v)
{
	if (s->message && s->risk)
		caution(v, TEXT("the message holds a risk word; a person should read it"));
	if (s->message && r->intent && !s->confident)
		caution(v, TEXT("it is not certain what the buyer wants"));
	if (s->message && s->certainty != LANGUAGE_STRONG && !(s->buyer_locale && *s->buyer_locale) &&
	    !(s->certainty == LANGUAGE_WEAK && site_language && s->language &&
	      locale_same_language(s->language, site_language)))
		caution(v, TEXT("it is not certain which language the buyer writes in"));
	if (!s->order && s->orders > 1)
		caution(v, TEXT("the buyer has several orders for this item; it is not certain which one is "
				"meant"));
	if (s->ours_by_rule_24h > 0)
		caution(v, TEXT("this conversation had an automatic answer within the last 24 hours"));
	if (s->photos > 0)
		caution(v, TEXT("the message has pictures; a person should look at them"));
}

void
decide(const struct situation *s, const struct conf_rule *rules, int nrules, const int64_t *armed,
       const char *site_language, int64_t now, struct verdict *v)
{
	const int64_t since = s->armed ? s->armed : s->created;

	memset(v, 0, sizeof *v);
	v->nothing = TEXT("no rule fits");
	for (int i = 0; i < nrules; i++) {
		const struct conf_rule *r = &rules[i];

		if (!rule_holds(r, s))
			continue;
		if (v->rule) {
			if (v->nlosers < REASON_MAX)
				v->losers[v->nlosers++] = r;
		} else if (s->at < since) {
			v->nothing = TEXT("it is older than the arming of the account");
		} else if (s->at < armed[i]) {
			v->nothing = TEXT("it is older than the rule");
		} else if (now - s->at > r->max_age) {
			v->nothing = TEXT("it is older than the rule's max_age");
		} else {
			v->rule = r;
		}
	}
	if (!v->rule) {
		v->too_old = strncmp(v->nothing, "it is older", 11) == 0;
		return;
	}
	if (v->rule->mode == RULE_OFF)
		v->nothing = TEXT("the rule that fits is off");
	else if (s->message && s->answered > 0 && !s->oldest_unanswered)
		v->nothing = TEXT("it has been answered");
	else
		v->nothing = NULL;
	if (v->nothing) {
		v->rule = NULL;
		return;
	}
	v->how = v->rule->mode;
	weigh(s, v->rule, site_language, v);
}

void
answer_language(const struct situation *s, const char *site_language, const char *otherwise,
		char out[LOCALE_MAX])
{
	const char *choice = otherwise;

	if (s->buyer_locale && *s->buyer_locale)
		choice = s->buyer_locale;
	else if (s->language && s->certainty == LANGUAGE_STRONG)
		choice = s->language;
	else if (site_language && *site_language)
		choice = site_language;
	if (!choice || locale_canonical(choice, out))
		snprintf(out, LOCALE_MAX, "en");
}
