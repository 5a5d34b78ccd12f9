"""tidemark.analyze() against the command's JSON on the same inputs."""
import io
import os
import struct
import threading

import numpy as np
import pytest
import tidemark
from tidemark_cli import analyze_json, music, run, wav_bytes

RATE = 44100


def found(report):
    """What must not depend on how the input was read."""
    return {name: report[name] for name in report
            if name not in ("file", "memory", "time", "version")}


@pytest.fixture(name="wav", scope="module")
def a_wav(tmp_path_factory):
    path = tmp_path_factory.mktemp("analyze") / "music.wav"
    path.write_bytes(wav_bytes(music(20)))
    return path


def samples_of(path):
    with open(path, "rb") as file:
        return np.frombuffer(file.read()[44:], "<i2")


def test_its_dictionary_is_the_report_of_the_command(sample):
    ours, theirs = tidemark.analyze(sample, features="all").to_dict(), analyze_json(
        "--features", "tuning,dominant,tempo,beats,loudness,activity,truepeak", sample)
    assert ours.pop("waveform")["n_pixels"] > 0
    assert found(ours) == found(theirs)
    assert ours["file"] == theirs["file"]
    assert ours["version"] == theirs["version"] == tidemark.__version__
    assert set(ours["memory"]) == set(theirs["memory"])


def test_the_dictionary_fits_the_schema(sample):
    import json

    import jsonschema
    root = os.path.dirname(os.path.dirname(sample))
    with open(os.path.join(root, "docs", "report.schema.json"), encoding="utf-8") as file:
        jsonschema.validate(tidemark.analyze(sample, features="all").to_dict(), json.load(file))


def test_results_are_typed_and_lists_are_arrays(sample):
    result = tidemark.analyze(sample)
    assert result.tuning.a4_hz == pytest.approx(432, abs=0.5)
    assert result.tuning.verdict.reference_hz == 432
    assert result.beats.times_s.dtype == np.float64
    assert result.beats.count == len(result.beats.times_s) == len(result.beats.positions)
    assert result.activity.intervals_s.shape == (result.activity.n_intervals, 2)
    assert result.tempo.curve_bpm.shape == result.tempo.curve_times_s.shape
    assert result.memory.planned_bytes == sum(row.bytes for row in result.memory.plan)
    assert not result.beats.times_s.flags.writeable
    with pytest.raises(AttributeError):
        result.tuning = None


def test_options_are_those_of_the_command(wav):
    ours = tidemark.analyze(wav, features=["activity", "tempo"], threshold="-30dB", min_silence=0.3,
                            margin=(-0.01, 0.02), start=1, duration="0:05", bpm_min=60,
                            bpm_max=180, steady=True, reference=[430, 444.5], threads=1)
    theirs = analyze_json("--features", "activity,tempo", "--threshold=-30dB", "--min-silence=0.3",
                          "--margin=-0.01,0.02", "--start=1", "--duration=0:05", "--bpm-min=60",
                          "--bpm-max=180", "--steady", wav)
    assert found(ours.to_dict()) == found(theirs)
    assert ours.tuning is None and ours.loudness is None


def test_the_same_comes_of_a_file_a_pipe_an_object_and_an_array(wav):
    expected = found(tidemark.analyze(wav).to_dict())
    assert found(tidemark.analyze(str(wav)).to_dict()) == expected
    assert found(tidemark.analyze(os.fsencode(wav)).to_dict()) == expected
    with open(wav, "rb") as file:
        assert found(tidemark.analyze(file).to_dict()) == expected
    with open(wav, "rb", buffering=0) as file:
        assert found(tidemark.analyze(file).to_dict()) == expected
    assert found(tidemark.analyze(io.BytesIO(wav.read_bytes())).to_dict()) == expected
    samples = samples_of(wav)
    for array in (samples, samples.astype(np.int32) << 16, samples / 32768,
                  (samples / 32768).astype(np.float32), samples.astype(">i2"),
                  samples[:, None], np.stack([samples, samples * 0], axis=1)[:, 0],
                  samples[::-1].copy()[::-1]):
        assert found(tidemark.analyze(array, sample_rate=RATE).to_dict()) == expected


def test_channels_are_columns_of_any_strides(tmp_path):
    left, right = np.frombuffer(music(5), "<i2"), np.frombuffer(music(6), "<i2")[-5 * RATE:]
    stereo = np.stack([left, right], axis=1)
    path = tmp_path / "stereo.wav"
    import array
    path.write_bytes(wav_bytes(array.array("h", stereo.tobytes()), channels=2))
    expected = found(analyze_json("--features=loudness,activity", path))
    for block in (stereo, np.asfortranarray(stereo), stereo[:, ::-1].copy()[:, ::-1]):
        result = tidemark.analyze(block, sample_rate=RATE, features="loudness,activity")
        assert found(result.to_dict()) == expected
        assert result.file.channels == 2


def test_a_real_pipe_is_read_as_it_comes(wav):
    reading, writing = os.pipe()

    def write():
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(wav.read_bytes())

    writer = threading.Thread(target=write)
    writer.start()
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        result = tidemark.analyze(pipe, features="loudness")
    writer.join()
    assert result.loudness == tidemark.analyze(wav, features="loudness").loudness


def test_a_file_is_read_from_where_it_stands(wav):
    with open(wav, "rb") as file:
        file.read(44)
        result = tidemark.analyze(file, raw="44100:1:s16le", features="loudness")
    assert result.loudness == tidemark.analyze(wav, features="loudness").loudness


def test_an_exception_in_read_comes_out_as_it_is(wav):
    class Failing:
        name = "failing"

        def __init__(self):
            self.left = 3

        def read(self, n):
            self.left -= 1
            if self.left < 0:
                raise KeyError("no more")
            with open(wav, "rb") as file:
                return file.read(n)

    with pytest.raises(KeyError, match="no more"):
        tidemark.analyze(Failing())


def test_an_object_that_never_ends_is_read_only_as_far_as_needed():
    class Noise:
        def __init__(self):
            self.n_bytes = 0

        def read(self, n):
            self.n_bytes += n
            return bytes(n)

    noise = Noise()
    result = tidemark.analyze(noise, raw="8000:1:s16le", duration=2, features="loudness")
    assert result.file.read.duration_s == 2
    assert noise.n_bytes < 2 << 20


def test_samples_that_are_no_numbers_are_counted():
    samples = np.sin(np.arange(RATE) / 10).astype(np.float32)
    samples[100:200] = np.nan
    samples[300] = np.inf
    result = tidemark.analyze(samples, sample_rate=RATE, features="loudness")
    assert result.file.non_finite_samples == 101


@pytest.mark.parametrize("array, rate, reason", [
    (np.zeros(0), RATE, "empty"),
    (np.zeros((5, 0)), RATE, "empty"),
    (np.zeros((2, 100)), RATE, "transpose"),
    (np.zeros((2, 2, 2)), RATE, "3 dimensions"),
    (np.zeros(100, np.complex64), RATE, "complex64.*astype"),
    (np.zeros(100, np.uint8), RATE, "uint8"),
    (np.array(["a"] * 10), RATE, "astype"),
    (np.zeros(100), None, "sample_rate="),
    (np.zeros(100), 100, "100 Hz"),
    (np.zeros(100), 44100.5, "whole number"),
])
def test_an_array_that_cannot_be_read_says_why(array, rate, reason):
    with pytest.raises(tidemark.UsageError, match=reason):
        tidemark.analyze(array, sample_rate=rate)


@pytest.mark.parametrize("options, reason", [
    ({"features": "tunning"}, "features"),
    ({"features": []}, "empty"),
    ({"memory": "lots"}, r"^memory:"),
    ({"start": -1}, r"^start:"),
    ({"fmin": 100, "fmax": 50}, "fmax must be above fmin"),
    ({"sample_rate": 8000}, "for arrays"),
    ({"margin": object()}, "neither a number nor text"),
    ({"click": "-"}, "not the name of a file"),
])
def test_wrong_options_say_what_is_wrong(sample, options, reason):
    with pytest.raises(tidemark.UsageError, match=reason):
        tidemark.analyze(sample, **options)


def test_errors_are_one_family_and_pythons_own(tmp_path, sample):
    with pytest.raises(FileNotFoundError) as missing:
        tidemark.analyze(tmp_path / "missing.wav")
    assert isinstance(missing.value, tidemark.NoInputError) and "missing.wav" in str(missing.value)
    text = tmp_path / "text.wav"
    text.write_text("this is no audio\n" * 100)
    with pytest.raises(tidemark.BadDataError):
        tidemark.analyze(text)
    with pytest.raises(MemoryError, match="memory='"):
        tidemark.analyze(sample, memory="1M")
    with pytest.raises(ValueError):
        tidemark.analyze(sample, bpm_min=1)
    for source in (5, None, ["a.wav"], io.StringIO("x"), b"", "a\0b"):
        with pytest.raises(tidemark.UsageError):
            tidemark.analyze(source)
    assert all(issubclass(cls, tidemark.Error) for cls in (
        tidemark.UsageError, tidemark.BadDataError, tidemark.UnsupportedError,
        tidemark.NoInputError, tidemark.MemoryLimitError, tidemark.IoError,
        tidemark.CancelledError, tidemark.InternalError))


def test_the_process_keeps_its_own_limits(sample):
    import resource
    before = resource.getrlimit(resource.RLIMIT_DATA)
    result = tidemark.analyze(sample, memory="24M")
    assert resource.getrlimit(resource.RLIMIT_DATA) == before
    assert result.memory.planned_bytes <= 24 << 20


def test_peaks_are_an_array_over_a_file(sample, tmp_path):
    for split, n_channels in ((False, 1), (True, 2)):
        stereo = np.stack([np.linspace(-1, 1, 5000)] * 2, axis=1)
        named = tidemark.analyze(stereo, sample_rate=8000, features="waveform", waveform_zoom=100,
                                 waveform_bits=16, waveform_split_channels=split,
                                 waveform_out=tmp_path / f"peaks{split}.dat").waveform
        assert named.peaks.shape == (50, n_channels, 2) and named.n_pixels == 50
        assert (named.peaks[:, :, 0] <= named.peaks[:, :, 1]).all()
        assert named.peaks[0, 0, 0] == -32768 and named.path.endswith(".dat")
    unnamed = tidemark.analyze(sample, features="waveform").waveform
    assert unnamed.peaks.dtype == np.int8 and unnamed.path == ""
    assert isinstance(unnamed.peaks, np.memmap)
    before = set(os.listdir(tmp_path))
    tidemark.analyze(sample, features="waveform", tmpdir=tmp_path)
    assert set(os.listdir(tmp_path)) == before


def test_progress_is_told_and_may_end_the_call(sample):
    told = []
    tidemark.analyze(sample, progress=lambda done_s, total_s: told.append((done_s, total_s)))
    assert told[-1][0] == pytest.approx(told[-1][1]) == pytest.approx(20.3, abs=1)

    def stop(done_s, total_s):
        raise StopAsyncIteration

    with pytest.raises(StopAsyncIteration):
        tidemark.analyze(sample, progress=stop)


def test_what_the_command_refuses_is_refused_with_its_words(tmp_path):
    header = b"RIFF" + struct.pack("<I", 36) + b"WAVEfmt " + struct.pack(
        "<IHHIIHH", 16, 1, 0, RATE, 0, 0, 16) + b"data" + struct.pack("<I", 0)
    path = tmp_path / "bad.wav"
    path.write_bytes(header)
    said = run("analyze", path).stderr.decode().strip().split("tidemark: ")[-1]
    with pytest.raises(tidemark.BadDataError) as raised:
        tidemark.analyze(path)
    assert str(raised.value) in said
