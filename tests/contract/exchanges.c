/* Puts every exchange of a connector on the bench. */
#include "bench.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const char *
setting_for(const struct key *key, struct arena *arena)
{
	if (key->preset && *key->preset)
		return key->preset;
	switch (key->type) {
	case KEY_NUMBER: return "1";
	case KEY_FLAG: return "no";
	case KEY_SECRET: return SECRET;
	case KEY_CHOICE: return arena_strndup(arena, key->choices, strcspn(key->choices, " "));
	default: return "example";
	}
}

/* What a person pastes after consent: the address they were sent back to, with the state we gave along. */
static const char *
pasted(struct bench *b)
{
	struct buf url = BUF_MAX(8192), state = BUF_MAX(1024);
	const char *address;

	b->p.credential->consent(&b->task, &url, NULL);
	url_query_get(buf_str(&url), "state", &state);
	address = arena_fmt(b->task.arena, "https://shop.example/back?state=%s&code=codeCANARY",
			    buf_str(&state));
	buf_free(&url);
	buf_free(&state);
	return address;
}

/* The preset. */
static const char *
reason_for(const struct action *a, struct arena *arena)
{
	return a && a->reasons ? arena_strndup(arena, a->reasons, strcspn(a->reasons, " ")) : NULL;
}

void
task_fill(struct bench *b)
{
	static const struct attachment_file files[] = {{"label.png", "image/png", "\x89PNG", 4}};
	const struct key *key;
	int n = 0;

	arena_reset(b->task.arena);
	for (key = b->k->c->keys; key && key->name && n < SETTINGS - 2; key++)
		b->settings[n++] = (struct setting){key->name, setting_for(key, b->task.arena)};
	b->settings[n++] = (struct setting){"identity", "example_shop"};
	b->settings[n] = (struct setting){0};
	b->account = (struct account){.name = "example", .settings = b->settings, .connector = b->k->c};
	b->out = (struct outgoing){
		.kind = b->p.name,
		.line = "l-100",
		.dispute = "5000000100",
		.feedback = "f-100",
		.reason = reason_for(b->p.action, b->task.arena),
		.carrier = "DHL",
		.tracking = "00340434161234567891",
		.shipped = INT64_C(1790944260000) - DAY,
		.files = files,
		.nfiles = b->p.action && (b->p.action->needs | b->p.action->takes) & TAKES_FILES,
		.conversation = "c-100",
		.message = "m-100",
		.order = "o-100",
		.listing = "110000000100",
		.buyer = "example_buyer",
		.text = "Ihr Paket ist unterwegs. \xe4\xb8\xad",
		.marketplace = "",
		.revision = "7",
		.amount = {2890, "EUR"},
	};
	b->task = (struct task){
		.account = &b->account,
		.out = b->p.action ? &b->out : NULL,
		.token = TOKEN,
		.grant = GRANT,
		.cursor = "",
		.key = "0123456789abcdef0123456789abcdef",
		.now = INT64_C(1790944260000),
		.since = b->p.role == POLL ? INT64_C(1790944260000) - 90 * DAY : 0,
		.seed = 42,
		.arena = b->task.arena,
	};
	if (b->p.role == REDEEM && b->p.credential->consent)
		b->task.cursor = pasted(b);
	else if (b->p.role == CHECK || b->p.role == PUSH_KEY)
		b->task.cursor = b->p.name;
}

int
ask(struct bench *b, struct err *err)
{
	request_clear(&b->request);
	return b->p.x->ask(&b->task, &b->request, err);
}

void
check_exchanges(struct inspection *k, const char *tapes, const char *bodies)
{
	struct bench b = {.k = k, .cursor = BUF_MAX(64 * 1024), .random = 0x9e3779b97f4a7c15};
	int i;

	b.task.arena = arena_new();
	request_init(&b.request);
	recorder_init(&b.recorder);
	for (i = 0; (b.p = place_at(k->c, i)).x; i++) {
		snprintf(k->place, sizeof(k->place), "%s %s", role_names[b.p.role], b.p.name);
		check_asks(&b);
		check_answers(&b, tapes, bodies);
	}
	buf_free(&b.cursor);
	recorder_free(&b.recorder);
	request_free(&b.request);
	arena_free(b.task.arena);
}
