"""The live graph of a graph on a server is that of the same graph run here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

import hitl_widgets as hitl
from hitl_widgets.running.following.watch import Watch
from hitl_widgets.view.display import Display
from hitl_widgets.watching import watched

from . import served
from .server import Server
from .watching import picture, rested

Answers = list[dict[str, Any]]

MESSAGE = {"messages": [{"role": "user", "content": "refund order 42"}]}
RUNS: list[tuple[str, Any, Answers]] = [
    ("three_questions", {"request": "refund"}, [{"approved": True}, {"address": "Main St"}, {"budget": 100}]),
    ("nested", {"log": []}, [{"ask": "42"}]),
    ("parallel", {"log": []}, [{"once": "a"}, {"twice": "b", "typed": {"value": 1}}, {"twice": "c"}]),
    ("agent", MESSAGE, [{"HumanInTheLoopMiddleware.after_model": True}]),
    ("fan_out", {"log": []}, []),
    ("functional", "order 42", [{"functional": True}]),
    ("steps", {"log": []}, []),
]


@pytest.mark.parametrize(("name", "input", "answers"), RUNS, ids=[name for name, _, _ in RUNS])
def test_it_shows_what_the_same_graph_shows_that_runs_here(
    server: Server, name: str, input: Any, answers: Answers
) -> None:
    here = rested(hitl.run(getattr(served, name), input))
    there = rested(hitl.run(server.graph(name), input))
    assert there.error is None
    assert picture(there) == picture(here)
    for together in answers:
        for key, value in together.items():
            for session in (here, there):
                session.answer(value, to=key)
        assert picture(rested(there)) == picture(rested(here))
    assert there.status == here.status == "finished"
    assert [(one.key, one.value) for one in there.decisions] == [(one.key, one.value) for one in here.decisions]


def test_the_node_that_failed_shows_the_exception_of_the_server(server: Server) -> None:
    session = rested(hitl.run(server.graph("fails"), {"log": ["/nowhere"]}))
    session.answer("yes")
    assert rested(session).status == "failed"
    assert str(session.error) == "ValueError: the printer is on fire"
    assert picture(session)["nodes"]["work"] == {"status": "failed", "runs": 0}
    assert session._run.state.nodes["work",].error == "ValueError: the printer is on fire"
    assert session._run.failed_node == "work"


def test_it_displays_as_any_session_does(server: Server) -> None:
    session = rested(hitl.run(server.graph("three_questions"), {"request": "refund"}))
    display = session._display
    assert isinstance(display, Display)
    data, _ = display(neutral=False)
    assert "ask_approval" in data["text/html"]
    assert data["text/plain"] == "<hitl.Session of three_questions: waiting for approved>"
    [card] = display.widget.cards
    assert (card["node"], card["control"]["kind"]) == ("ask_approval", "approval")
    assert display.widget.nodes["ask_approval"]["status"] == "waiting"
    [notice] = display.widget.run["notices"]
    assert "An answer is safe as soon as the server has accepted it" in notice


def test_what_nodes_stream_of_their_own_comes_as_it_does_here(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    parts: list[Mapping[str, Any]] = []
    heard = Watch.apply
    monkeypatch.setattr(Watch, "apply", lambda watch, part: bool(parts.append(part)) or heard(watch, part))
    with watched():
        rested(hitl.run(server.graph("fan_out"), {"log": []}))
        agent = rested(hitl.run(server.graph("agent"), MESSAGE))
    assert [part["data"] for part in parts if part["type"] == "custom"] == [{"progress": 0.5}] * 3
    [model] = [task for step in agent._run.state.steps for task in step.tasks if task.node == ("model",)]
    assert model.said is not None
    assert model.said.tokens.strip() == "→ refund"


def test_what_a_model_says_is_on_the_card_of_its_call_and_said_last(server: Server) -> None:
    session = rested(hitl.run(server.graph("agent_that_explains"), MESSAGE))
    display: Any = session._display
    display.widget._push()
    [card] = display.widget.cards
    assert card["said"] == [{"tag": "p", "children": ["It never arrived."]}]
    session.answer({"decisions": [{"type": "approve"}]})
    rested(session)
    display.widget._push()
    assert {"tag": "strong", "children": ["done"]} in display.widget.run["said"][0]["children"]


def test_the_picture_alone_comes_from_the_server_too(server: Server) -> None:
    assert "ask_approval" in hitl.draw(server.graph("three_questions")).svg
    with pytest.raises(hitl.ServerError, match="has no graph 'three'; it has: 'agent'"):
        hitl.draw(server.graph("three"))


def test_the_source_of_a_graph_on_a_server_is_not_here_to_be_checked(server: Server) -> None:
    findings = hitl.check(server.graph("three_questions"))
    assert [one.why for one in findings.not_read] == [
        "The graph runs on a server, and so its source is there: check it where it is compiled."
    ]
