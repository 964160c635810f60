"""A `@task`'s question on a server in another kernel: it is where it was asked, as long as the server keeps what it streamed."""

from __future__ import annotations

from typing import Any

import pytest
from langgraph_sdk import get_sync_client

import hitl_widgets as hitl
from hitl_widgets.running.picked_up import look_at

from .server import Server
from .watching import picture, rested


def nodes(session: hitl.Session) -> dict[str, Any]:
    """What the view draws of the nodes, once what ran before is read."""
    session._run.driver.run(session._run.past.read())
    return picture(session)["nodes"]


def calls(session: hitl.Session) -> dict[str, str]:
    """What the tasks are that were called, by their paths; the run's own, not of what the past tells."""
    return {"/".join(task.node): task.status for step in session._run.state.steps for task in step.tasks}


@pytest.mark.parametrize(
    ("name", "given", "answers"),
    [
        ("functional", "42", [True]),
        ("approves_twice", "42", [True, False]),
        ("calls_what_asks", {"log": []}, [True]),
    ],
)
def test_the_question_of_a_task_is_drawn_at_it_and_what_else_was_called_is_there(
    server: Server, name: str, given: Any, answers: list[bool]
) -> None:
    session = rested(hitl.run(server.graph(name), given, thread_id=f"called {name}"))
    for answer in answers:
        [request] = session.requests
        had = nodes(session)
        waiting = {path for path, status in calls(session).items() if status == "waiting"}
        assert any(path.endswith("/approve") for path in waiting)
        session.close()
        session = rested(hitl.attach(server.graph(name), f"called {name}"))
        assert [one.id for one in session.requests] == [request.id]
        assert {path for path, status in calls(session).items() if status == "waiting"} == waiting
        assert {id: view["status"] for id, view in nodes(session).items()} == {
            id: view["status"] for id, view in had.items()
        }
        session.answer(answer)
        rested(session)
    assert session.status == "finished"
    assert "waiting" not in calls(session).values()


def test_what_another_client_has_not_had_kept_is_its_entrypoints_question(server: Server) -> None:
    client = get_sync_client(url=server.url)
    thread = client.threads.create()["thread_id"]
    client.runs.wait(thread, "functional", input="42")
    session = rested(hitl.attach(server.graph("functional"), thread))
    assert [(one.payload, one.path) for one in session.requests] == [("Approve 42?", ("functional",))]
    assert calls(session) == {"functional": "waiting"}
    session.answer(True)
    assert rested(session).values == "42: True"
    client.close()


def test_a_node_that_asks_by_itself_has_nothing_replayed(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    session = rested(hitl.run(server.graph("three_questions"), {}, thread_id="called by nobody"))
    session.close()
    graph = server.graph("three_questions")
    assert graph.sync_client is not None

    def replayed(*_args: Any, **_options: Any) -> Any:
        raise AssertionError("a stream was asked for")

    monkeypatch.setattr(graph.sync_client.runs, "join_stream", replayed)
    attached = rested(hitl.attach(graph, "called by nobody"))
    assert [one.key for one in attached.requests] == ["approved"]
    attached.close()


def test_a_thread_at_rest_that_is_looked_at_again_is_asked_for_it_once(server: Server) -> None:
    rested(hitl.run(server.graph("functional"), "42", thread_id="called once")).close()
    graph = server.graph("functional")
    assert graph.sync_client is not None
    runs, asked = graph.sync_client.runs, list[str]()
    join = runs.join_stream

    def joined(thread: str, run: str, **options: Any) -> Any:
        asked.append(run)
        return join(thread, run, **options)

    runs.join_stream = joined  # type: ignore[method-assign]
    session = rested(hitl.attach(graph, "called once"))
    driver = session._run.driver
    for _ in range(3):
        found = driver.run(look_at(driver.run(driver.snapshot()), driver))
        assert [call.node for _, call in found.called] == [("functional", "approve")]
    assert len(asked) == 1
    session.close()
