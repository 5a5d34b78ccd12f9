"""Makes the inputs below build/bench/inputs, once: long files in four formats, and short ones.

A three-minute stereo piece is mixed from the bundled sample at three pitches and tempos, with pink
noise under it, so that it compresses as music does (FLAC to 50 to 60 %). The long files repeat it.
"""

import dataclasses
import os
import pathlib
import shutil
import subprocess

RATE_HZ = 44_100
PIECE_S = 180
N_SHORT = 1_000
N_CLIPS = 5  # per format; the short files are links to them
CLIP_S = 3

CODECS = {
    "mp3": ["-c:a", "libmp3lame", "-b:a", "128k"],
    "flac": ["-c:a", "flac"],
    "m4a": ["-c:a", "aac", "-b:a", "128k"],
    "wav": ["-c:a", "pcm_s16le"],
}
# Formats whose packets can be repeated as they are, which spares hours of encoding.
COPIED = {"mp3", "m4a"}
SPARE_BYTES = 1 << 30
BYTES_PER_S = {"mp3": 16_000, "flac": 110_000, "m4a": 16_500, "wav": 4 * RATE_HZ}


@dataclasses.dataclass
class Input:
    path: pathlib.Path
    format: str
    length: str
    duration_s: float


def mix_filter():
    """The sample left, a fourth higher right, a minor third lower in the middle, over noise."""
    noise = f"anoisesrc=color=pink:r={RATE_HZ}:a=0.022"
    return ";".join(
        [
            f"[0:a]aresample={RATE_HZ},volume=0.8,pan=stereo|c0=c0|c1=0.3*c0[a]",
            f"[1:a]asetrate=22050*1.3348,aresample={RATE_HZ},adelay=5000,volume=0.6,"
            "pan=stereo|c0=0.3*c0|c1=c0[b]",
            f"[2:a]asetrate=22050*0.8409,aresample={RATE_HZ},adelay=9000,volume=0.6,"
            "pan=stereo|c0=0.7*c0|c1=0.7*c0[c]",
            f"{noise}:seed=1[l]",
            f"{noise}:seed=2[r]",
            "[l][r]join=inputs=2:channel_layout=stereo[n]",
            "[a][b][c][n]amix=inputs=4:normalize=0:duration=longest,alimiter=limit=0.95[out]",
        ]
    )


class Maker:
    """Makes files in `folder` with ffmpeg, each once."""

    def __init__(self, folder, say):
        self.folder, self.say = folder, say
        folder.mkdir(parents=True, exist_ok=True)

    def ffmpeg(self, path, *arguments):
        """Writes `path` under another name first: an interrupted run leaves nothing to trust."""
        if path.exists():
            return path
        self.say(f"making {path.name}")
        part = path.with_name(f"part.{path.name}")
        command = ["ffmpeg", "-v", "error", "-nostdin", "-y", *map(str, arguments), str(part)]
        subprocess.run(command, check=True)
        part.rename(path)
        return path

    def fits(self, path, n_bytes):
        """Whether `path` is there, or the disk has room for it and SPARE_BYTES more."""
        if path.exists() or shutil.disk_usage(self.folder).free >= n_bytes + SPARE_BYTES:
            return True
        self.say(f"skipping {path.name}: {n_bytes / 1e9:.1f} GB and 1 GB to spare do not fit")
        return False


class InputMaker(Maker):
    def __init__(self, folder, sample, say):
        super().__init__(folder, say)
        self.sample = sample

    def piece(self):
        sample = ["-stream_loop", "-1", "-i", self.sample]
        return self.ffmpeg(
            self.folder / "piece.wav",
            *sample, *sample, *sample,
            "-filter_complex", mix_filter(), "-map", "[out]", "-t", PIECE_S, *CODECS["wav"],
        )  # fmt: skip

    def long(self, format_name, length, duration_s, shorter):
        """The Input, or None where the disk is too small; `shorter` is one of the same format."""
        path = self.folder / f"{length}.{format_name}"
        if not self.fits(path, duration_s * BYTES_PER_S[format_name]):
            return None
        if shorter and format_name in COPIED and duration_s % shorter.duration_s == 0:
            source, codec = shorter.path, ["-c", "copy"]
        else:
            source, codec = self.piece(), CODECS[format_name]
        self.ffmpeg(path, "-stream_loop", "-1", "-i", source, "-t", duration_s, *codec)
        return Input(path, format_name, length, duration_s)

    def short(self):
        """N_SHORT files of CLIP_S seconds, their formats in turn."""
        folder = self.folder / "short"
        folder.mkdir(exist_ok=True)
        clips = []
        for number in range(N_CLIPS):
            for format_name, codec in CODECS.items():
                cut = ["-ss", 11 * number, "-t", CLIP_S, "-i", self.piece()]
                clips.append(self.ffmpeg(folder / f"clip{number}.{format_name}", *cut, *codec))
        paths = []
        for number in range(N_SHORT):
            clip = clips[number % len(clips)]
            path = folder / f"{number + 1:04}{clip.suffix}"
            if not path.exists():
                os.link(clip, path)
            paths.append(path)
        return paths
