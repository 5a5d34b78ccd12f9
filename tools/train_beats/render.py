"""Sound for the network to hear: composed pieces played by FluidSynth, and files of a corpus."""

import os
import pathlib
import subprocess
import tempfile

import numpy as np

import compose
import features
import midi

SOUND_FONT = pathlib.Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")  # of fluid-soundfont-gm
FAINTEST_PEAK = 1e-4  # of full scale


class RenderError(Exception):
    """Says which piece or file could not be turned into sound, and what to do."""


def run(command, what, package):
    """The standard output of a command, as bytes."""
    try:
        return subprocess.run(command, check=True, capture_output=True).stdout
    except FileNotFoundError:
        raise RenderError(f"{what}: there is no {command[0]}; install {package}") from None
    except subprocess.CalledProcessError as error:
        lines = error.stderr.decode(errors="replace").strip().splitlines() or ["it says no more"]
        raise RenderError(f"{what}: {command[0]} failed: {lines[-1]}") from None


def decoded(path):
    """Mono float32 samples at features.SAMPLE_RATE_HZ of an audio file."""
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-ac", "1"]
    command += ["-ar", str(features.SAMPLE_RATE_HZ), "-f", "f32le", "-"]
    return np.frombuffer(run(command, path, "ffmpeg"), np.float32)


def played(piece, rng, what):
    """The piece as FluidSynth plays it, mono, at a drawn gain and with or without reverberation."""
    if not SOUND_FONT.exists():
        raise RenderError(f"{what}: there is no {SOUND_FONT}; install fluid-soundfont-gm")
    with tempfile.TemporaryDirectory() as folder:
        score, sound = pathlib.Path(folder, "piece.mid"), pathlib.Path(folder, "piece.raw")
        score.write_bytes(midi.file_bytes(piece.events))
        gain, reverb = round(float(rng.uniform(0.2, 0.7)), 2), int(rng.random() < 0.6)
        command = ["fluidsynth", "-ni", "-q", "-F", str(sound), "-T", "raw", "-O", "s16"]
        command += ["-r", str(features.SAMPLE_RATE_HZ), "-g", str(gain), "-R", str(reverb)]
        run([*command, "-C", "0", str(SOUND_FONT), str(score)], what, "fluidsynth")
        stereo = np.fromfile(sound, np.int16).reshape(-1, 2)
    samples = stereo.mean(1).astype(np.float32) / 32768
    return samples[: int(compose.DURATION_S * features.SAMPLE_RATE_HZ)]


def recorded(samples, rng):
    """A quarter of the pieces get white noise 8 to 35 dB below, a tenth is overdriven."""
    kind = rng.random()
    if kind < 0.25:
        noise = rng.normal(0, 1, len(samples)).astype(np.float32)
        rms = np.sqrt(np.mean(samples**2))
        return samples + noise * rms * 10 ** (-rng.uniform(8, 35) / 20)
    if kind < 0.35:
        drive = 8 * rng.random() / max(1e-3, np.abs(samples).max())
        return np.tanh(samples * drive).astype(np.float32)
    return samples


def render_piece(number, folder):
    """Makes folder/NUMBER.npz with `magnitudes`, `beats_s` and `downbeats_s` unless it is there,
    and returns its path. Half precision: 800 KB each."""
    path = pathlib.Path(folder, f"{number:04d}.npz")
    if path.exists():
        return path
    piece, rng = compose.piece_of(number)
    samples = recorded(played(piece, rng, f"piece {number}"), rng)
    store(piece, samples, path, f"piece {number}")
    return path


def store(piece, samples, path, what):
    """Writes what is fitted to; half precision."""
    if np.abs(samples).max() <= FAINTEST_PEAK:
        raise RenderError(f"{what}: nothing audible was played; is {SOUND_FONT} whole?")
    unfinished = path.with_suffix(f".{os.getpid()}.part")
    with open(unfinished, "wb") as file:
        np.savez(
            file,
            magnitudes=features.magnitudes(samples).astype(np.float16),
            beats_s=piece.beats_s,
            downbeats_s=piece.downbeats_s,
        )
    unfinished.rename(path)
