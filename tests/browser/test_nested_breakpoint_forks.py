"""A decision at a breakpoint in a nested graph, answered differently from the timeline; in a real JupyterLab."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from .axe import assert_accessible
from .conftest import shoot
from .page import NotebookPage
from .test_breakpoints import SETUP
from .test_forks import forks, inner, status

Open = Callable[..., NotebookPage]

RUN = "go_on.set()\nsession = hitl.run(graph, {}, interrupt_before=['mail/send']); session"
BOTH = "print(session.forks[0].values['sent'], '|', session.values['sent'])"


def test_the_nested_graph_stands_at_its_breakpoint_again_with_its_state_as_a_form(notebook: Open, theme: str) -> None:
    opened = notebook(cells=[SETUP, RUN, BOTH], theme=theme)
    opened.run_cell(0)
    opened.run_cell(1)
    card = opened.card("Before send: continue?")
    card.get_by_label("Draft").fill("Dear Bob,", timeout=60_000)
    card.get_by_role("button", name="Continue with these changes").click()
    expect(status(opened.view)).to_have_text("Finished")
    opened.view.get_by_role("region", name="Timeline").hover()
    opened.view.get_by_role("button", name="Answer differently: Before send: continue?").click()
    expect(forks(opened)).to_have_count(2)
    again = inner(opened).get_by_role("form", name="Before send: continue?")
    # As it stood before it was changed; what was answered then is told.
    expect(again.get_by_label("Draft")).to_have_value("Dear Ada,", timeout=30_000)
    expect(again).to_contain_text('update: {"draft": "Dear Bob,"}')
    expect(inner(opened).get_by_role("option", name="check, done")).to_be_visible()
    # What that graph had done by then is in the fork's timeline, too.
    expect(inner(opened).locator(".hitl-row")).to_contain_text(["collect", "mail", "check"])
    shoot(opened.page, f"forks-nested-breakpoint-{theme}", of=opened.view)
    assert_accessible(opened.view)
    again.get_by_label("Draft").fill("Dear Cy,")
    again.get_by_role("button", name="Continue with these changes").click()
    expect(status(inner(opened))).to_have_text("Finished")
    opened.run_cell(2)
    expect(opened.cell(2)).to_contain_text("Dear Cy, | Dear Bob,")
