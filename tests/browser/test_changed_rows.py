"""A change of the state in the timeline: a row in its nested graph, with its keys, and the diff when it is looked into."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from .axe import assert_accessible
from .conftest import shoot
from .page import NotebookPage
from .test_breakpoints import SETUP
from .test_forks import status

Open = Callable[..., NotebookPage]

RUN = "go_on.set()\nsession = hitl.run(graph, {}, interrupt_before=['mail/send']); session"


def test_an_edit_inside_a_nested_graph_says_which_key_and_shows_what_became_of_it(notebook: Open, theme: str) -> None:
    opened = notebook(cells=[SETUP, RUN], theme=theme)
    opened.run_cell(0)
    opened.run_cell(1)
    card = opened.card("Before send: continue?")
    card.get_by_label("Draft").fill("Dear Bob,", timeout=60_000)
    card.get_by_role("button", name="Continue with these changes").click()
    expect(status(opened.view)).to_have_text("Finished")
    opened.view.get_by_role("region", name="Timeline").hover()
    row = opened.view.get_by_role("row", name="Step in mail: state changed: draft")
    expect(row).to_contain_text("state changed: draft")
    row.click()
    panel = opened.view.get_by_role("region", name="Inside state changed")
    expect(panel).to_be_focused()
    expect(panel).to_contain_text("It was changed before send could run.")
    wrote = panel.get_by_role("region", name="Changed")
    expect(wrote).to_contain_text("Dear Ada,")
    expect(wrote).to_contain_text("Dear Bob,")
    expect(row).to_have_attribute("aria-selected", "true")
    assert_accessible(opened.view)
    shoot(opened.page, f"changed-row-{theme}", of=opened.view)
    panel.press("Escape")
    expect(panel).to_have_count(0)
