"""What can go wrong: one family, one class for each code of the engine."""

import re
from typing import Dict, Type, TypeVar

_E = TypeVar("_E", bound="Error")

# The engine speaks of the options of the command; here they are keywords.
_CEILING = re.compile(r"--memory (\d+[KMG]?)\b")
_OPTION = re.compile(
    r"(?<!\S)--(audio-codec|bits|bitrate|block-frames|bpm-max|bpm-min|causal|click|compat|"
    r"container|copy|crf|cut|dry-run|duration|edit|export|fade|features|fmax|fmin|keep|levels|"
    r"loud-speed|margin|max-duration|max-pause|max-ratio|memory|min-clip|min-cut|min-silence|"
    r"min-sound|no-video|output|overwrite|preset|raw|reference|report|sample|set-speed|"
    r"silent-speed|start|steady|stream|threads|threshold|tmp-max|tmpdir|varispeed|video-codec|"
    r"waveform-bits|waveform-out|waveform-split-channels|waveform-zoom)(?![\w-])")


class Error(RuntimeError):
    """What any call of this package raises where it cannot do what it was asked to.

    ``str()`` says what happened, to which file, and what to do. Every subclass is one of Python's
    own exceptions too, where there is one that says the same.
    """

    code: str = "internal"
    """The name that reports and the command's documentation give it."""

    @classmethod
    def from_native(cls: Type[_E], message: str) -> _E:
        """The exception for a message of the engine, which names options as the command does."""
        message = _CEILING.sub(r"memory='\1'", message)
        return cls(_OPTION.sub(lambda match: match.group(1).replace("-", "_"), message))


class UsageError(Error, ValueError):
    """An argument is wrong, or two of them contradict each other."""

    code = "usage"


class BadDataError(Error, ValueError):
    """The media is not what it claims to be, or nothing can be decoded."""

    code = "bad_data"


class UnsupportedError(Error):
    """Valid media that no decoder here reads."""

    code = "unsupported"


class NoInputError(Error, FileNotFoundError):
    """The file does not exist, cannot be opened, or is not a file."""

    code = "no_input"


class MemoryLimitError(Error, MemoryError):
    """The plan is over ``memory=``, or memory ran out."""

    code = "memory"


class IoError(Error, OSError):
    """Reading or writing failed after a successful open."""

    code = "io"


class CancelledError(Error):
    """The call was ended from outside, by closing an iterator in another thread."""

    code = "cancelled"


class InternalError(Error):
    """A bug of tidemark."""

    code = "internal"


BY_CODE: Dict[str, Type[Error]] = {
    cls.code: cls
    for cls in (UsageError, BadDataError, UnsupportedError, NoInputError, MemoryLimitError, IoError,
                CancelledError, InternalError)
}
