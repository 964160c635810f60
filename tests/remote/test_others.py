"""A session that is shown notices what other clients do with its thread on the server."""

from __future__ import annotations

import threading
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from langgraph.types import Command

import hitl_widgets as hitl

from .server import Server
from .watching import at_work, rested, until


def shown(session: hitl.Session) -> Any:
    assert session._display is not None
    widget = session._display.widget
    widget._handle_custom_msg({"type": "hello", "client": "c1", "seq": 0}, [])
    return widget


def cards(widget: Any) -> list[tuple[str, str]]:
    return [(card["key"], card["status"]) for card in widget.cards]


def test_what_another_client_answers_is_seen_without_a_click(server: Server) -> None:
    session = rested(hitl.run(server.graph("three_questions"), {"request": "refund"}))
    widget = shown(session)
    assert cards(widget) == [("approved", "open")]
    at: Any = {"configurable": {"thread_id": session.thread_id}}
    server.graph("three_questions").invoke(Command(resume=True), at)
    until(session, lambda: ("address", "open") in cards(widget))
    assert cards(widget) == [("approved", "answered"), ("address", "open")]
    # The question is there before the server's own run is over, and the graph is drawn anew after that.
    now = {"__start__": "done", "ask_approval": "done", "ask_address": "waiting"}
    until(session, lambda: {name: node["status"] for name, node in widget.nodes.items()} == now)
    assert any("Somebody else has gone on with this thread" in notice for notice in widget.run["notices"])
    session.answer("1 Main St", to=session.requests[0].id)
    session.close()


def test_a_state_that_another_client_changes_goes_on_from_there(server: Server) -> None:
    session = rested(hitl.run(server.graph("three_questions"), {"request": "refund"}))
    widget = shown(session)
    at: Any = {"configurable": {"thread_id": session.thread_id}}
    server.graph("three_questions").update_state(at, {"approved": True}, as_node="ask_approval")
    until(session, lambda: ("approved", "answered") in cards(widget))
    # On a server that looks like a breakpoint, for who attaches the thread too: somebody has to let it go on.
    [stop] = session.requests
    assert (stop.kind, stop.key) == ("breakpoint", "ask_address")
    session.answer(True, to=stop.id)
    until(session, lambda: ("address", "open") in cards(widget))
    assert session.values["approved"] is True
    session.close()


def test_what_is_asked_by_now_is_not_answered_with_what_was_meant_for_before(server: Server) -> None:
    session = rested(hitl.run(server.graph("asks_otherwise"), {}))
    name, pay = session.requests
    at: Any = {"configurable": {"thread_id": session.thread_id}}
    server.graph("asks_otherwise").invoke(Command(resume={name.id: "Ada"}), at)
    with pytest.raises(hitl.StaleAnswerError, match="asks something else by now"):
        session.answer("yes", to=pay.id)
    until(session, lambda: [one.payload for one in session.requests if one.id == pay.id] != [pay.payload])
    [now] = session.requests
    assert now.payload["amount"] > pay.payload["amount"]
    session.answer("no", to=now.id)
    assert sorted(session.wait(60)["log"]) == ["Ada", "no"]
    session.close()


def test_a_card_whose_answer_came_too_late_while_the_server_works_closes_and_does_not_just_go(
    server: Server, tmp_path: Path
) -> None:
    first = rested(hitl.run(server.graph("answered_beside_work"), {"log": [str(tmp_path / "go")]}))
    second = rested(hitl.attach(server.graph("answered_beside_work"), first.thread_id))
    widget = shown(second)
    first.answer("work", to="work")
    at_work(second, "work")
    assert ("other", "open") in cards(widget)
    first.answer("first", to="other")
    with pytest.raises(hitl.StaleAnswerError):
        second.answer("second", to="other")
    (tmp_path / "go").touch()
    assert second.wait(60)["log"][1:] == ["first", "worked"]
    until(second, lambda: any(card["key"] == "other" and "closed" in card for card in widget.cards))
    second.close()
    first.close()


def test_a_card_that_another_client_has_answered_closes_while_the_server_is_at_work_on_it(
    server: Server, tmp_path: Path
) -> None:
    graph = server.graph("answered_beside_work")
    session = rested(hitl.run(graph, {"log": [str(tmp_path / "go")]}))
    widget = shown(session)
    at: Any = {"configurable": {"thread_id": session.thread_id}}
    answers = Command(resume={one.id: "work" for one in session.requests if one.key == "work"})
    elsewhere = threading.Thread(target=server.graph("answered_beside_work").invoke, args=(answers, at))
    elsewhere.start()
    until(session, lambda: set(cards(widget)) == {("work", "answered"), ("other", "open")})
    assert widget.run["status"] == "running"
    assert [card["key"] for card in widget.cards if "closed" in card] == ["work"]
    (tmp_path / "go").touch()
    elsewhere.join(60)
    until(session, lambda: session.status == "waiting")
    session.answer("mine", to="other")
    assert session.wait(60)["log"][1:] == ["mine", "worked"]
    session.close()


def edges(widget: Any) -> dict[str, int]:
    return dict(widget.edges)


def test_the_edges_that_another_clients_runs_have_taken_are_counted_into_the_end_too(server: Server) -> None:
    graph = server.graph("three_questions")
    session = rested(hitl.run(graph, {"request": "refund"}))
    widget = shown(session)
    at: Any = {"configurable": {"thread_id": session.thread_id}}

    def goes_through() -> None:
        for answer in (True, "1 Main St", 100):
            server.graph("three_questions").invoke(Command(resume=answer), at)

    def taken(times: int) -> dict[str, int]:
        way = ("__start__", "ask_approval", "ask_address", "ask_budget", "__end__")
        return {f"{source}->{target}": times for source, target in pairwise(way)}

    # As fast as it can: whoever looks finds the server at work, or between two runs.
    goes_through()
    until(session, lambda: edges(widget) == taken(1))
    server.graph("three_questions").invoke({"request": "again"}, at)
    begun = {**taken(1), "__start__->ask_approval": 2}
    until(session, lambda: edges(widget) == begun)
    attached = rested(hitl.attach(server.graph("three_questions"), session.thread_id))
    other = shown(attached)
    until(attached, lambda: edges(other) == begun)
    attached.close()
    goes_through()
    until(session, lambda: edges(widget) == taken(2))
    until(session, lambda: widget.run["status"] == "finished")
    assert [step.nodes for step in session.history] == [("ask_approval",), ("ask_address",), ("ask_budget",)] * 2
    session.close()
