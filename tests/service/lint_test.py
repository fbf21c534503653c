"""`template lint`: a folder of its own or the configured texts, in two languages, as JSON, and what the exit status says; `check` tells the same."""
import json
import os
import subprocess
import tempfile
import unittest

from harness import BUILD, ROOT

CONF = '[template]\nphase = post\ntrigger = t\nmode = approve\n'


class Lint(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.conf = os.path.join(self.folder.name, "supercargo.conf")

    def put(self, path, text):
        path = os.path.join(self.folder.name, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path

    def run_one(self, *words, language="C"):
        env = dict(os.environ, LC_ALL=language, LANG=language, SUPERCARGO_SHARE=os.environ.get("SUPERCARGO_SHARE", ROOT))
        return subprocess.run([os.path.join(BUILD, "supercargo"), *words, "-c", self.conf], env=env, capture_output=True, text=True, timeout=60)

    def test_a_folder(self):
        self.put("texts/post_x/template.conf", CONF)
        path = self.put("texts/post_x/en.txt", "Hello\n  {nobody}\n")
        texts = os.path.join(self.folder.name, "texts")
        done = self.run_one("template", "lint", texts)
        self.assertEqual(1, done.returncode)
        self.assertIn(path + ":2:3: error: there is no variable", done.stdout)
        self.assertIn("[unknown-variable]", done.stdout)
        found = json.loads(self.run_one("template", "lint", texts, "--json").stdout)
        self.assertEqual(1, found["errors"])
        self.assertEqual({"error": True, "code": "unknown-variable", "file": path, "line": 2, "column": 3},
                         {k: v for k, v in found["findings"][0].items() if k != "text"})
        self.assertIn("错误", self.run_one("template", "lint", texts, language="zh_CN.UTF-8").stdout)
        self.put("texts/post_x/en.txt", "Hello")
        done = self.run_one("template", "lint", texts)
        self.assertEqual((0, "No mistakes found.\n"), (done.returncode, done.stdout))

    def test_the_configured_ones_with_their_rules(self):
        own = os.path.dirname(os.path.dirname(self.put("own/post_where_is_ordre/de.txt", "Hallo")))
        self.put("supercargo.conf",
                 '[service]\nstate = "%s/s.db"\nsocket = "%s/s.sock"\nkey_file = "%s/key"\ntemplates = "%s"\n'
                 '[application "main"]\nplatform = ebay\nclient_id = a\nclient_secret = b\nredirect = c\n'
                 '[account "toys-de"]\nplatform = ebay\napplication = main\nlanguage = de\n'
                 '[rule "gone"]\non = message.received\ntemplate = post_nothing\n'
                 '[rule "late"]\non = message.received\ntemplate = misc_holiday_notice\n' % (*[self.folder.name] * 3, own))
        os.chmod(self.conf, 0o600)
        for words in (("template", "lint"), ("check",)):
            done = self.run_one(*words)
            self.assertEqual(1, done.returncode, done.stdout + done.stderr)
            self.assertIn("there is no scenario post_where_is_ordre, so its texts are never used; did you mean post_where_is_order?",
                          done.stdout)
            self.assertIn('template: found "post_nothing", expected a folder of the reply library', done.stdout)
            self.assertIn("the rule late uses misc_holiday_notice", done.stdout)


if __name__ == "__main__":
    unittest.main()
