#!/usr/bin/env python3
"""bench/cut: what it concludes from what was measured."""

import contextlib
import dataclasses
import importlib.machinery
import importlib.util
import io
import json
import os
import pathlib
import random
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "bench"))

import cut_bars  # noqa: E402
import cut_inputs  # noqa: E402
import cut_peers  # noqa: E402
import cut_tables  # noqa: E402
import measure  # noqa: E402

MACHINE = {"cpu": "Z80", "cores": 1, "repeats": 5, "long_repeats": 2}


def row(**changes):
    values = {
        "input": "1h.wav",
        "format": "wav",
        "job": cut_bars.CUT,
        "tool": cut_bars.OURS,
        "duration_s": 3600.0,
        "output_s": 2400.0,
        "output_bytes": 423_000_000,
        "n_clips": 700,
        "wall_s": 1.0,
        "cpu_s": 0.9,
        "rss_mib": 9.0,
        "anon_mib": 2.0,
        "copy_ratio": 1.0,
        "n_runs": 5,
    }
    return cut_bars.Row(**{**values, **changes})


def failed(*rows):
    return [verdict.what for verdict in cut_bars.judge(rows) if verdict.passed is False]


def file_of(name, format_name, duration_s):
    return cut_inputs.Input(pathlib.Path(name), format_name, "", duration_s)


def names_of(file, *jobs):
    return {(peer.job, peer.name) for peer in cut_peers.PEERS if peer.takes(file, jobs)}


class Bars(unittest.TestCase):
    def test_pass_what_is_under_all_of_them(self):
        self.assertEqual(failed(row(), row(input="6h.wav", rss_mib=9.5)), [])

    def test_name_each_that_is_missed(self):
        self.assertEqual(failed(row(rss_mib=24.5)), ["1h.wav, cut: peak RSS"])
        self.assertEqual(failed(row(anon_mib=12.1)), ["1h.wav, cut: peak anonymous"])
        self.assertEqual(failed(row(copy_ratio=1.51)), ["1h.wav, cut: wall"])

    def test_want_the_hour_to_have_about_700_clips(self):
        self.assertEqual(failed(row(n_clips=70)), ["1h.wav, cut: clips"])

    def test_hold_every_job_on_wav_to_the_same_peak(self):
        for job in (cut_bars.WHOLE, cut_bars.ONE_CLIP):
            self.assertEqual(failed(row(job=job, rss_mib=24.5)), [f"1h.wav, {job}: peak RSS"])

    def test_hold_each_job_to_the_peak_of_its_shortest_input(self):
        longer = {"input": "8h.wav", "duration_s": 28_800.0}
        whole = {"job": cut_bars.WHOLE, "n_clips": 1}
        self.assertEqual(
            failed(row(**whole, **longer, rss_mib=10.1), row(**whole)),
            ["wav, nothing cut: RSS over 2 lengths"],
        )
        self.assertEqual(
            failed(row(**whole), row(**whole, **longer, anon_mib=3.1)),
            ["wav, nothing cut: anonymous over 2 lengths"],
        )
        self.assertEqual(failed(row(**whole), row(**whole, **longer, rss_mib=7.0)), [])
        self.assertEqual(failed(row(**whole), row(**longer, rss_mib=10.5)), [])

    def test_give_the_list_of_thousands_of_clips_its_place_in_the_plan(self):
        longer = {"input": "8h.wav", "duration_s": 28_800.0, "n_clips": 5_600}
        self.assertEqual(failed(row(), row(**longer, rss_mib=12.9)), [])
        self.assertEqual(failed(row(), row(**longer, rss_mib=13.1)), ["wav, cut: RSS over 2 lengths"])

    def test_judge_the_time_of_the_hour_alone(self):
        self.assertEqual(failed(row(input="3min.wav", copy_ratio=9.0, n_clips=35)), [])
        self.assertEqual(failed(row(job=cut_bars.WHOLE, copy_ratio=9.0, n_clips=1)), [])

    def test_give_faster_silence_more_memory(self):
        faster = row(job=cut_bars.FASTER, rss_mib=31.0, anon_mib=20.0)
        self.assertEqual(failed(row(), faster), [])
        self.assertEqual(len(failed(row(job=cut_bars.FASTER, rss_mib=32.1))), 1)

    def test_have_one_of_their_own_for_aac(self):
        for name in ("m4a", "mp4"):
            aac = {"input": f"1h.{name}", "format": name, "anon_mib": 30.0}
            self.assertEqual(failed(row(**aac, rss_mib=63.0)), [])
            self.assertEqual(failed(row(**aac, rss_mib=64.5)), [f"1h.{name}, cut: peak RSS"])

    def test_only_want_flatness_of_video_relative_to_its_peak(self):
        video = {"format": cut_inputs.VIDEO, "anon_mib": 300.0}
        short = row(**video, input="10s_1080p.mp4", duration_s=10.0, rss_mib=400.0)
        self.assertEqual(failed(short, row(**video, input="60s_1080p.mp4", rss_mib=430.0)), [])
        self.assertEqual(
            failed(short, row(**video, input="60s_1080p.mp4", rss_mib=450.0)),
            ["video, cut: RSS over 2 lengths"],
        )

    def test_leave_the_peers_alone(self):
        peer = row(tool="sox silence", rss_mib=900.0, anon_mib=None, copy_ratio=7.0, n_clips=None)
        self.assertEqual(failed(row(), peer), [])

    def test_do_not_pass_what_was_not_measured(self):
        verdicts = {v.what: v.passed for v in cut_bars.judge_row(row(copy_ratio=None))}
        self.assertIsNone(verdicts["1h.wav, cut: wall"])


class Jobs(unittest.TestCase):
    def pairs(self, *arguments):
        return [(job.group, length) for job, length in cut_bars.chosen(*arguments)]

    def test_cover_what_was_promised(self):
        pairs = self.pairs(cut_bars.GROUPS, [], False)
        for pair in (
            ("wav", "1h"), ("wav", "6h"), ("none", "8h"), ("clip", "1h"), ("speed", "1h"),
            ("m4a", "3min"), ("m4a", "1h"), ("mp4", "1h"), ("flac", "1h"), ("mp3", "1h"),
            ("video", "10s"), ("video", "60s"),
        ):  # fmt: skip
            self.assertIn(pair, pairs)

    def test_take_the_lengths_that_they_know(self):
        self.assertEqual(self.pairs(["wav", "speed", "video"], ["60s", "8h"], False),
                         [("wav", "8h"), ("video", "60s")])  # fmt: skip

    def test_take_no_hour_when_in_haste(self):
        pairs = self.pairs(cut_bars.GROUPS, [], True)
        self.assertFalse({length for _, length in pairs} & {"1h", "6h", "8h"})
        self.assertEqual({group for group, _ in pairs}, set(cut_bars.GROUPS))

    def test_reach_past_4_gib_uncut(self):
        n_bytes = cut_bars.LENGTHS["8h"] * cut_inputs.WAV_BYTES_PER_S
        self.assertGreater(n_bytes, 1 << 32)


class Peers(unittest.TestCase):
    def test_of_an_hour_of_wav_cut_it_and_copy_it(self):
        names = names_of(file_of("1h.wav", "wav", 3600), cut_bars.CUT)
        self.assertEqual(
            names,
            {("copy", "ffmpeg"), ("copy", "ffmpeg -c copy"), ("copy", "sox"), ("cut", "auto-editor"),
             ("cut", "ffmpeg silenceremove"), ("cut", "sox silence")},
        )  # fmt: skip

    def test_of_more_than_an_hour_only_copy_and_sox_writes_no_rf64(self):
        jobs = [cut_bars.CUT, cut_bars.WHOLE]
        self.assertEqual({job for job, _ in names_of(file_of("6h.wav", "wav", 21_600), *jobs)}, {"copy"})
        self.assertNotIn(("copy", "sox"), names_of(file_of("8h.wav", "wav", 28_800), *jobs))

    def test_are_given_the_input_and_the_output(self):
        file = file_of("/in/a b.wav", "wav", 60)
        for peer in cut_peers.PEERS:
            command = peer.command("/bin/peer", file, "/out/0.wav")
            self.assertEqual(command[0], "/bin/peer")
            self.assertIn("/in/a b.wav", command)
            self.assertIn("/out/0.wav", command)

    def test_are_named_where_they_are_missing(self):
        path = os.environ["PATH"]
        os.environ["PATH"] = "/nowhere"
        self.addCleanup(os.environ.__setitem__, "PATH", path)
        found, missing = cut_peers.peers_of(file_of("1h.mp4", "mp4", 3600), [cut_bars.CUT])
        self.assertEqual((found, missing), ([], ["auto-editor", "ffmpeg"]))


class Inputs(unittest.TestCase):
    def test_have_35_phrases_the_same_each_time(self):
        levels = cut_inputs.envelope()
        self.assertEqual(levels, cut_inputs.envelope())
        gaps, silence_ms = 1, 0  # it begins with silence and ends with another
        for level in levels:
            silence_ms = 0 if level else silence_ms + 1
            gaps += silence_ms == 600
        self.assertEqual(gaps - 1, cut_inputs.N_PHRASES + 1)

    def test_do_not_depend_on_who_drew_random_numbers_before(self):
        random.seed(1)
        first = cut_inputs.envelope()
        random.seed(2)
        self.assertEqual(cut_inputs.envelope(), first)


class Interleaved(unittest.TestCase):
    def setUp(self):
        self.seconds = {"fast": 1.0, "slow": 90.0}
        self.code = {"fast": 0, "slow": 0}
        self.after = []
        self.original, measure.measure = measure.measure, self.run_named
        self.addCleanup(setattr, measure, "measure", self.original)

    def run_named(self, name):
        return measure.Measurement(self.code[name], self.seconds[name], 0, 0, b"", "")

    def runs(self, **options):
        commands = {name: name for name in self.seconds}
        measured = measure.interleaved(commands, 3, lambda name, _: self.after.append(name), **options)
        return {name: len(runs) for name, runs in measured.items()}

    def test_runs_what_is_slow_once(self):
        self.assertEqual(self.runs(), {"fast": 3, "slow": 3})
        self.assertEqual(self.runs(once_over_s=60.0), {"fast": 3, "slow": 1})

    def test_looks_after_each_run_at_what_it_left(self):
        self.code["fast"] = 1
        self.runs(once_over_s=60.0)
        self.assertEqual(sorted(self.after), ["fast", "slow"])


class Tables(unittest.TestCase):
    def test_of_the_readme_show_peers_beside_ours(self):
        sox = row(tool="sox silence", wall_s=2.0, rss_mib=3.5, anon_mib=None, n_clips=None)
        copy = row(tool="sox", job="copy", anon_mib=None, n_clips=None)
        text = cut_tables.readme(MACHINE, [copy, row(), sox])
        self.assertIn("9.0 / 2.0", text)
        self.assertLess(text.index("sox silence"), text.index("| sox  "))

    def test_of_the_readme_say_which_peers_were_not_measured(self):
        text = cut_tables.readme(MACHINE, [row()])
        (line,) = [line for line in text.splitlines() if line.startswith("| auto-editor")]
        self.assertIn("not measured here", line)

    def test_of_the_readme_leave_the_peers_out_where_the_hour_was_not_measured(self):
        self.assertNotIn("auto-editor", cut_tables.readme(MACHINE, [row(input="3min.wav")]))


class Readme(unittest.TestCase):
    def updated(self, text):
        """(README.md afterwards, what was said) of a tree that has only the results of bench/cut."""
        loader = importlib.machinery.SourceFileLoader("update_readme", str(ROOT / "tools/update_readme"))
        tool = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
        loader.exec_module(tool)
        said = io.StringIO()
        with tempfile.TemporaryDirectory() as folder:
            tool.ROOT = pathlib.Path(folder)
            tool.README, tool.CUT_RESULTS = tool.ROOT / "README.md", tool.ROOT / "cut.json"
            tool.BINARY = tool.RESULTS = tool.ROOT / "none"
            tool.README.write_text(text, encoding="utf-8")
            results = {"machine": MACHINE, "rows": [dataclasses.asdict(row())]}
            tool.CUT_RESULTS.write_text(json.dumps(results), encoding="utf-8")
            with contextlib.redirect_stderr(said):
                self.assertEqual(tool.main(), 0)
            return tool.README.read_text(encoding="utf-8"), said.getvalue()

    def test_gets_the_results_between_its_marks(self):
        text, said = self.updated("a\n<!-- cut: by hand -->\nold\n<!-- /cut -->\nb\n")
        self.assertTrue(text.startswith("a\n<!-- cut: by hand -->\n| input"))
        self.assertTrue(text.endswith("\n<!-- /cut -->\nb\n"))
        self.assertIn("9.0 / 2.0", text)
        self.assertNotIn("old", text)
        self.assertNotIn("no place", said)

    def test_without_marks_is_said_to_have_no_place_for_them(self):
        text, said = self.updated("a\n")
        self.assertEqual(text, "a\n")
        self.assertIn("no place for cut", said)


if __name__ == "__main__":
    unittest.main()
