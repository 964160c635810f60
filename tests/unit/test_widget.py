"""The view's traits and the browser's messages, without a browser."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import interrupt
from pydantic import TypeAdapter

import hitl_widgets as hitl
from hitl_widgets import protocol
from hitl_widgets.control import Control
from hitl_widgets.view.coalesce import Coalesced
from hitl_widgets.view.graph_widget import GraphWidget
from hitl_widgets.view.project import KEPT

from ..waiting import at_rest, until
from . import graphs

SHAPES: dict[str, Any] = {
    "graph": protocol.GraphView,
    "run": protocol.RunView,
    "nodes": dict[str, protocol.NodeView],
    "edges": dict[str, int],
    "cards": list[protocol.CardView],
    "assets": dict[str, str],
    "timeline": protocol.TimelineView,
    "forks": list[protocol.ForkView],
}


class Browser:
    """The view as a browser would drive it: reads traits, sends messages, keeps what is told."""

    def __init__(self, session: hitl.Session, monkeypatch: pytest.MonkeyPatch) -> None:
        self.session = session
        self.widget = session._display.widget
        self.told: list[Any] = []
        monkeypatch.setenv("HITL_UNATTENDED", "0")  # what is sent is taken in another thread: who waits waits for that
        monkeypatch.setattr(self.widget, "send", lambda content, buffers=None: self.told.append(content))

    def send(self, message: Any) -> None:
        self.widget._handle_custom_msg(message, [])

    def answer(self, request: str, value: Any, **more: Any) -> None:
        self.send({"type": "answer", "client": "c1", "request": request, "value": value, **more})

    def card(self, key: str) -> Any:
        return until(
            lambda: next((c for c in self.widget.cards if c["key"] == key and c["status"] == "open"), None),
            lambda: f"no open card {key!r}: {self.widget.cards}",
        )


@pytest.fixture
def browse(monkeypatch: pytest.MonkeyPatch) -> Callable[[hitl.Session], Browser]:
    return lambda session: Browser(session, monkeypatch)


def test_a_run_is_answered_from_cards_alone(browse: Any) -> None:
    browser = browse(hitl.run(graphs.three_questions(), {}))
    browser.answer(browser.card("approved")["request"], True, reason="looks fine")
    browser.answer(browser.card("address")["request"], "12 Main St")
    browser.answer(browser.card("budget")["request"], 250)
    assert browser.session.wait(60) == {"approved": True, "address": "12 Main St", "budget": 250.0}
    decision = browser.session.decisions[0]
    assert (decision.by, decision.reason) == ("person", "looks fine")
    until(lambda: browser.widget.run["status"] == "finished", "the view never finished")
    assert browser.widget.timeline["decisions"] == 3
    assert browser.widget.cards == []


@pytest.mark.parametrize("build", [graphs.three_questions, graphs.parallel, graphs.nested])
def test_every_trait_has_the_shape_that_the_protocol_says(browse: Any, build: Any) -> None:
    browser = browse(hitl.run(build(), {}))
    until(lambda: browser.widget.graph and browser.widget.cards, "nothing was projected")
    for name, shape in SHAPES.items():
        value = getattr(browser.widget, name)
        adapter = TypeAdapter(shape)
        assert adapter.dump_python(adapter.validate_python(value, strict=True)) == value
        json.dumps(value, allow_nan=False)


def test_a_value_that_does_not_fit_is_refused_on_its_card_and_never_sent(browse: Any) -> None:
    browser = browse(hitl.run(graphs.three_questions(), {}))
    card = browser.card("approved")
    browser.answer(card["request"], "perhaps")
    refused = until(lambda: browser.widget.cards and browser.widget.cards[0]["refusals"], "not refused")
    assert refused == 1
    assert browser.widget.cards[0]["error"]
    assert at_rest(browser.session).status == "waiting"
    browser.answer(card["request"], False)
    browser.card("address")
    assert browser.session.decisions[0].value is False


def test_a_card_that_was_answered_in_a_run_that_failed_says_what_becomes_of_it(browse: Any) -> None:
    fails = [True]

    def breaks(_: Any) -> dict[str, Any]:
        answer = interrupt("Go?")
        if fails:
            raise ValueError("no way")
        return {"log": [answer]}

    graph = graphs.fan_out(graphs.Log, {"breaks": breaks, "asks": graphs.asks("Name?")}, lambda _: {})
    browser = browse(hitl.run(graph, {}))
    browser.answer(browser.card("breaks")["request"], "go")
    until(lambda: browser.session.status == "failed", "it never failed")
    browser.answer(browser.card("asks")["request"], "Ada")
    closed = until(
        lambda: [one for one in browser.widget.cards if one["key"] == "asks" and "closed" in one],
        lambda: str(browser.widget.cards),
    )
    assert closed[0]["closed"] == KEPT
    assert "Answer differently" in KEPT  # where the answer is what it has failed over
    fails.clear()
    browser.session.retry()
    browser.session.wait(60)
    until(lambda: browser.widget.cards == [], "a card stays")
    assert [one.value for one in browser.session.decisions] == ["go", "Ada"]


def test_a_second_answer_to_the_same_card_is_refused_with_a_sentence(browse: Any) -> None:
    browser = browse(hitl.run(graphs.three_questions(), {}))
    request = browser.card("approved")["request"]
    browser.answer(request, True)
    browser.card("address")
    browser.answer(request, False)
    (refused,) = until(lambda: browser.told, "nothing was said")
    assert refused["type"] == "refused"
    assert refused["client"] == "c1"
    assert "no longer open" in refused["message"]
    assert browser.session.decisions[0].value is True


def test_what_was_written_for_a_question_that_is_gone_is_told_to_who_wrote_it_but_no_secret(browse: Any) -> None:
    nodes = {
        "note": lambda _: {"log": [hitl.ask("A note?")]},
        "key": lambda _: {"log": [hitl.ask("The key?", secret=True)]},
        "last": graphs.asks("Done?"),
    }
    browser = browse(hitl.run(graphs.chain(graphs.Log, nodes), {}))
    note = browser.card("note")["request"]
    browser.answer(note, "short")
    key = browser.card("key")["request"]
    browser.answer(note, "a long one", reason="as it was")
    (refused,) = until(lambda: browser.told, "nothing was said")
    assert refused["message"].endswith("You had written: a long one / as it was")
    browser.answer(key, "s3cret")
    browser.card("last")
    browser.answer(key, "an0ther")
    until(lambda: len(browser.told) == 2, "nothing was said")
    assert "an0ther" not in str(browser.told)
    assert "You had written" not in browser.told[1]["message"]


def works_no_more() -> None:
    """Wait for the sessions' threads: what one shows is there a moment before it has told so."""
    for thread in threading.enumerate():
        if thread.name == "hitl-session":
            thread.join(60)


def test_the_update_that_shows_the_next_question_is_the_last_one_for_an_answer(
    browse: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = browse(hitl.run(graphs.three_questions(), {}))
    request, sent = browser.card("approved")["request"], dict[str, int]()
    works_no_more()
    updates = browser.widget._updates
    until(lambda: not updates._is_due, "an update is still to come")
    # Those from before it rests come when they may: on a busy machine once the question is there, and before it is told.
    monkeypatch.setattr(updates, "pause", 3600.0)
    monkeypatch.setattr(updates, "_is_calm", lambda: True)
    browser.widget.observe(
        lambda change: sent.update({card["key"]: browser.widget.run["seq"] for card in change["new"]}), names="cards"
    )
    browser.answer(request, True)
    browser.card("address")
    works_no_more()
    assert browser.widget.run["seq"] == sent["address"]


def test_a_hello_is_acknowledged_to_the_client_that_sent_it(browse: Any) -> None:
    browser = browse(hitl.run(graphs.three_questions(), {}))
    browser.send({"type": "hello", "client": "tab 2", "seq": 0})
    (ack,) = browser.told
    assert (ack["type"], ack["client"]) == ("ack", "tab 2")
    assert abs(datetime.fromisoformat(ack["now"]).timestamp() - time.time()) < 60


def test_a_view_that_has_missed_an_update_gets_all_of_the_state_again(
    browse: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = browse(hitl.run(graphs.three_questions(), {}))
    browser.card("approved")
    works_no_more()
    until(lambda: not browser.widget._updates._is_due, "an update is still to come")
    sent: list[Any] = []
    monkeypatch.setattr(browser.widget, "send_state", sent.append)
    browser.send({"type": "hello", "client": "c1", "seq": browser.widget.run["seq"]})
    assert sent == []
    browser.send({"type": "hello", "client": "c1", "seq": browser.widget.run["seq"] - 1})
    assert sent == [["graph", "run", "nodes", "edges", "cards", "assets", "timeline", "forks"]]


@pytest.mark.parametrize(
    "message",
    [
        None,
        3,
        "answer",
        [],
        {},
        {"type": "exec"},
        {"type": "answer"},
        {"type": "answer", "client": 1, "request": {}, "value": 1},
    ],
)
def test_messages_of_unknown_shape_are_counted_and_dropped(browse: Any, message: Any) -> None:
    browser = browse(hitl.run(graphs.three_questions(), {}))
    browser.send(message)
    assert browser.widget.dropped == 1
    assert browser.told == []


def test_what_a_browser_writes_into_traits_is_ignored(browse: Any) -> None:
    browser = browse(hitl.run(graphs.three_questions(), {}))
    browser.card("approved")
    browser.widget.set_state({"cards": [], "run": {"status": "finished"}})
    assert len(browser.widget.cards) == 1
    assert browser.widget.run["status"] != "finished"


def test_stop_and_retry_work_from_the_browser(browse: Any) -> None:
    browser = browse(hitl.run(graphs.fails_once(), {}))
    browser.answer(browser.card("ask")["request"], "go")
    until(lambda: browser.widget.run["status"] == "failed", "did not fail")
    assert browser.widget.run["error"]["message"] == "the printer is on fire"
    assert browser.widget.run["error"]["node"] == "work"
    assert browser.widget.run["can_retry"]
    browser.send({"type": "retry", "client": "c1"})
    browser.send({"type": "retry", "client": "c1"})
    until(lambda: browser.widget.run["status"] == "finished", "it did not go on")
    assert browser.session.wait(60) == {"log": ["go", "worked"]}


def test_a_secret_is_in_no_trait_decision_or_recording(browse: Any, tmp_path: Any) -> None:
    graph = graphs.chain(
        graphs.Log,
        {"key": graphs.asks("API key?", schema={"type": "string", "format": "password"}), "more": graphs.asks("more?")},
    )
    browser = browse(hitl.run(graph, {}))
    browser.answer(browser.card("key")["request"], "hunter2")
    browser.card("more")
    browser.session.decisions.to_json(tmp_path / "r.json")
    seen = json.dumps([getattr(browser.widget, name) for name in SHAPES])
    seen += repr(browser.session.decisions) + browser.session.decisions.to_code() + (tmp_path / "r.json").read_text()
    assert "hunter2" not in seen
    browser.answer(browser.card("more")["request"], "x")
    assert browser.session.wait(60)["log"] == ["hunter2", "x"]


@pytest.mark.parametrize("now_too", [False, True])
def test_updates_are_at_most_twenty_in_any_second_and_the_last_is_always_sent(*, now_too: bool) -> None:
    calls: list[float] = []
    value, seen = [0], list[int]()

    class Noted(Coalesced):
        def _note(self) -> None:
            super()._note()
            calls.append(self._served[-1])  # on a busy machine the call itself may come a while later

    coalesced = Noted(lambda: seen.append(value[0]), rate=20)
    end = time.monotonic() + 1.5
    while time.monotonic() < end or len(calls) < 8:
        value[0] += 1
        coalesced.request()
        if now_too:
            coalesced.request_now()
    until(lambda: seen[-1] == value[0], "the last state was not served")
    most = max(sum(call <= later < call + 1.0 for later in calls) for call in calls)
    assert most <= 20


def test_what_somebody_waits_for_is_sent_at_once_and_only_once() -> None:
    calls: list[str] = []
    coalesced = Coalesced(lambda: calls.append(threading.current_thread().name))
    pause, coalesced.pause = coalesced.pause, 3600.0  # the one that can wait does, however busy the machine is
    coalesced.request()
    coalesced.request_now()
    assert calls == [threading.current_thread().name]
    # who still waits for others when the next one asks goes on with the pause that it began with: an hour
    until(lambda: "hitl-updates" not in {one.name for one in threading.enumerate()}, "its thread is left")
    coalesced.pause = pause
    coalesced.request()
    until(lambda: len(calls) == 2, "the update after it was not sent")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_updates_go_on_after_one_has_failed_and_leave_no_thread_when_none_is_asked_for() -> None:
    calls: list[int] = []

    def serve() -> None:
        calls.append(len(calls))
        if len(calls) == 1:
            coalesced.request()
            raise OSError

    coalesced = Coalesced(serve)
    for count in (2, 3):
        coalesced.request()
        until(lambda count=count: len(calls) >= count, "the update after it was not sent")
    until(lambda: "hitl-updates" not in {one.name for one in threading.enumerate()}, "its thread is left")


def test_the_story_is_the_same_every_time_and_has_no_ids_or_times() -> None:
    answers = {"approved": True, "address": "12 Main St", "budget": 1}
    bundles = []
    for _ in range(2):
        session = hitl.run(graphs.three_questions(), {}, unattended=answers)
        session.wait(60)
        bundle = session._repr_mimebundle_()
        assert bundle is not None
        bundles.append(bundle[0])
    assert bundles[0] == bundles[1]
    assert "12 Main St" in bundles[0]["text/plain"]
    assert "12 Main St" in bundles[0]["text/html"]
    assert "ask_budget done" in bundles[0]["text/html"]
    assert "application/vnd.jupyter.widget-view+json" not in bundles[0]  # there is no kernel here


def test_the_story_of_a_thread_that_was_picked_up_has_what_was_before(tmp_path: Path) -> None:
    file = tmp_path / "runs.sqlite"
    first = hitl.run(graphs.three_questions(), {}, thread_id="1", save=file)
    until(lambda: first.status == "waiting", "nothing is asked")
    first.answer(True)
    until(lambda: len(first.decisions) == 1 and first.status == "waiting", "the next one is not asked")
    first.close()
    again = hitl.attach(graphs.three_questions(), "1", save=file)
    until(lambda: again.status == "waiting", "nothing is asked")

    bundle = again._repr_mimebundle_()

    assert bundle is not None
    assert f"{first.decisions[0].node} done" in bundle[0]["text/html"]
    assert "approved: Yes" in bundle[0]["text/plain"]


def test_a_view_asks_a_card_for_a_part_of_what_it_shows(browse: Any) -> None:
    registry = hitl.controls.copy()
    squares = Control.text(title="Which?")

    @registry.register(when=lambda request: request.key == "approved")
    def which(_request: hitl.Request) -> Control:
        def fetch(what: Any) -> list[int]:
            if what["to"] > 100:
                raise hitl.InvalidAnswerError("At most 100.")
            return [n * n for n in range(what["from"], what["to"])]

        return replace(squares, fetch=fetch)

    browser = browse(hitl.run(graphs.three_questions(), {}, controls=registry))
    request = browser.card("approved")["request"]

    def fetched(number: int, **more: Any) -> Any:
        browser.send({"type": "fetch", "client": "c1", "request": request, "id": number, **more})
        return until(
            lambda: next((one for one in browser.told if one["type"] == "fetched" and one["id"] == number), None),
            f"nothing came of {more}",
        )

    assert fetched(1, what={"from": 2, "to": 5}) == {"type": "fetched", "client": "c1", "id": 1, "data": [4, 9, 16]}
    assert fetched(2, what={"from": 2, "to": 500})["error"] == "At most 100."
    assert fetched(3, what={})["error"] == "KeyError: 'to'"
    request = "another"
    assert "no longer open" in fetched(4, what={"from": 2, "to": 5})["error"]


def test_where_nothing_can_be_run_any_more_the_view_says_so(browse: Any) -> None:
    """The event loop of an async graph that was run by `asyncio.run`, and its cell is still on the page."""

    async def ask(_state: Any) -> dict[str, Any]:
        return {"log": [interrupt("?")]}

    async def main() -> hitl.Session:
        session = hitl.run(graphs.chain(graphs.Log, {"ask": ask}), {})
        await asyncio.to_thread(session._run.at_rest.wait, 60)
        return session

    session = asyncio.run(main())
    browser = browse(session)
    request = browser.widget.cards[0]["request"]
    browser.answer(request, "yes")
    browser.send({"type": "fetch", "client": "c", "request": request, "id": 1, "what": {}})
    [notice] = [notice for notice in session._run.notices if "event loop" in notice]
    assert "hitl.attach" in notice
    assert session.status == "waiting"


def test_a_reason_with_half_of_an_emoji_in_it_can_be_shown_and_recorded(browse: Any, tmp_path: Path) -> None:
    browser = browse(hitl.run(graphs.chain(graphs.Log, {"ask": graphs.asks("Ok?", schema=bool)}), {}))
    browser.answer(browser.card("ask")["request"], True, reason="fine \ud83d")
    browser.session.wait(60)
    until(lambda: browser.widget.timeline["decisions"], "the decision is not shown")
    json.dumps(browser.widget.timeline, ensure_ascii=False).encode()
    browser.session.decisions.to_json(tmp_path / "recording.json")
    assert browser.session.decisions[0].reason == "fine \\ud83d"


def test_one_thread_at_a_time_sets_traits(browse: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where two do, ipywidgets (8.1) may keep what one of them sets back until something else changes."""
    alone, set_trait = list[bool](), GraphWidget.set_trait

    def noted(widget: Any, *given: Any) -> None:
        alone.append(widget._updates._serving.locked())
        set_trait(widget, *given)

    monkeypatch.setattr(GraphWidget, "set_trait", noted)
    graph = graphs.three_questions(checkpointer=InMemorySaver())
    browser = browse(hitl.run(graph, {}))
    assert alone, "it was made without its traits"
    browser.card("approved")
    for view in (browser.widget, hitl.inbox(graph)._view):
        for code in ("rich", "inside"):
            view._handle_custom_msg({"type": "need", "client": "c1", "code": code}, [])
            until(lambda view=view, code=code: getattr(view, code), f"{code} does not come")
    assert all(alone)
