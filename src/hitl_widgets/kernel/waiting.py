"""`wait` and `wait_async`: until something is done, and clicks arrive meanwhile."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..errors import CannotWaitError
from .host import in_marimo, in_voila, ipython_kernel, on_kernel_loop, parent_header

# What pumps is loaded where there is a kernel.
if TYPE_CHECKING:
    from .main_shell import MainShell

TICK = 0.02
"""Seconds between two looks at `is_done` where nothing wakes us."""

WAKE_LIMIT = 0.25
"""Seconds between two looks where an event does: Windows lets no Ctrl+C through a wait without an end."""


def wait(is_done: Callable[[], bool], *, wake: threading.Event | None = None, timeout: float | None = None) -> bool:
    """Block the calling thread until `is_done()`, while a widget's messages still reach their handlers.

    In a cell of an ipykernel the widgets' messages are dispatched here, on this thread, and all others wait until the
    cell ends: the next cells of Run All run after it, in order. On any other thread, in a subshell, and without a
    kernel it just waits. An interrupt raises `KeyboardInterrupt`, and no message is lost.

    Args:
        is_done: called often, on this thread; must be quick.
        wake: set when it is worth looking at `is_done` at once; never cleared here.
        timeout: seconds, or `None` for as long as it takes.

    Returns:
        What `is_done()` says at the end: `False` if the time was over first.

    Raises:
        CannotWaitError: where it would hang: in a widget's own message handler, in marimo, in Voila, and in an
            ipykernel that is built in a way we don't know.

    >>> wait(lambda: True)
    True
    >>> wait(lambda: False, timeout=0.01)
    False
    """
    if is_done():
        return True
    deadline = _Deadline(timeout)
    _refuse_where_it_hangs()
    kernel = ipython_kernel()
    if kernel is None:
        return _wait_plainly(is_done, wake, deadline)
    from .main_shell import find_main_shell, is_main_thread_of

    if not is_main_thread_of(kernel):
        return _wait_plainly(is_done, wake, deadline)
    shell = find_main_shell(kernel)
    if shell is None:
        raise CannotWaitError(
            "This kernel's messages can't be read while a cell blocks, so nobody could answer. "
            "Write `await session`, or read `session.values` in a later cell."
        )
    return _wait_pumping(is_done, shell, deadline)


async def wait_async(is_done: Callable[[], bool], *, timeout: float | None = None) -> bool:  # noqa: ASYNC109
    """Await until `is_done()`, while a widget's messages still reach their handlers.

    In a cell of an ipykernel, and in the tasks it awaits, the widgets' messages are dispatched at once and all others
    wait until the cell ends; elsewhere it just awaits. An interrupt raises `KeyboardInterrupt` in the cell (ipykernel
    itself cancels it), `CancelledError` in a task of the cell or where it came just before this was called, and no
    message is lost.

    Args:
        is_done: called often, on the loop's thread; must be quick.
        timeout: seconds, or `None` for as long as it takes.

    Returns:
        What `is_done()` says at the end: `False` if the time was over first.

    Raises:
        CannotWaitError: in marimo, and in a cell in Voila, where nobody could answer.

    >>> asyncio.run(wait_async(lambda: True))
    True
    """
    if is_done():
        return True
    from .main_shell import find_main_shell, is_main_thread_of
    from .pump import running_cell

    deadline = _Deadline(timeout)
    _refuse_where_no_cell_can_wait(is_cell_running=running_cell())
    kernel = ipython_kernel()
    # An ipykernel that we don't know is newer than 7.4, which dispatches comm messages by itself while a cell awaits.
    shell = find_main_shell(kernel) if kernel is not None and is_main_thread_of(kernel) else None
    if shell is None:
        return await _await_plainly(is_done, deadline)
    return await _await_pumping(is_done, shell, deadline)


class _Deadline:
    def __init__(self, timeout: float | None) -> None:
        self._end = None if timeout is None else time.monotonic() + timeout

    def is_over(self) -> bool:
        return self._end is not None and not time.monotonic() < self._end  # nor is there a time before NaN

    def within(self, seconds: float) -> float:
        """So many seconds, or fewer if the time is over before."""
        return seconds if self._end is None else max(0.0, min(seconds, self._end - time.monotonic()))


def _wait_plainly(is_done: Callable[[], bool], wake: threading.Event | None, deadline: _Deadline) -> bool:
    while not is_done():
        if deadline.is_over():
            return False
        if wake is None or wake.is_set():
            time.sleep(deadline.within(TICK))
        else:
            wake.wait(deadline.within(WAKE_LIMIT))
    return True


def _wait_pumping(is_done: Callable[[], bool], shell: MainShell, deadline: _Deadline) -> bool:
    from .pump import Pump
    from .sigint import Sigint

    waiter = object()
    with Sigint() as sigint:
        pump = Pump.join(shell, waiter)
        try:
            pump.receive_read_already()
            while not (done := is_done()) and not deadline.is_over() and not sigint.came and not shell.is_ending:
                pump.receive_for(deadline.within(TICK))
        finally:
            pump.leave(waiter)
    if sigint.came or (shell.is_ending and not done):
        raise KeyboardInterrupt
    return done


async def _await_plainly(is_done: Callable[[], bool], deadline: _Deadline) -> bool:
    while not is_done():
        if deadline.is_over():
            return False
        await asyncio.sleep(deadline.within(TICK))
    return True


async def _await_pumping(is_done: Callable[[], bool], shell: MainShell, deadline: _Deadline) -> bool:
    from .pump import Pump, is_cell, running_cell

    waiter = object()
    pump = None
    try:
        while not is_done():
            if deadline.is_over():
                return False
            # A task that waits between cells needs no pump, but the next cell may await that task.
            is_pumping = pump is not None and pump is Pump.current
            if not is_pumping and running_cell():
                pump = Pump.join(shell, waiter)
                pump.receive_on_loop()
                pump.receive_read_already()
                continue
            if pump is not None and is_pumping and not running_cell():
                pump.leave(waiter)
            shell.unwedge()
            await asyncio.sleep(deadline.within(TICK))
    except asyncio.CancelledError:
        # ipykernel cancels an interrupted cell. In a task of the cell, a KeyboardInterrupt would end the kernel's loop.
        if pump is not None and pump.was_interrupted and is_cell(asyncio.current_task()):
            raise KeyboardInterrupt from None
        raise
    else:
        return True
    finally:
        if pump is not None:
            pump.leave(waiter)


def _refuse_where_it_hangs() -> None:
    _refuse_where_no_cell_can_wait(is_cell_running=on_kernel_loop())
    if on_kernel_loop() and str(parent_header().get("msg_type")).startswith("comm_"):
        raise CannotWaitError(
            "A widget's message handler can't wait: the next click would queue behind it for ever. "
            "Wait in a cell, or in a thread that the handler starts."
        )


def _refuse_where_no_cell_can_wait(*, is_cell_running: bool) -> None:
    if in_marimo():
        raise CannotWaitError(
            "marimo hands clicks to Python only between cells, so a cell that waits is never answered. "
            "Leave the session as the last line of its cell; it goes on by itself. "
            "Read `session.values` in another cell once its status is finished."
        )
    if is_cell_running and in_voila():
        raise CannotWaitError(
            "Voila shows the page when the last cell has ended, so a cell that waits is never answered. "
            "Leave the session as the last line of its cell; it goes on by itself, and its view shows the result."
        )
