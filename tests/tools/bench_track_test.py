#!/usr/bin/env python3
"""bench/track: what it concludes from what was measured, and the whole of it with programs that say so."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "bench"))

import track_bars  # noqa: E402
from track_bars import COPIES, HALF_MINUTE, HOT, READ, SECOND, TRACK, WRITE_READ  # noqa: E402

GROWTH = {"frames": 10_000_000, "grown_bytes": 0, "allocations": 0}
PACED = {
    "tracks": 2_000, "seconds": 60, "frames": 5_998_000, "missed": 0, "skipped": 0, "silent": 0,
    "late_p50_ms": 0.4, "late_p999_ms": 1.2, "late_max_ms": 3.0, "held_ratio": 1.1, "resident_ratio": 1.1,
    "allocations": 0,
}  # fmt: skip


def report(changes=()):
    """As Google Benchmark's, with all bars kept but for `changes`: {(job, tool, frames): ns}."""
    times_ns = {(READ, COPIES, n): 20.0 for n in (HOT, SECOND, HALF_MINUTE)}
    times_ns |= {(READ, TRACK, n): 40.0 for n in (HOT, SECOND, HALF_MINUTE)}
    times_ns |= {(WRITE_READ, COPIES, n): 40.0 for n in (HOT, SECOND, HALF_MINUTE)}
    times_ns |= {(WRITE_READ, TRACK, n): 60.0 for n in (HOT, SECOND, HALF_MINUTE)}
    times_ns |= dict(changes)
    runs = []
    for (job, tool, n), ns in times_ns.items():
        name = f"{job}<{tool}>/{n}" + ("/manual_time" if job == READ else "")
        for factor in (3, 1, 2):  # of which the least counts
            runs.append({"run_name": name, "run_type": "iteration", "items_per_second": 1e9 / (factor * ns)})
        runs.append({"run_name": name, "run_type": "aggregate"})
    return {"benchmarks": runs}


def failed(verdicts):
    return [verdict.what for verdict in verdicts if not verdict.passed]


class Bars(unittest.TestCase):
    def times(self, changes=()):
        return failed(track_bars.judge_times(track_bars.rows_of(report(changes))))

    def test_pass_what_is_at_all_of_them(self):
        self.assertEqual(self.times(), [])
        self.assertEqual(failed(track_bars.judge_growth(GROWTH)), [])
        self.assertEqual(failed(track_bars.judge_paced(PACED)), [])

    def test_name_each_time_that_is_missed(self):
        self.assertEqual(self.times({(READ, TRACK, HOT): 41.0}), ["read, 8 frames buffered"])
        self.assertEqual(
            self.times({(WRITE_READ, TRACK, SECOND): 61.0}), ["write + read, 50 frames buffered"]
        )
        self.assertEqual(self.times({(READ, TRACK, HALF_MINUTE): 61.0}), ["read, 30 s buffered"])

    def test_do_not_pass_what_was_not_measured(self):
        verdicts = list(track_bars.judge_times([]))
        self.assertEqual({verdict.passed for verdict in verdicts}, {None})

    def test_want_no_byte_and_no_allocation_more(self):
        self.assertEqual(len(failed(track_bars.judge_growth({**GROWTH, "grown_bytes": 4096}))), 1)
        self.assertEqual(len(failed(track_bars.judge_growth({**GROWTH, "allocations": 1}))), 1)

    def test_want_every_paced_frame_in_time_and_in_its_memory(self):
        for change in (
            {"missed": 1}, {"skipped": 1}, {"held_ratio": 1.26}, {"resident_ratio": 1.26},
            {"frames": 5_000_000}, {"allocations": 1},
        ):  # fmt: skip
            self.assertEqual(len(failed(track_bars.judge_paced({**PACED, **change}))), 1, change)


FAKE = """#!{python}
import json, sys
print(json.dumps({answers}.get(sys.argv[1], {report})))
"""


class Command(unittest.TestCase):
    def bench(self, growth):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            answers = {"growth": growth, "paced": PACED}
            for program in ("track_bench", "track_soak"):
                text = FAKE.format(python=sys.executable, answers=answers, report=report())
                (folder / program).write_text(text, encoding="utf-8")
                (folder / program).chmod(0o755)
            command = [sys.executable, ROOT / "bench" / "track", "--programs", folder, "--folder", folder]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            results = json.loads((folder / "track.json").read_text(encoding="utf-8"))
            return done, results

    def test_says_what_it_measured(self):
        done, results = self.bench(GROWTH)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("libc memcpy", done.stdout)
        self.assertIn("3.00 ms at most", done.stdout)
        self.assertEqual(len(results["rows"]), 12)

    def test_fails_where_a_bar_is_missed(self):
        done, results = self.bench({**GROWTH, "allocations": 1})
        self.assertEqual(done.returncode, 1)
        self.assertEqual([v["what"] for v in results["verdicts"] if not v["passed"]],
                         ["10,000,000 frames: allocations"])  # fmt: skip

    def test_says_what_is_not_built(self):
        command = [sys.executable, ROOT / "bench" / "track", "--programs", "/nowhere"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 66)
        self.assertIn("make bench-track", done.stderr)


if __name__ == "__main__":
    unittest.main()
