/* staff.c - the seller's people at the service.
 *
 * Several times a day somebody goes through all that waits: first looks, then acts on what was seen.  Whoever gets no answer, because the
 * service ended, looks again before asking again.
 */
#include <stdlib.h>
#include <string.h>

#include "crowd.h"
#include "wire.h"

#define SHOWS_AFTER  (6 * MINUTE) /* by then a marketplace shows whatever it did, however late */
#define THINKS       (2 * SECOND) /* between two questions */
#define TRIES_OF_ONE 2            /* a wish without an answer is repeated once */

struct errand {
	json_t *question;
	/* `result` NULL: it was refused */
	void (*told)(struct people *, const struct errand *, const json_t *result);
	char id[24];   /* what it is about: an account, "a9", "c3" */
	json_t *about; /* the row that was seen in a list */
	struct wish *wish;
};

/* Something a person wanted the service to do, and does not know whether it heard. */
struct wish {
	struct by_hand *hand;
	char conversation[24], order[24];
	int64_t asked; /* when there was no answer */
};

struct staff {
	struct errand *errands; /* first come, first served */
	size_t nerrands, next;
	int asking;           /* errands[next] has no answer yet */
	int64_t round, ready; /* when the next round begins; when the next question may be asked */
	struct wish **doubtful;
	size_t ndoubtful;
};

/* ---- errands ---- */

static struct errand *
errand(struct people *p, json_t *question,
       void (*told)(struct people *, const struct errand *, const json_t *), const char *id)
{
	struct errand *e = GROW(p->staff->errands, p->staff->nerrands);

	e->question = question;
	e->told = told;
	snprintf(e->id, sizeof e->id, "%s", id ? id : "");
	return e;
}

static void
forget_errands(struct staff *s)
{
	for (size_t i = s->next; i < s->nerrands; i++) {
		json_decref(s->errands[i].question);
		json_decref(s->errands[i].about);
	}
	free(s->errands);
	s->errands = NULL;
	s->nerrands = s->next = 0;
}

static json_t *
verb(const char *name, const char *key, const char *value)
{
	return json_pack("{s:s,s:{s:s}}", "verb", name, "args", key, value);
}

static int
shop_of(const json_t *row)
{
	const char *name = json_text(row, "account");

	return name ? atoi(name + 5) - 1 : 0;
}

static int
is_word(const json_t *row, const char *key, const char *word)
{
	const char *text = json_text(row, key);

	return text && !strcmp(text, word);
}

static int64_t
age(const struct people *p, const json_t *row, const char *key)
{
	int64_t at;

	return json_time(row, key, &at) > 0 ? p->w->now - at : INT64_MAX;
}

/* After the weeks nobody puts anything off. */
static int
in_a_hurry(const struct people *p)
{
	return p->w->now > p->w->end;
}

/* ---- logins, arming, switches ---- */

static void
nothing_told(struct people *p, const struct errand *e, const json_t *result)
{
	(void)p, (void)e, (void)result;
}

static void
consent_told(struct people *p, const struct errand *e, const json_t *result)
{
	const char *url = json_text(result, "url"), *state = url ? strstr(url, "state=") : NULL;
	struct buf pasted = BUF_MAX(8192);
	json_t *q;

	if (!state)
		return;
	buf_fmt(&pasted, "https://seller.example/accepted?state=%.*s&expires_in=299&code=",
		(int)strcspn(state + 6, "&"), state + 6);
	url_encode(&pasted, ebay_mint_code(p->w->sellers[atoi(e->id + 5) - 1], p->w->now));
	q = verb("account redeem", "account", e->id);
	json_object_set_new(json_object_get(q, "args"), "pasted", json_string(buf_str(&pasted)));
	errand(p, q, nothing_told, e->id);
	buf_free(&pasted);
	p->w->counts.logins++;
}

static void
accounts_told(struct people *p, const struct errand *e, const json_t *result)
{
	json_t *list = json_list(result, "accounts"), *a;
	size_t i;

	(void)e;
	json_array_foreach(list, i, a)
		if (is_word(a, "login", "needed") || is_word(a, "login", "failed"))
			errand(p, verb("account consent", "account", json_text(a, "name")), consent_told,
			       json_text(a, "name"));
}

static void
arm(struct people *p, const char *account)
{
	const int first_drafts = p->w->now < p->w->start + DAY && !strcmp(account, "shop-2");
	json_t *q = verb("account arm", "account", account);

	json_object_set_new(json_object_get(q, "args"), "mode", json_string(first_drafts ? "draft" : "auto"));
	errand(p, q, nothing_told, account);
}

static void
look_at_account(struct people *p, const json_t *a)
{
	const char *name = json_text(a, "name");
	json_t *stream, *q;
	size_t i;
	int taken_in = 1,
	    stopped = json_object_get(a, "breaker") && !json_is_null(json_object_get(a, "breaker"));

	json_array_foreach(json_list(a, "streams"), i, stream) {
		if (is_word(stream, "name", "messages") || is_word(stream, "name", "orders"))
			taken_in &= json_text(stream, "covered_at") != NULL;
		stopped |= json_text(stream, "stopped") != NULL;
	}
	if (stopped) {
		errand(p, verb("resume", "account", name), nothing_told, name);
		p->w->counts.resumed++;
	}
	if (!json_text(a, "armed_at")) {
		if (taken_in && json_array_size(json_list(a, "streams")) && !json_text(a, "stopped"))
			arm(p, name);
	} else if (is_word(a, "mode", "draft") && p->w->now > p->w->start + DAY) {
		q = verb("account mode", "account", name);
		json_object_set_new(json_object_get(q, "args"), "mode", json_string("auto"));
		errand(p, q, nothing_told, name);
	}
}

static void
status_told(struct people *p, const struct errand *e, const json_t *result)
{
	json_t *a;
	size_t i;

	(void)e;
	if (json_flag(result, "sends_wait_for_clock", 0) && !wire->skew) {
		errand(p, json_pack("{s:s,s:{s:b}}", "verb", "resume", "args", "all", 1), nothing_told, NULL);
		p->w->counts.resumed++;
	}
	json_array_foreach(json_list(result, "accounts"), i, a)
		look_at_account(p, a);
}

/* ---- what the marketplace shows ---- */

static int
texts_there(const struct conversation *c, const char *text)
{
	int n = 0;

	for (size_t i = 0; c && text && i < c->n_messages; i++)
		n += c->messages[i]->from == FROM_SELLER && c->messages[i]->via != VIA_SITE &&
		     !strcmp(c->messages[i]->text, text);
	return n;
}

static int
marketplace_has_it(const struct ebay *e, const struct by_hand *h)
{
	for (size_t i = 0; i < e->n_conversations; i++)
		if (texts_there(e->conversations[i], h->text))
			return 1;
	for (size_t i = 0; i < e->n_orders; i++)
		for (size_t k = 0; k < e->orders[i]->n_refunds; k++)
			if (!strcmp(e->orders[i]->refunds[k].via, "order") &&
			    e->orders[i]->refunds[k].amount.minor == h->minor)
				return 1;
	return 0;
}

/* What the row would do was done already, as they see there: after an old store was put back. */
static int
is_done_already(const struct people *p, const json_t *row)
{
	const char *text = json_text(row, "text");
	const int refund = is_word(row, "kind", "order.refund");
	struct money m = {0};

	if (refund)
		json_money(row, "amount", &m);
	for (size_t i = 0; i < p->nby_hand; i++)
		if (p->by_hand[i]->seller == shop_of(row) &&
		    (refund ? p->by_hand[i]->minor == m.minor : text && !strcmp(p->by_hand[i]->text, text)))
			return marketplace_has_it(p->w->sellers[shop_of(row)], p->by_hand[i]);
	return 0;
}

/* ---- what waits for approval ---- */

static void
dropped(struct people *p, const struct errand *e, const json_t *result)
{
	(void)e;
	p->w->counts.dropped += result != NULL;
}

static void
drop(struct people *p, const char *id)
{
	errand(p, verb("drop", "id", id), dropped, id);
}

static void
approved(struct people *p, const struct errand *e, const json_t *result)
{
	if (result)
		p->w->counts.approved++;
	else
		drop(p, e->id);
}

/* From now on its text may leave, whether the answer comes or not. */
static void
approve(struct people *p, const json_t *row)
{
	const char *text = json_text(row, "text"), *id = json_text(row, "id");
	struct approval *a = GROW(p->approvals, p->napprovals);

	a->seller = shop_of(row);
	a->at = p->w->now;
	a->text = own(p, strlen(text ? text : "") + 1);
	strcpy(a->text, text ? text : "");
	errand(p, verb("approve", "id", id), approved, id);
}

static void
edited(struct people *p, const struct errand *e, const json_t *result)
{
	if (!result)
		return;
	p->w->counts.edited++;
	e->wish->hand->times = 1;
	errand(p, verb("approve", "id", e->id), approved, e->id);
}

static void
edit(struct people *p, const char *id, int seller)
{
	struct wish *w = own(p, sizeof *w);
	json_t *q = verb("edit", "id", id);

	w->hand = write_by_hand(p, seller, "We have another idea: please wait for two days");
	json_object_set_new(json_object_get(q, "args"), "text", json_string(w->hand->text));
	w->hand->times = 1; /* from now on it may leave, whether the answer comes or not */
	errand(p, q, edited, id)->wish = w;
}

static void
drafts_told(struct people *p, const struct errand *e, const json_t *result)
{
	static const int choice[] = {70, 8, 8, 14, -1};
	json_t *row;
	size_t i;

	(void)e;
	json_array_foreach(json_list(result, "actions"), i, row) {
		const char *id = json_text(row, "id");

		if (is_done_already(p, row)) {
			drop(p, id);
			continue;
		}
		switch (luck_weighted(&p->luck, choice)) {
		case 0: approve(p, row); break;
		case 1: drop(p, id); break;
		case 2:
			if (is_word(row, "kind", "reply"))
				edit(p, id, shop_of(row));
			break;
		default:
			if (in_a_hurry(p))
				drop(p, id);
		}
	}
}

/* ---- what may have been sent: they look at the marketplace and tell the truth ---- */

static struct buyer *
buyer_called(const struct ebay *e, const char *name)
{
	for (size_t i = 0; name && i < e->n_buyers; i++)
		if (!strcmp(e->buyers[i]->username, name) ||
		    (e->buyers[i]->name && !strcmp(e->buyers[i]->name, name)))
			return e->buyers[i];
	return NULL;
}

static const struct conversation *
conversation_shown(const struct ebay *e, const json_t *shown)
{
	const char *item = json_text(shown, "listing");

	return find_conversation_about(e, buyer_called(e, json_text(shown, "buyer")),
				       item ? find_listing(e, item) : NULL);
}

/* So many others of this kind, with this text or sum, are known to have been sent. */
static int
others_sent(const json_t *shown, const json_t *row)
{
	json_t *a;
	size_t i;
	int n = 0;

	json_array_foreach(json_list(shown, "actions"), i, a)
		n += is_word(a, "state", "sent") && is_word(a, "kind", json_text(row, "kind")) &&
		     json_equal(json_object_get(a, "text"), json_object_get(row, "text")) &&
		     json_equal(json_object_get(a, "amount"), json_object_get(row, "amount"));
	return n;
}

const char *
deed_of_action(const char *kind)
{
	static const char *const words[][2] = {
		{"return.accept", "APPROVE"},
		{"return.decline", "DECLINE"},
		{"return.offer", "OFFER_PARTIAL_REFUND"},
		{"return.refund", "refund"},
		{"return.message", "message"},
		{"return.received", "received"},
		{"return.escalate", "escalate"},
		{"inquiry.tracking", "tracking"},
		{"inquiry.refund", "refund"},
		{"inquiry.message", "message"},
		{"inquiry.escalate", "escalate"},
		{"cancellation.accept", "approve"},
		{"cancellation.decline", "reject"},
		{"chargeback.contest", "contest"},
		{"chargeback.accept", "accept"},
		{"case.appeal", "appeal"},
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strcmp(words[i][0], kind))
			return words[i][1];
	return "";
}

static int
deeds_there(const struct ebay *e, const char *remote, const char *kind)
{
	const struct dispute *d = remote ? find_dispute(e, -1, remote) : NULL;

	for (size_t i = 0; d && i < d->n_acts; i++)
		if (!strcmp(d->acts[i].name, deed_of_action(kind)))
			return (int)d->acts[i].n;
	return 0;
}

static int
refunds_there(const struct ebay *e, const char *remote, const json_t *row)
{
	const struct order *o = remote ? find_order(e, remote) : NULL;
	struct money m;
	int n = 0;

	for (size_t i = 0; o && i < o->n_refunds; i++)
		n += !strcmp(o->refunds[i].via, "order") && json_money(row, "amount", &m) > 0 &&
		     o->refunds[i].amount.minor == m.minor;
	return n;
}

static int
replies_there(const struct ebay *e, const char *remote)
{
	for (size_t i = 0; remote && i < e->n_feedback; i++)
		if (!strcmp(e->feedback[i]->id, remote))
			return e->feedback[i]->replies;
	return 0;
}

static int
is_there(const struct ebay *e, const json_t *row, const json_t *shown)
{
	const char *kind = json_text(row, "kind"), *remote = json_text(shown, "remote");
	const int others = others_sent(shown, row);

	if (!strcmp(kind, "reply"))
		return texts_there(conversation_shown(e, shown), json_text(row, "text")) > others;
	if (!strcmp(kind, "order.refund"))
		return refunds_there(e, remote, row) > others;
	if (!strcmp(kind, "feedback.reply"))
		return replies_there(e, remote) > others;
	return deeds_there(e, remote, kind) > others;
}

static void
resolved(struct people *p, const struct errand *e, const json_t *result)
{
	(void)e;
	p->w->counts.resolved += result != NULL;
}

static void
looked_at_the_thing(struct people *p, const struct errand *e, const json_t *result)
{
	const char *id = json_text(e->about, "id");
	json_t *q;

	if (!result)
		return;
	q = verb("resolve", "id", id);
	json_object_set_new(json_object_get(q, "args"), "outcome",
			    json_string(is_there(p->w->sellers[shop_of(e->about)], e->about, result)
						? "sent"
						: "not-sent"));
	errand(p, q, resolved, id);
}

static void
look_for_it(struct people *p, json_t *row)
{
	static const char *const things[] = {"dispute", "feedback", "order", "conversation"};
	const char *thing = is_word(row, "kind", "reply") ? json_text(row, "conversation") : NULL;

	for (size_t i = 0; !thing && i < sizeof things / sizeof *things; i++)
		thing = json_text(row, things[i]);
	if (thing)
		errand(p, verb("show", "id", thing), looked_at_the_thing, thing)->about = json_incref(row);
}

static void
held_told(struct people *p, const struct errand *e, const json_t *result)
{
	json_t *row;
	size_t i;

	(void)e;
	json_array_foreach(json_list(result, "actions"), i, row) {
		const char *id = json_text(row, "id");

		if (json_int(row, "attempt", 0)) {
			if (age(p, row, "changed_at") > SHOWS_AFTER)
				look_for_it(p, row);
		} else if (is_word(row, "kind", "reply") && luck_one_in(&p->luck, 2)) {
			edit(p, id, shop_of(row));
		} else {
			drop(p, id);
		}
	}
}

/* The service looks for these itself; a person does when it takes long. */
static void
unsure_told(struct people *p, const struct errand *e, const json_t *result)
{
	json_t *row;
	size_t i;

	(void)e;
	json_array_foreach(json_list(result, "actions"), i, row)
		if (age(p, row, "changed_at") > SHOWS_AFTER && luck_one_in(&p->luck, 2))
			look_for_it(p, row);
}

/* ---- taking back ---- */

static void
undone(struct people *p, const struct errand *e, const json_t *result)
{
	(void)e;
	p->w->counts.undone += result != NULL;
}

static void
ready_told(struct people *p, const struct errand *e, const json_t *result)
{
	json_t *row;
	size_t i;

	(void)e;
	json_array_foreach(json_list(result, "actions"), i, row)
		if (luck_one_in(&p->luck, 8) && !in_a_hurry(p))
			errand(p, verb("undo", "id", json_text(row, "id")), undone, json_text(row, "id"));
}

/* ---- answers by hand, through the service ---- */

static void
wished(struct people *p, const struct errand *e, const json_t *result)
{
	struct wish *w = e->wish;

	if (!result)
		return;
	if (*w->order)
		p->w->counts.by_hand_refunds++;
	else
		p->w->counts.by_hand_sends++;
	if (!*w->order && luck_one_in(&p->luck, 12))
		errand(p, verb("undo", "id", json_text(json_obj(result, "action"), "id")), undone, "");
}

static void
ask_for_reply(struct people *p, struct wish *w)
{
	json_t *q = verb("reply", "conversation", w->conversation);

	json_object_set_new(json_object_get(q, "args"), "text", json_string(w->hand->text));
	w->hand->times++;
	errand(p, q, wished, w->conversation)->wish = w;
}

static void
ask_for_refund(struct people *p, struct wish *w)
{
	json_t *q = verb("act", "id", w->order), *args = json_object_get(q, "args");
	char amount[40];

	snprintf(amount, sizeof amount, "%lld.%02lld %s", (long long)w->hand->minor / 100,
		 (long long)w->hand->minor % 100, p->shops[w->hand->seller].currency);
	json_object_set_new(args, "kind", json_string("refund"));
	json_object_set_new(args, "amount", json_string(amount));
	w->hand->times++;
	errand(p, q, wished, w->order)->wish = w;
}

static int
under_way(const json_t *shown)
{
	static const char *const states[] = {"draft", "ready", "sending", "unsure", "held"};
	json_t *a;
	size_t i;

	json_array_foreach(json_list(shown, "actions"), i, a)
		for (size_t k = 0; k < sizeof states / sizeof *states; k++)
			if (is_word(a, "state", states[k]))
				return 1;
	return 0;
}

static void
looked_at_conversation(struct people *p, const struct errand *e, const json_t *result)
{
	struct wish *w;

	if (!result || under_way(result))
		return;
	w = own(p, sizeof *w);
	snprintf(w->conversation, sizeof w->conversation, "%s", e->id);
	w->hand = write_by_hand(p, shop_of(result), "Hello, we have asked the carrier and tell you tomorrow");
	if (json_text(result, "order") && luck_one_in(&p->luck, 12)) {
		snprintf(w->order, sizeof w->order, "%s", json_text(result, "order"));
		ask_for_refund(p, w);
	} else {
		ask_for_reply(p, w);
	}
}

static void
inbox_told(struct people *p, const struct errand *e, const json_t *result)
{
	json_t *c;
	size_t i;

	(void)e;
	json_array_foreach(json_list(result, "conversations"), i, c) {
		if (age(p, c, "unanswered_since_at") < 3 * HOUR || !luck_one_in(&p->luck, 25))
			continue;
		errand(p, verb("show", "id", json_text(c, "id")), looked_at_conversation, json_text(c, "id"));
	}
}

static void
tasks_told(struct people *p, const struct errand *e, const json_t *result)
{
	json_t *t;
	size_t i;

	(void)e;
	json_array_foreach(json_list(result, "tasks"), i, t)
		if (luck_one_in(&p->luck, 3) || in_a_hurry(p))
			errand(p, verb("task done", "id", json_text(t, "id")), nothing_told,
			       json_text(t, "id"));
}

/* ---- wishes without an answer ---- */

static int
knows_of_it(const json_t *shown, const struct by_hand *h)
{
	json_t *a;
	struct money m;
	size_t i;

	json_array_foreach(json_list(shown, "actions"), i, a)
		if (is_word(a, "text", h->text) || (is_word(a, "kind", "order.refund") &&
						    json_money(a, "amount", &m) > 0 && m.minor == h->minor))
			return 1;
	return 0;
}

static void
looked_whether_it_was_heard(struct people *p, const struct errand *e, const json_t *result)
{
	struct wish *w = e->wish;

	if (!result || knows_of_it(result, w->hand) ||
	    marketplace_has_it(p->w->sellers[w->hand->seller], w->hand) || w->hand->times >= TRIES_OF_ONE ||
	    shop_of(result) != w->hand->seller || in_a_hurry(p))
		return;
	p->w->counts.asked_again++;
	if (*w->order)
		ask_for_refund(p, w);
	else
		ask_for_reply(p, w);
}

static void
look_after_doubts(struct people *p)
{
	struct staff *s = p->staff;
	size_t kept = 0;

	for (size_t i = 0; i < s->ndoubtful; i++) {
		struct wish *w = s->doubtful[i];
		const char *id = *w->order ? w->order : w->conversation;

		if (p->w->now - w->asked < SHOWS_AFTER)
			s->doubtful[kept++] = w;
		else
			errand(p, verb("show", "id", id), looked_whether_it_was_heard, id)->wish = w;
	}
	s->ndoubtful = kept;
}

/* ---- rounds ---- */

static void
list_errand(struct people *p, const char *state,
	    void (*told)(struct people *, const struct errand *, const json_t *))
{
	json_t *q = verb("outbox", "state", state);

	json_object_set_new(json_object_get(q, "args"), "limit", json_integer(200));
	errand(p, q, told, state);
}

static void
begin_round(struct people *p)
{
	errand(p, json_pack("{s:s}", "verb", "account list"), accounts_told, NULL);
	errand(p, json_pack("{s:s}", "verb", "status"), status_told, NULL);
	look_after_doubts(p);
	list_errand(p, "held", held_told);
	list_errand(p, "draft", drafts_told);
	list_errand(p, "ready", ready_told);
	list_errand(p, "unsure", unsure_told);
	if (!in_a_hurry(p))
		errand(p, json_pack("{s:s,s:{s:i}}", "verb", "inbox", "args", "limit", 100), inbox_told,
		       NULL);
	errand(p, json_pack("{s:s,s:{s:i}}", "verb", "task", "args", "limit", 100), tasks_told, NULL);
}

static int64_t
next_round(struct people *p)
{
	if (in_a_hurry(p))
		return p->w->now + 2 * HOUR;
	return some_time(p, 40 * MINUTE);
}

void
staff_lives(struct people *p)
{
	p->staff = own(p, sizeof *p->staff);
	p->staff->round = p->w->start + MINUTE;
	p->staff->ready = INT64_MAX;
}

void
staff_free(struct people *p)
{
	forget_errands(p->staff);
	free(p->staff->doubtful);
}

int64_t
staff_next(const struct people *p)
{
	const struct staff *s = p->staff;

	if (s->asking || s->next == s->nerrands)
		return s->round;
	return s->ready > p->w->now && s->ready < s->round ? s->ready : s->round;
}

void
staff_act(struct people *p)
{
	struct staff *s = p->staff;

	if (s->round > p->w->now)
		return;
	s->round = next_round(p);
	if (s->next == s->nerrands && !s->asking) {
		begin_round(p);
		s->ready = p->w->now;
	}
}

json_t *
people_ask(struct people *p)
{
	struct staff *s = p->staff;

	if (s->asking || s->next == s->nerrands || s->ready > p->w->now)
		return NULL;
	s->asking = 1;
	if (s->errands[s->next].wish && !wire->stop_in && p->w->now < p->w->end &&
	    luck_one_in(&p->luck, 20)) {
		wire->stop_in = (long)luck_between(
			&p->luck, 1, 6); /* it dies while it takes the wish in, or before it says so */
		p->w->counts.kills_at_steps++;
	}
	return json_incref(s->errands[s->next].question);
}

void
people_told(struct people *p, const json_t *answer)
{
	struct staff *s = p->staff;
	struct errand e = s->errands[s->next++];
	char *text;

	if (p->w->trace) {
		text = json_dumps(e.question, JSON_COMPACT);
		trace(p->w, "asked %s: %s %s", text, json_flag(answer, "ok", 0) ? "ok" : "no",
		      json_text(answer, "text") ? json_text(answer, "text") : "");
		free(text);
	}
	s->asking = 0;
	s->ready = p->w->now + THINKS;
	e.told(p, &e, json_flag(answer, "ok", 0) ? json_obj(answer, "result") : NULL);
	json_decref(e.question);
	json_decref(e.about);
	if (s->next == s->nerrands)
		forget_errands(s);
}

void
people_unanswered(struct people *p)
{
	struct staff *s = p->staff;
	struct wish *w = s->errands[s->next].wish;

	if (w && s->errands[s->next].told == wished) {
		w->asked = p->w->now;
		*GROW(s->doubtful, s->ndoubtful) = w;
	}
	s->asking = 0;
	forget_errands(s);
	s->round = p->w->now + luck_between(&p->luck, MINUTE, 10 * MINUTE);
}
