"""`tidemark cut` on recordings of very many sounds, seen from outside: the plan holds, and so does the limit."""
import json
import struct
import unittest

from cut_cases import cut_json, CutTest
from tidemark_cli import MEMORY, MIB, needs_true_memory, run

RATE = 6000
MOST = 1 << 17  # docs/decisions/0009-cutting.md


def rules(edit="audio:4%", margin="0", min_cut="0", min_clip="0"):
    return ("--edit", edit, f"--margin={margin}", "--min-cut", min_cut, "--min-clip", min_clip)


def compat(**options):
    return ("--compat", "auto-editor", *rules(**options))


class Lists(CutTest):
    def sounds(self, n, n_quiet, n_loud):
        """A WAV of 8 bits in which n_quiet samples of silence and n_loud of sound come n times."""
        piece = bytes([128]) * n_quiet + bytes([228, 28]) * (n_loud // 2)
        with open(self.path("in.wav"), "wb") as file:
            file.write(b"RIFF" + struct.pack("<I", 36 + len(piece) * n) + b"WAVEfmt " +
                       struct.pack("<IHHIIHH", 16, 1, 1, RATE, RATE, 1, 8) +
                       b"data" + struct.pack("<I", len(piece) * n))
            for at in range(0, n, 4096):
                file.write(piece * min(4096, n - at))
        return self.path("in.wav")

    def assert_planned(self, n_clips, *args):
        summary = cut_json(*args)
        self.assertEqual(summary["clips"], n_clips)
        self.assertLessEqual(summary["peak_rss_bytes"], summary["planned_bytes"], args)
        self.assertLess(summary["planned_bytes"], 24 * MIB)
        return summary["planned_bytes"]

    # Sounds of 10 ms, and of a frame of 30 a second.
    @needs_true_memory
    def test_the_plan_holds_however_many_sounds_there_are(self):
        for options, n_quiet, n_loud in ((rules(), 120, 60), (compat(), 200, 200)):
            plans = set()
            for n in (1, 1000, 100_000, MOST):
                source = self.sounds(n, n_quiet, n_loud)
                plans.add(self.assert_planned(n, source, "--dry-run", *options))
            self.assertEqual(len(plans), 1)
            self.assert_planned(MOST, source, "-o", self.path("out.wav"), "--overwrite", *options)

    @needs_true_memory
    def test_the_plan_holds_where_lists_are_combined_copied_and_smoothed(self):
        source = self.sounds(60_000, 120, 60)
        for rule, n in (("audio:4% or audio:5%", 60_000),
                        ("(audio:4% xor audio:5%) or not audio:4%", 60_000),
                        ("audio:4% and (audio:4% or not audio:5%) and audio:4%", 60_000)):
            summary = cut_json(source, "--dry-run", *rules(edit=rule))
            self.assertEqual(summary["clips"], n, rule)
            self.assertLessEqual(summary["peak_rss_bytes"], summary["planned_bytes"], rule)
        self.assert_planned(120_000, source, "--dry-run", "--silent-speed", "4", *rules())
        # Margins that do not move by the same; rounds in which every run is too short.
        source = self.sounds(60_000, 200, 200)
        for options in ({"margin": "0.2s,-0.1s"}, {"margin": "-50ms,0.1s"}, {"min_cut": "0.1", "min_clip": "0.1"}):
            summary = cut_json(source, "--dry-run", *compat(**options))
            self.assertLessEqual(summary["peak_rss_bytes"], summary["planned_bytes"], options)

    @needs_true_memory
    def test_the_plan_holds_for_a_list_that_is_read_in(self):
        source = self.sounds(1000, 120, 60)
        for n in (1, 100_000, 500_000):
            clips = [{"begin": at % 170_000, "end": at % 170_000 + 20} for at in range(0, 40 * n, 40)]
            with open(self.path("list.json"), "w", encoding="utf-8") as file:
                json.dump({"schema": "tidemark.cut/1", "source": {"path": source}, "n_ticks": 180_000,
                           "timebase": {"num": RATE, "den": 1}, "clips": clips}, file)
            for args in (("--dry-run",), ("-o", self.path("out.wav"), "--overwrite")):
                summary = cut_json(self.path("list.json"), *args)
                self.assertEqual(summary["clips"], n)
                self.assertLessEqual(summary["peak_rss_bytes"], summary["planned_bytes"], (n, args))

    def test_one_sound_more_than_a_list_holds_is_an_error_that_says_what_helps(self):
        source = self.sounds(MOST + 1, 120, 60)
        self.assert_fails(run("cut", source, "--dry-run", *rules()), MEMORY, str(MOST), "--min-cut", "threshold")
        self.assertEqual(cut_json(source, "--dry-run", *rules(min_cut="0.25"))["clips"], 1)
        source = self.sounds(MOST + 1, 200, 200)
        self.assert_fails(run("cut", source, "--dry-run", *compat()), MEMORY, str(MOST), "threshold")


if __name__ == "__main__":
    unittest.main()
