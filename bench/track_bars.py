"""What bench/track measures of live tracks, what was promised of them, and whether it is kept."""

import dataclasses

from bars import MIB, Verdict

HOT, SECOND, HALF_MINUTE = 8, 50, 1_500  # frames of 20 ms; track_bench.cc has the same
N_TRACKS, PACED_S, BUFFER_MS = 2_000, 60, 1_000
QUICK_PACED_S = 5
N_GROWTH_FRAMES, QUICK_GROWTH_FRAMES = 10_000_000, 1_000_000

TRACK, COPIES = "Track", "Copies"
VECTOR, DEQUE = "bench::VectorQueue", "bench::DequeQueue"
TOOLS = {
    TRACK: "tidemark",
    COPIES: "libc memcpy",
    VECTOR: "vector, mutex, erased in front",
    DEQUE: "deque, mutex, erased in front",
}
READ, WRITE_READ = "Read", "WriteRead"
JOBS = {READ: "read", WRITE_READ: "write + read"}

MAX_READ, MAX_WRITE_READ = 2.0, 1.5  # x the copies
MAX_LONG_READ = 1.5  # 30 s buffered, to 1 s
MAX_TRACK_BYTES = 1.25  # to those of the ring

PROMISES = [
    "Reading 20 ms (48 kHz, mono, 16 bits) takes at most 2 x as long as libc's memcpy of the same bytes, "
    "writing and reading 1.5 x as long as two copies.",
    "Reading with 30 s buffered takes at most 1.5 x as long as with 1 s buffered.",
    "Nothing is allocated while running, and 10 million frames leave the resident memory as it was.",
    "2,000 paced tracks in one process on 2 cores: no frame more than 20 ms late in 60 s, and at most 1.25 x "
    "the bytes of its ring for each track.",
]  # fmt: skip


@dataclasses.dataclass
class Row:
    """One job done in one way, for one frame: the least and the median of all repetitions."""

    job: str
    tool: str
    n_buffered: int  # frames
    least_ns: float
    median_ns: float



def judge_times(rows):
    """Ratios of the least times: what else the machine does only ever adds."""
    least_ns = {(row.job, row.tool, row.n_buffered): row.least_ns for row in rows}

    def ratio(of, to):
        return least_ns[of] / least_ns[to] if of in least_ns and to in least_ns else None

    for job, bar in ((READ, MAX_READ), (WRITE_READ, MAX_WRITE_READ)):
        for n in (HOT, SECOND):
            measured = ratio((job, TRACK, n), (job, COPIES, n))
            yield Verdict(f"{JOBS[job]}, {n} frames buffered", measured, bar, "x memcpy", note="not measured")
    measured = ratio((READ, TRACK, HALF_MINUTE), (READ, TRACK, SECOND))
    yield Verdict("read, 30 s buffered", measured, MAX_LONG_READ, "x 1 s", note="not measured")


def judge_growth(growth):
    frames = f"{growth['frames']:,} frames"
    yield Verdict(f"{frames}: RSS growth", growth["grown_bytes"] / MIB, 0, "MiB")
    yield Verdict(f"{frames}: allocations", growth["allocations"], 0, "")


def judge_paced(paced):
    tracks = f"{paced['tracks']:,} tracks, {paced['seconds']:g} s"
    n_expected = paced["tracks"] * paced["seconds"] * 50
    yield Verdict(f"{tracks}: frames over 20 ms late", paced["missed"] + paced["skipped"], 0, "")
    yield Verdict(f"{tracks}: frames read", paced["frames"] / n_expected, 0.99, "of all", at_most=False)
    yield Verdict(f"{tracks}: allocations", paced["allocations"], 0, "")
    yield Verdict(f"{tracks}: bytes held", paced["held_ratio"], MAX_TRACK_BYTES, "x ring")
    yield Verdict(f"{tracks}: bytes resident", paced["resident_ratio"], MAX_TRACK_BYTES, "x ring")


def rows_of(report):
    """The Rows of a report of track_bench, Google Benchmark's JSON."""
    times_ns = {}
    for run in report["benchmarks"]:
        if run["run_type"] == "iteration":
            times_ns.setdefault(run["run_name"], []).append(1e9 / run["items_per_second"])
    rows = []
    for name, times in times_ns.items():
        function, n_buffered = name.removesuffix("/manual_time").split("/")
        job, tool = function.removesuffix(">").split("<")
        rows.append(Row(job, tool, int(n_buffered), min(times), sorted(times)[len(times) // 2]))
    return rows
