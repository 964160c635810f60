"""A description in a real JupyterLab: it looks as Markdown does, fetches nothing, and can be read by the keyboard."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from .axe import assert_accessible
from .conftest import shoot
from .page import NotebookPage

Open = Callable[..., NotebookPage]

FIXTURE = json.loads((Path(__file__).parent.parent / "fixtures" / "markdown.json").read_text(encoding="utf-8"))
WELL_DESCRIBED = FIXTURE[0]["text"]

CODE = f"""
import hitl_widgets as hitl
from langgraph.graph import START, StateGraph

builder = StateGraph(dict)
builder.add_node("ask", lambda state: {{"ok": hitl.ask("Refund order 42?", bool, description={WELL_DESCRIBED!r})}})
builder.add_edge(START, "ask")
session = hitl.run(builder.compile(), {{}})
session
"""


def test_a_description_is_read_as_markdown(notebook: Open, theme: str) -> None:
    opened = notebook(cells=[CODE], theme=theme)
    page, asked = opened.page, list[str]()
    page.on("request", lambda request: asked.append(request.url))
    opened.run_all()
    card = page.get_by_role("form", name="Refund order 42?")
    more = card.get_by_role("button", name="Show more of the description")
    expect(more).to_be_visible(timeout=60_000)
    expect(card.get_by_role("table")).to_have_count(0)
    more.press("Enter")

    cell = card.get_by_role("cell", name="up to 100 €")
    expect(cell).to_have_css("text-align", "right")
    expect(cell).to_have_css("border-top-width", "1px")
    expect(card.locator("ol")).to_have_css("list-style-type", "decimal")
    expect(card.locator("ol p, ol + p")).to_have_count(1)  # in the quote; the items are not paragraphs
    expect(card.get_by_role("heading")).to_have_text(["Refund order 42?"])
    link = card.get_by_role("link", name="Image: How it flows (handbook.example.org)")
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    assert_accessible(card)
    shoot(page, f"markdown-{theme}", of=card)

    # What does not fit scrolls by itself, and the card is no wider for it.
    page.set_viewport_size({"width": 620, "height": 900})
    code = card.get_by_role("group", name="Code")
    code.press("ArrowRight")
    page.wait_for_function("code => code.scrollLeft > 0", arg=code.element_handle())
    assert card.evaluate("card => card.scrollWidth <= card.clientWidth")
    assert_accessible(card)
    shoot(page, f"markdown-narrow-{theme}", of=card)

    assert not [url for url in asked if "example.org" in url]
