"""Another input to a thread that had finished, given differently: the fork has what ran before it, by its own numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import MessagesState

import hitl_widgets as hitl

from ..waiting import at_rest
from . import graphs
from .test_timeline import browse, rows

__all__ = ["browse"]


@pytest.fixture(params=["memory", "sqlite"])
def saved(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    return InMemorySaver() if request.param == "memory" else tmp_path / "runs.sqlite"


def talk(state: Any) -> dict[str, Any]:
    return {"messages": [AIMessage(f"You said {state['messages'][-1].text}.")]}


def chat(saved: Any, *said: str) -> hitl.Session:
    """Two nodes for each message."""
    session = hitl.run(graphs.chain(MessagesState, {"hear": lambda _state: {}, "talk": talk}), save=saved)
    for at, text in enumerate(said):
        if at > 0:
            session.follow_up()
        at_rest(session)
        session.answer({"messages": text})
        session.wait(60)
    return session


def steps(browser: Any) -> list[tuple[int | None, str]]:
    return [(row["step"], row["nodes"][0]["name"]) for row in rows(browser) if row["kind"] == "step"]


def counted(browser: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    widget = browser.widget
    widget._push()
    return {node: (view["status"], view.get("runs")) for node, view in widget.nodes.items()}, dict(widget.edges)


def said(session: hitl.Session) -> list[str]:
    return [message.text for message in session.values["messages"]]


def test_what_was_said_differently_stands_after_what_was_said_before(browse: Any, saved: Any) -> None:
    session = chat(saved, "one", "two", "three")
    once = chat(InMemorySaver(), "one")
    once.follow_up()
    fork = at_rest(session.fork(session.decisions[1]))
    browser = browse(fork)
    assert [step.nodes for step in fork.history] == [("hear",), ("talk",)]
    assert steps(browser) == [(0, "hear"), (1, "talk")]
    assert counted(browser) == counted(browse(at_rest(once)))
    fork.answer({"messages": "zwei"})
    fork.wait(60)
    assert said(fork) == ["one", "You said one.", "zwei", "You said zwei."]
    assert steps(browser) == [(0, "hear"), (1, "talk"), (2, "hear"), (3, "talk")]
    assert counted(browser) == counted(browse(chat(InMemorySaver(), "one", "two")))
    # The row's number is that of the step that one goes back to.
    assert said(at_rest(fork.fork(steps(browser)[-1][0], pause=True)))[-1] == "zwei"


def test_what_is_said_after_all_of_it_stands_after_all_of_it(browse: Any, saved: Any) -> None:
    session = chat(saved, "one", "two")
    session.follow_up()
    [asked] = at_rest(session).requests
    fork = at_rest(session.fork(asked))
    browser = browse(fork)
    assert steps(browser) == [(0, "hear"), (1, "talk"), (2, "hear"), (3, "talk")]
    fork.answer({"messages": "three"})
    fork.wait(60)
    assert said(fork)[-3:] == ["You said two.", "three", "You said three."]
    assert steps(browser)[-2:] == [(4, "hear"), (5, "talk")]


def test_a_step_that_never_ran_is_gone_back_to_with_what_ran_before_it(browse: Any, saved: Any) -> None:
    graph = graphs.chain(graphs.Log, {name: lambda _state, name=name: {"log": [name]} for name in ("a", "b", "c")})
    session = at_rest(hitl.run(graph, {"log": []}, save=saved, interrupt_before=["b"]))
    session.answer({"update": {"amount": 3}})
    assert session.wait(60) == {"log": ["a", "b", "c"], "amount": 3}
    fork = session.fork(1)
    assert at_rest(fork).values == {"log": ["a"]}
    browser = browse(fork)
    assert steps(browser) == [(0, "a")]
    fork.answer(True)
    assert fork.wait(60) == {"log": ["a", "b", "c"]}
    assert steps(browser) == [(0, "a"), (1, "b"), (2, "c")]
    assert len(fork.history) == 3
