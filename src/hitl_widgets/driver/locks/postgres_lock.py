"""Who is at work on a thread that a PostgreSQL server keeps: one of its advisory locks, which ends with its connection.

The connection is one of our own beside the checkpointer's: that one may be of a pool, where each statement has another one,
and a process that is forked while it is open keeps it open after `kill -9` of its parent. Ours is closed there at once. There
is one for all the threads of a place that this process is at work on, opened for the first and closed after the last.

Nothing here knows of event loops: what asks the server blocks.
"""

from __future__ import annotations

import os
import select
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from psycopg import Connection, Error
from psycopg.errors import Diagnostic

from ...processes import module_rlock, when_forked
from ..aside import aside
from .base import CannotTellError

NAME = "hitl-widgets"
"""What the connection is called in the server's `pg_stat_activity`."""

_CONNECT = {
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
}
"""A server that is gone without a word is given up after a minute."""

_BEGIN = """
SELECT set_config(name, value, false)
FROM (VALUES
    ('tcp_keepalives_idle', '30'), ('tcp_keepalives_interval', '10'), ('tcp_keepalives_count', '3'),
    ('idle_session_timeout', '0')
) AS options(name, value)
WHERE current_setting(name, true) IS NOT NULL AND pg_backend_pid() = %s
"""
"""A computer that is gone without a word has no lock a minute later (a system's own default is two hours), and who works for
long keeps it. Nothing is set where another process than the one that greeted us does the work."""

_POOLED = (
    "what answers is a pooler as PgBouncer is, and not the server: locks do not hold there. Give the checkpointer the "
    "server's own address"
)

_guard = module_rlock()
"""Held while nobody is asked."""
_open: dict[str, _Own] = {}
"""The connections, by the place."""
_inherited: list[_Own] = []
"""The parent's: closed here, and not to be ended, which would end the parent's."""


class _Own:
    """The connection to a place. All but `wanted` is for who has `asks`."""

    def __init__(self) -> None:
        self.asks = threading.Lock()
        self.wanted: set[int] = set()
        """What this process is at work on, or wants to be; with `_guard`."""
        self.held: set[int] = set()
        """What the server has given it."""
        self.connection: Connection[Any] | None = None
        self.pid: int | None = None
        """What the server calls it."""
        self.socket: tuple[int, int] | None = None
        """Its descriptor, and which file that is."""
        self.is_ending = False
        """The server has said that it ends it. Its locks are gone from then on, and it some time later."""

    @property
    def is_gone(self) -> bool:
        """Whether the server has ended it, as far as that is heard without asking."""
        connection = self.connection
        if connection is None or connection.closed:
            return True
        try:
            while _has_news(connection.fileno()):
                connection.pgconn.consume_input()
                connection.pgconn.notifies()  # what it has said is read
        except Error:
            return True
        return connection.closed or self.is_ending

    def lock(self, key: int, parameters: Mapping[str, str]) -> bool:
        if self.connection is not None and self.is_gone:
            self.close()
        if self.connection is None:
            self._connect(parameters)
            for other in tuple(self.wanted - {key}):  # what it had
                self._try(other)
        return key in self.held or self._try(key)

    def let_go(self) -> None:
        """Give back what is not wanted any more."""
        for key in self.held - self.wanted:
            self.held.discard(key)
            if self.connection is not None:
                self.connection.execute("SELECT pg_advisory_unlock(%s)", (key,))

    def close(self) -> None:
        connection, self.connection, self.pid, self.socket = self.connection, None, None, None
        self.is_ending = False
        self.held.clear()
        if connection is not None:
            connection.close()

    def _connect(self, parameters: Mapping[str, str]) -> None:
        # Nothing is prepared there: few statements are asked.
        given = {**_CONNECT, **parameters, "application_name": NAME}
        connection: Connection[Any] = Connection.connect(**given, autocommit=True, prepare_threshold=None)  # type: ignore[arg-type]
        try:
            if not connection.execute(_BEGIN, (connection.info.backend_pid,)).fetchall():
                raise CannotTellError(_POOLED)
        except BaseException:
            connection.close()
            raise
        connection.add_notice_handler(self._heard)
        self.connection, self.pid = connection, connection.info.backend_pid
        self.socket = connection.fileno(), os.fstat(connection.fileno()).st_ino

    def _heard(self, said: Diagnostic) -> None:
        if said.severity_nonlocalized in ("FATAL", "PANIC"):
            self.is_ending = True

    def _try(self, key: int) -> bool:
        assert self.connection is not None
        row = self.connection.execute("SELECT pg_try_advisory_lock(%s)", (key,)).fetchone()
        if row is not None and row[0]:
            self.held.add(key)
        return key in self.held


@when_forked
def _begin() -> None:
    """The connections are the parent's: nothing is said there, and once that has ended nothing keeps them open."""
    for own in _open.values():
        if own.socket is not None:
            with suppress(OSError):
                if os.fstat(own.socket[0]).st_ino == own.socket[1]:
                    os.close(own.socket[0])
        _inherited.append(own)
    _open.clear()


def want(place: str, key: int) -> None:
    """Begin to be at work: what `lock` is asked for is kept from now on, until `unlock`."""
    with _guard:
        if (own := _open.get(place)) is None:
            own = _open[place] = _Own()
        own.wanted.add(key)


def lock(place: str, key: int, parameters: Mapping[str, str]) -> int | None:
    """Have the lock that was wanted.

    Args:
        place: where.
        key: what stands for the thread.
        parameters: what the connection is opened with, where it is not open.

    Returns:
        What the server calls the connection that has it; `None` if another process has it, or it is not wanted any more.

    Raises:
        CannotTellError: that cannot be told here.
    """
    with _guard:
        own = _open.get(place)
    if own is None:
        return None
    with own.asks:
        try:
            return own.pid if own.lock(key, parameters) else None
        except Error as error:
            if own.is_gone:
                own.close()
            raise CannotTellError(f"{type(error).__name__}: {error}".strip()) from error


def unlock(place: str, key: int) -> None:
    """Have it no more. What the server has to be told for that, it is told in a moment."""
    with _guard:
        own = _open.get(place)
        if own is None or key not in own.wanted:
            return
        own.wanted.discard(key)
    aside(_settle, place, own)  # event loops call this, too, and a server takes its time


def has(place: str, key: int) -> bool:
    """Whether this process is at work on it."""
    own = _open.get(place)
    return own is not None and key in own.wanted


def is_lost(place: str, key: int) -> bool:
    """Whether this process is at work on it, and has the lock no more; without waiting for anything."""
    own = _open.get(place)
    if own is None or key not in own.wanted or not own.asks.acquire(blocking=False):
        return False
    try:
        return key not in own.held or own.is_gone
    finally:
        own.asks.release()


def pids() -> frozenset[int]:
    """What servers call this process's connections."""
    found = [own.pid for own in tuple(_open.values())]
    return frozenset(pid for pid in found if pid is not None)


def _settle(place: str, own: _Own) -> None:
    with own.asks:
        try:
            own.let_go()
        except Error:
            own.close()
        with _guard:
            if own.wanted or _open.get(place) is not own:
                return
            del _open[place]
        own.close()


def _has_news(socket: int) -> bool:
    """Whether the server has said something unasked, as it does when it ends a connection."""
    if hasattr(select, "poll"):
        polled = select.poll()
        polled.register(socket, select.POLLIN)
        return bool(polled.poll(0))
    return bool(select.select([socket], [], [], 0)[0])  # on Windows, where there are no others than sockets
