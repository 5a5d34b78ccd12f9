"""What the tests of the command share: running it, and making small media without other tools."""
import array
import json
import math
import os
import shutil
import struct
import subprocess
import tempfile
import unittest

BINARY = os.path.join(os.environ["TIDEMARK_BINARY_DIR"], "tidemark")
MIB = 1 << 20
# Sanitizers take memory of their own: peaks say nothing then, and ceilings are not enforced.
SANITIZED = "sanitize" in BINARY
needs_true_memory = unittest.skipIf(SANITIZED, "sanitizers take memory of their own")

USAGE, BAD_DATA, NO_INPUT, MEMORY, IO, INTERRUPTED = 64, 65, 66, 69, 74, 130


def run(*args, stdin=None, env=None, timeout=120):
    """The finished process, with text in stdout and stderr."""
    return subprocess.run([BINARY, *map(str, args)], input=stdin, capture_output=True,
                          timeout=timeout, env=env, check=False)


def analyze_json(*args, **kwargs):
    """The report of a run that must succeed."""
    done = run("analyze", "--format", "json", *args, **kwargs)
    if done.returncode != 0:
        raise AssertionError(f"exit {done.returncode}: {done.stderr.decode()}")
    return json.loads(done.stdout)


def results(report):
    """The part of a report that must not depend on how the file was read."""
    names = ("tuning", "dominant", "tempo", "beats", "loudness", "activity")
    return {name: report[name] for name in names if name in report}


def tone(hz, seconds, rate=44100, level=0.25):
    return array.array("h", (int(32767 * level * math.sin(2 * math.pi * hz * i / rate))
                             for i in range(int(seconds * rate))))


def wav_bytes(samples, rate=44100, channels=1, data_bytes=None):
    """A WAV of 16-bit samples; data_bytes lies about the size where given."""
    body = samples.tobytes()
    size = len(body) if data_bytes is None else data_bytes
    return (b"RIFF" + struct.pack("<I", (36 + size) & 0xFFFFFFFF) + b"WAVEfmt " +
            struct.pack("<IHHIIHH", 16, 1, channels, rate, rate * channels * 2, channels * 2, 16) +
            b"data" + struct.pack("<I", size) + body)


def music(seconds, rate=44100):
    """A few decaying notes with rests: something for every feature."""
    out = array.array("h", bytes(2 * int(seconds * rate)))
    for n in range(int(seconds / 0.75)):
        hz = 220 * 2 ** ((0, 4, 7, 12, 9, 5, 2)[n % 7] / 12)
        begin = int(n * 0.75 * rate)
        for i in range(int(0.4 * rate)):
            if begin + i >= len(out):
                break
            t = i / rate
            out[begin + i] = int(9000 * math.exp(-4 * t) * math.sin(2 * math.pi * hz * t))
    return out


def clicks(seconds, bpm=120, rate=44100):
    """A decaying burst on every beat; the first of four is louder and higher."""
    out = array.array("h", bytes(2 * int(seconds * rate)))
    for n in range(int(seconds * bpm / 60)):
        begin = round(n * 60 / bpm * rate)
        hz, level = (1500, 24000) if n % 4 == 0 else (1000, 12000)
        for i in range(min(int(0.05 * rate), len(out) - begin)):
            t = i / rate
            out[begin + i] = int(level * math.exp(-60 * t) * math.sin(2 * math.pi * hz * t))
    return out


def need(*tools):
    """Skips the test, with the reason, where a tool that makes its media is absent."""
    for tool in tools:
        if shutil.which(tool) is None:
            raise unittest.SkipTest(f"{tool} is not installed")


class CommandTest(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        with open(self.path(name), "wb") as file:
            file.write(content)
        return self.path(name)

    def encode(self, wav, name, *options):
        """`wav` through ffmpeg into a file called `name`."""
        need("ffmpeg")
        out = self.path(name)
        subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", wav, *options, out], check=True,
                       stdin=subprocess.DEVNULL)
        return out

    def assert_fails(self, done, code, *words):
        """One line on standard error, with these words in it, and this exit code."""
        message = done.stderr.decode()
        self.assertEqual(done.returncode, code, message)
        self.assertEqual(len(message.strip().splitlines()), 1, message)
        for word in words:
            self.assertIn(word, message)
