"""tidemark.aiortc.AudioStreamTrack: the behaviour of stream-py's class, without its faults.

The event loop's clock is the tests' own: a sleep moves it and takes no time.
"""
import asyncio
import dataclasses
import enum
import fractions
import gc
import selectors
import sys
import threading
import tracemalloc

import numpy as np
import pytest
import tidemark
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import AudioFrame
from conftest import memory_of_self
from tidemark.aiortc import AudioStreamTrack


class _Selector(selectors.DefaultSelector):
    loop = None

    def select(self, timeout=None):
        if timeout:
            self.loop.now_s += timeout
            timeout = 0
        return super().select(timeout)


class _Loop(asyncio.SelectorEventLoop):
    """Whose sleeps are over at once."""

    def __init__(self):
        self.now_s = 1000.0
        selector = _Selector()
        selector.loop = self
        super().__init__(selector)

    def time(self):
        return self.now_s


def run(coroutine):
    loop = _Loop()
    try:
        return loop.run_until_complete(coroutine)
    finally:
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


class Format(str, enum.Enum):
    S16 = "s16"
    F32 = "f32"


@dataclasses.dataclass
class PcmData:
    """What stream-py's class of that name looks like from outside."""

    sample_rate: int
    format: str
    samples: np.ndarray
    channels: int = 1


def pcm(value, ms, rate=48000, channels=1):
    """Of a constant value; channels first, as there."""
    n = rate * ms // 1000
    shape = n if channels == 1 else (channels, n)
    return PcmData(rate, Format.S16, np.full(shape, value, np.int16), channels)


def samples_of(frame):
    """(samples, channels)"""
    return frame.to_ndarray().reshape(-1, len(frame.layout.channels))


async def receive(track, n):
    return [samples_of(await track.recv()) for _ in range(n)]


def test_is_a_live_audio_track_of_aiortc():
    track = AudioStreamTrack()
    assert isinstance(track, MediaStreamTrack)
    assert (track.kind, track.readyState) == ("audio", "live")
    assert (track.sample_rate, track.channels, track.format, track.audio_buffer_size_ms) == (
        48000, 1, "s16", 30000)
    track = AudioStreamTrack(sample_rate=16000, channels=2, format=Format.F32,
                             audio_buffer_size_ms=500)
    assert (track.sample_rate, track.channels, track.format, track.audio_buffer_size_ms) == (
        16000, 2, "f32", 500)
    assert track.readyState == "live"


@pytest.mark.parametrize("arguments, message", [
    (dict(format="s24"), "format: 's24' is none of"), (dict(format=None), "format: 'None'"),
    (dict(audio_buffer_size_ms=0), "audio_buffer_size_ms: 0"), (dict(channels=9), "channels"),
    (dict(sample_rate=1), "sample_rate")])
def test_refuses_what_makes_no_sense(arguments, message):
    with pytest.raises(ValueError, match=message):
        AudioStreamTrack(**arguments)


def test_gives_frames_of_20_ms_with_their_time():
    async def body():
        track = AudioStreamTrack()
        ramp = np.arange(1920, dtype=np.int16)
        await track.write(PcmData(48000, "s16", ramp))
        for k in range(2):
            frame = await track.recv()
            assert isinstance(frame, AudioFrame)
            assert (frame.samples, frame.format.name, frame.layout.name) == (960, "s16", "mono")
            assert (frame.sample_rate, frame.pts) == (48000, 960 * k)
            assert frame.time_base == fractions.Fraction(1, 48000)
            assert np.array_equal(samples_of(frame)[:, 0], ramp[960 * k:960 * (k + 1)])
    run(body())


def test_takes_floats():
    async def body():
        track = AudioStreamTrack()
        await track.write(PcmData(48000, "f32", np.full(960, 0.5, np.float32)))
        frame = await track.recv()
        assert frame.format.name == "s16"
        assert 15000 <= samples_of(frame).max() <= 17000
    run(body())


def test_gives_floats_where_asked():
    async def body():
        track = AudioStreamTrack(format="f32", channels=2)
        await track.write(pcm(16384, 20, channels=2))
        frame = await track.recv()
        assert (frame.format.name, frame.layout.name) == ("flt", "stereo")
        assert (samples_of(frame) == 0.5).all()
    run(body())


def test_converts_rates_and_channels():
    async def body():
        track = AudioStreamTrack()
        await track.write(pcm(1000, 20, rate=16000))
        frame = (await receive(track, 1))[0]
        assert frame.shape == (960, 1) and abs(int(frame[480, 0]) - 1000) < 30
        stereo = AudioStreamTrack(channels=2)
        await stereo.write(pcm(700, 20))
        assert (await receive(stereo, 1))[0].tolist() == [[700, 700]] * 960
        mono = AudioStreamTrack()
        left_right = np.stack([np.full(960, 1000), np.full(960, 500)]).astype(np.int16)
        await mono.write(PcmData(48000, "s16", left_right, 2))
        assert (await receive(mono, 1))[0].tolist() == [[750]] * 960
    run(body())


@pytest.mark.parametrize("samples", [
    lambda x: x, lambda x: np.ascontiguousarray(x.T), lambda x: x.T.reshape(-1).reshape(-1, 2).T,
    lambda x: x.T.reshape(-1), lambda x: np.repeat(x, 2, axis=1)[:, ::2],
    lambda x: x.T.tobytes()])
def test_takes_the_layouts_that_pcm_data_has(samples):
    async def body():
        x = np.stack([np.arange(960), -np.arange(960)]).astype(np.int16)
        track = AudioStreamTrack(channels=2)
        assert await track.write(PcmData(48000, Format.S16, samples(x), 2)) == 960
        assert np.array_equal((await receive(track, 1))[0], x.T)
    run(body())


def test_takes_arrays_and_bytes_too():
    async def body():
        track = AudioStreamTrack()
        ramp = np.arange(960, dtype=np.int16)
        await track.write(ramp)
        await track.write(ramp.tobytes(), format="s16", sample_rate=48000, channels=1)
        await track.write(np.stack([ramp, ramp]), planar=True)
        for frame in await receive(track, 3):
            assert np.array_equal(frame[:, 0], ramp)
        with pytest.raises(tidemark.UsageError, match="bytes need format="):
            await track.write(ramp.tobytes())
        with pytest.raises(tidemark.UsageError, match="PcmData says its own sample_rate"):
            await track.write(pcm(1, 20), sample_rate=8000)
    run(body())


def test_keeps_the_newest_that_fits():
    async def body():
        track = AudioStreamTrack(audio_buffer_size_ms=100)
        ramp = np.arange(9600, dtype=np.int16)
        await track.write(PcmData(48000, "s16", ramp))
        frames = np.concatenate(await receive(track, 8))[:, 0]
        assert np.array_equal(frames, np.concatenate([ramp[4800:], np.zeros(2880)]))
        track = AudioStreamTrack(audio_buffer_size_ms=100)
        await track.write(pcm(100, 40))
        await track.write(pcm(200, 200))
        for frame, value in zip(await receive(track, 6), [200] * 5 + [0]):
            assert (frame == value).all()
        assert track.stats.dropped_oldest == 48 * 140
    run(body())


def test_is_silent_where_less_than_a_frame_is_there_until_the_last():
    async def body():
        track = AudioStreamTrack()
        assert not (await receive(track, 1))[0].any()
        await track.write(pcm(9, 10))
        assert not (await receive(track, 1))[0].any()
        track = AudioStreamTrack()
        await track.write(pcm(9, 10), final=True)
        frame = (await receive(track, 1))[0]
        assert (frame[:480] == 9).all() and not frame[480:].any()
        await track.write(pcm(9, 10))
        await track.write(pcm(0, 0), final=True)  # nothing but the end
        assert (await receive(track, 1))[0].sum() == 480 * 9
    run(body())


def test_keeps_a_tail_for_the_next_write():
    async def body():
        track = AudioStreamTrack()
        ramp = np.arange(960, dtype=np.int16)
        await track.write(ramp[:333])
        assert not (await receive(track, 1))[0].any()
        await track.write(ramp[333:])
        assert np.array_equal((await receive(track, 1))[0][:, 0], ramp)
    run(body())


def test_flush_forgets_and_leaves_the_time():
    async def body():
        track = AudioStreamTrack()
        await track.write(pcm(5, 40))
        await receive(track, 1)
        await track.flush()
        frame = await track.recv()
        assert frame.pts == 960 and not samples_of(frame).any()
        await track.write(pcm(1000, 20, rate=24000))
        await track.flush()
        await track.write(pcm(7, 20))
        assert ((await receive(track, 1))[0] == 7).all()
    run(body())


def test_paces_frames_by_the_clock():
    async def body():
        loop = asyncio.get_running_loop()
        track = AudioStreamTrack()
        start_s = loop.time()
        for k in range(300):
            await track.recv()
            assert loop.time() - start_s == pytest.approx(0.02 * k, abs=1e-6)
    run(body())


def test_a_late_caller_does_not_wait():
    async def body():
        loop = asyncio.get_running_loop()
        track = AudioStreamTrack()
        await track.recv()
        await asyncio.sleep(0.1)
        before_s = loop.time()
        assert (await track.recv()).pts == 960
        assert loop.time() == before_s
    run(body())


def test_two_callers_at_once_get_a_frame_each_in_its_time():
    async def body():
        loop = asyncio.get_running_loop()
        track = AudioStreamTrack()
        start_s = loop.time()
        frames = await asyncio.gather(track.recv(), track.recv(), track.recv())
        assert sorted(frame.pts for frame in frames) == [0, 960, 1920]
        assert loop.time() - start_s == pytest.approx(0.04, abs=1e-6)
    run(body())


def test_real_time_is_the_monotonic_clock():
    async def body():
        loop = asyncio.get_running_loop()
        track = AudioStreamTrack()
        start_s = loop.time()
        for _ in range(3):
            await track.recv()
        assert loop.time() - start_s >= 0.0399
    asyncio.run(body())


def test_a_writer_in_another_thread_never_tears_a_frame():
    async def body():
        track = AudioStreamTrack(audio_buffer_size_ms=100)
        done = threading.Event()

        def write():
            async def pieces():
                n = 0
                while not done.is_set():
                    n = n % 977 + 1
                    await track.write(np.full(n, 50, np.int16))
            asyncio.run(pieces())

        writer = threading.Thread(target=write)
        writer.start()
        n_audio = 0
        while n_audio < 200:
            frame = (await receive(track, 1))[0]
            assert frame.shape == (960, 1) and np.isin(frame, (0, 50)).all()
            n_audio += bool(frame.any())
        done.set()
        writer.join()
    run(body())


def test_ends_with_the_error_of_aiortc():
    async def body():
        track = AudioStreamTrack()
        ended = []
        track.on("ended", lambda: ended.append(True))
        await track.recv()
        waiting = asyncio.ensure_future(track.recv())
        await asyncio.sleep(0.01)
        track.stop()
        assert (track.readyState, ended) == ("ended", [True])
        with pytest.raises(MediaStreamError):
            await waiting
        with pytest.raises(MediaStreamError):
            await track.recv()
        for kind in (MediaStreamError, tidemark.CancelledError):
            with pytest.raises(kind, match="the track was stopped"):
                await track.write(pcm(1, 20))
        track.stop()
    run(body())


def sinad_db(x, hz, rate):
    angle = 2 * np.pi * hz / rate * np.arange(len(x))
    basis = np.stack([np.sin(angle), np.cos(angle)], axis=1)
    fit = basis @ np.linalg.lstsq(basis, x, rcond=None)[0]
    return 10 * np.log10((fit ** 2).sum() / ((x - fit) ** 2).sum())


@pytest.mark.parametrize("rate_in, rate_out", [(24000, 48000), (48000, 24000), (44100, 48000),
                                               (48000, 44100)])
def test_converts_a_tone_in_pieces_with_a_sinad_over_85_decibels(rate_in, rate_out):
    async def body():
        track = AudioStreamTrack(sample_rate=rate_out)
        angle = 2 * np.pi * 1000 / rate_in * np.arange(rate_in * 6 // 10)
        tone = np.round(16000 * np.sin(angle)).astype(np.int16)
        for piece in np.array_split(tone, 30):
            await track.write(PcmData(rate_in, "s16", piece))
        heard = np.concatenate(await receive(track, 28))[:, 0].astype(float)
        assert sinad_db(heard[rate_out // 20:-rate_out // 20], 1000, rate_out) > 85
    run(body())


def test_is_exact_at_its_own_rate_and_takes_another_one_at_any_time():
    async def body():
        track = AudioStreamTrack()
        noise = np.random.default_rng(1).integers(-32768, 32768, 9600).astype(np.int16)
        await track.write(noise)
        assert np.array_equal(np.concatenate(await receive(track, 10))[:, 0], noise)
        for rate in (24000, 8000, 44100, 48000):
            await track.write(pcm(3000, 100, rate))
        await track.write(pcm(0, 0), final=True)
        heard = np.concatenate(await receive(track, 20))[:, 0]
        assert (np.abs(heard[1000:16000].astype(int) - 3000) < 600).mean() > 0.95
    run(body())


# Faults of others.

def test_an_odd_cap_at_44100_hz_does_not_garble():
    async def body():
        track = AudioStreamTrack(sample_rate=44100, audio_buffer_size_ms=55)
        ramp = np.arange(8820, dtype=np.int16)
        for piece in np.array_split(ramp, 37):
            await track.write(PcmData(44100, "s16", piece))
        heard = np.concatenate(await receive(track, 2))[:, 0]
        assert heard.shape == (1764,)
        assert (np.diff(heard) == 1).all() and heard[0] > 6000
    run(body())


def test_an_odd_cap_does_not_swap_left_and_right():
    async def body():
        track = AudioStreamTrack(channels=2, audio_buffer_size_ms=25)
        for n in (1001, 999, 733, 1201):
            await track.write(PcmData(48000, "s16", np.tile(np.array([[3], [-4]], np.int16), n), 2))
        assert (await receive(track, 1))[0].tolist() == [[3, -4]] * 960
    run(body())


def test_a_cap_below_a_frame_still_gives_audio():
    async def body():
        track = AudioStreamTrack(audio_buffer_size_ms=10)
        for value in (1, 2, 3):
            await track.write(pcm(value, 20))
            assert ((await receive(track, 1))[0] == value).all()
    run(body())


def test_the_first_20_ms_of_another_rate_are_heard_at_once():
    async def body():
        track = AudioStreamTrack()
        await track.write(pcm(5000, 20, rate=24000))
        assert abs(int((await receive(track, 1))[0][480, 0]) - 5000) < 150
    run(body())


@pytest.mark.parametrize("channels, layout", enumerate(
    ("mono", "stereo", "3.0", "quad", "5.0", "5.1", "6.1", "7.1"), 1))
def test_silence_of_any_number_of_channels_is_well_formed(channels, layout):
    async def body():
        track = AudioStreamTrack(channels=channels)
        frame = await track.recv()
        assert (frame.samples, frame.layout.name) == (960, layout)
        assert frame.to_ndarray().shape == (1, 960 * channels)
        assert not frame.to_ndarray().any()
        values = np.arange(1, channels + 1, dtype=np.int16)
        await track.write(np.tile(values, (960, 1)))
        assert (samples_of(await track.recv()) == values).all()
    run(body())


def test_a_stall_is_not_followed_by_a_burst():
    async def body():
        loop = asyncio.get_running_loop()
        track = AudioStreamTrack()
        await track.recv()
        await asyncio.sleep(0.5)
        times_s = []
        for _ in range(5):
            await track.recv()
            times_s.append(loop.time())
        assert np.diff(times_s) == pytest.approx([0.02] * 4, abs=1e-6)
        assert track.stats.reanchors == 1
    run(body())


def test_what_is_dropped_is_counted():
    async def body():
        track = AudioStreamTrack(audio_buffer_size_ms=100, overflow="drop_newest")
        assert await track.write(pcm(1, 200)) == 4800
        assert track.stats.dropped_newest == 4800
        track = AudioStreamTrack()
        await track.write(pcm(1, 20))
        await receive(track, 2)
        stats = track.stats
        assert (stats.read, stats.silent, stats.underruns) == (960, 960, 1)
    run(body())


def test_latency_can_be_bounded():
    async def body():
        track = AudioStreamTrack(max_latency_ms=60)
        ramp = np.arange(9600, dtype=np.int16)
        await track.write(ramp)
        assert (await receive(track, 1))[0][0, 0] == 9600 - 2880
        assert track.stats.dropped_late == 9600 - 2880
    run(body())


def test_a_writer_whose_clock_is_fast_is_followed():
    async def body():
        track = AudioStreamTrack(correct_drift=True, target_latency_ms=100)
        await track.write(pcm(0, 100))
        n_written = 0
        for k in range(1, 30_001):  # 10 minutes, 200 ppm: 120 ms too much
            n = round(k * 960 * 1.0002) - n_written
            n_written += n
            await track.write(np.zeros(n, np.int16))
            await track.recv()
        assert track.stats.buffered_ms == pytest.approx(100, abs=30)
        assert track.stats.drift_ppm == pytest.approx(200, abs=60)
    run(body())


def test_a_full_track_can_have_its_writer_wait_without_the_loop():
    async def body():
        track = AudioStreamTrack(audio_buffer_size_ms=100, overflow="block",
                                 block_timeout_ms=3_600_000)
        ramp = np.arange(9600, dtype=np.int16)
        first = asyncio.ensure_future(track.write(ramp))
        second = asyncio.ensure_future(track.write(ramp, final=True))
        heard = []
        while len(heard) < 20:
            frame = (await receive(track, 1))[0]
            if frame.any():
                heard.append(frame)
        assert (await first, await second) == (9600, 9600)
        assert np.array_equal(np.concatenate(heard)[:, 0], np.concatenate([ramp, ramp]))
    run(body())


# Memory.

def test_200_000_calls_of_recv_keep_nothing():
    async def body():
        loop = asyncio.get_running_loop()
        track = AudioStreamTrack(audio_buffer_size_ms=100)
        written = pcm(1, 20)

        async def calls(n):
            for _ in range(n):
                loop.now_s += 0.02
                await track.write(written)
                await track.recv()

        await calls(2000)
        gc.collect()
        rss, blocks = memory_of_self("VmRSS"), sys.getallocatedblocks()
        await calls(198_000)
        gc.collect()
        assert sys.getallocatedblocks() - blocks < 50
        assert memory_of_self("VmRSS") - rss < 512 * 1024
    run(body())


def test_a_call_of_recv_allocates_a_frame_and_no_samples():
    async def body():
        loop = asyncio.get_running_loop()
        track = AudioStreamTrack()
        kept = [None] * 1000

        async def fill():
            for k in range(1000):
                loop.now_s += 0.02
                kept[k] = await track.recv()

        def make():
            for k in range(1000):
                kept[k] = AudioFrame("s16", "mono", 960)
                kept[k].sample_rate = 48000
                kept[k].pts = 10**6 + k

        await fill()
        tracemalloc.start()
        try:
            before = tracemalloc.get_traced_memory()[0]
            make()
            of_frames = tracemalloc.get_traced_memory()[0] - before
            kept[:] = [None] * 1000
            before = tracemalloc.get_traced_memory()[0]
            tracemalloc.reset_peak()
            await fill()
            held, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert held - before <= of_frames + 4096
        assert peak - held < 4096  # nor anything that is as long as a frame meanwhile
    run(body())
