"""A data frame, or a list of records, as columns: read once, whatever library it is from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from .columns import Column, of_series, of_values

AT = "at"
"""The column of the inner frame that holds the positions."""


@dataclass(frozen=True)
class Table:
    """The rows of a frame.

    Attributes:
        columns: its columns.
        count: how many rows it has.
        frame: a narwhals frame of the columns that have a series, by `c<index>`, with their positions; `None` where
            there is none of these.
        index: the column that was a pandas frame's index.
    """

    columns: tuple[Column, ...]
    count: int
    frame: Any = None
    index: str | None = None

    def records(self, positions: Sequence[int]) -> list[dict[str, Any]]:
        """Rows as JSON, by column name."""
        names = [column.name for column in self.columns]
        parts = [column.plain(positions) for column in self.columns]
        return [dict(zip(names, (part[at] for part in parts), strict=True)) for at in range(len(positions))]

    def texts(self, positions: Sequence[int]) -> list[list[str | None]]:
        """Rows as they are shown."""
        parts = [column.texts(positions) for column in self.columns]
        return [[part[at] for part in parts] for at in range(len(positions))]


def is_frame(value: Any) -> bool:
    """Whether a value is a data frame of some library (a list of records is none)."""
    if value is None or isinstance(value, (list, tuple, Mapping, str, int, float)):
        return False
    from narwhals.dependencies import is_into_dataframe

    return is_into_dataframe(value)


def read(rows: Any, *, index: bool = True) -> Table:
    """A pandas or polars frame, any other that narwhals knows, or a list of dicts.

    Args:
        rows: the frame.
        index: whether a pandas index that is more than a count of the rows becomes a column.

    Raises:
        TypeError: it is none of these, or its columns cannot be the keys of records.
    """
    if isinstance(rows, (list, tuple)):
        return _of_records(cast("Sequence[Any]", rows))
    if hasattr(rows, "collect") and not is_frame(rows):
        raise TypeError(f"rows= needs the rows themselves: rows=frame.collect(), not a {type(rows).__name__}.")
    if _is_pandas(rows):
        return _of_pandas(rows, index=index)
    if is_frame(rows):
        return _of_frame(rows)
    raise TypeError(
        f"rows= takes a pandas or polars DataFrame or a list of dicts, not a {type(rows).__name__}. "
        "Things to choose from go into choices=[...]."
    )


def _of_records(rows: Sequence[Any]) -> Table:
    odd = next((row for row in rows if not isinstance(row, Mapping)), None)
    if odd is not None:
        raise TypeError(
            f"rows= takes a list of dicts, and one is {odd!r}. Things to choose from go into choices=[...]."
        )
    records = cast("Sequence[Mapping[Any, Any]]", rows)
    keys: dict[Any, None] = {}
    for record in records:
        keys.update(dict.fromkeys(record))
    names = _checked(list(map(str, keys)))
    # A copy: the rows that are chosen are the ones that were asked about.
    columns = [of_values(name, [record.get(key) for record in records]) for name, key in zip(names, keys, strict=True)]
    return Table(tuple(columns), len(records))


def _of_pandas(frame: Any, *, index: bool) -> Table:
    if frame.columns.nlevels > 1:
        raise TypeError(
            "rows= has columns of several levels. Join them: frame.columns = ['_'.join(map(str, names)) for names in "
            "frame.columns]."
        )
    # Shallow: pandas 3 copies what is written to, and before it nothing that adds or drops rows reaches this one.
    frame = frame.copy(deep=False)
    names = list(map(str, frame.columns))
    indexes: list[str] = []
    if not _counts(frame.index):
        if index:
            indexes = _index_names(frame.index, names)
        parts = [frame.index.get_level_values(level) for level in range(len(indexes))]
        frame = frame.reset_index(drop=True)
        frame.columns = range(len(indexes), len(indexes) + len(names))
        for at, part in enumerate(parts):
            frame.insert(at, at, part.to_series(index=frame.index))
    frame.columns = [f"c{at}" for at in range(len(indexes) + len(names))]
    table = _of_frame(frame, [*indexes, *names])
    return Table(table.columns, table.count, table.frame, indexes[0] if indexes else None)


def _counts(index: Any) -> bool:
    """Whether a pandas index says no more than which row it is."""
    ours = type(index).__name__ == "RangeIndex"
    return ours and index.start == 0 and index.step == 1 and index.name is None


def _index_names(index: Any, names: Sequence[str]) -> list[str]:
    given = list(index.names)
    found = [
        str(name) if name is not None else "index" if len(given) == 1 else f"level_{at}"
        for at, name in enumerate(given)
    ]
    taken = [name for name in found if name in names]
    if taken:
        raise TypeError(
            f"rows= has an index that would be the column {taken[0]!r}, and a column of that name. Rename the index "
            "(frame.rename_axis(...)) or drop it (frame.reset_index(drop=True))."
        )
    return found


def _of_frame(native: Any, names: Sequence[str] | None = None) -> Table:
    import narwhals.stable.v2 as nw

    if names is not None:
        _checked(names)
    inner: Any = nw.from_native(native, eager_only=True)
    names = cast("list[str]", inner.columns) if names is None else names
    inner = inner.rename(dict(zip(inner.columns, (f"c{at}" for at in range(len(names))), strict=True)))
    # polars has numbers that are no numbers beside those that are missing; pandas has but one of the two.
    floats = [name for name, dtype in inner.schema.items() if dtype.is_float()]
    if floats:
        inner = inner.with_columns(nw.col(floats).fill_nan(None))
    columns = tuple(of_series(name, inner[f"c{at}"]) for at, name in enumerate(names))
    native_ones = {f"c{at}": column.series for at, column in enumerate(columns) if column.series is not None}
    if not native_ones:
        return Table(columns, len(inner))
    kept = inner.select(list(native_ones)).with_columns(*(series.alias(name) for name, series in native_ones.items()))
    return Table(columns, len(inner), kept.with_row_index(AT))


def _checked(names: Iterable[str]) -> list[str]:
    names = list(names)
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise TypeError(
            f"rows= has several columns that are called {twice[0]!r}, and a record has a key once: rename them."
        )
    return names


def _is_pandas(value: Any) -> bool:
    bases = type(value).__mro__
    return any(base.__name__ == "DataFrame" and base.__module__.partition(".")[0] == "pandas" for base in bases)
