"""A checkpointer that cannot save a step of a nested graph, and what LangGraph passes over then."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from langgraph.types import Command

import hitl_widgets as hitl

from ..waiting import at_rest
from . import graphs


class Full(InMemorySaver):
    """Raises once, at one of the checkpoints of nested graphs."""

    def __init__(self, fails_at: int) -> None:
        super().__init__()
        self.left = fails_at

    def put(self, config: Any, *given: Any) -> Any:
        if config["configurable"].get("checkpoint_ns"):
            self.left -= 1
            if self.left == 0:
                raise OSError("the disk is full")
        return super().put(config, *given)


def called(state: Any) -> dict[str, Any]:
    """A graph that a node's own code builds and runs."""
    inner = graphs.chain(graphs.Log, {"first": graphs.asks("first?"), "then": graphs.asks("then?")})
    return {"log": inner.invoke({"log": []})["log"]}


NESTED = {
    "nested": graphs.chain(
        graphs.Log,
        {"plan": lambda state: {}, "first": graphs.asks("first?"), "then": graphs.asks("then?")},
    ),
    "called": called,
}


@pytest.mark.parametrize(
    ("inner", "fails_at"), [("nested", 2), ("nested", 3), ("nested", 4), ("called", 2), ("called", 3)]
)
def test_a_nested_step_that_could_not_be_saved_is_no_breakpoint_and_is_tried_again(inner: str, fails_at: int) -> None:
    """It was one before: the thread has a next node, and nothing is asked in it."""
    graph = graphs.chain(graphs.Log, {"sub": NESTED[inner], "last": graphs.asks("last?")}, checkpointer=Full(fails_at))
    session = at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    taken: Counter[str] = Counter()
    said: list[str] = []
    while session.status != "finished":
        assert len(said) + taken.total() < 10, (session, said)
        if session.status == "failed":
            said.append(str(session.error))
            session.retry()
        for request in session.requests:
            assert request.kind == "interrupt", request
            session.answer(f"{request.payload} {taken.total()}", to=request.id)
            taken[str(request.payload)] += 1
        at_rest(session)
    assert len(said) == 1
    assert "could not save a step of a nested graph" in said[0]
    assert dict(taken) == {"first?": 1, "then?": 1, "last?": 1}
    assert session.values["log"] == ["first? 0", "then? 1", "last? 2"]


def test_a_nested_graph_that_stands_at_a_breakpoint_after_it_has_asked_still_does() -> None:
    inner = graphs.chain(
        graphs.Log, {"ask": graphs.asks("first?"), "then": lambda state: {"log": ["then"]}}, interrupt_before=["then"]
    )
    graph = graphs.chain(graphs.Log, {"sub": inner}, checkpointer=InMemorySaver())
    session = at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    session.answer("yes")
    [stop] = at_rest(session).requests
    assert stop.kind == "breakpoint"
    session.answer(True)
    assert session.wait(60)["log"] == ["yes", "then"]


def test_what_an_agent_asked_that_has_handed_over_is_over_and_its_graph_stands_at_its_breakpoint() -> None:
    alice = StateGraph(graphs.Log)
    alice.add_node("ask", graphs.asks("refund?"))
    alice.add_node("hand", lambda _state: Command(graph=Command.PARENT, goto="bob", update={"log": ["to bob"]}))
    alice.add_edge(START, "ask").add_edge(START, "hand")
    builder = StateGraph(graphs.Log)
    builder.add_node("alice", alice.compile(), destinations=("bob",))
    builder.add_node("bob", lambda _state: {"log": ["bob"]})
    builder.add_edge(START, "alice")
    graph = builder.compile(checkpointer=InMemorySaver(), interrupt_before=["bob"])
    session = at_rest(hitl.run(graph, {"log": []}))
    assert (session.status, [one.kind for one in session.requests]) == ("waiting", ["breakpoint"])
    assert session.values["log"] == ["to bob"]
    session.answer(True)
    assert session.wait(60)["log"] == ["to bob", "bob"]
