"""What models say in a graph, heard as they say it, and what its nodes raise. One handler: each costs every task something.

LangGraph's own `messages` mode would do, but for what it costs: whenever a node ends it looks for messages in what the node
returned, and in a text that means every character (langgraph 1.2.24: a state with a megabyte of text takes 60 times as
long). So its handler is used here without its mode, and looks for messages in lists of them only: what a node is given it goes
through item by item, too, bytes as well (a state with a file of 20 MB takes three seconds a node), and a `range` to its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from langchain_core.messages import BaseMessage
from langgraph.pregel._messages import StreamMessagesHandler, _state_values  # private (langgraph 1.2.24)
from typing_extensions import override

from .listener import around, listener

LATEST = 1000
"""How many items of a list that a node returns are looked at, from its end."""


class Heard(StreamMessagesHandler):
    """Tells the listener each token, and each message that a node returns and no model has streamed.

    And remembers what was last raised in a call of a node: LangGraph itself says only the error of the last attempt.
    """

    def __init__(self) -> None:
        super().__init__(_tell, subgraphs=True)

    @override
    def on_chain_start(
        self, serialized: dict[str, Any], inputs: Any, *, run_id: UUID, parent_run_id: UUID | None = None, **kwargs: Any
    ) -> Any:
        # What was said before a node is not told again; what runs in one is of no interest there.
        is_node = kwargs.get("name") == (kwargs.get("metadata") or {}).get("langgraph_node")
        values = enumerate(_state_values(inputs)) if is_node else ()
        said: dict[str, Any] = {str(at): _all_messages(value) for at, value in values}
        return super().on_chain_start(serialized, said, run_id=run_id, parent_run_id=parent_run_id, **kwargs)

    @override
    def on_chain_end(self, response: Any, *, run_id: UUID, parent_run_id: UUID | None = None, **kwargs: Any) -> Any:
        # A text is no messages, but a sequence: LangGraph would look at every character.
        said = response if isinstance(response, (list, tuple)) or not isinstance(response, Sequence) else None
        return super().on_chain_end(said, run_id=run_id, parent_run_id=parent_run_id, **kwargs)

    @override
    def on_chain_error(
        self, error: BaseException, *, run_id: UUID, parent_run_id: UUID | None = None, **kwargs: Any
    ) -> Any:
        # `run_inline` has it called in the task's own context, also where that is async.
        if (task := around.get()) is not None:
            task.error = error
        return super().on_chain_error(error, run_id=run_id, parent_run_id=parent_run_id, **kwargs)

    @override
    def _find_and_emit_messages(self, meta: Any, response: Any) -> None:
        is_one = isinstance(response, (BaseMessage, Sequence))
        for value in [response] if is_one else _state_values(response):
            if messages := _messages(value):
                super()._find_and_emit_messages(meta, messages)


def _all_messages(value: Any) -> list[BaseMessage]:
    if isinstance(value, BaseMessage):
        return [value]
    if not isinstance(value, (list, tuple)):
        return []
    # To ask each of a million numbers whether it is one takes twenty times as long.
    kinds = {kind for kind in set(map(type, cast("Sequence[Any]", value))) if issubclass(kind, BaseMessage)}
    return [one for one in cast("Sequence[Any]", value) if type(one) in kinds] if kinds else []


def _messages(value: Any) -> list[BaseMessage]:
    if isinstance(value, BaseMessage):
        return [value]
    if not isinstance(value, (list, tuple)):
        return []
    return [one for one in cast("Sequence[Any]", value)[-LATEST:] if isinstance(one, BaseMessage)]


def _tell(chunk: tuple[tuple[str, ...], str, Any]) -> None:
    if (told := listener.get()) is not None:
        told.message(*chunk[2])
