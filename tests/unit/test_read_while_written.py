"""Threads in memory are read while somebody writes there: LangGraph's saver then fails, and what is read is read once more."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

import hitl_widgets as hitl

from ..waiting import at_rest
from . import graphs


class Busy(JsonPlusSerializer):
    """Somebody writes in the midst of reading, as often as it is said."""

    def __init__(self) -> None:
        super().__init__()
        self.left = 0
        self.writes: Callable[[], Any] = lambda: None

    def loads_typed(self, data: tuple[str, bytes]) -> Any:
        if self.left:
            self.left -= 1
            self.writes()
        return super().loads_typed(data)


@pytest.fixture
def saver() -> InMemorySaver:
    return InMemorySaver(serde=Busy())


def is_written(saver: InMemorySaver, begins: Callable[[str], Any]) -> None:
    """Something else begins there, three times, while it is read next."""
    busy: Any = saver.serde
    names = (f"later-{number}" for number in count())
    busy.left, busy.writes = 3, lambda: begins(next(names))


def test_the_history_of_nested_graphs_while_another_one_begins(saver: InMemorySaver) -> None:
    session = at_rest(hitl.run(graphs.nested(checkpointer=saver), {"log": []}, thread_id="t"))
    whole = repr([*session.history, *session.history[0].inside])
    is_written(saver, lambda name: saver.storage["t"][f"{name}:1"])
    assert repr([*session.history, *session.history[0].inside]) == whole


def test_an_inbox_while_other_threads_begin(saver: InMemorySaver) -> None:
    graph = graphs.three_questions(checkpointer=saver)
    for number in range(3):
        at_rest(hitl.run(graph, {}, thread_id=f"order-{number}"))
    is_written(saver, lambda name: saver.storage[name])
    inbox = hitl.inbox(graph)
    assert sorted(thread.thread_id for thread in inbox) == ["order-0", "order-1", "order-2"]


def test_all_checkpoints_of_each_graph_are_listed_a_page_at_a_time(
    saver: InMemorySaver, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = at_rest(hitl.run(graphs.nested(checkpointer=saver), {"log": []}, thread_id="t"))
    driver = session._run.driver

    async def saved() -> list[tuple[str, str]]:
        return [(one.config["configurable"]["checkpoint_ns"], one.checkpoint["id"]) async for one in driver.saved()]

    whole = driver.run(saved())
    assert len({ns for ns, _ in whole}) > 1
    monkeypatch.setattr(type(driver), "page_size", 1)
    assert driver.run(saved()) == whole
    assert sorted(whole) == sorted((ns, id) for ns, of in saver.storage["t"].items() for id in of)
