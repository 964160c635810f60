"""What is in a folder, as the browser shows it."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path, PurePosixPath

from ..errors import InvalidAnswerError
from ..protocol import FileEntry, FolderView
from . import words
from .answer import is_hidden, reason, within
from .rules import FileRules

MOST = 1000
"""How many entries are sent; of more the person sees how many, and types to narrow them down."""


def listing(rules: FileRules, at: str, typed: str = "") -> FolderView:
    """The folders and the files that fit, folders first, each by name. What is hidden or leads outside is left out.

    Args:
        rules: what was asked for.
        at: the folder, relative to that of the rules; `""` is that one itself.
        typed: what a name must have in it, in any case.

    Raises:
        InvalidAnswerError: it is not there, not inside, or may not be read; a sentence.
    """
    root, folder = folder_in(rules, at)
    wanted = typed.lower()
    try:
        with os.scandir(folder) as found:
            named = [one for one in found if wanted in one.name.lower() and _is_shown(one)]
            kept = [(not one.is_dir(), one) for one in named if _is_offered(rules, root, one)]
    except OSError as error:
        raise _in_words(rules, at, error) from None
    kept.sort(key=lambda kind_and_entry: (kind_and_entry[0], kind_and_entry[1].name.lower(), kind_and_entry[1].name))
    entries = [_entry(one, is_file=is_file) for is_file, one in kept[:MOST]]
    return {"entries": entries, "more": len(kept) - len(entries)}


def folder_in(rules: FileRules, at: str) -> tuple[Path, Path]:
    """The folder of the rules, and one inside of it.

    Raises:
        InvalidAnswerError: it is not inside.
    """
    inside = PurePosixPath(at)
    if "\0" in at or inside.is_absolute() or ".." in inside.parts:
        raise InvalidAnswerError(words.outside(rules.folder))
    if is_hidden(inside):
        raise InvalidAnswerError(words.IS_HIDDEN)
    try:
        root = rules.root()
        folder = (root / at).resolve()
    except (OSError, RuntimeError) as error:  # a link to itself: RuntimeError before Python 3.13
        raise InvalidAnswerError(words.unreadable(within(rules, at), reason(error))) from None
    if not folder.is_relative_to(root) or is_hidden(folder.relative_to(root)):
        raise InvalidAnswerError(words.outside(rules.folder))
    return root, folder


_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""A name with line ends in it cannot be shown; one that is no text at all has no way to the browser and back."""


def _is_shown(entry: os.DirEntry[str]) -> bool:
    return not entry.name.startswith(".") and _UNPRINTABLE.search(entry.name) is None


def _is_offered(rules: FileRules, root: Path, entry: os.DirEntry[str]) -> bool:
    try:
        if entry.is_symlink() and not _leads_inside(root, entry):
            return False
        if entry.is_dir():
            return True
        return rules.kind != "folder" and entry.is_file() and rules.fits(entry.name)
    except OSError:
        return False  # it may not be looked at, or is gone


def _leads_inside(root: Path, entry: os.DirEntry[str]) -> bool:
    try:
        found = Path(entry.path).resolve(strict=True)
    except (OSError, RuntimeError):
        return False
    return found.is_relative_to(root) and not is_hidden(found.relative_to(root))


def _entry(entry: os.DirEntry[str], *, is_file: bool) -> FileEntry:
    try:
        said = entry.stat()
    except OSError:
        return {"name": entry.name, "kind": "file" if is_file else "folder", "size": None, "modified": None}
    size = said.st_size if stat.S_ISREG(said.st_mode) else None
    return {"name": entry.name, "kind": "file" if is_file else "folder", "size": size, "modified": int(said.st_mtime)}


def _in_words(rules: FileRules, at: str, error: OSError) -> InvalidAnswerError:
    path = within(rules, at)
    match error:
        case FileNotFoundError():
            return InvalidAnswerError(words.no_such_folder(path))
        case NotADirectoryError():
            return InvalidAnswerError(words.PICK_A_FOLDER)
        case PermissionError():
            return InvalidAnswerError(words.not_readable(path))
        case _:
            return InvalidAnswerError(words.unreadable(path, reason(error)))
