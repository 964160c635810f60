"""The live graph in a real JupyterLab: what each node says, folding, moving, and nodes that appear while they run."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from .axe import assert_accessible
from .conftest import shoot
from .page import NotebookPage

Open = Callable[..., NotebookPage]

SETUP = """
import operator, threading, time
from typing import Annotated, TypedDict
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint, task
from langgraph.graph import END, START, StateGraph
from langgraph.types import Send, interrupt
import hitl_widgets as hitl

class State(TypedDict, total=False):
    log: Annotated[list, operator.add]

go = threading.Event()

def chain(*names, **nested):
    builder = StateGraph(State)
    before = START
    for name in names:
        builder.add_node(name, nested.get(name, lambda state: {"log": ["."]}))
        builder.add_edge(before, name)
        before = name
    builder.add_edge(before, END)
    return builder.compile()
"""

FOLDED = """
def check(state):
    return {"log": [interrupt("Is it good?")]}

steps = [f"step_{number}" for number in range(40)]
graph = chain("prepare", "research", "publish", research=chain(*steps, "check", check=check))
session = hitl.run(graph, {"log": []}, config={"recursion_limit": 100})
session
"""

FUNCTIONAL = """
@task
def fetch(page):
    return page

@task
def summarise(pages):
    go.wait(60)
    return sum(pages)

@entrypoint(checkpointer=InMemorySaver())
def report(pages):
    fetched = [fetch(page) for page in range(pages)]
    return summarise([one.result() for one in fetched]).result()

session = hitl.run(report, 3)
session
"""

CALLED = """
tools = {"research": chain("search", "read")}

def agent(state):
    return {"log": tools["research"].invoke({"log": []})["log"]}

session = hitl.run(chain("agent", "answer", agent=agent), {"log": []})
session
"""

FAN_OUT = """
def tell(state):
    number = state["number"]
    if number < 2:
        interrupt(f"May I tell {number}?")
    if number > 6:
        go.wait(60)
    return {"log": [number]}

def fail(state):
    raise ValueError("the model answered with a list, and a report is a text of at most 200 words")

builder = StateGraph(State)
builder.add_node("plan", lambda state: time.sleep(0.12) or {})
builder.add_node("tell", tell)
builder.add_node("fail", fail)
builder.add_edge(START, "plan")
builder.add_conditional_edges("plan", lambda state: [Send("tell", {"number": n}) for n in range(10)], ["tell"])
builder.add_edge("tell", "fail")
session = hitl.run(builder.compile(), {"log": []}, config={"max_concurrency": 20})
session
"""


def drawn(opened: NotebookPage, id: str) -> Locator:
    return opened.view.locator(f"[data-node='{id}'] [role=option]")


SCALED = "from => new DOMMatrix(getComputedStyle(document.querySelector('.hitl-drawing')).transform).a !== from"


def scale(opened: NotebookPage) -> float:
    opened.still()
    return opened.view.locator(".hitl-drawing").evaluate("el => new DOMMatrix(getComputedStyle(el).transform).a")


def is_in_box(opened: NotebookPage, id: str) -> bool:
    """Whether all of a node is seen."""
    return drawn(opened, id).evaluate(
        """node => {
          const [at, box] = [node, node.closest('.hitl-canvas')].map((el) => el.getBoundingClientRect());
          return at.top >= box.top && at.bottom <= box.bottom && at.left >= box.left && at.right <= box.right;
        }"""
    )


def focused(page: Page) -> str | None:
    return page.evaluate("() => document.activeElement?.parentElement?.dataset.node ?? null")


def run(notebook: Open, code: str, theme: str = "light") -> NotebookPage:
    opened = notebook(cells=[SETUP, code, "go.set()"], theme=theme)
    opened.run_cell(0)
    opened.run_cell(1)
    expect(opened.view).to_be_visible(timeout=60_000)
    return opened


def test_a_large_graph_is_folded_and_unfolded_by_mouse_and_by_keyboard(notebook: Open, theme: str) -> None:
    opened = run(notebook, FOLDED, theme)
    expect(opened.node("research", "waiting")).to_be_visible(timeout=30_000)
    expect(opened.view.get_by_role("option", name="research, waiting, folded, 41 nodes inside")).to_be_visible()
    expect(opened.nodes).to_have_count(5)
    assert_accessible(opened.view)
    shoot(opened.page, f"live-graph-folded-{theme}", of=opened.view)

    opened.view.get_by_role("button", name="Unfold research").click()
    expect(opened.nodes).to_have_count(46)
    # The node that waits is brought into the box.
    expect(opened.node("check", "waiting")).to_be_visible()
    opened.still()
    assert is_in_box(opened, "research:check")
    assert_accessible(opened.view)
    shoot(opened.page, f"live-graph-unfolded-{theme}", of=opened.view)

    drawn(opened, "research").focus()
    opened.page.keyboard.press("Space")
    expect(opened.nodes).to_have_count(5)
    opened.page.keyboard.press("Space")
    expect(opened.nodes).to_have_count(46)


def test_nodes_are_told_as_options_of_which_one_is_selected(notebook: Open) -> None:
    opened = notebook(cells=[SETUP, "hitl.run(chain('plan', 'send'), {'log': []})"])
    opened.run_all()
    expect(opened.node("send", "done")).to_be_visible(timeout=60_000)
    opened.node("send", "done").click()
    expect(opened.node("send", "done")).to_have_attribute("aria-selected", "true")
    # What Chromium makes of the roles, which Playwright takes as they are written.
    tree = opened.page.context.new_cdp_session(opened.page).send("Accessibility.getFullAXTree")["nodes"]
    told = [
        (node["name"]["value"].split(",")[0], {one["name"]: one["value"]["value"] for one in node["properties"]})
        for node in tree
        if node.get("role", {}).get("value") == "option" and ", done" in node["name"]["value"]
    ]
    assert [(name, said["selected"]) for name, said in told] == [
        ("start", False),
        ("plan", False),
        ("send", True),
        ("end", False),
    ]


def test_it_is_zoomed_dragged_and_followed(notebook: Open) -> None:
    opened = run(notebook, FOLDED)
    page = opened.page
    opened.view.get_by_role("button", name="Unfold research").click()
    expect(opened.node("check", "waiting")).to_be_visible()
    first = scale(opened)
    assert first == pytest.approx(0.85)

    opened.view.get_by_role("button", name="Show all of it").click()
    whole = scale(opened)
    assert whole < first
    assert is_in_box(opened, "__start__")
    assert is_in_box(opened, "__end__")

    canvas = opened.view.locator(".hitl-canvas")
    canvas.hover(position={"x": 60, "y": 60})  # which a click at a button may have scrolled away
    page.keyboard.down("Control")
    page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    page.wait_for_function(SCALED, arg=whole)  # a wheel is not waited for
    assert scale(opened) > whole

    follow = opened.view.get_by_role("button", name="Follow the run")
    expect(follow).to_have_attribute("aria-pressed", "true")
    for _ in range(8):
        opened.view.get_by_role("button", name="Zoom in").click()
    # By its background: a node may be in the way.
    canvas.hover(position={"x": 4, "y": 40})
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.down()
    page.mouse.move(box["x"] + 4, box["y"] + 400, steps=5)
    page.mouse.up()
    expect(follow).to_have_attribute("aria-pressed", "false")
    page.mouse.down()
    page.mouse.move(box["x"] + 4, box["y"] + 2000, steps=3)
    page.mouse.up()
    assert not is_in_box(opened, "research:check")
    follow.click()
    scale(opened)
    assert is_in_box(opened, "research:check")


def test_a_plain_wheel_scrolls_the_notebook(notebook: Open) -> None:
    opened = run(notebook, FOLDED)
    expect(opened.node("research", "waiting")).to_be_visible(timeout=30_000)
    before = scale(opened)
    # The page is a little one, so there is something to scroll.
    opened.page.set_viewport_size({"width": 1280, "height": 500})
    opened.view.scroll_into_view_if_needed()
    top = opened.view.evaluate("el => el.getBoundingClientRect().top")
    opened.view.locator(".hitl-canvas").hover()
    opened.page.mouse.wheel(0, 60)
    opened.page.wait_for_function(
        "([el, top]) => el.getBoundingClientRect().top !== top", arg=[opened.view.element_handle(), top]
    )
    assert scale(opened) == before


def test_the_tasks_of_the_functional_api_appear(notebook: Open, theme: str) -> None:
    opened = run(notebook, FUNCTIONAL, theme)
    expect(opened.node("fetch", "done")).to_be_visible(timeout=30_000)
    expect(opened.view.get_by_role("option", name="fetch, done, 3 times")).to_be_visible()
    expect(opened.node("summarise", "running")).to_be_visible()
    expect(opened.node("report", "running")).to_be_visible()
    shoot(opened.page, f"live-graph-functional-{theme}", of=opened.view)
    opened.run_cell(2)
    expect(opened.node("summarise", "done")).to_be_visible()
    expect(opened.node("report", "done")).to_be_visible()
    assert_accessible(opened.view)


def test_what_turns_while_a_node_runs_takes_nothing_from_the_page(notebook: Open) -> None:
    opened = run(notebook, FUNCTIONAL)
    expect(opened.node("report", "running")).to_be_visible(timeout=30_000)
    opened.still()
    tools = opened.page.context.new_cdp_session(opened.page)
    tools.send("Performance.enable")

    def drawn_by_the_page() -> tuple[float, float]:
        """How often it has drawn, and when that was, in seconds."""
        metrics = {one["name"]: one["value"] for one in tools.send("Performance.getMetrics")["metrics"]}
        return metrics["RecalcStyleCount"], metrics["Timestamp"]

    def has_run(seconds: int) -> int:
        """Waits until it says so; whoever asks for a frame of the animation makes the page draw one."""
        meta = opened.view.locator("[data-node$=summarise] .hitl-node-meta")
        later = re.compile("|".join(rf"{at} s" for at in range(seconds, seconds + 10)))
        expect(meta).to_have_text(later, timeout=30_000)
        return int((meta.text_content() or "").removesuffix(" s"))

    at, rates = has_run(0), list[float]()
    while not rates or (min(rates) >= 30 and len(rates) < 5):
        before, since = drawn_by_the_page()
        at = has_run(at + 2)
        after, until = drawn_by_the_page()
        rates.append((after - before) / (until - since))
    # how long it runs is told once a second; drawn by the page, it is drawn sixty times in that, for as long as it turns
    assert min(rates) < 30, rates
    tools.detach()


def test_a_graph_that_a_node_calls_in_its_code_appears(notebook: Open, theme: str) -> None:
    opened = run(notebook, CALLED, theme)
    expect(opened.node("read", "done")).to_be_visible(timeout=30_000)
    expect(opened.node("answer", "done")).to_be_visible()
    opened.still()
    frame, inner = drawn(opened, "agent").bounding_box(), drawn(opened, "agent:read").bounding_box()
    assert frame is not None
    assert inner is not None
    assert frame["x"] < inner["x"]
    assert inner["y"] + inner["height"] < frame["y"] + frame["height"]
    assert_accessible(opened.view)
    shoot(opened.page, f"live-graph-called-{theme}", of=opened.view)


def test_a_fan_out_is_counted_and_an_exception_is_told(notebook: Open, theme: str) -> None:
    opened = run(notebook, FAN_OUT, theme)
    page = opened.page
    expect(opened.node("tell", "running")).to_be_visible(timeout=30_000)
    expect(opened.node("plan", "done")).to_be_visible()
    expect(opened.view.locator(".hitl-edge-count").first).to_have_text("×10")
    shoot(page, f"live-graph-fan-out-{theme}", of=opened.view)
    opened.run_cell(2)
    expect(opened.node("tell", "waiting")).to_be_visible(timeout=30_000)
    for number in (0, 1):
        card = opened.view.get_by_role("form", name=f"May I tell {number}?")
        card.get_by_role("textbox").fill("yes")
        card.get_by_role("button", name="Submit").click()
    failed = opened.node("fail", "failed")
    expect(failed).to_be_visible(timeout=30_000)
    expect(opened.view.get_by_role("option", name="tell, done, 10 times")).to_be_visible()

    failed.hover()
    tip = opened.view.get_by_role("tooltip")
    expect(tip).to_contain_text("ValueError: the model answered with a list")
    shoot(page, f"live-graph-failed-{theme}", of=opened.view)
    page.mouse.move(0, 0)
    expect(tip).to_have_count(0)
    assert_accessible(opened.view)

    failed.focus()
    page.keyboard.press("ArrowUp")
    assert focused(page) == "tell"
    page.keyboard.press("ArrowDown")
    assert focused(page) == "fail"
    expect(tip).to_contain_text("ValueError")
    page.keyboard.press("Enter")
    expect(drawn(opened, "fail")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(drawn(opened, "fail")).to_have_attribute("aria-selected", "false")
