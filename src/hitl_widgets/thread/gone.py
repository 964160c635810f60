"""Tasks that have not finished and never will: what became of them, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from langgraph.types import StateSnapshot

if TYPE_CHECKING:
    from .history import Task


def replaced(tasks: Iterable[Task], following: StateSnapshot) -> list[Task]:
    """The tasks of a checkpoint; where a change of the state took its place, LangGraph keeps them all the same (1.2.24).

    Args:
        tasks: the tasks.
        following: the checkpoint after that.
    """
    source, found = (following.metadata or {}).get("source"), list(tasks)
    if source == "loop":
        return found
    first = "another input came first" if source == "input" else "the state was changed first"
    none_ran = not any(task.wrote is not None or task.error is not None or task.asked for task in found)
    return [
        replace(_gone(task, f"{'was not answered' if task.asked else 'did not run'}: {first}"), passed_over=none_ran)
        for task in found
    ]


def left(tasks: Iterable[Task]) -> tuple[Task, ...]:
    """The tasks of a nested graph that is through; one that leaves it by `Command.PARENT` writes nothing (langgraph 1.2.24)."""
    return tuple(_gone(task, "ended without writing") for task in tasks)


def _gone(task: Task, words: str) -> Task:
    is_open = task.wrote is None and task.error is None and not task.gone
    return replace(task, gone=words) if is_open else task
