"""The reply library as sellers and translators work on it: own files, upgrades, files for translators and from spreadsheets, and drafts beside
the language of who approves them."""
import json
import os
import pty
import shutil
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree

from harness import BUILD, QUESTION, ROOT, SHIPPED, WORLD, Case

SHARED = os.path.join(os.environ.get("SUPERCARGO_SHARE", ROOT), "templates")
XLIFF = "{urn:oasis:names:tc:xliff:document:2.0}"


def read(*path):
    with open(os.path.join(*path), "rb") as f:
        return f.read()


class Desk(unittest.TestCase):
    """A shipped library that may be upgraded, a folder of the seller's, no service."""

    templates = ("post_where_is_order", "post_cancel_ok", "misc_language_fallback")

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="templates-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.shipped, self.own = (os.path.join(self.folder, name) for name in ("share/templates", "own"))
        for name in self.templates:
            shutil.copytree(os.path.join(SHARED, name), os.path.join(self.shipped, name))
        for name in ("i18n", "connectors"):
            os.symlink(os.path.join(os.path.dirname(SHARED), name), os.path.join(self.folder, "share", name))
        os.mkdir(self.own)
        self.conf = self.file("supercargo.conf", "[service]\ntemplates = %s\n" % self.own)

    def file(self, name, content):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as f:
            f.write(content if isinstance(content, bytes) else content.encode())
        return path

    def cli(self, *words, code=0, lang="C"):
        done = subprocess.run([os.path.join(BUILD, "supercargo"), *words, "-c", self.conf], capture_output=True, text=True,
                              env=dict(os.environ, SUPERCARGO_SHARE=os.path.join(self.folder, "share"), LC_ALL=lang))
        self.assertEqual(code, done.returncode, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def json(self, *words, code=0):
        return json.loads(self.cli(*words, "--json", code=code))

    def owned(self):
        return sorted(os.path.relpath(os.path.join(where, name), self.own) for where, _, names in os.walk(self.own) for name in names
                      if not name.startswith("."))

    def state(self, template, locale):
        return next(t["states"][locale] for t in self.json("template", "list", "--lacks")["templates"] if t["id"] == template)


class Own(Desk):
    TEXT = "Hallo, {order_id} ist mit {carrier} unterwegs, Nummer {tracking_number}."

    def copy(self):
        self.cli("template", "export", self.own, "post_where_is_order", "--locale", "de")
        with open(os.path.join(self.own, "post_where_is_order/de.txt"), "w") as f:
            f.write(self.TEXT + "\n")

    def upgrade(self, name="de.txt"):
        with open(os.path.join(self.shipped, "post_where_is_order", name), "a") as f:
            f.write("# new\n" if name == "template.conf" else "\nNeu.\n")

    def test_a_copy_wins_and_stays(self):
        self.copy()
        self.assertEqual(["post_where_is_order/de.txt"], self.owned())
        self.assertEqual("own", self.state("post_where_is_order", "de"))
        self.assertIn("Hallo, 12-34567", self.cli("template", "render", "post_where_is_order", "--locale", "de"))
        kept = self.json("template", "export", self.own, "post_where_is_order")["kept"]
        self.assertEqual(["post_where_is_order/de.txt"], kept)
        self.assertEqual(self.TEXT + "\n", read(self.own, "post_where_is_order/de.txt").decode())

    def test_a_changed_original_is_told_until_it_is_seen(self):
        self.copy()
        self.assertNotIn("original-changed", self.cli("template", "lint"))
        self.upgrade()
        told = [f for f in self.json("template", "lint")["findings"] if f["code"] == "original-changed"]
        self.assertEqual([os.path.join(self.own, "post_where_is_order/de.txt")], [f["file"] for f in told])
        self.assertIn("template seen post_where_is_order", told[0]["text"])
        self.assertIn("has changed since this copy was made", self.cli("check"))
        self.assertEqual("original-changed", self.state("post_where_is_order", "de"))
        self.assertEqual(self.TEXT + "\n", read(self.own, "post_where_is_order/de.txt").decode())
        self.cli("template", "seen", "post_where_is_order")
        self.assertNotIn("original-changed", self.cli("template", "lint"))
        self.upgrade()
        self.assertIn("original-changed", self.cli("template", "lint"))
        shutil.copy(os.path.join(self.shipped, "post_where_is_order/de.txt"), os.path.join(self.own, "post_where_is_order/de.txt"))
        self.assertNotIn("original-changed", self.cli("template", "lint"))  # it is the new one now

    def test_other_copies(self):
        self.cli("template", "export", self.own, "post_where_is_order")
        self.assertEqual(sorted(os.listdir(os.path.join(self.shipped, "post_where_is_order"))),
                         [os.path.basename(name) for name in self.owned()])
        for name in self.owned():
            self.assertEqual(read(self.shipped, name), read(self.own, name))
        with open(os.path.join(self.own, "post_where_is_order/template.conf"), "a") as f:
            f.write("# mine\n")
        self.upgrade("template.conf")
        self.assertIn("template.conf", self.cli("template", "lint"))
        self.assertIn("did you mean post_where_is_order", self.cli("template", "export", self.own, "post_where_is_ordr", code=1))
        self.assertIn("no folder", self.cli("template", "export", code=1))
        self.assertIn("xx", self.cli("template", "export", self.own, "post_where_is_order", "--locale", "xx", code=1))

    def test_what_is_lacking(self):
        os.remove(os.path.join(self.shipped, "post_where_is_order/ja.txt"))
        with open(os.path.join(self.shipped, "post_where_is_order/fr.txt"), "w") as f:
            f.write("{order_id")
        self.assertEqual(["lacking", "broken"], [self.state("post_where_is_order", locale) for locale in ("ja", "fr")])
        counts = self.json("template", "list", "--lacks")["languages"]
        self.assertEqual((1, 1), (counts["ja"]["lacking"], counts["fr"]["broken"]))
        row = next(line for line in self.cli("template", "list", "--lacks").splitlines() if line.startswith("post_where_is_order"))
        self.assertIn(" - ", row)
        self.assertIn(" x ", row)


class Translators(Desk):
    def export(self, locale, *ids):
        path = os.path.join(self.folder, locale + ".xlf")
        self.cli("template", "export", "--xliff", "--locale", locale, path, *ids)
        return path

    def change(self, path, old, new):
        text = read(path).decode()
        self.assertIn(old, text)
        return self.file("changed.xlf", text.replace(old, new))

    def test_awkward_texts(self):
        text = "\n \t<b> & ]]> \"' {order_id} \u2028 \U0001f44d & amp; \u00a0 \n\n"
        for locale in ("en", "de"):
            with open(os.path.join(self.shipped, "post_cancel_ok", locale + ".txt"), "w") as f:
                f.write(text)
        path = self.export("de", "post_cancel_ok")
        os.remove(os.path.join(self.shipped, "post_cancel_ok/de.txt"))
        self.assertEqual(text, xml.etree.ElementTree.parse(path).getroot().find(".//" + XLIFF + "target").text + "\n")
        self.assertEqual(["forbidden"], [f["code"] for f in self.json("template", "import", path, code=1)["findings"] if f["error"]])
        self.json("template", "import", self.change(path, "&lt;b&gt;", "b"))
        self.assertEqual(text.replace("<b>", "b"), read(self.own, "post_cancel_ok/de.txt").decode())

    def test_what_it_says(self):
        root = xml.etree.ElementTree.parse(self.export("de", "post_where_is_order")).getroot()
        self.assertEqual({"version": "2.0", "srcLang": "en", "trgLang": "de"}, root.attrib)
        self.assertEqual(["post_where_is_order"], [f.get("id") for f in root.iter(XLIFF + "file")])
        unit = root.find(XLIFF + "file/" + XLIFF + "unit")
        self.assertEqual(["notes", "segment"], [child.tag.replace(XLIFF, "") for child in unit])
        self.assertIn("{order_id} (str), for example 12-34567-89012", [n.text for n in unit.iter(XLIFF + "note")])
        for tag, locale in (("source", "en"), ("target", "de")):
            self.assertEqual(read(self.shipped, "post_where_is_order", locale + ".txt").decode().rstrip("\n"),
                             unit.find("%ssegment/%s%s" % (XLIFF, XLIFF, tag)).text)
        self.assertIn("<source", self.cli("template", "export", "--xliff", "--locale", "tr"))
        self.assertNotIn("<target", self.cli("template", "export", "--xliff", "--locale", "tr"))
        self.assertIn("--locale", self.cli("template", "export", "--xliff", code=1))
        self.assertIn("translate into", self.cli("template", "export", "--xliff", "--locale", "en", code=1))

    def test_a_mistake_writes_nothing(self):
        path = self.export("de", "post_where_is_order", "post_cancel_ok")
        good = read(path).decode().replace("Mit freundlichen Grüßen", "Viele Grüße")
        for old, new, code in (("{carrier}", "{carier}", "unknown-variable"), ("</target>", "{</target>", "unmatched-brace"),
                               ("<file id=\"post_cancel_ok\"", "<file id=\"post_cancel_okay\"", "unknown-template"),
                               ("<file id=\"post_cancel_ok\"", "<file id=\"post_where_is_order\"", "twice"),
                               ("</target>", "<ph id=\"1\"/></target>", "xliff-element"),
                               ("</segment>", "</segment><segment id=\"t\"><source>x</source></segment>", "xliff-partial"),
                               ("</unit>", "</unit><unit id=\"u\"><segment><source>x</source></segment></unit>", "xliff-units"),
                               ("<target ", "<target order=\"2\" ", "xliff-order")):
            self.assertIn(old, good)
            done = self.json("template", "import", self.file("bad.xlf", good.replace(old, new)), code=1)
            self.assertIn(code, [f["code"] for f in done["findings"] if f["error"]])
            self.assertEqual([], done["files"])
            self.assertEqual([], self.owned())
        for old, new, why in (("version=\"2.0\"", "version=\"1.2\"", "expected XLIFF 2.0"), ("srcLang=\"en\"", "srcLang=\"fr\"", "srcLang fr"),
                              ("</xliff>", "", "not XML"), ("<xliff", "<!DOCTYPE xliff [<!ENTITY a \"b\">]>\n<xliff", "DOCTYPE")):
            self.assertIn(why, self.cli("template", "import", self.file("bad.xlf", good.replace(old, new)), code=1))
            self.assertEqual([], self.owned())
        dry = self.json("template", "import", "--dry-run", self.file("good.xlf", good))
        self.assertEqual(["post_cancel_ok/de.txt", "post_where_is_order/de.txt"], sorted(dry["files"]))
        self.assertEqual([], self.owned())
        self.cli("template", "import", self.file("good.xlf", good))
        self.assertEqual(["post_cancel_ok/de.txt", "post_where_is_order/de.txt"], self.owned())
        self.assertIn("Viele Grüße", self.cli("template", "render", "post_cancel_ok", "--locale", "de"))
        self.assertEqual("own", self.state("post_cancel_ok", "de"))

    def test_pieces_and_an_older_source(self):
        path = self.export("de", "post_cancel_ok")
        target = xml.etree.ElementTree.parse(path).getroot().find(".//" + XLIFF + "target").text
        cut = target.index("\n\n")
        whole = read(path).decode()
        pieces = ("<segment><source xml:space=\"preserve\">Hi</source><target xml:space=\"preserve\">%s</target></segment>"
                  "<ignorable><source xml:space=\"preserve\">\n\n</source></ignorable>"
                  "<segment><source>More</source><target xml:space=\"preserve\">%s!</target></segment></unit>")
        start = whole.index("<segment")
        done = self.json("template", "import", self.file("cut.xlf", whole[:start] + pieces % (target[:cut], target[cut + 2:]) +
                                                         whole[whole.index("</unit>") + 7:]))
        self.assertEqual(["source-changed"], [f["code"] for f in done["findings"]])
        self.assertEqual(target + "!\n", read(self.own, "post_cancel_ok/de.txt").decode())


class Spreadsheets(Desk):
    def table(self, text, code=0, *options):
        return self.json("template", "import", self.file("own.csv", text), *options, code=code)

    def test_own_templates(self):
        rows = ("id,locale,text,kinds,title\r\n"
                "own_thanks,de,\"Hallo {buyer_name},\r\n\r\ndanke für \"\"alles\"\"!{has_carrier, select, yes{ Mit {carrier}.} other{}}\",reply,Nach Lob\r\n"
                "own_thanks,en,\"Hello {buyer_name}, thank you!{has_carrier, select, yes{ With {carrier}.} other{}}\",,\r\n"
                "post_cancel_ok,de,Storniert.,,\r\n")
        expected = "Hallo {buyer_name},\n\ndanke für \"alles\"!{has_carrier, select, yes{ Mit {carrier}.} other{}}\n"
        for text in (rows, "\ufeff" + rows, rows.replace("\r\n", "\n"), rows + "\r\n\r\n",
                     "sep=,\r\n" + rows):
            shutil.rmtree(self.own)
            done = self.table(text)
            self.assertEqual([], [f for f in done["findings"] if f["error"]])
            self.assertEqual(["own_thanks/de.txt", "own_thanks/en.txt", "own_thanks/template.conf", "post_cancel_ok/de.txt"], self.owned())
            self.assertEqual(expected, read(self.own, "own_thanks/de.txt").decode())
        again = self.table(rows)
        self.assertEqual(3, again["unchanged"])
        self.assertEqual(["conf-counts"], [f["code"] for f in again["findings"]])
        conf = read(self.own, "own_thanks/template.conf").decode()
        self.assertIn("mode     = approve", conf)
        self.assertIn("trigger  = \"Nach Lob\"", conf)
        self.assertEqual([], [f for f in self.json("template", "lint")["findings"] if f["error"]])

    def test_other_spreadsheets(self):
        self.table("ID; Text ;Locale\nown_a;\"eins; zwei\";de\n")
        self.assertEqual("eins; zwei\n", read(self.own, "own_a/de.txt").decode())
        self.assertIn("kinds    = reply\n", read(self.own, "own_a/template.conf").decode())
        chinese = "您好，您的订单已经发货，请耐心等待，如有问题请随时与我们联系，祝您生活愉快。感谢您的购买和支持！"
        self.table(("id\tlocale\ttext\nown_b\tzh-Hans\t%s\n" % chinese).encode("gb18030"))
        self.assertEqual(chinese + "\n", read(self.own, "own_b/zh-Hans.txt").decode())
        for text in ("id,locale,text\nown_c,de,Grüße\n".encode("cp1252"), "id,locale,text\nown_c,de,a\n".encode("utf-16")):
            self.assertIn("CSV UTF-8", self.cli("template", "import", self.file("own.csv", text), code=1))

    def test_mistakes_write_nothing(self):
        for row, code, told in (("own_a,de,Hallo {{name}}", "foreign-placeholder", "expected {buyer_name}"),
                                ("own_a,de,[Order Number]", "foreign-placeholder", "expected {order_id}"),
                                ("own_a,de,%tracking_no%", "foreign-placeholder", "expected {tracking_number}"),
                                ("own_a,de,#{shop}", "foreign-placeholder", "expected {seller_name}"),
                                ("own_a,de,${qzxw}", "foreign-placeholder", "found ${qzxw}"),
                                ("own_a,de,<first name>", "foreign-placeholder", "expected {buyer_name}"),
                                ("own_a,de,{customer_name}", "foreign-placeholder", "expected {buyer_name}"),
                                ("own_a,de,{qzxw}", "unknown-variable", "qzxw"),
                                ("own_a,de,{order_id", "unmatched-brace", ""), ("own_a,de,", "empty-text", ""),
                                ("../own_a,de,x", "bad-id", "../own_a"), (".,de,x", "bad-id", ""), ("own_a,../de,x", "bad-locale", ""),
                                ("own_a,de,Schauen Sie auf www.shop.example vorbei", "forbidden", "www.shop.example"),
                                ("own_a,de,x\nown_a,de,y", "twice", ""), ("own_a,de,x,fly", "unknown-kind", "fly")):
            done = self.table("id,locale,text,kinds\n%s\nown_good,de,Danke.\n" % row, code=1)
            errors = [f for f in done["findings"] if f["error"]]
            self.assertEqual([code], [f["code"] for f in errors], row)
            self.assertIn(told, errors[0]["text"])
            self.assertEqual([], self.owned(), row)
        for text, told in (("", "no rows"), ("a,b\n", "no column id"), ("id,text\nown_a,x\n", "no column locale"), ("id,locale,text\n", "no rows"),
                           ("id,locale,text\nown_a,de,\"x\n", "line 2"), ("id,locale,text\nown_a,de,\"x\"y\n", "line 2"),
                           ("id,locale,text" + ",x" * 40 + "\n", "32 fields")):
            self.assertIn(told, self.cli("template", "import", self.file("own.csv", text), code=1))
        many = self.table("id,locale,text\n" + "".join("own_%d,de,x {order_id}\n" % i for i in range(403)), code=1)
        self.assertEqual(["too-many"] * 3, [f["code"] for f in many["findings"] if f["error"]])
        rows = "id,locale,text\n" + "own_a,de,x\n" * 8001
        self.assertIn("more than 8000 rows", self.cli("template", "import", self.file("own.csv", rows), code=1))
        self.assertEqual([], self.owned())
        self.table("id,locale,text\nown_a,de,\"10% von 20 % [1] <3 {order_id}\"\n")  # none of these is a placeholder of others

    def test_who_has_no_folder(self):
        path = self.file("own.csv", "id,locale,text\nown_a,de,x\n")
        self.conf = os.path.join(self.folder, "nothing.conf")
        self.assertIn("nothing.conf: cannot be read", self.cli("template", "import", path, code=1))


class Whole(Desk):
    """What has to hold for every text."""

    templates = sorted(os.listdir(SHARED))

    def test_a_round_trip_changes_no_byte(self):
        for locale in ("de", "ar", "ja", "zh-Hans", "pt-BR"):
            path = os.path.join(self.folder, locale + ".xlf")
            self.cli("template", "export", "--xliff", "--locale", locale, path)
            self.assertEqual([], self.json("template", "import", path)["files"])
            ids = [i for i in sorted(os.listdir(self.shipped)) if os.path.exists(os.path.join(self.shipped, i, locale + ".txt"))]
            before = {i: read(self.shipped, i, locale + ".txt") for i in ids}
            for i in ids:
                os.remove(os.path.join(self.shipped, i, locale + ".txt"))
            done = self.json("template", "import", path)
            self.assertEqual(["%s/%s.txt" % (i, locale) for i in ids], done["files"])
            self.assertEqual(before, {i: read(self.own, i, locale + ".txt") for i in ids})

    def test_the_gallery(self):
        path = os.path.join(self.folder, "g.html")
        self.cli("template", "export", self.own, "post_cancel_ok", "--locale", "de")
        with open(os.path.join(self.own, "post_cancel_ok/de.txt"), "w") as f:
            f.write("<script>alert(1)</script> & \"{order_id}\"")
        self.cli("template", "render", "--gallery", path)
        page = read(path).decode()
        ids = sorted(os.listdir(self.shipped))
        for i in ids:
            self.assertIn("<section id=\"%s\">" % i, page)
            self.assertIn("<a href=\"#%s\">" % i, page)
            for locale in ("de", "ar", "zh-Hans"):
                self.assertIn("<article lang=\"%s\" dir=\"%s\" id=\"%s-%s\">" % (locale, "rtl" if locale == "ar" else "ltr", i, locale), page)
        self.assertIn("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;12-34567-89012&quot;", page)
        self.assertNotIn("<script", page)
        self.assertIn("default-src 'none'", page)
        for outside in ("src=", "url(", "@import", "<link", "http://", "https://"):
            self.assertNotIn(outside, page)
        self.assertIn("without what may be absent", page)
        self.cli("template", "render", "--gallery", path, lang="zh_CN.UTF-8")
        self.assertIn("<html lang=\"zh-Hans\">", read(path).decode())
        self.assertIn("one of them", self.cli("template", "render", code=1))
        self.assertIn("one of them", self.cli("template", "render", "post_cancel_ok", "--gallery", path, code=1))


class Beside(Case):
    """What a draft says, for who cannot read it; and what a template would say."""

    def drafted(self):
        m, s = self.shop(world=WORLD, mode="draft")
        m.ask("message", QUESTION)
        return m, s, s.wait_for(lambda: s.actions(state="draft"), "the draft")[0]

    def test_a_draft_beside_chinese(self):
        m, s, row = self.drafted()
        self.assertEqual("de", row["locale"])
        for shown in (s.get("show", id=row["id"], locale="zh-Hans"), s.get("outbox", locale="zh-Hans")["actions"][0],
                      s.get("show", id=row["conversation"], locale="zh-Hans")["actions"][0]):
            self.assertEqual("zh-Hans", shown["beside"]["locale"])
            for fact in ("12-34567-89012", "DHL", "00340000000000000017", "您"):
                self.assertIn(fact, shown["beside"]["text"])
            self.assertEqual(row["text"], shown["text"])
        self.assertEqual("en", s.get("show", id=row["id"])["beside"]["locale"])
        self.assertNotIn("beside", s.get("show", id=row["id"], locale="de-AT"))
        self.assertIn("12-34567-89012", s.cli("show", row["id"], "--locale", "ja").stdout.split("ja")[-1])
        self.assertIn("no text", s.get("show", id=row["id"], locale="tlh")["beside"]["reason"])
        self.assertEqual(0, s.rows("SELECT count(*) FROM outbox WHERE text LIKE '%您%'")[0][0])
        s.get("edit", id=row["id"], text="Ich sehe nach.")
        self.assertIn("a person wrote", s.get("show", id=row["id"], locale="zh-Hans")["beside"]["reason"])
        s.get("approve", ids=[row["id"]])
        s.wait_for(m.delivered, "the reply")
        self.assertNotIn("beside", s.get("show", id=row["id"], locale="zh-Hans"))

    def test_the_editor_begins_with_the_draft(self):
        m, s, row = self.drafted()
        terminal, end = pty.openpty()
        try:
            subprocess.run([s.binary, "edit", row["id"], "-c", s.conf], stdin=end, check=True, capture_output=True,
                           env=dict(s.env, VISUAL="sed -i s/DHL/DHL.Express/"))
        finally:
            os.close(terminal)
            os.close(end)
        self.assertEqual(row["text"].replace("DHL", "DHL.Express"), s.get("show", id=row["id"])["text"])

    def test_facts_that_changed(self):
        m, s, row = self.drafted()
        before = s.get("show", id=row["id"])["beside"]["text"]
        self.assertIn("00340000000000000017", before)
        m.world(orders=[dict(SHIPPED, tracking="00340000000000000099")])
        s.wait_for(lambda: "facts have changed" in s.get("show", id=row["id"])["beside"].get("reason", ""), "the other number")

    def test_a_template_about_an_order(self):
        m, s, row = self.drafted()
        order = s.rows("SELECT id FROM orders")[0][0]
        about = "o%d" % order
        one = s.get("template render", id="post_where_is_order", order=about, locale="fr")["texts"]
        self.assertEqual(["fr"], [t["locale"] for t in one])
        self.assertIn("00340000000000000017", one[0]["text"])
        texts = s.get("template render", id="post_where_is_order", order=about, **{"all-locales": True})["texts"]
        self.assertEqual(sorted(name[:-4] for name in os.listdir(os.path.join(SHARED, "post_where_is_order")) if name.endswith(".txt") and "short" not in name),
                         sorted(t["locale"] for t in texts))
        self.assertTrue(all("12-34567-89012" in t["text"] for t in texts))
        needs = s.get("template render", id="pre_product_details", order=row["conversation"], locale="de")["texts"][0]
        self.assertIn("answer", needs["needs"])
        told = s.cli("template", "render", "pre_product_details", "--order", row["conversation"], "--locale", "de", "--set", "answer=Ja, blau.",
                     "--set", "asked_title=Kessel").stdout
        self.assertIn("Ja, blau.", told)
        self.assertIn("answer", s.cli("template", "render", "pre_product_details", "--order", about).stdout)
        for bad in (dict(order="o999"), dict(order="x"), dict(order="a1"), dict(), dict(id="nothing", order=about)):
            self.assertFalse(s.api("template render", **dict({"id": "post_where_is_order"}, **bad))["ok"], bad)
        self.assertEqual(1, len(s.actions()))
        self.assertEqual(0, m.delivered())


del Desk  # its children run

if __name__ == "__main__":
    unittest.main()
