"""Notebook 03 in a real JupyterLab, as its reader goes through it: what it promises is there to be seen."""

from __future__ import annotations

import re
from collections.abc import Callable

import nbformat
from playwright.sync_api import Locator, expect

from .axe import assert_accessible
from .conftest import REPO, shoot
from .page import NotebookPage

NAME = "03_look_inside.ipynb"
WORDS, APPROVAL = "At most how many words?", "May it go out?"

SLOWER = {"PACE = 0.15": "PACE = 0.3"}
"""Its graph is at work for long enough to be found so on a busy machine."""

Open = Callable[..., NotebookPage]


def place(beginning: str) -> int:
    """The place of the cell that begins so."""
    cells = nbformat.read(REPO / "notebooks" / NAME, as_version=4).cells
    (found,) = (at for at, cell in enumerate(cells) if cell.source.startswith(beginning))
    return found


def view_in(opened: NotebookPage, beginning: str) -> Locator:
    """The view in the cell that begins so; Lab draws what is out of sight only when it comes into sight."""
    cell = opened.cell(place(beginning))
    cell.scroll_into_view_if_needed()
    return cell.locator(".hitl-root").first


def node(view: Locator, name: str, status: str) -> Locator:
    return view.get_by_role("option", name=re.compile(f"^{name}, {status}(,|$)"))


def press(view: Locator, question: str, button: str) -> None:
    card = view.get_by_role("form", name=question)
    card.get_by_role("button", name=button, exact=True).click(timeout=60_000)


def test_run_all_goes_through_the_notebook_as_its_reader_looks_and_clicks(notebook: Open, theme: str) -> None:
    opened = notebook(name=NAME, instead=SLOWER, theme=theme)
    opened.run_all()
    run = view_in(opened, "session = hitl.run")
    node(run, "write", "running").click(timeout=60_000)
    panel = run.get_by_role("region", name="Inside write", exact=True)
    # The model's words come while it works; what it printed stands beside them, of this task alone.
    expect(panel.get_by_role("region", name="Streamed", exact=True)).to_contain_text("Take loose", timeout=30_000)
    expect(panel.get_by_role("region", name="Printed", exact=True)).to_contain_text("Soil: read 14 pages")
    expect(panel).not_to_contain_text("Light: read")
    shoot(opened.page, f"look-inside-1-watch-{theme}", of=run)

    run.get_by_role("form", name=WORDS).get_by_role("textbox").fill("12", timeout=60_000)
    press(run, WORDS, "Submit")
    press(run, APPROVAL, "Approve")
    expect(run.locator(".hitl-status").first).to_have_text("Finished")
    assert_accessible(run)

    press(view_in(opened, "edited = "), APPROVAL, "Approve")
    table = opened.cell(place("session.what_if"))
    table.scroll_into_view_if_needed()
    expect(table.get_by_role("row", name="5 finished A fern likes the sun 5")).to_be_visible(timeout=60_000)

    careful = view_in(opened, "careful = ")
    press(careful, "Before print_guide: continue?", "Continue")
    # A second one was set by code while it stood at the first.
    press(careful, "Before shelve: continue?", "Continue")
    expect(careful.locator(".hitl-status").first).to_have_text("Finished")
    expect(opened.cell(place('(await careful)["plan"]'))).to_contain_text("['Light', 'Water', 'Soil']")

    # Every fork has a tab in the view of the run that it came from: one answered, one edited, three tried.
    run = view_in(opened, "session = hitl.run")
    expect(run.get_by_role("tablist", name="Runs").first.get_by_role("tab")).to_have_count(6)
    shoot(opened.page, f"look-inside-2-forks-{theme}", of=run)


def test_a_reader_sees_the_node_fail_before_it_is_mended(notebook: Open) -> None:
    opened = notebook(name=NAME)
    for beginning in ("import time", "import logging", "def find_numbers", "mailbox = ", "printer = "):
        opened.run_cell(place(beginning))
    job = view_in(opened, "printer = ")
    node(job, "print_guide", "failed").click(timeout=60_000)
    panel = job.get_by_role("region", name="Inside print_guide", exact=True)
    frame = panel.get_by_role("list", name="Your code, innermost first").get_by_role("listitem")
    expect(frame).to_contain_text('raise ConnectionError("the printer does not answer")', timeout=30_000)
    opened.run_cell(place("printer["))
    expect(job.locator(".hitl-status").first).to_have_text("Finished", timeout=30_000)
    expect(node(job, "plan", "done")).to_be_visible()


def test_a_breakpoint_is_set_by_a_click_while_the_graph_works(notebook: Open) -> None:
    opened = notebook(name=NAME, instead=SLOWER)
    for beginning in ("import time", "import logging", "def find_numbers", "mailbox = ", "session = hitl.run"):
        opened.run_cell(place(beginning))
    run = view_in(opened, "session = hitl.run")
    expect(node(run, "write", "running")).to_be_visible(timeout=60_000)
    node(run, "put_together", "idle").hover()
    run.get_by_role("switch", name="Stop before put_together", exact=True).click()
    stopped = run.get_by_role("form", name="Before put_together: continue?")
    expect(stopped.get_by_role("group", name="Numbers").or_(stopped.get_by_label("Numbers")).first).to_be_visible(
        timeout=60_000
    )
