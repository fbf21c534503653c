#include "daemon/daemon.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "daemon/clock.h"
#include "daemon/hours/presence.h"
#include "daemon/log.h"
#include "daemon/memory.h"
#include "daemon/notify/notify.h"
#include "daemon/push/push.h"
#include "daemon/quarantine.h"
#include "daemon/runner.h"
#include "daemon/schedule/queue.h"
#include "daemon/share.h"

static void
complain(void *ctx, int warning, const char *line)
{
	(void)ctx;
	if (warning)
		log_warn("%s", line);
	else
		log_error("%s", line);
}

static void
lint(void *ctx, const struct finding *f)
{
	char text[ERR_MAX];

	(void)ctx;
	err_english(f->err.text, text, sizeof text);
	log_error("%s:%d:%d: %s", f->file, f->line, f->column, text);
}

static int
connectors_count(void)
{
	int n = 0;

	while (connectors[n])
		n++;
	return n;
}

/* What a reload replaces: all of it read and checked before anything of the old is given up. */
struct parts {
	struct conf *conf;
	struct library *library;
	struct phrases *phrases;
	struct policy **policies;
};

static void
parts_free(struct parts *p)
{
	for (int i = 0; p->policies && i < connectors_count(); i++)
		policy_free(p->policies[i]);
	free(p->policies);
	phrases_free(p->phrases);
	library_free(p->library);
	conf_free(p->conf);
}

static int
parts_read(struct parts *p, const char *conf_file, struct err *err)
{
	char templates[SHARE_PATH], phrases[SHARE_PATH];

	memset(p, 0, sizeof *p);
	if (!(p->conf = conf_read(conf_file, log_language(), complain, NULL)))
		return fail(err, "%s: there are errors in the configuration; see above", conf_file);
	share_path("templates", templates);
	share_path("i18n/phrases", phrases);
	if (!(p->library = library_load(templates, p->conf->service.templates, lint, NULL, err)))
		return -1;
	if (!(p->phrases = phrases_load(phrases, p->conf->service.phrases, err)))
		return -1;
	acknowledgements_find(p->conf, p->library);
	p->policies = must_zalloc(((size_t)connectors_count() + 1) * sizeof *p->policies);
	for (int i = 0; connectors[i]; i++)
		if (!(p->policies[i] = policy_load(share_root(), connectors[i]->name, err)))
			return -1;
	return 0;
}

static void
parts_take(struct daemon *d, const struct parts *p)
{
	d->conf = p->conf;
	d->library = p->library;
	d->phrases = p->phrases;
	d->policies = p->policies;
}

static void
installation(struct daemon *d)
{
	const char *id = meta_get(d->store, "installation");

	d->installation = must_strdup(id ? id : "");
}

/* A store that was sealed with another key would look like a hundred dead tokens. */
static void
check_key(struct daemon *d, int64_t now)
{
	const char *known = meta_get(d->store, "key_check");
	char id[17], packed[ERR_MAX];

	secret_key_id(d->key, id);
	if (!known) {
		meta_set(d->store, "key_check", id);
	} else if (strcmp(known, id) != 0) {
		pack(packed,
		     "the key does not fit this store (tokens were sealed with key %s, found %s); give the "
		     "right key file, or log "
		     "every account in again",
		     known, id);
		notice_raise(d->store, "key", 0, packed, now);
		log_reason(packed);
	}
}

static void
rules_arm(struct daemon *d, int64_t now)
{
	free(d->armed);
	d->armed = must_zalloc((size_t)(d->conf->nrules + 1) * sizeof *d->armed);
	for (int i = 0; i < d->conf->nrules; i++)
		d->armed[i] = rule_armed(d->store, d->conf->rules[i].name, d->conf->rules[i].hash, now);
}

int
daemon_open(struct daemon *d, const char *conf_file, int64_t now, struct err *err)
{
	struct parts p;

	memory_setup();
	json_setup();
	d->conf_file = conf_file;
	d->started = now;
	if (parts_read(&p, conf_file, err)) {
		parts_free(&p);
		return -1;
	}
	parts_take(d, &p);
	log_setup(d->conf->service.language, log_is_debug());
	if (!(d->key = secret_key_load(d->conf->service.key_file, err)) ||
	    !(d->store = store_open(d->conf->service.state, err)) || !(d->transport = transport_http(err)))
		return -1;
	store_begin(d->store);
	installation(d);
	check_key(d, now);
	runners_make(d, now);
	channels_make(d);
	rules_arm(d, now);
	outbox_recover(d->store, now);
	quarantine_tell(d, now);
	return store_commit(d->store, err);
}

int
daemon_join(struct daemon *d, const char *conf_file, struct store *store, struct err *err)
{
	struct parts p;
	int r = parts_read(&p, conf_file, err);

	d->conf_file = conf_file;
	parts_take(d, &p);
	if (r)
		return -1;
	d->store = store;
	d->armed = must_zalloc((size_t)(d->conf->nrules + 1) * sizeof *d->armed);
	installation(d);
	return 0;
}

void
daemon_leave(struct daemon *d)
{
	d->store = NULL;
	daemon_close(d);
}

void
daemon_reload(struct daemon *d, int64_t now)
{
	struct parts old = {d->conf, d->library, d->phrases, d->policies}, p;
	struct err err = {""};

	if (parts_read(&p, d->conf_file, &err)) {
		log_reason(err.text);
		log_error("the old configuration stays in force");
		parts_free(&p);
		return;
	}
	queue_free(d);
	runners_free(d);
	parts_free(&old);
	parts_take(d, &p);
	log_setup(d->conf->service.language, log_is_debug());
	runners_make(d, now);
	channels_make(d);
	rules_arm(d, now);
	log_info("configuration read again: %d accounts, %d rules", d->nrunners, d->conf->nrules);
}

void
daemon_clock_right(struct daemon *d, int64_t now)
{
	dates_end(d->store, now);
	rules_arm(d, now);
	runners_recall(d, now);
}

void
daemon_close(struct daemon *d)
{
	struct parts p = {d->conf, d->library, d->phrases, d->policies};

	if (d->transport) {
		queue_free(d);
		channels_free(d);
		runners_free(d);
		d->transport->free(d->transport);
	}
	if (d->store)
		store_close(d->store);
	push_keys_free(d);
	secret_key_free(d->key);
	free(d->installation);
	free(d->armed);
	parts_free(&p);
}

int
daemon_on_loopback(const struct daemon *d)
{
	for (int i = 0; i < d->conf->naccounts; i++)
		if (strncmp(d->conf->accounts[i].endpoint, "http://127.", 11) != 0 &&
		    strncmp(d->conf->accounts[i].endpoint, "https://127.", 12) != 0)
			return 0;
	return 1;
}

const struct policy *
daemon_policy(const struct daemon *d, const struct connector *c)
{
	for (int i = 0; connectors[i]; i++)
		if (connectors[i] == c)
			return d->policies[i];
	return NULL;
}

const struct conf_account *
daemon_account(const struct daemon *d, const char *name)
{
	for (int i = 0; i < d->conf->naccounts; i++)
		if (!strcmp(d->conf->accounts[i].name, name))
			return &d->conf->accounts[i];
	return NULL;
}
