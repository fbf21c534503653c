#!/bin/sh
# mistakes_test.sh MAKE_TEXTS TEXTS_CHECK - each mistake in a catalogue is told with file and line; each text in C is found.
set -u
make_texts=$1 texts_check=$2
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
failed=0

# wrong LINE WORDS: the catalogue on standard input is refused so, and nothing is written.
wrong() {
	cat > "$dir/a.po"
	rm -f "$dir/out.c"
	if "$make_texts" "$dir/a.po" "$dir/out.c" 2> "$dir/said"; then
		echo "accepted, expected: $1: $2"; cat "$dir/a.po"; failed=1
	elif ! grep -qF "a.po:$1: $2" "$dir/said" || [ -e "$dir/out.c" ]; then
		echo "expected: a.po:$1: $2"; cat "$dir/said"; failed=1
	fi
}

wrong 3 'not translated: "b"' <<'PO'
msgid "a"
msgstr "x"
msgid "b"
msgstr ""
PO
wrong 3 'not translated: "b"' <<'PO'
msgid "a"
msgstr "x"
msgid "b"
PO
wrong 4 'stands here a second time: "a"' <<'PO'
msgid "a"
msgstr "x"

msgid "a"
msgstr "y"
PO
wrong 1 'the translation has other conversions: "%s of %d"' <<'PO'
msgid "%s of %d"
msgstr "%d %s"
PO
wrong 1 'the translation has other conversions: "%s of %d"' <<'PO'
msgid "%s of %d"
msgstr "%2$d %2$d"
PO
wrong 1 'the translation has other conversions: "%s of %d"' <<'PO'
msgid "%s of %d"
msgstr "%1$s"
PO
wrong 1 'the translation has other conversions: "%zu"' <<'PO'
msgid "%zu"
msgstr "%u"
PO
wrong 1 'the translation has other conversions: "a"' <<'PO'
msgid "a"
msgstr "100%"
PO
wrong 2 'expected msgid' <<'PO'
msgid "a"
msgstr x
PO
wrong 2 'expected msgid' <<'PO'
msgid "a"
msgstr "x
PO
wrong 1 'expected msgid' <<'PO'
msgctxt "menu"
msgid "a"
msgstr "x"
PO
wrong 1 'not translated for sure' <<'PO'
#, fuzzy
msgid "a"
msgstr "x"
PO
wrong 2 'expected msgid' <<'PO'
msgid "a"
msgstr "\q"
PO

cat > "$dir/good.po" <<'PO'
# A comment
msgid ""
msgstr "header"

msgid ""
"%d of "
"\"%s\"\n"
msgstr "%2$s\t%1$d 100%%"
msgid "what?"
msgstr "什么？"
PO
if ! "$make_texts" "$dir/good.po" "$dir/out.c" || ! grep -qF '"%d of \"%s\"\012"' "$dir/out.c" ||
   ! grep -qF '"%2$s\011%1$d 100%%"' "$dir/out.c" || ! grep -qF '"what\077"' "$dir/out.c"; then
	echo "a good catalogue came out wrong"; cat "$dir/out.c"; failed=1
fi

mkdir "$dir/src"
cat > "$dir/src/a.c" <<'C'
#define IGNORED fail(err, "text 0")
int hold(int x, struct err *, const char *pattern, ...)
	__attribute__((format(printf, 3, 4)));
int data_fmt(const char *, ...) __attribute__((format(printf, 1, 2)));
int fail(struct err *, const char *pattern, ...) __attribute__((format(printf, 2, 3)));
/* fail(err, "text 1") */ // fail(err, "text 2")
void f(void) {
	puts("text 3 fail(err, \"text 4\")");
	fail(err, "missing " "one");
	fail(place(c, "code", '"'), yes ? "missing two" : "missing \"three\"", say(l, "missing four"));
	return hold(1, NULL, "missing five %s", "an argument");
	data_fmt("text 5");
	static const char *t[] = { TEXT("missing six") };
	fail (err,
	      "\"%s\" is not a currency", "x");
}
C
"$texts_check" "$dir/src" > "$dir/said"
[ $? = 1 ] || { echo "texts_check accepts missing texts"; failed=1; }
for line in '9: not in the catalogue: "missing one"' '10: not in the catalogue: "missing two"' \
	'10: not in the catalogue: "missing "three""' '10: not in the catalogue: "missing four"' \
	'11: not in the catalogue: "missing five %s"' '13: not in the catalogue: "missing six"'; do
	grep -qF "a.c:$line" "$dir/said" || { echo "texts_check does not find $line"; failed=1; }
done
grep -q '^7 texts in 1 files and [0-9]* in tables, 6 not' "$dir/said" || { echo "texts_check finds other texts:"; cat "$dir/said"; failed=1; }
exit $failed
