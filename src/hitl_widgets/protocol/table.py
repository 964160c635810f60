"""Rows of a table as a question: the control, what is asked of it, and what comes back."""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

from .fields import FieldView


class TableColumn(TypedDict):
    """A column of a table, and how its cells are filtered and edited."""

    name: str
    kind: Literal["text", "integer", "number", "boolean", "choice", "date", "datetime", "other"]
    field: FieldView | None
    """How a cell is edited; `None`: it is not. Of a `datetime` the reply is a local time, `2026-11-22T10:00:00`."""
    options: list[str]
    """Of a `choice`: what a filter chooses from."""
    nullable: bool
    """Whether values are missing."""
    width: int
    """How many characters most of its cells have."""


class TableEdit(TypedDict):
    """A cell that was changed: the row's position, the column's index, and the reply of the column's field."""

    position: int
    column: int
    value: Any


class TableReply(TypedDict):
    """The rows that were ticked, by position, and the cells that were changed in them."""

    picked: list[int]
    edits: list[TableEdit]


class TableStart(TypedDict):
    """What a table starts from."""

    picked: list[int]
    edits: list[ShownEdit]


class ShownEdit(TypedDict):
    """A cell that is proposed to be changed: to what, and what it was, as they are shown."""

    position: int
    column: int
    value: Any
    now: str | None
    was: str | None


class TableControl(TypedDict):
    """Rows of a table that stays in the kernel, to be ticked and edited; the reply is a `TableReply`.

    What is seen of it is asked for with a `FetchIntent` whose `what` is a `TableQuery`. Errors stand at
    `3/price`: the row's position and the column's name.
    """

    kind: Literal["table"]
    columns: list[TableColumn]
    count: int
    """How many rows it has."""
    pick: Literal["many", "one"]
    min_items: int | None
    max_items: int | None
    start: TableStart
    submit: str


class TableSort(TypedDict):
    column: int
    descending: bool


class TableFilter(TypedDict):
    column: int
    text: str
    """A text that it contains; `5`, `>5`, `2..8`; `2026-05`; a choice's index; `true`, `false`; `empty`."""


class TableQuery(TypedDict):
    """What is asked of a table: a page of what a view of it shows, the positions of all of that, or a whole cell."""

    want: Literal["page", "positions", "cell"]
    sort: NotRequired[TableSort | None]
    filters: NotRequired[list[TableFilter]]
    search: NotRequired[str]
    only: NotRequired[list[int] | None]
    """The positions that are left; `null` for all."""
    offset: NotRequired[int]
    """Of a page, as its length is."""
    limit: NotRequired[int]
    position: NotRequired[int]
    """Of a cell, as its column is."""
    column: NotRequired[int]


class TableRow(TypedDict):
    position: int
    cells: list[str | None]
    """As they are shown; `null` for a missing value."""
    cut: NotRequired[list[int]]
    """The columns whose text is longer than what is here."""


class TablePage(TypedDict):
    """What is shown from `offset` on, and how many rows are shown in all."""

    total: int
    rows: list[TableRow]
    errors: list[TableFilter]
    """The filters that cannot be read and were left out, with what is wrong with each as its text."""


class TablePositions(TypedDict):
    """The positions of all rows that are shown; none if there are too many to tick at once."""

    total: int
    positions: list[int]
    most: int


class TableCell(TypedDict):
    """The whole text of a cell."""

    text: str | None
