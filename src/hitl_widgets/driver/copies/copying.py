"""A copy of a thread up to a checkpoint, on another thread: what a fork starts from."""

from __future__ import annotations

from collections.abc import Iterable, Set as AbstractSet
from datetime import datetime

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import CheckpointTuple

from ...errors import HitlError
from ..answers.address import ns_of
from ..answers.claims import BREAKPOINT, CLAIM, claims_in
from ..base import Driver
from .chains import ancestors, around_of, begun_anew, by_task, depth_of, run_by
from .cutting import Cutting
from .moment import Copied, Moment

GONE = "The thread has no such step any more."


async def copy_thread(
    source: Driver,
    target: Driver,
    until: RunnableConfig,
    *,
    moment: Moment | None = None,
    names: Iterable[str] = (),
    whole: bool = False,
    is_changed: bool = False,
    passed: AbstractSet[datetime] = frozenset(),
) -> Copied:
    """Copy the checkpoints of a thread up to one, oldest first, with what their tasks wrote.

    LangGraph's savers have a `copy_thread`, which none of those that come with it implements (langgraph-checkpoint 4).
    A checkpoint keeps its id, and so do its tasks, whose ids are made of it: the checkpoints of a nested graph, which
    are kept under the id of the task that runs it (`sub:<task id>`), can therefore be copied too (langgraph 1.2.24).

    LangGraph's own time travel begins a nested graph anew, also from the config of one of its checkpoints and after
    `update_state` there, unless it is compiled with `checkpointer=True`. A copy whose nested graph has its checkpoints up to
    one of them goes on from there (langgraph 1.2.24).

    At the last checkpoint the tasks that asked, or failed, have written nothing in the copy, so that they run again and
    ask again; those that finished without asking have done their part. A nested graph starts from its beginning. With a
    `moment` only what was asked from then on is asked again: a node that had been answered before keeps those answers,
    and a nested graph stands where it stood; the one that the moment is inside of has its checkpoints up to there, and so
    have those around it.

    Args:
        source: the driver of the thread.
        target: that of the copy, with the same checkpointer.
        until: the config of the checkpoint that the copy ends with.
        moment: where in the last checkpoint's step it ends; at its beginning if not given.
        names: the nodes that have nested graphs.
        whole: whether no task has run at the last checkpoint, not even one that only wrote.
        is_changed: whether its state is going to be changed.
        passed: when somebody has let it go on from a breakpoint before that step.

    Returns:
        What the copy is, of which the outermost graph's checkpoints are written when it is `finish`ed.

    Raises:
        HitlError: there is no such checkpoint.
    """
    if (served := await source.copy_to(target, until)) is not None:
        return Copied(served, goes_on=True)
    cutting = Cutting(source, target, moment)
    chain = await ancestors(source, until)
    if not chain:
        raise HitlError(GONE)
    last = chain[-1]
    if moment is not None:
        config = await cutting.graph(chain, len(chain) - 1)
        if moment.inside is None:
            await cutting.memories(chain, names)
            return Copied(config, cutting.goes_on, finish=cutting.finished)
        if cutting.inside is None or (ends := cutting.ends_with) is None:
            raise HitlError(GONE)
        forgot = await cutting.memories(chain, names, step=ends, is_changed=is_changed)
        depth = depth_of(ns_of(ends))
        nested = moment.names[depth] if depth < len(moment.names) else ()
        return Copied(
            cutting.inside,
            goes_on=True,
            anew=await _anew(source, ends, nested, whole=whole),
            forgot=forgot,
            finish=cutting.finished,
        )
    if len(chain) > 1:
        chain[-2] = _telling(chain[-2], last, passed)
    names = frozenset(names)
    anew = await _anew(source, last, names, whole=whole)
    config = await cutting.put(chain, begun_anew(by_task(last), whole=whole))
    await cutting.memories(chain[:-1], names, step=last, is_changed=is_changed, is_by_id=True)
    return Copied(config, goes_on=True, anew=anew, finish=cutting.finished)


def _telling(before: CheckpointTuple, last: CheckpointTuple, passed: AbstractSet[datetime]) -> CheckpointTuple:
    """The checkpoint before the last one, with what was decided at the last one's breakpoint before its step began.

    At the last one it would be taken for what is decided there in the copy.
    """
    here = f"{BREAKPOINT}{last.checkpoint['id']}"
    of_both = [*(before.pending_writes or ()), *(last.pending_writes or ())]
    told = [claim for claim in claims_in(of_both)[0] if claim.interrupt == here]
    own = [write for write in before.pending_writes or () if write[0] not in {claim.place for claim in told}]
    kept = {claim.place: claim.as_data() for claim in told if claim.decided in passed}
    return before._replace(pending_writes=[*own, *((place, CLAIM, data) for place, data in kept.items())])


async def _anew(source: Driver, step: CheckpointTuple, names: Iterable[str], *, whole: bool) -> tuple[str, ...]:
    """The nodes of a step whose nested graphs had done something, and start from their beginning."""
    written = by_task(step)
    again = written.keys() - begun_anew(written, whole=whole).keys()
    return tuple([name for name in sorted(names) if await _had_begun(source, step, again, name)])


async def _had_begun(source: Driver, last: CheckpointTuple, tasks: Iterable[str], name: str) -> bool:
    """Whether a nested graph that runs anew had finished a step before."""
    for task in tasks:
        async for chain in run_by(source, last, f"{name}:{task}"):
            # Its first two checkpoints are its input, and where its first step starts from.
            if sum(around_of(found, ns_of(last)) == last.checkpoint["id"] for found in chain) > 2:
                return True
    return False
