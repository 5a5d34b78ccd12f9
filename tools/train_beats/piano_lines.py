"""Melodies and counterpoint: rhythms that return, walked along the scale."""

import numpy as np

from piano_textures import BASS, COMPOUND_CELLS, INNER, LEAST_STEP_S, MELODY, SIMPLE_CELLS


def least_gap(cell):
    """Of a rhythm within a beat, in beats."""
    return min(np.diff([*cell, 1.0 + cell[0]])) if cell else 1.0


def draw_cells(rng, beat_s, compound, usual_s):
    """Cells with odds: those whose notes are not too fast, and best about usual_s long."""
    cells, odds = [], []
    for cell, weight in COMPOUND_CELLS if compound else SIMPLE_CELLS:
        if least_gap(cell) * beat_s < LEAST_STEP_S:
            continue
        length_s = beat_s / max(len(cell), 0.5)
        cells.append(cell)
        odds.append(weight * np.exp(-0.5 * (np.log2(length_s / usual_s) / 0.8) ** 2) + 1e-6)
    return cells, np.array(odds) / sum(odds)


class Rhythms:
    """Rhythms of a bar that return in the melody of a section."""

    def __init__(self, rng, n_beats, beat_s, compound):
        self.rng, self.n_beats = rng, n_beats
        usual_s = rng.uniform(0.2, 0.7)
        self.cells, self.odds = draw_cells(rng, beat_s, compound, usual_s)
        few = np.arange(min(3, len(self.cells)))
        if np.count_nonzero(self.odds > 1e-5) >= 3:
            few = rng.choice(len(self.cells), size=len(few), p=self.odds, replace=False)
        self.odds[few] *= 6
        self.odds /= self.odds.sum()
        self.held = rng.uniform(0, 0.25) if rng.random() < 0.4 else 0.03  # beats tied over
        self.motifs = [self.draw() for _ in range(int(rng.integers(2, 5)))]

    def draw(self):
        """Places within a bar; may be none."""
        places = []
        for beat in range(self.n_beats):
            cell = self.cells[int(self.rng.choice(len(self.cells), p=self.odds))]
            tied = beat and self.rng.random() < self.held
            places += [beat + place for place in cell if not (tied and place == 0)]
        if not places or self.rng.random() < 0.5:
            places = sorted({0.0, *places})
        return places

    def next(self):
        if self.rng.random() < 0.8:
            return self.motifs[int(self.rng.integers(len(self.motifs)))]
        return self.draw()

    def ending(self):
        """Of the last bar of a phrase: a note or two, then a long one or a rest."""
        n = int(self.rng.integers(1, self.n_beats + 1))
        return [float(beat) for beat in range(n)] if self.rng.random() < 0.5 else [0.0]


def step_of(rng, leaps):
    if rng.random() < leaps:
        return int(rng.choice([-5, -4, -3, 3, 4, 5, 7]))
    return int(rng.choice([-2, -1, -1, 0, 1, 1, 2]))


def add_melody(hand, bar, places, doubling, voice=MELODY, loudness=8.0):
    """`doubling`: degrees below the melody of another line, or 0; 7 doubles at the octave."""
    rng = hand.rng
    for number, offset in enumerate(places):
        place = bar.place + offset
        end = bar.place + (places[number + 1] if number + 1 < len(places) else bar.n_beats)
        strong = abs(offset - round(offset)) < 1e-6
        hand.line = hand.degree_pitch(hand.line, step_of(rng, 0.15))
        if strong and rng.random() < 0.6:
            hand.line = int(rng.choice(bar.chord_at(place).pitches(hand.line - 5, 4)))
        if hand.line > 90 or hand.line < 62:
            hand.line = int(rng.choice(bar.chord_at(place).pitches(70, 3)))
        pitch = hand.line + (1 if not strong and rng.random() < 0.06 else 0)
        length = (end - place) * (hand.detached if rng.random() < 0.3 else 0.95)
        stress = loudness + hand.stress(bar, place) + rng.normal(0, 4)
        lasts_s = (end - place) * bar.beat_s
        if lasts_s > 0.35 and rng.random() < hand.ornaments:
            add_ornament(hand, place, end - place, pitch, stress, bar.beat_s, voice)
        elif doubling and rng.random() < 0.9:
            other = pitch - 12 if doubling == 7 else hand.degree_pitch(pitch, -doubling)
            hand.strike(place, length, [other, pitch], stress, voice)
        elif doubling == 0 and strong and rng.random() < hand.chordal:
            below = [tone for tone in bar.chord_at(place).pitches(pitch - 12, 4) if tone < pitch]
            hand.strike(place, length, [*below[-2:], pitch], stress, voice)
        else:
            hand.add(place, length, pitch, stress, voice)


def add_ornament(hand, place, beats, pitch, loudness, beat_s, voice):
    """A trill, a turn or mordent on the beat, or grace notes before it."""
    rng = hand.rng
    above, below = hand.degree_pitch(pitch, 1), hand.degree_pitch(pitch, -1)
    note_beats = rng.uniform(0.06, 0.1) / beat_s
    kind = rng.random()
    if kind < 0.25:
        n = int(beats * rng.uniform(0.5, 1) / note_beats)
        for k in range(n):
            one = above if k % 2 else pitch
            hand.add(place + k * note_beats, note_beats, one, loudness - 2, voice)
        return
    if kind < 0.55:
        turn = [(pitch, below, pitch), (pitch, above, pitch), (above, pitch, below, pitch)]
        shape = turn[int(rng.integers(3))]
        for k, one in enumerate(shape):
            last = k + 1 == len(shape)
            length = beats - k * note_beats if last else note_beats
            hand.add(place + k * note_beats, length, one, loudness, voice)
        return
    n = int(rng.choice([1, 1, 1, 2, 3, 5]))
    for k in range(n):
        early = (n - k) * note_beats
        hand.add(place - early, note_beats, hand.degree_pitch(pitch, k - n), loudness - 8, voice)
    hand.add(place, beats * 0.95, pitch, loudness, voice)


class Counterpoint:
    """Two to four voices, one of which runs while the others move more slowly; a subject that
    enters in one voice after the other."""

    def __init__(self, rng, n_beats, beat_s, compound, steps):
        self.rng = rng
        self.n_voices = int(rng.integers(2, 5))
        self.lines = [int(rng.integers(*span)) for span in ((70, 80), (45, 55), (60, 68), (53, 60))]
        self.rhythms = Rhythms(rng, n_beats, beat_s, compound)
        self.slow = 1 if beat_s * steps < 1.2 or compound else 2
        self.subject = [self.rhythms.draw() for _ in range(int(rng.integers(1, 4)))]
        self.steps_of_subject = rng.integers(-2, 3, 400)
        self.constant = rng.random() < 0.6  # some voice always runs
        self.runner = 0
        self.n_bars = 0

    def play(self, hand, bar):
        rng = self.rng
        if rng.random() < 0.35:
            self.runner = int(rng.integers(self.n_voices))
        for voice in range(self.n_voices):
            subject = self.subject[self.n_bars % len(self.subject)]
            entry = (self.n_bars // len(self.subject)) % self.n_voices == voice
            if entry:
                places = subject
            elif voice == self.runner and self.constant:
                places = list(np.arange(bar.n_beats * bar.steps) / bar.steps)
            elif rng.random() < 0.2:
                places = []
            else:
                places = self.rhythms.next() if rng.random() < 0.6 else self.slow_places(bar)
            self.add_line(hand, bar, voice, places, entry)
        self.n_bars += 1

    def slow_places(self, bar):
        n = bar.n_beats * self.slow
        return [k / self.slow for k in range(n) if k == 0 or self.rng.random() < 0.8]

    def add_line(self, hand, bar, voice, places, entry):
        rng = self.rng
        lowest, highest = ((62, 88), (36, 58), (55, 76), (48, 68))[voice]
        for number, offset in enumerate(places):
            place = bar.place + offset
            end = places[number + 1] if number + 1 < len(places) else bar.n_beats
            chord = bar.chord_at(place)
            step = int(self.steps_of_subject[number]) if entry else step_of(rng, 0.12)
            line = hand.degree_pitch(self.lines[voice], step)
            if abs(offset - round(offset)) < 1e-6 and rng.random() < 0.5:
                line = int(rng.choice(chord.pitches(line - 4, 3)))
            if line < lowest or line > highest:
                line = chord.pitches((lowest + highest) // 2, 1)[0]
            self.lines[voice] = line
            part = BASS if voice == 1 else (MELODY if voice == 0 else INNER)
            stress = hand.stress(bar, place) + (5 if entry else 0)
            hand.add(place, (end - offset) * 0.95, line, stress, part)
