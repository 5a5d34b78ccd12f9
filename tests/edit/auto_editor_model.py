#!/usr/bin/env python3
"""What auto-editor 31.5 makes of levels and options, written from a description of its behaviour
and on its own: the C++ is compared with it. Frames are sets of numbers here, not arrays.

  auto_editor_model.py rules|chunks    prints random cases with their results, one a line

Needs the standard library only. As a module: chunk_lengths(), level(), margins(), smoothed(),
clips().
"""

import itertools
import math
import random
import struct
import sys

RATES = (8000, 22050, 44100, 48000, 96000)
TIMEBASES = ((24, 1), (24000, 1001), (25, 1), (30000, 1001), (30, 1), (50, 1), (60000, 1001), (60, 1))


def half_away(x):
    return int(math.copysign(math.floor(abs(x) + 0.5), x))


def single(x):
    return struct.unpack("f", struct.pack("f", x))[0]


def chunk_lengths(rate, timebase, n_frames):
    """The lengths of the chunks of n_frames samples."""
    exact = timebase[1] / timebase[0] * rate
    lengths, error = [], 0.0
    while n_frames >= math.ceil(exact):
        wanted = exact + error
        n = min(half_away(wanted), math.ceil(exact))
        error = wanted - n
        lengths.append(n)
        n_frames -= n
    return lengths + [n_frames] * (n_frames > 0)


def level(peak):
    """Of 65535, from the largest |s16|."""
    part = single(single(min(32767, peak)) / single(32767.0))
    return math.floor(single(single(part * single(65535.0)) + 0.5))


def least_level(threshold):
    return math.floor(threshold * 65535 + 0.5)


def runs(marked, n):
    """(is marked, first, one past the last) of the runs over [0, n)."""
    for key, group in itertools.groupby(range(n), lambda i: i in marked):
        group = list(group)
        yield key, group[0], group[-1] + 1


def margins(loud, n, before, after):
    """before and after in frames."""
    rises = [i for i in range(1, n) if i in loud and i - 1 not in loud]
    falls = [i for i in range(1, n) if i not in loud and i - 1 in loud]
    result = set(loud)
    for i in rises:
        if before > 0:
            result |= set(range(max(0, i - before), i))
    for i in rises:
        if before < 0:
            result -= set(range(i, i - before))
    for i in falls:
        if after > 0:
            result |= set(range(i, min(n, i + after)))
    for i in falls:
        if after < 0:
            result -= set(range(i + after, i))
    return result


def smoothed(loud, n, min_cut, min_clip):
    """min_cut and min_clip in frames."""
    history = [None, frozenset(loud)]
    while True:
        now = history[-1]
        clear = [range(a, b) for is_loud, a, b in runs(now, n) if is_loud and b - a < min_clip]
        fill = [range(a, b) for is_loud, a, b in runs(now, n) if not is_loud and b - a < min_cut]
        after = now.difference(*clear).union(*fill)
        if after in history[-2:]:
            return after
        history.append(after)


def frames(milliseconds, timebase):
    return half_away(milliseconds / 1000 * (timebase[0] / timebase[1]))


def clips(loud, n, silent_speed, loud_speed):
    """(first, one past the last, speed) of what is kept; silent_speed 0: silence is cut."""
    for is_loud, a, b in runs(loud, n):
        speed = loud_speed if is_loud else silent_speed
        if speed == 0 or half_away((b - a) / speed) == 0:
            continue
        if math.ceil(b / speed) > math.ceil(a / speed):
            yield a, b, speed


def print_rules(rng):
    for _ in range(1500):
        timebase = rng.choice(TIMEBASES)
        before, after = (rng.choice((0, 200, 200, 33, -100, -40, 500)) for _ in range(2))
        min_cut, min_clip = rng.choice((0, 100, 200, 200, 300)), rng.choice((0, 70, 100, 100, 400))
        n, loud, is_loud = rng.randrange(1, 160), set(), rng.random() < 0.5
        longest = rng.choice((2, 4, 12, 40))
        at = 0
        while at < n:
            length = rng.randrange(1, longest + 1)
            if is_loud:
                loud |= set(range(at, min(n, at + length)))
            at, is_loud = at + length, not is_loud
        bits = "".join("01"[i in loud] for i in range(n))
        silent_speed = rng.choice((0, 0, 4, 1.5))
        loud_speed = rng.choice((1, 1, 1.25)) if silent_speed != 1 else 2
        kept = margins(loud, n, frames(before, timebase), frames(after, timebase))
        kept = smoothed(kept, n, frames(min_cut, timebase), frames(min_clip, timebase))
        print(*timebase, before, after, min_cut, min_clip, silent_speed, loud_speed, bits,
              *(x for clip in clips(kept, n, silent_speed, loud_speed) for x in clip))


def print_chunks(rng):
    """Silence with single samples in it, most of them near the edges of chunks."""
    cases = [(rate, timebase) for rate in RATES for timebase in TIMEBASES]
    for rate, timebase in cases:
        threshold = rng.choice((0.04, 0.04, 0.1, 0.005, 0.5))
        lengths = chunk_lengths(rate, timebase, rng.randrange(rate * 20, rate * 60))
        starts = list(itertools.accumulate(lengths, initial=0))
        border = next(p for p in range(32768) if level(p) >= least_level(threshold))
        n_frames, peaks, samples = starts[-1], {}, {}
        for _ in range(200):
            chunk = rng.randrange(len(lengths))
            at = rng.choice((starts[chunk], starts[chunk + 1] - 1,
                             rng.randrange(starts[chunk], starts[chunk + 1])))
            value = rng.choice((border, border - 1, border + 1, -border, 1 - border, -32768))
            samples[at, rng.randrange(2)] = value
        for (at, _), value in samples.items():
            chunk = max(i for i in range(len(lengths)) if starts[i] <= at)
            peaks[chunk] = max(peaks.get(chunk, 0), abs(value))
        loud = {c for c, peak in peaks.items() if level(peak) >= least_level(threshold)}
        print(rate, *timebase, threshold, n_frames, len(lengths), len(samples),
              *(x for (at, channel), value in sorted(samples.items()) for x in (at, channel, value)),
              *(x for is_loud, a, b in runs(loud, len(lengths)) if is_loud for x in (a, b)))


if __name__ == "__main__":
    {"rules": print_rules, "chunks": print_chunks}[sys.argv[1]](random.Random(20_240_601))
