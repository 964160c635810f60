"""The namespaces of a thread's graphs: asked for alone, so that of a long one not every state is read for them."""

from __future__ import annotations

import contextlib
from contextlib import aclosing

from langgraph.checkpoint.memory import InMemorySaver

from ..answers.address import ns_of
from ..base import Driver
from ..tables import Part, Row, rows


def _in_memory(saver: InMemorySaver, thread_id: str) -> list[Row]:
    # Who has looked for a graph there has left an empty place for it.
    return [(ns,) for ns, saved in list(saver.storage.get(thread_id, {}).items()) if saved]


NAMESPACES = Part(
    "SELECT DISTINCT checkpoint_ns FROM checkpoints WHERE thread_id = ?",
    ("SELECT DISTINCT checkpoint_ns FROM checkpoints WHERE thread_id = %s", ("checkpoint_ns",)),
    _in_memory,
)


async def namespaces(driver: Driver) -> set[str]:
    """All of them. Where they cannot be asked for alone the thread is gone through.

    Args:
        driver: of the thread.
    """
    with contextlib.suppress(Exception):
        if (found := await rows(NAMESPACES, driver)) is not None:
            return {ns for (ns,) in found}
    async with aclosing(driver.saved()) as saved:
        return {ns_of(found) async for found in saved}
