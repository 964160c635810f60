"""What one sees who looks into a node on a server: what the same graph shows here, and in a sentence what its server keeps."""

from __future__ import annotations

import json
from typing import Any

import pytest

import hitl_widgets as hitl
from hitl_widgets.inside import look

from . import served
from .looking import at_node, drawn, inside
from .server import Server
from .watching import at_work, picture, rested

NOT_TOLD = "Its server does not tell what it printed, nor how often it was tried."
NO_REDUCERS = "Its server does not tell what it printed, how often it was tried, nor which reducers its state has."
MESSAGE = {"messages": [{"role": "user", "content": "refund order 42"}]}


def told(view: Any) -> Any:
    """What it says of the task, without the names of values, which have the task's id in them, and what differs by chance.

    And without the names of reducers, which a server does not tell.
    """
    kept = {name: view[name] for name in ("changes", "unchanged", "leads_to", "given", "returned") if name in view}
    changes = [{**change, "reducer": None} for change in kept.get("changes", ())]
    return _nameless({**kept, "changes": changes})


def asked(view: Any) -> list[Any]:
    return [one.get("question") or one["payload"]["view"] for one in view["asked"]]


def _nameless(view: Any) -> Any:
    if isinstance(view, dict):
        return {key: _nameless(one) for key, one in view.items() if key != "value" or not isinstance(one, str)}
    if isinstance(view, list):
        return [_nameless(one) for one in view]
    return view


@pytest.mark.parametrize(
    ("name", "input", "answers", "nodes"),
    [
        ("three_questions", {"request": "refund"}, [True, "Main St"], ["ask_approval", "ask_address"]),
        ("nested", {"log": ["in"]}, ["42"], ["outer", "inner", "ask", "after"]),
        ("fan_out", {"log": ["in"]}, [], ["plan", "visit", "end"]),
        ("agent", MESSAGE, [True], ["tools"]),
        ("functional", "order 42", [True], ["functional"]),
        ("called_functions", 2, [], ["called_functions", "doubled"]),
        ("own_input", {"city": "Oslo", "nights": 3, "log": []}, [], ["reads_one"]),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_node_shows_what_the_same_node_shows_that_runs_here(
    server: Server, name: str, input: Any, answers: list[Any], nodes: list[str]
) -> None:
    here = rested(hitl.run(getattr(served, name), input))
    there = rested(hitl.run(server.graph(name), input))
    for answer in answers:
        for session in (here, there):
            session.answer(answer)
            rested(session)
    for node in nodes:
        mine, its = inside(here, node), inside(there, node)
        assert told(its) == told(mine)
        assert asked(its) == asked(mine)
        assert its["task"]["took"] >= 0
        assert its["notes"] == [NO_REDUCERS if its["changes"] else NOT_TOLD]


def test_what_messages_were_added_shows_as_messages(server: Server) -> None:
    session = rested(hitl.run(server.graph("agent"), MESSAGE))
    [change] = inside(session, "model")["changes"]
    assert change["kind"] == "appended"
    [message] = change["after"]["view"]["items"]
    assert message["kind"] == "message"
    assert [call["name"] for call in message["calls"]] == ["refund"]
    [given] = inside(session, "model")["given"]["view"]["entries"][:1]
    assert [one["role"] for one in given["value"]["items"]] == ["human"]


def test_a_node_at_work_shows_what_it_was_given(server: Server, tmp_path: Any) -> None:
    session = hitl.run(server.graph("works"), {"log": [str(tmp_path / "go")]})
    at_work(session, "wait")
    view = inside(session, "wait")
    assert view["task"]["status"] == "running"
    assert view["changes"] == []
    [given] = view["given"]["view"]["entries"]
    assert given["key"] == "log"
    (tmp_path / "go").touch()
    rested(session)
    assert [one["key"] for one in inside(session, "wait")["changes"]] == ["log"]


def test_a_node_that_waits_shows_what_it_asks(server: Server) -> None:
    session = rested(hitl.run(server.graph("nested"), {"log": []}))
    assert [one["question"] for one in inside(session, "ask")["asked"]] == ["deep?"]
    attached = rested(hitl.attach(server.graph("nested"), session.thread_id))
    assert [one["question"] for one in inside(attached, "ask")["asked"]] == ["deep?"]


def test_a_node_that_failed_shows_its_exception_and_that_its_code_is_not_told(server: Server) -> None:
    session = rested(hitl.run(server.graph("fails"), {"log": ["/nowhere"]}))
    session.answer("yes")
    rested(session)
    for shown in (
        inside(session, "work"),
        inside(rested(hitl.attach(server.graph("fails"), session.thread_id)), "work"),
    ):
        assert (shown["exception"]["type"], shown["exception"]["message"]) == ("ValueError", "the printer is on fire")
        assert shown["exception"]["frames"] == []
        assert shown["notes"] == [
            "Its server does not tell what it printed, how often it was tried, nor where in its code it failed."
        ]


def test_a_nested_node_that_failed_shows_its_exception(server: Server) -> None:
    session = rested(hitl.run(server.graph("fails_inside"), {"log": ["in"]}))
    shown = inside(session, "prints")
    assert (shown["exception"]["type"], shown["exception"]["message"]) == ("ValueError", "no paper")
    assert [one["key"] for one in shown["given"]["view"]["entries"]] == ["log"]


def test_a_graph_that_a_nodes_own_code_calls_shows_what_its_stream_told(server: Server) -> None:
    here = rested(hitl.run(served.calls_a_graph, {"log": []}))
    there = rested(hitl.run(server.graph("calls_a_graph"), {"log": []}))
    mine, its = inside(here, "within"), inside(there, "within")
    assert _nameless(its["given"]["view"]) == _nameless(mine["given"]["view"])
    assert its["returned"]["view"]["entries"][0]["value"]["items"][0]["text"] == "within"
    assert its["changes"] == []
    assert its["notes"] == [NOT_TOLD]


def test_a_call_that_asked_shows_what_it_was_called_with_and_returned(server: Server) -> None:
    session = rested(hitl.run(server.graph("functional"), "order 42"))
    assert inside(session, "approve")["asked"] == [{"question": "Approve order 42?"}]
    session.answer(True)
    rested(session)
    view = inside(session, "approve")
    [asked] = view["asked"]
    assert (asked["question"], asked["answer"], asked["by"]) == ("Approve order 42?", "Yes", "code")
    assert view["given"]["view"]["text"] == "order 42"
    assert view["returned"]["view"] == {"kind": "boolean", "text": "True"}


def test_what_ran_before_this_kernel_is_read_from_the_server(server: Server) -> None:
    first = rested(hitl.run(server.graph("fan_out"), {"log": ["in"]}))
    attached = rested(hitl.attach(server.graph("fan_out"), first.thread_id))
    node = at_node(attached, next(one["id"] for one in drawn(attached).view["nodes"] if one["label"] == "visit"))
    assert node["total"] == 3
    [change] = node["shown"]["changes"]
    assert (change["key"], change["kind"]) == ("log", "appended")
    assert [item["text"] for item in change["after"]["view"]["items"]] == ["Bern"]
    assert "given" not in node["shown"]
    assert node["shown"]["notes"] == [
        "Its server does not tell what it was given, what it printed, how often it was tried, nor which reducers its state "
        "has."
    ]


def test_more_of_a_long_value_is_fetched_from_the_server(server: Server) -> None:
    session = rested(hitl.run(server.graph("steps"), {"log": ["x" * 10_000]}))
    view = inside(session, "one")
    name = f"{view['given']['value']}.0.0"
    at: Any = {"kind": "value", "value": name, "first": 0, "count": 9_000}
    more = session._run.driver.run(look.at_value(session._run, at))
    assert len(more["text"]) == 9_000
    copied = session._run.driver.run(look.at_value(session._run, {**at, "copy": True}))
    assert copied == "x" * 10_000


def test_no_secret_is_shown_in_this_kernel_or_in_the_next(server: Server) -> None:
    session = rested(hitl.run(server.graph("typed"), {"city": "Oslo"}))
    for answer in (2, "single", "hunter22"):
        session.answer(answer)
        rested(session)
    assert session.status == "finished"
    assert "hunter22" not in json.dumps([inside(session, name) for name in ("nights", "hotel", "room", "secret")])
    assert inside(session, "secret")["changes"][0]["after"]["view"] == {"kind": "secret"}
    attached = rested(hitl.attach(server.graph("typed"), session.thread_id))
    ids = [one["id"] for one in drawn(attached).view["nodes"] if one["label"] == "secret"]
    assert at_node(attached, ids[0])["shown"]["changes"][0]["after"]["view"] == {"kind": "secret"}
    # Neither is one that came with an input.
    told = rested(hitl.run(server.graph("steps"), {"log": [], "password": "hunter23"}))
    assert "hunter23" not in json.dumps([inside(told, "one"), inside(told, "three")])
    assert "hunter23" not in json.dumps(picture(told))
