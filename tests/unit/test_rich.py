"""Questions about what lives in the kernel: it is shown, and it is in no checkpoint."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from langgraph.types import Command
from typing_extensions import TypedDict

import hitl_widgets as hitl

from ..waiting import card, until
from .rich_pictures import PNG


class State(TypedDict, total=False):
    answer: Any


def graph_of(ask: Any, *, saver: Any = None, inside: bool = False, is_async: bool = False) -> Any:
    """A graph of one node that asks, or that graph inside another."""

    def node(_state: State) -> State:
        return {"answer": ask()}

    async def node_async(_state: State) -> State:
        return {"answer": await ask()}

    builder = StateGraph(State).add_node("node", node_async if is_async else node).add_edge(START, "node")
    if not inside:
        return builder.compile(checkpointer=saver or InMemorySaver())
    outer = StateGraph(State).add_node("inner", builder.compile()).add_edge(START, "inner")
    return outer.compile(checkpointer=saver or InMemorySaver())


def asked(session: hitl.Session) -> hitl.Request:
    return until(lambda: session.status == "waiting" and session.requests, "nothing was asked")[0]


@pytest.mark.parametrize("inside", [False, True])
def test_a_picture_is_beside_the_question_and_in_no_checkpoint(*, inside: bool) -> None:
    saver = InMemorySaver()
    session = hitl.run(graph_of(lambda: hitl.ask("What is this?", images=[PNG]), saver=saver, inside=inside), {})
    request = asked(session)
    assert [image.data for image in request.live["images"]] == [PNG]
    widget = session._display.widget
    [shown] = widget.cards[0]["images"]
    assert widget.assets == {shown["asset"]: f"data:image/png;base64,{base64.b64encode(PNG).decode()}"}
    assert base64.b64encode(PNG).decode()[:40] not in json.dumps(request.payload)
    config = {"configurable": {"thread_id": session.thread_id}}
    assert all(PNG not in str(one).encode() and PNG not in repr(one).encode() for one in saver.list(config))
    session.answer("a dot")
    assert session.wait(60)["answer"] == "a dot"
    until(lambda: widget.assets == {}, "the picture stayed")
    assert session._run.live == {}


def test_after_a_restart_the_node_brings_its_picture_again() -> None:
    saver, runs = InMemorySaver(), []

    def ask() -> str:
        runs.append(1)
        return hitl.ask("What is this?", images=[PNG])

    graph = graph_of(ask, saver=saver)
    asked(hitl.run(graph, {}, thread_id="t"))
    attached = hitl.attach(graph, "t")
    request = asked(attached)
    assert len(request.live["images"]) == 1
    assert not card(attached)["missing"]
    assert len(runs) == 2


def test_a_picture_that_another_session_holds_is_said_to_be_missing_and_the_question_can_be_answered() -> None:
    def ask() -> str:
        return hitl.ask("Ready?", key="ready") + hitl.ask("What is this?", key="what", images=[PNG])

    graph = graph_of(ask)
    session = hitl.run(graph, {}, thread_id="t")
    asked(session)
    other = hitl.attach(graph, "t")
    asked(other)
    other.answer("yes, ")
    until(lambda: other.requests and other.requests[0].key == "what", "the next was not asked")
    with pytest.raises(hitl.StaleAnswerError):
        session.answer("no, ")
    until(lambda: session.requests and session.requests[0].key == "what", "the session did not catch up")
    assert (card(session)["missing"], card(other)["missing"]) == (True, False)
    session.answer("a dot")
    assert session.wait(60)["answer"] == "yes, a dot"


def test_a_stopped_session_lets_its_pictures_go_and_has_them_again_when_it_goes_on() -> None:
    session = hitl.run(graph_of(lambda: hitl.ask("What is this?", images=[PNG])), {})
    asked(session)
    session.stop()
    assert (session.status, session._run.live) == ("stopped", {})
    session.retry()
    assert [image.data for image in asked(session).live["images"]] == [PNG]


def test_without_a_session_a_question_with_a_picture_is_a_plain_interrupt() -> None:
    graph = graph_of(lambda: hitl.ask("What is this?", images=[PNG]))
    config: Any = {"configurable": {"thread_id": "1"}}
    [interrupt] = graph.invoke({}, config)["__interrupt__"]
    assert interrupt.value == {"type": "hitl.ask", "question": "What is this?", "live": ["images"]}
    assert graph.invoke(Command(resume={interrupt.id: "a dot"}), config)["answer"] == "a dot"


def test_a_ranking_comes_back_as_what_was_put_in_order() -> None:
    things = {"The first": ("a", 1), "The second": ("b", 2), "The third": ("c", 3)}
    got: list[Any] = []
    session = hitl.run(graph_of(lambda: got.extend(hitl.ask("Which first?", rank=things))), {})
    asked(session)
    field = card(session)["control"]["field"]
    assert (field["type"], [option["label"] for option in field["options"]]) == ("rank", list(things))
    with pytest.raises(hitl.InvalidAnswerError):
        session.answer([("a", 1), ("b", 2)])
    with pytest.raises(hitl.InvalidAnswerError):
        session.answer([("a", 1), ("b", 2), ("b", 2)])
    session.answer([("c", 3), ("a", 1), ("b", 2)])
    session.wait(60)
    assert got == [("c", 3), ("a", 1), ("b", 2)]


def test_a_ranking_that_nobody_changes_is_as_it_was_given() -> None:
    session = hitl.run(graph_of(lambda: hitl.ask("Which first?", rank=["a", "b"])), {}, unattended=hitl.defaults)
    assert session.wait(60)["answer"] == ["a", "b"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"rank": ["a", "a"]}, "twice"),
        ({"rank": ["a", "b"], "choices": ["a"]}, "choices= does not go with rank="),
        ({"rank": ["a", "b"], "ge": 1}, "ge= does not go with rank="),
    ],
)
def test_what_cannot_be_ranked_is_said_where_it_is_written(options: Any, said: str) -> None:
    with pytest.raises(TypeError, match=said):
        hitl.ask("Which first?", **options)


def test_a_text_starts_from_its_proposal_and_shows_how_it_differs() -> None:
    session = hitl.run(graph_of(lambda: hitl.ask("Send this?", compare="Dear Ada,\nyes.")), {})
    asked(session)
    field = card(session)["control"]["field"]
    assert (field["multiline"], field["compare"], field["default"]) == (True, "Dear Ada,\nyes.", "Dear Ada,\nyes.")
    session.answer("Dear Ada,\nno.")
    assert session.wait(60)["answer"] == "Dear Ada,\nno."


def test_a_node_that_writes_a_state_key_compares_too() -> None:
    builder = StateGraph(State).add_node("node", hitl.ask_node("answer", "Send this?", compare="Dear Ada,"))
    session = hitl.run(builder.add_edge(START, "node").compile(), {}, unattended=hitl.defaults)
    assert session.wait(60)["answer"] == "Dear Ada,"


def test_the_second_bundle_is_sent_when_a_card_needs_it() -> None:
    plain = hitl.run(graph_of(lambda: hitl.ask("Who?")), {})
    asked(plain)
    assert plain._display.widget.rich == ""
    ranked = hitl.run(graph_of(lambda: hitl.ask("Which first?", rank=["a", "b"])), {})
    asked(ranked)
    assert "hitl-ranking" in ranked._display.widget.rich


def test_a_view_that_has_missed_the_second_bundle_gets_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    session = hitl.run(graph_of(lambda: hitl.ask("Which first?", rank=["a", "b"])), {})
    asked(session)
    widget = session._display.widget
    sent: list[Any] = []
    monkeypatch.setattr(widget, "send_state", sent.append)
    monkeypatch.setattr(widget, "send", lambda *_: None)
    widget._handle_custom_msg({"type": "hello", "client": "c", "seq": widget.run["seq"] - 1}, [])
    assert any("rich" in one for one in sent)  # beside it, an update may be on its way
