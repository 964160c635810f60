"""What a session leaves in the process once it is closed, or once nobody holds it: nothing."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sqlite3
import sys
import threading
import tracemalloc
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ipywidgets
import pytest
from langgraph.checkpoint.memory import InMemorySaver

import hitl_widgets as hitl
from hitl_widgets.driver.choose import _sqlite
from hitl_widgets.driver.saved_file_async import AsyncFileSaver
from hitl_widgets.driver.sqlite_file import sqlite_file
from hitl_widgets.running.others import turns
from hitl_widgets.view.inbox.widget import MOST_OPENED
from hitl_widgets.view.steering import open_fork
from hitl_widgets.watching import watched

from ..figures.recorded import Figure, at_most
from ..waiting import at_rest, ends, threads
from . import graphs


def files() -> int:
    """Open descriptors of the process."""
    return len(list(Path("/proc/self/fd").iterdir()))


def widgets() -> int:
    return len(
        ipywidgets.Widget._instances
        if hasattr(ipywidgets.Widget, "_instances")
        else ipywidgets.widgets.widget._instances
    )


def waiting_session() -> hitl.Session:
    return at_rest(hitl.run(graphs.three_questions(checkpointer=InMemorySaver()), {}))


def shown(session: hitl.Session) -> Any:
    assert session._display is not None
    return session._display.widget


def test_a_session_that_nobody_holds_is_gone_with_its_run_and_its_graph() -> None:
    session = waiting_session()
    gone = [weakref.ref(session), weakref.ref(session._run), weakref.ref(session._run.driver)]
    del session
    assert ends(lambda: all(one() is None for one in gone))
    assert ends(lambda: threads() == [])


def test_no_session_is_gone_through_for_those_that_are_gone() -> None:
    """Else each of a thousand threads that are answered one after the other would be dearer than the one before."""
    session = waiting_session()
    key = session._run.driver.shared_key
    assert key in turns._sharing
    del session
    assert ends(lambda: key not in turns._sharing)


def test_a_session_with_a_view_is_gone_once_it_is_closed() -> None:
    before = widgets()
    session = waiting_session()
    widget = shown(session)
    comm = widget.comm
    assert widgets() > before
    session.close()
    session.close()
    assert widget.comm is None
    assert comm is None or comm.comm_id not in _comms()
    assert widgets() == before
    gone = [weakref.ref(session), weakref.ref(session._run), weakref.ref(widget)]
    del session, widget, comm
    assert ends(lambda: all(one() is None for one in gone))


def _comms() -> Any:
    from comm import get_comm_manager

    return get_comm_manager().comms


def test_what_is_closed_takes_no_answer_and_its_thread_goes_on_elsewhere() -> None:
    graph = graphs.three_questions(checkpointer=InMemorySaver())
    session = at_rest(hitl.run(graph, {}, thread_id="t"))
    session.answer(True)
    at_rest(session)
    session.close()
    assert session.status == "stopped"
    with pytest.raises(hitl.StaleAnswerError):
        session.answer("Main Street 1")
    with pytest.raises(hitl.SessionStoppedError):
        session.wait(5)
    attached = at_rest(hitl.attach(graph, "t"))
    assert [request.key for request in attached.requests] == ["address"]


def test_a_run_that_works_is_closed_at_its_next_step() -> None:
    working, gate = threading.Event(), threading.Event()

    def works(state: Any) -> dict[str, Any]:
        working.set()
        gate.wait(60)
        return {"log": ["worked"]}

    after: list[int] = []
    session = hitl.run(
        graphs.chain(graphs.Log, {"works": works, "after": lambda state: after.append(1) or {}}), {"log": []}
    )
    assert working.wait(60)
    session.close()
    gate.set()
    assert ends(lambda: threads() == [])
    assert (session.status, after) == ("stopped", [])


def test_an_async_graph_without_a_loop_leaves_none_behind() -> None:
    async def asks(state: Any) -> dict[str, Any]:
        return {"log": [hitl.ask("Who?")]}

    session = at_rest(hitl.run(graphs.chain(graphs.Log, {"ask": asks}, checkpointer=InMemorySaver()), {"log": []}))
    session.close()
    assert ends(lambda: threads() == [])
    waiting = at_rest(hitl.run(graphs.chain(graphs.Log, {"ask": asks}, checkpointer=InMemorySaver()), {"log": []}))
    gone = weakref.ref(waiting._run)
    del waiting
    assert ends(lambda: threads() == [] and gone() is None), "a session that nobody holds keeps its loop"


def test_an_async_session_leaves_no_task_on_the_loop() -> None:
    async def asks(state: Any) -> dict[str, Any]:
        return {"log": [hitl.ask("Who?")]}

    async def main() -> list[str]:
        graph = graphs.chain(graphs.Log, {"ask": asks}, checkpointer=InMemorySaver())
        session = hitl.run(graph, {"log": []})
        await session.aanswer("Ada")
        assert (await session)["log"] == ["Ada"]
        waiting = hitl.run(graph, {"log": []})
        await asyncio.to_thread(waiting._run.at_rest.wait, 60)
        waiting.close()
        await asyncio.sleep(0)
        return [repr(task) for task in asyncio.all_tasks() if task is not asyncio.current_task()]

    assert asyncio.run(main()) == []


def test_a_file_of_threads_is_closed_with_the_last_session_that_saves_there(tmp_path: Path) -> None:
    before = files()
    session = hitl.run(graphs.three_questions(), {}, save=str(tmp_path / "runs.sqlite"))
    at_rest(session)
    assert files() > before
    session.close()
    del session
    assert ends(lambda: files() <= before)


def test_a_session_that_is_closed_has_no_file_open_though_it_is_held_and_still_tells_of_its_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a notebook it always is: by its variable, and by IPython's `Out` and `_`."""
    path = tmp_path / "runs.sqlite"
    monkeypatch.chdir(tmp_path)
    session = at_rest(hitl.run(graphs.three_questions(), {}, save="runs.sqlite", thread_id="t"))
    monkeypatch.chdir("/")
    session.answer(True)
    fork = at_rest(at_rest(session).fork(session.decisions[0], answer=True))
    inbox = hitl.inbox(graphs.three_questions(), save=path)
    assert len(list(inbox)) == 2
    for one in (inbox, fork, session):
        one.close()
    assert opened(path) == []
    assert [one.value for one in session.decisions] == [True]
    assert session.values["approved"] is True
    assert len(session.history) > 0
    assert len(list(inbox)) == 2
    session.close()
    inbox.close()
    assert opened(path) == []
    attached = at_rest(hitl.attach(graphs.three_questions(), "t", save=path))
    assert [request.key for request in attached.requests] == ["address"]
    attached.close()


def test_a_fork_goes_on_where_the_session_that_it_comes_from_is_closed(tmp_path: Path) -> None:
    session = at_rest(hitl.run(graphs.three_questions(), {}, save=tmp_path / "runs.sqlite"))
    session.answer(True)
    fork = at_rest(at_rest(session).fork(session.decisions[0], answer=True))
    session.close()
    fork.answer("Main Street 1")
    at_rest(fork)
    assert fork.values["address"] == "Main Street 1"
    fork.close()


def test_a_session_that_is_closed_at_its_work_has_no_file_open_once_it_is_at_rest(tmp_path: Path) -> None:
    path, working, gate = tmp_path / "runs.sqlite", threading.Event(), threading.Event()

    def works(_: Any) -> dict[str, Any]:
        working.set()
        gate.wait(60)
        return {"log": ["worked"]}

    graph = graphs.chain(graphs.Log, {"works": works, "after": lambda _: {}})
    session = hitl.run(graph, {"log": []}, save=path)
    assert working.wait(60)
    session.close()
    assert opened(path) != []
    gate.set()
    assert ends(lambda: threads() == [] and opened(path) == [])
    assert session.values["log"] == ["worked"]


def test_a_file_that_was_taken_away_from_a_closed_session_is_not_made_anew(tmp_path: Path) -> None:
    path, away = tmp_path / "runs.sqlite", tmp_path / "moved.sqlite"
    session = at_rest(hitl.run(graphs.three_questions(), {}, save=path))
    session.answer(True)
    at_rest(session).close()
    path.rename(away)
    for _ in range(2):
        with pytest.raises(sqlite3.OperationalError, match="unable to open"):
            _ = session.values
    assert path.name not in _names_in(tmp_path)
    away.rename(path)
    assert session.values["approved"] is True
    session.close()


def test_what_is_in_memory_stays_there_though_its_session_is_closed() -> None:
    session = at_rest(hitl.run(graphs.three_questions(), {}, save=":memory:"))
    session.answer(True)
    at_rest(session).close()
    assert session.values["approved"] is True


def test_an_async_session_that_is_closed_has_neither_file_nor_thread(tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite"

    async def asks(_: Any) -> dict[str, Any]:
        return {"log": [hitl.ask("Who?")]}

    async def until(so: Callable[[], bool]) -> None:
        assert await asyncio.to_thread(ends, so)

    async def main() -> None:
        graph = graphs.chain(graphs.Log, {"ask": asks, "then": lambda _: {}})
        session = hitl.run(graph, {"log": []}, save=path, thread_id="t")
        await until(lambda: session.status == "waiting")
        assert opened(path) != []
        session.close()
        await until(lambda: opened(path) == [])
        await until(lambda: not any("_connection_worker" in one.name for one in threading.enumerate()))
        attached = hitl.attach(graph, "t", save=path)
        await attached.aanswer("Ada")
        assert (await attached)["log"] == ["Ada"]
        attached.close()
        await until(lambda: opened(path) == [])
        assert [one.value for one in attached.decisions] == ["Ada"]

    asyncio.run(main())


def test_a_file_that_was_taken_away_from_a_closed_async_session_is_not_made_anew(tmp_path: Path) -> None:
    path, away = tmp_path / "runs.sqlite", tmp_path / "moved.sqlite"

    async def asks(_: Any) -> dict[str, Any]:
        return {"log": [hitl.ask("Who?")]}

    async def until(so: Callable[[], bool]) -> None:
        assert await asyncio.to_thread(ends, so)

    async def main() -> None:
        session = hitl.run(graphs.chain(graphs.Log, {"ask": asks}), {"log": []}, save=path)
        await session.aanswer("Ada")
        assert (await session)["log"] == ["Ada"]
        session.close()
        await until(lambda: opened(path) == [])
        path.rename(away)
        with pytest.raises(sqlite3.OperationalError, match="unable to open"):
            await session.ahistory()
        await until(lambda: not any("_connection_worker" in one.name for one in threading.enumerate()))
        assert path.name not in _names_in(tmp_path)
        away.rename(path)
        assert len(await session.ahistory()) > 0
        session.close()
        await until(lambda: opened(path) == [])

    asyncio.run(main())


def test_an_async_file_is_not_closed_beside_a_look_at_where_it_is(tmp_path: Path) -> None:
    async def main() -> None:
        saver = AsyncFileSaver(str(tmp_path / "runs.sqlite"))
        await saver.setup()
        looking = asyncio.create_task(sqlite_file(saver))
        await asyncio.sleep(0)  # it has asked, and is not answered yet
        saver.let_go()
        assert await looking == saver.file
        assert await asyncio.to_thread(ends, lambda: opened(tmp_path / "runs.sqlite") == [])

    asyncio.run(main())


def _names_in(folder: Path) -> list[str]:
    return [one.name for one in folder.iterdir()]


def opened(path: Path) -> list[str]:
    """The descriptors of the process that are of a file of threads, or of what stands beside it."""
    there = [os.path.realpath(one) for one in Path("/proc/self/fd").iterdir()]
    return [one for one in there if one.startswith(str(path))]


def test_printing_and_logging_are_as_they_were() -> None:
    streams, handlers = (sys.stdout, sys.stderr), list(logging.getLogger().handlers)
    with watched():
        session = hitl.run(graphs.chain(graphs.Log, {"says": lambda state: print("hello") or {}}), {"log": []})
    session.wait(60)
    assert ends(lambda: (sys.stdout, sys.stderr) == streams)
    assert logging.getLogger().handlers == handlers


@pytest.mark.timeout(900)  # three minutes on a machine that does five other things
def test_a_thousand_sessions_leave_no_growth(figure: Figure) -> None:
    answers = {"approved": True, "address": "Main Street 1", "budget": 3.0}

    finished = 0
    there = weakref.WeakSet[hitl.Session]()

    def some(count: int) -> None:
        nonlocal finished
        for at in range(count):
            session = hitl.run(graphs.three_questions(checkpointer=InMemorySaver()), {}, unattended=answers)
            there.add(session)
            session.wait(60)
            if at % 10 == 0:
                shown(session)
            finished += session.status == "finished"
            session.close()

    some(50)
    assert ends(lambda: threads() == [])
    gc.collect()
    count, open_files, shown_before = threading.active_count(), files(), widgets()
    finished = 0
    tracemalloc.start()
    try:
        before = _ours()
        some(1000)
        assert ends(lambda: threads() == [] and not len(there))
        grown = _ours() - before
    finally:
        tracemalloc.stop()
    assert threading.active_count() <= count
    assert files() <= open_files
    assert widgets() == shown_before
    # What one session weighs is some 50 KB: a single one that stayed would show.
    assert grown < 100_000, f"{grown:,} bytes of ours stayed"
    figure(
        "Sessions that run, answer, are shown, and are closed, in one process",
        {"sessions": finished},
        {
            "threads left": max(0, threading.active_count() - count),
            "open files left": max(0, files() - open_files),
            "widgets left": widgets() - shown_before,
            "of memory": at_most(max(0, grown) / 1000, "kB"),
        },
    )


def _ours() -> int:
    """Bytes that were allocated by the package's own lines and are still there."""
    gc.collect()
    package = str(Path(hitl.__file__).parent / "*")
    taken = tracemalloc.take_snapshot().filter_traces([tracemalloc.Filter(True, package)])
    return sum(one.size for one in taken.statistics("filename"))


def test_a_file_is_not_closed_beside_a_thread_that_reads_it(tmp_path: Path) -> None:
    """At the end of a process that made SQLite crash: one time in five, when a view was reading its thread's past."""
    saver = _sqlite(tmp_path / "runs.sqlite")
    connection, closed = saver.conn, threading.Event()
    # A copy: others go out of it when garbage is collected.
    finalizers = [*weakref.finalize._registry]
    [closing] = [one for one in finalizers if (found := one.peek()) is not None and found[0] is saver]

    def close() -> None:
        closing()
        closed.set()

    with saver.cursor(transaction=False) as cursor:
        beside = threading.Thread(target=close)
        beside.start()
        assert not closed.wait(0.2)
        assert cursor.execute("SELECT 1").fetchall() == [(1,)]
    assert closed.wait(60)
    beside.join(60)
    with pytest.raises(sqlite3.ProgrammingError):
        connection.execute("SELECT 1")


@pytest.mark.parametrize("cut_off_in", ["_begin", "_push", "on_msg", "open"])
@pytest.mark.parametrize("kind", ["session", "inbox"])
def test_a_view_that_was_cut_off_while_it_was_made_is_gone_and_can_be_made_again(
    kind: str, cut_off_in: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """By the stop button, or by a graph that cannot be drawn."""
    from hitl_widgets.view.inbox.widget import InboxWidget
    from hitl_widgets.view.widget import SessionWidget

    before, open_files = widgets(), files()
    graph = graphs.three_questions()
    session = at_rest(hitl.run(graph, {}, save=str(tmp_path / "runs.sqlite")))
    inbox = hitl.inbox(graph, save=str(tmp_path / "runs.sqlite"))
    cut_off: list[Any] = []

    def stops(widget: Any, *_: Any, **__: Any) -> None:
        cut_off.append(weakref.ref(widget))
        raise KeyboardInterrupt

    held: list[Any] = [session, inbox]

    def view() -> Any:
        return shown(held[0]) if kind == "session" else held[1]._view

    with monkeypatch.context() as patch:
        patch.setattr(SessionWidget if kind == "session" else InboxWidget, cut_off_in, stops)
        with pytest.raises(KeyboardInterrupt):
            view()
    assert ends(lambda: widgets() == before)
    assert ends(lambda: cut_off[0]() is None)
    assert view().comm is not None
    session.close()
    view().close()
    gone = [weakref.ref(session._run), weakref.ref(inbox)]
    held.clear()
    del session, inbox
    assert ends(lambda: all(one() is None for one in gone))
    assert ends(lambda: threads() == [] and files() <= open_files)


def test_a_view_whose_first_line_was_cut_off_says_nothing_once_it_is_collected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from hitl_widgets.view.widget import SessionWidget

    said: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", said.append)
    widget = SessionWidget.__new__(SessionWidget)
    gone = weakref.ref(widget)
    del widget
    assert ends(lambda: gone() is None)
    assert said == []


def test_the_threads_that_were_opened_in_an_inbox_leave_as_many_views_as_are_seen(tmp_path: Path) -> None:
    def graph() -> Any:
        return graphs.chain(graphs.Log, {"ask": graphs.asks("?")})

    before, names, file = widgets(), [f"t{at}" for at in range(MOST_OPENED + 5)], tmp_path / "runs.sqlite"
    for name in names:
        at_rest(hitl.run(graph(), {"log": []}, thread_id=name, save=file))
    inbox = hitl.inbox(graph(), save=file)
    in_a_cell = inbox.open(names[0])
    assert in_a_cell._display_() is shown(in_a_cell)  # as marimo shows it
    for name in names:
        inbox._view._open(name)
        at_rest(inbox.open(name))
    own = widgets() - before
    # Each view has a layout of its own: those that are seen, the one in a cell, and the list.
    assert own == 2 * (MOST_OPENED + 2)
    assert shown(in_a_cell).comm is not None
    inbox._view._open(names[-1])  # it is there
    assert widgets() - before == own
    again = inbox.filter("?")
    again._view._open(names[-1])
    inbox.close()
    inbox.close()
    assert widgets() - before == 2 * 3
    assert shown(inbox.open(names[-1])).comm is not None
    again.close()
    in_a_cell.close()
    assert widgets() == before
    gone = [weakref.ref(in_a_cell._run), weakref.ref(inbox)]
    del in_a_cell, inbox, again
    assert ends(lambda: all(one() is None for one in gone))


def test_the_views_of_forks_are_gone_with_the_view_that_they_were_in() -> None:
    before = widgets()
    session = waiting_session()
    session.answer(True)
    at_rest(session)
    assert shown(session) is not None
    forks = [at_rest(session.fork(0)) for _ in range(2)]
    assert forks[1]._display_() is shown(forks[1])
    for fork in forks:
        open_fork(session._run, fork._run.name)
    assert widgets() - before == 2 * 3
    session.close()
    assert widgets() - before == 2  # that has a cell of its own
    forks[1].close()
    assert widgets() == before
