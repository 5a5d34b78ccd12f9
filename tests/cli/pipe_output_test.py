"""Output into pipes, seen from outside: one interrupt is heard while nobody reads."""
import fcntl
import os
import signal
import struct
import subprocess
import termios
import threading
import unittest

from cut_cases import cut_json, speechlike, CutTest
from tidemark_cli import BINARY, INTERRUPTED, clicks, run, tone, wav_bytes

F_SETPIPE_SZ = 1031  # of Linux; a name in fcntl since Python 3.10


def fields(pid, name):
    with open(f"/proc/{pid}/{name}", encoding="utf-8") as file:
        return file.read()


def catches_sigterm(pid):
    for line in fields(pid, "status").splitlines():
        if line.startswith("SigCgt:"):
            return int(line.split()[1], 16) >> (signal.SIGTERM - 1) & 1 == 1
    return False


def waits(pid):
    """Whether the main thread sleeps."""
    return fields(pid, "stat").rpartition(")")[2].split()[0] == "S"


def n_waiting(file):
    """The bytes in a pipe that nobody has read yet."""
    return struct.unpack("i", fcntl.ioctl(file, termios.FIONREAD, bytes(4)))[0]


class Interrupts(CutTest):
    def assert_one_interrupt_ends(self, *args, until=None):
        """One SIGTERM ends the command as interrupted, once until(process) holds, or it waits for
        its standard output to be read."""
        read_end, write_end = os.pipe()
        self.addCleanup(os.close, read_end)
        self.addCleanup(os.close, write_end)
        # So small that a write brings a part of its bytes into the pipe and waits with the rest.
        fcntl.fcntl(write_end, F_SETPIPE_SZ, 8192)
        until = until or self.stuck(read_end)
        with subprocess.Popen([BINARY, *args], stdout=write_end, stderr=subprocess.PIPE) as process:
            try:
                while process.poll() is None and not until(process):
                    pass
                process.send_signal(signal.SIGTERM)
                message = process.stderr.read().decode()
                process.wait(timeout=60)
            finally:
                process.kill()
        self.assertEqual(process.returncode, INTERRUPTED, message)
        self.assertEqual(len(message.strip().splitlines()), 1, message)
        self.assertIn("interrupted", message)

    def stuck(self, read_end):
        """Tells of a process whether it waits for somebody to read: at many looks, nothing moves."""
        seen = [0, 0]  # bytes in the pipe, looks that found no others

        def tell(process):
            n = n_waiting(read_end)
            still = n > 2048 and n == seen[0] and waits(process.pid)
            seen[:] = n, seen[1] + 1 if still else 0
            return seen[1] > 500
        return tell

    def test_is_heard_while_nobody_reads_a_wav(self):
        source = self.huge(1 << 30)
        self.assert_one_interrupt_ends("cut", source, "--edit", "none", "-o", "-")

    def test_is_heard_while_nobody_reads_what_ffmpeg_encodes(self):
        source = self.write("in.wav", wav_bytes(tone(440, 60)))
        for container in ("mp3", "mka", "m4a"):
            self.assert_one_interrupt_ends("cut", source, "--edit", "none", "--container", container,
                                           "-o", "-")

    def test_is_heard_while_nobody_reads_the_events_of_an_analysis(self):
        source = self.write("in.wav", wav_bytes(clicks(60, bpm=240)))
        self.assert_one_interrupt_ends("analyze", "--format", "ndjson", "--progress", "none", source)

    def test_is_heard_while_nobody_opens_a_fifo(self):
        source = self.write("in.wav", wav_bytes(tone(440, 3)))
        for name, command in (("out.wav", ("cut", "--edit", "none")),
                              ("out.json", ("analyze", "--format", "json"))):
            os.mkfifo(self.path(name))
            self.assert_one_interrupt_ends(
                *command, "-o", self.path(name), source,
                until=lambda process: catches_sigterm(process.pid) and waits(process.pid))


class Fifos(CutTest):
    def test_a_wav_goes_into_a_fifo_as_into_a_file(self):
        source = self.write("in.wav", wav_bytes(speechlike(10)))
        cut_json(source, "-o", self.path("out.wav"))
        fifo = self.path("fifo.wav")
        os.mkfifo(fifo)
        contents = []

        def read():
            with open(fifo, "rb") as file:
                contents.append(file.read())
        reader = threading.Thread(target=read)
        reader.start()
        done = run("cut", source, "-o", fifo)
        reader.join(timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        with open(self.path("out.wav"), "rb") as file:
            self.assertEqual(contents, [file.read()])
        self.only_files("in.wav", "out.wav", "fifo.wav")


if __name__ == "__main__":
    unittest.main()
