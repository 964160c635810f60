"""A notebook on a thread that another kernel is at work on: its view says so, and what is asked beside that is answered there."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from ..unit.processes import Process
from .axe import assert_accessible
from .conftest import shoot
from .page import NotebookPage

SETUP = """
import operator, os, time
from typing import Annotated, TypedDict
from langgraph.graph import END, START, StateGraph
import hitl_widgets as hitl

class State(TypedDict, total=False):
    log: Annotated[list, operator.add]

def asks(name, question):
    def node(state):
        answer = hitl.ask(question)
        with open({journal!r}, "a") as journal:
            journal.write(name + "\\n")
        while not os.path.exists({journal!r} + name):
            time.sleep(0.01)
        return {{"log": [answer]}}
    return node

builder = StateGraph(State)
for name, question in {{"book": "Which hotel?", "invite": "Whom to invite?"}}.items():
    builder.add_node(name, asks(name, question)).add_edge(START, name).add_edge(name, "report")
graph = builder.add_node("report", lambda state: {{}}).add_edge("report", END).compile()
"""
FIRST = """
session = hitl.run(graph, {{"log": []}}, thread_id="trip", save={save!r})
session.answer("The Grand", to="book")
while not os.path.exists({journal!r}):
    time.sleep(0.01)
"""
SECOND = "session = hitl.attach(graph, 'trip', save={save!r})\nsession"
SAYS = "Another kernel is at work on this thread. Nothing is run here until that one is at rest or has ended"


def test_the_view_says_that_another_kernel_is_at_work_and_goes_on_when_that_is_killed(
    notebook: Callable[..., NotebookPage], theme: str, tmp_path: Path
) -> None:
    places = {"journal": str(tmp_path / "journal"), "save": str(tmp_path / "runs.sqlite")}
    opened = notebook(cells=[SETUP.format(**places), SECOND.format(**places), "session"], theme=theme)
    opened.run_cell(0)
    with Process(SETUP.format(**places)) as first:
        first.run(FIRST.format(**places))
        opened.run_cell(1)
        opened.run_cell(2)
        view = opened.page.locator(".hitl-root").last
        says = view.locator(".hitl-note", has_text=SAYS)
        expect(says).to_be_visible(timeout=60_000)
        card = view.get_by_role("form", name="Whom to invite?")
        expect(card).to_be_visible()
        expect(view.get_by_role("form")).to_have_count(1)
        for node, status in (("book", "running"), ("invite", "waiting")):
            name = re.compile(f"^{node}, {status}")
            expect(view.get_by_role("option", name=name).first).to_be_visible()
        assert_accessible(view)
        shoot(opened.page, f"another-kernel-{theme}", of=view)
        card.get_by_role("textbox").fill("Ada")
        card.get_by_role("button", name="Submit").click()
        expect(card.get_by_text("Answered")).to_be_visible()
        assert (tmp_path / "journal").read_text() == "book\n"
    # It is killed.
    (tmp_path / "journalinvite").touch()
    (tmp_path / "journalbook").touch()
    expect(says).to_have_count(0)
    expect(view.get_by_text("Finished", exact=True).first).to_be_visible()
    shoot(opened.page, f"another-kernel-ended-{theme}", of=view)
    assert sorted((tmp_path / "journal").read_text().split()) == ["book", "book", "invite"]
