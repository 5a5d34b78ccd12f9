"""tidemark.stream(): what comes out is what is in the file, however it is cut."""
import array
import io
import os
import subprocess

import numpy as np
import pytest
import tidemark
from tidemark_cli import music, wav_bytes

RATE = 44100


@pytest.fixture(name="stereo", scope="module")
def a_stereo_wav(tmp_path_factory):
    """(path, int16 samples of shape (frames, 2))."""
    left = np.frombuffer(music(7), "<i2")
    samples = np.stack([left, np.roll(left, 997)], axis=1)
    path = tmp_path_factory.mktemp("stream") / "stereo.wav"
    path.write_bytes(wav_bytes(array.array("h", samples.tobytes()), channels=2))
    return path, samples


def whole(*args, **kwargs):
    return np.concatenate([block.copy() for block in tidemark.stream(*args, **kwargs)])


def test_blocks_are_the_samples_of_the_file(stereo):
    path, samples = stereo
    blocks = list(tidemark.stream(path, copy=True))
    assert [len(block) for block in blocks] == [65536] * 4 + [len(samples) - 4 * 65536]
    assert all(block.dtype == np.float32 and block.shape[1:] == (2,) for block in blocks)
    np.testing.assert_array_equal(np.concatenate(blocks), samples / np.float32(32768))


def test_blocks_share_a_buffer_unless_copied(stereo):
    with tidemark.stream(stereo[0], block=1000) as reader:
        first = next(reader)
        assert np.shares_memory(first, next(reader))
    with tidemark.stream(stereo[0], block=1000, copy=True) as reader:
        first = next(reader)
        kept = first.copy()
        assert not np.shares_memory(first, next(reader))
        np.testing.assert_array_equal(first, kept)


@pytest.mark.parametrize("options", [
    {}, {"sr": 48000}, {"sr": 16000, "mono": True}, {"mono": True}, {"sr": 8000},
    {"sr": 192000, "duration": 1}, {"start": 1.5, "duration": 2.25, "sr": 44101},
])
def test_the_length_of_blocks_changes_no_bit(stereo, options):
    batch = whole(stereo[0], block=1 << 22, **options)
    for block in (313, 4096, 65536):
        np.testing.assert_array_equal(whole(stereo[0], block=block, **options), batch)
    with tidemark.stream(stereo[0], **options) as reader:
        assert reader.frames == len(batch)
        assert reader.sample_rate == options.get("sr", RATE)
        assert reader.channels == (1 if options.get("mono") else 2)


def test_a_tone_stays_one_at_another_rate():
    for from_hz, to_hz in ((44100, 48000), (48000, 44100), (24000, 48000), (48000, 16000)):
        tone = np.sin(2 * np.pi * 1000 * np.arange(from_hz) / from_hz) * 0.5
        got = whole(tone, sample_rate=from_hz, sr=to_hz)[:, 0]
        assert len(got) == to_hz
        error = got - np.sin(2 * np.pi * 1000 * np.arange(to_hz) / to_hz) * 0.5
        middle = error[to_hz // 10:-to_hz // 10]
        assert 20 * np.log10(np.sqrt(np.mean(middle ** 2)) / (0.5 / np.sqrt(2))) < -85


def test_the_same_rate_is_left_alone(stereo):
    np.testing.assert_array_equal(whole(stereo[0], sr=RATE), whole(stereo[0]))


def test_mono_is_the_mean_of_stereo_and_of_more_than_eight(stereo):
    path, samples = stereo
    expected = samples.astype(np.float64).mean(axis=1) / 32768
    mono = whole(path, mono=True)
    assert mono.shape == (len(samples),)
    np.testing.assert_allclose(mono, expected, atol=1e-7)
    many = np.tile(samples[:10000], (1, 5)) / 32768
    np.testing.assert_allclose(whole(many, sample_rate=RATE, mono=True), expected[:10000],
                               atol=1e-6)
    one = samples[:, :1].astype(np.float32) / 32768
    np.testing.assert_array_equal(whole(one, sample_rate=RATE, mono=True), one[:, 0])


def test_a_part_is_read_by_start_and_duration(stereo):
    path, samples = stereo
    np.testing.assert_array_equal(whole(path, start=2, duration="1.5s"),
                                  samples[2 * RATE:2 * RATE + RATE * 3 // 2] / np.float32(32768))


def test_pipes_objects_and_arrays_give_the_same(stereo):
    path, samples = stereo
    expected = whole(path)
    np.testing.assert_array_equal(whole(io.BytesIO(path.read_bytes())), expected)
    np.testing.assert_array_equal(whole(samples, sample_rate=RATE), expected)
    with open(path, "rb") as file:
        np.testing.assert_array_equal(whole(file), expected)
    with subprocess.Popen(["cat", path], stdout=subprocess.PIPE) as cat:
        np.testing.assert_array_equal(whole(cat.stdout), expected)


@pytest.mark.parametrize("name, encoder", [
    ("a.flac", "flac"), ("a.mp3", "libmp3lame"), ("a.m4a", "aac"), ("a.ogg", "libvorbis")])
def test_any_format_is_read(stereo, tmp_path, name, encoder):
    path, samples = stereo
    coded = tmp_path / name
    subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-c:a", encoder, "-b:a", "256k", coded],
                   check=True)
    with tidemark.stream(coded, copy=True) as reader:
        got = np.concatenate(list(reader))
        assert reader.encoding == {"libmp3lame": "mp3", "libvorbis": "vorbis"}.get(encoder, encoder)
    assert abs(len(got) - len(samples)) <= 4096
    n = min(len(got), len(samples))
    error = got[:n] - samples[:n] / np.float32(32768)
    assert np.sqrt(np.mean(error ** 2)) < (1e-9 if encoder == "flac" else 0.05)
    np.testing.assert_array_equal(whole(io.BytesIO(coded.read_bytes())), got)


def test_what_is_no_number_becomes_silence_and_is_counted():
    samples = np.ones((1000, 2), np.float32) * 0.5
    samples[10:20, 0] = np.nan
    samples[30, 1] = np.inf
    for sr in (None, 8001):
        with tidemark.stream(samples, sample_rate=8000, sr=sr, copy=True) as reader:
            got = np.concatenate(list(reader))
            assert reader.non_finite_samples == 11
        assert np.isfinite(got).all()


def test_leaving_early_closes_the_file(stereo):
    def open_files():
        return sorted(os.readlink(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd")
                      if os.path.exists(f"/proc/self/fd/{fd}"))
    before = open_files()
    for _ in tidemark.stream(stereo[0]):
        break
    assert open_files() == before
    with tidemark.stream(stereo[0]) as reader:
        next(reader)
    assert open_files() == before
    assert list(reader) == []


def test_a_plan_over_the_ceiling_is_refused(stereo):
    with pytest.raises(MemoryError, match="memory='"):
        tidemark.stream(stereo[0], block=1 << 20, memory="2M")
    reader = tidemark.stream(stereo[0], block=1 << 10, memory="2M")
    assert 1 << 10 < reader.planned_bytes <= 2 << 20


def test_reading_from_within_read_is_refused(stereo):
    class Own:
        def __init__(self):
            self.reader = None
            self.file = io.BytesIO(stereo[0].read_bytes())

        def read(self, n):
            if self.reader is not None:
                next(self.reader)
            return self.file.read(min(n, 10000))

    own = Own()
    own.reader = tidemark.stream(own)
    with pytest.raises(tidemark.UsageError, match="being read already"):
        list(own.reader)
    assert list(own.reader) == []


@pytest.mark.parametrize("options, reason", [
    ({"block": 0}, "block"), ({"block": 1.5}, "block"), ({"block": True}, "block"),
    ({"sr": 100}, "sr: 100 Hz"), ({"start": -2}, "start"), ({"stream": -1}, "stream"),
])
def test_wrong_options_say_what_is_wrong(stereo, options, reason):
    with pytest.raises(tidemark.UsageError, match=reason):
        tidemark.stream(stereo[0], **options)


def test_an_input_that_is_not_there_is_said_at_once(tmp_path):
    with pytest.raises(FileNotFoundError):
        tidemark.stream(tmp_path / "missing.wav")
    with pytest.raises(tidemark.UsageError, match="bytes"):
        tidemark.stream(type("Texts", (), {"read": lambda self, n: "text"})())
