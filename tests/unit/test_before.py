"""What was done on a thread before: a picture that is opened later says what LangGraph's thread says, in nested graphs too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint, task
from langgraph.graph import START, StateGraph
from langgraph.types import Send

import hitl_widgets as hitl

from ..waiting import until
from ..written import write_answer
from . import examples, graphs
from .examples.by_hand import ByHand
from .examples.example import Example
from .examples.shown import shown
from .test_examples import do, same, settled, started
from .test_fork_moment import Ran
from .test_timeline import look, rows, told
from .test_widget import Browser


@pytest.fixture
def browse(monkeypatch: pytest.MonkeyPatch) -> Callable[[hitl.Session], Browser]:
    return lambda session: Browser(session, monkeypatch)


def looked_at(session: hitl.Session) -> hitl.Session:
    """Once somebody has looked at it."""
    run = settled(session)._run
    run.driver.run(run.past.read())
    return session


@pytest.mark.parametrize("example", examples.ALL.values(), ids=examples.ALL)
def test_a_thread_that_is_attached_is_drawn_as_langgraph_has_it_whenever_it_rests(example: Example) -> None:
    saver = InMemorySaver()
    by_hand = ByHand(example, InMemorySaver(), "by hand")
    by_hand.start(example.input)
    session = started(example, saver)
    for step in (*example.steps, None):
        same(looked_at(hitl.attach(example.build(saver), "session", save=saver)), by_hand)
        if step is not None:
            by_hand.do(step)
            do(session, step)


@pytest.mark.parametrize("example", examples.ALL.values(), ids=examples.ALL)
def test_what_goes_on_after_it_was_attached_is_counted_with_what_was_before(example: Example) -> None:
    for at in range(len(example.steps)):
        saver = InMemorySaver()
        by_hand = ByHand(example, InMemorySaver(), "by hand")
        by_hand.start(example.input)
        graph = example.build(saver)
        session = settled(hitl.run(graph, example.input, save=saver, thread_id="session"))
        for number, step in enumerate(example.steps):
            if number == at:
                session = looked_at(hitl.attach(graph, "session", save=saver))
            by_hand.do(step)
            do(session, step)
        same(session, by_hand)


def deep(ran: Ran) -> Any:
    """A nested graph that works, asks, works and asks again, between nodes of its own."""
    inner = graphs.chain(
        graphs.Log,
        {
            "work": ran.node("work"),
            "first": graphs.asks("first?"),
            "more": ran.node("more"),
            "second": graphs.asks("second?"),
        },
    )
    return graphs.chain(graphs.Log, {"prepare": ran.node("prepare"), "inner": inner, "last": graphs.asks("last?")})


@pytest.fixture(params=["memory", "sqlite"])
def saved(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    return InMemorySaver() if request.param == "memory" else tmp_path / "runs.sqlite"


def test_what_nested_graphs_did_in_an_earlier_kernel_has_its_rows(browse: Any, saved: Any) -> None:
    first = settled(hitl.run(deep(Ran()), {}, thread_id="t", save=saved))
    first.answer("a")
    settled(first)
    ran = Ran()
    session = settled(hitl.attach(deep(ran), "t", save=saved))
    browser = browse(session)
    until(lambda: browser.widget.timeline["total"] == 7, "the past was not read")
    assert [told(row) for row in rows(browser)] == [
        "0:prepare done",
        "1:inner waiting",
        ":inner/work done",
        ":inner/first done",
        "first = a",
        ":inner/more done",
        ":inner/second waiting",
    ]
    assert all(row["can_fork"] for row in rows(browser))
    assert [told(row) for row in rows(browser, "inner:first")] == [":inner/first done", "first = a"]
    session.answer("b")
    settled(session).answer("c")
    session.wait(60)
    assert ran.names == []
    whole = [
        "0:prepare done",
        "1:inner done",
        ":inner/work done",
        ":inner/first done",
        "first = a",
        ":inner/more done",
        ":inner/second done",
        "second = b",
        "2:last done",
        "last = c",
    ]
    assert [told(row) for row in rows(browser)] == whole
    # Once more, with nothing left to do.
    again = browse(settled(hitl.attach(deep(Ran()), "t", save=saved)))
    until(lambda: again.widget.timeline["total"] == 10, "the past was not read")
    assert [told(row) for row in rows(again)] == whole
    row = rows(again)[3]
    view = look(again, kind="task", task=row["tasks"][0]["id"])
    assert view["path"] == ["inner", "first"]
    assert view["step"] is None
    assert [change["key"] for change in view["changes"]] == ["log"]
    assert view["asked"][0]["question"] == "first?"


def test_a_fork_inside_of_a_nested_graph_shows_what_that_had_done(browse: Any, saved: Any) -> None:
    session = settled(hitl.run(deep(Ran()), {}, thread_id="t", save=saved))
    for answer in ("a", "b"):
        session.answer(answer)
        settled(session)
    fork = settled(session.fork(session.decisions[1]))
    browser = browse(fork)
    until(lambda: browser.widget.timeline["total"] == 7, "what the nested graph had done was not read")
    assert [told(row) for row in rows(browser)] == [
        "0:prepare done",
        "1:inner waiting",
        ":inner/work done",
        ":inner/first done",
        "first = a",
        ":inner/more done",
        ":inner/second waiting",
    ]
    fork.answer("another")
    settled(fork)
    assert shown(fork).edges["inner:more->inner:second"] == 1
    assert shown(fork).nodes["inner:work"] == ("done", 1)


def test_a_fork_of_a_thread_that_was_attached_shows_and_tells_what_nested_graphs_did_before(
    browse: Any, saved: Any
) -> None:
    first = settled(hitl.run(deep(Ran()), {}, thread_id="t", save=saved))
    for answer in ("a", "b", "c"):
        first.answer(answer)
        settled(first)
    session = settled(hitl.attach(deep(Ran()), "t", save=saved))
    fork = settled(session.fork(2, answer="another"))
    browser = browse(fork)
    until(lambda: browser.widget.timeline["total"] == 10, "the past was not read")
    found = rows(browser)
    assert [told(row) for row in found] == [
        "0:prepare done",
        "1:inner done",
        ":inner/work done",
        ":inner/first done",
        "first = a",
        ":inner/more done",
        ":inner/second done",
        "second = b",
        "2:last done",
        "last = another",
    ]
    assert shown(fork).edges["inner:first->inner:more"] == 1
    # What it wrote is in the thread that the fork was made of.
    view = look(browser, kind="task", task=found[6]["tasks"][0]["id"])
    assert (view["notes"], [change["key"] for change in view["changes"]]) == ([], ["log"])


def test_graphs_that_a_node_s_own_code_runs_and_tasks_that_are_sent_have_their_rows_too(browse: Any) -> None:
    inner = graphs.chain(graphs.Log, {"look": lambda state: {"log": ["look"]}, "tell": lambda state: {"log": ["t"]}})
    sent = StateGraph(graphs.Log)
    sent.add_node("each", lambda state: {"log": [state]})
    sent.add_node("one", lambda state: {"log": ["one"]})
    sent.add_node("two", lambda state: {"log": ["two"]})
    for name in ("one", "two"):
        sent.add_edge(START, name)
    sent.add_conditional_edges("one", lambda state: [Send("each", at) for at in range(3)], ["each"])
    runs: dict[str, Any] = {"calls": lambda state: {"log": inner.invoke({"log": []})["log"]}, "sends": sent.compile()}
    graph, saver = graphs.chain(graphs.Log, runs), InMemorySaver()
    hitl.run(graph, {"log": []}, thread_id="t", save=saver).wait(60)
    browser = browse(settled(hitl.attach(graph, "t", save=saver)))
    until(lambda: browser.widget.timeline["total"] == 6, "the past was not read")
    assert [told(row) for row in rows(browser)] == [
        "0:calls done",
        ":calls/look done",
        ":calls/tell done",
        "1:sends done",
        ":sends/one, two done",
        ":sends/each×3 done",
    ]


@pytest.mark.parametrize("is_looked_at", [True, False])
def test_a_run_that_was_cut_off_goes_on_where_the_picture_says(is_looked_at: bool) -> None:
    """An answer inside a nested graph was saved, and the kernel died before the graph took it."""
    saver, graph = InMemorySaver(), deep(Ran())
    session = settled(hitl.run(graph, {}, thread_id="t", save=saver))
    session.answer("a")
    settled(session)
    [pending] = session._run.pending
    assert pending.asked.address is not None
    driver = session._run.driver
    assert driver.run(write_answer(driver, pending.asked.address, "b")) is not None
    again = settled(hitl.attach(graph, "t", save=saver))
    if is_looked_at:
        looked_at(again)
    again.answer("c")
    again.wait(60)
    looked_at(again)
    whole = settled(hitl.run(graph, {}, save=InMemorySaver()))
    for answer in ("a", "b", "c"):
        whole.answer(answer)
        settled(whole)
    assert shown(again).edges == shown(whole).edges
    assert shown(again).nodes == shown(whole).nodes


def test_a_second_input_is_counted_from_the_start_and_the_first_to_the_end() -> None:
    saver, graph = InMemorySaver(), graphs.chain(graphs.Log, {"one": lambda state: {}, "two": graphs.asks("two?")})
    first = settled(hitl.run(graph, {}, thread_id="t", save=saver))
    first.answer("x")
    first.wait(60)
    session = settled(hitl.run(graph, {}, thread_id="t", save=saver))
    session.answer("x")
    session.wait(60)
    attached = looked_at(hitl.attach(graph, "t", save=saver))
    counts = {"__start__->one": 2, "one->two": 2, "two->__end__": 2}
    assert shown(attached).edges == counts
    assert shown(looked_at(session)).edges == counts
    followed = settled(hitl.run(graph, {}, save=InMemorySaver()))
    followed.answer("x")
    settled(followed).follow_up({})
    settled(followed).answer("y")
    followed.wait(60)
    assert shown(followed).edges == counts
    fork = settled(followed.fork(followed.decisions[1], answer="z"))
    assert shown(fork).edges == counts


def test_what_an_entrypoint_had_called_is_counted_in_a_fork() -> None:
    @task
    def square(number: int) -> int:
        return number * number

    @entrypoint(checkpointer=InMemorySaver())
    def flow(_: Any) -> Any:
        squares = [square(number).result() for number in range(8)]
        return squares, hitl.ask("go?", bool, key="go"), square(9).result()

    session = settled(hitl.run(flow, {}))
    session.answer(True)
    session.wait(60)
    fork = settled(session.fork(session.decisions[0], answer=False))
    assert fork.status == "finished"
    assert shown(looked_at(fork)).edges == shown(session).edges
    assert shown(fork).nodes == shown(session).nodes
