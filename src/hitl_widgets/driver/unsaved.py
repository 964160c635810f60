"""What a checkpointer could not save, and where it stands: LangGraph's own error names a type and no more."""

from __future__ import annotations

import dataclasses
import itertools
import re
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import FrameType
from typing import Any, cast

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.types import Interrupt, Send
from pydantic import BaseModel

from ..errors import CannotSaveError
from . import channels
from .answers import claims

_SAVE = frozenset({"put", "aput", "put_writes", "aput_writes"})
_DEEPEST = 20
_MOST_PARTS = 10_000
_LONGEST_KEY = 60
_OUTSIDE = re.compile(r"^(\[\d+\]|\['answer'\])")
"""Which of a task's interrupts or answers; or what an answer is kept in beside who gave it."""

_FROM = "- write what it can be made from, such as records, a path or an id"
_RISK = (
    "- at your own risk, give the checkpointer serde=JsonPlusSerializer(pickle_fallback=True): whoever can write to where "
    "it is kept can then run code here."
)
_IN_THE_STATE = f"""{_FROM};
- annotate the key with langgraph.channels.UntrackedValue: it is not saved, and gone after a question;
- leave out save= and the checkpointer: the thread is then kept in memory;
{_RISK}"""
_ASKED = f"""{_FROM};
- show it with hitl.ask: what is given as rows= or images= is not saved."""


class NotGivenBackError(TypeError):
    """A value has a form from which it is not made again (`given_back.py`)."""


def cannot_save(
    error: BaseException, wrote: Callable[[str], str | None] = lambda _task_id: None
) -> CannotSaveError | None:
    """What to raise in the place of an error, if that is a checkpointer's that has no form for a value.

    Args:
        error: what a graph's stream ended with, or a write into its thread.
        wrote: the name of the node that a task is of, by its id.
    """
    for frame, _ in traceback.walk_tb(error.__traceback__):
        saver = frame.f_locals.get("self")
        if frame.f_code.co_name not in _SAVE or not isinstance(saver, BaseCheckpointSaver):
            continue
        for channel, value in _written(frame):
            if (why := _refusal(saver, value)) is not None:
                node = wrote(str(frame.f_locals.get("task_id")))
                told = CannotSaveError(_sentence(saver, channel, value, why, node))
                told.__cause__ = error
                return told
    return None


def _written(frame: FrameType) -> Iterable[tuple[str, Any]]:
    """What a checkpointer was called with: the arguments have the names that LangGraph gives them (1.2.24)."""
    writes, checkpoint = frame.f_locals.get("writes"), frame.f_locals.get("checkpoint")
    if isinstance(writes, Iterable):  # a deque, a list or a tuple
        return [(str(write[0]), write[1]) for write in cast("Iterable[tuple[Any, ...]]", writes)]
    values = cast("dict[str, Any]", checkpoint).get("channel_values") if isinstance(checkpoint, dict) else None
    return cast("dict[str, Any]", values).items() if isinstance(values, dict) else ()


def _refusal(saver: BaseCheckpointSaver[Any], value: Any) -> Exception | None:
    try:
        saver.serde.dumps_typed(value)
    except Exception as error:  # noqa: BLE001  anybody's serializer, and anybody's type
        return error
    return None


def _sentence(saver: BaseCheckpointSaver[Any], channel: str, value: Any, why: Exception, node: str | None) -> str:
    at = ""
    for _ in range(_DEEPEST):
        found = next(
            ((step, part, no) for step, part in parts_of(value) if (no := _refusal(saver, part)) is not None), None
        )
        if found is None:
            break
        step, value, why = found
        at += step
    place, instead = _place(channel, at, node)
    if isinstance(why, NotGivenBackError):
        instead = instead.replace(f";\n{_RISK}", ".")  # what has a form is not pickled
    return f"{_known_as(type(saver))} cannot save {place}: a value of type {name_of(type(value))} ({why}). Instead,\n{instead}"


def _place(channel: str, at: str, node: str | None) -> tuple[str, str]:
    """Where a value stands, and what to do instead."""
    inside = _OUTSIDE.sub("", at, count=1)
    match channel:
        case channels.INTERRUPT:
            return f"what {_whose(node, 'asks with')}{_within(inside)}", _ASKED
        case channels.RESUME | claims.CLAIM:
            return f"the answer{_within(inside)}", f"{_FROM}."
        case channels.START | channels.INPUT:
            return f"the input{_within(at)}", _IN_THE_STATE
        case channels.RETURN | channels.END | channels.PREVIOUS:
            return f"what {_whose(node, 'returns')}{_within(at)}", f"{_FROM};\n{_RISK}"
        case channels.SENT:
            return f"what {_whose(node, 'sends to a node')}{_within(at)}", f"{_FROM};\n{_RISK}"
        case _:
            by = f", written by {node!r}" if node is not None else ""
            return f"the state's key {channel!r}{_within(at)}{by}", _IN_THE_STATE


def _whose(node: str | None, does: str) -> str:
    return f"a node {does}" if node is None else f"{node!r} {does}"


def _within(at: str) -> str:
    return f", at {at}" if at else ""


def parts_of(value: Any) -> Iterator[tuple[str, Any]]:
    """What stands inside of a value, and how one gets there."""
    return itertools.islice(_all_parts(value), _MOST_PARTS)


def _all_parts(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, part in cast("Mapping[Any, Any]", value).items():
            yield f"[{repr(key)[:_LONGEST_KEY]}]", part
    elif isinstance(value, list | tuple):
        for index, part in enumerate(cast("list[Any]", value)):
            yield f"[{index}]", part
    elif isinstance(value, set | frozenset):
        for part in cast("set[Any]", value):
            yield "", part
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield f".{name}", getattr(value, name, None)
    elif isinstance(value, Interrupt):
        yield "", cast("Interrupt[Any]", value).value
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield f".{field.name}", getattr(value, field.name, None)
    elif isinstance(value, Send):
        yield "", value.arg


def _known_as(saver: type) -> str:
    """What people call a checkpointer: that of `save=` by LangGraph's that it is one of."""
    own = __name__.partition(".")[0]
    return next(one.__name__ for one in saver.__mro__ if one.__module__.partition(".")[0] != own)


def name_of(kind: type) -> str:
    """What a type is called, with the package that it is from."""
    package = kind.__module__.partition(".")[0]
    return kind.__qualname__ if package in {"builtins", "__main__"} else f"{package}.{kind.__qualname__}"
