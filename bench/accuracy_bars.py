"""The bars of accuracy that Tidemark must reach, and the tables of bench/accuracy."""

import dataclasses

from bars import Verdict
from tables import table

MAX_LAG_MS = 8.0


@dataclasses.dataclass
class Bar:
    measure: str  # as score.py calls it
    label: str
    bar: float
    unit: str = ""
    at_most: bool = False
    absolute: bool = False  # of a signed measure


LAG = Bar("lag_ms_median", "median lag", MAX_LAG_MS, "ms", at_most=True, absolute=True)
BARS = {
    "beats": [
        Bar("F", "F-measure", 0.88),
        Bar("CMLt", "CMLt", 0.78),
        Bar("AMLt", "AMLt", 0.97),
        Bar("Acc1", "tempo accuracy 1", 0.88),
        LAG,
    ],
    "drums": [
        Bar("F", "F-measure", 0.90),
        Bar("AMLt", "AMLt", 0.97),
        Bar("Acc1", "tempo accuracy 1", 0.90),
        LAG,
    ],
    "expressive": [Bar("F", "F-measure", 0.68), Bar("AMLt", "AMLt", 0.55), LAG],
    "joins": [Bar("F", "F-measure", 0.85), LAG],
    "tuning": [
        Bar("abs_cents_median", "median error", 0.7, "cents", at_most=True),
        Bar("abs_cents_max", "largest error", 3.0, "cents", at_most=True),
    ],
    "dominant": [Bar("abs_cents_max", "largest error", 0.5, "cents", at_most=True)],
    "activity": [
        Bar("abs_err_ms", "mean error of boundaries", 20.0, "ms", at_most=True),
        Bar("missed_sum", "boundaries missed", 0, "", at_most=True),
        Bar("spurious_sum", "boundaries too many", 0, "", at_most=True),
    ],
}
BEAT_KINDS = ["beats", "drums", "expressive", "joins"]
BEAT_COLUMNS = {
    "F": "F",
    "CMLt": "CMLt",
    "AMLt": "AMLt",
    "Acc1": "Acc1",
    "Acc2": "Acc2",
    "lag_ms_median": "median lag, ms",
}
OTHER_COLUMNS = {
    "abs_cents_median": "median cents",
    "abs_cents_max": "worst cents",
    "abs_err_ms": "error, ms",
    "missed_sum": "missed",
    "spurious_sum": "spurious",
}
# Debian 12 has no package of these.
UNMEASURED_PEERS = ["librosa", "madmom", "essentia"]


def judge(kind, summary, n_failed):
    """Verdicts on the scores of one kind. A score that is not there is a bar that is missed."""
    yield Verdict(f"{kind}: items without an answer", n_failed + summary.get("missing_sum", 0), 0, "")
    for bar in BARS[kind]:
        value = summary.get(bar.measure)
        if value is not None and bar.absolute:
            value = abs(value)
        verdict = Verdict(f"{kind}: {bar.label}", value, bar.bar, bar.unit, bar.at_most)
        if value is None:
            verdict.note, verdict.broke = "no answer", True
        yield verdict


def bar_cell(kind, measure):
    for bar in BARS[kind]:
        if bar.measure == measure:
            sign = "±" if bar.absolute else "≤" if bar.at_most else "≥"
            return f"{sign} {bar.bar:g}"
    return ""


def score_cell(summary, measure):
    value = summary.get(measure)
    if value is None:
        return ""
    if measure.endswith("_sum"):
        return str(value)
    return f"{value:+.1f}" if measure.startswith("lag") else f"{value:.3f}"


def score_table(kinds, columns, summaries, unmeasured):
    rows = []
    for kind in kinds:
        for tool, summary in summaries.items():
            if kind not in summary:
                continue
            scores = [score_cell(summary[kind], measure) for measure in columns]
            rows.append([kind, tool, str(summary[kind]["items"]), *scores])
            if tool == next(iter(summaries)):
                rows.append([kind, "bar", "", *(bar_cell(kind, measure) for measure in columns)])
    rows += [["all", peer, "0", "not measured here", *[""] * (len(columns) - 1)] for peer in unmeasured]
    return table(["kind", "tool", "items", *columns.values()], rows)


def score_tables(kinds, summaries):
    """Beats and the other kinds apart; {tool: {kind: {measure: value}}}, ours first."""
    present = [kind for kind in kinds if any(kind in summary for summary in summaries.values())]
    beats = [kind for kind in present if kind in BEAT_KINDS]
    others = [kind for kind in present if kind not in BEAT_KINDS]
    parts = []
    if beats:
        parts.append(score_table(beats, BEAT_COLUMNS, summaries, UNMEASURED_PEERS))
    if others:
        parts.append(score_table(others, OTHER_COLUMNS, summaries, []))
    return parts
