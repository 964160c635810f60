"""How a graph that is larger than its place is shown, and what comes up where Stop was: in a real JupyterLab."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from .axe import assert_accessible
from .conftest import shoot
from .page import NotebookPage

Open = Callable[..., NotebookPage]

SETUP = """
import operator, time
from typing import Annotated, TypedDict
from langgraph.graph import END, START, StateGraph
from langgraph.types import interrupt
import hitl_widgets as hitl

class State(TypedDict, total=False):
    log: Annotated[list, operator.add]

def chain(*names, **other):
    builder, before = StateGraph(State), START
    for name in names:
        builder.add_node(name, other.get(name, lambda state: {"log": ["."]}))
        builder.add_edge(before, name)
        before = name
    return builder.add_edge(before, END).compile()
"""

SIXTY = f"""{SETUP}
ask = lambda state: {{"log": [interrupt("Is this section fine?")]}}
teams = {{
    "research": chain(*(f"look_up_{{n}}" for n in range(14))),
    "write": chain(*(f"write_{{n}}" for n in range(16)), write_9=ask),
    "illustrate": chain(*(f"draw_{{n}}" for n in range(13))),
}}
builder = StateGraph(State).add_node("plan", lambda state: {{}}).add_node("check", chain(*(f"check_{{n}}" for n in range(12))))
for name, team in teams.items():
    builder.add_node(name, team).add_edge("plan", name)
builder.add_edge(START, "plan").add_edge([*teams], "check").add_edge("check", END)
session = hitl.run(builder.compile(), {{"log": []}}, config={{"recursion_limit": 200}})
session
"""

SUPERVISOR = f"""{SETUP}
names = ["research_agent", "math_agent", "writing_agent", "reviewing_agent", "publishing_agent", "archive_agent"]
builder = StateGraph(State).add_node("supervisor", lambda state: {{}})
for name in names:
    builder.add_node(name, lambda state: {{"log": [interrupt("Shall it go on?")]}}).add_edge(name, "supervisor")
builder.add_edge(START, "supervisor")
builder.add_conditional_edges("supervisor", lambda state: END if state["log"] else "reviewing_agent", [*names, END])
session = hitl.run(builder.compile(), {{"log": []}})
session
"""

STOPS = f"""{SETUP}
def work(state):
    time.sleep(0.1)
    return {{"log": ["."]}}

builder = StateGraph(State).add_node("work", work).add_edge(START, "work")
builder.add_conditional_edges("work", lambda state: END if len(state["log"]) > 5_000 else "work", ["work", END])
session = hitl.run(builder.compile(), {{"log": []}}, config={{"recursion_limit": 10_000}})
session
"""

SMALLEST = """() => Math.min(...[...document.querySelectorAll('.hitl-drawing text')].map(
  (text) => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a,
))"""
"""The font of the smallest text of the picture, in px on the screen."""

CLICKS_TWICE_ONCE_STOPPED = """([x, y]) => {
  if (document.querySelector('.hitl-status').dataset.status !== 'stopped') return false;
  for (let click = 0; click < 2; click += 1) document.elementFromPoint(x, y).closest('button').click();
  return true;
}"""

FADES = "() => getComputedStyle(document.querySelector('.hitl-fading')).backgroundSize"


@pytest.mark.parametrize("width", [1280, 480])
def test_of_sixty_nodes_the_one_that_waits_is_seen_and_every_text_can_be_read(
    notebook: Open, theme: str, width: int
) -> None:
    opened = notebook(cells=[SIXTY], theme=theme)
    page, view = opened.page, opened.view
    page.set_viewport_size({"width": width, "height": 1000})
    if width < 800:
        page.keyboard.press("Control+b")  # the folder beside the notebook
    opened.run_cell(0)
    for name in ("research", "write", "illustrate", "check"):
        expect(opened.nodes.and_(page.get_by_role("option", name=name)).first).to_be_visible(timeout=60_000)
        unfold = view.get_by_role("button", name=f"Unfold {name}", exact=True)
        if unfold.count():
            unfold.click()
        expect(view.get_by_role("button", name=f"Fold {name}", exact=True)).to_have_count(1)
    waits = opened.node("write_9", "waiting")
    expect(waits).to_be_visible(timeout=30_000)
    opened.still()
    shoot(page, f"sixty-nodes-{width}-{theme}", of=view)
    canvas, node = view.locator(".hitl-canvas").bounding_box(), waits.bounding_box()
    assert canvas is not None
    assert node is not None
    # Clear of the edges, which fade out where there is more.
    assert canvas["y"] + 28 <= node["y"]
    assert node["y"] + node["height"] <= canvas["y"] + canvas["height"] - 34
    above, below, *_ = page.evaluate(FADES).split(", ")
    assert (above, below) == ("100% 28px", "100% 62px")
    assert page.evaluate(SMALLEST) >= 10.99
    assert_accessible(view)


def test_a_graph_that_is_wide_and_flat_is_seen_whole_above_its_question(notebook: Open, theme: str) -> None:
    opened = notebook(cells=[SUPERVISOR], theme=theme)
    page, view = opened.page, opened.view
    page.set_viewport_size({"width": 1600, "height": 1000})
    opened.run_cell(0)
    card = opened.card("Shall it go on?")
    expect(card).to_be_visible(timeout=60_000)
    opened.still()
    shoot(page, f"flat-graph-{theme}", of=view)
    canvas, asked = view.locator(".hitl-canvas").bounding_box(), card.bounding_box()
    assert canvas is not None
    assert asked is not None
    assert canvas["y"] + canvas["height"] < asked["y"]
    assert page.evaluate(FADES) == "100% 0px, 100% 0px, 0px 100%, 0px 100%"
    for node in opened.nodes.all():
        box = node.bounding_box()
        assert box is not None
        assert canvas["x"] <= box["x"]
        assert box["x"] + box["width"] <= canvas["x"] + canvas["width"]
    # There is no room for the folder's list and all of it: a part of it is seen, beside nothing.
    page.set_viewport_size({"width": 1100, "height": 1000})
    page.wait_for_function(f"() => !({FADES})().includes('0px 100%, 0px 100%')")
    assert page.evaluate(SMALLEST) >= 10.99
    assert_accessible(view)


def test_a_click_that_was_meant_for_stop_starts_no_other_run(notebook: Open) -> None:
    opened = notebook(cells=[STOPS])
    page, view = opened.page, opened.view
    opened.run_cell(0)
    stop = view.get_by_role("button", name="Stop")
    expect(stop).to_be_visible(timeout=60_000)
    box = stop.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.dblclick(x, y)
    # In the frame in which it has stopped: a second later they would be meant for what is there then.
    page.wait_for_function(CLICKS_TWICE_ONCE_STOPPED, arg=[x, y])
    again = view.get_by_role("button", name="Run again")
    expect(again).to_be_enabled()
    expect(view.get_by_role("tab")).to_have_count(0)
    # It is there that it is.
    page.mouse.click(x, y)
    expect(view.get_by_role("tab")).to_have_count(2)


@pytest.mark.parametrize("nodes", [9, 11])
def test_a_picture_is_never_cut_off_by_a_little(notebook: Open, nodes: int) -> None:
    opened = notebook(cells=[f"{SETUP}\nhitl.draw(chain(*(f'step_{{n}}' for n in range({nodes}))))"])
    page, view = opened.page, opened.view
    opened.run_cell(0)
    expect(opened.nodes.first).to_be_visible(timeout=60_000)
    opened.still()
    shoot(page, f"picture-of-{nodes}-nodes", of=view)
    canvas = view.locator(".hitl-canvas").bounding_box()
    assert canvas is not None
    boxes = [box for node in opened.nodes.all() if (box := node.bounding_box())]
    assert all(canvas["x"] <= box["x"] for box in boxes)
    assert all(box["x"] + box["width"] <= canvas["x"] + canvas["width"] for box in boxes)
    # A little more than its place is shown whole; what is much more fades out below.
    is_whole = all(box["y"] + box["height"] <= canvas["y"] + canvas["height"] - 34 for box in boxes)
    assert is_whole == (nodes == 9)
    assert page.evaluate(FADES).split(", ")[1] == ("100% 0px" if is_whole else "100% 62px")
