"""Breakpoints by a click or a key while a graph runs, and graphs without a run; in a real JupyterLab."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from .axe import assert_accessible
from .conftest import shoot
from .page import Notebook7Page, NotebookPage

Open = Callable[..., NotebookPage]

SETUP = """
import threading
from typing import TypedDict
from langgraph.graph import START, StateGraph
import hitl_widgets as hitl

go_on = threading.Event()
State = TypedDict("State", {"draft": str, "sent": str}, total=False)

def collect(state):
    go_on.wait(60)
    return {"draft": "Dear Ada,"}

def check(state):
    return {}

def send(state):
    return {"sent": state["draft"]}

mail = StateGraph(State).add_node("check", check).add_node("send", send)
mail.add_edge(START, "check").add_edge("check", "send")
builder = StateGraph(State).add_node("collect", collect).add_node("mail", mail.compile()).add_node("file", lambda s: {})
builder.add_edge(START, "collect").add_edge("collect", "mail").add_edge("mail", "file")
graph = builder.compile()
"""
RUN = "session = hitl.run(graph, {}); session"
GO_ON = "go_on.set()"
SENT = "print((await session)['sent'], list(session.breakpoints))"


def dot(opened: NotebookPage, name: str, *, on: bool | None = None) -> Locator:
    return opened.view.get_by_role("switch", name=name, exact=True, checked=on)


def test_a_click_at_a_node_stops_the_run_there_while_it_runs(notebook: Open, theme: str) -> None:
    opened = notebook(cells=[SETUP, RUN, GO_ON, SENT], theme=theme)
    opened.run_cell(0)
    opened.run_cell(1)
    expect(opened.node("collect", "running")).to_be_visible(timeout=60_000)
    # The run goes on by itself until somebody clicks: nothing is marked, and a node offers it where the mouse is.
    expect(opened.view.get_by_role("switch")).to_have_count(0)
    opened.view.scroll_into_view_if_needed()
    opened.node("send", "idle").hover()
    shoot(opened.page, f"breakpoints-1-offered-{theme}", of=opened.view)
    opened.node("send", "idle").hover()
    dot(opened, "Stop before send").click()
    opened.node("check", "idle").hover()
    dot(opened, "Stop after check").click()
    opened.node("file", "idle").hover()
    dot(opened, "Stop before file").click()
    for name in ("Stop before send", "Stop after check", "Stop before file"):
        expect(dot(opened, name, on=True)).to_be_visible()
    dot(opened, "Stop before file", on=True).click()
    opened.page.mouse.move(1, 1)
    expect(dot(opened, "Stop before file")).to_have_count(0)
    shoot(opened.page, f"breakpoints-2-on-{theme}", of=opened.view)
    assert_accessible(opened.view)

    opened.run_cell(2)
    card = opened.card("After check: continue?").or_(opened.card("Before send: continue?"))
    draft = card.get_by_role("textbox", name="Draft")
    expect(draft).to_have_value("Dear Ada,", timeout=30_000)
    # Taken away where the run stands, the question stays.
    dot(opened, "Stop after check", on=True).click()
    expect(dot(opened, "Stop after check", on=True)).to_have_count(0)
    expect(draft).to_be_visible()
    shoot(opened.page, f"breakpoints-3-stands-{theme}", of=opened.view)
    assert_accessible(opened.view)
    draft.fill("Dear Grace,")
    card.get_by_role("button", name="Continue with these changes").click()
    expect(opened.view).to_contain_text("Finished", timeout=30_000)
    opened.run_cell(3)
    expect(opened.cell(3)).to_contain_text("Dear Grace, [('mail/send', 'before')]")


@pytest.mark.parametrize("front_end", [NotebookPage, Notebook7Page])
def test_by_keyboard_b_switches_it_and_no_notebook_shortcut_fires(
    notebook: Open, front_end: type[NotebookPage]
) -> None:
    opened = notebook(cells=[SETUP, RUN, GO_ON, SENT], front_end=front_end)
    opened.run_cell(0)
    opened.run_cell(1)
    expect(opened.node("collect", "running")).to_be_visible(timeout=60_000)
    # The first stop of Tab in the graph is a node, and not the list of them.
    opened.view.get_by_role("button", name="Stop", exact=True).focus()
    opened.page.keyboard.press("Tab")
    expect(opened.node("collect", "running")).to_be_focused()
    opened.node("send", "idle").focus()
    opened.page.keyboard.press("b")
    expect(dot(opened, "Stop before send", on=True)).to_be_visible()
    expect(opened.node("send", "idle")).to_be_focused()
    opened.page.keyboard.press("Shift+B")
    expect(dot(opened, "Stop after send", on=True)).to_be_visible()
    opened.page.keyboard.press("b")
    expect(dot(opened, "Stop before send", on=True)).to_have_count(0)
    # Nor where the focus is at a button: in command mode these would have gone to another cell, added some and cut one.
    button = opened.view.get_by_role("button", name="Stop", exact=True)
    button.focus()
    for key in ("ArrowDown", "j", "a", "b", "x", "d", "d"):
        opened.page.keyboard.press(key)
    expect(button).to_be_focused()
    opened.node("send", "idle").focus()
    opened.page.keyboard.press("ArrowUp")
    expect(opened.node("check", "idle")).to_be_focused()
    expect(opened.page.locator(".jp-Notebook .jp-Cell")).to_have_count(4)
    opened.run_cell(2)
    card = opened.card("After send: continue?")
    expect(card.get_by_role("textbox", name="Sent")).to_have_value("Dear Ada,", timeout=30_000)
    card.get_by_role("button", name="Continue", exact=True).click()
    expect(opened.view).to_contain_text("Finished", timeout=30_000)


def test_told_to_stop_the_button_says_when_and_the_run_can_be_taken_up(notebook: Open) -> None:
    opened = notebook(cells=[SETUP, RUN, GO_ON, SENT])
    opened.run_cell(0)
    opened.run_cell(1)
    expect(opened.node("collect", "running")).to_be_visible(timeout=60_000)
    opened.view.get_by_role("button", name="Stop", exact=True).click()
    expect(opened.view.get_by_role("button", name="Stopping after this step…")).to_be_disabled()
    opened.run_cell(2)
    expect(opened.view).to_contain_text("Stopped", timeout=30_000)
    opened.view.get_by_role("button", name="Continue").click()
    expect(opened.view).to_contain_text("Finished", timeout=30_000)
    opened.run_cell(3)
    expect(opened.cell(3)).to_contain_text("Dear Ada, []")


def test_a_graph_is_drawn_live_without_a_run(notebook: Open, theme: str) -> None:
    opened = notebook(cells=[SETUP, "hitl.draw(graph)", "hitl.enable_graph_repr()\ngraph"], theme=theme)
    opened.run_cell(0)
    opened.run_cell(1)
    expect(opened.node("send", "idle")).to_be_visible(timeout=60_000)
    expect(opened.view.get_by_role("button", name="Stop")).to_have_count(0)
    opened.node("send", "idle").hover()
    expect(opened.view.get_by_role("switch")).to_have_count(0)
    assert_accessible(opened.view)
    shoot(opened.page, f"drawing-{theme}", of=opened.view)
    opened.run_cell(2)
    graph = opened.cell(2).locator(".hitl-root")
    expect(graph.get_by_role("option", name="send, idle")).to_be_visible(timeout=30_000)
    expect(opened.cell(2).locator("img[src*='png']")).to_have_count(0)
    assert_accessible(graph)
