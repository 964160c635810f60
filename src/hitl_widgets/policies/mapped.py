"""Answers by name, as somebody writes them or a recording has them: each is given to what it is about, else by its place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from typing_extensions import override

from ..control import Control
from ..errors import InvalidAnswerError
from ..requests import Request
from ..texts.clipped import clipped
from ..texts.table import from_where_they_differ
from .about import approves
from .answers import NO_ANSWER, Answer, Answers, ByPlace, each

_NOT_RECORDED: Final = (
    "The answer that was given here was a secret, which is not recorded. A policy can give it: hitl.policy(answer=...)."
)
_OTHER: Final = "What was recorded is not for what is asked here: {asked}. Recorded: {recorded}. "
_OTHER_APPROVAL: Final = (
    'What was approved or refused is given to nothing else. Record it anew; or take "about" out of an answer that may go to '
    "whatever is asked in its place."
)
_OTHER_TEXT: Final = "None that may go to another question is left by its name. Record it anew."
_NUMBER = re.compile(r"#\d+$")
"""Which of several tasks of one node asks: another one where they begin in another order."""
_MOST_TOLD: Final = 5
_LONGEST: Final = 200
"""Characters of what one is about."""


@dataclass(frozen=True)
class _Given:
    """An answer that was given.

    Attributes:
        request: the interrupt.
        name: by which name.
        at: its place there.
        moved: by how much that changes how many of a name's were given to other tasks of its node.
    """

    request: str
    name: str
    at: int
    moved: Mapping[str, int] = field(default_factory=dict[str, int])


class MappedAnswers(Answers):
    """By name, the most exact one that is there.

    Where answers say what they are about, a request gets the one that is about the same, whatever its place among them and
    whichever of its node's tasks asks; else it gets the first that is left by its name. But what was approved or refused is
    given to nothing else, and what approves gets nothing that was given to something else.

    Args:
        answers: the answers by name; an `each` gives them one after the other.
        names: the names that a request goes by.
    """

    def __init__(self, answers: Mapping[str, Any], names: Callable[[Request], tuple[str, ...]]) -> None:
        self._answers = dict(answers)
        self._names = names
        self._left = {name: dict(enumerate(self._all(name))) for name in self._answers}
        """Those that were not given, by their places; a single one is given again."""
        self._alike: dict[str, list[str]] = {}
        """The names of one node's tasks."""
        self._taken_from = Counter[str]()
        """How many of a name's were given to other tasks of its node, for which none was given back."""
        self._places: dict[str, dict[str, list[int]]] = {}
        """Where the answers are that say what they are about, first those that come last."""
        for name, these in self._left.items():
            self._alike.setdefault(_without_number(name), []).append(name)
            for at, one in reversed(these.items()):
                if (of := _about(one)) is not None:
                    self._places.setdefault(of, {}).setdefault(name, []).append(at)
        self._given: list[_Given] = []
        """What was given, in that order."""
        self._asked = set[str]()
        """The names that something was asked for, and those of the asking nodes' tasks without their numbers."""

    @property
    @override
    def unused(self) -> list[str]:
        return [name for name in self._answers if not {name, _without_number(name)} & self._asked]

    @override
    def answer(self, request: Request, control: Control, about: Callable[[], str]) -> Any:
        self._see(request)
        name, approving = self._name(request), approves(request, control)
        if (found := self._known(request, about)) is not None:
            return self._give(_Given(request.id, *found, {found[0]: int(found[0] != name)}))
        if name is not None and (at := next(self._by_place(name, is_approval=approving), None)) is not None:
            return self._give(_Given(request.id, name, at))
        # Its own has gone to another task, which asked here what this one asked when it was recorded.
        if name is not None and self._taken_from[name]:
            for one in self._of(request):
                if (at := next(self._by_place(one, is_approval=approving, is_beside=True), None)) is not None:
                    return self._give(_Given(request.id, one, at, {name: -1, one: 1}))
        if any(self._told(request)) and (approving or name is not None):
            raise self._is_other(request, about, is_approval=approving)
        if name is None:
            return NO_ANSWER
        raise InvalidAnswerError(f"The {len(self._all(name))} answers of each([...]) for {name!r} were all given.")

    @override
    def knows(self, request: Request, about: Callable[[], str]) -> bool:
        return self._known(request, about) is not None

    @override
    def pass_over(self, request: Request, control: Control, about: Callable[[], str]) -> None:
        self._see(request)
        found = self._known(request, about)
        if found is None and (name := self._name(request)) is not None:
            # Those of earlier versions have no places for secrets.
            has_place = not control.secret or any(_value(one) is NO_ANSWER for one in self._all(name))
            at = next(self._by_place(name, is_approval=approves(request, control)), None)
            found = (name, at) if at is not None and has_place else None
        if found is not None and self._is_recorded(found[0]):
            self._use_up(_Given(request.id, *found, {found[0]: int(found[0] != self._name(request))}))

    @override
    def anew(self, before: Iterable[str], instead: Iterable[str]) -> Answers:
        # One interrupt asks several times where its node goes on asking.
        other, over, replaced = MappedAnswers(self._answers, self._names), Counter(before), Counter(instead)
        for one in tuple(self._given):
            is_over = over[one.request] > 0
            (over if is_over else replaced)[one.request] -= 1
            # What is recorded is passed over once it is asked there.
            if is_over or (replaced[one.request] >= 0 and not self._is_recorded(one.name)):
                other._use_up(one)
        other._asked |= self._asked
        return other

    def _known(self, request: Request, about: Callable[[], str]) -> tuple[str, int] | None:
        """The answer that is about what this request is about: by which name, and the how manieth."""
        if not self._places or not (of := self._places.get(about())):
            return None
        own, alike = self._name(request), _without_number(request.key)
        name = own if own in of else next((one for one in of if _without_number(one) == alike), None)
        return None if name is None else (name, of[name][-1])

    def _give(self, given: _Given) -> Any:
        answer = self._use_up(given)
        if self._is_recorded(given.name) and _value(answer) is NO_ANSWER:
            raise InvalidAnswerError(_NOT_RECORDED)
        return answer

    def _is_recorded(self, name: str) -> bool:
        these = self._answers[name]
        return isinstance(these, each) and these.recorded

    def _all(self, name: str) -> list[Any]:
        these = self._answers[name]
        return these.answers if isinstance(these, each) else [these]

    def _use_up(self, given: _Given) -> Any:
        name, at = given.name, given.at
        self._given.append(given)
        self._taken_from.update(given.moved)
        if not isinstance(self._answers[name], each):
            return self._left[name][at]  # a single one is given again
        answer = self._left[name].pop(at)
        if (of := _about(answer)) is not None:
            places = self._places[of]
            places[name].remove(at)
            if not places[name]:
                del places[name]
        return answer

    def _by_place(self, name: str, *, is_approval: bool, is_beside: bool = False) -> Iterator[int]:
        """The places of those that are left and may be given to something else than they were given to."""
        for at, one in self._left[name].items():
            if (isinstance(one, ByPlace) and not is_approval) or (_about(one) is None and not is_beside):
                yield at

    def _see(self, request: Request) -> None:
        self._asked |= {_without_number(request.key), *filter(None, [self._name(request)])}

    def _name(self, request: Request) -> str | None:
        return next((name for name in self._names(request) if name in self._answers), None)

    def _of(self, request: Request) -> Iterator[str]:
        """The names whose answers may be for a request: its own, if that is there, and those of its node's other tasks."""
        own = self._name(request)
        if own is not None:
            yield own
        yield from (name for name in self._alike.get(_without_number(request.key), ()) if name != own)

    def _told(self, request: Request) -> Iterator[str]:
        """What those that are left are about."""
        for name in self._of(request):
            yield from (said for one in self._left[name].values() if (said := _about(one)) is not None)

    def _is_other(self, request: Request, about: Callable[[], str], *, is_approval: bool) -> InvalidAnswerError:
        told = list(dict.fromkeys(self._told(request)))
        lines = [" ".join(one.split()) for one in (about(), *told[:_MOST_TOLD])]
        asked, *recorded = (f"“{clipped(one, _LONGEST)}”" for one in from_where_they_differ(lines))
        listed = ", ".join([*recorded, *([f"and {len(told) - _MOST_TOLD} more"] if len(told) > _MOST_TOLD else [])])
        why = _OTHER_APPROVAL if is_approval else _OTHER_TEXT
        return InvalidAnswerError(_OTHER.format(asked=asked, recorded=listed) + why)


def _without_number(name: Any) -> str:
    return _NUMBER.sub("", str(name))  # who writes a mapping may have other keys in it, which are no request's


def _about(answer: Any) -> str | None:
    return answer.about if isinstance(answer, Answer) else None


def _value(answer: Any) -> Any:
    return answer.value if isinstance(answer, Answer) else answer
