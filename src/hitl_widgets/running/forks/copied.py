"""What the run has seen that a fork is a copy of: how long the tasks took that the fork has taken over, and what they printed.

A copy of a thread keeps the ids of its checkpoints, and so those of its tasks (`driver/copies/copying.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..following.records import TaskRecord

if TYPE_CHECKING:
    from ..run import Run


@dataclass(frozen=True)
class Seen:
    """What was seen.

    Attributes:
        tasks: the tasks that have ended, by their ids.
        took: how long their steps took, by the checkpoints that those started from.
    """

    tasks: Mapping[str, TaskRecord] = field(default_factory=dict[str, TaskRecord])
    took: Mapping[str, float] = field(default_factory=dict[str, float])


def seen_by(run: Run | None, ids: Collection[str]) -> Seen:
    """What a run, and those that it is a fork of, have seen of some tasks.

    Args:
        run: the run; `None` for one that is no fork.
        ids: of the tasks.
    """
    tasks: dict[str, TaskRecord] = {}
    took: dict[str, float] = {}
    while run is not None and ids:
        with run.lock:
            for step in run.state.steps:
                ended = [one for one in step.tasks if one.id in ids and one.status == "done" and one.began is not None]
                for task in ended:
                    tasks.setdefault(task.id, task)
                if ended and step.checkpoint is not None and not step.running and step.took:
                    took.setdefault(step.checkpoint, step.took)
        run = run.origin.copied_from
    return Seen(tasks, took)
