"""What a thread's tasks have asked and got, asked for alone where a checkpointer keeps it in a table of its own.

A checkpointer lists whole checkpoints: of a thread of 5 000 steps every state is read for the few writes that are wanted.
Values are read by the checkpointer's own serializer.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from langgraph.checkpoint.memory import InMemorySaver

from ..tables import Part, Row, rows
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


def _in_memory(saver: InMemorySaver, thread_id: str) -> list[Row]:
    # Whoever writes meanwhile changes the size of what is gone through: `list` and `tuple` take it in one go.
    graphs: Mapping[str, Mapping[str, Any]] = saver.storage.get(thread_id, {})
    places = [(thread_id, ns, id) for ns, saved in list(graphs.items()) for id in reversed(list(saved))]
    written = (write for place in places for write in tuple(saver.writes.get(place, {}).values()))
    return [(task, channel, *value) for task, channel, value, _ in written if channel in ASKING]


_ASKED = Part(_IN_SQLITE, (_IN_POSTGRES, ("task_id", "channel", "type", "blob")), _in_memory, _CHANNELS)


async def asked_alone(driver: Driver) -> list[Write] | None:
    """All of it, those of nested graphs too; `None` where only whole checkpoints can be read, which then say why.

    Args:
        driver: of the thread.
    """
    with contextlib.suppress(Exception):
        found = await rows(_ASKED, driver)
        if found is not None:
            return await driver.call(_read, driver.checkpointer.serde, found)
    return None


def _read(serde: Any, found: Iterable[Row]) -> list[Write]:
    return [(task, channel, serde.loads_typed((type_, value))) for task, channel, type_, value in found]
