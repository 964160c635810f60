"""Nested graphs drawn as one node: which are, where their edges end, and what such a node says."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from langgraph.graph import END, START, StateGraph
from langgraph.types import interrupt

import hitl_widgets as hitl
from hitl_widgets.graph.folding import folded, folded_at_first
from hitl_widgets.graph.layout import lay_out
from hitl_widgets.graph.svg import svg
from hitl_widgets.graph.topology import Topology, topology_of

from ..waiting import until
from . import graphs
from .test_widget import Browser


def chain(*names: str, **nested: Any) -> Any:
    """A compiled graph whose nodes run one after the other; a node is plain, unless a graph is given for it."""
    builder = StateGraph(graphs.Log)
    for name in names:
        builder.add_node(name, nested.get(name, lambda state: {"log": ["."]}))
    for source, target in pairwise((START, *names, END)):
        builder.add_edge(source, target)
    return builder.compile()


def long(prefix: str, count: int) -> Any:
    return chain(*(f"{prefix}{number}" for number in range(count)))


def names(topology: Topology) -> set[str]:
    return {node.id for node in topology.nodes if node.kind == "node"}


def ends(topology: Topology) -> set[tuple[str, str]]:
    return {(edge.source, edge.target) for edge in topology.edges}


def test_a_folded_graph_is_one_node_between_its_neighbours() -> None:
    whole = topology_of(chain("before", "sub", "after", sub=long("step", 3)))

    smaller = folded(whole, {"sub"})

    assert ends(smaller) == {("__start__", "before"), ("before", "sub"), ("sub", "after"), ("after", "__end__")}
    assert smaller.groups == ()
    assert {node.id: node.folded for node in smaller.nodes if node.folded} == {"sub": 3}
    assert smaller.locate(("sub", "step1")) == "sub"


def test_an_inner_graph_is_folded_alone_or_disappears_in_the_outer_one() -> None:
    whole = topology_of(chain("sub", sub=chain("prepare", "inner", inner=long("step", 2))))

    assert names(folded(whole, {"sub:inner"})) == {"sub:prepare", "sub:inner"}
    assert names(folded(whole, {"sub", "sub:inner"})) == {"sub"}
    assert names(whole) == {"sub:prepare", "sub:inner:step0", "sub:inner:step1"}


def test_edges_that_say_the_same_are_one_and_the_names_of_branches_stay() -> None:
    builder = StateGraph(graphs.Log)
    builder.add_node("left", lambda state: {})
    builder.add_node("right", lambda state: {})
    builder.add_edge(START, "left")
    builder.add_edge(START, "right")
    outer = StateGraph(graphs.Log)
    outer.add_node("sub", builder.compile())
    outer.add_node("done", lambda state: {})
    outer.add_node("failed", lambda state: {})
    outer.add_edge(START, "sub")
    outer.add_conditional_edges("sub", lambda state: "done", {"it went well": "done", "it did not": "failed"})

    smaller = folded(topology_of(outer.compile()), {"sub"})

    assert {
        (edge.source, edge.target, edge.label) for edge in smaller.edges if "sub" in (edge.source, edge.target)
    } == {
        ("__start__", "sub", None),
        ("sub", "done", "it went well"),
        ("sub", "failed", "it did not"),
    }
    assert len({edge.id for edge in smaller.edges}) == len(smaller.edges)


def test_a_graph_of_forty_nodes_is_drawn_as_it_is() -> None:
    assert folded_at_first(topology_of(chain("a", "sub", sub=long("step", 39)))) == frozenset()


def test_of_a_larger_graph_the_largest_of_the_outer_ones_are_folded() -> None:
    graph = chain("small", "middle", "large", small=long("s", 5), middle=long("m", 20), large=long("l", 30))

    assert folded_at_first(topology_of(graph)) == {"large"}


def test_what_is_all_there_is_stays_open_and_what_is_in_it_is_folded() -> None:
    inner = chain("first", "second", first=long("f", 30), second=long("s", 31))

    assert folded_at_first(topology_of(chain("only", only=inner))) == {"only:second"}


def test_a_graph_within_a_folded_one_is_folded_too_if_it_alone_is_too_large() -> None:
    graph = chain("a", "sub", sub=chain("b", "inner", inner=long("step", 60)))

    assert folded_at_first(topology_of(graph)) == {"sub", "sub:inner"}


def test_a_flat_graph_that_is_too_large_cannot_be_folded() -> None:
    assert folded_at_first(topology_of(long("step", 60))) == frozenset()


def test_the_static_picture_shows_that_a_node_is_folded() -> None:
    whole = topology_of(chain("sub", "after", sub=long("step", 3)))
    boxes = {box["id"]: box for box in lay_out(folded(whole, {"sub"}))["nodes"]}

    assert boxes["sub"]["kind"] == "node"
    assert boxes["sub"].get("folded") == 3
    drawn = svg(lay_out(folded(whole, {"sub"})))
    assert drawn.count("<rect") == len(boxes) + 1  # a second one below it, as of a pile


def many_beside(work: Callable[[Any], Any]) -> Any:
    """45 nodes, 43 of them in a nested graph whose `ask` waits beside `work`."""
    builder = StateGraph(graphs.Log)
    for number in range(41):
        builder.add_node(f"step{number}", lambda state: {"log": ["."]})
    builder.add_node("ask", lambda state: {"log": [interrupt("Well?")]})
    builder.add_node("work", work)
    builder.add_edge(START, "ask")
    builder.add_edge(START, "work")
    for source, target in pairwise(["work", *(f"step{number}" for number in range(41))]):
        builder.add_edge(source, target)
    return chain("before", "sub", "after", sub=builder.compile())


@pytest.fixture
def many() -> Any:
    return many_beside(lambda state: {"log": ["work"]})


def test_a_folded_node_waits_when_anything_in_it_does() -> None:
    looked_at = threading.Event()
    many = many_beside(lambda state: {"log": [looked_at.wait(60)]})
    session = hitl.run(many, {"log": []}, config={"recursion_limit": 100})
    run, drawn = session._run, session._display.drawn

    def one_asks_beside_another_at_work() -> bool:
        with run.lock:
            ask, work = (run.state.nodes.get(("sub", name)) for name in ("ask", "work"))
            return bool(ask and ask.waiting and work and work.running)

    until(one_asks_beside_another_at_work, "it never asks beside the other's work")
    with run.lock:
        assert drawn.nodes(run.state)["sub"]["status"] == "waiting"
    looked_at.set()
    assert run.at_rest.wait(60)
    assert drawn.nodes(run.state)["sub"]["status"] == "waiting"


def test_a_person_unfolds_a_graph_and_folds_it_again(many: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = Browser(hitl.run(many, {"log": []}, config={"recursion_limit": 100}), monkeypatch)
    widget = browser.widget

    def drawn() -> set[str]:
        return {box["id"] for box in widget.graph["nodes"]}

    until(lambda: widget.run["status"] == "waiting" and widget.cards, "it does not wait")  # one trait after the other
    assert widget.nodes["sub"]["status"] == "waiting"
    assert "sub:ask" not in drawn()
    assert widget.cards[0]["node"] == "sub"

    browser.send({"type": "fold", "client": "c1", "group": "sub", "folded": False})
    until(lambda: "sub:ask" in drawn(), "it is not unfolded")
    assert next(box["kind"] for box in widget.graph["nodes"] if box["id"] == "sub") == "group"
    assert widget.nodes["sub:ask"]["status"] == "waiting"
    assert widget.cards[0]["node"] == "sub:ask"

    browser.send({"type": "fold", "client": "c1", "group": "sub", "folded": True})
    until(lambda: "sub:ask" not in drawn(), "it is not folded")
    browser.send({"type": "fold", "client": "c1", "group": "nobody", "folded": True})
    assert widget.dropped == 0


def test_edges_of_a_folded_graph_light_up(many: Any) -> None:
    session = hitl.run(many, {"log": []}, config={"recursion_limit": 100}, unattended={"ask": "yes"})
    session.wait(60)

    assert session._display.drawn.edges(session._run.state) == {
        "__start__->before": 1,
        "before->sub": 1,
        "sub->after": 1,
        "after->__end__": 1,
    }
