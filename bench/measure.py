"""Runs a command to its end and says what it took: wall time, processor time, peak memory."""

import dataclasses
import os
import statistics
import tempfile
import time

# A child's peak RSS as the kernel counts it begins with that of the process which forked it, and
# Python's is larger than what is measured here. GNU time forks from a process of 2 MiB.
LAUNCHER = "/usr/bin/time"


@dataclasses.dataclass
class Measurement:
    code: int
    wall_s: float
    cpu_s: float
    rss_bytes: int
    stdout: bytes
    stderr: str


def measure(command, prefix=()):
    """Runs `command`; `prefix` is a program that starts it (not measured apart, so a light one)."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        with tempfile.NamedTemporaryFile("r") as peak:
            arguments = ["time", "-q", "-f", "%M", "-o", peak.name, *prefix, *command]
            actions = [
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_DUP2, out.fileno(), 1),
                (os.POSIX_SPAWN_DUP2, err.fileno(), 2),
            ]
            start_s = time.perf_counter()
            pid = os.posix_spawn(LAUNCHER, arguments, os.environ, file_actions=actions)
            _, status, usage = os.wait4(pid, 0)
            wall_s = time.perf_counter() - start_s
            rss_bytes = int(peak.read() or 0) * 1024
        out.seek(0)
        err.seek(0)
        return Measurement(
            code=os.waitstatus_to_exitcode(status),
            wall_s=wall_s,
            cpu_s=usage.ru_utime + usage.ru_stime,
            rss_bytes=rss_bytes,
            stdout=out.read(),
            stderr=err.read().decode(errors="replace").strip(),
        )


def interleaved(commands, n_repeats, after=None, once_over_s=None):
    """{name: [Measurement, ...]} of {name: command}, each round in another order.

    What the machine does meanwhile then falls on all alike. A command that fails is not run again,
    nor is one that took longer than `once_over_s`. `after(name, measurement)` is called after each
    run, out of the measured time.
    """
    measured = {name: [] for name in commands}
    names = list(commands)
    for repeat in range(n_repeats):
        shift = repeat % len(names)
        for name in names[shift:] + names[:shift]:
            last = measured[name][-1] if measured[name] else None
            if last and (last.code != 0 or (once_over_s and last.wall_s > once_over_s)):
                continue
            run = measure(commands[name])
            measured[name].append(run)
            if after:
                after(name, run)
    return measured


def reason(run):
    """Why a run failed: its last words."""
    return (run.stderr.splitlines() or [f"exit code {run.code}"])[-1]


def median(values):
    return statistics.median(values)


def warm(path):
    """Reads the file once, so that no run pays for the disk."""
    with open(path, "rb", buffering=0) as file:
        while file.read(1 << 20):
            pass
