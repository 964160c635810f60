"""What a Postgres checkpointer's own connection, or its pool, is asked for beside its checkpoints.

Seen in langgraph-checkpoint-postgres 3.2.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..shallow import is_shallow

if TYPE_CHECKING:
    from ..base import Driver


def is_postgres(checkpointer: Any) -> bool:
    """Whether a checkpointer keeps its threads in a PostgreSQL database."""
    from langgraph.checkpoint.postgres import PostgresSaver

    return isinstance(checkpointer, PostgresSaver) or is_async_postgres(checkpointer) or is_shallow(checkpointer)


def is_async_postgres(checkpointer: Any) -> bool:
    """Whether it is one whose connection belongs to an event loop."""
    from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
    from langgraph.checkpoint.postgres.shallow import AsyncShallowPostgresSaver

    return isinstance(checkpointer, AsyncPostgresSaver | AsyncShallowPostgresSaver)


def has_rows(checkpointer: Any) -> bool:
    """Whether a checkpointer keeps its threads in LangGraph's tables, and lists them as it comes: they can be asked for alone."""
    if not is_postgres(checkpointer):
        return False
    from langgraph.checkpoint.postgres import PostgresSaver
    from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver

    if is_async_postgres(checkpointer):
        return type(checkpointer).alist is AsyncPostgresSaver.alist
    return type(checkpointer).list is PostgresSaver.list


async def rows_of(driver: Driver, query: str, given: tuple[Any, ...] = ()) -> list[Any]:
    """What a query finds, each row by the names of its columns.

    Args:
        driver: of a graph with such a checkpointer.
        query: in SQL.
        given: what stands for each `%s` in it.
    """
    checkpointer: Any = driver.checkpointer
    if is_async_postgres(checkpointer):
        async with checkpointer._cursor() as cursor:
            await cursor.execute(query, given)
            return list(await cursor.fetchall())

    def ask() -> list[Any]:
        with checkpointer._cursor() as cursor:
            cursor.execute(query, given)
            return list(cursor.fetchall())

    return await driver.call(ask)
