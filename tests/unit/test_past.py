"""A thread that is long already: its past is read while the run rests, and never keeps it from going on."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypedDict

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import interrupt
from typing_extensions import override

import hitl_widgets as hitl
from hitl_widgets.driver import base
from hitl_widgets.inside.reading import know_secrets
from hitl_widgets.running.withheld import UNREAD
from hitl_widgets.thread.earlier import earlier_steps
from hitl_widgets.watching import watched

from ..waiting import ends, threads, until
from .listed import Listed

SECRET = "hunter2-hunter2"
BEFORE, AFTER = 60, 40


class Count(TypedDict, total=False):
    count: int
    token: str


def counting(saver: Any, *, going_on: Callable[[], None] = lambda: None) -> Any:
    """Counts to the end, and asks on the way whether to go on."""

    def work(state: Count) -> Count:
        count = state.get("count", 0)
        if count == BEFORE:
            interrupt("Go on?")
            going_on()
        return {"count": count + 1}

    builder = StateGraph(Count)
    builder.add_node("work", work)
    builder.add_edge(START, "work")
    builder.add_conditional_edges("work", lambda state: "work" if state["count"] < BEFORE + AFTER else END)
    return builder.compile(checkpointer=saver)


def attached(graph: Any, **options: Any) -> tuple[hitl.Session, Any]:
    """The session in another kernel, and its view."""
    with watched():
        session = hitl.attach(graph, "t", config={"recursion_limit": 2_000}, **options)
    assert session._run.at_rest.wait(60)
    assert session._display is not None
    return session, session._display.widget


def begun(graph: Any, **options: Any) -> None:
    session = hitl.run(graph, {"count": 0}, thread_id="t", config={"recursion_limit": 2_000}, **options)
    assert session._run.at_rest.wait(60)
    session.close()  # as its kernel: it would look at what another session does


def test_a_run_that_goes_on_is_not_kept_up_by_the_reading_of_its_past() -> None:
    saver = Listed()
    is_reading, goes_on = threading.Event(), threading.Event()
    graph = counting(saver, going_on=goes_on.set)
    begun(graph)
    meanwhile: list[str] = []
    seen = 0

    def told() -> None:
        nonlocal seen
        seen += 1
        if seen == 20:  # in the middle of it the run goes on
            is_reading.set()
            assert goes_on.wait(60)
        if goes_on.is_set():
            meanwhile.append(session.status)

    saver.told = told
    session, widget = attached(graph)
    assert is_reading.wait(60), "it was not read at rest"
    session.answer("yes")
    session.wait(60)
    # It stops at the checkpoint that it had in hand.
    assert meanwhile.count("running") <= 2
    until(lambda: widget.timeline["total"] == BEFORE + AFTER + 1, "the past was not read once it had come to rest")
    assert not [notice for notice in widget.run["notices"] if "before" in notice]


def test_a_run_that_begins_on_a_long_thread_reads_nothing_of_it_before_it_rests() -> None:
    saver = Listed()
    graph = counting(saver)
    begun(graph)
    session, _ = attached(graph)
    session.answer("yes")
    session.wait(60)
    session.close()  # as in `begun`
    assert ends(lambda: threads() == [])  # its view reads, too
    listed: list[str] = []
    saver.told = lambda: listed.append(again.status)
    with watched():
        again = hitl.run(graph, {"count": BEFORE + 1}, thread_id="t", config={"recursion_limit": 2_000})
    assert again._display is not None
    widget = again._display.widget
    again.wait(60)
    until(lambda: widget.timeline["total"] > BEFORE + AFTER + AFTER - 2, "the past was not read")
    assert listed
    assert "running" not in listed


def test_what_was_read_before_the_run_went_on_is_not_read_again() -> None:
    saver = Listed()
    graph = counting(saver)
    begun(graph)
    session, _ = attached(graph)
    driver = session._run.driver
    until(lambda: not session._run.past.can_be_read, "it was not read at rest")
    left = iter([True] * 25)
    first = driver.run(earlier_steps(driver, lambda: next(left, False)))
    assert (len(first.newest_first), first.are_all) == (25, False)
    listed: list[None] = []
    saver.told = lambda: listed.append(None)
    whole = driver.run(earlier_steps(driver, read=first))
    # And one that has no tasks: the input's.
    assert (len(whole.newest_first), whole.are_all, len(listed)) == (BEFORE + 1, True, BEFORE + 2 - 25)
    assert whole == driver.run(earlier_steps(driver))


def test_somebody_who_looks_waits_for_no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    saver = Listed()
    held, looked = threading.Event(), threading.Event()

    def hold() -> None:
        held.set()
        assert looked.wait(60)

    graph = counting(saver, going_on=hold)
    begun(graph)
    with watched():
        session = hitl.attach(graph, "t", config={"recursion_limit": 2_000})
    assert session._run.at_rest.wait(60)
    session.answer("yes")
    assert held.wait(60)
    run = session._run
    run.driver.run(know_secrets(run.driver, run.secrets))
    run.driver.run(run.past.read())
    assert (session.status, run.past.is_known, run.past.before) == ("running", True, BEFORE)
    looked.set()
    session.wait(60)


def test_a_past_that_cannot_be_read_is_said_once_and_the_run_goes_on() -> None:
    saver = Listed()
    graph = counting(saver)
    begun(graph)

    def fail() -> None:
        raise OSError("the disk is gone")

    saver.told = fail
    session, widget = attached(graph)
    said = UNREAD.format("OSError")
    until(lambda: said in widget.run["notices"], "it was not said")
    session.answer("yes")
    assert session.wait(60)["count"] == BEFORE + AFTER
    assert widget.run["notices"].count(said) == 1
    assert "the disk is gone" not in str(widget.run)  # what it says may quote a secret


# ---------------------------------------------------------------- pages


@pytest.mark.parametrize("size", [1, 2, 7, 62, 1_000])
def test_a_history_in_pages_is_the_whole_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    graph = counting(None)
    begun(graph, save=tmp_path / "a.sqlite")
    session, _ = attached(graph, save=tmp_path / "a.sqlite")
    driver = session._run.driver
    whole = list(driver.graph.get_state_history(driver.config))
    monkeypatch.setattr(base.Driver, "page_size", size)
    assert driver.run(driver.history()) == whole
    assert len(whole) == BEFORE + 2


def test_an_async_history_in_pages_is_the_whole_history(monkeypatch: pytest.MonkeyPatch) -> None:
    async def step(state: Count) -> Count:
        return {"count": state.get("count", 0) + 1}

    builder = StateGraph(Count)
    builder.add_node("step", step)
    builder.add_edge(START, "step")
    builder.add_conditional_edges("step", lambda state: "step" if state["count"] < 9 else END)

    async def main() -> tuple[list[Any], list[Any]]:
        session = hitl.run(builder.compile(), {"count": 0})
        await session
        driver = session._run.driver
        whole = [one async for one in driver.graph.aget_state_history(driver.config)]
        monkeypatch.setattr(base.Driver, "page_size", 3)
        return whole, await driver.history()

    whole, paged = asyncio.run(main())
    assert paged == whole
    assert len(whole) == 11


def test_a_checkpointer_that_pays_no_heed_to_where_a_page_begins_does_not_keep_anybody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Stubborn(InMemorySaver):
        @override
        def list(self, config: Any, *, before: Any = None, **options: Any) -> Iterator[Any]:
            return super().list(config, **options)

    session = hitl.run(counting(Stubborn()), {"count": 0}, config={"recursion_limit": 2_000})
    assert session._run.at_rest.wait(60)
    monkeypatch.setattr(base.Driver, "page_size", 5)
    assert len(session.history) == 5


# ---------------------------------------------------------------- secrets


def asking_first(steps: int) -> StateGraph[Any]:
    """Asks for a secret, does much else, and fails with the secret in its words."""

    def fail(state: Count) -> Count:
        raise ValueError(f"no good: {state['token']}")

    builder = StateGraph(Count)
    inner = StateGraph(Count)
    inner.add_node("ask", lambda _: {"token": hitl.ask("Token?", format="password")})
    inner.add_edge(START, "ask")
    builder.add_node("inner", inner.compile())
    builder.add_node("work", lambda state: {"count": state.get("count", 0) + 1})
    builder.add_node("fail", fail)
    builder.add_edge(START, "inner")
    builder.add_edge("inner", "work")
    builder.add_conditional_edges("work", lambda state: "work" if state["count"] < steps else "fail")
    return builder


@pytest.mark.parametrize("kind", ["memory", "sqlite", "async sqlite", "listed"])
def test_a_secret_is_known_however_long_ago_a_nested_graph_was_given_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(base.Driver, "page_size", 7)
    builder = asking_first(1_100 if kind == "memory" else 40)
    savers: dict[str, Any] = {"memory": InMemorySaver(), "listed": Listed()}
    save: Any = savers.get(kind, tmp_path / "a.sqlite")
    config: Any = {"recursion_limit": 2_000}

    async def in_a_loop() -> tuple[str, str]:
        first = hitl.run(builder.compile(), {}, thread_id="t", save=save, config=config)
        await asyncio.to_thread(first._run.at_rest.wait, 60)
        await first.aanswer(SECRET)
        await asyncio.to_thread(first._run.at_rest.wait, 60)
        session = hitl.attach(builder.compile(), "t", save=save, config=config)
        await asyncio.to_thread(session._run.at_rest.wait, 60)
        secrets = session._run.secrets
        before = secrets.line(f"ValueError: no good: {SECRET}")
        await know_secrets(session._run.driver, secrets)
        return before, secrets.line(f"ValueError: no good: {SECRET}")

    if kind == "async sqlite":

        async def work(state: Count) -> Count:
            return {"count": state.get("count", 0) + 1}

        builder.nodes.pop("work")
        builder.add_node("work", work)
        before, after = asyncio.run(in_a_loop())
    else:
        first = hitl.run(builder.compile(), {}, thread_id="t", save=save, config=config)
        first.answer(SECRET)
        assert first._run.at_rest.wait(60)
        session = hitl.attach(builder.compile(), "t", save=save, config=config)
        assert session._run.at_rest.wait(60)
        secrets = session._run.secrets
        before = secrets.line(f"ValueError: no good: {SECRET}")
        session._run.driver.run(know_secrets(session._run.driver, secrets))
        after = secrets.line(f"ValueError: no good: {SECRET}")
    known = "ValueError: no good: ••••••"
    # Before they are known an error is its name.
    assert (before, after) == ("ValueError: …" if kind == "listed" else known, known)


def test_secrets_of_which_a_part_was_read_are_not_taken_for_all() -> None:
    saver = Listed()
    builder = asking_first(30)
    first = hitl.run(builder.compile(), {}, thread_id="t", save=saver)
    first.answer(SECRET)
    assert first._run.at_rest.wait(60)
    session = hitl.attach(builder.compile(), "t", save=saver)
    assert session._run.at_rest.wait(60)
    secrets, left = session._run.secrets, iter([True] * 5)
    session._run.driver.run(know_secrets(session._run.driver, secrets, lambda: next(left, False)))
    assert not secrets.are_all
    assert secrets.line(f"ValueError: {SECRET}") == "ValueError: …"


# ---------------------------------------------------------------- large values


class Large(dict[str, str]):
    """A value of the state that counts who goes through it. Whoever keeps it in a checkpoint does so in C."""

    looks = 0

    def _looked(self) -> None:
        type(self).looks += 1

    @override
    def __iter__(self) -> Iterator[str]:
        self._looked()
        return super().__iter__()

    @override
    def __len__(self) -> int:
        self._looked()
        return super().__len__()

    @override
    def __eq__(self, other: object) -> bool:
        self._looked()
        return super().__eq__(other)

    @override
    def __repr__(self) -> str:
        self._looked()
        return super().__repr__()

    @override
    def keys(self) -> Any:
        self._looked()
        return super().keys()

    @override
    def values(self) -> Any:
        self._looked()
        return super().values()

    @override
    def items(self) -> Any:
        self._looked()
        return super().items()

    __hash__ = None  # type: ignore[assignment]


def test_no_step_goes_through_a_value_of_the_state() -> None:
    def graph(steps: int) -> Any:
        builder = StateGraph(TypedDict("Held", {"count": int, "value": dict[str, str]}))
        builder.add_node("work", lambda state: {"count": state["count"] + 1, "value": Large(a="x" * 1_000)})
        builder.add_edge(START, "work")
        builder.add_conditional_edges("work", lambda state: "work" if state["count"] < steps else END)
        return builder.compile(checkpointer=InMemorySaver())

    def looks_at(work: Callable[[Any], None], steps: int) -> int:
        Large.looks = 0
        work(graph(steps))
        return Large.looks

    def watch(graph: Any) -> None:
        with watched():
            session = hitl.run(graph, {"count": 0, "value": Large()}, config={"recursion_limit": 2_000})
        assert session._display is not None
        _ = session._display.widget
        session.wait(60)

    def by_hand(graph: Any) -> None:
        config: Any = {"configurable": {"thread_id": "t"}, "recursion_limit": 2_000}
        options: Any = {"stream_mode": list(base.MODES), "subgraphs": True, "version": "v2"}
        for _ in graph.stream({"count": 0, "value": Large()}, config, **options):
            pass

    # What more steps cost is LangGraph's own.
    assert looks_at(watch, 60) - looks_at(watch, 10) == looks_at(by_hand, 60) - looks_at(by_hand, 10)
