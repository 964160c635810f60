"""What a process lives until it is killed, and the next one goes on with: graphs of every kind, answered from code.

Each scene is lived in a SQLite file. It is the same code in every life, as the cells of a notebook are; an answer says in
which life it was given, and the journal has each that was taken.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import HumanInTheLoopMiddleware
from langchain.tools import tool
from langchain_core.messages import AIMessage
from langgraph.cache.memory import InMemoryCache
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.func import entrypoint, task
from langgraph.graph import START, StateGraph
from langgraph.types import CachePolicy, Command, RetryPolicy, interrupt

import hitl_widgets as hitl

from ..scripted_model import ScriptedModel, calls
from ..unit import graphs
from .graph import saver_of
from .points import DyingAsyncSqlite, clock

PATIENCE = 30.0
"""Seconds that one life may take."""
THREAD = "t"


def saver_in(folder: Path) -> BaseCheckpointSaver[Any]:
    """A checkpointer: a SQLite file there, or a PostgreSQL schema that is named there."""
    if (folder / "url").exists():
        return saver_of((folder / "url").read_text())
    return saver_of(str(folder / "runs.sqlite"))


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
    """A nested graph that remembers (`checkpointer=True`), once.

    Called once more by a later step it would be given its input anew, and where a kernel is killed before that is saved LangGraph
    takes what the graph came to the time before for the result (1.2.24, without this package too): a question is passed over.
    """
    inner = graphs.chain(graphs.Log, {"deep": asks("deep?"), "deeper": asks("deeper?")}, checkpointer=True)

    def outer(state: Any) -> dict[str, Any]:
        return {"log": inner.invoke({"log": []})["log"]}

    return graphs.chain(graphs.Log, {"outer": outer, "after": asks("after?")}, checkpointer=saver)


def retried(saver: Any) -> Any:
    """A node with a retry policy, which fails twice after its answer."""
    failures = [OSError("no network"), OSError("no network")]

    def node(state: Any) -> dict[str, Any]:
        answer = interrupt("retried?")
        if failures:
            raise failures.pop()
        return {"log": [answer]}

    builder = StateGraph(graphs.Log)
    builder.add_node(
        "node", node, retry_policy=RetryPolicy(max_attempts=3, initial_interval=0.001, jitter=False, retry_on=OSError)
    )
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
    return graphs.chain(
        graphs.Log, {"first": asks("first?"), "inner": inner, "last": asks("last?")}, checkpointer=saver
    )


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


def plain(name: str, durability: str | None, how: str, folder: str, life: int) -> dict[str, Any]:
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


# ---------------------------------------------------------------- forks


def forked(how: str, folder: str, life: int) -> dict[str, Any]:
    """A run to its end, and then forks of it."""
    place = Path(folder)
    clock.journal = place / "journal"
    graph = nested(saver_in(place))
    session = begun(graph, {"log": []}, life)
    go_on(session, life)
    if not (place / "original").exists():
        (place / "original").write_text(rows_of(place, THREAD))
    value = f"first={life}"
    if how == "answer":
        forks = [session.fork(session.decisions[0], answer=value)]
    elif how == "update":
        forks = [session.fork(session.history[-1], update={"log": ["edited"]})]
    elif how == "inside":
        forks = [session.fork(session.history[1].inside[1], update={"log": ["edited"]})]
    elif how == "what_if":
        forks = list(session.what_if("first", [value, value]))
    else:
        forks = [session.restart()]
    return {"logs": [go_on(one, life)["log"] for one in forks], "moments": len(clock.passed)}


def found_forks(folder: str, life: int) -> dict[str, Any]:
    """What the next kernel finds of all that: the forks that are whole, answered to their end, and the others."""
    place = Path(folder)
    graph = nested(saver_in(place))
    names = threads_in(place)
    original = place / "original"
    is_same = not original.exists() or original.read_text() == rows_of(place, THREAD)
    waiting = {one.thread_id for one in hitl.inbox(graph)}
    logs: list[Any] = []
    half: list[str] = []
    wrong = [] if is_same else ["the original is another one"]
    for name in names:
        if name == THREAD:
            continue
        session = hitl.attach(graph, name)
        if at_rest(session) == "failed" and "is not finished" in str(session.error):
            half.append(name)
            if name in waiting:
                wrong.append(f"half-made, and it waits in the inbox: {name}")
        elif session.status != "idle":  # nothing but graphs that were nested in it
            logs.append(go_on(session, life)["log"])
    return {"logs": logs, "half": len(half), "wrong": wrong, "threads": len(names)}


def threads_in(place: Path) -> list[str]:
    found = saver_in(place).list(None)
    return sorted({one.config.get("configurable", {})["thread_id"] for one in found})


def rows_of(place: Path, thread: str) -> str:
    """All that is kept of a thread."""
    found = saver_in(place).list({"configurable": {"thread_id": thread}})
    kept = [(one.config, one.checkpoint, one.metadata, sorted(map(repr, one.pending_writes or ()))) for one in found]
    return hashlib.sha256(repr(kept).encode()).hexdigest()


# ---------------------------------------------------------------- many threads at once


def works_once(saver: Any) -> Any:
    """One question, whose node does something in the world."""

    def node(state: Any) -> dict[str, Any]:
        answer = interrupt("ship?")
        clock.effect(f"ship {state['amount']}")
        return {"log": [answer]}

    return graphs.chain(graphs.Log, {"node": node}, checkpointer=saver)


def wait(count: int, folder: str) -> None:
    """Threads that wait."""
    graph = works_once(saver_in(Path(folder)))
    for order in range(count):
        graph.invoke({"log": [], "amount": order}, {"configurable": {"thread_id": f"order {order}"}})


def bulk(count: int, folder: str, life: int) -> dict[str, Any]:
    """One answer for all of them."""
    place = Path(folder)
    graph = works_once(saver_in(place))
    clock.journal = place / "journal"
    outcomes = hitl.inbox(graph).answer(f"yes={life}") if len(hitl.inbox(graph)) else []
    for outcome in outcomes:
        clock.note(f"outcome {outcome.status} {outcome.thread_id} yes={life}")
    moments = len(clock.passed)
    # Those that were answered, and whose kernel was killed before their node had used it, are not asked again.
    sessions = [hitl.attach(graph, f"order {order}") for order in range(count)]
    return {
        "status": [at_rest(one) for one in sessions],
        "logs": [one.values["log"] for one in sessions],
        "decisions": [[decision.value for decision in one.decisions] for one in sessions],
        "left": len(hitl.inbox(graph)),
        "moments": moments,
    }


# ---------------------------------------------------------------- breakpoints, policies, another input


def stops(folder: str, life: int) -> dict[str, Any]:
    """A breakpoint before a node and one after another, at each of which the state is edited."""
    place = Path(folder)
    clock.journal = place / "journal"
    nodes = {name: (lambda state, name=name: {"log": [name]}) for name in ("a", "b", "c")}
    graph = graphs.chain(graphs.Log, nodes, checkpointer=saver_in(place), interrupt_before=["b"], interrupt_after=["b"])
    session = begun(graph, {"log": []}, life)
    while at_rest(session) != "finished":
        log = session.values["log"]
        name = "before" if log[-1] == "a" or log[-1].startswith("before") else "after"
        edited = [*(one for one in log if not one.startswith(name)), f"{name}={life}"]
        [stop] = session.requests
        with suppress(hitl.StaleAnswerError):
            session.answer({"update": {"log": edited}}, to=stop.id)
            clock.note(f"acked {stop.id} {name}={life}")
    return told(session) | {"decisions": [[one.node, ""] for one in session.decisions]}


def answered_by_policies(folder: str, life: int) -> dict[str, Any]:
    """One question that a policy answers at once, one that it answers after a while, and one that is left to a person."""
    place = Path(folder)
    clock.journal = place / "journal"
    nodes = {"soon": asks("soon?"), "late": asks("late?"), "person": asks("person?")}
    graph = graphs.fan_out(graphs.Log, nodes, asks("soon, then?"), checkpointer=saver_in(place))
    policies = [
        hitl.policy(node=("soon", "join"), answer=lambda request: f"{request.node}={life}"),
        hitl.policy(node="late", answer=f"late={life}", timeout=0.02),
    ]
    session = None
    if life:
        session = hitl.attach(graph, THREAD, policies=policies)
        session = session if at_rest(session) != "idle" else None
    session = session or hitl.run(graph, {"log": []}, thread_id=THREAD, policies=policies)
    deadline = time.monotonic() + PATIENCE
    while session.status != "finished":
        assert time.monotonic() < deadline, f"{session} {session.error!r}"
        for request in session.requests:
            if request.node == "person" and session.status == "waiting":
                with suppress(hitl.StaleAnswerError):
                    session.answer(f"person={life}", to=request.id)
                    clock.note(f"acked {request.id} person={life}")
        session._run.ended.wait(0.005)
    return told(session)


def again(folder: str, life: int) -> dict[str, Any]:
    """A run to its end, and once more on the same thread."""
    place = Path(folder)
    clock.journal = place / "journal"
    graph = PLAIN["led"](saver_in(place))
    session = begun(graph, {"log": []}, life)
    go_on(session, life)
    if not any(one.startswith("again") for one in session.values["log"]):
        session.follow_up({"log": [f"again={life}"]})
    return go_on(session, life)


def on_a_loop(folder: str, life: int) -> dict[str, Any]:
    """An async graph with `AsyncSqliteSaver`, on an event loop."""
    place = Path(folder)
    clock.journal = place / "journal"

    def node(*questions: str) -> Any:
        async def node(state: Any) -> dict[str, Any]:
            answers = [interrupt(question) for question in questions]
            await asyncio.sleep(0)
            clock.point("at work")
            return {"log": answers}

        return node

    async def main() -> dict[str, Any]:
        async with DyingAsyncSqlite.from_conn_string(str(place / "runs.sqlite")) as saver:
            nodes = {"a": node("a?"), "b": node("b, first?", "b, then?")}
            graph = graphs.fan_out(graphs.Log, nodes, node("join?"), checkpointer=saver)
            session = hitl.attach(graph, THREAD) if life else None
            if session is not None:
                await hitl.kernel.wait_async(session._run.at_rest.is_set)
            if session is None or session.status == "idle":
                session = hitl.run(graph, {"log": []}, thread_id=THREAD)
            deadline = time.monotonic() + PATIENCE
            while True:
                assert time.monotonic() < deadline, f"{session} {session.error!r}"
                await hitl.kernel.wait_async(session._run.at_rest.is_set)
                if session.status == "finished":
                    break
                for request in session.requests:
                    with suppress(hitl.StaleAnswerError):
                        await session.aanswer(f"{request.node}={life}", to=request.id)
                        clock.note(f"acked {request.id} {request.node}={life}")
            await session._run.past.read()
            return {
                "log": (await graph.aget_state({"configurable": {"thread_id": THREAD}})).values["log"],
                "decisions": [[one.question, one.text] for one in session.decisions],
                "asked": [[one.node, one.interrupt_id] for one in session.decisions],
                "moments": len(clock.passed),
            }

    return asyncio.run(main())
