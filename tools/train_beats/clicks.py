"""Tracks of bare clicks, beeps and thumps: the pulse alone, also faster than the pieces go."""

import dataclasses

import numpy as np

import features

N_TRACKS = 96
SEED = 9
DURATION_S = 24
LAST_BEAT_S = 23.8  # what sounds after it ends within the track
SLOWEST_BPM, FASTEST_BPM = 38, 250
METERS = (1, 2, 3, 4, 5)  # 1: no accents, no downbeats
FASTEST_OFFBEATS_BPM = 150

CLICK, BEEP, THUMP, TICK = range(4)
THUMP_S = 0.12


@dataclasses.dataclass(frozen=True)
class Track:
    """`samples`: float32 at features.SAMPLE_RATE_HZ."""

    samples: np.ndarray
    beats_s: np.ndarray
    downbeats_s: np.ndarray


def draw_beats(rng, bpm):
    """Times of beats that begin at `bpm` and perhaps get steadily faster or slower, perhaps jump
    to another tempo."""
    time_s = rng.uniform(0.05, 1.5)
    last_bpm = bpm * np.exp(rng.normal(0, 0.15)) if rng.random() < 0.25 else bpm
    jump_s = rng.uniform(8, 16) if rng.random() < 0.2 else np.inf
    bpm_after = np.clip(bpm * np.exp(rng.normal(0, 0.3)), SLOWEST_BPM, FASTEST_BPM)
    beats_s = []
    while time_s < LAST_BEAT_S:
        beats_s.append(time_s)
        ramp_bpm = bpm + (last_bpm - bpm) * time_s / DURATION_S
        time_s += 60 / (bpm_after if time_s > jump_s else ramp_bpm)
    return np.array(beats_s)


def draw_hit(rng, kind, hertz):
    """Samples of one click, beep, thump or tick; `hertz` is the pitch of beeps and ticks."""
    if kind == THUMP:
        n, decay = int(THUMP_S * features.SAMPLE_RATE_HZ), 30
    else:
        n = int(features.SAMPLE_RATE_HZ * rng.uniform(0.02, 0.06))
        decay = rng.uniform(40, 200)
    # Noise is drawn for hits without it as well: the order of the draws is part of the tracks.
    click, rattle = rng.normal(0, 1, n), rng.normal(0, 1, n)
    times_s = np.arange(n) / features.SAMPLE_RATE_HZ
    if kind == CLICK:
        sound = click
    elif kind == BEEP:
        sound = np.sin(2 * np.pi * hertz * times_s)
    elif kind == THUMP:  # falls from 170 to 50 Hz
        sound = np.sin(2 * np.pi * (50 * times_s + 3 * (1 - np.exp(-40 * times_s))))
    else:
        sound = 0.5 * rattle + np.sin(2 * np.pi * 2 * hertz * times_s)
    return sound * np.exp(-decay * times_s)


def draw_track(rng, kind):
    """A Track whose beats are of this kind, with a thump or a louder beat at the downbeats."""
    samples = rng.normal(0, 1, features.SAMPLE_RATE_HZ * DURATION_S)
    samples *= 10 ** (-rng.uniform(45, 90) / 20)
    bpm = np.exp(rng.uniform(np.log(SLOWEST_BPM), np.log(FASTEST_BPM)))
    beats_s = draw_beats(rng, bpm)
    meter = int(rng.choice(METERS))
    hertz = rng.uniform(300, 3000)

    def add(time_s, kind, amplitude):
        start, sound = int(time_s * features.SAMPLE_RATE_HZ), draw_hit(rng, kind, hertz)
        samples[start : start + len(sound)] += sound * amplitude

    for place, beat_s in enumerate(beats_s):
        is_accented = place % meter == 0
        accent = 1 if is_accented else rng.uniform(0.35, 0.6)
        if meter > 1 and is_accented and kind != THUMP:
            add(beat_s, THUMP, 1)
        add(beat_s, kind, 0.6 * accent)
    if kind == TICK and bpm < FASTEST_OFFBEATS_BPM:
        for offbeat_s in (beats_s[:-1] + beats_s[1:]) / 2:
            add(offbeat_s, CLICK, 0.12)
    samples = (samples * 0.3 * 10 ** (-rng.uniform(0, 30) / 20)).astype(np.float32)
    return Track(samples, beats_s, beats_s[::meter] if meter > 1 else np.empty(0))


def tracks():
    """N_TRACKS tracks, each kind as often as the others; the same on every call."""
    rng = np.random.default_rng(SEED)
    for number in range(N_TRACKS):
        yield draw_track(rng, number % 4)
