#!/usr/bin/env python3
"""tools/train_beats: the music it makes up, what the network hears of it, the weights' file."""

import itertools
import json
import pathlib
import re
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools" / "train_beats"))

try:
    import numpy as np

    import clicks
    import compose
    import excerpts
    import features
    import midi
    import noise
    import piano
    import warp
except ImportError as missing:
    if missing.name != "numpy":
        raise
    np = None

A_FEW = (0, 1, 2, 3, 17, 42, compose.RUBATO_FROM) if np else ()


def read_number(data, at):
    """(a variable-length number, where it ends)."""
    value = 0
    while True:
        value = value << 7 | data[at] & 127
        at += 1
        if data[at - 1] < 128:
            return value, at


def read_track(data):
    """[(tick, message)] of the file's only track."""
    at, tick, events = 22, 0, []
    while at < len(data):
        wait, at = read_number(data, at)
        tick += wait
        if data[at] == 0xFF:
            n_bytes, start = read_number(data, at + 2)
            end = start + n_bytes
        else:
            end = at + (2 if data[at] & 0xF0 == midi.PROGRAM else 3)
        events.append((tick, data[at:end]))
        at = end
    return events


@unittest.skipIf(np is None, "python3-numpy is not installed")
class Pieces(unittest.TestCase):
    def test_are_the_same_for_the_same_number(self):
        for number in A_FEW:
            first, second = compose.piece_of(number)[0], compose.piece_of(number)[0]
            self.assertEqual(midi.file_bytes(first.events), midi.file_bytes(second.events))
            np.testing.assert_array_equal(first.beats_s, second.beats_s)

    def test_differ_from_number_to_number(self):
        files = {midi.file_bytes(compose.piece_of(number)[0].events) for number in A_FEW}
        self.assertEqual(len(files), len(A_FEW))

    def test_have_beats_that_increase_and_downbeats_among_them(self):
        for number in A_FEW:
            piece, _ = compose.piece_of(number)
            self.assertGreater(len(piece.beats_s), 20, number)
            self.assertGreaterEqual(np.diff(piece.beats_s).min(), 0.2 - 1e-9, number)
            self.assertGreaterEqual(piece.beats_s[0], 0)
            self.assertLess(piece.beats_s[-1], compose.DURATION_S)
            self.assertGreater(len(piece.downbeats_s), 3, number)
            self.assertLessEqual(set(piece.downbeats_s), set(piece.beats_s), number)

    def test_have_notes_near_most_beats(self):
        for number in A_FEW:
            piece, _ = compose.piece_of(number)
            onsets_s = np.array([time_s for time_s, begins, _ in piece.events if begins])
            near = [np.abs(onsets_s - beat_s).min() < 0.07 for beat_s in piece.beats_s[:-1]]
            self.assertGreater(np.mean(near), 0.3, number)

    def test_are_well_formed_midi_files(self):
        for number in A_FEW:
            piece, _ = compose.piece_of(number)
            data = midi.file_bytes(piece.events)
            self.assertEqual(data[:14], b"MThd\0\0\0\6\0\0\0\1\x01\xf4")
            self.assertEqual(data[14:18], b"MTrk")
            self.assertEqual(int.from_bytes(data[18:22], "big"), len(data) - 22)
            tempo, *events, end = read_track(data)
            self.assertEqual(tempo, (0, b"\xff\x51\x03\x07\xa1\x20"))
            self.assertEqual(end[1], b"\xff\x2f\0")
            self.assertEqual(len(events), len(piece.events))
            for _, message in events:
                self.assertGreaterEqual(message[0], 0x80)
                self.assertLess(max(message[1:]), 0x80)
            latest_s = max(time_s for time_s, _, _ in piece.events)
            self.assertAlmostEqual(events[-1][0] / midi.TICKS_PER_SECOND, latest_s, delta=0.001)

    def test_write_numbers_as_the_standard_has_them(self):
        examples = {0: "00", 0x7F: "7f", 0x80: "8100", 0x3FFF: "ff7f", 0x200000: "81808000"}
        for number, expected in examples.items():
            self.assertEqual(midi.variable_length(number).hex(), expected)


@unittest.skipIf(np is None, "python3-numpy is not installed")
class PianoPieces(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.pieces = [piano.compose(np.random.default_rng(number)) for number in range(12)]

    def test_are_the_same_for_the_same_number(self):
        again = piano.compose(np.random.default_rng(3))
        self.assertEqual(again.events, self.pieces[3].events)
        np.testing.assert_array_equal(again.beats_s, self.pieces[3].beats_s)

    def test_have_beats_that_increase_and_downbeats_among_them(self):
        for piece in self.pieces:
            self.assertTrue(np.all(np.diff(piece.beats_s) > 0))
            self.assertTrue(set(piece.downbeats_s) <= set(piece.beats_s))
            self.assertGreater(len(piece.downbeats_s), 0)

    def test_have_notes_near_most_beats(self):
        for piece in self.pieces:
            starts = np.array([time_s for time_s, starts, _ in piece.events if starts])
            near = [np.abs(starts - beat).min() < 0.1 for beat in piece.beats_s]
            self.assertGreater(np.mean(near), 0.55)

    def test_take_more_liberties_than_a_machine(self):
        changes = [np.std(np.diff(np.log(np.diff(piece.beats_s)))) for piece in self.pieces]
        self.assertGreater(np.median(changes), 0.02)

    def test_have_no_note_that_goes_on(self):
        for piece in self.pieces:
            sounding = set()
            for _, _, message in sorted(piece.events, key=lambda event: event[:2]):
                if message[0] == midi.NOTE_ON:
                    sounding.add(message[1])
                elif message[0] == midi.NOTE_OFF:
                    sounding.discard(message[1])
            self.assertEqual(sounding, set())


@unittest.skipIf(np is None, "python3-numpy is not installed")
class Warps(unittest.TestCase):
    def test_move_beats_with_the_sound(self):
        beats = np.arange(50, 3000, 50)
        bands = np.zeros((3100, 3), np.float32)
        for beat in beats:
            bands[beat - 1 : beat + 2] = 1
        moved, moved_beats = warp.warped(np.random.default_rng(5), bands, beats)
        self.assertGreater(np.std(np.diff(moved_beats)), 1)
        for beat in moved_beats[moved_beats < len(moved) - 3]:
            around = moved[max(0, int(beat) - 2) : int(beat) + 4, 0]
            self.assertEqual(around.max(initial=0), 1, f"at {beat:.1f}")


@unittest.skipIf(np is None, "python3-numpy is not installed")
class ClickTracks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tracks = list(clicks.tracks())

    def test_are_the_same_on_every_call(self):
        for first, second in zip(self.tracks, itertools.islice(clicks.tracks(), 12)):
            np.testing.assert_array_equal(first.samples, second.samples)
            np.testing.assert_array_equal(first.beats_s, second.beats_s)
            np.testing.assert_array_equal(first.downbeats_s, second.downbeats_s)

    def test_differ_from_one_another(self):
        self.assertEqual(len({track.samples.tobytes() for track in self.tracks}), clicks.N_TRACKS)

    def test_have_beats_that_increase_within_the_track(self):
        for number, track in enumerate(self.tracks):
            self.assertGreater(np.diff(track.beats_s).min(), 0, number)
            self.assertGreaterEqual(track.beats_s[0], 0)
            self.assertLess(track.beats_s[-1], clicks.LAST_BEAT_S)

    def test_have_downbeats_among_the_beats_by_meter(self):
        meters = set()
        for number, track in enumerate(self.tracks):
            self.assertLessEqual(set(track.downbeats_s), set(track.beats_s), number)
            if len(track.downbeats_s) == 0:
                meters.add(1)
                continue
            places = np.searchsorted(track.beats_s, track.downbeats_s)
            self.assertEqual(places[0], 0, number)
            self.assertEqual(len(set(np.diff(places))), 1, number)
            meters.add(int(places[1]))
        self.assertEqual(meters, set(clicks.METERS))

    def test_go_from_slow_to_faster_than_180_bpm(self):
        bpm = [60 / np.median(np.diff(track.beats_s)) for track in self.tracks]
        self.assertLess(min(bpm), 45)
        self.assertGreater(max(bpm), 220)
        self.assertGreater(sum(tempo > 180 for tempo in bpm), 10)

    def test_are_heard_where_their_beats_are(self):
        for number, track in enumerate(self.tracks[:12]):
            bands = features.magnitudes(track.samples)
            recording = excerpts.recording_of("c_1", bands, track.beats_s, track.downbeats_s)
            rise, is_beat = recording.inputs.mean(1), recording.targets[0] > 0
            self.assertGreater(rise[is_beat].mean(), 10 * rise[~is_beat].mean(), number)


@unittest.skipIf(np is None, "python3-numpy is not installed")
class Features(unittest.TestCase):
    def test_have_the_constants_of_the_program(self):
        code = "".join(
            (ROOT / "src" / "analysis" / f"onset_bands.{suffix}").read_text(encoding="utf-8")
            for suffix in ("h", "cc")
        )

        def constant(name):
            found = re.search(rf"\b{name} = ([0-9.e+-]+)F?;", code)
            self.assertIsNotNone(found, f"{name} is no number in onset_bands")
            return float(found.group(1))

        expected = {
            "kFramesPerSecond": features.FRAMES_PER_SECOND,
            "kBands": features.BANDS,
            "kGroup": features.GROUP,
            "kHighestHz": features.HIGHEST_HZ,
            "kLowestHz": features.LOWEST_HZ,
            "kBandsPerOctave": features.BANDS_PER_OCTAVE,
            "kCompression": features.COMPRESSION,
            "kLeastLevel": features.LEAST_LEVEL,
            "kLevelDecaySeconds": features.LEVEL_DECAY_S,
            "kRiseFrames": features.RISE_FRAMES,
        }
        self.assertEqual({name: constant(name) for name in expected}, expected)
        self.assertIn(f"{features.WINDOW} / {features.SAMPLE_RATE_HZ}.0", code)

    def test_rise_where_a_click_enters_the_window_and_nowhere_else(self):
        samples = np.zeros(features.SAMPLE_RATE_HZ * 2, np.float32)
        samples[features.SAMPLE_RATE_HZ] = 1
        loudest = features.inputs_of(features.magnitudes(samples)).max(1)
        self.assertTrue(95 <= np.argmax(loudest) <= 103, np.argmax(loudest))
        self.assertEqual(loudest[:90].max(), 0)
        self.assertEqual(loudest[110:].max(), 0)

    def test_move_with_the_speed(self):
        samples = np.zeros(features.SAMPLE_RATE_HZ * 2, np.float32)
        samples[features.SAMPLE_RATE_HZ] = 1
        for speed, expected in ((0.8, 125), (1.0, 100), (1.25, 80)):
            loudest = np.argmax(features.magnitudes(samples, speed).sum(1))
            self.assertEqual(loudest, expected, speed)


@unittest.skipIf(np is None, "python3-numpy is not installed")
class Excerpts(unittest.TestCase):
    def setUp(self):
        bands = features.magnitudes(noise.draw_sound(np.random.default_rng(1), noise.WHITE))
        self.recording = excerpts.recording_of("n_1", bands, [0, 1.006, 9999], [1.006], speed=0.8)

    def test_have_targets_at_the_beats_of_the_changed_speed(self):
        beats, downbeats = self.recording.targets
        self.assertEqual(list(np.flatnonzero(beats)), [0, 1, 125, 126, 127])
        self.assertEqual(list(beats[[0, 1, 125, 126, 127]]), [1, 0.5, 0.5, 1, 0.5])
        self.assertEqual(list(np.flatnonzero(downbeats)), [125, 126, 127])

    def test_are_a_batch_of_one_excerpt_from_each_pool(self):
        rng = np.random.default_rng(2)
        inputs, targets = excerpts.draw_batch([[self.recording]] * 3, rng)
        self.assertEqual(inputs.shape, (3, features.INPUTS, excerpts.EXCERPT_FRAMES))
        self.assertEqual(targets.shape, (3, 2, excerpts.EXCERPT_FRAMES))
        self.assertGreaterEqual(inputs.min(), 0)

    def test_take_of_a_corpus_what_may_be_fitted_to(self):
        kinds = ("beats", "drums", "expressive", "joins", "tuning")
        index = {"items": [{"id": f"{kind}_1", "kind": kind} for kind in kinds]}
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "index.json")
            path.write_text(json.dumps(index), encoding="utf-8")
            items = excerpts.items_of(path)
        self.assertEqual([item["kind"] for item in items], ["beats", "drums"])

    def test_hold_every_song_out_in_one_fold(self):
        items = [{"id": f"beats_{song:03d}"} for song in range(10)] + [{"id": "beatsx_004"}]
        folds = [excerpts.left_out_songs(items, fold) for fold in range(excerpts.N_FOLDS)]
        self.assertEqual(sum(len(songs) for songs in folds), 10)
        self.assertEqual(len(set.union(*folds)), 10)


if __name__ == "__main__":
    unittest.main()
