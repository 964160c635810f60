"""An exception, for people to read: where it passed in their own code, and what it says."""

from __future__ import annotations

import linecache
import os
from collections.abc import Iterator
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, cast

from ..check.sources import is_installed_file
from ..kernel import cell_name
from ..protocol import CauseView, ExceptionView, FrameView, SourceLine
from ..running.secrets import Secrets
from ..texts.jsonable import storable
from ..texts.raised import message_of

LONGEST_MESSAGE = 6_000
_MOST_FRAMES = 40
_AROUND = 2
"""Lines of source before and after the one."""
_LONGEST_LINE = 300
_MOST_CAUSES = 6
_MOST_NOTES = 10
_OF_LANGGRAPH = ("During task with name ", "Before task with name ")
"""How the notes begin in which LangGraph says which task it was (1.2.24), which one sees anyway."""
_DEEPEST = 4
_MOST_WALKED = 2_000

Where = tuple[FrameType, int]


def exception_view(error: BaseException, secrets: Secrets, trace: TracebackType | None = None) -> ExceptionView:
    """An exception with its causes.

    Args:
        error: the exception; nothing of it is kept.
        secrets: what is shown as dots.
        trace: where it passed, if that is not what it says by now: each cell that has waited for it has added its frames.
    """
    return _Reading(secrets).view(error, _DEEPEST, trace)


def error_view(said: str, secrets: Secrets) -> ExceptionView:
    """An exception of which nothing but its text is known, as of a run in another kernel: LangGraph keeps no more.

    >>> view = error_view("ValueError('no such order')", Secrets())
    >>> view["type"], view["message"]
    ('ValueError', 'no such order')
    """
    name, bracket, rest = said.partition("(")
    known = bool(bracket) and name.isidentifier() and rest.endswith(")")
    message = rest[:-1] if known else said
    if known and len(message) > 1 and message[0] == message[-1] and message[0] in "'\"":
        message = message[1:-1]
    return {
        "type": name if known else "Error",
        "message": storable(secrets.mask(message))[:LONGEST_MESSAGE],
        "notes": [],
        "frames": [],
        "left_out": 0,
        "causes": [],
    }


class _Reading:
    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._seen: set[int] = set()
        self._read = 0

    def view(self, error: BaseException, depth: int, trace: TracebackType | None = None) -> ExceptionView:
        self._seen.add(id(error))
        self._read += 1
        passed = list(_walked(trace or error.__traceback__))
        some = passed if len(passed) <= _MOST_FRAMES else [*passed[:10], *passed[10 - _MOST_FRAMES :]]
        frames = [self._frame(*where) for where in some]
        if (last := max((at for at, frame in enumerate(frames) if frame["user"]), default=None)) is not None:
            frames[last]["innermost"] = True
        if isinstance(error, SyntaxError) and error.filename:
            frames.append(self._syntax(error, error.filename))
        return {
            "type": type(error).__qualname__,
            "message": self._said(_message(error)),
            "notes": [self._said(note) for note in _notes(error)],
            "frames": frames,
            "left_out": len(passed) - len(some),
            "causes": self._causes(error, depth),
        }

    def _causes(self, error: BaseException, depth: int) -> list[CauseView]:
        found: list[CauseView] = []
        for kind, cause in _came_from(error):
            if depth > 0 and id(cause) not in self._seen and self._read < _MOST_CAUSES:
                found.append({"kind": kind, "exception": self.view(cause, depth - 1)})
        return found

    def _frame(self, frame: FrameType, line: int) -> FrameView:
        code = frame.f_code
        name = code.co_filename
        linecache.checkcache(name)
        cell = cell_name(name)
        return {
            "file": cell or _shortened(name),
            "line": line,
            "function": code.co_qualname[:200],
            "source": self._around(name, line, frame),
            # A cell is the user's, wherever its file is said to be.
            "user": cell is not None or not (name.startswith("<") or is_installed_file(name)),
        }

    def _around(self, name: str, line: int, frame: FrameType | None) -> list[SourceLine]:
        lines = linecache.getlines(name, frame.f_globals if frame is not None else None)
        first = max(line - _AROUND, 1)
        return [
            {"number": number, "text": self._said(lines[number - 1].rstrip("\n"))[:_LONGEST_LINE]}
            for number in range(first, min(line + _AROUND, len(lines)) + 1)
        ]

    def _syntax(self, error: SyntaxError, name: str) -> FrameView:
        line = error.lineno or 1
        return {
            "file": cell_name(name) or _shortened(name),
            "line": line,
            "function": "",
            "source": self._around(name, line, None),
            "user": not is_installed_file(name),
        }

    def _said(self, text: str) -> str:
        return storable(self._secrets.mask(text))[:LONGEST_MESSAGE]


def _walked(trace: TracebackType | None) -> Iterator[Where]:
    for _ in range(_MOST_WALKED):
        if trace is None:
            return
        yield trace.tb_frame, trace.tb_lineno
        trace = trace.tb_next


def _message(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return str(error.msg)
    return message_of(error)


def _notes(error: BaseException) -> list[str]:
    notes: Any = getattr(error, "__notes__", None)
    texts = [str(note) for note in cast("list[Any]", notes)[:_MOST_NOTES]] if isinstance(notes, list) else []
    return [text for text in texts if not text.startswith(_OF_LANGGRAPH)]


def _came_from(error: BaseException) -> Iterator[tuple[Any, BaseException]]:
    if error.__cause__ is not None:
        yield "cause", error.__cause__
    elif error.__context__ is not None and not error.__suppress_context__:
        yield "context", error.__context__
    if isinstance(error, BaseExceptionGroup):
        for member in error.exceptions:
            yield "member", member


def _shortened(name: str) -> str:
    """A path from the working directory on, or from the library's folder."""
    inside = os.path.relpath(name) if Path(name).is_absolute() else name
    if inside.startswith(".."):
        for folder in ("site-packages", "dist-packages"):
            _, found, rest = name.partition(f"{os.sep}{folder}{os.sep}")
            if found:
                return rest
        return name
    return inside
