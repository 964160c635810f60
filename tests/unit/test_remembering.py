"""Nested graphs that remember what they did (`checkpointer=True`), where they begin anew."""

from __future__ import annotations

import operator
from pathlib import Path
from threading import Event
from typing import Annotated, Any, TypedDict

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command

import hitl_widgets as hitl
from hitl_widgets.driver.by_id import beginning_by_id

from ..waiting import at_rest
from .test_timeline import browse, rows

__all__ = ["browse"]


class Outer(TypedDict, total=False):
    name: str
    log: Annotated[list[str], operator.add]


class Inner(Outer, total=False):
    seen: Annotated[list[str], operator.add]


def counts(state: Inner) -> dict[str, Any]:
    return {"log": [f"{state['name']} after {len(state.get('seen', []))}"], "seen": [state["name"]]}


def asks(state: Inner) -> dict[str, Any]:
    return {"name": hitl.ask(f"And after {state['name']}?")}


def ends(state: Outer) -> str:
    return END if state["name"] == "end" else "inner"


def other(_state: Outer) -> dict[str, Any]:
    return {}


async def other_async(_state: Outer) -> dict[str, Any]:
    return {}


def graph(checkpointer: Any, other: Any = other, **compiled: Any) -> Any:
    inner = StateGraph(Inner)
    inner.add_node("counts", counts)
    inner.add_node("asks", asks)
    inner.add_edge(START, "counts")
    inner.add_edge("counts", "asks")
    builder = StateGraph(Outer)
    builder.add_node("inner", inner.compile(checkpointer=True))
    builder.add_node("other", other)
    builder.add_edge(START, "inner")
    builder.add_edge("inner", "other")
    builder.add_conditional_edges("other", ends, ["inner", END])
    return builder.compile(checkpointer=checkpointer, **compiled)


def log(session: hitl.Session) -> list[str]:
    """What counted; the nested graph gives all of its own log to the one around it each time."""
    return list(dict.fromkeys(session.values["log"]))


@pytest.fixture
def session() -> hitl.Session:
    """It has asked three times, and ended."""
    session = at_rest(hitl.run(graph(InMemorySaver()), {"name": "a"}))
    for name in ("b", "c", "end"):
        session.answer(name)
        at_rest(session)
    assert session.status == "finished"
    assert log(session) == ["a after 0", "b after 1", "c after 2"]
    return session


def by_hand(session: hitl.Session, to: str, *answers: str) -> list[str]:
    """The same with LangGraph alone, of a run of its own."""
    alone = graph(InMemorySaver())
    config: Any = {"configurable": {"thread_id": "1"}}
    alone.invoke({"name": "a"}, config)
    for name in ("b", "c", "end"):
        alone.invoke(Command(resume=name), config)
    [third] = [
        found for found in alone.get_state_history(config) if found.next == ("inner",) and found.values["name"] == "c"
    ]
    alone.invoke(None, alone.update_state(third.config, {"name": to}, as_node="other"))
    for name in answers:
        alone.invoke(Command(resume=name), config)
    return alone.get_state(config).values["log"]


THIRD = 4
"""The step in which it asks for the third time."""


def test_a_fork_with_another_state_remembers_what_was_done_before_it(session: hitl.Session) -> None:
    fork = at_rest(session.fork(THIRD, update={"name": "C"}))
    assert [request.payload["question"] for request in fork.requests] == ["And after C?"]
    fork.answer("end")
    assert at_rest(fork).status == "finished"
    assert log(fork) == ["a after 0", "b after 1", "C after 2"]
    assert fork.values["log"] == by_hand(session, "C", "end")
    assert not any("forgotten" in notice for notice in fork._run.notices)
    assert log(session) == ["a after 0", "b after 1", "c after 2"]


@pytest.mark.parametrize("changed", [None, {"name": "C"}], ids=["as it is", "changed"])
def test_so_does_one_that_stands_there_first(session: hitl.Session, changed: dict[str, str] | None) -> None:
    fork = at_rest(session.fork(THIRD, pause=True))
    fork.answer(True if changed is None else {"update": changed})
    at_rest(fork).answer("end")
    assert at_rest(fork).status == "finished"
    name = "c" if changed is None else "C"
    assert log(fork) == ["a after 0", "b after 1", f"{name} after 2"]
    assert fork.values["log"] == by_hand(session, name, "end")


def test_it_goes_on_there_from_the_answer_that_it_stopped_after(session: hitl.Session) -> None:
    fork = at_rest(session.fork(THIRD, update={"name": "C"}))
    for name in ("D", "end"):
        at_rest(fork).answer(name)
    assert at_rest(fork).status == "finished"
    assert log(fork) == ["a after 0", "b after 1", "C after 2", "D after 3"]
    assert fork.values["log"] == by_hand(session, "C", "D", "end")


def test_a_change_at_a_breakpoint_before_it_is_what_it_is_given() -> None:
    session = at_rest(hitl.run(graph(InMemorySaver()), {"name": "a"}))
    session.breakpoints.add("inner")
    session.answer("b")
    at_rest(session).answer({"update": {"name": "B"}})
    session.breakpoints.remove("inner")
    at_rest(session).answer("end")
    assert at_rest(session).status == "finished"
    assert log(session) == ["a after 0", "B after 1"]


def test_a_thread_that_somebody_has_changed_by_hand_goes_on_so_too(tmp_path: Path) -> None:
    save = tmp_path / "runs.sqlite"
    session = at_rest(hitl.run(graph(None), {"name": "a"}, thread_id="t", save=save))
    session.breakpoints.add("inner")
    session.answer("b")
    assert [request.kind for request in at_rest(session).requests] == ["breakpoint"]
    changing = session._run.driver.graph
    changing.update_state({"configurable": {"thread_id": "t"}}, {"name": "B"}, as_node="other")
    session.close()
    again = at_rest(hitl.attach(graph(None), "t", save=save))
    assert [request.payload["question"] for request in again.requests] == ["And after B?"]
    again.answer("end")
    assert at_rest(again).status == "finished"
    assert log(again) == ["a after 0", "B after 1"]


def gone_on_by_hand(*names: str) -> list[str]:
    """With LangGraph alone, run from each breakpoint by its checkpoint's id."""
    alone = graph(InMemorySaver(), interrupt_before=["inner"])
    config: Any = {"configurable": {"thread_id": "1"}}
    alone.invoke({"name": "a"}, config)
    for name in names:
        alone.invoke(None, alone.get_state(config).config)
        alone.invoke(Command(resume=name), config)
    return alone.get_state(config).values["log"]


@pytest.mark.parametrize("other", [other, other_async])
def test_to_continue_at_a_breakpoint_before_it_begins_it_with_what_it_is_given(other: Any, browse: Any) -> None:
    session = at_rest(hitl.run(graph(InMemorySaver(), other, interrupt_before=["inner"]), {"name": "a"}))
    for name in ("b", "c", "end"):
        session.answer(True)
        at_rest(session).answer(name)
        at_rest(session)
    assert session.status == "finished"
    assert session.values["log"] == gone_on_by_hand("b", "c", "end")
    assert log(session) == ["a after 0", "b after 1", "c after 2"]
    assert [(step.nodes, step.passed_over) for step in session.history] == [
        (("inner",), False),
        (("other",), False),
    ] * 3
    assert not [row for row in rows(browse(session)) if "changed" in row]


def test_so_it_does_where_nobody_is_there() -> None:
    asked = iter(["b", "c", "end"])

    def answer(request: hitl.Request) -> Any:
        return True if request.kind == "breakpoint" else next(asked)

    session = hitl.run(graph(InMemorySaver(), interrupt_before=["inner"]), {"name": "a"}, unattended=answer)
    assert session.wait(60)["log"] == gone_on_by_hand("b", "c", "end")


def test_so_it_does_in_another_kernel(tmp_path: Path) -> None:
    save = tmp_path / "runs.sqlite"
    session = at_rest(hitl.run(graph(None, interrupt_before=["inner"]), {"name": "a"}, thread_id="t", save=save))
    for name in ("b", "c"):
        session.answer(True)
        at_rest(session).answer(name)
        at_rest(session)
    session.close()
    again = at_rest(hitl.attach(graph(None), "t", save=save))
    if again.requests[0].kind == "breakpoint":
        again.answer(True)
    at_rest(again).answer("end")
    assert at_rest(again).status == "finished"
    assert again.values["log"] == gone_on_by_hand("b", "c", "end")


def test_a_fork_that_stands_before_it_has_no_row_of_a_change_that_nobody_made(
    session: hitl.Session, browse: Any
) -> None:
    fork = at_rest(session.fork(THIRD, pause=True))
    assert not [row for row in rows(browse(fork)) if "changed" in row]
    fork.answer(True)
    at_rest(fork).answer("end")
    at_rest(fork)
    assert not [row for row in rows(browse(fork)) if "changed" in row]
    assert len(fork.history) == len(session.history)
    assert log(fork) == log(session)


def test_what_a_channel_had_before_is_read_past_the_checkpoint_that_it_begins_at(tmp_path: Path) -> None:
    save = tmp_path / "runs.sqlite"
    session = at_rest(hitl.run(graph(None, interrupt_before=["inner"]), {"name": "a"}, save=save))
    driver = session._run.driver
    head = driver.run(driver.snapshot()).config
    saver = beginning_by_id(driver.checkpointer, head["configurable"]["checkpoint_id"])
    assert saver.get_tuple(head).metadata["source"] == "fork"
    assert saver.get_tuple(head) == driver.checkpointer.get_tuple(head)
    # A `DeltaChannel` is read from its checkpoint back to the first one, by the parent of each.
    assert saver.get_delta_channel_history(config=head, channels=["none"]) == {"none": {"writes": []}}


def test_one_that_was_stopped_before_it_goes_on_so_too() -> None:
    at, stopped = Event(), Event()

    def waits(state: Outer) -> dict[str, Any]:
        if state.get("name") == "b":
            at.set()
            assert stopped.wait(60)
        return {}

    session = at_rest(hitl.run(graph(InMemorySaver(), waits), {"name": "a"}))
    session.answer("b")
    assert at.wait(60)
    session.stop()
    stopped.set()
    assert at_rest(session).status == "stopped"
    session.retry()
    at_rest(session).answer("end")
    assert at_rest(session).status == "finished"
    assert session.values["log"] == gone_on_by_hand("b", "end")
