/* library.c - `supercargo template …`: the reply library as sellers and translators work on it.  lint is in here.c. */
#include "library.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "connectors/base/file.h"
#include "connectors/base/json.h"
#include "daemon/clock.h"
#include "daemon/conf/conf.h"
#include "daemon/share.h"
#include "daemon/template/csv.h"
#include "daemon/template/gallery.h"
#include "daemon/template/xliff.h"
#include "verb.h"

enum { PAGE_MAX = 64 << 20, LOCALES = 128 };

/* The shipped texts, and the seller's own when there is a configuration. */
struct shelf {
	struct conf *conf;
	struct library *library;
	struct folders folders;
	char shipped[SHARE_PATH];
};

static int
shelf_open(struct shelf *s, const struct call *c, struct err *err)
{
	share_path("templates", s->shipped);
	s->conf = conf_read(c->conf_file, c->lang, NULL, NULL);
	s->folders = (struct folders){s->shipped, s->conf ? s->conf->service.templates : ""};
	s->library = library_load(s->shipped, s->folders.own, NULL, NULL, err);
	return s->library ? 0 : -1;
}

static void
shelf_close(struct shelf *s)
{
	library_free(s->library);
	conf_free(s->conf);
}

/* Where own texts go. */
static int
needs_own(const struct shelf *s, const struct call *c, struct err *err)
{
	if (!s->conf)
		return fail(err,
			    "%s: cannot be read, and it names the folder of your own templates; see "
			    "'supercargo check'",
			    c->conf_file);
	return *s->folders.own ? 0
			       : fail(err, "no folder for your own templates; set templates under [service]");
}

static int
needs_template(const struct shelf *s, const char *id, struct err *err)
{
	const char *near;

	if (library_scenario(s->library, id))
		return 0;
	if ((near = conf_nearest(id, library_ids(s->library))))
		return fail(err, "found no template %s; did you mean %s?", id, near);
	return fail(err, "found no template %s; supercargo template list shows all", id);
}

/* The strings of a list argument, NULL at the end; freed by the caller, the strings are the list's. */
static const char **
list_arg(const struct call *c, const char *name)
{
	const json_t *list = json_object_get(c->args, name);
	const char **words = must_zalloc((json_array_size(list) + 1) * sizeof *words);

	for (size_t i = 0; i < json_array_size(list); i++)
		words[i] = json_string_value(json_array_get(list, i));
	return words;
}

/* ---- list ---- */

static json_t *
list_all(const struct library *library)
{
	json_t *list = json_array();

	for (const char *const *id = library_ids(library); *id; id++) {
		json_t *locales = json_array();

		for (const char *const *l = library_locales(library, *id); *l; l++)
			json_array_append_new(locales, json_string(*l));
		json_array_append_new(list,
				      json_pack("{s:s, s:s, s:o}", "id", *id, "phase",
						library_scenario(library, *id)->phase, "locales", locales));
	}
	return json_pack("{s:o}", "templates", list);
}

/* Every language that any template has. */
static void
languages(const struct library *library, const char *all[LOCALES + 1])
{
	int n = 0;

	for (const char *const *id = library_ids(library); *id; id++)
		for (const char *const *l = library_locales(library, *id); *l; l++) {
			int i = 0;

			while (i < n && strcmp(all[i], *l) != 0)
				i++;
			if (i == n && n < LOCALES)
				all[n++] = *l;
		}
	all[n] = NULL;
}

/* The first that a person would want to know of a text. */
static const char *
state_of(const struct shelf *s, const char *id, const char *locale)
{
	const char *const *l = library_locales(s->library, id);
	char name[LOCALE_MAX + 8];

	strcat(strcpy(name, locale), ".txt");
	while (*l && strcmp(*l, locale) != 0)
		l++;
	if (!*l) /* broken: there, but not to be used */
		return own_has(&s->folders, id, name) || own_has(&(struct folders){"", s->shipped}, id, name)
			       ? "broken"
			       : "lacking";
	if (own_outdated(&s->folders, id, name))
		return "original-changed";
	if (own_has(&s->folders, id, name))
		return "own";
	return library_reviewed(s->library, id, locale) ? "there" : "unreviewed";
}

static json_t *
list_lacks(const struct shelf *s)
{
	const char *all[LOCALES + 1];
	json_t *templates = json_array(), *counts = json_object();

	languages(s->library, all);
	for (const char *const *id = library_ids(s->library); *id; id++) {
		json_t *states = json_object();

		for (const char *const *l = all; *l; l++) {
			const char *state = state_of(s, *id, *l);
			json_t *count = json_object_get(counts, *l);

			if (!count)
				json_object_set_new(counts, *l, count = json_object());
			json_object_set_new(count, state, json_integer(json_int(count, state, 0) + 1));
			json_object_set_new(states, *l, json_string(state));
		}
		json_array_append_new(templates, json_pack("{s:s, s:o}", "id", *id, "states", states));
	}
	return json_pack("{s:o, s:o}", "templates", templates, "languages", counts);
}

json_t *
here_template_list(struct call *c, struct err *err)
{
	struct shelf s;
	json_t *result = NULL;

	if (!shelf_open(&s, c, err))
		result = json_flag(c->args, "lacks", 0) ? list_lacks(&s) : list_all(s.library);
	shelf_close(&s);
	return result;
}

/* ---- render ---- */

static int
render_one(const struct library *library, const char *id, const char *locale, json_t *texts, struct err *err)
{
	struct buf text = BUF_MAX(64 * 1024);
	char got[LOCALE_MAX];
	int r = library_render(library, id, locale, "", "UTC", library_samples(library, id), &text, got, err);

	if (!r)
		json_array_append_new(texts, json_pack("{s:s, s:s}", "locale", got, "text", buf_str(&text)));
	buf_free(&text);
	return r;
}

static json_t *
render_samples(const struct shelf *s, const struct call *c, struct err *err)
{
	const char *id = arg_text(c, "id"), *one[] = {arg_text(c, "locale"), NULL};
	const char *const *locales = one[0] ? one : library_locales(s->library, id);
	json_t *texts = json_array();

	for (; *locales; locales++) {
		if (render_one(s->library, id, *locales, texts, err)) {
			json_decref(texts);
			return NULL;
		}
	}
	return json_pack("{s:o}", "texts", texts);
}

static json_t *
render_gallery(const struct shelf *s, const struct call *c, struct err *err)
{
	struct buf page = BUF_MAX(PAGE_MAX);
	const char *file = arg_text(c, "gallery");
	json_t *result = NULL;

	if (!gallery_put(s->library, &s->folders, c->lang, &page, err) &&
	    !file_write(file, buf_str(&page), page.len, err))
		result = json_pack("{s:s}", "file", file);
	buf_free(&page);
	return result;
}

json_t *
here_template_render(struct call *c, struct err *err)
{
	const char *id = arg_text(c, "id"), *gallery = arg_text(c, "gallery");
	json_t *result = NULL;
	struct shelf s;

	if (!id == !gallery) {
		fail(err, "found neither or both of an id and --gallery, expected one of them");
		return NULL;
	}
	if (arg_text(c, "locale") && json_flag(c->args, "all-locales", 0)) {
		fail(err, "found both --locale and --all-locales, expected one of them");
		return NULL;
	}
	if (id && arg_text(c, "order"))
		return client_ask(c, "template render", c->args, err);
	if (json_object_get(c->args, "set")) {
		fail(err, "--set: found without --order");
		return NULL;
	}
	if (!shelf_open(&s, c, err) && (gallery || !needs_template(&s, id, err)))
		result = gallery ? render_gallery(&s, c, err) : render_samples(&s, c, err);
	shelf_close(&s);
	return result;
}

/* ---- export ---- */

/* Of the files of a template those that are not in the folder yet; the others stay as they are. */
static int
copy_one(const struct shelf *s, const char *folder, const char *id, const char *name, json_t *files,
	 json_t *kept, struct err *err)
{
	const struct folders there = {s->shipped, folder};
	struct buf text = BUF_MAX(TEMPLATE_FILE_MAX);
	int r = -1;

	if (own_has(&there, id, name)) {
		json_array_append_new(kept, json_sprintf("%s/%s", id, name));
		r = 0;
	} else if (own_read(&s->folders, id, name, &text, err) >= 0) {
		r = own_write(s->shipped, folder, &(struct own_file){id, name, buf_str(&text), text.len}, 1,
			      err);
		if (!r)
			json_array_append_new(files, json_sprintf("%s/%s", id, name));
	}
	buf_free(&text);
	return r;
}

static int
copy_template(const struct shelf *s, const char *folder, const char *id, const char *locale, json_t *files,
	      json_t *kept, struct err *err)
{
	char name[LOCALE_MAX + sizeof ".short.txt"];
	int found = 0, r = 0;

	if (needs_template(s, id, err))
		return -1;
	for (const char *const *l = library_locales(s->library, id); !r && *l; l++) {
		if (locale && strcmp(*l, locale) != 0)
			continue;
		found++;
		r = copy_one(s, folder, id, strcat(strcpy(name, *l), ".txt"), files, kept, err);
		if (!r && library_has_short(s->library, id, *l))
			r = copy_one(s, folder, id, strcat(strcpy(name, *l), ".short.txt"), files, kept, err);
	}
	if (!found)
		return fail(err,
			    "template %s: found no text for the language %s; write one or answer by hand", id,
			    locale ? locale : "");
	return r || locale ? r : copy_one(s, folder, id, "template.conf", files, kept, err);
}

static json_t *
export_copies(const struct shelf *s, const struct call *c, struct err *err)
{
	const char *folder = arg_text(c, "target"), **ids = list_arg(c, "ids");
	json_t *files = json_array(), *kept = json_array();
	int r = 0;

	if (!folder || !*ids)
		r = fail(err,
			 "found no folder or no template, expected: supercargo template export FOLDER ID...");
	for (const char **id = ids; !r && *id; id++)
		r = copy_template(s, folder, *id, arg_text(c, "locale"), files, kept, err);
	free(ids);
	if (!r)
		return json_pack("{s:s, s:o, s:o}", "folder", folder, "files", files, "kept", kept);
	json_decref(files);
	json_decref(kept);
	return NULL;
}

static json_t *
export_xliff(const struct shelf *s, const struct call *c, struct err *err)
{
	struct buf text = BUF_MAX(INCOMING_FILE_MAX);
	const char *file = arg_text(c, "target"), *locale = arg_text(c, "locale"), **ids = list_arg(c, "ids");
	json_t *result = NULL;
	int n = -1;

	if (!locale)
		fail(err, "found no --locale, expected the language to translate into");
	else
		n = xliff_put(s->library, &s->folders, ids, locale, &text, err);
	if (n > 0 && !file)
		result = json_pack("{s:s, s:i}", "xliff", buf_str(&text), "texts", n);
	else if (n > 0 && !file_write(file, buf_str(&text), text.len, err))
		result = json_pack("{s:s, s:i}", "file", file, "texts", n);
	buf_free(&text);
	free(ids);
	return result;
}

json_t *
here_template_export(struct call *c, struct err *err)
{
	json_t *result = NULL;
	struct shelf s;

	if (!shelf_open(&s, c, err))
		result =
			json_flag(c->args, "xliff", 0) ? export_xliff(&s, c, err) : export_copies(&s, c, err);
	shelf_close(&s);
	return result;
}

/* ---- import ---- */

static int
read_incoming(struct incoming *in, const struct buf *bytes, struct err *err)
{
	const char *text = buf_str(bytes), *start = text;

	if (!strncmp(start, "\xef\xbb\xbf", 3))
		start += 3;
	start += strspn(start, " \t\r\n");
	return *start == '<' ? xliff_read(in, text, bytes->len, err) : csv_read(in, text, bytes->len, err);
}

static json_t *
import_file(const struct shelf *s, const struct call *c, struct err *err)
{
	struct findings to = {.lang = c->lang, .list = json_array()};
	struct report report = {.each = collect, .ctx = &to, .warnings = 1};
	struct incoming in = {.library = s->library,
			      .folders = s->folders,
			      .file = arg_text(c, "file"),
			      .now = clock_now(),
			      .report = &report,
			      .arena = arena_new()};
	const int dry = json_flag(c->args, "dry-run", 0);
	struct buf bytes = BUF_MAX(INCOMING_FILE_MAX);
	json_t *result = NULL, *files = json_array();

	if (file_read(in.file, &bytes, err) || read_incoming(&in, &bytes, err) ||
	    incoming_take(&in, dry, err))
		goto out;
	for (size_t i = 0; !to.errors && i < in.n; i++)
		json_array_append_new(files, json_sprintf("%s/%s", in.files[i].id, in.files[i].name));
	result = json_pack("{s:O, s:i, s:s, s:O, s:i, s:b}", "findings", to.list, "errors", to.errors,
			   "folder", s->folders.own, "files", files, "unchanged", (int)in.same, "dry_run",
			   dry);
out:
	json_decref(files);
	json_decref(to.list);
	incoming_free(&in);
	arena_free(in.arena);
	buf_free(&bytes);
	return result;
}

json_t *
here_template_import(struct call *c, struct err *err)
{
	json_t *result = NULL;
	struct shelf s;

	if (!shelf_open(&s, c, err) && !needs_own(&s, c, err))
		result = import_file(&s, c, err);
	shelf_close(&s);
	return result;
}

/* ---- seen ---- */

json_t *
here_template_seen(struct call *c, struct err *err)
{
	const char **ids = list_arg(c, "ids");
	struct shelf s;
	int r = shelf_open(&s, c, err) || needs_own(&s, c, err) ? -1 : 0;

	for (const char **id = ids; !r && *id; id++)
		r = needs_template(&s, *id, err) || own_seen(&s.folders, *id, err) < 0 ? -1 : 0;
	shelf_close(&s);
	free(ids);
	return r ? NULL : json_object();
}
