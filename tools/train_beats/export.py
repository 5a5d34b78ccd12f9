"""The file of the weights that src/analysis/beat_network.cc reads: little-endian float32,

    input's convolution   weights [tap][input][channel]    biases [channel]
    for each layer:
      convolution         weights [tap][channel][channel]  biases [channel]
      mix                 weights [channel][channel]       biases [channel]
    output                weights [output][channel]        biases [output]

in units of pairs of frames: inputs are those of the first frame, then of the second, outputs are
beat, beat, downbeat, downbeat; and of two channels the one that is read comes first."""

import numpy as np

import features

CHANNELS = 48
INPUT_TAPS, TAPS = 3, 5
INPUTS, OUTPUTS = 2 * features.INPUTS, 4  # of a pair
DILATIONS = (1, 2, 4, 8, 16, 32, 64, 1)  # pairs


def shapes():
    """{name: shape} in the order of the file; shapes are PyTorch's: (out, in, taps) and (out,)."""
    result = {}

    def add(name, n_out, n_in, n_taps):
        result[f"{name}.weight"] = (n_out, n_in, n_taps)
        result[f"{name}.bias"] = (n_out,)

    add("input", CHANNELS, INPUTS, INPUT_TAPS)
    for layer in range(len(DILATIONS)):
        add(f"hidden.{layer}", CHANNELS, CHANNELS, TAPS)
        add(f"mix.{layer}", CHANNELS, CHANNELS, 1)
    add("output", OUTPUTS, CHANNELS, 1)
    return result


def axes_in_file(name):
    """How PyTorch's axes of weights are ordered in the file."""
    return (2, 0, 1) if name == "output.weight" else (2, 1, 0)


def flatten(arrays):
    """The floats of the file, from {name: array} of shapes()."""
    parts = []
    for name, shape in shapes().items():
        array = np.asarray(arrays[name])
        if array.shape != shape:
            raise ValueError(f"{name} has shape {array.shape}, not {shape}")
        parts.append((array if array.ndim == 1 else array.transpose(axes_in_file(name))).ravel())
    return np.concatenate(parts).astype("<f4")


def unflatten(floats):
    """{name: array} from the floats of the file."""
    n_expected = sum(int(np.prod(shape)) for shape in shapes().values())
    if len(floats) != n_expected:
        raise ValueError(f"{len(floats)} floats, but a network of this form has {n_expected}")
    arrays, start = {}, 0
    for name, shape in shapes().items():
        part = floats[start : start + int(np.prod(shape))]
        start += len(part)
        if len(shape) == 1:
            arrays[name] = part
            continue
        axes = axes_in_file(name)
        in_file = part.reshape([shape[axis] for axis in axes])
        arrays[name] = in_file.transpose(np.argsort(axes))
    return arrays


def write(arrays, path):
    path.write_bytes(flatten(arrays).tobytes())


def read(path):
    return unflatten(np.fromfile(path, "<f4"))
