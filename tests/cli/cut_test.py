"""`tidemark cut` on uncompressed audio, seen from outside: exact, and nothing untold."""
import array
import json
import math
import os
import struct
import subprocess
import sys
import unittest

from cut_cases import RATE, FADE, speechlike, wav_samples, cut_json, CutTest
from tidemark_cli import need, run, tone, wav_bytes

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "edit"))
import auto_editor_model  # noqa: E402


class Exact(CutTest):
    def test_every_kept_sample_is_the_sources_outside_the_fades(self):
        for channels in (1, 2):
            samples = speechlike(20, channels=channels)
            source = self.write("in.wav", wav_bytes(samples, channels=channels))
            cut = self.path("out.wav")
            summary = cut_json(source, "-o", cut, "--overwrite")
            clips, rate = self.clips_of(source)
            self.assertEqual(rate, RATE)
            self.assertGreater(len(clips), 3)
            out_channels, out = wav_samples(cut)
            self.assertEqual(out_channels, channels)
            self.assertEqual(len(out), channels * sum(end - begin for begin, end, _ in clips))
            self.assertEqual(summary["clips"], len(clips))
            self.assertAlmostEqual(summary["output_s"], len(out) / channels / RATE, places=6)
            at, n_frames = 0, len(samples) // channels
            for begin, end, _ in clips:
                head = 0 if begin == 0 else FADE
                tail = 0 if end == n_frames else FADE
                kept = out[(at + head) * channels:(at + end - begin - tail) * channels]
                self.assertEqual(kept, samples[(begin + head) * channels:(end - tail) * channels])
                at += end - begin

    def test_what_is_cut_is_silent_and_what_is_loud_is_kept(self):
        samples = speechlike(30)
        source = self.write("in.wav", wav_bytes(samples))
        clips, _ = self.clips_of(source, "--margin", "0", "--min-clip", "0")
        kept = bytearray(len(samples))
        for begin, end, _ in clips:
            kept[begin:end] = b"\1" * (end - begin)
        lost = [i for i, s in enumerate(samples) if abs(s) > 1000 and not kept[i]]
        self.assertEqual(lost, [])
        self.assertLess(sum(kept) / RATE, sum(1 for s in samples if s) / RATE + 0.25 * len(clips))

    def test_the_short_end_of_a_word_stays_without_margins_too(self):
        word = tone(300, 0.5) + array.array("h", bytes(2 * int(0.05 * RATE))) + tone(300, 0.07)
        silence = array.array("h", bytes(2 * RATE))
        source = self.write("in.wav", wav_bytes(silence + word + silence))
        for threshold in ("audio", "audio:threshold=4%"):
            clips, _ = self.clips_of(source, "--margin", "0", "--edit", threshold)
            self.assertEqual(len(clips), 1, threshold)
            self.assertAlmostEqual(clips[0][0] / RATE, 1, delta=0.01)
            self.assertAlmostEqual(clips[0][1] / RATE, 1.62, delta=0.01)

    def test_nothing_cut_is_a_copy(self):
        samples = speechlike(5)
        source = self.write("in.wav", wav_bytes(samples))
        cut_json(source, "-o", self.path("out.wav"), "--edit", "none")
        self.assertEqual(wav_samples(self.path("out.wav"))[1], samples)

    def test_a_pipe_and_standard_output_give_the_same_bytes(self):
        source = self.write("in.wav", wav_bytes(speechlike(10)))
        cut_json(source, "-o", self.path("out.wav"))
        with open(source, "rb") as file:
            piped = run("cut", "-", "-o", "-", stdin=file.read())
        self.assertEqual(piped.returncode, 0, piped.stderr.decode())
        with open(self.path("out.wav"), "rb") as file:
            self.assertEqual(piped.stdout, file.read())

    def test_every_width_is_kept_bit_by_bit(self):
        need("ffmpeg")
        source = self.write("in.wav", wav_bytes(speechlike(5)))
        for codec in ("pcm_u8", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_f64le", "pcm_alaw"):
            wide = self.encode(source, "wide.wav", "-c:a", codec, "-af", "volume=0.7")
            cut_json(wide, "-o", self.path("out.wav"), "--overwrite", "--cut", "1,2", "--edit", "none",
                     "--fade", "0")
            def decoded(path, *options):
                return subprocess.run(["ffmpeg", "-v", "error", "-i", path, *options, "-f", "f64le", "-"],
                                      check=True, capture_output=True).stdout
            whole, cut = decoded(wide), decoded(self.path("out.wav"))
            self.assertEqual(cut, whole[:8 * RATE] + whole[16 * RATE:], codec)

    def test_sped_up_silence_has_the_length_it_should(self):
        samples = speechlike(20)
        source = self.write("in.wav", wav_bytes(samples))
        clips, _ = self.clips_of(source, "--silent-speed", "4")
        self.assertEqual(clips[0][0], 0)
        self.assertEqual(clips[-1][1], len(samples))
        for pitch in ((), ("--varispeed",)):
            cut_json(source, "-o", self.path("out.wav"), "--overwrite", "--silent-speed", "4", *pitch)
            wanted = sum(math.ceil(end / speed) - math.ceil(begin / speed) for begin, end, speed in clips)
            self.assertEqual(len(wav_samples(self.path("out.wav"))[1]), wanted)

    def test_tags_and_markers_stay(self):
        body = wav_bytes(speechlike(4))
        info = b"LIST" + struct.pack("<I", 16) + b"INFOINAM" + struct.pack("<I", 4) + b"abc\0"
        cue = b"cue " + struct.pack("<I", 28) + struct.pack("<III4sIII", 1, 1, 3 * RATE, b"data", 0, 0,
                                                              3 * RATE)
        content = body[:4] + struct.pack("<I", len(body) - 8 + len(info) + len(cue)) + body[8:] + info + cue
        source = self.write("in.wav", content)
        cut_json(source, "-o", self.path("out.wav"), "--edit", "none", "--cut", "1,2")
        with open(self.path("out.wav"), "rb") as file:
            out = file.read()
        self.assertIn(info, out)
        moved = out[out.index(b"cue "):]
        self.assertEqual(struct.unpack_from("<I", moved, 16)[0], 2 * RATE)

    def test_rules_by_hand(self):
        samples = tone(440, 10)
        source = self.write("in.wav", wav_bytes(samples))
        clips, _ = self.clips_of(source, "--edit", "none", "--cut", "2,4", "--set-speed", "6,8,2")
        self.assertEqual(clips, [(0, 2 * RATE, 1), (4 * RATE, 6 * RATE, 1), (6 * RATE, 8 * RATE, 2),
                                 (8 * RATE, 10 * RATE, 1)])
        clips, _ = self.clips_of(source, "--edit", "all", "--keep", "0:01,30%", "--keep", "-1,end")
        self.assertEqual(clips, [(RATE, 3 * RATE, 1), (9 * RATE, 10 * RATE, 1)])

    def test_long_pauses_are_shortened_to_what_is_asked(self):
        samples = tone(440, 1) + array.array("h", bytes(2 * 3 * RATE)) + tone(440, 1)
        source = self.write("in.wav", wav_bytes(samples))
        summary = cut_json(source, "--dry-run", "--max-pause", "0.7s", "--edit", "audio:threshold=4%",
                           "--margin", "0")
        self.assertAlmostEqual(summary["output_s"], 2.7, delta=0.02)


class CompatibleWithAutoEditor(CutTest):
    def test_the_cut_list_is_its_own_to_the_frame(self):
        for seed in range(4):
            samples = speechlike(25, rate=48000, seed=seed)
            source = self.write("in.wav", wav_bytes(samples, rate=48000))
            threshold, margin = (0.04, 0.2) if seed % 2 == 0 else (0.2, 0.06)
            out = self.path("v1.json")
            done = run("cut", source, "--compat", "auto-editor", "--edit", f"audio:threshold={threshold}",
                       "--margin", f"{margin}", "--export", "v1", "-o", out, "--overwrite")
            self.assertEqual(done.returncode, 0, done.stderr.decode())
            with open(out, encoding="utf-8") as file:
                chunks = json.load(file)["chunks"]
            model = auto_editor_model
            timebase, loud, at, n = (30, 1), set(), 0, 0
            for n, length in enumerate(model.chunk_lengths(48000, timebase, len(samples))):
                peak = max(abs(s) for s in samples[at:at + length])
                if model.level(peak) >= model.least_level(threshold):
                    loud.add(n)
                at += length
            n += 1
            frames = model.frames(round(1000 * margin), timebase)
            loud = model.margins(loud, n, frames, frames)
            loud = model.smoothed(loud, n, model.frames(200, timebase), model.frames(100, timebase))
            kept = [(begin, end) for is_loud, begin, end in model.runs(loud, n) if is_loud]
            self.assertEqual([(begin, end) for begin, end, speed in chunks if speed == 1], kept)
            self.assertGreater(len(kept), 3)


class Told(CutTest):
    def test_levels_are_those_of_the_samples(self):
        samples = speechlike(3)
        source = self.write("in.wav", wav_bytes(samples))
        done = run("cut", source, "--levels")
        lines = done.stdout.decode().splitlines()
        self.assertEqual(lines[0], "time_s,level,dbfs")
        self.assertEqual(len(lines) - 1, math.ceil(len(samples) / (RATE / 30)))
        for number, line in enumerate(lines[1:]):
            begin, end = (int(n * RATE / 30) for n in (number, number + 1))
            peak = max((abs(s) for s in samples[begin:end]), default=0) / 32768
            self.assertAlmostEqual(float(line.split(",")[1]), peak, delta=1e-6)

    def test_a_dry_run_writes_nothing(self):
        source = self.write("in.wav", wav_bytes(speechlike(10)))
        done = run("cut", source, "--dry-run")
        text = done.stdout.decode()
        for word in ("Cut", "saved", "the longest", "Left", "clips"):
            self.assertIn(word, text)
        self.only_files("in.wav")

    def test_a_list_renders_to_what_it_was_made_from(self):
        source = self.write("in.wav", wav_bytes(speechlike(10)))
        cut_json(source, "-o", self.path("direct.wav"))
        for export in ("json", "v3"):
            listed = self.path("list.json")
            options = ("--compat", "auto-editor") if export == "v3" else ()
            if options:
                cut_json(source, "-o", self.path("direct.wav"), "--overwrite", *options)
            cut_json(source, "--export", export, "-o", listed, "--overwrite", *options)
            cut_json(listed, "-o", self.path("rendered.wav"), "--overwrite")
            with open(self.path("direct.wav"), "rb") as a, open(self.path("rendered.wav"), "rb") as b:
                self.assertEqual(a.read(), b.read(), export)

    def test_a_clip_sequence_is_the_cut_in_pieces(self):
        source = self.write("in.wav", wav_bytes(speechlike(10)))
        clips, _ = self.clips_of(source)
        cut_json(source, "--export", "clip-sequence", "-o", self.path("piece.wav"))
        pieces = sorted(name for name in os.listdir(self.folder) if name.startswith("piece"))
        self.assertEqual(len(pieces), len(clips))
        for name, (begin, end, _) in zip(pieces, clips):
            self.assertEqual(len(wav_samples(self.path(name))[1]), end - begin)

    def test_the_report_is_one_page_that_holds_the_cuts(self):
        source = self.write("in & <out>.wav", wav_bytes(speechlike(10)))
        cut_json(source, "--dry-run", "--report", self.path("cut.html"))
        with open(self.path("cut.html"), encoding="utf-8") as file:
            page = file.read()
        self.assertIn("in &amp; &lt;out&gt;.wav", page)
        self.assertNotIn("<out>", page)
        for outside in ("http://", "https://", "src=", "@import"):
            self.assertNotIn(outside, page.replace("http://www.w3.org/2000/svg", ""))


if __name__ == "__main__":
    unittest.main()
