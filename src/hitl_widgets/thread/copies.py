"""Which of several tasks of one node it is, in words: sent side by side (`Send`), nothing else tells them apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from ..running.following.records import Path
from ..texts.clipped import clipped

LONGEST = 80
"""Characters of a tool's name: a model writes it."""


class _Task(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def node(self) -> Path: ...
    @property
    def tool(self) -> str | None: ...


def copies_in(tasks: Sequence[_Task]) -> dict[str, str]:
    """What tells each task from the others of its node, by id: the tool that it calls, and its number where that is not enough.

    Args:
        tasks: those of a step.
    """
    nodes = Counter(one.node for one in tasks)
    several = [(one.id, (one.node, one.tool or one.node[-1])) for one in tasks if nodes[one.node] > 1]
    alike, numbers = Counter(key for _, key in several), Counter[tuple[Path, str]]()
    found: dict[str, str] = {}
    for id, key in several:
        numbers[key] += 1
        word = clipped(key[1], LONGEST)
        found[id] = word if alike[key] == 1 else f"{word} #{numbers[key]}"
    return found
