"""A card that somebody else has answered, as Chromium draws it: it moves above what is asked now, and looks closed."""

from __future__ import annotations

from typing import Any

from langgraph.checkpoint.memory import InMemorySaver
from playwright.sync_api import Locator, Page, expect

import hitl_widgets as hitl

from ..unit import graphs
from ..waiting import PATIENCE, until
from .conftest import shoot
from .plain_page import show, update

PAGE = """
<!doctype html><html><body data-jp-theme-light="true" style="margin: 0"><div id="view" style="padding: 16px"></div></body></html>
"""
FIRST, SECOND = "What's your address?", "What's your budget?"


def asking(saver: Any) -> Any:
    nodes = {"first": graphs.asks(FIRST), "second": graphs.asks(SECOND)}
    return graphs.fan_out(graphs.Log, nodes, lambda _: {"log": []}, checkpointer=saver)


def colour_of(card: Locator) -> str:
    return card.locator(".hitl-question").evaluate("question => getComputedStyle(question).color")


def test_a_card_that_moves_as_it_closes_looks_as_one_that_was_closed_before(page: Page) -> None:
    saver = InMemorySaver()
    session = hitl.run(asking(saver), {"log": []}, thread_id="t")
    assert session._run.at_rest.wait(PATIENCE)
    view = show(page, PAGE, session)
    expect(view.get_by_role("form")).to_have_count(2)
    other = hitl.attach(asking(saver), "t")
    assert other._run.at_rest.wait(PATIENCE)
    other.answer("theirs", to="second")
    assert other._run.at_rest.wait(PATIENCE)
    until(lambda: session._run.others.closed, "the answer is not seen")
    update(page, session)
    closed = view.locator(".hitl-card[data-state=closed]")
    expect(closed).to_have_count(1)
    expect(view.get_by_role("form").first).to_have_accessible_name(SECOND)
    shoot(page, "closed-card-that-moved")
    moved = colour_of(closed)
    assert moved != colour_of(view.locator(".hitl-card[data-state=open]"))
    # Drawn anew it is as it should be.
    assert moved == colour_of(show(page, PAGE, session).locator(".hitl-card[data-state=closed]"))
