"""Going back, beside and on with a graph on a server: all of it as people do it, from what their view shows."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import pytest

import hitl_widgets as hitl
from hitl_widgets.view.looking import Looking
from hitl_widgets.view.project import fork_view

from .looking import drawn
from .server import Server
from .watching import at_work, picture, rested


def seen(session: hitl.Session, at: Any) -> Any:
    """What the view gets that asks for something."""
    found = session._run.driver.run(Looking(session._run, drawn(session)).at({"at": at}))
    return json.loads(json.dumps(found))


def rows(session: hitl.Session) -> list[Any]:
    return seen(session, {"kind": "rows", "first": 0, "count": 100})["rows"]


def answered(server: Server, *answers: Any) -> hitl.Session:
    session = rested(hitl.run(server.graph("three_questions"), {"request": "refund"}))
    for answer in answers:
        session.answer(answer)
        rested(session)
    return session


def test_what_if_runs_a_fork_an_answer_and_shows_their_final_states(server: Server) -> None:
    session = answered(server, True, "Main St", 100)
    found = session.what_if("budget", [250, 300])
    assert [fork.values["budget"] for fork in found] == [250, 300]
    assert "300     finished  300" in repr(found)
    assert session.values["budget"] == 100
    assert [fork.label for fork in session._run.forks] == ["budget → 250", "budget → 300"]
    other = session.what_if(session.decisions[0], [False], then={"address": "Elm St", "budget": 5})
    assert other[0].values == {"request": "refund", "approved": False, "address": "Elm St", "budget": 5}


def test_a_fork_that_was_shown_stays_shown_when_the_server_gives_its_thread_an_id(server: Server) -> None:
    session = answered(server, True, "Main St", 100)
    fork = session.fork(session.decisions[1])
    shown = fork_view(session._run.forks[0])["name"]
    rested(fork)
    assert fork_view(session._run.forks[0])["name"] == shown
    assert seen(session, {"kind": "comparison", "fork": shown})["words"].startswith("The two runs part")


def test_the_rows_of_a_fork_have_the_numbers_of_its_threads_steps(server: Server) -> None:
    session = answered(server, True, "Main St", 100)
    fork = session.fork(session.decisions[1], answer="Elm St")
    rested(fork)
    shown = [(row["step"], row["tasks"][0]["node"]) for row in rows(fork) if row["kind"] == "step"]
    assert shown == [(step.index, *step.nodes) for step in fork.history]
    again = fork.fork(shown[-1][0], pause=True)
    assert rested(again).requests[0].path == (shown[-1][1],)


def test_two_runs_are_beside_each_other_with_where_they_part(server: Server) -> None:
    session = answered(server, True, "Main St", 100)
    fork = session.fork(session.decisions[1], answer="Elm St")
    rested(fork).answer(100)
    fork.wait(60)
    compared = session.compare(fork)
    assert compared.words == "The two runs part at step 1 (ask_address)."
    assert compared.differing == {"address": ("Main St", "Elm St")}
    assert [step.nodes for step in fork.history] == [step.nodes for step in session.history]
    shown = seen(session, {"kind": "comparison", "fork": fork._run.name})
    assert "step 1 (ask_address)" in json.dumps(shown)


def test_restart_reads_the_input_from_the_server_whoever_has_started_the_thread(server: Server) -> None:
    session = answered(server, True)
    attached = rested(hitl.attach(server.graph("three_questions"), session.thread_id))
    again = rested(attached.restart())
    assert [one.key for one in again.requests] == ["approved"]
    assert again.values == {"request": "refund"}
    assert again.thread_id != session.thread_id


def test_the_input_of_an_entrypoint_is_found_again(server: Server) -> None:
    session = rested(hitl.run(server.graph("functional"), "order 42"))
    attached = rested(hitl.attach(server.graph("functional"), session.thread_id))
    again = rested(attached.restart())
    assert [one.payload for one in again.requests] == ["Approve order 42?"]


def test_a_fork_is_restarted_with_what_the_first_thread_began_with(server: Server) -> None:
    session = answered(server, True, "Main St")
    fork = rested(session.fork(session.decisions[1]))
    again = rested(fork.restart())
    assert again.values == {"request": "refund"}
    assert [one.key for one in again.requests] == ["approved"]


def test_a_finished_thread_takes_another_input(server: Server) -> None:
    message = {"messages": [{"role": "user", "content": "refund order 42"}]}
    session = rested(hitl.run(server.graph("chat"), message))
    assert session.status == "finished"
    session.follow_up("and order 43")
    assert [one["content"] for one in session.wait(60)["messages"]] == [
        "refund order 42",
        "you said: refund order 42",
        "and order 43",
        "you said: and order 43",
    ]
    session.follow_up()
    [asked] = rested(session)._run.pending
    assert asked.request.kind == "input"
    assert [row["kind"] for row in rows(session)].count("step") == 2
    fork = rested(session.fork(0))
    assert len(fork.values["messages"]) == 2


def test_the_timeline_tells_steps_and_decisions_also_those_before_this_kernel(server: Server) -> None:
    session = answered(server, True, "Main St")
    told = rows(session)
    assert [(row["kind"], row.get("question") or [task["name"] for task in row["tasks"]]) for row in told] == [
        ("step", ["ask_approval"]),
        ("decision", "Do you approve it?"),
        ("step", ["ask_address"]),
        ("decision", "What's your address?"),
        ("step", ["ask_budget"]),
    ]
    attached = rested(hitl.attach(server.graph("three_questions"), session.thread_id))
    seen(attached, {"kind": "node", "node": "ask_approval"})
    earlier = [row for row in rows(attached) if row["kind"] == "step"]
    assert [[task["name"] for task in row["tasks"]] for row in earlier] == [
        ["ask_approval"],
        ["ask_address"],
        ["ask_budget"],
    ]
    looked = seen(attached, {"kind": "task", "task": earlier[0]["tasks"][0]["id"]})
    assert [(change["key"], change["kind"]) for change in looked["changes"]] == [("approved", "added")]
    assert looked["step"] == 0


def test_all_answers_are_copied_as_what_replays_them(server: Server) -> None:
    session = answered(server, True, "Main St", 100)
    replay: dict[str, Any] = {"hitl": hitl}
    exec(seen(session, {"kind": "replay"}).replace("unattended=", "answers = "), replay)
    again = hitl.run(server.graph("three_questions"), {"request": "refund"}, unattended=replay["answers"])
    assert again.wait(60) == session.values


def test_the_history_is_a_frame(server: Server) -> None:
    session = answered(server, True, "Main St", 100)
    frame = session.history.to_frame()
    assert list(frame["node"]) == ["ask_approval", "ask_address", "ask_budget"]
    assert list(frame["wrote"]) == [{"approved": True}, {"address": "Main St"}, {"budget": 100}]
    assert (frame["took"] >= 0).all()
    assert list(frame["asked"]) == [tuple(task.asked) for step in session.history for task in step.tasks]
    # What a server does not tell is not made up.
    assert frame["attempts"].isna().all()


def test_a_state_is_edited_and_run_from_there_with_the_form_that_shows_it(server: Server) -> None:
    session = answered(server, True, "Main St", 100)
    fork = rested(session.fork(1, pause=True))
    [stop] = fork._run.pending
    assert stop.request.kind == "breakpoint"
    fields = stop.control.view["field"]["fields"]
    assert [one["name"] for one in fields] == ["request", "approved", "address", "budget"]
    assert picture(fork)["nodes"]["ask_address"]["status"] == "waiting"
    fork.answer({"update": {"request": "replace"}})
    assert [one.key for one in rested(fork).requests] == ["address"]
    assert fork.values == {"request": "replace", "approved": True}
    assert session.values["request"] == "refund"


def test_a_fork_is_picked_up_where_it_waits(server: Server) -> None:
    session = answered(server, True, "Main St")
    fork = rested(session.fork(session.decisions[1]))
    attached = rested(hitl.attach(server.graph("three_questions"), fork.thread_id))
    assert [one.key for one in attached.requests] == ["address"]
    attached.answer("Elm St")
    assert rested(attached).values["address"] == "Elm St"


def test_waiting_threads_of_other_names_are_not_started_over(server: Server) -> None:
    name = f"order {uuid.uuid4()}"
    rested(hitl.run(server.graph("three_questions"), {"request": "refund"}, thread_id=name))
    again = rested(hitl.run(server.graph("three_questions"), {"request": "other"}, thread_id=name))
    assert again.values == {"request": "refund"}
    assert "was waiting already" in again._run.notices[-1]


def test_a_failed_step_is_tried_again_from_its_checkpoint(server: Server, tmp_path: Path) -> None:
    mended = tmp_path / "mended"
    session = rested(hitl.run(server.graph("fails"), {"log": [str(mended)]}))
    session.answer("yes")
    assert rested(session).status == "failed"
    assert [row["tasks"][0]["status"] for row in rows(session) if row["kind"] == "step"] == ["done", "failed"]
    mended.touch()
    session.retry()
    session.wait(60)
    assert picture(session)["nodes"]["work"] == {"status": "done", "runs": 1}
    looked = [step for step in session.history if step.nodes == ("work",)]
    assert [task.outcome for step in looked for task in step.tasks] == ['wrote log: ["worked"]']


def test_a_run_is_stopped_at_work_and_its_node_says_so(server: Server, tmp_path: Path) -> None:
    session = hitl.run(server.graph("works"), {"log": [str(tmp_path / "go")]})
    at_work(session, "wait")
    session.stop()
    assert rested(session).status == "stopped"
    (tmp_path / "go").touch()
    session.retry()
    assert picture(rested(session))["nodes"]["then"] == {"status": "done", "runs": 1}


@pytest.mark.parametrize("name", ["words", "words_of_nodes"])
@pytest.mark.parametrize("is_attached", [False, True], ids=["", "attached"])
def test_of_several_that_ask_under_one_key_the_one_is_answered_that_was_meant(
    server: Server, name: str, is_attached: bool
) -> None:
    session = rested(hitl.run(server.graph(name), {"log": []}))
    session.answer("one", to=session.requests[0].id)
    rested(session)
    if is_attached:
        # The other one is called `word` now, as the first was.
        session = rested(hitl.attach(server.graph(name), session.thread_id))
    [request] = session.requests
    fork = rested(session.fork(request, answer="asked"))
    [who] = {"Oslo", "second"} & set(fork.values["log"][0].split(": "))
    session.answer("two")
    assert rested(session).values["log"][1] == f"{who}: two"
    fork = rested(session.fork(session.decisions[-1], answer="other"))
    assert fork.values["log"] == [f"{who}: other"]
    assert [one.payload["question"] for one in fork.requests] == [
        {"Oslo": "A word on Rome?", "second": "A word on first?"}[who]
    ]


def test_what_nested_graphs_did_is_listed_also_from_before_this_kernel_and_says_that_nothing_starts_there(
    server: Server,
) -> None:
    session = rested(hitl.run(server.graph("nested"), {"log": []}))
    session.answer("x")
    session.wait(60)
    attached = rested(hitl.attach(server.graph("nested"), session.thread_id))
    for one in (session, attached):
        [outer, after] = one.history
        assert [(step.words, [task.outcome for task in step.tasks]) for step in outer.inside] == [
            ("step 0.0 (outer › inner)", ['wrote log: ["x"]']),
            ("step 0.1 (outer › inner › ask)", ['wrote log: ["x"]']),
        ]
        assert after.inside == ()
    with pytest.raises(hitl.HitlError, match="A server goes back to the steps of the outermost graph only"):
        attached.fork(attached.history[0].inside[1])
    attached._run.driver.run(attached._run.past.read())
    shown = rows(attached)
    assert [row["answer"] for row in shown if row["kind"] == "decision"] == ["x"]
    steps = [row for row in shown if row["kind"] == "step"]
    told = [(row["path"], row["nodes"][0]["name"], row["status"], row["can_fork"]) for row in steps]
    assert told == [
        ([], "outer", "done", True),
        (["outer"], "inner", "done", False),
        (["outer", "inner"], "ask", "done", False),
        ([], "after", "done", True),
    ]
    assert "fork from the step that it is a part of" in rows(attached)[1]["why_not"]
