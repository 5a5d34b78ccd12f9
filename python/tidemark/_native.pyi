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
