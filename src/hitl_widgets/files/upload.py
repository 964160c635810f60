"""One file on its way from the browser into the kernel's folder."""

from __future__ import annotations

import contextlib
import re
import secrets
import time
import unicodedata
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from ..errors import InvalidAnswerError
from ..processes import finalize
from . import words
from .answer import reason, within
from .held import hold, is_held
from .listing import folder_in
from .rules import FileRules

MOST_A_PART = 512 * 1024
"""Bytes in one message. As base64 that is 700 kB; Jupyter's websocket closes on more than 10 MiB (tornado 6.6)."""

_PART = re.compile(r"\.[0-9a-f]{16}\.upload")
"""What a part is called."""
_LEFT = 3600.0
"""Seconds after which nobody goes on with a part that nothing was written to, unless its kernel is there still: it may have slept."""

_LONGEST_NAME = 200
"""Bytes; most file systems take 255, and a number may come to it."""


class Upload:
    """A file that is being uploaded: hidden and under another name until all of it is there.

    It is gone again when it is dropped, fails, or is forgotten (also when the kernel ends in order).

    Args:
        rules: what was asked for; its `upload` says that something may be.
        name: the file's name in the browser.
        size: its size in bytes.

    Attributes:
        received: how many bytes have arrived.
        path: the answer for the file, once it is complete.
        touched: when it was last heard of.

    Raises:
        InvalidAnswerError: it may not be uploaded, or cannot be saved; a sentence.
    """

    def __init__(self, rules: FileRules, name: str, size: int) -> None:
        self.name = _checked_name(rules, name, size)
        self.size = size
        self.received = 0
        self.path: str | None = None
        self.touched = time.monotonic()
        self._rules = rules
        _, self._folder = folder_in(rules, rules.into)
        try:
            self._part, made = _make_room(self._folder)
            self._file = self._part.open("xb")
            hold(self._file)
        except OSError as error:
            raise _not_saved(self.name, error) from None
        self.drop = finalize(self, _remove, self._file, self._part, made)

    def add(self, offset: int, data: bytes) -> None:
        """Take the part that starts at an offset; one that is there already, or comes too early, changes nothing.

        Raises:
            InvalidAnswerError: it does not fit, or cannot be saved; the upload is gone.
        """
        self.touched = time.monotonic()
        if offset != self.received or self.path is not None:
            return
        if self.received + len(data) > self.size:
            self.drop()
            raise InvalidAnswerError(f"{self.name} is larger than was said: has it changed? Please try again.")
        try:
            self._file.write(data)
            self.received += len(data)
            if self.received == self.size:
                self._finish()
        except OSError as error:
            self.drop()
            raise _not_saved(self.name, error) from None

    def _finish(self) -> None:
        self._file.close()
        name = self._settle()
        self.drop.detach()
        self.path = within(self._rules, (PurePosixPath(self._rules.into) / name).as_posix())

    def _settle(self) -> str:
        """Under its own name, or the next one that is free; never in the place of another file."""
        stem, suffix = _split(self.name)
        for number in range(1, 1000):
            name = self.name if number == 1 else f"{stem} ({number}){suffix}"
            try:
                # Taken first, since a rename would replace what has the name.
                (self._folder / name).open("xb").close()
            except FileExistsError:
                continue
            try:
                self._part.replace(self._folder / name)
            except OSError:
                (self._folder / name).unlink()
                raise
            return name
        raise OSError(0, "there are too many files of this name")


def _checked_name(rules: FileRules, given: str, size: int) -> str:
    name = safe_name(given)
    if rules.upload is None:
        raise InvalidAnswerError("Nothing can be uploaded here.")
    if not name:
        raise InvalidAnswerError(f"{given!r} is no name for a file.")
    if not rules.fits(name):
        raise InvalidAnswerError(f"{name} cannot be uploaded. {words.must_end_with(rules.suffixes)}")
    if not 0 <= size <= rules.upload:
        raise InvalidAnswerError(words.too_large(name, size, rules.upload))
    return name


def safe_name(name: str) -> str:
    r"""The name that an uploaded file gets: no folders, nothing invisible, not hidden, fit for any file system.

    >>> safe_name("../../x.csv"), safe_name("C:\\data\\x.csv"), safe_name(".bashrc"), safe_name("..")
    ('x.csv', 'x.csv', 'bashrc', '')
    """
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    # Also what turns the direction of writing, and shows `gpj.exe` as `exe.jpg`; and halves of characters.
    seen = "".join(char for char in base if not unicodedata.category(char).startswith("C"))
    plain = re.sub(r'[<>:"|?*]', "_", seen).lstrip(". ").rstrip(". ")
    suffix = PurePosixPath(plain).suffix
    stem = plain.removesuffix(suffix).encode()[: max(0, _LONGEST_NAME - len(suffix.encode()))].decode(errors="ignore")
    return stem + suffix if stem else ""


def _split(name: str) -> tuple[str, str]:
    """A file's name without its suffix, and that.

    >>> _split("a.csv"), _split("a.tar.gz"), _split("a")
    (('a', '.csv'), ('a', '.tar.gz'), ('a', ''))
    """
    suffixes = PurePosixPath(name).suffixes
    suffix = "".join(suffixes[-2:]) if suffixes[-2:-1] == [".tar"] else "".join(suffixes[-1:])
    return name.removesuffix(suffix), suffix


def _make_room(folder: Path) -> tuple[Path, list[Path]]:
    """Where a part is kept in a folder, and the folders that had to be made for it, the innermost first."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    _clear(folder)
    return folder / f".{secrets.token_hex(8)}.upload", missing


def _clear(folder: Path) -> None:
    """Remove the parts that kernels have left there which were killed."""
    with contextlib.suppress(OSError):
        for one in folder.glob(".*.upload"):
            if _PART.fullmatch(one.name) and one.stat().st_mtime < time.time() - _LEFT and not is_held(one):
                one.unlink()


def _remove(file: BinaryIO, part: Path, made: list[Path]) -> None:
    with contextlib.suppress(OSError):
        file.close()  # which writes what it still holds: on a full disk it fails
    with contextlib.suppress(OSError):
        part.unlink()
    for folder in made:
        with contextlib.suppress(OSError):
            folder.rmdir()  # unless something else is in it by now


def _not_saved(name: str, error: OSError) -> InvalidAnswerError:
    return InvalidAnswerError(f"{name} could not be saved: {reason(error)}.")
