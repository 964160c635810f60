"""What a process lives until it is killed, and the next one goes on with: graphs of every kind, answered from code.

Each scene is lived in a SQLite file. It is the same code in every life, as the cells of a notebook are; an answer says in
which life it was given, and the journal has each that was taken.
"""

from __future__ import annotations

import asyncio
import functools
import os
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import HumanInTheLoopMiddleware
from langchain.tools import tool
from langchain_core.messages import AIMessage
from langgraph.cache.memory import InMemoryCache
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.func import entrypoint, task
from langgraph.graph import END, START, StateGraph
from langgraph.types import CachePolicy, Command, RetryPolicy, interrupt

import hitl_widgets as hitl

from ..scripted_model import ScriptedModel, calls
from ..unit import graphs
from .points import DyingSqlite, clock

PATIENCE = 30.0
"""Seconds that one life may take."""
THREAD = "t"

os.environ["HITL_UNATTENDED"] = "0"


def saver_in(folder: Path) -> DyingSqlite:
    saver = DyingSqlite(sqlite3.connect(folder / "runs.sqlite", check_same_thread=False))
    saver.setup()
    return saver


# ---------------------------------------------------------------- graphs


def asks(*questions: str) -> Callable[[Any], Any]:
    """A node that asks one question after the other, and works on the answers."""

    def node(state: Any) -> dict[str, Any]:
        answers = [interrupt(question) for question in questions]
        clock.point("at work")
        return {"log": answers}

    return node


def in_a_loop(saver: Any) -> Any:
    """Several questions of one node, in a loop that goes on until it is told that it is enough."""

    def node(state: Any) -> dict[str, Any]:
        answers: list[str] = []
        while len(answers) < 4:
            answers.append(interrupt(f"more {len(answers)}?"))
        return {"log": answers}

    return graphs.chain(graphs.Log, {"node": node, "after": asks("after?")}, checkpointer=saver)


def functional(saver: Any) -> Any:
    """`@entrypoint` and `@task`, which asks itself, too."""

    @task
    def asked(question: str) -> str:
        return interrupt(question)

    @entrypoint(checkpointer=saver)
    def flow(given: dict[str, Any]) -> dict[str, Any]:
        first = asked("task?").result()
        own = interrupt("entrypoint?")
        both = [asked("beside, a?"), asked("beside, b?")]
        return {"log": [first, own, *(one.result() for one in both)]}

    return flow


def remembering(saver: Any) -> Any:
    """A nested graph that remembers (`checkpointer=True`), run twice by one node in a loop."""
    inner = graphs.chain(graphs.Log, {"deep": asks("deep?")}, checkpointer=True)

    def outer(state: Any) -> dict[str, Any]:
        return {"log": inner.invoke({"log": []})["log"][-1:]}

    builder = StateGraph(graphs.Log)
    builder.add_node("outer", outer)
    builder.add_node("between", asks("between?"))
    builder.add_edge(START, "outer")
    builder.add_edge("outer", "between")
    builder.add_conditional_edges("between", lambda state: END if len(state["log"]) > 3 else "outer")
    return builder.compile(checkpointer=saver)


def retried(saver: Any) -> Any:
    """A node with a retry policy, which fails twice after its answer."""
    failures = [OSError("no network"), OSError("no network")]

    def node(state: Any) -> dict[str, Any]:
        answer = interrupt("retried?")
        if failures:
            raise failures.pop()
        return {"log": [answer]}

    builder = StateGraph(graphs.Log)
    builder.add_node("node", node, retry_policy=RetryPolicy(max_attempts=3, initial_interval=0.001, retry_on=OSError))
    builder.add_node("beside", asks("beside?"))
    builder.add_node("last", asks("last?"))
    builder.add_edge(START, "node")
    builder.add_edge(START, "beside")
    builder.add_edge(["node", "beside"], "last")
    return builder.compile(checkpointer=saver)


def cached(saver: Any) -> Any:
    """A cached node before and one after a question."""
    builder = StateGraph(graphs.Log)
    builder.add_node("before", lambda state: {"log": ["before"]}, cache_policy=CachePolicy())
    builder.add_node("ask", asks("cached?"))
    builder.add_node("after", lambda state: {"log": ["after"]}, cache_policy=CachePolicy())
    builder.add_node("last", asks("last?"))
    for one, other in (START, "before"), ("before", "ask"), ("ask", "after"), ("after", "last"):
        builder.add_edge(one, other)
    return builder.compile(checkpointer=saver, cache=InMemoryCache())


def led(saver: Any) -> Any:
    """Nodes that say where it goes on: `Command(goto=...)`."""

    def node(state: Any) -> Any:
        answer = interrupt("where?")
        return Command(goto="there", update={"log": [answer]})

    builder = StateGraph(graphs.Log)
    builder.add_node("node", node, destinations=("there",))
    builder.add_node("there", asks("there?"))
    builder.add_edge(START, "node")
    return builder.compile(checkpointer=saver)


def side_by_side(saver: Any) -> Any:
    """Three questions at once."""
    nodes = {"a": asks("a?"), "b": asks("b, first?", "b, then?"), "c": asks("c?")}
    return graphs.fan_out(graphs.Log, nodes, asks("join?"), checkpointer=saver)


def nested(saver: Any) -> Any:
    """A question in a nested graph, after a step there."""
    inner = graphs.chain(graphs.Log, {"plan": lambda state: {"log": ["plan"]}, "deep": asks("deep?")})
    return graphs.chain(graphs.Log, {"first": asks("first?"), "inner": inner, "last": asks("last?")}, checkpointer=saver)


@tool
def delete(path: str) -> str:
    """Delete a file."""
    clock.effect(f"delete {path}")
    return f"deleted {path}"


@tool
def consult(question: str) -> str:
    """Ask a person."""
    return interrupt(question)


def agent(saver: Any, mode: str) -> Any:
    said = [
        calls(("delete", {"path": "a"}), ("delete", {"path": "b"}), ("consult", {"question": "consulted?"})),
        AIMessage("done", id="done"),
    ]
    asking = HumanInTheLoopMiddleware({"delete": True}, interrupt_mode=mode)  # type: ignore[call-arg, arg-type]
    return create_agent(ScriptedModel(script=said), [delete, consult], middleware=[asking], checkpointer=saver)


PLAIN: dict[str, Callable[[Any], Any]] = {
    "in a loop": in_a_loop,
    "functional": functional,
    "remembering": remembering,
    "retried": retried,
    "cached": cached,
    "led": led,
    "side by side": side_by_side,
    "nested": nested,
    "agent, batched": lambda saver: agent(saver, "batched"),
    "agent, per call": lambda saver: agent(saver, "per_call"),
}

# ---------------------------------------------------------------- answering


def told(session: hitl.Session) -> dict[str, Any]:
    """What came of a run."""
    values = session.values
    log = values["log"] if "log" in values else [one.content for one in values["messages"] if one.type == "tool"]
    return {
        "log": log,
        "decisions": [[one.question, one.text] for one in session.decisions],
        "asked": [[one.node, one.interrupt_id] for one in session.decisions],
        "moments": len(clock.passed),
        "notices": list(session.notices),
    }


def reply_to(request: Any, value: str) -> Any:
    """An answer that says in which life it was given, whatever is asked."""
    payload = request.payload
    if isinstance(payload, dict) and "action_requests" in payload:
        return {"decisions": [{"type": "reject", "message": value} for _ in payload["action_requests"]]}
    if isinstance(payload, dict) and payload.get("type") == "tool_approval":
        return {"type": "reject", "message": value}
    return value


def at_rest(session: hitl.Session) -> str:
    deadline = time.monotonic() + PATIENCE
    while not session._run.at_rest.wait(0.01):
        assert time.monotonic() < deadline, f"it hangs: {session} {session.notices}"
    return session.status


def go_on(session: hitl.Session, life: int, *, together: bool = False, stops: bool = False) -> dict[str, Any]:
    """Answer until it has finished."""
    deadline = time.monotonic() + PATIENCE
    while at_rest(session) != "finished":
        assert time.monotonic() < deadline, f"it never ends: {session} {session.error!r} {session.notices}"
        if session.status in {"failed", "stopped"}:
            session.retry()
            continue
        assert session.status != "idle", session.notices
        requests = session.requests
        given = {one.id: reply_to(one, f"{one.node}={life}") for one in requests}
        with suppress(hitl.StaleAnswerError):
            if together and len(requests) > 1:
                session.answer_all(given)
            else:
                for request in requests:
                    session.answer(given[request.id], to=request.id)
                    clock.note(f"acked {request.id} {request.node}={life}")
                    if stops:
                        session.stop()
    return told(session)


def plain(name: str, folder: str, life: int, durability: str | None = None, how: str = "") -> dict[str, Any]:
    """A graph of `PLAIN`, answered to its end."""
    place = Path(folder)
    clock.journal = place / "journal"
    graph = PLAIN[name](saver_in(place))
    given: Any = {"messages": [("user", "go")]} if name.startswith("agent") else {"log": []}
    config: Any = {"configurable": {"__pregel_durability": durability}} if durability else None
    session = begun(graph, given, life, config)
    return go_on(session, life, together=how == "together", stops=how == "stops")


def begun(graph: Any, given: Any, life: int, config: Any = None) -> hitl.Session:
    """The run: in a later life attached, since a thread that has finished would take the input as another one."""
    if life:
        session = hitl.attach(graph, THREAD, config=config)
        if at_rest(session) != "idle":
            return session
    return hitl.run(graph, given, thread_id=THREAD, config=config)
