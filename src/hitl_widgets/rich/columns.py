"""The columns of a data frame: what kind of values each has, and how those are read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, cast

from ..texts.odd import spelled
from .cells import plain, single, text

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw

Kind = Literal["text", "integer", "number", "boolean", "choice", "date", "datetime", "other"]

MOST_CHOICES = 200
"""Categories beyond are a text to type: nobody reads a longer list."""
_DATE = len("2026-01-02")
_SAMPLED = 200
"""Cells that are looked at for the width of a column."""


@dataclass(frozen=True)
class Column:
    """A column, whatever library it is from.

    Attributes:
        name: its name, as text.
        kind: what its values are; `other` is anything that is only shown.
        count: how many rows it has.
        take: the values at some positions, as the library has them.
        series: the narwhals series, where the library itself can filter and sort it; else Python does.
        nullable: whether values are missing.
        choices: of a `choice`, the values.
        zone: of a `datetime`, its time zone.
        digits: of a `number` of single precision, the digits to show.
        infinite: whether there are infinite numbers.
    """

    name: str
    kind: Kind
    count: int
    take: Callable[[Sequence[int]], list[Any]]
    series: nw.Series[Any] | None = None
    nullable: bool = False
    choices: tuple[Any, ...] = ()
    zone: dt.tzinfo | None = None
    digits: int | None = None
    infinite: bool = False

    def plain(self, positions: Sequence[int]) -> list[Any]:
        """The JSON values at some positions."""
        return [plain(value) for value in self.take(positions)]

    def texts(self, positions: Sequence[int]) -> list[str | None]:
        """What is shown at some positions."""
        shown = [text(value, self.digits) for value in self.plain(positions)]
        if self.kind != "datetime":
            return shown
        return [one and (one[:_DATE] if self.is_daily else one.replace("T", " ", 1)) for one in shown]

    @cached_property
    def is_daily(self) -> bool:
        """Whether its times are dates: all of them the midnight of no time zone."""
        if self.zone is not None:
            return False
        if self.series is None:
            return all(
                value is None or value.time() == dt.time() for value in map(single, self.take(range(self.count)))
            )
        times = self.series.drop_nulls()
        return bool((times == times.dt.truncate("1d")).all())

    @cached_property
    def values(self) -> list[Any]:
        """All values, as Python compares them: of `other` the texts."""
        everything = range(self.count)
        return self.texts(everything) if self.kind == "other" else list(map(single, self.take(everything)))

    @cached_property
    def lowered(self) -> list[str]:
        """All of what is shown, to be searched."""
        return [(shown or "").lower() for shown in self.texts(range(self.count))]

    @cached_property
    def width(self) -> int:
        """How many characters most of its cells have, as they are drawn: the codes of what nobody sees take room, too."""
        step = max(1, self.count // _SAMPLED)
        shown = self.texts(range(0, self.count, step)[:_SAMPLED])
        longest = sorted(len(spelled((one or "").partition("\n")[0])) for one in shown)
        return longest[len(longest) * 95 // 100] if longest else 0


def of_values(name: str, values: list[Any]) -> Column:
    """A column of Python values."""
    present = [one for value in values if (one := single(value)) is not None]
    kind, zone = _kind_of(present)
    return Column(
        name,
        kind,
        len(values),
        lambda positions: [values[at] for at in positions],
        nullable=len(present) < len(values),
        zone=zone,
        infinite=kind == "number" and any(abs(value) == float("inf") for value in present),
    )


def _kind_of(values: Sequence[Any]) -> tuple[Kind, dt.tzinfo | None]:
    types = {type(value) for value in values}
    if not types:
        return "text", None  # a column to be filled in, such as a comment
    if types == {bool}:
        return "boolean", None
    if types == {int}:
        fits = all(isinstance(plain(extreme), int) for extreme in (min(values), max(values)))
        return ("integer" if fits else "other"), None
    if types <= {int, float}:
        return "number", None
    if all(issubclass(one, str) for one in types):
        return "text", None
    if all(issubclass(one, dt.datetime) for one in types):
        zones = {value.tzinfo for value in values}
        return ("datetime", zones.pop()) if len(zones) == 1 else ("other", None)
    return ("date" if types == {dt.date} else "other"), None


def of_series(name: str, series: nw.Series[Any]) -> Column:
    """A column that narwhals reads."""
    import narwhals.stable.v2 as nw

    dtype, count, native = series.dtype, len(series), series.to_native()
    if isinstance(dtype, nw.Object | nw.Unknown) or str(getattr(native, "dtype", "")) == "object":
        return of_values(name, series.to_list())  # pandas' objects may be anything

    def take(positions: Sequence[int]) -> list[Any]:
        return series.to_list() if positions == range(count) else series[list(positions)].to_list()

    kind = _kind_of_dtype(dtype)
    column = Column(
        name, kind, count, take, series if kind != "other" else None, nullable=bool(series.null_count() > 0)
    )
    match kind:
        case "number":
            infinite = bool((series.abs() == float("inf")).any())
            digits = 7 if dtype == nw.Float32 else 3 if str(dtype) == "Float16" else None
            return replace(column, digits=digits, infinite=infinite)
        case "choice":
            return _of_categories(column, series)
        case "datetime":
            first = series.drop_nulls().head(1).to_list()
            zone = first[0].tzinfo if first else None
            return replace(column, zone=zone, take=_to_the_nanosecond(series, take))
        case _:
            return column


def _kind_of_dtype(dtype: nw.dtypes.DType) -> Kind:
    import narwhals.stable.v2 as nw

    if dtype.is_integer():
        return "other" if isinstance(dtype, nw.Int128 | nw.UInt128) else "integer"
    if dtype.is_float():
        return "number"
    match dtype:
        case nw.String():
            return "text"
        case nw.Boolean():
            return "boolean"
        case nw.Date():
            return "date"
        case nw.Datetime():
            return "datetime"
        case nw.Categorical() | nw.Enum():
            return "choice"
        case _:
            return "other"


def _of_categories(column: Column, series: nw.Series[Any]) -> Column:
    """Categories that are texts are choices; of others, pandas knows more kinds than a list shows well."""
    import narwhals.stable.v2 as nw

    dtype, native = series.dtype, series.to_native()
    if series.implementation.is_pandas():
        categories = native.dtype.categories.tolist()
    elif isinstance(dtype, nw.Enum):
        categories = list(dtype.categories)
    else:
        categories = sorted(series.drop_nulls().unique().cast(nw.String).to_list())
    if not all(isinstance(category, str) for category in categories):
        return of_values(column.name, series.to_list())
    if len(categories) > MOST_CHOICES:
        return replace(column, kind="text", series=series.cast(nw.String))
    return replace(column, choices=tuple(categories))


def in_zone(moment: dt.datetime, zone: dt.tzinfo | None) -> dt.datetime:
    """The moment when clocks in a time zone show this."""
    localize = getattr(zone, "localize", None)  # pytz, which pandas had before 3, wants to be asked
    return localize(moment) if localize is not None else moment.replace(tzinfo=zone)


def _to_the_nanosecond(
    series: nw.Series[Any], take: Callable[[Sequence[int]], list[Any]]
) -> Callable[[Sequence[int]], list[Any]]:
    """Of polars one gets Python's datetimes, which end at microseconds (2.1); pandas' own are kept whole."""
    if not series.implementation.is_polars() or cast("Any", series.dtype).time_unit != "ns":
        return take
    finer = series.dt.timestamp("ns") % 1000
    if not (finer != 0).any():
        return take

    def whole(positions: Sequence[int]) -> list[Any]:
        rests: Iterable[int | None] = finer[list(positions)].to_list()
        return [
            value if not rest else _Finer.of(value, rest) for value, rest in zip(take(positions), rests, strict=True)
        ]

    return whole


class _Finer(dt.datetime):
    """A datetime with nanoseconds, as far as its text goes."""

    nanosecond = 0

    @classmethod
    def of(cls, value: dt.datetime, nanosecond: int) -> _Finer:
        made = cls.combine(value.date(), value.timetz())
        made.nanosecond = nanosecond
        return made

    def isoformat(self, sep: str = "T", timespec: str = "auto") -> str:
        whole = super().isoformat(sep, "microseconds")
        return f"{whole[:26]}{self.nanosecond:03}{whole[26:]}"
