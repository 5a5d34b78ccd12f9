"""Piano pieces as sound: played as render.played plays any piece, then recorded in more ways."""

import pathlib

import numpy as np

import features
import piano
import render

FIRST_SEED = 50_000
NUMBERS = range(600)  # that the weights were fitted to
LOW_PASS_TAPS = 1024


def low_passed(samples, rng):
    """From 1.5 to 8 kHz on, 6 to 18 dB an octave."""
    frequencies = np.fft.rfftfreq(LOW_PASS_TAPS, 1 / features.SAMPLE_RATE_HZ)
    corner = np.exp(rng.uniform(np.log(1500), np.log(8000)))
    gains = 1 / np.sqrt(1 + (frequencies / corner) ** (2 * int(rng.integers(1, 4))))
    taps = np.fft.fftshift(np.fft.irfft(gains)) * np.hanning(LOW_PASS_TAPS)
    return np.convolve(samples, taps, "same").astype(np.float32)


def recorded(samples, rng):
    """Three in ten get noise, white or dull, 8 to 35 dB below, a tenth is overdriven; three in
    ten are dull."""
    kind = rng.random()
    if kind < 0.3:
        noise = rng.normal(0, 1, len(samples)).astype(np.float32)
        if rng.random() < 0.5:
            noise = np.convolve(noise, np.ones(8) / 8, "same").astype(np.float32)
        level = np.sqrt(np.mean(samples**2)) * 10 ** (-rng.uniform(8, 35) / 20)
        samples = samples + noise / (noise.std() + 1e-9) * level
    elif kind < 0.4:
        drive = 8 * rng.random() / max(1e-3, np.abs(samples).max())
        samples = np.tanh(samples * drive).astype(np.float32)
    return low_passed(samples, rng) if rng.random() < 0.3 else samples


def render_piece(number, folder):
    """As render.render_piece, of piano.compose."""
    path = pathlib.Path(folder, f"{number:04d}.npz")
    if path.exists():
        return path
    rng = np.random.default_rng(FIRST_SEED + number)
    piece = piano.compose(rng)
    samples = recorded(render.played(piece, rng, f"piano piece {number}"), rng)
    render.store(piece, samples, path, f"piano piece {number}")
    return path
