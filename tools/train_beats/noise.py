"""Sound without a beat, for the network to be silent at: noises, tones, crackle, near silence."""

import numpy as np

import features

N_SOUNDS = 64
SEED = 5
DURATION_S = 24
TIMES_S = np.arange(features.SAMPLE_RATE_HZ * DURATION_S) / features.SAMPLE_RATE_HZ

WHITE, PINK, PINK_TOO, WAVES, TONE, CHORD, CRACKLE, FAINT = range(8)
# The amplitude of coloured noise falls with this power of the frequency.
SLOPES = {PINK: 0.5, PINK_TOO: 0.5, WAVES: 1.0}


def coloured(noise, slope):
    spectrum = np.fft.rfft(noise)
    hertz = np.fft.rfftfreq(len(noise), 1 / features.SAMPLE_RATE_HZ)
    spectrum[1:] *= hertz[1:] ** -slope
    spectrum[0] = 0
    result = np.fft.irfft(spectrum, len(noise))
    return result / result.std()


def tone(rng, phase=False):
    hertz = rng.uniform(60, 3000)
    return np.sin(2 * np.pi * TIMES_S * hertz + (rng.uniform(0, 6) if phase else 0))


def crackle(rng, noise):
    """Dying bursts of noise at random times."""
    result = 0.01 * noise
    for _ in range(int(rng.integers(10, 60))):
        start, n = int(rng.integers(0, len(noise) - 4000)), int(rng.integers(200, 4000))
        burst = rng.normal(0, 1, n) * np.exp(-np.arange(n) / (n / 5))
        result[start : start + n] += burst * rng.uniform(0.2, 1)
    return result


def draw_sound(rng, kind):
    """Samples at features.SAMPLE_RATE_HZ."""
    sound = rng.normal(0, 1, len(TIMES_S))
    if kind in SLOPES:
        sound = coloured(sound, SLOPES[kind])
    if kind == WAVES:
        sound = sound * (1 + 0.5 * np.sin(2 * np.pi * TIMES_S * rng.uniform(0.05, 0.3)))
    elif kind == TONE:
        sound = tone(rng) + 0.001 * sound
    elif kind == CHORD:
        sound = sum(tone(rng, phase=True) for _ in range(6)) + 0.001 * sound
    elif kind == CRACKLE:
        sound = crackle(rng, sound)
    elif kind == FAINT:
        sound = sound * 1e-5 if rng.random() < 0.5 else sound * 0
    if kind in (WHITE, PINK, PINK_TOO) and rng.random() < 0.5:  # a gap, cut hard
        start, end = rng.uniform(0.2, 0.5), rng.uniform(0.6, 0.9)
        sound[int(len(sound) * start) : int(len(sound) * end)] = 0
    return (sound * 10 ** (-rng.uniform(0, 50) / 20) * 0.3).astype(np.float32)


def sounds():
    """N_SOUNDS sounds, each kind as often as the others; the same on every call."""
    rng = np.random.default_rng(SEED)
    for number in range(N_SOUNDS):
        yield draw_sound(rng, number % 8)
