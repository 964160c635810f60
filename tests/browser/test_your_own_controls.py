"""The notebook about controls of one's own, answered in a real JupyterLab; and the link that says why a node asks again."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, expect

from .axe import assert_accessible
from .conftest import shoot
from .page import NotebookPage
from .test_gallery import shoot_card

Open = Callable[..., NotebookPage]


def button(card: Locator, name: str) -> Locator:
    return card.get_by_role("button", name=name, exact=True)


def send_the_invoice(card: Locator) -> None:
    card.get_by_role("radio", name="reduced").check(force=True)
    button(card, "Send it").click()


def choose_seasons(card: Locator) -> None:
    card.get_by_role("listbox", name="Open in").select_option(["Summer", "Autumn"])
    button(card, "Submit").click()


def give_stars(card: Locator) -> None:
    button(card, "Submit").click()
    expect(card.get_by_role("alert")).to_have_text("Please give at least one star.")
    # By keyboard alone: from the first star two to the right.
    card.get_by_role("radio", name="1 of 5").focus()
    card.page.keyboard.press("Space")
    card.page.keyboard.press("ArrowRight")
    card.page.keyboard.press("ArrowRight")
    expect(card.get_by_role("radio", name="3 of 5")).to_be_checked()
    assert_accessible(card)
    button(card, "Submit").click()


def decide(card: Locator) -> None:
    refund = card.get_by_role("group", name="refund")
    button(refund, "Edit").click()
    amount = refund.get_by_role("textbox", name="Amount")
    amount.fill("150")
    button(card.get_by_role("group", name="send_mail"), "Send it to ada@example.org").click()
    button(card, "Submit").click()
    expect(refund).to_contain_text("Must be at most 100.")
    assert_accessible(card)
    amount.fill("15")
    button(card, "Submit").click()


def order(card: Locator) -> None:
    card.get_by_role("radio", name="Sky").check(force=True)
    number = card.get_by_role("textbox", name="IBAN")
    number.fill("DE88370400440532013000")
    button(card, "Submit").click()
    # The type's own validator, in the kernel.
    expect(card).to_contain_text("This is no IBAN: its check digits are wrong.")
    assert_accessible(card)
    number.fill("DE89370400440532013000")
    button(card, "Submit").click()


ANSWERS: dict[str, tuple[Callable[[Locator], None], str]] = {
    "Is the invoice for Ada right?": (send_the_invoice, "'vat': 'reduced'"),
    "When is the garden open?": (choose_seasons, "seasons: ['Summer', 'Autumn']"),
    "Please rate the draft": (give_stars, "review: 3"),
    "Review 2 actions": (decide, "'args': {'order': 42, 'amount': 15.0}}}, {'type': 'approve'}]"),
    "What do we order?": (order, "'paint': '#4f8fc9', 'iban': 'DE89370400440532013000'"),
}
"""By question: how a reader answers, and what the last cell then says."""


def test_every_control_of_ones_own_is_shown_and_answered(notebook: Open, theme: str) -> None:
    opened = notebook(name="04_your_own_controls.ipynb", theme=theme)
    opened.run_all()
    for number, (question, (answer, _)) in enumerate(ANSWERS.items()):
        card = opened.page.get_by_role("form", name=question, exact=True)
        expect(card).to_be_visible(timeout=60_000)
        expect(card.locator(".hitl-actions button:disabled")).to_have_count(0)
        card.scroll_into_view_if_needed()
        assert_accessible(card)
        shoot_card(card, f"own-{number:02}-{theme}")
        answer(card)
        expect(card).to_have_count(0)  # what is below it moves up
    last = opened.page.locator(".jp-CodeCell").last
    for _, said in ANSWERS.values():
        expect(last).to_contain_text(said, timeout=30_000)
    table = opened.page.locator("table", has_text="What came of it")
    table.scroll_into_view_if_needed()
    expect(table.locator("strong", has_text="decided: a form (what, paint, iban)")).to_be_visible()
    shoot(opened.page, f"own-explain-{theme}", of=table)


ASKS_AGAIN = """
from typing import TypedDict
from langgraph.graph import START, StateGraph
from langgraph.types import interrupt
import hitl_widgets as hitl

class State(TypedDict, total=False):
    name: str

def ask(state):
    open("/dev/null", "a").close()
    return {"name": interrupt("First name?") + " " + interrupt("Last name?")}

builder = StateGraph(State)
builder.add_node("ask", ask)
builder.add_edge(START, "ask")
session = hitl.run(builder.compile(), {})
session
"""


def test_a_node_that_asks_again_says_why(notebook: Open, theme: str) -> None:
    opened = notebook(cells=[ASKS_AGAIN, "await session"], theme=theme)
    opened.run_all()
    first = opened.card("First name?")
    first.get_by_role("textbox").fill("Ada", timeout=60_000)
    expect(button(first, "Why does it ask again?")).to_have_count(0)
    button(first, "Submit").click()

    second = opened.card("Last name?")
    link = button(second, "Why does it ask again?")
    link.press("Enter")
    expect(second.get_by_role("listitem")).to_contain_text("open(…) appends to a file before interrupt(…)")
    expect(second.get_by_role("listitem")).to_contain_text("Cell In[1]:10")
    assert_accessible(second)
    shoot_card(second, f"why-again-{theme}")
    second.get_by_role("textbox").fill("Lovelace")
    button(second, "Submit").click()
    expect(opened.page.locator(".jp-CodeCell").last).to_contain_text("{'name': 'Ada Lovelace'}", timeout=30_000)
