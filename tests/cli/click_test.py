"""--click: the audio that was analysed, with a click on every beat."""
import array
import os
import resource
import signal
import struct
import subprocess
import unittest
import wave

from tidemark_cli import (BINARY, INTERRUPTED, IO, USAGE, CommandTest, analyze_json, clicks, music,
                          run, wav_bytes)

CLICK_S = 0.03


def read_wav(path):
    """Rate, channels and interleaved samples of a plain 16-bit WAV."""
    with wave.open(path, "rb") as file:
        if file.getsampwidth() != 2:
            raise AssertionError("not 16 bits")
        samples = array.array("h", file.readframes(file.getnframes()))
        return file.getframerate(), file.getnchannels(), samples


class Click(CommandTest):
    def setUp(self):
        super().setUp()
        self.out = self.path("click.wav")

    def assert_clicks(self, expected, report, first_frame=0, heard_within=6):
        """`out` is `expected` but for a click on each beat of the report, which can be told from
        the audio within so many frames."""
        rate, channels, samples = read_wav(self.out)
        self.assertEqual(rate, report["file"]["sample_rate_hz"])
        self.assertEqual(channels, report["file"]["channels"])
        self.assertEqual(len(samples), len(expected))
        frames = [round(beat["time_s"] * rate) - first_frame for beat in report["beats"]["list"]]
        self.assertEqual(report["click"], {"path": self.out, "n_clicks": len(frames)})
        self.assertGreater(len(frames), 10)
        n_click = round(CLICK_S * rate)
        inside = set()
        for frame in frames:
            inside.update(range(max(frame, 0), frame + n_click))
        changed = {i // channels for i in range(len(samples)) if samples[i] != expected[i]}
        self.assertEqual(changed - inside, set())
        for frame in frames:
            # The first sample of a click is nought; the last beat may be cut by the end.
            window = set(range(max(frame + 1, 0), min(frame + heard_within, len(samples) // channels)))
            self.assertTrue(not window or window & changed, frame)

    def test_clicks_are_where_the_beats_are_and_the_rest_is_untouched(self):
        mono = clicks(20, rate=8000)
        stereo = array.array("h", (s // k for s in mono for k in (2, -2)))
        path = self.write("a.wav", wav_bytes(stereo, rate=8000, channels=2))
        for threads in (1, 2):
            report = analyze_json("--threads", threads, "--click", self.out, path)
            self.assertEqual(report["memory"]["allocations"], 0)
            self.assert_clicks(stereo, report)

    def test_a_pipe_and_a_part_of_a_file_click_alike(self):
        samples = clicks(30, rate=8000)
        content = wav_bytes(samples, rate=8000)
        self.assert_clicks(samples, analyze_json("--click", self.out, "-", stdin=content))
        report = analyze_json("--start", 5.25, "--duration", 15, "--click", self.out,
                              self.write("a.wav", content))
        self.assert_clicks(samples[42000:162000], report, first_frame=42000)

    def test_float_over_full_scale_is_clipped(self):
        values = array.array("f", (3 * s / 32768 for s in clicks(10, rate=8000)))
        head = (b"RIFF" + struct.pack("<I", 36 + 4 * len(values)) + b"WAVEfmt " +
                struct.pack("<IHHIIHH", 16, 3, 1, 8000, 32000, 4, 32) + b"data" +
                struct.pack("<I", 4 * len(values)))
        report = analyze_json("--click", self.out, self.write("hot.wav", head + values.tobytes()))
        expected = array.array("h", (max(-32768, min(32767, round(32768 * v))) for v in values))
        self.assertIn(32767, expected)
        # Where the audio is at full scale already a click changes nothing.
        self.assert_clicks(expected, report, heard_within=round(CLICK_S * 8000))

    def test_its_memory_is_in_the_plan(self):
        path = self.write("a.wav", wav_bytes(music(1)))
        stages = {row["stage"] for row in analyze_json("--explain", "--click", self.out, path)["plan"]}
        self.assertIn("click track", stages)
        self.assertFalse(os.path.exists(self.out))
        stages = {row["stage"] for row in analyze_json("--explain", path)["plan"]}
        self.assertNotIn("click track", stages)

    def test_a_disk_that_is_full_is_an_io_error_and_leaves_nothing(self):
        path = self.write("a.wav", wav_bytes(music(10)))

        def small_files():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

        done = subprocess.run([BINARY, "analyze", "--click", self.out, path], capture_output=True,
                              preexec_fn=small_files, check=False)
        self.assert_fails(done, IO, "click.wav")
        self.assertEqual(os.listdir(self.folder), ["a.wav"])

    def test_an_interrupt_leaves_nothing(self):
        process = subprocess.Popen([BINARY, "analyze", "--format", "ndjson", "--click", self.out, "-"],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        process.stdin.write(wav_bytes(music(3), data_bytes=0xFFFFFFFF))
        process.stdin.flush()
        process.stdout.readline()  # the start event: the click track is open
        self.assertEqual(len(os.listdir(self.folder)), 1)
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)
        self.assertEqual(process.returncode, INTERRUPTED)
        self.assertEqual(os.listdir(self.folder), [])
        for stream in (process.stdin, process.stdout, process.stderr):
            stream.close()

    def test_what_cannot_be_is_refused_in_one_line_and_touches_nothing(self):
        content = wav_bytes(music(2))
        path = self.write("a.wav", content)
        link = self.path("link.wav")
        os.symlink(path, link)
        for args, word in ((("--click", self.out, "--features", "tempo"), "beats"),
                           (("--click", self.out, "--sample", "1s"), "--sample"),
                           (("--click", path), "input"), (("--click", link), "input"),
                           (("--click", "-"), "standard output"),
                           (("--click", self.out, path), "one input"),
                           (("--click", self.out, "-o", self.out), "of its own"),
                           (("--click", "/dev/null"), "regular file"),
                           (("--click", self.folder), "regular file")):
            self.assert_fails(run("analyze", *args, path), USAGE, word)
        with open(path, "rb") as file:
            self.assert_fails(subprocess.run([BINARY, "analyze", "--click", path, "-"], stdin=file,
                                             capture_output=True, check=False), USAGE, "input")
        with open(path, "rb") as file:
            self.assertEqual(file.read(), content)
        self.assertEqual(sorted(os.listdir(self.folder)), ["a.wav", "link.wav"])
        self.assert_fails(run("analyze", "--click", self.path("no/such/folder.wav"), path), IO, "folder")


if __name__ == "__main__":
    unittest.main()
