"""Answers by name, as somebody writes them or a recording has them: each is given to what it is about, else by its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
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
_OTHER: Final = (
    "What was recorded is not for what is asked here: {asked}. Recorded: {recorded}. What was approved or refused is given to "
    'nothing else. Record it anew; or take "about" out of an answer that may go to whatever is asked in its place.'
)
_NUMBER = re.compile(r"#\d+$")
"""Which of several tasks of one node asks: another one where they begin in another order."""
_MOST_TOLD: Final = 5
_LONGEST: Final = 200
"""Characters of what one is about."""


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
        self._given: dict[str, set[int]] = {}
        self._unused = set(answers)

    @property
    @override
    def unused(self) -> list[str]:
        return [name for name in self._answers if name in self._unused]

    @override
    def answer(self, request: Request, control: Control, about: Callable[[], str]) -> Any:
        if (found := self._known(request, about)) is not None:
            return self._give(*found)
        name, approving = self._name(request), approves(request, control)
        for one in self._of(request) if name is not None else ():
            # Its own may have gone to another task, which asked here what this one asked when it was recorded.
            if fit := list(self._by_place(one, is_approval=approving, is_beside=one != name)):
                return self._give(one, fit[0])
        if any(self._told(request)) and (approving or name is not None):
            raise self._is_other(request, about)
        if name is None:
            return NO_ANSWER
        raise InvalidAnswerError(f"The {len(self._all(name))} answers of each([...]) for {name!r} were all given.")

    @override
    def knows(self, request: Request, about: Callable[[], str]) -> bool:
        return self._known(request, about) is not None

    @override
    def pass_over(self, request: Request, control: Control, about: Callable[[], str]) -> None:
        found = self._known(request, about)
        if found is None and (name := self._name(request)) is not None:
            # Those of earlier versions have no places for secrets.
            has_place = not control.secret or any(_value(one) is NO_ANSWER for one in self._all(name))
            fit = list(self._by_place(name, is_approval=approves(request, control)))
            found = (name, fit[0]) if fit and has_place else None
        if found is not None and (these := self._answers[found[0]]) and isinstance(these, each) and these.recorded:
            self._given.setdefault(found[0], set()).add(found[1])

    def _known(self, request: Request, about: Callable[[], str]) -> tuple[str, int] | None:
        """The answer that is about what this request is about: by which name, and the how manieth."""
        told = [(name, at, _about(one)) for name in self._of(request) for at, one in self._left(name).items()]
        said = about() if any(of is not None for *_, of in told) else None
        return next(((name, at) for name, at, of in told if of is not None and of == said), None)

    def _give(self, name: str, at: int) -> Any:
        these = self._answers[name]
        if not isinstance(these, each):
            return these
        self._given.setdefault(name, set()).add(at)
        answer = these.answers[at]
        if these.recorded and _value(answer) is NO_ANSWER:
            raise InvalidAnswerError(_NOT_RECORDED)
        return answer

    def _all(self, name: str) -> list[Any]:
        these = self._answers[name]
        return these.answers if isinstance(these, each) else [these]

    def _left(self, name: str) -> dict[int, Any]:
        """Those that were not given, by their places; a single one is given again."""
        given = self._given.get(name, set[int]())
        return {at: one for at, one in enumerate(self._all(name)) if at not in given}

    def _by_place(self, name: str, *, is_approval: bool, is_beside: bool = False) -> Iterator[int]:
        """The places of those that are left and may be given to something else than they were given to."""
        for at, one in self._left(name).items():
            if (isinstance(one, ByPlace) and not is_approval) or (_about(one) is None and not is_beside):
                yield at

    def _name(self, request: Request) -> str | None:
        return next((name for name in self._names(request) if name in self._answers), None)

    def _of(self, request: Request) -> list[str]:
        """The names whose answers may be for a request: its own, if that is there, and those of its node's other tasks."""
        alike, own = _NUMBER.sub("", request.key), self._name(request)
        beside = [name for name in self._answers if name != own and _NUMBER.sub("", name) == alike]
        found = beside if own is None else [own, *beside]
        self._unused.difference_update(found)
        return found

    def _told(self, request: Request) -> Iterator[str]:
        """What those that are left are about."""
        for name in self._of(request):
            yield from (said for one in self._left(name).values() if (said := _about(one)) is not None)

    def _is_other(self, request: Request, about: Callable[[], str]) -> InvalidAnswerError:
        lines = [" ".join(one.split()) for one in (about(), *dict.fromkeys(self._told(request)))]
        asked, *recorded = (f"“{clipped(one, _LONGEST)}”" for one in from_where_they_differ(lines))
        more = [f"and {len(recorded) - _MOST_TOLD} more"] if len(recorded) > _MOST_TOLD else []
        listed = ", ".join([*recorded[:_MOST_TOLD], *more])
        return InvalidAnswerError(_OTHER.format(asked=asked, recorded=listed))


def _about(answer: Any) -> str | None:
    return answer.about if isinstance(answer, Answer) else None


def _value(answer: Any) -> Any:
    return answer.value if isinstance(answer, Answer) else answer
