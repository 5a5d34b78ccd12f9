#!/usr/bin/env python3
"""What bench/ concludes from measurements; nothing is timed here."""

import pathlib
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "bench"))

import bars  # noqa: E402
import tables  # noqa: E402


def row(**changes):
    values = {
        "input": "1h.mp3",
        "format": "mp3",
        "duration_s": 3600.0,
        "tool": "tidemark",
        "is_ours": True,
        "cpu_s": 3.0,
        "wall_s": 2.0,
        "rss_mib": 12.0,
        "anon_mib": 5.0,
        "cpu_ratio": 1.2,
        "wall_ratio": 1.0,
    }
    return bars.Row(**{**values, **changes})


def failed(*rows):
    return [verdict.what for verdict in bars.judge(rows) if verdict.passed is False]


class Bars(unittest.TestCase):
    def test_pass_what_is_under_all_of_them(self):
        self.assertEqual(failed(row(), row(input="6h.mp3", rss_mib=12.9)), [])

    def test_name_each_that_is_missed(self):
        self.assertEqual(failed(row(rss_mib=16.5)), ["1h.mp3: peak RSS"])
        self.assertEqual(failed(row(anon_mib=8.1)), ["1h.mp3: peak anonymous"])
        self.assertEqual(failed(row(cpu_ratio=1.61)), ["1h.mp3: CPU"])
        self.assertEqual(failed(row(wall_ratio=1.16)), ["1h.mp3: wall"])

    def test_leave_the_peers_alone(self):
        self.assertEqual(failed(row(tool="ffmpeg", is_ours=False, rss_mib=55.0, cpu_ratio=2.0)), [])

    def test_hold_memory_to_one_value_for_all_lengths(self):
        self.assertEqual(
            failed(row(), row(input="6h.mp3", rss_mib=13.5)), ["mp3: RSS over 2 lengths"]
        )

    def test_judge_wav_by_its_speed(self):
        wav = {"input": "1h.wav", "format": "wav", "cpu_ratio": 9.0}
        self.assertEqual(failed(row(**wav, wall_s=1.8)), [])
        self.assertEqual(failed(row(**wav, wall_s=1.9)), ["1h.wav: speed"])

    def test_do_not_pass_what_was_not_measured(self):
        verdicts = list(bars.judge_row(row(cpu_ratio=None, wall_ratio=None)))
        self.assertEqual([verdict.passed for verdict in verdicts], [True, True, None, None])

    def test_fail_a_run_that_did_not_finish(self):
        verdict = bars.Verdict("box", None, 6.0, "s", note="exit code 70", broke=True)
        self.assertIs(verdict.passed, False)


class Tables(unittest.TestCase):
    def test_line_up_their_columns(self):
        self.assertEqual(
            tables.table(["tool", "s"], [["a", "10.5"], ["longer", "2"]]),
            "| tool   |    s |\n| ------ | ---: |\n| a      | 10.5 |\n| longer |    2 |",
        )

    def test_say_why_something_is_not_measured(self):
        verdict = bars.Verdict("box", None, 6.0, "s", note="no cgroup")
        self.assertIn("no cgroup", tables.verdict_table([verdict]))
        self.assertIn("not measured", tables.verdict_table([verdict]))


class Command(unittest.TestCase):
    def test_names_the_groups_it_knows(self):
        command = [sys.executable, ROOT / "bench" / "run", "--only", "mp3,vinyl"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("vinyl", done.stderr)


if __name__ == "__main__":
    unittest.main()
