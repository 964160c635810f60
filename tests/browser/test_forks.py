"""Going back in a real JupyterLab: another answer, another state, once more, and another thing to say; runs side by side."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, expect

from .axe import assert_accessible
from .conftest import REPO, shoot
from .page import NotebookPage

Open = Callable[..., NotebookPage]

ORDERS = """
from typing import TypedDict
from langgraph.graph import START, StateGraph
import hitl_widgets as hitl

class State(TypedDict, total=False):
    request: str
    approved: bool
    budget: float
    mail: str

def write(state):
    return {"mail": f"You get {state['budget']:g}." if state["approved"] else "We are sorry."}

builder = StateGraph(State)
builder.add_node("ask_approval", hitl.ask_node("approved", "Do you approve it?"))
builder.add_node("ask_budget", hitl.ask_node("budget", "What's the budget?"))
builder.add_node("write", write)
builder.add_edge(START, "ask_approval").add_edge("ask_approval", "ask_budget").add_edge("ask_budget", "write")
session = hitl.run(builder.compile(), {"request": "refund"})
"""

SNAPSHOT = "before = list(session._run.driver.graph.get_state_history(session._run.driver.config))"
UNTOUCHED = (
    "print(before == list(session._run.driver.graph.get_state_history(session._run.driver.config)), len(session.forks))"
)


def forks(opened: NotebookPage) -> Locator:
    return opened.view.get_by_role("tablist", name="Runs").first.get_by_role("tab")


def inner(opened: NotebookPage) -> Locator:
    """The view of the fork that is shown."""
    return opened.view.locator(".hitl-fork .hitl-root").first


def status(within: Locator) -> Locator:
    return within.locator(".hitl-status").first


def answer(within: Locator, question: str, value: str) -> None:
    card = within.get_by_role("form", name=question)
    card.get_by_role("textbox").first.fill(value)
    card.get_by_role("button", name="Submit").click()
    expect(card).to_have_count(0)


def is_below(one: Locator, other: Locator) -> bool:
    """At one moment: either may grow between two looks."""
    bounds = "one.getBoundingClientRect().top > other.getBoundingClientRect().bottom"
    return one.evaluate(f"(one, other) => {bounds}", other.element_handle())


HEIGHTS = """view => {
    window.heights = [];
    new ResizeObserver(() => window.heights.push(view.getBoundingClientRect().height)).observe(view);
}"""
"""How high a view is from now on, in CSS pixels."""


def finished_orders(notebook: Open, *more: str, theme: str = "light") -> NotebookPage:
    opened = notebook(cells=[ORDERS + "session", f"await session\n{SNAPSHOT}", UNTOUCHED, *more], theme=theme)
    opened.run_cell(0)
    opened.card("Do you approve it?").get_by_role("button", name="Approve").click(timeout=60_000)
    answer(opened.view, "What's the budget?", "250")
    expect(status(opened.view)).to_have_text("Finished")
    # What can be done with a row is there once somebody goes to the rows.
    opened.view.get_by_role("region", name="Timeline").hover()
    opened.run_cell(1)
    return opened


def test_a_decision_is_answered_differently_and_the_two_runs_stand_side_by_side(notebook: Open, theme: str) -> None:
    opened = finished_orders(notebook, theme=theme)
    opened.view.evaluate(HEIGHTS)
    opened.view.get_by_role("button", name="Answer differently: What's the budget?").click()
    expect(forks(opened)).to_have_count(2)
    expect(forks(opened).nth(1)).to_have_attribute("aria-selected", "true")
    card = inner(opened).get_by_role("form", name="What's the budget?")
    # The earlier answer is what it starts from, and nothing was answered with it.
    expect(card.get_by_role("textbox").first).to_have_value("250", timeout=30_000)
    # What is below the view hardly moves while the fork's own is loaded.
    first, *others = opened.page.evaluate("heights")
    assert all(abs(height - first) < 120 for height in others), (first, others)
    expect(opened.view.locator(".hitl-fork")).to_be_focused()
    expect(inner(opened).get_by_role("option", name="ask_approval, done")).to_be_visible()
    shoot(opened.page, f"forks-1-asked-again-{theme}", of=opened.view)
    assert_accessible(opened.view)
    side_by_side = opened.view.get_by_role("button", name="Side by side")
    compared = opened.view.get_by_role("region", name="Comparison")
    # What the fork asks is seen first, and stays where it is when it is answered.
    side_by_side.click()
    expect(compared).to_contain_text("waits for an answer")
    assert is_below(compared, opened.view.locator(".hitl-fork"))
    shoot(opened.page, f"forks-2-side-by-side-while-it-asks-{theme}", of=opened.view)
    answer(inner(opened), "What's the budget?", "900")
    expect(status(inner(opened))).to_have_text("Finished")
    expect(forks(opened).nth(1)).to_have_text("Fork 1: budget → 900.0, Finished")
    assert is_below(compared, opened.view.locator(".hitl-fork"))
    side_by_side.click()
    expect(compared).to_have_count(0)
    side_by_side.click()
    expect(compared).to_contain_text("The two runs part at step 1 (ask_budget).")
    assert is_below(opened.view.locator(".hitl-fork"), compared)
    row = compared.get_by_role("row", name="1 ask_budget")
    expect(row).to_contain_text("They part here")
    expect(compared.get_by_role("row", name="mail You get 250. You get 900.")).to_be_visible()
    expect(compared).to_contain_text("The same in both: approved, request")
    opened.page.set_viewport_size({"width": 1500, "height": 1300})
    shoot(opened.page, f"forks-2-side-by-side-{theme}", of=opened.view)
    assert_accessible(opened.view)
    opened.page.set_viewport_size({"width": 900, "height": 1600})
    shoot(opened.page, f"forks-3-one-above-the-other-{theme}", of=opened.view)
    opened.run_cell(2)
    expect(opened.cell(2)).to_contain_text("True 1")


def test_the_state_is_edited_before_a_step_that_a_fork_from_code_stands_at(notebook: Open, theme: str) -> None:
    mails = "print(fork.values['mail'], '|', session.values['mail'])"
    opened = finished_orders(notebook, "fork = session.fork(2, pause=True)", mails, theme=theme)
    opened.run_cell(3)
    expect(forks(opened)).to_have_count(2)
    expect(forks(opened).nth(0)).to_have_attribute("aria-selected", "true")
    forks(opened).nth(1).click()
    card = inner(opened).get_by_role("form", name="Before write: continue?")
    expect(card).to_be_visible(timeout=30_000)
    card.get_by_label("Budget").fill("7")
    shoot(opened.page, f"forks-4-edit-the-state-{theme}", of=opened.view)
    assert_accessible(opened.view)
    card.get_by_role("button", name="Continue with these changes").click()
    expect(status(inner(opened))).to_have_text("Finished")
    opened.run_cell(4)
    expect(opened.cell(4)).to_contain_text("You get 7. | You get 250.")


def test_the_state_is_edited_at_a_step_of_the_timeline_and_run_from_there(notebook: Open, theme: str) -> None:
    mails = "print(session.forks[0].values['mail'], '|', session.values['mail'])"
    opened = finished_orders(notebook, mails, theme=theme)
    row = opened.view.get_by_role("row", name=re.compile("^Step 2: write, done"))
    row.hover()
    shoot(opened.page, f"forks-7-a-step-{theme}", of=opened.view)
    row.get_by_role("button", name="Edit state and run from here").click()
    expect(forks(opened).nth(1)).to_have_text("Fork 1: from step 2 (write), Waiting for you", timeout=30_000)
    card = inner(opened).get_by_role("form", name="Before write: continue?")
    budget = card.get_by_label("Budget")
    # As it was before that step, when nothing had been written.
    expect(budget).to_have_value("250", timeout=30_000)
    expect(card.get_by_label("Mail")).to_have_value("")
    budget.fill("12")
    assert_accessible(opened.view)
    card.get_by_role("button", name="Continue with these changes").click()
    expect(status(inner(opened))).to_have_text("Finished")
    opened.run_cell(3)
    expect(opened.cell(3)).to_contain_text("You get 12. | You get 250.")
    opened.run_cell(2)
    expect(opened.cell(2)).to_contain_text("True 1")


NESTED = """
from typing import Annotated, TypedDict
from operator import add
from langgraph.graph import START, StateGraph
import hitl_widgets as hitl

class Trip(TypedDict, total=False):
    place: str
    nights: int
    log: Annotated[list[str], add]

def note(word):
    return lambda state: {"log": [word]}

def chain(**nodes):
    builder, before = StateGraph(Trip), START
    for name, node in nodes.items():
        builder.add_node(name, node).add_edge(before, name)
        before = name
    return builder.compile()

quiet = StateGraph(Trip).add_node("weigh", note("weighed")).add_edge(START, "weigh").compile(checkpointer=False)
booking = chain(
    find=note("found"),
    ask_nights=hitl.ask_node("nights", "How many nights?"),
    reserve=lambda state: {"log": [f"{state['nights']} nights in {state['place']}"]},
)
session = hitl.run(chain(plan=note("planned"), booking=booking, pack=quiet, send=note("sent")), {"place": "Bonn"})
"""
EVERYTHING = (
    "[(one.config, one.checkpoint, one.pending_writes) for one in session._run.driver.checkpointer.list(thread)]"
)


def test_the_state_of_a_nested_graph_is_edited_at_its_step_and_it_runs_from_there(notebook: Open, theme: str) -> None:
    opened = notebook(
        cells=[
            NESTED + "session",
            f"await session\nthread = {{'configurable': {{'thread_id': session.thread_id}}}}\nbefore = {EVERYTHING}",
            f"print(before == {EVERYTHING}, session.forks[0].values['log'], session.values['log'])",
        ],
        theme=theme,
    )
    opened.run_cell(0)
    answer_nights = opened.card("How many nights?")
    answer_nights.get_by_role("textbox").fill("2", timeout=60_000)
    answer_nights.get_by_role("button", name="Submit").click()
    expect(status(opened.view)).to_have_text("Finished")
    opened.view.get_by_role("region", name="Timeline").hover()
    opened.run_cell(1)
    # One that keeps no checkpoints says so to whoever looks for it.
    opened.view.scroll_into_view_if_needed()
    quiet = opened.view.get_by_role("row", name=re.compile("^Step in pack: weigh, done"))
    quiet.hover()
    refused = quiet.get_by_role("button", name=re.compile("The graph in pack keeps no checkpoints"))
    expect(refused).to_have_attribute("aria-disabled", "true")
    shoot(opened.page, f"forks-8-nothing-starts-inside-{theme}", of=opened.view)
    quiet.click()
    panel = opened.view.get_by_role("region", name="Inside weigh")
    expect(panel).to_contain_text("The thread has no checkpoint of this step")
    expect(panel.get_by_role("region", name="Wrote")).to_have_count(0)
    refused = panel.get_by_role("button", name=re.compile("The graph in pack keeps no checkpoints"))
    expect(refused).to_have_attribute("aria-disabled", "true")
    assert_accessible(opened.view)
    shoot(opened.page, f"forks-8-nothing-is-known-inside-{theme}", of=opened.view)
    row = opened.view.get_by_role("row", name=re.compile("^Step in booking: reserve, done"))
    row.click()
    panel = opened.view.get_by_role("region", name="Inside reserve")
    expect(panel.get_by_role("button", name="Edit state and run from here")).to_be_enabled()
    shoot(opened.page, f"forks-9-inside-a-nested-step-{theme}", of=opened.view)
    panel.press("Escape")
    row.hover()
    shoot(opened.page, f"forks-9-a-nested-step-{theme}", of=opened.view)
    row.get_by_role("button", name="Edit state and run from here: step booking › reserve").click()
    expect(forks(opened).nth(1)).to_have_text(
        "Fork 1: from step 1.2 (booking › reserve), Waiting for you", timeout=30_000
    )
    card = inner(opened).get_by_role("form", name="Before reserve: continue?")
    # The state of the nested graph, as it was before that step.
    expect(card.get_by_label("Place")).to_have_value("Bonn", timeout=30_000)
    nights = card.get_by_label("Nights")
    expect(nights).to_have_value("2")
    expect(card.get_by_role("textbox", name="Log 2")).to_have_value("found")
    nights.fill("5")
    shoot(opened.page, f"forks-10-edit-the-nested-state-{theme}", of=opened.view)
    assert_accessible(opened.view)
    card.get_by_role("button", name="Continue with these changes").click()
    expect(status(inner(opened))).to_have_text("Finished")
    opened.view.get_by_role("button", name="Side by side").click()
    compared = opened.view.get_by_role("region", name="Comparison")
    expect(compared).to_contain_text(
        "The two runs part at step 1 (booking), inside of it at step 1.2 (booking › reserve)."
    )
    opened.page.set_viewport_size({"width": 1500, "height": 1300})
    shoot(opened.page, f"forks-11-nested-side-by-side-{theme}", of=opened.view)
    assert_accessible(opened.view)
    opened.run_cell(2)
    expect(opened.cell(2)).to_contain_text("True ['planned', 'planned', 'found', '5 nights in Bonn', ")
    expect(opened.cell(2)).to_contain_text("'2 nights in Bonn'")


def test_a_run_is_started_again_and_stopped_and_continued_by_the_keyboard_alone(notebook: Open) -> None:
    opened = finished_orders(notebook)
    keyboard = opened.page.keyboard
    again = opened.view.get_by_role("button", name="Run again")
    expect(again).to_be_enabled()
    again.focus()
    keyboard.press("Enter")
    expect(forks(opened).nth(1)).to_have_text("Fork 1: the same input, Waiting for you", timeout=30_000)
    panel = opened.view.locator(".hitl-fork")
    expect(panel).to_be_focused()
    expect(inner(opened).get_by_role("form", name="Do you approve it?")).to_be_visible(timeout=30_000)
    stop = inner(opened).get_by_role("button", name="Stop")
    expect(stop).to_be_enabled()
    keyboard.press("Tab")
    expect(stop).to_be_focused()
    keyboard.press("Enter")
    expect(status(inner(opened))).to_have_text("Stopped")
    # The keyboard stays where it was, and one more Enter there starts nothing.
    expect(inner(opened).get_by_role("group", name="Run")).to_be_focused()
    keyboard.press("Enter")
    proceed = inner(opened).get_by_role("button", name="Continue")
    expect(proceed).to_be_enabled()
    keyboard.press("Tab")
    expect(proceed).to_be_focused()
    keyboard.press("Enter")
    expect(inner(opened).get_by_role("form", name="Do you approve it?")).to_be_visible()
    forks(opened).nth(1).focus()
    keyboard.press("ArrowLeft")
    expect(forks(opened).nth(0)).to_be_focused()
    expect(panel).to_have_count(0)
    expect(opened.view.get_by_role("button", name="Follow up")).to_be_visible()
    opened.run_cell(2)
    expect(opened.cell(2)).to_contain_text("True 1")


def test_a_chat_that_has_finished_is_told_another_thing(notebook: Open) -> None:
    cell = f"""
import sys; sys.path.insert(0, {str(REPO)!r})
from langchain.agents import create_agent
from langchain_core.messages import AIMessage
import hitl_widgets as hitl
from tests.scripted_model import ScriptedModel

model = ScriptedModel(script=[AIMessage("Hello."), AIMessage("As I said.")])
session = hitl.run(create_agent(model, []), {{"messages": [("user", "Hi")]}})
session"""
    opened = notebook(cells=[cell, "print([m.text for m in (await session)['messages']])"])
    opened.run_cell(0)
    card = opened.card("What do you want to say?")
    card.get_by_role("textbox").click(timeout=60_000)
    expect(status(opened.view)).to_have_text("Finished")  # until it is said
    assert_accessible(opened.view)
    shoot(opened.page, "forks-5-follow-up", of=opened.view)
    card.get_by_role("textbox").press_sequentially("What?")
    card.get_by_role("button", name="Send").click()
    expect(status(opened.view)).to_have_text("Finished")
    # What can be done with a row is there once somebody goes to the rows.
    opened.view.get_by_role("region", name="Timeline").hover()
    opened.run_cell(1)
    expect(opened.cell(1)).to_contain_text("['Hi', 'Hello.', 'What?', 'As I said.']", timeout=20_000)


def test_forks_are_there_after_a_reload(notebook: Open) -> None:
    opened = finished_orders(notebook)
    opened.view.get_by_role("button", name="Answer differently: Do you approve it?").click()
    expect(inner(opened).get_by_role("form", name="Do you approve it?")).to_be_visible(timeout=30_000)
    # Jupyter trusts a notebook once every output in it was made here.
    opened.save()
    opened.reload()
    opened.cell(0).scroll_into_view_if_needed()
    forks(opened).nth(1).click(timeout=30_000)
    again = inner(opened).get_by_role("form", name="Do you approve it?")
    expect(again).to_contain_text("Answered before")
    again.get_by_role("button", name="Reject").click(timeout=30_000)
    expect(forks(opened).nth(1)).to_contain_text("approved → No")


def test_what_if_fills_the_tabs_and_each_is_opened_when_it_is_looked_at(notebook: Open) -> None:
    count = 6
    opened = finished_orders(notebook, f"session.what_if('budget', range({count}))")
    opened.run_cell(3)
    expect(forks(opened)).to_have_count(count + 1)
    expect(opened.cell(3)).to_contain_text("You get 5.")
    expect(opened.view.locator(".hitl-fork")).to_have_count(0)
    forks(opened).nth(count).click()
    expect(forks(opened).nth(count)).to_be_in_viewport(ratio=1)
    expect(status(inner(opened))).to_have_text("Finished", timeout=30_000)
    shoot(opened.page, "forks-6-what-if", of=opened.view)
    assert_accessible(opened.view)
