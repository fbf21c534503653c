/* verbs_act.c - "act": what a person does about a dispute, an order, feedback or a conversation.
 *
 *   {"id": "d3"}                                    what can be done, and what it needs
 *   {"id": "d3", "kind": "refund", "amount": "20.00 EUR" or "all", "text" | "template" with "locale", "reason", "carrier", "tracking",
 *    "set": {"NAME": "VALUE"} for the template, "shipped": ISO 8601, "files": [{"name", "base64"}]}
 *
 * The result is the {"action"} that was made, or the {"task"} where the platform offers no API for it.
 */
#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "daemon/api/ask.h"
#include "daemon/decide/decide.h"
#include "daemon/events.h"
#include "daemon/outbox/money.h"
#include "daemon/outbox/needs.h"
#include "daemon/outbox/outbox.h"

#define NAME_MAX_BYTES 100
#define FILE_MAX_BYTES (12u << 20) /* of one file in a request */

/* ---- what it is about ---- */

static int
about(struct ask *q, struct situation *s)
{
	const char *text = arg(q, "id");
	struct around around = {0};
	int64_t id = 0;
	char kind = 0;

	if (text && !local_id(text, &kind, &id))
		switch (kind) {
		case 'd': around.dispute = id; break;
		case 'o': around.order = id; break;
		case 'f': around.feedback = id; break;
		case 'c': around.conversation = id; break;
		default: id = 0;
		}
	if (!id) {
		q->code = "invalid";
		return fail(
			&q->err,
			"found \"%s\", expected the id of a dispute, an order, feedback or a conversation, "
			"like d3",
			text ? text : "");
	}
	if (!situation_load(q->d->store, &around, q->now, s)) {
		q->code = "not-found";
		return fail(&q->err, "there is nothing with the id \"%s\"", text);
	}
	if (!daemon_account(q->d, s->account_name)) {
		q->code = "conflict";
		return fail(&q->err, "the account %s is not in the configuration", s->account_name);
	}
	situation_guess(q->d, s, q->now);
	return 0;
}

/* ---- what can be done ---- */

/* The verb, when the kind belongs to the subject; NULL. */
static const char *
verb_of(const char *kind, const char *subject)
{
	const size_t n = strlen(subject);

	if (!strcmp(kind, "reply") && !strcmp(subject, "order"))
		return kind;
	return !strncmp(kind, subject, n) && kind[n] == '.' ? kind + n + 1 : NULL;
}

static json_t *
sum(int64_t minor, const char *currency)
{
	struct money m = {.minor = minor};
	char text[MONEY_TEXT];

	if (!*currency)
		return NULL;
	memcpy(m.currency, currency, sizeof m.currency);
	money_format(&m, text);
	return json_pack("{s:s, s:s}", "value", text, "currency", currency);
}

static json_t *
words_of(unsigned takes)
{
	static const char *const names[] = {"text", "amount", "tracking", "files", "reason"};
	json_t *list = json_array();

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (takes & 1u << i)
			json_array_append_new(list, json_string(names[i]));
	return list;
}

static json_t *
option_shown(const struct action *a, const char *verb, const char *options)
{
	static const char *const moves[] = {NULL, "amount", "claim"};
	json_t *files = NULL;

	if ((a->needs | a->takes) & TAKES_FILES)
		files = json_pack("{s:i, s:I, s:I, s:s?}", "count", a->files.count, "bytes",
				  (json_int_t)a->files.bytes, "all_bytes", (json_int_t)a->files.all_bytes,
				  "types", a->files.types);
	return json_pack("{s:s, s:s, s:s, s:o, s:o, s:s*, s:s*, s:i, s:o*, s:o*}", "kind", verb, "action",
			 a->kind, "how", "api", "needs", words_of(a->needs), "takes",
			 words_of(a->takes & ~a->needs), "reasons", a->reasons, "moves", moves[a->moves],
			 "max_characters", a->max_utf16, "files", files, "possible",
			 options ? json_boolean(words_hold(options, verb)) : NULL);
}

/* Of two rows of a kind the first wanted one counts. */
static json_t *
options_shown(struct ask *q, const struct conf_account *account, const struct situation *s)
{
	static const char *const how[] = {"api", "person", "no"};
	const struct connector *c = account->connector;
	const char *subject = situation_subject(s), *verb;
	json_t *list = json_array();

	for (const struct action *a = c->actions; a && a->kind; a++)
		if ((verb = verb_of(a->kind, subject)) && connector_action(c, &account->view, a->kind) == a)
			json_array_append_new(list, option_shown(a, verb, s->dispute ? s->options : NULL));
	for (const struct capability *a = c->capabilities; a && a->kind; a++)
		if ((verb = verb_of(a->kind, subject)) && a->how != BY_API &&
		    connector_capability(c, &account->view, a->kind) == a)
			json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s?}", "kind", verb, "action",
							      a->kind, "how", how[a->how], "why",
							      a->why ? say(q->lang, a->why) : NULL));
	return list;
}

static json_t *
limits_shown(const struct conf_account *a, const char *currency)
{
	const struct {
		const char *name;
		const struct money *sums;
	} lists[] = {
		{"refund_per_order", a->refund_per_order},
		{"refund_per_buyer", a->refund_per_buyer},
		{"refund_per_day", a->refund_per_day},
		{"second_person_above", a->second_person_above},
	};
	json_t *r = json_object();

	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		for (const struct money *m = lists[i].sums; m && *m->currency; m++)
			if (!strcmp(m->currency, currency))
				json_object_set_new(r, lists[i].name, sum(m->minor, currency));
	return r;
}

static json_t *
shown(struct ask *q, const struct situation *s)
{
	const struct conf_account *a = daemon_account(q->d, s->account_name);
	const char *currency = s->dispute && *s->claimed.currency ? s->claimed.currency : s->total.currency;
	char at[INSTANT_TEXT] = "";
	struct money_past past;
	int64_t left;
	json_t *r;

	if (s->dispute && s->respond_by)
		instant_format(s->respond_by, at);
	r = json_pack("{s:s, s:s, s:s, s:s*, s:s*, s:s*, s:o, s:o}", "id", arg(q, "id"), "account",
		      s->account_name, "subject", situation_subject(s), "status",
		      s->dispute ? dispute_status_name(s->dispute_status) : NULL, "respond_by_at",
		      *at ? at : NULL, "respond_given_by", s->dispute ? s->respond_given_by : NULL, "options",
		      options_shown(q, a, s), "limits", limits_shown(a, currency));
	if (!*currency)
		return r;
	money_past_of(q->d, s, currency, 0, 0, q->now, &past);
	if (s->dispute && *s->claimed.currency)
		json_object_set_new(r, "claimed", sum(s->claimed.minor, currency));
	json_object_set_new(r, "refunded", sum(past.order, currency));
	if (!money_left(s, &past, currency, &left))
		json_object_set_new(r, "left", sum(left, currency));
	return r;
}

/* ---- what is done ---- */

static int
read_amount(struct ask *q, const struct situation *s, struct money *amount)
{
	const struct conf_amount all = {.percent = 100};
	const char *text = arg(q, "amount");
	char number[32], currency[8];
	size_t n;

	if (!text || !*text)
		return 0;
	if (!strcmp(text, "all"))
		return money_of_rule(&all, s, amount, &q->err);
	n = strcspn(text, " ");
	if (n >= sizeof number || !text[n] || strlen(text + n + 1) >= sizeof currency)
		return fail(&q->err, "amount: found \"%s\", expected a sum and its currency, like 20.00 EUR",
			    text);
	memcpy(number, text, n);
	number[n] = '\0';
	strcpy(currency, text + n + 1);
	for (char *p = currency; *p; p++)
		*p = (char)toupper((unsigned char)*p);
	return money_parse(number, currency, amount, &q->err);
}

/* Without folders, and without what could forge a line or a header. */
static const char *
clean_name(struct arena *a, const char *name)
{
	const char *slash = strrchr(name, '/');
	char *clean;

	name = slash ? slash + 1 : name;
	clean = arena_strndup(a, name, utf8_fit(name, strlen(name), NAME_MAX_BYTES));
	for (char *p = clean; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f || strchr("\"\\/:", *p))
			*p = '_';
	return *clean ? clean : "file";
}

static int
read_file(struct ask *q, const json_t *item, struct attachment_file *f)
{
	struct arena *arena = store_arena(q->d->store);
	const char *name = json_text(item, "name"), *base64 = json_text(item, "base64");
	struct buf bytes = BUF_MAX(FILE_MAX_BYTES);
	char *copy;

	if (!name || !base64 || base64_decode(&bytes, base64, strlen(base64)) || !bytes.len) {
		buf_free(&bytes);
		return fail(&q->err, "files: found \"%s\", expected a name and the bytes in base64",
			    name ? name : "");
	}
	copy = arena_alloc(arena, bytes.len);
	memcpy(copy, bytes.data, bytes.len);
	*f = (struct attachment_file){.name = clean_name(arena, name),
				      .type = file_sniff(copy, bytes.len),
				      .bytes = copy,
				      .len = bytes.len};
	buf_free(&bytes);
	return f->type ? 0 : fail(&q->err, "files: %s is no picture and no PDF", f->name);
}

static int
read_files(struct ask *q, struct attachment_file files[FILES_MAX], struct wish *w)
{
	json_t *list = json_list(q->args, "files"), *item;
	size_t i;

	if (json_array_size(list) > FILES_MAX)
		return fail(&q->err, "files: found %zu, expected at most %d", json_array_size(list),
			    FILES_MAX);
	json_array_foreach(list, i, item)
		if (read_file(q, item, &files[w->nfiles++]))
			return -1;
	w->files = files;
	return 0;
}

static int
read_wish(struct ask *q, const struct situation *s, struct attachment_file files[FILES_MAX], struct wish *w)
{
	if (w->text && strlen(w->text) > TEXT_MAX)
		return fail(&q->err, "the text is longer than %d bytes", (int)TEXT_MAX);
	if (w->text && w->template_id)
		return fail(&q->err, "found more than one text, expected one of: text, template");
	if (json_time(q->args, "shipped", &w->shipped) < 0)
		return fail(&q->err, "shipped: found \"%s\", expected a time like 2026-11-22T12:00:00Z",
			    arg(q, "shipped") ? arg(q, "shipped") : "");
	return read_amount(q, s, &w->amount) || read_files(q, files, w) ? -1 : 0;
}

/* The kind of action that is meant: "refund", or whole, "return.refund". */
static int
read_kind(struct ask *q, const struct situation *s, char kind[KIND_MAX])
{
	const char *given = arg(q, "kind"), *subject = situation_subject(s);

	if (strlen(given) > KIND_MAX / 2)
		return fail(&q->err, "found \"%.40s\", expected what is to be done, like accept", given);
	if (!strchr(given, '.')) {
		rule_kind(subject, given, kind);
		return 0;
	}
	strcpy(kind, given);
	return verb_of(given, subject)
		       ? 0
		       : fail(&q->err, "found %s, but %s is about: %s", given, arg(q, "id"), subject);
}

static json_t *
thing(struct ask *q, const char *key, char kind, int64_t id)
{
	return json_pack(
		"{s:o}", key,
		view_show(q->d->store, arena_fmt(store_arena(q->d->store), "%c%lld", kind, (long long)id)));
}

static json_t *
done(struct ask *q, const struct situation *s)
{
	struct attachment_file files[FILES_MAX];
	const enum mode mode = account_mode(q->d->store, s->account, s->marketplace);
	char kind[KIND_MAX];
	int64_t id;
	struct wish w = {.kind = kind,
			 .operator= q->operator,
			 .approver = q->role >= ROLE_APPROVER,
			 .template_id = arg(q, "template"),
			 .locale = arg(q, "locale"),
			 .text = arg(q, "text"),
			 .how = RULE_AUTO,
			 .not_before = outbox_leaves_at(q->d, s->dispute ? s->respond_by : 0, q->now),
			 .deadline = s->dispute ? s->respond_by : 0,
			 .code = arg(q, "reason"),
			 .carrier = arg(q, "carrier"),
			 .tracking = arg(q, "tracking"),
			 .refused = &q->err};

	if (read_kind(q, s, kind) || read_wish(q, s, files, &w) ||
	    set_arg(q, daemon_account(q->d, s->account_name), w.template_id, &w.given))
		return refuse(q, "invalid");
	if (outbox_left_to_people(q->d, s, kind)) {
		id = outbox_task(q->d, s, &w, q->now);
		return thing(q, "task", 't', id);
	}
	if (mode <= MODE_OBSERVE) {
		fail(&q->err, "%s does not send: its mode is %s; arm it with 'supercargo account arm %s'",
		     s->account_name, mode_name(mode), s->account_name);
		return refuse(q, "conflict");
	}
	id = outbox_wish(q->d, s, &w, q->now);
	return id ? thing(q, "action", 'a', id) : refuse(q, "conflict");
}

static json_t *
v_act(struct ask *q)
{
	struct situation s = {0};

	if (about(q, &s))
		return NULL;
	if (!arg(q, "kind"))
		return shown(q, &s);
	return done(q, &s);
}

const struct api_verb act_verbs[] = {
	{"act", ROLE_AGENT, v_act},
	{0},
};
