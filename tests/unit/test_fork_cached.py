"""Another answer to a node whose result LangGraph has kept: its cache goes by what a node was given, not by its answers."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Annotated, Any, TypedDict

import pytest
from langgraph.cache.memory import InMemoryCache
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint, task
from langgraph.graph import START, StateGraph
from langgraph.types import CachePolicy, interrupt

import hitl_widgets as hitl
from hitl_widgets.running.forks.uncached import uncached

from ..waiting import until


class Log(TypedDict, total=False):
    log: Annotated[list[str], operator.add]


def ask(state: Log) -> Log:
    return {"log": [interrupt("What?")]}


def a_node(**options: Any) -> Any:
    builder = StateGraph(Log).add_node("ask", ask, **options).add_edge(START, "ask")
    return builder.compile(checkpointer=InMemorySaver(), cache=InMemoryCache())


def a_kept_node() -> Any:
    return a_node(cache_policy=CachePolicy())


def a_nested_graph() -> Any:
    inside = StateGraph(Log).add_node("ask", ask).add_edge(START, "ask").compile()
    builder = StateGraph(Log).add_node("inside", inside, cache_policy=CachePolicy()).add_edge(START, "inside")
    return builder.compile(checkpointer=InMemorySaver(), cache=InMemoryCache())


def a_task() -> Any:
    @task(cache_policy=CachePolicy())
    def asks(_given: Any) -> str:
        return interrupt("What?")

    @entrypoint(checkpointer=InMemorySaver(), cache=InMemoryCache())
    def workflow(given: Any) -> dict[str, list[str]]:
        return {"log": [asks(given).result()]}

    return workflow


@pytest.mark.parametrize("make", [a_kept_node, a_nested_graph, a_task])
def test_a_fork_ends_with_its_own_answer(make: Callable[[], Any]) -> None:
    graph = make()
    session = hitl.run(graph, {"log": []})
    until(lambda: session.status == "waiting", "nothing is asked")
    session.answer("this")
    assert session.wait(60)["log"] == ["this"]

    fork = session.fork(session.decisions[0], answer="that")

    assert fork.wait(60)["log"] == ["that"]
    assert [decision.value for decision in fork.decisions] == ["that"]
    tried = session.what_if(session.decisions[0], ["one", "other"])
    assert [one.values["log"] for one in tried] == [["one"], ["other"]]
    assert session.values["log"] == ["this"]
    assert graph.cache is not None


def test_who_asks_and_is_not_kept_leaves_the_cache_to_what_follows() -> None:
    graph = a_node()

    assert uncached(graph, [("ask",)]) is graph
