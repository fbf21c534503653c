"""What a changed configuration would have done, beside a running service."""
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from harness import BUILD, PATIENCE, QUESTION, ROOT, RULES, WORLD, Case, read


def digest(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


class Replay(Case):
    def changed(self, s, old, new):
        """Another configuration file, which differs in this."""
        path = os.path.join(self.folder, "new.conf")
        text = read(s.conf)
        self.assertIn(old, text)
        with open(path, "w") as f:
            f.write(text.replace(old, new))
        os.chmod(path, 0o600)
        return path

    def replay(self, s, *words):
        return json.loads(s.cli("replay", *words, "--json").stdout)

    def answered(self, m, s):
        m.ask("message", QUESTION)
        s.wait_for(lambda: s.actions(state="sent"), "the reply")

    def test_beside_a_running_service(self):
        m, s = self.shop(world=WORLD)
        self.answered(m, s)
        same = self.replay(s, s.conf)
        self.assertTrue(same["same"], same)
        self.assertEqual(1, same["actions"]["before"])
        new = self.changed(s, "template = post_where_is_order", "template = post_not_shipped_yet")
        other = self.replay(s, new)
        self.assertFalse(other["same"])
        self.assertEqual((0, 0, 1), tuple(other["actions"][k] for k in ("added", "removed", "changed")))
        self.assertEqual("post_not_shipped_yet", other["list"][0]["after"]["template"])
        self.assertNotIn("Mustermann", json.dumps(other))
        for locale, words in ("C.UTF-8", "another template: 1"), ("zh_CN.UTF-8", "模板不同: 1"):
            self.assertIn(words, subprocess.run([s.binary, "replay", new, "-c", s.conf], env=dict(s.env, LC_ALL=locale),
                                                capture_output=True, text=True, timeout=PATIENCE).stdout)
        self.assertEqual(1, m.delivered())
        m.ask("message", dict(QUESTION, text="Guten Tag, ich moechte meine Bestellung stornieren."))  # the service goes on
        s.wait_for(lambda: len(s.actions()) == 2, "the next wish")

    def test_the_files_stay_as_they_are(self):
        m, s = self.shop(world=WORLD)
        self.answered(m, s)
        s.stop()
        before = digest(s.store)
        self.assertTrue(self.replay(s, s.conf)["same"])
        self.assertEqual(1, self.replay(s, self.changed(s, RULES, ""))["actions"]["removed"])
        self.assertEqual(before, digest(s.store))

    def test_mistakes_are_told(self):
        m, s = self.shop(mode="observe", world=WORLD)
        for words in ["replay"], ["replay", s.conf, "--observed"], ["replay", s.conf, "--since", "soon"], ["replay", "/nowhere.conf"]:
            done = s.cli(*words, check=False)
            self.assertEqual(1, done.returncode, words)
            self.assertTrue(done.stderr.startswith("supercargo: "), done.stderr)

    def test_observed_beside_what_people_sent(self):
        m, s = self.shop(mode="observe", world=WORLD)
        m.ask("message", QUESTION)
        row = s.wait_for(lambda: s.actions(state="observed"), "the observed row")[0]
        table = self.replay(s, "--observed")["scenarios"]
        self.assertEqual((1, 0, 1), (table[0]["would_send"], table[0]["answered"], table[0]["nobody"]))
        m.ask("answer", {"buyer": QUESTION["buyer"], "item": QUESTION["item"], "text": row["text"]})
        s.wait_for(lambda: s.rows("SELECT 1 FROM message WHERE direction = 'out'"), "the answer by hand")
        table = self.replay(s, "--observed")["scenarios"]
        self.assertEqual(("post_where_is_order", "de", 1, 1, 1, 100, 0), tuple(table[0][k] for k in (
            "template", "locale", "would_send", "answered", "alike", "alike_percent", "nobody")))
        self.assertIn("NOBODY", s.cli("replay", "--observed").stdout)


class Lives(unittest.TestCase):
    """Days of a simulated life, with everything going wrong in it (tests/sim)."""

    def test_its_own_configuration_changes_nothing(self):
        sim = os.path.join(BUILD, "tests/sim/sim")
        subprocess.run(["cmake", "--build", BUILD, "--target", "sim"], check=True, capture_output=True)
        for seed in 11, 12:
            out = subprocess.run([sim, "--seed", str(seed), "--days", "2", "--keep"], capture_output=True, text=True, timeout=600)
            folder = re.search("kept: (.*)", out.stdout + out.stderr).group(1)
            self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
            conf = os.path.join(folder, "supercargo.conf")
            before = digest(os.path.join(folder, "supercargo.db"))
            done = subprocess.run([os.path.join(BUILD, "supercargo"), "replay", conf, "-c", conf, "--since", "3650d", "--json"],
                                  env=dict(os.environ, SUPERCARGO_SHARE=ROOT, SUPERCARGO_LIBEXEC=os.path.join(BUILD, "libexec")),
                                  capture_output=True, text=True, timeout=600)
            self.assertEqual((0, ""), (done.returncode, done.stderr))
            result = json.loads(done.stdout)
            self.assertTrue(result["same"], result)
            self.assertGreater(result["actions"]["before"], 20)
            self.assertEqual(before, digest(os.path.join(folder, "supercargo.db")))


if __name__ == "__main__":
    unittest.main()
