#include "incoming.h"

#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/share.h"
#include "lint.h"

void
incoming_tell(struct incoming *in, int error, const char *code, int line)
{
	in->errors += error == ERROR;
	report_finding(in->report, error, code, in->file, line, 1);
}

/* ---- what comes ---- */

static const struct own_file *
coming(const struct incoming *in, const char *id, const char *name)
{
	for (size_t i = 0; i < in->n; i++)
		if (!strcmp(in->files[i].id, id) && !strcmp(in->files[i].name, name))
			return &in->files[i];
	return NULL;
}

int
incoming_knows(const struct incoming *in, const char *id)
{
	return library_scenario(in->library, id) || coming(in, id, "template.conf");
}

static void
add(struct incoming *in, const char *id, const char *name, const char *text)
{
	struct own_file *f;

	if (in->n == in->room) {
		in->room = 2 * in->room + 64;
		f = must_alloc(in->room * sizeof *f);
		if (in->n)
			memcpy(f, in->files, in->n * sizeof *f);
		free(in->files);
		in->files = f;
	}
	f = &in->files[in->n++];
	f->id = arena_strdup(in->arena, id);
	f->name = arena_strdup(in->arena, name);
	f->text = text;
	f->len = strlen(text);
}

/* Says the file that counts now the same?  Its byte order mark, line ends and last newline are the editor's. */
static int
is_there(const struct incoming *in, const char *id, const char *name, const char *text)
{
	struct buf now = BUF_MAX(TEMPLATE_FILE_MAX), clean = BUF_MAX(TEMPLATE_FILE_MAX);
	int same = 0;

	if (own_read(&in->folders, id, name, &now, NULL) >= 0) {
		text_clean(buf_str(&now), now.len, &clean);
		same = clean.len == strlen(text) && !memcmp(buf_str(&clean), text, clean.len);
	}
	buf_free(&now);
	buf_free(&clean);
	return same;
}

void
incoming_text(struct incoming *in, const char *id, const char *locale, const char *text, int line)
{
	char canonical[LOCALE_MAX];
	struct err *err = &in->report->err;
	const char *name;

	if (locale_canonical(locale, canonical)) {
		fail(err, "found the locale %s, expected one like de or zh-Hans", locale);
		incoming_tell(in, ERROR, "bad-locale", line);
		return;
	}
	name = arena_fmt(in->arena, "%s.txt", canonical);
	if (coming(in, id, name)) {
		fail(err, "found the text %s/%s twice, expected it once", id, name);
		incoming_tell(in, ERROR, "twice", line);
	} else if (in->n == INCOMING_MAX || strlen(text) + 2 > TEMPLATE_FILE_MAX) {
		fail(err, "%s/%s: found more than can be taken in; split the file", id, name);
		incoming_tell(in, ERROR, "too-many", line);
	} else if (is_there(in, id, name, text)) {
		in->same++;
	} else {
		add(in, id, name, arena_fmt(in->arena, "%s\n", text));
	}
}

void
incoming_conf(struct incoming *in, const char *id, const char *text)
{
	add(in, id, "template.conf", arena_strdup(in->arena, text));
}

/* ---- as they will stand there ---- */

struct looking {
	struct incoming *in;
	const char *stage;
};

/* Findings about what comes, under its name there; the rest of the library is another matter. */
static void
see(void *ctx, const struct finding *f)
{
	struct looking *l = ctx;
	struct incoming *in = l->in;
	const size_t stage = strlen(l->stage);
	const char *file = f->file;

	if (!strcmp(f->code, "missing-locale"))
		return; /* nobody said that the file holds every language; `lint` and `check` tell */
	if (!strncmp(file, l->stage, stage) && file[stage] == '/')
		file += stage + 1;
	for (size_t i = 0; i < in->n; i++) {
		const size_t n = strlen(in->files[i].id);

		if (strncmp(file, in->files[i].id, n) != 0 || file[n] != '/' ||
		    strcmp(file + n + 1, in->files[i].name) != 0)
			continue;
		in->report->err = f->err;
		in->errors += f->error != 0;
		report_finding(in->report, f->error, f->code, file, f->line, f->column);
		return;
	}
}

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(path);
}

/* A file that is there already, unless another comes in its place. */
static int
stage_file(const struct incoming *in, const char *stage, const char *id, const char *name, struct err *err)
{
	char link[PATH_MAX], path[PATH_MAX], real[PATH_MAX];

	if (!own_has(&in->folders, id, name) || coming(in, id, name))
		return 0;
	snprintf(link, sizeof link, "%s/%s/%s", stage, id, name);
	snprintf(path, sizeof path, "%s/%s/%s", in->folders.own, id, name);
	if (!realpath(path, real) || (symlink(real, link) && errno != EEXIST))
		return fail(err, "%s: cannot be read: %s", path, strerror(errno));
	return 0;
}

/* What is there already of the scenarios that texts come for. */
static int
stage_present(const struct incoming *in, const char *stage, struct err *err)
{
	char name[LOCALE_MAX + sizeof ".short.txt"], folder[PATH_MAX];
	const char *id = "";

	for (size_t i = 0; i < in->n; i++) {
		if (!strcmp(id, in->files[i].id))
			continue;
		id = in->files[i].id;
		snprintf(folder, sizeof folder, "%s/%s", stage, id);
		if (mkdir(folder, 0700) && errno != EEXIST)
			return fail(err, "%s: the folder cannot be made: %s", folder, strerror(errno));
		if (stage_file(in, stage, id, "template.conf", err))
			return -1;
		for (const char *const *l = library_locales(in->library, id); *l; l++)
			if (stage_file(in, stage, id, strcat(strcpy(name, *l), ".txt"), err) ||
			    (library_has_short(in->library, id, *l) &&
			     stage_file(in, stage, id, strcat(strcpy(name, *l), ".short.txt"), err)))
				return -1;
	}
	return 0;
}

static int
lint_stage(struct incoming *in, struct err *err)
{
	char stage[] = "/tmp/supercargo-import-XXXXXX";
	struct looking l = {in, stage};
	struct library *library = NULL;
	int r = -1;

	if (!mkdtemp(stage))
		return fail(err, "%s: the folder cannot be made: %s", stage, strerror(errno));
	if (!stage_present(in, stage, err) && !own_write(in->folders.shipped, stage, in->files, in->n, err))
		library = lint(share_root(), in->folders.shipped, stage, NULL, in->now, see, &l, err);
	r = library ? 0 : -1;
	library_free(library);
	nftw(stage, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return r;
}

int
incoming_take(struct incoming *in, int dry, struct err *err)
{
	if (!in->n)
		return 0;
	if (lint_stage(in, err))
		return -1;
	return in->errors || dry ? 0 : own_write(in->folders.shipped, in->folders.own, in->files, in->n, err);
}

void
incoming_free(struct incoming *in)
{
	free(in->files);
}
