"""Other processes: what one that was forked has of ours, and must leave alone.

Only the thread that forks lives on in the child. A lock that another thread held at that moment is held there for ever, a
run that was at work never goes on, and connections, files and sockets are those of the parent. So a session belongs to
the process that made it and says so anywhere else; and a forked process begins with locks that are open and with no
session, so that sessions of its own work in it.

What no library can open again is a lock inside another: a child that is forked while some thread is inside SQLite may wait
for ever once it uses SQLite itself (seen with CPython 3.11). Workers that are spawned, or forked while nothing runs, do not.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable
from typing import Any, TypeVar

from .errors import OtherProcessError

Begin = TypeVar("Begin", bound=Callable[[], object])


def when_forked(begin: Begin) -> Begin:
    """Have a function called in each process that is forked from this one, before anything else of ours runs there."""
    if hasattr(os, "register_at_fork"):  # not on Windows, where nothing is forked
        os.register_at_fork(after_in_child=begin)
    return begin


def before_fork(function: Callable[[], object]) -> None:
    """Have a function called in this process, and waited for, before it forks another."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=function)


def module_lock() -> threading.Lock:
    """A lock that is open in a forked process, whoever held it."""
    lock = threading.Lock()
    # As the standard library does for its own (CPython 3.11 to 3.14: `logging`, `random`, `concurrent.futures`).
    when_forked(lock._at_fork_reinit)  # type: ignore[attr-defined]
    return lock


def module_rlock() -> Any:
    """The same for what the garbage collector may call, in the midst of what a thread does with the lock."""
    lock = threading.RLock()
    when_forked(lock._at_fork_reinit)  # type: ignore[attr-defined]
    return lock


def finalize(owner: Any, function: Callable[..., object], *arguments: Any) -> weakref.finalize[..., Any]:
    """`weakref.finalize`, in this process only: what it closes or removes is the parent's in a forked one."""
    return weakref.finalize(owner, _in_process, os.getpid(), function, *arguments)


def _in_process(process: int, function: Callable[..., object], *arguments: Any) -> None:
    if os.getpid() == process:
        function(*arguments)


class Home:
    """The process that something belongs to: the one that makes this."""

    def __init__(self) -> None:
        self.process = os.getpid()

    @property
    def is_here(self) -> bool:
        return os.getpid() == self.process

    def check(self, attach: str | None) -> None:
        """See to it that this is the process.

        Args:
            attach: the code that goes on with the session's thread elsewhere; `None` if the thread is in memory.

        Raises:
            OtherProcessError: it is another, which was forked from it.
        """
        if self.is_here:
            return
        goes_on = (
            f"Once nobody works on its thread there, {attach} goes on with it here, with a checkpointer of this process's own."
            if attach
            else "Its thread is kept in the memory of that process, so nobody can go on with it here."
        )
        raise OtherProcessError(
            f"{self._belongs('session')} Its graph does not run here, and nothing that is done here reaches it: use it "
            f"there. {goes_on}"
        )

    def check_inbox(self, code: str) -> None:
        """The same for an inbox.

        Args:
            code: what makes one.

        Raises:
            OtherProcessError: it is another process.
        """
        if not self.is_here:
            raise OtherProcessError(
                f"{self._belongs('inbox')} It reads by that one's connections, and the sessions that it has opened are "
                f"there: {code} makes one of this process's own, with a checkpointer of its own."
            )

    def _belongs(self, what: str) -> str:
        return f"This {what} belongs to process {self.process}, and this is process {os.getpid()}, which was forked from it."
