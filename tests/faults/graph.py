"""A run with parallel, nested and repeated questions, one of which a node fails after; and the cells that a notebook has for it."""

from __future__ import annotations

import operator
import os
import sqlite3
from pathlib import Path
from typing import Annotated, Any, TypedDict

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import interrupt

import hitl_widgets as hitl

from .points import DyingSqlite, clock, dying_postgres, watch_sessions, work

QUESTIONS = ("once?", "twice, first?", "twice, then?", "deep?", "deeper?", "own?", "own, then?", "pay?", "last?")


class State(TypedDict, total=False):
    log: Annotated[list[str], operator.add]


def asks(name: str, *questions: str) -> Any:
    """A node that asks one question after the other, and works on each answer."""

    def node(state: Any) -> dict[str, Any]:
        clock.point(f"{name} begins")
        answers: list[str] = []
        for question in questions:
            answers.append(interrupt(question))
            work(f"{name}: {question}" if len(answers) == len(questions) else f"({name}: {question})")
        return {"log": answers}

    return node


def chain(*nodes: tuple[str, Any]) -> Any:
    builder = StateGraph(State)
    before = START
    for name, node in nodes:
        builder.add_node(name, node)
        builder.add_edge(before, name)
        before = name
    builder.add_edge(before, END)
    return builder.compile()


def runs_a_graph(state: Any) -> dict[str, Any]:
    """A graph that a node's own code builds and runs: the thread does not show what it asks, and answers go by id."""
    inner = chain(("mine", asks("mine", "own?")), ("then", asks("then", "own, then?")))
    return {"log": inner.invoke({"log": []})["log"]}


def pays(folder: Path) -> Any:
    """It fails after its answer, once in the life of a thread, so that somebody has to have it tried again."""

    def node(state: Any) -> dict[str, Any]:
        answer = interrupt("pay?")
        clock.point("pay has its answer")
        try:
            (folder / "has failed").touch(exist_ok=False)
        except FileExistsError:
            work("pay")
            return {"log": [answer]}
        raise RuntimeError("no network")

    return node


def graph(folder: Path, saver: BaseCheckpointSaver[Any]) -> Any:
    """Questions side by side, in a nested graph, in a node's own graph, twice in a node, and after a failure."""
    deep = chain(("plan", plain("plan")), ("deep", asks("deep", "deep?")), ("deeper", asks("deeper", "deeper?")))
    builder = StateGraph(State)
    beside = {
        "once": asks("once", "once?"),
        "twice": asks("twice", "twice, first?", "twice, then?"),
        "sub": deep,
        "own": runs_a_graph,
    }
    for name, node in beside.items():
        builder.add_node(name, node)
        builder.add_edge(START, name)
    builder.add_node("join", plain("join"))
    builder.add_edge(list(beside), "join")
    for before, name, node in (
        ("join", "pay", pays(folder)),
        ("pay", "rest", plain("rest")),
        ("rest", "last", asks("last", "last?")),
    ):
        builder.add_node(name, node)
        builder.add_edge(before, name)
    builder.add_edge("last", END)
    return builder.compile(checkpointer=saver)


def plain(name: str) -> Any:
    def node(state: Any) -> dict[str, Any]:
        work(name)
        return {"log": [name]}

    return node


def saver_of(where: str) -> BaseCheckpointSaver[Any]:
    """A checkpointer, of a path of a SQLite file or a Postgres URL."""
    if not where.startswith("postgresql://"):
        saver = DyingSqlite(sqlite3.connect(where, check_same_thread=False))
        saver.setup()
        return saver
    import psycopg
    from psycopg.rows import dict_row

    return dying_postgres(
        psycopg.connect(where, autocommit=True, prepare_threshold=0, row_factory=dict_row)  # type: ignore[arg-type]
    )


def cell(folder: str, where: str, thread: str, *, dies_at: int | None, attaches: bool) -> hitl.Session:
    """What the notebook's cell does, in each kernel anew."""
    os.environ.pop("HITL_UNATTENDED", None)
    saver = saver_of(where)
    clock.journal = Path(folder) / "journal"
    watch_sessions()
    built = graph(Path(folder), saver)
    clock.dies_at = dies_at
    if attaches:
        return hitl.attach(built, thread)
    return hitl.run(built, {"log": ["begin"]}, thread_id=thread)
