"""What the tests of `tidemark cut` share: recordings to cut, and reading what came of it."""
import array
import json
import math
import os
import random
import struct

from tidemark_cli import CommandTest, run

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
