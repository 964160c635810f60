"""What a thread's tasks have asked and got, asked for alone where a checkpointer keeps it in a table of its own.

A checkpointer lists whole checkpoints: of a thread of 5 000 steps every state is read for the few writes that are wanted. The
tables are those of `SqliteSaver` (langgraph-checkpoint-sqlite 3.1.2), `PostgresSaver` (langgraph-checkpoint-postgres 3.2.0),
both also async, and what `InMemorySaver` has (langgraph-checkpoint 4.3). Values are read by the checkpointer's own
serializer. One that is derived from these and lists in its own way is listed.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from langgraph.checkpoint.memory import InMemorySaver

from .answering import ASKING, Write

if TYPE_CHECKING:
    from ..base import Driver

_CHANNELS = tuple(sorted(ASKING))

_IN_SQLITE = f"""
SELECT task_id, channel, type, value FROM writes
WHERE thread_id = ? AND channel IN ({", ".join("?" * len(_CHANNELS))}) ORDER BY checkpoint_id DESC, task_id, idx
"""  # noqa: S608  (as many question marks as there are channels)

_IN_POSTGRES = """
SELECT task_id, channel, type, blob FROM checkpoint_writes
WHERE thread_id = %s AND channel = ANY(%s) ORDER BY checkpoint_id DESC, task_id, idx
"""

Row = tuple[str, str, tuple[str, bytes]]


async def asked_alone(driver: Driver) -> list[Write] | None:
    """All of it, those of nested graphs too; `None` where only whole checkpoints can be read, which then say why.

    Args:
        driver: of the thread.
    """
    with contextlib.suppress(Exception):
        rows = await _rows(driver)
        if rows is not None:
            return await driver.call(_read, driver.checkpointer.serde, rows)
    return None


async def _rows(driver: Driver) -> list[Row] | None:
    checkpointer, thread_id = driver.checkpointer, str(driver.place.get("configurable", {})["thread_id"])
    if isinstance(checkpointer, InMemorySaver):
        kind = type(checkpointer)
        as_it_comes = (kind.list, kind.alist) == (InMemorySaver.list, InMemorySaver.alist)
        return _in_memory(checkpointer, thread_id) if as_it_comes else None
    # Who has such a checkpointer has loaded its module.
    if "langgraph.checkpoint.sqlite" in sys.modules:
        from ..sqlite_file import rows_in, sqlite_file

        if (path := await sqlite_file(checkpointer)) is not None:
            found = await driver.call(rows_in, path, [(_IN_SQLITE, (thread_id, *_CHANNELS))])
            return [(task, channel, (type_, value)) for task, channel, type_, value in found]
    if "langgraph.checkpoint.postgres" in sys.modules:
        from ..locks.postgres_rows import has_rows, rows_of

        if has_rows(checkpointer):
            found = await rows_of(driver, _IN_POSTGRES, (thread_id, list(_CHANNELS)))
            return [(one["task_id"], one["channel"], (one["type"], one["blob"])) for one in found]
    return None


def _in_memory(saver: InMemorySaver, thread_id: str) -> list[Row]:
    # Whoever writes meanwhile changes the size of what is gone through: `list` and `tuple` take it in one go.
    graphs: Mapping[str, Mapping[str, Any]] = saver.storage.get(thread_id, {})
    places = [(thread_id, ns, id) for ns, saved in list(graphs.items()) for id in reversed(list(saved))]
    written = (write for place in places for write in tuple(saver.writes.get(place, {}).values()))
    return [(task, channel, value) for task, channel, value, _ in written if channel in ASKING]


def _read(serde: Any, rows: Iterable[Row]) -> list[Write]:
    return [(task, channel, serde.loads_typed(value)) for task, channel, value in rows]
