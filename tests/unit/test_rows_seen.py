"""What is seen of the rows of a frame: filters, sorting, cut cells; and frames of all shapes."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import pandas as pd
import polars as pl
import pytest

import hitl_widgets as hitl
from hitl_widgets.rich.browsing import LONGEST_CELL, MOST_TICKED
from hitl_widgets.rich.columns import of_values

from .test_rows import BERLIN, FRAMES, RECORDS, answered, asking, control_of, shown


@pytest.fixture(params=FRAMES)
def frame(request: pytest.FixtureRequest) -> Any:
    return FRAMES[request.param]()


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
        assert list(session.wait(60)["answer"][0]) == names
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
    assert session.wait(60)["answer"] == []


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


def test_a_column_is_as_wide_as_what_nobody_sees_is_drawn() -> None:
    assert of_values("name", ["x\u202ey"]).width == len("x⟨U+202E⟩y")
