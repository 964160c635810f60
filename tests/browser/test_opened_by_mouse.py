"""What a mouse opens in the graph is what it points at, comes into sight, and leaves no mark: in a real JupyterLab."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, expect

from .conftest import shoot
from .page import NotebookPage

Open = Callable[..., NotebookPage]

NESTED = """
from typing import TypedDict
from langgraph.graph import START, StateGraph
import hitl_widgets as hitl

class State(TypedDict, total=False):
    text: str

def chain(**nodes):
    builder, before = StateGraph(State), START
    for name, node in nodes.items():
        builder.add_node(name, node)
        builder.add_edge(before, name)
        before = name
    return builder.compile()

def write(state):
    print("A line.\\n" * 12)
    return {"text": state.get("text", "") + "A word, and another. "}

session = hitl.run(chain(edit=chain(first=write, second=write), third=write, fourth=write, fifth=write, sixth=write), {})
session
"""


def inside(view: Locator, name: str) -> Locator:
    return view.get_by_role("region", name=f"Inside {name}", exact=True)


def option(view: Locator, name: str) -> Locator:
    return view.get_by_role("option", name=re.compile(f"^{name}, done"))


def test_a_line_in_a_frame_is_a_part_of_the_frame(notebook: Open) -> None:
    opened = notebook(cells=[NESTED])
    opened.run_cell(0)
    view = opened.view
    expect(view.locator(".hitl-status").first).to_have_text("Finished", timeout=60_000)
    # In its middle is the line that leads from one of its nodes to the other; a click waits until nothing else gets it.
    option(view, "edit").click()
    expect(inside(view, "edit")).to_be_visible()


def test_what_a_node_did_comes_into_sight_and_the_node_is_as_it_was_when_it_is_closed(notebook: Open) -> None:
    opened = notebook(cells=[NESTED])
    opened.page.set_viewport_size({"width": 1280, "height": 900})
    opened.run_cell(0)
    view, page = opened.view, opened.page
    expect(view.locator(".hitl-status").first).to_have_text("Finished", timeout=60_000)
    view.evaluate("view => view.scrollIntoView({ block: 'start' })")
    option(view, "third").click()
    panel = inside(view, "third")
    wrote = panel.get_by_role("region", name="Wrote", exact=True)
    expect(wrote).to_contain_text("A word")
    expect(wrote).to_be_in_viewport(ratio=0.5)
    shoot(page, "opened-by-mouse")
    panel.get_by_role("button", name="Close").click()
    expect(panel).to_have_count(0)
    expect(option(view, "third")).to_be_focused()
    # Of the keyboard it has a mark of its own, in the shape of the node; of a click it needs none.
    expect(option(view, "third")).to_have_css("outline-style", "none")
