"""Small real graphs that tests run, each built fresh."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Annotated, Any, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.types import interrupt
from pydantic import BaseModel, field_validator

import hitl_widgets as hitl


class Order(TypedDict, total=False):
    request: str
    approved: bool
    address: str
    budget: float


class Log(TypedDict, total=False):
    log: Annotated[list[Any], operator.add]
    amount: int


class Amount(BaseModel):
    """An amount that only Python can check."""

    value: int

    @field_validator("value")
    @classmethod
    def not_thirteen(cls, value: int) -> int:
        if value == 13:
            raise ValueError("thirteen is unlucky")
        return value


def chain(state: type, nodes: dict[str, Callable[..., Any]], **compile_options: Any) -> Any:
    """A graph of nodes one after the other."""
    builder = StateGraph(state)
    names = list(nodes)
    for name, node in nodes.items():
        builder.add_node(name, node)
    for before, after in zip([START, *names], [*names, END], strict=True):
        builder.add_edge(before, after)
    return builder.compile(**compile_options)


def fan_out(state: type, nodes: dict[str, Callable[..., Any]], join: Callable[..., Any], **compile_options: Any) -> Any:
    """A graph of nodes side by side, and one after them all."""
    builder = StateGraph(state)
    builder.add_node("join", join)
    for name, node in nodes.items():
        builder.add_node(name, node)
        builder.add_edge(START, name)
    builder.add_edge(list(nodes), "join")
    builder.add_edge("join", END)
    return builder.compile(**compile_options)


def three_questions(**compile_options: Any) -> Any:
    """The seed scenario: three nodes, three questions, three state keys."""
    return chain(
        Order,
        {
            "ask_approval": hitl.ask_node("approved", "Do you approve it?"),
            "ask_address": hitl.ask_node("address", "What's your address?"),
            "ask_budget": hitl.ask_node("budget", "What's your budget?"),
        },
        **compile_options,
    )


def asks(question: Any, *, schema: Any = None) -> Callable[..., Any]:
    """A node that asks one question and logs the answer."""

    def node(state: Any) -> dict[str, Any]:
        return {"log": [interrupt(question, response_schema=schema)]}

    return node


def asks_twice(state: Any) -> dict[str, Any]:
    return {"log": [interrupt("first"), interrupt("second")]}


def parallel(**compile_options: Any) -> Any:
    """Three nodes that ask at the same time, one of them twice."""
    return fan_out(
        Log,
        {"once": asks("once?"), "twice": asks_twice, "typed": asks("how much?", schema=Amount)},
        lambda state: {},
        **compile_options,
    )


def nested(**compile_options: Any) -> Any:
    """A graph two levels deep whose innermost node asks."""
    inner = chain(Log, {"ask": asks("deep?")})
    outer = chain(Log, {"inner": inner})
    return chain(Log, {"outer": outer, "after": lambda state: {}}, **compile_options)


def fails_once(**compile_options: Any) -> Any:
    """A node asks, the next one fails the first time."""
    failures = [ValueError("the printer is on fire")]

    def work(state: Any) -> dict[str, Any]:
        if failures:
            raise failures.pop()
        return {"log": ["worked"]}

    return chain(Log, {"ask": asks("go?"), "work": work}, **compile_options)
