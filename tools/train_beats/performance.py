"""Who plays a piece, in what key, and how exactly: turns notes of a scale into MIDI events."""

import dataclasses

import numpy as np

import midi

# Semitones above the key: major, minor, harmonic minor, mixolydian, phrygian dominant, pentatonic.
SCALES = (
    (0, 2, 4, 5, 7, 9, 11),
    (0, 2, 3, 5, 7, 8, 10),
    (0, 2, 3, 5, 7, 8, 11),
    (0, 2, 4, 5, 7, 9, 10),
    (0, 1, 4, 5, 7, 8, 10),
    (0, 2, 4, 7, 9),
)
SCALE_ODDS = (0.38, 0.17, 0.17, 0.12, 0.06, 0.1)

MELODY, CHORDS, BASS = range(3)  # channels

# Programs of General MIDI, from 0.
SOLO_PROGRAMS = (0, 1, 2, 3, 6, 24, 46, 8)
MELODY_PROGRAMS = (0, 1, 4, 5, 11, 22, 24, 25, 26, 27, 40, 48, 56, 65, 68, 71, 73, 79, 80, 81, 85)
CHORD_PROGRAMS = (0, 2, 4, 5, 16, 19, 24, 25, 27, 46, 48, 49, 50, 52, 88, 89, 90)
BASS_PROGRAMS = (32, 33, 34, 35, 36, 38, 43, 0, 58, 48)

LOWEST_NOTE, HIGHEST_NOTE = 24, 103
SOFTEST, LOUDEST = 12, 124  # MIDI velocities
SHORTEST_NOTE_S = 0.05


@dataclasses.dataclass
class Performance:
    """Collects the events of a piece; see midi.file_bytes for their form."""

    rng: np.random.Generator
    key: int
    scale: tuple
    jitter_s: float  # standard deviation of a note's time
    events: list = dataclasses.field(default_factory=list)

    @property
    def octave(self):
        """Degrees of the scale in an octave."""
        return len(self.scale)

    def pitch(self, degree):
        """The MIDI note of a degree of the scale; degree 0 is the key in the lowest octave."""
        octaves, step = divmod(degree, self.octave)
        return self.key + 12 * octaves + self.scale[step]

    def send(self, time_s, *message):
        self.events.append((time_s, False, message))

    def note(self, channel, pitch, time_s, seconds, velocity):
        pitch = int(np.clip(pitch, LOWEST_NOTE, HIGHEST_NOTE))
        time_s = max(0, time_s + self.rng.normal(0, self.jitter_s))
        velocity = int(np.clip(velocity, SOFTEST, LOUDEST))
        self.events.append((time_s, True, (midi.NOTE_ON | channel, pitch, velocity)))
        end_s = time_s + max(SHORTEST_NOTE_S, seconds)
        self.events.append((end_s, False, (midi.NOTE_OFF | channel, pitch, 0)))


def draw_programs(rng, style):
    """Programs of the melody, the chords and the bass."""
    if style == "rubato":
        if rng.random() < 0.7:
            return [0, 0, 0]
        return [int(rng.choice(SOLO_PROGRAMS)) for _ in range(3)]
    choices = (MELODY_PROGRAMS, CHORD_PROGRAMS, BASS_PROGRAMS)
    programs = [int(rng.choice(programs)) for programs in choices]
    if style == "pop" and rng.random() < 0.35:
        programs[CHORDS] = 0
    if style == "pop" and rng.random() < 0.2:
        programs = [0, 0, 0]
    return programs


def draw_pedal(performance, timing):
    """Half of the pianists tread the pedal anew every few beats."""
    if performance.rng.random() >= 0.5:
        return
    for beat in range(0, timing.n_beats, timing.beats_per_bar):
        time_s = timing.beats_s[beat]
        performance.send(time_s, midi.CONTROL, midi.SUSTAIN_PEDAL, 0)
        performance.send(time_s + 0.08, midi.CONTROL, midi.SUSTAIN_PEDAL, 110)


def draw_performance(rng, style, timing):
    """A Performance with its instruments set up and no note played yet."""
    key = int(rng.integers(0, 12))
    scale = SCALES[int(rng.choice(len(SCALES), p=SCALE_ODDS))]
    jitter_s = {  # all are drawn, whichever is used
        "pop": rng.uniform(0, 0.006),
        "rubato": rng.uniform(0.006, 0.022),
        "band": rng.uniform(0.002, 0.014),
    }[style]
    performance = Performance(rng, key, scale, jitter_s)
    for channel, program in enumerate(draw_programs(rng, style)):
        performance.send(0, midi.PROGRAM | channel, program)
        performance.send(0, midi.CONTROL | channel, midi.VOLUME, int(rng.integers(60, 120)))
    drum_volume = int(rng.integers(50, 125))
    performance.send(0, midi.CONTROL | midi.DRUM_CHANNEL, midi.VOLUME, drum_volume)
    if style == "rubato":
        draw_pedal(performance, timing)
    return performance
