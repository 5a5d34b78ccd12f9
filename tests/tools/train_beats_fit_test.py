#!/usr/bin/env python3
"""tools/train_beats: the weights' file, the network in PyTorch, and its fitting."""

import pathlib
import sys
import tempfile
import unittest
import unittest.mock

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools" / "train_beats"))

try:
    import numpy as np

    import clicks
    import excerpts
    import export
    import features
    import stages
except ImportError as missing:
    if missing.name != "numpy":
        raise
    np = None

try:
    import torch
except ImportError:
    torch = None

WEIGHTS = (
    ROOT / "src" / "analysis" / "beat_network.f32",
    ROOT / "src" / "analysis" / "beat_network_causal.f32",
)


def rows_of(inputs, at, n_rows):
    """Frames at .. at + n_rows - 1; zeros outside."""
    rows = np.zeros((n_rows, inputs.shape[1]))
    first, last = max(0, at), min(len(inputs), at + n_rows)
    if first < last:
        rows[first - at : last - at] = inputs[first:last]
    return rows


def convolved(frames, weights, bias, spacing, lag):
    """sum over taps k of weights[k] applied to frame t - lag + k * spacing; shape (frames, out)."""
    taps = [
        rows_of(frames, k * spacing - lag, len(frames)) @ weights[k] for k in range(len(weights))
    ]
    return sum(taps) + bias


def logits_of(floats, inputs, causal):
    """The network as beat_network.cc computes it from the floats of the file; shape (frames, 2)."""
    n, taps, at = export.CHANNELS, export.TAPS, 0

    def take(*shape):
        nonlocal at
        at += int(np.prod(shape))
        return floats[at - int(np.prod(shape)) : at].reshape(shape).astype(float)

    def lag(reach):
        return reach // (1 if causal else 2)

    pairs = inputs.reshape(len(inputs) // 2, -1)
    weights, bias = take(export.INPUT_TAPS, export.INPUTS, n), take(n)
    pairs = np.maximum(convolved(pairs, weights, bias, 1, lag(export.INPUT_TAPS - 1)), 0)
    for spacing in export.DILATIONS:
        heard = convolved(pairs, take(taps, n, n), take(n), spacing, lag((taps - 1) * spacing))
        pairs = pairs + np.maximum(heard, 0) @ take(n, n) + take(n)
    outputs = pairs @ take(4, n).T + take(4)
    return np.stack([outputs[:, :2].ravel(), outputs[:, 2:].ravel()], axis=1)


@unittest.skipIf(np is None, "python3-numpy is not installed")
class Weights(unittest.TestCase):
    def test_are_read_and_written_in_the_same_order(self):
        for path in WEIGHTS:
            with tempfile.TemporaryDirectory() as folder:
                copy = pathlib.Path(folder, "copy.f32")
                export.write(export.read(path), copy)
                self.assertEqual(copy.read_bytes(), path.read_bytes(), path.name)

    def test_of_another_form_are_refused(self):
        n_floats = sum(int(np.prod(shape)) for shape in export.shapes().values())
        for wrong in (n_floats - 1, n_floats + 1):
            with self.assertRaisesRegex(ValueError, str(n_floats)):
                export.unflatten(np.zeros(wrong, "<f4"))
        arrays = {name: np.zeros(shape) for name, shape in export.shapes().items()}
        arrays["mix.3.weight"] = np.zeros((2, 2, 1))
        with self.assertRaisesRegex(ValueError, "mix.3.weight"):
            export.flatten(arrays)

    @unittest.skipIf(torch is None, "python3-torch is not installed (tools/install_packages train)")
    def test_mean_in_pytorch_what_they_mean_in_the_program(self):
        import network

        torch.set_num_threads(1)
        inputs = np.random.default_rng(4).random((300, features.INPUTS)).astype(np.float32)
        for path, causal in zip(WEIGHTS, (False, True)):
            fitted = network.BeatNetwork(causal).eval()
            arrays = export.read(path)
            fitted.load_state_dict(
                {name: torch.from_numpy(array.copy()) for name, array in arrays.items()}
            )
            with torch.no_grad():
                logits = fitted(torch.from_numpy(inputs.T[None]))[0].numpy().T
            expected = logits_of(export.flatten(fitted.arrays()), inputs, causal)
            np.testing.assert_allclose(logits, expected, atol=1e-4)


@unittest.skipIf(torch is None, "python3-torch is not installed (tools/install_packages train)")
class Fitting(unittest.TestCase):
    def setUp(self):
        import network

        self.network = network
        threads = torch.get_num_threads()
        self.addCleanup(torch.set_num_threads, threads)
        torch.set_num_threads(1)
        patch = unittest.mock.patch.object(excerpts, "EXCERPT_FRAMES", 50)
        patch.start()
        self.addCleanup(patch.stop)
        track = next(clicks.tracks())
        bands = features.magnitudes(track.samples)
        recording = excerpts.recording_of("c_1", bands, track.beats_s, track.downbeats_s)
        self.recordings = {"clicks": [recording]}
        self.first = stages.Stage(("clicks",), 3, 6e-3, seed=0, n_rising=1)
        self.second = stages.Stage(("clicks",), 3, 2.5e-3, seed=3, n_rising=1)

    def fit(self, stage, fitted=None):
        return self.network.fit(stage, self.recordings, False, lambda text: None, fitted)

    def test_goes_on_from_the_weights_that_it_is_given(self):
        torch.manual_seed(8)
        first = self.network.BeatNetwork(False)
        before = export.flatten(first.arrays())
        after = export.flatten(self.fit(self.second, first).arrays())
        np.testing.assert_array_equal(export.flatten(first.arrays()), before)
        moved = np.abs(after - before).max()
        self.assertGreater(moved, 0)
        self.assertLess(moved, 3 * 1.1 * self.second.greatest_rate)

    def test_starts_from_other_weights_with_another_seed_and_the_same_with_the_same(self):
        first, again = (self.fit(self.first).arrays() for _ in range(2))
        np.testing.assert_array_equal(export.flatten(first), export.flatten(again))
        other = self.fit(self.second).arrays()
        self.assertGreater(np.abs(export.flatten(first) - export.flatten(other)).max(), 0.05)


@unittest.skipIf(np is None, "python3-numpy is not installed")
class Stages(unittest.TestCase):
    def test_take_from_pools_that_there_are(self):
        for name, form in stages.FORMS.items():
            for stage in form.stages:
                self.assertLessEqual(set(stage.pools), set(stages.POOLS), name)

    def test_rise_stay_and_fall(self):
        stage = stages.Stage(("clicks",), 1000, 1, seed=0, n_rising=100, falling_part=0.5)
        parts = [stage.part_of_rate(step) for step in (0, 49, 99, 500, 750, 999)]
        np.testing.assert_allclose(parts, [0.01, 0.5, 1, 1, 0.5, 0.002])

    def test_write_the_files_in_the_tree(self):
        self.assertEqual(
            {form.file_name for form in stages.FORMS.values()}, {path.name for path in WEIGHTS}
        )


if __name__ == "__main__":
    unittest.main()
