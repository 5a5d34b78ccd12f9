"""What the tests of the package share."""
import os
import sys

import pytest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(TESTS, "cli"))

SAMPLE = os.path.join(os.path.dirname(TESTS), "share", "sample_432.flac")


@pytest.fixture(name="sample")
def the_bundled_sample():
    """The bundled sample, 20 s of mono FLAC."""
    return SAMPLE


def memory_of_self(field):
    """A number of /proc/self/status, in bytes."""
    with open("/proc/self/status", encoding="ascii") as status:
        for line in status:
            if line.startswith(field + ":"):
                return int(line.split()[1]) * 1024
    raise AssertionError(field)


def descriptors_and_threads():
    """How many of each this process has."""
    return len(os.listdir("/proc/self/fd")), len(os.listdir("/proc/self/task"))
