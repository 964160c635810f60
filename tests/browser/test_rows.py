"""Rows of a data frame in a real JupyterLab: filtered, sorted, ticked and edited, by mouse and by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from .axe import assert_accessible
from .conftest import shoot
from .page import NotebookPage

Open = Callable[..., NotebookPage]

SETUP = """
from typing import Any
import pandas as pd, polars as pl
from langgraph.graph import START, StateGraph
from typing_extensions import TypedDict
import hitl_widgets as hitl

class State(TypedDict, total=False):
    rows: Any

names = ["Ada Lovelace", "Grace Hopper", "alan Turing", "Édith Clarke", "<b>Tim</b>"]

def orders(count):
    return pd.DataFrame({
        "order": range(1000, 1000 + count),
        "customer": [names[at % 5] for at in range(count)],
        "price": [at % 997 / 10 if at % 11 else None for at in range(count)],
        "paid": [at % 3 == 0 for at in range(count)],
        "region": pd.Categorical([["EU", "US", "APAC"][at % 3] for at in range(count)]),
        "due": pd.date_range("2026-01-01", periods=count, freq="h"),
        "note": ["Ordered by mail; wants to be called back before it is sent. " * 3] * count,
    })

def run(frame, **options):
    def pick(state):
        return {"rows": hitl.ask("Which orders?", rows=frame, **options)}
    return hitl.run(StateGraph(State).add_node("pick", pick).add_edge(START, "pick").compile(), {})
"""
RESULT = """
rows = (await session)["rows"]
print([[row["order"], row["customer"], row["price"]] for row in rows])
"""


def started(notebook: Open, code: str, theme: str = "light") -> tuple[NotebookPage, Locator]:
    opened = notebook(cells=[f"{SETUP}session = {code}\nsession", RESULT], theme=theme)
    opened.run_all()
    card = opened.card("Which orders?")
    expect(card.get_by_text("Grace Hopper").first).to_be_visible(timeout=60_000)
    return opened, card


def counter(card: Locator) -> Locator:
    return card.locator(".hitl-table-bar .hitl-count")


@pytest.mark.parametrize("frame", ["orders(500)", "pl.from_pandas(orders(500))"], ids=["pandas", "polars"])
def test_rows_are_filtered_sorted_ticked_edited_and_sent(notebook: Open, theme: str, frame: str) -> None:
    opened, card = started(notebook, f"run({frame}, edit=['price', 'paid'], min_length=1)", theme)
    assert_accessible(opened.view)
    shoot(opened.page, f"rows-open-{frame[:2]}-{theme}")
    # Nothing in a cell is markup.
    expect(card.get_by_text("<b>Tim</b>").first).to_be_visible()
    card.get_by_role("button", name="Submit").click()
    expect(card).to_contain_text("Choose at least 1.")
    card.get_by_role("searchbox", name="Search in all columns").fill("HOPPER")
    expect(counter(card)).to_contain_text("100 shown")
    card.get_by_role("button", name="Filters").click()
    card.get_by_label("Filter price").fill("90..95")
    expect(counter(card)).not_to_contain_text("100 shown")
    card.get_by_label("Filter region").select_option("US")
    card.get_by_label("Filter price").fill("dear")
    expect(card).to_contain_text("Not a number or a range of them")
    card.get_by_label("Filter price").fill(">5")
    card.get_by_role("button", name="price").click()
    card.get_by_role("button", name="price").click()
    expect(card.get_by_role("columnheader", name="price")).to_have_attribute("aria-sort", "descending")
    first = card.locator("tbody tr").first
    expect(first).to_contain_text("1496")
    first.get_by_role("checkbox").check()
    price = card.locator("[data-at='1:3']")
    expect(price).to_have_text("48.1")
    price.dblclick()
    editor = card.get_by_label("price, row 482")
    editor.fill("dear")
    editor.press("Enter")
    expect(card).to_contain_text("price: Not a number.")
    assert_accessible(opened.view)
    editor.fill("7.5")
    editor.press("Enter")
    expect(price).to_have_text("7.5, was 48.1")
    expect(counter(card)).to_contain_text("2 of 500 ticked")
    assert_accessible(opened.view)
    shoot(opened.page, f"rows-edited-{frame[:2]}-{theme}")
    card.get_by_role("button", name="Submit").click()
    expect(opened.cell(1)).to_contain_text(
        "[[1481, 'Grace Hopper', 7.5], [1496, 'Grace Hopper', 49.6]]", timeout=20_000
    )
    expect(opened.view.get_by_role("region", name="Timeline")).to_contain_text("2 of 500 rows")


def test_the_keyboard_alone_is_enough(notebook: Open) -> None:
    opened, card = started(notebook, "run(orders(500), edit=['customer', 'price'])")
    keyboard = opened.page.keyboard
    card.get_by_role("searchbox", name="Search in all columns").focus()
    keyboard.type("hopper")
    expect(counter(card)).to_contain_text("100 shown")
    # Filters, Clear and Only ticked (nothing is), then the grid's one stop.
    keyboard.press("Tab")
    expect(card.get_by_role("button", name="Filters")).to_be_focused()
    keyboard.press("Tab")
    expect(card.get_by_role("checkbox", name="Row 2: 1001")).to_be_focused()
    keyboard.press("Space")
    keyboard.press("ArrowDown")
    keyboard.press("ArrowRight")
    keyboard.press("ArrowRight")
    expect(card.locator("[data-at='1:2']")).to_be_focused()
    keyboard.press("F2")
    keyboard.press("Control+a")
    keyboard.type("Rear Admiral Hopper")
    keyboard.press("Tab")
    expect(card.locator("[data-at='1:3']")).to_be_focused()
    keyboard.press("Enter")
    keyboard.press("Control+a")
    keyboard.type("1e2")
    keyboard.press("Enter")
    expect(card.locator("[data-at='1:3']")).to_have_text("1e2, was 0.6")
    # To the last row, which is not there yet.
    keyboard.press("Control+End")
    expect(card.locator("[data-at='99:7']")).to_be_focused()
    expect(card.locator("[data-at='99:1']")).to_have_text("1496")
    keyboard.press("Space")
    expect(counter(card)).to_contain_text("3 of 500 ticked")
    assert_accessible(opened.view)
    shoot(opened.page, "rows-keyboard")
    card.locator("[data-at='99:7']").press("Control+Enter")
    expect(opened.cell(1)).to_contain_text(
        "[[1001, 'Grace Hopper', 0.1], [1006, 'Rear Admiral Hopper', 100], [1496, 'Grace Hopper', 49.6]]",
        timeout=20_000,
    )


def test_a_million_rows_are_scrolled_and_sorted(notebook: Open) -> None:
    opened, card = started(notebook, "run(orders(1_000_000), pick='one')")
    expect(counter(card)).to_contain_text("1\u202f000\u202f000 rows")
    scroller = card.locator(".hitl-table-scroller")
    scroller.evaluate("el => { el.scrollTop = el.scrollHeight; }")
    expect(card.get_by_text("1000999", exact=True)).to_be_visible(timeout=20_000)
    assert card.locator("tbody tr").count() < 40
    shoot(opened.page, "rows-million")
    card.get_by_role("button", name="order").click()
    card.get_by_role("button", name="order").click()
    expect(card.locator("[data-at='0:1']")).to_have_text("1000999", timeout=20_000)
    card.get_by_role("radio").first.check()
    card.get_by_role("button", name="Submit").click()
    expect(opened.view.get_by_role("region", name="Timeline")).to_contain_text("order: 1000999", timeout=20_000)


def test_what_was_ticked_is_there_after_a_sibling_is_answered(notebook: Open) -> None:
    code = """
def pick(state):
    return {"rows": hitl.ask("Which orders?", rows=orders(50), key="pick")}
def other(state):
    hitl.ask("Ready?", key="ready")
builder = StateGraph(State).add_node(pick).add_node(other).add_edge(START, "pick").add_edge(START, "other")
session = hitl.run(builder.compile(), {})
"""
    opened = notebook(cells=[f"{SETUP}{code}session", RESULT])
    opened.run_all()
    card = opened.card("Which orders?")
    card.get_by_role("checkbox", name="Row 3: 1002").check(timeout=60_000)
    ready = opened.card("Ready?")
    ready.get_by_role("textbox").fill("yes")
    ready.get_by_role("button", name="Submit").click()
    expect(ready).to_have_count(0)
    expect(card.get_by_role("checkbox", name="Row 3: 1002")).to_be_checked()
    expect(counter(card)).to_contain_text("1 of 50 ticked")
    card.get_by_role("button", name="Submit").click()
    expect(opened.cell(1)).to_contain_text("[[1002, 'alan Turing', 0.2]]", timeout=20_000)
