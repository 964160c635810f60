"""The rows of a data frame as a question: `hitl.ask("Which rows?", rows=frame)`.

The frame stays in the kernel. What is asked (the columns, how many rows) and what is answered (the rows that were
ticked, as records) is all that the checkpoint gets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, cast

from pydantic import AfterValidator, WithJsonSchema

from .. import fields
from ..errors import InvalidAnswerError
from ..fields import MISSING, Schema
from .answers import Pick, counted, found, given, schema_of
from .frames import Table, read
from .kind import Rich

_WITH_ROWS = frozenset({"rows", "pick", "edit", "min_length", "max_length", "default", "description", "images"})


@dataclass(frozen=True, eq=False)
class Rows:
    """A frame that is asked about, in this kernel alone: `request.live["rows"]`.

    Attributes:
        frame: the frame, or the list of records, as it was passed.
        table: the same, read.
    """

    frame: Any
    table: Table


def with_rows(type_: Any, options: Mapping[str, Any]) -> Rich:
    """Rows to tick decide the answer: it is a list of them, or one.

    Raises:
        TypeError: these are no rows, or an option does not go with them.
        ValueError: there are fewer rows than have to be picked.
    """
    _check(type_, options)
    table = read(options["rows"])
    pick: Pick = options.get("pick", "many")
    fewest, most = (1, 1) if pick == "one" else (options.get("min_length"), options.get("max_length"))
    if fewest is not None and table.count < fewest:
        raise ValueError(
            f"rows= has {counted(table.count)}, and {fewest} must be picked: nobody could answer. "
            "Ask only where there are enough."
        )
    said: dict[str, Any] = {
        "columns": [{"name": column.name, "type": column.kind} for column in table.columns],
        "count": table.count,
        "pick": pick,
        "edit": _editable(table, options.get("edit", False)),
    }
    if pick == "many":
        said |= {name: options[name] for name in ("min_length", "max_length") if options.get(name) is not None}
    schema = schema_of(table.columns, pick, fewest, most)
    if options.get("default") is not None:
        _check_default(table, pick, said["edit"], options["default"])
    return Rich(
        {"rows": said},
        {"rows": Rows(options["rows"], table)},
        Annotated[Any, AfterValidator(_checked_by(schema)), WithJsonSchema(schema)],
    )


def _check(type_: Any, options: Mapping[str, Any]) -> None:
    if type_ is not MISSING:
        raise TypeError(f"rows= answers with records and takes no type, not {type_!r} either.")
    if useless := {name for name, value in options.items() if value is not None} - _WITH_ROWS:
        raise TypeError(f"{', '.join(f'{name}=' for name in sorted(useless))} does not go with rows=.")
    if options.get("pick", "many") not in {"many", "one"}:
        raise TypeError(f"pick={options['pick']!r} is neither 'many' nor 'one'.")
    if options.get("pick") == "one" and (useless := {"min_length", "max_length"} & options.keys()):
        raise TypeError(f"{', '.join(f'{name}=' for name in sorted(useless))} does not go with pick='one'.")


def _editable(table: Table, edit: Any) -> list[str]:
    """The names of the columns that may be edited.

    Raises:
        TypeError: there is no such column, or its values can only be shown.
    """
    if isinstance(edit, bool) or edit is None:
        return [column.name for column in table.columns if edit and column.kind != "other"]
    if isinstance(edit, str) or not isinstance(edit, Sequence):
        raise TypeError(f"edit= takes True or a list of column names, not {edit!r}.")
    wanted = list(map(str, cast("Sequence[Any]", edit)))
    by_name = {column.name: column for column in table.columns}
    for name in wanted:
        if name not in by_name:
            raise TypeError(f"edit= names {name!r}, which is no column; there are: {', '.join(map(repr, by_name))}.")
        if by_name[name].kind == "other" and table.count:
            raise TypeError(f"edit= names {name!r}, whose values can only be shown: it has no kind of input.")
    return [name for name in by_name if name in wanted]


def _checked_by(schema: Schema) -> Any:
    def check(answer: Any) -> Any:
        if errors := fields.validate(schema, answer):
            raise ValueError(str(InvalidAnswerError(errors)))
        return answer

    return check


def _check_default(table: Table, pick: Pick, edit: Sequence[str], default: Any) -> None:
    try:
        found(table, given(table, pick, default), edit)
    except InvalidAnswerError as error:
        raise TypeError(f"default={default!r} is no answer to this question: {error}") from error
