"""Memory stays where it is however long the audio: in a process of its own with NumPy loaded."""
import struct
import subprocess
import sys

import pytest

RATE = 44100
MIB = 1 << 20

CHILD = """
import sys
import numpy as np
import tidemark
path, call = sys.argv[1:]
{calls}
calls[call](path)
with open("/proc/self/status") as status:
    print([int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM")][0])
""".format(calls="""
def stream(path, **options):
    n = sum(len(block) for block in tidemark.stream(path, **options))
    assert n > 0
calls = {
    "stream": stream,
    "stream to another rate": lambda path: stream(path, sr=16000, mono=True),
    "map": lambda path: tidemark.memmap(path)[::50_000_000].astype(np.float32).sum(),
    "analyze": lambda path: tidemark.analyze(path, features="loudness,activity"),
    "stream a file object": lambda path: stream(open(path, "rb", buffering=0)),
}
""")


def sparse_wav(path, seconds):
    """Silence of two channels that takes no room on the disk."""
    n_bytes = seconds * RATE * 4
    with open(path, "wb") as file:
        file.write(b"RIFF" + struct.pack("<I", (36 + n_bytes) & 0xFFFFFFFF) + b"WAVEfmt " +
                   struct.pack("<IHHIIHH", 16, 1, 2, RATE, RATE * 4, 4, 16) + b"data" +
                   struct.pack("<I", n_bytes))
        file.truncate(44 + n_bytes)
    return path


def peak_bytes(path, call):
    done = subprocess.run([sys.executable, "-c", CHILD, path, call], capture_output=True,
                          check=False, timeout=300)
    assert done.returncode == 0, done.stderr.decode()
    return int(done.stdout)


# 6 hours are 3.5 GiB of samples, what a WAV can say it holds.
@pytest.mark.parametrize(("call", "hours"), [("stream", 6), ("stream to another rate", 1), ("map", 6),
                                             ("analyze", 1), ("stream a file object", 6)])
def test_hours_take_what_a_minute_takes(tmp_path, call, hours):
    short = peak_bytes(sparse_wav(tmp_path / "short.wav", 60), call)
    long = peak_bytes(sparse_wav(tmp_path / "long.wav", hours * 3600), call)
    assert long < 60 * MIB
    assert long - short < 2 * MIB
