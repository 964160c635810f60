"""Registration: a function of the user's own, and which requests (or parts of their forms) it is for."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from types import FunctionType, MethodType
from typing import Any, cast

from ..approving.call import name_of
from ..calls import tools_in
from ..control import Control
from ..control.at_once import said_at_once
from ..control.live_widget import is_widget, is_widget_class
from ..controls import Matcher, Tier
from ..errors import ControlError
from ..fields import is_type
from ..requests import Request
from .payload_type import UNRELATED, revived


@dataclass(frozen=True)
class Registration:
    """A function, and the conditions that must all hold.

    Attributes:
        function: makes the control.
        type: of the payload.
        node: the name of the node that asks, or its path (`outer/inner`).
        tool: what is to be run, where approval for a tool's call is asked.
        format: the format of a schema: the function is for the parts of a form that have it.
        when: a test of the request.
    """

    function: Callable[[Any], Any]
    type: Any = None
    node: str | None = None
    tool: str | None = None
    format: str | None = None
    when: Callable[[Request], Any] | None = None

    @property
    def name(self) -> str:
        """The function's name, and what it is for, without what differs from run to run."""
        said = [getattr(self.type, "__qualname__", str(self.type))] if self.type is not None else []
        for word, value in (("node", self.node), ("tool", self.tool), ("format", self.format)):
            said += [f"{word} {value!r}"] if value is not None else []
        own = getattr(self.function, "__qualname__", name_of(self.function)).rpartition("<locals>.")[2]
        return f"{own} (for {', '.join(said)})" if said else own

    @property
    def written(self) -> FunctionType | None:
        """The function as its author has written it, without what is around it; `None` where it has no lines of its own."""
        function: Any = self.function
        while isinstance(function, partial):
            function = cast("Any", function).func
        function = inspect.unwrap(function)
        function = cast("Any", function).__func__ if isinstance(function, MethodType) else function
        return function if isinstance(function, FunctionType) else None

    def matcher(self, control: Callable[[Request], Any] | None = None) -> Matcher:
        """What asks it for the control of a request.

        Args:
            control: how, where that is not with the request as it is.
        """
        return Matcher(Tier.REGISTERED, self.name, control or self.control, self.written)

    def concerns(self, request: Request) -> Request | None:
        """The request as the function gets it, if all the conditions hold that are about the whole of it."""
        if self.node is not None and self.node not in {request.node, "/".join(request.path)}:
            return None
        if self.tool is not None and self.tool not in tools_in(request):
            return None
        if self.type is not None:
            payload = revived(request.payload, self.type)
            if payload is UNRELATED:
                return None
            request = replace(request, payload=payload)
        return request if self.when is None or said_at_once("when=", self.when, request) else None

    def made(self, asked: Any) -> Any:
        """What the function makes of a request, or of a part's schema."""
        return said_at_once("register", self.function, asked)

    def control(self, request: Request) -> Control | None:
        """Its control for a request as a whole; `None`: not mine."""
        own = self.concerns(request)
        answer = None if own is None else self.made(own)
        if own is None or answer is None:
            return None
        control = as_control(answer)
        # What is registered for a type edits a value of that type, and a model's form the payload that fits it.
        edits = self.type is not None or not isinstance(answer, Control)
        return control.starting_from_payload(own.payload) if edits else control


class NotAControlError(ControlError):
    """What a registered function returned is no control, or none that can stand where it is needed."""


def require_conditions(*, type: Any, node: Any, tool: Any, format: Any, when: Any) -> None:
    """Refuse what `register` cannot be given.

    Raises:
        ControlError: no condition, or one of the wrong kind, or two that cannot both hold.
    """
    if type is not None and not is_type(type):
        raise ControlError(
            f"register takes the type of a payload, not {shown(type)}; write @controls.register(SomeType) or "
            '@controls.register(node="ask_address").'
        )
    for name, value in (("node", node), ("tool", tool), ("format", format)):
        if value is not None and (not isinstance(value, str) or not value):
            raise ControlError(f"register({name}=...) takes the name of a {name}, not {shown(value)}.")
    if when is not None and not callable(when):
        raise ControlError(f"register(when=...) takes a test of the request, not {shown(when)}.")
    if all(condition is None for condition in (type, node, tool, format, when)):
        raise ControlError(
            "register needs to know what it is for: the type of a payload, node=, tool=, format=, or "
            "when=lambda request: ..."
        )
    if type is not None and tool is not None:
        raise ControlError(
            "A call of a tool has no payload of a type of its own, only arguments. Register for tool= alone, and "
            "return the type: its form then edits the arguments."
        )
    if tool is not None and format is not None:
        raise ControlError(
            "register(tool=..., format=...) would be for a part of a call's form. Register for format= alone, or for "
            "tool= and return a form of the arguments."
        )


def require_function(function: Any) -> None:
    """Refuse what `register` cannot decorate.

    Raises:
        ControlError: it cannot be called, or is a type.
    """
    if not callable(function) or isinstance(function, type):
        raise ControlError(
            f"register decorates a function that returns a control, not {shown(function)}; write a function that "
            "returns it."
        )


def as_control(answer: Any) -> Control:
    """What a registered function may return, as a control.

    Raises:
        NotAControlError: it is something else.
    """
    if isinstance(answer, Control):
        return answer
    if is_widget(answer):
        return Control.of_widget(answer)
    if is_widget_class(answer):
        raise NotAControlError(f"returned the class {answer.__name__} and no widget: write {answer.__name__}()")
    if is_type(answer):
        return Control.form(answer)
    raise NotAControlError(
        f"returned {shown(answer)}, which is neither a Control, a model, a widget with a `value` trait, nor None"
    )


def shown(value: Any) -> str:
    """A value for a message: as it is written, if that is short and the same in every run.

    >>> shown(42), shown(object())
    ('42', 'an object of the class object')
    """
    written = repr(value)
    is_plain = len(written) <= 60 and " at 0x" not in written
    return written if is_plain else f"an object of the class {type(value).__qualname__}"


def without_addresses(text: str) -> str:
    """What an exception says, without what differs from run to run.

    >>> without_addresses("<Model object at 0x7f2a> has no total")
    '<Model object> has no total'
    """
    return re.sub(r" at 0x[0-9a-fA-F]+", "", text)
