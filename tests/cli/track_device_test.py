"""tidemark track with devices: ALSA's own plug-ins that write and read files stand in for a card."""
import array
import ctypes
import json
import os
import signal
import subprocess
import unittest
import wave

from tidemark_cli import (BINARY, INTERRUPTED, NO_INPUT, USAGE, CommandTest, needs_true_memory, run,
                          tone, wav_bytes)

RATE = 44100

try:
    ctypes.CDLL("libasound.so.2")
    HAS_ALSA = b"libasound.so.2" in open(BINARY, "rb").read()
except OSError:
    HAS_ALSA = False


@unittest.skipUnless(HAS_ALSA, "built without ALSA, or it is not installed")
class DeviceTest(CommandTest):
    def setUp(self):
        super().setUp()
        config = f"""
        pcm.nowhere {{ type null }}
        pcm.played {{ type file slave.pcm nowhere file "{self.path('played.raw')}" format raw }}
        pcm.given {{
          type file slave.pcm nowhere file /dev/null infile "{self.path('given.raw')}" format raw
        }}
        """
        self.env = {**os.environ, "ALSA_CONFIG_PATH": self.write("asound.conf", config.encode())}

    def track(self, *args):
        done = run("track", "--stats", "json", *args, env=self.env)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return json.loads(done.stderr.decode().splitlines()[-1])

    def played(self):
        with open(self.path("played.raw"), "rb") as file:
            return array.array("h", file.read())

    def test_a_device_plays_all_of_a_file(self):
        wanted = tone(440, 3)
        source = self.write("in.wav", wav_bytes(wanted))
        stats = self.track("--write", source, "--device", "played")
        got = self.played()
        self.assertEqual(got[:len(wanted)], wanted)
        self.assertFalse(any(got[len(wanted):]))
        self.assertEqual(stats["silent"] + stats["underruns"], 0)

    def test_a_device_plays_what_is_recorded_too(self):
        source = self.write("in.wav", wav_bytes(tone(440, 1)))
        self.track("--write", source, "--device", "played", "--read", self.path("out.wav"))
        with wave.open(self.path("out.wav")) as file:
            self.assertEqual(array.array("h", file.readframes(file.getnframes())), self.played())

    def test_a_device_gets_the_rate_and_the_channels_that_are_asked_for(self):
        source = self.write("in.wav", wav_bytes(tone(440, 1)))
        self.track("--write", source, "--device", "played", "--rate", 48000, "--channels", 2)
        got = self.played()
        self.assertEqual(got[0::2], got[1::2])
        self.assertAlmostEqual(len(got) / 2, 48000, delta=2 * 960)

    def test_a_device_is_recorded_to_the_sample(self):
        samples = array.array("f", (0.5 * ((i % 97) / 97 - 0.5) for i in range(2 * RATE)))
        self.write("given.raw", samples.tobytes())
        stats = self.track("--capture", "given", "--rate", RATE, "--channels", 1, "--type", "f32",
                           "--no-pace", "--duration", "1s", "--read", self.path("out.wav"))
        with open(self.path("out.wav"), "rb") as file:
            content = file.read()
        got = array.array("f", content[content.index(b"data") + 8:])
        self.assertEqual(got, samples[:RATE])
        self.assertEqual(stats["dropped_oldest"] + stats["dropped_newest"], 0)

    def test_an_interrupt_ends_a_recording_and_keeps_it(self):
        self.write("given.raw", bytes(1 << 20))
        with subprocess.Popen([BINARY, "track", "--capture", "given", "--read", self.path("out.wav"),
                               "--stats", "json"], stderr=subprocess.PIPE, env=self.env) as process:
            process.stderr.readline()
            process.send_signal(signal.SIGINT)
            process.stderr.read()
            self.assertEqual(process.wait(timeout=60), INTERRUPTED)
        self.assertGreater(os.path.getsize(self.path("out.wav")), 100_000)

    def test_a_device_that_is_not_there_is_told(self):
        source = self.write("in.wav", wav_bytes(tone(440, 1)))
        done = run("track", "--write", source, "--device", "none", env=self.env)
        self.assert_fails(done, NO_INPUT, "ALSA device none")
        done = run("track", "--capture", "none", "--read", self.path("out.wav"), env=self.env)
        self.assert_fails(done, NO_INPUT, "ALSA device none")
        done = run("track", "--write", source, "--device", "played", "--no-pace", env=self.env)
        self.assert_fails(done, USAGE, "--no-pace")
        done = run("track", "--write", source, "--capture", "given", "--read", "-", env=self.env)
        self.assert_fails(done, USAGE, "--capture")

    @needs_true_memory
    def test_its_memory_is_in_the_plan_and_its_library_only_where_it_is_used(self):
        source = self.write("in.wav", wav_bytes(tone(440, 1)))
        stats = self.track("--write", source, "--device", "played")
        self.assertLessEqual(stats["peak_rss_bytes"], stats["planned_bytes"])
        listed = subprocess.run(["ldd", BINARY], capture_output=True, text=True, check=True).stdout
        self.assertNotIn("asound", listed)


if __name__ == "__main__":
    unittest.main()
