"""A session of an async graph whose event loop runs no more: it was closed, as `asyncio.run` does, or only stopped."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver

import hitl_widgets as hitl

from ..waiting import at_rest, until
from . import graphs

WAITS: dict[str, Callable[[hitl.Session], Any]] = {
    "history": lambda session: session.history,
    "answer": lambda session: session.answer("Ada"),
    "answer_all": lambda session: session.answer_all({"asks": "Ada"}),
    "compare": lambda session: session.compare(session),
}


async def works(_: Any) -> dict[str, Any]:
    return {"log": ["worked"]}


async def asks(_: Any) -> dict[str, Any]:
    return {"log": [hitl.ask("Who?")]}


async def _asked() -> hitl.Session:
    session = hitl.run(graphs.chain(graphs.Log, {"works": works, "asks": asks}), {"log": []})
    await asyncio.to_thread(session._run.at_rest.wait, 60)
    return session


@pytest.fixture
def stopped() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.fixture(autouse=True)
def _somebody_can_click(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HITL_UNATTENDED", "0")


def _soon(function: Callable[[], Any]) -> Any:
    """What it returns or raises; what waits for ever fails the test, and does not hang it."""
    came: list[Any] = []

    def call() -> None:
        try:
            came.append(function())
        except BaseException as error:  # noqa: BLE001
            came.append(error)

    thread = threading.Thread(target=call, daemon=True)
    thread.start()
    thread.join(60)
    assert came, "it waits for ever"
    return came[0]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("how", WAITS)
def test_on_a_closed_loop_it_is_said_how_to_go_on(how: str) -> None:
    session = asyncio.run(_asked())
    with pytest.raises(hitl.HitlError, match=r"is closed\. hitl\.attach\(graph, thread_id\)"):
        WAITS[how](session)
    with pytest.raises(hitl.HitlError, match="is closed"):
        session.wait()


async def _awaited(session: hitl.Session) -> Any:
    return await session


def test_who_awaits_it_on_another_loop_is_told_that_its_own_is_closed_or_stopped(
    stopped: asyncio.AbstractEventLoop,
) -> None:
    told = _soon(lambda: asyncio.run(_awaited(asyncio.run(_asked()))))
    assert "is closed. hitl.attach(graph, thread_id)" in str(told)
    assert isinstance(_soon(lambda: asyncio.run(_awaited(stopped.run_until_complete(_asked())))), hitl.CannotWaitError)


@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
def test_who_waits_for_it_as_its_loop_is_closed_is_told_so(is_async: bool) -> None:
    loop = asyncio.new_event_loop()
    session = loop.run_until_complete(_asked())
    serving = threading.Thread(target=loop.run_forever, daemon=True)
    serving.start()
    waits = threading.Event()

    def close() -> None:
        assert waits.wait(60)
        loop.call_soon_threadsafe(loop.stop)
        serving.join(60)
        loop.close()

    closing = threading.Thread(target=close, daemon=True)
    closing.start()

    async def awaits() -> Any:
        asyncio.get_running_loop().call_later(0, waits.set)
        return await session

    def wait() -> Any:
        waits.set()
        return session.wait(60)

    told = _soon(lambda: asyncio.run(awaits()) if is_async else wait())
    closing.join(60)
    assert "is closed. hitl.attach(graph, thread_id)" in str(told), told


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("how", WAITS)
def test_on_a_stopped_loop_nobody_waits_for_ever(how: str, stopped: asyncio.AbstractEventLoop) -> None:
    session = stopped.run_until_complete(_asked())
    told = _soon(lambda: WAITS[how](session))
    assert isinstance(told, hitl.CannotWaitError), told
    assert "await session" in str(told)
    assert isinstance(_soon(session.wait), hitl.CannotWaitError)
    assert [request.key for request in session.requests] == ["asks"]


def test_what_was_known_when_the_loop_was_stopped_can_be_read(stopped: asyncio.AbstractEventLoop) -> None:
    session = stopped.run_until_complete(_asked())
    assert _soon(lambda: session.values) == {"log": ["worked"]}
    assert len(_soon(lambda: session.decisions)) == 0


def test_once_it_runs_again_the_session_goes_on(stopped: asyncio.AbstractEventLoop) -> None:
    session = stopped.run_until_complete(_asked())

    async def goes_on() -> Any:
        await session.aanswer("Ada")
        return await session

    assert stopped.run_until_complete(goes_on()) == {"log": ["worked", "Ada"]}
    assert _soon(session.wait) == {"log": ["worked", "Ada"]}  # it has ended: there is nothing to wait for


def test_a_loop_of_its_own_is_waited_for() -> None:
    session = at_rest(hitl.run(graphs.chain(graphs.Log, {"works": works, "asks": asks}), {"log": []}))
    session.answer("Ada")
    assert session.wait(60) == {"log": ["worked", "Ada"]}


def test_where_the_loop_ends_just_as_an_answer_was_taken_it_is_said_how_to_go_on_with_it() -> None:
    graph = graphs.chain(graphs.Log, {"works": works, "asks": asks}, checkpointer=InMemorySaver())

    async def answers() -> hitl.Session:
        session = hitl.run(graph, {"log": []}, thread_id="t")
        await asyncio.to_thread(session._run.at_rest.wait, 60)
        await session.aanswer("Ada")
        return session

    session = asyncio.run(answers())
    gc.collect()
    until(lambda: session.status == "failed", "it says that it is at work")
    with pytest.raises(hitl.HitlError, match=r"What was answered is in the thread: hitl\.attach"):
        session.wait(60)
    assert hitl.attach(graph, "t").wait(60) == {"log": ["worked", "Ada"]}
