"""LangGraph's `Runtime`, listened to. What leans on LangGraph's insides to watch a run is here (1.2.24).

A graph takes the runtime that it finds in its config and merges its own into it; what comes out is handed to every task,
to those of nested graphs and of the functional API too. Before each attempt it is asked for a copy that says which attempt
it is, in the task's own context. So one object, in one private key of the config, knows all attempts and hears what is
written to the custom stream, at no cost; parts of the `custom` mode would only name the graph around the task, and
callbacks that count cost each task a tenth. `tests/unit/test_watching_langgraph.py` fails if this moves.
The key is `RUNTIME` in `listener.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any, ClassVar

from langchain_core.runnables import RunnableConfig
from langchain_core.runnables.config import merge_configs
from langgraph.runtime import Runtime
from typing_extensions import override

from .heard import Heard
from .listener import RUNTIME, AtWork, around, at_work, handling, listener

WATCHED_MODES = ("messages", "custom")
"""What is streamed of a watched run elsewhere, beside what is streamed of any. Of one that runs here it is heard in the tasks."""


class WatchedRuntime(Runtime[Any]):
    """A runtime that says what is done with it."""

    is_watched: ClassVar[bool] = True

    @override
    def merge(self, other: Runtime[Any]) -> WatchedRuntime:
        merged = super().merge(other)
        values = {field.name: getattr(merged, field.name) for field in fields(merged)}
        if not isinstance(merged.stream_writer, _HeardWriter):
            values["stream_writer"] = _HeardWriter(merged.stream_writer)
        return WatchedRuntime(**values)

    @override
    def patch_execution_info(self, **overrides: Any) -> Runtime[Any]:
        patched = super().patch_execution_info(**overrides)
        if (number := overrides.get("node_attempt")) is not None and patched.execution_info is not None:
            _begins(self.id_of(patched.execution_info.task_id), number)
        return patched

    def id_of(self, task: str) -> str:
        """What a task goes by that has this runtime."""
        return task

    # The last one: below it the decorator goes by another name.
    @override
    def override(self, **overrides: Any) -> Runtime[Any]:
        made = super().override(**overrides)
        # Of all tasks an error handler alone is prepared with the runtime of another one, and what that says of itself.
        if self.execution_info is not None and "previous" in overrides and "execution_info" not in overrides:
            return _HandlingRuntime(**{field.name: getattr(made, field.name) for field in fields(made)})
        return made


class _HandlingRuntime(WatchedRuntime):
    """That of an error handler."""

    @override
    def id_of(self, task: str) -> str:
        return handling(task)


class _HeardWriter:
    """Writes to the custom stream, where that is streamed, and tells who listens."""

    __slots__ = ("_write",)

    def __init__(self, write: Callable[[Any], None]) -> None:
        self._write = write

    def __call__(self, chunk: Any) -> None:
        self._write(chunk)
        if (told := listener.get()) is not None and (task := at_work()) is not None:
            told.wrote(task, chunk)


def _begins(task_id: str, attempt: int) -> None:
    before, task = around.get(), AtWork(task_id, attempt)
    # It stays set in the context of this task, which is a copy of its own, and in what the node starts from there.
    around.set(task)
    if attempt > 1 and (told := listener.get()) is not None:
        told.tries_again(task, before.error if before is not None and before.id == task_id else None)


def watched_config(config: RunnableConfig, graph: Any) -> RunnableConfig:
    """The config that streams a graph so that its tasks are heard.

    Args:
        config: the run's own; left as it is.
        graph: whose store its nodes use. A graph with a runtime in its config takes the store from there.
    """
    runtime = WatchedRuntime(store=getattr(graph, "store", None))
    return merge_configs(config, {"configurable": {RUNTIME: runtime}, "callbacks": [Heard()]})
