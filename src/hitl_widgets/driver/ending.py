"""The end of the process, which waits for no node: a kernel that is shut down, or a script that is interrupted, ends.

LangGraph runs nodes in the threads of a pool. Those of a session are daemons, as its own thread is, but `concurrent.futures`
joins them all the same (CPython 3.11 to 3.14), so that a node that rests for an hour would hold up the end for an hour. What
it would still do then could not be saved: a pool takes no work at the end. It is as after `kill -9`: the node runs again.
"""

from __future__ import annotations

import sys
import threading
from concurrent.futures import thread as pools
from functools import cache
from types import FrameType
from typing import Any


@cache
def end_without_nodes() -> None:
    """From now on the process ends without waiting for nodes that sessions have at work."""
    register: Any = getattr(threading, "_register_atexit", None)
    # What was registered last is called first, so this comes before the joining, which `pools` has registered.
    if register is not None and hasattr(pools, "_threads_queues"):
        register(_let_go)


def _let_go() -> None:
    frames = sys._current_frames()
    joined: Any = getattr(pools, "_threads_queues", {})
    for one in list(joined):
        if one.daemon and _runs_a_node(frames.get(one.ident)):
            del joined[one]


def _runs_a_node(frame: FrameType | None) -> bool:
    while frame is not None:
        # A sync node of an async graph is called by LangChain's own code there.
        if str(frame.f_globals.get("__name__")).startswith(("langgraph.", "langchain_core.")):
            return True
        frame = frame.f_back
    return False
