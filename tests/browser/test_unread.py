"""What nobody has read is not answered, and who was too late is told so: in a real JupyterLab, where the next question is here at once."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, WebSocketRoute, expect

from .axe import assert_accessible
from .conftest import shoot
from .page import NotebookPage

Open = Callable[..., NotebookPage]

SETUP = """
import operator
from typing import Annotated, TypedDict
from langgraph.graph import START, StateGraph
from langgraph.types import interrupt
import hitl_widgets as hitl

class State(TypedDict, total=False):
    log: Annotated[list, operator.add]

def chain(*questions):
    builder = StateGraph(State)
    builder.add_sequence([(f"n{at}", lambda state, ask=ask: {"log": [ask()]}) for at, ask in enumerate(questions)])
    return builder.add_edge(START, "n0").compile()

def call(tool):
    return interrupt({
        "action_requests": [{"name": tool, "args": {"path": "/data"}}],
        "review_configs": [{"action_name": tool, "allowed_decisions": ["approve", "reject"]}],
    })
"""
TWO_QUESTIONS = """
import threading
go = threading.Event()

def where():
    answer = hitl.ask("Where to?")
    go.wait()
    return answer

session = hitl.run(chain(where, lambda: hitl.ask("How far?")), {})
session
"""
DECIDED = "[(decision.question, decision.text) for decision in session.decisions]"


def test_a_double_click_does_not_approve_what_comes_in_the_place_of_the_first(notebook: Open, theme: str) -> None:
    run = "session = hitl.run(chain(lambda: call('tidy'), lambda: call('wipe')), {})\nsession"
    opened = notebook(cells=[SETUP + run, f"await session\n{DECIDED}"], theme=theme)
    opened.run_cell(0)
    approve = opened.card("Run tidy?").get_by_role("button", name="Approve", exact=True)
    expect(approve).to_be_enabled(timeout=60_000)
    opened.still()
    box = approve.bounding_box()
    assert box is not None
    mouse = opened.page.mouse
    mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    mouse.down()
    mouse.up()
    wipe = opened.card("Run wipe?")
    expect(wipe.get_by_role("button", name="Approve", exact=True)).to_be_enabled()
    mouse.down(click_count=2)
    mouse.up(click_count=2)
    wipe.get_by_role("button", name="Reject", exact=True).click()
    wipe.get_by_role("button", name="Submit").click()
    opened.run_cell(1)
    expect(opened.cell(1)).to_contain_text("[('Run tidy?', 'Approved'), ('Run wipe?', 'Rejected')]")


ASKED_ANEW = """
from itertools import count
rate = count(100, 100)

def pay(state):
    amount = next(rate)
    return {"log": [hitl.ask(f"How much of {amount} EUR?", float)]}

builder = StateGraph(State)
builder.add_node("name", lambda state: {"log": [hitl.ask("Who pays?")]})
builder.add_node("pay", pay)
builder.add_edge(START, "name").add_edge(START, "pay")
session = hitl.run(builder.compile(), {})
session
"""


def test_a_node_that_asks_something_else_by_now_has_a_card_of_its_own_for_that(notebook: Open, theme: str) -> None:
    opened = notebook(cells=[SETUP + ASKED_ANEW, f"await session\n{DECIDED}"], theme=theme)
    opened.run_cell(0)
    before = opened.card("How much of 100 EUR?")
    before.get_by_role("textbox").fill("70", timeout=60_000)
    opened.card("Who pays?").get_by_role("textbox").fill("Ada")
    opened.card("Who pays?").get_by_role("button", name="Submit").click()

    # What was typed for the old words stays there, to be read, and is not in the new card.
    expect(before.locator(".hitl-progress")).to_contain_text("asks something else by now")
    expect(before.get_by_role("textbox")).to_have_value("70")
    card = opened.card("How much of 200 EUR?")
    expect(card.get_by_role("textbox")).to_have_value("")
    expect(card).to_contain_text("How much of 100 EUR?")
    opened.still()
    shoot(opened.page, f"asked-anew-{theme}")
    assert_accessible(opened.view)

    card.get_by_role("textbox").fill("150")
    card.get_by_role("button", name="Submit").click()
    opened.run_cell(1)
    expect(opened.cell(1)).to_contain_text("[('Who pays?', 'Ada'), ('How much of 200 EUR?', '150')]")


def test_of_two_tabs_the_one_that_was_too_late_is_told_so_beside_the_next_question(notebook: Open, theme: str) -> None:
    cells = [SETUP + TWO_QUESTIONS, "go.set()", DECIDED]
    opened = notebook(cells=cells, theme=theme)
    opened.run_cell(0)
    expect(opened.card("Where to?")).to_be_visible(timeout=60_000)
    opened.save()
    page = opened.page.context.new_page()
    line = SlowLine(page)
    other = NotebookPage(page, opened.lab, opened.name)
    page.goto(opened.url.replace("/lab/", "/lab/workspaces/other/"))
    other.wait_until_ready()
    late = other.card("Where to?")
    late.get_by_role("textbox").fill("Rome", timeout=60_000)

    # This tab has not heard of it yet.
    line.hold()
    opened.page.bring_to_front()
    opened.card("Where to?").get_by_role("textbox").fill("London")
    opened.card("Where to?").get_by_role("button", name="Submit").click()
    expect(opened.card("Where to?")).to_contain_text("Answered")
    late.get_by_role("button", name="Submit").click()
    line.let_through()
    told = other.view.locator(".hitl-cards > .hitl-note")
    expect(told).to_have_text("The question 'Where to?' was answered already. You had written: Rome")
    opened.run_cell(1)
    expect(other.card("How far?")).to_be_visible()
    expect(told).to_have_text("The question 'Where to?' was answered already. You had written: Rome")
    shoot(page, f"too-late-{theme}")
    assert_accessible(other.view)

    other.card("How far?").get_by_role("textbox").fill("far")
    other.card("How far?").get_by_role("button", name="Submit").click()
    expect(told).to_have_count(0)
    expect(opened.view.locator(".hitl-status").first).to_have_text("Finished")
    opened.run_cell(2)
    expect(opened.cell(2)).to_contain_text("[('Where to?', 'London'), ('How far?', 'far')]")


class SlowLine:
    """What a kernel says to a page, which may take a while."""

    def __init__(self, page: Page) -> None:
        self._held: list[tuple[WebSocketRoute, str | bytes]] | None = None
        page.route_web_socket(re.compile("/channels"), self._connect)

    def _connect(self, socket: WebSocketRoute) -> None:
        def said(message: str | bytes) -> None:
            if self._held is None:
                socket.send(message)
            else:
                self._held.append((socket, message))

        socket.connect_to_server().on_message(said)

    def hold(self) -> None:
        self._held = []

    def let_through(self) -> None:
        held, self._held = self._held or [], None
        for socket, message in held:
            socket.send(message)
