"""The run that kernels are killed in, on a server: questions side by side, one after the other, nested, and one before a failure.

It is that of `tests/faults/graph.py`, whose nodes are in the kernel that dies. What these do in the world is written into
the folder that the input names.
"""

from __future__ import annotations

import operator
import time
from pathlib import Path
from typing import Annotated, Any, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.types import interrupt

WORK = 0.03
"""Seconds that a node works on an answer."""


class Endured(TypedDict, total=False):
    log: Annotated[list[str], operator.add]
    folder: Annotated[str, lambda before, now: now or before]


def _work(state: Endured, name: str) -> None:
    time.sleep(WORK)
    with (Path(state["folder"]) / "journal").open("a") as journal:
        journal.write(f"did {name}\n")


def _asks(name: str, *questions: str) -> Any:
    def node(state: Endured) -> dict[str, Any]:
        answers: list[str] = []
        for question in questions:
            answers.append(interrupt(question))
            _work(state, f"{name}: {question}" if len(answers) == len(questions) else f"({name}: {question})")
        return {"log": answers}

    return node


def _plain(name: str) -> Any:
    def node(state: Endured) -> dict[str, Any]:
        _work(state, name)
        return {"log": [name]}

    return node


def _chain(*nodes: tuple[str, Any]) -> Any:
    builder = StateGraph(Endured)
    before = START
    for name, node in nodes:
        builder.add_node(name, node)
        builder.add_edge(before, name)
        before = name
    builder.add_edge(before, END)
    return builder.compile()


def _runs_a_graph(state: Endured) -> dict[str, Any]:
    inner = _chain(("mine", _asks("mine", "own?")), ("then", _asks("then", "own, then?")))
    return {"log": inner.invoke({"log": [], "folder": state["folder"]})["log"]}


def _pays(state: Endured) -> dict[str, Any]:
    """It fails after its answer, once in the life of a thread, so that somebody has to have it tried again."""
    answer = interrupt("pay?")
    try:
        (Path(state["folder"]) / "has failed").touch(exist_ok=False)
    except FileExistsError:
        _work(state, "pay")
        return {"log": [answer]}
    raise RuntimeError("no network")


def _endures() -> Any:
    builder = StateGraph(Endured)
    beside = {
        "once": _asks("once", "once?"),
        "twice": _asks("twice", "twice, first?", "twice, then?"),
        "sub": _chain(
            ("plan", _plain("plan")), ("deep", _asks("deep", "deep?")), ("deeper", _asks("deeper", "deeper?"))
        ),
        "own": _runs_a_graph,
    }
    for name, node in beside.items():
        builder.add_node(name, node)
        builder.add_edge(START, name)
    builder.add_node("join", _plain("join"))
    builder.add_edge(list(beside), "join")
    for before, name, node in (
        ("join", "pay", _pays),
        ("pay", "rest", _plain("rest")),
        ("rest", "last", _asks("last", "last?")),
    ):
        builder.add_node(name, node)
        builder.add_edge(before, name)
    builder.add_edge("last", END)
    return builder.compile()


endures = _endures()
