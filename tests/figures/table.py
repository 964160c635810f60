"""The README's table of figures, made of what the tests have counted."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

REPO = Path(__file__).parents[2]
README = REPO / "README.md"
RECORD = Path(__file__).parent / "record.json"
"""What the last `make figures` has found: rows with `test`, `tried`, `often` and `came`."""

BEGIN = "<!-- figures: written by `make figures`, not by hand -->"
END = "<!-- end of the figures -->"

Row = dict[str, Any]

FILES = ("faults", "kernel", "unit", "browser")
"""The folders of tests, in the order in which the table has them."""


def named_tests() -> list[str]:
    """The tests that put figures down, as `tests/unit/test_x.py::test_y`, in the table's order."""
    found: list[str] = []
    for folder in FILES:
        for path in sorted((REPO / "tests" / folder).glob("test_*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.FunctionDef) or not node.name.startswith("test_"):
                    continue
                if any(one.arg == "figure" for one in (*node.args.args, *node.args.kwonlyargs)):
                    found.append(f"{path.relative_to(REPO).as_posix()}::{node.name}")
    return found


def added_up(lines: Iterable[str]) -> list[Row]:
    """The rows of what tests have put down: those of one test that try the same are one row."""
    rows: dict[tuple[str, str], Row] = {}
    for row in map(json.loads, lines):
        known = rows.setdefault((row["test"], row["tried"]), row)
        if known is row:
            continue
        for column in ("often", "came"):
            for what, count in row[column].items():
                if isinstance(count, int):  # words such as "at most 1 s" do not add up
                    known[column][what] += count
    order = named_tests()
    return sorted(rows.values(), key=lambda row: (order.index(row["test"]), row["tried"]))


def table(rows: Iterable[Row]) -> str:
    """The rows as Markdown."""
    lines = ["| what is tried | how often | what came of it | test |", "| --- | --- | --- | --- |"]
    for row in rows:
        file = row["test"].partition("::")[0]
        name = Path(file).name
        lines.append(f"| {row['tried']} | {_said(row['often'])} | {_said(row['came'])} | [`{name}`]({file}) |")
    return "\n".join(lines)


def _said(counts: dict[str, int | str]) -> str:
    """Numbers with what they count.

    >>> _said({"runs": 1_200, "answers lost": 0, "kernels": "more than 200"})
    '1,200 runs, 0 answers lost, more than 200 kernels'
    """
    return ", ".join(
        f"{count:,} {what}" if isinstance(count, int) else f"{count} {what}" for what, count in counts.items()
    )


def with_table(text: str, rows: Iterable[Row]) -> str:
    """A README with the table between its two marks."""
    before, mark, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not mark or not end:
        raise ValueError(f"{README.name} has no place for the table: it lacks {BEGIN!r} or {END!r}.")
    return f"{before}{BEGIN}\n\n{table(rows)}\n\n{END}{after}"


def recorded() -> list[Row]:
    return json.loads(RECORD.read_text(encoding="utf-8"))


def write(rows: list[Row]) -> None:
    """Keep the rows, and put them into the README."""
    RECORD.write_text(json.dumps(rows, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    README.write_text(with_table(README.read_text(encoding="utf-8"), rows), encoding="utf-8")
