"""A run with parallel, nested and repeated questions, one of which a node fails after; and the cells that a notebook has for it."""

from __future__ import annotations

import operator
import os
import sqlite3
from pathlib import Path
from typing import Annotated, Any, TypedDict

from langgraph.checkpoint.base import BaseCheckpointSaver

import hitl_widgets as hitl

from .points import DyingSqlite, clock, dying_postgres, watch_sessions, work
from .shape import endured

QUESTIONS = ("once?", "twice, first?", "twice, then?", "deep?", "deeper?", "own?", "own, then?", "pay?", "last?")


class State(TypedDict, total=False):
    log: Annotated[list[str], operator.add]


def graph(folder: Path, saver: BaseCheckpointSaver[Any]) -> Any:
    """The run, with its nodes in the kernel that dies."""
    return endured(State, lambda _, name: work(name), lambda _: folder, clock.point, checkpointer=saver)


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
