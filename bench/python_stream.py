"""What tidemark.stream() takes to read a WAV of HOURS of silence, mono, 44.1 kHz, 16 bits: run as a
program, in a process of its own, it prints one JSON object."""

import json
import pathlib
import struct
import subprocess
import sys
import time

RATE = 44_100
MAX_RSS_MIB = 60.0


def make_wav(path, hours):
    """Takes no room on the disk: nothing but the header is written."""
    n_bytes = hours * 3_600 * RATE * 2
    with open(path, "wb") as file:
        file.write(struct.pack("<4sI8sIHHIIHH4sI", b"RIFF", 36 + n_bytes, b"WAVEfmt ", 16, 1, 1, RATE,
                               2 * RATE, 2, 16, b"data", n_bytes))
        file.truncate(44 + n_bytes)


def measured(package, folder, hours):
    """{"hours", "frames", "wall_s", "rss_mib"} of a fresh process."""
    path = pathlib.Path(folder) / f"{hours}h_silence.wav"
    make_wav(path, hours)
    try:
        done = subprocess.run([sys.executable, __file__, str(package), str(path)], check=True,
                              capture_output=True, text=True)
    finally:
        path.unlink()
    return {"hours": hours, **json.loads(done.stdout)}


def main(package, path):
    sys.path.insert(0, package)
    import tidemark
    start_s, n_frames = time.perf_counter(), 0
    for block in tidemark.stream(path):
        n_frames += len(block)
    wall_s = time.perf_counter() - start_s
    with open("/proc/self/status", encoding="ascii") as status:
        peak = next(line for line in status if line.startswith("VmHWM"))
    print(json.dumps({"frames": n_frames, "wall_s": wall_s, "rss_mib": int(peak.split()[1]) / 1024}))


if __name__ == "__main__":
    main(*sys.argv[1:])
