"""Keywords as options of the command, so that one parser reads both and says what is wrong."""

import os
from typing import Any, List, Tuple, Union

from ._errors import UsageError

Seconds = Union[float, str]
"""Seconds as a number, or as the command reads them: "90", "2.5s", "250ms", "1:30"."""

Bytes = Union[int, str]
"""Bytes as a number, or as the command reads them: "24M", "1.5G"."""


def number(value: Any) -> str:
    """A number or text as an option's text; numbers without an exponent."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        raise UsageError(f"{value} is not a number")
    if isinstance(value, int):
        return str(value)
    try:
        return format(float(value), ".9f").rstrip("0").rstrip(".")
    except (TypeError, ValueError):
        raise UsageError(f"{value!r} is neither a number nor text") from None


def joined(value: Any) -> str:
    """Several numbers or texts with commas between them, or one."""
    if isinstance(value, (list, tuple)):
        return ",".join(number(item) for item in value)
    return number(value)


def path(value: Any) -> str:
    """The name of a file that is written. The standard output is the program's."""
    try:
        name = os.fsdecode(value)
    except TypeError:
        raise UsageError(f"{value!r} is not the name of a file") from None
    if name in ("", "-"):
        raise UsageError(f"{name!r} is not the name of a file")
    return name


class Arguments:
    """Arguments of one subcommand."""

    def __init__(self, command: str) -> None:
        self._texts: List[bytes] = [os.fsencode(command)]

    def add(self, keyword: str, text: str) -> None:
        """An option by its keyword."""
        if text == "":
            raise UsageError(f"{keyword} is empty")
        self._texts.append(os.fsencode(f"--{keyword.replace('_', '-')}={text}"))

    def given(self, *options: Tuple[str, Any]) -> None:
        """Those of the options that are not None, as number() writes them; several at once, as
        joined() does."""
        for keyword, value in options:
            if value is not None:
                self.add(keyword, joined(value))

    def each(self, keyword: str, values: Any) -> None:
        """An option for each of some values, or for the only one."""
        if values is None:
            return
        if isinstance(values, (str, int, float, tuple)):
            values = [values]
        for value in values:
            self.add(keyword, joined(value))

    def flags(self, *options: Tuple[str, bool]) -> None:
        """Those of the options that are true."""
        for keyword, on in options:
            if on:
                self._texts.append(os.fsencode(f"--{keyword.replace('_', '-')}"))

    def paths(self, *options: Tuple[str, Any]) -> None:
        """Those of the options that are not None, names of files."""
        for keyword, value in options:
            if value is not None:
                self.add(keyword, path(value))

    def of(self, name: bytes) -> List[bytes]:
        """All of them, for the input of this name."""
        return [*self._texts, b"--", name]
