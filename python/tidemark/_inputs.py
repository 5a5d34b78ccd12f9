"""What can be read: names of files, open files, objects with a read(), arrays."""

import io
import os
import stat
from typing import Any, Optional, Protocol, Union

import numpy as np
import numpy.typing as npt

from . import _native
from ._errors import UsageError


class Readable(Protocol):
    """A binary file-like object: ``read(n)`` gives up to ``n`` bytes, and none at the end."""

    def read(self, n: int, /) -> Any:
        """Up to n bytes, none at the end."""


PathLike = Union[str, bytes, "os.PathLike[str]", "os.PathLike[bytes]"]
Source = Union[PathLike, Readable, "npt.NDArray[Any]"]


def name_of(source: object) -> bytes:
    """What messages and reports call an input."""
    name = getattr(source, "name", None)
    return os.fsencode(name) if isinstance(name, (str, bytes)) else b"<file>"


def path_of(path: PathLike) -> bytes:
    """The bytes of a file's name."""
    if not isinstance(path, (str, bytes, os.PathLike)):
        raise UsageError(f"{type(path).__name__} is not the name of a file")
    name = os.fsencode(path)
    if not name or b"\0" in name:
        raise UsageError(f"{path!r} is not the name of a file")
    return name


def _descriptor_of(source: object) -> Optional[int]:
    """The descriptor that holds exactly what read() of this object would give, if there is one."""
    raw = source.raw if isinstance(source, (io.BufferedReader, io.BufferedRandom)) else source
    if not isinstance(raw, io.FileIO):
        return None
    if raw is not source and not raw.seekable():
        return None  # its buffer may hold what is no longer in the pipe
    fd = raw.fileno()
    if raw.seekable():
        # Where the object stands, which may be behind what it has read ahead.
        os.lseek(fd, source.tell(), os.SEEK_SET)  # type: ignore[attr-defined]
    return fd


def _of_file(source: Any) -> _native.Input:
    if isinstance(source, io.TextIOBase):
        raise UsageError("the file is open as text; open it in binary mode")
    if getattr(source, "closed", False) is True:
        raise UsageError("the file is closed")
    fd = _descriptor_of(source)
    if fd is not None:
        return _native.Input.of_descriptor(fd, name_of(source))
    read = getattr(source, "read1", None) or getattr(source, "read", None)
    if callable(read):
        return _native.Input.of_reader(read, name_of(source))
    if callable(getattr(source, "fileno", None)):
        return _native.Input.of_descriptor(source.fileno(), name_of(source))
    raise UsageError(
        f"{type(source).__name__} cannot be read: give a path, a binary file, an object with "
        "read(), or a NumPy array")


def is_regular(path: bytes) -> bool:
    """Whether the name is that of a file that can be read twice."""
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except OSError:
        return False


def open_input(source: Source, sample_rate: Optional[int]) -> _native.Input:
    """What the engine reads; raises UsageError for what is none of these."""
    if isinstance(source, np.ndarray):
        if sample_rate is None:
            sample_rate = getattr(source, "sample_rate", None)
        if sample_rate is None:
            raise UsageError("an array needs sample_rate=, in hertz")
        if int(sample_rate) != sample_rate:
            raise UsageError(f"sample_rate: {sample_rate} is not a whole number")
        return _native.Input.of_array(source, int(sample_rate), b"<array>")
    if sample_rate is not None:
        raise UsageError("sample_rate= is for arrays; files say theirs, and raw= says that of "
                         "headerless samples")
    if isinstance(source, (str, bytes, os.PathLike)):
        return _native.Input.of_path(path_of(source))
    return _of_file(source)
