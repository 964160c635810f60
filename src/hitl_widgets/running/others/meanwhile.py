"""What ran on a run's thread in another session while this one was at rest, put where the run's own steps are.

It is read from the thread, as `running/past.py` reads what ran before: which nodes, in which steps, and what became of them; how
long they took nobody has seen. Of a run that nobody looks at nothing is read.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import count
from typing import TYPE_CHECKING, Any

from langgraph.types import StateSnapshot

from ...thread.breakpoints import checkpoint_id

if TYPE_CHECKING:
    from ...thread.earlier import EarlierStep, StepsSince
    from ..following.state import RunState
    from ..run import Run

MOST, MOST_SERVED = 500, 50
"""Checkpoints that are read, and those that a server is asked for: of a thread that others went on with for longer, where it
stands is shown, and not how it came there."""


async def ran_meanwhile(run: Run, snapshot: StateSnapshot) -> StepsSince | None:
    """What has become of a thread since a run stood there; `None` if that is not looked for.

    Args:
        run: the run, with the thread as it was when it last came to rest.
        snapshot: the thread as it stands.
    """
    if not run.is_shown:
        return None
    from ...thread.earlier import StepsSince, steps_since  # a script never needs it

    at = checkpoint_id(snapshot)
    if at == run.checkpoint_id and (at != _stood_at(run) or _has_step(run.state, at)):
        return StepsSince()  # at most graphs that are nested in it have gone on
    return await steps_since(run.driver, snapshot, _stood_at(run), MOST_SERVED if run.driver.is_served else MOST)


def went_on(run: Run, snapshot: StateSnapshot, since: StepsSince | None, waiting: Collection[str]) -> None:
    """Have a run's state say where its thread is, and what those steps were. Held with the lock.

    Args:
        run: the run.
        snapshot: the thread as it stands.
        since: what `ran_meanwhile` has found.
        waiting: the ids of the tasks that wait now.
    """
    if since is None:
        run.state.went_on(waiting, checkpoint_id(snapshot), (snapshot.metadata or {}).get("step"))
    else:
        _show(run, snapshot, since, waiting)


def _show(run: Run, snapshot: StateSnapshot, since: StepsSince, waiting: Collection[str]) -> None:
    state, stood, steps = run.state, _stood_at(run), since.steps
    own, later = (steps[0], steps[1:]) if steps and steps[0].checkpoint == stood else (None, steps)
    if state.stands_at is not None:
        number = state.stands_at[1]
    else:  # nothing was streamed here: the thread was picked up, or has begun elsewhere
        number = 0 if any(not step.ns for step in state.steps) else -1
        if stood is not None:
            state.stand_at(stood, number)
    done = {task.id for task in own.tasks if task.status == "done"} if own is not None else set[str]()
    left = {task.id for task in own.tasks} - done if own is not None else set[str]()
    if since.is_left:  # nobody has answered what it asked there
        left = {task.id for step in state.steps if not step.ns for task in step.tasks if task.status == "waiting"}
    state.end_elsewhere(waiting, done, left)
    # What had not begun yet was not put there.
    fresh = [(own, 0)] if own is not None and not _is_there(state, own) else []
    for step, at in (*fresh, *zip(later, count(1), strict=False)):
        if step.tasks:
            state.seen_elsewhere(step, number + at)
        elif step is not steps[-1]:
            state.pass_over(step.checkpoint)  # it was to run, and others changed the state
    if later:
        state.stand_at(later[-1].checkpoint, number + len(later), (snapshot.metadata or {}).get("step"))
    if _has_nested(run.driver.graph) or any(step.ns for step in state.steps):
        run.past.is_inside_due = True


def _is_there(state: RunState, step: EarlierStep) -> bool:
    return any(state.current(task.id) for task in (*step.tasks, *step.stands)) or _has_step(state, step.checkpoint)


def _has_step(state: RunState, checkpoint: str | None) -> bool:
    """Whether the step that starts from a checkpoint was seen; not where others had only just begun with it."""
    return any(one.ns == () and one.checkpoint == checkpoint for one in reversed(state.steps))


def _stood_at(run: Run) -> str | None:
    return run.state.stands_at[0] if run.state.stands_at is not None else run.checkpoint_id


def _has_nested(graph: Any) -> bool:
    return any(getattr(node, "subgraphs", None) for node in getattr(graph, "nodes", {}).values())
