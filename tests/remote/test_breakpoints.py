"""Breakpoints of a graph on a server: switched by a click, at rest and at work, and the state changed where it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import hitl_widgets as hitl
from hitl_widgets.graph.topology import topology_of
from hitl_widgets.view.display import Display
from hitl_widgets.view.drawn import Drawn
from hitl_widgets.view.looking import Looking

from .server import Server
from .test_going_back import rows
from .watching import at_work, picture, rested

LATER = "counts from the next answer on"


def click(session: hitl.Session, node: str, *, on: bool) -> list[str]:
    """Click at a node's left edge; returns the nodes that the view then shows with a breakpoint."""
    display = session._display
    assert isinstance(display, Display)
    display(neutral=False)
    display.widget._take({"type": "breakpoint", "client": "c1", "node": node, "when": "before", "on": on})
    display.widget._push()
    return [id for id, view in display.widget.nodes.items() if "breakpoints" in view]


def test_a_breakpoint_that_is_clicked_on_while_it_waits_stops_it_there(server: Server) -> None:
    session = rested(hitl.run(server.graph("three_questions"), {"request": "refund"}))
    assert click(session, "ask_address", on=True) == ["ask_address"]
    session.answer(True)
    [stop] = rested(session)._run.pending
    assert stop.question.question == "Before ask_address: continue?"
    fields = stop.control.view["field"]["fields"]
    assert [one["name"] for one in fields] == ["request", "approved", "address", "budget"]
    assert picture(session)["nodes"]["ask_address"]["status"] == "waiting"
    assert click(session, "ask_address", on=False) == []
    session.answer({"update": {"request": "replace"}})
    assert [one.key for one in rested(session).requests] == ["address"]
    assert session.values["request"] == "replace"


def test_a_breakpoint_that_is_set_while_the_server_works_says_from_when_on_it_holds(
    server: Server, tmp_path: Path
) -> None:
    session = hitl.run(server.graph("works"), {"log": [str(tmp_path / "go")]})
    at_work(session, "wait")
    assert click(session, "then", on=True) == ["then"]
    assert LATER in session._run.notices[-1]
    (tmp_path / "go").touch()
    # The run that was at work knew nothing of it.
    assert [one.key for one in rested(session).requests] == ["ask"]
    assert picture(session)["nodes"]["then"] == {"status": "done", "runs": 1}


def test_a_breakpoint_that_is_set_at_rest_says_nothing(server: Server) -> None:
    session = rested(hitl.run(server.graph("three_questions"), {"request": "refund"}))
    session.breakpoints.add("ask_address")
    assert not any(LATER in notice for notice in session._run.notices)


def test_a_nested_state_is_changed_where_it_stands(server: Server) -> None:
    session = rested(hitl.run(server.graph("stops_inside"), {"log": [], "city": "Oslo"}))
    [stop] = session._run.pending
    assert stop.request.path == ("sub", "two")
    assert [one["name"] for one in stop.control.view["field"]["fields"]] == ["city", "nights", "log"]
    with pytest.raises(hitl.InvalidAnswerError, match="cannot replace 'log'"):
        session.answer({"update": {"log": ["other"]}})
    assert session.status == "waiting"
    session.answer({"update": {"city": "Rome"}})
    assert session.wait(60)["log"] == ["before", "before", "one in Oslo", "two in Rome"]
    client = session._run.driver.graph.sync_client
    assert len(client.runs.list(session.thread_id)) == 2


def test_a_nested_breakpoint_is_found_by_who_picks_it_up(server: Server) -> None:
    session = rested(hitl.run(server.graph("stops_inside"), {"log": [], "city": "Oslo"}))
    attached = rested(hitl.attach(server.graph("stops_inside"), session.thread_id))
    assert [one.path for one in attached.requests] == [("sub", "two")]
    attached.answer({"update": {"city": "Rome"}})
    assert attached.wait(60)["log"][-1] == "two in Rome"


def test_a_decision_at_a_nested_breakpoint_says_why_nothing_starts_there(server: Server) -> None:
    session = rested(hitl.run(server.graph("stops_inside"), {"log": [], "city": "Oslo"}))
    session.answer(True)
    session.wait(60)
    why = "A server goes back to the steps of the outermost graph only, so nothing runs from a step inside of sub alone"
    with pytest.raises(hitl.HitlError, match=why):
        session.fork(session.decisions[0], answer=False)
    [row] = [one for one in rows(session) if one["kind"] == "decision"]
    assert (row["can_fork"], row["why_not"].startswith(why)) == (False, True)


def test_a_decision_at_a_breakpoint_is_answered_differently(server: Server) -> None:
    session = rested(hitl.run(server.graph("three_questions"), {"request": "refund"}, interrupt_before=["ask_address"]))
    session.answer(True)
    rested(session).answer(True)
    assert [one.key for one in rested(session).requests] == ["address"]
    fork = rested(session.fork(session.decisions[1], answer={"update": {"request": "replace"}}))
    assert [one.key for one in fork.requests] == ["address"]
    assert (fork.values["request"], session.values["request"]) == ("replace", "refund")


def test_where_a_server_cannot_stop_is_said_with_what_to_do(server: Server) -> None:
    nested = rested(hitl.run(server.graph("nested"), {"log": []}))
    with pytest.raises(ValueError, match="is on a server: compile it with interrupt_before= there"):
        nested.breakpoints.add("outer/inner")


def test_an_approval_of_a_tool_on_a_server_is_a_form_of_its_arguments(server: Server) -> None:
    """The server names its tools, and tells no schema of them; the values of the call are what there is."""
    message = {"messages": [{"role": "user", "content": "refund order 42"}]}
    session = rested(hitl.run(server.graph("agent"), message))
    [asked] = session._run.pending
    [item] = asked.control.view["items"]
    [edit] = [one for one in item["choices"] if one["name"] == "edit"]
    assert [(one["name"], one["field"]["type"]) for one in edit["field"]["fields"]] == [("order", "number")]
    session.answer({"decisions": [{"type": "edit", "edited_action": {"name": "refund", "args": {"order": 43}}}]})
    assert rested(session).values["messages"][-2]["content"].endswith("refunded 43")


def test_a_server_begins_a_nested_graph_anew_from_whatever_checkpoint_of_it(server: Server) -> None:
    """What `why_not_inside` says: a server that can do it would have nested breakpoints to go back to."""
    client = server.graph("stops_inside").sync_client
    assert client is not None
    thread = client.threads.create()["thread_id"]
    client.runs.wait(thread, "stops_inside", input={"city": "Rome"})
    state: Any = client.threads.get_state(thread, subgraphs=True)
    nested, outer = state["tasks"][0]["state"]["checkpoint"], state["checkpoint"]
    assert state["tasks"][0]["state"]["next"] == ["two"]
    standing = client.threads.copy(thread)["thread_id"]  # type: ignore[index]
    client.runs.wait(thread, "stops_inside", input=None)

    def runs(copy: str, checkpoint: Any) -> list[str]:
        options: Any = {"checkpoint": checkpoint, "stream_mode": ["tasks"], "stream_subgraphs": True}
        events = list(client.runs.stream(copy, "stops_inside", input=None, **options))
        tasks = [event.data for event in events if event.event.startswith("tasks")]
        return [task["name"] for task in tasks if "triggers" in task]

    def copied() -> str:
        return client.threads.copy(thread)["thread_id"]  # type: ignore[index]

    by_id = {"checkpoint_ns": "", "checkpoint_id": outer["checkpoint_id"]}
    inside = {"checkpoint_ns": nested["checkpoint_ns"], "checkpoint_id": nested["checkpoint_id"]}
    at = {"checkpoint_map": nested["checkpoint_map"]}
    assert [runs(copied(), place) for place in (by_id, {**by_id, **at}, {**inside, **at})] == [["sub", "one"]] * 3
    assert runs(copied(), inside) == []
    assert runs(standing, None) == ["sub", "two"]


def test_an_edit_inside_a_nested_graph_is_in_the_timeline_with_its_keys_and_in_another_kernel_too(
    server: Server,
) -> None:
    session = rested(hitl.run(server.graph("stops_inside"), {"city": "Rome"}))
    session.answer({"update": {"city": "Oslo"}})
    session.wait(60)
    attached = rested(hitl.attach(server.graph("stops_inside"), session.thread_id))
    for one in (session, attached):
        looking = Looking(one._run, Drawn(topology_of(one._run.driver.graph)))
        one._run.driver.run(one._run.past.read())

        def look(at: Any, looking: Looking = looking, one: hitl.Session = one) -> Any:
            return one._run.driver.run(looking.at({"type": "look", "client": "c1", "id": 1, "at": at}))

        rows = look({"kind": "rows", "first": 0, "count": 100})["rows"]
        names = [row.get("changed") or [node["name"] for node in row["nodes"]] for row in rows if row["kind"] == "step"]
        assert names == [["before"], ["sub"], ["one"], "state changed: city", ["two"]]
        [row] = [row for row in rows if "changed" in row]
        assert row["path"] == ["sub"]
        view = look({"kind": "task", "task": row["tasks"][0]["id"]})
        assert [(change["before"]["view"]["text"], change["after"]["view"]["text"]) for change in view["changes"]] == [
            ("Rome", "Oslo")
        ]
