"""The picture of a graph, without a run."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from langchain.agents import create_agent
from langgraph.func import entrypoint
from langgraph.graph import START, StateGraph

import hitl_widgets as hitl

from ..scripted_model import ScriptedModel
from . import graphs

SVG = "{http://www.w3.org/2000/svg}"


def labels(drawing: hitl.Drawing) -> set[str]:
    return {"".join(text.itertext()) for text in ET.fromstring(drawing.svg).iter(f"{SVG}text")}


@pytest.mark.parametrize("build", [graphs.three_questions, graphs.parallel, graphs.nested])
def test_every_node_is_in_the_picture(build: Any) -> None:
    graph = build()
    names = {name for name in graph.nodes if not name.startswith("__")}
    assert names <= labels(hitl.draw(graph))


def test_an_agent_and_a_function_are_drawn_too() -> None:
    @entrypoint()
    def workflow(state: dict[str, Any]) -> dict[str, Any]:
        return state

    assert "tools" in labels(hitl.draw(create_agent(ScriptedModel(script=[]), [len_of])))
    assert "workflow" in labels(hitl.draw(workflow))


def len_of(text: str) -> int:
    """The length of a text."""
    return len(text)


def test_it_is_the_same_each_time_and_needs_no_run(tmp_path: Path) -> None:
    first, second = hitl.draw(graphs.nested()), hitl.draw(graphs.nested())
    assert first.svg == second.svg
    assert first._repr_html_() == second._repr_html_()
    assert repr(first) == "<hitl.Drawing of LangGraph>"
    first.save(tmp_path / "graph.svg")
    assert (tmp_path / "graph.svg").read_text(encoding="utf-8") == first.svg


def test_a_builder_is_refused_with_the_way_out() -> None:
    with pytest.raises(TypeError, match=r"hitl\.draw\(builder\.compile\(\)\)"):
        hitl.draw(StateGraph(dict))


def test_a_live_drawing_acknowledges_its_views_and_drops_what_has_no_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    widget = hitl.draw(graphs.nested())._display_()
    told: list[Any] = []
    monkeypatch.setattr(widget, "send", lambda content, buffers=None: told.append(content))
    for message in ({"type": "hello", "client": "c1", "seq": 0}, {"type": "exec"}, {"type": "stop", "client": "c1"}):
        widget._handle_custom_msg(message, [])
    assert [(said["type"], said["client"]) for said in told] == [("ack", "c1")]
    assert widget.dropped == 1
    before = widget.graph
    widget.set_state({"graph": {}})
    assert widget.graph == before
    assert {box["id"] for box in before["nodes"]} >= {"outer", "outer:inner", "outer:inner:ask", "after"}


def test_where_a_graph_was_compiled_to_stop_has_a_stop_sign_in_both_pictures() -> None:
    builder = StateGraph(graphs.Log).add_node("inner", graphs.nested()).add_node("last", lambda state: {})
    graph = builder.add_edge(START, "inner").add_edge("inner", "last").compile(interrupt_after=["last"])
    drawing = hitl.draw(graph)
    assert "<title>stops after it</title>" in drawing.svg
    assert "last idle stops after it" in drawing._repr_html_()
    widget = drawing._display_()
    assert widget.nodes == {"last": {"status": "idle", "runs": 0, "breakpoints": ["after"]}}
    assert "stops" not in hitl.draw(graphs.nested()).svg


def test_what_a_nested_graph_was_compiled_with_is_told_by_the_node_that_it_is_folded_to() -> None:
    inner = graphs.chain(graphs.Log, {name: lambda state: {} for name in "abc"}, interrupt_before=["a", "c"])
    graph = StateGraph(graphs.Log).add_node("inner", inner).add_edge(START, "inner").compile()
    widget = hitl.draw(graph)._display_()
    assert {name: view["breakpoints"] for name, view in widget.nodes.items()} == {
        "inner:a": ["before"],
        "inner:c": ["before"],
    }
    widget._handle_custom_msg({"type": "fold", "client": "c1", "group": "inner", "folded": True}, [])
    assert widget.nodes == {"inner": {"status": "idle", "runs": 0, "stops_inside": 2}}


def test_what_is_folded_in_the_live_drawing_is_drawn_anew_there_and_not_in_the_picture() -> None:
    drawing = hitl.draw(graphs.nested())
    before, widget = drawing.svg, drawing._display_()

    def fold(*, folded: bool) -> set[str]:
        widget._handle_custom_msg({"type": "fold", "client": "c1", "group": "outer", "folded": folded}, [])
        return {box["id"] for box in widget.graph["nodes"]}

    assert "outer:inner:ask" not in fold(folded=True)
    assert "outer" in {box["id"] for box in widget.graph["nodes"] if box["kind"] == "node"}
    assert "outer:inner:ask" in fold(folded=False)
    assert drawing.svg == before
