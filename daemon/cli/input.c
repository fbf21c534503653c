/* input.c - the text of a reply: from the command line, a file, standard input or an editor. */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "connectors/base/file.h"
#include "connectors/base/json.h"
#include "connectors/base/text.h"
#include "verb.h"

enum { TEXT_MAX = 256 * 1024, ATTACHED_MAX = 11 << 20 }; /* with base64 around it a request holds one */

static int
read_stream(FILE *in, struct buf *text, struct err *err)
{
	char piece[4096];
	size_t n;

	while ((n = fread(piece, 1, sizeof piece, in)))
		if (buf_add(text, piece, n))
			return fail(err, "the text is longer than %d bytes", TEXT_MAX);
	return ferror(in) ? fail(err, "the text cannot be read") : 0;
}

/* The final line break of files and pipes is not part of the text. */
static int
set_text(struct call *c, struct buf *text, struct err *err)
{
	if (text->len && text->data[text->len - 1] == '\n')
		buf_cut(text, text->len - 1);
	if (!text->len || strspn(text->data, " \t\r\n") == text->len)
		return fail(err, "found no text, expected what the buyer is to read");
	if (strlen(text->data) != text->len || !utf8_valid(text->data, text->len))
		return fail(err, "found bytes that are no text, expected UTF-8");
	json_object_set_new(c->args, "text", json_string(text->data));
	return 0;
}

static int
text_from_file(struct call *c, const char *file, struct err *err)
{
	struct buf text = BUF_MAX(TEXT_MAX);
	int r = strcmp(file, "-") ? file_read(file, &text, err) : read_stream(stdin, &text, err);

	if (!r)
		r = set_text(c, &text, err);
	json_object_del(c->args, "file");
	buf_free(&text);
	return r;
}

static int
set_one(json_t *values, const char *text, struct err *err)
{
	const char *equals = strchr(text, '=');
	json_t *before, *value;
	char name[64];

	if (!equals || equals == text || (size_t)(equals - text) >= sizeof name)
		return fail(err, "--set: found %s, expected NAME=VALUE", text);
	snprintf(name, sizeof name, "%.*s", (int)(equals - text), text);
	value = json_string(equals + 1);
	if ((before = json_object_get(values, name))) {
		if (!json_is_array(before))
			json_object_set_new(values, name, json_pack("[O]", before));
		json_array_append_new(json_object_get(values, name), value);
	} else {
		json_object_set_new(values, name, value);
	}
	return 0;
}

/* The values of --set under their names. */
static int
read_set(struct call *c, struct err *err)
{
	json_t *given = json_object_get(c->args, "set"), *values, *one;
	size_t i;
	int r = 0;

	if (!given)
		return 0;
	values = json_object();
	if (json_is_string(given))
		r = set_one(values, json_string_value(given), err);
	json_array_foreach(given, i, one)
		if (!r)
			r = set_one(values, json_string_value(one), err);
	json_object_set_new(c->args, "set", values);
	return r;
}

int
prepare_set(struct call *c, struct err *err)
{
	return read_set(c, err);
}

int
prepare_reply(struct call *c, struct err *err)
{
	const char *file = arg_text(c, "file");
	int given = (arg_text(c, "text") != NULL) + (json_object_get(c->args, "file") ? file ? 1 : 2 : 0) +
		    (arg_text(c, "template") != NULL);

	if (given > 1)
		return fail(err, "found more than one text, expected one of: a text, --file, --template");
	if (arg_text(c, "locale") && !arg_text(c, "template"))
		return fail(err, "--locale: found without --template");
	if (json_object_get(c->args, "set") && !arg_text(c, "template"))
		return fail(err, "--set: found without --template");
	if (read_set(c, err))
		return -1;
	if (!given && isatty(STDIN_FILENO))
		fputs(say(c->lang, "Write the text; end it with Ctrl-D on an empty line.\n"), stderr);
	if (!given)
		file = "-";
	return file ? text_from_file(c, file, err) : 0;
}

/* The text of the action as it is now. */
static int
fetch_text(struct call *c, struct buf *text, struct err *err)
{
	json_t *args = json_pack("{s:s}", "id", arg_text(c, "id"));
	json_t *result = client_ask(c, "show", args, err);
	int r = -1;

	if (result) {
		buf_put(text, text_of(result, "text"));
		r = text->over ? fail(err, "the text is longer than %d bytes", TEXT_MAX) : 0;
	}
	json_decref(result);
	json_decref(args);
	return r;
}

/* $EDITOR may hold arguments, so the shell takes it apart; the file comes as its own word. */
static int
run_editor(const char *file, struct err *err)
{
	const char *editor = getenv("VISUAL");
	int status;
	pid_t pid;

	if (!editor || !*editor)
		editor = getenv("EDITOR");
	if (!editor || !*editor)
		editor = "editor";
	if ((pid = fork()) < 0)
		return fail(err, "%s cannot be started", editor);
	if (!pid) {
		setenv("SUPERCARGO_EDITOR", editor, 1);
		execl("/bin/sh", "sh", "-c", "eval \"$SUPERCARGO_EDITOR \\\"\\$1\\\"\"", "sh", file,
		      (char *)NULL);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) < 0 || status)
		return fail(err, "%s did not end well; nothing was changed", editor);
	return 0;
}

static int
text_from_editor(struct call *c, struct err *err)
{
	struct buf before = BUF_MAX(TEXT_MAX), after = BUF_MAX(TEXT_MAX + 1);
	char file[] = "/tmp/supercargo-XXXXXX"; /* made with mode 0600 */
	int fd = -1, r = -1;

	if (fetch_text(c, &before, err))
		goto out;
	if ((fd = mkstemp(file)) < 0 || write(fd, buf_str(&before), before.len) != (ssize_t)before.len ||
	    write(fd, "\n", 1) != 1) {
		fail(err, "%s cannot be written", file);
		goto out;
	}
	if (run_editor(file, err) || file_read(file, &after, err) || set_text(c, &after, err))
		goto out;
	if (after.len == before.len && !memcmp(after.data, before.data, after.len)) {
		fail(err, "the text is as it was; nothing was changed");
		goto out;
	}
	r = 0;
out:
	if (fd >= 0) {
		close(fd);
		unlink(file);
	}
	buf_free(&before);
	buf_free(&after);
	return r;
}

int
prepare_edit(struct call *c, struct err *err)
{
	if ((arg_text(c, "text") != NULL) + (arg_text(c, "file") != NULL) +
		    (json_object_get(c->args, "set") != NULL) >
	    1)
		return fail(err, "found more than one text, expected one of: --text, --file, --set");
	if (json_object_get(c->args, "set"))
		return read_set(c, err);
	if (arg_text(c, "text"))
		return 0;
	if (arg_text(c, "file"))
		return text_from_file(c, arg_text(c, "file"), err);
	return isatty(STDIN_FILENO) ? text_from_editor(c, err) : text_from_file(c, "-", err);
}

int
prepare_pause(struct call *c, struct err *err)
{
	if (!arg_text(c, "account") == !json_object_get(c->args, "all"))
		return fail(err, "expected either an account or --all");
	return 0;
}

/* A file as the service takes it: its name and bytes. */
static int
add_file(json_t *files, const char *path, struct err *err)
{
	struct buf bytes = BUF_MAX(ATTACHED_MAX), base64 = BUF_MAX(ATTACHED_MAX / 3 * 4 + 8);
	const char *slash = strrchr(path, '/');
	int r = file_read(path, &bytes, err);

	if (!r) {
		base64_encode(&base64, buf_str(&bytes), bytes.len);
		r = json_array_append_new(files, json_pack("{s:s, s:s}", "name", slash ? slash + 1 : path,
							   "base64", buf_str(&base64)))
			    ? fail(err, "%s: found bytes that are no text, expected UTF-8", "file")
			    : 0;
	}
	buf_free(&bytes);
	buf_free(&base64);
	return r;
}

int
prepare_act(struct call *c, struct err *err)
{
	json_t *given = json_object_get(c->args, "file"), *files = json_array(), *path;
	size_t i;
	int r = 0;

	if (arg_text(c, "locale") && !arg_text(c, "template"))
		r = fail(err, "--locale: found without --template");
	if (!r && json_object_get(c->args, "set") && !arg_text(c, "template"))
		r = fail(err, "--set: found without --template");
	if (!r)
		r = read_set(c, err);
	if (!r && json_is_string(given))
		r = add_file(files, json_string_value(given), err);
	json_array_foreach(given, i, path)
		if (!r)
			r = add_file(files, json_string_value(path), err);
	json_object_del(c->args, "file");
	if (json_array_size(files))
		json_object_set(c->args, "files", files);
	json_decref(files);
	return r;
}
