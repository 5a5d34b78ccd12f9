#!/usr/bin/env python3
"""The man page and the completions name every option that the commands' --help has."""

import json
import os
import pathlib
import re
import subprocess
import unittest

ROOT = pathlib.Path(__file__).parents[2]
BINARY = pathlib.Path(os.environ["TIDEMARK_BINARY_DIR"]) / "tidemark"
SAMPLE = ROOT / "share" / "sample_432.flac"


def run_binary(*arguments):
    return subprocess.run([BINARY, *arguments], capture_output=True, text=True, check=False)


def options_of_help():
    text = "".join(run_binary(command, "--help").stdout for command in ("analyze", "cut", "track", "evaluate"))
    return set(re.findall(r"--([a-z][a-z-]+)", text)) - {"help"}


def options_in(path, pattern):
    return set(re.findall(pattern, (ROOT / "packaging" / path).read_text(encoding="utf-8")))


class Options(unittest.TestCase):
    def setUp(self):
        self.options = options_of_help()
        self.assertLessEqual({"features", "silent-speed", "overflow", "trim"}, self.options)

    def test_are_all_in_the_man_page(self):
        documented = options_in("tidemark.1", r"Fl (?:\w , )?-([a-z-]+)")
        self.assertEqual(documented - {"help", "version"}, self.options)

    def test_are_all_completed_by_bash(self):
        completed = options_in("completions/tidemark.bash", r"--([a-z][a-z-]+)")
        self.assertEqual(completed - {"help", "version"}, self.options)

    def test_are_all_completed_by_zsh(self):
        completed = options_in("completions/_tidemark", r"--([a-z][a-z-]+)")
        self.assertEqual(completed - {"help", "version"}, self.options)

    def test_are_all_completed_by_fish(self):
        completed = options_in("completions/tidemark.fish", r"complete .* -l ([a-z-]+)")
        self.assertEqual(completed - {"help", "version"}, self.options)


class Report(unittest.TestCase):
    def test_of_the_sample_is_what_the_schema_describes(self):
        try:
            import jsonschema
        except ImportError:
            self.skipTest("python3-jsonschema is not installed")
        schema = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
        features = "tuning,dominant,tempo,beats,loudness,truepeak,activity"
        for arguments in ((), ("--features", features), ("--features", "tuning")):
            done = run_binary("analyze", "--format", "json", *arguments, SAMPLE)
            self.assertEqual(done.returncode, 0, done.stderr)
            jsonschema.validate(json.loads(done.stdout), schema)

    def test_of_the_sample_finds_what_was_composed(self):
        report = json.loads(run_binary("analyze", "--format", "json", SAMPLE).stdout)
        self.assertAlmostEqual(report["tuning"]["a4_hz"], 432.0, delta=0.2)
        intervals = report["activity"]["intervals_s"]
        self.assertAlmostEqual(intervals[0][0], 1.0, delta=0.05)
        self.assertLess(intervals[-1][1], 19.5)


if __name__ == "__main__":
    unittest.main()
