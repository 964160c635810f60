"""Tables of text stand in columns whatever is written in them."""

from __future__ import annotations

import hitl_widgets as hitl
from hitl_widgets.controls.records import as_table
from hitl_widgets.texts.columns import columns


def test_records_in_chinese_and_japanese_stand_below_each_other() -> None:
    table = as_table([{"品名": "お茶", "数量": 2, "to": "x"}, {"品名": "coffee", "数量": 12, "to": "y"}])
    assert table == "品名    数量  to\nお茶       2  x\ncoffee    12  y"
    assert {columns(line.rpartition("  ")[0]) for line in table.splitlines()} == {12}


def test_records_that_are_as_wide_as_a_card_as_seen_are_no_table() -> None:
    wide = [{"a": "茶" * 20, "b": "茶" * 20}] * 2
    assert as_table(wide) is None
    assert as_table([{"a": "t" * 20, "b": "t" * 20}] * 2) is not None


def test_a_card_shows_them_so() -> None:
    from hitl_widgets.controls.question import describe

    request = hitl.Request(
        "1", "a", "a", ("a",), {"question": "?", "rows": [{"名": "茶", "n": 1}, {"名": "ab", "n": 2}]}
    )
    [context] = describe(request, hitl.Control.json()).context
    assert context["text"] == "名  n\n茶  1\nab  2"
