"""What is asked goes through a checkpoint."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import dataclass
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import interrupt
from pydantic import BaseModel

import hitl_widgets as hitl

from .checked import found_in_node, marks
from .graphs import Log, chain


class Invoice(BaseModel):
    total: float = 0


@dataclass
class Address:
    street: str = ""


LOCK = threading.Lock()
DRAFT = Invoice()


def describe(value: Any) -> str:
    return str(value)


def asks_with_a_function(state):
    return interrupt({"question": "?", "show": lambda x: x})  # -> payload-not-saved error


def asks_with_a_named_function(state):
    return interrupt(describe)  # -> payload-not-saved error


def asks_with_a_class(state):
    return interrupt({"question": "?", "schema": Invoice})  # -> payload-not-saved error


def asks_with_a_file(state):
    file = open("x.txt")
    return interrupt(value=["?", file])  # -> payload-not-saved error


def asks_with_a_generator(state):
    return interrupt({"rows": (row for row in state["log"])})  # -> payload-not-saved error


def asks_with_a_lock(state):
    question = {
        "question": "?",
        "lock": LOCK,  # -> payload-not-saved error
    }
    return interrupt(question)


def asks_with_a_connection(state):
    return interrupt({"db": sqlite3.connect(":memory:")})  # -> payload-not-saved error


UNSAVED = [
    asks_with_a_function,
    asks_with_a_named_function,
    asks_with_a_class,
    asks_with_a_generator,
    asks_with_a_lock,
    asks_with_a_connection,
]


@pytest.mark.parametrize("node", [*UNSAVED, asks_with_a_file])
def test_what_cannot_be_saved_is_found(node) -> None:
    assert len(marks(node)) == 1
    assert found_in_node(node) == marks(node)


@pytest.mark.parametrize("node", UNSAVED)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_langgraph_does_fail_on_it(node) -> None:
    graph = chain(Log, {"node": node}, checkpointer=InMemorySaver())

    with pytest.raises(TypeError, match="not msgpack serializable"):
        graph.invoke({"log": []}, {"configurable": {"thread_id": "t"}})


def asks_about_a_model(state):
    return interrupt(Invoice(total=state["amount"]))  # -> payload-becomes-dict info


def asks_about_a_global_one(state):
    return interrupt(DRAFT)  # -> payload-becomes-dict info


def asks_about_a_dataclass(state):
    address = Address("12 Main St")
    return interrupt({"question": "?", "address": address})  # -> payload-becomes-dict info


@pytest.mark.parametrize("node", [asks_about_a_model, asks_about_a_global_one, asks_about_a_dataclass])
def test_what_may_come_back_as_a_dict_is_found(node) -> None:
    assert len(marks(node)) == 1
    assert found_in_node(node) == marks(node)


def asks_with_json(state):
    options = ["EU", "US"]
    return interrupt({"question": describe(state), "options": options, "draft": DRAFT.model_dump(), "n": len(options)})


def asks_by_schema(state):
    return interrupt("Invoice?", response_schema=Invoice)


def asks_ours(state):
    return hitl.ask("Invoice?", Invoice, default=DRAFT)


def asks_what_was_read(state):
    with open("x.txt") as file:
        text = file.read()
    return interrupt({"text": text, "tags": {"a", "b"}, "raw": b"x"})


def asks_what_is_called(state):
    return interrupt((lambda x: x)("?"))


@pytest.mark.parametrize("node", [asks_with_json, asks_by_schema, asks_ours, asks_what_was_read, asks_what_is_called])
def test_what_can_be_saved_is_fine(node) -> None:
    assert found_in_node(node) == set()
