"""The bars that Tidemark must reach, and whether what was measured does."""

import dataclasses

MIB = 1024 * 1024

MAX_CPU_RATIO = 1.6
MAX_WALL_RATIO = 1.15
MIN_WAV_X_REALTIME = 2_000.0
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


def judge_row(row):
    """Verdicts on one row of ours."""
    max_rss, max_anon = MAX_PEAK_MIB[row.format]
    yield Verdict(f"{row.input}: peak RSS", row.rss_mib, max_rss, "MiB")
    yield Verdict(f"{row.input}: peak anonymous", row.anon_mib, max_anon, "MiB")
    if row.format == "wav":
        yield Verdict(f"{row.input}: speed", row.x_realtime, MIN_WAV_X_REALTIME, "x real time", False)
    else:
        note = "" if row.cpu_ratio else "no decoder to compare with"
        yield Verdict(f"{row.input}: CPU", row.cpu_ratio, MAX_CPU_RATIO, "x decoder", note=note)
        yield Verdict(f"{row.input}: wall", row.wall_ratio, MAX_WALL_RATIO, "x decoder", note=note)


def judge_spread(rows):
    """Per format: do all lengths take the same memory?"""
    for format_name in MAX_PEAK_MIB:
        for label, field in (("RSS", "rss_mib"), ("anonymous", "anon_mib")):
            peaks = [getattr(row, field) for row in rows if row.is_ours and row.format == format_name]
            peaks = [peak for peak in peaks if peak is not None]
            if len(peaks) > 1:
                spread = max(peaks) - min(peaks)
                yield Verdict(
                    f"{format_name}: {label} over {len(peaks)} lengths", spread, MAX_SPREAD_MIB, "MiB"
                )


def judge(rows):
    verdicts = [verdict for row in rows if row.is_ours for verdict in judge_row(row)]
    return verdicts + list(judge_spread(rows))
