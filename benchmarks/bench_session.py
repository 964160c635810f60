"""A scripted session against the loop that one writes by hand, and a watched run against an unwatched one.

Same graph, same stream modes, alternating in one process; the figure is the median pair's ratio.
"""

from __future__ import annotations

import gc
import operator
import time
from collections.abc import Callable
from tempfile import TemporaryDirectory
from typing import Annotated, Any, TypedDict

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, Send, interrupt

import hitl_widgets as hitl
from hitl_widgets.driver import MODES
from hitl_widgets.watching import WATCHED_MODES, watched

from .table import Figure


class Log(TypedDict, total=False):
    log: Annotated[list[Any], operator.add]


def questions(count: int) -> Any:
    """A chain of nodes that ask, with as many plain nodes between them."""
    builder = StateGraph(Log)
    before = START
    for number in range(count):
        builder.add_node(f"ask{number}", lambda state: {"log": [interrupt("?")]})
        builder.add_node(f"work{number}", lambda state: {"log": ["."]})
        builder.add_edge(before, f"ask{number}")
        builder.add_edge(f"ask{number}", f"work{number}")
        before = f"work{number}"
    builder.add_edge(before, END)
    return builder


def loop(steps: int) -> Any:
    """One node that runs so many times: two events a step."""
    builder = StateGraph(TypedDict("Count", {"count": int}))
    builder.add_node("work", lambda state: {"count": state["count"] + 1})
    builder.add_edge(START, "work")
    builder.add_conditional_edges("work", lambda state: "work" if state["count"] < steps else END, ["work", END])
    return builder.compile(checkpointer=InMemorySaver())


def by_hand(graph: Any, step: Any, answer: Any, config: dict[str, Any]) -> Any:
    while True:
        for _ in graph.stream(step, config, stream_mode=list(MODES), subgraphs=True, version="v2"):
            pass
        state = graph.get_state(config)
        if not state.interrupts:
            return state.values
        step = Command(resume={state.interrupts[0].id: answer})


def alternate(ours: Callable[[], None], peer: Callable[[], None], rounds: int) -> tuple[float, float]:
    """Seconds of both in the median pair of runs.

    The two of a pair run one right after the other, in turn first and second: what else the machine does then
    slows both, and a run of bad luck moves one pair, not the figure.
    """
    ours()
    peer()
    pairs = [_pair(ours, peer) if round % 2 else _pair(peer, ours)[::-1] for round in range(rounds)]
    return sorted(pairs, key=lambda pair: pair[0] / pair[1])[rounds // 2]


def _pair(first: Callable[[], None], second: Callable[[], None]) -> tuple[float, float]:
    return _seconds(first), _seconds(second)


def _seconds(work: Callable[[], None]) -> float:
    gc.collect()  # what the run before left behind is not this one's
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def scripted(rounds: int = 101, count: int = 10) -> Figure:
    builder = questions(count)
    answers = {f"ask{number}": "yes" for number in range(count)}

    def ours() -> None:
        assert (
            len(hitl.run(builder.compile(checkpointer=InMemorySaver()), {}, unattended=answers).wait()["log"])
            == 2 * count
        )

    def peer() -> None:
        graph = builder.compile(checkpointer=InMemorySaver())
        assert len(by_hand(graph, {}, "yes", {"configurable": {"thread_id": "t"}})["log"]) == 2 * count

    mine, theirs = alternate(ours, peer, rounds)
    return Figure(f"scripted session, {count} questions", mine, "stream + Command(resume) by hand", theirs, limit=1.10)


def together(rounds: int = 9, count: int = 300) -> Figure:
    """As many copies of a node that all ask, answered at once, in a SQLite file: each answer is durable before the graph goes on."""
    builder = StateGraph(Log)
    builder.add_node("ask", lambda state: {"log": [interrupt("?")]})
    builder.add_conditional_edges(START, lambda _: [Send("ask", {})] * count, ["ask"])

    def ours() -> None:
        with TemporaryDirectory() as folder, SqliteSaver.from_conn_string(f"{folder}/runs.sqlite") as saver:
            session = hitl.run(builder.compile(checkpointer=saver), {}, unattended={"ask": "yes"})
            assert session.wait()["log"] == ["yes"] * count
            session.close()

    def peer() -> None:
        config: Any = {"configurable": {"thread_id": "t"}}
        with TemporaryDirectory() as folder, SqliteSaver.from_conn_string(f"{folder}/runs.sqlite") as saver:
            graph = builder.compile(checkpointer=saver)
            for _ in graph.stream({}, config, stream_mode=list(MODES), subgraphs=True, version="v2"):
                pass
            answers: Any = {asked.id: "yes" for asked in graph.get_state(config).interrupts}
            for _ in graph.stream(
                Command(resume=answers), config, stream_mode=list(MODES), subgraphs=True, version="v2"
            ):
                pass
            assert graph.get_state(config).values["log"] == ["yes"] * count

    mine, theirs = alternate(ours, peer, rounds)
    return Figure(f"{count} questions at once", mine, "one Command(resume) by hand", theirs, limit=2.0)


def ten_thousand_events(rounds: int = 5, steps: int = 5000) -> list[Figure]:
    """A run of 10 000 events, watched as in a notebook and with the view attached, against its stream, unwatched."""
    config = {"recursion_limit": steps + 10}
    sent: list[float] = []

    def ours() -> None:
        with watched():
            session = hitl.run(loop(steps), {"count": 0}, config=config)  # type: ignore[arg-type]
        widget = session._display.widget
        widget.observe(lambda change: sent.append(time.perf_counter()), names="run")
        start = len(sent)
        began = time.perf_counter()
        assert session.wait()["count"] == steps
        rates.append((len(sent) - start) / (time.perf_counter() - began))
        widget.close()

    def peer() -> None:
        graph = loop(steps)
        for _ in graph.stream(
            {"count": 0},
            {"configurable": {"thread_id": "t"}, **config},
            stream_mode=[*MODES, *WATCHED_MODES],
            subgraphs=True,
            version="v2",
        ):
            pass

    rates: list[float] = []
    mine, theirs = alternate(ours, peer, rounds)
    return [
        Figure(f"{2 * steps} events, watched", mine, "the same modes, unwatched", theirs, limit=1.10),
        Figure("updates a second meanwhile", max(rates), "the limit", 20.0, limit=1.05, unit="/s"),
    ]


def tokens(rounds: int = 7, count: int = 30_000) -> Figure:
    """What it costs to watch the tokens of a second, at 1 000 a second: of many more, beside the same stream unwatched."""
    from langchain_core.language_models import GenericFakeChatModel
    from langchain_core.messages import AIMessage
    from langgraph.graph import MessagesState

    said = " ".join(f"word{number}" for number in range(count // 2))  # each word a token, and each space

    def talk() -> Any:
        def node(state: Any) -> dict[str, Any]:
            return {"messages": GenericFakeChatModel(messages=iter([AIMessage(said)])).invoke(state["messages"])}

        builder = StateGraph(MessagesState).add_node("talk", node).add_edge(START, "talk")
        return builder.compile(checkpointer=InMemorySaver())

    def ours() -> None:
        with watched():
            session = hitl.run(talk(), {"messages": "hello"})
        widget = session._display.widget
        assert session.wait()["messages"][-1].text == said
        task = session._run.state.steps[0].tasks[0]
        assert task.said is not None
        assert task.said.tokens.endswith(said[-1000:])
        widget.close()

    def peer() -> None:
        for _ in talk().stream(
            {"messages": "hello"},
            {"configurable": {"thread_id": "t"}},
            stream_mode=[*MODES, *WATCHED_MODES],
            subgraphs=True,
            version="v2",
        ):
            pass

    mine, theirs = alternate(ours, peer, rounds)
    cost = max(mine - theirs, 0.0) / count * 1000
    return Figure("watching 1000 tokens", cost, "the second they come in", 1.0, limit=0.10)


def figures() -> list[Figure]:
    return [scripted(), together(), *ten_thousand_events(), tokens()]
