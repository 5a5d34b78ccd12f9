"""analyze() and analyze_many()."""

import collections
import concurrent.futures
import contextlib
import os
import tempfile
from typing import (Any, Callable, Deque, Iterable, Iterator, List, Mapping, Optional, Sequence, Set,
                    Tuple, Union)

import numpy as np
import numpy.typing as npt

from . import _native
from ._errors import Error, UsageError
from ._inputs import PathLike, Source, open_input, path_of
from ._options import Arguments, Bytes, Seconds, path
from ._report import Analysis, analysis_of

Features = Union[str, Sequence[str]]
Progress = Callable[[float, float], object]


def _map_peaks(name: str) -> Optional["npt.NDArray[Any]"]:
    """The peaks of a .dat file (audiowaveform's data format, version 2)."""
    if name.endswith(".json"):
        return None
    header = np.fromfile(name, dtype="<i4", count=6)
    is_8_bit, n_pixels, n_channels = header[1] & 1, int(header[4]), int(header[5])
    dtype: "np.dtype[Any]" = np.dtype("i1" if is_8_bit else "<i2")
    shape = (n_pixels, n_channels, 2)
    if n_pixels == 0:
        return np.empty(shape, dtype)
    peaks: "npt.NDArray[Any]" = np.memmap(name, dtype=dtype, mode="r", offset=header.nbytes,
                                          shape=shape)
    return peaks


def _wants_waveform(features: Optional[Features]) -> bool:
    names = features.split(",") if isinstance(features, str) else features or ()
    return bool({"waveform", "all"} & {name.strip() for name in names})


def _analyze(source: _native.Input, name: bytes, arguments: Arguments, tmpdir: Optional[PathLike],
             waveform_out: Optional[PathLike], unnamed_waveform: bool,
             cancellation: _native.Cancellation, progress: Optional[Progress]) -> Analysis:
    with contextlib.ExitStack() as stack:
        peaks_path = None if waveform_out is None else path(waveform_out)
        if unnamed_waveform:
            folder = stack.enter_context(tempfile.TemporaryDirectory(
                dir=None if tmpdir is None else os.fsdecode(tmpdir)))
            peaks_path = os.path.join(folder, "peaks.dat")
        arguments.paths(("waveform_out", peaks_path))
        native = _native.analyze(source, arguments.of(name), cancellation, progress)
        # Mapped before the folder goes; the map holds the file.
        peaks = None if peaks_path is None else _map_peaks(peaks_path)
    return analysis_of(native, peaks, unnamed_waveform)


def analyze(
    source: Source,
    *,
    features: Optional[Features] = None,
    memory: Optional[Bytes] = None,
    sample_rate: Optional[int] = None,
    start: Optional[Seconds] = None,
    duration: Optional[Seconds] = None,
    sample: Optional[Seconds] = None,
    stream: Optional[int] = None,
    raw: Optional[str] = None,
    max_duration: Optional[Seconds] = None,
    max_ratio: Optional[float] = None,
    reference: Union[None, float, Sequence[float]] = None,
    fmin: Optional[float] = None,
    fmax: Optional[float] = None,
    threshold: Optional[str] = None,
    min_silence: Optional[Seconds] = None,
    min_sound: Optional[Seconds] = None,
    margin: Union[None, Seconds, Tuple[Seconds, Seconds]] = None,
    waveform_out: Optional[PathLike] = None,
    waveform_zoom: Optional[int] = None,
    waveform_bits: Optional[int] = None,
    waveform_split_channels: bool = False,
    bpm_min: Optional[float] = None,
    bpm_max: Optional[float] = None,
    steady: bool = False,
    causal: bool = False,
    click: Optional[PathLike] = None,
    threads: Optional[int] = None,
    block_frames: Optional[int] = None,
    tmpdir: Optional[PathLike] = None,
    tmp_max: Optional[Bytes] = None,
    progress: Optional[Progress] = None,
    cancellation: Optional[_native.Cancellation] = None,
) -> Analysis:
    """Tuning, dominant frequency, tempo, beats, loudness and activity of any audio.

    ``source`` is the name of a file ("-" for the standard input), a binary file, pipe or other
    object with ``read()``, which is read as it comes, or a NumPy array of shape ``(frames,)`` or
    ``(frames, channels)``, float32, float64, int16 or int32 of any strides, which needs
    ``sample_rate``. Full scale is 1.0 for floats and the type's own for integers; NaN and
    infinities count as silence and in ``file.non_finite_samples``.

    ``features`` names what is looked for: "tuning", "dominant", "tempo", "beats", "loudness",
    "activity" (these are the default), "truepeak", "waveform", or "all"; text with commas or a
    list. ``memory`` ("24M", or bytes) bounds what the run adds to the process: the plan
    (``result.memory.plan``) is refused with MemoryLimitError before the first sample is read if it
    is over, and no buffer of tidemark ever passes it. The process's own limits are left alone. The
    other options are those of ``tidemark analyze``. ``progress(done_s, total_s)`` is called some
    times a second; ``total_s`` is 0 where nobody knows.

    The interpreter's lock is released meanwhile, and Ctrl-C ends the call with KeyboardInterrupt.
    Raises subclasses of tidemark.Error.
    """
    wants_waveform = _wants_waveform(features)
    unnamed_waveform = wants_waveform and waveform_out is None
    arguments = Arguments("analyze")
    if features is not None:
        arguments.add("features", features if isinstance(features, str) else ",".join(features))
    arguments.given(
        ("memory", memory), ("start", start), ("duration", duration), ("sample", sample),
        ("stream", stream), ("raw", raw), ("max_duration", max_duration), ("max_ratio", max_ratio),
        ("fmin", fmin), ("fmax", fmax), ("threshold", threshold), ("min_silence", min_silence),
        ("min_sound", min_sound), ("margin", margin), ("waveform_zoom", waveform_zoom),
        ("waveform_bits", waveform_bits), ("bpm_min", bpm_min), ("bpm_max", bpm_max),
        ("threads", threads), ("block_frames", block_frames), ("tmp_max", tmp_max))
    arguments.each("reference", reference)
    arguments.flags(("waveform_split_channels", waveform_split_channels), ("steady", steady),
                    ("causal", causal))
    arguments.paths(("click", click), ("tmpdir", tmpdir))
    native_input = open_input(source, sample_rate)
    name = path_of(source) if isinstance(source, (str, bytes, os.PathLike)) else b"<input>"
    return _analyze(native_input, name, arguments, tmpdir, waveform_out, unnamed_waveform,
                    cancellation or _native.Cancellation(), progress)


def _usable_cores() -> int:
    return len(os.sched_getaffinity(0))


Outcome = Union[Analysis, Error]


def analyze_many(paths: Iterable[PathLike], *, workers: Optional[int] = None,
                 **options: Any) -> Iterator[Tuple[PathLike, Outcome]]:
    """``analyze()`` of each file, ``workers`` (one for each core) at once.

    An iterator over ``(path, result)`` in the order of ``paths``, which may be endless: at most
    twice as many files as there are workers are begun or wait to be fetched. A file that fails
    gives its exception in the place of the result; wrong options are raised at once. ``options``
    are those of ``analyze()``, ``memory`` for each file. Leaving the loop, or Ctrl-C, ends what
    goes on.
    """
    if workers is None:
        workers = _usable_cores()
    if workers < 1:
        raise UsageError(f"workers: {workers} is less than 1")
    for name in ("waveform_out", "click", "sample_rate", "cancellation", "progress"):
        if options.get(name) is not None:
            raise UsageError(f"{name} is for one input: use analyze()")
    return _many(iter(paths), workers, options)


def _one(name: PathLike, options: Mapping[str, Any],
         cancellation: _native.Cancellation) -> Outcome:
    try:
        return analyze(name, cancellation=cancellation, **options)
    except UsageError:
        raise
    except Error as error:
        return error


def _many(paths: Iterator[PathLike], workers: int,
          options: Mapping[str, Any]) -> Iterator[Tuple[PathLike, Outcome]]:
    options = {"threads": 1, **options}
    cancellation = _native.Cancellation()
    waiting: Deque[Tuple[PathLike, "concurrent.futures.Future[Outcome]"]] = collections.deque()
    pool = concurrent.futures.ThreadPoolExecutor(workers, thread_name_prefix="tidemark")
    try:
        for name in paths:
            waiting.append((name, pool.submit(_one, name, options, cancellation)))
            if len(waiting) >= 2 * workers:
                done, future = waiting.popleft()
                yield done, future.result()
        while waiting:
            done, future = waiting.popleft()
            yield done, future.result()
    finally:
        cancellation.request()
        pool.shutdown(wait=True, cancel_futures=True)
