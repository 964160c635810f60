"""Long values beside each other: what two runs differ in is seen at once, and all of it is there; what reducers took is told."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from .axe import assert_accessible
from .conftest import shoot
from .page import NotebookPage
from .test_forks import forks, inner, status

Open = Callable[..., NotebookPage]

LETTERS = """
import operator
from typing import Annotated, TypedDict
from langgraph.graph import START, StateGraph
import hitl_widgets as hitl

class State(TypedDict, total=False):
    budget: float
    letter: str
    plan: dict
    facts: Annotated[dict, operator.or_]
    cost: Annotated[int, operator.add]
    log: Annotated[list, operator.add]

def research(name):
    return lambda state: {"facts": {name: {"source": f"{name}.example", "price": len(name)}}, "cost": 2, "log": [name]}

def write(state):
    body = "\\n".join(f"Line {n}: thank you for your order, it is on its way to you." for n in range(30))
    return {"letter": f"Dear customer,\\n{body}\\nYou get {state['budget']:g} back.\\nYours", "log": ["written"],
            "plan": {f"day {n}": [state["budget"] * n, "pack", "ship"] for n in range(12)}}

builder = StateGraph(State)
builder.add_node("ask_budget", hitl.ask_node("budget", "What's the budget?"))
builder.add_node("write", write)
for name in ("shops", "prices", "reviews"):
    builder.add_node(name, research(name))
    builder.add_edge(START, name)
    builder.add_edge(name, "ask_budget")
builder.add_edge("ask_budget", "write")
session = hitl.run(builder.compile(), {"facts": {}, "cost": 1})
"""


def test_long_values_are_compared_and_all_of_them_can_be_seen(notebook: Open, theme: str) -> None:
    opened = notebook(cells=[LETTERS + "session", "session.what_if('budget', range(6))"], theme=theme)
    opened.run_cell(0)
    card = opened.view.get_by_role("form", name="What's the budget?")
    card.get_by_role("textbox").first.fill("250", timeout=60_000)
    card.get_by_role("button", name="Submit").click()
    expect(status(opened.view)).to_have_text("Finished", timeout=60_000)
    opened.view.get_by_role("option", name="prices, done").click()
    panel = opened.view.get_by_role("region", name="Inside prices")
    expect(panel).to_contain_text("added by its reducer (or)")
    expect(panel).to_contain_text("the key became 7 with what 2 other tasks wrote")
    expect(panel).to_contain_text("1 item added by its reducer (add)")
    shoot(opened.page, f"compared-1-reduced-{theme}", of=opened.view)
    assert_accessible(opened.view)
    panel.get_by_role("button", name="the key became (with what 2 other tasks wrote)").click()
    expect(panel).to_contain_text("reviews.example")
    panel.get_by_role("button", name="Close").click()
    opened.run_cell(1)
    expect(opened.cell(1)).to_contain_text("You get 5 back.", timeout=60_000)
    shoot(opened.page, f"compared-2-what-if-{theme}", of=opened.cell(1))
    forks(opened).nth(2).click()
    expect(status(inner(opened))).to_have_text("Finished", timeout=30_000)
    opened.view.get_by_role("button", name="Side by side").click()
    compared = opened.view.get_by_role("region", name="Comparison")
    # Of a long letter what differs is shown, and marked.
    keys = compared.get_by_role("group", name="The keys that differ")
    letter = keys.get_by_role("row").filter(has=opened.page.get_by_role("rowheader", name="letter"))
    expect(letter.locator("mark")).to_have_text(["250", "1"])
    expect(letter).not_to_contain_text("Line 3:")
    shoot(opened.page, f"compared-3-side-by-side-{theme}", of=opened.view)
    assert_accessible(opened.view)
    letter.get_by_role("button", name="Show more of letter in this run").click()
    expect(letter).to_contain_text("Line 3:")
