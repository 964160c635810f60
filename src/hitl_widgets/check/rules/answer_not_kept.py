"""`answer-not-kept`: a nested graph that is compiled with `checkpointer=False` keeps nothing, the answers that it gets neither.

An answer by id never comes to where it was asked there, so the question is asked again with each (langgraph 1.2.24).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ..findings import PATH, Finding


def answer_not_kept(graph: Any, path: tuple[str, ...], *, asks: Callable[[], bool]) -> Iterator[Finding]:
    """A nested graph that asks, and has no part in the thread of the graph around it."""
    if path and getattr(graph, "checkpointer", None) is False and asks():
        yield Finding(
            "answer-not-kept",
            "error",
            PATH.join(path),
            f"The graph in {path[-1]!r} asks and is compiled with checkpointer=False, so LangGraph has no place where an answer "
            "is kept for it: it asks again with every answer, and cannot be answered.",
            "Compile that graph without checkpointer=False: its answers are then kept with the graph around it.",
        )
