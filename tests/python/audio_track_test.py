"""tidemark.AudioTrack: what can be written and read, what cannot, and what it takes."""
import array
import gc
import os
import signal
import threading
import time
import tracemalloc

import numpy as np
import pytest
import tidemark
from conftest import memory_of_self

EXACT = dict(fade_ms=0)


def ramp(n, dtype=np.int16):
    return np.arange(1, n + 1).astype(dtype)


def test_gives_what_was_written_in_frames_of_20_ms():
    track = tidemark.AudioTrack(**EXACT)
    assert (track.frame_samples, track.frame_bytes) == (960, 1920)
    assert track.write(ramp(1920)) == 1920
    first, second = track.read(), track.read()
    assert first.shape == (960, 1) and first.dtype == np.int16
    assert np.array_equal(np.concatenate([first, second])[:, 0], ramp(1920))
    assert not track.read().any()


@pytest.mark.parametrize("lent", [
    bytes, bytearray, memoryview, lambda data: np.frombuffer(data, np.uint8)])
def test_takes_bytes_of_a_format(lent):
    track = tidemark.AudioTrack(**EXACT)
    assert track.write(lent(ramp(960).tobytes()), format="s16") == 960
    assert np.array_equal(track.read()[:, 0], ramp(960))


def test_takes_any_buffer_of_numbers():
    track = tidemark.AudioTrack(**EXACT)
    assert track.write(array.array("h", range(960))) == 960
    assert np.array_equal(track.read()[:, 0], np.arange(960))
    assert track.write(memoryview(ramp(1000))[20:980]) == 960
    assert track.read()[0, 0] == 21


def test_takes_float32_and_int32_at_their_full_scale():
    track = tidemark.AudioTrack(**EXACT)
    track.write(np.full(960, 0.5, np.float32))
    assert (track.read() == 16384).all()
    track.write(np.full(960, 1 << 30, np.int32))
    assert (track.read() == 16384).all()
    track.write(b"\0\0\x40" * 960, format="s24")
    assert (track.read() == 16384).all()


def test_takes_channels_last_first_interleaved_and_transposed():
    left_right = np.stack([ramp(960), -ramp(960)], axis=1)
    for written, said in (
            (left_right, {}),
            (np.ascontiguousarray(left_right.T), dict(planar=True)),
            (left_right.T, dict(planar=True)),  # interleaved in memory
            (np.asfortranarray(left_right), {}),  # one plane a channel in memory
            (left_right.reshape(-1), dict(channels=2)),
            (left_right.tobytes(), dict(format="s16")),
            (left_right.T.tobytes(), dict(format="s16", planar=True))):
        track = tidemark.AudioTrack(channels=2, **EXACT)
        assert track.write(written, **said) == 960, said
        assert np.array_equal(track.read(), left_right), said


def test_mixes_and_converts_what_is_of_another_rate():
    track = tidemark.AudioTrack(**EXACT)
    assert track.write(np.array([[1000, 500]] * 960, np.int16)) == 960
    assert (track.read() == 750).all()
    track = tidemark.AudioTrack(**EXACT)
    assert track.write(np.full(320, 8000, np.int16), sample_rate=16000) == 320
    frame = track.read()
    assert len(frame) == 960 and abs(int(frame[480, 0]) - 8000) < 200


@pytest.mark.parametrize("name, dtype", [("s16", np.int16), ("s32", np.int32), ("f32", np.float32),
                                         ("flt", np.float32)])
def test_gives_frames_of_its_format(name, dtype):
    track = tidemark.AudioTrack(format=name, channels=2, **EXACT)
    track.write(np.full((960, 2), 0.25, np.float32))
    frame = track.read()
    assert frame.dtype == dtype and frame.shape == (960, 2)
    full_scale = 1 if dtype is np.float32 else -float(np.iinfo(dtype).min)
    assert (frame == 0.25 * full_scale).all()


def test_gives_samples_of_24_bits_as_bytes():
    track = tidemark.AudioTrack(format="s24", **EXACT)
    track.write(b"\1\2\3" * 960, format="s24")
    assert track.read() == b"\1\2\3" * 960


def test_fills_what_is_lent_to_it():
    track = tidemark.AudioTrack(channels=2, **EXACT)
    for out in (np.empty((960, 2), np.int16), np.empty(1920, np.int16), bytearray(3840),
                memoryview(bytearray(3840)), np.empty(3840, np.uint8)):
        track.write(np.tile(np.array([[3, -4]], np.int16), (960, 1)))
        assert track.read(out) is out
        assert np.array_equal(np.frombuffer(out, np.int16)[:4], [3, -4, 3, -4])


def test_says_what_a_frame_is():
    track = tidemark.AudioTrack(**EXACT)
    out = np.empty((960, 1), np.int16)
    track.write(ramp(1000))
    info = track.read_into(out)
    assert (info.pts, info.audio, info.end) == (0, True, False)
    assert repr(info) == "FrameInfo(pts=0, audio=True, end=False)"
    assert not track.read_into(out).audio  # 40 samples are no frame
    track.finish()
    info = track.read_into(out)
    assert (info.pts, info.audio) == (1920, True)
    assert np.array_equal(out[:40, 0], ramp(1000)[960:]) and not out[40:].any()
    assert track.read_into(out).end


def test_can_be_iterated_over_to_its_end():
    track = tidemark.AudioTrack(**EXACT)
    track.write(ramp(2000))
    track.finish()
    copies = list(track.frames(paced=False, copy=True))
    assert np.array_equal(np.concatenate(copies)[:2000, 0], ramp(2000)) and len(copies) == 3
    track.write(ramp(1920))
    track.finish()
    assert len({id(frame) for frame in track.frames(paced=False)}) == 1
    track.write(ramp(1920))
    track.finish()
    start = time.monotonic()
    assert [int(frame[0, 0]) for frame in track] == [1, 961]
    assert time.monotonic() - start >= 0.02


def test_iteration_ends_where_the_track_is_stopped():
    with tidemark.AudioTrack(**EXACT) as track:
        frames = track.frames(paced=False)
        next(frames)
    assert track.stopped
    assert list(frames) == []


def test_keeps_the_newest_or_the_oldest():
    newest = tidemark.AudioTrack(buffer_ms=100, **EXACT)
    newest.write(np.full(1920, 100, np.int16))
    assert newest.write(np.full(9600, 200, np.int16)) == 9600
    assert [int(newest.read()[5, 0]) for _ in range(6)] == [200] * 5 + [0]
    assert newest.stats.dropped_oldest == 1920 + 4800
    oldest = tidemark.AudioTrack(buffer_ms=100, overflow="drop_newest", **EXACT)
    assert oldest.write(ramp(9600)) == 4800
    assert np.array_equal(oldest.read()[:, 0], ramp(960))
    assert oldest.stats.dropped_newest == 4800


def test_flush_forgets_and_stats_count():
    track = tidemark.AudioTrack(**EXACT)
    track.write(ramp(1920))
    assert track.stats.buffered_ms == 40
    held_bytes = track.stats.held_bytes
    track.flush()
    assert not track.read().any()
    stats = track.stats
    assert (stats.flushed, stats.silent, stats.read, stats.written) == (1920, 960, 0, 1920)
    assert (stats.high_water_ms, stats.held_bytes) == (40, held_bytes)
    with pytest.raises(AttributeError):
        stats.read = 3


def test_counts_what_is_not_finite_and_takes_it_for_zero():
    track = tidemark.AudioTrack(**EXACT)
    samples = np.full(960, 0.5, np.float32)
    samples[[3, 5, 7]] = np.nan, np.inf, -np.inf
    track.write(samples)
    frame = track.read()
    assert (frame[[3, 5, 7]] == 0).all() and frame[4, 0] == 16384
    assert track.stats.non_finite == 3


@pytest.mark.parametrize("written, said, message", [
    (np.zeros(960), {}, "float64.*astype"),
    (np.zeros(960, np.int64), {}, "int64.*astype"),
    (np.zeros(960, ">i2"), {}, "big-endian"),
    (np.zeros(1920, np.int16)[::2], {}, "not contiguous.*ascontiguousarray"),
    (np.zeros((960, 4), np.int16)[:, ::2], {}, "not contiguous"),
    (np.zeros((960, 9), np.int16), {}, r"\(960, 9\) would have 9 channels"),
    (np.zeros((2, 960), np.int16), {}, "960 channels.*planar=True"),
    (np.zeros((960, 2), np.int16), dict(channels=1), "channels= says 1"),
    (np.zeros((2, 2, 2), np.int16), {}, r"\(2, 2, 2\)"),
    (np.zeros(961, np.int16), dict(channels=2), "1922 bytes are no whole number"),
    (np.zeros(960, np.int16), dict(format="f32"), "holds s16, and format= says f32"),
    (np.zeros(960, np.int16), dict(channels=0), "channels: 0"),
    (np.zeros(960, np.int16), dict(channels="two"), "channels: 'two' is not a whole number"),
    (np.zeros(960, np.int16), dict(sample_rate=3999), "3999 Hz"),
    (np.zeros(960, np.int16), dict(sample_rate=48000.5), "sample_rate: 48000.5"),
    (bytes(1920), {}, "bytes need format="),
    (bytes(1921), dict(format="s16"), "1921 bytes"),
    (bytes(1920), dict(format="u8"), "format: 'u8'"),
    (bytes(1920), dict(format=16), "format: 16 is not text"),
    ([0] * 960, {}, "list has no buffer"),
    ("audio", {}, "str has no buffer"),
])
def test_refuses_what_cannot_be_written(written, said, message):
    track = tidemark.AudioTrack(**EXACT)
    with pytest.raises(tidemark.UsageError, match=message):
        track.write(written, **said)
    assert track.stats.written == 0


@pytest.mark.parametrize("out, message", [
    (np.zeros((960, 1), np.float32), "holds .*, the track gives s16"),
    (np.zeros((480, 2), np.int16), r"\(480, 2\), a frame \(960, 1\)"),
    (np.zeros(959, np.int16), "1918 bytes, a frame 1920"),
    (bytearray(1921), "1921 bytes, a frame 1920"),
    (np.zeros(1920, np.int16)[::2], "not contiguous"),
    (bytes(1920), "cannot be written"),
    ([0] * 960, "list has no buffer"),
])
def test_refuses_what_a_frame_does_not_fit(out, message):
    track = tidemark.AudioTrack(**EXACT)
    track.write(ramp(960))
    with pytest.raises(tidemark.UsageError, match=message):
        track.read_into(out)
    assert track.stats.read == 0


@pytest.mark.parametrize("options, message", [
    (dict(sample_rate=3000), "sample_rate of a track is 3000; it must be 4000 to 192000"),
    (dict(sample_rate=44100.5), "sample_rate: 44100.5"),
    (dict(sample_rate="48k"), "sample_rate: '48k'"),
    (dict(channels=9), "channels of a track is 9"),
    (dict(format="u8"), "format: 'u8'"),
    (dict(format=None), "format: None"),
    (dict(frame_ms=61), "frame_ms of a track is 61"),
    (dict(frame_ms=float("nan")), "frame_ms"),
    (dict(buffer_ms=19), "buffer_ms of a track is 19"),
    (dict(buffer_ms="long"), "buffer_ms: 'long'"),
    (dict(overflow="explode"), "overflow: 'explode'.*drop_oldest"),
    (dict(max_latency_ms=39), "max_latency_ms of a track is 39"),
])
def test_refuses_options_that_make_no_sense(options, message):
    with pytest.raises(tidemark.UsageError, match=message):
        tidemark.AudioTrack(**options)


def test_refuses_a_rate_over_the_highest_that_was_announced():
    track = tidemark.AudioTrack(max_input_rate=48000)
    with pytest.raises(tidemark.UsageError, match=r"96000 Hz .*\(max_input_rate\)"):
        track.write(ramp(960), sample_rate=96000)


def test_fails_all_calls_once_it_is_stopped():
    track = tidemark.AudioTrack(**EXACT)
    track.stop()
    track.stop()
    for call in (lambda: track.write(ramp(960)), track.finish, track.read,
                 lambda: track.read(paced=True)):
        with pytest.raises(tidemark.CancelledError, match="the track was stopped"):
            call()
    assert issubclass(tidemark.CancelledError, tidemark.Error)


def waits_for(condition):
    """Gives way to other threads until the condition holds; the test's own limit is the end."""
    while not condition():
        os.sched_yield()


def test_a_writer_that_waits_lets_other_threads_run_and_the_reader_wakes_it():
    track = tidemark.AudioTrack(buffer_ms=100, overflow="block", block_timeout_ms=3_600_000,
                                **EXACT)
    taken = []
    writer = threading.Thread(target=lambda: taken.append(track.write(ramp(9600))))
    writer.start()
    waits_for(lambda: track.stats.written == 4800)
    with pytest.raises(tidemark.UsageError, match="written by another thread"):
        track.write(ramp(960))
    read = []
    while len(read) < 10:
        frame = np.empty((960, 1), np.int16)
        if track.read_into(frame).audio:
            read.append(frame)
    writer.join()
    assert taken == [9600]
    assert np.array_equal(np.concatenate(read)[:, 0], ramp(9600))


def test_stop_ends_the_waits_of_other_threads():
    track = tidemark.AudioTrack(buffer_ms=100, overflow="block", block_timeout_ms=3_600_000)
    track.read(paced=True)
    for _ in range(60_000):
        track.read()  # the next one is due in 20 minutes
    ended = []

    def read():
        try:
            track.read(paced=True)
        except tidemark.CancelledError:
            ended.append("reader")

    def write():
        track.write(ramp(9600))
        ended.append("writer")

    threads = [threading.Thread(target=read), threading.Thread(target=write)]
    for thread in threads:
        thread.start()
    waits_for(lambda: track.stats.written == 4800)
    track.stop()
    for thread in threads:
        thread.join()
    assert sorted(ended) == ["reader", "writer"]


def expect_interrupt(waits, call):
    """Ctrl-C, pressed when the call waits, ends it; else it would wait for long."""
    def press():
        waits_for(waits)
        os.kill(os.getpid(), signal.SIGINT)

    presser = threading.Thread(target=press)
    try:
        with pytest.raises(KeyboardInterrupt):
            presser.start()
            call()
    finally:
        presser.join()


def test_ctrl_c_ends_a_paced_read():
    track = tidemark.AudioTrack(frame_ms=60)
    out = np.empty((track.frame_samples, 1), np.int16)
    track.read(out, paced=True)
    for _ in range(60_000):
        track.read(out)  # the next one is due in an hour

    def is_being_read():
        try:
            track.read()
        except tidemark.UsageError:
            return True
        return False

    expect_interrupt(is_being_read, lambda: track.read(out, paced=True))
    assert not track.read_into(out).audio


def test_ctrl_c_ends_a_write_that_waits():
    track = tidemark.AudioTrack(buffer_ms=100, overflow="block", block_timeout_ms=3_600_000)
    expect_interrupt(lambda: track.stats.written == 4800, lambda: track.write(ramp(96000)))
    assert track.stats.written == 4800
    assert track.stats.dropped_newest == 96000 - 4800
    assert track.read().any()


def test_200_000_cycles_take_no_memory():
    track = tidemark.AudioTrack(channels=2, fade_ms=5)
    written = np.ones((480, 2), np.float32)
    out = np.empty((960, 2), np.int16)

    def cycles(n):
        for _ in range(n):
            track.write(written, sample_rate=24000)
            track.read_into(out)

    cycles(2000)
    gc.collect()
    rss = memory_of_self("VmRSS")
    tracemalloc.start()
    try:
        cycles(1000)
        before = tracemalloc.get_traced_memory()[0]
        cycles(10_000)
        after, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 1024
    assert peak - before < 4096
    cycles(189_000)
    assert memory_of_self("VmRSS") - rss < 512 * 1024
