"""Controls, matchers and policies whose own code raises: the session lives, and the question can be answered."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import ipywidgets
import pytest

import hitl_widgets as hitl

from ..waiting import at_rest, until
from . import graphs
from .test_widget import Browser


def session_with(function: Any, **options: Any) -> hitl.Session:
    registry = hitl.controls.copy()
    registry.register(when=lambda request: True)(function)
    return at_rest(hitl.run(graphs.chain(graphs.Log, {"ask": graphs.asks("?")}), {}, controls=registry, **options))


def broken(value: Any) -> Any:
    raise AttributeError("no such thing")


def test_a_parse_that_breaks_twice_leaves_the_json_editor(monkeypatch: pytest.MonkeyPatch) -> None:
    session = session_with(lambda request: replace(hitl.Control.text(), parse=broken))
    browser = Browser(session, monkeypatch)
    card = browser.widget.cards[0]
    assert card["control"]["field"]["type"] == "text"
    browser.answer(card["request"], "abc")
    until(lambda: browser.widget.cards[0]["refusals"] == 1, "it is not refused")
    assert browser.widget.cards[0]["control"]["field"]["type"] == "text"
    browser.answer(card["request"], "abc")
    until(lambda: browser.widget.cards[0]["refusals"] == 2, "it is not refused")
    card = browser.widget.cards[0]
    assert card["control"]["field"]["type"] == "json"
    assert "AttributeError: no such thing" in card["error"]
    assert "Answer in JSON" in card["error"]
    browser.answer(card["request"], '{"a": 1}')
    assert session.wait(60) == {"log": [{"a": 1}]}


def test_a_parse_that_breaks_in_code_can_be_answered_anew() -> None:
    session = session_with(lambda request: replace(hitl.Control.text(), parse=broken))
    for _ in range(2):
        with pytest.raises(hitl.InvalidAnswerError, match="no such thing"):
            session.answer("abc")
    session.answer({"a": 1})
    assert session.wait(60) == {"log": [{"a": 1}]}


def in_json(browser: Browser, text: Any) -> None:
    browser.answer(browser.widget.cards[0]["request"], text, json=True)


def refused(browser: Browser, times: int) -> Any:
    until(lambda: browser.widget.cards[0]["refusals"] == times, "it is not refused")
    return browser.widget.cards[0]


def test_a_control_that_cannot_be_drawn_is_answered_in_json_and_its_parse_still_checks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = session_with(lambda request: replace(hitl.Control.text(), parse=int))
    browser = Browser(session, monkeypatch)
    in_json(browser, '"many"')
    assert "invalid literal" in refused(browser, 1)["error"]
    in_json(browser, "{")
    assert "Not JSON" in refused(browser, 2)["error"]
    in_json(browser, {"no": "text"})
    refused(browser, 3)
    in_json(browser, '"12345678901234567890"')
    assert session.wait(60) == {"log": [12345678901234567890]}


def test_json_is_the_answer_itself_and_not_what_a_form_would_send(monkeypatch: pytest.MonkeyPatch) -> None:
    schema = {"type": "object", "properties": {"prices": {"additionalProperties": {"type": "number", "maximum": 9}}}}
    session = session_with(lambda request: hitl.Control.form(schema))
    browser = Browser(session, monkeypatch)
    in_json(browser, '{"prices": {"a": 10}}')
    assert refused(browser, 1)["field_errors"] == {"prices/a": "Must be at most 9."}
    in_json(browser, '{"prices": {"a": 1}}')
    assert session.wait(60) == {"log": [{"prices": {"a": 1}}]}


def test_a_widget_that_cannot_be_drawn_takes_json_as_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    session = session_with(lambda request: ipywidgets.IntSlider(value=3, max=10))
    browser = Browser(session, monkeypatch)
    in_json(browser, '"many"')
    refused(browser, 1)
    in_json(browser, "7")
    assert session.wait(60) == {"log": [7]}


def test_an_approval_that_cannot_be_drawn_is_answered_in_json(monkeypatch: pytest.MonkeyPatch) -> None:
    session = session_with(lambda request: hitl.Control.approval())
    browser = Browser(session, monkeypatch)
    in_json(browser, "7")
    refused(browser, 1)
    in_json(browser, "true")
    assert session.wait(60) == {"log": [True]}


def test_a_secret_is_not_taken_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    session = session_with(lambda request: hitl.Control.text(format="password"))
    browser = Browser(session, monkeypatch)
    assert browser.widget.cards[0]["secret"] is True
    in_json(browser, '"s3cr3t"')
    card = refused(browser, 1)
    assert "not taken as JSON" in card["error"]
    assert "s3cr3t" not in str(browser.widget.get_state())
    browser.answer(card["request"], "s3cr3t")
    session.wait(60)


def test_a_parse_that_refuses_keeps_its_control() -> None:
    session = session_with(lambda request: replace(hitl.Control.text(), parse=int))
    with pytest.raises(hitl.InvalidAnswerError, match="invalid literal"):
        session.answer("abc")
    session.answer("3")
    assert session.wait(60) == {"log": [3]}


def test_a_secret_is_never_asked_for_in_the_json_editor() -> None:
    session = session_with(lambda request: replace(hitl.Control.text(format="password"), parse=broken))
    with pytest.raises(hitl.InvalidAnswerError, match="does not fit"):
        session.answer("s3cr3t")
    assert session._run.pending[0].control.secret


@pytest.mark.filterwarnings("ignore:The control")
def test_a_control_that_cannot_be_made_is_passed_over() -> None:
    def boom(request: hitl.Request) -> Any:
        raise RuntimeError("no database")

    session = session_with(boom)
    session.answer("x")
    assert session.wait(60) == {"log": ["x"]}


@pytest.mark.filterwarnings("ignore:The control")
def test_a_matcher_that_raises_is_passed_over() -> None:
    registry = hitl.controls.copy()
    registry.register(when=lambda request: request.payload["missing"])(lambda request: hitl.Control.text())
    session = hitl.run(graphs.chain(graphs.Log, {"ask": graphs.asks("?")}), {}, controls=registry)
    session.answer("x")
    assert session.wait(60) == {"log": ["x"]}


def test_a_policy_that_raises_asks_a_person_and_says_so() -> None:
    def boom(request: hitl.Request) -> Any:
        raise RuntimeError("no model")

    graph = graphs.chain(graphs.Log, {"ask": graphs.asks("?")})
    session = at_rest(hitl.run(graph, {}, policies=[hitl.policy(answer=boom, name="judge")]))
    assert any("judge" in notice and "no model" in notice for notice in session.notices)
    session.answer("x")
    assert session.wait(60) == {"log": ["x"]}


def test_several_answers_are_all_checked_before_one_is_taken() -> None:
    session = at_rest(hitl.run(graphs.parallel(), {"log": []}))
    with pytest.raises(hitl.InvalidAnswerError) as refused:
        session.answer_all({"once": "a", "typed": {"value": "many"}, "twice": "b"})
    assert all(path.startswith("typed") for path in refused.value.fields)
    assert len(session.requests) == 3
    assert len(session.decisions) == 0
    with pytest.raises(hitl.UnknownRequestError):
        session.answer_all({"once": "a", "nobody": "b"})
    assert len(session.requests) == 3
    session.answer_all({"once": "a", "typed": {"value": 1}, "twice": "b"})
    at_rest(session).answer("c", to="twice")
    assert sorted(map(str, session.wait(60)["log"])) == ["a", "b", "c", "value=1"]


@pytest.mark.parametrize(
    "made",
    [
        lambda: hitl.Control.text(title=42),  # type: ignore[arg-type]
        lambda: hitl.Control.text(description=["a", "b"]),  # type: ignore[arg-type]
        lambda: replace(hitl.Control.text(), context=("a draft",)),  # type: ignore[arg-type]
        lambda: replace(hitl.Control.text(), context=({"label": "Draft"},)),  # type: ignore[arg-type]
        lambda: ipywidgets.IntSlider,
    ],
    ids=["title", "description", "parts", "half a part", "class"],
)
def test_a_control_that_no_card_can_show_is_passed_over(made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.warns(RuntimeWarning, match="was skipped for 'ask'"):
        session = session_with(lambda request: made())
    browser = Browser(session, monkeypatch)
    browser.answer(browser.widget.cards[0]["request"], "abc")
    assert session.wait(60) == {"log": ["abc"]}


async def later(value: Any) -> Any:
    return value


def one_by_one(value: Any) -> Any:
    yield value


@pytest.mark.parametrize("parse", [later, one_by_one])
def test_a_parse_that_has_parsed_nothing_yet_gives_the_graph_nothing(parse: Any) -> None:
    session = session_with(lambda request: replace(hitl.Control.text(), parse=parse))
    for _ in range(2):
        with pytest.raises(hitl.InvalidAnswerError, match="parse= takes a plain function"):
            session.answer("abc")
    session.answer("as JSON")
    assert session.wait(60) == {"log": ["as JSON"]}


def test_an_async_test_of_a_request_does_not_take_all_of_them() -> None:
    registry = hitl.controls.copy()

    async def never(request: Any) -> bool:
        return False

    registry.register(when=never)(lambda request: hitl.Control.approval())
    with pytest.warns(RuntimeWarning, match="when= takes a plain function, not an async one"):
        session = at_rest(hitl.run(graphs.chain(graphs.Log, {"ask": graphs.asks("?")}), {}, controls=registry))
    session.answer("abc")
    assert session.wait(60) == {"log": ["abc"]}


@pytest.mark.parametrize("decided", [broken, lambda value: value, lambda value: (value, 7)])
def test_what_cannot_say_what_was_decided_leaves_the_json_editor(decided: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    session = session_with(lambda request: replace(hitl.Control.text(), decided=decided))
    browser = Browser(session, monkeypatch)
    for times in (1, 2):
        browser.answer(browser.widget.cards[0]["request"], "abc")
        refused(browser, times)
    card = browser.widget.cards[0]
    assert "Answer in JSON" in card["error"]
    browser.answer(card["request"], '"abc"')
    assert session.wait(60) == {"log": ["abc"]}
    assert [one.value for one in session.decisions] == ["abc"]


def test_while_a_parse_goes_on_it_is_said_and_a_run_that_is_stopped_asks_again() -> None:
    begun, end = threading.Event(), threading.Event()

    def slow(value: str) -> str:
        begun.set()
        end.wait(60)
        return value

    session = session_with(lambda request: replace(hitl.Control.text(), parse=slow))
    [asked] = session.requests
    first = threading.Thread(target=session.answer, args=["one"], daemon=True)
    first.start()
    assert begun.wait(60)
    with pytest.raises(hitl.StaleAnswerError, match=r"is being answered already.* stop the run"):
        session.answer("two", to=asked)
    session.stop()
    end.set()
    first.join(60)
    until(lambda: session.status == "stopped", "it was not stopped")


@pytest.mark.filterwarnings("ignore:The control hint")
@pytest.mark.parametrize("hint", [{"title": 5}, {"title": ["a"]}, {"description": {"a": 1}}])
def test_a_payload_whose_hint_no_card_can_show_is_asked_about_all_the_same(hint: Any) -> None:
    payload = {"question": "Who?", "control": {"kind": "text", **hint}}
    session = at_rest(hitl.run(graphs.chain(graphs.Log, {"ask": graphs.asks(payload)}), {}))
    assert session.status == "waiting"
    session.answer("abc")
    assert session.wait(60) == {"log": ["abc"]}
