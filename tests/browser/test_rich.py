"""Rankings, and a text beside its proposal, in a real JupyterLab: by mouse, by keyboard, light and dark."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, expect

from .axe import assert_accessible
from .conftest import shoot
from .page import NotebookPage
from .test_images import is_drawn

Open = Callable[..., NotebookPage]

SETUP = """
import json
from typing import Any, TypedDict
import PIL.Image
from langgraph.graph import START, StateGraph
import hitl_widgets as hitl

class State(TypedDict, total=False):
    answer: Any

def run(ask):
    return hitl.run(StateGraph(State).add_node("node", lambda state: {"answer": ask()}).add_edge(START, "node").compile(), {})
"""

RANKING = """
things = ["Write the tests", "Write the code", "Write a rather long description of what was done, for those who come later", "Rest"]
session = run(lambda: hitl.ask("What first?", rank=things))
session
"""

PICTURES = """
colours = {name: PIL.Image.new("RGB", (90, 60), name) for name in ("firebrick", "seagreen", "gold", "teal")}
session = run(lambda: [picture.getpixel((0, 0)) == (0, 128, 128) for picture in hitl.ask("Which first?", rank=colours)])
session
"""

PROPOSAL = '''
proposal = """Dear Ada,

thank you for your order. It will be sent on Monday.
The package has three parts.

It cannot be changed any more, but it can be sent back for two weeks.
Please keep the box.
If something is missing, call us.

Yours,
the shop"""
session = run(lambda: hitl.ask("Send this?", compare=proposal))
session
'''

ANSWER = "print(json.dumps((await session)['answer']))"


def drag(row: Locator, onto: Locator, *, below: bool) -> None:
    """By the mouse, from the middle of one row to the upper or the lower edge of another."""
    mouse = row.page.mouse
    start, end = row.bounding_box(), onto.bounding_box()
    assert start is not None
    assert end is not None
    mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    mouse.down()
    edge = end["y"] + (end["height"] - 4 if below else 4)
    mouse.move(end["x"] + end["width"] / 2, edge, steps=8)
    # A browser goes on telling where the mouse is; Playwright tells once for each of its moves, and first what it entered.
    mouse.move(end["x"] + end["width"] / 2 + 1, edge)
    expect(onto).to_have_attribute("data-over", "bottom" if below else "top")
    expect(row).to_have_attribute("data-dragged", "true")


def drop(row: Locator) -> None:
    row.page.mouse.up()
    expect(row.page.locator("[data-dragged='true'], [data-over]")).to_have_count(0)


def test_a_ranking_is_put_in_order_by_mouse_and_by_keyboard(notebook: Open, theme: str) -> None:
    opened = notebook(cells=[SETUP + RANKING, ANSWER], theme=theme)
    page = opened.page
    opened.run_all()
    card = opened.card("What first?")
    rows = card.get_by_role("listitem")
    expect(rows).to_have_count(4, timeout=60_000)
    assert_accessible(opened.view)
    shoot(page, f"ranking-{theme}")
    drag(rows.nth(3), rows.nth(0), below=False)
    shoot(page, f"ranking-dragged-{theme}")
    drop(rows.nth(0))
    expect(rows.nth(0)).to_contain_text("Rest")
    expect(rows.nth(3)).to_contain_text("Write a rather long")
    drag(rows.nth(1), rows.nth(2), below=True)
    drop(rows.nth(1))
    expect(rows.nth(2)).to_contain_text("Write the tests")
    assert page.evaluate("() => String(getSelection())") == ""
    # Where it is dropped on itself, nothing changes.
    box = rows.nth(0).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 60, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 90, box["y"] + 16, steps=4)
    drop(rows.nth(0))
    expect(rows.nth(0)).to_contain_text("Rest")
    down = card.get_by_role("button", name="Move Rest down")
    down.focus()
    page.keyboard.press("Enter")
    expect(down).to_be_focused()
    page.keyboard.press("Alt+ArrowDown")
    expect(rows.nth(2)).to_contain_text("Rest")
    expect(card.get_by_text("Rest: place 3 of 4")).to_be_attached()
    assert_accessible(opened.view)
    shoot(page, f"ranking-in-order-{theme}")
    down.press("Control+Enter")
    expect(opened.cell(1)).to_contain_text('["Write the code", "Write the tests", "Rest", "Write a', timeout=20_000)


def test_pictures_are_put_in_order(notebook: Open, theme: str) -> None:
    opened = notebook(cells=[SETUP + PICTURES, ANSWER], theme=theme)
    opened.run_all()
    card = opened.card("Which first?")
    rows = card.get_by_role("listitem")
    expect(rows).to_have_count(4, timeout=60_000)
    # By the picture itself, which a browser would drag out of the page.
    for image in rows.locator("img").all():
        is_drawn(image)  # with none of them a row is lower
    picture, first = rows.nth(3).locator("img"), rows.nth(0)
    start, end = picture.bounding_box(), first.bounding_box()
    assert start is not None
    assert end is not None
    opened.page.mouse.move(start["x"] + 10, start["y"] + 10)
    opened.page.mouse.down()
    opened.page.mouse.move(end["x"] + 40, end["y"] + 4, steps=8)
    opened.page.mouse.move(end["x"] + 41, end["y"] + 4)
    expect(first).to_have_attribute("data-over", "top")
    shoot(opened.page, f"ranking-pictures-{theme}")
    drop(first)
    expect(rows.nth(0)).to_contain_text("teal")
    assert_accessible(opened.view)
    card.get_by_role("button", name="Submit").click()
    expect(opened.cell(1)).to_contain_text("[true, false, false, false]", timeout=20_000)


def test_a_text_shows_how_it_differs_from_its_proposal(notebook: Open, theme: str) -> None:
    opened = notebook(cells=[SETUP + PROPOSAL, ANSWER], theme=theme)
    page = opened.page
    opened.run_all()
    card = opened.card("Send this?")
    text = card.get_by_role("textbox")
    expect(card.get_by_text("As proposed")).to_be_visible(timeout=60_000)
    assert_accessible(opened.view)
    shoot(page, f"proposal-{theme}")
    before = text.input_value()
    text.fill(
        before.replace("Monday", "Tuesday morning")
        .replace("Please keep the box.\n", "")
        .replace("Dear Ada", "Dear Grace")
    )
    changes = card.get_by_role("group", name="Changes to the proposal")
    expect(changes.locator("ins").first).to_have_text("Grace")
    expect(changes.locator("del", has_text="Monday")).to_be_visible()
    expect(card.get_by_text("3 words added, 6 words removed")).to_be_visible()
    assert_accessible(opened.view)
    shoot(page, f"proposal-changed-{theme}")
    card.get_by_role("button", name="Back to the proposal").click()
    expect(text).to_have_value(before)
    expect(changes).to_have_count(0)
    # The keyboard goes on where the text is.
    expect(text).to_be_focused()
    text.fill(before + "\nP.S. Hello")
    page.keyboard.press("Control+Enter")
    expect(opened.cell(1)).to_contain_text("the shop\\nP.S. Hello", timeout=20_000)
