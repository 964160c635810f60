"""What the oldest of everything runs: `begin` asks and answers half of it, `go on`, in another process, the rest; `agent`."""

from __future__ import annotations

import asyncio
import sys
from typing import Any, Literal, TypedDict

from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langgraph.graph import START, StateGraph
from langgraph.types import interrupt
from pydantic import BaseModel, Field

import hitl_widgets as hitl


class Order(BaseModel):
    size: Literal["small", "large"]
    count: int = Field(ge=1, le=9)
    mail: str = Field(json_schema_extra={"format": "email"})


class State(TypedDict, total=False):
    order: dict[str, Any]
    note: str


ORDER = {"size": "large", "count": 3, "mail": "a@example.org"}


def order(state: State) -> State:
    return {"order": interrupt("What *may* it be?", response_schema=Order).model_dump()}


def note(state: State) -> State:
    return {"note": interrupt("A note?")}


async def note_later(state: State) -> State:
    return {"note": interrupt("A note?")}


def asking(last: Any) -> Any:
    return StateGraph(State).add_sequence([order, ("note", last)]).add_edge(START, "order").compile()


class Model(GenericFakeChatModel):
    def bind_tools(self, tools: Any, **options: Any) -> Any:
        return self


def send(to: str) -> str:
    """Send it."""
    return f"sent to {to}"


def asking_agent() -> Any:
    from langchain.agents import create_agent
    from langchain.agents.middleware import HumanInTheLoopMiddleware

    call = {"name": "send", "args": {"to": "them"}, "id": "1"}
    model = Model(messages=iter([AIMessage("", tool_calls=[call]), AIMessage("It is sent.")]))
    return create_agent(model, [send], middleware=[HumanInTheLoopMiddleware(interrupt_on={"send": True})])


async def asked(session: hitl.Session) -> str:
    while session.status == "running":  # noqa: ASYNC110  (a sync graph is in a thread, and tells no loop)
        await asyncio.sleep(0.01)
    assert session.status == "waiting", session.error
    [request] = session.requests
    return request.node


async def begin() -> None:
    for thread, last in GRAPHS.items():
        session = hitl.run(asking(last), {}, thread_id=thread, save="runs.sqlite")
        assert await asked(session) == "order"
        try:
            await session.aanswer({**ORDER, "count": 10})
        except hitl.InvalidAnswerError:
            await session.aanswer(ORDER)
        assert await asked(session) == "note"


async def go_on() -> None:
    for thread, last in GRAPHS.items():
        session = hitl.attach(asking(last), thread, save="runs.sqlite")
        assert await asked(session) == "note"
        assert [decision.value for decision in session.decisions] == [ORDER]
        await session.aanswer("soon")
        assert await session == {"order": ORDER, "note": "soon"}
        data: Any = session._repr_mimebundle_()
        assert 'note done"' in data[0]["text/html"]
        assert len(await session.ahistory()) == 2


async def agent() -> None:
    session = hitl.run(
        asking_agent(), {"messages": [("user", "Send it.")]}, unattended=lambda _: {"decisions": [{"type": "approve"}]}
    )
    assert [message.content for message in (await session)["messages"]][2:] == ["sent to them", "It is sent."]


GRAPHS = {"sync": note, "async": note_later}

if __name__ == "__main__":
    asyncio.run({"begin": begin, "go on": go_on, "agent": agent}[sys.argv[1]]())
    print("ok")
