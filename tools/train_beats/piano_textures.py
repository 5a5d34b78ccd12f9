"""What the hands of a pianist do: figures of the accompaniment and lines of a melody, as notes of
a bar. Places and lengths are in beats. A figure is a function of a Hand that adds its notes."""

import dataclasses

import numpy as np

MELODY, INNER, BASS = range(3)  # voices

# Semitones above the key; degrees count its notes.
MAJOR = (0, 2, 4, 5, 7, 9, 11)
MINOR = (0, 2, 3, 5, 7, 8, 11)
NATURAL_MINOR = (0, 2, 3, 5, 7, 8, 10)

LEAST_STEP_S = 0.075  # notes do not follow each other faster, ornaments aside

# Where notes begin within a beat of two or four parts, and how usual that is in a melody.
SIMPLE_CELLS = (
    ((0,), 5), ((0, 0.5), 5), ((0, 0.75), 2), ((0, 0.25, 0.5, 0.75), 3), ((0, 0.5, 0.75), 1.5),
    ((0, 0.25, 0.5), 1), ((0, 0.25), 0.3), ((0.5,), 1), ((), 3), ((0.25, 0.5, 0.75), 0.5),
    ((0.5, 0.75), 0.6), ((0, 1 / 3, 2 / 3), 0.7), ((0, 0.25, 0.75), 0.5), ((0.75,), 0.2),
    ((0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875), 0.7), ((0, 0.5, 0.625, 0.75, 0.875), 0.5),
    ((0, 0.75, 0.875), 0.4), ((0, 1 / 6, 1 / 3, 1 / 2, 2 / 3, 5 / 6), 0.4),
)  # fmt: skip
COMPOUND_CELLS = (
    ((0,), 4), ((0, 2 / 3), 4), ((0, 1 / 3, 2 / 3), 5), ((0, 1 / 2, 2 / 3), 1.5), ((), 2),
    ((0, 1 / 3), 0.7), ((1 / 3, 2 / 3), 1), ((2 / 3,), 0.8),
    ((0, 1 / 6, 1 / 3, 1 / 2, 2 / 3, 5 / 6), 1.2), ((0, 1 / 3, 2 / 3, 5 / 6), 0.8),
    ((0, 1 / 3, 1 / 2, 2 / 3), 0.5),
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Note:
    """`order`: of the notes struck together, from the lowest; a chord may be rolled."""

    place: float
    beats: float
    pitch: int
    loudness: float  # over that of the moment, as MIDI velocity
    voice: int
    order: int = 0


@dataclasses.dataclass(frozen=True)
class Chord:
    """A chord from `place` on for `beats`. `tones`: pitches of its notes within an octave."""

    place: float
    beats: float
    tones: tuple

    def pitches(self, lowest, n):
        """n of its tones upwards from a pitch, the next octaves' too."""
        every = [tone + 12 * octave for octave in range(11) for tone in self.tones]
        return sorted(pitch for pitch in every if pitch >= lowest)[:n]

    def bass(self, lowest):
        return lowest + (self.tones[0] - lowest) % 12


@dataclasses.dataclass(frozen=True)
class Bar:
    """One bar as figures need it. `steps`: notes to a beat of those that run."""

    place: float
    n_beats: int
    chords: tuple
    steps: int
    compound: bool
    beat_s: float

    def chord_at(self, place):
        return [chord for chord in self.chords if chord.place <= place + 1e-6][-1]

    def beats(self):
        return self.place + np.arange(self.n_beats)

    def running(self, steps=None):
        n = self.n_beats * (steps or self.steps)
        return self.place + np.arange(n) / (steps or self.steps)


class Hand:
    """Draws once how its figures go, so that bars of a piece are alike."""

    def __init__(self, rng, key, scale):
        self.rng, self.key, self.scale = rng, key, scale
        self.low = int(rng.integers(33, 45))  # the lowest bass
        self.middle = int(rng.integers(48, 57))  # where chords of the left hand lie
        self.high = int(rng.integers(58, 67))  # and those of the right
        self.alberti = [(0, 2, 1, 2), (0, 1, 2, 1), (0, 2, 1, 2), (0, 1, 2, 3)][rng.integers(4)]
        self.threes = [(0, 1, 2), (0, 2, 1), (2, 1, 0), (0, 1, 2)][rng.integers(4)]
        self.detached = rng.uniform(0.3, 1.0)
        self.accent = max(0, rng.normal(2, 4))  # of strong beats; often none to speak of
        self.ornaments = self.chordal = 0.0  # how often a melody has them; see Section
        self.line = int(rng.integers(67, 80))
        self.notes = []

    def add(self, place, beats, pitch, loudness=0.0, voice=INNER, order=0):
        self.notes.append(Note(float(place), float(beats), int(pitch), loudness, voice, order))

    def strike(self, place, beats, pitches, loudness=0.0, voice=INNER):
        for order, pitch in enumerate(pitches):
            self.add(place, beats, pitch, loudness, voice, order)

    def stress(self, bar, place):
        beat = place - bar.place
        if beat < 1e-6:
            return self.accent
        return self.accent * 0.4 if abs(beat - round(beat)) < 1e-6 else 0.0

    def degree_pitch(self, pitch, steps):
        """The note so many degrees of the scale from the note at or below a pitch."""
        octave, semitone = divmod(pitch - self.key, 12)
        degree = max(i for i, s in enumerate(self.scale) if s <= semitone)
        octaves, degree = divmod(degree + steps, len(self.scale))
        return self.key + 12 * (octave + octaves) + self.scale[degree]


# ---------------------------------------------------------------- the left hand


def alberti(hand, bar):
    for number, place in enumerate(bar.running()):
        tones = bar.chord_at(place).pitches(hand.middle, 4)
        pattern = hand.threes if bar.steps % 3 == 0 else hand.alberti
        pitch = tones[pattern[number % len(pattern)]]
        hand.add(place, 1 / bar.steps, pitch, hand.stress(bar, place) - 6, BASS)


def arpeggio(hand, bar):
    """Up over two octaves, or up and down again, from the bass of each chord."""
    up_and_down = hand.alberti[1] == 1
    for chord in bar.chords:
        n = max(1, int(round(chord.beats * bar.steps)))
        tones = [chord.bass(hand.low), *chord.pitches(chord.bass(hand.low) + 5, 7)]
        period = n if n <= 8 else bar.steps * (2 if bar.steps < 4 else 1)
        for number in range(n):
            step = number % period
            if up_and_down and step > period / 2:
                step = period - step
            place = chord.place + number / bar.steps
            loudness = hand.stress(bar, place) - (4 if number else 0)
            hand.add(place, 2 / bar.steps, tones[min(step, 7)], loudness, BASS)


def oompah(hand, bar):
    """Bass, then chords: on the beats of the bar, or where they are slow on their halves."""
    unit = 1.0 if bar.beat_s < 0.75 and not bar.compound else (1 / 3 if bar.compound else 0.5)
    group = 3 if bar.compound or bar.n_beats == 3 else 2
    n = int(round(bar.n_beats / unit))
    for number in range(n):
        place = bar.place + number * unit
        chord = bar.chord_at(place)
        if number % group == 0:
            stress = hand.stress(bar, place)
            hand.add(place, unit * hand.detached, chord.bass(hand.low), stress, BASS)
        else:
            tones = chord.pitches(hand.middle, 3)
            hand.strike(place, unit * hand.detached, tones, -8.0, BASS)


def repeated_chords(hand, bar):
    for number, place in enumerate(bar.running(min(bar.steps, 4))):
        chord = bar.chord_at(place)
        if number == 0 and hand.alberti[2] == 1:
            hand.add(place, bar.n_beats, chord.bass(hand.low), 4.0, BASS)
        tones = chord.pitches(hand.middle, 3)
        length = hand.detached / min(bar.steps, 4)
        hand.strike(place, length, tones, hand.stress(bar, place) - 8, BASS)


def held_chords(hand, bar):
    for chord in bar.chords:
        tones = [chord.bass(hand.low), *chord.pitches(hand.middle, 3)]
        hand.strike(chord.place, chord.beats, tones, hand.stress(bar, chord.place) - 4, BASS)


def held_octaves(hand, bar):
    for chord in bar.chords:
        low = chord.bass(hand.low - 5)
        hand.strike(chord.place, chord.beats, [low, low + 12], 3.0, BASS)


def chords_on_beats(hand, bar):
    for place in bar.beats():
        chord = bar.chord_at(place)
        tones = [chord.bass(hand.low + 5), *chord.pitches(hand.middle, 2)]
        hand.strike(place, hand.detached, tones, hand.stress(bar, place) - 4, BASS)


def after_beats(hand, bar):
    """A bass at the chord's start, and chords between the beats."""
    for chord in bar.chords:
        hand.add(chord.place, chord.beats, chord.bass(hand.low), 0.0, BASS)
    part = 1 / 3 if bar.compound else 0.5
    for place in bar.beats():
        tones = bar.chord_at(place).pitches(hand.middle, 3)
        for k in range(1, 3 if bar.compound else 2):
            hand.strike(place + k * part, part * hand.detached, tones, -6.0, BASS)


def broken_octaves(hand, bar):
    for number, place in enumerate(bar.running(min(bar.steps, 4))):
        low = bar.chord_at(place).bass(hand.low - 2)
        loudness = hand.stress(bar, place) - 3
        hand.add(place, 1 / min(bar.steps, 4), low + 12 * (number % 2), loudness, BASS)


def walking_bass(hand, bar):
    steps = 1 if bar.beat_s < 0.6 else (3 if bar.compound else 2)
    pitch = bar.chords[0].bass(hand.low + 5)
    for number, place in enumerate(bar.running(steps)):
        chord = bar.chord_at(place)
        if abs(chord.place - place) < 1e-6:
            pitch = chord.bass(hand.low + 5)
        else:
            pitch = hand.degree_pitch(pitch, int(hand.rng.choice([-2, -1, 1, 2])))
        hand.add(place, 1 / steps, pitch, hand.stress(bar, place) - 2, BASS)


def tremolo(hand, bar):
    steps = max(bar.steps, 4 if bar.beat_s < 0.6 else 8)
    for number, place in enumerate(bar.running(steps)):
        tones = bar.chord_at(place).pitches(hand.middle - 5, 4)
        pair = tones[:1] if number % 2 == 0 else tones[1:3]
        hand.strike(place, 1 / steps, pair, hand.stress(bar, place) - 8, BASS)


def nothing(hand, bar):
    """Rests."""


# ---------------------------------------------------------------- the right hand


def running_scale(hand, bar):
    """Scales that turn at random, begun anew on a tone of each chord."""
    rng = hand.rng
    direction = int(rng.choice([-1, 1]))
    for place in bar.running():
        chord = bar.chord_at(place)
        if abs(chord.place - place) < 1e-6 and rng.random() < 0.6:
            hand.line = int(rng.choice(chord.pitches(hand.line - 6, 4)))
        else:
            hand.line = hand.degree_pitch(hand.line, direction)
        if hand.line > 92 or hand.line < 58 or rng.random() < 0.15:
            direction = -1 if hand.line > 76 else 1
        hand.add(place, 1 / bar.steps, hand.line, hand.stress(bar, place), MELODY)


def running_chord(hand, bar):
    """Broken chords up, down, or turning within each beat."""
    pattern = [(0, 1, 2, 3), (3, 2, 1, 0), (3, 1, 2, 1), (0, 2, 1, 3)][hand.rng.integers(4)]
    threes = [(0, 1, 2), (2, 1, 0), (0, 2, 1), (3, 1, 2)][hand.rng.integers(4)]
    for number, place in enumerate(bar.running()):
        tones = bar.chord_at(place).pitches(hand.high, 6)
        pattern_here = threes if bar.steps % 3 == 0 else pattern
        octave = 12 if bar.steps >= 6 and number % bar.steps >= bar.steps // 2 else 0
        pitch = tones[pattern_here[number % len(pattern_here)]] + octave
        hand.add(place, 1 / bar.steps, pitch, hand.stress(bar, place), MELODY)


def topped_figure(hand, bar):
    """A melody on the beats, the rest of each filled by a figure below it."""
    for number, place in enumerate(bar.running()):
        tones = bar.chord_at(place).pitches(hand.high - 3, 5)
        if number % bar.steps == 0:
            hand.line = int(hand.rng.choice(bar.chord_at(place).pitches(hand.line - 4, 3)))
            hand.line = min(hand.line, 88)
            hand.add(place, 1, hand.line, 10 + hand.stress(bar, place), MELODY)
        else:
            hand.add(place, 1 / bar.steps, tones[number % 3], -8.0, INNER)


def alternating(hand, bar):
    """Both hands in turn, chord against bass or note against note."""
    for number, place in enumerate(bar.running(min(bar.steps, 4))):
        chord = bar.chord_at(place)
        length = hand.detached / min(bar.steps, 4)
        if number % 2 == 0:
            hand.add(place, length, chord.bass(hand.low + 3), hand.stress(bar, place), BASS)
        else:
            hand.strike(place, length, chord.pitches(hand.high, 3), 0.0, MELODY)


def repeated_notes(hand, bar):
    for number, place in enumerate(bar.running()):
        if number % bar.steps == 0:
            hand.line = min(88, int(hand.rng.choice(bar.chord_at(place).pitches(hand.line - 4, 3))))
        hand.add(place, hand.detached / bar.steps, hand.line, hand.stress(bar, place), MELODY)


def chorale(hand, bar):
    """Four voices on the beats, some with passing notes between; both hands."""
    for place in bar.beats():
        chord = bar.chord_at(place)
        bass = chord.bass(hand.low + 7)
        tones = chord.pitches(hand.high - 4, 5)
        top = tones[2 + int(hand.rng.integers(2))]
        pitches = [bass, *[tone for tone in tones[:3] if tone < top], top]
        hand.strike(place, 1, pitches, hand.stress(bar, place), MELODY)
        if hand.rng.random() < 0.3:
            hand.add(place + 0.5, 0.5, hand.degree_pitch(top, -1), -3.0, MELODY)
        if hand.rng.random() < 0.2:
            hand.add(place + 0.5, 0.5, hand.degree_pitch(bass, 1), -3.0, BASS)


LEFT_FIGURES = {
    alberti: 3, arpeggio: 4, oompah: 3, repeated_chords: 2.5, held_chords: 3, held_octaves: 1.5,
    chords_on_beats: 1.5, after_beats: 1, broken_octaves: 1, walking_bass: 1.5, tremolo: 0.6,
    nothing: 0.7,
}  # fmt: skip
RIGHT_FIGURES = {
    running_scale: 3, running_chord: 2.5, topped_figure: 1.5, alternating: 0.8, repeated_notes: 0.6,
    chorale: 1.5, nothing: 0.4,
}  # fmt: skip
# They need no left hand.
BOTH_HANDS = (alternating, chorale)
