"""What a history says of what never ran to its end: it does not say that it is still at work."""

from __future__ import annotations

from typing import Any

from langgraph.graph import START, StateGraph
from langgraph.types import Command

import hitl_widgets as hitl

from . import graphs


def outcomes(session: hitl.Session) -> list[tuple[str, str]]:
    return [(task.node, task.outcome) for step in session.history for task in step.tasks]


def test_a_node_whose_state_was_changed_at_a_breakpoint_ran_once() -> None:
    graph = graphs.chain(graphs.Log, {"first": lambda _: {"log": ["first"]}, "second": lambda _: {"log": ["second"]}})
    session = hitl.run(graph, {}, interrupt_before=["second"])
    assert session._run.at_rest.wait(60)
    assert outcomes(session)[-1] == ("second", "has not finished")
    session.answer({"update": {"log": ["changed"]}})
    assert session.wait(60) == {"log": ["changed", "second"]}
    assert outcomes(session) == [
        ("first", 'wrote log: ["first"]'),
        ("second", "did not run: the state was changed first"),
        ("second", 'wrote log: ["second"]'),
    ]


def test_a_question_that_a_change_of_the_state_took_away_does_not_wait() -> None:
    graph = graphs.chain(graphs.Log, {"ask": graphs.asks("Well?"), "last": lambda _: {"log": ["last"]}})
    session = hitl.run(graph, {})
    assert session._run.at_rest.wait(60)
    driver: Any = session._run.driver
    driver.graph.update_state(driver.config, {"log": ["by hand"]}, as_node="last")
    again = hitl.attach(graph, session.thread_id, save=driver.checkpointer)
    assert outcomes(again)[0] == ("ask", "was not answered: the state was changed first")


def test_a_node_that_handed_over_to_the_graph_around_it_has_ended() -> None:
    def leaves(_state: Any) -> Any:
        return Command(goto="other", graph=Command.PARENT, update={"log": ["handed over"]})

    inner = StateGraph(graphs.Log).add_node("leaves", leaves).add_edge(START, "leaves").compile()
    builder = StateGraph(graphs.Log).add_node("inner", inner, destinations=("other",)).add_edge(START, "inner")
    session = hitl.run(builder.add_node("other", lambda _: {"log": ["other"]}).compile(), {})
    assert session.wait(60) == {"log": ["handed over", "other"]}
    [left] = session.history[0].inside
    assert left.tasks[0].outcome == "ended without writing"
