"""AudioTrack: live PCM between two threads."""

import types
from dataclasses import dataclass
from typing import Any, Dict, Iterator, Optional, Type, Union

import numpy as np
import numpy.typing as npt

from . import _native
from ._errors import CancelledError, UsageError
from ._native import FrameInfo

Frame = Union["npt.NDArray[Any]", bytearray]
"""A frame: an array of shape (frame_samples, channels), or a bytearray of samples of 24 bits."""

_DTYPES: Dict[str, Type[Any]] = {"s16": np.int16, "s32": np.int32, "f32": np.float32,
                                 "flt": np.float32}


@dataclass(frozen=True)
class TrackStats:
    """What a track did so far. Samples count per channel at the track's rate."""

    buffered_ms: float
    """What waits to be read."""
    high_water_ms: float
    """The most that ever waited."""
    written: int
    """Samples that came into the buffer."""
    read: int
    """Samples of audio that came out."""
    silent: int
    """Samples of silence that came out instead."""
    dropped_oldest: int
    """Samples that gave way to newer ones."""
    dropped_newest: int
    """Samples that did not fit, or whose writer waited in vain."""
    dropped_late: int
    """Samples over ``max_latency_ms``."""
    flushed: int
    """Samples that ``flush()`` removed."""
    underruns: int
    """How often audio ran out."""
    reanchors: int
    """How often the pace began anew after a stall."""
    non_finite: int
    """NaN and infinities that were written, and taken as 0; single values."""
    drift_ppm: float
    """The writer's clock against the reader's, estimated."""
    held_bytes: int
    """All memory of the track; never changes."""


def _real(name: str, value: float) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise UsageError(f"{name}: {value!r} is not a number") from None


def _whole(name: str, value: int) -> int:
    number = _real(name, value)
    if isinstance(value, str) or number != number or abs(number) > 2**30 or int(number) != number:
        raise UsageError(f"{name}: {value!r} is not a whole number within reason")
    return int(number)


def _text(name: str, value: str) -> str:
    if not isinstance(value, str):
        raise UsageError(f"{name}: {value!r} is not text")
    return str.__str__(value)  # also of an enumeration whose members are texts


class AudioTrack:
    """Live PCM between two threads, in memory that is fixed when the track is made.

    One thread writes pieces of any length and format, another reads frames of ``frame_ms``: at
    once, or at the pace of the audio. Too much is dropped by the rule of ``overflow`` and counted;
    what is missing is silence; neither clicks.

    The frames have ``sample_rate`` hertz (4,000 to 192,000), ``channels`` (1 to 8, in WAVE order)
    and a ``format``: "s16", "s24" (packed), "s32" or "f32", interleaved. A frame lasts 2.5 to 60 ms.

    ``overflow``, where more than ``buffer_ms`` waits: "drop_oldest", "drop_newest", or "block": the
    writer waits for the reader, at most ``block_timeout_ms``. ``max_latency_ms``: where more waits
    when a frame is read, the oldest is skipped; 0: no such bound, else at least two frames.
    ``fade_ms``: of the crossfade where audio was dropped and of the fades to and from silence; 0
    for none. ``conceal`` fills the first 60 ms of a gap with the last pitch period (ITU-T G.711
    Appendix I). ``correct_drift`` slows or speeds what is written by up to 1,000 ppm, so that what
    waits stays near ``target_latency_ms`` though the clocks differ. ``max_input_rate`` is the
    highest rate that can be written, in hertz.

    Threads: one writer and one reader at a time, each any thread; a second one is refused with
    UsageError. Everything else from any thread. A context manager, which stops the track.
    """

    __slots__ = ("_native", "_dtype", "sample_rate", "channels", "format", "__weakref__")

    def __init__(self, sample_rate: int = 48000, channels: int = 1, format: str = "s16", *,
                 frame_ms: float = 20, buffer_ms: float = 30000, max_input_rate: int = 192000,
                 overflow: str = "drop_oldest", block_timeout_ms: float = 1000,
                 max_latency_ms: float = 0, fade_ms: float = 5, conceal: bool = False,
                 correct_drift: bool = False, target_latency_ms: float = 0) -> None:
        self._native = _native.Track(
            _whole("sample_rate", sample_rate), _whole("channels", channels),
            _text("format", format), _real("frame_ms", frame_ms), _real("buffer_ms", buffer_ms),
            _whole("max_input_rate", max_input_rate), _text("overflow", overflow),
            _real("block_timeout_ms", block_timeout_ms), _real("max_latency_ms", max_latency_ms),
            _real("fade_ms", fade_ms), bool(conceal), bool(correct_drift),
            _real("target_latency_ms", target_latency_ms))
        self._dtype = _DTYPES.get(_text("format", format))
        self.sample_rate = int(sample_rate)
        """Of the frames, in hertz."""
        self.channels = int(channels)
        """Of the frames."""
        self.format = "f32" if _text("format", format) == "flt" else _text("format", format)
        """Of the frames: "s16", "s24", "s32" or "f32"."""

    @property
    def frame_samples(self) -> int:
        """Samples of a frame, per channel."""
        return self._native.frame_samples

    @property
    def frame_bytes(self) -> int:
        """Bytes of a frame."""
        return self._native.frame_bytes

    @property
    def stopped(self) -> bool:
        """Whether ``stop()`` was called."""
        return self._native.stopped

    def write(self, data: Any, sample_rate: Optional[int] = None, channels: Optional[int] = None,
              format: Optional[str] = None, planar: bool = False) -> int:
        """Takes samples, converted; returns how many, per channel at their own rate.

        ``data`` is a NumPy array, or anything else with the buffer protocol, of int16, int32 or
        float32 (full scale 1.0): ``(n,)``, which is one channel unless ``channels`` says more;
        ``(n, channels)``; or with ``planar`` ``(channels, n)``. Bytes, bytearrays and memoryviews of
        bytes need ``format``, and have the track's channels unless ``channels`` says otherwise.
        ``sample_rate`` is in hertz, by default the track's. Formats may change between calls.
        Nothing is copied but into the track's buffer.

        All is taken unless the overflow rule leaves some of it. UsageError: data that cannot be
        samples, an array that is not contiguous, a format out of range. CancelledError: the track
        was stopped.
        """
        return self._native.write(data, sample_rate, channels, format, planar)

    def finish(self) -> None:
        """Writes what the conversion holds back, and fills the last frame with silence. What is
        written later starts anew. CancelledError: the track was stopped."""
        self._native.finish()

    def read_into(self, out: Any, paced: bool = False) -> FrameInfo:
        """Fills ``out`` with the next frame, and says what it is. Allocates nothing besides.

        ``out`` is a writable, contiguous array of the track's type, ``(frame_samples, channels)``
        or flat, or ``frame_bytes`` bytes. At once: with audio if a whole frame of it is there, else
        with silence. ``paced`` waits until the frame is due: the first at once, each other one when
        those before it have been played. A reader that comes late by more than a frame gets one
        frame at once, and the pace begins anew. UsageError: an ``out`` of another type or size.
        CancelledError: the track was stopped, which also ends the wait.
        """
        return self._native.read_into(out, paced)

    def read(self, out: Any = None, paced: bool = False) -> Any:
        """The next frame: ``out``, filled as ``read_into()`` does, or a new array of shape
        ``(frame_samples, channels)``; of format "s24" a bytearray."""
        if out is None:
            out = self._new_frame()
        self._native.read_into(out, paced)
        return out

    def frames(self, paced: bool = True, copy: bool = False) -> Iterator[Frame]:
        """The frames, one after the other, at the pace of the audio unless ``paced`` is false,
        until nothing is left after ``finish()``, or ``stop()``. All lie in one buffer, valid until
        the next one is asked for, unless ``copy`` gives each its own."""
        frame = self._new_frame()
        while True:
            try:
                info = self._native.read_into(frame, paced)
            except CancelledError:
                return
            if info.end:
                return
            yield frame
            if copy:
                frame = self._new_frame()

    def __iter__(self) -> Iterator[Frame]:
        return self.frames()

    def _new_frame(self) -> Frame:
        if self._dtype is None:
            return bytearray(self._native.frame_bytes)
        return np.empty((self._native.frame_samples, self.channels), self._dtype)

    def flush(self) -> None:
        """What was written before is not read after; conversion starts anew. Timestamps go on."""
        self._native.flush()

    def stop(self) -> None:
        """Ends the track: calls that wait and all later ones raise CancelledError."""
        self._native.stop()

    @property
    def stats(self) -> TrackStats:
        """What the track did so far, at this moment."""
        return TrackStats(**self._native.stats())

    def __enter__(self) -> "AudioTrack":
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], value: Optional[BaseException],
                 trace: Optional[types.TracebackType]) -> None:
        self.stop()
