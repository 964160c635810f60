"""The README's table of figures is what the tests have counted, and nobody else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ..figures.recorded import Figure
from ..figures.table import BEGIN, END, README, added_up, named_tests, recorded, table, with_table


def test_the_readmes_table_is_the_one_that_was_made_of_the_record() -> None:
    text = README.read_text(encoding="utf-8")
    assert text == with_table(text, recorded()), "`make figures` writes it; `python -m tests.figures --again` mends it"


def test_each_row_names_a_test_that_exists_and_each_test_with_figures_has_a_row() -> None:
    rows = {row["test"] for row in recorded()}
    assert rows == set(named_tests()), "`make figures` runs them and writes the table anew"


def test_each_row_has_numbers_that_were_counted() -> None:
    assert len(recorded()) > 10
    for row in recorded():
        for counts in (row["often"], row["came"]):
            assert counts
            assert all(isinstance(count, int) or any(map(str.isdigit, count)) for count in counts.values()), row


def test_a_table_that_was_changed_by_hand_is_found() -> None:
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    changed = before + BEGIN + rest.replace(" 0 ", " 1 ", 1)
    assert changed != text
    assert changed != with_table(changed, recorded())


def test_a_readme_without_a_place_for_the_table_is_not_written() -> None:
    with pytest.raises(ValueError, match="no place for the table"):
        with_table(f"# A project\n{BEGIN}\n", recorded())
    assert with_table(f"a\n{BEGIN}old{END}\nz", []).startswith(f"a\n{BEGIN}\n\n| what is tried")


def test_rows_of_one_test_that_try_the_same_are_added_up(tmp_path: Path) -> None:
    path, test = tmp_path / "lines", named_tests()[0]
    for lost in (0, 2):
        Figure(test, path)("kills", {"runs": 600}, {"answers lost": lost, "in": "at most 1 s"})
    rows = added_up(path.read_text(encoding="utf-8").splitlines())
    assert [row["often"] for row in rows] == [{"runs": 1200}]
    assert "| kills | 1,200 runs | 2 answers lost, at most 1 s in |" in table(rows)


def test_a_test_that_nobody_asks_for_figures_writes_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    Figure("tests/unit/test_x.py::test_y", None)("something", {"times": 1}, {"trouble": 0})
    assert list(tmp_path.iterdir()) == []
    path = tmp_path / "lines"
    Figure("tests/unit/test_x.py::test_y", path)("something", {"times": 1}, {"trouble": 0})
    assert json.loads(path.read_text())["came"] == {"trouble": 0}
