"""What is answered when somebody looks into a node, a task, or further into one of its values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from ..errors import InvalidAnswerError
from ..protocol import InsideView, LookAtValue, NodeInsideView, ValueView
from ..running.following.records import TaskRecord
from ..running.run import Run
from .calls import NOT_KEPT
from .changed import Changed, changed_view, read_changed
from .copying import as_copied
from .places import GONE, found, place
from .reading import know_secrets
from .task import Locate, Looked, inside_view, looked, looked_earlier, read_secretly, value_in
from .task_view import earlier_task_view, task_view
from .values import MORE_CHARACTERS, Values

T = TypeVar("T")

MOST_TASKS = 50
"""Tasks of a node that are named; the timeline has all."""
_LONGEST_LINE = 200


async def at_task(run: Run, task: str, change: Changed | None = None) -> InsideView:
    """A task, or a change of the state that goes by such an id.

    Raises:
        InvalidAnswerError: the run has no such task.
    """
    if change is not None:
        return await changed_view(run, change)
    return await inside_view(run, await _seen(run, task))


async def at_node(run: Run, locate: Locate, node: str) -> NodeInsideView:
    """The tasks of a drawn node, and what is inside of one: a task that has failed, else one that waits, else the newest."""
    await run.past.read()
    with run.lock:
        earlier = [one for one in run.past.tasks() if locate(one[2].node) == node]
        tasks = _tasks_of(run, locate, node)
        shown = None
        if tasks:
            # Each graph that was sent to has a step of its own; those that are over are left.
            now = [one for one in tasks if one is tasks[-1] or run.state.is_at(run.state.steps[one.step])]
            shown = looked(run, _worth_seeing(now, lambda task: task.status))
        elif earlier:
            left = [one for one in earlier if one[1] is earlier[-1][1] or one[2].status == "waiting"]
            shown = looked_earlier(run, *_worth_seeing(left, lambda one: one[2].status))
        views = [
            *(task_view(task, run.secrets) for task in reversed(tasks[-MOST_TASKS:])),
            *(
                earlier_task_view(task, run.past.record_of(task), run.secrets)
                for _, _, task in reversed(earlier[-MOST_TASKS:])
            ),
        ]
    view: NodeInsideView = {
        "node": node,
        "name": shown.path[-1] if shown is not None else node.rpartition(":")[2],
        "total": len(earlier) + len(tasks),
        "tasks": views[:MOST_TASKS],
    }
    if shown is not None:
        view["shown"] = await inside_view(run, shown)
    return view


def _worth_seeing(tasks: Sequence[T], status: Callable[[T], str]) -> T:
    """Of tasks beside each other, oldest first: who selects a node that failed asks for what has failed in it."""
    wanted = ("failed", "waiting")
    return next((task for one in wanted for task in reversed(tasks) if status(task) == one), tasks[-1])


async def at_value(run: Run, at: LookAtValue, change: Changed | None = None) -> ValueView | str:
    """More of a value, or all of it as a text.

    Args:
        run: the run.
        at: which value.
        change: the change of the state that it is of, if it is of one.

    Raises:
        InvalidAnswerError: there is no such value any more.
    """
    where = place(at["value"])
    if where.root == "call":
        raise InvalidAnswerError(NOT_KEPT)
    if change is not None:
        await know_secrets(run.driver, run.secrets)
        reading, secret = await read_changed(run, change), False
    else:
        seen = await _seen(run, where.task)
        reading = await read_secretly(run, seen)
        secret = reading.asked_for_secret or any(decision.secret for decision in seen.decisions)

    def read() -> ValueView | str:
        part = found(value_in(reading, where.root, secret=secret), where.path)
        if at.get("copy"):
            return as_copied(part, run.secrets)
        return Values(run.secrets, MORE_CHARACTERS).more(part, at["first"], at["count"])

    return await run.driver.call(read)


async def _seen(run: Run, task: str) -> Looked:
    await know_secrets(run.driver, run.secrets)
    with run.lock:
        record = run.state.task(task)
        if record is not None:
            return looked(run, record)
    await run.past.read()
    with run.lock:
        for earlier in run.past.tasks():
            if earlier[2].id == task:
                return looked_earlier(run, *earlier)
    raise InvalidAnswerError(GONE)


def _tasks_of(run: Run, locate: Locate, node: str) -> list[TaskRecord]:
    """The tasks that are drawn as a node, oldest first: its own, and those of tasks inside of it that are not drawn."""
    return [task for step in run.state.steps for task in step.tasks if locate(task.node) == node]
