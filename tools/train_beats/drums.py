"""A drummer: a groove of one bar, with fills and crashes."""

import dataclasses

import numpy as np

from midi import DRUM_CHANNEL

# Notes of General MIDI's drum kit.
HATS = (42, 46, 51, 70, 44, 54)
SNARES = (38, 40, 37, 39, 50)
KICKS = (35, 36, 41, 45, 64)
TOMS = (45, 47, 50)
CRASH = 49
HIT_S = 0.1

ODDS_OF_DRUMS = {"pop": 0.45, "rubato": 0, "band": 0.85}


@dataclasses.dataclass(frozen=True)
class Groove:
    """What sounds where in a bar: arrays of truth values, shape (beats per bar, steps per beat)."""

    kick: np.ndarray
    snare: np.ndarray
    hat: np.ndarray
    hat_note: int
    snare_note: int
    kick_note: int
    first_bar: int  # that the drummer plays


def draw_kick(rng, n_beats, n_steps):
    def odds(beat, step):
        if (beat, step) == (0, 0):
            return 0.9
        return 0.35 if step == 0 else 0.12 if step * 2 == n_steps else 0.07

    return np.array(
        [[rng.random() < odds(beat, step) for step in range(n_steps)] for beat in range(n_beats)]
    )


def draw_snare(rng, n_beats, n_steps):
    """The backbeat, or half time, or anywhere."""
    snare = np.zeros((n_beats, n_steps), bool)
    kind = rng.random()
    if kind < 0.55:
        for beat in range(n_beats):
            if n_beats % 2 == 0:
                snare[beat, 0] = beat % 2 == 1
            else:
                snare[beat, 0] = beat > 0 if rng.random() < 0.5 else beat == n_beats - 1
    elif kind < 0.75 and n_beats == 4:
        snare[2, 0] = True
    else:
        snare = rng.random((n_beats, n_steps)) < 0.15
    return snare


def draw_hat(rng, n_beats, n_steps):
    """Regular, or only off the beat, or none, or anywhere."""
    every = int(rng.choice([1, 2, 4])) if n_steps == 4 else int(rng.choice([1, n_steps]))
    row = [step * every % n_steps == 0 for step in range(n_steps)]
    hat = np.array([row for _ in range(n_beats)])
    if rng.random() < 0.2:
        hat[:, 0] = False
    if rng.random() < 0.15:
        hat[:] = False
    if rng.random() < 0.2:
        hat = rng.random((n_beats, n_steps)) < 0.5
    return hat


def draw_groove(rng, style, timing):
    """A Groove, or None where nobody drums."""
    if rng.random() >= ODDS_OF_DRUMS[style]:
        return None
    n_beats, n_steps = timing.beats_per_bar, timing.steps_per_beat
    kick = draw_kick(rng, n_beats, n_steps)
    snare = draw_snare(rng, n_beats, n_steps)
    if rng.random() < 0.2:
        kick[:, 0] = True
    hat = draw_hat(rng, n_beats, n_steps)
    return Groove(
        kick,
        snare,
        hat,
        hat_note=int(rng.choice(HATS)),
        snare_note=int(rng.choice(SNARES)),
        kick_note=int(rng.choice(KICKS)),
        first_bar=int(rng.choice([0, 0, 4, 8])),
    )


def play_drums(groove, performance, timing, bar):
    """One bar; beats that the piece does not have are left out."""
    if bar < groove.first_bar:
        return
    rng = performance.rng
    first_beat = bar * timing.beats_per_bar - timing.upbeat
    fill = rng.random() < 0.08

    def hit(note, time_s, velocity, seconds=HIT_S):
        performance.note(DRUM_CHANNEL, note, time_s, seconds, velocity)

    for beat in range(timing.beats_per_bar):
        if not timing.has(first_beat + beat):
            continue
        filled = fill and beat >= timing.beats_per_bar - 2
        for step in range(timing.steps_per_beat):
            time_s = timing.at(first_beat + beat, step)
            if groove.kick[beat, step]:
                hit(groove.kick_note, time_s, 95 + rng.normal(0, 8))
            if groove.snare[beat, step] or (filled and rng.random() < 0.7):
                note = int(rng.choice((groove.snare_note, *TOMS))) if fill else groove.snare_note
                hit(note, time_s, 92 + rng.normal(0, 10))
            if groove.hat[beat, step]:
                hit(groove.hat_note, time_s, 60 + 18 * (step == 0) + rng.normal(0, 8))
    if bar % 8 == 0 and rng.random() < 0.4 and timing.has(first_beat):
        hit(CRASH, timing.at(first_beat), 90, seconds=0.5)
