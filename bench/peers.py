"""What Tidemark is measured against: programs that only decode, and one that analyses."""

import shutil
import subprocess

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
# For comparison only: it looks for the tempo and nothing else.
ANALYSER = ("aubio tempo", "aubio", {"mp3", "flac", "wav"}, ["tempo", "{}"])


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

    def analyser(self, file):
        name, program, formats, arguments = ANALYSER
        if file.format not in formats:
            return {}, []
        path = shutil.which(program)
        return ({name: fill(path, arguments, file.path)}, []) if path else ({}, [name])


def fill(program, arguments, path):
    return [program, *(argument.replace("{}", str(path)) for argument in arguments)]
