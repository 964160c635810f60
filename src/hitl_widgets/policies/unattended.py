"""Answers without a person: a mapping, a callable, a recording, or each control's default."""

from __future__ import annotations

import inspect
import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

from typing_extensions import override

from ..control import Control
from ..decisions import FORMAT
from ..errors import InvalidAnswerError
from ..requests import Request


class _Missing:
    def __repr__(self) -> str:
        return "hitl.NO_ANSWER"


NO_ANSWER = _Missing()
"""What an `unattended=` callable returns for a request that it does not answer."""


class _Defaults:
    def __repr__(self) -> str:
        return "hitl.defaults"


defaults = _Defaults()
"""`hitl.run(..., unattended=hitl.defaults)` takes each control's default."""


class each:  # noqa: N801  (reads as a word in `unattended={"review": hitl.each([...])}`)
    """Answers to the same request, one after the other, where a node asks repeatedly.

    Args:
        answers: the answers.
        recorded: whether they are what was answered there, by whomever: what a policy answers once more uses up its place
            then, and `NO_ANSWER` is that of a secret. Else they are for what nothing else answers.

    >>> each(["too short", "fine"])
    each(['too short', 'fine'])
    """

    def __init__(self, answers: Iterable[Any], *, recorded: bool = False) -> None:
        self.answers = list(answers)
        self.recorded = recorded

    def __repr__(self) -> str:
        return f"each({self.answers!r}{', recorded=True' if self.recorded else ''})"


@dataclass(frozen=True)
class Answer:
    """An answer with its reason, where an approval asks for one.

    >>> Answer(False, reason="too dear")
    Answer(value=False, reason='too dear')
    """

    value: Any
    reason: str | None = None


class Answers(Protocol):
    """Where unattended answers come from."""

    def answer(self, request: Request, control: Control) -> Any:
        """The answer to a request (an `Answer`, if there is a reason too), or `NO_ANSWER`.

        Raises:
            InvalidAnswerError: there is none, and a reason that the reader should know.
        """
        ...

    def pass_over(self, request: Request, control: Control) -> None:
        """A request that something else has answered, as a policy."""


_NOT_RECORDED = (
    "The answer that was given here was a secret, which is not recorded. A policy can give it: hitl.policy(answer=...)."
)


class MappedAnswers(Answers):
    """By name, the most exact one that is there.

    Args:
        answers: the answers by name; an `each` gives them one after the other.
        names: the names that a request goes by.
    """

    def __init__(self, answers: Mapping[str, Any], names: Callable[[Request], tuple[str, ...]]) -> None:
        self._answers = dict(answers)
        self._names = names
        self._given: dict[str, int] = {}

    @override
    def answer(self, request: Request, control: Control) -> Any:
        name = self._name(request)
        if name is None:
            return NO_ANSWER
        answer = self._answers[name]
        return self._next(name, answer) if isinstance(answer, each) else answer

    @override
    def pass_over(self, request: Request, control: Control) -> None:
        name = self._name(request)
        answer = self._answers.get(name) if name is not None else None
        if name is None or not isinstance(answer, each) or not answer.recorded:
            return
        # Those of earlier versions have no places for secrets.
        if not control.secret or NO_ANSWER in answer.answers:
            self._given[name] = self._given.get(name, 0) + 1

    def _name(self, request: Request) -> str | None:
        return next((name for name in self._names(request) if name in self._answers), None)

    def _next(self, name: str, these: each) -> Any:
        given = self._given.get(name, 0)
        if given >= len(these.answers):
            raise InvalidAnswerError(f"The {len(these.answers)} answers of each([...]) for {name!r} were all given.")
        self._given[name] = given + 1
        if these.recorded and these.answers[given] is NO_ANSWER:
            raise InvalidAnswerError(_NOT_RECORDED)
        return these.answers[given]


class CalledAnswers(Answers):
    """From a function of the request."""

    def __init__(self, function: Callable[[Request], Any]) -> None:
        self._function = function

    def answer(self, request: Request, control: Control) -> Any:
        return self._function(request)


class DefaultAnswers(Answers):
    """Each control's default, where it has one."""

    def answer(self, request: Request, control: Control) -> Any:
        return control.default_reply()


def answers_from(unattended: Any) -> Answers | None:
    """What `unattended=` was given, as a source of answers; `None` for nothing.

    Raises:
        TypeError: it is none of a mapping, a callable, a path or `hitl.defaults`.
        ValueError: the file is not a recording.
    """
    if unattended is None:
        return None
    if unattended is defaults:
        return DefaultAnswers()
    if isinstance(unattended, Mapping):
        return MappedAnswers(
            cast("Mapping[str, Any]", unattended),
            lambda request: (request.key, "/".join(request.path), request.node),
        )
    if isinstance(unattended, (str, os.PathLike)):
        # By key alone: what was answered to one question of a node is no answer to another.
        return MappedAnswers(read_recording(unattended), lambda request: (request.key,))
    if callable(unattended) and not inspect.iscoroutinefunction(unattended):
        return CalledAnswers(unattended)
    raise TypeError(
        "unattended= takes a mapping by node or key, a function of the request, the path of a recording, "
        f"or hitl.defaults, not {type(unattended).__name__}."
    )


def read_recording(path: str | os.PathLike[str]) -> dict[str, Any]:
    """The answers in a recording (`session.decisions.to_json(path)`), by request key.

    It may have been edited by hand, with an editor that begins files with a mark.

    Raises:
        ValueError: it is not a recording; a sentence that says where not.
    """

    def no(why: object) -> ValueError:
        return ValueError(f"{os.fspath(path)} is not a recording of answers: {why}")

    try:
        recording = json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except RecursionError:
        raise no("it is nested too deeply.") from None
    except ValueError as error:  # no JSON, no UTF-8, or a number of thousands of digits
        raise no(error) from error
    if not isinstance(recording, dict) or cast("dict[str, Any]", recording).get("format") != FORMAT:
        raise no(f"it has no format {FORMAT!r}.")
    by_key = cast("dict[str, Any]", recording).get("answers")
    if not isinstance(by_key, dict):
        raise no(f'"answers" must be an object with a list for each key, not {_kind(by_key)}.')
    found: dict[str, Any] = {}
    for key, given in cast("dict[str, Any]", by_key).items():
        if not isinstance(given, list):
            raise no(f'the answers to {key!r} must be a list, such as [{{"value": ...}}], not {_kind(given)}.')
        answers = cast("list[Any]", given)
        for at, answer in enumerate(answers):
            if not isinstance(answer, dict) or not ("value" in answer or _is_of_secret(answer)):
                raise no(f'answer {at} to {key!r} must be an object with a "value".')
            if not isinstance(cast("dict[str, Any]", answer).get("reason"), str | None):
                raise no(f"the reason of answer {at} to {key!r} must be a text.")
        found[key] = each(map(_answer, answers), recorded=True)
    return found


def _is_of_secret(answer: Any) -> bool:
    return answer.get("secret") is True


def _kind(value: object) -> str:
    """What a JSON value is, in JSON's words."""
    if value is None:
        return "nothing"
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    return json.dumps(value)[:60]


def _answer(decision: Mapping[str, Any]) -> Any:
    if "value" not in decision:
        return NO_ANSWER
    reason = decision.get("reason")
    return Answer(decision["value"], reason) if reason else decision["value"]
