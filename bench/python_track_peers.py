"""What bench/python_track compares with: a track that holds bytes in a bytearray, gives a frame as a
copied slice that is then deleted in place, and resamples 16 bits with PyAV. Re-expressed from its
behaviour; the order of its steps is what costs, not their wording."""

import asyncio
import dataclasses
import fractions

import av
import numpy as np


@dataclasses.dataclass
class PcmData:
    """Mono, 16 bits."""

    samples: np.ndarray
    sample_rate: int
    format: str = "s16"
    channels: int = 1


class BytearrayTrack:
    """Frames of 20 ms, mono, 16 bits."""

    def __init__(self, sample_rate, buffer_ms):
        self.sample_rate = sample_rate
        self.frame_bytes = 2 * (sample_rate // 50)
        self.most_bytes = 2 * sample_rate * buffer_ms // 1000
        self.held = bytearray()
        self.lock = asyncio.Lock()
        self.start_s = None
        self.pts = 0
        self.resampler = None

    def converted(self, pcm):
        """Bytes at the track's rate."""
        if pcm.sample_rate == self.sample_rate:
            return pcm.samples.tobytes()
        if self.resampler is None:
            self.resampler = av.AudioResampler(format="s16", layout="mono", rate=self.sample_rate)
        frame = av.AudioFrame.from_ndarray(pcm.samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = pcm.sample_rate
        return b"".join(part.to_ndarray().tobytes() for part in self.resampler.resample(frame))

    async def write(self, pcm):
        new = self.converted(pcm)
        async with self.lock:
            self.held.extend(new)
            if len(self.held) > self.most_bytes:
                del self.held[:len(self.held) - self.most_bytes]

    def take(self):
        """A frame's bytes; silence where there are too few."""
        if len(self.held) < self.frame_bytes:
            return bytes(self.frame_bytes)
        data = bytes(self.held[:self.frame_bytes])
        del self.held[:self.frame_bytes]
        return data

    async def recv(self):
        loop = asyncio.get_running_loop()
        if self.start_s is None:
            self.start_s = loop.time()
        else:
            self.pts += self.frame_bytes // 2
            wait_s = self.start_s + self.pts / self.sample_rate - loop.time()
            if wait_s > 0:
                await asyncio.sleep(wait_s)
        async with self.lock:
            data = self.take()
        frame = av.AudioFrame(format="s16", layout="mono", samples=self.frame_bytes // 2)
        frame.planes[0].update(data)
        frame.pts = self.pts
        frame.sample_rate = self.sample_rate
        frame.time_base = fractions.Fraction(1, self.sample_rate)
        return frame
