"""Rows of a data frame as a question: what is shown, what comes back, and that the frame is in no checkpoint."""

from __future__ import annotations

import asyncio
import datetime as dt
import decimal
import enum
import json
import threading
from typing import Any

import narwhals as nw
import pandas as pd
import polars as pl
import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import START, StateGraph
from langgraph.types import Command

import hitl_widgets as hitl
from hitl_widgets.controls.rows import Picking
from hitl_widgets.rich.browsing import LONGEST_CELL, MOST_TICKED

from .test_rich import State, asked, graph_of
from .test_widget import until

RECORDS: list[dict[str, Any]] = [
    {"id": 1, "name": "Ada", "price": 1.5, "paid": True, "due": dt.date(2026, 1, 5)},
    {"id": 2, "name": "grace", "price": None, "paid": False, "due": dt.date(2026, 2, 1)},
    {"id": 3, "name": None, "price": 3.0, "paid": None, "due": None},
    {"id": 4, "name": "Bob", "price": 10.25, "paid": True, "due": dt.date(2026, 1, 31)},
]
PLAIN = [{**record, "due": record["due"] and record["due"].isoformat()} for record in RECORDS]

FRAMES = {"records": lambda: RECORDS, "pandas": lambda: pd.DataFrame(RECORDS), "polars": lambda: pl.DataFrame(RECORDS)}


@pytest.fixture(params=FRAMES)
def frame(request: pytest.FixtureRequest) -> Any:
    return FRAMES[request.param]()


def ask(rows: Any, **options: Any) -> Any:
    return lambda: hitl.ask("Which rows?", rows=rows, **options)


def asking(rows: Any, **options: Any) -> hitl.Session:
    session = hitl.run(graph_of(ask(rows, **options)), {})
    asked(session)
    return session


def control_of(session: hitl.Session) -> Picking:
    control = session._run.pending[0].control
    assert isinstance(control, Picking)
    return control


def shown(rows: Any, **query: Any) -> list[int]:
    """The positions of the first page of a view."""
    page = control_of(asking(rows)).fetch({"want": "page", "offset": 0, "limit": 100, **query})  # type: ignore[misc]
    assert not page["errors"]
    return [row["position"] for row in page["rows"]]


def answered(rows: Any, answer: Any, **options: Any) -> Any:
    session = asking(rows, **options)
    session.answer(answer)
    return session.wait(10)["answer"]


# ---------------------------------------------------------------- what comes back


def test_the_ticked_rows_come_back_as_records_in_the_order_of_the_frame(frame: Any) -> None:
    session = asking(frame)
    value = control_of(session).resume_value({"picked": [3, 0], "edits": []})
    assert value == [PLAIN[0], PLAIN[3]]
    session.answer(value)
    assert session.wait(10)["answer"] == [PLAIN[0], PLAIN[3]]


def test_the_kinds_of_columns_are_the_same_for_every_library(frame: Any) -> None:
    columns = control_of(asking(frame)).view["columns"]  # type: ignore[typeddict-item]
    assert [column["name"] for column in columns] == ["id", "name", "price", "paid", "due"]
    assert [column["kind"] for column in columns] == ["integer", "text", "number", "boolean", "date"]
    assert [column["nullable"] for column in columns] == [False, True, True, True, True]


def test_edited_cells_come_back_edited_and_those_of_unticked_rows_do_not(frame: Any) -> None:
    control = control_of(asking(frame, edit=["price", "due", "name", "paid"]))
    edits = [
        {"position": 1, "column": 2, "value": 7},
        {"position": 1, "column": 4, "value": "2027-12-24"},
        {"position": 1, "column": 1, "value": "Grace\nHopper"},
        {"position": 1, "column": 3, "value": None},
        {"position": 2, "column": 2, "value": 99},
    ]
    [record] = control.resume_value({"picked": [1], "edits": edits})
    assert record == {"id": 2, "name": "Grace\nHopper", "price": 7, "paid": None, "due": "2027-12-24"}


def test_one_row_comes_back_as_a_dict(frame: Any) -> None:
    session = asking(frame, pick="one")
    for picked in ([], [0, 1]):
        with pytest.raises(hitl.InvalidAnswerError, match="choose one"):
            control_of(session).resume_value({"picked": picked, "edits": []})
    assert control_of(session).resume_value({"picked": [2], "edits": []}) == PLAIN[2]
    session.answer(PLAIN[2])
    assert session.wait(10)["answer"] == PLAIN[2]
    assert session.decisions[0].text == "id: 3, name: (nothing), price: 3.0, paid: (nothing), due: (nothing)"


class Colour(enum.Enum):
    RED = "red"


BERLIN = "Europe/Berlin"
CELLS: dict[str, tuple[Any, str, list[Any]]] = {
    "pandas integers beyond 2^53": (pd.Series([2**53 + 1, -(2**62)]), "integer", [2**53 + 1, -(2**62)]),
    "pandas unsigned": (pd.Series([2**64 - 1, 0], dtype="uint64"), "integer", [2**64 - 1, 0]),
    "pandas integers of any size": (pd.Series([2**70, 1], dtype=object), "other", [str(2**70), 1]),
    "pandas nullable integers": (pd.Series([1, None], dtype="Int64"), "integer", [1, None]),
    "pandas floats": (pd.Series([0.1, float("nan")]), "number", [0.1, None]),
    "pandas infinite": (pd.Series([float("inf"), -float("inf")]), "number", ["Infinity", "-Infinity"]),
    "pandas nullable booleans": (pd.Series([True, None], dtype="boolean"), "boolean", [True, None]),
    "pandas booleans and nothing": (pd.Series([True, None], dtype=object), "boolean", [True, None]),
    "pandas text": (pd.Series(["a", None]), "text", ["a", None]),
    "pandas old text": (pd.Series(["a", None], dtype=object), "text", ["a", None]),
    "pandas nothing at all": (pd.Series([None, None], dtype=object), "text", [None, None]),
    "pandas moments": (
        pd.Series(pd.to_datetime(["2026-01-02 03:04:05.000000006", None], format="ISO8601")).astype("datetime64[ns]"),
        "datetime",
        ["2026-01-02T03:04:05.000000006", None],
    ),
    "pandas zones": (
        pd.Series(pd.to_datetime(["2026-01-02", "2026-07-02"])).dt.tz_localize(BERLIN),
        "datetime",
        ["2026-01-02T00:00:00+01:00", "2026-07-02T00:00:00+02:00"],
    ),
    "pandas days": (pd.Series([dt.date(2026, 1, 2), None], dtype=object), "date", ["2026-01-02", None]),
    "pandas durations": (pd.Series(pd.to_timedelta(["1 days 02:00:00", None])), "other", ["P1DT2H", None]),
    "pandas durations of nanoseconds": (
        pd.Series(pd.to_timedelta([1, 2], unit="ns")),
        "other",
        ["P0DT0H0M0.000000001S", "P0DT0H0M0.000000002S"],
    ),
    "pandas categories": (pd.Series(["b", None], dtype=pd.CategoricalDtype(["a", "b"])), "choice", ["b", None]),
    "pandas categories of numbers": (pd.Series(pd.Categorical([2, 1])), "integer", [2, 1]),
    "pandas of all sorts": (pd.Series([{"a": [1, None]}, "x"], dtype=object), "other", [{"a": [1, None]}, "x"]),
    "pandas decimals": (pd.Series([decimal.Decimal("1.10"), None], dtype=object), "other", ["1.10", None]),
    "polars integers": (pl.Series([2**63 - 1, None]), "integer", [2**63 - 1, None]),
    "polars floats": (pl.Series([float("nan"), None, 0.5]), "number", [None, None, 0.5]),
    "polars single precision": (pl.Series([0.5, 0.25], dtype=pl.Float32), "number", [0.5, 0.25]),
    "polars text": (pl.Series(["a", None]), "text", ["a", None]),
    "polars nothing": (pl.Series([None, None]), "text", [None, None]),
    "polars days": (pl.Series([dt.date(2026, 1, 2), None]), "date", ["2026-01-02", None]),
    "polars moments": (
        pl.Series([dt.datetime(2026, 1, 2, 3, tzinfo=dt.UTC)], dtype=pl.Datetime("us", BERLIN)),
        "datetime",
        ["2026-01-02T04:00:00+01:00"],
    ),
    "polars nanoseconds": (
        pl.Series([1, None, 1_000]).cast(pl.Datetime("ns")),
        "datetime",
        ["1970-01-01T00:00:00.000000001", None, "1970-01-01T00:00:00.000001"],
    ),
    "polars times": (pl.Series([dt.time(1, 2), None]), "other", ["01:02:00", None]),
    "polars durations": (pl.Series([dt.timedelta(hours=26)]), "other", ["P1DT2H"]),
    "polars decimals": (pl.Series([decimal.Decimal("1.10")]), "other", ["1.10"]),
    "polars lists": (pl.Series([[1, 2], None]), "other", [[1, 2], None]),
    "polars structs": (pl.Series([{"a": 1}]), "other", [{"a": 1}]),
    "polars categories": (pl.Series(["b", None, "a"], dtype=pl.Categorical), "choice", ["b", None, "a"]),
    "polars enums": (pl.Series(["b", "a"], dtype=pl.Enum(["b", "a", "c"])), "choice", ["b", "a"]),
    "polars bytes": (pl.Series([b"a", b"\xff"]), "other", ["a", repr(b"\xff")]),
    "an enum's members": ([Colour.RED, None], "text", ["red", None]),
    "whole and other numbers": ([1, 2.5], "number", [1, 2.5]),
    "days and moments": (
        [dt.date(2026, 1, 2), dt.datetime(2026, 1, 2, tzinfo=dt.UTC)],
        "other",
        ["2026-01-02", "2026-01-02T00:00:00+00:00"],
    ),
    "half of a character": (["\ud800"], "text", ["\\ud800"]),
}


@pytest.mark.parametrize("name", CELLS)
def test_each_kind_of_cell_comes_back_right(name: str) -> None:
    values, kind, expected = CELLS[name]
    if isinstance(values, list):
        frame: Any = [{"x": value, "n": at} for at, value in enumerate(values)]
    else:
        module = pd if isinstance(values, pd.Series) else pl
        frame = module.DataFrame({"x": values, "n": list(range(len(values)))})
    session = asking(frame)
    control = control_of(session)
    assert control.view["columns"][0]["kind"] == kind  # type: ignore[typeddict-item]
    everything = control.resume_value({"picked": list(range(len(expected))), "edits": []})
    assert [record["x"] for record in everything] == expected
    # What comes back names its row again: a recording, or `unattended=`.
    session.answer(everything)
    result = session.wait(10)["answer"]
    assert result == everything
    assert json.loads(json.dumps(result, allow_nan=False)) == result
    assert list(map(type, (record["x"] for record in result))) == list(map(type, expected))


def test_a_part_of_the_frame_is_an_answer() -> None:
    for frame in (pd.DataFrame(RECORDS), pl.DataFrame(RECORDS)):
        assert answered(frame, frame.head(2)) == PLAIN[:2]
    frame = pd.DataFrame(RECORDS)
    assert answered(frame, frame[frame.price > 2]) == [PLAIN[2], PLAIN[3]]
    assert answered(frame, frame.to_dict("records")[1:2]) == [PLAIN[1]]
    assert answered(frame, frame.loc[[3]], pick="one") == PLAIN[3]


def test_positions_are_an_answer_where_they_can_mean_nothing_else(frame: Any) -> None:
    assert answered(frame, [3, 0]) == [PLAIN[0], PLAIN[3]]
    assert answered(frame, 3, pick="one") == PLAIN[3]
    session = asking(pd.DataFrame(RECORDS).set_index("id", drop=False).rename_axis("key"))
    with pytest.raises(hitl.InvalidAnswerError, match="a position or a value of the index 'key'"):
        session.answer([3])


def test_rows_that_are_alike_are_told_apart_by_their_number() -> None:
    rows = [{"a": 1}, {"a": 1}, {"a": 2}]
    again = [{"a": 0}, {"a": 1}, {"a": 0}]
    assert answered(again, [{"a": 1}, {"a": 0}]) == [{"a": 1}, {"a": 0}]
    assert answered(rows, [{"a": 1}, {"a": 1.0}]) == [{"a": 1}, {"a": 1.0}]
    with pytest.raises(hitl.InvalidAnswerError, match="chosen already"):
        asking(rows).answer([{"a": 2}, {"a": 2}])


@pytest.mark.parametrize(
    ("answer", "path", "said"),
    [
        ([{**PLAIN[0], "id": 9}], "0", "None of the 4 rows"),
        ([PLAIN[1], {**PLAIN[0], "name": "Eve"}], "1", "Only price may differ"),
        ([{**PLAIN[0], "price": "dear"}], "0/price", "Not a number."),
        ([{**PLAIN[0], "colour": "red"}], "0/colour", "Not expected here."),
        ([{"id": 1}], "0/name", "Please fill this in."),
        ([4], "0", "positions go from 0 to 3"),
        ([-1], "0", "positions go from 0 to 3"),
        ([True], "0", "Neither a record nor a position."),
        ([0, 0], "", "The same row twice."),
        ("Ada", "", "Not a list of rows"),
        ({"id": 1}, "", "Not a list of rows"),
        ([0, 1, 2], "", "Choose at most 2."),
        ([], "", "Choose at least 1."),
    ],
)
def test_what_is_no_row_is_refused_in_words_at_its_place(frame: Any, answer: Any, path: str, said: str) -> None:
    session = asking(frame, edit=["price"], min_length=1, max_length=2)
    with pytest.raises(hitl.InvalidAnswerError) as refused:
        session.answer(answer)
    assert said in refused.value.fields[path]
    assert session.status == "waiting"
    session.answer([{**PLAIN[0], "price": 7}])
    assert session.wait(10)["answer"] == [{**PLAIN[0], "price": 7}]


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ({"picked": [4], "edits": []}, "Not rows of this table"),
        ({"picked": ["x"], "edits": []}, "Not rows of this table"),
        ("all", "Not rows of this table"),
        ({"picked": [0], "edits": [{"position": 0, "column": 0, "value": 9}]}, "cannot be edited"),
        ({"picked": [0], "edits": [{"position": 0, "column": 9, "value": 9}]}, "cannot be edited"),
        ({"picked": [0], "edits": [{"position": 0, "column": 2, "value": "9"}]}, "0/price: Not a number."),
        ({"picked": [0], "edits": [{"position": 0, "column": 4, "value": "soon"}]}, "0/due: Not a date."),
    ],
)
def test_a_reply_that_does_not_fit_is_refused(frame: Any, reply: Any, said: str) -> None:
    control = control_of(asking(frame, edit=["price", "due"]))
    with pytest.raises(hitl.InvalidAnswerError, match=said):
        control.resume_value(reply)


def test_where_all_may_be_edited_a_record_is_any_row(frame: Any) -> None:
    changed = [{**PLAIN[2], "name": "Eve"}, PLAIN[3]]
    assert answered(frame, changed, edit=True) == changed


def test_a_cell_that_must_not_be_empty_cannot_be_emptied() -> None:
    control = control_of(asking(RECORDS, edit=["id", "price"]))
    with pytest.raises(hitl.InvalidAnswerError, match="0/id"):
        control.resume_value({"picked": [0], "edits": [{"position": 0, "column": 0, "value": None}]})
    [record] = control.resume_value({"picked": [0], "edits": [{"position": 0, "column": 2, "value": None}]})
    assert record["price"] is None


@pytest.mark.parametrize("module", [pd, pl])
def test_an_edited_moment_is_one_of_the_columns_own_time_zone(module: Any) -> None:
    moments = pd.Series(pd.to_datetime(["2026-01-02"])).dt.tz_localize(BERLIN)
    frame = pd.DataFrame({"at": moments})
    frame = frame if module is pd else pl.from_pandas(frame)
    control = control_of(asking(frame, edit=True))
    [record] = control.resume_value(
        {"picked": [0], "edits": [{"position": 0, "column": 0, "value": "2026-07-02T10:00"}]}
    )
    assert record == {"at": "2026-07-02T10:00:00+02:00"}


def test_only_the_choices_of_a_category_can_be_entered() -> None:
    frame = pd.DataFrame({"n": [1], "region": pd.Categorical(["EU"], ["EU", "US"])})
    session = asking(frame, edit=["region"])
    [column] = [one for one in control_of(session).view["columns"] if one["name"] == "region"]  # type: ignore[typeddict-item]
    assert column["options"] == ["EU", "US"]
    with pytest.raises(hitl.InvalidAnswerError, match="Not one of the choices"):
        session.answer([{"n": 1, "region": "Mars"}])
    session.answer([{"n": 1, "region": "US"}])
    assert session.wait(10)["answer"] == [{"n": 1, "region": "US"}]


# ---------------------------------------------------------------- what is seen


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, [0, 1, 2, 3]),
        ({"sort": {"column": 1, "descending": False}}, [0, 3, 1, 2]),  # in any case, what is missing last
        ({"sort": {"column": 2, "descending": True}}, [3, 2, 0, 1]),
        ({"sort": {"column": 4, "descending": False}}, [0, 3, 1, 2]),
        ({"sort": {"column": 3, "descending": True}}, [0, 3, 1, 2]),  # what is equal as it was
        ({"filters": [{"column": 1, "text": "A"}]}, [0, 1]),
        ({"filters": [{"column": 2, "text": ">1.5"}]}, [2, 3]),
        ({"filters": [{"column": 2, "text": ">= 1.5"}]}, [0, 2, 3]),
        ({"filters": [{"column": 2, "text": "1..3"}]}, [0, 2]),
        ({"filters": [{"column": 2, "text": "..3"}]}, [0, 2]),
        ({"filters": [{"column": 0, "text": "2"}]}, [1]),
        ({"filters": [{"column": 2, "text": "empty"}]}, [1]),
        ({"filters": [{"column": 3, "text": "true"}]}, [0, 3]),
        ({"filters": [{"column": 3, "text": "empty"}]}, [2]),
        ({"filters": [{"column": 4, "text": "2026-01"}]}, [0, 3]),
        ({"filters": [{"column": 4, "text": ">2026-01"}]}, [1]),
        ({"filters": [{"column": 4, "text": "<=2026-01-05"}]}, [0]),
        ({"filters": [{"column": 4, "text": "2026-01-06..2026-02"}]}, [1, 3]),
        ({"filters": [{"column": 4, "text": "2025"}]}, []),
        ({"filters": [{"column": 1, "text": "a"}, {"column": 2, "text": "1.5"}]}, [0]),
        ({"search": "GRA"}, [1]),
        ({"search": "10.25"}, [3]),
        ({"search": "2026-02"}, [1]),
        ({"search": "yes"}, [0, 3]),
        ({"search": "<script>"}, []),
        ({"only": [3, 1]}, [1, 3]),
        ({"only": [3, 1], "sort": {"column": 0, "descending": True}}, [3, 1]),
        ({"offset": 2, "limit": 1}, [2]),
        ({"offset": 9, "limit": 1}, []),
    ],
)
def test_every_library_filters_and_sorts_the_same(frame: Any, query: Any, expected: list[int]) -> None:
    assert shown(frame, **query) == expected


def test_moments_are_filtered_by_the_clocks_of_their_zone() -> None:
    hours = ["2026-01-31T23:30:00", "2026-02-01T00:30:00"]
    for zone in (None, BERLIN):
        moments = pd.Series(pd.to_datetime(hours)).dt.tz_localize(zone)
        for frame in (pd.DataFrame({"at": moments}), pl.from_pandas(pd.DataFrame({"at": moments}))):
            assert shown(frame, filters=[{"column": 0, "text": "2026-01"}]) == [0]
            assert shown(frame, filters=[{"column": 0, "text": ">2026-01-31"}]) == [1]
            assert shown(frame, filters=[{"column": 0, "text": "2026-02-01 00:30"}]) == [1]
            assert shown(frame, search="2026-02-01 00") == [1]


def test_a_filter_that_cannot_be_read_is_said_and_left_out(frame: Any) -> None:
    control = control_of(asking(frame))
    page: Any = control.fetch(  # type: ignore[misc]
        {"want": "page", "limit": 9, "filters": [{"column": 2, "text": "dear"}, {"column": 4, "text": "2026-13"}]}
    )
    assert page["total"] == 4
    assert [error["column"] for error in page["errors"]] == [2, 4]
    assert "Not a number or a range" in page["errors"][0]["text"]


def test_nothing_in_a_filter_is_a_pattern() -> None:
    rows = [{"a": "1.5"}, {"a": "125"}, {"a": "(["}]
    for frame in (rows, pd.DataFrame(rows), pl.DataFrame(rows)):
        assert shown(frame, filters=[{"column": 0, "text": "1.5"}]) == [0]
        assert shown(frame, filters=[{"column": 0, "text": "(["}]) == [2]
        assert shown(frame, search="([") == [2]


def test_long_cells_travel_cut_and_whole_when_they_are_asked_for() -> None:
    control = control_of(asking([{"a": "x" * 2000, "b": "y"}], edit=True))
    page: Any = control.fetch({"want": "page", "limit": 1})  # type: ignore[misc]
    assert page["rows"] == [{"position": 0, "cells": ["x" * LONGEST_CELL, "y"], "cut": [0]}]
    assert control.fetch({"want": "cell", "position": 0, "column": 0}) == {"text": "x" * 2000}  # type: ignore[misc]
    for place in ({"position": 1, "column": 0}, {"position": 0, "column": 2}, {}):
        with pytest.raises(hitl.InvalidAnswerError, match="no such cell"):
            control.fetch({"want": "cell", **place})  # type: ignore[misc]
    assert control.resume_value({"picked": [0], "edits": []}) == [{"a": "x" * 2000, "b": "y"}]


def test_all_that_is_shown_is_ticked_unless_it_is_too_much() -> None:
    control = control_of(asking(pd.DataFrame({"n": range(MOST_TICKED + 1)})))
    assert control.fetch({"want": "positions"}) == {"total": MOST_TICKED + 1, "positions": [], "most": MOST_TICKED}  # type: ignore[misc]
    found: Any = control.fetch({"want": "positions", "filters": [{"column": 0, "text": "<3"}]})  # type: ignore[misc]
    assert found["positions"] == [0, 1, 2]


def test_a_frame_that_is_changed_afterwards_was_asked_about_as_it_was() -> None:
    frame = pd.DataFrame({"n": [1, 2, 3]})
    session = asking(frame)
    frame.loc[3] = 4
    frame.loc[:, "n"] = 9
    assert control_of(session).resume_value({"picked": [0, 2], "edits": []}) == [{"n": 1}, {"n": 3}]


# ---------------------------------------------------------------- frames of all shapes


def test_a_pandas_index_that_says_something_is_a_column() -> None:
    frame = pd.DataFrame({"x": [1, 2, 3]})
    for given, names in [
        (frame, ["x"]),
        (frame[frame.x > 1], ["index", "x"]),
        (frame.set_index(pd.Index(["a", "b", "c"], name="sku")), ["sku", "x"]),
        (frame.set_index(pd.MultiIndex.from_tuples([(1, "a"), (1, "b"), (2, "a")])), ["level_0", "level_1", "x"]),
        (frame.set_index(pd.MultiIndex.from_tuples([(1, "a"), (1, "b"), (2, "a")], names=["n", "m"])), ["n", "m", "x"]),
    ]:
        session = asking(given)
        assert list(session.requests[0].payload["rows"]["columns"][0]) == ["name", "type"]
        assert [column["name"] for column in session.requests[0].payload["rows"]["columns"]] == names
        session.answer(given.head(1))
        assert list(session.wait(10)["answer"][0]) == names
    filtered = frame[frame.x > 1]
    assert answered(filtered, filtered.tail(1)) == [{"index": 2, "x": 3}]


def test_column_names_are_text() -> None:
    assert answered(pd.DataFrame([[1, 2]]), [0]) == [{"0": 1, "1": 2}]
    assert answered([{1: "a", "b": 2}], [0]) == [{"1": "a", "b": 2}]
    odd = {"__proto__": 1, "a/b": 2, "$ref": "#/x", "": 3, "<b>": 4}
    assert answered([odd], [odd]) == [odd]


@pytest.mark.parametrize("rows", [[], pd.DataFrame(), pd.DataFrame({"a": []}), pl.DataFrame(), pl.DataFrame({"a": []})])
def test_of_no_rows_none_can_be_ticked(rows: Any) -> None:
    session = asking(rows)
    page: Any = control_of(session).fetch({"want": "page", "limit": 10, "search": "x"})  # type: ignore[misc]
    assert (page["total"], page["rows"]) == (0, [])
    session.answer([])
    assert session.wait(10)["answer"] == []


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"rows": pd.DataFrame([[1, 2]], columns=["a", "a"])}, TypeError, "several columns that are called 'a'"),
        ({"rows": pd.DataFrame([[1, 2]], columns=[0, "0"])}, TypeError, "several columns that are called '0'"),
        (
            {"rows": pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", 1), ("a", 2)]))},
            TypeError,
            "columns of several levels",
        ),
        ({"rows": pd.DataFrame({"a": [1]}, index=pd.Index([5], name="a"))}, TypeError, "Rename the index"),
        ({"rows": pd.Series([1])}, TypeError, "not a Series"),
        ({"rows": pl.LazyFrame({"a": [1]})}, TypeError, "collect"),
        ({"rows": ["tea", "milk"]}, TypeError, "choices="),
        ({"rows": "frame.csv"}, TypeError, "not a str"),
        ({"rows": RECORDS, "pick": "some"}, TypeError, "'many' nor 'one'"),
        ({"rows": RECORDS, "edit": ["cost"]}, TypeError, "no column; there are: 'id'"),
        ({"rows": RECORDS, "edit": "price"}, TypeError, "a list of column names"),
        ({"rows": [{"a": [1]}], "edit": ["a"]}, TypeError, "only be shown"),
        ({"rows": RECORDS, "ge": 1}, TypeError, "ge= does not go with rows="),
        ({"rows": RECORDS, "choices": ["a"]}, TypeError, "choices= does not go with rows="),
        ({"rows": RECORDS, "pick": "one", "min_length": 1}, TypeError, "does not go with pick='one'"),
        ({"rows": RECORDS, "default": [9]}, TypeError, "default=\\[9\\] is no answer"),
        ({"rows": RECORDS, "default": [{"id": 9}]}, TypeError, "is no answer"),
        ({"rows": [], "pick": "one"}, ValueError, "nobody could answer"),
        ({"rows": RECORDS, "min_length": 5}, ValueError, "nobody could answer"),
        ({"pick": "one"}, TypeError, "pick= goes with rows= only"),
    ],
)
def test_what_cannot_be_asked_is_said_where_it_is_written(options: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        hitl.ask("Which rows?", **options)


def test_rows_take_no_type() -> None:
    with pytest.raises(TypeError, match="takes no type"):
        hitl.ask("Which rows?", int, rows=RECORDS)  # type: ignore[call-overload]


def test_other_libraries_that_narwhals_knows_are_shown_too() -> None:
    pyarrow = pytest.importorskip("pyarrow")
    table = pyarrow.table({"a": [2, 1], "b": ["x", "y"]})
    assert shown(table, sort={"column": 0, "descending": False}) == [1, 0]
    assert answered(table, [1]) == [{"a": 1, "b": "y"}]
    assert shown(nw.from_native(pl.DataFrame({"a": [2, 1]}), eager_only=True), search="1") == [1]


# ---------------------------------------------------------------- defaults, nobody there, the timeline


def test_a_default_is_ticked_from_the_start_and_may_have_edits_in_it(frame: Any) -> None:
    session = asking(frame, edit=["price"], default=[PLAIN[3], {**PLAIN[0], "price": 2}])
    start = control_of(session).view["start"]  # type: ignore[typeddict-item]
    assert start["picked"] == [0, 3]
    assert start["edits"] == [{"position": 0, "column": 2, "value": 2, "now": "2", "was": "1.5"}]
    taken = hitl.run(graph_of(ask(frame, default=[2, 1])), {}, unattended=hitl.defaults)
    assert taken.wait(10)["answer"] == [PLAIN[1], PLAIN[2]]


def test_without_a_default_nobody_decides(frame: Any) -> None:
    session = hitl.run(graph_of(ask(frame)), {}, unattended=hitl.defaults)
    with pytest.raises(hitl.UnansweredError, match="no default"):
        session.wait(10)


def test_unattended_answers_and_recordings_name_the_rows(frame: Any, tmp_path: Any) -> None:
    first = hitl.run(graph_of(ask(frame, edit=["price"])), {}, unattended={"node": [{**PLAIN[1], "price": 5}, 3]})
    result = first.wait(10)["answer"]
    assert result == [{**PLAIN[1], "price": 5}, PLAIN[3]]
    first.decisions.to_json(tmp_path / "answers.json")
    again = hitl.run(graph_of(ask(frame, edit=["price"])), {}, unattended=tmp_path / "answers.json")
    assert again.wait(10)["answer"] == result
    coded = eval(f"dict({first.decisions.to_code()})")["unattended"]
    assert hitl.run(graph_of(ask(frame, edit=["price"])), {}, unattended=coded).wait(10)["answer"] == result


def test_the_timeline_tells_how_many_rows_and_what_few_have_in_them() -> None:
    session = asking([{"n": n} for n in range(120)])
    session.answer([7, 8])
    session.wait(10)
    assert session.decisions[0].text == "2 of 120 rows\nn: 7\nn: 8"
    session = asking([{"n": n} for n in range(120)])
    session.answer(list(range(50)))
    session.wait(10)
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
        assert session.wait(10)["answer"] == [rows[0]]
        assert session._run.live == {}
        saver.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"ticked" in path.read_bytes()
    assert SECRET.encode() not in path.read_bytes()


def test_after_a_restart_the_table_is_there_again() -> None:
    graph = graph_of(ask(pd.DataFrame(RECORDS)))
    asked(hitl.run(graph, {}, thread_id="t"))
    attached = hitl.attach(graph, "t")
    asked(attached)
    card = attached._display.widget.cards[0]
    assert (card["control"]["kind"], card["missing"]) == ("table", False)
    attached.answer([1])
    assert attached.wait(10)["answer"] == [PLAIN[1]]


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
    card = session._display.widget.cards[0]
    assert (card["missing"], card["control"]["kind"], card["control"]["field"]["type"]) == (True, "form", "list")
    with pytest.raises(hitl.InvalidAnswerError, match="0/id"):
        session.answer([{**PLAIN[0], "id": "one"}])
    session.answer([PLAIN[1]])
    assert list(session.wait(10)["answer"]) == ["yes", [PLAIN[1]]]


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
    assert session._display.widget.cards[0]["control"]["count"] == 4
    session.answer(2)
    assert session.wait(10)["answer"] == PLAIN[2]


def test_what_takes_long_to_find_does_not_stop_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = (
        StateGraph(State).add_node("node", _async_node).add_edge(START, "node").compile(checkpointer=InMemorySaver())
    )

    async def main() -> Any:
        loop, went_on, said = asyncio.get_running_loop(), threading.Event(), asyncio.Future[Any]()

        def slow(*_: Any) -> list[int]:
            loop.call_soon_threadsafe(went_on.set)
            assert went_on.wait(10), "the loop stood still"
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
    assert session._display.widget.cards[0]["control"]["kind"] == "table"
    session.answer([0])
    assert session.wait(10)["answer"] == [PLAIN[0]]


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
    assert session.wait(10)["answer"] == [{**PLAIN[0], "price": 2}]
