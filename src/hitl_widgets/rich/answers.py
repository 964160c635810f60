"""An answer to a question about rows: its schema, and which rows of the frame an answer from code means."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal, TypeGuard, cast

from .. import fields
from ..errors import InvalidAnswerError
from ..fields import Schema, formats, words
from .cells import INFINITY, plain
from .columns import Column
from .frames import AT, Table, is_frame, read

Pick = Literal["many", "one"]

_TYPES: Mapping[str, str] = {"text": "string", "integer": "integer", "number": "number", "boolean": "boolean"}


def schema_of(columns: Sequence[Column], pick: Pick, fewest: int | None, most: int | None) -> Schema:
    """JSON Schema of an answer."""
    row: Schema = {
        "type": "object",
        "properties": {column.name: _cell_schema(column) for column in columns},
        "required": [column.name for column in columns],
        "additionalProperties": False,
    }
    if pick == "one":
        return row
    counts = {"minItems": fewest, "maxItems": most}
    return {"type": "array", "items": row, **{name: count for name, count in counts.items() if count is not None}}


def _cell_schema(column: Column) -> Schema:
    match column.kind:
        case "other":
            return {}
        case "choice":
            return {"type": ["string", "null"]}
        case "date":
            return {"type": ["string", "null"], "format": "date"}
        case "datetime":
            return {"type": ["string", "null"]}
        case "number" if column.infinite:
            return {"anyOf": [{"type": ["number", "null"]}, {"enum": [INFINITY, f"-{INFINITY}"]}]}
        case kind:
            return {"type": [_TYPES[kind], "null"]}


Picked = list[tuple[int, dict[str, Any]]]
"""Rows by position, as they stand in the answer."""


def given(table: Table, pick: Pick, answer: Any) -> list[Any]:
    """An answer from code as a list of positions and records.

    Args:
        table: what was asked about.
        pick: how many are answered.
        answer: a frame, records, positions; with `pick="one"` a single one of these.

    Raises:
        InvalidAnswerError: it is nothing of the kind.
    """
    if is_frame(answer):
        try:
            rows = read(answer, index=table.index is not None)
        except TypeError as error:
            raise InvalidAnswerError(str(error)) from error
        listed: list[Any] = list(rows.records(range(rows.count)))
    elif isinstance(answer, (list, tuple)):
        listed = list(cast("Sequence[Any]", answer))
    elif pick == "one":
        listed = [answer]
    else:
        raise InvalidAnswerError("Not a list of rows: records, positions, or a part of the frame.")
    if pick == "one" and len(listed) != 1:
        raise InvalidAnswerError(f"One row is asked for, not {len(listed)}.")
    return [_row(table, at, row) for at, row in enumerate(listed)]


def _row(table: Table, at: int, row: Any) -> Any:
    if is_position(row):
        if table.index is not None:
            raise InvalidAnswerError(
                {
                    str(
                        at
                    ): f"{row} may be a position or a value of the index {table.index!r}: answer with records, or with "
                    "a part of the frame."
                }
            )
        if not 0 <= row < table.count:
            raise InvalidAnswerError({str(at): f"There is no row {row}: positions go from 0 to {table.count - 1}."})
        return row
    if not isinstance(row, Mapping):
        raise InvalidAnswerError({str(at): "Neither a record nor a position."})
    return {str(name): plain(value) for name, value in cast("Mapping[Any, Any]", row).items()}


def is_position(row: Any) -> TypeGuard[int]:
    """Whether a row is named by its position."""
    return isinstance(row, int) and not isinstance(row, bool)


def found(table: Table, rows: Sequence[Any], edit: Sequence[str]) -> Picked:
    """Which rows of the frame these are, in the order of the frame.

    Args:
        table: what was asked about.
        rows: positions, and records.
        edit: the columns in which a record may differ from its row.

    Raises:
        InvalidAnswerError: a record does not have the columns, or is none of the rows; by its place.
    """
    names = [column.name for column in table.columns]
    kept = [name for name in names if name not in set(edit)]
    records = {at: row for at, row in enumerate(rows) if not is_position(row)}
    if errors := _misfits(table, records, edit):
        raise InvalidAnswerError(errors)
    records = {at: {name: row[name] for name in names} for at, row in records.items()}
    taken: dict[int, int] = {row: at for at, row in enumerate(rows) if is_position(row)}
    if len(taken) + len(records) < len(rows):
        raise InvalidAnswerError("The same row twice.")
    at_rows = _matched(table, records, names, kept, taken)
    if missing := [at for at in records if at not in at_rows]:
        raise InvalidAnswerError({str(at): _none_of(table, records[at], kept, edit) for at in missing})
    positions = {at: at_rows.get(at, row if is_position(row) else 0) for at, row in enumerate(rows)}
    originals = dict(zip(taken, table.records(list(taken)), strict=True)) if taken else {}
    picked = [(positions[at], records.get(at) or originals[positions[at]]) for at in range(len(rows))]
    # Where every column may be edited nothing tells which row a record was: they stay as they were given.
    return sorted(picked, key=lambda one: one[0]) if kept or not records else picked


def _misfits(table: Table, records: Mapping[int, dict[str, Any]], edit: Sequence[str]) -> dict[str, str]:
    """What is wrong with records, by place and column."""
    places = list(records)
    said = fields.validate(schema_of(table.columns, "many", None, None), list(records.values()))
    errors: dict[str, str] = {}
    for path, sentence in said.items():
        at, slash, rest = path.partition("/")
        errors[f"{places[int(at)]}{slash}{rest}"] = sentence
    if errors:
        return errors
    for at, record in records.items():
        errors |= {f"{at}/{name}": sentence for name, sentence in _strays(table, record, edit).items()}
    return errors


def _strays(table: Table, record: Mapping[str, Any], edit: Sequence[str]) -> dict[str, str]:
    """What is wrong with edited cells beyond what the answer's schema says: it has no values of the frame in it."""
    errors: dict[str, str] = {}
    for column in table.columns:
        value = record[column.name]
        if column.name not in edit or value is None:
            continue
        if column.kind == "choice" and value not in column.choices:
            errors[column.name] = words.NOT_A_CHOICE
        if column.kind == "datetime" and not formats.is_datetime(value):
            errors[column.name] = words.NOT_DATETIME
    return errors


def _matched(
    table: Table,
    records: Mapping[int, dict[str, Any]],
    names: Sequence[str],
    kept: Sequence[str],
    taken: Collection[int],
) -> dict[int, int]:
    """The positions of records: of rows that are the same, and else of those that are where nothing may be edited."""
    matched: dict[int, int] = {}
    used = set(taken)
    for compared in dict.fromkeys((tuple(names), tuple(kept))):
        left = {at: record for at, record in records.items() if at not in matched}
        if not left:
            break
        if not compared:
            # Every cell may be edited, so a record may be any row.
            free = (position for position in range(table.count) if position not in used)
            matched |= dict(zip(left, free, strict=False))
            break
        free_rows: dict[str, list[int]] = {}
        for position, row in _candidates(table, list(left.values()), compared):
            if position not in used:
                free_rows.setdefault(_identity(row, compared), []).append(position)
        last = -1
        for at, record in records.items():
            if at not in matched and (alike := free_rows.get(_identity(record, compared))):
                # Of rows that are alike the next one: so records in the frame's order stay in it.
                place = bisect_right(alike, last)
                matched[at] = alike.pop(place if place < len(alike) else 0)
                used.add(matched[at])
            last = matched.get(at, last)
    return matched


def _identity(record: Mapping[str, Any], names: Sequence[str]) -> str:
    # 1 and 1.0 are one number in JSON.
    values = [_whole(record[name]) for name in names]
    return json.dumps(values, sort_keys=True)


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


_NARROWS = frozenset({"text", "integer", "choice", "boolean"})


def _candidates(
    table: Table, records: Sequence[Mapping[str, Any]], compared: Collection[str]
) -> list[tuple[int, dict[str, Any]]]:
    """The rows that may be meant, narrowed by the frame's own library: a frame of a million is not read for one."""
    narrowing = [
        (at, column)
        for at, column in enumerate(table.columns)
        if column.name in compared
        and column.series is not None
        and column.kind in _NARROWS
        and all(record[column.name] is not None for record in records)
    ]
    positions: Sequence[int] = range(table.count)
    if narrowing:
        import narwhals.stable.v2 as nw

        frame = table.frame.select(AT, *(f"c{at}" for at, _ in narrowing))
        for at, column in narrowing:
            value = nw.col(f"c{at}")
            value = value.cast(nw.String) if column.kind == "choice" else value
            wanted = list({record[column.name] for record in records})
            frame = frame.filter(value.is_in(wanted).fill_null(value=False))
        positions = frame[AT].to_list()
    return list(zip(positions, table.records(positions), strict=True))


def _none_of(table: Table, record: Mapping[str, Any], kept: Sequence[str], edit: Sequence[str]) -> str:
    shown = ", ".join(f"{name} {json.dumps(record[name], ensure_ascii=False)}"[:60] for name in kept[:4])
    may = f" Only {', '.join(edit)} may differ." if edit else ""
    return f"None of the {counted(table.count)} ({shown}), or chosen already.{may}"


def counted(count: int) -> str:
    """How many rows, for a sentence."""
    return "1 row" if count == 1 else f"{count} rows"
