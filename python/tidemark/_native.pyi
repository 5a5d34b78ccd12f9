"""The engine for the package; use the package."""

from typing import Any, Callable, Dict, List, Optional

import numpy as np
import numpy.typing as npt

__version__: str

class Cancellation:
    """A request to stop; request() from any thread."""

    def __init__(self) -> None: ...
    def request(self) -> None: ...
    @property
    def requested(self) -> bool: ...

class Input:
    """What is read; made by its static functions."""

    @staticmethod
    def of_path(path: bytes) -> Input: ...
    @staticmethod
    def of_descriptor(fd: int, name: bytes) -> Input: ...
    @staticmethod
    def of_reader(read: object, name: bytes) -> Input: ...
    @staticmethod
    def of_array(array: npt.NDArray[Any], sample_rate: int, name: bytes) -> Input: ...

class BlockReader:
    """An input as blocks of float samples."""

    def __init__(
        self,
        input: Input,
        arguments: List[bytes],
        block_frames: int,
        sample_rate: Optional[int],
        mono: bool,
    ) -> None: ...
    def read_into(self, out: npt.NDArray[np.float32]) -> int: ...
    def close(self) -> None: ...
    @property
    def channels(self) -> int: ...
    @property
    def sample_rate(self) -> int: ...
    @property
    def n_frames(self) -> Optional[int]: ...
    @property
    def format(self) -> str: ...
    @property
    def encoding(self) -> str: ...
    @property
    def non_finite_samples(self) -> int: ...
    @property
    def planned_bytes(self) -> int: ...

class WavWriter:
    """A WAV or RF64 that is written piece by piece."""

    def __init__(
        self,
        path: bytes,
        sample_rate: int,
        channels: int,
        kind: str,
        n_bytes: int,
        n_frames: Optional[int],
        overwrite: bool,
    ) -> None: ...
    def write(self, samples: npt.NDArray[Any]) -> None: ...
    def commit(self, filled: bool) -> None: ...
    def abort(self) -> None: ...
    @property
    def fd(self) -> int: ...
    @property
    def data_offset(self) -> int: ...
    @property
    def n_frames(self) -> int: ...

def analyze(
    input: Input,
    arguments: List[bytes],
    cancellation: Cancellation,
    progress: Optional[Callable[[float, float], object]] = None,
) -> Dict[str, Any]: ...
def cut(
    arguments: List[bytes],
    cancellation: Cancellation,
    progress: Optional[Callable[[float, float], object]] = None,
) -> Dict[str, Any]: ...
def pcm_extent(fd: int, name: bytes) -> Dict[str, Any]: ...

class FrameInfo:
    """What one frame of a track was."""

    @property
    def pts(self) -> int:
        """Samples since the first frame, silence included."""
    @property
    def audio(self) -> bool:
        """Whether audio was there; else it is silence."""
    @property
    def end(self) -> bool:
        """Whether nothing is left after finish()."""

class Track:
    """Live PCM between two threads."""

    def __init__(
        self,
        sample_rate: int,
        channels: int,
        format: str,
        frame_ms: float,
        buffer_ms: float,
        max_input_rate: int,
        overflow: str,
        block_timeout_ms: float,
        max_latency_ms: float,
        fade_ms: float,
        conceal: bool,
        correct_drift: bool,
        target_latency_ms: float,
    ) -> None: ...
    def write(
        self,
        data: Any,
        sample_rate: Optional[int],
        channels: Optional[int],
        format: Optional[str],
        planar: bool,
    ) -> int: ...
    def finish(self) -> None: ...
    def read_into(self, out: Any, paced: bool) -> FrameInfo: ...
    def read_pts(self, out: Any) -> int: ...
    def next_due_ns(self, now_ns: int) -> int: ...
    def flush(self) -> None: ...
    def stop(self) -> None: ...
    def stats(self) -> Dict[str, Any]: ...
    @property
    def stopped(self) -> bool: ...
    @property
    def frame_samples(self) -> int: ...
    @property
    def frame_bytes(self) -> int: ...
