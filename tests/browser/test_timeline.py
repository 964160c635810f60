"""The timeline in a real JupyterLab: thousands of rows, scrolled, filtered, copied, and given again."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from .axe import assert_accessible
from .conftest import shoot
from .page import NotebookPage

Open = Callable[..., NotebookPage]

SETUP = """
from langgraph.graph import END, START, StateGraph
from typing_extensions import TypedDict
import hitl_widgets as hitl

class State(TypedDict, total=False):
    count: int
    tone: str

def looped(steps):
    def work(state):
        return {"count": state["count"] + 1}
    def check(state):
        if state["count"] == 3:
            hitl.ask("May it go on?", bool, key="early")
        if state["count"] == steps - 1:
            return {"count": state["count"] + 1, "tone": hitl.ask("Which tone?", key="tone")}
        return {"count": state["count"] + 1}
    builder = StateGraph(State).add_node(work).add_node(check)
    builder.add_edge(START, "work").add_edge("work", "check")
    builder.add_conditional_edges("check", lambda state: "work" if state["count"] < steps else END, ["work", END])
    return builder.compile()

def run(steps, **options):
    return hitl.run(looped(steps), {"count": 0}, config={"recursion_limit": steps + 10}, **options)
"""
IN_SIGHT = """([box, row]) => {
  const [around, own] = [box.getBoundingClientRect(), row.getBoundingClientRect()];
  return own.top >= around.top && own.bottom <= around.bottom;
}"""
REPLAY = """
import os
os.environ["HITL_UNATTENDED"] = "1"
given = eval(f"dict({open('answers.txt').read()})", {"hitl": hitl})
again = run(100, **given)
print(again.wait())
"""


def rows(opened: NotebookPage) -> Locator:
    return opened.view.get_by_role("grid", name="Steps and decisions")


def to_the_top(grid: Locator) -> None:
    """Not while rows come: what has just arrived is drawn where it belongs, at the end."""
    expect(grid.get_by_role("row", name="Loading")).to_have_count(0)
    grid.evaluate("element => { element.scrollTop = 0; }")


def first_row(opened: NotebookPage) -> Locator:
    return rows(opened).get_by_role("row").first


@pytest.mark.parametrize(("theme", "steps"), [("light", 5000), ("dark", 500)])
def test_of_thousands_of_steps_any_can_be_seen_filtered_and_their_answers_given_again(
    notebook: Open, theme: str, steps: int
) -> None:
    opened = notebook(cells=[f"{SETUP}session = run({steps})\nsession", REPLAY], theme=theme)
    opened.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened.run_cell(0)
    card = opened.card("May it go on?")
    card.get_by_role("button", name="Approve").click(timeout=40_000)
    card = opened.card("Which tone?")
    card.get_by_role("textbox").fill("Friendly and short", timeout=150_000)  # some thousand steps later
    card.get_by_role("button", name="Submit").click()
    expect(opened.view.get_by_text("Finished", exact=True)).to_be_visible(timeout=40_000)

    grid = rows(opened)
    rowcount = str(steps + 2)
    expect(grid).to_have_attribute("aria-rowcount", rowcount)
    # The newest is in sight, and only what is in sight is there.
    expect(grid.get_by_role("row").last).to_have_attribute("aria-rowindex", rowcount)
    assert grid.get_by_role("row").count() < 40
    expect(grid).to_contain_text("Friendly")
    assert_accessible(opened.view)
    shoot(opened.page, f"timeline-newest-{theme}")

    to_the_top(grid)
    expect(first_row(opened)).to_contain_text("work")
    expect(first_row(opened)).to_have_attribute("aria-rowindex", "1")
    expect(grid).to_contain_text("May it go on?")
    assert grid.get_by_role("row").count() < 40
    assert_accessible(opened.view)
    shoot(opened.page, f"timeline-oldest-{theme}")

    opened.view.get_by_role("combobox", name="Show the timeline of").select_option("check")
    expect(grid).to_have_attribute("aria-rowcount", str(steps // 2 + 2), timeout=20_000)
    expect(grid.get_by_text("work", exact=True)).to_have_count(0)
    to_the_top(grid)
    expect(first_row(opened)).to_contain_text("check")
    expect(first_row(opened).locator(".hitl-row-step")).to_have_text("1")
    shoot(opened.page, f"timeline-filtered-{theme}")
    opened.view.get_by_role("combobox", name="Show the timeline of").select_option("")

    opened.view.get_by_role("button", name="Copy answers as code").click()
    expect(opened.view.get_by_role("button", name="Copied")).to_be_visible(timeout=20_000)
    code = opened.page.evaluate("() => navigator.clipboard.readText()")
    assert code == "unattended={'early': hitl.Answer(True, about='May it go on?'), 'tone': 'Friendly and short'}"
    (opened.lab.notebooks / "answers.txt").write_text(code)
    opened.run_cell(1)
    expect(opened.cell(1)).to_contain_text("{'count': 100, 'tone': 'Friendly and short'}", timeout=60_000)


def test_the_newest_of_rows_that_are_all_alike_stays_in_sight(notebook: Open) -> None:
    graph = """
import threading
go = {40: threading.Event(), 41: threading.Event(), 120: threading.Event()}
def work(state):
    if state["count"] in go:
        go[state["count"]].wait(60)
    return {"count": state["count"] + 1}
builder = StateGraph(State).add_node(work).add_edge(START, "work")
builder.add_conditional_edges("work", lambda state: "work" if state["count"] < 130 else END, ["work", END])
session = hitl.run(builder.compile(), {"count": 0}, config={"recursion_limit": 200})
session"""
    opened = notebook(cells=[SETUP + graph, "go[40].set()", "go[41].set()"])
    opened.run_cell(0)
    grid = rows(opened)
    for cell, count in ((None, 41), (1, 42), (2, 121)):
        if cell is not None:
            opened.run_cell(cell)
        expect(grid).to_have_attribute("aria-rowcount", str(count))
        newest = grid.get_by_role("row").last
        expect(newest).to_have_attribute("aria-rowindex", str(count))
        opened.page.wait_for_function(IN_SIGHT, arg=[grid.element_handle(), newest.element_handle()], timeout=10_000)


def test_the_keyboard_goes_through_the_rows_and_copies_from_them(notebook: Open) -> None:
    opened = notebook(cells=[f"{SETUP}session = run(10, unattended={{}})\nsession"])
    opened.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened.run_cell(0)
    opened.card("May it go on?").get_by_role("button", name="Approve").press("Enter", timeout=40_000)
    card = opened.card("Which tone?")
    card.get_by_role("textbox").fill("Friendly", timeout=40_000)
    # The pointer has never been there, nor the focus.
    card.get_by_role("button", name="Submit").press("Enter")
    expect(opened.view.get_by_text("Finished", exact=True)).to_be_visible(timeout=40_000)
    # Until somebody goes there it is the latest rows, to be read.
    plain = opened.view.get_by_role("list", name="Steps and decisions")
    expect(plain.get_by_role("listitem")).to_have_count(12)
    assert_accessible(opened.view)
    shoot(opened.page, "timeline-at-rest")
    plain.focus()
    last = rows(opened).get_by_role("row").last
    expect(last).to_be_focused(timeout=20_000)
    keyboard = opened.page.keyboard
    keyboard.press("ArrowUp")
    keyboard.press("ArrowDown")
    expect(rows(opened).get_by_role("row", name="check: Which tone? Friendly")).to_be_focused()
    # An answer that is there whole has no more to show; another run is started by its button alone.
    keyboard.press("Enter")
    keyboard.press("ArrowRight")
    expect(opened.page.locator(":focus")).to_have_accessible_name("Answer differently: Which tone?")
    keyboard.press("ArrowRight")
    expect(opened.page.locator(":focus")).to_have_accessible_name("Copy the answer")
    keyboard.press("Enter")
    expect(opened.page.locator(":focus")).to_have_accessible_name("Copied")
    assert opened.page.evaluate("() => navigator.clipboard.readText()") == "Friendly"
    keyboard.press("ArrowUp")
    keyboard.press("Enter")
    # Into what the step did, and back to its row.
    step = rows(opened).get_by_role("row", selected=True)
    expect(step).to_have_accessible_name(re.compile("^Step 9: check, done"))
    expect(opened.view.get_by_role("region", name="Inside check")).to_be_focused(timeout=20_000)
    assert_accessible(opened.view)
    shoot(opened.page, "timeline-keyboard")
    opened.view.get_by_role("region", name="Inside check").press("Escape")
    expect(rows(opened).get_by_role("row", name=re.compile("^Step 9: check, done"))).to_be_focused()
    keyboard.press("Home")
    expect(rows(opened).get_by_role("row").first).to_be_focused()
    keyboard.press("Shift+Tab")
    expect(opened.view.get_by_role("button", name="Copy answers as code")).to_be_focused()
    expect(opened.view.get_by_role("tablist", name="Runs")).to_have_count(0)


def test_without_its_kernel_it_shows_the_latest_rows_and_says_so(notebook: Open) -> None:
    opened = notebook(cells=[f"{SETUP}session = run(100)\nsession"])
    opened.run_cell(0)
    opened.card("May it go on?").get_by_role("button", name="Approve").click(timeout=40_000)
    expect(opened.card("Which tone?")).to_be_visible(timeout=40_000)
    expect(rows(opened)).to_have_attribute("aria-rowcount", "101", timeout=20_000)
    opened.restart_kernel()
    expect(opened.view.get_by_text("and 81 before these, which a kernel has to tell")).to_be_visible(timeout=40_000)
    expect(rows(opened).get_by_role("row").last).to_contain_text("check")
    shoot(opened.page, "timeline-without-kernel")


CALLS = """
from langgraph.func import entrypoint, task
import hitl_widgets as hitl

@task
def fetch(page):
    return page

@task
def review(pages):
    return hitl.ask("Is it good?", bool, key="good")

@task
def publish(good):
    print("published")
    return good

@entrypoint()
def report(pages):
    fetched = [one.result() for one in [fetch(page) for page in range(pages)]]
    return publish(review(fetched).result()).result()

session = hitl.run(report, 3, save="calls.sqlite", thread_id="t")
session
"""


def test_each_task_of_an_entrypoint_is_a_row_that_one_can_look_into(notebook: Open, theme: str) -> None:
    attach = "session.close()\nagain = hitl.attach(report, 't', save='calls.sqlite')\nagain"
    opened = notebook(cells=[CALLS, attach], theme=theme)
    opened.run_cell(0)
    opened.card("Is it good?").get_by_role("button", name="Approve").click(timeout=60_000)
    expect(opened.view).to_contain_text("Finished")
    opened.view.get_by_role("region", name="Timeline").hover()  # the grid is drawn for somebody who goes there
    found = rows(opened).get_by_role("row")
    shown = ["report", "fetch", "fetch", "fetch", "review", "Is it good?", "publish"]
    expect(found).to_have_count(len(shown))
    for row, words in zip(found.all(), shown, strict=True):
        expect(row).to_contain_text(words)
    expect(found.nth(1)).to_have_accessible_name(re.compile("^Step in report: fetch, done"))
    assert_accessible(opened.view)
    shoot(opened.page, f"timeline-calls-{theme}", of=opened.view)
    found.nth(6).click()
    expect(opened.view).to_contain_text("published")
    shoot(opened.page, f"timeline-calls-inside-{theme}", of=opened.view)
    opened.page.set_viewport_size({"width": 700, "height": 900})
    shoot(opened.page, f"timeline-calls-narrow-{theme}", of=opened.view)
    # The next kernel has them from the thread.
    opened.run_cell(1)
    again = opened.cell(1).get_by_role("list", name="Steps and decisions").get_by_role("listitem")
    expect(again).to_have_count(len(shown), timeout=20_000)
    for row, words in zip(again.all(), shown, strict=True):
        expect(row).to_contain_text(words)
