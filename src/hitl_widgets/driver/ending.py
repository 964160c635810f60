"""The end of the process, which waits for no node: a kernel that is shut down, or a script that is interrupted, ends.

LangGraph runs nodes in the threads of a pool. Those of a session are daemons, as its own thread is, but `concurrent.futures`
joins them all the same (CPython 3.11 to 3.14), so that a node that rests for an hour would hold up the end for an hour. What
it would still do then could not be saved: a pool takes no work at the end. It is as after `kill -9`: the node runs again.
"""

from __future__ import annotations

import sys
import threading
from concurrent.futures import thread as pools
from contextlib import suppress
from functools import cache
from types import FrameType
from typing import Any

_POOLS = ("_threads_queues", "_global_shutdown_lock", "_shutdown")
"""What `concurrent.futures` notes of its pools, for itself (CPython 3.11 to 3.14)."""


@cache
def end_without_nodes() -> None:
    """From now on the process ends without waiting for nodes that sessions have at work."""
    register: Any = getattr(threading, "_register_atexit", None)
    # What was registered last is called first, so this comes before the joining, which `pools` has registered.
    if register is not None and all(hasattr(pools, one) for one in _POOLS):
        with suppress(RuntimeError):  # it ends already
            register(_let_go)


def _let_go() -> None:
    # Held while a pool begins with a thread, which is at work before the pool has noted it; and none begins any more.
    with pools._global_shutdown_lock:  # type: ignore[attr-defined]
        pools._shutdown = True  # type: ignore[attr-defined]  # as the joining does a moment later
        _forget_nodes()


def _forget_nodes() -> None:
    frames = sys._current_frames()
    joined: Any = getattr(pools, "_threads_queues", {})
    threads = [one for one in list(joined) if one.daemon]
    inside = {one: _modules(frames.get(one.ident)) for one in threads}
    # A pool that has a node at work may be about to begin with another one, in any of its threads.
    working = {id(joined[one]) for one in threads if _is_node(inside[one])}
    for one in threads:
        if id(joined[one]) in working and not _saves(inside[one]):
            del joined[one]


def _modules(frame: FrameType | None) -> list[str]:
    """The modules whose code a thread is in, the innermost first."""
    found: list[str] = []
    while frame is not None:
        found.append(str(frame.f_globals.get("__name__")))
        frame = frame.f_back
    return found


def _is_node(modules: list[str]) -> bool:
    # A sync node of an async graph is called by LangChain's own code.
    return any(one.startswith(("langgraph.", "langchain_core.")) for one in modules) and not _saves(modules)


def _saves(modules: list[str]) -> bool:
    """Whether it is a checkpointer that is at work, which is soon through."""
    return any(one.startswith("langgraph.checkpoint.") for one in modules)
