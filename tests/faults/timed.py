"""What a process lives until it is killed, with deadlines, and with what a person has said once and for all.

A deadline passes while the process is at work, while it is being killed, or while nobody is there: every other life begins
only when it is over.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import HumanInTheLoopMiddleware
from langchain_core.messages import AIMessage
from langgraph.types import interrupt

import hitl_widgets as hitl
from hitl_widgets.policies.answering import approve_always

from ..scripted_model import ScriptedModel, calls
from ..unit import graphs
from .points import clock
from .scenes import PATIENCE, THREAD, asks, delete, saver_in, told

SOON = 0.06
"""Seconds until a deadline."""


def _deadline(place: Path) -> datetime:
    """The same in every life: what a node asks with must not change where it runs again."""
    if not (written := place / "deadline").exists():
        (whole := place / "deadline, half written").write_text(
            (datetime.now(UTC) + timedelta(seconds=SOON)).isoformat()
        )
        whole.rename(written)
    return datetime.fromisoformat(written.read_text())


def _expires(name: str, at: datetime) -> Callable[[Any], Any]:
    def node(state: Any) -> dict[str, Any]:
        answer = interrupt({"question": f"{name}?", "expires_at": at.isoformat()})
        clock.point("at work")
        return {"log": [answer]}

    return node


def _attached(graph: Any, given: Any, life: int, policies: list[Any]) -> hitl.Session:
    if life:
        session = hitl.attach(graph, THREAD, policies=policies)
        assert session._run.at_rest.wait(PATIENCE)
        if session.status != "idle":
            return session
    return hitl.run(graph, given, thread_id=THREAD, policies=policies)


def deadlines(folder: str, life: int) -> dict[str, Any]:
    """Its own deadline, one that its policy has, and one at which a person answers just then; and a question after them."""
    place = Path(folder)
    clock.journal = place / "journal"
    at = _deadline(place)
    if life % 2:
        time.sleep(max(0.0, (at - datetime.now(UTC)).total_seconds()))
    nodes = {"own": _expires("own", at), "waits": asks("waits?"), "raced": _expires("raced", at)}
    graph = graphs.fan_out(graphs.Log, nodes, asks("then?"), checkpointer=saver_in(place))
    policies = [
        hitl.policy(node="own", answer=f"own={life}", timeout=float("inf")),
        hitl.policy(node="raced", answer=f"person={life}", timeout=float("inf")),
        hitl.policy(node="waits", answer=f"waits={life}", timeout=SOON),
        hitl.policy(node="join", answer=f"join={life}", timeout=SOON / 3),
    ]
    session = _attached(graph, {"log": []}, life, policies)
    late = time.monotonic() + PATIENCE
    while session.status != "finished":
        assert time.monotonic() < late, f"{session} {session.error!r} {session.requests}"
        for request in session.requests:
            if request.node == "raced" and datetime.now(UTC) >= at - timedelta(seconds=0.002):
                with suppress(hitl.StaleAnswerError):
                    session.answer(f"person={life}", to=request.id)
                    clock.note(f"acked {request.id} person={life}")
        session._run.ended.wait(0.002)
    return told(session)


def always(folder: str, life: int) -> dict[str, Any]:
    """An agent that calls one tool three times; the first call of each life is approved by a person, and all that come after it.

    What was said once and for all ends with the process: what that has not approved any more, a person is asked.
    """
    place = Path(folder)
    clock.journal = place / "journal"
    script = [*(calls(("delete", {"path": path})) for path in "abc"), AIMessage("done", id="done")]
    agent = create_agent(
        ScriptedModel(script=script),
        [delete],
        middleware=[HumanInTheLoopMiddleware({"delete": True})],
        checkpointer=saver_in(place),
    )
    began, is_said = datetime.now(UTC), False
    session = _attached(agent, {"messages": [("user", "go")]}, life, [])
    late = time.monotonic() + PATIENCE
    while session.status != "finished":
        assert time.monotonic() < late, f"{session} {session.error!r} {session.requests}"
        if session._run.at_rest.wait(0.01) and session.status == "waiting":
            by_policy = [one for one in session.decisions if one.policy is not None and one.at >= began]
            assert is_said or not by_policy, f"nobody has said so in this life: {by_policy}"
            for request in session.requests:
                [call] = request.payload["action_requests"]
                session.answer({"decisions": [{"type": "approve"}]}, to=request.id)
                clock.note(f"acked {request.id} deleted {call['args']['path']}")
                is_said = True
                approve_always(session._run, "delete")
                clock.point("always")
    policies = [one.policy for one in session.decisions]
    assert None in policies
    assert set(policies) <= {None, "always approve delete"}
    return told(session)
