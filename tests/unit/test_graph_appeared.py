"""Nodes that no drawable graph has: they are drawn when they first run."""

from __future__ import annotations

import itertools
import time
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint, task
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt

import hitl_widgets as hitl
from hitl_widgets.graph.appeared import MOST, Appeared, appeared, grown
from hitl_widgets.graph.layout import lay_out
from hitl_widgets.graph.topology import Edge, Node, Topology, topology_of
from hitl_widgets.view.coalesce import AT_ONCE
from hitl_widgets.view.widget import PICTURES

from ..waiting import at_rest, until
from . import graphs
from .test_widget import Browser


def hidden(*names: str) -> Any:
    """A graph that LangGraph does not find in the source of a function that calls it."""
    builder = StateGraph(graphs.Log)
    before = START
    for name in names:
        builder.add_node(name, lambda state, name=name: {"log": [name]})
        builder.add_edge(before, name)
        before = name
    return {"it": builder.compile()}


def calling(function: Any) -> Any:
    builder = StateGraph(graphs.Log)
    builder.add_node("call", function)
    builder.add_node("after", lambda state: {"log": ["after"]})
    builder.add_edge(START, "call")
    builder.add_edge("call", "after")
    return builder.compile()


def told(session: hitl.Session) -> tuple[dict[str, Any], dict[str, Any], dict[str, int]]:
    """Boxes, nodes (what each is, and how often it ran) and edges of the view, once nothing moves any more."""
    widget = session._display.widget
    status = at_rest(session).status
    until(lambda: widget.run["status"] == status, "its view is not told that it rests")
    expected = {"__start__", *(":".join(path) for path in session._run.state.nodes)}
    until(lambda: {box["id"] for box in widget.graph["nodes"]} >= expected, "not all is drawn")
    until(lambda: set(widget.nodes) >= expected, "not all nodes say what they do")
    nodes = {id: {"status": node["status"], "runs": node["runs"]} for id, node in widget.nodes.items()}
    return {box["id"]: box for box in widget.graph["nodes"]}, nodes, widget.edges


def test_a_graph_that_a_node_calls_in_its_code_appears_inside_of_it() -> None:
    inner = hidden("search", "read")
    graph = calling(lambda state: inner["it"].invoke({"log": []}))
    assert topology_of(graph).locate(("call", "search")) == "call"  # LangGraph does not know it

    session = hitl.run(graph, {"log": []})
    boxes, nodes, edges = told(session)

    assert boxes["call"]["kind"] == "group"
    assert nodes["call:search"] == {"status": "done", "runs": 1}
    assert edges["call:search->call:read"] == 1
    frame, node = boxes["call"], boxes["call:read"]
    assert frame["x"] < node["x"]
    assert node["x"] + node["width"] < frame["x"] + frame["width"]
    assert frame["y"] < node["y"]
    assert node["y"] + node["height"] < frame["y"] + frame["height"]
    drawn = {edge["id"]: edge for edge in session._display.widget.graph["edges"]}
    assert drawn["__start__->call"]["points"][-1][1] == pytest.approx(frame["y"])
    assert edges["__start__->call"] == edges["call->after"] == 1


def test_graphs_called_one_after_the_other_are_in_the_same_frame() -> None:
    first, second = hidden("search"), hidden("write")

    def call(state: Any) -> Any:
        first["it"].invoke({"log": []})
        first["it"].invoke({"log": []})
        return second["it"].invoke({"log": []})

    _, nodes, _ = told(hitl.run(calling(call), {"log": []}))

    assert nodes["call:search"]["runs"] == 2
    assert nodes["call:write"]["runs"] == 1
    assert nodes["call"] == {"status": "done", "runs": 1}


def test_the_tasks_of_an_entrypoint_appear_inside_of_it() -> None:
    @task
    def fetch(page: int) -> int:
        return page

    @task
    def total(pages: list[int]) -> int:
        return sum(pages)

    @entrypoint(checkpointer=InMemorySaver())
    def report(pages: int) -> int:
        fetched = [fetch(page) for page in range(pages)]
        return total([one.result() for one in fetched]).result()

    session = hitl.run(report, 3)
    assert session.wait(60) == 3
    boxes, nodes, edges = told(session)

    assert boxes["report"]["kind"] == "group"
    assert nodes == {
        "__start__": {"status": "done", "runs": 1},
        "report": {"status": "done", "runs": 1},
        "report:fetch": {"status": "done", "runs": 3},
        "report:total": {"status": "done", "runs": 1},
        "__end__": {"status": "done", "runs": 1},
    }
    assert edges == {"__start__->report": 1, "report:fetch->report:total": 1, "report->__end__": 1}


def test_a_task_that_asks_waits_in_its_entrypoint_and_goes_on() -> None:
    @task
    def write(topic: str) -> str:
        return f"On {topic}"

    @task
    def review(essay: str) -> str:
        return interrupt(f"Is {essay} good?")

    @entrypoint(checkpointer=InMemorySaver())
    def workflow(topic: str) -> str:
        return review(write(topic).result()).result()

    session = hitl.run(workflow, "tea")
    _, nodes, _ = told(session)
    assert nodes["workflow:write"]["status"] == "done"
    assert nodes["workflow:review"]["status"] == "waiting"
    assert nodes["workflow"]["status"] == "waiting"  # LangGraph takes it for the one who asks
    assert session._display.widget.cards[0]["node"] == "workflow"

    session.answer("yes")
    assert session.wait(60) == "yes"
    _, nodes, edges = told(session)
    until(lambda: session._display.widget.nodes["workflow"]["status"] == "done", "the entrypoint is not done")
    assert session._display.widget.nodes["workflow:review"]["runs"] == 1
    assert edges["workflow:write->workflow:review"] == 1


def test_a_task_of_a_plain_node_appears_inside_of_it_with_the_graph_that_it_calls() -> None:
    inner = hidden("search")

    @task
    def research(topic: str) -> Any:
        return inner["it"].invoke({"log": []})

    boxes, nodes, edges = told(hitl.run(calling(lambda state: research("tea").result()), {"log": []}))

    assert boxes["call:research"]["kind"] == "group"
    assert nodes["call:research:search"] == {"status": "done", "runs": 1}
    assert edges["call->after"] == 1


def test_approved_calls_go_by_the_functions_name_whatever_their_arguments() -> None:
    @hitl.approve
    def pay(amount: int) -> str:
        return f"paid {amount}"

    session = hitl.run(calling(lambda state: {"log": [pay(1), pay(2)]}), {"log": []})
    for amount in (1, 2):
        until(
            lambda amount=amount: [one.payload["arguments"] for one in session.requests] == [{"amount": amount}],
            f"it does not ask about {amount}",
        )
        session.answer(True)
    assert session.wait(60) == {"log": ["paid 1", "paid 2", "after"]}
    boxes, nodes, _ = told(session)
    assert boxes["call:pay"]["label"] == "pay"
    assert nodes["call:pay"] == {"status": "done", "runs": 2}


def test_an_edge_appears_where_a_command_went_that_nobody_announced() -> None:
    builder = StateGraph(graphs.Log)
    builder.add_node("supervisor", lambda state: Command(goto="writer" if not state["log"] else "editor"))
    builder.add_node("writer", lambda state: Command(goto="supervisor", update={"log": ["written"]}))
    builder.add_node("editor", lambda state: {"log": ["edited"]})
    builder.add_edge(START, "supervisor")
    session = hitl.run(builder.compile(), {"log": []})
    session.wait(60)

    widget = session._display.widget
    until(lambda: {"supervisor->writer", "supervisor->editor"} <= set(widget.edges), "no edges appear")
    assert {edge["id"] for edge in widget.graph["edges"]} >= {"supervisor->writer", "supervisor->editor"}


def test_many_tasks_are_laid_out_together_and_not_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = []
    for number in range(30):

        def work() -> None: ...

        work.__name__ = f"work{number}"
        tasks.append(task(work))

    @entrypoint(checkpointer=InMemorySaver())
    def workflow(x: int) -> int:
        for one in tasks:
            one().result()
        return x

    session = hitl.run(workflow, 1)
    pictures: list[int] = []
    browser = Browser(session, monkeypatch)
    browser.widget.observe(lambda change: pictures.append(len(change["new"]["nodes"])), "graph")
    began = time.monotonic()
    boxes, _, _ = told(session)
    took = time.monotonic() - began

    assert len(boxes) == 30 + 3  # the entrypoint's frame, start and end
    assert len(pictures) <= 2 + took * (PICTURES - AT_ONCE)  # on a slow machine it takes a while


def test_what_has_appeared_is_in_the_static_picture_too() -> None:
    inner = hidden("search", "read")
    session = hitl.run(calling(lambda state: inner["it"].invoke({"log": []})), {"log": []})
    session.wait(60)

    assert "search done" in session._display(neutral=False)[0]["text/html"]


def test_a_picture_does_not_grow_without_end() -> None:
    base = Topology((Node("call", "call", "node"),))
    paths = [("call", f"step{number}") for number in range(3 * MOST)]

    larger = grown(base, appeared(base, paths, itertools.pairwise(paths)))

    assert len(larger.nodes) == MOST
    assert larger.locate(paths[-1]) == "call"
    assert len(larger.edges) == MOST - 1


def test_what_is_known_does_not_appear_again() -> None:
    base = Topology((Node("__start__", "__start__", "start"), Node("a", "a", "node")), (Edge("e", "__start__", "a"),))
    assert grown(base, appeared(base, [("__start__",), ("a",)], [(("__start__",), ("a",))])) is base


def test_what_ran_first_in_a_loop_that_appears_stays_above_what_followed_it() -> None:
    function = Topology((Node("agent", "agent", "node"),))
    model, review, tools = ("agent", "model"), ("agent", "HumanInTheLoop.after_model"), ("agent", "tools")
    once = Appeared((model, review, tools), ((model, review), (review, tools)))
    again = once._replace(edges=(*once.edges, (tools, model)))
    for seen in (once, again):
        view = lay_out(grown(function, seen))
        tops = {box["id"].rpartition(":")[2]: box["y"] for box in view["nodes"]}
        assert [*sorted(tops, key=tops.__getitem__)] == ["agent", "model", "HumanInTheLoop.after_model", "tools"]
    back = next(edge for edge in view["edges"] if edge["id"] == "agent:tools->agent:model")
    frames = {box["id"]: box for box in view["nodes"]}
    (_, start), (_, end) = back["points"][0], back["points"][-1]
    assert start == frames["agent:tools"]["y"]
    assert end == frames["agent:model"]["y"] + frames["agent:model"]["height"]


def test_a_node_that_nobody_names_leads_on_where_it_was_seen_to() -> None:
    """Nodes that hand over to each other with a `Command`, and say nowhere to whom."""

    def hands_over(state: Any) -> Any:
        said = len(state["log"])
        return Command(goto=("other", "first", "other", END)[said], update={"log": ["over"]})

    builder = StateGraph(graphs.Log).add_node("first", hands_over).add_node("other", hands_over)
    session = hitl.run(builder.add_edge(START, "first").compile(), {"log": []})
    told(session)
    until(lambda: "other->first" in {edge["id"] for edge in session._display.widget.graph["edges"]}, "not drawn")
    # One that is found later is drawn later.
    taken = {"first->other": 2, "other->first": 1, "other->__end__": 1}
    until(lambda: taken.items() <= session._display.widget.edges.items(), lambda: session._display.widget.edges)


def test_a_node_that_ends_a_graph_leads_to_its_end_though_langgraph_finds_no_way_to_it() -> None:
    builder = StateGraph(graphs.Log).add_node("fan", lambda state: Command(goto="last", update={"log": ["fan"]}))
    session = hitl.run(
        builder.add_node("last", lambda state: {"log": ["last"]}).add_edge(START, "fan").compile(), {"log": []}
    )
    told(session)
    until(lambda: session._display.widget.edges.get("last->__end__") == 1, "not lit")
    assert session._display.widget.edges["fan->last"] == 1
