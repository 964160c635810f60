"""The sentences about files; the first ones are said by `js/src` too (`fields/words.py` has them from here)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

NOT_A_PATH = "Not a path."
PICK_A_FILE = "This is a folder: pick a file in it."

NO_SUCH_FILE = "There is no such file."
NO_SUCH_FOLDER = "There is no such folder."
IS_TAKEN = "There is something of this name already."
PICK_A_FOLDER = "This is a file: pick a folder."
IS_HIDDEN = "Hidden files cannot be picked."
NOT_A_FILE = "This is neither a file nor a folder."


def must_end_with(suffixes: Sequence[str]) -> str:
    *most, last = suffixes
    return f"Must end with {', '.join(most)} or {last}." if most else f"Must end with {last}."


def outside(folder: str) -> str:
    return f"Not in {_named(folder)}."


def no_such_file(path: str, folder: str) -> str:
    # The one mistake that people make: the path from inside of the folder.
    hint = "" if folder == "." or PurePosixPath(path).is_relative_to(folder) else f" Paths start with {folder}/."
    return f"There is no file {path}.{hint}"


def no_such_folder(path: str) -> str:
    return "The working folder is gone." if path == "." else f"There is no folder {path}."


def not_readable(path: str) -> str:
    return f"The kernel may not read {_named(path)}."


def unreadable(path: str, reason: str) -> str:
    return f"{'The working folder' if path == '.' else path} cannot be read: {reason}."


def too_large(name: str, count: int, most: int) -> str:
    # One byte more is told by its bytes.
    said = size(count) if size(count) != size(most) else f"{count:,} bytes".replace(",", " ")
    return f"{name} has {said}; at most {size(most)} can be uploaded."


def size(count: int) -> str:
    """A number of bytes as people read it; `js/src/rich/file-words.ts` says the same.

    >>> size(0), size(512), size(10_000_000), size(1_234_567)
    ('0 bytes', '512 bytes', '10 MB', '1.2 MB')
    """
    if count < 1000:
        return "1 byte" if count == 1 else f"{count} bytes"
    value = float(count)
    for unit in ("kB", "MB", "GB", "TB"):
        value /= 1000
        if value < 999.5 or unit == "TB":
            digits = f"{value:.1f}" if value < 9.95 else f"{value:.0f}"
            return f"{digits.removesuffix('.0')} {unit}"
    raise AssertionError("the last unit is large enough for all")


def _named(folder: str) -> str:
    return "the working folder" if folder == "." else folder
