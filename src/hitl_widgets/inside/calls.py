"""What tasks were called with where no thread has it: some of that is kept here, as it is shown.

That is so of the functional API's tasks, and of all that a server runs: only its stream tells what `Send` gave to a task,
which keys of the state a node read, and what a graph did that a node's own code calls.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from typing_extensions import override

from ..driver.channels import PUSH, RETURN, START

if TYPE_CHECKING:
    from ..protocol import ValueView
    from ..running.secrets import Secrets

_MOST = 500
"""Tasks; the oldest are forgotten."""
_CHARACTERS = 4_000
_NO_TEXTS = ("kind", "type", "url", "role")
"""What in a view is not the value's own."""
_CALLED = (PUSH,)
"""What triggers a call, and a `Send` (langgraph 1.2.24)."""
_ENTERED = (START,)
"""What triggers an `@entrypoint`."""

NOT_KEPT = "LangGraph's thread does not have what a task is called with; more of it than this was not kept."


class Calls:
    """The arguments of the latest calls, in short, as they were at that moment.

    Args:
        secrets: what is shown as dots.
    """

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._given: OrderedDict[str, ValueView] = OrderedDict()

    def heard(self, part: Mapping[str, Any]) -> None:
        """A part of the stream about a task: it has started, or ended. Few of those were called."""
        data = part["data"]
        if tuple(data.get("triggers", ())) != _CALLED or (arguments := _arguments(data.get("input"))) is None:
            return
        from .parts import Part
        from .values import Values

        self._given[data["id"]] = Values(self._secrets, _CHARACTERS).view(Part("", arguments[0]))
        _forget(self._given)

    def given(self, task: str) -> ValueView | None:
        """What a task was called with."""
        view = self._given.get(task)
        # That it is a secret may be known only since.
        return view if view is None else self._masked(view)

    def returned(self, task: str) -> ValueView | None:
        """What it returned, where no thread has that."""
        return None

    def keys(self, task: str) -> frozenset[str] | None:
        """The keys of the state that it was given, where no thread says so; `None` if that is not known."""
        return None

    def _masked(self, view: Any, name: str = "") -> Any:
        if isinstance(view, dict):
            entries = cast("dict[str, Any]", view).items()
            return {key: self._masked(inner, key) for key, inner in entries}
        if isinstance(view, list):
            return [self._masked(inner) for inner in cast("list[Any]", view)]
        return self._secrets.mask(view) if isinstance(view, str) and name not in _NO_TEXTS else view


class ServedCalls(Calls):
    """The same of a graph on a server, with what its tasks returned."""

    def __init__(self, secrets: Secrets) -> None:
        super().__init__(secrets)
        self._returned: OrderedDict[str, ValueView] = OrderedDict()
        self._keys: OrderedDict[str, frozenset[str]] = OrderedDict()

    @override
    def heard(self, part: Mapping[str, Any]) -> None:
        data = part["data"]
        if "triggers" in data:
            given = data.get("input")
            if isinstance(given, dict):
                self._keys[data["id"]] = frozenset(cast("dict[str, Any]", given))
                _forget(self._keys)
            # What else a task of the outermost graph was given is in the thread.
            if part["ns"] or tuple(data["triggers"]) in {_CALLED, _ENTERED}:
                arguments = _arguments(tuple(cast("list[Any]", given)) if isinstance(given, list) else given)
                self._keep(self._given, data["id"], given if arguments is None else arguments[0])
        elif data["id"] in self._given and (result := data.get("result")) is not None:
            is_call = isinstance(result, dict) and RETURN in result
            self._keep(self._returned, data["id"], cast("dict[str, Any]", result)[RETURN] if is_call else result)

    def _keep(self, where: OrderedDict[str, ValueView], task: str, value: Any) -> None:
        from ..driver.server.told import with_messages
        from .parts import Part
        from .values import Values

        where[task] = Values(self._secrets, _CHARACTERS).view(Part("", with_messages(value)))
        _forget(where)

    @override
    def returned(self, task: str) -> ValueView | None:
        view = self._returned.get(task)
        return view if view is None else self._masked(view)

    @override
    def keys(self, task: str) -> frozenset[str] | None:
        return self._keys.get(task)


def _forget(kept: OrderedDict[str, Any]) -> None:
    while len(kept) > _MOST:
        kept.popitem(last=False)


def _arguments(given: Any) -> tuple[Any] | None:
    """The one argument, or all of them by their position and name; `None` if it was no call."""
    match given:
        # A tuple here, a list from a server.
        case (tuple() | list(), dict()):
            positional = tuple(cast("Sequence[Any]", given[0]))
            named = cast("dict[str, Any]", given[1])
            if len(positional) == 1 and not named:
                return (positional[0],)
            return ({**{str(at): one for at, one in enumerate(positional)}, **named},)
        case _:
            return None
