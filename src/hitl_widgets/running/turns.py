"""Whose turn it is: of the sessions that share a thread, one works on it at a time.

Two that ran a thread at once would run its nodes twice. Those of this process know each other. Of another process the
checkpoints tell nothing: a thread whose step has begun and not ended may be one that a killed kernel has left, or one that a
kernel is at work on at this moment. So who works on a thread in a SQLite file has a lock there, which ends with the process
(`driver/file_lock.py`). Anywhere else (PostgreSQL, a checkpointer of one's own) a thread that is at work in one kernel must
not be picked up in another.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Literal

from ..driver import file_lock
from ..driver.base import LOOK_AGAIN
from ..errors import HitlError
from ..processes import module_lock, when_forked

if TYPE_CHECKING:
    from .other_kernel import OtherKernel
    from .run import Run

Turn = Literal["ours", "another session's", "another kernel's"]


class Held:
    """A turn that somebody has.

    Args:
        run: whose it is. Its next pass may begin before the one before has given its turn back: that has none by then.
    """

    def __init__(self, run: Run) -> None:
        self.run = weakref.ref(run)


CANNOT_TELL = "Whether another kernel is at work on this thread cannot be told here ({}): do not go on with it in two kernels at once."

_lock = module_lock()
_sharing: dict[tuple[str, str], weakref.WeakSet[Run]] = {}
_at_work: dict[tuple[str, str], Held] = {}
_without_locks: set[str | None] = {None}
"""The files where it could not be told."""


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
    return any(_is_about_to(other) for other in others(run)) or is_taken_elsewhere(run)


def tells_kernels(run: Run) -> bool:
    """Whether it can be told that another kernel is at work."""
    return run.driver.kept_in not in _without_locks


def is_taken_elsewhere(run: Run) -> bool:
    """Whether another kernel is at work on it; `False` where that cannot be told."""
    return run.driver.kept_in is not None and file_lock.is_locked(run.driver.kept_in, run.driver.thread_name)


def passes(run: Run) -> dict[int, int]:
    """How often each of the other sessions has set the thread going: where that grows, it was at work meanwhile."""
    return {id(other): other.passes for other in others(run)}


def _is_about_to(other: Run) -> bool:
    with other.lock:
        takes = any(one.status == "taking" for one in other.pending)
        return not other.follows and (takes or other.status == "running")


async def take(run: Run) -> tuple[bool, Held]:
    """Wait until nobody else is at work on the run's thread, and begin.

    A run that is told to stop meanwhile does not wait any longer, and must not go on.

    Returns:
        Whether that took a while, and the turn, for `give_back`.
    """
    held = Held(run)
    if not run.driver.is_served and await run.driver.find_file():
        join(run)
    if (turn := _take(run, held)) == "ours":
        return False, held
    other: OtherKernel | None = None
    try:
        while turn != "ours" and not run.stopping:
            if turn == "another kernel's":
                from .other_kernel import OtherKernel  # a script never meets one

                other = other or OtherKernel(run)
                await other.tell()
            else:
                run.wait_for(None)
            await run.driver.pause(LOOK_AGAIN)
            turn = _take(run, held)
    finally:
        run.wait_for(None)
    return True, held


def give_back(run: Run, held: Held) -> None:
    """Be through with it; nothing, where it is somebody else's by now."""
    if (key := run.driver.shared_key) is None:
        return
    with _lock:
        if _at_work.get(key) is held:
            del _at_work[key]
            if run.driver.kept_in is not None:
                file_lock.unlock(*key)


def others(run: Run) -> list[Run]:
    """The other sessions on the run's thread in this process."""
    if (key := run.driver.shared_key) is None:
        return []
    with _lock:
        return [one for one in _sharing.get(key, ()) if one is not run]


def _take(run: Run, held: Held) -> Turn:
    """Begin, if nobody else is at work; whose turn it is then."""
    if (key := run.driver.shared_key) is None:
        return "ours"
    error = None
    with _lock:
        if _holder(run) not in {None, run}:
            return "another session's"
        if run.driver.kept_in is not None:
            try:
                if not file_lock.lock(*key):
                    return "another kernel's"
            except OSError as raised:
                error = raised
                _without_locks.add(run.driver.kept_in)
        _at_work[key] = held
    if error is not None:
        run.notice(CANNOT_TELL.format(error))
    return "ours"


def _holder(run: Run) -> Run | None:
    if (key := run.driver.shared_key) is None:
        return None
    held = _at_work.get(key)
    holder = held.run() if held is not None else None
    if holder is None:
        return None
    try:
        holder.driver.check()
    except HitlError:
        return None  # its event loop is closed: it will never be through
    return holder
