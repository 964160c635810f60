"""Where a step of a nested graph is: in which thread, for a breakpoint of which graph it was, and who asked in it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from langchain_core.runnables import RunnableConfig

from ...driver import Driver
from ...driver.answers.address import ns_of
from ...driver.answers.claims import Claim, claims_in
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
        HitlError: the thread does not have the checkpoint of that breakpoint, or of who asked, any more.
    """
    if place.asked is not None and place.since and place.stood_at is None and not run.driver.is_served:
        driver, claims = await _keeping(place.asked, run.driver)
        if driver is not run.driver:
            return await _asked_in(place, driver, claims), driver
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


async def _keeping(asked: str, driver: Driver) -> tuple[Driver, list[Claim]]:
    """The driver of the thread that has all of a step in which something was answered, where that of a copy only tells of it.

    Returns:
        The driver, and what was answered in its thread.
    """
    claims, _ = claims_in(await driver.asked_so_far() or [])
    been = {driver.thread_name}  # what a thread says may be anybody's
    while (mine := next((claim for claim in claims if claim.interrupt == asked), None)) is not None:
        step = mine.decision.get("checkpoint")
        others = {one.kept_in for one in claims if one.kept_in is not None and one.decision.get("checkpoint") == step}
        for thread in sorted((others if mine.kept_in is None else {mine.kept_in}) - been):
            been.add(thread)
            other = driver.on_thread(thread)
            known, _ = claims_in(await other.asked_so_far() or [])
            # What was answered in the copy itself is in no other thread.
            if mine.kept_in is not None or any(claim.mark == mine.mark for claim in known):
                driver, claims = other, known
                break
        else:
            break
    return driver, claims


async def _asked_in(place: Place, driver: Driver, claims: Sequence[Claim]) -> Place:
    """The place in the thread that has the graph that asked: there all is open again that was answered from then on."""
    first = next((claim for claim in claims if claim.interrupt == place.asked), None)
    checkpoint = (place.config or {}).get("configurable", {}).get("checkpoint_id")
    config: RunnableConfig = {"configurable": {**driver.place.get("configurable", {}), "checkpoint_id": checkpoint}}
    if first is None or await driver.checkpoint(config) is None:
        raise HitlError(
            f"The thread {driver.thread_name!r}, which this one is a copy of, is gone, and {place.words!r} was asked there."
        )
    since = [claim for claim in claims if claim.at >= first.at]
    paths = [tuple(map(str, claim.decision.get("path", ()))) for claim in since]
    return replace(
        place,
        config=config,
        opened=(place.opened or frozenset()) | {claim.interrupt for claim in since},
        paths=(*place.paths, *paths),
    )


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
