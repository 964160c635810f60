"""What a task prints, logs and streams is its own, wherever it runs, and still lands where it always did."""

from __future__ import annotations

import asyncio
import contextvars
import io
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from typing import Any, TypedDict

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.config import get_stream_writer
from langgraph.func import entrypoint, task
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.runtime import Runtime, get_runtime
from langgraph.types import RetryPolicy, Send, interrupt

import hitl_widgets as hitl
from hitl_widgets.running.records import TaskRecord
from hitl_widgets.watching import watched, watched_config

from ..scripted_model import ScriptedModel, calls
from . import graphs

MANY = 50
AT_ONCE = RetryPolicy(initial_interval=0.001, jitter=False, max_attempts=3)


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
    together = threading.Barrier(MANY, timeout=20)

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
    both = threading.Barrier(2, timeout=20)

    def node(name: str) -> Callable[[Any], Any]:
        def work(state: Any) -> dict[str, Any]:
            for line in range(50):
                both.wait()
                print(name, line)
            return {}

        return work

    first, second = hitl.run(alone(node("first")), {}), hitl.run(alone(node("second")), {})
    first.wait(20), second.wait(20)
    assert said(first, "work") == ["".join(f"first {line}\n" for line in range(50))]
    assert said(second, "work") == ["".join(f"second {line}\n" for line in range(50))]
    assert len(out.getvalue().splitlines()) == 100
    assert sys.stdout is out


def test_what_is_printed_beside_the_run_is_nobodys(monkeypatch: pytest.MonkeyPatch) -> None:
    out = stand_in(monkeypatch, "stdout")
    begun, may_end = threading.Event(), threading.Event()

    def work(state: Any) -> dict[str, Any]:
        begun.set()
        assert may_end.wait(10)
        print("mine")
        return {}

    session = hitl.run(alone(work), {})
    assert begun.wait(10)
    print("of another cell")
    logging.getLogger("tests.beside").warning("of another cell")
    may_end.set()
    session.wait(10)
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
    session.wait(10)
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
    session.wait(10)
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
    session.wait(10)
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
    session.wait(10)
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
    session.wait(10)
    assert said(session, "work") == ["asking\nasking\ngot yes\n"]


def test_a_run_that_nobody_watches_is_streamed_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    out = stand_in(monkeypatch, "stdout")
    streams: list[Any] = []

    def work(state: Any) -> dict[str, Any]:
        streams.append((sys.stdout, type(get_runtime())))
        print("x")
        return {}

    session = contextvars.Context().run(hitl.run, alone(work), {})
    session.wait(10)
    assert streams == [(out, Runtime)]
    assert (said(session, "work"), out.getvalue()) == ([""], "x\n")


# ---------------------------------------------------------------- the streams themselves


@pytest.mark.parametrize("ends", ["finishes", "fails", "is stopped"])
def test_the_streams_are_what_they_were_when_the_run_is_over(ends: str, monkeypatch: pytest.MonkeyPatch) -> None:
    out = stand_in(monkeypatch, "stdout")
    err = stand_in(monkeypatch, "stderr")
    handlers, begun, may_end = logging.Logger.callHandlers, threading.Event(), threading.Event()
    meanwhile: list[Any] = []

    def work(state: Any) -> dict[str, Any]:
        meanwhile.extend([sys.stdout is out, sys.stderr is err, logging.Logger.callHandlers is handlers])
        begun.set()
        assert may_end.wait(10)
        if ends == "fails":
            raise ValueError("no")
        return {}

    session = hitl.run(graphs.chain(graphs.Log, {"work": work, "after": lambda state: {}}), {})
    assert begun.wait(10)
    if ends == "is stopped":
        session.stop()
    may_end.set()
    assert session._run.ended.wait(10)
    assert meanwhile == [False, False, False]
    assert (sys.stdout, sys.stderr, logging.Logger.callHandlers) == (out, err, handlers)
    assert sys.stdout is out
    assert session.status == {"finishes": "finished", "fails": "failed", "is stopped": "stopped"}[ends]


def test_the_streams_stay_until_the_last_of_several_runs_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    out = stand_in(monkeypatch, "stdout")
    may_end = [threading.Event(), threading.Event()]

    def node(number: int) -> Callable[[Any], Any]:
        def work(state: Any) -> dict[str, Any]:
            assert may_end[number].wait(10)
            print(number)
            return {}

        return work

    first, second = hitl.run(alone(node(0)), {}), hitl.run(alone(node(1)), {})
    may_end[0].set()
    first.wait(10)
    may_end[1].set()
    second.wait(10)
    assert (said(first, "work"), said(second, "work")) == (["0\n"], ["1\n"])
    assert sys.stdout is out


def test_a_stream_that_somebody_puts_there_meanwhile_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    out = stand_in(monkeypatch, "stdout")
    theirs = io.StringIO()

    def work(state: Any) -> dict[str, Any]:
        with redirect_stdout(io.StringIO()) as inner:
            print("to them")
        print("to all")
        sys.stdout = theirs
        print("to theirs")
        return {"log": [inner.getvalue()]}

    session = hitl.run(alone(work), {})
    assert session.wait(10)["log"] == ["to them\n"]
    assert said(session, "work") == ["to all\n"]
    assert sys.stdout is theirs
    assert (out.getvalue(), theirs.getvalue()) == ("to all\n", "to theirs\n")


def test_a_stream_around_ours_is_heard_once(monkeypatch: pytest.MonkeyPatch) -> None:
    out = stand_in(monkeypatch, "stdout")

    class Tee(io.StringIO):
        def write(self, text: str) -> int:
            inside.write(text)
            return len(text)

    def wraps(state: Any) -> dict[str, Any]:
        nonlocal inside
        inside = sys.stdout
        sys.stdout = Tee()
        return {}

    def work(state: Any) -> dict[str, Any]:
        print(interrupt("?"))
        return {}

    inside: Any = None
    session = hitl.run(graphs.chain(graphs.Log, {"wraps": wraps, "work": work}), {})
    session.answer("once")
    session.wait(10)
    assert said(session, "work") == ["once\n"]
    assert out.getvalue() == "once\n"


def test_what_is_asked_of_the_stream_is_answered_by_the_one_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="latin-1", write_through=True)
    monkeypatch.setattr(sys, "stdout", stream)
    seen: list[Any] = []

    def work(state: Any) -> dict[str, Any]:
        sys.stdout.kept = "here"  # type: ignore[attr-defined]
        seen.extend([sys.stdout.encoding, sys.stdout.isatty(), isinstance(sys.stdout, io.TextIOWrapper)])
        seen.extend([sys.stdout.buffer is stream.buffer, sys.stdout.write("é\n")])
        sys.stdout.writelines(["a\n", "b\n"])
        sys.stdout.flush()
        with pytest.raises(io.UnsupportedOperation):
            sys.stdout.fileno()
        with pytest.raises(UnicodeEncodeError):
            print("→")
        return {}

    session = hitl.run(alone(work), {})
    session.wait(10)
    assert seen == ["latin-1", False, True, True, 2]
    assert raw.getvalue() == "é\na\nb\n".encode("latin-1")
    assert said(session, "work") == ["é\na\nb\n"]
    assert stream.kept == "here"  # type: ignore[attr-defined]


def test_a_stream_whose_write_is_replaced_meanwhile_stays_until_it_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    # As IPython 9.18 does for each cell, to remember what it printed.
    out = stand_in(monkeypatch, "stdout")
    begun, may_end = threading.Event(), threading.Event()
    remembered: list[str] = []

    def work(state: Any) -> dict[str, Any]:
        begun.set()
        assert may_end.wait(10)
        print("of the node")
        return {}

    session = hitl.run(alone(work), {})
    assert begun.wait(10)
    stream, write = sys.stdout, sys.stdout.write

    def tee(text: str) -> int:
        remembered.append(text)
        return write(text)

    stream.write = tee  # type: ignore[method-assign]
    may_end.set()
    session.wait(10)
    print("of the cell")
    stream.write = write  # type: ignore[method-assign]
    assert sys.stdout is out
    assert "".join(remembered) == out.getvalue() == "of the node\nof the cell\n"
    assert said(session, "work") == ["of the node\n"]


def test_logging_is_set_up_meanwhile_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    err = stand_in(monkeypatch, "stderr")
    monkeypatch.setattr(logging.root, "handlers", [])
    monkeypatch.setattr(logging.root, "level", logging.WARNING)

    def work(state: Any) -> dict[str, Any]:
        logger = logging.getLogger("tests.setup")
        logger.info("too low")
        logger.warning("by the last resort")
        logging.basicConfig(format="%(levelname)s|%(message)s", stream=sys.stderr)
        try:
            raise ValueError("no")
        except ValueError:
            logger.exception("by the handler")
        return {}

    session = hitl.run(alone(work), {})
    session.wait(10)
    printed = err.getvalue()
    assert printed.startswith("by the last resort\nERROR|by the handler\nTraceback")
    (text,) = said(session, "work")
    assert text == printed.replace("ERROR|", "")
    assert [chunk.stream for chunk in tasks(session, "work")[0].said.chunks] == ["log", "log"]  # type: ignore[union-attr]


def test_a_record_that_a_filter_refuses_is_not_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, "stderr")
    logger = logging.getLogger("tests.filtered")

    def work(state: Any) -> dict[str, Any]:
        logger.warning("password=x")
        logger.warning("kept")
        return {}

    def refuses(record: logging.LogRecord) -> bool:
        return "password" not in record.msg

    logger.addFilter(refuses)
    try:
        session = hitl.run(alone(work), {})
        session.wait(10)
    finally:
        logger.removeFilter(refuses)
    assert said(session, "work") == ["kept\n"]


# ---------------------------------------------------------------- tried again, failed


@pytest.mark.parametrize("is_async", [False, True])
def test_a_node_that_is_tried_again_says_how_often_and_why(is_async: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, "stdout")
    failures = [ConnectionError("first"), ConnectionError("second")]
    views: list[Any] = []

    def work(state: Any) -> dict[str, Any]:
        print("trying")
        if failures:
            raise failures.pop(0)
        views.append(session._display.drawn.nodes(session._run.state)["work"])
        return {"log": ["done"]}

    async def work_async(state: Any) -> dict[str, Any]:
        return work(state)

    session: Any = None
    graph = alone(graphs.asks("go?"), "ask")
    node = work_async if is_async else work
    builder = StateGraph(graphs.Log).add_node("ask", graphs.asks("go?")).add_node("work", node, retry_policy=AT_ONCE)
    graph = builder.add_edge(START, "ask").add_edge("ask", "work").compile()
    session = hitl.run(graph, {"log": []})
    session.answer("go")
    session.wait(10)
    (record,) = tasks(session, "work")
    assert (record.attempts, record.failures) == (3, ("ConnectionError: first", "ConnectionError: second"))
    assert record.said is not None
    assert [chunk.attempt for chunk in record.said.chunks] == [1, 2, 3]
    view = session._display.drawn.nodes(session._run.state)["work"]
    assert view == {"status": "done", "runs": 1, "retried": 2, "took": view["took"]}


def test_a_running_node_says_which_attempt_it_is_at() -> None:
    begun, may_end = threading.Event(), threading.Event()
    failures = [ConnectionError("first")]

    def work(state: Any) -> dict[str, Any]:
        if failures:
            raise failures.pop()
        begun.set()
        assert may_end.wait(10)
        return {}

    session = hitl.run(alone(work, retry_policy=AT_ONCE), {})
    assert begun.wait(10)
    until(lambda: session._run.state.nodes["work",].retried == 1)
    view = session._display.drawn.nodes(session._run.state)["work"]
    assert (view["status"], view["attempt"], view["since"][-1]) == ("running", 2, "Z")
    may_end.set()
    session.wait(10)
    assert "attempt" not in session._display.drawn.nodes(session._run.state)["work"]


def until(is_so: Callable[[], bool]) -> None:
    """Wait until the stream has been read so far."""
    waiting = threading.Event()
    for _ in range(1000):
        if is_so():
            return
        waiting.wait(0.01)
    raise AssertionError("It never is so.")


def test_fifty_tasks_that_are_tried_again_are_counted_apart() -> None:
    lock, tried = threading.Lock(), set[int]()

    def work(state: Part) -> dict[str, Any]:
        with lock:
            fails = state["number"] % 2 == 0 and state["number"] not in tried
            tried.add(state["number"])
        if fails:
            raise ConnectionError(f"of {state['number']}")
        return {"log": [state["number"]]}

    session = hitl.run(many(work, retry_policy=AT_ONCE), {"log": []})
    session.wait(20)
    records = tasks(session, "work")
    assert sorted(record.failures for record in records if record.failures) == sorted(
        (f"ConnectionError: of {number}",) for number in range(0, MANY, 2)
    )
    assert [record.attempts for record in records].count(2) == MANY // 2


def test_tasks_of_the_functional_api_and_nodes_around_nested_graphs_are_tried_again_too() -> None:
    failures = [ConnectionError("the task"), ConnectionError("inside")]

    @task(retry_policy=AT_ONCE)
    def part(number: int) -> int:
        if len(failures) == 2:
            raise failures.pop(0)
        return number

    def inside(state: Any) -> dict[str, Any]:
        if failures:
            raise failures.pop(0)
        return {}

    @entrypoint()
    def flow(count: int) -> int:
        return part(count).result()

    session = hitl.run(flow, 3)
    session.wait(10)
    assert [(one.attempts, one.failures) for one in tasks(session, "flow", "part")] == [
        (2, ("ConnectionError: the task",))
    ]
    inner = alone(inside, "inside")
    session = hitl.run(alone(lambda state: inner.invoke({"log": []}), "outer", retry_policy=AT_ONCE), {})
    session.wait(10)
    assert [(one.attempts, one.failures) for one in tasks(session, "outer")] == [(2, ("ConnectionError: inside",))]


def test_an_error_that_a_node_has_caught_is_not_why_it_is_tried_again() -> None:
    failures = [ConnectionError("its own")]
    inner = alone(lambda state: 1 / 0, "inside")

    def outer(state: Any) -> dict[str, Any]:
        with pytest.raises(ZeroDivisionError):
            inner.invoke({"log": []})
        if failures:
            raise failures.pop()
        return {}

    session = hitl.run(alone(outer, "outer", retry_policy=AT_ONCE), {})
    session.wait(10)
    assert [one.failures for one in tasks(session, "outer")] == [("ConnectionError: its own",)]


def test_a_failed_task_keeps_its_exception_until_it_runs_again() -> None:
    session = hitl.run(graphs.fails_once(), {"log": []})
    session.answer("go")
    assert session._run.ended.wait(10)
    (record,) = tasks(session, "work")
    assert record.exception is session.error
    assert isinstance(record.exception, ValueError)
    session.retry()
    session.wait(10)
    assert (record.status, record.exception, record.error) == ("done", None, None)
    assert record.failures == ("ValueError: the printer is on fire",)


def test_the_exception_of_a_task_is_let_go_of_when_its_step_is_left() -> None:
    state = hitl.run(graphs.fails_once(), {"log": []})._run.state.__class__()
    error = ValueError("no")
    for part in (
        {"id": "a", "name": "bad", "triggers": ()},
        {"id": "b", "name": "good", "triggers": ()},
        {"id": "a", "name": "bad", "error": error, "interrupts": []},
        {"id": "b", "name": "good", "error": None, "interrupts": []},
    ):
        state.apply({"type": "tasks", "ns": (), "data": part})
    failed = state.current("a")
    assert failed is not None
    assert failed.exception is error
    state.apply({"type": "tasks", "ns": (), "data": {"id": "c", "name": "next", "triggers": ()}})
    assert failed.exception is None


# ---------------------------------------------------------------- tokens


def chat(*nodes: tuple[str, Callable[..., Any]]) -> Any:
    return graphs.chain(MessagesState, dict(nodes))


@pytest.mark.parametrize("is_async", [False, True])
def test_what_a_model_says_is_at_the_task_that_called_it(is_async: bool) -> None:
    model = ScriptedModel(script=[AIMessage("Hello there"), calls(("search", {"q": 1}), ("search", {"q": 2}))])

    def node(state: MessagesState) -> Any:
        return {"messages": model.invoke(state["messages"])}

    async def node_async(state: MessagesState) -> Any:
        return {"messages": await model.ainvoke(state["messages"])}

    one = node_async if is_async else node
    session = hitl.run(chat(("first", one), ("second", one)), {"messages": [HumanMessage("hi")]})
    session.wait(10)
    tokens = {name: [one.said.tokens for one in tasks(session, name) if one.said] for name in ("first", "second")}
    assert tokens == {"first": ["Hello there"], "second": ["→ search\n→ search"]}


def test_tokens_as_they_stream_are_there_before_the_model_has_ended_and_the_whole_does_not_double_them() -> None:
    from langchain_core.language_models import GenericFakeChatModel

    half, may_end = threading.Event(), threading.Event()

    class Slow(GenericFakeChatModel):
        def _stream(self, *args: Any, **options: Any) -> Any:
            for at, chunk in enumerate(super()._stream(*args, **options)):
                if at == 3:
                    half.set()
                    assert may_end.wait(10)
                yield chunk

    model = Slow(messages=iter([AIMessage("one two three four five")]))

    def node(state: MessagesState) -> Any:
        # As a node that makes a message of its own of the answer, with another id.
        return {"messages": AIMessage(model.invoke(state["messages"]).text, id="other")}

    session = hitl.run(chat(("talk", node)), {"messages": [HumanMessage("hi")]})
    assert half.wait(10)
    until(lambda: [one.said.tokens for one in tasks(session, "talk") if one.said] == ["one two"])
    may_end.set()
    session.wait(10)
    assert [one.said.tokens for one in tasks(session, "talk") if one.said] == ["one two three four five"]


# ---------------------------------------------------------------- what LangGraph has to be like


def test_watching_leaves_nothing_in_the_thread_and_the_runs_config() -> None:
    def saved(is_watched: bool) -> list[Any]:
        context = contextvars.copy_context() if is_watched else contextvars.Context()
        session = context.run(hitl.run, alone(lambda state: {"log": [1]}), {"log": []}, thread_id="t")
        session.wait(10)
        kept = list(session._run.driver.checkpointer.list(session._run.driver.config))
        assert session._run.driver.config.get("callbacks") is None
        return [(one.metadata, one.checkpoint["channel_values"], sorted(one.config)) for one in kept]

    assert saved(is_watched=True) == saved(is_watched=False)


def test_the_callbacks_of_the_runs_own_config_are_called_too() -> None:
    class Names(BaseCallbackHandler):
        def on_chain_start(self, *args: Any, name: str = "", **options: Any) -> None:
            names.append(name)

    names: list[str] = []
    session = hitl.run(alone(lambda state: {}), {}, config={"callbacks": [Names()]})
    session.wait(10)
    assert names == ["LangGraph", "work"]


def test_langgraph_still_takes_the_runtime_that_is_in_its_config() -> None:
    seen: list[Any] = []

    def work(state: Any) -> dict[str, Any]:
        get_stream_writer()({"progress": 0.5})
        seen.append(type(get_runtime()).__name__)
        return {}

    graph = alone(work).copy(update={"store": object()})
    for _ in graph.stream({"log": []}, watched_config({}, graph)):
        pass
    assert seen == ["WatchedRuntime"], "CONFIG_KEY_RUNTIME or Runtime.merge has moved: see watching/runtime.py"


def test_a_megabyte_of_text_in_the_state_is_not_looked_through_for_messages() -> None:
    builder = StateGraph(TypedDict("Text", {"text": str, "count": int}))
    builder.add_node("work", lambda state: {"text": "x" * 1_000_000, "count": state["count"] + 1})
    builder.add_edge(START, "work")
    builder.add_conditional_edges("work", lambda state: "work" if state["count"] < 30 else END, ["work", END])
    session = hitl.run(builder.compile(), {"text": "", "count": 0})
    start = time.process_time()
    assert session.wait(60)["count"] == 30
    assert session._run.watch is not None
    # LangGraph's own `messages` mode takes 3 s to do so (1.2.24).
    assert time.process_time() - start < 1.5
