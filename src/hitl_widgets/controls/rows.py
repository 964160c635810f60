"""`hitl.ask(..., rows=frame)`: a table of which rows are ticked, and cells edited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError

from .. import fields
from ..control import Control
from ..decisions import Told
from ..errors import InvalidAnswerError
from ..fields import MISSING, Schema, words
from ..protocol import (
    FieldView,
    ShownEdit,
    TableColumn,
    TableControl,
    TableReply,
)
from ..rich.answers import Picked, found, given, is_position
from ..rich.browsing import Browsing
from ..rich.cells import text
from ..rich.columns import Column, in_zone
from ..rich.frames import Table
from ..rich.rows import Rows
from ..texts.jsonable import as_text

_TOLD = 3
"""Rows that the timeline tells of one by one."""
_LONGEST_LINE = 200
_MOST_WRITTEN = 1_000
"""Rows of an answer that somebody is to finish as JSON."""

_REPLY: TypeAdapter[TableReply] = TypeAdapter(TableReply)


def asked_rows(request_live: Mapping[str, Any], payload: Mapping[str, Any], schema: Schema) -> Control | None:
    """A table, where the frame that is asked about is here.

    Args:
        request_live: what the request's `live` is.
        payload: its payload.
        schema: JSON Schema of the answer.
    """
    rows, said = request_live.get("rows"), payload.get("rows")
    if not isinstance(rows, Rows) or not isinstance(said, dict):
        return None
    return picking(rows.table, cast("dict[str, Any]", said), schema, payload.get("default", MISSING))


def picking(table: Table, said: Mapping[str, Any], schema: Schema, default: Any = MISSING) -> Picking:
    """A control that asks for rows of a table.

    Args:
        table: the rows.
        said: what the payload says of them.
        schema: JSON Schema of the answer.
        default: the rows to start from, as positions or records.
    """
    edit: Sequence[str] = said["edit"]
    picked: Picked = []
    if default is not MISSING and default is not None:
        picked = found(table, given(table, said["pick"], default), edit)
    edits = _proposed(table, picked, edit)
    view: TableControl = {
        "kind": "table",
        "columns": [_column(column, editable=column.name in edit) for column in table.columns],
        "count": table.count,
        "pick": said["pick"],
        "min_items": said.get("min_length"),
        "max_items": said.get("max_length"),
        "start": {"picked": [position for position, _ in picked], "edits": edits},
        "submit": "Submit",
    }
    browsing = Browsing(table)
    return Picking(
        view,
        schema=schema,
        table=table,
        edit=tuple(edit),
        default=default,
        fetch=browsing.fetch,
        one=said["pick"] == "one",
    )


def _column(column: Column, *, editable: bool) -> TableColumn:
    return {
        "name": column.name,
        "kind": column.kind,
        "field": field_of(column) if editable else None,
        "options": list(column.choices),
        "nullable": column.nullable,
        "width": column.width,
    }


def field_of(column: Column) -> FieldView:
    """How a cell of a column is edited."""
    schema: Schema
    match column.kind:
        case "choice":
            # No choice is more than what a list shows.
            schema = {"enum": [*column.choices, *[None] * column.nullable]} if column.choices else {"type": "string"}
            return fields.field_for(schema, label=column.name)
        case "date":
            schema = {"type": "string", "format": "date"}
        case "datetime":
            schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d"}
        case "text" | "other":
            schema = {"type": "string", "minLength": 0}
        case kind:
            schema = {"type": kind}
    if column.nullable:
        schema["type"] = [schema["type"], "null"]
    return fields.field_for(schema, label=column.name)


def _proposed(table: Table, picked: Picked, edit: Sequence[str]) -> list[ShownEdit]:
    """Where the rows to start from differ from the frame's."""
    rows = table.records([position for position, _ in picked])
    return [
        {
            "position": position,
            "column": at,
            "value": row[column.name],
            "now": text(row[column.name], column.digits),
            "was": column.texts([position])[0],
        }
        for (position, row), original in zip(picked, rows, strict=True)
        for at, column in enumerate(table.columns)
        if column.name in edit and not fields.same(row[column.name], original[column.name])
    ]


@dataclass(frozen=True)
class Picking(Control):
    """A control of kind `table`; make one with `picking`."""

    table: Table = field(default_factory=lambda: Table((), 0))
    edit: tuple[str, ...] = ()
    one: bool = False

    @cached_property
    def secret(self) -> bool:
        """A frame is shown, so nothing in it is a secret."""
        return False

    def resume_value(self, reply: Any, reason: str | None = None) -> Any:
        """The records for what the browser replies."""
        try:
            read = _REPLY.validate_python(reply)
        except ValidationError:
            raise InvalidAnswerError("Not rows of this table.") from None
        picked = sorted(set(read["picked"]))
        if picked and not 0 <= picked[0] <= picked[-1] < self.table.count:
            raise InvalidAnswerError("Not rows of this table.")
        if self.one and len(picked) != 1:
            raise InvalidAnswerError(words.CHOOSE_ONE)
        self._count(len(picked))
        records = self.table.records(picked)
        places = {position: at for at, position in enumerate(picked)}
        errors: dict[str, str] = {}
        for edit in read["edits"]:
            place = places.get(edit["position"])
            if place is None:
                continue  # of a row that was unticked again
            column = self._editable(edit["column"])
            try:
                records[place][column.name] = _entered(column, edit["value"])
            except InvalidAnswerError as error:
                errors[f"{edit['position']}/{column.name}"] = str(error)
        if errors:
            raise InvalidAnswerError(errors)
        return self._finished(records[0] if self.one else records)

    def half_answered(self, reply: Any) -> Any:
        """The records of the rows that are ticked, with what was entered into their cells."""
        try:
            read = _REPLY.validate_python(reply)
        except ValidationError:
            raise InvalidAnswerError("Not rows of this table.") from None
        picked = sorted({position for position in read["picked"] if 0 <= position < self.table.count})
        if len(picked) > _MOST_WRITTEN:
            raise InvalidAnswerError(f"{len(picked)} rows are ticked, which are too many to be written as JSON.")
        records = self.table.records(picked)
        places = {position: at for at, position in enumerate(picked)}
        for edit in read["edits"]:
            if (place := places.get(edit["position"])) is None:
                continue
            column = self._editable(edit["column"])
            try:
                records[place][column.name] = _entered(column, edit["value"])
            except InvalidAnswerError:
                records[place][column.name] = edit["value"]
        return (records[0] if records else None) if self.one else records

    def accept(self, value: Any, reason: str | None = None) -> Any:
        """The records for an answer from code: a part of the frame, records, or positions."""
        try:
            picked = found(self.table, given(self.table, "one" if self.one else "many", value), self.edit)
        except InvalidAnswerError as error:
            raise InvalidAnswerError(self._as_given(value, error)) from error
        self._count(len(picked))
        records = [record for _, record in picked]
        return self._finished(records[0] if self.one else records)

    def default_reply(self) -> Any:
        """The rows that `default=` named."""
        if self.default is MISSING or self.default is None:
            raise InvalidAnswerError("This question has no default.")
        return self.accept(self.default)

    def told(self, answer: Any) -> Told | None:
        """How many rows, and what is in them if they are few."""
        records: list[Any] = [answer] if self.one else answer
        lines = (
            [] if self.one else [f"{len(records)} of {self.table.count} {'row' if self.table.count == 1 else 'rows'}"]
        )
        if len(records) <= _TOLD:
            lines += [_shortened(as_text(record)) for record in records]
        return Told("\n".join(lines), None)

    def refusal(self, error: BaseException) -> InvalidAnswerError:
        """What LangGraph has against an answer: nothing of it is in the table by its place in the answer."""
        return InvalidAnswerError("; ".join(text for text in str(super().refusal(error)).split("\n")))

    def _count(self, count: int) -> None:
        view = cast("TableControl", self.view)
        if (fewest := view["min_items"]) is not None and count < fewest:
            raise InvalidAnswerError(words.choose_at_least(fewest))
        if (most := view["max_items"]) is not None and count > most:
            raise InvalidAnswerError(words.choose_at_most(most))

    def _editable(self, at: int) -> Column:
        if not 0 <= at < len(self.table.columns) or self.table.columns[at].name not in self.edit:
            raise InvalidAnswerError("A cell was changed that cannot be edited.")
        return self.table.columns[at]

    def _as_given(self, value: Any, error: InvalidAnswerError) -> dict[str, str]:
        """A single row that was given by itself is not the first of a list."""
        if not self.one or not (isinstance(value, Mapping) or is_position(value)):
            return error.fields
        return {
            path.partition("/")[2] if path.partition("/")[0] == "0" else path: said
            for path, said in error.fields.items()
        }


def _entered(column: Column, reply: Any) -> Any:
    """The JSON value of an edited cell."""
    value = fields.decode(field_of(column), reply)
    if column.kind != "datetime" or value is None:
        return value
    try:
        return in_zone(dt.datetime.fromisoformat(value), column.zone).isoformat()
    except ValueError:
        raise InvalidAnswerError(words.NOT_DATETIME) from None


def _shortened(line: str) -> str:
    return line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]}…"
