/* conf.c - collects the lines of a configuration and its includes, then has them read by the tables. */
#include "conf.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ini.h"
#include "reading.h"

enum { FILES_MAX = 200, DEPTH_MAX = 4 };

struct conf_memory {
	struct conf conf; /* first: what conf_read returns is the whole */
	struct arena *arena;
};

/* Where a file is being read. */
struct place {
	struct reading *reading;
	struct instance *now; /* NULL: before the first section, or in one that nobody knows */
	int depth;
};

static int read_file(struct reading *, const char *file, int depth, struct err *);

static void
tell(struct reading *r, int warning, const char *file, int line, const struct err *e)
{
	struct buf text = BUF_MAX(8192);

	if (line)
		buf_fmt(&text, "%s:%d: ", file, line);
	say_packed(&text, r->lang, e->text);
	if (r->complain)
		r->complain(r->ctx, warning, buf_str(&text));
	buf_free(&text);
}

void
wrong(struct reading *r, const char *file, int line, const struct err *e)
{
	r->errors++;
	tell(r, 0, file, line, e);
}

void
doubt(struct reading *r, const char *file, int line, const struct err *e)
{
	tell(r, 1, file, line, e);
}

const char *
path_beside(struct arena *a, const char *file, const char *path)
{
	const char *slash = strrchr(file, '/');

	if (!*path || *path == '/' || !slash)
		return arena_strdup(a, path);
	return arena_fmt(a, "%.*s/%s", (int)(slash - file), file, path);
}

const char *const *
connector_names(struct arena *a)
{
	size_t n = 0;
	const char **list;

	while (conf_connectors[n])
		n++;
	list = arena_zalloc(a, (n + 1) * sizeof *list);
	while (n--)
		list[n] = conf_connectors[n]->name;
	return list;
}

/* ---- collecting ---- */

static void
include(struct place *p, const struct ini_item *item)
{
	struct reading *r = p->reading;
	const char *pattern = path_beside(r->arena, item->file, item->value);
	glob_t found = {0};
	struct err e;

	if (p->depth == DEPTH_MAX) {
		fail(&e, "found an include inside %d others, expected fewer", DEPTH_MAX);
		wrong(r, item->file, item->line, &e);
	} else if (!glob(pattern, 0, NULL, &found)) {
		for (size_t i = 0; i < found.gl_pathc; i++)
			if (read_file(r, arena_strdup(r->arena, found.gl_pathv[i]), p->depth + 1, &e))
				wrong(r, item->file, item->line, &e);
	} else if (!strpbrk(pattern, "*?[")) { /* an empty folder is fine, a missing file is not */
		fail(&e, "include: found no file %s", pattern);
		wrong(r, item->file, item->line, &e);
	}
	globfree(&found);
}

static const struct section *
section_find(struct reading *r, const struct ini_item *item)
{
	const char *names[SECTIONS + 1] = {0}, *near;
	struct err e;
	int n = 0;

	for (const struct section *s = sections; s->name; s++) {
		if (!strcmp(s->name, item->section))
			return s;
		names[n++] = s->name;
	}
	if ((near = conf_nearest(item->section, names)))
		fail(&e, "found section [%s], expected [%s]", item->section, near);
	else
		fail(&e, "found section [%s], expected one of: %s", item->section,
		     join_words(r->arena, names));
	wrong(r, item->file, item->line, &e);
	return NULL;
}

/* Names of accounts stand in commands, labels of metrics and keys of the store; the others only have to be readable. */
static int
title_ok(const struct section *s, const char *t)
{
	size_t n = s == &sections[SECTION_ACCOUNT] ? strspn(t, "abcdefghijklmnopqrstuvwxyz0123456789-")
						   : strcspn(t, "\"\\\n\r\t\x1f\x7f");

	return n && n <= (s == &sections[SECTION_ACCOUNT] ? 40u : 120u) && !t[n];
}

static void
begin_section(struct place *p, const struct ini_item *item)
{
	struct reading *r = p->reading;
	const struct section *s = section_find(r, item);
	struct instance *i;
	struct err e;

	p->now = NULL;
	if (!s)
		return;
	if (!s->title && *item->title) {
		fail(&e, "found [%s \"%s\"], expected [%s] without a title", s->name, item->title, s->name);
		wrong(r, item->file, item->line, &e);
	} else if (s->title && !*item->title) {
		fail(&e, "found [%s], expected a title: [%s \"%s\"]", s->name, s->name, s->title);
		wrong(r, item->file, item->line, &e);
	} else if (s->title && !title_ok(s, item->title)) {
		if (s == &sections[SECTION_ACCOUNT])
			fail(&e, "found title \"%s\", expected at most 40 of a-z, 0-9 and -", item->title);
		else
			fail(&e, "found title \"%s\", expected at most 120 bytes on one line", item->title);
		wrong(r, item->file, item->line, &e);
	}
	for (i = r->instances; i; i = i->next) {
		if (i->section != s || strcmp(i->title, item->title) != 0 || (s->title && !*i->title))
			continue;
		if (s->title)
			fail(&e, "found [%s \"%s\"] again, expected it once; it stands at %s:%d too", s->name,
			     i->title, i->file, i->line);
		else
			fail(&e, "found [%s] again, expected it once; it stands at %s:%d too", s->name,
			     i->file, i->line);
		wrong(r, item->file, item->line, &e);
		break;
	}
	i = arena_zalloc(r->arena, sizeof *i);
	i->section = s;
	i->title = arena_strdup(r->arena, item->title);
	i->file = item->file;
	i->line = item->line;
	i->end = &i->lines;
	*r->end = i;
	r->end = &i->next;
	p->now = i;
}

static void
each_item(void *ctx, const struct ini_item *item)
{
	struct place *p = ctx;
	struct arena *a = p->reading->arena;
	const char **words;
	struct line *l;
	struct err e;

	if (!item->key) {
		begin_section(p, item);
		return;
	}
	if (!*item->section) {
		if (!strcmp(item->key, "include")) {
			include(p, item);
			return;
		}
		fail(&e, "found key %s before the first section, expected a section or include", item->key);
		wrong(p->reading, item->file, item->line, &e);
		return;
	}
	if (!p->now)
		return;
	for (l = p->now->lines; l; l = l->next) {
		if (!strcmp(l->key, item->key)) {
			fail(&e, "found key %s again, expected it once; it stands in line %d too", item->key,
			     l->line);
			wrong(p->reading, item->file, item->line, &e);
			return;
		}
	}
	words = arena_zalloc(a, (item->nwords + 1) * sizeof *words);
	for (size_t i = 0; i < item->nwords; i++)
		words[i] = arena_strdup(a, item->words[i]);
	l = arena_zalloc(a, sizeof *l);
	l->file = item->file;
	l->line = item->line;
	l->key = arena_strdup(a, item->key);
	l->value = arena_strdup(a, item->value);
	l->words = words;
	l->nwords = item->nwords;
	*p->now->end = l;
	p->now->end = &l->next;
}

static void
wrong_line(void *ctx, const char *file, int line, int column, const struct err *e)
{
	struct place *p = ctx;

	(void)file, (void)line, (void)column; /* the text begins with them */
	wrong(p->reading, NULL, 0, e);
}

/* `file` lives as long as the configuration.  -1 with err when it cannot be read at all. */
static int
read_file(struct reading *r, const char *file, int depth, struct err *e)
{
	struct place p = {.reading = r, .depth = depth};
	struct ini_reader to = {each_item, wrong_line, &p};

	if (++r->files > FILES_MAX)
		return fail(e, "%s: found more than %d files, expected fewer includes", file, FILES_MAX);
	return ini_read(file, &to, e) < 0 ? -1 : 0;
}

/* ---- reading ---- */

/* Room for so many structs of a section in the configuration; their common first member is the title. */
static void *
room_for(struct reading *r, const struct section *s, int n)
{
	struct conf *c = r->conf;
	void *room = arena_zalloc(r->arena, (size_t)(n ? n : 1) * s->size);

	switch (s - sections) {
	case SECTION_SERVICE: return &c->service;
	case SECTION_APPLICATION: c->napplications = n; return c->applications = room;
	case SECTION_ACCOUNT: c->naccounts = n; return c->accounts = room;
	case SECTION_RULE: c->nrules = n; return c->rules = room;
	case SECTION_OPERATOR: c->noperators = n; return c->operators = room;
	case SECTION_NOTIFY: c->nnotifies = n; return c->notifies = room;
	}
	abort();
}

static void
presets(struct reading *r, const struct section *s, void *data)
{
	for (const struct field *f = s->fields; f->name; f++) {
		const char *word[] = {f->preset, NULL};
		struct line l = {.file = "", .key = f->name, .value = f->preset, .words = word, .nwords = 1};

		value_read(r, f, &l, data);
	}
}

static void
read_instance(struct reading *r, struct instance *i)
{
	struct err e;

	presets(r, i->section, i->data);
	if (i->section->title)
		*(const char **)i->data = i->title;
	for (struct line *l = i->lines; l; l = l->next) {
		const struct field *f = field_find(i->section, l->key);

		if (f)
			value_read(r, f, l, i->data);
	}
	for (struct line *l = i->lines; l; l = l->next)
		if (!field_find(i->section, l->key))
			check_keys(r, i, l);
	for (const struct field *f = i->section->fields; f->name; f++) {
		struct line *l = i->lines;

		while (f->required && l && strcmp(l->key, f->name))
			l = l->next;
		if (!l && f->required) {
			fail(&e, "found [%s \"%s\"] without %s, expected %s = …", i->section->name, i->title,
			     f->name, f->name);
			wrong(r, i->file, i->line, &e);
		}
	}
}

static void
read_sections(struct reading *r)
{
	for (const struct section *s = sections; s->name; s++) {
		struct instance *i;
		char *data;
		int n = 0;

		for (i = r->instances; i; i = i->next)
			n += i->section == s;
		data = room_for(r, s, n);
		if (!s->title)
			presets(r, s, data);
		for (i = r->instances; i; i = i->next) {
			if (i->section != s)
				continue;
			i->data = data;
			if (s->title)
				data += s->size;
			read_instance(r, i);
		}
	}
}

struct conf *
conf_read(const char *file, enum lang lang, void (*complain)(void *, int, const char *), void *ctx)
{
	struct conf_memory *m = must_zalloc(sizeof *m);
	struct reading r = {.conf = &m->conf, .lang = lang, .complain = complain, .ctx = ctx};
	struct err e;

	r.arena = m->arena = arena_new();
	r.end = &r.instances;
	if (read_file(&r, arena_strdup(r.arena, file), 0, &e)) {
		wrong(&r, NULL, 0, &e);
	} else {
		read_sections(&r);
		check_all(&r);
	}
	if (!r.errors)
		return &m->conf;
	conf_free(&m->conf);
	return NULL;
}

void
conf_free(struct conf *c)
{
	struct conf_memory *m = (struct conf_memory *)c;

	if (!m)
		return;
	arena_free(m->arena);
	free(m);
}
