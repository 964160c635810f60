"""Answers that are given together are checked, saved and taken together; what is wrong with one is no matter of the others."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any, TypedDict, cast

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import task
from langgraph.graph import START, StateGraph
from langgraph.types import Send, interrupt

import hitl_widgets as hitl
from hitl_widgets.driver.answers.writing import Given
from hitl_widgets.driver.channels import RESUME

from ..waiting import at_rest
from . import graphs
from .failing import FailingSqlite, Fault, GoneError, Unheard, When

MANY = 30


class Order(TypedDict):
    number: int


def of_orders(saver: Any, many: int = MANY) -> Any:
    def ask(order: Order) -> dict[str, Any]:
        number = order["number"]
        return {"log": [f"{number} {interrupt(f'Refund order {number}?')}"]}

    builder = StateGraph(graphs.Log)
    builder.add_node("ask", cast("Any", ask))
    builder.add_conditional_edges(START, lambda _: [Send("ask", Order(number=at)) for at in range(many)], ["ask"])
    return builder.compile(checkpointer=saver)


def waiting(saver: Any, many: int = MANY, **options: Any) -> hitl.Session:
    return at_rest(hitl.run(of_orders(saver, many), {"log": []}, thread_id="t", **options))


def answers(session: hitl.Session, by: str = "yes") -> dict[str, str]:
    return {request.id: f"{by} {at}" for at, request in enumerate(session.requests)}


def log(many: int = MANY, by: str = "yes") -> list[str]:
    return [f"{at} {by} {at}" for at in range(many)]


class Counting(InMemorySaver):
    """A checkpointer that says how often it was asked for a checkpoint."""

    read = 0

    def get_tuple(self, config: Any) -> Any:
        self.read += 1
        return super().get_tuple(config)


# ---------------------------------------------------------------- at once


def test_the_graph_goes_on_once_with_all_of_them_and_no_checkpoint_is_read_for_each() -> None:
    session = waiting(saver := Counting())
    passes = session._run.passes.count
    saver.read = 0
    session.answer_all(answers(session))
    assert session.wait(60) == {"log": log()}
    assert session._run.passes.count == passes + 1
    assert saver.read < MANY / 2
    assert [decision.value for decision in session.decisions] == [f"yes {at}" for at in range(MANY)]


@pytest.mark.parametrize(
    "given",
    [
        {"unattended": {"ask": "yes"}},
        {"unattended": hitl.defaults},
        {"policies": [hitl.policy(node="ask", answer="yes")]},
    ],
    ids=["by name", "defaults", "policy"],
)
def test_so_it_does_with_what_is_answered_for_a_person(given: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HITL_UNATTENDED", str(int("unattended" in given)))

    def ask(order: Order) -> dict[str, Any]:
        return {"log": [hitl.ask(f"Refund order {order['number']}?", str, default="yes")]}

    builder = StateGraph(graphs.Log)
    builder.add_node("ask", cast("Any", ask))
    builder.add_conditional_edges(START, lambda _: [Send("ask", Order(number=at)) for at in range(MANY)], ["ask"])
    graph = builder.compile(checkpointer=(saver := Counting()))
    session = hitl.run(graph, {"log": []}, **given)
    assert session.wait(60) == {"log": ["yes"] * MANY}
    assert session._run.passes.count == 2
    assert saver.read < MANY / 2


def test_what_a_function_has_said_is_saved_before_it_is_asked_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HITL_UNATTENDED", "1")
    says = Saying(saver := InMemorySaver())
    session = hitl.run(of_orders(saver, 3), {"log": []}, unattended=says)
    assert len(session.wait(60)["log"]) == 3
    assert says.saved == [0, 1, 2]


def test_so_it_is_in_a_fork() -> None:
    says = Saying(saver := InMemorySaver())
    session = waiting(saver, 3)
    [fork] = session.what_if(session.requests[0], ["first"], then=says)
    assert fork.wait(60) == {"log": ["0 first", "1 yes", "2 yes"]}
    assert says.saved == [1, 2]


class Saying:
    """A function that answers, and notes how many answers a thread has by then."""

    def __init__(self, saver: InMemorySaver) -> None:
        self._saver, self.saved = saver, list[int]()

    def __call__(self, request: hitl.Request) -> str:
        written = [checkpoint.pending_writes or () for checkpoint in self._saver.list(None)]
        self.saved.append(max(sum(channel == RESUME for _, channel, _ in writes) for writes in written))
        return "yes"


def test_several_tasks_and_nested_graphs_get_each_its_own() -> None:
    @task
    def one(name: str) -> str:
        return f"{name}: {interrupt(f'{name}?')}"

    calls = {name: lambda _, name=name: {"log": [one(name).result()]} for name in ("a", "b")}
    session = at_rest(hitl.run(graphs.fan_out(graphs.Log, calls, lambda _: {}), {"log": []}))
    session.answer_all({request.id: str(request.payload).upper() for request in session.requests})
    assert session.wait(60) == {"log": ["a: A?", "b: B?"]}

    inner = graphs.fan_out(graphs.Log, {"left": graphs.asks("left?"), "right": graphs.asks("right?")}, lambda _: {})
    outer = graphs.fan_out(graphs.Log, {"sub": inner, "beside": graphs.asks("beside?")}, lambda _: {})
    session = at_rest(hitl.run(outer, {"log": []}))
    assert {request.payload for request in session.requests} == {"left?", "right?", "beside?"}
    session.answer_all({request.id: str(request.payload).upper() for request in session.requests})
    assert sorted(session.wait(60)["log"]) == ["BESIDE?", "LEFT?", "RIGHT?"]


def test_graphs_that_one_node_calls_in_its_own_code_get_each_its_own() -> None:
    inner = graphs.chain(graphs.Log, {"ask": graphs.asks("inner?")}, checkpointer=None)

    def calls(_: Any) -> dict[str, Any]:
        return {"log": inner.invoke({"log": []})["log"]}

    session = at_rest(hitl.run(graphs.fan_out(graphs.Log, {"a": calls, "b": calls}, lambda _: {}), {"log": []}))
    first, second = session.requests
    session.answer_all({first.id: f"for {first.path[0]}", second.id: f"for {second.path[0]}"})
    assert session.wait(60)["log"] == ["for a", "for b"]


# ---------------------------------------------------------------- what is wrong with one


def test_one_that_somebody_else_has_answered_leaves_the_others_taken() -> None:
    saver = InMemorySaver()
    session = waiting(saver, 3)
    other = at_rest(hitl.attach(of_orders(saver, 3), "t"))
    # At this very moment: it is saved, and nobody has been told.
    second = other._run.pending[1]
    [error] = other._run.driver.run(
        other._run.driver.write_answers([_given(second, "other")], other._run.checkpoint_id)
    )
    assert not isinstance(error, Exception)
    with pytest.raises(hitl.StaleAnswerError, match="answered already"):
        session.answer_all(answers(session))
    assert session.wait(60) == {"log": ["0 yes 0", "1 other", "2 yes 2"]}


def _given(pending: Any, answer: str) -> Any:
    return Given(pending.asked.address, answer)


def test_one_that_cannot_be_saved_leaves_the_others_taken(tmp_path: Path) -> None:
    session = waiting(None, 3, save=tmp_path / "runs.sqlite")
    ids = [request.id for request in session.requests]
    with pytest.raises(hitl.InvalidAnswerError, match="cannot save"):
        session.answer_all({ids[0]: "yes 0", ids[1]: object(), ids[2]: "yes 2"})
    at_rest(session)
    assert [request.payload for request in session.requests] == ["Refund order 1?"]
    session.answer("yes 1")
    assert session.wait(60) == {"log": log(3)}


# ---------------------------------------------------------------- a checkpointer that fails


@pytest.fixture
def failing(tmp_path: Path) -> Iterator[Any]:
    with FailingSqlite.from_conn_string(str(tmp_path / "runs.sqlite")) as saver:
        yield saver


def _until_saved(session: hitl.Session, by: str) -> None:
    """Answer what is open, until all is taken."""
    for _ in range(3):
        given = {one.request.id: f"{by} {_number(one.request)}" for one in session._run.pending if one.status == "open"}
        if not given:
            return
        try:
            session.answer_all(given)
        except (GoneError, hitl.StaleAnswerError):
            continue
        return


def _number(request: hitl.Request) -> str:
    return str(request.payload).rpartition(" ")[2].rstrip("?")


def _calls() -> int:
    """How many calls of a checkpointer it takes to answer three together."""
    with FailingSqlite.from_conn_string(":memory:") as saver:
        session = waiting(saver, 3)
        saver.fault = Fault()
        session._run.driver.run(_saved_only(session))
        return len(saver.fault.passed)


async def _saved_only(session: hitl.Session) -> None:
    given = [_given(pending, "yes") for pending in session._run.pending]
    assert not [one for one in await session._run.driver.write_answers(given) if isinstance(one, Exception)]


CALLS = _calls()
CLAIMS, READ = range(1, 1 + 3), 1 + 3
"""Of those the first is a look, then each answer is claimed, these are read, and each is written where its task finds it."""


def test_it_takes_two_looks_and_two_writes_a_question() -> None:
    assert CALLS == 2 + 2 * 3


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("at", range(CALLS))
def test_whichever_call_fails_nothing_is_lost_and_nothing_is_taken_twice(at: int, when: When, failing: Any) -> None:
    session = waiting(failing, 3)
    failing.fault = Fault(at, when)
    # What is claimed all the same is found to be, and is saved by that.
    is_saved = at > READ or (when == "after" and at in CLAIMS)
    with nullcontext() if is_saved else pytest.raises(GoneError):
        session.answer_all(answers(session))
    assert failing.fault.has_struck
    _until_saved(session, "yes")
    at_rest(session)
    if session.status == "failed":  # by the call that was to fail: the run had gone on with the others by then
        session.retry()
    assert session.wait(60) == {"log": log(3)}
    assert sorted(str(decision.value) for decision in session.decisions) == ["yes 0", "yes 1", "yes 2"]


def test_of_what_policies_say_a_person_is_asked_for_the_one_that_was_not_saved(failing: Any) -> None:
    policy = hitl.policy(node="ask", answer="yes", when=lambda _: _fails_over_the_second(failing))
    session = at_rest(hitl.run(of_orders(failing, 4), {"log": []}, policies=[policy]))
    assert [request.payload for request in session.requests] == ["Refund order 1?"]
    assert [notice for notice in session._run.notices if "GoneError" in notice] == [
        "The policy “answer for ask” failed for 'ask#2', so a person is asked: GoneError: the disk is gone, in put_writes"
    ]
    session.answer("yes")
    assert len(session.wait(60)["log"]) == 4


def _fails_over_the_second(saver: Any) -> bool:
    """What is asked before anything is saved: of the calls that follow, a look and the claims, the second claim fails."""
    saver.fault = Fault(2)
    return True


def test_an_answer_that_was_saved_after_all_is_not_replaced_while_the_graph_is_at_work_with_it(failing: Any) -> None:
    reached, gate = threading.Event(), threading.Event()

    def works(question: str) -> Any:
        def node(_: Any) -> dict[str, Any]:
            said = interrupt(question)
            reached.set()
            assert gate.wait(60)
            return {"log": [said]}

        return node

    graph = graphs.fan_out(graphs.Log, {"a": works("a?"), "b": works("b?")}, lambda _: {}, checkpointer=failing)
    session = at_rest(hitl.run(graph, {"log": []}))
    failing.fault = Unheard(2)
    with pytest.raises(GoneError):
        session.answer_all({"a": "yes", "b": "yes, too"})
    assert reached.wait(60)
    with pytest.raises(hitl.StaleAnswerError, match="“yes, too”, was saved after all"):
        session.answer("no", to="b")
    gate.set()
    assert session.wait(60) == {"log": ["yes", "yes, too"]}
    assert [decision.value for decision in session.decisions] == ["yes", "yes, too"]


def test_what_a_task_is_answered_again_is_no_answer_to_its_next_question(failing: Any) -> None:
    @task
    def twice() -> list[str]:
        return [interrupt("first"), interrupt("second")]

    graph = graphs.chain(graphs.Log, {"ask": lambda _: {"log": twice().result()}}, checkpointer=failing)
    session = at_rest(hitl.run(graph, {"log": []}))
    failing.fault = Unheard(1)
    with pytest.raises(GoneError):
        session.answer("one")
    with pytest.raises(hitl.StaleAnswerError, match="“one”, was saved after all"):
        session.answer("once more")
    at_rest(session)
    assert [request.payload for request in session.requests] == ["second"]
    session.answer("two")
    assert session.wait(60) == {"log": ["one", "two"]}


@pytest.mark.parametrize("at", range(CALLS + 1))
def test_a_kernel_that_dies_between_any_two_of_them_leaves_each_answer_saved_or_asked_for(
    at: int, tmp_path: Path
) -> None:
    place = str(tmp_path / "runs.sqlite")
    with FailingSqlite.from_conn_string(place) as saver:
        session = waiting(saver, 3)
        saver.fault = Dying(at)
        with pytest.raises(GoneError) if at <= READ else nullcontext():
            session.answer_all(answers(session, "first"))
        session.close()
    with FailingSqlite.from_conn_string(place) as saver:
        again = at_rest(hitl.attach(of_orders(saver, 3), "t"))
        asked = {_number(request) for request in again.requests}
        assert len(asked) in ({0} if at > READ else {0, 1, 2, 3})
        _until_saved(again, "second")
        wanted = [f"{number} {'second' if str(number) in asked else 'first'} {number}" for number in range(3)]
        assert again.wait(60) == {"log": wanted}


class Dying(Fault):
    """From some call on none does anything any more."""

    def call(self, name: str, does: Any) -> Any:
        with self._lock:
            dead = len(self.passed) >= (self.at or 0)
            self.passed.append(name)
        if dead:
            raise GoneError("killed")
        return does()
