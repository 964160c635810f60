"""What a task prints, logs and streams is its own, wherever it runs, and still lands where it always did."""

from __future__ import annotations

import asyncio
import contextvars
import io
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any, TypedDict

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint, task
from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime, get_runtime
from langgraph.types import Send, interrupt

import hitl_widgets as hitl
from hitl_widgets.running.following.records import TaskRecord
from hitl_widgets.watching import watched

from . import graphs

MANY = 50


@pytest.fixture(autouse=True)
def _watched() -> Iterator[None]:
    with watched():
        yield


def stand_in(monkeypatch: pytest.MonkeyPatch, name: str) -> io.StringIO:
    """Put another stream where stdout or stderr is. In the test itself: pytest puts its own there when one begins."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, name, stream)
    return stream


def tasks(session: hitl.Session, *path: str) -> list[TaskRecord]:
    return [one for step in session._run.state.steps for one in step.tasks if one.node == path]


def said(session: hitl.Session, *path: str) -> list[str]:
    """What the tasks of a node printed and logged, a text each."""
    return ["".join(chunk.text for chunk in one.said.chunks) if one.said else "" for one in tasks(session, *path)]


def alone(node: Callable[..., Any], name: str = "work", **options: Any) -> Any:
    """A graph of one node."""
    builder = StateGraph(graphs.Log)
    builder.add_node(name, node, **options)
    builder.add_edge(START, name)
    builder.add_edge(name, END)
    return builder.compile()


class Part(TypedDict):
    number: int


def many(node: Callable[[Part], Any], **options: Any) -> Any:
    """A graph that sends fifty tasks to one node."""
    builder = StateGraph(graphs.Log)
    builder.add_node("work", node, **options)
    builder.add_conditional_edges(START, lambda state: [Send("work", {"number": n}) for n in range(MANY)], ["work"])
    builder.add_edge("work", END)
    return builder.compile()


def check_fifty(session: hitl.Session, out: io.StringIO, err: io.StringIO) -> None:
    session.wait(60)
    lines = [[f"{n}: line {line}" for line in range(20)] + [f"{n}: logged", f"{n}: to stderr"] for n in range(MANY)]
    assert sorted(sorted(text.splitlines()) for text in said(session, "work")) == sorted(map(sorted, lines))
    assert sorted(out.getvalue().split("\n")[:-1]) == sorted(line for of_one in lines for line in of_one[:20])
    assert sorted(err.getvalue().split("\n")[:-1]) == sorted(line for of_one in lines for line in of_one[20:])
    for one in tasks(session, "work"):
        assert one.said is not None
        streams = [chunk.stream for chunk in one.said.chunks]
        assert streams[-2:] == ["log", "stderr"]
        assert set(streams[:-2]) == {"stdout"}
        assert [(chunk.level, chunk.logger) for chunk in one.said.chunks if chunk.stream == "log"] == [
            ("WARNING", "tests.many")
        ]


def test_fifty_tasks_in_threads_print_and_log_at_once_and_each_has_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    out = stand_in(monkeypatch, "stdout")
    err = stand_in(monkeypatch, "stderr")
    together = threading.Barrier(MANY, timeout=60)

    def work(state: Part) -> dict[str, Any]:
        together.wait()
        for line in range(20):
            sys.stdout.write(f"{state['number']}: line {line}\n")
        logging.getLogger("tests.many").warning("%s: logged", state["number"])
        sys.stderr.write(f"{state['number']}: to stderr\n")
        return {"log": [state["number"]]}

    with shown(logging.getLogger("tests.many")):
        check_fifty(hitl.run(many(work), {"log": []}, config={"max_concurrency": MANY + 1}), out, err)


def test_fifty_tasks_of_an_event_loop_print_and_log_at_once_and_each_has_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = stand_in(monkeypatch, "stdout")
    err = stand_in(monkeypatch, "stderr")

    async def work(state: Part) -> dict[str, Any]:
        for line in range(20):
            print(f"{state['number']}: line {line}")
            await asyncio.sleep(0)
        logging.getLogger("tests.many").warning("%s: logged", state["number"])
        await asyncio.sleep(0)
        print(f"{state['number']}: to stderr", file=sys.stderr)
        return {"log": [state["number"]]}

    with shown(logging.getLogger("tests.many")):
        check_fifty(hitl.run(many(work), {"log": []}), out, err)


class shown:  # noqa: N801  (reads as `with shown(logger)`)
    """A logger that prints to stderr, as it is when a record comes, and passes nothing on to pytest's."""

    def __init__(self, logger: logging.Logger) -> None:
        self.logger = logger
        self.handler = logging._StderrHandler()  # type: ignore[attr-defined]

    def __enter__(self) -> None:
        self.logger.addHandler(self.handler)
        self.logger.propagate = False

    def __exit__(self, *_: object) -> None:
        self.logger.removeHandler(self.handler)
        self.logger.propagate = True


def test_two_sessions_at_the_same_time_hear_their_own_tasks_only(monkeypatch: pytest.MonkeyPatch) -> None:
    out = stand_in(monkeypatch, "stdout")
    both = threading.Barrier(2, timeout=60)

    def node(name: str) -> Callable[[Any], Any]:
        def work(state: Any) -> dict[str, Any]:
            for line in range(50):
                both.wait()
                print(name, line)
            return {}

        return work

    first, second = hitl.run(alone(node("first")), {}), hitl.run(alone(node("second")), {})
    first.wait(60), second.wait(60)
    assert said(first, "work") == ["".join(f"first {line}\n" for line in range(50))]
    assert said(second, "work") == ["".join(f"second {line}\n" for line in range(50))]
    assert len(out.getvalue().splitlines()) == 100
    assert sys.stdout is out


def test_what_is_printed_beside_the_run_is_nobodys(monkeypatch: pytest.MonkeyPatch) -> None:
    out = stand_in(monkeypatch, "stdout")
    begun, may_end = threading.Event(), threading.Event()

    def work(state: Any) -> dict[str, Any]:
        begun.set()
        assert may_end.wait(60)
        print("mine")
        return {}

    session = hitl.run(alone(work), {})
    assert begun.wait(60)
    print("of another cell")
    logging.getLogger("tests.beside").warning("of another cell")
    may_end.set()
    session.wait(60)
    assert said(session, "work") == ["mine\n"]
    assert out.getvalue() == "of another cell\nmine\n"


def test_a_node_inside_a_nested_graph_has_its_own_output_and_so_has_the_one_around_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stand_in(monkeypatch, "stdout")
    inner = alone(lambda state: print("deep") or {}, "deep")

    def outer(state: Any) -> Any:
        print("before")
        inner.invoke({"log": []})
        print("after")
        return {}

    session = hitl.run(alone(outer, "outer"), {})
    session.wait(60)
    assert said(session, "outer") == ["before\nafter\n"]
    assert said(session, "outer", "deep") == ["deep\n"]


def test_what_a_graph_on_a_thread_of_its_own_prints_is_of_the_node_that_calls_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stand_in(monkeypatch, "stdout")
    builder = StateGraph(graphs.Log).add_node("elsewhere", lambda state: print("elsewhere") or {})
    other = builder.add_edge(START, "elsewhere").compile(checkpointer=InMemorySaver())

    def outer(state: Any) -> Any:
        print("before")
        other.invoke({"log": []}, {"configurable": {"thread_id": "other"}})
        print("after")
        return {}

    session = hitl.run(alone(outer, "outer"), {})
    session.wait(60)
    assert said(session, "outer") == ["before\nelsewhere\nafter\n"]


def test_tasks_of_the_functional_api_have_their_own_output(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, "stdout")

    @task
    def part(number: int) -> int:
        print("part", number)
        return number

    @entrypoint()
    def flow(count: int) -> int:
        print("flow")
        return sum(future.result() for future in [part(number) for number in range(count)])

    session = hitl.run(flow, 3)
    session.wait(60)
    assert said(session, "flow") == ["flow\n"]
    assert said(session, "flow", "part") == ["part 0\n", "part 1\n", "part 2\n"]


def test_a_thread_that_a_node_starts_is_its_own_with_the_nodes_context_and_nobodys_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = stand_in(monkeypatch, "stdout")

    def work(state: Any) -> dict[str, Any]:
        context = contextvars.copy_context()
        for target in (lambda: context.run(print, "with"), lambda: print("without")):
            thread = threading.Thread(target=target)
            thread.start()
            thread.join()
        return {}

    session = hitl.run(alone(work), {})
    session.wait(60)
    assert said(session, "work") == ["with\n"]
    assert out.getvalue() == "with\nwithout\n"


def test_a_task_that_asks_goes_on_with_its_output_when_it_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, "stdout")

    def work(state: Any) -> dict[str, Any]:
        print("asking")
        print("got", interrupt("?"))
        return {}

    session = hitl.run(alone(work), {})
    session.answer("yes")
    session.wait(60)
    assert said(session, "work") == ["asking\nasking\ngot yes\n"]


def test_a_run_that_nobody_watches_is_streamed_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    out = stand_in(monkeypatch, "stdout")
    streams: list[Any] = []

    def work(state: Any) -> dict[str, Any]:
        streams.append((sys.stdout, type(get_runtime())))
        print("x")
        return {}

    session = contextvars.Context().run(hitl.run, alone(work), {})
    session.wait(60)
    assert streams == [(out, Runtime)]
    assert (said(session, "work"), out.getvalue()) == ([""], "x\n")
