"""Registry: which control a request gets, and why."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from importlib.metadata import entry_points
from types import FunctionType
from typing import Any, TypeVar

from ..control import Control
from ..controls import BUILT_IN, HINT, Matcher, Tier
from ..controls.ask import typed_by_state_key
from ..controls.secrets import asks_for_secret
from ..fields import replacing
from ..requests import Request
from ..texts.odd import spelled
from ..texts.raised import ANYBODYS, line_of
from .calls import Calls
from .explanation import NOT_MINE, Explanation, Skipped, reason_of
from .formats import Formats
from .payload_type import distance
from .registration import Registration, as_control, require_conditions, require_function

GROUP = "hitl_widgets.controls"
"""The entry point group of packages that bring controls of their own."""

F = TypeVar("F", bound=Callable[[Any], Any])


class Registry:
    """Which control a request gets. Asked in order, the first that answers decides:

    a control hint in the payload, what was registered here (newest first; of types, the nearest by MRO), the known
    payload families, the `response_schema`, the payload's Python type, its shape, and the JSON editor.

    >>> registry = Registry()
    >>> @registry.register(when=lambda request: request.node == "pick_region")
    ... def region(request):
    ...     return Control.choice(["EU", "US"])
    >>> request = Request("1", "pick_region", "pick_region", ("pick_region",), "Where to?")
    >>> registry.explain(request).matcher
    'region'
    """

    def __init__(self) -> None:
        self._registered: tuple[Registration, ...] = ()
        self._installed: Callable[[], tuple[Registration, ...]] = tuple
        """What installed packages registered; asked after what was registered here."""

    def register(
        self,
        type: Any = None,
        *,
        node: str | None = None,
        tool: str | None = None,
        format: str | None = None,
        when: Callable[[Request], Any] | None = None,
    ) -> Callable[[F], F]:
        """Use the decorated function for some requests. All the conditions that are given must hold.

        Args:
            type: a class of payloads: instances by MRO, and dicts of its shape (a dataclass or a Pydantic model may
                come back as one after a restart; the function gets an instance again).
            node: the name of the node that asks, or its path in nested graphs, such as `"outer/inner"`.
            tool: the name of a tool or function whose call is to be approved, whoever asks: langchain's middleware in
                either mode, Agent Inbox, or `hitl.approve`.
            format: the `format` of a JSON Schema: the function is for that part of any form, and for answers that are
                such a value as a whole.
            when: a test of the request.

        The function takes the request and returns a `Control`, a Pydantic model or another type (its form), an
        ipywidget or anywidget with a `value` trait, or `None`: not mine, go on. What raises, or returns something
        else, is reported by name and skipped.

        **For a tool** the function takes the request of that call alone, also where several are asked about at once:
        its payload is `{"type": "tool_approval", "name": ..., "args": {...}, "description": ...}`. What it returns
        says how the call is shown; the decision is made of it, and only what is allowed can be decided:

        - a type, or a `Control.form` of all or some of the arguments: their form, under Edit;
        - `Control.approval`: its two buttons, and its reason to reject;
        - anything else, a widget too, for a call that is asked about alone: its value is `True`, `False`, the
          arguments as they should be, or a decision.

        **For a format** the function takes the part's schema and returns what stands there: a JSON Schema, a type, a
        `Control.form`, `.choice` or `.text`; for an answer that is such a value as a whole also any other control or
        a widget. What the schema itself says of the value is checked all the same.

        Raises:
            ControlError: no condition was given, or one that cannot be.

        >>> registry = Registry()
        >>> @registry.register(format="color")
        ... def colour(schema):
        ...     return Control.choice({"Red": "#ff0000", "Blue": "#0000ff"})
        >>> paint = {"type": "object", "properties": {"wall": {"type": "string", "format": "color"}}}
        >>> request = Request("1", "paint", "paint", ("paint",), "Which colour?", response_schema=paint)
        >>> registry.resolve(request).view["field"]["fields"][0]["field"]["type"]
        'choice'
        """
        require_conditions(type=type, node=node, tool=tool, format=format, when=when)

        def decorate(function: F) -> F:
            require_function(function)
            # One assignment, so that a session on another thread sees the old or the new registry.
            self._registered = (Registration(function, type, node, tool, format, when), *self._registered)
            return function

        return decorate

    def copy(self) -> Registry:
        """A registry of its own with the same registrations; what is registered in one is not in the other."""
        copy = Registry()
        copy._registered = self._registered
        copy._installed = self._installed
        return copy

    def resolve(self, request: Request) -> Control:
        """The control for a request. Its function is called once, so a widget is made once."""
        explanation = self._decide(request)
        for skipped in explanation.skipped:
            if skipped.why != NOT_MINE:
                name, why = skipped.matcher.name, skipped.why.removesuffix(".")
                _warn(skipped.matcher.written, spelled(f"The control {name} was skipped for {request.key!r}: {why}."))
        return explanation.control

    def explain(self, request: Request) -> Explanation:
        """Which tier and which matcher decide about a request, and who was asked before. Prints as a table.

        It asks for real: a function that makes a widget makes one.
        """
        return self._decide(request)

    def __repr__(self) -> str:
        names = ", ".join(registration.name for registration in self._registered) or "nothing"
        return f"<Registry: {names} registered, then the built-in controls>"

    def _decide(self, request: Request) -> Explanation:
        registered = _nearest_first((*self._registered, *self._installed()), request.payload)
        formats = Formats.of(registered, request)
        calls = Calls(registered, request)
        skipped: list[Skipped] = []
        with replacing(formats):
            for matcher in _matchers(registered, request, formats, calls):
                try:
                    answer = matcher.control(request)
                    if answer is not None:
                        control = as_control(answer).checked_by(request.response_schema)
                        if matcher.tier is Tier.HINT or matcher.tier is Tier.REGISTERED:
                            control = typed_by_state_key(control, request)
                        if not control.secret and asks_for_secret(request):
                            control = replace(control, for_secret=True)
                        parts = (*calls.parts, *formats.parts.values())
                        also = (*calls.skipped, *formats.skipped.values())
                        before = (*skipped, *(one for one in also if not _is_said(one, skipped)))
                        return Explanation(request, matcher.tier, matcher.name, control, before, parts)
                    why = NOT_MINE
                except ANYBODYS as error:  # the next one is asked
                    why = reason_of(error)
                skipped.append(Skipped(matcher, why))
        raise AssertionError("the JSON editor takes every request")


def _matchers(
    registered: Sequence[Registration], request: Request, formats: Formats, calls: Calls
) -> Iterator[Matcher]:
    yield HINT
    for one in registered:
        if one.format is not None:
            if (whole := formats.whole(one, request)) is not None:
                yield whole
        elif one.tool is not None:
            yield one.matcher(partial(calls.control, one))
        else:
            yield one.matcher()
    yield from BUILT_IN


def _warn(function: FunctionType | None, text: str) -> None:
    """Warn of a control, at the line where its function is: a session asks in a thread, where no line of the user's is."""
    if function is None:
        warnings.warn(text, RuntimeWarning, stacklevel=3)
        return
    at, names = function.__code__, function.__globals__
    warnings.warn_explicit(
        text,
        RuntimeWarning,
        at.co_filename,
        at.co_firstlineno,
        module=function.__module__,
        registry=names.setdefault("__warningregistry__", {}),
    )


def _is_said(skipped: Skipped, already: Sequence[Skipped]) -> bool:
    """Whether a registration has failed for the whole in the same way as for a part."""
    return any(one.matcher.name == skipped.matcher.name and skipped.why.endswith(one.why) for one in already)


def _nearest_first(registered: tuple[Registration, ...], payload: Any) -> list[Registration]:
    """Newest first; but of those for the payload's classes the nearest by MRO, in the places that these have."""
    places = [index for index, one in enumerate(registered) if distance(payload, one.type) is not None]
    nearest = sorted((registered[index] for index in places), key=lambda one: distance(payload, one.type) or 0)
    ordered = list(registered)
    for index, registration in zip(places, nearest, strict=True):
        ordered[index] = registration
    return ordered


@functools.cache
def installed() -> tuple[Registration, ...]:
    """What installed packages register, read from their entry points in the group `hitl_widgets.controls`.

    An entry point names a function that takes a registry and registers controls with it. One that cannot be loaded, or
    raises, is reported by name and skipped.
    """
    together: tuple[Registration, ...] = ()
    for entry_point in sorted(entry_points(group=GROUP), key=lambda one: one.name):
        registry = Registry()
        try:
            entry_point.load()(registry)
        except ANYBODYS as error:  # the others still count
            warnings.warn(
                f"The controls of {entry_point.name} ({entry_point.value}) were skipped: {line_of(error)}",
                RuntimeWarning,
                stacklevel=2,
            )
            continue
        together += registry._registered
    return together


controls = Registry()
"""The default registry, `hitl.controls`."""
controls._installed = installed
