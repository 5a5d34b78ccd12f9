"""`tidemark cut` on uncompressed audio, seen from outside: flat, and nothing half done."""
import array
import json
import os
import resource
import signal
import struct
import subprocess
import unittest

from cut_cases import RATE, speechlike, wav_samples, cut_json, CutTest
from tidemark_cli import (BINARY, BAD_DATA, INTERRUPTED, IO, MEMORY, MIB, NO_INPUT, USAGE, needs_true_memory,
                          run, tone, wav_bytes)


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


if __name__ == "__main__":
    unittest.main()
