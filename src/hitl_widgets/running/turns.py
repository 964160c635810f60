"""Whose turn it is: of the sessions of this process that share a thread, one works on it at a time.

Two that ran a thread at once would run its nodes twice. In another process nobody can see this: a thread whose step has
begun and not ended may be one that a killed kernel has left, or one that a kernel is at work on at this moment, and its
checkpoints are the same. So a thread that is at work in one kernel must not be picked up in another.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from ..driver.base import LOOK_AGAIN
from ..errors import HitlError
from ..processes import module_lock, when_forked

if TYPE_CHECKING:
    from .run import Run

_lock = module_lock()
_sharing: dict[tuple[str, str], weakref.WeakSet[Run]] = {}
_at_work: dict[tuple[str, str], weakref.ref[Run]] = {}


@when_forked
def _begin() -> None:
    """The sessions of the process that this one was forked from work there: nobody has to wait for them here."""
    _sharing.clear()
    _at_work.clear()


def join(run: Run) -> None:
    """Take part in the turns of a run's thread."""
    if (key := run.driver.shared_key) is None:
        return
    with _lock:
        for gone in [key for key, runs in _sharing.items() if not runs]:
            del _sharing[gone]
        _sharing.setdefault(key, weakref.WeakSet()).add(run)


def is_taken(run: Run) -> bool:
    """Whether another session is at work on the run's thread, or is about to be: it takes an answer."""
    with _lock:
        if _holder(run) not in {None, run}:
            return True
    return any(_is_about_to(other) for other in others(run))


def passes(run: Run) -> dict[int, int]:
    """How often each of the other sessions has set the thread going: where that grows, it was at work meanwhile."""
    return {id(other): other.passes for other in others(run)}


def _is_about_to(other: Run) -> bool:
    with other.lock:
        takes = any(one.status == "taking" for one in other.pending)
        return not other.follows and (takes or other.status == "running")


async def take(run: Run) -> bool:
    """Wait until nobody else is at work on the run's thread, and begin; returns whether that took a while.

    A run that is told to stop meanwhile does not wait any longer, and must not go on.
    """
    waited = False
    while not _taken(run):
        if run.stopping:
            return True
        waited = True
        await run.driver.pause(LOOK_AGAIN)
    return waited


def give_back(run: Run) -> None:
    """Be through with it."""
    if (key := run.driver.shared_key) is None:
        return
    with _lock:
        if (held := _at_work.get(key)) is not None and held() in {None, run}:
            del _at_work[key]


def others(run: Run) -> list[Run]:
    """The other sessions on the run's thread in this process."""
    if (key := run.driver.shared_key) is None:
        return []
    with _lock:
        return [one for one in _sharing.get(key, ()) if one is not run]


def _taken(run: Run) -> bool:
    if (key := run.driver.shared_key) is None:
        return True
    with _lock:
        if _holder(run) not in {None, run}:
            return False
        _at_work[key] = weakref.ref(run)
        return True


def _holder(run: Run) -> Run | None:
    if (key := run.driver.shared_key) is None:
        return None
    held = _at_work.get(key)
    holder = held() if held is not None else None
    if holder is None:
        return None
    try:
        holder.driver.check()
    except HitlError:
        return None  # its event loop is closed: it will never be through
    return holder
