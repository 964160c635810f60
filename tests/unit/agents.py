"""An agent of langchain's own, with tools that remember how they ran and a model that says what is written down."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from langchain.agents import create_agent
from langchain.agents.middleware import HumanInTheLoopMiddleware
from langchain.tools import tool
from langchain_core.messages import AIMessage
from langgraph.checkpoint.memory import InMemorySaver
from pydantic import AfterValidator, SecretStr

import hitl_widgets as hitl

from ..scripted_model import ScriptedModel, calls

RAN: list[tuple[str, dict[str, Any]]] = []


@tool
def search(
    query: str,
    limit: int = 5,
    lang: Literal["en", "de"] = "en",
    strict: bool = True,
    note: str | None = "n",
    tags: list[str] | None = None,
) -> str:
    """Search the web."""
    args = {"query": query, "limit": limit, "lang": lang, "strict": strict, "note": note, "tags": tags}
    RAN.append(("search", args))
    return f"found {query!r}"


@tool
def delete(path: str, options: dict[str, Any] | None = None) -> str:
    """Delete a file."""
    RAN.append(("delete", {"path": path, "options": options}))
    return f"deleted {path}"


@tool
def store(value: Any) -> str:
    """Store any value."""
    RAN.append(("store", {"value": value}))
    return "stored"


def _not_thirteen(amount: int) -> int:
    if amount == 13:
        raise ValueError("thirteen is unlucky")
    return amount


@tool
def pay(amount: Annotated[int, AfterValidator(_not_thirteen)]) -> str:
    """Pay an amount."""
    RAN.append(("pay", {"amount": amount}))
    return "paid"


@tool
def log_in(user: str, password: SecretStr) -> str:
    """Log in."""
    RAN.append(("log_in", {"user": user, "password": password.get_secret_value()}))
    return "welcome"


ALL = ["approve", "edit", "reject", "respond"]


def agent(mode: str, *tool_calls: tuple[str, dict[str, Any]], allowed: dict[str, list[str]] | None = None) -> Any:
    RAN.clear()
    gated = {name: {"allowed_decisions": names} for name, names in (allowed or {}).items()} or {
        "search": True,
        "delete": True,
        "store": True,
        "pay": True,
        "log_in": True,
    }
    middleware = HumanInTheLoopMiddleware(interrupt_on=gated, interrupt_mode=mode)  # type: ignore[arg-type]
    model = ScriptedModel(script=[calls(*tool_calls), AIMessage("done")])
    return create_agent(
        model, [search, delete, store, pay, log_in], middleware=[middleware], checkpointer=InMemorySaver()
    )


def start(graph: Any) -> hitl.Session:
    session = hitl.run(graph, {"messages": [{"role": "user", "content": "go"}]})
    assert session._run.at_rest.wait(60)
    assert session.error is None
    return session


def heard(session: hitl.Session) -> list[str]:
    """What the model was told by the tools, and what it said at last."""
    messages = session.wait(60)["messages"]
    assert session.status == "finished"
    return [message.text for message in messages if message.type == "tool"] + [messages[-1].text]
