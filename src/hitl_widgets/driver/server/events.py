"""What a server streams of a run, as the parts that LangGraph streams here (`version="v2"`)."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any, cast

from langchain_core.messages import messages_from_dict
from langgraph.errors import (
    _INVALID_RESUME,  # pyright: ignore[reportPrivateUsage]  how it marks a refusal (1.2.24)
)

from ...errors import InvalidAnswerError

FROM_THE_START = "-1"
"""The id of no event: a stream that is joined with it begins with the first one (langgraph-api 0.16.7)."""


class RefusedError(InvalidAnswerError):
    """What a node said of an answer that was sent to it, at its fields: its question can be asked again."""


setattr(RefusedError, _INVALID_RESUME, True)


def server_modes(modes: list[str]) -> list[str]:
    """Stream modes as a server calls them."""
    return ["messages-tuple" if mode == "messages" else mode for mode in modes]


def part_of(event: str, data: Any, answered: frozenset[str]) -> dict[str, Any] | None:
    """A part of the stream; `None` for what only the server's clients know.

    Args:
        event: `tasks`, or `tasks|sub:<task id>` of a nested graph.
        data: what it says, as JSON.
        answered: the ids of the tasks that a checked answer was sent to.
    """
    mode, *namespace = event.split("|")
    if mode in {"metadata", "error", "end", "feedback"}:
        return None
    if mode == "tasks" and (error := data.get("error")) is not None:
        data = {**data, "error": _error(error, is_refusal=data["id"] in answered)}
    elif mode == "messages" and isinstance(data, list):
        # A message is an object here.
        message, *about = cast("list[Any]", data)
        data = (messages_from_dict([{"type": message["type"], "data": message}])[0], *about)
    return {"type": mode, "ns": tuple(namespace), "data": data}


def _error(said: Any, *, is_refusal: bool) -> Any:
    # Pydantic's: what `interrupt(response_schema=...)` raises of an answer (langgraph 1.2.24).
    if is_refusal and isinstance(said, dict) and said.get("error") == "ValidationError":
        return RefusedError(refusals(str(said.get("message"))))
    return error_text(said)


def refusals(message: str) -> dict[str, str]:
    """What Pydantic's own text says, a sentence by field, without the value that it quotes, which may be a secret.

    >>> refusals('''1 validation error for Amount
    ... value
    ...   Value error, thirteen is unlucky [type=value_error, input_value=13, input_type=int]
    ...     For further information visit https://errors.pydantic.dev/2.14/v/value_error''')
    {'value': 'thirteen is unlucky'}
    """
    said: dict[str, str] = {}
    path = ""
    for line in message.splitlines()[1:]:
        if not line.startswith(" "):
            path = line.replace(".", "/")
        elif not line.startswith("    "):
            said.setdefault(path, line.strip().partition(" [type=")[0].removeprefix("Value error, "))
            path = ""
    return said or {"": "This value does not fit."}


def error_text(said: Any) -> str:
    """What a node raised on a server, as text.

    >>> error_text({"error": "ValueError", "message": "no such order"})
    'ValueError: no such order'
    """
    if not isinstance(said, dict):
        return str(said)
    error = cast("dict[str, Any]", said)
    return ": ".join(str(error[name]) for name in ("error", "message") if error.get(name))


class Repeats:
    """Which events of a stream have come before.

    One that is joined late is replayed, and what happened meanwhile comes once more (langgraph-api 0.16.7). Ids are
    moments that events may share, and only of tasks and checkpoints can it be told then whether they are the same.
    """

    def __init__(self) -> None:
        self._id: tuple[int, ...] = ()
        self._events: list[tuple[str, Any]] = []
        """Those of the latest id."""

    def __call__(self, id: str | None, event: str, data: Any) -> bool:
        try:
            at = tuple(map(int, (id or "").split("-")))
        except ValueError:
            return False  # without an id, or with one of another form: nothing is replayed
        if at < self._id:
            return True
        if at > self._id:
            self._id, self._events = at, []
        if event.split("|", maxsplit=1)[0] in {"tasks", "checkpoints"}:
            if (event, data) in self._events:
                return True
            self._events.append((event, data))
        return False


async def each(events: Any) -> AsyncGenerator[Any, None]:
    """The events of a stream, of a sync client or an async one."""
    if hasattr(events, "__aiter__"):
        try:
            async for event in events:
                yield event
        finally:
            await events.aclose()
    else:
        try:
            for event in events:
                yield event
        finally:
            events.close()
