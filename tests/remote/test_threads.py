"""Threads on a server: their names, picking them up, following what runs there, going back."""

from __future__ import annotations

import shutil
import uuid
from pathlib import Path

import httpx
import pytest
from langgraph.pregel.remote import RemoteGraph
from langgraph.types import Command
from langgraph_sdk.client import SyncLangGraphClient
from langsmith import RunTree
from langsmith.run_helpers import tracing_context

import hitl_widgets as hitl
from hitl_widgets.running.recorded import know_before

from .server import Server
from .watching import at_work, picture, rested


def test_a_thread_is_called_what_its_user_calls_it(server: Server) -> None:
    name = f"refund {uuid.uuid4()}"
    session = rested(hitl.run(server.graph("three_questions"), {"request": "refund"}, thread_id=name))
    assert session._run.attach == f"hitl.attach(graph, {name!r})"
    assert str(uuid.UUID(session.thread_id)) == session.thread_id
    thread = session._run.driver.graph.sync_client.threads.get(session.thread_id)
    assert thread["metadata"]["name"] == name
    again = rested(hitl.attach(server.graph("three_questions"), name))
    assert again.thread_id == session.thread_id
    assert [one.key for one in again.requests] == ["approved"]


def test_a_thread_that_never_ran_is_idle(server: Server) -> None:
    session = rested(hitl.attach(server.graph("three_questions"), str(uuid.uuid4())))
    assert session.status == "idle"
    assert session.values == {}
    assert list(session.history) == []


def test_a_run_without_an_input_asks_for_it_with_a_form_of_the_graphs_schema(server: Server) -> None:
    session = rested(hitl.run(server.graph("typed")))
    assert session.status == "idle"
    field = session._run.pending[0].control.view["field"]
    assert [(one["name"], one["field"]["type"]) for one in field["fields"]] == [
        ("city", "text"),
        ("nights", "number"),
        ("password", "text"),
        ("log", "list"),
    ]
    with pytest.raises(hitl.InvalidAnswerError, match="nights: Not a whole number"):
        session.answer({"nights": "many"})
    session.answer({"city": "Oslo"})
    assert [one.key for one in rested(session).requests] == ["nights"]
    assert session.values["city"] == "Oslo"


def test_a_thread_that_waits_is_picked_up_and_drawn(server: Server) -> None:
    first = rested(hitl.run(server.graph("nested"), {"log": []}))
    attached = rested(hitl.attach(server.graph("nested"), first.thread_id))
    attached._run.driver.run(know_before(attached._run))  # as a view does: a card may quote a secret of then
    assert picture(attached)["cards"] == picture(first)["cards"]
    assert picture(attached)["nodes"] == picture(first)["nodes"]
    attached.answer("42")
    assert attached.wait(60)["log"] == ["42"]


def test_a_run_on_a_thread_that_waits_goes_on_there(server: Server) -> None:
    first = rested(hitl.run(server.graph("nested"), {"log": []}))
    second = rested(hitl.run(server.graph("nested"), {"log": ["new"]}, thread_id=first.thread_id))
    assert [one.key for one in second.requests] == ["ask"]
    assert "This thread was waiting already" in second._run.notices[-1]


def test_a_run_that_is_at_work_is_followed_from_its_beginning(server: Server, tmp_path: Path) -> None:
    first = hitl.run(server.graph("works"), {"log": [str(tmp_path / "go")]})
    at_work(first, "wait")
    second = hitl.attach(server.graph("works"), first.thread_id)
    at_work(second, "wait")
    (tmp_path / "go").touch()
    rested(second)
    second._run.driver.run(second._run.past.read())  # as its view does: it says what led to the step that was picked up
    assert picture(second) == picture(rested(first))
    assert (tmp_path / "go.began").read_text() == "x"
    second.answer("yes")
    assert second.wait(60)["log"][1:] == ["waited", "then", "yes"]


def test_a_run_on_a_thread_that_is_at_work_follows_it_and_says_that_its_input_was_not_used(
    server: Server, tmp_path: Path
) -> None:
    first = hitl.run(server.graph("works"), {"log": [str(tmp_path / "go")]})
    at_work(first, "wait")
    second = hitl.run(server.graph("works"), {"log": ["new"]}, thread_id=first.thread_id)
    at_work(second, "wait")
    assert "This thread was at work already" in second._run.notices[-1]
    assert "the new input was not used" in second._run.notices[-1]
    (tmp_path / "go").touch()
    assert [one.key for one in rested(second).requests] == ["ask"]
    assert second.values["log"][1:] == ["waited", "then"]
    assert (tmp_path / "go.began").read_text() == "x"
    rested(first)


def test_save_is_for_graphs_that_run_here(server: Server) -> None:
    with pytest.raises(TypeError, match="the server of a RemoteGraph keeps its threads"):
        hitl.run(server.graph("steps"), {"log": []}, save="runs.sqlite")


def test_a_graph_without_a_client_is_refused_with_what_to_write() -> None:
    with pytest.raises(TypeError, match=r"make it with RemoteGraph\(name, url=\.\.\.\)"):
        hitl.run(RemoteGraph("steps"), {"log": []})


def test_a_config_reaches_the_graph(server: Server) -> None:
    session = hitl.run(server.graph("configured"), {"log": []}, config={"configurable": {"user": "ada"}})
    assert session.wait(60)["log"] == ["ada"]


def test_a_trace_that_is_open_here_goes_on_at_the_server(server: Server) -> None:
    graph = server.graph("steps", distributed_tracing=True)
    sent: list[str | None] = []
    graph.sync_client.http.client.event_hooks["request"].append(
        lambda request: (
            sent.append(request.headers.get("langsmith-trace")) if request.url.path.endswith("/runs") else None
        )
    )
    trace = RunTree(name="cell")
    with tracing_context(parent=trace):
        session = hitl.run(graph, {"log": []})
    session.wait(60)
    assert str(trace.id) in str(sent[0])


def test_a_graph_that_the_server_has_not_is_named_beside_those_that_it_has(server: Server) -> None:
    session = rested(hitl.run(server.graph("stepz"), {"log": []}))
    assert "has no graph 'stepz'; it has: 'agent'" in str(session.error)


# ------------------------------------------------------------------ going back


def test_the_history_is_all_of_it_however_long(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hitl_widgets.driver.server.past.ServerPast.page_size", 2)
    session = hitl.run(server.graph("steps"), {"log": []})
    session.wait(60)
    assert (
        repr(session.history)
        == '0  one: wrote log: ["one"]\n1  two: wrote log: ["two"]\n2  three: wrote log: ["three"]'
    )
    assert session.history[1].before == {"log": ["one"]}
    assert session._run.driver.graph.get_state(session.history[1].config).values == {"log": ["one"]}


def test_a_fork_asks_anew_on_a_thread_of_its_own_and_leaves_the_first_alone(server: Server) -> None:
    session = rested(hitl.run(server.graph("three_questions"), {"request": "refund"}))
    for answer in (True, "Main St"):
        session.answer(answer)
        rested(session)
    before = repr(session.history)
    fork = rested(session.fork(session.decisions[1]))
    assert [one.key for one in fork.requests] == ["address"]
    assert fork.thread_id != session.thread_id
    assert fork._run.attach == f"hitl.attach(graph, {fork.thread_id!r})"
    assert fork._run.pending[0].control.view["field"]["default"] == "Main St"
    fork.answer("Elm St")
    assert rested(fork).values == {"request": "refund", "approved": True, "address": "Elm St"}
    assert session.values["address"] == "Main St"
    assert repr(session.history) == before


def test_a_fork_takes_an_answer_with_it(server: Server) -> None:
    session = rested(hitl.run(server.graph("fails"), {"log": ["/nowhere"]}))
    session.answer("42")
    rested(session)
    fork = rested(session.fork(0, answer="43"))
    assert [one.value for one in fork.decisions] == ["43"]
    assert fork.values["log"] == ["/nowhere", "43"]
    assert session.values["log"] == ["/nowhere", "42"]


def test_what_a_server_cannot_fork_is_said_plainly(server: Server) -> None:
    session = rested(hitl.run(server.graph("nested"), {"log": []}))
    fork = rested(session.fork(0))
    assert fork.status == "failed"
    assert "cannot run a nested graph on the copy of a thread" in str(fork.error)
    session.answer("42")
    assert session.wait(60)["log"] == ["42"]


def test_a_fork_with_other_values_starts_from_them(server: Server) -> None:
    session = rested(hitl.run(server.graph("three_questions"), {"request": "refund"}))
    session.answer(True)
    rested(session)
    fork = rested(session.fork(1, update={"request": "replace"}))
    assert [one.key for one in fork.requests] == ["address"]
    assert fork.values == {"request": "replace", "approved": True}
    assert session.values["request"] == "refund"


def test_a_fork_says_what_a_server_cannot_replace(server: Server) -> None:
    session = hitl.run(server.graph("steps"), {"log": []})
    session.wait(60)
    fork = rested(session.fork(1, update={"log": ["other"]}))
    assert fork.status == "failed"
    assert "A server cannot replace 'log': the state has a reducer for it" in str(fork.error)
    with pytest.raises(TypeError, match="The state has no 'nope'; it has 'city', 'log', 'nights', 'password'"):
        session.fork(1, update={"nope": 1})


# ------------------------------------------------------------------ breakpoints


def test_breakpoints_of_a_call_stop_the_run_there(server: Server) -> None:
    session = rested(
        hitl.run(server.graph("steps"), {"log": [], "city": "Oslo"}, interrupt_before=["two"], interrupt_after="two")
    )
    [before] = session._run.pending
    assert before.question.question == "Before two: continue?"
    assert picture(session)["nodes"]["two"]["status"] == "waiting"
    session.answer(True)
    [after] = rested(session)._run.pending
    assert after.question.question == "After two: continue?"
    session.answer(True)
    assert session.wait(60)["log"] == ["one", "two", "three"]


def test_a_breakpoint_must_be_at_a_node(server: Server) -> None:
    with pytest.raises(ValueError, match="names 'four', which is no node; the graph has: one, two, three"):
        hitl.run(server.graph("steps"), {"log": []}, interrupt_before=["four"])


def test_the_state_is_changed_at_a_breakpoint_where_the_server_can_replace_it(server: Server) -> None:
    session = rested(hitl.run(server.graph("steps"), {"log": [], "city": "Oslo"}, interrupt_before=["two"]))
    with pytest.raises(hitl.InvalidAnswerError, match="cannot replace 'log'"):
        session.answer({"update": {"log": ["other"]}})
    assert session.values == {"city": "Oslo", "log": ["one"]}
    session.answer({"update": {"city": "Rome"}})
    assert session.wait(60) == {"city": "Rome", "log": ["one", "two", "three"]}


def test_breakpoints_that_the_graph_has_on_the_server_are_found(server: Server) -> None:
    session = rested(hitl.run(server.graph("stops_before_two"), {"log": []}))
    assert [one.kind for one in session.requests] == ["breakpoint"]
    attached = rested(hitl.attach(server.graph("stops_before_two"), session.thread_id))
    assert [one.node for one in attached.requests] == ["two"]
    attached.answer(False)
    assert attached.status == "stopped"
    session.answer(True)
    assert session.wait(60)["log"] == ["one", "two"]


# ------------------------------------------------------------------ stopping, failing, restarting


def test_stop_cancels_what_runs_and_retry_goes_on_from_the_last_checkpoint(server: Server, tmp_path: Path) -> None:
    session = hitl.run(server.graph("works"), {"log": [str(tmp_path / "go")]})
    at_work(session, "wait")
    session.stop()
    assert rested(session).status == "stopped"
    assert session._run.state.nodes["wait",].status == "idle"
    (tmp_path / "go").touch()
    session.retry()
    assert [one.key for one in rested(session).requests] == ["ask"]
    client = session._run.driver.graph.sync_client
    assert [run["status"] for run in client.runs.list(session.thread_id)] == ["success", "interrupted"]
    assert session.values["log"][1:] == ["waited", "then"]


def test_a_run_that_somebody_else_cancels_says_so(server: Server, tmp_path: Path) -> None:
    session = hitl.run(server.graph("works"), {"log": [str(tmp_path / "go")]})
    at_work(session, "wait")
    client = session._run.driver.graph.sync_client
    [run] = client.runs.list(session.thread_id)
    client.runs.cancel(session.thread_id, run["run_id"])
    assert rested(session).status == "failed"
    assert "The run was cancelled on the server" in str(session.error)
    (tmp_path / "go").touch()
    session.retry()
    assert [one.key for one in rested(session).requests] == ["ask"]


def test_what_failed_is_tried_again_with_the_answers_that_were_given(server: Server, tmp_path: Path) -> None:
    mended = tmp_path / "mended"
    session = rested(hitl.run(server.graph("fails"), {"log": [str(mended)]}))
    session.answer("yes")
    assert rested(session).status == "failed"
    attached = rested(hitl.attach(server.graph("fails"), session.thread_id))
    assert attached.status == "failed"
    assert "the printer is on fire" in str(attached.error)
    mended.touch()
    session.retry()
    assert session.wait(60)["log"] == [str(mended), "yes", "worked"]


def test_a_server_that_is_away_for_a_while_loses_nothing(tmp_path: Path) -> None:
    own = Server(tmp_path / "own")
    try:
        # A client that does not try again by itself.
        client = SyncLangGraphClient(httpx.Client(base_url=own.url, timeout=60))
        waiting = rested(hitl.run(RemoteGraph("three_questions", sync_client=client), {"request": "refund"}))
        assert waiting.status == "failed"
        assert f"The server at {own.url} cannot be reached" in str(waiting.error)
        assert "`session.retry()` goes on" in str(waiting.error)
        own.start()
        waiting.retry()
        assert [one.key for one in rested(waiting).requests] == ["approved"]

        session = rested(hitl.run(own.graph("answered_then_works"), {"log": [str(tmp_path / "go")]}))
        session.answer("yes")
        at_work(session, "wait")
        own.stop()
        with pytest.raises(hitl.ServerError, match="cannot be reached"):
            waiting.answer(True)
        shutil.copytree(own.files, tmp_path / "kept")
        own.start()
        # A session finds its server again by itself, and the server goes on with what it was at.
        (tmp_path / "go").touch()
        assert session.wait(60)["log"][1:] == ["yes", "waited"]
        # What was asked is still asked, here and where it is attached.
        attached = rested(hitl.attach(own.graph("three_questions"), waiting.thread_id))
        assert [one.key for one in attached.requests] == ["approved"]
        waiting.answer(True)
        assert [one.key for one in rested(waiting).requests] == ["address"]

        # The development server alone forgets what it has accepted: it is killed before it writes that to its files, as it does
        # every ten seconds (langgraph-api 0.16.7).
        lost = rested(hitl.run(own.graph("answered_then_works"), {"log": [str(tmp_path / "never")]}))
        lost.answer("yes")
        at_work(lost, "wait")
        own.kill()
        shutil.rmtree(own.files)
        shutil.copytree(tmp_path / "kept", own.files)
        own.start()
        assert rested(lost).status == "failed"
        assert "The server does not have this thread any more" in str(lost.error)
        assert [one.key for one in rested(lost.restart()).requests] == ["ask"]
    finally:
        own.close()
        client.close()


def test_the_history_of_a_thread_that_is_picked_up_tells_no_secret(server: Server) -> None:
    session = rested(hitl.run(server.graph("typed"), {}))
    for answer in (2, "single", "hunter22"):
        session.answer(answer)
        rested(session)
    attached = rested(hitl.attach(server.graph("typed"), session.thread_id))
    assert [step.nodes for step in attached.history] == [("nights",), ("hotel",), ("secret",)]
    assert "hunter22" not in repr(attached.history)


def test_a_thread_that_waits_for_what_the_server_does_not_tell_has_not_finished(server: Server) -> None:
    """Its state has no next node, where that waits for several others; the thread itself is `interrupted`."""
    graph = server.graph("joined")
    session = rested(hitl.run(graph, {"log": []}))
    assert session.status == "failed"
    assert "the server does not tell for which one" in str(session.error)
    attached = rested(hitl.attach(server.graph("joined"), session.thread_id))
    assert str(attached.error) == str(session.error)
    inbox = hitl.inbox(graph)
    assert session.thread_id not in [one.thread_id for one in inbox]
    assert "the server does not tell for which one" in inbox.unread[session.thread_id]
    # As it says.
    [[asked]] = graph.sync_client.threads.get(session.thread_id)["interrupts"].values()
    graph.invoke(Command(resume={asked["id"]: "yes"}), {"configurable": {"thread_id": session.thread_id}})
    session.retry()
    assert rested(session).status == "finished"
    assert session.values == {"log": ["yes"]}


def test_a_thread_that_stands_at_a_breakpoint_that_the_server_does_not_tell_has_not_finished(server: Server) -> None:
    graph = server.graph("joined_at_breakpoint")
    session = rested(hitl.run(graph, {"log": []}))
    assert session.status == "failed"
    assert "has stopped at a breakpoint, and the server does not tell at which one" in str(session.error)
    # As it says.
    graph.invoke(None, {"configurable": {"thread_id": session.thread_id}})
    session.retry()
    assert rested(session).status == "finished"
    assert session.values == {"log": ["joined"]}


def test_a_thread_that_somebody_has_ended_by_hand_has_finished(server: Server) -> None:
    """Its server goes on calling it `interrupted`."""
    graph = server.graph("three_questions")
    session = rested(hitl.run(graph, {"request": "refund"}))
    threads = graph.sync_client.threads
    checkpoint = threads.get_state(session.thread_id)["checkpoint"]
    threads.update_state(session.thread_id, None, as_node="__end__", checkpoint=checkpoint)
    assert rested(hitl.attach(graph, session.thread_id)).status == "finished"
