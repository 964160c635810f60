"""The answers that were given, as a sequence that can be saved and replayed."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, overload

from .texts.jsonable import as_text, jsonable, storable
from .texts.odd import spelled, spelled_repr

FORMAT = "hitl-widgets.answers/1"
"""The tag of a recording, so that a later version can read an earlier one's."""

_LATEST = 20
"""Decisions among which one is looked for that was read from the thread a moment ago."""

By = Literal["person", "code", "unattended", "policy"]


@dataclass(frozen=True)
class Told:
    """An answer in words, where its value alone does not say it well.

    Attributes:
        text: what was decided, a line an item.
        approved: whether something was approved or refused, as a whole; `None` if it is neither.
    """

    text: str
    approved: bool | None


@spelled_repr
@dataclass(frozen=True)
class Decision:
    """An answer that was given.

    Attributes:
        key, node, path, question: what was asked, and by whom (see `Request`).
        value: the answer that the graph got; `None` for a secret.
        by: a person who clicked, `session.answer(...)` in code, `unattended=`, or a policy.
        at: when it was accepted, UTC.
        reason: what was said beside it.
        interrupt_id: the interrupt that it answered.
        secret: whether the answer is kept out of here.
        told: the answer in words, where its control has better ones than its value.
        policy: the policy that decided it, or the part of it that `text` says.
        checkpoint: the id of the checkpoint from which the asking step of the thread started.
        about: what was asked, as a text that is the same where the same is asked again (`policies/about.py`).
        approves: whether it approves or refuses something, or decides about calls: it is no answer to another question.
        asker: who asked, in words, where that is more than `path`; else empty (see `Request`).
    """

    key: str
    node: str
    path: tuple[str, ...]
    question: str
    value: Any
    by: By
    at: datetime
    reason: str | None
    interrupt_id: str
    secret: bool = False
    told: Told | None = None
    policy: str | None = None
    checkpoint: str | None = field(default=None, repr=False)
    about: str | None = field(default=None, repr=False)
    approves: bool = field(default=False, repr=False)
    asker: tuple[str, ...] = field(default=(), repr=False)

    @cached_property
    def text(self) -> str:
        """The answer, for people to read."""
        if self.told is not None:
            return self.told.text
        return "••••••" if self.secret else as_text(self.value)

    @property
    def who(self) -> str:
        """Who decided, for people to read.

        >>> decision = Decision("a", "a", ("a",), "?", 1, "policy", now(), None, "1", policy="small refunds")
        >>> decision.who
        'policy: small refunds'
        """
        if self.policy is None:
            return self.by
        return f"policy: {self.policy}" if self.by == "policy" else f"{self.by}, policy: {self.policy}"

    @property
    def approved(self) -> bool | None:
        """Whether something was approved; `None` for other questions."""
        if self.told is not None:
            return self.told.approved
        return self.value if isinstance(self.value, bool) else None


class Decisions(Sequence[Decision]):
    """The decisions of a session, oldest first."""

    def __init__(self) -> None:
        self._decisions: list[Decision] = []
        self._lock = threading.Lock()
        self.masked: Callable[[str], str] = str
        """How a text of them is shown: the run's secrets stand in it as dots."""
        self.withdrawn = 0
        """How many times answers were taken back, or earlier ones were found, so that the others have other places."""

    @overload
    def __getitem__(self, index: int) -> Decision: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Decision]: ...
    def __getitem__(self, index: int | slice) -> Decision | Sequence[Decision]:
        return self._decisions[index]

    def __len__(self) -> int:
        return len(self._decisions)

    def __iter__(self) -> Iterator[Decision]:
        return iter(list(self._decisions))

    def add(self, decision: Decision) -> None:
        """Remember a decision, if it was not found in the thread before."""
        with self._lock:
            if not any(_same(one, decision) for one in self._decisions[-_LATEST:]):
                self._decisions.append(decision)

    def recall(self, recorded: Sequence[Decision]) -> None:
        """Add those that the thread has and that were not taken here, where they belong in time."""
        with self._lock:
            known = {(one.interrupt_id, one.at) for one in self._decisions}
            new = [one for one in recorded if (one.interrupt_id, one.at) not in known]
            if new:
                self._decisions = in_order([*self._decisions, *new])
                self.withdrawn += 1

    def about(self, interrupt_id: str) -> Decision | None:
        """The answer to an interrupt; `None` where there is none."""
        return next((decision for decision in self if decision.interrupt_id == interrupt_id), None)

    def withdraw(self, interrupt_id: str) -> None:
        """Forget the answer to an interrupt that the graph refused."""
        with self._lock:
            self._decisions = [decision for decision in self._decisions if decision.interrupt_id != interrupt_id]
            self.withdrawn += 1

    def by_key(self) -> dict[str, list[Decision]]:
        """The decisions by request key, each in order; secrets are left out, but for those between others of their key."""
        found: dict[str, list[Decision]] = {}
        for decision in self:
            found.setdefault(decision.key, []).append(decision)
        return {key: decisions for key, decisions in found.items() if not all(one.secret for one in decisions)}

    def to_json(self, path: str | os.PathLike[str]) -> None:
        """Write a recording, which `hitl.run(..., unattended=path)` answers from.

        Each answer is there with what it was given to, and is given to the same again, whatever its place. What approves or
        refuses is given to nothing else; other answers go by their places where a question has other words.

        Secrets are not in it: their keys are listed under `secrets`, to be answered some other way. Where a key has other
        answers too, the place of a secret among them is kept.
        """
        answers = {storable(key): list(map(_recorded, decisions)) for key, decisions in self.by_key().items()}
        recording = {
            "format": FORMAT,
            "answers": answers,
            "secrets": sorted({storable(decision.key) for decision in self if decision.secret}),
        }
        Path(path).write_text(json.dumps(recording, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

    def to_code(self) -> str:
        """The argument of `hitl.run` that gives the same answers again, as JSON has them.

        What approves or refuses says what it was given to, and is given to nothing else. Other answers go by their places.

        >>> Decisions().to_code()
        'unattended={}'
        """
        items: list[str] = []
        for key, decisions in self.by_key().items():
            values = ", ".join(map(_code, decisions))
            # What a policy gives, and who knows a secret, has its place among them.
            is_given = any(decision.secret or decision.by == "policy" for decision in decisions)
            several = f"hitl.each([{values}], recorded=True)" if is_given else f"hitl.each([{values}])"
            items.append(f"{key!r}: {values if len(decisions) == 1 else several}")
        return f"unattended={{{', '.join(items)}}}"

    def __repr__(self) -> str:
        """A line a decision, without ids and times, so that saved notebooks compare equal."""
        return self.as_lines(self.masked) if self else "no decisions yet"

    def as_lines(self, shown: Callable[[str], str]) -> str:
        """A line a decision.

        Args:
            shown: what may be shown of a text.
        """
        return spelled(
            "\n".join(
                f"{decision.key}: {shown(decision.text)} ({decision.who})"
                + (f", because: {shown(decision.reason)}" if decision.reason else "")
                for decision in self
            )
        )

    def _repr_html_(self) -> str:
        from .texts.table import html_table  # a script shows none

        rows = [(one.node, *map(self.masked, (one.question, one.text, one.reason or "")), one.who) for one in self]
        return html_table(("Node", "Question", "Answer", "Reason", "By"), rows) if rows else "<p>No decisions yet.</p>"


def in_order(decisions: Iterable[Decision]) -> list[Decision]:
    """As they were taken: by where the thread stood, since the clocks of two kernels need not agree; within a step by time."""
    found = list(decisions)
    if any(one.checkpoint is None for one in found):
        return sorted(found, key=lambda one: one.at)
    return sorted(found, key=lambda one: (one.checkpoint or "", one.at))  # ids of checkpoints begin with the time


def _same(one: Decision, other: Decision) -> bool:
    return (one.interrupt_id, one.at) == (other.interrupt_id, other.at)


def _recorded(decision: Decision) -> dict[str, Any]:
    asked: dict[str, Any] = {"question": storable(decision.question)}
    if decision.about is not None:
        asked |= {"about": decision.about} | ({"approves": True} if decision.approves else {})
    if decision.secret:
        return {**asked, "secret": True}
    return {**asked, "value": jsonable(decision.value)} | ({"reason": decision.reason} if decision.reason else {})


def _code(decision: Decision) -> str:
    if decision.secret:
        return "hitl.NO_ANSWER"
    value, about = repr(jsonable(decision.value)), decision.about if decision.approves else None
    said = [f", {name}={text!r}" for name, text in (("reason", decision.reason), ("about", about)) if text]
    return f"hitl.Answer({value}{''.join(said)})" if said else value


def now() -> datetime:
    """The time of a decision."""
    return datetime.now(UTC)
