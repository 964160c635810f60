"""Pictures in a real JupyterLab: beside a question, as what is chosen, enlarged; by mouse, by keyboard, light and dark."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

import hitl_widgets as hitl

from ..unit.test_rich import asked, graph_of
from ..unit.test_rich_images import figure
from .axe import assert_accessible
from .conftest import shoot
from .page import NotebookPage
from .plain_page import show

Open = Callable[..., NotebookPage]

SETUP = """
from typing import Any, TypedDict
import matplotlib.pyplot as plt
import numpy as np
import PIL.Image, PIL.ImageDraw
from langgraph.graph import START, StateGraph
import hitl_widgets as hitl

class State(TypedDict, total=False):
    answer: Any

def run(ask):
    return hitl.run(StateGraph(State).add_node("node", lambda state: {"answer": ask()}).add_edge(START, "node").compile(), {})

def losses(size=(5, 3)):
    figure, axes = plt.subplots(figsize=size)
    axes.plot(np.exp(-np.arange(60) / 9) + .1 * np.sin(np.arange(60)), label="validation")
    axes.set(xlabel="epoch", ylabel="loss", title="The last run"); axes.legend()
    plt.close(figure)
    return figure

def disc(colour, size=(300, 200), mode="RGBA"):
    image = PIL.Image.new(mode, size, (0, 0, 0, 0))
    PIL.ImageDraw.Draw(image).ellipse([60, 20, size[0] - 60, size[1] - 20], fill=colour)
    return image
"""

FIGURES = """
session = run(lambda: hitl.ask("Does it converge?", images=losses((12, 7))))
session
"""

CHOICES = """
colours = {"A red one": disc("firebrick"), "A green one": disc("seagreen", (200, 300)), "Losses": losses(), "none": None}
session = run(lambda: [hitl.ask(f"Which? ({at})", choices=colours, key=f"a{at}") is colours["A green one"] for at in range(2)])
session
"""

SEVERAL = """
colours = {colour: disc(colour) for colour in ("firebrick", "seagreen", "black", "white", "gold", "teal")}
session = run(lambda: hitl.ask("Which ones?", list, choices=colours, min_length=2, images={"A": losses((4, 2)), "B": disc("teal")}) ==
              [colours["firebrick"], colours["teal"]])
session
"""

HOSTILE = """
svg = '''<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="200" height="80"
  onload="window.top.hacked = 1"><script>window.top.hacked = 1; fetch('/hacked-by-script')</script>
  <image href="/hacked-by-image" width="9" height="9"/><style>@import url('/hacked-by-style');</style>
  <foreignObject width="90" height="40"><iframe xmlns="http://www.w3.org/1999/xhtml" src="/hacked-by-frame"></iframe></foreignObject>
  <rect width="200" height="80" fill="teal" onclick="window.top.hacked = 1"/></svg>'''
session = run(lambda: hitl.ask("Is it harmless?", images={'<img src=x onerror="window.hacked=1">': svg}))
session
"""


def is_drawn(picture: Locator) -> None:
    """Wait until the browser has decoded it."""
    expect(picture).to_be_visible(timeout=60_000)
    picture.evaluate("image => image.decode()")
    assert picture.evaluate("image => image.naturalWidth") > 0


def test_a_figure_is_beside_its_question_and_is_enlarged(notebook: Open, theme: str) -> None:
    opened = notebook(cells=[SETUP + FIGURES, "print(repr((await session)['answer']))"], theme=theme)
    page = opened.page
    opened.run_all()
    card = opened.card("Does it converge?")
    # Not by its role: what turns until it is there has that too.
    is_drawn(card.locator("img"))
    assert_accessible(opened.view)
    shoot(page, f"images-figure-{theme}")
    enlarge = card.get_by_role("button", name="Enlarge Image")
    enlarge.focus()
    page.keyboard.press("Enter")
    dialog = card.get_by_role("dialog", name="Image")
    expect(dialog.get_by_role("button", name="100 %")).to_be_visible()
    box, window = dialog.bounding_box(), page.viewport_size
    assert box is not None
    assert window is not None
    # No cell clips it.
    assert box["width"] > 0.9 * window["width"]
    assert dialog.evaluate("dialog => dialog.matches(':modal')")
    expect(dialog).to_have_css("color", opened.view.evaluate("view => getComputedStyle(view).color"))
    assert_accessible(opened.view)
    shoot(page, f"images-enlarged-{theme}")
    whole = dialog.locator("img").bounding_box()
    dialog.get_by_role("button", name="100 %").click()
    actual = dialog.locator("img").bounding_box()
    assert whole is not None
    assert actual is not None
    assert actual["width"] > whole["width"]
    assert_accessible(opened.view)
    shoot(page, f"images-actual-size-{theme}")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(enlarge).to_be_focused()
    card.get_by_role("textbox").fill("It does.")
    page.keyboard.press("Enter")
    expect(opened.cell(1)).to_contain_text("It does.", timeout=20_000)


def test_a_picture_is_chosen_by_mouse_and_by_keyboard(notebook: Open, theme: str) -> None:
    opened = notebook(cells=[SETUP + CHOICES, "print((await session)['answer'])"], theme=theme)
    page = opened.page
    opened.run_all()
    first = opened.card("Which? (0)")
    is_drawn(first.locator("img").nth(1))
    assert_accessible(opened.view)
    box = first.locator("img").nth(1).bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 20, box["y"] + 50)
    expect(first.get_by_role("radio", name="A green one")).to_be_checked()
    shoot(page, f"images-choices-{theme}")
    assert_accessible(opened.view)
    first.get_by_role("button", name="Submit").click()
    second = opened.card("Which? (1)")
    # The focus goes along to the next question.
    expect(second.get_by_role("radio", name="A red one")).to_be_focused(timeout=20_000)
    page.keyboard.press("ArrowRight")
    expect(second.get_by_role("radio", name="A green one")).to_be_checked()
    page.keyboard.press("Enter")
    expect(opened.cell(1)).to_contain_text("[True, True]", timeout=20_000)
    expect(opened.view.get_by_role("region", name="Timeline")).to_contain_text("A green one")


def test_several_pictures_are_ticked(notebook: Open, theme: str) -> None:
    opened = notebook(cells=[SETUP + SEVERAL, "print((await session)['answer'])"], theme=theme)
    opened.run_all()
    card = opened.card("Which ones?")
    is_drawn(card.locator("img").last)
    card.get_by_role("checkbox", name="teal").check()
    card.get_by_role("button", name="Submit").click()
    expect(card).to_contain_text("at least 2")
    expect(card.get_by_role("checkbox").first).to_be_focused()
    opened.page.keyboard.press("Space")
    shoot(opened.page, f"images-several-{theme}")
    assert_accessible(opened.view)
    card.get_by_role("button", name="Submit").click()
    expect(opened.cell(1)).to_contain_text("True", timeout=20_000)


def test_a_hostile_svg_runs_and_loads_nothing(notebook: Open) -> None:
    opened = notebook(cells=[SETUP + HOSTILE])
    asked_for: list[str] = []
    opened.page.on("request", lambda request: asked_for.append(request.url))
    opened.run_all()
    picture = opened.card("Is it harmless?").locator("img")
    is_drawn(picture)
    picture.click()
    expect(opened.view.get_by_role("dialog")).to_be_visible()
    is_drawn(opened.view.get_by_role("dialog").locator("img"))
    opened.view.get_by_role("dialog").locator("img").click()
    assert opened.page.evaluate("() => window.hacked") is None
    assert [url for url in asked_for if "hacked" in url] == []


@pytest.mark.parametrize("kind", ["page", "shadow root"])
def test_the_focus_comes_back_from_an_enlarged_picture(page: Page, kind: str) -> None:
    """In a shadow root (marimo) the document knows only the root's host."""
    session = hitl.run(graph_of(lambda: hitl.ask("What is this?", images={"Losses": figure()})), {})
    asked(session)
    html = "<html lang='en'><head><title>A page</title></head><body><main id='view'></main></body></html>"
    view = show(page, html, session, in_shadow=kind == "shadow root")
    enlarge = view.get_by_role("button", name="Enlarge Losses")
    enlarge.click()
    dialog = view.get_by_role("dialog", name="Losses")
    # Closed, it has no role any more, but it is there until the view has heard of it.
    element = view.locator("dialog")
    is_drawn(dialog.locator("img"))
    page.keyboard.press("Escape")
    expect(element).to_have_count(0)
    expect(enlarge).to_be_focused()
    enlarge.press("Space")
    expect(dialog).to_be_visible()
    page.mouse.click(5, 5)
    expect(element).to_have_count(0)
    expect(enlarge).to_be_focused()
