"""The locks of a PostgreSQL server, as its checkpointers have them (langgraph-checkpoint-postgres 3.2.0).

What is looked at is asked through the checkpointer's own connection, or its pool, as all else that it reads. What is locked is
locked through a connection of our own, which is opened with what that one was opened with: as the same user, in the same
database, on the very server. So there is a check: what has been locked there is looked at from here. A pooler, a copy of
the server or another that only speaks like it do not pass it, and then it is said that nothing can be told.

An advisory lock is a number in a database. Here it stands for the schema of the checkpointer's tables and the thread's name.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, TypeVar

from typing_extensions import override

from ..shallow import is_shallow
from . import postgres_lock
from .base import CannotTellError, Locks
from .postgres_rows import is_async_postgres

Found = TypeVar("Found")

_PLACE = """
SELECT
    pg_is_in_recovery() AS is_copy,
    current_database()::text AS database,
    COALESCE(
        (SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = to_regclass('checkpoints')), current_schema(), ''
    )::text AS schema
"""
_HOLDER = """
SELECT pid FROM pg_locks
WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND (classid::bigint << 32) | objid::bigint = %s
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_WRITTEN = """
SELECT
    (SELECT MAX({id}) FROM checkpoints WHERE thread_id = %s) AS checkpoint,
    COUNT(*) AS writes,
    MAX(xmin::text::bigint) AS latest
FROM checkpoint_writes WHERE thread_id = %s
"""
"""What is written over is another version of its row."""
_ID, _ID_OF_LATEST = "checkpoint_id", "checkpoint->>'id'"
"""Where a checkpoint's id is; those savers that keep the latest one alone have no column of it."""

_COPY = "the checkpointer is connected with a read-only copy of the server, which has locks of its own"
_UNSEEN = "a lock that was taken on the server is not seen there by the checkpointer's own connection"


async def postgres_locks(checkpointer: Any) -> PostgresLocks:
    """The locks of the database of one.

    Raises:
        CannotTellError: it cannot be asked, or has nothing to say.
    """
    saver = _Saver(checkpointer)
    row, at = await saver.ask(_PLACE)
    if row["is_copy"]:
        raise CannotTellError(_COPY)
    return PostgresLocks(
        saver, f"postgresql://{at['host']}:{at['port']}/{row['database']}/{row['schema']}", row["schema"]
    )


class PostgresLocks(Locks):
    """Those of the database that a checkpointer is connected with.

    Args:
        saver: how it is asked.
        place: the server, the database and the schema.
        schema: of its tables.
    """

    look_again: ClassVar[float] = 0.2

    def __init__(self, saver: _Saver, place: str, schema: str) -> None:
        super().__init__(place)
        self._saver = saver
        self._schema = schema
        self._seen: int | None = None
        """The connection whose locks are seen through the checkpointer's."""

    @override
    async def lock(self, thread: str) -> bool:
        key = self._key(thread)
        if postgres_lock.has(self.place, key) and not postgres_lock.is_lost(self.place, key):
            return True
        is_mine = False
        postgres_lock.want(self.place, key)
        try:
            is_mine = await self._lock(key)
        finally:
            if not is_mine:
                postgres_lock.unlock(self.place, key)
        return is_mine

    async def _lock(self, key: int) -> bool:
        # Most of those who wait find out so, and open no connection.
        row, parameters = await self._saver.ask(_HOLDER, (key,))
        if row is not None and row["pid"] not in postgres_lock.pids():
            return False
        pid = await self._saver.call(lambda: postgres_lock.lock(self.place, key, parameters))
        if pid is None:
            return False
        if pid != self._seen:
            row, _ = await self._saver.ask(_HOLDER, (key,))
            if row is None or row["pid"] != pid:
                raise CannotTellError(_UNSEEN)
            self._seen = pid
        return True

    @override
    def unlock(self, thread: str) -> None:
        postgres_lock.unlock(self.place, self._key(thread))

    @override
    async def is_locked(self, thread: str) -> bool:
        key = self._key(thread)
        if postgres_lock.has(self.place, key):
            return False
        try:
            row, _ = await self._saver.ask(_HOLDER, (key,))
        except CannotTellError:
            return False
        return row is not None and row["pid"] not in postgres_lock.pids()

    @override
    def is_lost(self, thread: str) -> bool:
        return postgres_lock.is_lost(self.place, self._key(thread))

    @override
    async def written(self, thread: str) -> Any:
        try:
            row, _ = await self._saver.ask(self._saver.written, (thread, thread))
        except CannotTellError:  # its tables are called otherwise
            return None
        return tuple(row.values())

    def _key(self, thread: str) -> int:
        said = json.dumps([self._schema, thread]).encode()
        return int.from_bytes(hashlib.blake2b(said, digest_size=8).digest(), "big") >> 1  # PostgreSQL's has a sign


class _Saver:
    """How a checkpointer's database is asked, in whichever way it is used.

    Args:
        checkpointer: of LangGraph's, sync or async.

    Attributes:
        written: what asks how much is written of a thread.
    """

    def __init__(self, checkpointer: Any) -> None:
        self._checkpointer = checkpointer
        self._is_async = is_async_postgres(checkpointer)
        self.written = _WRITTEN.format(id=_ID_OF_LATEST if is_shallow(checkpointer) else _ID)

    async def ask(self, query: str, given: Sequence[Any] = ()) -> tuple[Any, dict[str, str]]:
        """The first row, and what the connection was opened with that was asked.

        Raises:
            CannotTellError: it could not be asked.
        """
        try:
            if self._is_async:
                async with self._checkpointer._cursor() as cursor:
                    await cursor.execute(query, given)
                    return await cursor.fetchone(), _opened_with(cursor.connection)
            with self._checkpointer._cursor() as cursor:
                cursor.execute(query, given)
                return cursor.fetchone(), _opened_with(cursor.connection)
        except Exception as error:  # a server's, a pool's, or that of a checkpointer which is made otherwise
            raise CannotTellError(f"{type(error).__name__}: {error}".strip()) from error

    async def call(self, function: Callable[[], Found]) -> Found:
        """What blocks, without standing in the way of an event loop."""
        return await asyncio.to_thread(function) if self._is_async else function()


def _opened_with(connection: Any) -> dict[str, str]:
    """What opens another connection to the very server that this one has reached, a password included."""
    given = {one.keyword.decode(): one.val.decode() for one in connection.pgconn.info if one.val is not None}
    info = connection.info
    reached = {"host": info.host, "hostaddr": info.hostaddr, "port": str(info.port), "password": info.password}
    return given | {name: value for name, value in reached.items() if value}
