"""What a session needs from a driver.

The session's logic is written once, as coroutines. `ThreadDriver` runs them in a background thread, where they
never suspend (every await in them ends in one of the methods below, which block there); `LoopDriver` runs them as
tasks of an event loop.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver, CheckpointTuple
from langgraph.runtime import RunControl
from langgraph.types import StateSnapshot

from ..errors import StaleAnswerError

MODES = ("tasks",)
"""The stream modes that the view shows: a part when a task starts, a part when it ends (langgraph 1.2.22)."""

INTERRUPT = "__interrupt__"
RESUME = "__resume__"
"""The channels of a checkpoint's pending writes that hold what a task asked and the answers it has got.

`langgraph.constants` keeps both private; the names are part of every saved thread, so they are stable.
"""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the answer to an interrupt is written: the asking task, in the checkpoint that holds it."""

    config: RunnableConfig
    task_id: str


@dataclass(frozen=True, slots=True)
class Written:
    """An answer that was written, and the answers that its task had before."""

    address: Address
    before: list[Any]


class Driver(ABC):
    """One graph on one thread.

    Args:
        graph: a compiled graph with a checkpointer.
        config: its config, with the `thread_id`.
        context: LangGraph's run-scoped context, passed on as it is.
    """

    def __init__(self, graph: Any, config: RunnableConfig, context: Any) -> None:
        self.graph = graph
        self.config = config
        self.context = context

    @property
    def checkpointer(self) -> BaseCheckpointSaver[Any]:
        return self.graph.checkpointer

    def stream_options(self, control: RunControl) -> dict[str, Any]:
        return {
            "context": self.context,
            "stream_mode": list(MODES),
            "subgraphs": True,
            "version": "v2",
            "control": control,
        }

    @abstractmethod
    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run `work` in the background and return at once. `work` catches its own exceptions."""

    @abstractmethod
    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run `work` to its end and return its result; raises where that would block the driver's own loop."""

    @abstractmethod
    def blocks_here(self) -> bool:
        """Whether waiting in the calling thread would keep the graph from running."""

    @abstractmethod
    def stream(self, step: Any, control: RunControl) -> AsyncGenerator[dict[str, Any], None]:
        """The stream's parts, from `step` (an input, a `Command`, or `None` to go on)."""

    @abstractmethod
    async def snapshot(self) -> StateSnapshot:
        """The thread as it stands, with its nested graphs."""

    @abstractmethod
    def values(self) -> Any:
        """The thread's values now, or `None` where they cannot be read from the calling thread."""

    @abstractmethod
    async def _checkpoint(self, config: RunnableConfig) -> CheckpointTuple | None: ...

    @abstractmethod
    async def _put_writes(self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str) -> None: ...

    async def write_answer(self, address: Address, interrupt_id: str, answer: Any) -> Written | None:
        """Make an answer durable in the thread, so that going on (`stream(None)`) hands it to the node that asked.

        LangGraph's own `Command(resume={id: answer})` is not durable until the node has finished (langgraph 1.2.22:
        kill the kernel while the node works and the question is pending again). What it does write for a scalar
        answer, the task's list of answers, works for one task too.

        Returns:
            What `take_back` needs, or `None` if nothing was written: the asking task is not certain, and the answer
            has to go by id.

        Raises:
            StaleAnswerError: the interrupt is not pending in the thread any more.
        """
        checkpoint = await self._checkpoint(address.config)
        writes = (checkpoint.pending_writes or []) if checkpoint else []
        asking = {task for task, channel, value in writes if channel == INTERRUPT and _asks(value, interrupt_id)}
        if checkpoint is None or not asking:
            raise StaleAnswerError("The thread has moved on: this question is not pending in it any more.")
        # A `@task` asks under its own id, and the node that called it is marked with the same interrupt. The answer
        # belongs to the task; given to the node too, the node's next `interrupt()` would take it (langgraph 1.2.22).
        tasks = asking - {address.task_id} or asking
        if len(tasks) > 1:
            return None
        (task_id,) = tasks
        before = next((list(value) for task, channel, value in writes if (task, channel) == (task_id, RESUME)), [])
        await self._put_writes(checkpoint.config, [(RESUME, [*before, answer])], task_id)
        return Written(Address(checkpoint.config, task_id), before)

    async def take_back(self, written: Written) -> None:
        """Remove an answer that the graph refused, so that its question is asked again."""
        await self._put_writes(written.address.config, [(RESUME, written.before)], written.address.task_id)

    def close(self) -> None:
        """Give back what the driver holds. The thread is not touched."""


def _asks(value: Any, interrupt_id: str) -> bool:
    interrupts = value if isinstance(value, (list, tuple)) else [value]
    return any(getattr(interrupt, "id", None) == interrupt_id for interrupt in interrupts)
