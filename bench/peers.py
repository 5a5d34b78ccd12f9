"""What Tidemark is measured against: programs that only decode, and two that look for the tempo."""

import importlib.util
import pathlib
import shutil
import subprocess
import sys

from bars import AUBIO, LIBROSA

# name: (the program it needs, the formats it reads, its arguments with {} for the file)
DECODERS = {
    "mpg123": ("mpg123", {"mp3"}, ["-q", "-t", "{}"]),
    "flac": ("flac", {"flac"}, ["-s", "-t", "{}"]),
    "sox": ("sox", {"mp3", "flac", "wav"}, ["{}", "-n"]),
    "ffmpeg": (
        "ffmpeg",
        {"mp3", "flac", "m4a", "wav"},
        ["-v", "error", "-nostdin", "-i", "{}", "-f", "null", "-"],
    ),
    "ffmpeg, 1 thread": (
        "ffmpeg",
        {"mp3", "flac", "m4a", "wav"},
        ["-v", "error", "-nostdin", "-threads", "1", "-i", "{}", "-f", "null", "-"],
    ),
}
SNDFILE = "libsndfile"
SNDFILE_FORMATS = {"mp3", "flac", "wav"}
# Debian's aubio reads these files itself: its time has its decoding in it, as ours has.
AUBIO_INPUTS = {"3min.mp3", "3min.flac", "3min.wav", "1h.mp3"}
LIBROSA_INPUTS = {"3min.mp3"}  # it holds all samples at once
LIBROSA_SCRIPT = pathlib.Path(__file__).with_name("librosa_tempo.py")


def build_sndfile_decode(source, folder):
    """Path of the compiled decoder loop, or None where it does not compile."""
    program = folder / "sndfile_decode"
    if program.exists() and program.stat().st_mtime > source.stat().st_mtime:
        return program
    command = ["g++", "-std=c++20", "-O2", str(source), "-o", str(program), "-lsndfile"]
    done = subprocess.run(command, capture_output=True, check=False)
    return program if done.returncode == 0 else None


class Peers:
    def __init__(self, sndfile_decode):
        self.sndfile_decode = sndfile_decode

    def decoders(self, file):
        """({name: command}, [names that are missing here]) for an Input."""
        commands, missing = {}, []
        for name, (program, formats, arguments) in DECODERS.items():
            if file.format not in formats:
                continue
            path = shutil.which(program)
            if path:
                commands[name] = fill(path, arguments, file.path)
            else:
                missing.append(name)
        if file.format in SNDFILE_FORMATS:
            if self.sndfile_decode:
                commands[SNDFILE] = [str(self.sndfile_decode), str(file.path)]
            else:
                missing.append(SNDFILE)
        return commands, missing

    def tempo_tools(self, file):
        """({name: command}, {name: why it is missing here}) for an Input."""
        commands, missing = {}, {}
        if file.path.name in AUBIO_INPUTS:
            path = shutil.which("aubio")
            if path:
                commands[AUBIO] = [path, "tempo", str(file.path)]
            else:
                missing[AUBIO] = "aubio is not installed"
        if file.path.name in LIBROSA_INPUTS:
            if importlib.util.find_spec("librosa"):
                commands[LIBROSA] = [sys.executable, str(LIBROSA_SCRIPT), str(file.path)]
            else:
                missing[LIBROSA] = "python3 has no librosa here"
        return commands, missing


def fill(program, arguments, path):
    return [program, *(argument.replace("{}", str(path)) for argument in arguments)]
