"""What the functional API's tasks were called with. No thread has it, so some of it is kept here, as it is shown."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from ..protocol import ValueView

if TYPE_CHECKING:
    from ..running.secrets import Secrets

_MOST = 500
"""Tasks; the oldest are forgotten."""
_CHARACTERS = 4_000
_NO_TEXTS = ("kind", "type", "url", "role")
"""What in a view is not the value's own."""
_CALLED = ("__pregel_push",)
"""What triggers a call, and a `Send` (langgraph 1.2.24)."""

NOT_KEPT = "LangGraph's thread does not have what a task is called with; more of it than this was not kept."


class Calls:
    """The arguments of the latest calls, in short, as they were at that moment.

    Args:
        secrets: what is shown as dots.
    """

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._given: OrderedDict[str, ValueView] = OrderedDict()

    def started(self, data: Mapping[str, Any]) -> None:
        """The stream says that a task has started; few of those were called."""
        if tuple(data["triggers"]) != _CALLED or (arguments := _arguments(data.get("input"))) is None:
            return
        from .parts import Part
        from .values import Values

        self._given[data["id"]] = Values(self._secrets, _CHARACTERS).view(Part("", arguments[0]))
        while len(self._given) > _MOST:
            self._given.popitem(last=False)

    def given(self, task: str) -> ValueView | None:
        """What a task was called with."""
        view = self._given.get(task)
        # That it is a secret may be known only since.
        return view if view is None else self._masked(view)

    def _masked(self, view: Any, name: str = "") -> Any:
        if isinstance(view, dict):
            entries = cast("dict[str, Any]", view).items()
            return {key: self._masked(inner, key) for key, inner in entries}
        if isinstance(view, list):
            return [self._masked(inner) for inner in cast("list[Any]", view)]
        return self._secrets.mask(view) if isinstance(view, str) and name not in _NO_TEXTS else view


def _arguments(given: Any) -> tuple[Any] | None:
    """The one argument, or all of them by their position and name; `None` if it was no call."""
    match given:
        case (tuple(), dict()):
            positional = cast("tuple[Any, ...]", given[0])
            named = cast("dict[str, Any]", given[1])
            if len(positional) == 1 and not named:
                return positional
            return ({**{str(at): one for at, one in enumerate(positional)}, **named},)
        case _:
            return None
