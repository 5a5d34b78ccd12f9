"""cut(): removes silence from audio and video."""

import json
from dataclasses import dataclass
from typing import Any, Dict, Mapping, Optional, Sequence, Tuple, Union

import numpy as np
import numpy.typing as npt

from . import _native
from ._analyze import Progress
from ._errors import UsageError
from ._inputs import PathLike, path_of
from ._options import Arguments, Bytes, Seconds

Range = Union[str, Tuple[Seconds, Seconds]]
Ranges = Union[None, Range, Sequence[Range]]
Speed = Union[str, Tuple[Seconds, Seconds, float]]


@dataclass(frozen=True)
class CutMove:
    """How far a clip that was copied without encoding moved, in seconds of the source."""

    asked_begin_s: float
    asked_end_s: float
    begin_s: float
    end_s: float


@dataclass(frozen=True, eq=False)
class CutResult:
    """What a cut came to.

    ``clips_s`` of shape (n, 2) says which parts of the source are kept, begin and end in seconds,
    in the order of the output, ``speeds`` how fast each is played. ``output`` is None where nothing
    was written, ``last_output`` the last file of a sequence.
    """

    input: str
    output: Optional[str]
    last_output: Optional[str]
    source_s: float
    output_s: float
    saved_s: float
    cuts: int
    longest_cut_s: float
    longest_cut_at_s: float
    other_speed_s: float
    planned_bytes: int
    moves: Tuple[CutMove, ...]
    warning: Optional[str]
    clips_s: npt.NDArray[np.float64]
    speeds: npt.NDArray[np.float64]
    _summary: Mapping[str, Any]

    @property
    def kept_s(self) -> float:
        """Of the source, in seconds, at whatever speed."""
        return float(np.sum(self.clips_s[:, 1] - self.clips_s[:, 0]))

    @property
    def removed_s(self) -> float:
        """Of the source, in seconds."""
        return self.source_s - self.kept_s

    def to_dict(self) -> Dict[str, Any]:
        """The summary as ``tidemark cut --format json`` writes it (docs/cut-formats.md)."""
        summary: Dict[str, Any] = json.loads(json.dumps(self._summary))
        return summary


def _result(native: Mapping[str, Any]) -> CutResult:
    summary: Dict[str, Any] = json.loads(native["summary"])
    same = ("input", "source_s", "output_s", "saved_s", "cuts", "longest_cut_s",
            "longest_cut_at_s", "other_speed_s", "planned_bytes")
    return CutResult(
        **{name: summary[name] for name in same},
        output=summary.get("output"), last_output=summary.get("last_output"),
        moves=tuple(CutMove(**move) for move in summary.get("moves", ())),
        warning=summary.get("warning"), clips_s=native["clips_s"], speeds=native["speeds"],
        _summary=summary)


def cut(
    path: PathLike,
    output: Optional[PathLike] = None,
    *,
    edit: Optional[str] = None,
    margin: Union[None, Seconds, Tuple[Seconds, Seconds]] = None,
    min_cut: Optional[Seconds] = None,
    min_clip: Optional[Seconds] = None,
    max_pause: Optional[Seconds] = None,
    keep: Ranges = None,
    cut: Ranges = None,
    set_speed: Union[None, Speed, Sequence[Speed]] = None,
    compat: Optional[str] = None,
    silent_speed: Optional[float] = None,
    loud_speed: Optional[float] = None,
    varispeed: bool = False,
    overwrite: bool = False,
    container: Optional[str] = None,
    audio_codec: Optional[str] = None,
    bits: Optional[int] = None,
    bitrate: Union[None, int, str] = None,
    fade: Optional[Seconds] = None,
    no_video: bool = False,
    video_codec: Optional[str] = None,
    crf: Optional[int] = None,
    preset: Optional[str] = None,
    copy: bool = False,
    export: Optional[str] = None,
    dry_run: bool = False,
    levels: bool = False,
    report: Optional[PathLike] = None,
    raw: Optional[str] = None,
    memory: Optional[Bytes] = None,
    tmpdir: Optional[PathLike] = None,
    tmp_max: Optional[Bytes] = None,
    progress: Optional[Progress] = None,
    cancellation: Optional[_native.Cancellation] = None,
) -> CutResult:
    """Removes silence from a recording, or speeds it up; writes media, a timeline, or nothing.

    ``path`` names the recording, or a list of cuts. ``output`` names what is written, by default
    beside the input (``talk_cut.wav``); a file that exists is refused (UsageError) unless
    ``overwrite``. ``edit`` says what is kept ("audio:threshold=4%", "speech", "beats", ...);
    ``keep`` and ``cut`` add ranges by hand: ``(start, end)`` or "1:30,end", one or a list.
    ``dry_run`` writes nothing and says what would be cut; ``levels`` writes the level of each
    moment as CSV to ``output``. The other options are those of ``tidemark cut``
    (docs/cutting.md). ``memory`` bounds what the run adds to the process, as in ``analyze()``.
    ``progress(done_s, total_s)`` is called some times a second, for each pass from 0.

    The interpreter's lock is released meanwhile; Ctrl-C ends the call with KeyboardInterrupt and
    leaves no half file. Raises subclasses of tidemark.Error.
    """
    if levels and output is None:
        raise UsageError("levels needs output=, the name of a file")
    arguments = Arguments("cut")
    arguments.given(
        ("edit", edit), ("margin", margin), ("min_cut", min_cut), ("min_clip", min_clip),
        ("max_pause", max_pause), ("compat", compat), ("silent_speed", silent_speed),
        ("loud_speed", loud_speed), ("container", container), ("audio_codec", audio_codec),
        ("bits", bits), ("bitrate", bitrate), ("fade", fade), ("video_codec", video_codec),
        ("crf", crf), ("preset", preset), ("export", export), ("raw", raw), ("memory", memory),
        ("tmp_max", tmp_max))
    for keyword, ranges in (("keep", keep), ("cut", cut), ("set_speed", set_speed)):
        arguments.each(keyword, ranges)
    arguments.flags(("varispeed", varispeed), ("overwrite", overwrite), ("no_video", no_video),
                    ("copy", copy), ("dry_run", dry_run), ("levels", levels))
    arguments.paths(("output", output), ("report", report), ("tmpdir", tmpdir))
    return _result(_native.cut(arguments.of(path_of(path)), cancellation or _native.Cancellation(),
                               progress))
