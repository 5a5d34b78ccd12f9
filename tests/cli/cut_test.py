"""`tidemark cut` on uncompressed audio, seen from outside: exact, flat, and nothing half done."""
import array
import json
import math
import os
import random
import resource
import signal
import struct
import subprocess
import sys
import unittest

from tidemark_cli import (BINARY, BAD_DATA, INTERRUPTED, IO, MEMORY, MIB, NO_INPUT, USAGE, CommandTest,
                          need, needs_true_memory, run, tone, wav_bytes)

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "edit"))
import auto_editor_model  # noqa: E402

RATE = 44100
FADE = 132  # 3 ms


def speechlike(seconds, rate=RATE, channels=1, seed=1):
    """Bursts of tone with silences of all lengths between them."""
    rng = random.Random(seed)
    out = array.array("h", bytes(2 * channels * int(seconds * rate)))
    at = rng.uniform(0.3, 1)
    while at < seconds - 0.2:
        length = rng.uniform(0.05, 1.5)
        level, hz = rng.uniform(2000, 20000), rng.uniform(100, 900)
        for i in range(int(at * rate), min(int((at + length) * rate), int(seconds * rate))):
            value = int(level * math.sin(2 * math.pi * hz * i / rate))
            for c in range(channels):
                out[i * channels + c] = value if c == 0 else -value // 2
        at += length + rng.choice((0.05, 0.3, 0.8, 2.5)) * rng.uniform(0.5, 1.5)
    return out


def wav_samples(path):
    """(channels, samples) of a WAV of 16 bits."""
    with open(path, "rb") as file:
        content = file.read()
    assert content[:4] in (b"RIFF", b"RF64") and content[8:12] == b"WAVE", content[:12]
    at, channels, data = 12, 0, None
    while at + 8 <= len(content):
        size = struct.unpack_from("<I", content, at + 4)[0]
        if content[at:at + 4] == b"fmt ":
            channels = struct.unpack_from("<H", content, at + 10)[0]
        if content[at:at + 4] == b"data":
            data = array.array("h", content[at + 8:at + 8 + size])
        at += 8 + size + size % 2
    return channels, data


def cut_json(*args, **kwargs):
    """The summary of a cut that must succeed."""
    done = run("cut", "--format", "json", *args, **kwargs)
    if done.returncode != 0:
        raise AssertionError(f"exit {done.returncode}: {done.stderr.decode()}")
    return json.loads(done.stdout)


class CutTest(CommandTest):
    def clips_of(self, path, *options):
        """[(begin, end, speed)] in ticks, and the ticks a second."""
        out = self.path("clips.json")
        done = run("cut", path, "--export", "json", "-o", out, "--overwrite", *options)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        with open(out, encoding="utf-8") as file:
            listed = json.load(file)
        timebase = listed["timebase"]
        return ([(c["begin"], c["end"], c["speed"]) for c in listed["clips"]],
                timebase["num"] / timebase["den"])

    def huge(self, n_bytes):
        """A WAV of that many bytes of silence, all of it a hole that takes no room."""
        header = (b"RF64" + b"\xff" * 4 + b"WAVEds64" + struct.pack("<IQQQI", 28, n_bytes + 72, n_bytes,
                                                                     n_bytes // 4, 0) +
                  b"fmt " + struct.pack("<IHHIIHH", 16, 1, 2, RATE, RATE * 4, 4, 16) + b"data" + b"\xff" * 4)
        with open(self.path("huge.wav"), "wb") as file:
            file.write(header)
            file.truncate(len(header) + n_bytes)
        return self.path("huge.wav")

    def only_files(self, *names):
        self.assertEqual(sorted(os.listdir(self.folder)), sorted(names))


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


class Flat(CutTest):
    def sparse(self, name, seconds):
        """A WAV of a tone that sounds for a second of each five, repeated."""
        piece = tone(440, 1) + array.array("h", bytes(2 * 4 * RATE))
        n = int(seconds / 5)
        with open(self.path(name), "wb") as file:
            file.write(wav_bytes(array.array("h"), data_bytes=2 * len(piece) * n))
            for _ in range(n):
                file.write(piece.tobytes())
        return self.path(name)

    @needs_true_memory
    def test_memory_does_not_grow_with_the_recording(self):
        short, long = self.sparse("short.wav", 20), self.sparse("long.wav", 1200)
        for options in ((), ("--edit", "none"), ("--silent-speed", "4"), ("--edit", "speech or audio")):
            peaks = []
            for source in (short, long):
                summary = cut_json(source, "-o", self.path("out.wav"), "--overwrite", *options)
                self.assertLessEqual(summary["peak_rss_bytes"], summary["planned_bytes"])
                peaks.append(summary)
            self.assertLess(peaks[1]["peak_rss_bytes"], peaks[0]["peak_rss_bytes"] + 1.5 * MIB, options)
            self.assertLess(peaks[1]["peak_rss_bytes"], 24 * MIB)
            self.assertLess(peaks[1]["peak_anon_bytes"], 12 * MIB)

    @needs_true_memory
    def test_a_ceiling_below_the_plan_is_refused_before_anything_is_written(self):
        source = self.sparse("in.wav", 10)
        self.assert_fails(run("cut", source, "--memory", "2M"), MEMORY, "in.wav", "--memory")
        self.only_files("in.wav")

    def test_past_4_gib_the_output_is_rf64(self):
        n_bytes = 5 << 30
        source = self.huge(n_bytes)
        listed = run("cut", source, "--edit", "none", "--cut", "10,11", "--dry-run", "--format", "json")
        self.assertEqual(listed.returncode, 0, listed.stderr.decode())
        summary = json.loads(listed.stdout)
        self.assertAlmostEqual(summary["output_s"], n_bytes / 4 / RATE - 1, places=3)
        # Written to a pipe of which only the start is read.
        with subprocess.Popen([BINARY, "cut", source, "--edit", "none", "--cut", "10,11", "-o", "-"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            head = process.stdout.read(80)
            process.stdout.close()
            process.stderr.read()
            process.wait(timeout=60)
        self.assertEqual(head[:4], b"RF64")
        self.assertEqual(struct.unpack_from("<Q", head, 28)[0], n_bytes - 4 * RATE)


class BadInput(CutTest):
    def test_each_is_a_clear_line_and_a_code(self):
        silent = self.write("silent.wav", wav_bytes(array.array("h", bytes(2 * RATE))))
        loud = self.write("loud.wav", wav_bytes(tone(440, 3)))
        empty = self.write("empty.wav", wav_bytes(array.array("h")))
        text = self.write("text.txt", b"no audio here, only words and more words\n" * 20)
        out = self.path("out.wav")
        for options, code, *words in (
                ((silent,), BAD_DATA, "silent.wav", "nothing would be left"),
                ((empty,), BAD_DATA, "empty.wav"),
                ((text,), BAD_DATA, "text.txt"),
                ((self.path("absent.wav"),), NO_INPUT, "absent.wav"),
                ((self.folder,), NO_INPUT, "directory"),
                ((loud, "--edit", "all"), BAD_DATA, "nothing would be left"),
                ((loud, "--cut", "1,2", "--keep", "1.5,2.5"), USAGE, "--cut 1,2", "--keep 1.5,2.5"),
                ((loud, "--cut", "2,1"), USAGE, "--cut 2,1"),
                ((loud, "--edit", "audio:threshold=200%"), USAGE, "--edit"),
                ((loud, "--edit", "audio and"), USAGE, "--edit"),
                ((loud, "--edit", "audio:stream=3"), USAGE, "stream 3"),
                ((loud, "--edit", "audio:channel=1"), USAGE, "channel 1"),
                ((loud, "--margin", "soon"), USAGE, "--margin"),
                ((loud, "--silent-speed", "-1"), USAGE, "--silent-speed"),
                ((loud, "--audio-codec", "nonesuch"), USAGE, "nonesuch"),
                ((loud, "--export", "vhs"), USAGE, "vhs"),
                ((loud, "--copy", "--export", "otio"), USAGE, "--copy"),
                ((loud, "--bits", "12"), USAGE, "12")):
            done = run("cut", "-o", out, *options)
            self.assert_fails(done, code, *words)
            self.assertFalse(os.path.exists(out), options)

    def test_all_loud_is_a_copy(self):
        loud = self.write("loud.wav", wav_bytes(tone(440, 3)))
        summary = cut_json(loud, "-o", self.path("out.wav"))
        self.assertEqual(summary["cuts"], 0)
        self.assertEqual(wav_samples(self.path("out.wav"))[1], tone(440, 3))

    def test_a_truncated_recording_is_cut_as_far_as_it_goes(self):
        samples = speechlike(10)
        source = self.write("in.wav", wav_bytes(samples, data_bytes=4 * len(samples)))
        done = run("cut", source, "-o", self.path("out.wav"))
        self.assertEqual(done.returncode, 0)
        self.assertIn("warning", done.stderr.decode())

    def test_files_that_are_there_stay(self):
        source = self.write("in.wav", wav_bytes(speechlike(3)))
        self.write("in_cut.wav", b"precious")
        self.assert_fails(run("cut", source), USAGE, "in_cut.wav", "--overwrite")
        with open(self.path("in_cut.wav"), "rb") as file:
            self.assertEqual(file.read(), b"precious")
        for options in ((), ("--overwrite",)):
            self.assert_fails(run("cut", source, "-o", source, *options), USAGE, "is the input")
        os.link(source, self.path("other_name.wav"))
        self.assert_fails(run("cut", source, "-o", self.path("other_name.wav"), "--overwrite"), USAGE,
                          "is the input")
        self.assertEqual(cut_json(source, "--overwrite")["output"], self.path("in_cut.wav"))

    def test_a_full_disk_is_said_and_leaves_nothing(self):
        source = self.write("in.wav", wav_bytes(speechlike(10)))
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        done = subprocess.run([BINARY, "cut", source], preexec_fn=limit, capture_output=True, timeout=60,
                              check=False)
        self.assert_fails(done, IO, "in_cut.wav", "cannot write")
        self.only_files("in.wav")
        with open("/dev/full", "wb") as full:
            done = subprocess.run([BINARY, "cut", source, "-o", "-"], stdout=full, stderr=subprocess.PIPE,
                                  timeout=60, check=False)
        self.assertEqual(done.returncode, IO, done.stderr.decode())

    def test_an_interrupt_leaves_no_half_file(self):
        source = self.huge(8 << 30)
        with subprocess.Popen([BINARY, "cut", source, "--edit", "none", "--cut", "1,2"],
                              stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
            while len(os.listdir(self.folder)) == 1 and process.poll() is None:
                pass  # until the output is being written
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)
        self.assertEqual(process.returncode, INTERRUPTED)
        self.only_files("huge.wav")

    def test_an_interrupt_is_heard_while_nobody_reads(self):
        source = self.huge(1 << 30)
        with subprocess.Popen([BINARY, "cut", source, "--edit", "none", "-o", "-"],
                              stderr=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            process.stdout.read(1)  # it has begun to write, and will soon have to wait
            while process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(timeout=0.2)
                except subprocess.TimeoutExpired:
                    pass
            self.assertIn(process.returncode, (INTERRUPTED, -signal.SIGTERM))

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
