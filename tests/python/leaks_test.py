"""Hundreds of calls leave no descriptor, no thread and no memory behind, whether they succeed."""
import gc
import io

import numpy as np
import pytest
import tidemark
from conftest import descriptors_and_threads, memory_of_self
from tidemark_cli import tone, wav_bytes

CALLS = 200


class Failing(io.RawIOBase):
    """Fails after its first bytes."""

    def __init__(self, data):
        super().__init__()
        self.data = data

    def read(self, n=-1):
        if self.data is None:
            raise OSError("gone")
        data, self.data = self.data, None
        return data


def swallow(call):
    with pytest.raises(Exception):
        call()


def read_one(path, **options):
    next(tidemark.stream(path, block=100, **options))


def write_and_abort(path):
    with tidemark.MappedWriter(path.parent / "out.wav", 8000, 1, frames=1000) as writer:
        writer.samples[:] = 1
        raise KeyError


CASES = {
    "a file": lambda path: tidemark.analyze(path),
    "a file object": lambda path: tidemark.analyze(io.BytesIO(path.read_bytes())),
    "an array": lambda path: tidemark.analyze(np.ones(8000), sample_rate=8000),
    "a missing file": lambda path: swallow(lambda: tidemark.analyze("missing.wav")),
    "a plan that is refused": lambda path: swallow(lambda: tidemark.analyze(path, memory="1M")),
    "an object that fails": lambda path: swallow(
        lambda: tidemark.analyze(Failing(path.read_bytes()[:5000]))),
    "a stream that is left": read_one,
    "a resampled stream of an object": lambda path: read_one(
        io.BytesIO(path.read_bytes()), sr=8000),
    "a map": lambda path: tidemark.memmap(path).sum(),
    "a writer that fails": lambda path: swallow(lambda: write_and_abort(path)),
    "a cut": lambda path: tidemark.cut(path, path.parent / "cut.wav", overwrite=True),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_nothing_is_left_behind(tmp_path, case):
    path = tmp_path / "a.wav"
    path.write_bytes(wav_bytes(tone(440, 0.5)))
    for _ in range(20):
        case(path)
    gc.collect()
    before, rss_bytes = descriptors_and_threads(), memory_of_self("VmRSS")
    for _ in range(CALLS):
        case(path)
    gc.collect()
    assert descriptors_and_threads() == before
    assert memory_of_self("VmRSS") - rss_bytes < 2 << 20
