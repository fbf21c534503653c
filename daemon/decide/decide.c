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

static int
any_feedback(const struct situation *s, const char *const *ratings)
{
	return any(ratings, s->feedback ? rating_name(s->rating) : NULL);
}

static int
claims_up_to(const struct situation *s, const struct money *sums)
{
	if (!sums)
		return 1;
	for (; *sums->currency; sums++)
		if (s->dispute && !strcmp(sums->currency, s->claimed.currency))
			return s->claimed.minor <= sums->minor;
	return 0;
}

static int
dispute_holds(const struct conf_rule *r, const struct situation *s)
{
	return any(r->dispute, s->dispute ? dispute_kind_name(s->dispute_kind) : NULL) &&
	       any(r->reason, s->dispute_reason) && any(r->due, s->due_action) && claims_up_to(s, r->up_to);
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
	       any(r->closed, s->closed ? "yes" : "no") && dispute_holds(r, s) &&
	       any(r->hours, s->missed ? "closed" : "open") && !(r->acknowledges && s->no_acknowledgement) &&
	       any_feedback(s, r->rating) &&
	       any_contained(r->contains, s->dispute    ? s->dispute_text
					  : s->feedback ? s->feedback_text
							: s->text);
}

const char *const deciding_verbs[] = {"accept",  "decline",  "offer",    "refund", "cancel",
				      "contest", "tracking", "escalate", NULL};

int
verb_decides(const char *verb)
{
	for (const char *const *v = deciding_verbs; *v; v++)
		if (!strcmp(*v, verb))
			return 1;
	return 0;
}

const char *
kind_verb(const char *kind)
{
	const char *dot = strchr(kind, '.');

	return dot ? dot + 1 : kind;
}

static int
is_event(const struct situation *s, const char *kind)
{
	return s->kind && !strncmp(s->kind, kind, strlen(kind));
}

const char *
situation_subject(const struct situation *s)
{
	if (s->dispute && !is_event(s, "message.") && !is_event(s, "order.") && !is_event(s, "feedback."))
		return dispute_kind_name(s->dispute_kind);
	return s->feedback && !is_event(s, "message.") && !is_event(s, "order.") ? "feedback" : "order";
}

const char *
decide_pointless(const struct situation *s, const char *kind)
{
	const int decides = !kind || verb_decides(kind_verb(kind));
	const int our_turn = is_event(s, "dispute.opened") || is_event(s, "dispute.due");

	if (our_turn && s->dispute_status >= DISPUTE_WON)
		return TEXT("the dispute is closed");
	if (our_turn && decides && s->dispute_answered && s->dispute_answered >= s->at)
		return TEXT("the dispute has been answered");
	if (our_turn && decides && s->dispute_status != DISPUTE_AWAITING_SELLER)
		return TEXT("it is not our turn in the dispute");
	if (is_event(s, "feedback.") && s->feedback_automatic)
		return TEXT("the platform gave this feedback itself; it cannot be answered");
	if (is_event(s, "feedback.") && s->feedback_reply && *s->feedback_reply &&
	    (!kind || !strcmp(kind, "feedback.reply")))
		return TEXT("the feedback has a reply already");
	if (!kind && is_event(s, "message.") && s->answered > 0 && !s->oldest_unanswered)
		return TEXT("it has been answered");
	return NULL;
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

static const char *const uncertain[] = {
	TEXT("it is not certain which language the buyer writes in"),
	TEXT("the buyer has several orders for this item; it is not certain which one is meant"),
};

static int
uncertain_language(const struct situation *s, int with_text, const char *site_language)
{
	return s->message && with_text && s->certainty != LANGUAGE_STRONG &&
	       !(s->buyer_locale && *s->buyer_locale) &&
	       !(s->certainty == LANGUAGE_WEAK && site_language && s->language &&
		 locale_same_language(s->language, site_language));
}

static int
uncertain_order(const struct situation *s)
{
	return !s->order && s->orders > 1;
}

const char *
decide_uncertain(const struct situation *s, int with_text, const char *site_language)
{
	return uncertain_language(s, with_text, site_language) ? uncertain[0]
	       : uncertain_order(s)                            ? uncertain[1]
							       : NULL;
}

/* What an automatic answer needs. */
static void
weigh(const struct situation *s, const struct conf_rule *r, const char *site_language, struct verdict *v)
{
	const int told = is_event(s, "message.");

	if (told && s->risk)
		caution(v, TEXT("the message holds a risk word; a person should read it"));
	if (told && r->intent && !s->confident)
		caution(v, TEXT("it is not certain what the buyer wants"));
	if (uncertain_language(s, *r->template_id, site_language))
		caution(v, uncertain[0]);
	if (uncertain_order(s))
		caution(v, uncertain[1]);
	if (told && s->open_dispute)
		caution(v, TEXT("a dispute about the order is open; a person should answer"));
	if (told && s->photos > 0)
		caution(v, TEXT("the message has pictures; a person should look at them"));
}

/* One answer excludes the other. */
static int
same_action(const struct conf_rule *a, const struct conf_rule *b)
{
	return !strcmp(a->action, b->action) || (verb_decides(a->action) && verb_decides(b->action));
}

static int
comes_first(const struct conf_rule *rules, int i, const struct situation *s)
{
	for (int j = 0; j < i; j++)
		if (same_action(&rules[j], &rules[i]) && rule_holds(&rules[j], s))
			return 0;
	return 1;
}

/* The verdict on the action of rules[first], of which it is the first that holds. */
static void
judge(const struct situation *s, const struct conf_rule *rules, int nrules, int first, const int64_t *armed,
      const char *site_language, int64_t now, struct verdict *v)
{
	const int64_t since = s->armed ? s->armed : s->created;

	memset(v, 0, sizeof *v);
	for (int i = first; i < nrules; i++) {
		const struct conf_rule *r = &rules[i];

		if (!same_action(&rules[first], r) || !rule_holds(r, s))
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
		v->too_old = 1;
		return;
	}
	v->nothing =
		v->rule->mode == RULE_OFF ? TEXT("the rule that fits is off") : decide_pointless(s, NULL);
	if (v->nothing) {
		v->rule = NULL;
		return;
	}
	v->how = v->rule->mode;
	weigh(s, v->rule, site_language, v);
}

int
decide(const struct situation *s, const struct conf_rule *rules, int nrules, const int64_t *armed,
       const char *site_language, int64_t now, struct verdict *v, int max)
{
	int n = 0;

	for (int i = 0; i < nrules && n < max; i++)
		if (rule_holds(&rules[i], s) && comes_first(rules, i, s))
			judge(s, rules, nrules, i, armed, site_language, now, &v[n++]);
	if (!n) {
		v[0] = (struct verdict){.nothing = TEXT("no rule fits")};
		n = 1;
	}
	return n;
}

void
answer_language(const struct situation *s, const char *demanded, const char *site_language,
		const char *otherwise, char out[LOCALE_MAX])
{
	const char *choice = otherwise;

	if (demanded)
		choice = demanded;
	else if (s->buyer_locale && *s->buyer_locale)
		choice = s->buyer_locale;
	else if (s->language && s->certainty == LANGUAGE_STRONG)
		choice = s->language;
	else if (site_language && *site_language)
		choice = site_language;
	if (!choice || locale_canonical(choice, out))
		snprintf(out, LOCALE_MAX, "en");
}
