"""Ctrl-C ends every call with KeyboardInterrupt, and nothing goes on behind it."""
import os
import signal
import subprocess
import sys

import pytest
from tidemark_cli import music, wav_bytes

# Says "begun" once the call waits, or is about to; what interrupts it ends it.
CHILD = """
import os, sys, time, tidemark
def begun(*_):
    global said
    if not said:
        said = True
        print("begun", flush=True)
said = False
threads = len(os.listdir("/proc/self/task"))
try:
{call}
except KeyboardInterrupt:
    # Python's own threads are joined a moment before the kernel has ended them.
    patience_ends = time.monotonic() + 20
    while len(os.listdir("/proc/self/task")) > threads and time.monotonic() < patience_ends:
        os.sched_yield()
    print("interrupted", len(os.listdir("/proc/self/task")) - threads, flush=True)
else:
    print("went on", flush=True)
"""

CALLS = {
    "analyze a FIFO that nobody writes": "tidemark.analyze(sys.argv[1], progress=begun)",
    "analyze a pipe that stands still": "tidemark.analyze(sys.stdin.buffer.raw, progress=begun)",
    "analyze an object that waits": "begun(); tidemark.analyze(sys.stdin.buffer)",
    "analyze many": "list(tidemark.analyze_many((begun() or path for path in sys.argv[1:2] * 3), "
                    "workers=2))",
    "stream": "[begun() for block in tidemark.stream(sys.stdin.buffer.raw, block=1000)]",
    "cut": "tidemark.cut('/dev/stdin', sys.argv[2], progress=begun)",
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_an_interrupt_ends_the_call(tmp_path, call):
    fifo = tmp_path / "never"
    os.mkfifo(fifo)
    script = CHILD.format(call="    " + call)
    with subprocess.Popen([sys.executable, "-c", script, fifo, tmp_path / "out.wav"],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        # A stream takes all of it; of what nobody reads a pipe holds this much.
        n_bytes = None if call == CALLS["stream"] else 40000
        child.stdin.write(wav_bytes(music(3), data_bytes=1 << 30)[:n_bytes])
        child.stdin.flush()
        assert child.stdout.readline() == b"begun\n"
        child.send_signal(signal.SIGINT)
        assert child.stdout.readline() == b"interrupted 0\n"
        child.stdin.close()
        assert child.wait(60) == 0
    assert sorted(os.listdir(tmp_path)) == ["never"]
