"""One whole story in a real JupyterLab: a run is watched, looked into, stopped, answered, and answered differently."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, expect

from .axe import assert_accessible
from .conftest import shoot
from .page import NotebookPage

Open = Callable[..., NotebookPage]

REPORT = """
import operator, threading, time
from typing import Annotated, Literal, TypedDict
from langgraph.graph import START, StateGraph
from langgraph.types import Send
import hitl_widgets as hitl

class State(TypedDict, total=False):
    topic: str
    pages: int
    notes: Annotated[list[str], operator.add]
    tone: Literal["friendly", "formal"]
    report: str
    published: str

class Writing(TypedDict, total=False):
    topic: str
    notes: list[str]
    tone: Literal["friendly", "formal"]
    report: str

class Written(TypedDict, total=False):
    tone: str
    report: str

plan_on, read_on = threading.Event(), threading.Event()

def plan(state):
    for page in hitl.progress(range(10)):
        # It is told at most ten times a second.
        time.sleep(0.11)
        if page == 4:
            plan_on.wait(60)
    return {"pages": 8}

def read(page):
    print(f"Reading page {page['number']} of {page['topic']}")
    if page["number"] > 3:
        read_on.wait(60)
    return {"notes": [f"Page {page['number']}: all is well."]}

def pages(state):
    return [Send("read", {"number": n, "topic": state["topic"]}) for n in range(1, state["pages"] + 1)]

def draft(state):
    hello = {"friendly": "Hello there!", "formal": "Dear Sir or Madam,"}[state["tone"]]
    print(f"A {state['tone']} report of {len(state['notes'])} pages")
    return {"report": f"{hello} All of {state['topic']} is well."}

def publish(state):
    return {"published": state["report"]}

write = StateGraph(Writing, output_schema=Written)
write.add_node("ask_tone", hitl.ask_node("tone", "Which tone does the report have?"))
write.add_node("draft", draft)
write.add_edge(START, "ask_tone").add_edge("ask_tone", "draft")

builder = StateGraph(State)
builder.add_node("plan", plan).add_node("read", read).add_node("write", write.compile()).add_node("publish", publish)
builder.add_edge(START, "plan").add_conditional_edges("plan", pages, ["read"])
builder.add_edge("read", "write").add_edge("write", "publish")
session = hitl.run(builder.compile(), {"topic": "the harvest"})
session
"""
PUBLISHED = "print(session.values['published'], '|', session.forks[0].values['published'])"


def inside(view: Locator, name: str) -> Locator:
    return view.get_by_role("region", name=f"Inside {name}", exact=True)


def section(panel: Locator, name: str) -> Locator:
    return panel.get_by_role("region", name=name, exact=True)


def test_a_run_is_watched_looked_into_stopped_and_answered_in_two_ways(notebook: Open, theme: str) -> None:
    opened = notebook(cells=[REPORT, "plan_on.set()", "read_on.set()", PUBLISHED], theme=theme)
    page, view = opened.page, opened.view
    # All of the view in one picture.
    page.set_viewport_size({"width": 1280, "height": 1500})

    def station(name: str) -> None:
        shoot(page, f"story-{name}-{theme}", of=view)
        assert_accessible(view)

    opened.run_cell(0)
    # It says how far it is.
    expect(view.get_by_role("option", name="plan, running, 40 %")).to_be_visible(timeout=60_000)
    station("1-progress")
    opened.run_cell(1)
    expect(view.get_by_role("option", name="read, running, 3 of 8 done, 5 running")).to_be_visible(timeout=30_000)
    expect(view.locator(".hitl-edge-count").first).to_have_text("×8")

    # What one of the eight printed, while the others still run.
    view.get_by_role("option", name=re.compile("^read, running")).click()
    panel = inside(view, "read")
    expect(panel).to_be_focused(timeout=20_000)
    expect(panel).to_contain_text("of 8")
    expect(section(panel, "Printed")).to_contain_text(re.compile(r"Reading page \d of the harvest"))
    station("2-fan-out")
    panel.press("Escape")
    expect(panel).to_have_count(0)

    # A stop sign at the left edge of a node that it has not come to.
    opened.node("publish", "idle").hover()
    view.get_by_role("switch", name="Stop before publish").click()
    expect(view.get_by_role("switch", name="Stop before publish", checked=True)).to_be_visible()
    opened.run_cell(2)
    card = opened.card("Which tone does the report have?")
    expect(card).to_be_visible(timeout=30_000)
    expect(opened.node("ask_tone", "waiting")).to_be_visible()
    station("3-asked")
    card.get_by_role("radio", name="friendly").check()
    card.get_by_role("button", name="Submit").click()
    card = opened.card("Before publish: continue?")
    expect(card.get_by_role("textbox", name="Report")).to_have_value(
        "Hello there! All of the harvest is well.", timeout=30_000
    )
    station("4-breakpoint")
    card.get_by_role("button", name="Continue", exact=True).click()
    expect(view).to_contain_text("Finished", timeout=30_000)

    # What a step wrote, from its row, and what it printed.
    rows = view.get_by_role("grid", name="Steps and decisions")
    view.get_by_role("region", name="Timeline").hover()
    rows.get_by_role("row", name=re.compile("^Step in write: draft, done")).click()
    panel = inside(view, "draft")
    expect(section(panel, "Wrote").locator("ins").first).to_contain_text("Hello there!", timeout=20_000)
    expect(section(panel, "Printed")).to_contain_text("A friendly report of 8 pages")
    station("5-step")
    panel.get_by_role("button", name="Close").click()

    # Another answer, from the row of the one that was given.
    decision = rows.get_by_role("row", name="write › ask_tone: Which tone does the report have? friendly")
    decision.hover()
    station("6-row")
    decision.get_by_role("button", name="Answer differently").click()
    fork = view.locator(".hitl-fork")
    card = fork.get_by_role("form", name="Which tone does the report have?")
    expect(card.get_by_role("radio", name="friendly")).to_be_checked(timeout=30_000)
    station("7-asked-again")
    card.get_by_role("radio", name="formal").check()
    card.get_by_role("button", name="Submit").click()
    card = fork.get_by_role("form", name="Before publish: continue?")
    card.get_by_role("button", name="Continue", exact=True).click(timeout=30_000)
    expect(fork.locator(".hitl-status").first).to_have_text("Finished", timeout=30_000)

    page.set_viewport_size({"width": 1600, "height": 1700})
    view.get_by_role("button", name="Side by side").click()
    compared = view.get_by_role("region", name="Comparison")
    expect(compared).to_contain_text("The two runs part at", timeout=20_000)
    expect(compared.get_by_role("row", name=re.compile("^tone friendly formal"))).to_be_visible()
    station("8-side-by-side")
    opened.run_cell(3)
    expect(opened.cell(3)).to_contain_text(
        "Hello there! All of the harvest is well. | Dear Sir or Madam, All of the harvest is well."
    )
