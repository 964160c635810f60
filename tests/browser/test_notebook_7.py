"""Notebook 01 in a real Notebook 7: the same answers, in the theme that the reader chose."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from .axe import assert_accessible
from .colours import assert_follows
from .conftest import BOTH_THEMES, shoot
from .page import Notebook7Page, NotebookPage
from .test_three_questions import ADDRESS, APPROVE, AWAIT_CELL, BUDGET, LAST_CELL, NAME

Open = Callable[..., NotebookPage]


@BOTH_THEMES
def test_notebook_7_runs_the_notebook_as_its_reader_clicks(notebook: Open, theme: str) -> None:
    opened = notebook(name=NAME, theme=theme, front_end=Notebook7Page)
    opened.run_all()

    approve = opened.card(APPROVE)
    expect(approve.get_by_role("button", name="Approve")).to_be_enabled(timeout=60_000)
    expect(opened.node("ask_approval", "waiting")).to_be_visible()
    shoot(opened.page, f"notebook-7-1-approve-{theme}")
    assert_follows(opened.view, theme)
    assert_accessible(opened.view)
    approve.get_by_role("button", name="Approve").click()

    address = opened.card(ADDRESS)
    address.get_by_role("textbox", name=ADDRESS).fill("12 Main St")
    address.get_by_role("button", name="Submit").click()

    budget = opened.card(BUDGET)
    budget.get_by_label(BUDGET).last.fill("250")
    shoot(opened.page, f"notebook-7-2-budget-{theme}")
    assert_follows(opened.view, theme)
    assert_accessible(opened.view)
    budget.get_by_role("button", name="Submit").click()

    expect(opened.view).to_contain_text("Finished")
    expect(opened.cell(AWAIT_CELL)).to_contain_text("['address', 'approved', 'budget', 'request']")
    shoot(opened.page, f"notebook-7-3-finished-{theme}")
    assert_follows(opened.view, theme)
    assert_accessible(opened.view)
    last = opened.cell(LAST_CELL)
    last.scroll_into_view_if_needed()
    expect(last).to_contain_text("'budget': 250.0")


PRINTS = """
import hitl_widgets as hitl
from langgraph.graph import START, StateGraph

def ask(state):
    return {"answer": hitl.ask("Where to?")}

builder = StateGraph(dict).add_node("ask", ask).add_edge(START, "ask")
for line in range(300):
    print("line", line)
session = hitl.run(builder.compile(), {})
session
"""


def test_a_question_below_many_prints_has_room_in_the_box_that_notebook_7_makes_of_them(notebook: Open) -> None:
    opened = notebook(cells=[PRINTS], front_end=Notebook7Page)
    opened.run_cell(0)
    expect(opened.card("Where to?")).to_be_visible(timeout=60_000)
    box = opened.page.locator(".jp-mod-outputsScrolled .jp-Cell-outputArea")
    expect(box).to_be_visible()
    opened.card("Where to?").scroll_into_view_if_needed()
    room, view = box.bounding_box(), opened.view.bounding_box()
    assert room is not None
    assert view is not None
    assert room["height"] > view["height"]
    shoot(opened.page, "notebook-7-4-below-many-prints")
