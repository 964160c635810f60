"""What was answered inside of a step, in nested graphs that a copy is without: they are done, and it has only what came of them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Sequence
from dataclasses import dataclass

from langgraph.checkpoint.base import CheckpointTuple

from ..answers.address import ns_of
from ..answers.claims import Claim, claims_in
from ..base import Driver
from .chains import Writes, by_task, depth_of, is_finished, run_by
from .moment import Moment


@dataclass(frozen=True)
class End:
    """Where the copy of a graph ends.

    Attributes:
        chain: its checkpoints, oldest first.
        kept: what the tasks of the last one have written in the copy.
    """

    chain: Sequence[CheckpointTuple]
    kept: Writes

    @property
    def done(self) -> Iterable[tuple[CheckpointTuple, str]]:
        """The tasks that have done their part there; of a nested graph, those of its steps before, too."""
        *before, last = self.chain
        for found in before if ns_of(last) else ():
            yield from ((found, task) for task in by_task(found))
        yield from ((last, task) for task, writes in self.kept.items() if is_finished(writes))


class DoneInside:
    """The answers that were given in what tasks ran that have done their part.

    Args:
        source: the driver of the thread.
        moment: where the copy of it ends.
        ends: the graphs that are copied.
    """

    def __init__(self, source: Driver, moment: Moment, ends: Iterable[End]) -> None:
        self._source = source
        self._moment = moment
        self._ends = ends

    async def among(self, claims: Iterable[Claim]) -> list[Claim]:
        """Those of some answers. Graphs are looked for only as long as there is one that they may have."""
        left = {
            claim.mark: claim
            for claim in claims
            if claim.at < self._moment.at and not self._moment.undoes({claim.interrupt}, is_answered=True)
        }
        told: list[Claim] = []
        for end in self._ends:
            for found, task in end.done:
                if not left:
                    return told
                async for nested in self._inside(found, task, left.values()):
                    told += [
                        left.pop(one.mark) for one in claims_in(nested.pending_writes or ())[0] if one.mark in left
                    ]
        return told

    async def _inside(
        self, found: CheckpointTuple, task: str, claims: Iterable[Claim]
    ) -> AsyncGenerator[CheckpointTuple, None]:
        """The checkpoints of the graphs that a task ran, those further inside among them."""
        depth = depth_of(ns_of(found))
        paths = [list(claim.decision.get("path", ())) for claim in claims]
        for name in sorted({str(path[depth]) for path in paths if depth < len(path)}):
            async for chain in run_by(self._source, found, f"{name}:{task}"):
                for nested in chain:
                    yield nested
                    for one in by_task(nested):
                        async for inside in self._inside(nested, one, claims):
                            yield inside
