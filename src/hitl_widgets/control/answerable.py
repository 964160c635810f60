"""What becomes of a reply to a control, and of an answer from code: the value that the graph resumes with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, cast

from pydantic import ValidationError

from .. import fields
from ..decisions import Told
from ..errors import ControlError, InvalidAnswerError
from ..fields import MISSING, Schema
from ..protocol import ContextView, ControlView, FieldView
from ..texts.jsonable import jsonable
from ..texts.raised import message_of
from .at_once import said_at_once
from .live_widget import assign, empty, is_password, set_value, value_of
from .unquoted import REFUSED, unquoted

Reason = Literal["none", "optional", "required", "required_to_reject"]


@dataclass(frozen=True)
class ApprovalKeys:
    """Where an approval's answer is an object: the keys of the decision and of its reason."""

    decision: str
    reason: str | None
    reason_required: bool

    def value(self, *, approved: bool, reason: str | None) -> dict[str, Any]:
        """The object for a decision."""
        value: dict[str, Any] = {self.decision: approved}
        if self.reason is not None and (reason or self.reason_required):
            value[self.reason] = reason or None
        return value


@dataclass(frozen=True)
class Answerable:
    """A control as it is answered; `Control` is how one is made, and says what is in it."""

    view: ControlView
    schema: Schema | None = None
    parse: Callable[[Any], Any] | None = None
    question: str | None = None
    description: str | None = None
    context: tuple[ContextView, ...] | None = None
    widget: Any = None
    default: Any = MISSING
    keys: ApprovalKeys | None = None
    decided: Callable[[Any], tuple[Any, str | None]] | None = None
    fetch: Callable[[Mapping[str, Any]], Any] | None = None
    assets: Mapping[str, str] = field(default_factory=dict[str, str])
    from_code: Callable[[Any], Any] | None = None
    for_secret: bool = False
    before: Answerable | None = None

    def __post_init__(self) -> None:
        for name, said in (("title", self.question), ("description", self.description)):
            if not isinstance(cast("Any", said), str | None):
                raise ControlError(f"The {name} of a control is a text, not of the type {type(said).__name__}.")
        if self.context is not None and not _are_parts(self.context):
            raise ControlError('The context of a control is parts as {"label": "...", "text": "...", "mono": False}.')

    @property
    def is_checked(self) -> bool:
        """Whether an answer is held to something before the graph gets it; a bare text's is not."""
        return self.schema is not None or self.parse is not None or self.view["kind"] == "decide"

    @cached_property
    def secret(self) -> bool:
        """Whether the answer holds a secret, and stays out of decisions, recordings and logs."""
        in_view = self.view["kind"] == "form" and fields.has_password(self.view["field"])
        return self.for_secret or in_view or is_password(self.widget) or fields.is_secret(self.schema)

    def resume_value(self, reply: Any, reason: str | None = None) -> Any:
        """The value that the graph resumes with, for a reply from the browser.

        Raises:
            InvalidAnswerError: the reply does not fit; a sentence by the path of the field where it can be mended.
        """
        view = self.view
        if view["kind"] == "approval":
            if not isinstance(reply, bool):
                raise InvalidAnswerError("Please choose one.")
            try:
                return self.accept(reply, reason)
            except InvalidAnswerError as error:
                raise self.refusal(error) from error
        if view["kind"] == "widget":
            return self._finished(set_value(self.widget, reply))
        if view["kind"] == "breakpoint":
            return self._steered(view["field"], reply)
        assert view["kind"] == "form", "a `Deciding` reads its own replies"
        value = fields.decode(view["field"], reply)
        try:
            return self._finished(value)
        except InvalidAnswerError as error:
            raise InvalidAnswerError(fields.at_fields(error.fields, view["field"], reply)) from error

    def json_value(self, text: str, reason: str | None = None) -> Any:
        """The value that the graph resumes with, for an answer that a person has written as JSON, without this control.

        A widget gets it as it would get it from the browser; every other control as from code.

        Raises:
            InvalidAnswerError: it is no JSON, or does not fit; or it is a secret, which is not written where it can be read.
        """
        if self.secret:
            raise InvalidAnswerError("This is a secret, so it is not taken as JSON. Answer from code instead.")
        value = fields.parse_json(text)
        return self.resume_value(value) if self.view["kind"] == "widget" else self.accept(value, reason)

    def half_answered(self, reply: Any) -> Any:
        """What a reply comes to that is not finished: where it does not fit, it is what was entered.

        Raises:
            InvalidAnswerError: the browser knows it as well as this control.
        """
        raise InvalidAnswerError("There is no such part of this question.")

    def _steered(self, state: FieldView | None, reply: Any) -> Any:
        """A reply to a breakpoint."""
        if state is None or not isinstance(reply, dict):
            return self._finished(reply)
        try:
            return self._finished({"update": fields.decode(state, cast("dict[str, Any]", reply).get("update"))})
        except InvalidAnswerError as error:
            raise InvalidAnswerError(
                fields.at_fields(error.fields, state, cast("dict[str, Any]", reply).get("update"))
            ) from error

    def accept(self, value: Any, reason: str | None = None) -> Any:
        """The value that the graph resumes with, for an answer from code: JSON, or the Python value it stands for.

        Raises:
            InvalidAnswerError: the value does not fit; a sentence by path.
        """
        if self.from_code is not None:
            value = self.from_code(value)
        if self.view["kind"] == "widget":
            return self._finished(assign(self.widget, value))
        if self.view["kind"] == "approval" and isinstance(value, bool):
            self._require_reason(self.view["reason"], reason, approved=value)
            if self.keys is not None:
                value = self.keys.value(approved=value, reason=reason)
        return self._finished(value)

    def forget(self) -> None:
        """Keep nothing of an answer that was taken, if it is secret: a widget goes on having its value."""
        if self.widget is not None and self.secret:
            empty(self.widget)

    def default_reply(self) -> Any:
        """The answer that this control starts from, as a resume value; what `unattended=hitl.defaults` takes.

        Raises:
            InvalidAnswerError: it starts from none, or from one that does not fit.
        """
        if self.before is not None:
            return self.before.default_reply()
        if self.view["kind"] == "approval" or self.view["kind"] == "breakpoint":
            if self.default is MISSING:
                raise InvalidAnswerError("This question has no default.")
            return self.accept(self.default)
        if self.view["kind"] == "widget":
            return self._finished(value_of(self.widget))
        assert self.view["kind"] == "form", "a `Deciding` has no default"
        reply = fields.default_reply(self.view["field"])
        return self.resume_value(None if reply is MISSING else reply)

    @property
    def of_calls(self) -> Answerable:
        """What decides about the calls that its request asks about, if it asks about any."""
        return self

    def told(self, answer: Any) -> Told | None:
        """A resume value in words, where it is not best shown as it is."""
        answered = self._answered(answer)
        approved = answered.get(self.keys.decision) if self.keys is not None else None
        return Told("Yes" if approved else "No", approved) if isinstance(approved, bool) else None

    def reason_in(self, answer: Any) -> str | None:
        """The reason that is a part of a resume value."""
        reason = self._answered(answer).get(self.keys.reason) if self.keys is not None else None
        return reason if isinstance(reason, str) and reason.strip() else None

    def _answered(self, answer: Any) -> dict[Any, Any]:
        """The object of an approval that is answered with one; nothing of a secret."""
        plain = None if self.keys is None or self.decided is not None or self.secret else jsonable(answer)
        return cast("dict[Any, Any]", plain) if isinstance(plain, dict) else {}

    def policies_in(self, answer: Any) -> tuple[str, ...]:
        """The policies that have decided a part of a resume value."""
        return ()

    def refusal(self, error: BaseException) -> InvalidAnswerError:
        """What somebody else (LangGraph, a node's own type) has against an answer, at the fields of this control."""
        if isinstance(error, InvalidAnswerError):
            said = error.fields
        elif isinstance(error, ValidationError):
            said = fields.in_words(error)
        else:
            said = {"": REFUSED if self.secret else message_of(error) or type(error).__name__}
        if self.view["kind"] == "form":
            return InvalidAnswerError(fields.at_fields(said, self.view["field"]))
        at_reason = {"reason", self.keys.reason} if self.keys is not None else {"reason"}
        if self.view["kind"] == "approval" and said.keys() <= at_reason:
            return InvalidAnswerError({"reason": " ".join(said.values())})
        return InvalidAnswerError({"": _one_sentence(said)})

    def _finished(self, value: Any) -> Any:
        try:
            return self._checked(value)
        except InvalidAnswerError as error:
            if not self.secret:
                raise
            # A validator of the user's own may say what it was given.
            raise InvalidAnswerError(unquoted(error.fields, value)) from None

    def _checked(self, value: Any) -> Any:
        if halves := fields.halves_in(value):
            raise InvalidAnswerError(halves)
        if self.schema is not None:
            value = fields.as_json(value)
            if errors := fields.validate(self.schema, value):
                raise InvalidAnswerError(errors)
        if self.parse is None:
            return value
        try:
            return said_at_once("parse=", self.parse, value)
        except InvalidAnswerError:
            raise
        except ValidationError as error:  # a ValueError too, so it comes first
            raise InvalidAnswerError(fields.in_words(error)) from None  # it quotes the value, maybe a secret
        except ValueError as error:
            if self.secret:  # what somebody else says of a value may quote it
                raise InvalidAnswerError(REFUSED) from None
            raise InvalidAnswerError(message_of(error) or REFUSED) from error

    def _require_reason(self, asked: Reason, reason: str | None, *, approved: bool) -> None:
        needed = asked == "required" or (asked == "required_to_reject" and not approved)
        if needed and not (reason or "").strip():
            raise InvalidAnswerError({"reason": "Please fill this in."})


def _are_parts(context: Any) -> bool:
    if not isinstance(context, tuple | list):
        return False
    parts = cast("Sequence[Any]", context)
    return all(
        isinstance(part, dict) and {"label", "text", "mono"} <= part.keys() and _has_texts(part) for part in parts
    )


def _has_texts(part: Any) -> bool:
    return isinstance(part["label"], str) and isinstance(part["text"], str)


def _one_sentence(said: Mapping[str, str]) -> str:
    return " ".join(f"{path}: {text}" if path else text for path, text in said.items())
