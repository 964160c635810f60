"""A part of what a checkpointer has of a thread, asked for alone where it is in a table of its own, or in a column.

The tables are those of `SqliteSaver` (langgraph-checkpoint-sqlite 3.1.2), `PostgresSaver` (langgraph-checkpoint-postgres 3.2.0),
both also async, and what `InMemorySaver` has (langgraph-checkpoint 4.3). One that is derived from these and lists in its own way
is listed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langgraph.checkpoint.memory import InMemorySaver

if TYPE_CHECKING:
    from .base import Driver

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Part:
    """What is asked for, of one thread.

    Attributes:
        in_sqlite: in SQL. The first question mark is the thread's.
        in_postgres: in SQL, with `%s`, and the names of the columns.
        given: what stands for the other question marks.
        in_memory: the same of a saver in memory, by the thread.
    """

    in_sqlite: str
    in_postgres: tuple[str, Sequence[str]]
    in_memory: Callable[[InMemorySaver, str], list[Row]]
    given: tuple[str, ...] = ()


async def rows(part: Part, driver: Driver) -> list[Row] | None:
    """All of it; `None` where only whole checkpoints can be read.

    Args:
        part: what is asked for.
        driver: of the thread.
    """
    checkpointer, thread_id = driver.checkpointer, str(driver.place.get("configurable", {})["thread_id"])
    if isinstance(checkpointer, InMemorySaver):
        kind = type(checkpointer)
        as_it_comes = (kind.list, kind.alist) == (InMemorySaver.list, InMemorySaver.alist)
        return part.in_memory(checkpointer, thread_id) if as_it_comes else None
    # Who has such a checkpointer has loaded its module.
    if "langgraph.checkpoint.sqlite" in sys.modules:
        from .sqlite_file import rows_in, sqlite_file

        if (path := await sqlite_file(checkpointer)) is not None:
            return await driver.call(rows_in, path, [(part.in_sqlite, (thread_id, *part.given))])
    if "langgraph.checkpoint.postgres" in sys.modules:
        from .locks.postgres_rows import has_rows, rows_of

        if has_rows(checkpointer):
            query, columns = part.in_postgres
            given = (thread_id, list(part.given)) if part.given else (thread_id,)
            return [tuple(one[name] for name in columns) for one in await rows_of(driver, query, given)]
    return None
