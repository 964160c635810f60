"""What a session needs from a driver: one graph on one thread, streamed, read and written; and its work run (`working.py`)."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping, Sequence
from contextlib import aclosing
from copy import copy
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeAlias, cast

from langchain_core.runnables import RunnableConfig
from langgraph.runtime import RunControl
from langgraph.types import StateSnapshot
from typing_extensions import override

from ..watching import watched_config
from .answers.answering import Write
from .checkpoints import Checkpoints
from .copies.half_made import copied_from, said
from .server.told import Told
from .shallow import is_shallow
from .working import Working

if TYPE_CHECKING:
    from .locks.base import Locks

MODES = ("tasks", "checkpoints")
"""A part when a task starts and when it ends, and a part with each checkpoint, from which the next tasks start."""

Hear: TypeAlias = Callable[[dict[str, Any]], None]
"""Is told a part of the stream."""


def has_ended(part: Mapping[str, Any]) -> bool:
    """Whether a part of the stream says that a task has ended. With the checkpoint after that the next ones have begun."""
    return part["type"] == "tasks" and "result" in part["data"]


class Driver(Checkpoints, Working):
    """One graph on one thread.

    Args:
        graph: a compiled graph with a checkpointer.
        config: its config, with the `thread_id`.
        context: LangGraph's run-scoped context, passed on as it is.
    """

    def __init__(self, graph: Any, config: RunnableConfig, context: Any) -> None:
        super().__init__()
        self.graph = graph
        self.config = config
        self.context = context
        self.watched = False
        """Whether what tasks print, stream and try again is listened to."""
        self.locks: Locks | None = None
        """Who tells that another process is at work on the thread, where that is known."""
        self.lets_go: Callable[[], None] | None = None
        """Closes the file that was opened for it, until it is used again (`saved_file.py`)."""
        self._was_asked = False
        """Whether the checkpointer was asked for it."""
        self.tries_again = False
        """Whether a task of the step that it goes on with has failed."""
        self.begins_by_id: str | None = None
        """The checkpoint that it is to be run from by its id, where it does not just go on (`thread/remembering.py`)."""
        self.called: Mapping[str, dict[str, str]] = {}
        """The tools that tasks were sent to call which asked something at the last look (`thread/asker.py`)."""

    reads_anywhere: ClassVar[bool] = True
    """Whether the thread can be read from every thread of the process, an event loop's too."""

    page_size: ClassVar[int] = 200
    """Checkpoints that are read at a time.

    Of all that it is asked for, langgraph 1.2.24 has every state in memory before it gives the first, and the saver for
    SQLite lets nobody write until then.
    """

    is_served: ClassVar[bool] = False
    """Whether the graph runs on a server, whose stream tells more of its tasks than its threads do."""

    says: ClassVar[tuple[str, ...]] = ()
    """What its users must know of it, as sentences."""

    @property
    def thread_name(self) -> str:
        """What the thread is called in code that attaches it."""
        return self.config.get("configurable", {})["thread_id"]

    def let_go(self) -> None:
        """Leave nothing open that was opened for it. It can be used again."""
        if self.lets_go is not None:
            self.lets_go()

    def on_thread(self, thread_id: str) -> Self:
        """A driver of the same graph, with the same checkpointer, on another thread."""
        other = copy(self)
        configurable = {**self.config.get("configurable", {}), "thread_id": thread_id}
        other.config = {**self.config, "configurable": configurable}
        return other

    def streamed_graph(self) -> Any:
        """The graph as it is streamed: itself, or one that tries again what has failed, or begins its step by its id."""
        if not (self.tries_again or self.begins_by_id):
            return self.graph
        from .alike import can_be_alike  # most runs never need one
        from .by_id import beginning_by_id
        from .tried_again import trying_again

        if not can_be_alike(self.checkpointer):
            return self.graph
        # Not its own `copy`, which makes it anew: one of a class of the user's may want something else for that.
        other = copy(self.graph)
        if self.tries_again:
            other.checkpointer = trying_again(other.checkpointer)
        if self.begins_by_id is not None:
            other.checkpointer = beginning_by_id(other.checkpointer, self.begins_by_id)
        return other

    @property
    def stream_config(self) -> RunnableConfig:
        config = self.config
        if self.begins_by_id is not None:
            place = {**config.get("configurable", {}), "checkpoint_id": self.begins_by_id}
            config = cast("RunnableConfig", {**config, "configurable": place})
        return watched_config(config, self.graph) if self.watched else config

    @property
    def shared_key(self) -> tuple[str, str] | None:
        """What sessions of this process have in common that share the thread; `None` if a server sees to them."""
        place = self.locks.place if self.locks is not None else f"saver:{id(self.checkpointer)}"
        return place, self.config.get("configurable", {})["thread_id"]

    async def find_locks(self) -> bool:
        """Find who tells that another process is at work, if that can be asked for only now; returns whether it was found so.

        Raises:
            CannotTellError: it cannot be found out; another time it may be.
        """
        if self.is_served or self.locks is not None or self._was_asked:
            return False
        from .locks.base import locks_of

        self.locks = await locks_of(self.checkpointer)
        self._was_asked = True
        return self.locks is not None

    @property
    @override
    def place(self) -> RunnableConfig:
        """The outermost graph of the thread, at whatever checkpoint it is."""
        return {"configurable": {"thread_id": self.config.get("configurable", {})["thread_id"], "checkpoint_ns": ""}}

    @property
    def whole_thread(self) -> RunnableConfig:
        """The same with the graphs that are nested in it: for all checkpoints of the thread."""
        return {"configurable": {"thread_id": self.config.get("configurable", {})["thread_id"]}}

    def stream_options(self, control: RunControl) -> dict[str, Any]:
        return {
            "context": self.context,
            "stream_mode": list(MODES),
            "subgraphs": True,
            "version": "v2",
            "control": control,
            # LangGraph's own, or what the config says, where nothing is given.
            "durability": "sync" if is_shallow(getattr(self.graph, "checkpointer", None)) else None,
        }

    def control(self) -> RunControl:
        """What the next stream is stopped with."""
        return RunControl()

    @abstractmethod
    def stream(self, step: Any, control: RunControl) -> AsyncGenerator[dict[str, Any], None]:
        """The stream's parts, from `step` (an input, a `Command`, or `None` to go on)."""

    async def follow(
        self, hear: Hear, may_go_on: Callable[[], Coroutine[Any, Any, bool]], step: Any, control: RunControl
    ) -> bool:
        """Stream to the end.

        Args:
            hear: told each part as soon as it is said, in whatever thread that is.
            may_go_on: asked when a task has ended. Where not, the stream ends before another begins.
            step: an input, a `Command`, or `None` to go on.
            control: what it is stopped with.

        Returns:
            Whether it was let to its end.
        """
        async with aclosing(self.stream(step, control)) as parts:
            async for part in parts:
                hear(part)
                if has_ended(part) and not await may_go_on():
                    return False
        return True

    @abstractmethod
    async def snapshot(self) -> StateSnapshot:
        """The thread as it stands, with its nested graphs."""

    async def snapshots(self, before: RunnableConfig | None = None) -> AsyncGenerator[StateSnapshot, None]:
        """The thread as it stood at each checkpoint, newest first, one after the other.

        Args:
            before: only at those that are older than this one.
        """
        while True:
            first = last = None
            count = 0
            async with aclosing(self.page(before)) as page:
                async for snapshot in page:
                    count, last = count + 1, snapshot.config
                    first = first or last
                    # What pays no heed to `before` has begun with the newest again.
                    if before is not None and _id_of(first) >= _id_of(before):
                        return
                    yield snapshot
            if count < self.page_size:
                return
            before = last

    @abstractmethod
    def page(self, before: RunnableConfig | None) -> AsyncGenerator[StateSnapshot, None]:
        """The newest `page_size` of them, or of those before a checkpoint. It holds no lock between one and the next."""

    @abstractmethod
    async def state_at(self, config: RunnableConfig) -> StateSnapshot:
        """The thread, or a graph nested in it, as it stood at a checkpoint."""

    async def history(self) -> list[StateSnapshot]:
        """The thread as it stood at each checkpoint, newest first."""
        return [snapshot async for snapshot in self.snapshots()]

    @abstractmethod
    def values(self) -> Any:
        """The thread's values now, or `None` where they cannot be read from the calling thread."""

    @override
    async def asked_alone(self) -> list[Write] | None:
        if self.is_served:
            return None
        from .answers.asked_alone import asked_alone  # a new thread has no past

        return await asked_alone(self)

    async def nested_in(self, snapshot: StateSnapshot) -> AsyncGenerator[tuple[str, list[StateSnapshot]], None]:
        """What a server tells of the graphs that the tasks of a step ran: each one's namespace, and how it stood, newest first.

        Nothing where checkpoints can be read: those are all in `saved`.
        """
        for found in ():
            yield found

    async def told(self, task: str, ns: Sequence[str], checkpoint: str | None) -> Told | None:
        """What a server tells of a task; `None` where checkpoints can be read, which have more.

        Args:
            task: LangGraph's id of the task.
            ns: the namespace of its graph.
            checkpoint: the id of the checkpoint that its step started from, if it is known.
        """
        return None

    async def streamed_of(self, snapshot: StateSnapshot, latest: StateSnapshot) -> Sequence[Mapping[str, Any]]:
        """What a server has streamed of the tasks of a step, where one asks that no thread tells of: a node has called it.

        Nothing where checkpoints can be read, which have more.

        Args:
            snapshot: the step's graph, as it stands.
            latest: the whole thread.
        """
        return ()

    async def tasks_at(self, config: RunnableConfig) -> frozenset[str]:
        """The ids of the tasks of the step that starts from a checkpoint."""
        return frozenset(task.id for task in (await self.state_at(config)).tasks)

    async def send(self, answers: Mapping[str, Any]) -> None:
        """Set a graph at rest going with answers that go by id, where that is what makes them safe (on a server).

        Args:
            answers: by interrupt id.

        Raises:
            StaleAnswerError: somebody else has set it going.
        """

    async def note(self, interrupt: str) -> None:
        """Keep an answer that goes by id and that nothing can be set going with now, where it is not kept yet (on a server).

        Args:
            interrupt: what it answers, and `write_answers` was told.

        Raises:
            StaleAnswerError: somebody else has answered.
            InvalidAnswerError: it cannot be kept.
        """

    async def copy_to(self, other: Driver, until: RunnableConfig) -> RunnableConfig | None:
        """Have the thread copied where its checkpoints are, if that is not here; see `copy_thread`.

        Args:
            other: the driver of the copy, which gets the name that the copy was given.
            until: the config of the checkpoint that it goes on from.
        """
        return None

    async def half_made(self, snapshot: StateSnapshot) -> str | None:
        """Why nothing is run on a thread that is a copy which is not finished, as a sentence; `None` if it is a whole one."""
        source = copied_from(snapshot.metadata, self.thread_name)
        return said(source) if source is not None else None

    async def untold(self, snapshot: StateSnapshot) -> str | None:
        """Why it is not known what a thread asks that does ask something, as a sentence; `None` where it is known."""
        return None

    async def is_busy(self) -> bool:
        """Whether somebody else's run of the thread can be followed."""
        return False

    async def can_follow(self) -> bool:
        """Whether such a run can be followed from its beginning."""
        return True

    async def stands_at_breakpoint(self, snapshot: StateSnapshot) -> bool:
        """Whether a thread stands at a breakpoint that the graph does not know of."""
        return False

    def too_late_to_stop(self) -> str | None:
        """Why a breakpoint that is switched now does not count for what runs now, as a sentence."""
        return None


def _id_of(config: RunnableConfig) -> str:
    """A checkpoint's id. Later ones are greater: they begin with the time."""
    return config.get("configurable", {})["checkpoint_id"]
