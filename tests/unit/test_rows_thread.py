"""A question about rows and its thread: defaults, nobody there, restarts, event loops; the frame is in no checkpoint."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any

import pandas as pd
import polars as pl
import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import START, StateGraph
from langgraph.types import Command

import hitl_widgets as hitl

from ..waiting import card, until
from .test_rich import State, asked, graph_of
from .test_rows import FRAMES, PLAIN, RECORDS, ask, asking, control_of


@pytest.fixture(params=FRAMES)
def frame(request: pytest.FixtureRequest) -> Any:
    return FRAMES[request.param]()


# ---------------------------------------------------------------- defaults, nobody there, the timeline


def test_a_default_is_ticked_from_the_start_and_may_have_edits_in_it(frame: Any) -> None:
    session = asking(frame, edit=["price"], default=[PLAIN[3], {**PLAIN[0], "price": 2}])
    start = control_of(session).view["start"]  # type: ignore[typeddict-item]
    assert start["picked"] == [0, 3]
    assert start["edits"] == [{"position": 0, "column": 2, "value": 2, "now": "2", "was": "1.5"}]
    taken = hitl.run(graph_of(ask(frame, default=[2, 1])), {}, unattended=hitl.defaults)
    assert taken.wait(60)["answer"] == [PLAIN[1], PLAIN[2]]


def test_without_a_default_nobody_decides(frame: Any) -> None:
    session = hitl.run(graph_of(ask(frame)), {}, unattended=hitl.defaults)
    with pytest.raises(hitl.UnansweredError, match="no default"):
        session.wait(60)


def test_unattended_answers_and_recordings_name_the_rows(frame: Any, tmp_path: Any) -> None:
    first = hitl.run(graph_of(ask(frame, edit=["price"])), {}, unattended={"node": [{**PLAIN[1], "price": 5}, 3]})
    result = first.wait(60)["answer"]
    assert result == [{**PLAIN[1], "price": 5}, PLAIN[3]]
    first.decisions.to_json(tmp_path / "answers.json")
    again = hitl.run(graph_of(ask(frame, edit=["price"])), {}, unattended=tmp_path / "answers.json")
    assert again.wait(60)["answer"] == result
    coded = eval(f"dict({first.decisions.to_code()})")["unattended"]
    assert hitl.run(graph_of(ask(frame, edit=["price"])), {}, unattended=coded).wait(60)["answer"] == result


def test_the_timeline_tells_how_many_rows_and_what_few_have_in_them() -> None:
    session = asking([{"n": n} for n in range(120)])
    session.answer([7, 8])
    session.wait(60)
    assert session.decisions[0].text == "2 of 120 rows\nn: 7\nn: 8"
    session = asking([{"n": n} for n in range(120)])
    session.answer(list(range(50)))
    session.wait(60)
    assert session.decisions[0].text == "50 of 120 rows"


# ---------------------------------------------------------------- the thread


SECRET = "a cell that nobody ticked"


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize("module", [pd, pl, list])
def test_the_frame_is_in_no_checkpoint(module: Any, *, inside: bool, tmp_path: Any) -> None:
    rows = [{"n": 1, "text": "ticked"}, {"n": 2, "text": SECRET}]
    frame = rows if module is list else module.DataFrame(rows)
    path = tmp_path / "runs.sqlite"
    with SqliteSaver.from_conn_string(str(path)) as saver:
        session = hitl.run(graph_of(ask(frame, edit=True), saver=saver, inside=inside), {})
        request = asked(session)
        assert SECRET not in json.dumps(request.payload) + json.dumps(request.response_schema)
        assert request.live["rows"].frame is frame
        session.answer([0])
        assert session.wait(60)["answer"] == [rows[0]]
        assert session._run.live == {}
        saver.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"ticked" in path.read_bytes()
    assert SECRET.encode() not in path.read_bytes()


def test_after_a_restart_the_table_is_there_again() -> None:
    graph = graph_of(ask(pd.DataFrame(RECORDS)))
    asked(hitl.run(graph, {}, thread_id="t"))
    attached = hitl.attach(graph, "t")
    asked(attached)
    shown = card(attached)
    assert (shown["control"]["kind"], shown["missing"]) == ("table", False)
    attached.answer([1])
    assert attached.wait(60)["answer"] == [PLAIN[1]]


def test_rows_that_another_session_holds_are_said_to_be_missing_and_can_be_entered() -> None:
    def both() -> Any:
        return hitl.ask("Ready?", key="ready"), hitl.ask("Which rows?", key="rows", rows=RECORDS, default=[0])

    graph = graph_of(both)
    session = hitl.run(graph, {}, thread_id="t")
    asked(session)
    other = hitl.attach(graph, "t")
    asked(other)
    other.answer("yes")
    until(lambda: other.requests and other.requests[0].key == "rows", "the next was not asked")
    with pytest.raises(hitl.StaleAnswerError):
        session.answer("no")
    until(lambda: session.requests and session.requests[0].key == "rows", "the session did not catch up")
    shown = card(session)
    assert (shown["missing"], shown["control"]["kind"], shown["control"]["field"]["type"]) == (True, "form", "list")
    with pytest.raises(hitl.InvalidAnswerError, match="0/id"):
        session.answer([{**PLAIN[0], "id": "one"}])
    session.answer([PLAIN[1]])
    assert list(session.wait(60)["answer"]) == ["yes", [PLAIN[1]]]


def test_without_a_session_it_is_a_plain_interrupt_whose_answer_is_checked() -> None:
    graph = graph_of(ask(pd.DataFrame(RECORDS), edit=["price"], min_length=1))
    config: Any = {"configurable": {"thread_id": "1"}}
    [interrupt] = graph.invoke({}, config)["__interrupt__"]
    assert interrupt.value["rows"] == {
        "columns": [
            {"name": "id", "type": "integer"},
            {"name": "name", "type": "text"},
            {"name": "price", "type": "number"},
            {"name": "paid", "type": "boolean"},
            {"name": "due", "type": "date"},
        ],
        "count": 4,
        "pick": "many",
        "edit": ["price"],
        "min_length": 1,
    }
    assert interrupt.value["live"] == ["rows"]
    for refused in ([], [{"id": 1}], [{**PLAIN[0], "price": "dear"}], "Ada"):
        with pytest.raises(ValueError):
            graph.invoke(Command(resume={interrupt.id: refused}), config)
    assert graph.invoke(Command(resume={interrupt.id: [PLAIN[0]]}), config)["answer"] == [PLAIN[0]]


async def _async_node(_state: State) -> State:
    return {"answer": hitl.ask("Which rows?", rows=pl.DataFrame(RECORDS), pick="one")}


def test_a_graph_that_runs_on_an_event_loop_asks_the_same() -> None:
    graph = (
        StateGraph(State).add_node("node", _async_node).add_edge(START, "node").compile(checkpointer=InMemorySaver())
    )
    session = hitl.run(graph, {})
    asked(session)
    assert card(session)["control"]["count"] == 4
    session.answer(2)
    assert session.wait(60)["answer"] == PLAIN[2]


def test_what_takes_long_to_find_does_not_stop_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = (
        StateGraph(State).add_node("node", _async_node).add_edge(START, "node").compile(checkpointer=InMemorySaver())
    )

    async def main() -> Any:
        loop, went_on, said = asyncio.get_running_loop(), threading.Event(), asyncio.Future[Any]()

        def slow(*_: Any) -> list[int]:
            loop.call_soon_threadsafe(went_on.set)
            assert went_on.wait(60), "the loop stood still"
            return [2]

        session = hitl.run(graph, {})
        while not session.requests:  # noqa: ASYNC110  nothing to wait for says so
            await asyncio.sleep(0)
        monkeypatch.setattr("hitl_widgets.rich.browsing.positions", slow)
        widget = session._display.widget
        widget._tell = said.set_result
        what = {"want": "page", "limit": 1}
        request = session.requests[0].id
        widget._received(widget, {"type": "fetch", "client": "c", "request": request, "id": 1, "what": what}, [])
        return await said

    said = asyncio.run(main())
    assert [row["position"] for row in said["data"]["rows"]] == [2]


def test_a_node_that_writes_a_state_key_asks_for_rows_too() -> None:
    node = hitl.ask_node("answer", "Which rows?", rows=RECORDS)
    graph = StateGraph(State).add_node("node", node).add_edge(START, "node").compile()
    session = hitl.run(graph, {})
    asked(session)
    assert card(session)["control"]["kind"] == "table"
    session.answer([0])
    assert session.wait(60)["answer"] == [PLAIN[0]]


def test_the_browser_gets_pages_and_the_answer_of_the_ticked_rows() -> None:
    session = asking(pd.DataFrame(RECORDS), edit=["price"])
    widget, told = session._display.widget, []
    widget._tell = told.append
    assert "hitl-table" in widget.rich
    request = widget.cards[0]["request"]

    def receive(**message: Any) -> None:
        widget._received(widget, {"client": "c1", "request": request, **message}, [])

    receive(type="fetch", id=1, what={"want": "page", "offset": 0, "limit": 2})
    page = until(lambda: told, "nothing was fetched")[0]["data"]
    assert page["rows"][0] == {"position": 0, "cells": ["1", "Ada", "1.5", "Yes", "2026-01-05"]}
    receive(type="fetch", id=2, what={"want": "everything"})
    assert "not asked of a table" in until(lambda: len(told) > 1 and told[1], "nothing was said")["error"]
    receive(type="answer", value={"picked": [0], "edits": [{"position": 0, "column": 2, "value": "x"}]})
    until(lambda: widget.cards and widget.cards[0]["refusals"] == 1, "it was not refused")
    assert widget.cards[0]["field_errors"] == {"0/price": "Not a number."}
    receive(type="answer", value={"picked": [0], "edits": [{"position": 0, "column": 2, "value": 2}]})
    until(lambda: session.status == "finished", "it was not taken")
    assert session.wait(60)["answer"] == [{**PLAIN[0], "price": 2}]
