#include <string.h>

#include "daemon/policy/content.h"
#include "lint.h"
#include "scenario.h"

/* Samples with or without the optional variables. */
static void
samples(const struct library *lib, const char *id, int with_optional, struct var out[VARIABLES + 1])
{
	const struct var *v = library_samples(lib, id);
	const struct var_spec *spec = library_scenario(lib, id)->vars;
	int n = 0;

	for (; v[n].name; n++) {
		out[n] = v[n];
		if (spec[n].optional && !with_optional)
			out[n].state = ABSENT;
	}
	out[n].name = NULL;
}

/* The code of what is wrong, with err; NULL when nothing is. */
static const char *
try_text(const struct library *lib, const char *id, const char *locale, int with_optional, struct err *err)
{
	struct buf text = BUF_MAX(64 << 10);
	struct var vars[VARIABLES + 1];
	struct place place;
	char got[LOCALE_MAX];
	const char *code = NULL;

	samples(lib, id, with_optional, vars);
	if (library_render(lib, id, locale, "", "UTC", vars, &text, got, err)) {
		code = "bad-render";
	} else if (content_placeholder(buf_str(&text), &place)) {
		fail(err, "found the placeholder %.*s in the finished text, expected it filled in",
		     (int)place.len, text.data + place.start);
		code = "leftover-placeholder";
	}
	buf_free(&text);
	return code;
}

void
library_try(const struct library *lib, void (*each)(void *, const struct finding *), void *ctx)
{
	for (const char *const *id = library_ids(lib); *id; id++) {
		for (const char *const *locale = library_locales(lib, *id); *locale; locale++) {
			struct finding f = {.error = ERROR, .line = 1, .column = 1};
			struct buf file = BUF_MAX(256);

			buf_fmt(&file, "%s/%s.txt", *id, *locale);
			f.file = buf_str(&file);
			if ((f.code = try_text(lib, *id, *locale, 1, &f.err)) ||
			    (f.code = try_text(lib, *id, *locale, 0, &f.err)))
				each(ctx, &f);
			buf_free(&file);
		}
	}
}
