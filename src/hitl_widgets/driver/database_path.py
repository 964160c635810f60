"""Where SQLite keeps a database, and what it is opened by."""

from __future__ import annotations

import os
from typing import Literal
from urllib.parse import quote

_IN_MEMORY = frozenset({"", ":memory:"})


def is_in_memory(path: str) -> bool:
    """Whether SQLite takes a path for a database that is gone with its connection."""
    return path in _IN_MEMORY


def uri_of(path: str, mode: Literal["ro", "rw"]) -> str:
    """What SQLite opens a file by that it is not to make: to read alone, or to write, too."""
    return f"file:{quote(path)}?mode={mode}"


class DatabasePath:
    """The path of a database that may be opened again.

    Args:
        path: as it was given.

    Attributes:
        path: wherever the process is when it is opened again.
        file: where it really is.
    """

    def __init__(self, path: str) -> None:
        self.path = path if is_in_memory(path) else os.path.abspath(path)  # noqa: PTH100  it keeps links
        self.file = os.path.realpath(path)

    def address(self, *, again: bool) -> str:
        """What it is opened by; one that was there before is not made anew."""
        return uri_of(self.path, "rw") if again else self.path
