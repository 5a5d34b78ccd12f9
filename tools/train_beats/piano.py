"""Piano music as pianists play it: phrases whose texture changes, in free time.

`compose(rng)` draws a piece: sections of phrases, a progression of chords in step with the bars, a
figure for each hand that lasts a phrase (piano_textures.py) or melody and counterpoint
(piano_lines.py), and the time it is played in (piano_timing.py)."""

import dataclasses

import numpy as np

import midi
import piano_lines
import piano_textures as textures
from piano_textures import BASS, MELODY, Bar, Chord, Hand
from piano_timing import Phrase, draw_time_map

DURATION_S = 62.0
LAST_BEAT_BEFORE_END_S = 1.0

# Beats to a bar, and whether they are of three parts. A beat is what scores are counted in: the
# dotted note in 6/8 to 12/8, the eighth in 3/8 and slow 6/8.
METRES = (
    ((4, False), 0.34), ((3, False), 0.24), ((2, False), 0.2), ((2, True), 0.1), ((3, True), 0.03),
    ((4, True), 0.04), ((6, False), 0.03), ((5, False), 0.01), ((1, True), 0.01),
)  # fmt: skip

# Degrees that may follow each degree of the scale.
NEXT_DEGREES = (
    (3, 4, 5, 1, 4, 0), (4, 4, 6, 4), (5, 3), (4, 0, 1, 4), (0, 0, 5, 0), (1, 3, 2, 4), (0, 2),
)  # fmt: skip

PROGRAMS = (0, 1, 2, 3, 5, 6)
PROGRAM_ODDS = (0.6, 0.14, 0.12, 0.04, 0.06, 0.04)
SOFTEST, LOUDEST = 14, 122


@dataclasses.dataclass(frozen=True)
class Piece:
    """Events as midi.file_bytes takes them; times of beats and downbeats in seconds."""

    events: list
    beats_s: np.ndarray
    downbeats_s: np.ndarray
    style: str = "piano"


def draw_one(rng, table):
    values, odds = zip(*table)
    return values[int(rng.choice(len(values), p=np.array(odds) / sum(odds)))]


def draw_figure(rng, table):
    return draw_one(rng, tuple(table.items()))


def draw_bpm(rng, compound):
    centre, spread = (72, 0.4) if compound else (106, 0.46)
    return float(np.clip(centre * np.exp(rng.normal(0, spread)), 32, 228))


def draw_steps(rng, bpm, compound):
    """Notes to a beat of those that run: two to twelve a second, six as a rule."""
    choices = (1, 3, 6) if compound else (1, 2, 4, 8, 3, 6)
    favour = (1, 1, 1) if compound else (1, 1, 1, 1, 0.3, 0.25)
    rates = np.array(choices) * bpm / 60
    odds = np.array(favour) * np.exp(-0.5 * (np.log2(rates / 5.5) / 0.6) ** 2)
    odds[(rates > 13) | (rates < 1.2)] = 0
    return int(rng.choice(choices, p=odds / odds.sum())) if odds.sum() else 2


class Section:
    """What the phrases of a section share."""

    def __init__(self, rng, metre, bpm):
        self.n_beats, self.compound = metre
        self.beat_s = 60 / bpm
        self.key = int(rng.integers(0, 12))
        scales = (textures.MAJOR, textures.MINOR, textures.NATURAL_MINOR)
        self.scale = scales[int(rng.choice(3, p=[0.6, 0.28, 0.12]))]
        self.hand = Hand(rng, self.key, self.scale)
        self.hand.ornaments = rng.uniform(0, 0.15) if rng.random() < 0.5 else 0.01
        self.hand.chordal = rng.random() ** 2
        self.steps = draw_steps(rng, bpm, self.compound)
        self.rhythms = piano_lines.Rhythms(rng, self.n_beats, self.beat_s, self.compound)
        self.counterpoint = piano_lines.Counterpoint(
            rng, self.n_beats, self.beat_s, self.compound, self.steps
        )
        bar_s = self.beat_s * self.n_beats
        # Chords to a bar: seldom faster than one a second.
        self.chords_per_bar = max(1, int(rng.integers(1, max(2, int(bar_s / 0.7)) + 1)))
        self.chords_last = int(rng.choice([1, 2])) if bar_s < 1.6 else 1  # bars
        self.textures = [self.draw_texture(rng) for _ in range(2)]
        self.doubling = int(rng.choice([0, 0, 0, 2, 5, 7]))
        self.loudness = rng.uniform(48, 82)

    def draw_texture(self, rng):
        """(figure of the left hand, figure of the right hand or None for a melody, steps)."""
        kind = rng.random()
        if kind < 0.14:
            return "counterpoint", None, self.steps
        left = draw_figure(rng, textures.LEFT_FIGURES)
        right = None if kind < 0.66 else draw_figure(rng, textures.RIGHT_FIGURES)
        if left is textures.nothing and right is textures.nothing:
            right = None
        return left, right, self.steps


class Composer:
    """Composes bar by bar, then performs."""

    def __init__(self, rng):
        self.rng = rng
        self.metre = draw_one(rng, METRES)
        self.n_beats, self.compound = self.metre
        self.bpm = draw_bpm(rng, self.compound)
        begins_early = rng.random() < 0.3 and self.n_beats > 1
        self.upbeat = int(rng.integers(1, self.n_beats)) if begins_early else 0
        # Some play nearly in time, a few hardly so.
        self.freedom = float(np.clip(np.exp(rng.normal(np.log(0.4), 0.8)), 0.03, 1.3))
        self.degree = 0
        self.notes, self.chords, self.phrases, self.levels = [], [], [], []

    def compose(self):
        n_bars_needed = DURATION_S * 1.5 / (60 / self.bpm * self.n_beats) + 4
        bar, tempo = 0, 1.0
        while bar < n_bars_needed:
            section = Section(self.rng, self.metre, self.bpm * tempo)
            end = bar + int(self.rng.choice([8, 12, 16, 16, 24, 32]))
            while bar < end:
                n_bars = int(self.rng.choice([2, 4, 4, 4, 4, 8, 8, 3, 5, 6]))
                self.compose_phrase(section, bar, n_bars, tempo, bar + n_bars >= end)
                bar += n_bars
            if self.rng.random() < 0.3:
                tempo = float(np.clip(tempo * np.exp(self.rng.normal(0, 0.3)), 0.5, 1.8))

    def compose_phrase(self, section, first, n_bars, tempo, ends_section):
        rng = self.rng
        self.phrases.append(Phrase(first, first + n_bars, tempo, ends_section))
        texture = section.textures[int(rng.random() < 0.3)]
        if rng.random() < 0.25:
            texture = section.draw_texture(rng)
        level = section.loudness + rng.normal(0, 8)
        swell = rng.normal(4, 8)
        section.hand.notes = self.notes
        for number in range(n_bars):
            chords = self.draw_chords(section, first + number, number == n_bars - 1)
            place = float((first + number) * self.n_beats)
            bar = Bar(place, self.n_beats, chords, texture[2], self.compound, section.beat_s)
            self.levels.append(level + swell * np.sin(np.pi * (number + 0.5) / n_bars))
            self.compose_bar(section, bar, texture, number == n_bars - 1)

    def draw_chords(self, section, bar, cadence):
        """The chords of a bar; the last bar of a phrase goes to the tonic or the dominant."""
        rng = self.rng
        n = section.chords_per_bar if rng.random() < 0.8 else 1
        starts = np.unique(np.floor(np.arange(n) * self.n_beats / n))
        ends = np.r_[starts[1:], self.n_beats]
        chords = []
        for start, end in zip(starts, ends):
            if start or bar % section.chords_last == 0 or cadence:
                self.degree = int(rng.choice(NEXT_DEGREES[self.degree]))
            if cadence and start == starts[-1]:
                self.degree = int(rng.choice([0, 0, 0, 4]))
            degrees = [self.degree, self.degree + 2, self.degree + 4]
            if self.degree == 4 and rng.random() < 0.5 or rng.random() < 0.1:
                degrees.append(self.degree + 6)
            inversion = int(rng.choice([0, 0, 0, 1, 2]))
            degrees = degrees[inversion:] + degrees[:inversion]
            tones = tuple(section.key + section.scale[degree % 7] for degree in degrees)
            chords.append(Chord(bar * self.n_beats + float(start), float(end - start), tones))
        self.chords += chords
        return tuple(chords)

    def compose_bar(self, section, bar, texture, is_last):
        rng, hand = self.rng, section.hand
        left, right, _ = texture
        if rng.random() < 0.015:
            return  # a rest of both hands
        ends = is_last and rng.random() < 0.5
        if left == "counterpoint":
            section.counterpoint.play(hand, bar)
            return
        if right in textures.BOTH_HANDS and not ends:
            right(hand, bar)
            return
        (textures.held_chords if ends and rng.random() < 0.6 else left)(hand, bar)
        if right is None or ends:
            places = section.rhythms.ending() if ends else section.rhythms.next()
            if rng.random() > 0.05:
                piano_lines.add_melody(hand, bar, places, section.doubling)
        else:
            right(hand, bar)

    def level_at(self, place):
        bar = int(np.clip(place // self.n_beats, 0, len(self.levels) - 1))
        return self.levels[bar]


class Pianist:
    """Turns notes into events: what sounds together, how exactly, and the pedal."""

    def __init__(self, rng, time_map):
        self.rng, self.time_map = rng, time_map
        self.jitter_s = rng.uniform(0.002, 0.013)
        self.lead_s = max(0.0, rng.normal(0.012, 0.012))  # of the melody
        self.bass_lead_s = max(0.0, rng.normal(0, 0.012))
        self.spread_s = rng.uniform(0, 0.008)  # between the notes of a chord
        self.rolls = 0.0 if rng.random() < 0.5 else rng.uniform(0, 0.2)
        self.touch = rng.uniform(3, 9)
        self.voicing = (rng.uniform(0, 14), rng.uniform(-10, 2), rng.uniform(-8, 4))
        self.events = []
        program = int(rng.choice(PROGRAMS, p=PROGRAM_ODDS))
        self.events.append((0, False, (midi.PROGRAM, program)))

    def play(self, notes, level_at):
        rolled = {}
        for note in notes:
            key = (round(note.place, 3), note.voice)
            if key not in rolled:
                roll = self.rng.uniform(0.02, 0.07) if self.rng.random() < self.rolls else None
                rolled[key] = (roll, self.rng.normal(0, self.jitter_s), self.rng.random())
            self.play_note(note, level_at(note.place), *rolled[key])

    def play_note(self, note, level, roll_s, together_s, early):
        rng = self.rng
        time_s = float(self.time_map.at(note.place)) + together_s
        time_s -= self.lead_s if note.voice == MELODY else 0
        time_s -= self.bass_lead_s if note.voice == BASS else 0
        apart_s = self.spread_s if roll_s is None else roll_s
        time_s += note.order * apart_s - (early * 3 * roll_s if roll_s else 0)
        time_s += rng.normal(0, 0.3 * self.jitter_s)
        end_s = float(self.time_map.at(note.place + note.beats))
        velocity = level + self.voicing[note.voice] + note.loudness + rng.normal(0, self.touch)
        self.strike(time_s, end_s, note.pitch, velocity)

    def strike(self, time_s, end_s, pitch, velocity):
        pitch = int(np.clip(pitch, 24, 103))
        velocity = int(np.clip(velocity, SOFTEST, LOUDEST))
        time_s = max(0.0, time_s)
        self.events.append((time_s, True, (midi.NOTE_ON, pitch, velocity)))
        end_s = max(time_s + 0.05, end_s)
        self.events.append((end_s, False, (midi.NOTE_OFF, pitch, 0)))

    def pedal(self, chords):
        """Changed with the harmony, or not trodden at all."""
        if self.rng.random() < 0.4:
            return
        for chord in chords:
            time_s = float(self.time_map.at(chord.place))
            self.events.append((time_s, False, (midi.CONTROL, midi.SUSTAIN_PEDAL, 0)))
            if self.rng.random() < 0.85:
                message = (midi.CONTROL, midi.SUSTAIN_PEDAL, 110)
                self.events.append((time_s + self.rng.uniform(0.04, 0.15), False, message))


def excerpt(events, begin_s):
    """DURATION_S of them from a time on; what sounds then ends there."""
    result = []
    for time_s, starts, message in events:
        time_s -= begin_s
        if message[0] == midi.PROGRAM:
            result.append((0, False, message))
        elif starts and 0 <= time_s < DURATION_S or not starts and time_s >= 0:
            result.append((min(time_s, DURATION_S), starts, message))
    result.append((DURATION_S, False, (midi.CONTROL, midi.SUSTAIN_PEDAL, 0)))
    return result


def compose(rng):
    """A Piece of at most DURATION_S."""
    composer = Composer(rng)
    composer.compose()
    notes, upbeat = composer.notes, composer.upbeat
    for beat in range(upbeat):
        notes.append(textures.Note(beat - upbeat, 0.9, 67 + 2 * beat, 4.0, MELODY))
    n_beats, freedom = composer.n_beats, composer.freedom
    time_map = draw_time_map(rng, composer.phrases, composer.bpm, n_beats, upbeat, freedom)
    pianist = Pianist(rng, time_map)
    begin = rng.uniform(0, 20) if rng.random() < 0.5 else 0.0  # seconds that are left out
    pianist.play(notes, composer.level_at)
    pianist.pedal(composer.chords)
    places = np.arange(-upbeat, composer.phrases[-1].last * n_beats + 1)
    times_s = time_map.at(places)
    events = excerpt(pianist.events, begin)
    keep = (times_s >= begin + 0.02) & (times_s < begin + DURATION_S - LAST_BEAT_BEFORE_END_S)
    downbeats = keep & (places % n_beats == 0)
    return Piece(events, times_s[keep] - begin, times_s[downbeats] - begin)
