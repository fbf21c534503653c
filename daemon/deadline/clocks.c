#include "daemon/deadline/clocks.h"

#include <string.h>

#include "base/instant.h"
#include "base/json.h"
#include "daemon/log.h"

#define AT_ONCE 200
#define GOAL    "goal: answer_within"

/* ---- setting ---- */

int64_t
set_deadline(struct daemon *d, const struct conf_account *a, int64_t conversation, int64_t since)
{
	struct policy_clock c;
	int64_t deadline = since + a->answer_within;
	const char *by = GOAL;

	if (policy_clock(daemon_policy(d, a->connector), "message", NULL, since, &c) && c.at <= deadline) {
		deadline = c.at;
		by = c.label;
	}
	conversation_set_answer_by(d->store, conversation, deadline, by);
	return deadline;
}

void
clocks_set(struct daemon *d)
{
	struct unclocked list[AT_ONCE];
	const int n = conversations_unclocked(d->store, list, AT_ONCE);

	for (int i = 0; i < n; i++) {
		const struct conf_account *a = daemon_account(d, list[i].account_name);

		if (a)
			set_deadline(d, a, list[i].id, list[i].since);
	}
}

static const char *
cause(struct daemon *d, const struct situation *s, const struct policy_clock *c, const char *how)
{
	return arena_fmt(store_arena(d->store), "policy/%s/%s/%s/%s", s->account_name,
			 dispute_kind_name(s->dispute_kind), c->row, how);
}

/* Once for an account, a kind and a row: the next hundred disputes say the same.  Over when one agrees again. */
static void
tell_apart(struct daemon *d, const struct situation *s, const struct policy_clock *c, enum apart apart,
	   int64_t now)
{
	const char *earlier = cause(d, s, c, "earlier"), *later = cause(d, s, c, "later");
	const char *kind = dispute_kind_name(s->dispute_kind);
	char packed[ERR_MAX], platform[INSTANT_TEXT], policy[INSTANT_TEXT];

	if (apart == APART_NOT) {
		notice_clear(d->store, earlier, now);
		notice_clear(d->store, later, now);
		return;
	}
	instant_minute(s->respond_by, platform);
	instant_minute(c->at, policy);
	if (apart == APART_EARLIER)
		pack(packed,
		     "%s: the platform wants a %s answered earlier than its policy says: d%lld until %s, not "
		     "%s (%s). The platform's time counts; where it gives none, answers would be too late. "
		     "Correct that row of connectors/%s/policy.conf, or tell us",
		     s->account_name, kind, (long long)s->dispute, platform, policy, c->label, s->platform);
	else
		pack(packed,
		     "%s: the platform lets a %s be answered later than its policy says: d%lld until %s, not "
		     "%s (%s). The platform's time counts; where it gives none, answers are hurried more "
		     "than they must. Correct that row of connectors/%s/policy.conf, or tell us",
		     s->account_name, kind, (long long)s->dispute, platform, policy, c->label, s->platform);
	if (notice_raise(d->store, apart == APART_EARLIER ? earlier : later, s->account, packed, now))
		log_reason(packed);
}

static int
is_given(const struct situation *s)
{
	return s->respond_by && s->respond_given_by && !strcmp(s->respond_given_by, "platform");
}

void
set_respond_by(struct daemon *d, const struct conf_account *a, struct situation *s, int64_t now)
{
	struct reckoned r = {.from = s->our_turn, .apart = APART_UNKNOWN};
	struct policy_clock c;

	if (!s->our_turn)
		return;
	if (s->reckoned_from == s->our_turn)
		r.apart = s->apart;
	if (policy_clock(daemon_policy(d, a->connector), dispute_kind_name(s->dispute_kind), s->due_action,
			 s->our_turn, &c)) {
		r.at = c.at;
		r.label = c.label;
	}
	if (r.at && is_given(s) && c.from_opening && s->our_turn == s->opened && r.apart == APART_UNKNOWN) {
		r.apart = (int)policy_apart(&c, s->respond_by);
		tell_apart(d, s, &c, (enum apart)r.apart, now);
	}
	dispute_reckoned(d->store, s->dispute, &r);
	s->reckoned_from = r.from;
	s->apart = r.apart;
	if (!r.at || is_given(s))
		return;
	s->respond_by = r.at;
	s->respond_given_by = arena_strdup(store_arena(d->store), r.label);
}

/* ---- explaining ---- */

struct telling {
	json_t *said, *steps;
};

static void
say_it(struct telling *t, const char *packed)
{
	json_array_append_new(t->said, json_pack("{s:s}", "packed", packed));
}

static void
on_step(void *ctx, const struct step *step)
{
	json_t *shown = json_pack("{s:s, s:{s:s}}", "when", step->when, "text", "packed", step->text);

	if (step->weekday >= 0)
		json_object_set_new(shown, "weekday",
				    json_pack("{s:s}", "packed", weekday_names[step->weekday]));
	json_array_append_new(((struct telling *)ctx)->steps, shown);
}

static json_t *
when(int64_t at)
{
	char text[INSTANT_TEXT];

	if (!at)
		return json_null();
	instant_format(at, text);
	return json_string(text);
}

/* Since when. */
static void
say_start(struct telling *t, const struct clock_facts *f)
{
	char packed[ERR_MAX], at[INSTANT_TEXT];

	instant_minute(f->since, at);
	if (f->letter == 'c')
		pack(packed,
		     "The clock runs since %s: the platform's time of m%lld, the oldest message that is not "
		     "answered. Later messages and acknowledgements do not move it.",
		     at, (long long)f->message);
	else if (f->letter == 'd' && f->since > f->first)
		pack(packed, "The clock runs since %s, when it became our turn again.", at);
	else if (f->letter == 'd')
		pack(packed, "The clock runs since %s, when it was opened.", at);
	else
		pack(packed, "The clock runs since %s, when it was given.", at);
	say_it(t, packed);
}

static void
say_apart(struct telling *t, const struct clock_facts *f)
{
	char packed[ERR_MAX];

	if (f->apart == APART_EARLIER)
		pack(packed, "The two disagree: the platform's is too early for that row.");
	else if (f->apart == APART_LATER)
		pack(packed, "The two disagree: the platform's is too late for that row.");
	else
		return;
	say_it(t, packed);
}

/* What the two sides say. */
static void
say_both(struct telling *t, const struct clock_facts *f, const struct policy_clock *c)
{
	char packed[ERR_MAX], at[INSTANT_TEXT];

	if (f->platform) {
		instant_minute(f->platform, at);
		pack(packed, "The platform says: until %s.", at);
	} else {
		pack(packed, "The platform names no time.");
	}
	say_it(t, packed);
	if (c) {
		instant_minute(c->at, at);
		pack(packed, "The policy says: until %s, by the row that was in force at its start: %s.", at,
		     c->label);
	} else {
		pack(packed, "The policy has no row for it.");
	}
	say_it(t, packed);
	say_apart(t, f);
}

static void
say_goal(struct telling *t, const struct conf_account *a, const struct clock_facts *f)
{
	char packed[ERR_MAX], at[INSTANT_TEXT];

	instant_minute(f->since + a->answer_within, at);
	pack(packed, "Your goal (answer_within) says: until %s.", at);
	say_it(t, packed);
}

/* Closures in between: that they were thought of. */
static void
say_closures(struct telling *t, const struct conf_account *a, const struct clock_facts *f)
{
	char packed[ERR_MAX], first[INSTANT_TEXT], last[INSTANT_TEXT];

	for (const struct conf_period *p = a->closed; p && p->last; p++) {
		if (p->first > f->until || p->last + DAY < f->since)
			continue;
		instant_format(p->first, first);
		instant_format(p->last, last);
		first[10] = last[10] = '\0'; /* days */
		pack(packed, "The account is closed from %s to %s: a closure moves no deadline.", first,
		     last);
		say_it(t, packed);
	}
}

static void
say_end(struct telling *t, const struct clock_facts *f)
{
	char packed[ERR_MAX], at[INSTANT_TEXT];

	instant_minute(f->until, at);
	if (!f->until)
		pack(packed, "So there is no deadline.");
	else if (f->given_by && !strcmp(f->given_by, "platform"))
		pack(packed, "In force: until %s, for what the platform says counts.", at);
	else if (f->given_by && !strcmp(f->given_by, GOAL))
		pack(packed, "In force: until %s, for your goal is the earlier one.", at);
	else if (f->policy == f->until)
		pack(packed, "In force: until %s, as the policy says.", at);
	else
		pack(packed, "In force: until %s, as the policy said when it was set: %s.", at,
		     f->given_by ? f->given_by : "?");
	say_it(t, packed);
	if (f->answered) {
		instant_minute(f->answered, at);
		pack(packed, "We answered at %s.", at);
		say_it(t, packed);
	}
	if (f->task_deadline && f->task_deadline != f->until) {
		instant_minute(f->task_deadline, at);
		pack(packed, "The task itself is to be done until %s, as it was known when it was made.", at);
		say_it(t, packed);
	}
}

/* A clock that runs. */
static void
tell_clock(struct daemon *d, struct telling *t, struct clock_facts *f)
{
	const struct conf_account *a = daemon_account(d, f->account_name);
	struct policy_clock c;
	int by_policy;
	int64_t at;

	say_start(t, f);
	if (!a) { /* no longer configured: nobody knows its policy */
		say_end(t, f);
		return;
	}
	by_policy = policy_clock(daemon_policy(d, a->connector), f->kind, f->due_action, f->since, &c);
	if (by_policy) {
		f->policy = c.at;
		f->policy_by = c.label;
		reckon(&c.span, on_step, t, &at);
		if (f->letter == 'f') {
			f->until = c.at;
			f->given_by = c.label;
		}
	}
	say_both(t, f, by_policy ? &c : NULL);
	if (f->letter == 'c')
		say_goal(t, a, f);
	say_closures(t, a, f);
	say_end(t, f);
}

json_t *
clock_explained(struct daemon *d, const char *id)
{
	struct telling t = {json_array(), json_array()};
	struct clock_facts f;
	char packed[ERR_MAX];

	if (!clock_facts(d->store, id, &f)) {
		json_decref(t.said);
		json_decref(t.steps);
		return json_null();
	}
	if (f.since) {
		tell_clock(d, &t, &f);
	} else {
		if (f.letter == 't')
			f.until = f.task_deadline;
		if (!f.until || f.letter != 't')
			pack(packed, "Nobody waits for an answer of ours: no clock runs.");
		else
			pack(packed, "The task was given its deadline when it was made.");
		say_it(&t, packed);
		f.until = f.letter == 't' ? f.until : 0;
	}
	return json_pack("{s:o, s:s?, s:o, s:o, s:o, s:s?, s:s?, s:o, s:o}", "until_at", when(f.until),
			 "given_by", f.until ? f.given_by : NULL, "since_at", when(f.since), "platform_at",
			 when(f.platform), "policy_at", when(f.policy), "policy_by", f.policy_by, "apart",
			 f.apart == APART_EARLIER ? "earlier"
			 : f.apart == APART_LATER ? "later"
						  : NULL,
			 "said", t.said, "steps", t.steps);
}
