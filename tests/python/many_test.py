"""tidemark.analyze_many(): in order, in bounded memory, and nothing left behind."""
import os
import threading

import pytest
import tidemark
from tidemark_cli import tone, wav_bytes


@pytest.fixture(name="files", scope="module")
def ten_files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("many")
    paths = []
    for i in range(10):
        paths.append(folder / f"{i}.wav")
        paths[-1].write_bytes(wav_bytes(tone(200 + 50 * i, 3 if i % 2 else 0.5)))
    return paths


@pytest.mark.parametrize("workers", [None, 1, 3])
def test_results_come_in_order(files, workers):
    found = list(tidemark.analyze_many(files, workers=workers, features="dominant"))
    assert [path for path, _ in found] == files
    assert [round(result.dominant.hz) for _, result in found] == [200 + 50 * i for i in range(10)]


def test_a_file_that_fails_gives_its_exception_and_the_others_go_on(files, tmp_path):
    found = list(tidemark.analyze_many([files[0], tmp_path / "missing.wav", files[1]],
                                       features="loudness"))
    assert isinstance(found[1][1], tidemark.NoInputError)
    assert found[0][1].loudness and found[2][1].loudness


def test_wrong_options_are_raised(files):
    with pytest.raises(tidemark.UsageError, match="features"):
        list(tidemark.analyze_many(files, features="nothing"))
    with pytest.raises(tidemark.UsageError, match="workers"):
        tidemark.analyze_many(files, workers=0)
    with pytest.raises(tidemark.UsageError, match="waveform_out"):
        tidemark.analyze_many(files, waveform_out="a.dat")


def test_an_endless_list_is_taken_as_it_is_needed(files):
    n_taken = 0

    def endless():
        nonlocal n_taken
        while True:
            n_taken += 1
            yield files[0]

    threads = threading.active_count()
    results = tidemark.analyze_many(endless(), workers=2, features="loudness")
    for _ in range(5):
        next(results)
    results.close()
    assert n_taken <= 5 + 4
    assert threading.active_count() == threads


def test_closing_ends_what_goes_on(files, tmp_path):
    fifo = tmp_path / "never"
    os.mkfifo(fifo)
    # Nobody ever writes to it, so only a request can end it.
    results = tidemark.analyze_many([files[0], fifo, fifo], workers=2, features="loudness")
    assert next(results)[0] == files[0]
    threads = threading.active_count()
    results.close()
    assert threading.active_count() < threads
