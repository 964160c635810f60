"""Error handlers of a graph on a server: what they ask is answered where it was heard, and said where it was not."""

from __future__ import annotations

from langgraph.types import Command

import hitl_widgets as hitl

from .server import Server
from .watching import rested, until

QUESTION = "pay failed. What now?"
WAITS = {"__start__": "done", "pay": "failed", "__error_handler__pay": "waiting"}


def statuses(session: hitl.Session) -> dict[str, str]:
    return {name: node["status"] for name, node in session._display.widget.nodes.items()}


def test_what_one_asks_is_shown_and_its_answer_goes_on(server: Server) -> None:
    session = rested(hitl.run(server.graph("handled"), {"log": []}))
    [request] = session.requests
    assert (request.node, request.payload) == ("__error_handler__pay", {"question": QUESTION})
    until(session, lambda: statuses(session) == WAITS)
    session.answer("refund")
    assert session.wait(60)["log"] == ["refund", "reported"]
    assert [(one.question, one.value) for one in session.decisions] == [(QUESTION, "refund")]
    until(session, lambda: statuses(session).get("report") == "done")
    assert (statuses(session)["pay"], statuses(session)["__error_handler__pay"]) == ("failed", "done")


def test_where_it_was_not_heard_the_way_to_answer_is_said_and_holds(server: Server) -> None:
    asked = rested(hitl.run(server.graph("handled"), {"log": []}))
    graph = server.graph("handled")
    session = rested(hitl.attach(graph, asked.thread_id))
    assert session.status == "failed"
    assert "what the error handler of pay asks, and the server does not tell" in str(session.error)
    inbox = hitl.inbox(server.graph("handled"))
    assert asked.thread_id not in [one.thread_id for one in inbox]
    assert "error handler of pay" in str(inbox.unread[asked.thread_id])

    graph.invoke(Command(resume="refund"), {"configurable": {"thread_id": asked.thread_id}})
    session.retry()
    assert session.wait(60)["log"] == ["refund", "reported"]


def test_one_that_has_failed_is_no_question(server: Server) -> None:
    session = rested(hitl.run(server.graph("handled_badly"), {"log": []}))
    assert (session.status, session.requests) == ("failed", ())
    again = rested(hitl.attach(server.graph("handled_badly"), session.thread_id))
    assert (again.status, again.requests) == ("failed", ())
    assert "does not tell" not in str(again.error)
