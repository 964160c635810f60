"""What a server's records say of the answers to a thread: read from its runs and from its metadata, which others write too."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from langgraph.types import Interrupt, PregelTask, StateSnapshot

from ...texts.clipped import clipped
from ...texts.jsonable import as_text, jsonable
from ..answers.claims import Claim
from .errors import is_refusal

DECIDED = "hitl_decided"
"""The key of a run's metadata that holds the decisions behind the answers that it took. No trace of it is in checkpoints:
of metadata they have what is text or a number alone (langgraph 1.2.24). Each task that a server streams comes with it."""
NOTED = "hitl_answer:"
"""How the keys of a thread's metadata begin that hold answers which no run has taken yet, one a key."""

LONGEST_TEXT = 2_000
"""Characters that are kept of a question, a reason, and an answer in words."""
LARGEST_VALUE = 4_000
"""Characters of what a decision shows, where that is not the answer itself, as JSON."""

_KEPT = ("interrupt", "session", "decision", "mark")


def given_in(runs: Sequence[Mapping[str, Any]]) -> list[Claim]:
    """The answers that runs took along: to each question the latest that was not sent in vain.

    Args:
        runs: newest first.

    >>> def run(status, value):
    ...     return {"status": status, "metadata": {}, "kwargs": {"command": {"resume": {"id": value}}}}
    >>> [one.answer for one in given_in([run("error", "late"), run("success", "first")])]
    ['first']
    """
    found: dict[str, tuple[bool, Claim]] = {}
    for run in runs:
        decided = {claim.interrupt: claim for claim in _decided_in(run)}
        answers, failed = resumed(run), run["status"] == "error"
        # A breakpoint has no answer.
        passed = {id: claim for id, claim in decided.items() if id.startswith("breakpoint:")}
        claims = {id: replace(decided.get(id) or Claim(id, None, ""), answer=answer) for id, answer in answers.items()}
        for id, claim in (passed | claims).items():
            if id not in found or (found[id][0] and not failed):
                found[id] = failed, claim
    return [claim for _, claim in reversed(found.values())]


def resumed(run: Mapping[str, Any]) -> Mapping[str, Any]:
    """The answers that a run took along, by interrupt."""
    resume = ((run.get("kwargs") or {}).get("command") or {}).get("resume")
    return cast("Mapping[str, Any]", resume) if isinstance(resume, dict) else {}


def notes_in(metadata: Mapping[str, Any]) -> dict[str, Claim]:
    """The answers that are noted with a thread, by their keys, oldest first."""
    found = {key: note for key, data in metadata.items() if key.startswith(NOTED) and (note := _claim_of(data))}
    return dict(sorted(found.items(), key=lambda pair: str(pair[1].decision.get("at"))))


def holding(snapshot: StateSnapshot, given: Sequence[Claim], noted: Iterable[Claim]) -> dict[str, Claim]:
    """The answers to what is asked now that count, by interrupt: no node has refused them, and nobody was before them.

    Args:
        snapshot: the thread as it stands.
        given: those that runs took along.
        noted: those that are noted, oldest first.
    """
    taken = {claim.interrupt: claim for claim in given}
    waiting = {claim.interrupt: claim for claim in reversed(list(noted))}
    found: dict[str, Claim] = {}
    for task, interrupt in asked_in(snapshot):
        latest, note = taken.get(interrupt.id), waiting.get(interrupt.id)
        was_refused = interrupt.response_schema is not None and is_refusal(task.error)
        if latest is not None and not was_refused:
            found[interrupt.id] = latest
        elif note is not None and (latest is None or note.mark != latest.mark):
            found[interrupt.id] = note
    return found


def asked_in(snapshot: StateSnapshot) -> list[tuple[PregelTask, Interrupt]]:
    """What is asked, by the innermost task that asks it."""
    found: list[tuple[PregelTask, Interrupt]] = []
    for task in snapshot.tasks:
        inside = asked_in(task.state) if isinstance(task.state, StateSnapshot) else []
        found += inside or [(task, interrupt) for interrupt in task.interrupts]
    return found


def kept_with(claims: Iterable[Claim]) -> dict[str, Any]:
    """What the metadata of a run says of the answers that it takes along; they themselves are in its command."""
    kept = [{name: getattr(claim, name) for name in _KEPT} for claim in claims]
    return {DECIDED: kept} if kept else {}


def kept_of(decision: Mapping[str, Any]) -> dict[str, Any]:
    """A decision as JSON, its texts shortened."""
    kept = dict(decision)
    for name in ("question", "reason"):
        if isinstance(text := kept.get(name), str):
            kept[name] = clipped(text, LONGEST_TEXT)
    if "told" in kept:
        text, approved = kept["told"]
        kept["told"] = [clipped(text, LONGEST_TEXT), approved]
    if "value" in kept:
        # It is never left out: the answer would be shown in its place, which may have more in it than people may see.
        plain = jsonable(kept["value"])
        is_small = len(json.dumps(plain)) <= LARGEST_VALUE
        kept["value"] = plain if is_small else clipped(as_text(plain), LONGEST_TEXT)
    return kept


def _decided_in(run: Mapping[str, Any]) -> list[Claim]:
    kept: Any = (run.get("metadata") or {}).get(DECIDED)
    found = [_claim_of(one) for one in cast("list[Any]", kept)] if isinstance(kept, list) else []
    return [claim for claim in found if claim is not None]


def _claim_of(data: Any) -> Claim | None:
    """What was kept; `None` if that was not this package. Of a breakpoint, and of a run, the answer is elsewhere."""
    if not isinstance(data, dict):
        return None
    kept = cast("dict[str, Any]", data)
    is_ours = all(isinstance(kept.get(name), str) for name in ("interrupt", "session", "mark"))
    return Claim.of({"answer": True, **kept}) if is_ours and isinstance(kept.get("decision"), dict) else None
