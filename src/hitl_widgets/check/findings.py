"""What a check found, and how it prints: a text table, and HTML in a notebook."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from textwrap import fill
from typing import Literal, overload

from ..texts.odd import spelled

Level = Literal["error", "warning", "info"]
LEVELS: tuple[Level, ...] = ("error", "warning", "info")

PATH = " › "
"""Between the nodes of a path: the node of a nested graph is `sub › ask`."""


@dataclass(frozen=True)
class Finding:
    """One thing that will go wrong, or that one should know.

    Attributes:
        rule: the rule's id, such as `runs-again`.
        level: an error will go wrong, a warning will in some runs, an info is to be known.
        node: the path of the node, `sub › ask` for one of a nested graph; empty for the graph itself.
        wrong: what goes wrong, one sentence.
        mend: how to mend it, one sentence.
        file: the file, or the name of a notebook's cell; empty where no line is to blame.
        line: the line in it, from 1; 0 where no line is to blame.
        code: the piece of code that it is about, as it is written.
    """

    rule: str
    level: Level
    node: str
    wrong: str
    mend: str
    file: str = ""
    line: int = 0
    code: str = ""

    @property
    def where(self) -> str:
        """The file and line, the file as it is seen from the working directory."""
        return f"{_seen_from_here(self.file)}:{self.line}" if self.file else "the graph"


@dataclass(frozen=True)
class NotRead:
    """A node whose source could not be read, and why; nothing is said about it."""

    node: str
    why: str


class Findings(Sequence[Finding]):
    """What `hitl.check` found, the worst first. Prints as a table; empty, so false, if nothing was found.

    Attributes:
        not_read: what could not be read, and why.

    >>> finding = Finding("no-checkpointer", "info", "", "Answers are lost.", "Compile with a checkpointer.")
    >>> findings = Findings([finding])
    >>> len(findings), findings.problems
    (1, ())
    >>> print(findings)
    1 info
    <BLANKLINE>
    info  no-checkpointer  the graph
        Answers are lost.
        Compile with a checkpointer.
    """

    def __init__(self, findings: Iterable[Finding], not_read: Iterable[NotRead] = ()) -> None:
        self._findings = sorted(findings, key=lambda found: (LEVELS.index(found.level), found.file, found.line))
        self.not_read = tuple(not_read)

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Finding]: ...
    def __getitem__(self, index: int | slice) -> Finding | Sequence[Finding]:
        return self._findings[index]

    def __len__(self) -> int:
        return len(self._findings)

    @property
    def problems(self) -> tuple[Finding, ...]:
        """The errors and warnings: what a test would assert to be empty."""
        return tuple(found for found in self if found.level != "info")

    def of(self, *path: str) -> Findings:
        """The findings of one node, or of a nested graph: `of("pay")`, `of("sub", "ask")`."""
        node = PATH.join(path)
        inside = f"{node}{PATH}"
        return Findings(
            (found for found in self if found.node == node or found.node.startswith(inside)),
            (one for one in self.not_read if one.node == node or one.node.startswith(inside)),
        )

    def __str__(self) -> str:
        rows = [(found.level, found.rule, found.where, found.node) for found in self]
        widths = [max((len(row[column]) for row in rows), default=0) for column in range(4)]
        lines = [self._summary]
        for found, row in zip(self, rows, strict=True):
            head = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            lines += [
                "",
                head,
                *(fill(text, 100, initial_indent="    ", subsequent_indent="    ") for text in _told(found)),
            ]
        if self.not_read:
            lines += ["", "Not read:", *(f"    {one.node or 'the graph'}: {one.why}" for one in self.not_read)]
        return spelled("\n".join(lines))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = [
            (found.level, found.rule, found.where, found.node, "<br>".join(_html(text) for text in _told(found)))
            for found in self
        ]
        rows += [("not read", "", "", one.node or "the graph", _html(one.why)) for one in self.not_read]
        titles = ("", "Rule", "Where", "Node", "What goes wrong, and how to mend it")
        head = "".join(f"<th{_LEFT}>{title}</th>" for title in titles) if rows else ""
        return (
            f"<table><caption{_LEFT}>{escape(self._summary)}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{''.join(map(_html_row, rows))}</tbody></table>"
        )

    @property
    def _summary(self) -> str:
        counts = Counter(found.level for found in self)
        words = [_count(counts[level], level) for level in LEVELS if counts[level]]
        return ", ".join(words) or "Nothing found."


_LEFT = ' style="text-align: left"'
"""JupyterLab puts what is in a table to the right, and its caption into the middle (4.6)."""


def _html_row(row: tuple[str, str, str, str, str]) -> str:
    level, rule, where, node, told = row
    # Where there is little room it is the long text that gives way, not a rule's name.
    short = "".join(f'<td style="text-align: left; white-space: nowrap">{_html(word)}</td>' for word in (level, rule))
    return f"<tr>{short}{''.join(f'<td{_LEFT}>{cell}</td>' for cell in (_html(where), _html(node), told))}</tr>"


def _told(found: Finding) -> tuple[str, str]:
    return found.wrong, found.mend


def _html(text: str) -> str:
    return escape(spelled(text))


def _count(number: int, level: Level) -> str:
    return f"{number} {level}" if number == 1 or level == "info" else f"{number} {level}s"


def _seen_from_here(file: str) -> str:
    path = Path(file)
    return os.path.relpath(path) if path.is_absolute() and path.is_relative_to(Path.cwd()) else file
