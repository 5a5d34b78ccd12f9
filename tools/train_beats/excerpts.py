"""What the network is fitted to: recordings with their beats, and random excerpts of them."""

import dataclasses
import json
import zlib

import numpy as np

import clicks
import features
import noise
import render
import warp

# The only kinds of a corpus that weights may be fitted to. Not `expressive`: its licence (ASAP,
# CC BY-NC-SA 4.0) allows to measure with it, not to make what is passed on. Not `joins`, which is
# kept to measure with.
KINDS = ("beats", "drums")
SPEEDS = (0.8, 0.89, 1.0, 1.12, 1.25)
WARPS, WARP_SEED = 2, 77

EXCERPT_FRAMES = 2000  # 20 s
N_FOLDS = 3


@dataclasses.dataclass(frozen=True)
class Recording:
    """`inputs`: shape (frames, features.INPUTS). `targets`: shape (2, frames), how much a frame is
    a beat and a downbeat, 0 to 1."""

    name: str
    inputs: np.ndarray
    targets: np.ndarray


def target(times_frames, n_frames):
    """Shape (n_frames,): 1 at each time, rounded, and a half beside it."""
    result = np.zeros(n_frames, np.float32)
    for time in times_frames:
        centre = int(round(time))
        for frame, value in ((centre, 1), (centre - 1, 0.5), (centre + 1, 0.5)):
            if 0 <= frame < n_frames:
                result[frame] = max(result[frame], value)
    return result


def recording_of(name, bands, beats_s, downbeats_s, speed=1.0):
    """Of magnitudes taken at `speed`, with times in the original's seconds."""
    inputs = features.inputs_of(bands)
    targets = [
        target(np.asarray(times) / speed * features.FRAMES_PER_SECOND, len(inputs))
        for times in (beats_s, downbeats_s)
    ]
    return Recording(name, inputs, np.stack(targets))


def song_of(name):
    """The number of the song in an item's name: beatsx_048 is of song 048."""
    return name.split("_")[1]


def left_out_songs(items, fold):
    """A third of the songs, by a hash of their numbers: all items of a song are in, or all out."""
    songs = {song_of(item["id"]) for item in items}
    ordered = sorted(songs, key=lambda song: zlib.crc32(song.encode()))
    return {song for place, song in enumerate(ordered) if place % N_FOLDS == fold}


def items_of(index):
    """The items of a corpus that may be fitted to. `index`: path of its index.json."""
    listed = json.loads(index.read_text(encoding="utf-8"))["items"]
    return [item for item in listed if item["kind"] in KINDS]


def truth_of(index, item):
    """(beats, downbeats) of an item, in seconds."""
    truth = json.loads((index.parent / item["truth"]).read_text(encoding="utf-8"))
    return truth["beats"], truth.get("downbeats", truth.get("downbeats_unverified", []))


def corpus_recordings(index, items):
    """Each item at each of SPEEDS."""
    for item in items:
        beats_s, downbeats_s = truth_of(index, item)
        samples = render.decoded(index.parent / item["path"])
        for speed in SPEEDS:
            bands = features.magnitudes(samples, speed)
            yield recording_of(item["id"], bands, beats_s, downbeats_s, speed)


def warped_recordings(index, items):
    """Each item WARPS times, as if it were played freely."""
    rng = np.random.default_rng(WARP_SEED)
    for item in items:
        times = [np.asarray(times) * features.FRAMES_PER_SECOND for times in truth_of(index, item)]
        bands = features.magnitudes(render.decoded(index.parent / item["path"]))
        for _ in range(WARPS):
            moved, *moved_times = warp.warped(rng, bands, *times)
            beats_s, downbeats_s = (frames / features.FRAMES_PER_SECOND for frames in moved_times)
            yield recording_of(item["id"], moved, beats_s, downbeats_s)


def piece_recording(path):
    with np.load(path) as stored:
        bands = stored["magnitudes"].astype(np.float32)
        return recording_of(path.stem, bands, stored["beats_s"], stored["downbeats_s"])


def noise_recordings():
    for number, samples in enumerate(noise.sounds()):
        yield recording_of(f"noise {number}", features.magnitudes(samples), [], [])


def click_recordings():
    for number, track in enumerate(clicks.tracks()):
        bands = features.magnitudes(track.samples)
        yield recording_of(f"clicks {number}", bands, track.beats_s, track.downbeats_s)


def draw_excerpt(recording, rng):
    """(inputs, targets), shapes (EXCERPT_FRAMES, features.INPUTS) and (2, EXCERPT_FRAMES): a part
    of a recording, its bands' levels changed at random and a fifth of them perhaps left out,
    perhaps with noise; padded with zeros where the recording is shorter."""
    start = rng.integers(0, max(1, len(recording.inputs) - EXCERPT_FRAMES))
    inputs = recording.inputs[start : start + EXCERPT_FRAMES]
    targets = recording.targets[:, start : start + EXCERPT_FRAMES]
    n_missing = EXCERPT_FRAMES - len(inputs)
    inputs = np.pad(inputs, ((0, n_missing), (0, 0)))
    targets = np.pad(targets, ((0, 0), (0, n_missing)))
    n_bands = inputs.shape[1]
    overall, each = rng.normal(0, 0.3), rng.normal(0, 0.25, n_bands)
    tilt = np.linspace(-1, 1, n_bands) * rng.normal(0, 0.3)
    inputs = inputs * np.exp(overall + each + tilt).astype(np.float32)
    if rng.random() < 0.3:
        inputs = inputs * (rng.random(n_bands) > 0.2)
    if rng.random() < 0.3:
        deviation = 0.1 * rng.random()
        inputs = inputs + np.abs(rng.normal(0, deviation, inputs.shape)).astype(np.float32)
    return inputs, targets


def draw_batch(pools, rng):
    """(inputs, targets): one excerpt from each pool, a list of Recordings; float32 arrays of shapes
    (pools, features.INPUTS, frames) and (pools, 2, frames)."""
    excerpts = [draw_excerpt(pool[rng.integers(len(pool))], rng) for pool in pools]
    inputs = np.array([inputs.T for inputs, _ in excerpts], np.float32)
    return inputs, np.array([targets for _, targets in excerpts], np.float32)
