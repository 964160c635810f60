"""Error handlers (`add_node(..., error_handler=...)`): tasks that take over from one that has failed, within its step.

LangGraph runs them, saves what they write and ask, and goes on from there; but none of its snapshots has them, and its stream
tells when one has ended, not when it begins (1.2.24). Their ids are made of the failed task's.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from langgraph.pregel._algo import _xxhash_str  # private, as what ids are made of (langgraph 1.2.24)
from langgraph.types import PregelTask, StateSnapshot

from ..graph.handled import handlers_of
from ..graph.nested import graph_at
from .answers.address import checkpoint_id_in, ns_of
from .channels import ERROR, HANDLED, INTERNAL, INTERRUPT, PUSH
from .copies.chains import by_task, has, is_finished

if TYPE_CHECKING:
    from .answers.answering import Answering

_BY: Final = "node_error_handler"
"""What the path of such a task has, and what its id is made of."""
TookOver = Callable[[str, str], Sequence[tuple[str, Any]] | None]
"""What a task wrote that may have taken over, by the id of the one that failed and its own; `None` where it has not."""


def is_handler(task: PregelTask) -> bool:
    """Whether a task of a snapshot handles what the one before it has failed with."""
    return _BY in task.path


def handled_in(tasks: Sequence[PregelTask]) -> frozenset[str]:
    """The ids of the failed tasks that others have taken over from."""
    return frozenset(task.id for task, following in pairwise(tasks) if is_handler(following))


def handler_id(checkpoint: str, step: int, ns: str, failed: tuple[str, str], handler: str) -> str:
    """LangGraph's id of the task that takes over.

    Args:
        checkpoint: the id of the checkpoint that the step started from.
        step: LangGraph's number of the step.
        ns: the namespace of its graph.
        failed: the node that failed, and its task's id.
        handler: the node that takes over.
    """
    node, task = failed
    around = f"{ns}|{node}:{task}" if ns else f"{node}:{task}"
    stamp = bytes.fromhex(checkpoint.replace("-", ""))
    return _xxhash_str(stamp, f"{around}|{handler}", str(step), handler, PUSH, _BY, task)


async def with_handlers(snapshot: StateSnapshot, graph: Any, thread: Answering) -> StateSnapshot:
    """A snapshot with the tasks that have taken over, each behind the one that failed; in the graphs nested in it, too.

    Args:
        snapshot: as LangGraph makes it.
        graph: the graph that it is of.
        thread: reads its checkpoint, where it has failed.
    """

    async def read(of: StateSnapshot) -> TookOver:
        saved = await thread.checkpoint(of.config)
        wrote = by_task(saved) if saved is not None else {}
        return lambda failed, task: wrote.get(task, ()) if has(wrote, failed, HANDLED) else None

    return await with_those_of(snapshot, graph, read)


async def with_those_of(
    snapshot: StateSnapshot, graph: Any, read: Callable[[StateSnapshot], Awaitable[TookOver]]
) -> StateSnapshot:
    """The same, by what tells of the tasks of a snapshot which have taken over; asked where one has failed."""
    if not any(task.error or isinstance(task.state, StateSnapshot) for task in snapshot.tasks):
        return snapshot
    handlers, tasks = handlers_of(graph), list[PregelTask]()
    took_over: TookOver | None = None
    for task in snapshot.tasks:
        if isinstance(task.state, StateSnapshot):
            inner = await with_those_of(task.state, graph_at((task.name,), graph), read)
            tasks.append(task._replace(state=inner))
            continue
        tasks.append(task)
        if not task.error or (handler := handlers.get(task.name)) is None:
            continue
        took_over = took_over or await read(snapshot)
        step = (snapshot.metadata or {}).get("step", -1) + 1
        checkpoint = str(checkpoint_id_in(snapshot.config))
        id = handler_id(checkpoint, step, ns_of(snapshot), (task.name, task.id), handler)
        if (wrote := took_over(task.id, id)) is not None:
            tasks.append(_task(id, handler, task, wrote))
    return snapshot._replace(tasks=tuple(tasks))


def graph_in(graph: Any, ns: str) -> Any:
    """The graph of a checkpoint's namespace, as far as it is a node of the one around it."""
    return graph_at((part.split(":", 1)[0] for part in ns.split("|") if part and not part.isdigit()), graph)


def _task(id: str, handler: str, failed: PregelTask, wrote: Sequence[tuple[str, Any]]) -> PregelTask:
    path, said = (*failed.path[:3], _BY, False), dict(wrote)
    if is_finished(wrote):
        result = {channel: value for channel, value in wrote if not channel.startswith(INTERNAL)}
        return PregelTask(id, handler, path, interrupts=tuple(said.get(INTERRUPT, ())), result=result)
    return PregelTask(id, handler, path, error=said.get(ERROR), interrupts=tuple(said.get(INTERRUPT, ())))
