"""Whether a path may be given for an answer, and how it is then written."""

from __future__ import annotations

import os
import stat
from pathlib import Path, PurePath, PurePosixPath

from . import words
from .rules import FileRules


def given(rules: FileRules, text: str) -> str:
    """The path of an answer as it is written into recordings: with `/`, starting with the folder as it was asked for.

    Args:
        rules: what was asked for.
        text: a path as Python would open it: relative to the working folder, or absolute.

    Raises:
        ValueError: it is not there, not in the folder, or not what was asked for; a sentence.

    >>> given(FileRules("folder", "/usr"), "/usr/./lib/..")
    '/usr'
    """
    if not text.strip() or "\0" in text:
        raise ValueError(words.NOT_A_PATH)
    try:
        root, found = rules.root(), Path(text).resolve()
    except (OSError, RuntimeError) as error:  # a link to itself: RuntimeError before Python 3.13
        raise ValueError(words.unreadable(text, reason(error))) from None
    if not found.is_relative_to(root):
        raise ValueError(words.outside(rules.folder))
    inside = _inside(rules, text, found.relative_to(root))
    if is_hidden(inside) or is_hidden(found.relative_to(root)):
        raise ValueError(words.IS_HIDDEN)
    _look_at(rules, text, found, inside.name)
    return within(rules, inside.as_posix())


def within(rules: FileRules, inside: str) -> str:
    """A path inside of the folder, from the working folder.

    >>> within(FileRules(folder="data"), "raw/a.csv"), within(FileRules(), "a.csv")
    ('data/raw/a.csv', 'a.csv')
    """
    return (PurePosixPath(rules.folder) / inside).as_posix()


def is_hidden(inside: PurePath) -> bool:
    """Whether a path inside of a folder has a part that starts with a dot."""
    return any(part.startswith(".") for part in inside.parts)


def _inside(rules: FileRules, text: str, resolved: PurePath) -> PurePath:
    """The path inside of the folder as it was given; where that is more than a way down, as it was found."""
    said = PurePath(text)
    if said.is_relative_to(rules.folder) and ".." not in said.parts:
        return said.relative_to(rules.folder)
    return resolved


def _look_at(rules: FileRules, text: str, found: Path, name: str) -> None:
    try:
        mode = found.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        missing = words.no_such_folder(text) if rules.kind == "folder" else words.no_such_file(text, rules.folder)
        raise ValueError(missing) from None
    except PermissionError:
        raise ValueError(words.not_readable(text)) from None
    except OSError as error:
        raise ValueError(words.unreadable(text, reason(error))) from None
    if stat.S_ISDIR(mode):
        if rules.kind == "file":
            raise ValueError(words.PICK_A_FILE)
        return
    if not stat.S_ISREG(mode):
        raise ValueError(words.NOT_A_FILE)
    if rules.kind == "folder":
        raise ValueError(words.PICK_A_FOLDER)
    if not rules.fits(name):
        raise ValueError(words.must_end_with(rules.suffixes))
    if not os.access(found, os.R_OK):
        raise ValueError(words.not_readable(text))


def reason(error: BaseException) -> str:
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error) or type(error).__name__
