"""A graph that is only drawn, in a real kernel: `hitl.draw`, and a compiled graph as a cell's last expression."""

from __future__ import annotations

from typing import Any

import pytest

from .client import Kernel, Sent

GRAPH = """
import asyncio
from typing import TypedDict
from langgraph.func import entrypoint
from langgraph.graph import START, StateGraph
import hitl_widgets as hitl

class State(TypedDict, total=False):
    address: str

builder = StateGraph(State)
builder.add_node("ask_address", hitl.ask_node("address", "What's your address?"))
builder.add_edge(START, "ask_address")
graph = builder.compile()

@entrypoint()
def flow(n: int) -> int:
    return n

# LangGraph's own picture of a graph, but for the server on the internet that makes it.
from langchain_core.runnables.graph import Graph
Graph.draw_mermaid_png = lambda *_, **__: b"LangGraph's own"
"""
VIEW = "application/vnd.jupyter.widget-view+json"


def shown(cell: Sent) -> dict[str, Any]:
    """What a cell's last expression was shown as, by MIME type."""
    (output,) = [output for output in cell.outputs if output["output_type"] == "execute_result"]
    return output["data"]


@pytest.fixture
def ready(kernel: Kernel) -> Kernel:
    kernel.run(GRAPH)
    return kernel


def test_a_drawing_is_live_and_has_a_picture_and_a_text_beside_it(ready: Kernel) -> None:
    data = shown(ready.execute("hitl.draw(graph)", wait=True))
    assert data["text/plain"] == "<hitl.Drawing of LangGraph>"
    assert data["text/html"].startswith("<div")
    traits = ready.comms[data[VIEW]["model_id"]]
    assert [box["label"] for box in traits["graph"]["nodes"]] == ["start", "ask_address", "end"]
    assert traits["alone"] is True
    assert {"run", "cards"}.isdisjoint(traits)


def test_a_view_of_a_drawing_learns_that_it_is_live_also_while_a_cell_runs(ready: Kernel) -> None:
    data = shown(ready.execute("hitl.draw(graph)", wait=True))
    click = ready.click(data[VIEW]["model_id"], {"type": "hello", "client": "c1", "seq": 0})
    ready.until_done(click)
    nonsense = ready.click(data[VIEW]["model_id"], {"type": "exec"})
    ready.until_done(nonsense)
    assert not [output for output in nonsense.outputs if output["output_type"] == "error"]


def test_a_graph_is_shown_as_its_picture_once_that_is_asked_for_and_no_more_after(ready: Kernel) -> None:
    ready.run("hitl.enable_graph_repr(); hitl.enable_graph_repr()")
    data = shown(ready.execute("graph", wait=True))
    assert {"text/plain", "text/html", VIEW} <= data.keys()
    assert "image/png" not in data
    assert data["text/plain"] == "<CompiledStateGraph LangGraph>"
    assert "ask_address" in data["text/html"]
    assert "flow" in shown(ready.execute("flow", wait=True))["text/html"]
    displayed = ready.execute("display(graph)", wait=True)
    assert VIEW in displayed.outputs[0]["data"]
    ready.run("hitl.disable_graph_repr()")
    assert shown(ready.execute("graph", wait=True)).keys() == {"text/plain", "image/png"}


def test_as_an_extension_it_is_loaded_and_unloaded(ready: Kernel) -> None:
    ready.run("%load_ext hitl_widgets")
    assert VIEW in shown(ready.execute("graph", wait=True))
    ready.run("%unload_ext hitl_widgets")
    assert "image/png" in shown(ready.execute("graph", wait=True))


def test_a_graph_that_cannot_be_drawn_is_shown_as_text(ready: Kernel) -> None:
    ready.run("hitl.enable_graph_repr()\n"
              "class Engine:\n    def __getattr__(self, name): raise RuntimeError('broken')\n"
              "import hitl_widgets.graph.layout as layout; kept = layout.graphlay; layout.graphlay = Engine()")  # fmt: skip
    cell = ready.execute("graph", wait=True)
    ready.run("layout.graphlay = kept; hitl.disable_graph_repr()")
    assert cell.status == "ok"
    assert list(shown(cell)) == ["text/plain"]
    assert "CompiledStateGraph at 0x" in shown(cell)["text/plain"]


def test_what_showed_graphs_before_does_so_again(ready: Kernel) -> None:
    ready.run("graphs = get_ipython().display_formatter.mimebundle_formatter\n"
              "from langgraph.pregel import Pregel\n"
              "before = graphs.for_type(Pregel, lambda graph: {'text/plain': 'mine'})\n"
              "hitl.disable_graph_repr()")  # fmt: skip
    assert shown(ready.execute("graph", wait=True)) == {"text/plain": "mine"}
    ready.run("hitl.enable_graph_repr()")
    assert VIEW in shown(ready.execute("graph", wait=True))
    ready.run("hitl.disable_graph_repr()")
    assert shown(ready.execute("graph", wait=True)) == {"text/plain": "mine"}
    ready.run("graphs.pop(Pregel)")
