"""A card whose node asks again says so, and can say why: what `hitl.check` finds in the node's source."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.errors import GraphInterrupt
from langgraph.graph import END, START, StateGraph
from langgraph.types import Send, interrupt
from pydantic import TypeAdapter

import hitl_widgets as hitl
from hitl_widgets import protocol
from hitl_widgets.running import why as why_module
from hitl_widgets.running.why import Why

from ..waiting import until
from . import graphs
from .graphs import Log, chain
from .test_widget import Browser


@pytest.fixture
def browse(monkeypatch: pytest.MonkeyPatch) -> Callable[[hitl.Session], Browser]:
    return lambda session: Browser(session, monkeypatch)


def again_of(session: hitl.Session) -> list[Any]:
    assert session._run.at_rest.wait(60)
    return [pending.again for pending in session._run.pending]


def holds_and_asks_twice(state):
    Path(os.devnull).open("a").close()
    return {"log": [interrupt("first"), interrupt("second")]}


# ---------------------------------------------------------------- whether a node has asked before


def test_a_nodes_second_question_is_of_the_same_run() -> None:
    session = hitl.run(chain(Log, {"ask": graphs.asks_twice}), {})
    assert again_of(session) == [None]
    session.answer(1)
    assert again_of(session) == ["same_run"]


def test_a_node_that_the_graph_comes_back_to_asks_again() -> None:
    builder = StateGraph(Log)
    builder.add_node("ask", graphs.asks("More?"))
    builder.add_edge(START, "ask")
    builder.add_conditional_edges("ask", lambda state: "ask" if state["log"][-1] else END, ["ask", END])
    session = hitl.run(builder.compile(), {"log": []})
    seen = []
    for answer in (1, 2, 0):
        seen += again_of(session)
        session.answer(answer)
    assert seen == [None, "came_back", "came_back"]
    assert session.wait(60)["log"] == [1, 2, 0]


def test_nodes_side_by_side_have_not_asked_before() -> None:
    session = hitl.run(graphs.parallel(), {"log": []})
    assert again_of(session) == [None, None, None]
    session.answer("x", to="once")
    assert again_of(session) == [None, None]
    session.answer("x", to="twice")
    assert sorted(map(str, again_of(session))) == ["None", "same_run"]


def test_copies_of_a_node_that_run_side_by_side_have_not_asked_before() -> None:
    builder = StateGraph(Log)
    builder.add_node("ask", graphs.asks_twice)
    builder.add_conditional_edges(START, lambda state: [Send("ask", state), Send("ask", state)], ["ask"])
    session = hitl.run(builder.compile(), {"log": []})
    assert again_of(session) == [None, None]
    session.answer("x", to="ask")
    assert sorted(map(str, again_of(session))) == ["None", "same_run"]


def test_nested_graphs_that_run_side_by_side_have_not_asked_before() -> None:
    inner = chain(Log, {"ask": graphs.asks_twice})
    builder = StateGraph(Log)
    builder.add_node("outer", inner)
    builder.add_conditional_edges(START, lambda state: [Send("outer", state) for _ in range(3)], ["outer"])
    builder.add_conditional_edges("outer", lambda state: "outer" if len(state["log"]) < 8 else END, ["outer", END])
    session = hitl.run(builder.compile(), {"log": []})
    assert again_of(session) == [None, None, None]
    session.answer("x", to="ask")
    assert sorted(map(str, again_of(session))) == ["None", "None", "same_run"]
    while len(session.requests) > 1 or session.requests[0].payload != "first" or len(session.values["log"]) < 6:
        session.answer("x", to=session.requests[0].id)
        assert session._run.at_rest.wait(60)
    assert again_of(session) == ["came_back"]


def test_a_node_of_a_nested_graph_too() -> None:
    inner = chain(Log, {"ask": graphs.asks_twice})
    session = hitl.run(chain(Log, {"outer": chain(Log, {"inner": inner})}), {})
    assert again_of(session) == [None]
    session.answer(1)
    assert again_of(session) == ["same_run"]


# ---------------------------------------------------------------- why


def test_somebody_who_asks_is_told_what_was_found_and_nothing_is_read_before(browse: Any, monkeypatch: Any) -> None:
    read: list[Any] = []
    check = why_module.check
    monkeypatch.setattr(
        why_module, "check", lambda graph: (read.append(threading.current_thread().name), check(graph))[1]
    )
    browser = browse(hitl.run(chain(Log, {"ask": holds_and_asks_twice}), {}))
    browser.answer(browser.card("ask")["request"], "a")
    card = until(lambda: next((c for c in browser.widget.cards if c["again"]), None), "it never asked again")
    assert (card["again"], card["why"], read) == ("same_run", None, [])

    for _ in range(2):
        browser.send({"type": "why", "client": "c1", "request": card["request"]})
    why = until(lambda: browser.widget.cards[0]["why"], "nothing was said")
    (finding,) = why["findings"]
    assert finding["level"] == "error"
    assert "asks; the node runs from its top each time" in finding["wrong"]
    assert finding["where"].endswith(f"test_why.py:{holds_and_asks_twice.__code__.co_firstlineno + 1}")
    assert finding["code"].startswith("Path(os.devnull).open(")
    assert finding["mend"]
    assert why["not_read"] == []
    assert read == ["hitl-why"]
    TypeAdapter(list[protocol.CardView]).validate_python(browser.widget.cards, strict=True)
    browser.answer(card["request"], "b")
    assert browser.session.wait(60)["log"] == ["a", "b"]


def test_a_question_that_is_gone_is_not_read_for(browse: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(why_module.Why, "ask", lambda *_: pytest.fail("it was read"))
    browser = browse(hitl.run(chain(Log, {"ask": graphs.asks_twice}), {}))
    browser.send({"type": "why", "client": "c1", "request": "gone"})
    assert browser.widget.dropped == 0


def test_what_is_around_a_nested_node_runs_again_with_it() -> None:
    inner = chain(Log, {"ask": holds_and_asks_twice, "other": holds_and_asks_twice})

    def calls_it(state):
        Path(os.devnull).open("a").close()
        return inner.invoke(state)

    why = Why(chain(Log, {"call": calls_it, "beside": holds_and_asks_twice}, checkpointer=InMemorySaver()))
    lines = [int(finding["where"].rpartition(":")[2]) for finding in why.of(("call", "ask"))["findings"]]
    first = calls_it.__code__.co_firstlineno + 1
    assert sorted(lines) == sorted({holds_and_asks_twice.__code__.co_firstlineno + 1, first})


def test_a_node_without_anything_to_mend_has_no_findings() -> None:
    assert Why(graphs.nested()).of(("outer", "inner", "ask")) == {"findings": [], "not_read": []}


def test_a_question_of_a_graph_that_keeps_nothing_cannot_be_answered_and_its_card_says_so(browse: Any) -> None:
    inner = chain(Log, {"ask": graphs.asks("Really?")}, checkpointer=False)
    graph = chain(Log, {"sub": inner}, checkpointer=InMemorySaver())
    browser = browse(hitl.run(graph, {}))

    def asked_but(known: Any) -> Any:
        return next((card for card in browser.widget.cards if card["request"] != known), None)

    first = browser.card("sub")["request"]
    browser.answer(first, "yes")
    # Once it is answered, LangGraph brings answers there, and nothing has to be said any more (1.2.24).
    card = until(lambda: asked_but(first), "it was answered")
    assert card["again"] == "same_run"
    asked = card["request"]
    browser.send({"type": "why", "client": "c1", "request": asked})
    (finding,) = until(lambda: browser.widget.cards[0]["why"], "nothing was said")["findings"]
    assert "compiled with checkpointer=False" in finding["wrong"]
    assert "without checkpointer=False" in finding["mend"]
    (problem,) = hitl.check(graph).problems
    assert (problem.rule, problem.level, problem.node) == ("answer-not-kept", "error", "sub")


def test_a_graph_that_keeps_nothing_and_does_not_ask_is_fine() -> None:
    quiet = chain(Log, {"note": lambda _state: {}}, checkpointer=False)
    asking = graphs.asks("Really?")
    assert hitl.check(chain(Log, {"sub": quiet, "ask": asking}, checkpointer=InMemorySaver())).problems == ()


def test_what_could_not_be_read_is_said() -> None:
    namespace: dict[str, Any] = {}
    exec("def ask(state): return {}", namespace)
    (reason,) = Why(chain(Log, {"ask": namespace["ask"]})).of(("ask",))["not_read"]
    assert "has no source here" in reason
    assert (
        Why(object()).of(("ask",))["not_read"][0].startswith("TypeError: hitl.check takes a compiled LangGraph graph")
    )


def test_a_question_that_is_asked_again_although_it_was_answered() -> None:
    kept: list[GraphInterrupt] = []
    runs: list[int] = []

    def node(state):
        runs.append(len(runs))
        try:
            answer = interrupt("Sure?")
        except GraphInterrupt as asks:
            kept.append(asks)
            raise
        if len(runs) == 2:
            raise kept[0]
        return {"log": [answer]}

    session = hitl.run(chain(Log, {"ask": node}), {})
    assert again_of(session) == [None]
    session.answer("yes")
    assert again_of(session) == ["same_run"]
    assert session._run.pending[0].field_errors == {"": "The graph asks again."}


def test_however_often_it_is_asked_the_source_is_read_once_at_a_time(
    browse: Callable[[hitl.Session], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    session = hitl.run(chain(Log, {"ask": holds_and_asks_twice}), {})
    session.answer("a")
    assert again_of(session) == ["same_run"]
    gate, started = threading.Event(), []
    asked = Why.ask

    def held(self: Why, path: Any, then: Any) -> None:
        started.append(path)
        asked(self, path, lambda why: (gate.wait(60), then(why)))

    monkeypatch.setattr(Why, "ask", held)
    browser = browse(session)
    request = browser.widget.cards[0]["request"]
    for _ in range(50):
        browser.send({"type": "why", "client": "c", "request": request})
    gate.set()
    until(lambda: browser.widget.cards[0]["why"], "nobody said why")
    browser.send({"type": "why", "client": "c", "request": request})
    assert len(started) == 1
    session.stop()
