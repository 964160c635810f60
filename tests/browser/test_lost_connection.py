"""A page that loses its connection to the kernel: a laptop that sleeps, a network that is away. What the view says meanwhile, and after."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from .axe import assert_accessible
from .conftest import shoot
from .lab import Lab
from .page import NotebookPage

CELL = """
from langgraph.graph import StateGraph
import hitl_widgets as hitl

builder = StateGraph(dict)
builder.add_node("address", hitl.ask_node("address", "What's your address?"))
builder.add_node("budget", hitl.ask_node("budget", "What's your budget?"))
builder.add_edge("address", "budget").set_entry_point("address")
hitl.run(builder.compile(), {}, thread_id="order-42", save="lost.sqlite")
"""
ADDRESS, BUDGET = "What's your address?", "What's your budget?"
AWAY = "The kernel cannot be reached. An answer you submit is queued."
CONNECTS = 120_000
"""Milliseconds: JupyterLab waits longer each time that it has failed to."""


class Line:
    """The connections of a page to its kernel, which can be cut."""

    def __init__(self, page: Page) -> None:
        self._open: list[WebSocketRoute] = []
        self._is_cut = False
        page.route_web_socket(re.compile("/channels"), self._connect)

    def _connect(self, socket: WebSocketRoute) -> None:
        if self._is_cut:
            socket.close()
            return
        socket.connect_to_server()
        self._open.append(socket)

    @contextmanager
    def cut(self) -> Iterator[None]:
        self._is_cut = True
        for socket in self._open:
            socket.close()
        self._open.clear()
        yield
        self._is_cut = False


@pytest.fixture
def line(page: Page) -> Line:
    return Line(page)


def test_the_view_says_that_its_kernel_cannot_be_reached_and_what_became_of_it(
    line: Line, notebook: Callable[..., NotebookPage], lab: Lab, theme: str
) -> None:
    opened = notebook(cells=[CELL], theme=theme)
    opened.run_cell(0)

    # An answer that is given meanwhile arrives.
    address = opened.card(ADDRESS)
    address.get_by_role("textbox").fill("12 Main St", timeout=60_000)
    with line.cut():
        expect(opened.view).to_contain_text(AWAY)
        address.get_by_role("button", name="Submit").click()
        expect(address).to_contain_text("Queued")
        shoot(opened.page, f"lost-connection-{theme}")
        assert_accessible(opened.view)
    budget = opened.card(BUDGET)
    expect(budget.get_by_role("textbox")).to_be_enabled(timeout=CONNECTS)
    expect(opened.view).not_to_contain_text(AWAY)

    # Nobody has told the page that the kernel was started again: the one that is there now is idle, and knows nothing of the run.
    with line.cut():
        expect(opened.view).to_contain_text(AWAY)
        budget.get_by_role("textbox").fill("50")
        budget.get_by_role("button", name="Submit").click()
        [kernel] = lab.kernels()
        lab.api(f"kernels/{kernel['id']}/restart", "POST", {})
    expect(opened.view).to_contain_text("The kernel is gone.", timeout=CONNECTS)
    expect(opened.view).to_contain_text("hitl.attach(graph, 'order-42', save='lost.sqlite')")
    expect(budget).to_contain_text("The kernel went away before it confirmed this answer.")
    expect(budget.get_by_role("button", name="Submit")).to_be_disabled()
    shoot(opened.page, f"lost-connection-restarted-{theme}")
    assert_accessible(opened.view)

    # The page goes on sending what is for widgets to a thread of the kernel before (JupyterLab 4.6), also what it shows anew.
    opened.run_cell(0)
    expect(opened.view).to_contain_text("This thread was waiting already")
    budget.get_by_role("textbox").fill("50")
    budget.get_by_role("button", name="Submit").click()
    expect(opened.view).to_contain_text("Finished")
    expect(opened.view).not_to_contain_text("The kernel is busy.")
