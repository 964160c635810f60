"""A table as the browser sees it: what its views ask for, page by page."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ..errors import InvalidAnswerError
from ..protocol import TableCell, TablePage, TablePositions, TableQuery, TableRow
from .filters import Filter, Unreadable, filter_of
from .frames import Table
from .query import Query, positions

LONGEST_CELL = 500
"""Characters of a cell that travel with its row."""
LONGEST_TEXT = 100_000
"""Characters of a cell that is asked for by itself, to be edited."""
LARGEST_PAGE = 500
MOST_TICKED = 10_000
"""Rows that are ticked with one click."""

_QUERY: TypeAdapter[TableQuery] = TypeAdapter(TableQuery)


class Browsing:
    """A table as views scroll, sort and filter it. What was found last is kept: the pages of one view come one by one."""

    _KEPT = 4

    def __init__(self, table: Table) -> None:
        self._table = table
        self._found: dict[Query, Sequence[int]] = {}
        self._lock = threading.Lock()

    def fetch(self, what: Mapping[str, Any]) -> TablePage | TablePositions | TableCell:
        """What a view asks for.

        Raises:
            InvalidAnswerError: it is nothing that a table has.
        """
        try:
            query = _QUERY.validate_python(what)
        except ValidationError as error:
            raise InvalidAnswerError(f"This is not asked of a table: {error.errors()[0]['msg']}") from None
        if query["want"] == "cell":
            return self._cell(query)
        wanted, errors = self._read(query)
        shown = self._positions(wanted)
        if query["want"] == "positions":
            within = len(shown) <= MOST_TICKED
            return {"total": len(shown), "positions": list(shown) if within else [], "most": MOST_TICKED}
        offset = max(0, query.get("offset", 0))
        page = list(shown[offset : offset + min(max(0, query.get("limit", 0)), LARGEST_PAGE)])
        return {
            "total": len(shown),
            "rows": [_row(at, cells) for at, cells in zip(page, self._table.texts(page), strict=True)],
            "errors": [{"column": column, "text": sentence} for column, sentence in errors],
        }

    def _cell(self, query: TableQuery) -> TableCell:
        position, column = query.get("position", -1), query.get("column", -1)
        if not (0 <= position < self._table.count and 0 <= column < len(self._table.columns)):
            raise InvalidAnswerError("There is no such cell.")
        [whole] = self._table.columns[column].texts([position])
        if whole is not None and len(whole) > LONGEST_TEXT:
            raise InvalidAnswerError(f"This text is too long to be edited here: {len(whole)} characters.")
        return {"text": whole}

    def _read(self, query: TableQuery) -> tuple[Query, list[tuple[int, str]]]:
        filters: list[tuple[int, Filter]] = []
        errors: list[tuple[int, str]] = []
        for said in query.get("filters", []):
            try:
                wanted = filter_of(self._table.columns[said["column"]], said["text"])
            except Unreadable as error:
                errors.append((said["column"], str(error)))
                continue
            if wanted is not None:
                filters.append((said["column"], wanted))
        sort, only = query.get("sort"), query.get("only")
        return (
            Query(
                sort=None if sort is None else (sort["column"], sort["descending"]),
                filters=tuple(filters),
                search=query.get("search", "").strip(),
                only=None if only is None else frozenset(only),
            ),
            errors,
        )

    def _positions(self, query: Query) -> Sequence[int]:
        # One at a time: several pages of a view that is new are asked for at once, and found once.
        with self._lock:
            shown = self._found.pop(query, None)
            if shown is None:
                shown = positions(self._table, query)
            self._found[query] = shown
            while len(self._found) > self._KEPT:
                self._found.pop(next(iter(self._found)))
            return shown


def _row(position: int, cells: Sequence[str | None]) -> TableRow:
    row: TableRow = {"position": position, "cells": [cell and cell[:LONGEST_CELL] for cell in cells]}
    if cut := [at for at, cell in enumerate(cells) if cell is not None and len(cell) > LONGEST_CELL]:
        row["cut"] = cut
    return row
