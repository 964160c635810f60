"""Tools that ask before they run: in a ToolNode, beside each other, and of an agent."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any

import pytest
from langchain.agents import create_agent
from langchain_core.language_models.fake_chat_models import FakeMessagesListChatModel
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.tools import StructuredTool, tool
from langgraph.prebuilt import InjectedState, ToolNode

import hitl_widgets as hitl

from ..waiting import at_rest
from . import graphs
from .test_approve import Chat, Counted, calls, card, chat, node_of


@pytest.fixture
def counted() -> Counted:
    return Counted()


@pytest.fixture
def send(counted: Counted) -> Any:
    @tool
    def send(to: str, state: Annotated[dict[str, Any], InjectedState], urgent: bool = False) -> str:
        """Send a mail."""
        counted.ran.append((to, len(state["messages"])))
        return f"sent to {to}"

    return send


def test_a_tool_keeps_what_a_model_sees_of_it(send: Any) -> None:
    asking = hitl.approve(send)
    assert isinstance(asking, StructuredTool)
    assert (asking.name, asking.description, asking.args_schema) == (send.name, send.description, send.args_schema)
    assert asking.tool_call_schema.model_json_schema() == send.tool_call_schema.model_json_schema()  # type: ignore[union-attr]
    assert asking is not send


def test_a_tool_asks_in_a_tool_node_and_gives_its_message(send: Any, counted: Counted) -> None:
    session = hitl.run(chat(hitl.approve(send)), calls(("send", {"to": "Ada"})))
    assert card(session) == ("Run send?", [("To", "Ada"), ("Urgent", "false")])
    session.answer(True)
    message = session.wait(60)["messages"][-1]
    assert (message.content, message.status, message.tool_call_id) == ("sent to Ada", "success", "call-0")
    assert counted.ran == [("Ada", 1)]


def test_a_rejected_tool_says_so_to_the_model(send: Any, counted: Counted) -> None:
    session = hitl.run(chat(hitl.approve(send, reason="required")), calls(("send", {"to": "Ada"})))
    session.answer(False, reason="not today")
    message = session.wait(60)["messages"][-1]
    assert isinstance(message, ToolMessage)
    assert (message.content, message.status) == ("send was rejected: not today", "error")
    assert counted.ran == []


def test_a_tools_result_is_shown_before_the_model_reads_it(send: Any, counted: Counted) -> None:
    session = hitl.run(chat(hitl.approve(send, when="after")), calls(("send", {"to": "Ada"})))
    assert card(session)[1][-1] == ("Result", "sent to Ada")
    session.answer(False, reason="wrong")
    assert session.wait(60)["messages"][-1].content == "send was rejected: wrong"
    assert counted.ran == [("Ada", 1)]


@pytest.mark.parametrize("restarted", [False, True])
def test_parallel_tool_calls_each_ask_and_each_runs_once(
    send: Any, counted: Counted, tmp_path: Any, *, restarted: bool
) -> None:
    graph = chat(hitl.approve(send))
    session = hitl.run(
        graph,
        calls(("send", {"to": "Ada"}), ("send", {"to": "Bob"}), ("send", {"to": "Cyd"})),
        thread_id="t",
        save=tmp_path / "runs.sqlite",
    )
    for to, answer in (("Ada", True), ("Bob", False), ("Cyd", True)):
        assert ("To", to) in card(session)[1]
        if restarted and to == "Bob":
            session = at_rest(hitl.attach(graph, "t", save=tmp_path / "runs.sqlite"))
        session.answer(answer)
    messages = session.wait(60)["messages"][1:]
    assert [(one.tool_call_id, one.status) for one in messages] == [
        ("call-0", "success"),
        ("call-1", "error"),
        ("call-2", "success"),
    ]
    assert sorted(counted.ran) == [("Ada", 1), ("Cyd", 1)]


def test_an_async_tool_asks(counted: Counted) -> None:
    @hitl.approve
    @tool
    async def send(to: str) -> str:
        """Send a mail."""
        counted.ran.append(to)
        return f"sent to {to}"

    async def main() -> Any:
        session = hitl.run(chat(send), calls(("send", {"to": "Ada"}), ("send", {"to": "Bob"})))
        await session.aanswer(True)
        await session.aanswer(True)
        return await session

    values = asyncio.run(main())
    assert [message.content for message in values["messages"][1:]] == ["sent to Ada", "sent to Bob"]
    assert counted.ran == ["Ada", "Bob"]


def test_a_sync_tool_in_an_async_graph_asks_once(send: Any, counted: Counted) -> None:
    async def main() -> Any:
        async def first(state: Any) -> dict[str, Any]:
            return {}

        graph = graphs.chain(Chat, {"first": first, "tools": ToolNode([hitl.approve(send)])})
        session = hitl.run(graph, calls(("send", {"to": "Ada"})))
        await session.aanswer(True)
        return await session

    assert asyncio.run(main())["messages"][-1].content == "sent to Ada"
    assert counted.ran == [("Ada", 1)]


def test_a_tool_that_asks_by_itself_gets_its_own_answer(counted: Counted) -> None:
    @hitl.approve
    @tool
    def send(to: str) -> str:
        """Send a mail."""
        return f"{to}: {hitl.ask('Which words?')}"

    session = hitl.run(chat(send), calls(("send", {"to": "Ada"})))
    session.answer(True)
    session.answer("Dear Ada")
    assert session.wait(60)["messages"][-1].content == "Ada: Dear Ada"


def test_a_tool_called_in_a_node_returns_what_its_function_does(send: Any) -> None:
    @tool
    def add(a: int, b: int = 0) -> int:
        """Add."""
        return a + b

    session = hitl.run(node_of(lambda: hitl.approve(add).invoke({"a": 1})), {"log": []})
    session.answer(True)
    assert session.wait(60) == {"log": [1]}
    rejected = hitl.run(node_of(lambda: hitl.approve(add).invoke({"a": 1})), {"log": []})
    rejected.answer(False)
    assert rejected.wait(60) == {"log": ["add was rejected."]}


class Model(FakeMessagesListChatModel):
    def bind_tools(self, tools: Sequence[Any], **_: Any) -> Any:
        return self


def test_an_agents_parallel_calls_wait_side_by_side(counted: Counted) -> None:
    @hitl.approve(reason="required_to_reject")
    @tool
    def send(to: str) -> str:
        """Send a mail."""
        counted.ran.append(to)
        return f"sent to {to}"

    model = Model(responses=[calls(("send", {"to": "Ada"}), ("send", {"to": "Bob"}))["messages"][0], AIMessage("done")])
    session = at_rest(hitl.run(create_agent(model, [send]), {"messages": [("user", "write")]}))
    assert [request.key for request in session.requests] == ["send", "send#2"]
    session.answer(False, to="send#2", reason="not him")
    session.answer(True, to="send")
    contents = [message.content for message in session.wait(60)["messages"]]
    assert contents[2:] == ["sent to Ada", "send was rejected: not him", "done"]
    assert counted.ran == ["Ada"]


# With 1 LangGraph itself hangs where it streams from threads: its queue waits in the only one (langgraph 1.2.22).
@pytest.mark.parametrize("config", [{}, {"max_concurrency": 2}])
@pytest.mark.parametrize("is_async", [False, True])
def test_more_calls_than_workers_do_not_wait_for_each_other(
    counted: Counted, config: dict[str, Any], *, is_async: bool
) -> None:
    @tool
    def send(to: str) -> str:
        """Send a mail."""
        counted.ran.append(to)
        return f"sent to {to}"

    @tool("send")
    async def send_async(to: str) -> str:
        """Send a mail."""
        counted.ran.append(to)
        return f"sent to {to}"

    names = [str(number) for number in range(40)]
    made = calls(*(("send", {"to": name}) for name in names))["messages"][0]
    model = Model(responses=[made, AIMessage("done")])
    graph = create_agent(model, [hitl.approve(send_async if is_async else send)])
    session = hitl.run(
        graph,
        {"messages": [("user", "write")]},
        config=config,  # type: ignore[arg-type]
        unattended=lambda request: True,
    )
    assert session.wait(60)["messages"][-1].content == "done"
    assert sorted(counted.ran) == sorted(names)
