"""Everything that a node can say of itself, in a real JupyterLab: seen in both themes, and heard by the keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import get_args

import pytest
from playwright.sync_api import expect

from hitl_widgets.protocol import NodeStatus

from .axe import assert_accessible
from .conftest import BOTH_THEMES, shoot
from .page import NotebookPage

Open = Callable[..., NotebookPage]

SETUP = """
import operator, threading, time
from typing import Annotated, TypedDict
from langgraph.cache.memory import InMemoryCache
from langgraph.config import get_stream_writer
from langgraph.graph import END, START, StateGraph
from langgraph.types import CachePolicy, RetryPolicy
import hitl_widgets as hitl

class State(TypedDict, total=False):
    log: Annotated[list, operator.add]
    rounds: Annotated[int, operator.add]
    title: str

go, tries = threading.Event(), []

def flaky(state):
    tries.append(1)
    if len(tries) < 3:
        raise ConnectionError("the line is busy")
    return {}

def measure(state):
    get_stream_writer()({"progress": 0.4})
    go.wait(60)
    return {}

def words():
    yield from range(36)
    time.sleep(0.2)  # it is told ten times a second
    yield 36
    go.wait(60)

def count(state):
    for _ in hitl.progress(words()):
        pass
    return {}

def publish(state):
    raise ValueError("the model answered with a list, and a report is a text of at most 200 words")

inner = StateGraph(State).add_node("search", lambda state: {}).add_node("read", lambda state: {})
inner = inner.add_edge(START, "search").add_edge("search", "read").compile()

builder = StateGraph(State)
builder.add_node("load", lambda state: {"log": ["."]}, cache_policy=CachePolicy())
builder.add_node("flaky", flaky, retry_policy=RetryPolicy(initial_interval=0.01, max_attempts=3))
builder.add_node("draft", lambda state: {"rounds": 1}).add_node("judge", lambda state: {}).add_node("research", inner)
builder.add_node("measure", measure).add_node("count", count).add_node("title", hitl.ask_node("title", "What title?"))
builder.add_node("publish", publish).add_node("archive", lambda state: {})
builder.add_edge(START, "load").add_edge("load", "flaky").add_edge("flaky", "draft").add_edge("draft", "judge")
ways = {"again": "draft", "good": "research"}
builder.add_conditional_edges("judge", lambda state: "again" if state["rounds"] < 3 else "good", ways)
for name in ("measure", "count", "title"):
    builder.add_edge("research", name)
builder.add_edge(["measure", "count", "title"], "publish").add_edge("publish", "archive").add_edge("archive", END)
graph = builder.compile(cache=InMemoryCache())

# What it loads is in the cache afterwards.
first = hitl.run(graph, {"log": []}, interrupt_before=["flaky"])
"""

RUN = """
import asyncio
while not first.requests:
    await asyncio.sleep(0.01)
session = hitl.run(graph, {"log": []})
session
"""

STOPPED = """
begun, gate = threading.Event(), threading.Event()
two = StateGraph(State).add_node("one", lambda state: begun.set() or (gate.wait(60) and {})).add_node("two", lambda state: {})
stopped = hitl.run(two.add_edge(START, "one").add_edge("one", "two").compile(), {"log": []})
begun.wait(60)
stopped.stop()
gate.set()
stopped
"""


def start(notebook: Open, code: str, theme: str = "light") -> NotebookPage:
    opened = notebook(cells=[SETUP, code, "go.set()"], theme=theme)
    opened.run_cell(0)
    opened.run_cell(1)
    expect(opened.view).to_be_visible(timeout=60_000)
    return opened


def says(opened: NotebookPage, name: str, words: str) -> None:
    """A node says all of this of itself, which is what a screen reader says of it."""
    expect(opened.nodes.and_(opened.page.get_by_role("option", name=re.compile(f"^{name}, {words}$")))).to_be_visible(
        timeout=30_000
    )


@BOTH_THEMES
def test_every_status_is_seen_with_all_that_a_node_says_of_itself(notebook: Open, theme: str) -> None:
    opened = start(notebook, RUN, theme)
    page, view = opened.page, opened.view
    pictures: dict[NodeStatus, int] = {}

    def seen(*statuses: NodeStatus) -> None:
        opened.still()
        for status in statuses:
            pictures[status] = shoot(page, f"status-{status}-{theme}", of=view).stat().st_size

    says(opened, "measure", "running, 40 %")
    says(opened, "count", r"running, 37 items, [\d.]+ a second")
    says(opened, "title", "waiting")
    says(opened, "load", "done, from the cache once")
    says(opened, "flaky", r"done, took [\d.]+ m?s, retried 2 times")
    says(opened, "draft", r"done, 3 times, took <?[\d.]+ m?s")
    says(opened, "publish", "idle")
    for node, shown in (("measure", r"\d+ s"), ("count", r"37 items · \d+ s")):
        expect(view.locator(f"[data-node={node}] .hitl-node-meta")).to_have_text(re.compile(shown))
    expect(view.locator("[data-node=measure] .hitl-bar")).to_be_visible()
    expect(view.locator(".hitl-edge-label", has_text="again")).to_have_text("again×2")
    expect(view.locator(".hitl-edge-label", has_text="good")).to_have_text("good")
    assert_accessible(view)
    seen("running", "done", "idle")

    opened.run_cell(2)
    says(opened, "measure", r"done, took [\d.]+ m?s.*|done, took \d+ min \d+ s")
    seen("waiting")
    card = opened.card("What title?")
    card.get_by_role("textbox").fill("Hedgehogs")
    card.get_by_role("button", name="Submit").click()
    says(opened, "publish", r"failed, took <?[\d.]+ m?s")
    failed = opened.node("publish", "failed")
    failed.hover()
    tip = view.get_by_role("tooltip")
    expect(tip).to_contain_text("ValueError: the model answered with a list")
    seen("failed")
    page.mouse.move(0, 0)
    expect(tip).to_have_count(0)
    page.keyboard.press("Shift")  # the keyboard is what is used
    failed.focus()
    expect(tip).to_contain_text("ValueError: the model answered with a list")
    assert_accessible(view)

    again = start(notebook, STOPPED, theme)
    view = again.view
    says(again, "two", "next")
    seen("next")
    assert_accessible(view)
    assert set(pictures) == set(get_args(NodeStatus))
    assert min(pictures.values()) > 1000


def test_graph_and_timeline_are_walked_through_and_heard(notebook: Open) -> None:
    opened = start(notebook, RUN)
    page, view = opened.page, opened.view
    opened.run_cell(2)
    card = opened.card("What title?")
    card.get_by_role("textbox").fill("Hedgehogs")
    card.get_by_role("button", name="Submit").click()
    says(opened, "publish", "failed, .*")

    def heard() -> str:
        # What has the focus, with its role: a node, a row, a button.
        return page.evaluate(
            """() => {
              const el = document.activeElement;
              return `${el.getAttribute('role') ?? el.localName} ${el.getAttribute('aria-label') ?? el.textContent}`;
            }"""
        )

    again = view.get_by_role("button", name="Run again")
    expect(again).to_be_enabled()
    again.focus()
    for _ in range(6):
        page.keyboard.press("Tab")
        if heard().startswith("option"):
            break
    assert re.match(r"option publish, failed", heard())
    page.keyboard.press("Home")
    nodes = [heard()]
    while not nodes[-1].startswith("option end") and len(nodes) < 15:
        page.keyboard.press("ArrowDown")
        nodes.append(heard())
    assert nodes[:3] == ["option start, done", "option load, done, from the cache once", nodes[2]]
    assert re.match(r"option flaky, done, took .*, retried 2 times", nodes[2])
    assert nodes[-1] == "option end, idle"

    page.keyboard.press("Home")
    while not heard().startswith("option draft"):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    draft = opened.node("draft", "done")
    expect(draft).to_have_attribute("aria-selected", "true")
    # All rows are there then, and those of the node are marked.
    grid = view.get_by_role("grid", name="Steps and decisions")
    expect(grid).to_be_visible(timeout=30_000)
    expect(grid.locator("[data-marked=true]")).to_have_count(3)
    shoot(page, "walk-1-node-selected", of=view)

    # The focus is in what the node did, below; the timeline is before that.
    panel = view.get_by_role("region", name="draft")
    expect(panel).to_be_focused(timeout=30_000)
    for _ in range(6):
        page.keyboard.press("Shift+Tab")
        if heard().startswith("row"):
            break
    page.keyboard.press("Home")
    rows = [heard()]
    while not rows[-1].startswith("row Step 10") and len(rows) < 20:
        page.keyboard.press("ArrowDown")
        rows.append(heard())
    assert rows[0].startswith("row Step 0: load, done")
    assert any(row.startswith("row Step in research: read, done") for row in rows)
    assert "row title: What title? Hedgehogs" in rows

    top = grid.evaluate("el => el.scrollTop")
    while not heard().startswith("row Step in research: read"):
        page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(opened.node("read", "done")).to_have_attribute("aria-selected", "true")
    expect(draft).to_have_attribute("aria-selected", "false")
    expect(grid.locator("[data-marked=true]")).to_have_count(0)
    assert grid.evaluate("el => el.scrollTop") <= top
    expect(view.get_by_role("region", name="read")).to_be_focused()
    page.keyboard.press("Escape")
    expect(grid.get_by_role("row", name="Step in research: read")).to_be_focused()
    page.keyboard.press("Enter")
    view.get_by_role("button", name="Fold research").click()
    expect(opened.node("research", "done")).to_have_attribute("aria-selected", "true")
    assert_accessible(view)
    shoot(page, "walk-2-row-selected-and-folded", of=view)


def test_two_fingers_zoom_the_graph_and_not_the_page(notebook: Open) -> None:
    opened = start(notebook, RUN)
    page = opened.page
    says(opened, "title", "waiting")
    opened.still()
    box = opened.view.locator(".hitl-canvas").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + 150
    scale = "() => new DOMMatrix(getComputedStyle(document.querySelector('.hitl-drawing')).transform).a"
    before = page.evaluate(scale)
    touches = page.context.new_cdp_session(page)

    def touch(kind: str, *apart: float) -> None:
        points = [{"x": x + dx, "y": y, "id": at} for at, dx in enumerate((-apart[0], apart[0]))] if apart else []
        touches.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touches.send("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 2})
    touch("touchStart", 20)
    for apart in (25, 30, 40, 50):
        touch("touchMove", apart)
    touch("touchEnd")
    page.wait_for_function(f"before => ({scale})() > 1.5 * before", arg=before)
    assert page.evaluate("() => visualViewport.scale") == pytest.approx(1)
    after = opened.view.locator(".hitl-canvas").bounding_box()
    assert after == box
