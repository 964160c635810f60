"""An ordinary run, as somebody has it every day: questions side by side, one after the other, and one whose node fails after it.

What its nodes do in the world is written into the folder that the input names, with the thread that they did it for.
"""

from __future__ import annotations

import operator
from pathlib import Path
from typing import Annotated, Any, TypedDict

from langgraph.config import get_config
from langgraph.graph import START, StateGraph
from langgraph.types import interrupt


class Ordinary(TypedDict, total=False):
    log: Annotated[list[str], operator.add]
    note: str
    folder: Annotated[str, lambda before, now: now or before]


def _did(state: Ordinary, name: str) -> None:
    thread = get_config()["configurable"]["thread_id"]
    with (Path(state["folder"]) / "journal").open("a") as journal:
        journal.write(f"{name} {thread}\n")


def _asks(name: str, *questions: str) -> Any:
    def node(state: Ordinary) -> dict[str, Any]:
        answers = [interrupt(question) for question in questions]
        _did(state, name)
        return {"log": answers}

    return node


def _pays(state: Ordinary) -> dict[str, Any]:
    """It fails after its answer, once in the life of a thread."""
    answer = interrupt("pay?")
    thread = get_config()["configurable"]["thread_id"]
    try:
        (Path(state["folder"]) / f"failed {thread}").touch(exist_ok=False)
    except FileExistsError:
        _did(state, "pay")
        return {"log": [answer]}
    raise RuntimeError("no network")


_builder = StateGraph(Ordinary)
for _name, _node in {"a": _asks("a", "a, first?", "a, then?"), "b": _asks("b", "b?")}.items():
    _builder.add_node(_name, _node)
    _builder.add_edge(START, _name)
    _builder.add_edge(_name, "pay")
_builder.add_node("pay", _pays)
_builder.add_node("last", _asks("last", "last?"))
_builder.add_edge("pay", "last")
ordinary = _builder.compile()
