"""Notebook 01 in a real JupyterLab: answered by hand, by keyboard, through a reload and a kernel restart."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from .axe import assert_accessible
from .conftest import shoot
from .page import NotebookPage

NAME = "01_three_questions.ipynb"
APPROVE, ADDRESS, BUDGET = "Do you approve it?", "What's your address?", "What's your budget?"
GRAPH_CELL, RUN_CELL, AWAIT_CELL, LAST_CELL = 2, 5, 7, 14
"""Places of the cells that build the graph, start the session, wait for it, and end the notebook."""

Open = Callable[..., NotebookPage]


def test_run_all_goes_through_the_notebook_as_its_reader_clicks(notebook: Open, theme: str) -> None:
    opened = notebook(name=NAME, theme=theme)
    opened.run_all()

    approve = opened.card(APPROVE)
    expect(approve.get_by_role("button", name="Approve")).to_be_enabled(timeout=60_000)
    expect(opened.node("ask_approval", "waiting")).to_be_visible()
    expect(opened.node("ask_address", "idle")).to_be_visible()
    shoot(opened.page, f"three-questions-1-approve-{theme}")
    assert_accessible(opened.view)
    approve.get_by_role("button", name="Approve").click()

    address = opened.card(ADDRESS)
    address.get_by_role("textbox", name=ADDRESS).fill("12 Main St")
    expect(opened.node("ask_approval", "done")).to_be_visible()
    expect(opened.node("ask_address", "waiting")).to_be_visible()
    shoot(opened.page, f"three-questions-2-address-{theme}")
    assert_accessible(opened.view)
    address.get_by_role("button", name="Submit").click()

    budget = opened.card(BUDGET)
    number = budget.get_by_role("textbox", name=BUDGET).or_(budget.get_by_role("spinbutton", name=BUDGET))
    number.fill("99999")
    budget.get_by_role("button", name="Submit").click()
    expect(budget).to_contain_text("Must be at most 10000.")
    shoot(opened.page, f"three-questions-3-refused-{theme}")
    assert_accessible(opened.view)
    number.fill("250")
    expect(budget).not_to_contain_text("Must be at most")
    budget.get_by_role("button", name="Submit").click()

    expect(opened.node("ask_budget", "done")).to_be_visible()
    expect(opened.view).to_contain_text("Finished")
    # The cell that waited has its result, and those after it ran too.
    expect(opened.cell(AWAIT_CELL)).to_contain_text("['address', 'approved', 'budget', 'request']")
    expect(opened.view).to_contain_text("12 Main St")
    shoot(opened.page, f"three-questions-4-finished-{theme}")
    assert_accessible(opened.view)
    expect(opened.cell(LAST_CELL).or_(opened.page.locator(".jp-Notebook")).last).to_contain_text("'budget': 250.0")


def test_the_keyboard_is_all_it_takes(notebook: Open) -> None:
    opened = notebook(name=NAME)
    opened.run_all()
    keyboard = opened.page.keyboard
    expect(opened.card(APPROVE).get_by_role("button", name="Approve")).to_be_enabled(timeout=60_000)
    opened.card(APPROVE).get_by_role("button", name="Approve").focus()
    keyboard.press("Enter")
    # The focus goes to the next card by itself.
    expect(opened.card(ADDRESS).get_by_role("textbox", name=ADDRESS)).to_be_focused()
    keyboard.type("12 Main St")
    keyboard.press("Enter")
    number = opened.card(BUDGET).get_by_label(BUDGET).last
    expect(number).to_be_focused()
    keyboard.type("250")
    keyboard.press("ControlOrMeta+Enter")
    expect(opened.view).to_contain_text("Finished")
    expect(opened.cell(AWAIT_CELL)).to_contain_text("['address', 'approved', 'budget', 'request']")


def test_who_goes_by_keyboard_sees_which_button_it_is_at(notebook: Open, theme: str) -> None:
    opened = notebook(name=NAME, theme=theme)
    opened.run_all()
    approve = opened.card(APPROVE).get_by_role("button", name="Approve")
    approve.focus(timeout=60_000)
    for button in (opened.card(APPROVE).get_by_role("button", name="Reject"), approve):
        opened.page.keyboard.press("Tab" if button is not approve else "Shift+Tab")
        expect(button).to_be_focused()
        # Around it, in the view's colour: JupyterLab's own blue is within, and the first button is blue.
        expect(button).to_have_css("outline-offset", "2px")
        expect(button).to_have_css("outline-style", "solid")
        expect(button).to_have_css("outline-color", approve.evaluate("one => getComputedStyle(one).backgroundColor"))
    shoot(opened.page, f"focus-on-a-button-{theme}", of=opened.view)
    # All of it is seen at the view's corner too, beyond which JupyterLab cuts off what there is.
    above, right = opened.view.get_by_role("button", name="Stop").evaluate("""one => {
        const [button, view] = [one, one.closest('.hitl-root')].map((of) => of.getBoundingClientRect());
        return [button.top - view.top, view.right - button.right];
    }""")
    assert min(above, right) >= 4


def test_notebook_shortcuts_do_not_fire_while_typing(notebook: Open) -> None:
    opened = notebook(name=NAME)
    opened.run_all()
    opened.card(APPROVE).get_by_role("button", name="Approve").click(timeout=60_000)
    box = opened.card(ADDRESS).get_by_role("textbox", name=ADDRESS)
    box.click()
    # In command mode these would add, delete, cut and change cells, restart the kernel, and interrupt it.
    opened.page.keyboard.type("aabbddxxmy00ii")
    expect(box).to_have_value("aabbddxxmy00ii")
    expect(opened.page.get_by_role("dialog")).to_have_count(0)
    opened.page.keyboard.press("Shift+Enter")
    box.fill("here")
    expect(opened.node("ask_address", "waiting").or_(opened.node("ask_budget", "waiting"))).to_be_visible()


def test_a_reload_in_the_middle_loses_nothing(notebook: Open) -> None:
    opened = notebook(name=NAME)
    # Jupyter trusts a notebook once every output in it was made here, and shows no widget in one that it does not trust.
    opened.clear_outputs()
    opened.run_cell(GRAPH_CELL)
    opened.run_cell(RUN_CELL)
    opened.card(APPROVE).get_by_role("button", name="Approve").click(timeout=60_000)
    expect(opened.card(ADDRESS)).to_be_visible()
    opened.save()
    opened.reload()
    opened.cell(RUN_CELL).scroll_into_view_if_needed()  # Lab draws what is out of sight only when it comes into sight
    address = opened.card(ADDRESS)
    expect(address.get_by_role("button", name="Submit")).to_be_enabled(timeout=30_000)
    expect(opened.node("ask_approval", "done")).to_be_visible()
    address.get_by_role("textbox", name=ADDRESS).fill("after the reload")
    address.get_by_role("button", name="Submit").click()
    expect(opened.card(BUDGET)).to_be_visible()
    expect(opened.view).to_contain_text("after the reload")


def test_after_a_kernel_restart_the_view_says_that_the_kernel_is_gone(notebook: Open) -> None:
    opened = notebook(name=NAME)
    opened.run_cell(GRAPH_CELL)
    opened.run_cell(RUN_CELL)
    expect(opened.card(APPROVE).get_by_role("button", name="Approve")).to_be_enabled(timeout=60_000)
    opened.restart_kernel()
    expect(opened.view).to_contain_text(
        re.compile("kernel is gone|kernel was restarted", re.IGNORECASE), timeout=30_000
    )
    expect(opened.card(APPROVE).get_by_role("button", name="Approve")).to_be_disabled()
    shoot(opened.page, "kernel-gone")
    assert_accessible(opened.view)


def test_on_an_older_ipykernel_default_settings_clicks_arrive_while_another_cell_blocks(notebook: Open) -> None:
    opened = notebook(
        cells=[
            "from langgraph.types import interrupt\nfrom langgraph.graph import START, StateGraph\n"
            "from typing import TypedDict\nimport hitl_widgets as hitl\n"
            "class S(TypedDict, total=False):\n    a: str\n"
            "b = StateGraph(S); b.add_node('ask', hitl.ask_node('a', 'Still there?')); b.add_edge(START, 'ask')\n"
            "session = hitl.run(b.compile(), {})\nsession",
            # Blocks the main thread without a pump, until the click has changed the session.
            "import time\nwhile session.status != 'finished': time.sleep(0.05)\nprint('seen', session.values)",
        ]
    )
    opened.run_cell(0)
    box = opened.card("Still there?").get_by_role("textbox")
    expect(box).to_be_enabled(timeout=60_000)
    opened.run_cell(1)
    expect(opened.prompt(1)).to_contain_text("*")
    box.fill("yes")
    box.press("Enter")
    expect(opened.cell(1)).to_contain_text("seen {'a': 'yes'}", timeout=20_000)


@pytest.mark.parametrize("width", [1280, 700])
def test_a_form_with_every_kind_of_field(notebook: Open, theme: str, width: int) -> None:
    opened = notebook(
        theme=theme,
        cells=[
            "import datetime as dt, enum\nfrom typing import Annotated, Literal, TypedDict\n"
            "from annotated_types import Ge, Le, MinLen\nfrom langgraph.graph import START, StateGraph\n"
            "from pydantic import BaseModel, EmailStr, Field, HttpUrl\nimport hitl_widgets as hitl\n"
            "class Where(BaseModel):\n    street: str\n    country: Literal['DE','FR','IT','ES','PT','NL']\n"
            "class Trip(BaseModel):\n    name: Annotated[str, MinLen(2)]\n    nights: Annotated[int, Ge(1), Le(30)]\n"
            "    price: float = 99.5\n    meal: Literal['breakfast','half board','full board'] = 'breakfast'\n"
            "    extras: list[Literal['bike','boat','guide','sauna']] = []\n    start: dt.date\n    call: dt.datetime | None = None\n"
            "    email: EmailStr\n    site: HttpUrl | None = None\n    window: bool = True\n    where: Where\n"
            "    notes: str = Field('', json_schema_extra={'format': 'multiline'}, description='Anything else?')\n"
            "class S(TypedDict, total=False):\n    trip: dict\n"
            "def ask(state): return {'trip': hitl.ask('Where do you want to go?', Trip).model_dump(mode='json')}\n"
            "b = StateGraph(S); b.add_node('ask', ask); b.add_edge(START, 'ask')\n"
            "session = hitl.run(b.compile(), {})\nsession",
            "import json\nprint(json.dumps((await session)['trip'], sort_keys=True))",
        ],
    )
    opened.page.set_viewport_size({"width": width, "height": 1400})
    opened.run_all()
    card = opened.card("Where do you want to go?")
    expect(card.get_by_role("button", name="Submit")).to_be_enabled(timeout=60_000)
    card.get_by_role("button", name="Submit").click()
    expect(card).to_contain_text("Please fill this in.")
    shoot(opened.page, f"form-refused-{theme}-{width}")
    assert_accessible(opened.view)
    card.get_by_label("Name").fill("Zoë 🏔")
    card.get_by_label("Nights").fill("3")
    card.get_by_role("checkbox", name="boat").check()
    card.get_by_label("Start").fill("2026-12-24")
    card.get_by_label("Email").fill("zoe@example.org")
    card.get_by_label("Street").fill("Calle 1")
    card.get_by_label("Country").select_option("ES")
    shoot(opened.page, f"form-filled-{theme}-{width}")
    card.get_by_role("button", name="Submit").click()
    expect(opened.cell(1)).to_contain_text('"country": "ES"', timeout=20_000)
    expect(opened.cell(1)).to_contain_text('"extras": ["boat"]')
    expect(opened.cell(1)).to_contain_text('"start": "2026-12-24"')
    expect(opened.cell(1)).to_contain_text('"nights": 3')
