"""A value that a checkpointer has no form for: what it was, where it stood, and what helps; all of it is tried here."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, TypedDict

import pandas as pd
import pytest
from langgraph.channels import UntrackedValue
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.func import entrypoint, task
from langgraph.graph import END, START, StateGraph
from langgraph.types import Send, interrupt
from pydantic import BaseModel, ConfigDict

import hitl_widgets as hitl

from . import graphs


class State(TypedDict, total=False):
    frame: Any
    count: int


class Held(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)
    name: str
    frame: pd.DataFrame


def frame() -> pd.DataFrame:
    return pd.DataFrame({"a": [1, 2]})


def chain(*nodes: Callable[[Any], Any], state: Any = State) -> Any:
    builder = StateGraph(state)
    before = START
    for node in nodes:
        builder.add_node(node.__name__, node)
        builder.add_edge(before, node.__name__)
        before = node.__name__
    builder.add_edge(before, END)
    return builder


def run(builder: Any, given: Any, save: Any) -> hitl.Session:
    graph = builder if hasattr(builder, "stream") else builder.compile()
    session = hitl.run(graph, given, save=save)
    assert session._run.at_rest.wait(60)
    return session


def writes(value: Any) -> Any:
    def make(_: Any) -> Any:
        return {"count": 1, "frame": value}

    def after(_: Any) -> Any:
        return {}

    return chain(make, after)


def said_of(session: hitl.Session) -> str:
    assert session.status == "failed"
    error = session.error
    assert isinstance(error, hitl.CannotSaveError)
    assert isinstance(error.__cause__, TypeError)
    return str(error)


@pytest.mark.parametrize(
    ("value", "where"),
    [
        (frame(), "'frame', written by 'make': a value of type pandas.DataFrame"),
        ({"x": [1, {"y": frame()}]}, "'frame', at ['x'][1]['y'], written by 'make': a value of type pandas.DataFrame"),
        (Held(name="x", frame=frame()), "'frame', at .frame, written by 'make': a value of type pandas.DataFrame"),
        ((n for n in range(3)), "'frame', written by 'make': a value of type generator"),
        (2**70, "'frame', written by 'make': a value of type int (Integer exceeds 64-bit range)"),
    ],
    ids=["frame", "nested", "model", "generator", "integer"],
)
def test_the_key_and_the_place_in_it_are_named(value: Any, where: str, tmp_path: Path) -> None:
    session = run(writes(value), {}, tmp_path / "runs.sqlite")
    assert said_of(session).startswith(f"SqliteSaver cannot save the state's key {where}")


def test_of_a_checkpointer_of_ones_own(tmp_path: Path) -> None:
    assert said_of(run(writes(frame()), {}, InMemorySaver())).startswith("InMemorySaver cannot save the state's key")
    with SqliteSaver.from_conn_string(str(tmp_path / "own.sqlite")) as saver:
        graph = writes(frame()).compile(checkpointer=saver)
        assert said_of(run(graph, {}, None)).startswith("SqliteSaver cannot save the state's key 'frame'")


def test_in_an_async_graph(tmp_path: Path) -> None:
    async def make(_: Any) -> Any:
        return {"frame": frame()}

    async def main() -> str:
        session = hitl.run(chain(make).compile(), {}, save=tmp_path / "runs.sqlite")
        assert await asyncio.to_thread(session._run.at_rest.wait, 60)
        return said_of(session)

    said = asyncio.run(main())
    assert said.startswith("AsyncSqliteSaver cannot save the state's key 'frame', written by 'make'")


def test_in_the_input(tmp_path: Path) -> None:
    session = run(writes(1), {"frame": frame()}, tmp_path / "runs.sqlite")
    assert said_of(session).startswith("SqliteSaver cannot save the input, at ['frame']: a value of type pandas.Data")


def test_in_what_a_node_asks_with_and_how_it_is_shown_instead(tmp_path: Path) -> None:
    def ask(_: Any) -> Any:
        return {"count": interrupt({"question": "Which?", "frame": frame()})}

    said = said_of(run(chain(ask), {}, tmp_path / "a.sqlite"))
    assert said.startswith("SqliteSaver cannot save what 'ask' asks with, at ['frame']: ")
    assert "hitl.ask: what is given as rows= or images= is not saved." in said

    def show(_: Any) -> Any:
        return {"count": len(hitl.ask("Which?", rows=frame()))}

    session = run(chain(show), {}, tmp_path / "b.sqlite")
    session.answer([0])
    assert session.wait(60)["count"] == 1


def test_in_what_a_task_returns_and_in_what_is_sent(tmp_path: Path) -> None:
    @task
    def load() -> Any:
        return {"rows": frame()}

    @entrypoint()
    def work(_: Any) -> int:
        return len(load().result())

    said = said_of(run(work, {}, tmp_path / "a.sqlite"))
    assert said.startswith("SqliteSaver cannot save what 'load' returns, at ['rows']: a value of type pandas.DataFrame")

    def split(_: Any) -> Any:
        return [Send("one", {"frame": frame()})]

    builder = StateGraph(State)
    builder.add_node("one", lambda _: {"count": 1})
    builder.add_conditional_edges(START, split, ["one"])
    said = said_of(run(builder, {}, tmp_path / "b.sqlite"))
    assert "to a node, at ['frame']: a value of type pandas.DataFrame" in said


def test_in_an_answer_its_card_says_so_and_takes_another(tmp_path: Path) -> None:
    def ask(_: Any) -> Any:
        return {"count": hitl.ask("How many?")}

    def parse(text: str) -> Any:
        return {"got": [threading.Lock()]} if text == "lock" else text

    registry = hitl.Registry()
    registry.register(node="ask")(lambda _: replace(hitl.Control.text(), parse=parse))
    session = hitl.run(chain(ask).compile(), {}, save=tmp_path / "runs.sqlite", controls=registry)
    assert session._run.at_rest.wait(60)
    with pytest.raises(
        hitl.InvalidAnswerError,
        match=r"^SqliteSaver cannot save the answer, at \['got'\]\[0\]: a value of type _thread.lock",
    ):
        session.answer("lock")
    assert "cannot save the answer" in session._run.pending[0].field_errors[""]
    session.answer("three")
    assert session.wait(60)["count"] == "three"


TEXTS = pd.Series(["Ada", None], dtype=object).to_numpy()


def test_an_answer_that_the_graph_would_not_get_is_refused(tmp_path: Path) -> None:
    """LangGraph's serializer writes an array of objects, and reads it as `None` (langgraph-checkpoint 4.3)."""
    got: list[Any] = []

    def ask(_: Any) -> Any:
        got.append(interrupt("Who?"))
        return {}

    def asked(save: Any) -> hitl.Session:
        return run(chain(ask), {}, save)

    connection = sqlite3.connect(tmp_path / "own.sqlite", check_same_thread=False)
    for save in (tmp_path / "runs.sqlite", InMemorySaver(), SqliteSaver(connection)):
        session = asked(save)
        with pytest.raises(hitl.InvalidAnswerError, match=r"cannot save .*\['names'\].* come back as None"):
            session.answer({"names": TEXTS, "count": [1, (2, {3})]})
        session.answer({"names": list(TEXTS)})
        session.wait(60)
        assert got.pop() == {"names": ["Ada", None]}
    session = asked(None)
    session.answer({"names": TEXTS})
    session.wait(60)
    assert got.pop()["names"].tolist() == ["Ada", None]


def test_an_answer_that_contains_itself_is_refused(tmp_path: Path) -> None:
    session = run(chain(lambda _: {"count": [interrupt("Who?")]}), {}, tmp_path / "runs.sqlite")
    endless: list[Any] = [{"more": []}]
    endless[0]["more"].append(endless)
    with pytest.raises(hitl.InvalidAnswerError, match="cannot save"):
        session.answer(endless)
    session.answer("Ada")
    assert session.wait(60)["count"] == ["Ada"]


def test_a_state_that_would_be_gone_after_a_question_is_told_as_what_cannot_be_saved(tmp_path: Path) -> None:
    def make(_: Any) -> Any:
        return {"frame": {"texts": TEXTS}}

    def ask(state: Any) -> Any:
        return {"count": [interrupt("Well?"), state["frame"]["texts"].tolist()]}

    said = said_of(run(chain(make, ask), {}, tmp_path / "runs.sqlite"))
    assert said.startswith("SqliteSaver cannot save the state's key 'frame', at ['texts'], written by 'make'")
    assert "(it would come back as None)" in said
    assert "pickle_fallback" not in said  # with which it would be gone, too
    session = run(chain(make, ask), {}, None)
    session.answer("yes")
    assert session.wait(60)["count"] == ["yes", ["Ada", None]]


def test_what_is_advised_helps(tmp_path: Path) -> None:
    def use(state: Any) -> Any:
        return {"count": len(state["frame"])}

    def ask(_: Any) -> Any:
        hitl.ask("Go on?")
        return {}

    def make(_: Any) -> Any:
        return {"frame": frame()}

    class Untracked(TypedDict, total=False):
        frame: Annotated[Any, UntrackedValue]
        count: int

    session = run(chain(make, use, ask, state=Untracked), {}, tmp_path / "a.sqlite")
    session.answer("yes")
    assert session.wait(60) == {"count": 2}

    session = run(chain(make, use, ask), {}, None)
    session.answer("yes")
    assert session.wait(60)["count"] == 2

    serde = JsonPlusSerializer(pickle_fallback=True)
    connection = sqlite3.connect(tmp_path / "b.sqlite", check_same_thread=False)
    saver: BaseCheckpointSaver[Any] = SqliteSaver(connection, serde=serde)
    session = run(chain(make, use, ask), {}, saver)
    session.answer("yes")
    assert session.wait(60)["count"] == 2
    connection.close()


def test_a_node_s_own_type_error_stays_what_it_is(tmp_path: Path) -> None:
    def make(_: Any) -> Any:
        raise TypeError("Type is not msgpack serializable: DataFrame")

    session = run(chain(make), {}, tmp_path / "runs.sqlite")
    assert type(session.error) is TypeError


def test_a_checkpointer_that_fails_otherwise_says_so_itself() -> None:
    class Full(InMemorySaver):
        def put_writes(self, *args: Any, **more: Any) -> None:
            raise sqlite3.OperationalError("database or disk is full")

    session = run(writes(1), {}, Full())
    assert isinstance(session.error, sqlite3.OperationalError)


@pytest.mark.parametrize("levels", [1000, 2000])
def test_a_question_that_is_too_deep_for_langgraph_itself_is_told_in_words(levels: int) -> None:
    deep: Any = "end"
    for _ in range(levels):
        deep = {"a": deep}
    session = hitl.run(graphs.chain(State, {"ask": lambda _: {"count": interrupt(deep)}}), {})
    with pytest.raises(
        hitl.CannotSaveError, match="What 'ask' asks with is nested too deeply: LangGraph copies it"
    ) as told:
        session.wait(60)
    assert isinstance(told.value.__cause__, RecursionError)


def test_a_node_that_calls_itself_too_often_fails_as_it_does() -> None:
    def again(state: State) -> State:
        return again(state)

    session = hitl.run(graphs.chain(State, {"again": again}), {})
    with pytest.raises(RecursionError):
        session.wait(60)
