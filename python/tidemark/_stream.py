"""stream(): any audio, block by block."""

import os
import types
from typing import Iterator, Optional, Type

import numpy as np
import numpy.typing as npt

from . import _native
from ._errors import UsageError
from ._inputs import PathLike, Source, open_input, path_of
from ._options import Arguments, Bytes, Seconds

Block = npt.NDArray[np.float32]


class Stream(Iterator[Block]):
    """What ``stream()`` gives: an iterator over blocks, and a context manager that closes it.

    One thread at a time. Closed by itself at the end, on an error, and when it is forgotten.
    """

    def __init__(self, native: _native.BlockReader, block: int, mono: bool, copy: bool) -> None:
        self._native = native
        self._shape = (block,) if mono else (block, native.channels)
        self._copy = copy
        self._buffer: Optional[Block] = None

    @property
    def sample_rate(self) -> int:
        """Of the blocks, in hertz."""
        return self._native.sample_rate

    @property
    def channels(self) -> int:
        """Of the blocks."""
        return self._native.channels

    @property
    def frames(self) -> Optional[int]:
        """How many frames there will be, as the header says; None where nobody knows."""
        return self._native.n_frames

    @property
    def format(self) -> str:
        """Of the file: "WAV", "FLAC", "MP3", ..."""
        return self._native.format

    @property
    def encoding(self) -> str:
        """Of its samples: "pcm_s16le", "flac", "aac", ..."""
        return self._native.encoding

    @property
    def non_finite_samples(self) -> int:
        """NaN, infinities and absurdly large samples so far; they were made 0."""
        return self._native.non_finite_samples

    @property
    def planned_bytes(self) -> int:
        """What reading takes, at most."""
        return self._native.planned_bytes

    def __iter__(self) -> "Stream":
        return self

    def __next__(self) -> Block:
        if self._buffer is None:
            self._buffer = np.empty(self._shape, np.float32)
        try:
            n_frames = self._native.read_into(self._buffer)
        except BaseException:
            self.close()
            raise
        if n_frames == 0:
            self.close()
            raise StopIteration
        block = self._buffer[:n_frames]
        if self._copy:
            self._buffer = None
        return block

    def close(self) -> None:
        """Ends reading and gives everything back. The block last given stays what it is."""
        self._native.close()

    def __enter__(self) -> "Stream":
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], value: Optional[BaseException],
                 trace: Optional[types.TracebackType]) -> None:
        self.close()


def stream(
    source: Source,
    block: int = 65536,
    sr: Optional[int] = None,
    mono: bool = False,
    copy: bool = False,
    *,
    start: Optional[Seconds] = None,
    duration: Optional[Seconds] = None,
    memory: Optional[Bytes] = None,
    sample_rate: Optional[int] = None,
    stream: Optional[int] = None,
    raw: Optional[str] = None,
    tmpdir: Optional[PathLike] = None,
    tmp_max: Optional[Bytes] = None,
) -> Stream:
    """The samples of any audio as float32 blocks, full scale 1.0.

    ``source`` is what ``analyze()`` takes. Each block has the shape ``(frames, channels)``, or
    ``(frames,)`` with ``mono``, and ``block`` frames; the last one fewer. All blocks lie in one
    buffer: a block is valid until the next one is asked for, unless ``copy`` gives each an array of
    its own. ``start`` and ``duration`` choose a part, in seconds; ``stream`` chooses among the
    audio streams of a container. ``sr`` resamples; ``memory`` refuses what would take more
    beforehand (MemoryLimitError). NaN and infinities become 0 and are counted.

    What comes out does not depend on ``block``. Raises subclasses of tidemark.Error.
    """
    if isinstance(block, bool) or not isinstance(block, (int, np.integer)) or block < 1:
        raise UsageError(f"block: {block!r} is not a number of frames")
    arguments = Arguments("analyze")
    arguments.given(("start", start), ("duration", duration), ("memory", memory),
                    ("stream", stream), ("raw", raw), ("tmp_max", tmp_max))
    arguments.paths(("tmpdir", tmpdir))
    native_input = open_input(source, sample_rate)
    name = path_of(source) if isinstance(source, (str, bytes, os.PathLike)) else b"<input>"
    native = _native.BlockReader(native_input, arguments.of(name), int(block), sr, mono)
    return Stream(native, int(block), mono, copy)
