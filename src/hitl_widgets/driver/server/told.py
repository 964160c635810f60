"""What a server tells of one of its tasks: there the checkpoint itself, with all that its tasks wrote, cannot be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from langchain_core.messages import messages_from_dict
from langgraph.types import PregelTask, StateSnapshot

_ROLES = {"human", "ai", "system", "tool", "function", "chat", "developer"}
_DEEPEST = 6


@dataclass(frozen=True)
class Told:
    """A task, as a server tells of it.

    Attributes:
        step: the state that its step started from, and the step's tasks with what they wrote; `None` where the server does
            not tell, as of a graph that a node's own code calls.
        after: the state that the step led to; `None` while it has not ended.
        task: the task, if its step is told of.
    """

    step: StateSnapshot | None
    after: StateSnapshot | None
    task: PregelTask | None

    @property
    def is_call(self) -> bool:
        """Whether it is the whole of an `@entrypoint`: nothing takes the input there before it (langgraph 1.2.24)."""
        return self.step is not None and (self.step.metadata or {}).get("source") == "input"


def with_messages(value: Any, depth: int = 0) -> Any:
    """A value as a server's JSON has it, with the messages in it as messages.

    >>> with_messages([{"type": "human", "content": "Hi", "additional_kwargs": {}, "response_metadata": {}}])
    [HumanMessage(content='Hi', additional_kwargs={}, response_metadata={})]
    """
    if depth > _DEEPEST:
        return value
    if isinstance(value, list):
        return [with_messages(item, depth + 1) for item in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    known = cast("dict[str, Any]", value)
    if known.get("type") in _ROLES and {"content", "additional_kwargs", "response_metadata"} <= known.keys():
        try:
            return messages_from_dict([{"type": known["type"], "data": known}])[0]
        except (ValueError, TypeError, KeyError):
            return known  # of another version
    return {key: with_messages(item, depth + 1) for key, item in known.items()}
