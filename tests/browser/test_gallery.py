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
        expect(card).to_have_count(0)  # what is below it moves up
    last = opened.page.locator(".jp-CodeCell").last
    expect(last).to_contain_text("Refunded 19.90 for order 43.", timeout=30_000)  # nobody was asked
    for _, said in ANSWERS.values():
        expect(last).to_contain_text(said, timeout=30_000)


FOCUSED = "() => document.activeElement.cloneNode(false).outerHTML.slice(0, 120)"


def tab_to(card: Locator, role: str, name: str | None = None) -> None:
    """Press Tab until the focus is on it, from the card on; it must be on the way."""
    wanted = card.get_by_role(role, name=name, exact=True) if name else card.get_by_role(role)  # type: ignore[arg-type]
    expect(wanted.first).to_be_enabled()  # Tab does not come by twice
    if not card.evaluate("card => card.contains(document.activeElement)"):
        card.evaluate("card => card.focus()")
    way: list[str] = []
    for _ in range(40):
        if wanted.evaluate_all("all => all.includes(document.activeElement)"):
            return
        card.page.keyboard.press("Tab")
        way.append(card.page.evaluate(FOCUSED))
    raise AssertionError(f"Tab does not lead to the {role} {name or ''}, but to {way}")


def keys(*steps: tuple[str, str | None] | str) -> Callable[[Locator], None]:
    """Where Tab leads to, as a role and a name, and what is pressed there."""

    def answer(card: Locator) -> None:
        for step in steps:
            if isinstance(step, tuple):
                tab_to(card, *step)
            elif step == "Tab":
                card.evaluate("card => card.focus()")
                card.page.keyboard.press("Tab")
            elif step.startswith("type:"):
                card.page.keyboard.type(step.removeprefix("type:"))
            else:
                card.page.keyboard.press(step)

    return answer


SEND = "Control+Enter"


def decide_by_keys(card: Locator) -> None:
    for group, button in (("search", "Approve"), ("send_mail", "Reject")):
        tab_to(card.get_by_role("group", name=group, exact=True), "button", button)
        card.page.keyboard.press("Enter")
    tab_to(card, "textbox")
    keys("type:Not yet.", SEND)(card)


def pick_file_by_keys(card: Locator) -> None:
    keys(("combobox", None), "type:02_gal")(card)
    expect(card.get_by_role("option", name="1-02_gallery.ipynb")).to_be_visible()  # the folder has been read
    keys("ArrowDown", "Enter", SEND)(card)


BY_KEYS: dict[str, tuple[Callable[[Locator], None], str]] = {
    "Ship it?": (keys(("button", "Approve"), "Enter"), "ship: True"),
    "What's your name?": (keys(("textbox", None), "type:Grace", SEND), "name: 'Grace'"),
    "Where shall we write to?": (keys(("textbox", None), "type:g@example.org", SEND), "mail: 'g@example.org'"),
    "What shall we write?": (keys(("textbox", None), "Control+End", "type:!", SEND), "the tea house!'"),
    "What's your budget?": (keys(("slider", None), "End", SEND), "budget: 1000.0"),
    "When does it start?": (keys("Tab", "type:12242026", SEND), "datetime.date(2026, 12, 24)"),
    "Where to?": (keys(("radio", None), "Space", SEND), "region: 'EU'"),
    "Which toppings?": (keys(("checkbox", "olives"), "Space", SEND), "toppings: ['olives']"),
    "What comes first?": (keys(("button", "Move Order tea up"), "Enter", SEND), "order: ['Order tea', 'Call Ada'"),
    "Shall it train on?": (keys(("button", "Reject"), "Enter"), "train: False"),
    "Which one looks better?": (keys(("radio", None), "Space", "ArrowRight", SEND), "look: 'green'"),
    "Which teas shall we order?": (
        keys(("checkbox", "Row 1: Assam"), "ArrowDown", "Space", SEND),
        "restock: [{'tea': 'Darjeeling'",
    ),
    "Which notebook shall we send?": (pick_file_by_keys, "file: '1-02_gallery.ipynb'"),
    "Is this right?": (keys(("textbox", None), SEND), "'payment': {'kind': 'card', 'number': '4242'}"),
    "Review 2 actions": (decide_by_keys, "[{'type': 'approve'}, {'type': 'reject', 'message': 'Not yet.'"),
    "Run close_account?": (keys(("button", "Ignore"), "Enter"), "inbox: 'ignore'"),
    "book_table asks for your input": (keys(("slider", None), "ArrowRight", SEND), "elicit: 'accept'"),
    "Answer 2 questions": (keys(("radio", None), "Space", SEND), "plan: ['SQLite', '']"),
    "Run refund?": (keys(("button", "Approve"), "Enter"), "Refunded 199.00 for order 42."),
    "Before print: continue?": (keys(("button", "Continue"), "Enter"), "print: {'title': 'On tea', 'words': 1200}"),
    "What shall it run with?": (keys(("textbox", None), "type:On milk", ("button", "Run"), "Enter"), "On milk"),
    "Anything": (keys(("textbox", None), SEND), "anything: {'tree': [1, [2, [3]]]}"),
}
"""The same with nothing but keys."""


def test_every_control_is_answered_by_the_keyboard_alone(notebook: Open) -> None:
    opened = notebook(name="02_gallery.ipynb")
    opened.run_all()
    said: list[str] = []
    for question, (answer, result) in BY_KEYS.items():
        card = opened.page.get_by_role("form", name=question, exact=True)
        expect(card).to_be_visible(timeout=60_000)
        card.scroll_into_view_if_needed()
        answer(card)
        expect(card).to_have_count(0)
        said.append(result)
    last = opened.page.locator(".jp-CodeCell").last
    for result in said:
        expect(last).to_contain_text(result, timeout=30_000)


def shoot_card(card: Locator, name: str) -> None:
    view = card.locator("xpath=ancestor::*[contains(@class, 'hitl-root')]")
    shoot(card.page, name, of=view)
