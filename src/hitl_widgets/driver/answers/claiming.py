"""Of the answers to one thread one is claimed at a time in this process.

The saver in memory looks before it writes (langgraph-checkpoint 4.3). Answers to other threads do not wait: a database may hang.
"""

from __future__ import annotations

import threading
import weakref

from ...processes import module_lock, when_forked

_finding = module_lock()
_locks: weakref.WeakValueDictionary[tuple[int, str], threading.Lock] = weakref.WeakValueDictionary()
"""By checkpointer and thread, for as long as somebody holds or wants it."""

# Those that are held here are held there for ever.
when_forked(_locks.clear)


def lock_of(checkpointer: object, thread: str) -> threading.Lock:
    """What is held while an answer to a thread is claimed.

    Args:
        checkpointer: that keeps the thread.
        thread: its name.
    """
    with _finding:
        return _locks.setdefault((id(checkpointer), thread), threading.Lock())
