"""Where a step of a nested graph is in a thread: in which thread, and for a breakpoint of which graph it was."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from ...driver import Driver
from ...driver.answers.address import ns_of
from ...driver.copies.copying import GONE
from ...driver.copies.moment import Inside
from ...errors import HitlError
from ..following.records import namespace_of, node_names
from .place import Place

if TYPE_CHECKING:
    from ..run import Run


async def found_inside(place: Place, run: Run) -> tuple[Place, Driver]:
    """The place, and the driver of the thread that has it: of a fork's earlier steps that is the one that it is a copy of.

    Of a nested graph that stood at a breakpoint a decision keeps the checkpoint, and not the graph's namespace.

    Raises:
        HitlError: the thread does not have the checkpoint of that breakpoint any more.
    """
    other: Run | None = run
    while other is not None:
        if place.stood_at is not None and (stood := await _stood(place.stood_at, other.driver)) is not None:
            return replace(place, inside=stood, path=node_names(namespace_of(stood.ns))), other.driver
        if place.inside is not None and await _has(place.inside, other.driver):
            return place, other.driver
        other = other.origin.copied_from
    if place.stood_at is not None:
        raise HitlError(GONE)
    return place, run.driver


async def _stood(checkpoint: str, driver: Driver) -> Inside | None:
    async with aclosing(driver.saved()) as saved:
        async for found in saved:
            ns = ns_of(found)
            if ns and found.checkpoint["id"] == checkpoint:
                return Inside({**found.metadata.get("parents", {}), ns: checkpoint}, ns)
    return None


async def _has(inside: Inside, driver: Driver) -> bool:
    place = {**driver.place.get("configurable", {}), "checkpoint_ns": inside.ns}
    return (
        await driver.checkpoint({"configurable": {**place, "checkpoint_id": inside.checkpoints[inside.ns]}}) is not None
    )
