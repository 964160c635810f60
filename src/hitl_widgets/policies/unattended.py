"""`unattended=`: a mapping, a function, a recording, or each control's default."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Mapping
from typing import Any, cast

from typing_extensions import override

from ..control import Control
from ..requests import Request
from .answers import Answers
from .mapped import MappedAnswers
from .recording import read_recording


class _Defaults:
    def __repr__(self) -> str:
        return "hitl.defaults"


defaults = _Defaults()
"""`hitl.run(..., unattended=hitl.defaults)` takes each control's default."""


class CalledAnswers(Answers):
    """From a function of the request."""

    def __init__(self, function: Callable[[Request], Any]) -> None:
        self._function = function

    @property
    @override
    def takes_time(self) -> bool:
        return True

    @override
    def answer(self, request: Request, control: Control, about: Callable[[], str]) -> Any:
        return self._function(request)


class DefaultAnswers(Answers):
    """Each control's default, where it has one."""

    @override
    def answer(self, request: Request, control: Control, about: Callable[[], str]) -> Any:
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
