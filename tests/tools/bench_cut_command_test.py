#!/usr/bin/env python3
"""bench/cut, the whole of it with programs that do as they are told."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
import wave

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "bench"))

import cut_bars  # noqa: E402

FAKE_TIDEMARK = """#!{python}
import json, os, shutil, sys
source, out = sys.argv[2], sys.argv[sys.argv.index("-o") + 1]
assert sys.argv[1] == "cut" and not os.path.exists(out), sys.argv
how = os.environ["FAKE"]
if how == "refuses":
    sys.exit("refused: a plan of 99 MiB")
if how != "writes nothing":
    shutil.copy(source, out)
print(json.dumps({{"clips": 3, "output_s": 30.0 if how != "lies" else 29.0, "peak_anon_bytes": 1 << 20}}))
"""


class Command(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.binary = self.folder / "tidemark"
        self.binary.write_text(FAKE_TIDEMARK.format(python=sys.executable), encoding="utf-8")
        self.binary.chmod(0o755)
        self.programs = self.folder / "bin"  # all that is installed
        self.programs.mkdir()
        for program in ("ffprobe", "sox"):
            (self.programs / program).symlink_to(shutil.which(program))
        inputs = self.folder / "inputs" / "speech"
        inputs.mkdir(parents=True)
        with wave.open(str(inputs / "30s.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(8_000)
            file.writeframes(bytes(2 * 8_000 * 30))
        (inputs / "piece.wav").write_bytes(b"")

    def bench(self, *options, fake="works"):
        command = [sys.executable, ROOT / "bench" / "cut", "--binary", self.binary, "--folder", self.folder]
        return subprocess.run(
            [*command, *options], env={**os.environ, "FAKE": fake, "PATH": str(self.programs)},
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    def short(self, fake, *options):
        wav = ("--only", "wav", "--lengths", "30s", "--repeat", "2")
        done = self.bench(*wav, *options, fake=fake)
        self.assertTrue((self.folder / "cut.json").exists(), done.stderr)
        return done, json.loads((self.folder / "cut.json").read_text(encoding="utf-8"))

    def test_measures_and_leaves_no_output_behind(self):
        done, results = self.short("works")
        ours = [line for line in results["rows"] if line["tool"] == cut_bars.OURS]
        self.assertEqual([(line["n_clips"], line["n_runs"]) for line in ours], [(3, 2)])
        others = {(line["job"], line["tool"]) for line in results["rows"]} - {("cut", cut_bars.OURS)}
        self.assertEqual(others, {("copy", "sox"), ("cut", "sox silence")})
        self.assertIn("30s.wav: auto-editor is not installed: not measured here", results["notes"])
        self.assertIn("30s.wav, cut: peak RSS", done.stdout)
        self.assertFalse((self.folder / "cut_outputs").exists())

    def test_fails_where_the_output_is_not_what_was_said(self):
        for fake, words in (
            ("refuses", "refused: a plan of 99 MiB"),
            ("writes nothing", "wrote nothing"),
            ("lies", "+1.00 s longer than it says"),
        ):
            done, results = self.short(fake, "--no-peers")
            self.assertEqual(done.returncode, 1, fake)
            self.assertIn(words, done.stdout)
            self.assertEqual([v["passed"] for v in results["verdicts"]], [False])

    def test_names_the_groups_and_lengths_it_knows(self):
        for options in (("--only", "wav,vinyl"), ("--lengths", "3min,vinyl")):
            done = self.bench(*options)
            self.assertEqual(done.returncode, 2)
            self.assertIn("vinyl", done.stderr)


if __name__ == "__main__":
    unittest.main()
