"""What comes of each of several answers: `session.what_if`, as a sequence of sessions that is shown as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, overload

from ..running.secrets import DOTS, Secrets
from ..texts.jsonable import as_text
from ..texts.odd import spelled
from ..texts.raised import line_of
from ..texts.table import NO_MATH, aligned, from_where_they_differ, html_table
from ..thread.comparing import by_key, is_same, keys_of_secrets, shown, side_by_side
from ..thread.history import Step

if TYPE_CHECKING:
    from .session import Session


@dataclass(frozen=True)
class Outcome:
    """What came of an answer.

    Attributes:
        session: the fork.
        answer: what it was given; dots for a secret.
        words: how it ended, or what it waits for.
        values: its state, as it was then.
        secrets: the keys whose values are shown as dots.
        known: the secrets that the fork was given.
    """

    session: Session
    answer: Any
    words: str
    values: Mapping[str, Any]
    secrets: frozenset[str]
    known: Secrets


class WhatIf(Sequence["Session"]):
    """Forks of a session, an answer each; what `session.what_if` returns.

    A notebook shows a table: a row an answer, with how its fork ended and the final state, the keys that differ first.

    Attributes:
        outcomes: what came of each answer, in their order.
    """

    def __init__(self, question: str, outcomes: Sequence[Outcome]) -> None:
        self.outcomes = tuple(outcomes)
        self._question = question
        self._hidden = frozenset[str]().union(*(one.secrets for one in outcomes))
        keys = sorted({key for one in outcomes for key in one.values})
        self._same = [key for key in keys if self._is_same(key)]
        self._differing = [key for key in keys if key not in self._same]

    def _is_same(self, key: str) -> bool:
        first = self.outcomes[0].values
        return len(self.outcomes) > 1 and all(
            key in one.values and key in first and is_same(one.values[key], first[key]) for one in self.outcomes
        )

    @overload
    def __getitem__(self, index: int) -> Session: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Session]: ...
    def __getitem__(self, index: int | slice) -> Session | Sequence[Session]:
        if isinstance(index, slice):
            return [one.session for one in self.outcomes[index]]
        return self.outcomes[index].session

    def __len__(self) -> int:
        return len(self.outcomes)

    @property
    def answers(self) -> tuple[Any, ...]:
        """The answers, in the order of the forks; dots for a secret."""
        return tuple(one.answer for one in self.outcomes)

    def to_frame(self) -> Any:
        """A pandas data frame, a row an answer: `answer`, `outcome`, and the keys of the final state, differing ones first.

        Raises:
            ModuleNotFoundError: pandas is not installed.
        """
        import pandas as pd

        keys = [*self._differing, *self._same]
        rows = [
            [
                one.answer,
                one.words,
                *(DOTS if key in self._hidden else one.known.masked(dict(one.values).get(key)) for key in keys),
            ]
            for one in self.outcomes
        ]
        return pd.DataFrame(rows, columns=["answer", "outcome", *keys])

    def _head(self) -> list[str]:
        return ["answer", "outcome", *self._differing]

    def _rows(self) -> list[list[str]]:
        states = [one.values for one in self.outcomes]  # noqa: PD011  a fork's, no frame
        known = [one.known for one in self.outcomes]
        columns = [from_where_they_differ(side_by_side(states, key, self._hidden, known)) for key in self._differing]
        return [
            [as_text(one.answer), one.words, *(column[at] for column in columns)]
            for at, one in enumerate(self.outcomes)
        ]

    def _folded(self) -> list[tuple[str, str]]:
        return [(key, shown(self.outcomes[0].values, key, self._hidden, self.outcomes[0].known)) for key in self._same]

    def __repr__(self) -> str:
        """Without ids and times, so that saved notebooks compare equal."""
        lines = [f"What if {self._question!r} is answered with ...", aligned([self._head(), *self._rows()])]
        if self._same:
            lines.append(aligned([("the same in all", ""), *self._folded()]))
        return spelled("\n".join(lines))

    def _repr_html_(self) -> str:
        table = html_table(self._head(), self._rows())
        folded = html_table(("key", "value"), self._folded())
        title = f"<p{NO_MATH}>What if <b>{escape(spelled(self._question))}</b> is answered with …</p>"
        same = f"<details><summary{NO_MATH}>The same in all: {escape(spelled(', '.join(self._same)))}</summary>{folded}</details>"
        return f"{title}{table}{same if self._same else ''}"


def outcome_of(session: Session, answer: Any, history: Sequence[Step]) -> Outcome:
    """What has come of an answer so far.

    Args:
        session: the fork that was given it.
        answer: the answer.
        history: the fork's steps.
    """
    run = session._run
    with run.lock:
        first = next(iter(run.decisions), None)
        is_secret = any(one.control.secret for one in run.pending) if first is None else first.secret
        refused = [text for one in run.pending for text in one.field_errors.values()]
        waits = ", ".join(repr(one.request.key) for one in run.pending if one.status == "open")
    words: str = run.status
    if run.error is not None:
        words = f"failed: {line_of(run.error)}"
    elif refused and not len(run.decisions):
        words = f"refused: {refused[0]}"
    elif run.status == "waiting":
        words = f"waits for {waits}"
    elif run.status == "running":
        words = "still running"
    return Outcome(
        session,
        DOTS if is_secret else answer,
        run.secrets.line(words),
        by_key(session.values),
        frozenset({*session._secret_keys, *keys_of_secrets(history)}),
        run.secrets,
    )
