"""MCP servers that ask: a real server in memory, langchain's adapter, and what the server receives."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.messages import AIMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import interrupt

import hitl_widgets as hitl
from hitl_widgets import kernel

from ..scripted_model import ScriptedModel, calls
from . import graphs
from .deciding import click, control_of

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 2},
        "email": {"type": "string", "format": "email"},
        "guests": {"type": "integer", "minimum": 0, "maximum": 8, "default": 2},
        "smoking": {"type": "boolean", "default": False},
        "table": {
            "type": "string",
            "oneOf": [{"const": "in", "title": "Inside"}, {"const": "out", "title": "Outside"}],
        },
        "extras": {"type": "array", "items": {"enum": ["cake", "wine"]}, "maxItems": 2},
    },
    "required": ["name", "guests"],
}
FORM = {"key": "details", "message": "Who is coming?", "mode": "form", "requested_schema": SCHEMA}
LINK = {"key": "deposit", "message": "Pay first.", "mode": "url", "url": "https://pay.example.org/x?y=1"}


def asking(*requests: dict[str, Any]) -> hitl.Session:
    """A graph that asks as langchain's adapter does, and keeps the answer."""
    payload = {"type": "mcp_elicitation", "tool_name": "book", "requests": list(requests)}

    def node(state: Any) -> dict[str, Any]:
        return {"log": [interrupt(payload)]}

    session = hitl.run(graphs.chain(graphs.Log, {"tools": node}, checkpointer=InMemorySaver()), {"log": []})
    assert session._run.at_rest.wait(60)
    return session


def received(session: hitl.Session) -> Any:
    [answer] = session.wait(60)["log"]
    return answer


FALSY = {"name": "Al", "guests": 0, "smoking": False, "extras": []}


@pytest.mark.parametrize(
    ("decided", "response", "text"),
    [
        (
            {"decision": "accept", "value": FALSY},
            {"action": "accept", "content": FALSY},
            "Accepted: name: Al, guests: 0",
        ),
        ({"decision": "decline"}, {"action": "decline"}, "Declined"),
        ({"decision": "cancel"}, {"action": "cancel"}, "Cancelled"),
    ],
)
def test_a_form_is_accepted_declined_or_cancelled(decided: Any, response: Any, text: str) -> None:
    clicked = asking(FORM)
    click(clicked, decided)
    assert received(clicked) == {"responses": {"details": response}}
    assert clicked.decisions[0].text.startswith(text)
    for answer in (response, {"responses": {"details": response}}):
        coded = asking(FORM)
        coded.answer(answer)
        assert received(coded) == {"responses": {"details": response}}


def test_the_card_names_the_asker_and_draws_the_schema() -> None:
    session = asking(FORM)
    assert session._run.pending[0].question.question == "book asks for your input"
    [item] = control_of(session).items
    assert (item.description, item.start) == ("Who is coming?", "accept")
    field = item.choices[0].view["field"]
    assert field is not None
    assert field["type"] == "object"
    assert [(named["name"], named["field"]["type"]) for named in field["fields"]] == [
        ("name", "text"),
        ("email", "text"),
        ("guests", "number"),
        ("smoking", "boolean"),
        ("table", "choice"),
        ("extras", "choices"),
    ]


def test_content_is_held_to_the_requested_schema() -> None:
    session = asking(FORM)
    with pytest.raises(hitl.InvalidAnswerError) as refused:
        session.answer({"action": "accept", "content": {"name": "A", "guests": 9}})
    assert refused.value.fields == {
        "responses/details/content/name": "At least 2 characters.",
        "responses/details/content/guests": "Must be at most 8.",
    }
    with pytest.raises(hitl.InvalidAnswerError) as refused:
        control_of(session).resume_value([{"decision": "accept", "value": {"name": "Al", "guests": 9}}])
    assert refused.value.fields == {"0/accept/guests": "Must be at most 8."}


def test_a_link_shows_its_host_and_carries_no_content() -> None:
    session = asking(LINK)
    assert control_of(session).items[0].link == {"url": LINK["url"], "host": "pay.example.org"}
    click(session, {"decision": "accept"})
    assert received(session) == {"responses": {"deposit": {"action": "accept"}}}


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://user@evil.example/https://bank.example", "evil.example"),
        ("https://b\u0430nk.example/", "xn--bnk-6cd.example"),  # a Cyrillic а
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("https://", None),
    ],
)
def test_the_host_is_the_one_that_would_be_visited(url: str, host: str | None) -> None:
    session = asking({**LINK, "url": url})
    [item] = control_of(session).items
    assert (item.link or {"host": None})["host"] == host
    names = [choice.view["name"] for choice in item.choices]
    assert names == (["accept", "decline", "cancel"] if host else ["decline", "cancel"])


def test_every_request_is_answered_under_its_key() -> None:
    session = asking(FORM, LINK)
    control = control_of(session)
    assert control.view["kind"] == "decide"
    assert control.view["rest"] is None
    click(session, {"decision": "accept", "value": {"name": "Al", "guests": 0}}, {"decision": "decline"})
    assert received(session) == {
        "responses": {
            "details": {"action": "accept", "content": {"name": "Al", "guests": 0}},
            "deposit": {"action": "decline"},
        }
    }


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"responses": {"details": {"action": "decline"}}}, {"responses/deposit": "Please fill this in."}),
        ({"responses": {"other": {}}}, {"responses/other": "Not expected here."}),
        (
            {"action": "maybe"},
            {
                "responses/details/action": "'maybe' is not allowed for details; allowed: accept, decline, cancel.",
                "responses/deposit/action": "'maybe' is not allowed for deposit; allowed: accept, decline, cancel.",
            },
        ),
    ],
)
def test_what_leaves_a_request_open_is_refused(answer: Any, said: dict[str, str]) -> None:
    session = asking(FORM, LINK)
    with pytest.raises(hitl.InvalidAnswerError) as refused:
        session.answer(answer)
    assert refused.value.fields == said
    session.answer(False)
    assert received(session) == {"responses": {"details": {"action": "decline"}, "deposit": {"action": "decline"}}}


# ---------------------------------------------------------------- a real server


def _server() -> Any:
    fastmcp = pytest.importorskip("fastmcp", reason="the MCP server of the test")
    import mcp_types

    server = fastmcp.FastMCP("restaurant")
    params = mcp_types.ElicitRequestFormParams(message="Who is coming?", requested_schema=SCHEMA)
    link = mcp_types.ElicitRequestURLParams(message="Pay first.", url="https://pay.example.org/x", elicitation_id="1")

    async def book(day: str, ctx: Any) -> Any:
        """Book a table."""
        if ctx.input_responses is None:
            requests = {
                "details": mcp_types.ElicitRequest(params=params),
                "deposit": mcp_types.ElicitRequest(params=link),
            }
            return mcp_types.InputRequiredResult(input_requests=requests)
        answers = ctx.input_responses
        return f"{day}: {answers['details'].content}, deposit {answers['deposit'].action}"

    book.__annotations__ = {"day": str, "ctx": fastmcp.Context}
    server.tool(book)
    return server


async def _booked(answering: Callable[[hitl.Session], Awaitable[None]]) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # langchain.mcp is in beta (1.4.7)
        server = _server()
        from langchain.mcp import MCPAdapter
    async with MCPAdapter(server) as adapter:
        model = ScriptedModel(script=[calls(("book", {"day": "Monday"})), AIMessage("done")])
        agent = create_agent(model, await adapter.list_tools(), checkpointer=InMemorySaver())
        session = hitl.run(agent, {"messages": [{"role": "user", "content": "go"}]})
        await answering(session)
        messages = (await session)["messages"]
    return next(message.text for message in messages if message.type == "tool")


def test_a_real_server_receives_what_was_answered_from_code() -> None:
    async def answering(session: hitl.Session) -> None:
        content = {"name": "Al", "guests": 0}
        responses = {"details": {"action": "accept", "content": content}, "deposit": {"action": "decline"}}
        await session.aanswer({"responses": responses})

    assert asyncio.run(_booked(answering)) == "Monday: {'name': 'Al', 'guests': 0}, deposit decline"


def test_a_real_server_receives_what_was_clicked() -> None:
    async def answering(session: hitl.Session) -> None:
        await kernel.wait_async(session._run.at_rest.is_set)
        [pending] = session._run.pending
        decided = [{"decision": "cancel"}, {"decision": "accept"}]
        await session._run.answer(pending, lambda control: control.resume_value(decided), by="person")

    assert asyncio.run(_booked(answering)) == "Monday: None, deposit accept"
