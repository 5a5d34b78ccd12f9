"""The bars that Tidemark must reach, and whether what was measured does."""

import dataclasses

MIB = 1024 * 1024

OURS = "tidemark"  # everything that is on by default
NO_RHYTHM = "tidemark, no rhythm"  # the same without tempo and beats: what these cost
# (CPU, wall), to the fastest decoder. M4A with everything was set no bars of its own: those of MP3.
MAX_RATIOS = {
    OURS: {"mp3": (2.1, 1.3), "flac": (2.1, 1.3), "m4a": (2.1, 1.3)},
    NO_RHYTHM: {"mp3": (1.6, 1.15), "flac": (1.6, 1.15), "m4a": (1.6, 1.15)},
}
MIN_WAV_X_REALTIME = {OURS: 1_200.0, NO_RHYTHM: 2_000.0}
# Wall time of a tool that looks for the tempo alone, to that of the whole default analysis.
AUBIO = "aubio tempo"
LIBROSA = "librosa beat_track"
MIN_TEMPO_RATIO = {AUBIO: 2.5, LIBROSA: 8.0}
MAX_SPREAD_MIB = 1.0
MAX_GROWTH_MIB = 0.5
MAX_SMALL_BOX_S = 6.0
# MiB: (resident, anonymous)
MAX_PEAK_MIB = {"mp3": (16, 8), "flac": (16, 8), "wav": (16, 8), "m4a": (48, 16)}


@dataclasses.dataclass
class Row:
    """The medians of one tool on one input. Ratios are to the fastest decoder of that input."""

    input: str
    format: str
    duration_s: float
    tool: str
    is_ours: bool
    cpu_s: float
    wall_s: float
    rss_mib: float
    anon_mib: float | None
    cpu_ratio: float | None
    wall_ratio: float | None

    @property
    def x_realtime(self):
        return self.duration_s / self.wall_s

    @property
    def name(self):
        """Of a row of ours: its input, and what it left out."""
        return self.input + self.tool.removeprefix(OURS)


@dataclasses.dataclass
class Verdict:
    what: str
    measured: float | None
    bar: float
    unit: str
    at_most: bool = True
    note: str = ""  # why there is nothing measured
    broke: bool = False  # ours did not finish

    @property
    def passed(self):
        """True or False; None where there is nothing to judge by."""
        if self.broke:
            return False
        if self.measured is None:
            return None
        return self.measured <= self.bar if self.at_most else self.measured >= self.bar


def failed(verdict, run):
    """`verdict`, when the run that it needs ended badly."""
    verdict.measured, verdict.broke, verdict.note = None, True, f"exit code {run.code}"
    return verdict


def judge_row(row):
    """Verdicts on one row of ours."""
    max_rss, max_anon = MAX_PEAK_MIB[row.format]
    yield Verdict(f"{row.name}: peak RSS", row.rss_mib, max_rss, "MiB")
    yield Verdict(f"{row.name}: peak anonymous", row.anon_mib, max_anon, "MiB")
    if row.format == "wav":
        min_speed = MIN_WAV_X_REALTIME[row.tool]
        yield Verdict(f"{row.name}: speed", row.x_realtime, min_speed, "x real time", False)
    else:
        max_cpu, max_wall = MAX_RATIOS[row.tool][row.format]
        note = "" if row.cpu_ratio else "no decoder to compare with"
        yield Verdict(f"{row.name}: CPU", row.cpu_ratio, max_cpu, "x decoder", note=note)
        yield Verdict(f"{row.name}: wall", row.wall_ratio, max_wall, "x decoder", note=note)


def judge_tempo(ours, rows, unmeasured):
    """How much faster `ours` is than each of MIN_TEMPO_RATIO in `rows`; `unmeasured` is {tool: why}."""
    wall_s = {row.tool: row.wall_s for row in rows if row.input == ours.input}
    for tool, bar in MIN_TEMPO_RATIO.items():
        verdict = Verdict(f"{ours.input}: wall of {tool}", None, bar, "x ours", False)
        if tool in wall_s:
            verdict.measured = wall_s[tool] / ours.wall_s
            yield verdict
        elif tool in unmeasured:
            verdict.note = unmeasured[tool]
            yield verdict


def judge_spread(rows):
    """Per format: do all lengths take the same memory?"""
    ours = [row for row in rows if row.tool == OURS]
    for format_name in MAX_PEAK_MIB:
        for label, field in (("RSS", "rss_mib"), ("anonymous", "anon_mib")):
            peaks = [getattr(row, field) for row in ours if row.format == format_name]
            peaks = [peak for peak in peaks if peak is not None]
            if len(peaks) > 1:
                spread = max(peaks) - min(peaks)
                yield Verdict(
                    f"{format_name}: {label} over {len(peaks)} lengths", spread, MAX_SPREAD_MIB, "MiB"
                )


def judge(rows):
    verdicts = [verdict for row in rows if row.is_ours for verdict in judge_row(row)]
    return verdicts + list(judge_spread(rows))
