"""Who is at work on a thread that is kept in a SQLite file: a lock that every process sees, and that ends with its own.

It is a lock of the operating system on one byte, whose place stands for the thread's name, of a file that is beside the
threads' as SQLite's own `-wal` and `-shm` are: who can use those can use this, through whatever path, container or user.
The file stays empty. It is made by the first that is at work and removed by whoever is the last to close the threads' file;
a killed process leaves it behind. Its locks end with the process, so nothing is ever judged by a file's being there, or by
its age.

What holds for POSIX' locks holds here, and for SQLite's own too (sqlite.org/howtocorrupt.html, 2.2):

- Closing any descriptor of the file lets go of all locks that the process has on it. So it is open once at a time, until
  none is left; a node that reads every file of the folder, this one too, loses them.
- A forked process has none of them, and whatever it closes lets go of none.
- They are as good as the file system's: where it has none, `lock` raises; a network's that only says so cannot be told.

On Windows `msvcrt` does the same, but for looking without taking; nobody has run that yet.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import hashlib
import os
import sys

from ...processes import module_lock, when_forked

SUFFIX = "-hitl"
"""What the name of the file ends with, after that of the threads' file."""

_TRIES = 1000
"""How often the file may be removed by others just as it is opened. Where a file system numbers it anew, that never ends."""

_guard = module_lock()
_open: dict[str, _Beside] = {}
"""The files in which this process has locks, by the threads' file."""
_used: set[str] = set()
"""The threads' files beside which it had one."""

if sys.platform == "win32":
    import msvcrt

    _WAYS = os.O_NOINHERIT
    _PLACES = 2**31 - 1  # `_locking` counts with a long

    def _lock(fd: int, at: int, *, shared: bool = False) -> bool:  # noqa: ARG001
        os.lseek(fd, at, os.SEEK_SET)
        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

    def _unlock(fd: int, at: int) -> None:
        os.lseek(fd, at, os.SEEK_SET)
        msvcrt.locking(fd, msvcrt.LK_UNLCK, 1)

    def _remove(fd: int, path: str) -> None:
        os.close(fd)
        os.unlink(path)  # noqa: PTH108  which fails as long as anybody has it open

else:
    import fcntl

    _WAYS = os.O_NOFOLLOW
    _PLACES = 2**60

    def _lock(fd: int, at: int, *, shared: bool = False) -> bool:
        return _posix(fd, fcntl.LOCK_SH if shared else fcntl.LOCK_EX, 1, at)

    def _unlock(fd: int, at: int) -> None:
        fcntl.lockf(fd, fcntl.LOCK_UN, 1, at)

    def _remove(fd: int, path: str) -> None:
        try:
            # Nobody has a lock in it, or gets one: who has opened it by now finds that it is gone.
            if _posix(fd, fcntl.LOCK_EX, 0, 0) and _is_there(fd, path):
                os.unlink(path)  # noqa: PTH108
        finally:
            os.close(fd)

    def _posix(fd: int, how: int, length: int, at: int) -> bool:
        try:
            fcntl.lockf(fd, how | fcntl.LOCK_NB, length, at)
        except OSError as error:
            if error.errno in {errno.EAGAIN, errno.EACCES}:  # POSIX allows both to say that somebody else has it
                return False
            raise
        return True


class _Beside:
    """The file beside the threads' file, opened.

    Args:
        file: the threads' file.
    """

    def __init__(self, file: str) -> None:
        self.path = f"{file}{SUFFIX}"
        self.held: set[int] = set()
        while True:
            with contextlib.suppress(FileExistsError):
                self.fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _WAYS, 0o666)
                _make_like(self.fd, file)
                return
            with contextlib.suppress(FileNotFoundError):  # its last user has just removed it
                self.fd = os.open(self.path, os.O_RDWR | _WAYS)
                return

    @property
    def is_there(self) -> bool:
        """Whether it still is the file of that name: somebody may have removed it just as it was opened."""
        return _is_there(self.fd, self.path)


@when_forked
def _begin() -> None:
    """The locks are the parent's: closing what was inherited leaves them to it."""
    for beside in _open.values():
        with contextlib.suppress(OSError):
            os.close(beside.fd)
    _open.clear()
    _used.clear()


def lock(file: str, thread: str) -> bool:
    """Be at work on a thread, until `unlock`. In this process one has to know by oneself who is.

    Args:
        file: the SQLite file that it is kept in, its real path.
        thread: its name.

    Returns:
        Whether no other process is.

    Raises:
        OSError: that cannot be told here.
    """
    at = _place(thread)
    with _guard:
        for _ in range(_TRIES):
            beside = _open.get(file) or _Beside(file)
            has_it = is_mine = False
            try:
                has_it = at in beside.held or _lock(beside.fd, at)
                is_mine = has_it and (bool(beside.held) or beside.is_there)
            finally:
                if not is_mine and not beside.held:
                    os.close(beside.fd)
            if is_mine:
                beside.held.add(at)
                _open[file] = beside
                _used.add(file)
            if is_mine or not has_it:
                return is_mine
    raise OSError(errno.ESTALE, "the file is another one each time it is opened", f"{file}{SUFFIX}")


def unlock(file: str, thread: str) -> None:
    """Be at work on a thread no more; nothing where this process was not."""
    at = _place(thread)
    with _guard:
        beside = _open.get(file)
        if beside is None or at not in beside.held:
            return
        beside.held.remove(at)
        if not beside.held:
            del _open[file]
            os.close(beside.fd)
            return
        _unlock(beside.fd, at)


def is_locked(file: str, thread: str) -> bool:
    """Whether another process is at work on a thread; `False` where that cannot be told."""
    at = _place(thread)
    with _guard, contextlib.suppress(OSError):
        if (beside := _open.get(file)) is not None:
            return at not in beside.held and _is_locked(beside.fd, at)
        fd = os.open(f"{file}{SUFFIX}", (os.O_RDWR if sys.platform == "win32" else os.O_RDONLY) | _WAYS)
        try:
            return _is_locked(fd, at)
        finally:
            os.close(fd)
    return False


def tidy(file: str) -> None:
    """Remove the file beside a threads' file that is closed, unless somebody is at work there."""
    # The garbage collector may call this in the midst of any of these functions. Then it is done at the process's end.
    if not _guard.acquire(blocking=False):
        return
    try:
        with contextlib.suppress(OSError):
            if file not in _open:
                path = f"{file}{SUFFIX}"
                _remove(os.open(path, os.O_RDWR | _WAYS), path)
    finally:
        _guard.release()


@atexit.register
def _tidy_all() -> None:
    """What a checkpointer of the user's was connected with is closed with the process."""
    for file in tuple(_used):
        tidy(file)


def _is_locked(fd: int, at: int) -> bool:
    # Shared, so that two who look do not see each other. Who wants to work at this very moment looks again.
    if not _lock(fd, at, shared=True):
        return True
    _unlock(fd, at)
    return False


def _place(thread: str) -> int:
    """The byte that stands for a thread, far beyond the end of the file."""
    digest = hashlib.blake2b(thread.encode(errors="surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") % _PLACES


def _is_there(fd: int, path: str) -> bool:
    try:
        return os.path.samestat(os.fstat(fd), os.lstat(path))
    except FileNotFoundError:
        return False


def _make_like(fd: int, file: str) -> None:
    """Whoever may use the threads' file may use this one; as SQLite does with those that it makes."""
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError):
        # Changing nothing costs a file system as much as a change.
        like, made = os.stat(file), os.fstat(fd)  # noqa: PTH116  a third of what a `Path` takes
        if (mode := like.st_mode & 0o666) != made.st_mode & 0o777:
            os.fchmod(fd, mode)
        if (like.st_uid, like.st_gid) != (made.st_uid, made.st_gid) and os.geteuid() == 0:
            os.fchown(fd, like.st_uid, like.st_gid)
