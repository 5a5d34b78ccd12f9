"""How a pianist plays in time: beats of a piece, and every place between them, in seconds.

The logarithm of the tempo is a sum of what performers are known to do: arches over nested phrases,
ritards before their ends, a shape of the bar that returns, notes held back or lengthened, passages
that push or drag, sections in another tempo, and unsteadiness from beat to beat."""

import dataclasses

import numpy as np

PARTS = 12  # of a beat, that the tempo is drawn for
SHORTEST_BEAT_S, LONGEST_BEAT_S = 0.2, 3.0


@dataclasses.dataclass(frozen=True)
class Phrase:
    """Bars `first` to `last` (not included), played `tempo` times as fast as the piece."""

    first: int
    last: int
    tempo: float
    ends_section: bool


@dataclasses.dataclass(frozen=True)
class TimeMap:
    """Seconds of places, counted in beats from the first downbeat; an upbeat lies before it."""

    places: np.ndarray
    times_s: np.ndarray

    def at(self, place):
        return np.interp(place, self.places, self.times_s)


def arch(place, lean):
    """0 at the ends of a phrase, 1 where it is fastest; place from 0 to 1."""
    return np.sin(np.pi * np.clip(place, 0, 1) ** lean)


def add_phrase(rng, log_tempo, freedom, begin, end, beats_per_bar, ends_section):
    """Adds the shape of a phrase between two places, as indices of log_tempo."""
    n = end - begin
    if n <= 0:
        return
    place = np.arange(n) / n
    depth = freedom * rng.uniform(0, 0.45)
    log_tempo[begin:end] += depth * (arch(place, rng.uniform(0.7, 1.4)) - 0.6)
    half = depth * rng.uniform(0, 0.6)
    log_tempo[begin:end] += half * (arch(place * 2 % 1, 1.0) - 0.6)
    ritard_beats = rng.uniform(0.5, 1.0) * beats_per_bar * rng.choice([0.5, 1, 2])
    ritard = freedom * rng.uniform(0, 0.5)
    if ends_section and rng.random() < 0.6:
        ritard += rng.uniform(0.1, 0.9) * (0.3 + freedom)
    left = (n - np.arange(n)) / PARTS
    log_tempo[begin:end] -= ritard * np.clip(1 - left / ritard_beats, 0, 1) ** 1.5
    if rng.random() < 0.12 * (freedom > 0.3) + 0.25 * ends_section:  # a fermata, or a breath
        length = int(rng.uniform(0.5, 1) * PARTS)
        log_tempo[max(begin, end - length) : end] -= rng.uniform(0.3, 1.2)


def draw_beat_noise(rng, n_beats, beats_per_bar, freedom):
    """Shape (n_beats,): unsteadiness of single beats, some of it the same in each bar."""
    steadiness = rng.uniform(0.005, 0.03) + freedom * rng.uniform(0.0, 0.07)
    noise = rng.normal(0, steadiness, n_beats)
    if rng.random() < 0.5:  # beats set late or early: what one gains the next loses
        late = rng.normal(0, steadiness, n_beats + 1)
        noise += np.diff(late)
    wander = 0.0
    for i in range(n_beats):
        wander = 0.85 * wander + rng.normal(0, 0.4 * steadiness)
        noise[i] += wander
    bar_shape = rng.normal(0, 0.09 * freedom, beats_per_bar)
    noise += bar_shape[np.arange(n_beats) % beats_per_bar]
    held = rng.random(n_beats) < 0.06 * freedom
    return noise - held * rng.uniform(0.1, 0.7, n_beats)


def draw_passages(rng, n, freedom):
    """Shape (n,): stretches that push on or hold back, straight lines from 0 and back."""
    result = np.zeros(n)
    for _ in range(int(rng.poisson(2.5 * freedom))):
        begin, length = int(rng.integers(0, n)), int(rng.uniform(4, 24) * PARTS)
        part = result[begin : begin + length]
        part += np.linspace(0, rng.normal(0, 0.3), length)[: len(part)]
    return result


def draw_time_map(rng, phrases, bpm, beats_per_bar, upbeat, freedom):
    """The TimeMap of a piece that begins `upbeat` beats before its first bar."""
    n_beats = phrases[-1].last * beats_per_bar + 1 + upbeat
    log_tempo = np.repeat(draw_beat_noise(rng, n_beats, beats_per_bar, freedom), PARTS)
    log_tempo = np.convolve(log_tempo, np.ones(PARTS // 2) / (PARTS // 2), "same")
    log_tempo += draw_passages(rng, len(log_tempo), freedom)
    for phrase in phrases:
        begin, end = ((upbeat + bar * beats_per_bar) * PARTS for bar in (phrase.first, phrase.last))
        log_tempo[begin:end] += np.log(phrase.tempo)
        add_phrase(rng, log_tempo, freedom, begin, end, beats_per_bar, phrase.ends_section)
    beats_s = np.clip(60 / bpm * np.exp(-log_tempo), SHORTEST_BEAT_S, LONGEST_BEAT_S)
    start_s = rng.uniform(0.02, 1.5)
    times_s = start_s + np.r_[0, np.cumsum(beats_s / PARTS)]
    return TimeMap(np.arange(len(times_s)) / PARTS - upbeat, times_s)
