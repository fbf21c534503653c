/* template_import.c - any bytes as texts for the reply library: a table, or XLIFF.
 * Links: daemon
 *
 * Whatever is taken in has a name that stays inside its folder, and no placeholder of another program.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/text.h"
#include "daemon/template/csv.h"
#include "daemon/template/xliff.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
require(int holds)
{
	if (!holds)
		abort();
}

static void
write_file(const char *folder, const char *name, const char *text)
{
	char path[256];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	require(!file_write(path, text, strlen(text), NULL));
}

/* A library of one template, in a folder that is gone when this returns. */
static struct library *
library(void)
{
	char folder[] = "/tmp/fuzz-import-XXXXXX", one[64], path[128];
	struct library *made;

	require(mkdtemp(folder) != NULL);
	snprintf(one, sizeof one, "%s/one", folder);
	require(!mkdir(one, 0700));
	write_file(one, "template.conf",
		   "[template]\nphase = post\ntrigger = x\n[variable \"order_id\"]\ntype = str\nsample = 1\n"
		   "source = \"order: id\"\n");
	write_file(one, "en.txt", "Order {order_id}\n");
	require((made = library_load(folder, "", NULL, NULL, NULL)) != NULL);
	require(library_scenario(made, "one") != NULL);
	for (const char *const *name =
		     (const char *const[]){"one/template.conf", "one/en.txt", "one", "", NULL};
	     *name; name++) {
		snprintf(path, sizeof path, "%s/%s", folder, *name);
		remove(path);
	}
	return made;
}

static void
see(void *ctx, const struct finding *f)
{
	(void)ctx;
	require(f->code && f->err.text[0] && f->line > 0);
}

static void
check(const struct incoming *in, int table)
{
	size_t start, len;
	char name[64];

	for (size_t i = 0; i < in->n; i++) {
		const struct own_file *f = &in->files[i];

		require(scenario_is_id(f->id) && !strchr(f->name, '/') && *f->name != '.');
		require(f->len == strlen(f->text) && utf8_valid(f->text, f->len));
		if (table && strcmp(f->name, "template.conf") != 0)
			require(!foreign_placeholder(f->text, &start, &len, name));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct library *one;
	struct report report = {.each = see, .warnings = 1};
	struct incoming in = {
		.folders = {"/nonexistent", ""}, .file = "file", .report = &report, .arena = arena_new()};
	struct buf bytes = BUF_MAX(INCOMING_FILE_MAX); /* as a file is read: a NUL behind it */
	struct err err = {""};
	int table, r;

	if (!one)
		one = library();
	in.library = one;
	buf_add(&bytes, data, size);
	table = !size || *data != '<';
	r = table ? csv_read(&in, buf_str(&bytes), bytes.len, &err)
		  : xliff_read(&in, buf_str(&bytes), bytes.len, &err);
	require(!r == !err.text[0]);
	check(&in, table);
	incoming_free(&in);
	arena_free(in.arena);
	buf_free(&bytes);
	return 0;
}
