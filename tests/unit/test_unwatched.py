"""A run that nobody watches: what it knows afterwards is the same."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from langgraph._internal._constants import CONFIG_KEY_RUNTIME, CONFIG_KEY_STREAM
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.config import get_store, get_stream_writer
from langgraph.func import entrypoint, task
from langgraph.runtime import get_runtime
from langgraph.store.memory import InMemoryStore
from langgraph.types import interrupt

import hitl_widgets as hitl
from hitl_widgets.driver.at_once import STREAM
from hitl_widgets.watching import watched
from hitl_widgets.watching.listener import RUNTIME

from ..waiting import at_rest, until
from . import graphs
from .test_graph_appeared import calling, hidden
from .test_watching import alone


@task
def double(number: int) -> int:
    return 2 * number


def known(session: hitl.Session) -> tuple[Any, ...]:
    """What a run knows of its nodes and steps, without ids and times."""
    at_rest(session)
    state = session._run.state
    nodes = {path: (record.runs, record.failed) for path, record in state.nodes.items()}
    steps = [(len(step.ns), sorted((task.node, task.status) for task in step.tasks)) for step in state.steps]
    return nodes, steps, state.followed, session._run.failed_node, session.status


def both(graph: Any, input: Any, **options: Any) -> tuple[hitl.Session, hitl.Session]:
    """A session that nobody watches, and one that somebody does."""
    with watched():
        seen = hitl.run(graph, input, **options)
    return hitl.run(graph, input, **options), seen


def fails(state: Any) -> dict[str, Any]:
    raise ValueError("no")


def calls_a_task(state: Any) -> dict[str, Any]:
    return {"log": [double(1).result() + double(2).result()]}


def one_after_the_other(*nested: Any) -> Any:
    return lambda state: {"log": [found for graph in nested for found in graph.invoke({"log": []})["log"]]}


def test_langgraph_still_calls_the_stream_of_the_graph_around_what_we_do() -> None:
    assert (STREAM, RUNTIME) == (CONFIG_KEY_STREAM, CONFIG_KEY_RUNTIME)


@pytest.mark.parametrize(
    "node",
    [
        one_after_the_other(hidden("search", "read")["it"], hidden("write")["it"]),
        one_after_the_other(graphs.chain(graphs.Log, {"search": fails}, checkpointer=False)),
        one_after_the_other(calling(calls_a_task)),
        calls_a_task,
        fails,
    ],
    ids=["graphs", "a graph that fails", "a graph that calls tasks", "tasks", "failing"],
)
def test_what_a_node_calls_is_known_as_if_somebody_had_watched(node: Any) -> None:
    unseen, seen = (known(session) for session in both(calling(node), {"log": []}))
    assert unseen == seen


def test_nodes_side_by_side_and_what_they_call_are_known_too() -> None:
    inner = hidden("search")
    nodes = {name: lambda state: inner["it"].invoke({"log": []}) for name in ("north", "south")}
    graph = graphs.fan_out(graphs.Log, nodes, lambda state: {"log": ["joined"]})
    unseen, seen = (known(session) for session in both(graph, {"log": []}))
    assert (unseen[0], unseen[2:]) == (seen[0], seen[2:])  # which of the two began first is as it happens
    assert {("north", "search"), ("south", "search")} <= unseen[0].keys()


def test_a_question_in_a_graph_that_a_node_calls_is_asked_and_answered() -> None:
    inner = graphs.chain(graphs.Log, {"ask": lambda state: {"log": [interrupt("?")]}}, checkpointer=None)
    graph = calling(one_after_the_other(inner))
    found = []
    for session in both(graph, {"log": []}):
        session.answer("yes")
        assert session.wait(60)["log"] == ["yes", "after"]
        found.append(known(session))
    assert found[0] == found[1]


def test_an_answer_that_is_refused_in_a_graph_that_a_node_calls_is_asked_for_again() -> None:
    inner = graphs.chain(graphs.Log, {"typed": graphs.asks("how much?", schema=graphs.Amount)}, checkpointer=None)
    session = hitl.run(calling(one_after_the_other(inner)), {"log": []})
    session.answer({"value": 13})
    at_rest(session)
    assert session.status == "waiting"
    assert "thirteen is unlucky" in " ".join(session._run.pending[0].field_errors.values())
    session.answer({"value": 12})
    assert session.wait(60)["log"][0] == graphs.Amount(value=12)


def test_short_nodes_cost_no_threads() -> None:
    names: list[str] = []
    graph = alone(lambda state: names.append(threading.current_thread().name) or {})
    for session in both(graph, {"log": []}):
        session.wait(60)
    assert names == ["hitl-session", "hitl-session"]


def test_calls_of_an_entrypoint_are_seen_while_it_works() -> None:
    goes_on = threading.Event()

    @entrypoint(checkpointer=InMemorySaver())
    def work(number: int) -> int:
        found = double(number).result()
        assert goes_on.wait(60)
        return found

    session = hitl.run(work, 1)
    try:
        until(lambda: ("work", "double") in session._run.state.nodes, "the call is not seen")
        assert session.status == "running"
    finally:
        goes_on.set()
    assert session.wait(60) == 2


def test_a_node_has_its_store_its_context_and_its_writer() -> None:
    store, written = InMemoryStore(), []

    def work(state: Any) -> dict[str, Any]:
        get_stream_writer()({"progress": 0.5})
        get_store().put(("a",), "b", {"c": 1})
        written.append(get_runtime().context)
        return {}

    graph = alone(work).copy(update={"store": store})
    hitl.run(graph, {"log": []}, context={"user": "Ada"}).wait(60)
    assert [item.value for item in store.search(("a",))] == [{"c": 1}]
    assert written == [{"user": "Ada"}]


def test_nothing_of_it_is_in_the_thread() -> None:
    def saved(*, is_watched: bool) -> list[Any]:
        graph = alone(lambda state: {"log": [1]})
        unseen, seen = both(graph, {"log": []})
        session = seen if is_watched else unseen
        session.wait(60)
        kept = list(session._run.driver.checkpointer.list(session._run.driver.config))
        return [(one.metadata, one.checkpoint["channel_values"], sorted(one.config)) for one in kept]

    assert saved(is_watched=True) == saved(is_watched=False)


# ---------------------------------------------------------------- when it was


class Clock:
    """When functions began and ended, as they say it themselves."""

    def __init__(self) -> None:
        self.told: list[tuple[str, float, float]] = []

    def works(self, name: str) -> None:
        """Take a time that a clock can tell."""
        began = time.time()
        while time.time() < began + 0.02:
            pass
        self.told.append((name, began, time.time()))


def timed_task(clock: Clock) -> Any:
    @task
    def slow(name: str) -> str:
        clock.works(name)
        return name

    return lambda state: {"log": [slow("first").result(), slow("second").result()]}


def timed_graph(clock: Clock) -> Any:
    def node(name: str) -> Any:
        return lambda state: clock.works(name) or {"log": [name]}

    return one_after_the_other(graphs.chain(graphs.Log, {name: node(name) for name in ("first", "second")}))


def timed_task_in_a_graph(clock: Clock) -> Any:
    return one_after_the_other(calling(timed_task(clock)))


@pytest.mark.parametrize("calls", [timed_task, timed_graph, timed_task_in_a_graph])
def test_what_a_node_calls_in_a_script_began_when_it_did_and_took_as_long_as_it_took(calls: Any) -> None:
    clock = Clock()
    session = hitl.run(calling(calls(clock)), {"log": []})
    session.wait(60)
    (_, first, first_ended), (_, second, second_ended) = clock.told
    tasks = [task for step in session._run.state.steps for task in step.tasks]
    one, other = [task for task in tasks if task.node[-1] in {"slow", "first", "second"}]
    assert one.began is not None
    assert other.began is not None
    assert tasks[0].began is not None
    assert tasks[0].began <= one.began <= first
    assert first_ended <= one.began + one.took <= second
    assert first_ended <= other.began <= second
    assert second_ended <= other.began + other.took <= tasks[0].began + tasks[0].took


def test_how_long_a_graph_that_a_script_calls_took_is_in_the_history() -> None:
    clock = Clock()
    session = hitl.run(calling(timed_graph(clock)), {"log": []})
    session.wait(60)
    inside = [found for one in session.history[0].inside for found in one.tasks]
    assert [found.node for found in inside] == ["first", "second"]
    for found, (_, began, ended) in zip(inside, clock.told, strict=True):
        assert found.took is not None
        assert found.took >= ended - began
