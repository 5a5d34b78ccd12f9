#!/usr/bin/env python3
"""bench/accuracy on a corpus of two items, with a program that answers as it is told."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).parents[2]
SCORE = ROOT.parent / "shared" / "corpus" / "score.py"
sys.path.insert(0, str(ROOT / "bench"))

sys.dont_write_bytecode = True

import accuracy_bars  # noqa: E402
import accuracy_tools  # noqa: E402

BEATS = [0.5 * i for i in range(60)]

# Answers FILE with FILE.answer and notes its arguments; fails where there is no answer.
FAKE = """#!/bin/sh
for file; do :; done
echo "$@" >> "$(dirname "$0")/calls"
cat "$file.answer"
"""

# In place of the corpus's score.py: the share of the items' beats that were answered as F.
FAKE_SCORE = """
import json, os, sys
a = dict(zip(sys.argv[1::2], sys.argv[2::2]))
items = [i for i in json.load(open(a["--corpus"]))["items"] if i["kind"] in a["--kind"].split(",")]
summary = {}
for item in items:
    path = os.path.join(a["--est"], item["id"] + ".json")
    estimate = json.load(open(path)) if os.path.exists(path) else {}
    hit = float(len(estimate.get("beats", [])) == 60)
    summary[item["kind"]] = {"items": 1, "F": hit, "CMLt": hit, "AMLt": hit, "Acc1": hit,
                             "Acc2": hit, "lag_ms_median": -3.0}
print(json.dumps({"summary": summary}))
"""


def report(beats, bpm):
    return {
        "tempo": None if bpm is None else {"bpm": bpm, "runner_up": None, "curve": []},
        "beats": {"count": len(beats), "list": [{"time_s": b, "position": None} for b in beats]},
    }


def failed(kind, summary, n_failed=0):
    return [v.what for v in accuracy_bars.judge(kind, summary, n_failed) if v.passed is False]


class Bars(unittest.TestCase):
    good = {"F": 0.9, "CMLt": 0.8, "AMLt": 0.98, "Acc1": 0.9, "lag_ms_median": -7.9}

    def test_pass_what_reaches_all_of_them(self):
        self.assertEqual(failed("beats", self.good), [])

    def test_name_each_that_is_missed(self):
        self.assertEqual(failed("beats", {**self.good, "CMLt": 0.77}), ["beats: CMLt"])
        self.assertEqual(failed("beats", {**self.good, "lag_ms_median": -8.1}), ["beats: median lag"])

    def test_miss_what_was_not_answered(self):
        self.assertEqual(failed("dominant", {"missing_sum": 7}),
                         ["dominant: items without an answer", "dominant: largest error"])
        self.assertEqual(failed("beats", self.good, 1), ["beats: items without an answer"])


class Estimates(unittest.TestCase):
    def test_come_from_a_report(self):
        self.assertEqual(accuracy_tools.estimate_of_report(report([1.0, 1.5], 120.0)),
                         {"beats": [1.0, 1.5], "tempo_bpm": 120.0})
        others = {"tuning": {"a4_hz": 441.0}, "dominant": None, "activity": {"intervals_s": [[0, 1]]}}
        self.assertEqual(accuracy_tools.estimate_of_report(others),
                         {"tuning_hz": 441.0, "active": [[0, 1]]})

    def test_have_the_tempo_of_the_median_interval(self):
        self.assertEqual(accuracy_tools.estimate_of_beats([0, 0.5, 1, 2])["tempo_bpm"], 120)
        self.assertEqual(accuracy_tools.estimate_of_beats([1]), {"beats": [1]})


class Command(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.corpus = self.folder / "corpus"
        self.corpus.mkdir()
        self.binary = self.folder / "tidemark"
        self.binary.write_text(FAKE, encoding="utf-8")
        self.binary.chmod(0o755)
        items = [{"id": f"{kind}_0", "kind": kind, "path": f"{kind}.wav", "truth": f"{kind}.json"}
                 for kind in ("beats", "drums")]
        self.write("index.json", json.dumps({"items": items}))
        self.write("score.py", FAKE_SCORE)
        for kind in ("beats", "drums"):
            self.write(f"{kind}.json", json.dumps({"beats": BEATS, "tempo_bpm": 120.0}))
            self.write(f"{kind}.wav.answer", json.dumps(report(BEATS, 120.0)))

    def write(self, name, text):
        (self.corpus / name).write_text(text, encoding="utf-8")

    def run_bench(self, *arguments, corpus=None):
        command = [sys.executable, ROOT / "bench" / "accuracy", corpus or self.corpus, "--no-peers",
                   "--binary", self.binary, "--folder", self.folder / "results", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False,
                              env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})

    def test_passes_where_all_bars_are_reached(self):
        done = self.run_bench()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("librosa", done.stdout)
        estimate = json.loads((self.folder / "results/tidemark/drums_0.json").read_text())
        self.assertEqual(estimate, {"beats": BEATS, "tempo_bpm": 120.0})

    def test_fails_where_a_bar_is_missed(self):
        self.write("drums.wav.answer", json.dumps(report(BEATS[:40], 120.0)))
        done = self.run_bench()
        self.assertEqual(done.returncode, 1)
        self.assertIn("FAIL", done.stdout)

    def test_counts_an_item_that_failed_and_forgets_its_former_answer(self):
        self.run_bench()
        (self.corpus / "drums.wav.answer").unlink()
        done = self.run_bench("--kind", "drums")
        self.assertEqual(done.returncode, 1)
        self.assertIn("tidemark failed on drums_0: exit code 1", done.stdout)
        self.assertFalse((self.folder / "results/tidemark/drums_0.json").exists())

    def test_hands_causal_on(self):
        self.run_bench("--causal")
        calls = (self.folder / "calls").read_text(encoding="utf-8").splitlines()
        self.assertEqual(len(calls), 2)
        self.assertTrue(all("--features tempo,beats" in c and "--causal" in c for c in calls), calls)

    def test_is_skipped_where_there_is_no_corpus(self):
        done = self.run_bench(corpus=self.folder / "none")
        self.assertEqual(done.returncode, 0)
        self.assertIn("skipped", done.stderr)

    def test_names_the_kinds_it_knows(self):
        done = self.run_bench("--kind", "beats,waltz")
        self.assertEqual(done.returncode, 2)
        self.assertIn("waltz", done.stderr)

    def test_agrees_with_the_scorer_of_the_corpus(self):
        if not SCORE.exists():
            self.skipTest("no corpus beside the repository")
        self.write("score.py", SCORE.read_text(encoding="utf-8"))
        done = self.run_bench()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.write("beats.wav.answer", json.dumps(report([b + 0.03 for b in BEATS], 90.0)))
        done = self.run_bench()
        self.assertEqual(done.returncode, 1)
        failures = [line for line in done.stdout.splitlines() if "FAIL" in line]
        self.assertEqual(["tempo accuracy" in failures[0], "median lag" in failures[1]], [True, True])


if __name__ == "__main__":
    unittest.main()
