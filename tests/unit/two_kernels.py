"""Graphs that two processes have of one SQLite file, for `test_two_kernels.py`: their nodes say what they do, and wait.

A node writes its name into a journal when it begins its work, and works until there is a file of its name.
"""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

from langgraph.types import interrupt

import hitl_widgets as hitl
from hitl_widgets.running.others import turns

from . import graphs

PATIENCE = 60
"""Seconds."""

folder = Path()
"""Where the journal is; set by who imports this."""


def until(is_so: Any, why: Any = "it never is") -> None:
    ticking = threading.Event()
    for _ in range(PATIENCE * 100):
        if is_so():
            return
        ticking.wait(0.01)
    raise AssertionError(why() if callable(why) else why)


def begin(name: str) -> None:
    with (folder / "journal").open("a") as journal:
        journal.write(f"{name}\n")


def work(name: str) -> None:
    begin(name)
    until((folder / name).exists, f"{name} was never let go")


def works(state: Any) -> dict[str, Any]:
    work("works")
    return {"log": ["worked"]}


async def works_async(state: Any) -> dict[str, Any]:
    return await asyncio.to_thread(works, state)


def asks_and_works(name: str) -> Any:
    def node(state: Any) -> dict[str, Any]:
        answer = interrupt(f"{name}?")
        work(name)
        return {"log": [answer]}

    return node


def chain(first: Any = works) -> Any:
    """It works, then asks."""
    return graphs.chain(graphs.Log, {"works": first, "ask": graphs.asks("?")})


def twice() -> Any:
    """It works, and then works once more, under another name."""

    def late(state: Any) -> dict[str, Any]:
        work("late")
        return {"log": ["late"]}

    return graphs.chain(graphs.Log, {"works": works, "late": late})


def fails() -> Any:
    """It fails until it is mended, and then works before it asks."""

    def tried(state: Any) -> dict[str, Any]:
        begin("tried")
        if not (folder / "mended").exists():
            raise RuntimeError("not yet")
        return works(state)

    def ask(state: Any) -> dict[str, Any]:
        begin("asks")
        return {"log": [interrupt("?")]}

    return graphs.chain(graphs.Log, {"tried": tried, "ask": ask})


def one_question() -> Any:
    """It asks, then works."""
    return graphs.chain(graphs.Log, {"asks": asks_and_works("asks")})


def siblings() -> Any:
    """Two questions side by side."""
    return graphs.fan_out(graphs.Log, {name: asks_and_works(name) for name in "ab"}, lambda state: {})


def builds(name: str) -> Any:
    """The same, asked by a graph that a node's own code builds and runs: answers go by id."""

    def node(state: Any) -> dict[str, Any]:
        return {"log": graphs.chain(graphs.Log, {"deep": asks_and_works(name)}).invoke({"log": []})["log"]}

    return node


def deep_siblings() -> Any:
    return graphs.fan_out(graphs.Log, {f"outer_{name}": builds(name) for name in "ab"}, lambda state: {})


def close_all() -> None:
    """Close the sessions that a test leaves: once the other kernel is gone they would go on, in the next test's folder."""
    for runs in list(turns._sharing.values()):
        for run in list(runs):
            run.close()


def keys(session: hitl.Session) -> list[str]:
    return sorted(request.key for request in session.requests)


def told(session: hitl.Session) -> str:
    return " ".join(session.notices)


def is_told(session: hitl.Session) -> bool:
    """Whether it says that another kernel is at work."""
    return "Another kernel is at work on this thread" in told(session)


def ends(session: hitl.Session) -> Any:
    until(lambda: session.status == "finished", lambda: f"{session}: {told(session)} {session.error!r}")
    return session.values["log"]
