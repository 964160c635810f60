"""Rows of a data frame as a question: what is shown, what comes back, and that the frame is in no checkpoint."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import json
from typing import Any

import pandas as pd
import polars as pl
import pytest

import hitl_widgets as hitl
from hitl_widgets.controls.rows import Picking

from .test_rich import asked, graph_of

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
    return session.wait(60)["answer"]


# ---------------------------------------------------------------- what comes back


def test_the_ticked_rows_come_back_as_records_in_the_order_of_the_frame(frame: Any) -> None:
    session = asking(frame)
    value = control_of(session).resume_value({"picked": [3, 0], "edits": []})
    assert value == [PLAIN[0], PLAIN[3]]
    session.answer(value)
    assert session.wait(60)["answer"] == [PLAIN[0], PLAIN[3]]


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
    assert session.wait(60)["answer"] == PLAIN[2]
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
    result = session.wait(60)["answer"]
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
    assert session.wait(60)["answer"] == [{**PLAIN[0], "price": 7}]


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
    assert session.wait(60)["answer"] == [{"n": 1, "region": "US"}]
