"""tidemark.memmap() and tidemark.MappedWriter."""
import os
import subprocess

import numpy as np
import pytest
import tidemark

RATE = 44100


@pytest.fixture(name="samples")
def two_channels():
    """(frames, 2) of int16."""
    return np.random.default_rng(1).integers(-32768, 32767, (5000, 2)).astype(np.int16)


def encode(samples, path, *options):
    subprocess.run(["ffmpeg", "-v", "error", "-f", "s16le", "-ar", str(RATE), "-ac", "2", "-i", "-",
                    *options, path], input=samples.tobytes(), check=True)
    return path


@pytest.mark.parametrize("name, codec, dtype", [
    ("a.wav", "pcm_s16le", "<i2"), ("a.wav", "pcm_s32le", "<i4"), ("a.wav", "pcm_f32le", "<f4"),
    ("a.wav", "pcm_f64le", "<f8"), ("a.wav", "pcm_u8", "u1"), ("a.aiff", "pcm_s16be", ">i2"),
    ("a.caf", "pcm_s16le", "<i2"), ("a.caf", "pcm_s32be", ">i4"), ("a.w64", "pcm_s16le", "<i2"),
    ("rf64.wav", "pcm_s16le", "<i2"), ("a.aiff", "pcm_f64be", ">f8"),
])
def test_a_map_is_the_file(samples, tmp_path, name, codec, dtype):
    options = ["-rf64", "always"] if name.startswith("rf64") else []
    path = encode(samples, tmp_path / name, "-c:a", codec, *options)
    mapped = tidemark.memmap(path)
    assert mapped.dtype == np.dtype(dtype)
    assert mapped.shape == samples.shape
    assert mapped.sample_rate == RATE and mapped[100:200, 0].sample_rate == RATE
    kind = mapped.dtype.kind
    scaled = {"f": lambda x: x * 32768.0, "u": lambda x: (x.astype(np.int64) - 128) * 256,
              "i": lambda x: x.astype(np.int64) >> (8 * x.dtype.itemsize - 16)}[kind](mapped)
    np.testing.assert_allclose(scaled, samples, atol=256 if kind == "u" else 0)
    with pytest.raises(ValueError):
        mapped[0, 0] = 1


def test_a_map_can_be_analysed_and_streamed(samples, tmp_path):
    path = encode(samples, tmp_path / "a.aiff", "-c:a", "pcm_s16be")
    mapped = tidemark.memmap(path)
    assert (tidemark.analyze(mapped, features="loudness").loudness ==
            tidemark.analyze(path, features="loudness").loudness)
    got = np.concatenate(list(tidemark.stream(mapped, copy=True)))
    np.testing.assert_array_equal(got, samples / np.float32(32768))


@pytest.mark.parametrize("name, codec", [("a.wav", "pcm_s24le"), ("a.flac", "flac"),
                                         ("a.wav", "pcm_alaw"), ("a.m4a", "aac")])
def test_what_cannot_be_mapped_names_stream(samples, tmp_path, name, codec):
    path = encode(samples, tmp_path / name, "-c:a", codec)
    with pytest.raises(tidemark.Error, match=r"a\.\w+: .*" + ("stream" if name != "a.m4a" else "")):
        tidemark.memmap(path)


def test_a_file_without_frames_maps_to_none(tmp_path):
    with tidemark.MappedWriter(tmp_path / "empty.wav", RATE, 2):
        pass
    mapped = tidemark.memmap(tmp_path / "empty.wav")
    assert mapped.shape == (0, 2) and mapped.sample_rate == RATE


def test_chunks_behind_the_samples_are_not_mapped(samples, tmp_path):
    path = encode(samples, tmp_path / "a.wav", "-c:a", "pcm_s16le")
    with open(path, "ab") as file:
        file.write(b"LIST\x10\0\0\0" + bytes(16))
    np.testing.assert_array_equal(tidemark.memmap(path), samples)


def test_a_missing_file_is_missing(tmp_path):
    with pytest.raises(FileNotFoundError):
        tidemark.memmap(tmp_path / "missing.wav")
    with pytest.raises(tidemark.UsageError):
        tidemark.memmap(b"")


@pytest.mark.parametrize("dtype", ["uint8", "int16", "int32", "float32", "float64"])
@pytest.mark.parametrize("channels", [1, 2, 3])
def test_what_is_written_is_read(tmp_path, dtype, channels):
    rng = np.random.default_rng(2)
    values = rng.uniform(-1, 1, (1001, channels))
    block = (values if dtype.startswith("f") else values * 100 + 128).astype(dtype)
    path = tmp_path / "a.wav"
    with tidemark.MappedWriter(path, RATE, channels, dtype) as writer:
        writer.write(block[:400])
        writer.write(block[400:])
        assert writer.frames_written == 1001
        assert not path.exists()
    np.testing.assert_array_equal(tidemark.memmap(path), block)
    subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-f", "null", "-"], check=True)
    assert os.listdir(tmp_path) == ["a.wav"]


def test_a_file_of_known_length_is_filled_in_any_order(samples, tmp_path):
    path = tmp_path / "a.wav"
    with tidemark.MappedWriter(path, RATE, 2, np.int16, frames=len(samples)) as writer:
        writer.samples[3000:] = samples[3000:]
        writer.samples[:2000] = samples[:2000]
    expected = samples.copy()
    expected[2000:3000] = 0
    np.testing.assert_array_equal(tidemark.memmap(path), expected)
    with tidemark.MappedWriter(tmp_path / "b.wav", RATE, 1, np.int16, frames=3) as writer:
        writer.write(samples[:3, 0].copy())
    np.testing.assert_array_equal(tidemark.memmap(tmp_path / "b.wav")[:, 0], samples[:3, 0])


def test_an_exception_or_abort_leaves_nothing(samples, tmp_path):
    with pytest.raises(KeyError):
        with tidemark.MappedWriter(tmp_path / "a.wav", RATE, 2) as writer:
            writer.write(samples)
            raise KeyError
    writer = tidemark.MappedWriter(tmp_path / "a.wav", RATE, 2)
    writer.write(samples)
    writer.abort()
    writer = tidemark.MappedWriter(tmp_path / "a.wav", RATE, 2)
    del writer
    with pytest.raises(tidemark.UsageError, match="5001 frames were announced, 5000 written"):
        with tidemark.MappedWriter(tmp_path / "a.wav", RATE, 2, frames=5001) as writer:
            writer.write(samples)
    assert os.listdir(tmp_path) == []


def test_a_file_that_is_there_stays_unless_it_is_to_go(samples, tmp_path):
    path = tmp_path / "a.wav"
    path.write_bytes(b"mine")
    with pytest.raises(tidemark.UsageError, match="a.wav"):
        tidemark.MappedWriter(path, RATE, 2)
    assert path.read_bytes() == b"mine"
    with tidemark.MappedWriter(path, RATE, 2, overwrite=True) as writer:
        writer.write(samples)
    np.testing.assert_array_equal(tidemark.memmap(path), samples)


@pytest.mark.parametrize("make, reason", [
    (lambda x: x.astype(np.float32), "float32, the file int16"),
    (lambda x: x[:, :1].copy(), r"\(frames, 2\)"),
    (lambda x: x[:, 0].copy(), r"\(frames, 2\)"),
    (lambda x: x[::2], "not contiguous"),
    (lambda x: x.tolist(), "list is not a NumPy array"),
])
def test_blocks_that_do_not_fit_are_refused(samples, tmp_path, make, reason):
    with tidemark.MappedWriter(tmp_path / "a.wav", RATE, 2, np.int16, frames=0) as writer:
        with pytest.raises(tidemark.UsageError, match=reason):
            writer.write(make(samples))
        with pytest.raises(tidemark.UsageError, match="announced"):
            writer.write(samples)
    with pytest.raises(tidemark.UsageError, match="closed"):
        writer.write(samples)


@pytest.mark.parametrize("arguments, reason", [
    ((RATE, 2, "int8"), "int8"), ((RATE, 2, ">i2"), "dtype"), ((RATE, 0), "channels"),
    ((1, 2), "sample_rate"), ((RATE, 2, "int16", -1), "negative"),
])
def test_a_file_that_cannot_be_is_refused(tmp_path, arguments, reason):
    with pytest.raises(tidemark.UsageError, match=reason):
        tidemark.MappedWriter(tmp_path / "a.wav", *arguments)
    with pytest.raises(tidemark.IoError):
        tidemark.MappedWriter(tmp_path / "no" / "a.wav", RATE, 2)
