"""Who is told what tasks say, and which task the calling code is at work for.

Both are in context variables: LangGraph runs each task in a copy of the context that streams the graph, in whatever
thread or asyncio task that is (1.2.24). So parallel tasks are kept apart, and so are two sessions. A thread that a node
starts without its context (`contextvars.copy_context().run`) belongs to no task, and what it prints just passes through.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from langgraph.config import get_config

RUNTIME = "__pregel_runtime"
"""Where a config has LangGraph's `Runtime`: `langgraph._internal._constants.CONFIG_KEY_RUNTIME`."""


def handling(task: str) -> str:
    """What the task goes by that handles what another one has failed with, as LangGraph tells it the other's id (1.2.24)."""
    return f"handling:{task}"


class Listener(Protocol):
    """Is told what tasks do, in the middle of it, from their own threads: each must be quick and must not raise."""

    def printed(self, task: AtWork, stream: Literal["stdout", "stderr"], text: str) -> None:
        """A task has printed."""
        ...

    def logged(self, task: AtWork, text: str, level: str, logger: str) -> None:
        """A task has logged."""
        ...

    def wrote(self, task: AtWork, chunk: Any) -> None:
        """A task has written to the graph's `custom` stream."""
        ...

    def message(self, message: Any, metadata: Mapping[str, Any]) -> object:
        """A model has said a token, or a node a message; `metadata` is LangGraph's."""
        ...

    def tries_again(self, task: AtWork, error: BaseException | None) -> None:
        """A task's node is called once more, after what it has raised."""
        ...


@dataclass(slots=True)
class AtWork:
    """A call of a task's node.

    Attributes:
        id: LangGraph's task id.
        attempt: which call it is, from 1.
        error: what was last raised in it, as far as LangChain's callbacks say.
    """

    id: str
    attempt: int
    error: BaseException | None = None


listener: ContextVar[Listener | None] = ContextVar("hitl_listener", default=None)
around: ContextVar[AtWork | None] = ContextVar("hitl_at_work", default=None)
"""The call around the calling code, as the runtime was told when it began."""


def is_watched(runtime: object) -> bool:
    """Whether what is done with a runtime is heard, see `runtime.py`; a plain chain's config has none at all."""
    return getattr(runtime, "is_watched", False)


def at_work() -> AtWork | None:
    """The task that the calling code is at work for; `None` in code that belongs to none."""
    try:
        runtime = get_config()["configurable"][RUNTIME]  # pyright: ignore[reportTypedDictNotRequiredAccess]
    except (RuntimeError, KeyError):  # outside of a node; in a chain that is no graph's
        return around.get()
    if is_watched(runtime) and (info := runtime.execution_info) is not None:
        return AtWork(runtime.id_of(info.task_id), info.node_attempt)
    # A graph that the node calls on a thread of its own is not in the stream: what it says is its caller's.
    return around.get()


@contextmanager
def heard_by(told: Listener | None) -> Generator[None]:
    """While a graph is streamed, tell a listener what its tasks say; with `None` nobody listens."""
    if told is None:
        yield
        return
    from .logs import logs
    from .streams import streams

    token = listener.set(told)
    try:
        with streams.heard(), logs.heard():
            yield
    finally:
        listener.reset(token)
