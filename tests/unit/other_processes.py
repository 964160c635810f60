"""A program with sessions that starts other processes, for `test_other_processes.py`; in a file, so that they can import it.

    python -m tests.unit.other_processes fork waiting /tmp/folder

It prints what the children said and what became of the parent's sessions, as JSON. A child that hangs is ended by an alarm.
"""

from __future__ import annotations

import asyncio
import faulthandler
import json
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import hitl_widgets as hitl
from hitl_widgets.approving import once, run_of_node
from hitl_widgets.driver.answers import claiming
from hitl_widgets.driver.locks.base import file_lock
from hitl_widgets.running import secrets
from hitl_widgets.running.others import turns
from hitl_widgets.watching import watched
from hitl_widgets.watching.logs import logs
from hitl_widgets.watching.streams import streams

from ..waiting import threads, until
from . import graphs

PATIENCE = 60
"""Seconds that a child gets."""

HELD: hitl.Session | None = None
"""The parent's session, as a forked process finds it: in a global, where pools put what workers need."""

BOX: hitl.Inbox | None = None
"""The parent's inbox, as a forked process finds it."""

MAY_END = threading.Event()
WORKS = threading.Event()
HAS_BEGUN = threading.Event()


def asks(state: Any) -> dict[str, Any]:
    return {"log": [hitl.ask("Who?")]}


def works(state: Any) -> dict[str, Any]:
    WORKS.set()
    assert MAY_END.wait(PATIENCE)
    return {"log": ["worked"]}


def has_workers(state: Any) -> dict[str, Any]:
    """A node that has others work for it, as one does; its own session is theirs no more than any."""
    print("the node prints")
    HAS_BEGUN.wait(PATIENCE)
    with multiprocessing.get_context("fork").Pool(2) as pool:
        found = pool.map_async(told, range(2), chunksize=1).get(4 * PATIENCE)
    return {
        "log": [sum(one["answer"].startswith("OtherProcessError") and one["own"] == ["own", "then"] for one in found)]
    }


async def asks_async(state: Any) -> dict[str, Any]:
    await asyncio.sleep(0)
    return asks(state)


def graph(first: Any = asks) -> Any:
    return graphs.chain(graphs.Log, {"ask": first, "then": asks})


def waiting(session: hitl.Session) -> hitl.Session:
    assert session._run.at_rest.wait(PATIENCE)
    assert session.status == "waiting"
    return session


def begin(kind: str, folder: Path) -> hitl.Session:
    """A session as the parent has it when it starts another process."""
    match kind:
        case "waiting":
            return waiting(hitl.run(graph(), {"log": []}, thread_id="t", save=folder / "runs.sqlite"))
        case "in memory":
            return waiting(hitl.run(graph(), {"log": []}))
        case "async":
            return waiting(hitl.run(graph(asks_async), {"log": []}))
        case "shown":
            with watched():
                session = hitl.run(graph(), {"log": []}, thread_id="t", save=folder / "runs.sqlite")
            session._repr_mimebundle_()
            return waiting(session)
        case "running":
            with watched():
                session = hitl.run(graph(works), {"log": []}, thread_id="t", save=folder / "runs.sqlite")
            assert WORKS.wait(PATIENCE)
            return session
        case "node with a pool":
            with watched():
                return hitl.run(graph(has_workers), {"log": []}, thread_id="t", save=folder / "runs.sqlite")
        case "inbox":
            global BOX  # noqa: PLW0603
            session = waiting(hitl.run(graph(), {"log": []}, thread_id="t", save=folder / "runs.sqlite"))
            BOX = hitl.inbox(graph(), save=folder / "runs.sqlite")
            assert len(BOX) == 1
            assert BOX._view is not None
            # SQLite's own locks stay held in a child that is forked while another thread is inside it (processes.py).
            until(lambda: threads() == [])
            return session
        case _:
            raise ValueError(kind)


def goes_on(session: hitl.Session, kind: str) -> dict[str, Any]:
    """The parent, afterwards: it is answered to its end."""
    MAY_END.set()
    if kind not in {"running", "node with a pool"}:
        session.answer("parent")
    session.answer("then", to="then")
    log = session.wait(PATIENCE)["log"]
    return {"log": log, "decisions": [decision.value for decision in session.decisions]}


# ---------------------------------------------------------------- what a child does

TRIED: dict[str, Callable[[hitl.Session], object]] = {
    "answer": lambda session: session.answer("child"),
    "answer_all": lambda session: session.answer_all({"ask": "child"}),
    "aanswer": lambda session: asyncio.run(session.aanswer("child")),
    "stop": lambda session: session.stop(),
    "retry": lambda session: session.retry(),
    "wait": lambda session: session.wait(),
    "await": lambda session: asyncio.run(awaited(session)),
    "status": lambda session: session.status,
    "requests": lambda session: session.requests,
    "values": lambda session: session.values,
    "decisions": lambda session: session.decisions,
    "history": lambda session: session.history,
    "fork": lambda session: session.fork(0),
    "restart": lambda session: session.restart(),
    "always": lambda session: session.always("tool"),
    "breakpoints": lambda session: session.breakpoints.add("then"),
}


TRIED_WITH_AN_INBOX: dict[str, Callable[[hitl.Inbox], object]] = {
    "len": len,
    "first": lambda box: box[0],
    "iter": list,
    "threads": lambda box: box.threads,
    "filter": lambda box: list(box.filter("Who")),
    "sort": lambda box: len(box.sort("thread")),
    "refresh": lambda box: box.refresh(),
    "await": lambda box: asyncio.run(awaited(box)),
    "others": lambda box: box.others,
    "unread": lambda box: box.unread,
    "open": lambda box: box.open("t"),
    "answer": lambda box: box.answer("child"),
    "aanswer": lambda box: asyncio.run(box.aanswer("child")),
    "view": lambda box: box._view,
    "pickle": pickle.dumps,
}


async def awaited(one: hitl.Session | hitl.Inbox) -> Any:
    return await one


def raised(work: Callable[[], object]) -> str:
    try:
        return f"nothing, but returned {work()!r}"
    except BaseException as error:  # noqa: BLE001  it is what is told
        return f"{type(error).__name__}: {error}"


def told(_: object = None) -> dict[str, Any]:
    """All that one can do to the parent's session, and to one of the child's own."""
    signal.alarm(PATIENCE)
    faulthandler.dump_traceback_later(PATIENCE - 2)  # where it hangs
    session = HELD
    assert session is not None
    found: dict[str, Any] = {name: raised(lambda does=does: does(session)) for name, does in TRIED.items()}
    if BOX is not None:
        held = BOX
        found["inbox"] = {name: raised(lambda does=does: does(held)) for name, does in TRIED_WITH_AN_INBOX.items()}
        found["inbox shown"] = [repr(held), held._repr_html_(), held._repr_mimebundle_()]
        folder = Path(held._owned[0]._save)
        with_own = hitl.inbox(graph(), save=folder)
        found["own inbox"] = [thread.thread_id for thread in with_own]
    session.close()  # `finally: session.close()` is no mistake
    print("printed by a child")
    found["closed"] = repr(session).startswith("<hitl.Session: of process ")
    found["shown"] = session._repr_mimebundle_()
    found["thread"] = session.thread_id
    with watched():
        own = hitl.run(graph(), {"log": []})
    own.answer("own")
    own.answer("then", to="then")
    found["own"] = own.wait(PATIENCE)["log"]
    faulthandler.cancel_dump_traceback_later()
    signal.alarm(0)
    return found


def answers_by_its_thread(folder: str, thread_id: str) -> Any:
    """What another process should do instead."""
    signal.alarm(PATIENCE)
    session = hitl.attach(graph(), thread_id, save=Path(folder) / "runs.sqlite")
    session.answer("child")
    session.answer("then", to="then")
    log = session.wait(PATIENCE)["log"]
    signal.alarm(0)
    return log


def uses(session: hitl.Session) -> Any:
    return session.status


# ---------------------------------------------------------------- how it is started


def by_fork(folder: Path, *, ends: Callable[[int], object] = os._exit) -> dict[str, Any]:
    """`os.fork`, and an end without or with what Python does at the end of a process."""
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writes, json.dumps(told()).encode())
        os.close(writes)
        ends(0)
    os.close(writes)
    with os.fdopen(reads) as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    return {"told": [json.loads(said or "null")], "codes": [os.waitstatus_to_exitcode(status)]}


def by_process(folder: Path) -> dict[str, Any]:
    context = multiprocessing.get_context("fork")
    queue = context.SimpleQueue()
    process = context.Process(target=lambda: queue.put(told()))
    process.start()
    process.join(PATIENCE)
    found = None if queue.empty() else queue.get()
    return {"told": [found], "codes": [process.exitcode]}


def by_pool(folder: Path) -> dict[str, Any]:
    with multiprocessing.get_context("fork").Pool(2) as pool:
        found = pool.map_async(told, range(2), chunksize=1).get(4 * PATIENCE)
        workers = list(pool._pool)
        pool.close()
        pool.join()
    return {"told": found, "codes": [worker.exitcode for worker in workers]}


def by_executor(folder: Path) -> dict[str, Any]:
    try:
        with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("fork")) as pool:
            found = list(pool.map(told, range(2)))
            workers = list(pool._processes.values())
    except BrokenProcessPool as error:
        return {"told": [str(error)], "codes": []}
    return {"told": found, "codes": [worker.exitcode for worker in workers]}


def by_thread_that_holds_every_lock(folder: Path) -> dict[str, Any]:
    """Another thread is in the middle of everything when the process forks."""
    session, held, may_go = HELD, threading.Event(), threading.Event()
    assert session is not None
    driver = session._run.driver
    locks: list[Any] = [
        session._run.lock, turns._lock, file_lock._guard, claiming._finding, claiming.lock_of(driver.checkpointer, driver.thread_name), secrets._adding, once._lock, run_of_node._lock, sys.modules["hitl_widgets.asking.ask"]._lock,
        streams._lock, logs._lock,
    ]  # fmt: skip

    def hold() -> None:
        for lock in locks:
            lock.acquire()
        held.set()
        may_go.wait()
        for lock in reversed(locks):
            lock.release()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    try:
        return by_fork(folder)
    finally:
        may_go.set()
        holder.join()


def by_sending(folder: Path, method: str) -> dict[str, Any]:
    """To a process that inherits nothing a session cannot be sent; its thread's name can."""
    session = HELD
    assert session is not None
    context = multiprocessing.get_context(method)
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        sent = raised(lambda: pool.submit(uses, session).result(PATIENCE))
        answered = pool.submit(answers_by_its_thread, str(folder), session.thread_id).result(4 * PATIENCE)
        workers = list(pool._processes.values())
    late = raised(lambda: session.answer("parent"))
    return {"sent": sent, "answered": answered, "late": late, "codes": [worker.exitcode for worker in workers]}


def by_its_node(folder: Path) -> dict[str, Any]:
    session = HELD
    assert session is not None
    HAS_BEGUN.set()
    assert session._run.at_rest.wait(4 * PATIENCE)
    said = [task.said for step in session._run.state.steps for task in step.tasks if task.said]
    return {"said": "".join(chunk.text for one in said for chunk in one.chunks)}


HOW: dict[str, Callable[[Path], dict[str, Any]]] = {
    "fork": by_fork,
    "node": by_its_node,
    "fork and exit": lambda folder: by_fork(folder, ends=sys.exit),
    "process": by_process,
    "pool": by_pool,
    "executor": by_executor,
    "locks": by_thread_that_holds_every_lock,
    "spawn": lambda folder: by_sending(folder, "spawn"),
    "forkserver": lambda folder: by_sending(folder, "forkserver"),
    "pickle": lambda folder: {"sent": raised(lambda: pickle.dumps(HELD))},
}


def main(how: str, kind: str, where: str) -> None:
    global HELD  # noqa: PLW0603
    warnings.simplefilter("ignore")  # Python 3.12 says of each fork beside a thread that it may hang
    folder = Path(where)
    HELD = begin(kind, folder)
    found = HOW[how](folder)
    if "answered" not in found:
        found["parent"] = goes_on(HELD, kind)
    (folder / "found.json").write_text(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
