"""Random music whose beats are known: `piece_of(number)` is the same piece on every machine.

A piece has a metre and a tempo (timing.py), instruments and a key (performance.py), a progression
of chords played in one of nine ways, a melody made of a few rhythms that return, and perhaps drums
(drums.py). Everything is drawn from one generator, so the order of draws is part of the piece."""

import dataclasses

import numpy as np

import drums
from performance import BASS, CHORDS, MELODY, draw_performance
from timing import draw_timing

DURATION_S = 62.0
FIRST_SEED = 1000

# Of the pieces under RUBATO_FROM every second one is rubato; from there on, all are.
STYLE_BY_TURNS = ("pop", "rubato", "band", "rubato")
RUBATO_FROM = 1000
NUMBERS = (*range(760), *range(RUBATO_FROM, 1330))

ACCOMPANIMENTS = (
    "oompah", "block", "alberti", "arpeggio", "sustained", "syncopated", "octaves", "none", "half"
)
ACCOMPANIMENT_ODDS = (0.14, 0.17, 0.16, 0.14, 0.14, 0.1, 0.06, 0.04, 0.05)
SECOND_ACCOMPANIMENTS = tuple(name for name in ACCOMPANIMENTS if name != "none")

MELODY_STEPS = (-3, -2, -1, -1, 0, 1, 1, 2, 3)


@dataclasses.dataclass(frozen=True)
class Piece:
    """Events as midi.file_bytes takes them; times of beats and downbeats in seconds."""

    events: list
    beats_s: np.ndarray
    downbeats_s: np.ndarray
    style: str


class Composer:
    """Draws what a piece is made of, then plays it bar by bar."""

    def __init__(self, rng, style, timing):
        self.rng, self.style, self.timing = rng, style, timing
        self.performance = draw_performance(rng, style, timing)
        self.density = rng.uniform(0.35, 1.1)
        self.syncopation = rng.random() ** 2 * 0.8
        self.rhythms = [self.draw_rhythm() for _ in range(int(rng.integers(2, 5)))]
        self.accompaniment = str(rng.choice(ACCOMPANIMENTS, p=ACCOMPANIMENT_ODDS))
        self.second_accompaniment = str(rng.choice(SECOND_ACCOMPANIMENTS))
        self.syncopated_rhythm = self.draw_rhythm()
        self.groove = drums.draw_groove(rng, style, timing)
        octave = self.performance.octave
        rng.integers(0, octave)  # Decides nothing; see draw_timing.
        self.degree = int(rng.integers(4, 8)) + octave * 4  # of the melody
        self.arpeggio_octaves_down = int(rng.integers(0, 2))
        self.roots = [
            int(rng.choice([0, 3, 4, 5, 1, 2], p=[0.3, 0.2, 0.2, 0.15, 0.1, 0.05]))
            for _ in range(int(rng.choice([4, 8])))
        ]
        self.silent_bar = int(rng.integers(8, 30)) if rng.random() < 0.05 else None  # and the next

    def metric_weight(self, beat, step):
        """How likely, and how strongly, a note falls there."""
        if step == 0:
            return 1.0 if beat % self.timing.beats_per_bar == 0 else 0.8
        n_steps = self.timing.steps_per_beat
        if n_steps % 2 == 0 and step == n_steps // 2:
            return 0.5
        return 0.35 if n_steps == 3 else 0.22

    def draw_rhythm(self):
        """[(beat, step)]: the onsets of a bar."""
        onsets = []
        for beat in range(self.timing.beats_per_bar):
            for step in range(self.timing.steps_per_beat):
                weight = self.metric_weight(beat, step) * (1 - self.syncopation)
                weight += self.syncopation * self.rng.uniform(0, 0.8)
                if self.rng.random() < weight * self.density:
                    onsets.append((beat, step))
        return onsets

    def play(self):
        timing = self.timing
        n_bars = (timing.n_beats + timing.upbeat) // timing.beats_per_bar + 1
        for bar in range(n_bars):
            self.play_bar(bar)

    def play_bar(self, bar):
        rng, octave = self.rng, self.performance.octave
        root = self.roots[bar % len(self.roots)] % octave + octave * 4
        chord = [root, root + 2, root + 4]
        first = bar // 8 % 2 == 0 or rng.random() < 0.6
        accompaniment = self.accompaniment if first else self.second_accompaniment
        loudness = 70 + 18 * np.sin(bar / 5) + rng.normal(0, 5)
        if self.silent_bar is not None and self.silent_bar <= bar < self.silent_bar + 2:
            return
        first_beat = bar * self.timing.beats_per_bar - self.timing.upbeat
        for beat in range(self.timing.beats_per_bar):
            if self.timing.has(first_beat + beat):
                self.play_chord(accompaniment, chord, first_beat, beat, loudness)
        rests = rng.random() < 0.08
        known = rng.random() < 0.85
        rhythm = self.rhythms[int(rng.integers(len(self.rhythms)))] if known else self.draw_rhythm()
        if not rests:
            self.play_melody(rhythm, chord, first_beat, loudness)
        if self.groove:
            drums.play_drums(self.groove, self.performance, self.timing, bar)

    def play_chord(self, accompaniment, chord, first_beat, beat, loudness):
        """One beat of a bar's accompaniment. Degrees sound on CHORDS unless they are the bass."""
        rng, timing, performance = self.rng, self.timing, self.performance
        octave, n_beats = performance.octave, timing.beats_per_bar
        now = first_beat + beat
        accent = loudness + (12 if beat == 0 else 0)
        bass_degree = chord[0] - octave
        roll_s = rng.uniform(0, 0.03) if self.style == "rubato" and rng.random() < 0.3 else 0

        def bass(seconds, octaves_down=0):
            pitch = performance.pitch(bass_degree) - 12 * octaves_down
            performance.note(BASS, pitch, timing.at(now), seconds, accent)

        def strum(degrees, seconds, velocity, bass_first=False):
            for k, degree in enumerate(degrees):
                channel = BASS if bass_first and k == 0 else CHORDS
                time_s = timing.at(now) + k * roll_s
                performance.note(channel, performance.pitch(degree), time_s, seconds, velocity)

        if accompaniment == "oompah":
            if beat == 0 or (n_beats == 4 and beat == 2):
                bass(timing.seconds(now) * 0.9)
            else:
                strum(chord, timing.seconds(now) * 0.6, accent - 14)
        elif accompaniment == "block":
            if beat == 0:
                bass(timing.seconds(now, n_beats if rng.random() < 0.5 else 1))
            strum(chord, timing.seconds(now) * 0.9, accent - 10)
        elif accompaniment == "half":
            if beat % 2 == 0:
                strum([bass_degree, *chord], timing.seconds(now, 2), accent - 6)
        elif accompaniment in ("alberti", "arpeggio"):
            self.play_broken_chord(accompaniment, chord, now, beat, loudness)
            if beat == 0 and rng.random() < 0.7:
                bass(timing.seconds(now, n_beats))
        elif accompaniment == "sustained":
            if beat == 0:
                seconds = timing.seconds(now, n_beats)
                strum([bass_degree, *chord], seconds, accent - 8, bass_first=True)
        elif accompaniment == "syncopated":
            for step in (step for at, step in self.syncopated_rhythm if at == beat):
                for degree in chord:
                    pitch, seconds = performance.pitch(degree), timing.seconds(now) * 0.4
                    performance.note(CHORDS, pitch, timing.at(now, step), seconds, loudness - 8)
            if beat == 0:
                bass(timing.seconds(now, n_beats))
        elif accompaniment == "octaves":
            bass(timing.seconds(now) * 0.8, octaves_down=beat % 2)

    def play_broken_chord(self, accompaniment, chord, now, beat, loudness):
        timing, performance = self.timing, self.performance
        octave, n_steps = performance.octave, timing.steps_per_beat
        degrees = [*chord, chord[0] + octave]
        for step in range(n_steps):
            if accompaniment == "alberti":
                degree = degrees[(0, 2, 1, 2)[step % 4]]
            else:
                degree = degrees[(beat * n_steps + step) % 4]
            pitch = performance.pitch(degree - octave * self.arpeggio_octaves_down)
            velocity = loudness - 14 + (8 if step == 0 else 0) + self.rng.normal(0, 4)
            seconds = timing.seconds(now) / n_steps * 1.1
            performance.note(CHORDS, pitch, timing.at(now, step), seconds, velocity)

    def play_melody(self, rhythm, chord, first_beat, loudness):
        """A walk on the scale, drawn to the chord on beats; each note lasts until the next."""
        rng, timing = self.rng, self.timing
        octave, n_steps = self.performance.octave, timing.steps_per_beat
        for number, (beat, step) in enumerate(rhythm):
            now = first_beat + beat
            if not timing.has(now):
                continue
            moved = self.degree + rng.choice(MELODY_STEPS)
            self.degree = int(np.clip(moved, octave * 4 + 2, octave * 6 + 3))
            if step == 0 and rng.random() < 0.4:
                self.degree = chord[int(rng.integers(3))] + octave
            is_last = number + 1 == len(rhythm)
            next_beat, next_step = (timing.beats_per_bar, 0) if is_last else rhythm[number + 1]
            n_steps_long = next_beat * n_steps + next_step - (beat * n_steps + step)
            seconds = n_steps_long / n_steps * timing.seconds(now) * 0.95
            ahead_s = rng.uniform(0, 0.03) if self.style == "rubato" else 0
            weight = self.metric_weight(beat + timing.upbeat, step)
            velocity = loudness + 10 + weight * 10 + rng.normal(0, 6)
            self.play_melody_note(timing.at(now, step) - ahead_s, seconds, velocity)

    def play_melody_note(self, time_s, seconds, velocity):
        """One note of the melody; a soloist may trill it or lead in with a grace note."""
        rng, performance = self.rng, self.performance

        def note(degree, at_s, lasts_s, how_loud):
            performance.note(MELODY, performance.pitch(degree), at_s, lasts_s, how_loud)

        if self.style == "rubato" and rng.random() < 0.04:
            for number in range(int(rng.integers(2, 6))):
                note(self.degree + number % 2, time_s + number * 0.07, 0.07, velocity)
            return
        note(self.degree, time_s, seconds, velocity)
        if self.style == "rubato" and rng.random() < 0.05:
            note(self.degree - 1, time_s - 0.06, 0.06, velocity - 10)
        if rng.random() < 0.15:
            note(self.degree - 2, time_s, seconds, velocity - 8)


def compose(rng, style):
    """A Piece of at most DURATION_S."""
    timing = draw_timing(rng, style, DURATION_S)
    composer = Composer(rng, style, timing)
    composer.play()
    return Piece(composer.performance.events, timing.beats_s, timing.downbeats_s(), style)


def style_of(number):
    return "rubato" if number >= RUBATO_FROM else STYLE_BY_TURNS[number % len(STYLE_BY_TURNS)]


def piece_of(number):
    """(Piece, generator): the generator goes on to draw how the piece is recorded."""
    rng = np.random.default_rng(FIRST_SEED + number)
    return compose(rng, style_of(number)), rng
