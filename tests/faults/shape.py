"""The run that is endured: parallel, nested and repeated questions, and one that a node fails after; wherever its nodes work.

Nothing else is imported here, since a server imports it too.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from langgraph.graph import END, START, StateGraph
from langgraph.types import interrupt

from ..unit import graphs


def endured(
    state: type,
    work: Callable[[Any, str], object],
    folder: Callable[[Any], Path],
    point: Callable[[str], object] = lambda name: None,
    **compile_options: Any,
) -> Any:
    """Questions side by side, in a nested graph, in a node's own graph, twice in a node, and after a failure.

    Args:
        state: its state, with a `log`.
        work: what a node does of a name, given the state.
        folder: where that leaves what it remembers of the world, of the state.
        point: called with the name of each moment that is not in somebody's work.
        compile_options: of the outermost graph.
    """

    def asks(name: str, *questions: str) -> Any:
        """A node that asks one question after the other, and works on each answer."""

        def node(given: Any) -> dict[str, Any]:
            point(f"{name} begins")
            answers: list[str] = []
            for question in questions:
                answers.append(interrupt(question))
                work(given, f"{name}: {question}" if len(answers) == len(questions) else f"({name}: {question})")
            return {"log": answers}

        return node

    def plain(name: str) -> Any:
        def node(given: Any) -> dict[str, Any]:
            work(given, name)
            return {"log": [name]}

        return node

    def runs_a_graph(given: Any) -> dict[str, Any]:
        """A graph that a node's own code builds and runs: the thread does not show what it asks, and answers go by id."""
        inner = graphs.chain(state, {"mine": asks("mine", "own?"), "then": asks("then", "own, then?")})
        return {"log": inner.invoke({**given, "log": []})["log"]}

    def pays(given: Any) -> dict[str, Any]:
        """It fails after its answer, once in the life of a thread, so that somebody has to have it tried again."""
        answer = interrupt("pay?")
        point("pay has its answer")
        try:
            (folder(given) / "has failed").touch(exist_ok=False)
        except FileExistsError:
            work(given, "pay")
            return {"log": [answer]}
        raise RuntimeError("no network")

    deep = {"plan": plain("plan"), "deep": asks("deep", "deep?"), "deeper": asks("deeper", "deeper?")}
    beside = {
        "once": asks("once", "once?"),
        "twice": asks("twice", "twice, first?", "twice, then?"),
        "sub": graphs.chain(state, deep),
        "own": runs_a_graph,
    }
    builder = StateGraph(state)
    for name, node in beside.items():
        builder.add_node(name, node)
        builder.add_edge(START, name)
    builder.add_node("join", plain("join"))
    builder.add_edge(list(beside), "join")
    after = {"pay": pays, "rest": plain("rest"), "last": asks("last", "last?")}
    for (name, node), before in zip(after.items(), ("join", "pay", "rest"), strict=True):
        builder.add_node(name, node)
        builder.add_edge(before, name)
    builder.add_edge("last", END)
    return builder.compile(**compile_options)
