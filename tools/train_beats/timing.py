"""When the beats of a piece fall: a metre, and a tempo that wanders as far as the style lets it."""

import dataclasses

import numpy as np

# pop: machines and bands in time; rubato: a soloist who takes liberties; band: in between.
STYLES = ("pop", "rubato", "band")

LAST_BEAT_BEFORE_END_S = 1.0
SHORTEST_BEAT_S, LONGEST_BEAT_S = 0.2, 2.5


@dataclasses.dataclass(frozen=True)
class Timing:
    """The beats of one piece, and the grid of steps between them."""

    beats_s: np.ndarray  # shape (n + 1,): the beats, the last of which only ends the piece
    beats_per_bar: int
    steps_per_beat: int
    swing: float  # how much of a step every second one is late, twice; 0 where straight
    upbeat: int  # beat i is a downbeat where (i + upbeat) % beats_per_bar == 0
    freedom: float  # 0: a machine; 1: as free as it gets

    @property
    def n_beats(self):
        return len(self.beats_s) - 1

    def downbeats_s(self):
        on = (np.arange(len(self.beats_s)) + self.upbeat) % self.beats_per_bar == 0
        return self.beats_s[on]

    def has(self, beat):
        return 0 <= beat < self.n_beats

    def at(self, beat, step=0):
        """Seconds of a step of a beat."""
        part = step / self.steps_per_beat
        if self.swing and self.steps_per_beat == 4 and step % 2 == 1:
            part += self.swing / 2
        return self.beats_s[beat] + self.seconds(beat) * part

    def seconds(self, beat, n_beats=1):
        """How long n_beats last from a beat on; up to the end at most."""
        return self.beats_s[min(self.n_beats, beat + n_beats)] - self.beats_s[beat]


def draw_metre(rng, style):
    """(metre, beats per bar): a metre of 6 is two beats of three steps each."""
    if style == "pop":
        metre = int(rng.choice([4, 3, 6], p=[0.85, 0.1, 0.05]))
    else:
        metre = int(rng.choice([4, 3, 2, 6, 5, 7], p=[0.52, 0.24, 0.1, 0.08, 0.03, 0.03]))
    return metre, 2 if metre == 6 else metre


def draw_bpm(rng, style, compound):
    bpm = float(np.clip(np.exp(rng.normal(np.log(98), 0.38)), 42, 215))
    if style == "pop":
        bpm = float(np.clip(np.exp(rng.normal(np.log(88), 0.3)), 52, 175))
    return float(np.clip(bpm * 0.7, 40, 120)) if compound else bpm


def draw_steps(rng, bpm, compound):
    """(steps per beat, swing)."""
    if compound:
        return 3, 0.0
    steps = 4 if bpm < 125 and rng.random() < 0.85 else 2
    if rng.random() < 0.12:
        steps = 3
    swing = rng.uniform(0.08, 0.2) if steps == 4 and rng.random() < 0.12 else 0.0
    return steps, swing


def draw_tempo_curve(rng, n_beats, beats_per_bar, freedom):
    """Shape (n_beats,): the natural logarithm of the tempo over the basic one. A random walk,
    phrases that begin a little and end a good deal slower, sections of another tempo, fermatas."""
    curve = np.zeros(n_beats)
    phrase = beats_per_bar * int(rng.choice([4, 8]))
    depth = freedom * rng.uniform(0.05, 0.3)
    walk, section = 0.0, 1.0
    for i in range(n_beats):
        walk = 0.8 * walk + rng.normal(0, 0.045 * freedom)
        place = (i % phrase) / phrase
        if i and i % phrase == 0 and rng.random() < 0.25 * freedom:
            section = float(np.clip(section * np.exp(rng.normal(0, 0.25)), 0.6, 1.6))
        slowing = depth * max(0, (place - 0.75) * 4) ** 2 + 0.3 * depth * max(0, (0.1 - place) * 10)
        curve[i] = np.log(section) + walk - slowing
        if freedom > 0.5 and rng.random() < 0.006:
            curve[i] -= rng.uniform(0.3, 0.8)
    return curve


def draw_timing(rng, style, duration_s):
    """The Timing of a piece that lasts at most duration_s."""
    metre, beats_per_bar = draw_metre(rng, style)
    compound = metre == 6
    bpm = draw_bpm(rng, style, compound)
    steps_per_beat, swing = draw_steps(rng, bpm, compound)
    freedom = {  # all are drawn, whichever is used
        "pop": 0.0 if rng.random() < 0.7 else 0.1,
        "rubato": rng.uniform(0.25, 1.0),
        "band": rng.uniform(0, 0.25),
    }[style]
    n_beats = int(duration_s * bpm / 60 * 1.6) + 16
    curve = draw_tempo_curve(rng, n_beats, beats_per_bar, freedom)
    intervals_s = np.clip(60 / bpm * np.exp(-curve), SHORTEST_BEAT_S, LONGEST_BEAT_S)
    start_s = rng.uniform(0, 2.5) if rng.random() < 0.6 else 0.02
    beats_s = start_s + np.r_[0, np.cumsum(intervals_s)]
    rng.random()  # Decides nothing; without it the pieces would not be those that were fitted to.
    beats_s = beats_s[beats_s < duration_s - LAST_BEAT_BEFORE_END_S]
    upbeat = int(rng.integers(0, beats_per_bar)) if rng.random() < 0.3 else 0
    return Timing(beats_s, beats_per_bar, steps_per_beat, swing, upbeat, freedom)
