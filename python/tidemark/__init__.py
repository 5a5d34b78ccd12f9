"""Audio analysis that says before it starts how much memory it will use.

``analyze()`` and ``analyze_many()`` hear what is in audio, ``stream()`` reads it block by block,
``memmap()`` and ``MappedWriter`` read and write uncompressed files where they lie, ``cut()`` removes
silence. docs/python.md is the reference. Errors are subclasses of ``Error``.
"""

from ._analyze import analyze, analyze_many
from ._cut import CutMove, CutResult, cut
from ._errors import (BadDataError, CancelledError, Error, InternalError, IoError, MemoryLimitError,
                      NoInputError, UnsupportedError, UsageError)
from ._native import Cancellation, __version__
from ._pcm import MappedSamples, MappedWriter, memmap
from ._report import (Activity, Analysis, Beats, Click, Dominant, File, Loudness, Memory, PlanRow,
                      Read, RunnerUp, Tempo, Time, Tuning, Verdict, Waveform)
from ._stream import Stream, stream

__all__ = [
    "Activity", "Analysis", "BadDataError", "Beats", "Cancellation", "CancelledError", "Click",
    "CutMove", "CutResult", "Dominant", "Error", "File", "InternalError", "IoError", "Loudness",
    "MappedSamples", "MappedWriter", "Memory", "MemoryLimitError", "NoInputError", "PlanRow", "Read",
    "RunnerUp", "Stream", "Tempo", "Time", "Tuning", "UnsupportedError", "UsageError", "Verdict",
    "Waveform", "__version__", "analyze", "analyze_many", "cut", "memmap", "stream",
]
