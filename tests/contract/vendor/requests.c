/* Prints the request of every tape in a directory as one line of JSON: {"tape", "method", "url", "headers": [[name, value]], "body"}.
 * Tapes that show why something cannot be asked are left out. */
#include <glob.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "recorder.h"
#include "tape.h"

static void
print_headers(struct buf *out, const struct buf *headers)
{
	struct buf part = BUF_MAX(64 * 1024);
	const char *p, *end, *colon;

	for (p = buf_str(headers); *p; p = end + 1) {
		end = strchr(p, '\n');
		colon = strstr(p, ": ");
		if (p != buf_str(headers))
			buf_char(out, ',');
		buf_char(out, '[');
		buf_set(&part, p, (size_t)(colon - p));
		json_quote(out, buf_str(&part));
		buf_char(out, ',');
		buf_set(&part, colon + 2, (size_t)(end - colon - 2));
		json_quote(out, buf_str(&part));
		buf_char(out, ']');
	}
	buf_free(&part);
}

int
main(int argc, char **argv)
{
	char pattern[4096];
	glob_t tapes;
	size_t i;

	if (argc != 2) {
		fprintf(stderr, "usage: requests DIRECTORY\n");
		return 2;
	}
	json_setup();
	snprintf(pattern, sizeof pattern, "%s/*.tape", argv[1]);
	if (glob(pattern, 0, NULL, &tapes))
		return 2;
	for (i = 0; i < tapes.gl_pathc; i++) {
		struct tape *t = tape_read(tapes.gl_pathv[i]);
		struct buf out = BUF_MAX(1 << 20);
		struct request r;
		struct err err;

		if (!tape_ask(t, &r, &err)) {
			buf_put(&out, "{\"tape\":");
			json_quote(&out, strrchr(tapes.gl_pathv[i], '/') + 1);
			buf_fmt(&out, ",\"method\":\"%s\",\"url\":", r.method);
			json_quote(&out, buf_str(&r.url));
			buf_put(&out, ",\"headers\":[");
			print_headers(&out, &r.headers);
			buf_put(&out, "],\"body\":");
			json_quote(&out, buf_str(&r.body));
			buf_char(&out, '}');
			puts(buf_str(&out));
		}
		request_free(&r);
		buf_free(&out);
		tape_free(t);
	}
	globfree(&tapes);
	return 0;
}
