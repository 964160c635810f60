"""Whatever a payload or an answer holds, it crosses to the browser as JSON."""

from __future__ import annotations

import datetime as dt
import enum
import json
import uuid
from collections import deque
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, NamedTuple
from unittest.mock import MagicMock

import pytest
from hypothesis import given, settings, strategies as st
from pydantic import BaseModel, Field, SecretStr

from hitl_widgets.texts.jsonable import as_text, jsonable


class Color(enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    HIGH = 3


class Model(BaseModel):
    when: dt.date
    secret: SecretStr = SecretStr("hunter2")
    price: Decimal = Field(default=Decimal("1.50"), alias="thePrice")


@dataclass
class Data:
    x: int
    inner: list[Any] = field(default_factory=list[Any])


class Pair(NamedTuple):
    a: int
    b: int


class Scalar:
    def tolist(self) -> float:
        return 1.5


class Array:
    def tolist(self) -> list[float]:
        return [1.0, float("inf")]


class Angry:
    def __repr__(self) -> str:
        raise RuntimeError("no")

    __str__ = __repr__


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None), (False, False), (0, 0), ("", ""), ([], []), ({}, {}),
        (float("nan"), "NaN"), (float("-inf"), "-Infinity"), (2**70, 2**70),
        (Color.RED, "red"), (Level.HIGH, 3), ({Color.RED: 1}, {"red": 1}),
        (dt.date(2026, 1, 2), "2026-01-02"), (dt.time(10, 30), "10:30:00"), (dt.timedelta(days=1), "P1D"),
        (dt.datetime(2026, 1, 2, tzinfo=dt.UTC), "2026-01-02T00:00:00+00:00"),
        (Decimal("1.50"), "1.50"), (uuid.UUID(int=0), str(uuid.UUID(int=0))), (PurePosixPath("a/b"), "a/b"), (PureWindowsPath("a\\b"), "a/b"),
        ({3, 1, 2}, [1, 2, 3]), ({"b", "a"}, ["a", "b"]), (frozenset([None, 1]), [1, None]), ((1, 2), [1, 2]),
        (deque([1]), [1]), (range(3), [0, 1, 2]), (Pair(1, 2), [1, 2]), ({"a": 1}.keys(), ["a"]),
        (b"ok", "ok"), (b"\xff", "b'\\xff'"), ("\ud800", "\\ud800"),
        ({1: "a", "1": "b", None: "c"}, {"1": "a", "'1'": "b", "null": "c"}),
        (Model(when=dt.date(2026, 1, 2), thePrice=Decimal("1.50")),
         {"when": "2026-01-02", "secret": "**********", "thePrice": "1.50"}),
        (Data(1, [Data(2)]), {"x": 1, "inner": [{"x": 2, "inner": []}]}),
        (Scalar(), 1.5), (Array(), [1.0, "Infinity"]), (Data, "Data"), (ValueError("no"), "no"),
        (Angry(), "<Angry>"),
    ],
)  # fmt: skip
def test_the_nearest_json_value(value: Any, expected: Any) -> None:
    assert repr(jsonable(value)) == repr(expected)


def test_cycles_and_depth_end_in_an_ellipsis() -> None:
    loop: list[Any] = [1]
    loop.append(loop)
    assert jsonable(loop) == [1, "…"]
    deep: Any = 0
    for _ in range(5000):
        deep = [deep]
    assert json.dumps(jsonable(deep)).count("[") == 60


def test_the_same_object_twice_is_no_cycle() -> None:
    shared = {"a": 1}
    assert jsonable([shared, shared]) == [{"a": 1}, {"a": 1}]


def test_strange_objects_are_a_short_repr() -> None:
    assert len(jsonable(type("Long", (), {"__repr__": lambda self: "x" * 9999})())) == 500
    assert isinstance(jsonable(MagicMock()), str)
    assert jsonable(iter([1])).startswith("<list_iterator")
    assert jsonable(len) == "<built-in function len>"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(json_values)
def test_json_is_itself(value: Any) -> None:
    assert repr(jsonable(value)) == repr(value)


@settings(deadline=None)
@given(st.recursive(st.binary() | st.floats() | st.dates() | st.sets(st.integers()) | st.from_type(type),
                    lambda inner: st.lists(inner) | st.dictionaries(st.integers() | st.booleans(), inner)))  # fmt: skip
def test_everything_is_json_in_the_end(value: Any) -> None:
    json.dumps(jsonable(value), allow_nan=False).encode()
    assert isinstance(as_text(value), str)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a\nb", "a\nb"), ("", "(empty)"), (None, "(nothing)"), (True, "Yes"), (False, "No"), (0, "0"), (1.5, "1.5"),
        ([], "(empty)"), ({}, "(empty)"), (["a", 1], "a, 1"), ({"a": {"b": 1}, "c": None}, 'a: {"b": 1}, c: (nothing)'),
        (dt.date(2026, 1, 2), "2026-01-02"), ("x" * 3000, "x" * 1999 + "…"),
    ],
)  # fmt: skip
def test_a_value_as_people_read_it(value: Any, text: str) -> None:
    assert as_text(value) == text
