"""tidemark track, seen from outside: what goes in comes out, at its pace, in fixed memory."""
import array
import json
import os
import signal
import struct
import subprocess
import time
import unittest
import wave

from tidemark_cli import (BAD_DATA, BINARY, INTERRUPTED, IO, MEMORY, MIB, NO_INPUT, USAGE,
                          CommandTest, need, needs_true_memory, run, tone, wav_bytes)

RATE = 44100
FRAME = RATE // 50


class TrackTest(CommandTest):
    def track(self, *args, stdin=None, timeout=120):
        """The finished process and its statistics; it must succeed."""
        done = run("track", "--stats", "json", *args, stdin=stdin, timeout=timeout)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return done, json.loads(done.stderr.decode().splitlines()[-1])

    def samples(self, name):
        with wave.open(self.path(name)) as file:
            return array.array("h", file.readframes(file.getnframes()))

    def tone_file(self, name, seconds, rate=RATE, channels=1):
        samples = tone(440, seconds, rate)
        if channels == 2:
            samples = array.array("h", (v for s in samples for v in (s, -s)))
        return samples, self.write(name, wav_bytes(samples, rate, channels))

    def assert_whole(self, wanted, got, frame=FRAME):
        """All of it, and silence up to a whole frame."""
        self.assertEqual(wanted, got[:len(wanted)])
        self.assertLess(len(got) - len(wanted), frame)
        self.assertEqual(len(got) % frame, 0)
        self.assertFalse(any(got[len(wanted):]))


class Unpaced(TrackTest):
    def test_a_wav_comes_out_as_it_went_in(self):
        wanted, source = self.tone_file("in.wav", 5.003)
        _, stats = self.track("--write", source, "--read", self.path("out.wav"), "--no-pace")
        self.assert_whole(wanted, self.samples("out.wav"))
        self.assertTrue(stats["final"])
        self.assertEqual(stats["read"], len(self.samples("out.wav")))
        for loss in ("silent", "dropped_oldest", "dropped_newest", "dropped_late", "underruns"):
            self.assertEqual(stats[loss], 0, loss)
        self.assertEqual(sorted(os.listdir(self.folder)), ["in.wav", "out.wav"])

    def test_stereo_comes_out_as_it_went_in(self):
        wanted, source = self.tone_file("in.wav", 1.5, channels=2)
        self.track("--write", source, "--read", self.path("out.wav"), "--no-pace")
        self.assert_whole(wanted, self.samples("out.wav"), 2 * FRAME)

    def test_rate_channels_and_type_are_what_is_asked_for(self):
        _, source = self.tone_file("in.wav", 2)
        self.track("--write", source, "--read", self.path("out.wav"), "--no-pace", "--rate", 48000,
                   "--channels", 2, "--type", "s24", "--frame", "10ms")
        with open(self.path("out.wav"), "rb") as file:
            content = file.read()
        at = content.index(b"fmt ") + 8
        self.assertEqual(struct.unpack_from("<HI", content, at + 2), (2, 48000))
        self.assertEqual(struct.unpack_from("<H", content, at + 14), (24,))
        content = content[content.index(b"data") + 8:]
        self.assertAlmostEqual(len(content) / 6 / 48000, 2, delta=0.02)
        # The middle: a tone of a quarter of full scale, the same left and right.
        left = [int.from_bytes(content[i:i + 3], "little", signed=True)
                for i in range(48000 * 6, 96000 * 6, 6)]
        right = [int.from_bytes(content[i + 3:i + 6], "little", signed=True)
                 for i in range(48000 * 6, 96000 * 6, 6)]
        self.assertEqual(left, right)
        self.assertAlmostEqual(max(left) / (1 << 23), 0.25, delta=0.001)

    def test_types_are_as_precise_as_the_input(self):
        need("ffmpeg")
        _, source = self.tone_file("in.wav", 1)
        for codec, width, tag in (("pcm_s24le", 3, 0xFFFE), ("pcm_s32le", 4, 0xFFFE),
                                  ("pcm_f32le", 4, 3)):
            deep = self.encode(source, f"{codec}.wav", "-c:a", codec)
            out = self.path(f"out_{codec}.wav")
            self.track("--write", deep, "--read", out, "--no-pace")
            with open(out, "rb") as file:
                head = file.read(128)
            at = head.index(b"fmt ")
            self.assertEqual(int.from_bytes(head[at + 8:at + 10], "little"), tag)
            self.assertEqual(int.from_bytes(head[at + 20:at + 22], "little"), width)

    def test_a_pipe_gives_what_a_file_gives(self):
        wanted, source = self.tone_file("in.wav", 3)
        with open(source, "rb") as file:
            content = file.read()
        self.track("--write", "-", "--read", self.path("out.wav"), "--no-pace", stdin=content)
        self.assert_whole(wanted, self.samples("out.wav"))
        done, _ = self.track("--write", source, "--read", "-", "--no-pace")
        self.assertEqual(done.stdout[:4], b"RIFF")
        got = array.array("h", done.stdout[done.stdout.index(b"data") + 8:])
        self.assert_whole(wanted, got)

    def test_headerless_samples_come_from_a_pipe(self):
        wanted = tone(440, 1)
        self.track("--write", "-", "--raw", f"{RATE}:1:s16le", "--read", self.path("out.wav"),
                   "--no-pace", stdin=wanted.tobytes())
        self.assert_whole(wanted, self.samples("out.wav"))

    def test_other_formats_are_read_and_written(self):
        need("ffmpeg")
        wanted, source = self.tone_file("in.wav", 2)
        self.track("--write", self.encode(source, "in.flac"), "--read", self.path("out.flac"),
                   "--no-pace")
        back = self.path("back.wav")
        subprocess.run(["ffmpeg", "-v", "error", "-i", self.path("out.flac"), back], check=True)
        self.assert_whole(wanted, self.samples("back.wav"))
        self.track("--write", self.encode(source, "in.m4a"), "--read", self.path("out.mp3"),
                   "--no-pace")
        self.assertGreater(os.path.getsize(self.path("out.mp3")), 10000)

    def test_duration_ends_it_to_the_sample(self):
        wanted, source = self.tone_file("in.wav", 3)
        self.track("--write", source, "--read", self.path("out.wav"), "--no-pace", "--duration",
                   "1.2345")
        self.assertEqual(self.samples("out.wav"), wanted[:round(1.2345 * RATE)])

    def test_speech_from_a_pipe_is_recorded(self):
        need("espeak-ng")
        with subprocess.Popen(["espeak-ng", "--stdout", "hello"], stdout=subprocess.PIPE) as voice:
            done = subprocess.run([BINARY, "track", "--write", "-", "--read", self.path("out.wav")],
                                  stdin=voice.stdout, capture_output=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        self.assertGreater(max(self.samples("out.wav")), 3000)


class Paced(TrackTest):
    def test_a_file_takes_as_long_as_it_sounds_and_loses_nothing(self):
        wanted, source = self.tone_file("in.wav", 1.5)
        began = time.monotonic()
        _, stats = self.track("--write", source, "--read", self.path("out.wav"), "--buffer", "200ms")
        self.assertGreater(time.monotonic() - began, 1.4)
        self.assert_whole(wanted, self.samples("out.wav"))
        self.assertEqual(stats["silent"] + stats["dropped_newest"] + stats["underruns"], 0)
        self.assertLessEqual(stats["high_water_ms"], 200)

    def test_each_second_has_its_line(self):
        _, source = self.tone_file("in.wav", 2.3)
        done, _ = self.track("--write", source, "--read", self.path("out.wav"))
        lines = [json.loads(line) for line in done.stderr.decode().splitlines()]
        self.assertGreaterEqual(len(lines), 3)
        self.assertEqual([line["final"] for line in lines], [False] * (len(lines) - 1) + [True])
        self.assertEqual(len({line["held_bytes"] for line in lines}), 1)
        done = run("track", "--write", source, "--read", "-", "--no-pace")
        self.assertIn("the track holds", done.stderr.decode())
        done = run("track", "--write", source, "--read", "-", "--no-pace", "--stats", "none")
        self.assertEqual(done.stderr, b"")

    def test_the_oldest_or_the_newest_gives_way_where_asked(self):
        wanted, source = self.tone_file("in.wav", 60)
        for rule, loser in (("oldest", "dropped_oldest"), ("newest", "dropped_newest")):
            out = f"{rule}.wav"
            _, stats = self.track("--write", source, "--read", self.path(out), "--overflow", rule,
                                  "--buffer", "400ms", "--fade", "0")
            got = self.samples(out)
            self.assertGreater(stats[loser], 50 * RATE)
            self.assertEqual(stats["written"] + stats["dropped_newest"] - stats["dropped_oldest"],
                             stats["read"] + stats["dropped_newest"])
            if rule == "newest":
                self.assertEqual(got[:FRAME], wanted[:FRAME])
            else:
                # The end of the input is there, but for what fills up the last frame.
                tail = wanted[-FRAME:]
                content = got.tobytes()
                self.assertIn(tail.tobytes(), content)

    def test_what_is_live_is_read_while_it_comes(self):
        """A writer that gives one second and waits: that second is read before it goes on."""
        content = wav_bytes(tone(440, 1), data_bytes=0xFFFFFFFF)
        with subprocess.Popen([BINARY, "track", "--write", "-", "--read", "-", "--stats", "none"],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            process.stdin.write(content)
            process.stdin.flush()
            got = process.stdout.read(44 + RATE)  # half of it: the input is still open
            self.assertGreater(max(array.array("h", got[-FRAME * 2:])), 8000)
            process.stdin.close()
            process.stdout.read()
            self.assertEqual(process.wait(timeout=60), 0)


class Interrupts(TrackTest):
    def test_one_interrupt_ends_it_and_keeps_what_was_read(self):
        _, source = self.tone_file("in.wav", 120)
        with subprocess.Popen([BINARY, "track", "--write", source, "--read", self.path("out.wav"),
                               "--stats", "json"], stderr=subprocess.PIPE) as process:
            process.stderr.readline()  # the first second was read
            process.send_signal(signal.SIGINT)
            message = process.stderr.read().decode()
            process.wait(timeout=60)
        self.assertEqual(process.returncode, INTERRUPTED)
        self.assertIn("interrupted; ", message.splitlines()[-1])
        self.assertGreaterEqual(len(self.samples("out.wav")), RATE // 2)
        self.assertEqual(sorted(os.listdir(self.folder)), ["in.wav", "out.wav"])

    def test_an_interrupt_is_heard_while_a_pipe_is_silent(self):
        content = wav_bytes(tone(440, 0.5), data_bytes=0xFFFFFFFF)
        with subprocess.Popen([BINARY, "track", "--write", "-", "--read", self.path("out.wav"),
                               "--stats", "json"], stdin=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            process.stdin.write(content)
            process.stdin.flush()
            process.stderr.readline()
            process.send_signal(signal.SIGTERM)
            process.stderr.read()
            self.assertEqual(process.wait(timeout=60), INTERRUPTED)
        wanted = tone(440, 0.4)
        self.assertEqual(self.samples("out.wav")[:len(wanted)], wanted)

    def test_enough_was_read_though_the_pipe_stays_open(self):
        content = wav_bytes(tone(440, 0.5), data_bytes=0xFFFFFFFF)
        with subprocess.Popen([BINARY, "track", "--write", "-", "--read", self.path("out.wav"),
                               "--duration", "300ms"], stdin=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            process.stdin.write(content)
            process.stdin.flush()
            process.stderr.read()
            self.assertEqual(process.wait(timeout=60), 0)
        self.assertEqual(self.samples("out.wav"), tone(440, 0.3))


class Refusals(TrackTest):
    def assert_refused(self, code, *args, words=()):
        done = run("track", "--stats", "none", *args)
        self.assert_fails(done, code, *words)

    def test_bad_use_is_refused_with_what_to_do(self):
        _, source = self.tone_file("in.wav", 1)
        ends = ("--write", source, "--read", self.path("out.wav"))
        for args, words in (
                (("--read", "x.wav"), ("--write",)),
                (("--write", source), ("--read",)),
                (("--write", source, "--read", source), ("is the input",)),
                ((*ends, "--frame", "80ms"), ("--frame", "60")),
                ((*ends, "--buffer", "30ms"), ("--buffer", "100 ms")),
                ((*ends, "--rate", "1000"), ("--rate",)),
                ((*ends, "--channels", "9"), ("--channels",)),
                ((*ends, "--type", "u8"), ("--type",)),
                ((*ends, "--overflow", "x"), ("--overflow",)),
                ((*ends, "--max-latency", "100ms"), ("--max-latency", "oldest")),
                ((*ends, "--correct-drift"), ("--correct-drift", "oldest")),
                ((*ends, "--duration", "0"), ("--duration",)),
                ((*ends, "--container", "xyz"), ("xyz",)),
                (("--write", source, "--read", self.path("out")), ("extension",))):
            self.assert_refused(USAGE, *args, words=words)
        self.assertEqual(os.listdir(self.folder), ["in.wav"])

    def test_a_file_that_is_there_is_replaced_only_when_asked(self):
        _, source = self.tone_file("in.wav", 0.5)
        there = self.write("out.wav", b"mine")
        self.assert_refused(USAGE, "--write", source, "--read", there, words=("--overwrite",))
        self.track("--write", source, "--read", there, "--no-pace", "--overwrite")
        self.assertGreater(len(self.samples("out.wav")), 0)

    def test_bad_input_is_refused(self):
        self.assert_refused(NO_INPUT, "--write", self.path("none"), "--read", self.path("o.wav"))
        text = self.write("text", b"this is no audio, but a text\n" * 99)
        self.assert_refused(BAD_DATA, "--write", text, "--read", self.path("o.wav"))
        empty = self.write("empty.wav", wav_bytes(array.array("h")))
        self.assert_refused(BAD_DATA, "--write", empty, "--read", self.path("o.wav"), "--no-pace")
        many = self.write("many.wav", wav_bytes(array.array("h", bytes(24000)), channels=12))
        self.assert_refused(BAD_DATA, "--write", many, "--read", self.path("o.wav"),
                            words=("12 channels", "1 to 8"))
        self.assertFalse(os.path.exists(self.path("o.wav")))

    def test_a_full_disk_is_told(self):
        _, source = self.tone_file("in.wav", 10)
        self.assert_refused(IO, "--write", source, "--read", "/dev/full", "--container", "wav",
                            "--no-pace", words=("/dev/full",))


class Memory(TrackTest):
    def test_the_plan_is_told_and_kept_to(self):
        _, source = self.tone_file("in.wav", 1)
        done = run("track", "--write", source, "--read", "-", "--explain")
        self.assertEqual(done.returncode, 0)
        self.assertIn("track of 1000 ms", done.stdout.decode())
        done = run("track", "--write", source, "--read", "-", "--memory", "2M")
        self.assert_fails(done, MEMORY, "in.wav")

    @needs_true_memory
    def test_memory_does_not_depend_on_the_length(self):
        peaks = []
        for seconds in (5, 500):
            _, source = self.tone_file(f"{seconds}.wav", seconds, rate=8000)
            _, stats = self.track("--write", source, "--read", self.path(f"out{seconds}.wav"),
                                  "--no-pace")
            self.assertLessEqual(stats["peak_rss_bytes"], stats["planned_bytes"])
            peaks.append(stats["peak_rss_bytes"])
        self.assertLess(abs(peaks[1] - peaks[0]), MIB)


if __name__ == "__main__":
    unittest.main()
