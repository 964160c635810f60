"""Which nodes run next on a thread that stands still."""

from __future__ import annotations

from langgraph.types import StateSnapshot

Path = tuple[str, ...]


def paths_next(snapshot: StateSnapshot, around: Path = ()) -> list[Path]:
    """The paths of the nodes that have still to run in the step that a thread is at, and of those inside of them.

    Args:
        snapshot: the thread, with its nested graphs.
        around: the path of the graph that it is of.
    """
    paths: list[Path] = []
    for name in dict.fromkeys(snapshot.next):
        paths.append((*around, name))
        for task in snapshot.tasks:
            if task.name == name and isinstance(task.state, StateSnapshot):
                paths += paths_next(task.state, (*around, name))
    return paths
