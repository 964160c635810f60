"""Decisions as a thread keeps them, so that another kernel shows the same ones, with their times."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..decisions import Decision, Told, in_order
from ..driver.answers.answering import Write
from ..driver.answers.claims import Claim, claims_in
from ..thread.breakpoints import is_breakpoint
from .others.closing import say_who

if TYPE_CHECKING:
    from .run import Run

_SAME = ("key", "node", "question", "by", "reason", "secret", "policy", "checkpoint")


def record_of(decision: Decision, answer: Any) -> dict[str, Any]:
    """A decision as plain data, beside the answer that the graph gets; of a secret the answer alone is kept."""
    record: dict[str, Any] = {name: getattr(decision, name) for name in _SAME}
    record |= {"path": list(decision.path), "at": decision.at.isoformat()}
    if decision.about is not None:
        record |= {"about": decision.about, "approves": decision.approves}
    if decision.asker:
        record["asker"] = list(decision.asker)
    if decision.told is not None:
        record["told"] = [decision.told.text, decision.told.approved]
    if is_breakpoint(decision.interrupt_id):
        # With another state the thread goes on from another checkpoint, and it is noted there.
        record["asked"] = decision.interrupt_id
    if not decision.secret and decision.value is not answer:
        record["value"] = decision.value
    return record


def decision_of(claim: Claim) -> Decision | None:
    """What was recorded; `None` where that is not what this version writes."""
    record = claim.decision
    try:
        if not _is_sound(record):
            return None
        return Decision(
            **{name: record[name] for name in _SAME},
            path=tuple(record["path"]),
            value=None if record["secret"] else record.get("value", claim.answer),
            at=datetime.fromisoformat(record["at"]),
            interrupt_id=record.get("asked", claim.interrupt),
            told=Told(*record["told"]) if "told" in record else None,
            about=record.get("about"),  # earlier versions have none
            approves=record.get("approves", False),
            asker=tuple(record.get("asker", ())),
        )
    except (KeyError, TypeError, ValueError):
        return None


def _is_sound(record: Mapping[str, Any]) -> bool:
    """Whether it is made of what `record_of` writes: all that shows a decision goes by that.

    Raises:
        KeyError, TypeError, ValueError: it is not.
    """
    text, approved = record.get("told", ["", None])
    parts = [
        *((record[name], str) for name in ("key", "node", "question", "by")),
        *((record[name], str | None) for name in ("reason", "policy", "checkpoint")),
        *((one, str) for one in (*record["path"], *record.get("asker", ()), record.get("asked", ""), text)),
        *((record["secret"], bool), (approved, bool | None)),
    ]
    return datetime.fromisoformat(record["at"]).tzinfo is not None and all(isinstance(one, kind) for one, kind in parts)


def decisions_in(writes: Iterable[Write]) -> list[Decision]:
    """The decisions that hold, oldest first."""
    holding, _ = claims_in(writes)
    # A copy of a thread and a nested graph that remembers may have the same one twice.
    found = {claim.mark: decision for claim in holding if (decision := decision_of(claim)) is not None}
    return in_order(found.values())


async def recall(run: Run) -> None:
    """Read the decisions of a thread that were taken before its run, or beside it in other sessions."""
    if not run.recalled and (writes := await run.driver.asked_so_far()) is not None:
        _recalled(run, writes)
        run.changed()


async def has_other_past(run: Run) -> None:
    """The thread has steps that were not seen here. They are read once somebody looks: for a long one it takes a while.

    What it was asked and got, and the secrets among that, is known at once where it can be asked for alone.
    """
    run.was_used = True
    await know_others_answers(run)


async def know_others_answers(run: Run) -> None:
    """Others have answered what the thread asks, or what it asked: all of that is read, where it can be asked for alone."""
    run.secrets.are_all = run.recalled = False
    if (writes := await run.driver.asked_alone()) is not None:
        _know(run, writes)
    elif not run.driver.reads_anywhere:
        await recall(run)


async def know_before(run: Run, go_on: Callable[[], bool] = lambda: True) -> None:
    """Read those, and find the secrets that the thread got (`inside/reading.py`): both in one pass over it.

    Args:
        run: the run.
        go_on: asked before each checkpoint; where it says no, another call begins anew.
    """
    if run.recalled and run.secrets.are_all:
        return
    if (writes := await run.driver.asked_so_far(go_on)) is not None:
        _know(run, writes)


async def know_anew(run: Run, go_on: Callable[[], bool]) -> None:
    """The same, where others have gone on with the thread: what was known holds until it is known what they got.

    Args:
        run: the run.
        go_on: asked before each checkpoint; where it says no, it is not known what the thread was given.
    """
    writes = None
    try:
        writes = await run.driver.asked_so_far(go_on)
    finally:
        if writes is None:
            run.secrets.are_all = run.recalled = False
    if writes is not None:
        run.recalled = False
        _know(run, writes)


def _know(run: Run, writes: Sequence[Write]) -> None:
    from ..inside.reading import learn_secrets  # a script never needs it

    learn_secrets(run.secrets, writes)
    if not run.recalled:
        _recalled(run, writes)


def _recalled(run: Run, writes: Sequence[Write]) -> None:
    for claim in claims_in(writes)[0]:
        if claim.decision.get("secret"):
            run.secrets.add(claim.answer)
    found = decisions_in(writes)
    with run.lock:
        run.decisions.recall(found)
        say_who(run)
        run.recalled = True  # not before: whoever asks for them in another thread would take none for all
