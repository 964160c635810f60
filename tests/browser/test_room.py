"""What stands beside what, where there is room and where there is none."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from langgraph.types import interrupt
from playwright.sync_api import Locator, Page, expect

import hitl_widgets as hitl

from ..unit import graphs
from ..waiting import PATIENCE
from .plain_page import show

CLOSE_ACCOUNT = {
    "action_request": {"action": "close_account", "args": {"user": "ada", "keep_mail": True}},
    "config": {"allow_accept": True, "allow_edit": True, "allow_respond": True, "allow_ignore": True},
}


def asking(ask: Any) -> hitl.Session:
    session = hitl.run(graphs.chain(graphs.Log, {"ask": lambda _: {"log": [ask()]}}), {})
    with pytest.raises(hitl.UnansweredError):
        session.wait(PATIENCE)
    return session


def view_in(page: Page, session: hitl.Session, width: int) -> Locator:
    return show(page, f'<main id="view" style="width: {width}px"></main>', session)


def box(part: Locator) -> dict[str, float]:
    found = part.bounding_box()
    assert found is not None
    return dict(found)


def overlap(one: dict[str, float], other: dict[str, float]) -> bool:
    return all(
        one[at] < other[at] + other[size] and other[at] < one[at] + one[size]
        for at, size in (("x", "width"), ("y", "height"))
    )


def test_all_buttons_of_a_decision_stand_in_one_line_where_there_is_room(page: Page) -> None:
    view = view_in(page, asking(lambda: interrupt([CLOSE_ACCOUNT])), 620)
    buttons = view.locator(".hitl-choices button")
    expect(buttons).to_have_text(["Accept", "Edit", "Respond", "Ignore", "Always accept"])
    assert len({box(one)["y"] for one in buttons.all()}) == 1


@pytest.mark.parametrize("width", [340, 440, 500, 560, 620, 900])
def test_that_an_answer_is_on_its_way_is_said_beside_the_buttons_or_below_them(page: Page, width: int) -> None:
    view = view_in(page, asking(lambda: interrupt([CLOSE_ACCOUNT])), width)
    view.get_by_role("button", name="Always accept").click()
    said = view.get_by_role("form").get_by_text("Submitting…")
    expect(said).to_be_visible()
    buttons = view.locator(".hitl-choices button").all()
    assert len(buttons) == 5
    text = box(said)
    card = box(view.get_by_role("form"))
    # The line is as high as a button; what is read in it is its middle.
    text.update(y=text["y"] + text["height"] / 2 - 7, height=14)
    assert not any(overlap(text, box(one)) for one in buttons)
    assert text["y"] + text["height"] < card["y"] + card["height"]


def test_the_arrow_of_a_list_to_choose_from_has_room_at_the_edge(page: Page) -> None:
    places = Literal["Assam", "Darjeeling", "Genmaicha", "Keemun", "Lapsang", "Sencha"]
    view = view_in(page, asking(lambda: hitl.ask("Which tea?", places)), 500)
    style = view.get_by_role("combobox").evaluate(
        "one => { const { appearance, paddingRight, backgroundPositionX } = getComputedStyle(one);"
        " return [appearance, paddingRight, backgroundPositionX] }"
    )
    assert style == ["none", "30px", "calc(100% - 11px)"]


@pytest.mark.parametrize("width", [680, 716, 1200])
def test_the_question_stands_beside_a_narrow_graph_in_half_a_window_too(page: Page, width: int) -> None:
    view = view_in(page, asking(lambda: interrupt("Ship it?")), width)
    graph, card = box(view.get_by_role("group", name="Graph")), box(view.get_by_role("form"))
    assert card["x"] >= graph["x"] + graph["width"]
    assert card["y"] == graph["y"]
    assert card["width"] > width / 2  # 716: JupyterLab in a window of 900


@pytest.mark.parametrize(("nodes", "width"), [(1, 600), (4, 716)])
def test_the_question_stands_below_the_graph_where_one_of_them_would_be_too_narrow(
    page: Page, nodes: int, width: int
) -> None:
    asks = {f"node_{at}": lambda _: {"log": [interrupt("Ship it?")]} for at in range(nodes)}
    session = hitl.run(graphs.fan_out(graphs.Log, asks, lambda _: {}), {})
    with pytest.raises(hitl.UnansweredError):
        session.wait(PATIENCE)
    view = view_in(page, session, width)
    graph, card = box(view.get_by_role("group", name="Graph")), box(view.get_by_role("form").first)
    assert card["y"] >= graph["y"] + graph["height"]
    assert graph["width"] > 0.9 * width


def test_a_label_without_a_space_stays_in_its_card_however_long_it_is(page: Page) -> None:
    fields = {"sure": {"type": "boolean", "title": "L" * 250}, "why": {"type": "string"}}
    schema = {"type": "object", "properties": fields}
    view = view_in(page, asking(lambda: interrupt("Fill it in", response_schema=schema)), 420)
    card = view.get_by_role("form", name="Fill it in")
    expect(card.get_by_text("L" * 200)).to_be_visible()
    assert card.evaluate("one => one.scrollWidth - one.clientWidth") == 0


def test_what_nobody_sees_in_an_option_is_marked_within_it(page: Page) -> None:
    view = view_in(page, asking(lambda: hitl.ask("Which?", Literal["no\u202e", "yes"])), 420)
    mark = view.get_by_role("img", name="Hidden U+202E")
    expect(mark).to_have_count(1)
    # It is no option of its own, with a border.
    assert mark.evaluate("one => getComputedStyle(one).borderTopWidth") == "0px"


def test_what_nobody_sees_takes_room_in_the_head_of_a_table(page: Page) -> None:
    row = {"na\u202eme": "x"} | {f"another column, number {n}": n for n in range(4)}
    view = view_in(page, asking(lambda: hitl.ask("Which rows?", rows=[row])), 420)
    mark = view.get_by_role("grid").get_by_role("img", name="Hidden U+202E")
    expect(mark).to_have_count(1)
    # All of it, and no ellipsis that looks as if there was nothing odd.
    cut = "one => { const of = one.parentElement; return of.scrollWidth > of.clientWidth; }"
    assert not mark.evaluate(cut)


@pytest.mark.parametrize("width", [50, 240])
def test_beside_an_open_sidebar_the_view_is_scrolled_and_not_squeezed(page: Page, width: int) -> None:
    # As JupyterLab's outputs are.
    where = f'<main style="width: {width}px; overflow: auto"><div id="view"></div></main>'
    view = show(page, where, asking(lambda: hitl.ask("Which tea would you like to have?")))
    assert box(view.get_by_role("textbox"))["width"] > 150
    assert page.locator("main").evaluate("one => one.scrollWidth") == 240
