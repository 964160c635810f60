"""What a fork is answered with, whoever is there: an answer to the question that it was started for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any, cast

from typing_extensions import override

from ...control import Control
from ...decisions import Decision
from ...errors import UnknownRequestError
from ...fields import MISSING
from ...policies.answers import NO_ANSWER, Answers
from ...requests import Request
from ...thread.asked import payload_key
from ...thread.breakpoints import is_breakpoint
from ...thread.history import Step
from .place import Place, Question

if TYPE_CHECKING:
    from ..run import Run


class Given(Answers):
    """Answers to what a step or a question asks, each given once.

    Args:
        answers: by key, node, interrupt id or question; a single one under `None`, for whatever is asked first.
        then: what answers later questions.
    """

    def __init__(self, answers: Mapping[str | Question | None, Any], then: Answers | None = None) -> None:
        self._left = dict(answers)
        self._then = then
        self._run: Run | None = None

    def asked_by(self, run: Run) -> None:
        """It is asked by this run, of which all that is open is looked at to tell which question is meant."""
        self._run = run

    def instead_of(self, decisions: Sequence[Decision]) -> list[Decision]:
        """Those of the decisions from its place on in whose place it is given."""
        found: list[Decision] = []
        for name in self._left:
            if isinstance(name, Question):
                first = name.answered_in(decisions)
            else:
                first = next((one for one in decisions if one not in found and name in _names(one)), None)
            found += [first] if first is not None else []
        return found

    @property
    @override
    def takes_time(self) -> bool:
        return self._then is not None and self._then.takes_time

    @override
    def answer(self, request: Request, control: Control, about: Callable[[], str]) -> Any:
        for name in (self._question(request), request.id, request.key, "/".join(request.path), request.node, None):
            # What is given to whatever is asked first is no answer to a breakpoint before it.
            if name in self._left and (name is not None or request.kind == "interrupt"):
                return self._left.pop(name)
        # What it was started for comes first, even where something else is asked before.
        return NO_ANSWER if self._then is None else self._then.answer(request, control, about)

    @override
    def knows(self, request: Request, about: Callable[[], str]) -> bool:
        return self._then is not None and self._then.knows(request, about)

    @override
    def pass_over(self, request: Request, control: Control, about: Callable[[], str]) -> None:
        if self._then is not None:
            self._then.pass_over(request, control, about)

    def _question(self, request: Request) -> Question | str | None:
        if request.kind == "breakpoint":
            # It stands there first. With another state it is another checkpoint, after which it is called.
            return next((name for name in self._left if isinstance(name, str) and is_breakpoint(name)), None)
        pending = [one for one in self._run.pending if one.status == "open"] if self._run is not None else []
        for name in self._left:
            if isinstance(name, Question) and (found := name.among(pending)) and found.request.id == request.id:
                return name
        return None


def _names(decision: Decision) -> tuple[str | None, ...]:
    whatever = () if is_breakpoint(decision.interrupt_id) else (None,)
    return (decision.interrupt_id, decision.key, "/".join(decision.path), decision.node, *whatever)


def given(at: Step | Decision | Request, place: Place, answer: Any, then: Answers | None = None) -> Answers | None:
    """An answer to a place, as a source of answers.

    Raises:
        TypeError: a step asked nothing, or several things and only one answer was given.
    """
    if answer is MISSING:
        return then
    if not isinstance(at, Step):
        return Given({place.goes_by: answer}, then)
    asking = [task for task in at.tasks if task.asked]
    if not asking:
        raise TypeError(f"Step {at.number} ({', '.join(at.nodes)}) asked nothing, so it takes no answer=.")
    if len(asking) == 1:
        return Given({None: answer}, then)
    if not isinstance(answer, Mapping):
        names = ", ".join(map(repr, _keys(at)))
        raise TypeError(f"Step {at.number} asked several things: give answer={{...}} by key or node, of {names}.")
    return Given(cast("Mapping[str | Question | None, Any]", answer), then)


def _keys(step: Step) -> list[str]:
    """What the questions of a step went by."""
    numbers: dict[str, count[int]] = {}
    keys: list[str] = []
    for task in step.tasks:
        number = next(numbers.setdefault(task.node, count(1)))
        if task.asked:
            key = payload_key(task.asked[-1]) or task.node
            keys.append(key if number == 1 else f"{key}#{number}")
    return keys


def asked_last(decisions: Sequence[Decision], name: str) -> Decision:
    """The last decision that goes by a key or a node's name.

    Raises:
        UnknownRequestError: there is none.
    """
    for decision in reversed(decisions):
        if name in {decision.key, decision.node, "/".join(decision.path)}:
            return decision
    names = ", ".join(dict.fromkeys(repr(one.key) for one in decisions)) or "none"
    raise UnknownRequestError(f"Nothing that is or was asked is called {name!r}; decided so far: {names}.")
