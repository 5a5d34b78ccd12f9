"""AudioStreamTrack: live PCM as a track of aiortc, a drop-in for stream-py's class of that name.

Needs aiortc and PyAV (Debian: python3-aiortc, python3-av), which ``import tidemark`` does not.
"""

import asyncio
from fractions import Fraction
from typing import Any, Dict, Optional, Tuple

import numpy as np
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack  # type: ignore[import]
from av import AudioFrame  # type: ignore[import]

from ._errors import CancelledError, UsageError
from ._track import AudioTrack, TrackStats

_FRAME_MS = 20.0
_FORMATS: Dict[str, str] = {"s16": "s16", "f32": "flt"}
# The loudspeakers that a track's channels stand for, in the order of WAVE, as FFmpeg calls them.
_LAYOUTS = ("mono", "stereo", "3.0", "quad", "5.0", "5.1", "6.1", "7.1")


class TrackEndedError(MediaStreamError, CancelledError):  # type: ignore[misc]
    """The track was stopped: aiortc's error, and one of this package."""


def _ended() -> TrackEndedError:
    return TrackEndedError("the track was stopped")


_Claims = Tuple[Any, Optional[int], Optional[int], Optional[str], bool]


def _of_pcm_data(pcm: Any) -> _Claims:
    """The samples of an object like stream-py's PcmData, and how they are to be read: channels
    first, or last where only that fits, or interleaved."""
    channels, samples = pcm.channels, pcm.samples
    if not isinstance(samples, np.ndarray):
        return samples, pcm.sample_rate, channels, str.__str__(pcm.format), False
    if not (samples.flags.c_contiguous or samples.flags.f_contiguous):
        samples = np.ascontiguousarray(samples)
    planar = samples.ndim == 2 and samples.shape[0] == channels
    return samples, pcm.sample_rate, channels, None, planar


class AudioStreamTrack(MediaStreamTrack):  # type: ignore[misc]
    """Audio that is written as it comes, in pieces of any length, rate, channels and format, and
    sent as frames of 20 ms at the pace of the audio.

    The frames have ``sample_rate`` hertz, ``channels`` (1 to 8) and a ``format``: "s16", which is
    what aiortc's Opus takes, or "f32". At most ``audio_buffer_size_ms`` waits; what is more than
    that gives way, the oldest first. ``overflow``, ``max_latency_ms``, ``fade_ms``, ``conceal``,
    ``correct_drift``, ``target_latency_ms``, ``block_timeout_ms`` and ``max_input_rate`` are those
    of ``tidemark.AudioTrack``; with overflow="block", ``write()`` waits in a thread of the event
    loop's.

    All memory is taken when the track is made; ``recv()`` then makes the frame and nothing else.
    """

    kind = "audio"

    def __init__(self, sample_rate: int = 48000, channels: int = 1, format: str = "s16",
                 audio_buffer_size_ms: float = 30000, *, overflow: str = "drop_oldest",
                 block_timeout_ms: float = 1000, max_latency_ms: float = 0, fade_ms: float = 0,
                 conceal: bool = False, correct_drift: bool = False, target_latency_ms: float = 0,
                 max_input_rate: int = 192000) -> None:
        super().__init__()
        name = str.__str__(format) if isinstance(format, str) else repr(format)
        if name not in _FORMATS:
            raise UsageError(f"format: {name!r} is none of 's16', 'f32'")
        if not audio_buffer_size_ms > 0:
            raise UsageError(f"audio_buffer_size_ms: {audio_buffer_size_ms!r} is not positive")
        self._track = AudioTrack(
            sample_rate, channels, name, frame_ms=_FRAME_MS,
            buffer_ms=max(_FRAME_MS, audio_buffer_size_ms), max_input_rate=max_input_rate,
            overflow=overflow, block_timeout_ms=block_timeout_ms, max_latency_ms=max_latency_ms,
            fade_ms=fade_ms, conceal=conceal, correct_drift=correct_drift,
            target_latency_ms=target_latency_ms)
        self.sample_rate = sample_rate
        self.channels = channels
        self.format = format
        self.audio_buffer_size_ms = audio_buffer_size_ms
        self._native = self._track._native
        self._frame = (_FORMATS[name], _LAYOUTS[channels - 1],
                       self._track.frame_samples)
        self._time_base = Fraction(1, sample_rate)
        self._blocks = overflow == "block"
        self._writing = asyncio.Lock()

    async def write(self, pcm: Any, final: bool = False, *, sample_rate: Optional[int] = None,
                    channels: Optional[int] = None, format: Optional[str] = None,
                    planar: bool = False) -> int:
        """Takes samples; returns how many, per channel at their own rate.

        ``pcm`` is an object with the attributes of stream-py's PcmData (``samples``,
        ``sample_rate``, ``channels``, ``format``), or what ``AudioTrack.write()`` takes, with its
        keywords ``sample_rate``, ``channels``, ``format`` and ``planar``. ``final`` pads what is
        left to a whole frame and writes it. UsageError as there; TrackEndedError after ``stop()``.
        """
        if not isinstance(pcm, np.ndarray) and hasattr(pcm, "samples"):
            if sample_rate or channels or format or planar:
                raise UsageError(f"a {type(pcm).__name__} says its own sample_rate, channels and "
                                 "format")
            claims = _of_pcm_data(pcm)
        else:
            claims = (pcm, sample_rate, channels, format, planar)
        if not self._blocks:
            return self._write(claims, final)
        async with self._writing:
            return await asyncio.get_running_loop().run_in_executor(
                None, self._write, claims, final)

    def _write(self, claims: _Claims, final: bool) -> int:
        try:
            n_taken: int = self._native.write(*claims)
            if final:
                self._native.finish()
            return n_taken
        except CancelledError:
            raise _ended() from None

    async def recv(self) -> AudioFrame:
        """The next 20 ms, once they are due; silence where there is nothing. ``pts`` counts
        samples, in units of 1 / sample_rate. A caller that comes late by more than a frame gets one
        frame at once, and the pace begins anew. TrackEndedError, a MediaStreamError, after
        ``stop()``."""
        loop = asyncio.get_running_loop()
        while True:
            if self.readyState != "live":
                raise _ended()
            now_ns = int(loop.time() * 1e9)
            wait_ns = self._native.next_due_ns(now_ns) - now_ns
            if wait_ns <= 0:
                break
            await asyncio.sleep(wait_ns * 1e-9)
        frame = AudioFrame(*self._frame)
        try:
            frame.pts = self._native.read_pts(frame.planes[0])
        except CancelledError:
            raise _ended() from None
        frame.sample_rate = self.sample_rate
        frame.time_base = self._time_base
        return frame

    async def flush(self) -> None:
        """What was written before is not sent; conversion starts anew. ``pts`` goes on."""
        self._track.flush()

    def stop(self) -> None:
        """Ends the track, a ``recv()`` and a ``write()`` that wait too."""
        super().stop()
        self._track.stop()

    @property
    def stats(self) -> TrackStats:
        """What the track did so far: what waits, what was dropped and why, underruns, drift."""
        return self._track.stats
