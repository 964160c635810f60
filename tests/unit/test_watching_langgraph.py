"""What LangGraph has to be like for a run to be watched."""

from __future__ import annotations

import contextvars
import time
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, TypedDict

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage
from langgraph.config import get_stream_writer
from langgraph.graph import END, START, StateGraph
from langgraph.runtime import get_runtime

import hitl_widgets as hitl
from hitl_widgets.watching import watched, watched_config

from . import graphs
from .test_watching import alone


@pytest.fixture(autouse=True)
def _watched() -> Iterator[None]:
    with watched():
        yield


def test_watching_leaves_nothing_in_the_thread_and_the_runs_config() -> None:
    def saved(is_watched: bool) -> list[Any]:
        context = contextvars.copy_context() if is_watched else contextvars.Context()
        session = context.run(hitl.run, alone(lambda state: {"log": [1]}), {"log": []}, thread_id="t")
        session.wait(60)
        kept = list(session._run.driver.checkpointer.list(session._run.driver.config))
        assert session._run.driver.config.get("callbacks") is None
        return [(one.metadata, one.checkpoint["channel_values"], sorted(one.config)) for one in kept]

    assert saved(is_watched=True) == saved(is_watched=False)


def test_the_callbacks_of_the_runs_own_config_are_called_too() -> None:
    class Names(BaseCallbackHandler):
        def on_chain_start(self, *args: Any, name: str = "", **options: Any) -> None:
            names.append(name)

    names: list[str] = []
    session = hitl.run(alone(lambda state: {}), {}, config={"callbacks": [Names()]})
    session.wait(60)
    assert names == ["LangGraph", "work"]


def test_langgraph_still_takes_the_runtime_that_is_in_its_config() -> None:
    seen: list[Any] = []

    def work(state: Any) -> dict[str, Any]:
        get_stream_writer()({"progress": 0.5})
        seen.append(type(get_runtime()).__name__)
        return {}

    graph = alone(work).copy(update={"store": object()})
    for _ in graph.stream({"log": []}, watched_config({}, graph)):
        pass
    assert seen == ["WatchedRuntime"], "CONFIG_KEY_RUNTIME or Runtime.merge has moved: see watching/runtime.py"


def test_a_megabyte_of_text_in_the_state_is_not_looked_through_for_messages() -> None:
    builder = StateGraph(TypedDict("Text", {"text": str, "count": int}))
    builder.add_node("work", lambda state: {"text": "x" * 1_000_000, "count": state["count"] + 1})
    builder.add_edge(START, "work")
    builder.add_conditional_edges("work", lambda state: "work" if state["count"] < 30 else END, ["work", END])
    session = hitl.run(builder.compile(), {"text": "", "count": 0})
    start = time.process_time()
    assert session.wait(60)["count"] == 30
    assert session._run.watch is not None
    # LangGraph's own `messages` mode takes 3 s to do so (1.2.24).
    assert time.process_time() - start < 1.5


class Book(Sequence[int]):
    """Knows whether somebody reads it: bytes, a `range` and the rows of a database have parts, too, that are no messages."""

    read: ClassVar[list[int]] = []

    def __len__(self) -> int:
        return 3

    def __getitem__(self, at: Any) -> Any:
        self.read.append(at)
        return (1, 2, 3)[at]


def test_what_is_no_list_is_not_gone_through_for_messages_where_a_node_is_given_it_or_returns_it() -> None:
    state: Any = TypedDict("state", {"book": Any, "count": int}, total=False)
    nodes = {"first": lambda _: {"count": 1}, "then": lambda state: {"book": state["book"]}}
    session = hitl.run(graphs.chain(state, nodes), {"book": Book()})
    assert type(session.wait(60)["book"]) is Book
    assert Book.read == []


def test_what_a_node_was_given_and_returns_again_is_not_said_twice() -> None:
    state: Any = TypedDict("state", {"said": list[Any]})
    messages = [1, AIMessage("told before", id="1"), "a text"]
    session = hitl.run(graphs.chain(state, {"again": lambda state: state}), {"said": messages})
    assert session.wait(60) == {"said": messages}
    (task,) = session._run.state.steps[0].tasks
    assert task.said is None
