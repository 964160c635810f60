"""The exceptions, as a tree:

HitlError
├── AnswerError
│   ├── InvalidAnswerError      a value that does not fit; the request stays open
│   ├── StaleAnswerError        the request is no longer pending
│   ├── UnknownRequestError     no pending request has that name
│   └── AmbiguousAnswerError    several are pending and the answer names none
├── UnansweredError             nobody is there to click, and no answer was given
├── CannotSaveError             the checkpointer has no form for a value; says which, and where it stands
├── CannotWaitError             waiting here would hang; says what to write instead
├── ControlError                a control that cannot be used
├── OtherProcessError           a session is used in a process that it does not belong to
├── RejectedError               a call of a function that asks (`hitl.approve`) was rejected
├── ServerError                 a graph's server cannot be reached, or does not do what it is asked
└── SessionStoppedError         the session was stopped before it finished
"""

from __future__ import annotations

from collections.abc import Mapping

from .texts.odd import spelled


class HitlError(Exception):
    """The base of everything this package raises on purpose.

    What it says may quote a graph's names and questions: in its text, what is not seen in those is spelled out.
    """

    def __str__(self) -> str:
        return spelled(super().__str__())


class AnswerError(HitlError):
    """An answer that was not taken. Nothing was sent to the graph."""


class InvalidAnswerError(AnswerError, ValueError):
    """A value that does not fit its request, field by field, in words. The request stays open.

    Attributes:
        fields: a sentence by field; `""` is the value as a whole, `"address/city"` a nested key.
    """

    def __init__(self, fields: Mapping[str, str] | str) -> None:
        self.fields: dict[str, str] = {"": fields} if isinstance(fields, str) else dict(fields)
        super().__init__("; ".join(f"{path}: {text}" if path else text for path, text in self.fields.items()))


class StaleAnswerError(AnswerError):
    """The request was answered already, or the run has left it behind."""


class UnknownRequestError(AnswerError, LookupError):
    """No pending request has that key, node or interrupt id."""


class AmbiguousAnswerError(AnswerError):
    """Several requests are pending, and the answer does not say which it is for."""


class UnansweredError(HitlError):
    """Nobody is there to click, and nothing answers these requests. The thread stays as it is."""


class CannotSaveError(HitlError, TypeError):
    """A thread's checkpointer has no form for a value that was written, asked with or answered."""


class CannotWaitError(HitlError, RuntimeError):
    """Waiting here would hang for ever."""


class ControlError(HitlError, TypeError):
    """A control that cannot be used, such as a widget without a `value` trait."""


class OtherProcessError(HitlError, RuntimeError):
    """A session is used in, or sent to, a process that it does not belong to: its graph runs in the one that made it."""


class RejectedError(HitlError):
    """A person rejected a call of a function that asks (`hitl.approve`), or its result. Raised in the node.

    Attributes:
        name: what was called.
        reason: why it was rejected, if that was said.
    """

    def __init__(self, name: str, reason: str | None = None) -> None:
        self.name = name
        self.reason = reason
        super().__init__(f"{name} was rejected" + (f": {reason}" if reason else "."))

    def __reduce__(self) -> tuple[type[RejectedError], tuple[str, str | None]]:
        return type(self), (self.name, self.reason)


class ServerError(HitlError):
    """The server of a `RemoteGraph` cannot be reached, or does not do what it is asked. Its thread stays as it is.

    Attributes:
        status: the HTTP status; `None` where there was no answer.
    """

    def __init__(self, message: str, status: int | None = None) -> None:
        self.status = status
        super().__init__(message)

    def __reduce__(self) -> tuple[type[ServerError], tuple[str, int | None]]:
        return type(self), (str(self), self.status)


class SessionStoppedError(HitlError):
    """The session was stopped before the graph finished."""
