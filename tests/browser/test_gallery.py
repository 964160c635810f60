"""The gallery: every control at once in a real JupyterLab, and the last cell goes on when all are answered."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, expect

from .axe import assert_accessible
from .conftest import shoot
from .page import NotebookPage

Open = Callable[..., NotebookPage]


def press(*names: str) -> Callable[[Locator], None]:
    def answer(card: Locator) -> None:
        for name in names:
            card.get_by_role("button", name=name, exact=True).click()

    return answer


def fill(text: str) -> Callable[[Locator], None]:
    def answer(card: Locator) -> None:
        card.get_by_role("textbox").first.fill(text)
        press("Submit")(card)

    return answer


def choose(role: str, *names: str) -> Callable[[Locator], None]:
    def answer(card: Locator) -> None:
        for name in names:
            card.get_by_role(role, name=name).check(force=True)  # type: ignore[arg-type]
        press("Submit")(card)

    return answer


def decide(card: Locator) -> None:
    card.get_by_role("group", name="search").get_by_role("button", name="Approve", exact=True).click()
    card.get_by_role("group", name="send_mail").get_by_role("button", name="Reject", exact=True).click()
    press("Submit")(card)


def answer_plan(card: Locator) -> None:
    card.get_by_role("radio", name="Postgres").check(force=True)
    press("Submit")(card)


def tick_first(card: Locator) -> None:
    card.locator("tbody tr").first.get_by_role("checkbox").check()
    press("Submit")(card)


def pick_file(card: Locator) -> None:
    # The page's own copy of the notebook.
    card.get_by_role("combobox").fill("1-02_gallery.ipynb")
    press("Submit")(card)


ANSWERS: dict[str, tuple[Callable[[Locator], None], str]] = {
    "Ship it?": (press("Approve"), "ship: True"),
    "What's your name?": (fill("Grace"), "name: 'Grace'"),
    "Where shall we write to?": (fill("grace@example.org"), "mail: 'grace@example.org'"),
    "What shall we write?": (press("Submit"), "letter: 'Dear Ada,"),
    "What's your budget?": (press("Submit"), "budget: 250.0"),
    "When does it start?": (
        lambda card: (card.locator("input[type=date]").fill("2026-12-24"), press("Submit")(card))[1],
        "datetime.date(2026, 12, 24)",
    ),
    "Where to?": (choose("radio", "US"), "region: 'US'"),
    "Which toppings?": (choose("checkbox", "basil", "olives"), "toppings: ['basil', 'olives']"),
    "What comes first?": (
        press("Move Order tea up", "Submit"),
        "order: ['Order tea', 'Call Ada', 'Write the report']",
    ),
    "Shall it train on?": (press("Approve"), "train: True"),
    "Which one looks better?": (choose("radio", "green"), "look: 'green'"),
    "Which teas shall we order?": (tick_first, "restock: [{'tea': 'Assam', 'grams': 250, 'price': 6.5"),
    "Which notebook shall we send?": (pick_file, "file: '1-02_gallery.ipynb'"),
    "Is this right?": (press("Submit"), "'payment': {'kind': 'card', 'number': '4242'}"),
    "Review 2 actions": (decide, "[{'type': 'approve'}, {'type': 'reject'"),
    "Run close_account?": (press("Ignore"), "inbox: 'ignore'"),
    "book_table asks for your input": (press("Submit"), "elicit: 'accept'"),
    "Answer 2 questions": (answer_plan, "plan: ['Postgres', '']"),
    "Run refund?": (press("Approve"), "Refunded 199.00 for order 42."),
    "Before print: continue?": (press("Continue"), "print: {'title': 'On tea', 'words': 1200}"),
    "What shall it run with?": (press("Run"), "begin: {}"),
    "Anything": (press("Submit"), "anything: {'tree': [1, [2, [3]]]}"),
}
"""By question: how a reader answers, and what the last cell then says."""


def test_every_control_is_shown_and_answered(notebook: Open, theme: str) -> None:
    opened = notebook(name="02_gallery.ipynb", theme=theme)
    opened.run_all()
    for number, (question, (answer, _)) in enumerate(ANSWERS.items()):
        card = opened.page.get_by_role("form", name=question, exact=True)
        expect(card).to_be_visible(timeout=60_000)
        card.scroll_into_view_if_needed()
        expect(card.locator(".hitl-folder-wait")).to_have_count(0)  # what it fetches is there
        assert_accessible(card)
        shoot_card(card, f"gallery-{number:02}-{theme}")
        answer(card)
    last = opened.page.locator(".jp-CodeCell").last
    expect(last).to_contain_text("Refunded 19.90 for order 43.", timeout=30_000)  # nobody was asked
    for _, said in ANSWERS.values():
        expect(last).to_contain_text(said, timeout=30_000)


def shoot_card(card: Locator, name: str) -> None:
    view = card.locator("xpath=ancestor::*[contains(@class, 'hitl-root')]")
    shoot(card.page, name, of=view)
