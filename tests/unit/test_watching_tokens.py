"""What a model says while a task works is at that task."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.graph import MessagesState

import hitl_widgets as hitl
from hitl_widgets.watching import watched

from ..scripted_model import ScriptedModel, calls
from ..waiting import until
from . import graphs
from .test_watching import tasks


@pytest.fixture(autouse=True)
def _watched() -> Iterator[None]:
    with watched():
        yield


def chat(*nodes: tuple[str, Callable[..., Any]]) -> Any:
    return graphs.chain(MessagesState, dict(nodes))


@pytest.mark.parametrize("is_async", [False, True])
def test_what_a_model_says_is_at_the_task_that_called_it(is_async: bool) -> None:
    model = ScriptedModel(script=[AIMessage("Hello there"), calls(("search", {"q": 1}), ("search", {"q": 2}))])

    def node(state: MessagesState) -> Any:
        return {"messages": model.invoke(state["messages"])}

    async def node_async(state: MessagesState) -> Any:
        return {"messages": await model.ainvoke(state["messages"])}

    one = node_async if is_async else node
    session = hitl.run(chat(("first", one), ("second", one)), {"messages": [HumanMessage("hi")]})
    session.wait(60)
    tokens = {name: [one.said.tokens for one in tasks(session, name) if one.said] for name in ("first", "second")}
    assert tokens == {"first": ["Hello there"], "second": ["→ search\n→ search"]}


def test_tokens_as_they_stream_are_there_before_the_model_has_ended_and_the_whole_does_not_double_them() -> None:
    from langchain_core.language_models import GenericFakeChatModel

    half, may_end = threading.Event(), threading.Event()

    class Slow(GenericFakeChatModel):
        def _stream(self, *args: Any, **options: Any) -> Any:
            for at, chunk in enumerate(super()._stream(*args, **options)):
                if at == 3:
                    half.set()
                    assert may_end.wait(60)
                yield chunk

    model = Slow(messages=iter([AIMessage("one two three four five")]))

    def node(state: MessagesState) -> Any:
        # As a node that makes a message of its own of the answer, with another id.
        return {"messages": AIMessage(model.invoke(state["messages"]).text, id="other")}

    session = hitl.run(chat(("talk", node)), {"messages": [HumanMessage("hi")]})
    assert half.wait(60)
    until(lambda: [one.said.tokens for one in tasks(session, "talk") if one.said] == ["one two"])
    may_end.set()
    session.wait(60)
    assert [one.said.tokens for one in tasks(session, "talk") if one.said] == ["one two three four five"]
