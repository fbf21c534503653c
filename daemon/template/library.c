/* Finds the files of the library, shipped and own, and answers from them. */

#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "connectors/base/file.h"
#include "connectors/base/text.h"
#include "daemon/conf/conf.h"
#include "own.h"
#include "scenario.h"

enum { SCENARIOS = 512 };

struct library {
	struct arena *arena;
	struct entry *entries, **last;
	const char *ids[SCENARIOS + 1];
	int nids;
};

/* ---- names ---- */

struct names {
	char **name;
	size_t n, room;
};

static int
names_have(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->n; i++)
		if (!strcmp(names->name[i], name))
			return 1;
	return 0;
}

static void
names_add(struct names *names, const char *name)
{
	if (names_have(names, name))
		return;
	if (names->n == names->room) {
		char **more = must_alloc((names->room = 2 * names->room + 16) * sizeof *more);

		if (names->n)
			memcpy(more, names->name, names->n * sizeof *more);
		free(names->name);
		names->name = more;
	}
	names->name[names->n++] = must_strdup(name);
}

static void
names_free(struct names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->name[i]);
	free(names->name);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Adds what stands in a folder, but hidden files and editors' copies.  0, or -1 with errno. */
static int
names_of(struct names *names, const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *d;

	if (!dir)
		return -1;
	while ((d = readdir(dir)) && names->n < 4096) {
		size_t n = strlen(d->d_name);

		if (*d->d_name != '.' && d->d_name[n - 1] != '~')
			names_add(names, d->d_name);
	}
	closedir(dir);
	if (names->n)
		qsort(names->name, names->n, sizeof *names->name, by_name);
	return 0;
}

/* ---- loading ---- */

struct loading {
	struct library *library;
	const char *shipped, *own;
	struct names scenarios; /* that are shipped */
	struct report report;
	struct buf file; /* bytes of the file at hand */
	crypto_hash_sha256_state hash;
};

/* The seller's file when there is one, else the shipped one. */
static const char *
file_of(struct loading *l, const char *id, const char *name)
{
	const char *path;

	if (*l->own) {
		path = arena_fmt(l->library->arena, "%s/%s/%s", l->own, id, name);
		if (!access(path, F_OK))
			return path;
	}
	return arena_fmt(l->library->arena, "%s/%s/%s", l->shipped, id, name);
}

/* Reads a file into l->file and the version.  -1: reported. */
static int
load_file(struct loading *l, const char *path, const char *name)
{
	unsigned char size[8];

	if (file_read(path, &l->file, &l->report.err)) {
		report_finding(&l->report, ERROR, "unreadable", path, 1, 1);
		return -1;
	}
	for (int i = 0; i < 8; i++)
		size[i] = (unsigned char)(l->file.len >> (8 * i));
	crypto_hash_sha256_update(&l->hash, (const unsigned char *)name, strlen(name) + 1);
	crypto_hash_sha256_update(&l->hash, size, sizeof size);
	crypto_hash_sha256_update(&l->hash, (const unsigned char *)buf_str(&l->file), l->file.len);
	return 0;
}

/* An upgrade brought another text, and the seller's copy hides it. */
static void
look_for_upgrade(struct loading *l, const char *id, const char *path, const char *name)
{
	if (!l->report.warnings || !own_outdated(&(struct folders){l->shipped, l->own}, id, name))
		return;
	fail(&l->report.err,
	     "the shipped file %s/%s/%s has changed since this copy was made; compare them, change yours as "
	     "you "
	     "like, then: supercargo template seen %s",
	     l->shipped, id, name, id);
	report_finding(&l->report, WARNING, "original-changed", path, 1, 1);
}

static int
ends_with(const char *s, size_t n, const char *end)
{
	const size_t m = strlen(end);

	return n > m && !memcmp(s + n - m, end, m);
}

/* "zh-Hans.txt", "zh-Hans.short.txt" -> "zh-Hans".  -1: reported, or nothing of ours. */
static int
locale_of(struct loading *l, const char *path, const char *name, char locale[LOCALE_MAX], int *is_short)
{
	size_t n = strlen(name);
	char canonical[LOCALE_MAX];

	if (!ends_with(name, n, ".txt")) {
		fail(&l->report.err, "found the file %s, expected template.conf or LOCALE.txt", name);
		report_finding(&l->report, WARNING, "unknown-file", path, 1, 1);
		return -1;
	}
	n -= 4;
	if ((*is_short = ends_with(name, n, ".short")))
		n -= 6;
	if (n < LOCALE_MAX) {
		memcpy(locale, name, n);
		locale[n] = '\0';
	}
	if (n >= LOCALE_MAX || locale_canonical(locale, canonical) || strcmp(locale, canonical)) {
		fail(&l->report.err,
		     "found the file %s, expected the name of a locale like de.txt or zh-Hans.txt", name);
		report_finding(&l->report, ERROR, "bad-locale", path, 1, 1);
		return -1;
	}
	return 0;
}

static void
load_text(struct loading *l, struct entry *e, const char *name)
{
	const char *path = file_of(l, e->view.id, name);
	char locale[LOCALE_MAX];
	int is_short;

	if (locale_of(l, path, name, locale, &is_short))
		return;
	look_for_upgrade(l, e->view.id, path, name);
	if (e->nfiles == FILES) {
		fail(&l->report.err, "found more than %d texts", FILES);
		report_finding(&l->report, ERROR, "too-many", path, 1, 1);
		return;
	}
	e->files[e->nfiles++] = arena_strndup(l->library->arena, name, strlen(name) - 4);
	if (!load_file(l, path, name))
		text_add(e, l->library->arena, locale, is_short, path, buf_str(&l->file), l->file.len,
			 &l->report);
}

/* "es", "es.short" */
static int
has_file(const struct entry *e, const char *locale)
{
	for (int i = 0; i < e->nfiles; i++)
		if (!strcmp(e->files[i], locale))
			return 1;
	return 0;
}

static void
look_for_reviewed(struct loading *l, const struct entry *e)
{
	for (const char *const *x = e->reviewed; *x; x++) {
		if (has_file(e, *x))
			continue;
		fail(&l->report.err, "found %s among the reviewed locales, expected one that has a text", *x);
		report_finding(&l->report, WARNING, "reviewed-missing", e->conf, 1, 1);
	}
}

/* A language that most scenarios speak and this one does not is a market that gets no answer.  A seller's own scenarios speak what the
 * seller likes (lint.h asks what the rules need). */
static void
look_for_missing(struct loading *l)
{
	struct names locales = {0};
	int scenarios = 0;

	for (const struct entry *e = l->library->entries; e; e = e->next) {
		scenarios += !e->own;
		for (int i = 0; !e->own && i < e->nfiles; i++)
			if (!strchr(e->files[i], '.')) /* short ones are written where they are needed */
				names_add(&locales, e->files[i]);
	}
	for (size_t i = 0; i < locales.n; i++) {
		int have = 0;

		for (const struct entry *e = l->library->entries; e; e = e->next)
			have += !e->own && has_file(e, locales.name[i]);
		for (const struct entry *e = l->library->entries; e && 2 * have > scenarios; e = e->next) {
			if (e->own || has_file(e, locales.name[i]))
				continue;
			fail(&l->report.err, "found no text for %s, expected the file %s.txt",
			     locales.name[i], locales.name[i]);
			report_finding(&l->report, WARNING, "missing-locale", e->conf, 1, 1);
		}
	}
	names_free(&locales);
}

/* A folder of the seller's that neither replaces a text nor is a scenario by itself.  1: told. */
static int
is_unknown(struct loading *l, const char *id, const char *conf)
{
	const char **ids, *near;

	if (names_have(&l->scenarios, id) || !access(conf, F_OK))
		return 0;
	ids = arena_alloc(l->library->arena, (l->scenarios.n + 1) * sizeof *ids);
	if (l->scenarios.n)
		memcpy(ids, l->scenarios.name, l->scenarios.n * sizeof *ids);
	ids[l->scenarios.n] = NULL;
	if ((near = conf_nearest(id, ids)))
		fail(&l->report.err, "there is no scenario %s, so its texts are never used; did you mean %s?",
		     id, near);
	else
		fail(&l->report.err,
		     "there is no scenario %s, so its texts are never used; a new one needs a template.conf",
		     id);
	report_finding(&l->report, ERROR, "unknown-scenario",
		       arena_fmt(l->library->arena, "%s/%s", l->own, id), 1, 1);
	return 1;
}

int
scenario_is_id(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return n && n < 64 && !s[n];
}

static void
entry_free(struct entry *e)
{
	for (int i = 0; i < e->ntexts; i++)
		message_free(e->texts[i].pattern);
	for (int i = 0; i < e->nshorts; i++)
		message_free(e->shorts[i].pattern);
	free(e);
}

static void
load_scenario(struct loading *l, const char *id)
{
	struct library *lib = l->library;
	struct entry *e = must_zalloc(sizeof *e);
	struct names files = {0};
	const char *conf = file_of(l, id, "template.conf");
	unsigned char digest[crypto_hash_sha256_BYTES];
	char hex[2 * crypto_hash_sha256_BYTES + 1];

	if (!scenario_is_id(id)) {
		fail(&l->report.err, "found the folder %s, expected a name of a-z, 0-9 and _", id);
		report_finding(&l->report, ERROR, "bad-id", conf, 1, 1);
		goto bad;
	}
	if (lib->nids == SCENARIOS) {
		fail(&l->report.err, "found more than %d scenarios", SCENARIOS);
		report_finding(&l->report, ERROR, "too-many", conf, 1, 1);
		goto bad;
	}
	if (*l->own && is_unknown(l, id, conf))
		goto bad;
	e->view.id = arena_strdup(lib->arena, id);
	e->conf = conf;
	e->own = !names_have(&l->scenarios, id);
	crypto_hash_sha256_init(&l->hash);
	if (load_file(l, conf, "template.conf") ||
	    scenario_read(e, lib->arena, conf, buf_str(&l->file), l->file.len, &l->report))
		goto bad;
	look_for_upgrade(l, id, conf, "template.conf");

	names_of(&files, arena_fmt(lib->arena, "%s/%s", l->shipped, id));
	if (*l->own)
		names_of(&files, arena_fmt(lib->arena, "%s/%s", l->own, id));
	for (size_t i = 0; i < files.n; i++)
		if (strcmp(files.name[i], "template.conf"))
			load_text(l, e, files.name[i]);
	look_for_reviewed(l, e);

	crypto_hash_sha256_final(&l->hash, digest);
	hex_encode(digest, sizeof digest, hex);
	e->view.version = arena_strdup(lib->arena, hex);
	*lib->last = e;
	lib->last = &e->next;
	lib->ids[lib->nids++] = e->view.id;
	e = NULL;
bad:
	names_free(&files);
	if (e)
		entry_free(e);
}

static struct library *
load(const char *shipped, const char *own, const struct report *report, struct err *err)
{
	struct library *lib = must_zalloc(sizeof *lib);
	struct loading l = {lib, shipped, own, .report = *report, .file = BUF_MAX(TEMPLATE_FILE_MAX)};
	struct names ids = {0};

	lib->arena = arena_new();
	lib->last = &lib->entries;
	if (names_of(&ids, shipped) || names_of(&l.scenarios, shipped)) {
		fail(err, "%s: the reply library cannot be read: %s", shipped, strerror(errno));
		library_free(lib);
		names_free(&ids);
		return NULL;
	}
	if (*own && names_of(&ids, own) && errno != ENOENT) {
		fail(&l.report.err, "the folder cannot be read: %s", strerror(errno));
		report_finding(&l.report, ERROR, "unreadable", own, 1, 1);
	}
	for (size_t i = 0; i < ids.n; i++)
		load_scenario(&l, ids.name[i]);
	look_for_missing(&l);
	names_free(&ids);
	names_free(&l.scenarios);
	buf_free(&l.file);
	return lib;
}

struct library *
library_load(const char *shipped, const char *own, void (*each)(void *, const struct finding *), void *ctx,
	     struct err *err)
{
	return load(shipped, own, &(struct report){.each = each, .ctx = ctx}, err);
}

struct library *
library_lint(const char *shipped, const char *own, void (*each)(void *, const struct finding *), void *ctx,
	     struct err *err)
{
	return load(shipped, own, &(struct report){.each = each, .ctx = ctx, .warnings = 1}, err);
}

void
library_free(struct library *lib)
{
	struct entry *e, *next;

	if (!lib)
		return;
	for (e = lib->entries; e; e = next) {
		next = e->next;
		entry_free(e);
	}
	arena_free(lib->arena);
	free(lib);
}

/* ---- asking ---- */

const struct entry *
library_entry(const struct library *lib, const char *id)
{
	const struct entry *e = lib->entries;

	while (e && strcmp(e->view.id, id))
		e = e->next;
	return e;
}

const struct scenario *
library_scenario(const struct library *lib, const char *id)
{
	const struct entry *e = library_entry(lib, id);

	return e ? &e->view : NULL;
}

const char *const *
library_ids(const struct library *lib)
{
	return lib->ids;
}

const char *const *
library_locales(const struct library *lib, const char *id)
{
	static const char *const none[] = {NULL};
	const struct entry *e = library_entry(lib, id);

	return e ? e->locales : none;
}

int
library_reviewed(const struct library *lib, const char *id, const char *locale)
{
	const struct entry *e = library_entry(lib, id);

	for (const char *const *x = e ? e->reviewed : NULL; x && *x; x++)
		if (!strcmp(*x, locale))
			return 1;
	return 0;
}

int
library_is_for(const struct library *lib, const char *id, const char *kind)
{
	const struct entry *e = library_entry(lib, id);

	for (const char *const *k = e ? e->view.kinds : NULL; k && *k; k++)
		if (!strcmp(*k, kind))
			return 1;
	return 0;
}

const char *
library_permission(const struct library *lib, const char *id, const char *platform)
{
	const struct entry *e = library_entry(lib, id);

	for (int i = 0; e && i < e->nplatforms; i++)
		if (!strcmp(e->platforms[i].name, platform))
			return e->platforms[i].permission;
	return "?";
}

int
library_has_short(const struct library *lib, const char *id, const char *locale)
{
	const struct entry *e = library_entry(lib, id);

	for (int i = 0; e && i < e->nshorts; i++)
		if (!strcmp(e->shorts[i].locale, locale))
			return 1;
	return 0;
}

enum rule_do
library_mode(const struct library *lib, const char *id, const char *platform)
{
	const struct entry *e = library_entry(lib, id);

	for (int i = 0; e && i < e->nplatforms; i++)
		if (!strcmp(e->platforms[i].name, platform) && e->platforms[i].mode != RULE_AS_TEMPLATE)
			return e->platforms[i].mode;
	return e ? e->mode : RULE_AUTO;
}

const struct var *
library_samples(const struct library *lib, const char *id)
{
	const struct entry *e = library_entry(lib, id);

	return e ? e->samples : NULL;
}

static int
render(const struct text *text, const char *country, const char *zone, const struct var *vars,
       struct buf *out, struct err *err)
{
	char locale[LOCALE_MAX];
	struct message_context context = {.locale = locale, .zone = zone};

	locale_with_country(text->locale, country ? country : "", locale);
	return message_render(text->pattern, vars, &context, out, err);
}

int
library_render_short(const struct library *lib, const char *id, const char *locale, const char *country,
		     const char *zone, const struct var *vars, struct buf *out, struct err *err)
{
	const struct entry *e = library_entry(lib, id);

	for (int i = 0; e && i < e->nshorts; i++)
		if (!strcmp(e->shorts[i].locale, locale))
			return render(&e->shorts[i], country, zone, vars, out, err);
	return fail(err, "template %s: found no short text for the language %s", id, locale);
}

int
library_render(const struct library *lib, const char *id, const char *want, const char *country,
	       const char *zone, const struct var *vars, struct buf *out, char got[LOCALE_MAX],
	       struct err *err)
{
	const struct entry *e = library_entry(lib, id);
	int i;

	*got = '\0';
	if (!e)
		return fail(err, "template %s: there is none of that name; `template list` shows all", id);
	i = e->ntexts ? locale_match(want, e->locales) : -1;
	if (i < 0)
		return fail(err,
			    "template %s: found no text for the language %s; write one or answer by hand", id,
			    want);
	strcpy(got, e->texts[i].locale);
	return render(&e->texts[i], country, zone, vars, out, err);
}
