"""LangGraph's documented examples: what the view says of them, and what a fork does, is what LangGraph itself says."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import BaseMessage
from langgraph.checkpoint.memory import InMemorySaver

import hitl_widgets as hitl

from . import examples
from .examples.by_hand import ByHand
from .examples.example import Answer, Example, Fork, Retry, Step
from .examples.shown import shown


def settled(session: hitl.Session) -> hitl.Session:
    assert session._run.at_rest.wait(60)
    return session


def started(example: Example, saver: InMemorySaver) -> hitl.Session:
    return settled(hitl.run(example.build(saver), example.input, save=saver, thread_id="session"))


def do(session: hitl.Session, step: Step) -> None:
    match step:
        case Retry():
            session.retry()
        case Answer():
            session.answer(step.value, to=step.to)
    settled(session)


def same(session: hitl.Session, by_hand: ByHand) -> None:
    """What the view is told is what happened."""
    seen, truth = shown(session), by_hand.truth()
    assert seen.nodes == truth.nodes(seen.boxes, seen.lines)
    between_calls = {line["id"] for line in seen.lines if truth.is_between_calls(line)}
    assert {id: count for id, count in seen.edges.items() if id not in between_calls} == truth.edges(seen.lines)


@pytest.mark.parametrize("example", examples.ALL.values(), ids=examples.ALL)
def test_every_node_and_edge_is_as_langgraph_has_it_whenever_the_run_rests(example: Example) -> None:
    by_hand = ByHand(example, InMemorySaver(), "by hand")
    by_hand.start(example.input)
    session = started(example, InMemorySaver())
    same(session, by_hand)
    for step in example.steps:
        assert session.status in {"waiting", "failed"}
        by_hand.do(step)
        do(session, step)
        same(session, by_hand)
    values = session.wait(60)
    assert session.status == "finished"
    match example.ends_with:
        case {"messages": str() as text}:
            assert values["messages"][-1].text == text
        case dict() as some:
            assert {key: values[key] for key in some} == some
        case whole:
            assert values == whole


def every_fork() -> list[Any]:
    return [
        pytest.param(example, fork, id=f"{name}-{fork.at}")
        for name, example in examples.ALL.items()
        for fork in example.forks
    ]


@pytest.mark.parametrize(("example", "fork"), every_fork())
def test_a_fork_is_the_run_that_it_would_have_been_and_the_first_thread_stays(example: Example, fork: Fork) -> None:
    saver = InMemorySaver()
    session = started(example, saver)
    for step in example.steps:
        do(session, step)
    graph: Any = session._run.driver.graph
    before = list(graph.get_state_history(session._run.driver.config))
    forked = settled(session.fork(session.decisions[fork.at], answer=fork.answer.value))
    by_hand = ByHand(example, InMemorySaver(), "by hand")
    by_hand.start(example.input)
    for step in (*example.steps[: fork.at], fork.answer):
        by_hand.do(step)
    same_thread(graph, forked, by_hand)
    # What nested graphs did before it is read once somebody looks.
    forked._run.driver.run(forked._run.past.read())
    same(forked, by_hand)
    for step in fork.then:
        by_hand.do(step)
        do(forked, step)
        same_thread(graph, forked, by_hand)
        same(forked, by_hand)
    assert forked.status == "finished"
    assert list(graph.get_state_history(session._run.driver.config)) == before


def same_thread(graph: Any, session: hitl.Session, by_hand: ByHand) -> None:
    theirs = [_said(one) for one in by_hand.graph.get_state_history(by_hand.config)]
    assert [_said(one) for one in graph.get_state_history(session._run.driver.config)] == theirs


def _said(snapshot: Any) -> Any:
    """What LangGraph says of a checkpoint, without ids and times, which are made up anew for each thread."""
    tasks = [
        (task.name, _plain(task.result), task.error, [one.value for one in task.interrupts]) for task in snapshot.tasks
    ]
    return (snapshot.metadata["source"], snapshot.metadata["step"], snapshot.next, _plain(snapshot.values), tasks)


def _plain(value: Any) -> Any:
    match value:
        case BaseMessage():
            return (value.type, value.text, getattr(value, "tool_calls", None))
        case dict():
            return {key: _plain(one) for key, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
        case _:
            return value


def test_every_answer_of_every_example_has_a_fork() -> None:
    for name, example in examples.ALL.items():
        answers = {at for at, step in enumerate(example.steps) if isinstance(step, Answer)}
        assert answers == {fork.at for fork in example.forks}, name


def test_tasks_that_an_entrypoint_calls_follow_those_that_it_waited_for() -> None:
    session = started(examples.ALL["parallel_tasks"], InMemorySaver())
    session.answer("baz")
    settled(session)
    assert shown(session).edges == {
        "__start__->workflow": 1,
        "workflow:generate_paragraph->workflow:human_feedback": 1,
        "workflow:human_feedback->workflow:step_3": 1,
        "workflow->__end__": 1,
    }
