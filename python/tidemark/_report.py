"""What an analysis found, as values. Every time is in seconds from the start of the input, every
level in the unit that its name ends in; None stands for what there is nothing to measure of."""

import dataclasses
import json
from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

import numpy as np
import numpy.typing as npt

Times = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Read:
    """What was read of the input."""

    start_s: float
    duration_s: float
    pieces: int
    whole: bool


@dataclass(frozen=True)
class File:
    """The input."""

    path: str
    format: str
    encoding: str
    decoder: str
    sample_rate_hz: int
    channels: int
    duration_s: float
    declared_duration_s: Optional[float]
    truncated: bool
    non_finite_samples: int
    warning: Optional[str]
    read: Read


@dataclass(frozen=True)
class Verdict:
    """The reference pitch that fits best."""

    reference_hz: float
    distance_cents: float
    also_hz: Optional[float]
    text: str


@dataclass(frozen=True)
class Tuning:
    """Where A4 lies, known modulo a semitone: the value nearest to 440 Hz."""

    a4_hz: float
    cents: float
    uncertainty_cents: float
    verdict: Verdict


@dataclass(frozen=True)
class Dominant:
    """The strongest steady tone."""

    hz: float
    note: str
    cents: float
    level_dbfs: float


@dataclass(frozen=True)
class RunnerUp:
    """The next best reading of the tempo."""

    bpm: float
    confidence: float


@dataclass(frozen=True, eq=False)
class Tempo:
    """Beats a minute of the whole, and the curve: ``bpm`` at each of ``times_s``."""

    bpm: float
    confidence: float
    runner_up: Optional[RunnerUp]
    curve_times_s: Times
    curve_bpm: npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Beats:
    """Each beat: when, how likely (0 to 1), the tempo there, and its place in the bar, where 1 is
    the downbeat and 0 stands for what cannot be told."""

    count: int
    latency_s: float
    meter: Optional[int]
    downbeats: int
    times_s: Times
    strengths: npt.NDArray[np.float32]
    bpm: npt.NDArray[np.float32]
    positions: npt.NDArray[np.int32]

    @property
    def downbeat_times_s(self) -> Times:
        """The beats that begin a bar."""
        times_s: Times = self.times_s[self.positions == 1]
        return times_s


@dataclass(frozen=True)
class Loudness:
    """EBU R 128. ``true_peak_dbtp`` is None, too, where "truepeak" was not asked for."""

    integrated_lufs: Optional[float]
    range_lu: Optional[float]
    max_momentary_lufs: Optional[float]
    max_short_term_lufs: Optional[float]
    sample_peak_dbfs: Optional[float]
    true_peak_dbtp: Optional[float] = None


@dataclass(frozen=True, eq=False)
class Activity:
    """Where there is sound: ``intervals_s`` of shape (n, 2), start and end."""

    threshold_dbfs: Optional[float]
    noise_floor_dbfs: Optional[float]
    active_s: float
    longest_s: float
    n_intervals: int
    intervals_s: Times


@dataclass(frozen=True, eq=False)
class Waveform:
    """Peaks for drawing: ``peaks`` of shape (pixels, channels, 2), the lowest and highest sample of
    each pixel, int8 or int16, mapped from a file, not loaded. None where the file is JSON."""

    path: str
    samples_per_pixel: int
    bits: int
    n_pixels: int
    peaks: Optional[npt.NDArray[Any]]


@dataclass(frozen=True)
class Click:
    """The audio with a click on every beat."""

    path: str
    n_clicks: int


@dataclass(frozen=True)
class PlanRow:
    """What one stage takes: exactly ("ours"), or at most, as measured ("allowance")."""

    stage: str
    bytes: int
    kind: str


@dataclass(frozen=True)
class Memory:
    """What the run was to take, ``plan`` and ``planned_bytes``, and what was seen of the whole
    process meanwhile."""

    planned_bytes: int
    limit_bytes: int
    peak_heap_bytes: int
    peak_rss_bytes: int
    peak_anon_bytes: int
    peak_file_bytes: int
    allocations: int
    plan: Tuple[PlanRow, ...] = ()


@dataclass(frozen=True)
class Time:
    """What the run took; ``x_realtime`` seconds of audio in each second."""

    wall_s: float
    cpu_s: float
    x_realtime: float


def _rounded(values: "npt.NDArray[Any]") -> List[float]:
    # Half away from zero, as the engine rounds.
    scaled = values.astype(np.float64) * 1e6
    whole = np.trunc(scaled + np.copysign(0.5, scaled)) / 1e6
    rounded: List[float] = whole.tolist()
    return rounded


@dataclass(frozen=True, eq=False)
class Analysis:
    """What ``analyze()`` found. A feature that was not asked for is None, as is one that found
    nothing: no tone to tell a tuning of, no beat."""

    version: str
    file: File
    tuning: Optional[Tuning]
    dominant: Optional[Dominant]
    tempo: Optional[Tempo]
    beats: Optional[Beats]
    loudness: Optional[Loudness]
    activity: Optional[Activity]
    waveform: Optional[Waveform]
    click: Optional[Click]
    memory: Memory
    time: Time
    _report: Mapping[str, Any] = dataclasses.field(repr=False)

    def to_dict(self) -> Dict[str, Any]:
        """The report as ``tidemark analyze --format json`` writes it (docs/report.schema.json):
        plain lists and numbers, a new dictionary each time."""
        report: Dict[str, Any] = json.loads(json.dumps(self._report))
        if self.tempo is not None:
            report["tempo"]["curve"] = [
                {"time_s": time_s, "bpm": bpm} for time_s, bpm in
                zip(_rounded(self.tempo.curve_times_s), _rounded(self.tempo.curve_bpm))]
        if self.beats is not None:
            times_s = _rounded(self.beats.times_s)
            report["beats"]["times_s"] = times_s
            report["beats"]["list"] = [
                {"time_s": time_s, "strength": strength, "bpm": bpm, "position": position or None}
                for time_s, strength, bpm, position in
                zip(times_s, _rounded(self.beats.strengths), _rounded(self.beats.bpm),
                    self.beats.positions.tolist())]
        if self.activity is not None:
            report["activity"]["intervals_s"] = [
                [start_s, end_s] for start_s, end_s in
                zip(_rounded(self.activity.intervals_s[:, 0]),
                    _rounded(self.activity.intervals_s[:, 1]))]
        return report


def _tuning(found: Optional[Mapping[str, Any]]) -> Optional[Tuning]:
    return found and Tuning(**{**found, "verdict": Verdict(**found["verdict"])})  # type: ignore


def _tempo(found: Optional[Mapping[str, Any]], native: Mapping[str, Any]) -> Optional[Tempo]:
    if found is None:
        return None
    runner_up = found["runner_up"]
    return Tempo(found["bpm"], found["confidence"], runner_up and RunnerUp(**runner_up),
                 native["tempo_times_s"], native["tempo_bpm"])


def _beats(found: Optional[Mapping[str, Any]], native: Mapping[str, Any]) -> Optional[Beats]:
    if found is None:
        return None
    return Beats(found["count"], found["latency_s"], found["meter"], found["downbeats"],
                 native["beat_times_s"], native["beat_strengths"], native["beat_bpm"],
                 native["beat_positions"])


def _optional(cls: Any, found: Optional[Mapping[str, Any]], **more: Any) -> Any:
    return None if found is None else cls(**{**found, **more})


def analysis_of(native: Mapping[str, Any], peaks: Optional["npt.NDArray[Any]"],
                unnamed_waveform: bool) -> Analysis:
    """The values of what the engine gave. A waveform whose file has no name any more has no
    path."""
    report: Dict[str, Any] = json.loads(native["report"])
    if unnamed_waveform:
        report["waveform"]["path"] = ""
    file = report["file"]
    rows: Sequence[Tuple[str, int, str]] = native["plan"]
    return Analysis(
        version=report["version"],
        file=_optional(File, file, read=Read(**file["read"])),
        tuning=_tuning(report.get("tuning")),
        dominant=_optional(Dominant, report.get("dominant")),
        tempo=_tempo(report.get("tempo"), native),
        beats=_beats(report.get("beats"), native),
        loudness=_optional(Loudness, report.get("loudness")),
        activity=_optional(Activity, report.get("activity"), intervals_s=native["intervals_s"]),
        waveform=_optional(Waveform, report.get("waveform"), peaks=peaks),
        click=_optional(Click, report.get("click")),
        memory=Memory(**report["memory"], plan=tuple(PlanRow(*row) for row in rows)),
        time=Time(**report["time"]),
        _report=report,
    )
