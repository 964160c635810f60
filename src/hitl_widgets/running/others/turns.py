"""Whose turn it is: of the sessions that share a thread, one works on it at a time.

Two that ran a thread at once would run its nodes twice. Those of this process know each other. Of another process the
checkpoints tell nothing: a thread whose step has begun and not ended may be one that a killed kernel has left, or one that a
kernel is at work on at this moment. So who works on a thread has a lock where it is kept, which ends with the process: beside
a SQLite file, or on a PostgreSQL server (`driver/locks/base.py`). Anywhere else (a checkpointer of one's own) a thread that is at
work in one kernel must not be picked up in another.
"""

from __future__ import annotations

import contextlib
import weakref
from typing import TYPE_CHECKING, Literal

from ...driver.answers.address import checkpoint_id_in
from ...driver.locks.base import CannotTellError
from ...driver.working import LOOK_AGAIN
from ...errors import HitlError
from ...processes import module_lock, when_forked

if TYPE_CHECKING:
    from ..run import Run
    from .other_kernel import OtherKernel

Turn = Literal["ours", "another session's", "another kernel's", "not told yet"]


class Held:
    """A turn that somebody has.

    Args:
        run: whose it is. Its next pass may begin before the one before has given its turn back: that has none by then.
    """

    def __init__(self, run: Run) -> None:
        self.run = weakref.ref(run)
        self.key = run.driver.shared_key
        self.locks = run.driver.locks
        self.thread = run.driver.thread_name


CANNOT_TELL = "Whether another kernel is at work on this thread cannot be told here ({}): do not go on with it in two kernels at once."
LOST = (
    "The connection to what keeps this thread was lost while it was at work, and another kernel has begun with it since. This "
    "session has stopped, so that nothing is run twice. Retry goes on once that one is at rest."
)

_lock = module_lock()
_sharing: weakref.WeakValueDictionary[tuple[str, str], weakref.WeakSet[Run]] = weakref.WeakValueDictionary()
"""By thread the runs on it, which hold that: of a thousand that are answered one after the other each is as cheap as the first."""
_at_work: dict[tuple[str, str], Held] = {}
_trying: set[tuple[str, str]] = set()
"""What is being locked: whether another kernel is at work there is not told yet."""
_without_locks: set[str] = set()
"""The places where it could not be told."""


@when_forked
def _begin() -> None:
    """The sessions of the process that this one was forked from work there: nobody has to wait for them here."""
    _sharing.clear()
    _at_work.clear()
    _trying.clear()


def join(run: Run) -> None:
    """Take part in the turns of a run's thread."""
    if (key := run.driver.shared_key) is None:
        return
    with _lock:
        run.sharing = _sharing.setdefault(key, weakref.WeakSet())
        run.sharing.add(run)


def runs_on(thread: str) -> list[Run]:
    """The runs of this process on threads of that name, those on the thread that was begun last first."""
    with _lock:
        return [run for (_, name), runs in reversed([*_sharing.items()]) if name == thread for run in runs]


async def is_taken(run: Run) -> bool:
    """Whether another session is at work on the run's thread, or is about to be: it takes an answer."""
    return is_taken_here(run) or await is_taken_elsewhere(run)


def is_taken_here(run: Run) -> bool:
    """Whether another session of this process is."""
    with _lock:
        if _holder(run) not in {None, run}:
            return True
    return any(_is_about_to(other) for other in others(run))


async def is_taken_elsewhere(run: Run) -> bool:
    """Whether another kernel is at work on it; `False` where that cannot be told."""
    locks = run.driver.locks
    return locks is not None and await locks.is_locked(run.driver.thread_name)


def is_seen_taken(run: Run) -> bool:
    """Whether anybody is, as far as it is seen without asking."""
    locks = run.driver.locks
    return is_taken_here(run) or (locks is not None and locks.sees(run.driver.thread_name))


def tells_kernels(run: Run) -> bool:
    """Whether it can be told that another kernel is at work."""
    return run.driver.locks is not None and run.driver.locks.place not in _without_locks


def look_again(run: Run) -> float:
    """Seconds between two looks at whether somebody still is."""
    return LOOK_AGAIN if run.driver.locks is None else run.driver.locks.look_again


def passes(run: Run) -> dict[int, int]:
    """How often each of the other sessions has set the thread going: where that grows, it was at work meanwhile."""
    return {id(other): other.passes.count for other in others(run)}


def _is_about_to(other: Run) -> bool:
    with other.lock:
        takes = any(one.status == "taking" for one in other.pending)
        return not other.others.follows and (takes or other.status == "running")


async def take(run: Run) -> tuple[bool, Held]:
    """Wait until nobody else is at work on the run's thread, and begin.

    A run that is told to stop meanwhile does not wait any longer, and must not go on.

    Returns:
        Whether that took a while, and the turn, for `give_back`.
    """
    try:
        if await run.driver.find_locks():
            join(run)
    except CannotTellError as error:
        run.notice(CANNOT_TELL.format(error))
    held = Held(run)
    run.beginning.while_at_work = None
    if (turn := await _take(run, held)) == "ours":
        return False, held
    at: str | None = ""  # nowhere: what cannot be read, as beside one who writes, may be at work
    with contextlib.suppress(Exception):
        at = checkpoint_id_in((await run.driver.snapshot()).config)
    run.beginning.while_at_work = (at,)
    other: OtherKernel | None = None
    try:
        while turn != "ours" and not run.stopping:
            if turn == "another kernel's":
                from .other_kernel import OtherKernel  # a script never meets one

                other = other or OtherKernel(run)
                await other.tell()
            elif turn == "another session's":
                run.wait_for(None)
            await run.driver.pause(look_again(run) if turn == "another kernel's" else LOOK_AGAIN)
            turn = await _take(run, held)
    finally:
        run.wait_for(None)
    return True, held


def give_back(held: Held) -> None:
    """Be through with it; nothing, where it is somebody else's by now."""
    with _lock:
        if held.key is None or _at_work.get(held.key) is not held:
            return
        del _at_work[held.key]
        # Who is about to have it, the same run's next pass, has its lock too.
        if held.locks is not None and held.key not in _trying:
            held.locks.unlock(held.thread)


async def keep(run: Run) -> bool:
    """Have the turn of a run at work still. A server's lock is lost with the connection; a step more must not be run then.

    Returns:
        Whether it may go on.
    """
    locks = run.driver.locks  # asked first: a run may have ten thousand tasks
    if locks is None or not locks.is_lost(run.driver.thread_name):
        return True
    if (key := run.driver.shared_key) is None or (held := _at_work.get(key)) is None or held.run() is not run:
        return True
    try:
        is_ours = await locks.lock(held.thread)
    except CannotTellError as error:
        run.notice(CANNOT_TELL.format(error))
        return True
    if not is_ours:
        run.notice(LOST)
        run.stop()
    return is_ours


def others(run: Run) -> list[Run]:
    """The other sessions on the run's thread in this process."""
    if (key := run.driver.shared_key) is None:
        return []
    with _lock:
        return [one for one in _sharing.get(key, ()) if one is not run]


async def _take(run: Run, held: Held) -> Turn:
    """Begin, if nobody else is at work; whose turn it is then."""
    if (key := held.key) is None:
        return "ours"
    with _lock:
        if _holder(run) not in {None, run}:
            return "another session's"
        if held.locks is None:
            _at_work[key] = held
            return "ours"
        if key in _trying:
            return "not told yet"
        _trying.add(key)
    is_ours, error = False, None
    try:
        is_ours = await held.locks.lock(held.thread)
        _without_locks.discard(held.locks.place)
    except CannotTellError as raised:
        is_ours, error = True, raised
        _without_locks.add(held.locks.place)
    finally:
        if is_ours:
            with _lock:
                _at_work[key] = held
        # Without the lock: where its event loop was closed, the garbage collector may end this wherever a thread is.
        _trying.discard(key)
    if error is not None:
        run.notice(CANNOT_TELL.format(error))
    return "ours" if is_ours else "another kernel's"


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
