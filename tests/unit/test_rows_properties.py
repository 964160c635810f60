"""What holds for any rows: pandas, polars and plain records are shown alike, and what comes back names its row."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import polars as pl
from hypothesis import given, strategies as st

from hitl_widgets.controls.rows import Picking, picking
from hitl_widgets.fields import MISSING
from hitl_widgets.rich.rows import with_rows

# What Python, Arrow and Rust take for the small form of a letter differs beyond these.
TEXTS = st.text(alphabet="abcXYZ äÖß,.-1", max_size=4)
NUMBERS = st.one_of(
    st.integers(-(2**53), 2**53).map(float), st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 2) + 0.0)
)
CELLS: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXTS,
    "integer": st.integers(-(2**63), 2**63 - 1),
    "number": NUMBERS,
    "flag": st.booleans(),
    "day": st.dates(dt.date(1900, 1, 1), dt.date(2200, 1, 1)),
    "moment": st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2200, 1, 1)),  # noqa: DTZ001  of no zone
}
ROWS = st.lists(
    st.fixed_dictionaries({name: st.none() | cell for name, cell in CELLS.items()}), min_size=1, max_size=12
)
SCHEMA = {
    "text": pl.String,
    "integer": pl.Int64,
    "number": pl.Float64,
    "flag": pl.Boolean,
    "day": pl.Date,
    "moment": pl.Datetime("us"),
}
KINDS = ["text", "integer", "number", "boolean", "date", "datetime"]


def asking(rows: Any) -> Picking:
    shown = with_rows(MISSING, {"rows": rows, "edit": ["number"]})
    return picking(shown.things["rows"].table, shown.payload["rows"], {})


def of_each_library(rows: list[dict[str, Any]]) -> list[Picking]:
    """The controls of those that know all kinds: a column of nothing is one of texts to plain records."""
    typed = pd.DataFrame(
        {
            "text": pd.Series([row["text"] for row in rows], dtype="str"),
            "integer": pd.Series([row["integer"] for row in rows], dtype="Int64"),
            "number": pd.Series([row["number"] for row in rows], dtype="float64"),
            "flag": pd.Series([row["flag"] for row in rows], dtype="boolean"),
            "day": pd.Series([row["day"] for row in rows], dtype=object),
            "moment": pd.Series(pd.to_datetime([row["moment"] for row in rows])).astype("datetime64[us]"),
        }
    )
    return [asking(rows), asking(typed), asking(pl.DataFrame(rows, schema=SCHEMA))]


@given(ROWS)
def test_every_library_gives_the_same_records(rows: list[dict[str, Any]]) -> None:
    records, *others = (
        control.resume_value({"picked": list(range(len(rows))), "edits": []}) for control in of_each_library(rows)
    )
    assert all(other == records for other in others)


@given(ROWS, st.integers(0, 5), st.booleans(), st.one_of(st.just(""), TEXTS))
def test_every_library_sorts_and_searches_the_same(
    rows: list[dict[str, Any]], column: int, descending: bool, search: str
) -> None:
    query = {"want": "positions", "sort": {"column": column, "descending": descending}, "search": search}
    controls = [c for c in of_each_library(rows) if [v["kind"] for v in c.view["columns"]] == KINDS]  # type: ignore[typeddict-item]
    # A search for digits finds them in numbers and moments, which each library writes its own way to the last digit.
    if any(character in "1.-" for character in search):
        query["search"] = ""
    found = [control.fetch(query)["positions"] for control in controls]  # type: ignore[misc,index]
    assert all(one == found[0] for one in found)


@given(ROWS, st.sampled_from([">", ">=", "<", "<=", "", "=="]), NUMBERS)
def test_every_library_filters_numbers_the_same(rows: list[dict[str, Any]], sign: str, bound: float) -> None:
    text = f"{bound!r}..{bound + 5!r}" if sign == "==" else f"{sign}{bound!r}"
    query = {"want": "positions", "filters": [{"column": 2, "text": text}]}
    controls = [c for c in of_each_library(rows) if [v["kind"] for v in c.view["columns"]] == KINDS]  # type: ignore[typeddict-item]
    found = [control.fetch(query)["positions"] for control in controls]  # type: ignore[misc,index]
    assert all(one == found[0] for one in found)


@given(ROWS, st.data())
def test_what_comes_back_names_its_row_again_and_an_edit_changes_but_its_cell(
    rows: list[dict[str, Any]], data: st.DataObject
) -> None:
    picked = sorted(data.draw(st.sets(st.integers(0, len(rows) - 1), min_size=1)))
    at = data.draw(st.sampled_from(picked))
    for control in of_each_library(rows):
        before = control.resume_value({"picked": picked, "edits": []})
        edits = [{"position": at, "column": 2, "value": 0.25}] if control.table.columns[2].kind == "number" else []
        after = control.resume_value({"picked": picked, "edits": edits})
        for position, old, new in zip(picked, before, after, strict=True):
            assert new == ({**old, "number": 0.25} if position == at and edits else old)
        assert control.accept(before) == before
        assert sorted(map(repr, control.accept(after))) == sorted(map(repr, after))
