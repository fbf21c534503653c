/* make_manual.c - writes the sample configuration and supercargo.conf(5) from the tables of the configuration.
 *
 *     make_manual sample|manual en|zh OUT
 */
#include <stdio.h>
#include <string.h>

#include "daemon/conf/conf.h"

static void
paragraph(struct buf *out, enum lang lang, const char *text)
{
	buf_fmt(out, ".PP\n%s\n", say(lang, text));
}

static void
manual(struct buf *out, enum lang lang)
{
	buf_fmt(out, ".TH SUPERCARGO.CONF 5 \"\" \"supercargo %s\"\n", SUPERCARGO_VERSION);
	/* Chinese has no spaces between words: only those around Latin ones would widen. */
	if (lang == LANG_ZH)
		buf_put(out, ".ad l\n");
	buf_fmt(out, ".SH %s\nsupercargo.conf \\- %s\n", say(lang, "NAME"),
		say(lang, "configuration of supercargo"));
	buf_fmt(out, ".SH %s\n", say(lang, "DESCRIPTION"));
	paragraph(out, lang,
		  TEXT("The file has sections with keys. A # at the start of a line, or after a space, "
		       "begins a comment. A value is a "
		       "word, or several; words with spaces stand between double quotes, where \\e\" \\e\\e "
		       "and \\en mean a quote, a "
		       "backslash and a line break."));
	paragraph(out, lang,
		  TEXT("Before the first section, include = PATTERN reads more files; its path, like every "
		       "relative path, begins at the "
		       "file that names it."));
	paragraph(out, lang, TEXT("Durations carry units: ms, s, m, h, d; for example 90s or 1d12h."));
	paragraph(out, lang,
		  TEXT("A secret may stand in a file of its own, file:PATH, or come as a systemd credential, "
		       "credential:NAME. Files "
		       "with secrets should not be readable by others."));
	paragraph(out, lang,
		  TEXT("supercargo check reads everything and tells every mistake. A running service takes "
		       "the file anew on SIGHUP "
		       "(systemctl reload supercargo); when it is wrong it keeps the old one and says so."));
	conf_manual(out, lang);
	buf_fmt(out, ".SH %s\n.TP\n%s\n%s\n", say(lang, "FILES"), "/etc/supercargo/supercargo.conf",
		say(lang, "read unless -c names another file"));
	buf_fmt(out, ".SH %s\n.BR supercargo (1)\n", say(lang, "SEE ALSO"));
}

int
main(int argc, char **argv)
{
	struct buf text = BUF_MAX(1 << 20);
	enum lang lang;
	FILE *out;
	int r = 1;

	if (argc != 4 || (strcmp(argv[1], "sample") != 0 && strcmp(argv[1], "manual") != 0)) {
		fputs("usage: make_manual sample|manual en|zh OUT\n", stderr);
		return 2;
	}
	lang = lang_of(argv[2]);
	if (!strcmp(argv[1], "sample"))
		conf_sample(&text, lang);
	else
		manual(&text, lang);
	if ((out = fopen(argv[3], "w"))) {
		r = fwrite(buf_str(&text), 1, text.len, out) != text.len;
		r |= fclose(out);
	}
	if (r)
		perror(argv[3]);
	buf_free(&text);
	return r;
}
