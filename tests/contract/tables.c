/* The tables of a connector: complete, terminated, and consistent with each other. */
#include <stdio.h>
#include <string.h>

#include "check.h"

#define ROWS_MAX 200 /* a table without an end runs into this, or into the sanitizer */

static void
at(struct inspection *k, const char *table, const char *row)
{
	snprintf(k->place, sizeof(k->place), "%s %s", table, row);
}

/* Lower case letters, digits and '_', a letter first. */
static int
is_name(const char *s)
{
	return s && *s >= 'a' && *s <= 'z' && strlen(s) < 40 &&
	       !s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_")];
}

static int
is_choice(const char *choices, const char *word)
{
	size_t n = strlen(word);
	const char *p;

	for (p = choices; *p; p += strcspn(p, " "), p += *p == ' ')
		if (strcspn(p, " ") == n && !strncmp(p, word, n))
			return 1;
	return 0;
}

static void
check_keys(struct inspection *k)
{
	const struct key *a, *b;

	for (a = k->c->keys; a && a->name; a++) {
		at(k, "key", a->name);
		if (!expect(k, a - k->c->keys < ROWS_MAX, "a table that ends with a NULL name"))
			return;
		expect(k, is_name(a->name), "a name of a-z 0-9 _");
		expect(k, a->help && *a->help, "a help text");
		expect(k, a->type <= KEY_CHOICE, "a known type");
		if (a->type == KEY_CHOICE)
			expect(k, a->choices && (!a->preset || is_choice(a->choices, a->preset)),
			       "choices, the preset among them");
		for (b = k->c->keys; b < a; b++)
			expect(k, strcmp(a->name, b->name) != 0, "the name only once");
	}
}

static void
check_hosts(struct inspection *k)
{
	const struct host *h;
	int tokens = 0;

	for (h = k->c->hosts; h && h->pattern; h++) {
		at(k, "host", h->pattern);
		if (!expect(k, h - k->c->hosts < ROWS_MAX, "a table that ends with a NULL pattern"))
			return;
		expect(k, strchr(h->pattern, '.') && !strpbrk(h->pattern, "/: ?"), "a bare host name");
		expect(k,
		       !strchr(h->pattern, '*') ||
			       (!strncmp(h->pattern, "*.", 2) && !strchr(h->pattern + 1, '*')),
		       "a '*' only as the first label");
		tokens += h->token;
	}
	at(k, "hosts", "");
	expect(k, tokens > 0, "at least one host that may see the token");
}

static void
check_budgets(struct inspection *k)
{
	const struct budget *a, *b;

	for (a = k->c->budgets; a && a->name; a++) {
		at(k, "budget", a->name);
		if (!expect(k, a - k->c->budgets < ROWS_MAX, "a table that ends with a NULL name"))
			return;
		expect(k, a->limit > 0 && a->window > 0, "a limit and a window");
		expect(k, a->reserve >= 0 && a->reserve < 100, "a reserve of 0 to 99 percent");
		expect(k, a->offset >= 0 && a->offset < a->window, "an offset inside the window");
		expect(k, a->burst >= 0 && (!a->burst || (!a->offset && a->window >= a->limit)),
		       "a burst of a rate that is slower than one call a millisecond, without an offset");
		for (b = k->c->budgets; b < a; b++)
			expect(k, strcmp(a->name, b->name) != 0, "the name only once");
	}
}

static void
check_credentials(struct inspection *k)
{
	const struct credential *a, *b;

	for (a = k->c->credentials; a && a->name; a++) {
		at(k, "credential", a->name);
		if (!expect(k, a - k->c->credentials < ROWS_MAX, "a table that ends with a NULL name"))
			return;
		expect(k, a->refresh.ask || a->redeem.ask, "a way to get a token");
		expect(k, !a->consent == !a->redeem.ask, "consent and redeem together");
		for (b = k->c->credentials; b < a; b++)
			expect(k, strcmp(a->name, b->name) != 0, "the name only once");
	}
}

/* What rules may wait for. */
static int
are_subjects(const char *words)
{
	char word[32];

	for (; words && *words; words += strcspn(words, " "), words += strspn(words, " ")) {
		snprintf(word, sizeof(word), "%.*s", (int)strcspn(words, " "), words);
		if (dispute_kind_value(word) < 0 && strcmp(word, "order") != 0 &&
		    strcmp(word, "message") != 0 && strcmp(word, "feedback") != 0)
			return 0;
	}
	return 1;
}

static void
check_streams(struct inspection *k)
{
	const struct stream *a, *b;

	for (a = k->c->streams; a && a->name; a++) {
		at(k, "stream", a->name);
		if (!expect(k, a - k->c->streams < ROWS_MAX, "a table that ends with a NULL name"))
			return;
		expect(k, is_name(a->name), "a name of a-z 0-9 _");
		expect(k, a->every > 0, "an interval");
		expect(k, are_subjects(a->tells),
		       "that it tells of order, message, feedback or kinds of disputes");
		for (b = k->c->streams; b < a; b++)
			expect(k, strcmp(a->name, b->name) != 0 || (a->wanted && b->wanted),
			       "the name only once, or each with its own `wanted`");
	}
}

/* "reply", or SUBJECT.VERB in the words of connector.h. */
static int
is_action_kind(const char *kind)
{
	static const char verbs[] =
		"accept decline offer refund message tracking contest evidence appeal escalate received "
		"label cancel ship reply feedback revision";
	const char *dot = strchr(kind, '.');
	char subject[32];

	if (!dot)
		return !strcmp(kind, "reply");
	snprintf(subject, sizeof(subject), "%.*s", (int)(dot - kind), kind);
	return (dispute_kind_value(subject) >= 0 || !strcmp(subject, "order") ||
		!strcmp(subject, "feedback")) &&
	       is_choice(verbs, dot + 1);
}

static void
check_what_it_takes(struct inspection *k, const struct action *a)
{
	unsigned any = a->needs | a->takes;
	int guarded = a->repeat == REPEAT_SAME_KEY || a->repeat == REPEAT_GUARDED;

	expect(k, !(a->needs & a->takes), "what is needed not among what else may be");
	expect(k, a->moves <= MOVES_CLAIM, "a known way to move money");
	expect(k, a->moves != MOVES_AMOUNT || any & TAKES_AMOUNT, "an amount to be taken where it moves");
	expect(k, !a->moves || a->look.ask || guarded, "a look, a key or a guard where money moves");
	expect(k, !(any & TAKES_REASON) == !(a->reasons && *a->reasons),
	       "reasons where one is taken, and only there");
	expect(k, !(any & TAKES_FILES) == !a->files.count,
	       "rules for files where they are taken, and only there");
	if (a->files.count)
		expect(k, a->files.count > 0 && a->files.bytes > 0 && a->files.types && *a->files.types,
		       "rules for files that name count, bytes and types");
}

static void
check_actions(struct inspection *k)
{
	const struct action *a, *b;

	for (a = k->c->actions; a && a->kind; a++) {
		at(k, "action", a->kind);
		if (!expect(k, a - k->c->actions < ROWS_MAX, "a table that ends with a NULL kind"))
			return;
		expect(k, is_action_kind(a->kind), "\"reply\", or SUBJECT.VERB of connector.h");
		check_what_it_takes(k, a);
		expect(k, a->repeat <= REPEAT_GUARDED, "a known repeat");
		expect(k, a->source && *a->source, "a source for repeat and visible_after");
		expect(k, a->repeat != REPEAT_NEVER || !a->look.ask || a->visible_after > 0,
		       "visible_after above 0 where a look settles an unsure send");
		expect(k, a->max_utf16 >= 0, "a longest text of at least 0");
		for (b = k->c->actions; b < a; b++)
			expect(k, strcmp(a->kind, b->kind) != 0 || b->wanted,
			       "to be reached: a row of this kind above it is always wanted");
	}
}

static int
is_polled_or_sent(const struct connector *c, const char *kind)
{
	struct place p;
	int i;

	for (i = 0; (p = place_at(c, i)).x; i++)
		if ((p.role == POLL || p.role == SEND) && !strcmp(p.name, kind))
			return 1;
	return 0;
}

static void
check_capabilities(struct inspection *k)
{
	const struct capability *a, *b;

	for (a = k->c->capabilities; a && a->kind; a++) {
		at(k, "capability", a->kind);
		if (!expect(k, a - k->c->capabilities < ROWS_MAX, "a table that ends with a NULL kind"))
			return;
		expect(k, a->how != BY_API || is_polled_or_sent(k->c, a->kind),
		       "a stream or an action of that name");
		expect(k, a->how == BY_API || (a->why && *a->why), "the reason why it is not done by API");
		expect(k, a->how != BY_PERSON || (a->link && !strncmp(a->link, "https://", 8)),
		       "an https link");
		for (b = k->c->capabilities; b < a; b++)
			expect(k, strcmp(a->kind, b->kind) != 0 || b->wanted,
			       "to be reached: a row of this kind above it is always wanted");
	}
}

/* Can the account do it by API? */
static int
is_there(const struct connector *c, const struct account *account, const char *kind)
{
	const struct stream *s;

	for (s = c->streams; s && s->name; s++)
		if (!strcmp(s->name, kind) && (!s->wanted || s->wanted(account)))
			return 1;
	return connector_action(c, account, kind) != NULL;
}

/* What people are told is what the account has: by API or, for an action that it lacks, how else. */
static void
check_promises(struct inspection *k, const struct account *account)
{
	const struct capability *row;
	const struct action *a;
	struct place p;
	int i;

	for (i = 0; (p = place_at(k->c, i)).x; i++) {
		if ((p.role != POLL && p.role != SEND) || !is_there(k->c, account, p.name))
			continue;
		at(k, "capability", p.name);
		row = connector_capability(k->c, account, p.name);
		expect(k, row && row->how == BY_API, "a row BY_API, since this account has it");
	}
	for (a = k->c->actions; a && a->kind; a++) {
		at(k, "capability", a->kind);
		expect(k, connector_capability(k->c, account, a->kind) != NULL,
		       "a row that says how else it is done");
	}
	for (row = k->c->capabilities; row && row->kind; row++) {
		at(k, "capability", row->kind);
		expect(k,
		       connector_capability(k->c, account, row->kind) != row || row->how != BY_API ||
			       is_there(k->c, account, row->kind),
		       "a row BY_API only where a stream or an action is wanted");
	}
}

/* With the presets, and with each other choice of each key. */
static void
check_every_choice(struct inspection *k)
{
	struct setting settings[2] = {{0}};
	struct account account = {.name = "example", .settings = settings, .connector = k->c};
	const struct key *key;
	char word[64];

	check_promises(k, &account);
	for (key = k->c->keys; key && key->name; key++) {
		const char *p = key->type == KEY_CHOICE ? key->choices
				: key->type == KEY_FLAG ? "yes no"
							: "";

		settings[0] = (struct setting){key->name, word};
		for (; *p; p += strcspn(p, " "), p += *p == ' ') {
			snprintf(word, sizeof(word), "%.*s", (int)strcspn(p, " "), p);
			check_promises(k, &account);
		}
	}
}

static void
check_checks(struct inspection *k)
{
	const struct check *a, *b;

	for (a = k->c->checks; a && a->name; a++) {
		at(k, "check", a->name);
		if (!expect(k, a - k->c->checks < ROWS_MAX, "a table that ends with a NULL name"))
			return;
		for (b = k->c->checks; b < a; b++)
			expect(k, strcmp(a->name, b->name) != 0, "the name only once");
	}
}

static int
names(const char *word, const char *name)
{
	return strcspn(word, " ") == strlen(name) && !strncmp(word, name, strlen(name));
}

static int
draws_from(const struct exchange *x, const char *name)
{
	for (const char *p = x->budget ? x->budget : ""; *p; p += strcspn(p, " "), p += strspn(p, " "))
		if (names(p, name))
			return 1;
	return 0;
}

static void
check_exchange_names(struct inspection *k)
{
	const char *word;
	const struct credential *r;
	const struct budget *b;
	struct place p;
	int i;

	for (i = 0; (p = place_at(k->c, i)).x; i++) {
		at(k, role_names[p.role], p.name);
		expect(k, p.x->ask && p.x->read, "both ask and read");
		for (r = k->c->credentials;
		     p.x->credential && r && r->name && strcmp(r->name, p.x->credential); r++)
			;
		expect(k, !p.x->credential || (r && r->name), "a credential of the table, found \"%s\"",
		       p.x->credential);
		for (word = p.x->budget ? p.x->budget : ""; *word;
		     word += strcspn(word, " "), word += strspn(word, " ")) {
			for (b = k->c->budgets; b && b->name && !names(word, b->name); b++)
				;
			expect(k, b && b->name, "a budget of the table, found \"%.*s\"",
			       (int)strcspn(word, " "), word);
		}
	}
}

/* A quota that nothing draws from is another one under a wrong name. */
static void
check_budgets_are_used(struct inspection *k)
{
	const struct budget *b;
	struct place p;
	int i;

	for (b = k->c->budgets; b && b->name; b++) {
		for (i = 0; (p = place_at(k->c, i)).x && !draws_from(p.x, b->name); i++)
			;
		at(k, "budget", b->name);
		expect(k, p.x != NULL, "something that draws from it");
	}
}

/* Any site is answered: none, and those that nobody knows. */
static void
check_sites(struct inspection *k)
{
	static const char *const sites[] = {NULL, "", "\xff%s\n"};
	const char *(*of[])(const char *) = {k->c->language, k->c->zone}, *answer;
	size_t i, j;

	at(k, "language and zone", "");
	for (i = 0; i < 2; i++)
		for (j = 0; of[i] && j < sizeof(sites) / sizeof(sites[0]); j++) {
			answer = of[i](sites[j]);
			expect(k, !answer || *answer, "NULL for an unknown site, found an empty text");
		}
}

void
check_tables(struct inspection *k)
{
	at(k, "connector", "");
	expect(k, is_name(k->c->name), "a name of a-z 0-9 _");
	expect(k, k->c->title && *k->c->title, "a title");
	expect(k, !k->c->push || (k->c->push->verify && k->c->push->due), "push with both verify and due");
	check_keys(k);
	check_hosts(k);
	check_budgets(k);
	check_credentials(k);
	check_streams(k);
	check_actions(k);
	check_capabilities(k);
	check_every_choice(k);
	check_checks(k);
	check_exchange_names(k);
	check_budgets_are_used(k);
	check_sites(k);
}
