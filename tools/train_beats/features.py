"""What the network hears, as src/analysis/onset_bands.cc computes it (bands, compression and rise
are described there), but for sound of 22,050 Hz only and for a whole recording at once."""

import numpy as np

SAMPLE_RATE_HZ = 22_050
FRAMES_PER_SECOND = 100
WINDOW = 1024  # samples

LOWEST_HZ, HIGHEST_HZ = 30.0, 7600.0
BANDS_PER_OCTAVE = 12
COMPRESSION = 30.0
LEAST_LEVEL = 1e-5
FIRST_LEVEL = 1e-4  # the program starts at LEAST_LEVEL: a beginning fainter than this differs
LEVEL_DECAY_S = 10.0
RISE_FRAMES = 2
GROUP = 4  # bands to an input of the network

FRAMES_AT_ONCE = 2000


def band_weights():
    """Shape (bands, WINDOW / 2 + 1): each row a triangle over bins whose sum is 1."""
    n_steps = int(np.ceil(BANDS_PER_OCTAVE * np.log2(HIGHEST_HZ / LOWEST_HZ)))
    edges_hz = LOWEST_HZ * 2 ** (np.arange(n_steps) / BANDS_PER_OCTAVE)
    edges = np.unique(np.round(edges_hz * WINDOW / SAMPLE_RATE_HZ).astype(int))
    weights = np.zeros((len(edges) - 2, WINDOW // 2 + 1), np.float32)
    for row, left, centre, right in zip(weights, edges, edges[1:], edges[2:]):
        row[left : centre + 1] = np.linspace(0, 1, centre - left + 1)
        row[centre : right + 1] = np.linspace(1, 0, right - centre + 1)
        row /= row.sum()
    return weights


WEIGHTS = band_weights()
BANDS = len(WEIGHTS)
INPUTS = -(-BANDS // GROUP)
HANN = np.hanning(WINDOW + 1)[:WINDOW].astype(np.float32)


def magnitudes(samples, speed=1.0):
    """Shape (frames, BANDS). `samples`: mono float32 at SAMPLE_RATE_HZ. Frame k is centred on
    second k * speed / FRAMES_PER_SECOND: with a speed other than 1 the music goes faster or slower,
    its pitch stays."""
    hop = SAMPLE_RATE_HZ / FRAMES_PER_SECOND * speed
    n_frames = int(len(samples) / hop) + 1
    starts = np.round(np.arange(n_frames) * hop).astype(int)
    padded = np.pad(samples, (WINDOW // 2, WINDOW))
    result = np.empty((n_frames, BANDS), np.float32)
    for first in range(0, n_frames, FRAMES_AT_ONCE):
        window = starts[first : first + FRAMES_AT_ONCE, None] + np.arange(WINDOW)
        spectrum = np.fft.rfft(padded[window] * HANN, axis=1)
        bins = np.abs(spectrum).astype(np.float32) / (WINDOW / 4)
        result[first : first + FRAMES_AT_ONCE] = bins @ WEIGHTS.T
    return result


def compressed(bands):
    """log2(1 + COMPRESSION * magnitude / level), the level following loud frames at once and
    falling off slowly; shape kept."""
    decay = np.exp(-1 / (LEVEL_DECAY_S * FRAMES_PER_SECOND))
    means = bands.mean(1)
    levels = np.empty_like(means)
    level = FIRST_LEVEL
    for frame, mean in enumerate(means):
        level = levels[frame] = max(mean, level * decay, LEAST_LEVEL)
    return np.log2(1 + COMPRESSION * bands / levels[:, None]).astype(np.float32)


def rise(levels):
    """How far each band is above itself and its neighbours RISE_FRAMES ago, or 0; shape kept."""
    before = levels.copy()
    before[:, 1:] = np.maximum(before[:, 1:], levels[:, :-1])
    before[:, :-1] = np.maximum(before[:, :-1], levels[:, 1:])
    result = np.zeros_like(levels)
    result[RISE_FRAMES:] = np.maximum(0, levels[RISE_FRAMES:] - before[:-RISE_FRAMES])
    return result


def grouped(bands):
    """Means of GROUP bands, the last group of what is left; shape (frames, INPUTS)."""
    groups = [bands[:, first : first + GROUP].mean(1) for first in range(0, bands.shape[1], GROUP)]
    return np.stack(groups, axis=1)


def inputs_of(bands):
    """The network's inputs, shape (frames, INPUTS), of the magnitudes of a recording."""
    return grouped(rise(compressed(bands))).astype(np.float32)
