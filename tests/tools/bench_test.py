#!/usr/bin/env python3
"""What bench/ concludes from measurements; nothing is timed here."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "bench"))

import bars  # noqa: E402
import inputs  # noqa: E402
import peers  # noqa: E402
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
        self.assertEqual(failed(row(cpu_ratio=2.11)), ["1h.mp3: CPU"])
        self.assertEqual(failed(row(wall_ratio=1.31)), ["1h.mp3: wall"])

    def test_are_stricter_without_tempo_and_beats(self):
        lesser = {"tool": bars.NO_RHYTHM}
        self.assertEqual(failed(row(**lesser, cpu_ratio=1.6, wall_ratio=1.15)), [])
        self.assertEqual(failed(row(**lesser, cpu_ratio=1.61)), ["1h.mp3, no rhythm: CPU"])
        self.assertEqual(failed(row(**lesser, wall_ratio=1.16)), ["1h.mp3, no rhythm: wall"])

    def test_compare_the_memory_of_lengths_within_one_set_of_features(self):
        lesser = row(tool=bars.NO_RHYTHM, rss_mib=9.0, cpu_ratio=1.5)
        self.assertEqual(failed(row(), lesser), [])

    def test_leave_the_peers_alone(self):
        self.assertEqual(failed(row(tool="ffmpeg", is_ours=False, rss_mib=55.0, cpu_ratio=2.0)), [])

    def test_hold_memory_to_one_value_for_all_lengths(self):
        self.assertEqual(
            failed(row(), row(input="6h.mp3", rss_mib=13.5)), ["mp3: RSS over 2 lengths"]
        )

    def test_judge_wav_by_its_speed(self):
        wav = {"input": "1h.wav", "format": "wav", "cpu_ratio": 9.0}
        self.assertEqual(failed(row(**wav, wall_s=2.9)), [])
        self.assertEqual(failed(row(**wav, wall_s=3.1)), ["1h.wav: speed"])
        self.assertEqual(failed(row(**wav, wall_s=1.7, tool=bars.NO_RHYTHM)), [])
        self.assertEqual(
            failed(row(**wav, wall_s=1.9, tool=bars.NO_RHYTHM)), ["1h.wav, no rhythm: speed"]
        )

    def test_do_not_pass_what_was_not_measured(self):
        verdicts = list(bars.judge_row(row(cpu_ratio=None, wall_ratio=None)))
        self.assertEqual([verdict.passed for verdict in verdicts], [True, True, None, None])

    def test_fail_a_run_that_did_not_finish(self):
        verdict = bars.Verdict("box", None, 6.0, "s", note="exit code 70", broke=True)
        self.assertIs(verdict.passed, False)


class TempoTools(unittest.TestCase):
    def judged(self, *rows, unmeasured=None):
        return list(bars.judge_tempo(row(), rows, unmeasured or {}))

    def test_are_judged_by_their_wall_time_to_ours(self):
        fast, slow = (
            row(tool=bars.AUBIO, is_ours=False, wall_s=wall_s, cpu_s=0.1) for wall_s in (4.9, 5.1)
        )
        self.assertEqual([verdict.passed for verdict in self.judged(row(), fast)], [False])
        self.assertEqual([verdict.passed for verdict in self.judged(row(), slow)], [True])

    def test_have_bars_of_their_own(self):
        librosa = row(tool=bars.LIBROSA, is_ours=False, wall_s=15.0)
        self.assertEqual([verdict.passed for verdict in self.judged(librosa)], [False])

    def test_are_compared_on_the_same_input_only(self):
        self.assertEqual(self.judged(row(tool=bars.AUBIO, is_ours=False, input="3min.mp3")), [])

    def test_that_are_missing_are_said_to_be_not_measured(self):
        (verdict,) = self.judged(row(), unmeasured={bars.LIBROSA: "python3 has no librosa here"})
        self.assertIsNone(verdict.passed)
        self.assertIn("no librosa", tables.verdict_table([verdict]))

    def test_get_the_three_minutes_and_librosa_no_hour(self):
        def asked(name):
            file = inputs.Input(pathlib.Path(name), "mp3", "", 0)
            commands, missing = peers.Peers(None).tempo_tools(file)
            return set(commands) | set(missing)

        self.assertEqual(asked("3min.mp3"), {bars.AUBIO, bars.LIBROSA})
        self.assertEqual(asked("1h.mp3"), {bars.AUBIO})
        self.assertEqual(asked("6h.mp3"), set())

    def test_librosa_prints_the_times_of_its_second_call(self):
        module = (
            "import time\n"
            "calls = []\n"
            "time.perf_counter = lambda: 7.0 * len(calls)\n"
            "time.process_time = lambda: 3.0 * len(calls)\n"
            "def load(path, duration=None):\n"
            "    return [path, duration], 22050\n"
            "class beat:\n"
            "    def beat_track(y, sr):\n"
            "        calls.append(y)\n"
            "        assert y == (['a.mp3', 10] if len(calls) == 1 else ['a.mp3', None]), calls\n"
        )
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "librosa.py").write_text(module, encoding="utf-8")
            done = subprocess.run(
                [sys.executable, peers.LIBROSA_SCRIPT, "a.mp3"],
                env={**os.environ, "PYTHONPATH": folder},
                capture_output=True, text=True, check=False,
            )  # fmt: skip
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout), {"wall_s": 7.0, "cpu_s": 3.0})


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

    def test_names_the_lengths_it_knows(self):
        command = [sys.executable, ROOT / "bench" / "run", "--lengths", "3min,2h"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("2h", done.stderr)


if __name__ == "__main__":
    unittest.main()
