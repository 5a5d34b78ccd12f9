"""Uncompressed files where they lie: memmap() and MappedWriter."""

import os
import types
from typing import Any, Dict, Optional, Type

import numpy as np
import numpy.typing as npt

from . import _native
from ._errors import IoError, NoInputError, UnsupportedError, UsageError
from ._inputs import PathLike, path_of

_DTYPES: Dict[str, str] = {
    "pcm_s8": "i1", "pcm_u8": "u1", "pcm_s16le": "<i2", "pcm_s16be": ">i2", "pcm_s32le": "<i4",
    "pcm_s32be": ">i4", "pcm_s64le": "<i8", "pcm_s64be": ">i8", "pcm_f32le": "<f4",
    "pcm_f32be": ">f4", "pcm_f64le": "<f8", "pcm_f64be": ">f8",
}
_WRITABLE = ("uint8", "int16", "int32", "float32", "float64")


class MappedSamples(np.memmap):  # type: ignore[type-arg]
    """The samples of a file, mapped: an array of shape (frames, channels) that also says its
    ``sample_rate`` in hertz, as do its parts."""

    sample_rate: Optional[int] = None

    def __array_finalize__(self, obj: Any) -> None:
        super().__array_finalize__(obj)
        self.sample_rate = getattr(obj, "sample_rate", None)


def memmap(path: PathLike) -> MappedSamples:
    """The samples of an uncompressed file (WAV, RF64, BW64, W64, AIFF, AIFF-C, CAF) as a read-only
    array of shape ``(frames, channels)`` that is mapped, not loaded.

    The type is that of the file: int8, uint8, int16, int32, int64, float32 or float64, big-endian
    (">i2") where the file is. ``.sample_rate`` is in hertz. NumPy has no type for 24 bits: those
    and compressed files raise UnsupportedError; ``stream()`` reads them. The file must not become
    shorter while it is mapped: the system ends processes that look at what is gone.
    """
    name = path_of(path)
    try:
        file = open(name, "rb")
    except OSError as error:
        raise NoInputError(f"{os.fsdecode(name)}: {error.strerror}") from None
    with file:
        found = _native.pcm_extent(file.fileno(), name)
        if found["encoding"] not in _DTYPES:
            raise UnsupportedError(
                f"{os.fsdecode(name)}: holds {found['encoding']}, which is no type of NumPy's; "
                "read it with stream()")
        dtype = np.dtype(_DTYPES[found["encoding"]])
        shape = (found["frames"], found["channels"])
        if found["frames"] == 0:
            samples = np.empty(shape, dtype).view(MappedSamples)
            samples.flags.writeable = False
        else:
            samples = MappedSamples(file, dtype=dtype, mode="r", offset=found["offset"],
                                    shape=shape)
    samples.sample_rate = found["sample_rate"]
    return samples


class MappedWriter:
    """Writes a WAV, RF64 past 4 GiB, without holding it: a context manager.

    With ``frames`` given, ``samples`` is a writable array of shape ``(frames, channels)`` mapped
    over the file, to be filled in any order, and what is not filled is silence; or ``write()``
    takes the frames in turn, as many as were announced. Without ``frames``, ``write()`` takes any
    number. ``dtype`` is uint8, int16, int32, float32 or float64; nothing is converted.

    The file is written beside its name and takes the name when the ``with`` block, or ``close()``,
    succeeds; an exception in the block, or ``abort()``, leaves nothing. A file that exists is
    refused (UsageError) unless ``overwrite``. One thread at a time.
    """

    def __init__(self, path: PathLike, sample_rate: int, channels: int,
                 dtype: "npt.DTypeLike" = "int16", frames: Optional[int] = None,
                 overwrite: bool = False) -> None:
        self._dtype = np.dtype(dtype)
        if self._dtype.name not in _WRITABLE or self._dtype.byteorder == ">":
            raise UsageError(f"dtype: {self._dtype} cannot be written; one of "
                             f"{', '.join(_WRITABLE)} can")
        if not 1 <= channels <= 64:
            raise UsageError(f"channels: {channels} is not within 1 to 64")
        if not 4000 <= sample_rate <= 768000:
            raise UsageError(f"sample_rate: {sample_rate} Hz is not within 4000 to 768000 Hz")
        if frames is not None and frames < 0:
            raise UsageError(f"frames: {frames} is negative")
        self._path = os.fsdecode(path_of(path))
        self._channels = int(channels)
        self._frames = frames
        self._native: Optional[_native.WavWriter] = _native.WavWriter(
            path_of(path), int(sample_rate), self._channels, self._dtype.kind,
            self._dtype.itemsize, frames, overwrite)
        self._samples: Optional["npt.NDArray[Any]"] = None
        self.sample_rate = int(sample_rate)

    def _open(self) -> _native.WavWriter:
        if self._native is None:
            raise UsageError(f"{self._path}: the writer is closed")
        return self._native

    @property
    def frames_written(self) -> int:
        """By write(), so far."""
        return self._open().n_frames

    @property
    def samples(self) -> "npt.NDArray[Any]":
        """All of the file, mapped, writable; wants ``frames``, and excludes ``write()``."""
        native = self._open()
        if self._frames is None:
            raise UsageError(f"{self._path}: samples can be mapped where frames= says how many")
        if native.n_frames > 0:
            raise UsageError(f"{self._path}: is being written by write()")
        if self._samples is None:
            shape = (self._frames, self._channels)
            if self._frames == 0:
                self._samples = np.empty(shape, self._dtype)
            else:
                with os.fdopen(os.dup(native.fd), "r+b") as file:
                    self._samples = np.memmap(file, dtype=self._dtype, mode="r+",
                                              offset=native.data_offset, shape=shape)
        return self._samples

    def write(self, samples: "npt.NDArray[Any]") -> None:
        """The next frames: shape ``(n, channels)``, or ``(n,)`` where there is one channel; of the
        writer's dtype; C-contiguous."""
        native = self._open()
        if self._samples is not None:
            raise UsageError(f"{self._path}: is being filled through samples")
        if not isinstance(samples, np.ndarray):
            raise UsageError(f"{type(samples).__name__} is not a NumPy array")
        if samples.dtype != self._dtype:
            raise UsageError(f"the array holds {samples.dtype}, the file {self._dtype}; convert it "
                             "with astype()")
        shape = samples.shape if samples.ndim == 2 else samples.shape + (1,)
        if len(shape) != 2 or shape[1] != self._channels:
            raise UsageError(f"the array's shape is {samples.shape}, not (frames, "
                             f"{self._channels})")
        if not samples.flags.c_contiguous:
            raise UsageError("the array is not contiguous; numpy.ascontiguousarray() makes it so")
        if self._frames is not None and native.n_frames + len(samples) > self._frames:
            raise UsageError(f"{self._path}: {self._frames} frames were announced, and "
                             f"{native.n_frames + len(samples)} would be written")
        native.write(samples)

    def close(self) -> None:
        """Completes the file and gives it its name. UsageError, and nothing is left, where fewer
        frames than announced were written. Closing twice does no harm."""
        if self._native is None:
            return
        native = self._native
        try:
            if isinstance(self._samples, np.memmap):
                self._samples.flush()
            native.commit(self._samples is not None)
        except OSError as error:
            if isinstance(error, IoError):
                raise
            raise IoError(f"{self._path}: {error}") from error
        finally:
            native.abort()
            self._native = None
            self._samples = None

    def abort(self) -> None:
        """Leaves nothing behind."""
        if self._native is not None:
            self._native.abort()
            self._native = None
            self._samples = None

    def __enter__(self) -> "MappedWriter":
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], value: Optional[BaseException],
                 trace: Optional[types.TracebackType]) -> None:
        if kind is None:
            self.close()
        else:
            self.abort()
