"""A card whose question others have answered stays, with the table in it, and takes nothing more."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypedDict

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

import hitl_widgets as hitl
from hitl_widgets.running.others import noticing

from ..waiting import at_rest, until
from . import graphs
from .test_widget import Browser

AT: Any = {"configurable": {"thread_id": "t"}}
ROWS = [{"n": 1, "name": "ada"}, {"n": 2, "name": "bob"}]
PAGE = {"want": "page", "offset": 0, "limit": 10}


class State(TypedDict, total=False):
    said: Any
    then: Any


def closed(asks: Any, answer: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[Browser, str]:
    """A view that shows a card whose question was answered by hand, and the request of that."""
    monkeypatch.setattr(noticing, "EVERY", 0.05)
    monkeypatch.setattr(noticing, "SLOWLY", 0.1)
    nodes = {"first": lambda _: {"said": asks()}, "then": lambda _: {"then": hitl.ask("And then?")}}
    graph = graphs.chain(State, nodes, checkpointer=InMemorySaver())
    browser = Browser(at_rest(hitl.run(graph, {}, thread_id="t")), monkeypatch)
    browser.send({"type": "hello", "client": "c1", "seq": 0})
    request = browser.card("first")["request"]
    graph.invoke(Command(resume=answer), AT)
    browser.card("then")
    (card,) = [card for card in browser.widget.cards if "closed" in card]
    assert card["request"] == request
    return browser, request


def fetched(browser: Browser, request: str, what: Any) -> Any:
    id = 100 + len(browser.told)
    browser.send({"type": "fetch", "client": "c1", "request": request, "id": id, "what": what})
    return until(lambda: next((one for one in browser.told if one.get("id") == id), None), "nothing was told")


def test_the_rows_of_a_table_that_others_have_answered_are_still_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    browser, request = closed(lambda: hitl.ask("Which?", rows=ROWS, edit=["name"]), ROWS[:1], monkeypatch)
    page = fetched(browser, request, PAGE)["data"]
    assert [row["cells"] for row in page["rows"]] == [["1", "ada"], ["2", "bob"]]
    assert fetched(browser, request, {"want": "cell", "position": 1, "column": 1})["data"] == {"text": "bob"}
    assert [one.key for one in browser.session.requests] == ["then"]
    browser.session.answer("done")
    assert browser.session.wait(60)["said"] == ROWS[:1]
    until(lambda: browser.widget.cards == [], "the closed card stays for ever")
    assert "no longer open" in fetched(browser, request, PAGE)["error"]


def test_a_table_that_others_have_answered_takes_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    browser, request = closed(lambda: hitl.ask("Which?", rows=ROWS), ROWS[:1], monkeypatch)
    browser.answer(request, {"picked": [1], "edits": []})
    refused = until(lambda: next((one for one in browser.told if one["type"] == "refused"), None), "it was taken")
    assert "no longer open" in refused["message"]
    assert "no longer open" in fetched(browser, request, {"in_json": {"picked": [1], "edits": []}})["error"]
    assert browser.session.values["said"] == ROWS[:1]


def test_nothing_is_uploaded_for_a_question_that_others_have_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text("a")
    asks = lambda: str(hitl.ask("Which file?", Path, folder=".", upload="1 kB"))  # noqa: E731
    browser, request = closed(asks, "a.txt", monkeypatch)
    (pending,) = browser.session._run.others.closed
    source = pending.control.view["field"]["source"]  # type: ignore[typeddict-item]
    part = {"source": source, "upload": "u1", "name": "b.txt", "size": 1, "offset": 0, "data": "Yg=="}
    assert "no longer open" in fetched(browser, request, part)["error"]
    assert "no longer open" in fetched(browser, request, {"source": source, "folder": "", "typed": ""})["error"]
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]
