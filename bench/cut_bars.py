"""What bench/cut has `tidemark cut` do, what was promised of it, and whether it is kept."""

import dataclasses

from bars import Verdict
from cut_inputs import VIDEO

OURS = "tidemark"
QUICK_LENGTHS = ("30s", "3min", "15min")  # of audio, where not all shall take hours
LENGTHS = {
    "10s": 10, "30s": 30, "60s": 60, "3min": 180, "15min": 900,
    "1h": 3_600, "6h": 21_600, "8h": 28_800,
}  # fmt: skip

CUT, WHOLE, ONE_CLIP, FASTER = "cut", "nothing cut", "one clip", "silence 4 x as fast"

PROMISES = [
    "60 min of 44.1 kHz stereo WAV with about 700 kept clips: at most 24 MiB resident and 12 MiB "
    "anonymous at the peak, and at most 1.5 x the wall time that the fastest of `ffmpeg -c copy`, "
    "`ffmpeg` and `sox` needs merely to copy it to a new WAV.",
    "The same peak with `--edit none`, with one clip of an hour, for 6 h (3.8 GB) in and out, and "
    "past 4 GiB (RF64).",
    "Silence at 4 x speed: at most 32 MiB.",
    "M4A, and MP4 with audio alone: at most 64 MiB.",
    "FLAC, MP3 and 1080p video: what it is, and flat over length.",
]


@dataclasses.dataclass(frozen=True)
class Job:
    """One thing that `tidemark cut` is asked to do with inputs of one format."""

    name: str
    group: str  # as --only calls it
    format: str  # of input and output
    lengths: tuple
    options: tuple = ()
    max_rss_mib: float | None = None  # None: only stated
    max_anon_mib: float | None = None
    max_growth_mib: float = 1.0  # over the shortest input


# The list of what was found, 700 clips an hour, may take this at any length: a line of the plan.
MAX_LIST_MIB = 4.0
WAV_MIB = {"max_rss_mib": 24, "max_anon_mib": 12}
JOBS = [
    Job(CUT, "wav", "wav", ("3min", "1h", "6h", "8h"), **WAV_MIB, max_growth_mib=MAX_LIST_MIB),
    Job(WHOLE, "none", "wav", ("3min", "1h", "6h", "8h"), ("--edit", "none"), **WAV_MIB),
    Job(ONE_CLIP, "clip", "wav", ("3min", "1h", "6h"), ("--edit", "all", "--keep", "1,end"), **WAV_MIB),
    Job(FASTER, "speed", "wav", ("3min", "1h"), ("--silent-speed", "4"), max_rss_mib=32),
    Job(CUT, "flac", "flac", ("3min", "1h")),
    Job(CUT, "mp3", "mp3", ("3min", "1h")),
    Job(CUT, "m4a", "m4a", ("3min", "1h"), max_rss_mib=64),
    Job(CUT, "mp4", "mp4", ("3min", "1h"), max_rss_mib=64),
    Job(CUT, "video", VIDEO, ("10s", "60s")),
]
GROUPS = [job.group for job in JOBS]

COPY_INPUT, COPY_JOB, MAX_COPY_RATIO = "1h.wav", CUT, 1.5
MIN_CLIPS = 650  # "about 700": fewer would be another job
MAX_VIDEO_GROWTH = 1.1  # its buffers are of frames of 3 MiB


@dataclasses.dataclass
class Row:
    """One tool at one job on one input: medians of times, the largest peak."""

    input: str
    format: str
    job: str
    tool: str
    duration_s: float
    output_s: float
    output_bytes: int
    n_clips: int | None  # where the tool says
    wall_s: float
    cpu_s: float
    rss_mib: float
    anon_mib: float | None
    copy_ratio: float | None  # wall, to the fastest program that merely writes the input anew
    n_runs: int

    @property
    def is_ours(self):
        return self.tool == OURS

    @property
    def name(self):
        return f"{self.input}, {self.job}"


def job_of(row):
    return next(job for job in JOBS if (job.name, job.format) == (row.job, row.format))


def judge_row(row):
    """Verdicts on one row of ours."""
    job = job_of(row)
    if job.max_rss_mib:
        yield Verdict(f"{row.name}: peak RSS", row.rss_mib, job.max_rss_mib, "MiB")
    if job.max_anon_mib:
        yield Verdict(f"{row.name}: peak anonymous", row.anon_mib, job.max_anon_mib, "MiB")
    if (row.input, row.job) == (COPY_INPUT, COPY_JOB):
        note = "" if row.copy_ratio else "nothing to compare with"
        yield Verdict(f"{row.name}: clips", row.n_clips, MIN_CLIPS, "", at_most=False)
        yield Verdict(f"{row.name}: wall", row.copy_ratio, MAX_COPY_RATIO, "x copy", note=note)


def judge_flatness(rows):
    """Per format and job: does the memory grow from the shortest input to any longer one?"""
    jobs = {}
    for row in sorted(rows, key=lambda row: row.duration_s):
        if row.is_ours:
            jobs.setdefault(f"{row.format}, {row.job}", []).append(row)
    for name, (shortest, *longer) in jobs.items():
        for label, field in (("RSS", "rss_mib"), ("anonymous", "anon_mib")):
            if longer:
                first, peak = getattr(shortest, field), max(getattr(row, field) for row in longer)
                what = f"{name}: {label} over {1 + len(longer)} lengths"
                if shortest.format == VIDEO:
                    yield Verdict(what, peak / first, MAX_VIDEO_GROWTH, "x the shortest")
                else:
                    yield Verdict(what, peak - first, job_of(shortest).max_growth_mib, "MiB more")


def judge(rows):
    verdicts = [verdict for row in rows if row.is_ours for verdict in judge_row(row)]
    return verdicts + list(judge_flatness(rows))


def chosen(groups, lengths, quick):
    """[(job, length)] for --only, --lengths and --quick; a length goes to the jobs that know it."""
    pairs = []
    for job in JOBS:
        short = job.lengths[:1] if job.format == VIDEO else QUICK_LENGTHS
        wanted = lengths or (short if quick else job.lengths)
        known = {*job.lengths, *short}
        if job.group in groups:
            pairs += [(job, length) for length in LENGTHS if length in wanted and length in known]
    return pairs
