"""Registry: which control a request gets, and why."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from html import escape
from importlib.metadata import entry_points
from typing import Any, TypeVar

from .control import Control
from .controls import BUILT_IN, HINT, Matcher, Tier
from .controls.ask import typed_by_state_key
from .errors import ControlError
from .fields import is_type
from .live_widget import is_widget
from .payload_type import UNRELATED, distance, revived
from .requests import Request

GROUP = "hitl_widgets.controls"
"""The entry point group of packages that bring controls of their own."""

F = TypeVar("F", bound=Callable[[Request], Any])


@dataclass(frozen=True)
class Skipped:
    """A matcher that was asked before the one that decided, and why it did not decide."""

    matcher: Matcher
    why: str


@dataclass(frozen=True)
class Explanation:
    """Why a request gets the control it gets.

    Attributes:
        request: the request.
        tier: the tier that decided.
        matcher: the name of the matcher that decided.
        control: the control.
        skipped: who was asked before, and why they did not decide.
    """

    request: Request
    tier: Tier
    matcher: str
    control: Control
    skipped: tuple[Skipped, ...]

    @property
    def _rows(self) -> list[tuple[str, str, str]]:
        asked = [(skipped.matcher.tier.value, skipped.matcher.name, skipped.why) for skipped in self.skipped]
        return [*asked, (self.tier.value, self.matcher, f"decided: {_described(self.control)}")]

    def __str__(self) -> str:
        head = f"{self.request.key!r} gets {_described(self.control)}, by {self.matcher} ({self.tier.value})."
        width = max(len(name) for _, name, _ in self._rows)
        lines = [f"  {name:<{width}}  {why}  [{tier}]" for tier, name, why in self._rows]
        return "\n".join([head, *lines])

    def _repr_html_(self) -> str:
        cells = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in self._rows)
        rows = "".join(f"<tr>{row}</tr>" for row in cells)
        head = "".join(f"<th>{title}</th>" for title in ("Tier", "Matcher", "What came of it"))
        return (
            f"<table><caption>{escape(self.request.key)}: {escape(_described(self.control))}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        )


@dataclass(frozen=True)
class _Registration:
    """What a user registered: a function, and which requests it is for."""

    function: Callable[[Request], Any]
    type: Any
    when: Callable[[Request], Any] | None

    @property
    def name(self) -> str:
        name = getattr(self.function, "__qualname__", repr(self.function))
        return f"{name} (for {getattr(self.type, '__qualname__', self.type)})" if self.type is not None else name

    def control(self, request: Request) -> Any:
        if self.type is not None:
            payload = revived(request.payload, self.type)
            if payload is UNRELATED:
                return None
            request = replace(request, payload=payload)
        if self.when is not None and not self.when(request):
            return None
        answer = self.function(request)
        if answer is None:
            return None
        control = _as_control(answer)
        # What is registered for a type edits a value of that type, and a model's form the payload that fits it.
        edits = self.type is not None or not isinstance(answer, Control)
        return control.starting_from_payload(request.payload) if edits else control


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
        self._registered: tuple[_Registration, ...] = ()
        self._installed: Callable[[], tuple[_Registration, ...]] = tuple
        """What installed packages registered; asked after what was registered here."""

    def register(self, type: Any = None, *, when: Callable[[Request], Any] | None = None) -> Callable[[F], F]:
        """Use the decorated function for some requests.

        Args:
            type: a class of payloads: instances by MRO, and dicts of its shape (a dataclass or a Pydantic model may
                come back as one after a restart; the function gets an instance again).
            when: a test of the request. With a type too, both must hold.

        The function takes the request and returns a `Control`, a Pydantic model or another type (its form), an
        ipywidget or anywidget with a `value` trait, or `None`: not mine, go on. What raises, or returns something
        else, is reported by name and skipped.

        Raises:
            ControlError: neither a type nor a test was given.
        """
        if type is not None and not is_type(type):
            raise ControlError(
                f"register takes the type of a payload, not {type!r}; write @controls.register(SomeType) or "
                "@controls.register(when=lambda request: ...)."
            )
        if type is None and when is None:
            raise ControlError("register needs the type of a payload, or when=lambda request: ...")

        def decorate(function: F) -> F:
            # One assignment, so that a session on another thread sees the old or the new registry.
            self._registered = (_Registration(function, type, when), *self._registered)
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
            if skipped.why != _NOT_MINE:
                warnings.warn(
                    f"The control {skipped.matcher.name} was skipped for {request.key!r}: {skipped.why}.",
                    RuntimeWarning,
                    stacklevel=2,
                )
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
        skipped: list[Skipped] = []
        for matcher in self._matchers(request):
            try:
                answer = matcher.control(request)
                if answer is not None:
                    control = _as_control(answer).checked_by(request.response_schema)
                    if matcher.tier in {Tier.HINT, Tier.REGISTERED}:
                        control = typed_by_state_key(control, request)
                    return Explanation(request, matcher.tier, matcher.name, control, tuple(skipped))
                why = _NOT_MINE
            except Exception as error:  # noqa: BLE001  anybody's code; the next one is asked
                why = f"raised {type(error).__name__}: {error}" if not _is_ours(error) else str(error)
            skipped.append(Skipped(matcher, why))
        raise AssertionError("the JSON editor takes every request")

    def _matchers(self, request: Request) -> Iterator[Matcher]:
        yield HINT
        for registration in _nearest_first((*self._registered, *self._installed()), request.payload):
            yield Matcher(Tier.REGISTERED, registration.name, registration.control)
        yield from BUILT_IN


_NOT_MINE = "did not match"


class _NotAControlError(ControlError):
    """What a registered function returned is no control."""


def _is_ours(error: Exception) -> bool:
    return isinstance(error, _NotAControlError)


def _as_control(answer: Any) -> Control:
    if isinstance(answer, Control):
        return answer
    if is_widget(answer):
        return Control.of_widget(answer)
    if is_type(answer):
        return Control.form(answer)
    raise _NotAControlError(
        f"returned {answer!r}, which is neither a Control, a model, a widget with a `value` trait, nor None"
    )


def _nearest_first(registered: tuple[_Registration, ...], payload: Any) -> list[_Registration]:
    """Newest first; but of those for the payload's classes the nearest by MRO, in the places that these have."""
    places = [index for index, one in enumerate(registered) if distance(payload, one.type) is not None]
    nearest = sorted((registered[index] for index in places), key=lambda one: distance(payload, one.type) or 0)
    ordered = list(registered)
    for index, registration in zip(places, nearest, strict=True):
        ordered[index] = registration
    return ordered


def _described(control: Control) -> str:
    view = control.view
    return f"a form ({view['field']['type']})" if view["kind"] == "form" else f"a control of kind {view['kind']}"


@functools.cache
def installed() -> tuple[_Registration, ...]:
    """What installed packages register, read from their entry points in the group `hitl_widgets.controls`.

    An entry point names a function that takes a registry and registers controls with it. One that cannot be loaded, or
    raises, is reported by name and skipped.
    """
    together: tuple[_Registration, ...] = ()
    for entry_point in sorted(entry_points(group=GROUP), key=lambda one: one.name):
        registry = Registry()
        try:
            entry_point.load()(registry)
        except Exception as error:  # noqa: BLE001  anybody's code; the others still count
            warnings.warn(
                f"The controls of {entry_point.name} ({entry_point.value}) were skipped: {type(error).__name__}: {error}",
                RuntimeWarning,
                stacklevel=2,
            )
            continue
        together += registry._registered
    return together


controls = Registry()
"""The default registry, `hitl.controls`."""
controls._installed = installed
