/* check.c - what takes more than one line to see: keys of the platform, references, views and hashes. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "connectors/base/file.h"
#include "daemon/notify/form.h"
#include "reading.h"

const struct connector *const *conf_connectors = connectors;

static const struct connector *
connector_of(const struct instance *i)
{
	switch (i->section - sections) {
	case SECTION_APPLICATION: return ((struct conf_application *)i->data)->connector;
	case SECTION_ACCOUNT: return ((struct conf_account *)i->data)->connector;
	default: return NULL;
	}
}

static int
takes_connector_keys(const struct instance *i)
{
	return i->section == &sections[SECTION_APPLICATION] || i->section == &sections[SECTION_ACCOUNT];
}

/* A key that the section's table does not have: one of the platform's, or a mistake. */
void
check_keys(struct reading *r, struct instance *i, struct line *l)
{
	const struct connector *c = connector_of(i);
	int application = i->section == &sections[SECTION_APPLICATION], n = 0;
	const char *names[128], *near;
	struct err e;

	if (takes_connector_keys(i) && !c)
		return; /* the missing platform was told; its keys cannot be known */
	for (const struct field *f = i->section->fields; f->name; f++)
		names[n++] = f->name;
	for (const struct key *k = c ? c->keys : NULL; k && k->name && n < 127; k++) {
		if (k->application == (unsigned)application)
			names[n++] = k->name;
		if (strcmp(k->name, l->key))
			continue;
		l->key_of = k;
		if (k->application == (unsigned)application)
			return;
		fail(&e, "found key %s in [%s], expected it in [%s]", l->key, i->section->name,
		     application ? "account" : "application");
		wrong(r, l->file, l->line, &e);
		return;
	}
	names[n] = NULL;
	if ((near = conf_nearest(l->key, names)))
		fail(&e, "found key %s, expected a key of [%s]; did you mean %s?", l->key, i->section->name,
		     near);
	else
		fail(&e, "found key %s, expected a key of [%s]: %s", l->key, i->section->name,
		     join_words(r->arena, names));
	wrong(r, l->file, l->line, &e);
}

/* ---- keys of the platform ---- */

static void
doubt_readable(struct reading *r, const struct line *l, const char *path)
{
	struct stat st;
	struct err e;

	if (stat(path, &st) || !(st.st_mode & S_IROTH))
		return;
	fail(&e, "%s: found a secret in a file that everybody may read, expected: chmod o-rwx %s", l->key,
	     path);
	doubt(r, l->file, l->line, &e);
}

static const char *
secret_read(struct reading *r, const struct line *l)
{
	const char *folder = getenv("CREDENTIALS_DIRECTORY"), *path;
	struct buf text = BUF_MAX(16 * 1024);
	const char *secret = NULL;
	struct err e;

	if (!strncmp(l->value, "file:", 5)) {
		path = path_beside(r->arena, l->file, l->value + 5);
	} else if (!strncmp(l->value, "credential:", 11)) {
		if (!folder) { /* `check` in a terminal */
			fail(&e, "%s: %s is only there inside the service; it was not looked at", l->key,
			     l->value);
			doubt(r, l->file, l->line, &e);
			return "";
		}
		if (!l->value[11] || strchr(l->value + 11, '/')) {
			fail(&e, "%s: found %s, expected credential:NAME", l->key, l->value);
			wrong(r, l->file, l->line, &e);
			return NULL;
		}
		path = arena_fmt(r->arena, "%s/%s", folder, l->value + 11);
	} else {
		doubt_readable(r, l, l->file);
		return l->value;
	}
	if (file_read(path, &text, &e)) {
		wrong(r, l->file, l->line, &e);
		goto out;
	}
	while (text.len && (text.data[text.len - 1] == '\n' || text.data[text.len - 1] == '\r'))
		buf_cut(&text, text.len - 1);
	if (!text.len || strlen(text.data) != text.len) {
		fail(&e, "%s: found no text in %s, expected the secret", l->key, path);
		wrong(r, l->file, l->line, &e);
		goto out;
	}
	doubt_readable(r, l, path);
	secret = arena_strdup(r->arena, text.data);
out:
	if (text.data)
		explicit_bzero(text.data, text.room);
	buf_free(&text);
	return secret;
}

int
is_one_of(const char *const *list, const char *word)
{
	for (; list && *list; list++)
		if (!strcmp(*list, word))
			return 1;
	return 0;
}

const char *
setting_read(struct reading *r, const struct line *l)
{
	static const char *const yes[] = {"yes", "true", "on", "1", NULL}, *const no[] = {"no", "false",
											  "off", "0", NULL};
	const struct key *k = l->key_of;
	struct err e;

	if (!*l->value && k->required) {
		fail(&e, "%s: found nothing, expected a value", l->key);
		wrong(r, l->file, l->line, &e);
		return NULL;
	}
	switch (k->type) {
	case KEY_SECRET: return secret_read(r, l);
	case KEY_TEXT: return l->value;
	case KEY_FLAG:
		if (is_one_of(yes, l->value))
			return "yes";
		if (is_one_of(no, l->value))
			return "no";
		fail(&e, "%s: found \"%s\", expected yes or no", l->key, l->value);
		break;
	case KEY_NUMBER:
		if (*l->value && strlen(l->value) <= 18 && !l->value[strspn(l->value, "0123456789")])
			return l->value;
		fail(&e, "%s: found \"%s\", expected a number", l->key, l->value);
		break;
	case KEY_CHOICE:
		if (is_one_of(split_words(r->arena, k->choices), l->value))
			return l->value;
		fail(&e, "%s: found \"%s\", expected one of: %s", l->key, l->value, k->choices);
		break;
	}
	wrong(r, l->file, l->line, &e);
	return NULL;
}

/* The section's settings, followed by those of `more` (NULL: none). */
static const struct setting *
settings_of(struct reading *r, const struct instance *i, const struct setting *more)
{
	size_t n = 1, at = 0;
	struct setting *list;

	for (const struct line *l = i->lines; l; l = l->next)
		n++;
	for (const struct setting *s = more; s && s->key; s++)
		n++;
	list = arena_zalloc(r->arena, n * sizeof *list);
	for (const struct line *l = i->lines; l; l = l->next) {
		const char *value = l->key_of ? setting_read(r, l) : NULL;

		if (value)
			list[at++] = (struct setting){l->key, value};
	}
	for (const struct setting *s = more; s && s->key; s++)
		list[at++] = *s;
	return list;
}

const struct line *
line_of(const struct instance *i, const char *key)
{
	const struct line *l = i->lines;

	while (l && strcmp(l->key, key))
		l = l->next;
	return l;
}

static void
check_required_keys(struct reading *r, const struct instance *i, const struct connector *c,
		    unsigned application)
{
	struct err e;

	for (const struct key *k = c ? c->keys : NULL; k && k->name; k++) {
		if (!k->required || k->application != application || line_of(i, k->name))
			continue;
		fail(&e, "found [%s \"%s\"] without %s, expected %s = …", i->section->name, i->title, k->name,
		     k->name);
		wrong(r, i->file, i->line, &e);
	}
}

/* ---- sections ---- */

static void
check_application(struct reading *r, const struct instance *i, struct conf_application *a)
{
	check_required_keys(r, i, a->connector, 1);
	a->settings = settings_of(r, i, NULL);
}

static const struct conf_application *
application_find(struct reading *r, const struct line *l)
{
	const char **names = arena_zalloc(r->arena, (size_t)(r->conf->napplications + 1) * sizeof *names),
		   *near;
	struct err e;

	for (int n = 0; n < r->conf->napplications; n++) {
		names[n] = r->conf->applications[n].name;
		if (!strcmp(names[n], l->value))
			return &r->conf->applications[n];
	}
	if ((near = conf_nearest(l->value, names)))
		fail(&e,
		     "application: found \"%s\", expected the title of an [application]; did you mean %s?",
		     l->value, near);
	else
		fail(&e, "application: found \"%s\", expected the title of an [application]", l->value);
	wrong(r, l->file, l->line, &e);
	return NULL;
}

static void
check_account(struct reading *r, const struct instance *i, struct conf_account *a)
{
	const struct line *l = line_of(i, "application");
	struct err e;

	if (l && l->nwords == 1)
		a->application = application_find(r, l);
	if (l && a->application && a->connector && a->application->connector &&
	    a->application->connector != a->connector) {
		fail(&e, "application: found one of %s, expected one of %s", a->application->connector->name,
		     a->connector->name);
		wrong(r, l->file, l->line, &e);
	}
	for (const struct key *k = a->connector && !l ? a->connector->keys : NULL; k && k->name; k++) {
		if (!k->application || !k->required)
			continue;
		fail(&e,
		     "found [account \"%s\"] without an application, expected application = TITLE: %s needs "
		     "its %s",
		     a->name, a->connector->name, k->name);
		wrong(r, i->file, i->line, &e);
		break;
	}
	if (*a->ca && access(a->ca, R_OK)) {
		l = line_of(i, "ca");
		fail(&e, "ca: %s cannot be read", a->ca);
		wrong(r, l->file, l->line, &e);
	}
	if (a->hours.n && !*a->zone) {
		fail(&e, "found [%s \"%s\"] without %s, expected %s = …", i->section->name, i->title, "zone",
		     "zone"); /* whose clock it is must not be guessed */
		wrong(r, i->file, line_of(i, "hours")->line, &e);
	}
	check_required_keys(r, i, a->connector, 0);
	check_kinds(r, i, a, "approve", a->approve);
	check_kinds(r, i, a, "never", a->never);
	a->place = arena_fmt(r->arena, "%s:%d", i->file, i->line);
	a->view.name = a->name;
	a->view.connector = a->connector;
	a->view.settings = settings_of(r, i, a->application ? a->application->settings : NULL);
}

static void
check_operator(struct reading *r, const struct instance *i, const struct conf_operator *o)
{
	struct err e;

	for (const struct conf_operator *p = r->conf->operators; p < o; p++) {
		if (strcmp(p->user, o->user))
			continue;
		fail(&e, "user: found %s, expected another; [operator \"%s\"] has the same", o->user,
		     p->name);
		wrong(r, i->file, i->line, &e);
	}
}

static void
check_console(struct reading *r, const struct instance *i, const struct conf_service *s)
{
	const struct line *port = line_of(i, "console_port"), *url = line_of(i, "console_url");
	const char *host = strstr(s->console_url, "://");
	struct err e;

	if (!s->console_port || !port)
		return;
	if (url && host && strchr(host + 3, '/')) {
		fail(&e,
		     "console_url: found %s, expected an address without a path: the console has all of it",
		     s->console_url);
		wrong(r, url->file, url->line, &e);
	}
	if (!r->conf->noperators) {
		fail(&e, "console_port: found no [operator], expected the people who log in there");
		doubt(r, port->file, port->line, &e);
	}
}

/* ---- channels ---- */

static void
wrong_notify(struct reading *r, const struct instance *i, const char *key, const struct err *e)
{
	const struct line *l = line_of(i, key);

	wrong(r, l ? l->file : i->file, l ? l->line : i->line, e);
}

static int
has(const struct instance *i, const char *key)
{
	const struct line *l = line_of(i, key);

	return l && *l->value;
}

static void
needs(struct reading *r, const struct instance *i, const char *given, const char *missing)
{
	struct err e;

	if (!has(i, given) || has(i, missing))
		return;
	fail(&e, "found %s without %s, expected both in [%s \"%s\"]", given, missing, i->section->name,
	     i->title);
	wrong_notify(r, i, given, &e);
}

static void
check_channel_accounts(struct reading *r, const struct instance *i, const struct conf_notify *n)
{
	struct err e;

	for (const char *const *a = n->accounts; a && *a; a++) {
		int known = 0;

		for (int k = 0; k < r->conf->naccounts; k++)
			known |= !strcmp(r->conf->accounts[k].name, *a);
		if (known)
			continue;
		fail(&e, "accounts: found \"%s\", expected the title of an [account]", *a);
		wrong_notify(r, i, "accounts", &e);
	}
}

/* What opens a channel may stand elsewhere. */
static void
read_channel_secrets(struct reading *r, const struct instance *i, struct conf_notify *n)
{
	const struct line *l = line_of(i, "password");
	const char *secret;
	struct err e;

	if (l && (secret = secret_read(r, l)))
		n->password = secret;
	if (!(l = line_of(i, "webhook")) ||
	    (strncmp(l->value, "file:", 5) != 0 && strncmp(l->value, "credential:", 11) != 0))
		return;
	if ((secret = secret_read(r, l)) && *secret && !webhook_ok(secret, "webhook", &e)) {
		fail(&e, "webhook: what %s names is no https:// address", l->value);
		wrong(r, l->file, l->line, &e);
	}
	n->webhook = secret ? secret : "";
}

static void
check_notify(struct reading *r, const struct instance *i, struct conf_notify *n)
{
	static const char *const by_zone[] = {"quiet", "on_call", "digest"};
	static const char *const of_mail[] = {"smtp", "user", "password", "from"};
	struct err e;

	if (!has(i, "webhook") && !has(i, "mail")) {
		fail(&e, "found [%s \"%s\"] without an address, expected webhook = … or mail = …",
		     i->section->name, i->title);
		wrong(r, i->file, i->line, &e);
	} else if (has(i, "webhook") && has(i, "mail")) {
		fail(&e, "found webhook and mail, expected one of them; write two [%s] sections",
		     i->section->name);
		wrong_notify(r, i, "mail", &e);
	}
	if (n->from && n->from[1]) {
		fail(&e, "from: found several addresses, expected one");
		wrong_notify(r, i, "from", &e);
	}
	read_channel_secrets(r, i, n);
	needs(r, i, "mail", "smtp");
	needs(r, i, "mail", "from");
	for (size_t k = 0; k < 4; k++)
		needs(r, i, of_mail[k], "mail");
	needs(r, i, "user", "password");
	needs(r, i, "password", "user");
	needs(r, i, "dialect", "webhook");
	needs(r, i, "form", "webhook");
	if (!strcmp(n->dialect, "telegram") && !*n->form_file)
		needs(r, i, "dialect", "chat");
	for (size_t k = 0; k < 3; k++)
		needs(r, i, by_zone[k], "zone");
	check_channel_accounts(r, i, n);
	if (*n->ca && access(n->ca, R_OK)) {
		fail(&e, "ca: %s cannot be read", n->ca);
		wrong_notify(r, i, "ca", &e);
	}
	if (!n->mail && !(n->form = form_read(r->arena, n->dialect, *n->form_file ? n->form_file : NULL, &e)))
		wrong_notify(r, i, *n->form_file ? "form" : "dialect", &e);
}

/* Where the key is when nobody says: a key that came with the unit, else beside the state. */
static void
choose_key_file(struct reading *r)
{
	const char *folder = getenv("CREDENTIALS_DIRECTORY");
	struct conf_service *s = &r->conf->service;

	if (*s->key_file || (folder && !access(arena_fmt(r->arena, "%s/supercargo.key", folder), F_OK)))
		return;
	s->key_file = path_beside(r->arena, s->state, "supercargo.key");
}

void
check_all(struct reading *r)
{
	choose_key_file(r);
	for (size_t s = 0; s < SECTIONS; s++) { /* applications stand before the accounts that use them */
		for (struct instance *i = r->instances; i; i = i->next) {
			if (i->section != &sections[s])
				continue;
			switch (s) {
			case SECTION_APPLICATION: check_application(r, i, i->data); break;
			case SECTION_ACCOUNT: check_account(r, i, i->data); break;
			case SECTION_RULE: check_rule(r, i, i->data); break;
			case SECTION_NOTIFY: check_notify(r, i, i->data); break;
			case SECTION_OPERATOR: check_operator(r, i, i->data); break;
			case SECTION_SERVICE: check_console(r, i, i->data); break;
			}
		}
	}
}
