"""The inbox in a real JupyterLab: threads are listed, found, opened, and answered one by one or together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver
from playwright.sync_api import Locator, Page, expect

import hitl_widgets as hitl

from ..unit.test_inbox import begin, refunds
from ..waiting import until
from .axe import assert_accessible
from .conftest import shoot
from .page import NotebookPage
from .plain_page import SHOW

Open = Callable[..., NotebookPage]

SENT = 60_000
"""Milliseconds for answers to be saved, and their graphs to be at rest, on a busy machine."""

REFUNDS = """
from typing import TypedDict
from langgraph.graph import START, StateGraph
from langgraph.types import Command
from langgraph.checkpoint.sqlite import SqliteSaver
import hitl_widgets as hitl, sqlite3

class Refund(TypedDict, total=False):
    order: int
    approved: bool
    days: int

def approve(state):
    return {"approved": hitl.ask(f"Refund order {state['order']}?", bool)}

builder = StateGraph(Refund)
builder.add_node("approve", approve)
builder.add_node("ask_days", hitl.ask_node("days", "In how many days?", ge=1))
builder.add_edge(START, "approve").add_edge("approve", "ask_days")
saver = SqliteSaver(sqlite3.connect(":memory:", check_same_thread=False))
graph = builder.compile(checkpointer=saver, name="refunds")
def at(order):
    return {"configurable": {"thread_id": f"order {order}"}}
for order in range(120):
    _ = graph.invoke({"order": order}, at(order))
for order in range(5):
    _ = graph.invoke(Command(resume=True), at(order))
inbox = hitl.inbox(graph)
"""


def shown(notebook: Open, *more: str, theme: str = "light") -> NotebookPage:
    opened = notebook(cells=[REFUNDS + "inbox", *more], theme=theme)
    opened.run_cell(0)
    expect(rows(opened).first).to_be_visible(timeout=60_000)
    return opened


def rows(opened: NotebookPage) -> Locator:
    return opened.view.locator(".hitl-inbox-row:not(.hitl-inbox-blank)")


def row(opened: NotebookPage, thread: str) -> Locator:
    return opened.view.locator(f".hitl-inbox-row[data-thread='{thread}']")


def found(opened: NotebookPage, words: str) -> None:
    expect(opened.view.locator(".hitl-inbox-found")).to_have_text(words)


def test_threads_are_listed_found_and_sorted(notebook: Open, theme: str) -> None:
    opened = shown(notebook, theme=theme)
    view = opened.view
    expect(view.locator(".hitl-inbox-head .hitl-status")).to_have_text("120 waiting")
    # Those that moved last come first.
    expect(rows(opened).first).to_contain_text("In how many days?")
    assert rows(opened).count() < 30
    shoot(opened.page, f"inbox-{theme}", of=view)
    assert_accessible(view)
    view.get_by_role("searchbox", name="Filter by text").fill("order 11")
    found(opened, "11 threads of 120")
    view.get_by_role("combobox", name="Node").select_option("ask_days")
    found(opened, "0 threads of 120")
    expect(view.get_by_text("No waiting thread is like that.")).to_be_visible()
    view.get_by_role("searchbox", name="Filter by text").fill("")
    found(opened, "5 threads of 120")
    view.get_by_role("combobox", name="Node").select_option("")
    view.get_by_role("combobox", name="Order").select_option(label="Oldest first")
    expect(rows(opened).first).to_contain_text("Refund order 5?")


def test_the_list_alone_scrolls_and_not_the_output_around_it(notebook: Open) -> None:
    opened = shown(notebook)
    tall, high = opened.view.evaluate(
        "view => { const out = view.closest('.jp-OutputArea-output'); return [out.scrollHeight, out.clientHeight]; }"
    )
    assert tall == high


def test_the_list_is_walked_with_the_keyboard_to_its_end(notebook: Open) -> None:
    opened = shown(notebook)
    page = opened.page
    rows(opened).first.get_by_role("button").focus()
    page.keyboard.press("ArrowDown")
    expect(rows(opened).nth(1).get_by_role("button")).to_be_focused()
    page.keyboard.press("End")
    last = row(opened, "order 5").get_by_role("button")
    expect(last).to_be_focused()
    expect(row(opened, "order 5")).to_have_attribute("aria-posinset", "120")
    page.keyboard.press("Enter")
    expect(opened.view.get_by_role("region", name="Thread order 5")).to_be_visible()
    expect(opened.view.get_by_role("button", name="Back to the list")).to_be_focused()


def test_a_thread_is_opened_in_its_place_answered_and_gone_from_the_list(notebook: Open, theme: str) -> None:
    opened = shown(notebook, "print(graph.get_state(at(119)).values)", theme=theme)
    view = opened.view
    row(opened, "order 119").get_by_role("button").click()
    inner = view.locator(".hitl-inbox-opened .hitl-root")
    inner.get_by_role("form", name="Refund order 119?").get_by_role("button", name="Approve").click()
    card = inner.get_by_role("form", name="In how many days?")
    card.get_by_role("textbox").first.fill("3")
    shoot(opened.page, f"inbox-opened-{theme}", of=view)
    assert_accessible(view)
    card.get_by_role("button", name="Submit").click()
    expect(inner.locator(".hitl-status").first).to_have_text("Finished")
    view.get_by_role("button", name="Back to the list").click()
    expect(view.locator(".hitl-inbox-head .hitl-status")).to_have_text("119 waiting")
    expect(row(opened, "order 119")).to_have_count(0)
    opened.run_cell(1)
    expect(opened.cell(1)).to_contain_text("'days': 3")


def test_those_that_ask_the_same_are_answered_by_one_control(notebook: Open, theme: str) -> None:
    opened = shown(notebook, "print(len([t for t in inbox if 'approve' in t.nodes]))", theme=theme)
    view = opened.view
    row(opened, "order 118").get_by_role("checkbox").check()
    expect(view.get_by_role("form", name="Refund order 118?")).to_be_visible()
    # One that asks something else cannot be chosen with it.
    expect(row(opened, "order 4").get_by_role("checkbox")).to_be_disabled()
    row(opened, "order 116").get_by_role("checkbox").click(modifiers=["Shift"])
    expect(view.get_by_text("3 threads chosen")).to_be_visible()
    form = view.get_by_role("form", name="One answer for 3 threads")
    expect(form).to_contain_text("Refund order 117?")
    shoot(opened.page, f"inbox-together-{theme}", of=view)
    assert_accessible(view)
    form.get_by_role("button", name="Approve").click()
    expect(view.locator(".hitl-inbox-said")).to_have_text("3 answered.", timeout=SENT)
    expect(rows(opened).first).to_contain_text("In how many days?")
    expect(row(opened, "order 118").first).to_contain_text("ask_days")
    view.get_by_role("searchbox", name="Filter by text").fill("Refund")
    found(opened, "112 threads of 120")
    row(opened, "order 119").get_by_role("checkbox").check()
    view.get_by_role("button", name="Choose all that ask the same").click()
    expect(view.locator(".hitl-inbox-bar strong")).to_have_text("112 threads chosen")
    view.get_by_role("form", name="One answer for 112 threads").get_by_role("button", name="Reject").click()
    expect(view.locator(".hitl-inbox-said")).to_have_text("112 answered.", timeout=SENT)
    found(opened, "0 threads of 120")
    opened.run_cell(1)
    expect(opened.cell(1)).to_contain_text("0")


def test_one_answered_elsewhere_says_so_on_its_row_and_the_others_go_on(notebook: Open) -> None:
    opened = shown(
        notebook,
        "_ = graph.invoke(Command(resume=True), at(117)), graph.invoke(Command(resume=2), at(117)); print('done')",
    )
    view = opened.view
    for order in (118, 117):
        row(opened, f"order {order}").get_by_role("checkbox").check()
    form = view.get_by_role("form", name="One answer for 2 threads")
    expect(form).to_be_visible()
    opened.run_cell(1)
    expect(opened.cell(1)).to_contain_text("done")
    form.get_by_role("button", name="Approve").click()
    expect(view.locator(".hitl-inbox-said")).to_have_text("1 answered. 1 refused: the rows say why.", timeout=SENT)
    expect(row(opened, "order 117")).to_contain_text("answered elsewhere")
    expect(view.locator(".hitl-inbox-head .hitl-status")).to_have_text("119 waiting")
    shoot(opened.page, "inbox-answered-elsewhere", of=view)
    assert_accessible(view)
    view.get_by_role("button", name="Refresh").click()
    expect(row(opened, "order 117")).to_have_count(0)


def test_a_value_that_does_not_fit_is_said_at_its_field_and_nothing_is_sent(notebook: Open) -> None:
    opened = shown(notebook)
    view = opened.view
    for order in (4, 3):
        row(opened, f"order {order}").get_by_role("checkbox").check()
    form = view.get_by_role("form", name="In how many days?")
    form.get_by_role("textbox").first.fill("7")
    form.get_by_role("button", name="Submit").click()
    expect(view.locator(".hitl-inbox-said")).to_have_text("2 answered.", timeout=SENT)
    expect(view.locator(".hitl-inbox-head .hitl-status")).to_have_text("118 waiting")


def test_what_another_process_adds_is_said_and_shown_by_itself_where_nobody_is_at_the_list(
    notebook: Open, tmp_path: Path, theme: str
) -> None:
    file = str(tmp_path / "refunds.sqlite")
    quick = REFUNDS.replace(":memory:", file).replace("hitl.inbox(graph)", "hitl.inbox(graph, refresh=0.2)")
    opened = notebook(cells=[f"{quick}inbox"], theme=theme)
    opened.run_cell(0)
    expect(rows(opened).first).to_be_visible(timeout=60_000)
    view, status = opened.view, opened.view.locator(".hitl-inbox-head .hitl-status")
    # With the pointer in the list nothing moves; nor with the focus there, which stays where the theme changes below it.
    rows(opened).nth(2).hover()
    rows(opened).nth(2).get_by_role("checkbox").focus()
    first = str(rows(opened).first.get_attribute("data-thread"))
    with SqliteSaver.from_conn_string(file) as saver:
        graph = refunds(checkpointer=saver)
        begin(graph, 3, start=200)
        button = view.get_by_role("button", name="Refresh: 3 new")
        expect(button).to_be_visible(timeout=20_000)
        expect(status).to_have_text("120 waiting")
        expect(rows(opened).first).to_have_attribute("data-thread", first)
        shoot(opened.page, f"inbox-news-{theme}", of=view)
        assert_accessible(view)
        button.click()
        expect(rows(opened).first).to_have_attribute("data-thread", "order 202")
        expect(view.get_by_role("button", name="Refresh", exact=True)).to_be_focused()
        # Nobody is at it.
        opened.cell(0).locator(".jp-InputArea-prompt").click()
        begin(graph, 1, start=300)
        expect(rows(opened).first).to_have_attribute("data-thread", "order 300", timeout=20_000)
        expect(status).to_have_text("124 waiting")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_saved_inbox_is_read_where_there_is_no_kernel(page: Page, scheme: str) -> None:
    graph = refunds(checkpointer=InMemorySaver())
    begin(graph, 40)
    widget = hitl.inbox(graph)._view
    until(lambda: len(widget.rows) == 25, "its first rows are not there")
    names = ("inbox", "chosen", "cards", "assets", "opened", "rows")
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": 900, "height": 700})
    page.set_content("<!doctype html><style>:root { color-scheme: light dark; }</style><div id=view></div>")
    page.add_style_tag(content=widget._css)
    silent = SHOW.replace("if (intent.type !== 'hello') return;", "return;")
    traits = widget.get_state(names)
    page.evaluate(silent, {"esm": widget._esm, "css": widget._css, "traits": traits, "inShadow": False})
    view = page.locator(".hitl-root")
    expect(view.get_by_text("This is a saved picture.")).to_be_visible(timeout=20_000)
    expect(view.get_by_text("Refund order 39?")).to_be_visible()
    expect(view.get_by_text("The newest 25 of 40 threads, as they waited at")).to_be_visible()
    expect(view.get_by_role("button", name="Refund order 39?")).to_be_disabled()
    expect(view.get_by_role("button", name="Refresh")).to_be_disabled()
    shoot(page, f"inbox-saved-{scheme}", of=view)
    assert_accessible(view)
    # Where there is little room: what tells threads apart that ask the same.
    page.set_viewport_size({"width": 320, "height": 700})
    names_shown = view.locator(".hitl-inbox-about .hitl-inbox-thread")
    expect(names_shown.first).to_have_text("order 39")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.hitl-inbox-about .hitl-inbox-thread')].every("
        "one => one.clientWidth > 0 && one.scrollWidth <= one.clientWidth)"
    )
