"""Another answer to what was asked inside of something: the fork is the run that it would have been, says LangGraph's history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain.tools import tool
from langchain_core.messages import AIMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint, task
from langgraph.graph import START, StateGraph
from langgraph.types import Send, interrupt

import hitl_widgets as hitl

from ..scripted_model import ScriptedModel
from . import graphs
from .test_examples import _said, settled
from .test_fork_moment import everything

Log = graphs.Log


def in_a_subgraph(saver: Any) -> Any:
    inner = graphs.chain(Log, {"work": _logs("work"), "first": graphs.asks("1?"), "second": graphs.asks("2?")})
    return graphs.chain(Log, {"before": _logs("before"), "inner": inner, "after": _logs("after")}, checkpointer=saver)


def in_a_graph_that_a_node_calls(saver: Any) -> Any:
    inner = graphs.chain(Log, {"work": _logs("work"), "first": graphs.asks("1?"), "second": graphs.asks("2?")})
    nodes = {"before": _logs("before"), "calls": lambda state: {"log": inner.invoke({"log": []})["log"]}}
    return graphs.chain(Log, {**nodes, "after": _logs("after")}, checkpointer=saver)


def in_a_tool_of_an_agent(saver: Any) -> Any:
    @tool
    def book(place: str) -> str:
        """Book a place."""
        return f"{place}: {interrupt(f'Book {place}?')}, {interrupt(f'Pay {place}?')}"

    call = {"name": "book", "args": {"place": "Bonn"}, "id": "c1", "type": "tool_call"}
    model = ScriptedModel(script=[AIMessage("", tool_calls=[call], id="m1"), AIMessage("Done.", id="m2")])
    return create_agent(model, [book], checkpointer=saver)


def in_a_task(saver: Any) -> Any:
    @task
    def confirm(number: int) -> Any:
        return interrupt(f"{number}?")

    @entrypoint(checkpointer=saver)
    def flow(_: Any) -> Any:
        return [confirm(1).result(), confirm(2).result()]

    return flow


def in_what_was_sent(saver: Any) -> Any:
    builder = StateGraph(Log)
    builder.add_node("each", lambda state: {"log": [(state["n"], interrupt(f"{state['n']}?"))]})
    builder.add_node("after", lambda state: {"log": [len(state["log"])]})
    builder.add_conditional_edges(START, lambda _: [Send("each", {"n": n}) for n in range(3)], ["each"])
    builder.add_edge("each", "after")
    return builder.compile(checkpointer=saver)


def _logs(word: str) -> Callable[[Any], Any]:
    return lambda state: {"log": [word]}


@dataclass(frozen=True)
class Case:
    build: Callable[[Any], Any]
    start: Any
    answers: tuple[str, ...] = ("a", "b")
    to: tuple[str | None, ...] = (None, None)


CASES = {
    "subgraph": Case(in_a_subgraph, {"log": []}),
    "graph in a node's code": Case(in_a_graph_that_a_node_calls, {"log": []}),
    "tool of an agent": Case(in_a_tool_of_an_agent, {"messages": [("user", "Book Bonn.")]}),
    "task": Case(in_a_task, {}),
    "several that were sent": Case(in_what_was_sent, {"log": []}, ("a", "b", "c"), ("each", "each#2", "each#3")),
}


def run_with(case: Case, answers: tuple[str, ...]) -> hitl.Session:
    session = settled(hitl.run(case.build(InMemorySaver()), case.start))
    for answer, to in zip(answers, case.to, strict=True):
        session.answer(answer, to=to)
        settled(session)
    assert session.status == "finished", session.error
    return session


def history(session: hitl.Session) -> list[Any]:
    """What LangGraph's own `get_state_history` says."""
    driver = session._run.driver
    return [_said(one) for one in driver.graph.get_state_history(driver.config)]


@pytest.mark.parametrize(
    ("case", "at"),
    [pytest.param(case, at, id=f"{name}-{at}") for name, case in CASES.items() for at in range(len(case.answers))],
)
def test_a_fork_is_the_run_with_the_other_answer_and_the_first_run_stays_as_it_was(case: Case, at: int) -> None:
    session = run_with(case, case.answers)
    before, told = everything(session), history(session)
    fork = settled(session.fork(session.decisions[at], answer="another"))
    for to in case.to[at + 1 :]:
        if fork.status == "finished":
            break
        # What was asked after it is asked again, and starts from what was answered then.
        [again] = [one for one in fork.requests if to is None or one.key == to] or fork.requests[:1]
        fork.answer(next(one.value for one in session.decisions if one.key == again.key or to is None), to=again.id)
        settled(fork)
    assert fork.status == "finished", fork.error
    decided = [decision.value for decision in fork.decisions]  # with those before it that it has kept
    answers = (*case.answers[:at], *decided[decided.index("another") :])
    assert history(fork) == history(run_with(case, answers))
    assert (everything(session), history(session)) == (before, told)
