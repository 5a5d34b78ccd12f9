"""Recordings of steady music as if it were played freely: their frames are read at a speed that
wanders, and their beats moved along. The sound of a note hardly changes; when it comes does."""

import numpy as np

STEP_FRAMES = 60  # between the points that the speed wanders through
LEAST_LOG, MOST_LOG = -0.7, 0.6  # of the speed


def draw_log_speed(rng, n_frames):
    """Shape (n_frames,): a constant, a slow wave, a wandering line, and some ritards."""
    freedom = np.exp(rng.normal(np.log(0.5), 0.6))
    curve = np.full(n_frames, rng.uniform(-0.25, 0.25))
    frames = np.arange(n_frames)
    period = rng.uniform(150, 1200)
    depth = freedom * rng.uniform(0, 0.3)
    curve += depth * np.sin(2 * np.pi * frames / period + rng.uniform(0, 6))
    points = np.arange(0, n_frames + STEP_FRAMES, STEP_FRAMES)
    curve += np.interp(frames, points, rng.normal(0, 0.12 * freedom, len(points)))
    for _ in range(int(rng.poisson(3 * freedom))):
        start, length = int(rng.integers(0, n_frames)), int(rng.uniform(60, 400))
        part = curve[start : start + length]
        part -= np.linspace(0, rng.uniform(0.1, 0.6), length)[: len(part)]
    return np.clip(curve, LEAST_LOG, MOST_LOG)


def warped(rng, bands, *times_frames):
    """Magnitudes (frames, bands) at the drawn speed, and each array of times where it goes."""
    frames = np.arange(len(bands))
    arrivals = np.r_[0, np.cumsum(np.exp(-draw_log_speed(rng, len(bands))))[:-1]]
    sources = np.interp(np.arange(int(arrivals[-1])), arrivals, frames)
    moved = [np.interp(times, frames, arrivals) for times in times_frames]
    return bands[np.round(sources).astype(int)], *moved
