"""classify answers every line, whatever it holds, without a configuration and without the service."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

BUILD = pathlib.Path(os.environ.get("BUILD", "../../build"))
KEYS = {"language", "score", "scenario", "confident", "reasons"}


def classify(text, *arguments, env=None):
    done = subprocess.run([BUILD / "supercargo", "classify", "-c", "/nonexistent/supercargo.conf", *arguments],
                          input=text, capture_output=True, timeout=120,
                          env={**os.environ, "LC_ALL": "C", **(env or {})})
    assert done.returncode == 0, done.stderr
    return done.stdout.decode("utf-8")


def objects(text):
    return [json.loads(line) for line in classify(text, "--json").splitlines()]


class Classify(unittest.TestCase):
    def test_one_object_for_every_line(self):
        lines = [b"where is my order", b"", b"\xff\xfe\xfd", b"\t", b"\tde-DE", b"a\0b", b"Rechnung bitte\tde-DE",
                 b"wo ist mein paket " * 20000, b"\xe3" * 100000, b"\t" * 1000, b"{}[]\"'\\", b"\x1b[31m", b"?\tno such locale!"]
        found = objects(b"\n".join(lines))
        self.assertEqual(len(found), len(lines))
        for one in found:
            self.assertEqual(set(one), KEYS)
            self.assertIsInstance(one["reasons"], list)
            self.assertIsInstance(one["confident"], bool)
            self.assertTrue(0 <= one["score"] <= 100)
        self.assertEqual(found[0]["scenario"], "order_status_where_is_my_order")
        self.assertEqual((found[1]["scenario"], found[1]["confident"], found[1]["language"]), ("other", False, ""))
        self.assertEqual((found[6]["scenario"], found[6]["language"]), ("invoice_request", "de"))
        self.assertEqual(found[7]["scenario"], "order_status_where_is_my_order")
        self.assertFalse(found[12]["confident"])

    def test_the_last_line_needs_no_end_and_no_line_no_answer(self):
        self.assertEqual(len(objects(b"hello\nthanks")), 2)
        self.assertEqual(len(objects(b"hello\r\nthanks\r\n")), 2)
        self.assertEqual(objects(b""), [])

    def test_text_for_people(self):
        fields = classify(b"annuler ma commande svp\tfr-FR\n").rstrip("\n").split("\t")
        self.assertEqual(fields[0], "fr")
        self.assertEqual(fields[2:4], ["cancel_order", "confident"])

    def test_own_phrases_win_file_by_file(self):
        with tempfile.TemporaryDirectory() as folder:
            own = pathlib.Path(folder, "phrases")
            own.mkdir()
            pathlib.Path(own, "de.txt").write_text("complaint\t9\trechnung\n", encoding="utf-8")
            conf = pathlib.Path(folder, "supercargo.conf")
            conf.write_text(f"[service]\nstate = {folder}/state\nphrases = {own}\n", encoding="utf-8")
            done = subprocess.run([BUILD / "supercargo", "classify", "-c", conf, "--json"],
                                  input="Rechnung bitte\tde\nfacture svp\tfr\n".encode(), capture_output=True, timeout=60)
            self.assertEqual(done.returncode, 0, done.stderr)
            found = [json.loads(line) for line in done.stdout.splitlines()]
            self.assertEqual([one["scenario"] for one in found], ["complaint", "invoice_request"])


if __name__ == "__main__":
    unittest.main()
