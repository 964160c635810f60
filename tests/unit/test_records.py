"""Records in a payload are read as a table, and days in a data frame as dates."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import pandas as pd
import polars as pl
import pytest

from hitl_widgets.controls.question import describe
from hitl_widgets.requests import Request
from hitl_widgets.rich.frames import read


def shown(**payload: Any) -> Any:
    [part] = describe(Request("1", "send", "send", ("send",), {"question": "Send?", **payload})).context
    return part


def test_a_list_of_records_is_a_table() -> None:
    orders = [{"order": 42, "item": "Tea", "paid": True}, {"order": 7, "item": "Green coffee", "paid": None}]
    assert shown(orders=orders) == {
        "label": "Orders",
        "text": "order  item          paid\n   42  Tea           Yes\n    7  Green coffee  null",
        "mono": True,
    }


@pytest.mark.parametrize(
    "orders",
    [
        [{"order": 42}],
        [{"order": 42}, {"order": 7, "item": "Tea"}],
        [{"order": 42, "items": ["Tea"]}, {"order": 7, "items": []}],
        [{"item": "Tea"}, {"item": ""}],
        [{"item": "Tea"}, {"item": " Tea"}],
        [{"item": "Tea\ncoffee"}, {"item": "Tea"}],
        [{"item": "Te\u202ea"}, {"item": "Tea"}],
        [{"item": "Tea" * 30}, {"item": "Tea"}],
        [{"order": 42}, {"order": "42"}],
        [{"order": True}, {"order": "Yes"}],
        [{"order": None}, {"order": "null"}],
    ],
)
def test_what_is_not_seen_whole_in_a_table_is_json(orders: Any) -> None:
    assert shown(orders=orders)["text"].startswith("[")


def test_ten_thousand_records_cost_ten_times_a_thousand() -> None:
    def cost(count: int) -> float:
        orders = [{"order": at, "item": "Tea"} for at in range(count)]
        best = float("inf")
        for _ in range(3):
            began = time.process_time()
            shown(orders=orders)
            best = min(best, time.process_time() - began)
        return best

    assert cost(10_000) < 30 * cost(1_000), "each cell looks at all of its column"


DAYS = [dt.datetime.fromisoformat("2026-01-01"), None, dt.datetime.fromisoformat("2026-01-02")]


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, lambda columns: [{"day": day} for day in columns["day"]]])
def test_a_column_of_days_shows_dates_and_one_of_times_shows_them(make: Any) -> None:
    [column] = read(make({"day": DAYS})).columns
    assert column.texts(range(3)) == ["2026-01-01", None, "2026-01-02"]
    [column] = read(make({"day": [*DAYS, dt.datetime.fromisoformat("2026-01-02T09:00")]})).columns
    assert column.texts([0, 3]) == ["2026-01-01 00:00:00", "2026-01-02 09:00:00"]
    [column] = read(make({"day": [dt.datetime(2026, 1, 1, tzinfo=dt.UTC)]})).columns
    assert column.texts([0]) == ["2026-01-01 00:00:00+00:00"]
