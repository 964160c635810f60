"""Request: one shape for everything a graph asks of a human, an interrupt or a static breakpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from .texts.odd import spelled


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """A question that waits for an answer.

    Attributes:
        id: LangGraph's interrupt id; an answer is sent to it.
        key: a readable name, unique among the pending requests: the state key of `ask_node`, the `key=` of `ask`,
            else the node's name (with `#2`, `#3` where a node asks several times at once).
        node: the node that asks.
        path: the node names from the outermost graph to the asking node.
        asker: who asks, in words, where that is more than `path`: of several copies of a node which one, in a node that
            runs tools the tool, and the name of the agent that this runs; else empty.
        payload: what was passed to `interrupt()`. After a kernel restart a Pydantic model or dataclass may have
            come back from the checkpoint as a dict (langgraph 1.2.22).
        response_schema: JSON Schema of the answer, if the graph's author gave one.
        value_type: the Python type of the answer, where it is known: the annotation of the state key that
            `ask_node` writes, the type passed to `ask`.
        kind: `breakpoint` for `interrupt_before` / `interrupt_after`, which carry no payload; `input` for what
            `hitl.run(graph)` asks for to begin with.
        live: what the question is about and lives in this kernel alone, by the option of `hitl.ask` that brought it
            (`rows`, `images`, ...); a control of your own may show it its own way.
        tools: the tools that the asking graph runs in a `ToolNode`, as an agent does, by name.
    """

    id: str
    key: str
    node: str
    path: tuple[str, ...]
    payload: Any
    response_schema: dict[str, Any] | None = None
    value_type: Any = None
    kind: Literal["interrupt", "breakpoint", "input"] = "interrupt"
    live: Mapping[str, Any] = field(default_factory=dict[str, Any])
    tools: Mapping[str, Any] = field(default_factory=dict[str, Any])
    asker: tuple[str, ...] = ()

    @property
    def asked_by(self) -> tuple[str, ...]:
        """Who asks, for people to read.

        >>> Request("1", "tools", "tools", ("tools",), "Pay?", asker=("tools", "task", "payer")).asked_by
        ('tools', 'task', 'payer')
        >>> Request("1", "ask", "ask", ("sub", "ask"), "Pay?").asked_by
        ('sub', 'ask')
        """
        return self.asker or self.path

    def __repr__(self) -> str:
        return spelled(f"<Request {self.key!r}, asked by {' › '.join(self.asked_by)}: {self.payload!r}>")
