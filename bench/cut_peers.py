"""What `tidemark cut` is measured against: programs that cut silence, and those that only copy."""

import dataclasses
import shutil
import subprocess

from cut_bars import CUT, FASTER, WHOLE
from cut_inputs import AUDIO_CODECS, VIDEO

COPY = "copy"  # the job of a program that merely writes its input anew
HOUR_S = 3_600

FFMPEG = ["-v", "error", "-nostdin", "-y", "-i", "{in}"]
# tidemark's own settings of video, so that the encoders do the same work.
VIDEO_CODEC = ["-c:v", "libx264", "-preset", "medium", "-crf", "18", "-c:a", "aac", "-b:a", "128k"]
# Silences from 0.6 s on shrink to 0.4 s at the level where tidemark's threshold is: its job with its
# default margins of 0.2 s. sox leaves what it needs to tell a silence: 0.4 s.
SILENCEREMOVE = (
    "silenceremove=detection=peak:start_periods=1:start_threshold=0.04:start_silence=0.2:"
    "stop_periods=-1:stop_threshold=0.04:stop_duration=0.6:stop_silence=0.4"
)
SOX_SILENCE = ["silence", "-l", "1", "0.05", "4%", "-1", "0.4", "4%"]
AUTO_EDITOR = ["{in}", "-o", "{out}", "--no-open", "--progress", "none", "--quiet"]
AUTO_EDITOR_NAME = "auto-editor"


@dataclasses.dataclass(frozen=True)
class Peer:
    name: str
    program: str
    job: str
    formats: frozenset
    arguments: tuple
    max_s: float = HOUR_S  # of the input

    def takes(self, file, jobs):
        """Of jobs, or of a copy, which is measured beside all."""
        if file.format not in self.formats or file.duration_s > self.max_s:
            return False
        return self.job == COPY or self.job in jobs

    def command(self, path, file, out):
        values = {"{in}": str(file.path), "{out}": str(out)}
        arguments = [values.get(argument, argument) for argument in self.arguments]
        return [path, *arguments]


def ffmpeg_copy(format_name):
    codec = VIDEO_CODEC if format_name == VIDEO else AUDIO_CODECS[format_name]
    arguments = (*FFMPEG, *codec, "{out}")
    return Peer("ffmpeg", "ffmpeg", COPY, frozenset({format_name}), arguments, max_s=float("inf"))


def auto_editor(job, formats, *options):
    arguments = (*AUTO_EDITOR, *options)
    return Peer(AUTO_EDITOR_NAME, AUTO_EDITOR_NAME, job, frozenset(formats), arguments)


WAV = frozenset({"wav"})
PEERS = [
    Peer(
        "ffmpeg -c copy", "ffmpeg", COPY, WAV,
        (*FFMPEG, "-c", "copy", "-rf64", "auto", "{out}"), float("inf"),
    ),
    *map(ffmpeg_copy, [*AUDIO_CODECS, VIDEO]),
    # Its WAV is never RF64; 6 h of 44.1 kHz are below what it can.
    Peer("sox", "sox", COPY, frozenset({"wav", "flac"}), ("{in}", "{out}"), 6 * HOUR_S),
    Peer("sox", "sox", COPY, frozenset({"mp3"}), ("{in}", "-C", "128", "{out}"), 6 * HOUR_S),
    Peer(
        "ffmpeg silenceremove", "ffmpeg", CUT, WAV,
        (*FFMPEG, "-af", SILENCEREMOVE, "-c:a", "pcm_s16le", "{out}"),
    ),
    Peer("sox silence", "sox", CUT, WAV, ("{in}", "{out}", *SOX_SILENCE)),
    auto_editor(CUT, ["wav", "flac", "mp3", "m4a", "mp4", VIDEO]),
    auto_editor(WHOLE, ["wav"], "--edit", "none"),
    auto_editor(FASTER, ["wav"], "--silent-speed", "4"),
]  # fmt: skip


def peers_of(file, jobs):
    """([(Peer, program's path)], [names that are not installed]) for an Input and names of jobs."""
    found, missing = [], []
    for peer in PEERS:
        if peer.takes(file, jobs):
            path = shutil.which(peer.program)
            if path:
                found.append((peer, path))
            else:
                missing.append(peer.name)
    return found, sorted(set(missing))


def auto_editor_version():
    """As it says it; it is installed."""
    command = [AUTO_EDITOR_NAME, "--version"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
