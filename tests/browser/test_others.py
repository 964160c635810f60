"""What a person sees in JupyterLab when somebody else goes on with the thread: another cell, by hand."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from .axe import assert_accessible
from .conftest import shoot
from .page import NotebookPage

Open = Callable[..., NotebookPage]

GRAPH = """
from typing import TypedDict
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command
import hitl_widgets as hitl

class State(TypedDict, total=False):
    address: str
    parcel: str
    budget: float

builder = StateGraph(State)
builder.add_node("ask_address", hitl.ask_node("address", "What's your address?"))
builder.add_node("pack", lambda state: {"parcel": f"to {state['address']}"})
builder.add_node("ask_budget", hitl.ask_node("budget", "What's your budget?"))
names = [START, "ask_address", "pack", "ask_budget", END]
for before, after in zip(names, names[1:]):
    builder.add_edge(before, after)
graph = builder.compile(checkpointer=InMemorySaver())
at = {"configurable": {"thread_id": "order-42"}}
session = hitl.run(graph, {}, thread_id="order-42")
session
"""
BY_HAND = "graph.invoke(Command(resume='1 Other Street'), at); print('resumed')"
UPDATE = "graph.update_state(at, {'budget': 12}, as_node='ask_budget'); print('updated')"
ADDRESS, BUDGET = "What's your address?", "What's your budget?"


def test_what_another_cell_does_to_the_thread_is_seen_without_a_click(notebook: Open, theme: str) -> None:
    opened = notebook(cells=[GRAPH, BY_HAND, UPDATE], theme=theme)
    opened.run_cell(0)
    address = opened.card(ADDRESS)
    typed = address.get_by_role("textbox", name=ADDRESS)
    expect(typed).to_be_enabled(timeout=60_000)
    typed.fill("12 Main St, second")
    opened.run_cell(1)

    # The next question is there, and what was typed is not lost.
    expect(opened.card(BUDGET)).to_be_visible()
    expect(opened.view).to_contain_text("Somebody else has gone on with this thread. What it asks now is shown.")
    expect(address).to_contain_text("it is not asked any more")
    expect(typed).to_have_value("12 Main St, second")
    expect(typed).to_be_disabled()
    for node, status in (("ask_address", "done"), ("pack", "done"), ("ask_budget", "waiting")):
        expect(opened.node(node, status)).to_be_visible()
    shoot(opened.page, f"others-1-resumed-by-hand-{theme}")
    assert_accessible(opened.view)

    opened.run_cell(2)
    expect(opened.view).to_contain_text("Finished")
    expect(opened.view).to_contain_text("What came of it is shown.")
    expect(opened.card(BUDGET)).to_contain_text("it is not asked any more")
    expect(opened.card(BUDGET).get_by_role("textbox")).to_have_count(0)
    shoot(opened.page, f"others-2-finished-by-hand-{theme}")
    assert_accessible(opened.view)


def test_a_finished_session_comes_to_life_when_its_thread_does(notebook: Open) -> None:
    opened = notebook(cells=[GRAPH, BY_HAND, UPDATE, "graph.invoke({}, at); print('begun')"])
    opened.run_cell(0)
    expect(opened.card(ADDRESS)).to_be_visible(timeout=60_000)
    for cell in (1, 2):
        opened.run_cell(cell)
    expect(opened.view).to_contain_text("Finished", timeout=60_000)
    opened.run_cell(3)
    address = opened.card(ADDRESS).last
    expect(address.get_by_role("textbox", name=ADDRESS)).to_be_enabled()
    address.get_by_role("textbox", name=ADDRESS).fill("12 Main St")
    address.get_by_role("button", name="Submit").click()
    expect(opened.card(BUDGET).get_by_role("button", name="Submit")).to_be_enabled()
    expect(opened.card(ADDRESS)).to_have_count(0)
