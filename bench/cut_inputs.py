"""Makes the inputs of bench/cut below build/bench/inputs/speech, once.

Three minutes of 35 phrases, each of syllables of a buzzing voice, with pauses of about 1 to 2.5
seconds between them and a room's noise under all: what `tidemark cut` makes 35 clips of. The long
files repeat it, so that an hour has 700.
"""

import array
import dataclasses
import math
import pathlib
import random
import wave

from inputs import CODECS, RATE_HZ, Maker

PIECE_S = 180
N_PHRASES = 35
ENVELOPE_HZ = 1_000
WAV_BYTES_PER_S = 4 * RATE_HZ
VIDEO = "video"  # the format of H.264 at 1080p with AAC; "mp4" is AAC alone
EXTENSIONS = {VIDEO: "mp4"}
VIDEO_SOURCE = "testsrc2=size=1920x1080:rate=30"
VIDEO_CODEC = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]
AUDIO_CODECS = {**CODECS, "mp4": CODECS["m4a"], "wav": [*CODECS["wav"], "-rf64", "auto"]}
# (harmonic of 118 Hz, amplitude)
VOICE = [(1, 1.0), (2, 0.5), (6, 0.4), (10, 0.3), (22, 0.15)]


@dataclasses.dataclass
class Input:
    path: pathlib.Path
    format: str
    length: str
    duration_s: float


def envelope(seed=4):
    """How loud the voice is, ENVELOPE_HZ times a second: 16 bits."""
    rng = random.Random(seed)
    levels = array.array("h", bytes(2 * PIECE_S * ENVELOPE_HZ))
    phrase_s = PIECE_S / N_PHRASES
    for phrase in range(N_PHRASES):
        at_s = phrase * phrase_s + 0.6 + 0.5 * rng.random()
        end_s = (phrase + 1) * phrase_s - 0.6 - 1.2 * rng.random()
        level = 0.2 + 0.7 * rng.random()
        while at_s < end_s:
            syllable_s = min(0.08 + 0.25 * rng.random(), end_s - at_s)
            begin, n = round(at_s * ENVELOPE_HZ), round(syllable_s * ENVELOPE_HZ)
            for index in range(n):
                arch = math.sin(math.pi * (index + 0.5) / n) ** 0.5
                levels[begin + index] = round(32_767 * level * arch)
            at_s += syllable_s + 0.1 * rng.random()
    return levels


def voice_filter():
    """The envelope times the voice, a little to the left, over noise at -54 dBFS or so."""
    partials = "+".join(f"{level}*sin(2*PI*{118 * n}*t)" for n, level in VOICE)
    noise = f"anoisesrc=color=pink:r={RATE_HZ}:a=0.002:d={PIECE_S}"
    return ";".join(
        [
            f"[0:a]aresample={RATE_HZ}[envelope]",
            f"aevalsrc='0.35*({partials})':s={RATE_HZ}:d={PIECE_S}[voice]",
            "[voice][envelope]amultiply,pan=stereo|c0=0.9*c0|c1=0.7*c0[speech]",
            f"{noise}:seed=1[l]",
            f"{noise}:seed=2[r]",
            "[l][r]join=inputs=2:channel_layout=stereo[room]",
            "[speech][room]amix=inputs=2:normalize=0:duration=longest,alimiter=limit=0.95[out]",
        ]
    )


class SpeechMaker(Maker):
    def piece(self):
        path = self.folder / "piece.wav"
        if path.exists():
            return path
        shape = self.folder / "envelope.wav"
        with wave.open(str(shape), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(ENVELOPE_HZ)
            file.writeframes(envelope().tobytes())
        mix = ["-filter_complex", voice_filter(), "-map", "[out]", "-t", PIECE_S]
        return self.ffmpeg(path, "-i", shape, *mix, *CODECS["wav"])

    def make(self, format_name, length, duration_s):
        """The Input, or None where the disk is too small."""
        name = f"{length}_1080p" if format_name == VIDEO else length
        path = self.folder / f"{name}.{EXTENSIONS.get(format_name, format_name)}"
        # WAV for all of them: none is larger.
        if not self.fits(path, duration_s * WAV_BYTES_PER_S):
            return None
        speech = ["-stream_loop", "-1", "-i", self.piece()]
        if format_name == VIDEO:
            picture = ["-f", "lavfi", "-i", VIDEO_SOURCE]
            codec = [*VIDEO_CODEC, *AUDIO_CODECS["mp4"]]
            self.ffmpeg(path, *picture, *speech, "-t", duration_s, *codec)
        else:
            self.ffmpeg(path, *speech, "-t", duration_s, *AUDIO_CODECS[format_name])
        return Input(path, format_name, length, duration_s)
