"""Values as trees with limits: every kind of them, and those that mean no good."""

from __future__ import annotations

import base64
import dataclasses
import enum
import io
import json
import math
import threading
import time
from collections import deque, namedtuple
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pandas as pd
import PIL.Image
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings, strategies as st
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from matplotlib.figure import Figure
from pydantic import BaseModel, Field, SecretStr, TypeAdapter

from hitl_widgets import protocol
from hitl_widgets.inside.alike import same
from hitl_widgets.inside.changes import NOTHING, Change, change_views
from hitl_widgets.inside.copying import as_copied
from hitl_widgets.inside.parts import Part
from hitl_widgets.inside.values import CHARACTERS, Values
from hitl_widgets.running.secrets import Secrets

from ..waiting import PATIENCE

_VALUE: TypeAdapter[Any] = TypeAdapter(protocol.ValueView)
_CHANGE: TypeAdapter[Any] = TypeAdapter(protocol.ChangeView)


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine all values of an answer may take their time."""
    monkeypatch.setattr("hitl_widgets.inside.values._PATIENCE", PATIENCE)


def shown(value: Any, secrets: Secrets | None = None) -> Any:
    view: Any = Values(secrets or Secrets()).view(Part("", value))
    text = json.dumps(view, allow_nan=False)
    text.encode()
    _VALUE.validate_python(json.loads(text), extra="forbid")
    return view


def entries(view: Any) -> dict[str, Any]:
    return {entry["key"]: entry["value"] for entry in view["entries"]}


class Colour(enum.Enum):
    RED = "r"


class Order(BaseModel):
    id: int
    token: SecretStr
    pin: str = Field(default="1", json_schema_extra={"format": "password"})


@dataclasses.dataclass
class Line:
    name: str
    cost: float


@attrs.define
class Box:
    size: int


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        ("hi", "text", "hi"),
        (3, "number", "3"),
        (10**30, "number", str(10**30)),
        (0.1, "number", "0.1"),
        (math.nan, "number", "nan"),
        (-math.inf, "number", "-inf"),
        (np.float32(0.5), "number", "0.5"),
        (np.int64(7), "number", "7"),
        (True, "boolean", "True"),
        (None, "null", "None"),
        (Colour.RED, "opaque", "Colour.RED"),
        (Decimal("1.10"), "opaque", "Decimal('1.10')"),
        (date(2026, 1, 2), "opaque", "datetime.date(2026, 1, 2)"),
        (Path("a"), "opaque", "PosixPath('a')"),
        (b"abc", "opaque", "b'abc'"),
        ("half \ud83d", "text", "half \\ud83d"),
    ],
)
def test_a_single_value_shows_what_it_is(value: Any, kind: str, text: str) -> None:
    view = shown(value)
    assert (view["kind"], view["text"]) == (kind, text)


def test_a_number_that_python_will_not_print_says_how_large_it_is() -> None:
    assert shown([10**6000])["items"][0]["text"] == "about 10^6000"


@pytest.mark.parametrize(
    ("value", "kind", "type_", "total"),
    [
        ([1, 2], "list", "list", 2),
        ((1,), "list", "tuple", 1),
        ({1, 2, 3}, "list", "set", 3),
        (deque([1]), "list", "deque", 1),
        ({"a": 1, 2: 3}, "map", "dict", 2),
        (Line("a", 1.0), "object", "Line", 2),
        (Box(3), "object", "Box", 1),
        (namedtuple("Point", "x y")(1, 2), "object", "Point", 2),  # noqa: PYI024
    ],
)
def test_what_has_parts_shows_them(value: Any, kind: str, type_: str, total: int) -> None:
    view = shown(value)
    assert (view["kind"], view["type"], view["total"]) == (kind, type_, total)
    assert len(view.get("items", view.get("entries"))) == total


def test_secret_fields_of_a_model_are_not_told() -> None:
    order = Order(id=1, token=SecretStr("hunter2-hunter2"), pin="4711")
    view = entries(shown([order])["items"][0])
    assert (view["id"]["text"], view["token"], view["pin"]) == ("1", {"kind": "secret"}, {"kind": "secret"})
    assert json.loads(as_copied(Part("", [order]), Secrets())) == [{"id": 1, "token": "••••••", "pin": "••••••"}]


FRAMES = {
    "pandas": pd.DataFrame({"name": ["a", None], "n": [1, 2]}),
    "polars": pl.DataFrame({"name": ["a", None], "n": [1, 2]}),
    "pyarrow": pa.table({"name": ["a", None], "n": [1, 2]}),
}


@pytest.mark.parametrize("library", FRAMES)
def test_a_frame_is_a_table(library: str) -> None:
    view = shown({"frame": FRAMES[library]})["entries"][0]["value"]
    assert view["columns"] == [{"name": "name", "numeric": False}, {"name": "n", "numeric": True}]
    assert (view["shape"], view["total"], view["rows"]) == ([2, 2], 2, [["a", "1"], [None, "2"]])


def test_of_a_large_frame_there_are_its_first_rows_and_columns() -> None:
    frame = pd.DataFrame(np.zeros((200_000, 100)), index=[f"row {n}" for n in range(200_000)])
    began = time.thread_time()  # not that of others
    view = shown(frame)
    assert time.thread_time() - began < 1
    assert (view["shape"], view["total"]) == ([200_000, 100], 200_000)
    assert (len(view["rows"]), view["columns"][0]["name"], view["rows"][1][0]) == (20, "index", "row 1")
    assert Values(Secrets()).more(Part("", frame), 199_999, 50)["rows"][0][0] == "row 199999"  # type: ignore[typeddict-item]


def test_frames_that_are_no_records_are_shown_too() -> None:
    levels = pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", "x"), ("a", "y")]))
    assert [column["name"] for column in shown(levels)["columns"]] == ["a · x", "a · y"]
    assert shown(pd.DataFrame([[1, 2]], columns=["a", "a"]))["rows"] == [["1", "2"]]
    assert shown(pd.Series([1, 2], name="n"))["columns"][0]["name"] == "n"
    assert shown(pl.Series("n", [1, 2]))["rows"] == [["1"], ["2"]]
    assert shown(pd.DataFrame())["shape"] == [0, 0]


def test_an_array_is_a_table_of_its_numbers() -> None:
    assert shown(np.array([[1, 2], [3, 4]]))["rows"] == [["1", "2"], ["3", "4"]]
    assert shown(np.linspace(0, 1, 3))["rows"] == [["0"], ["0.5"], ["1"]]
    assert shown(np.zeros((2, 3, 4)))["kind"] == "opaque"


def png(size: tuple[int, int] = (30, 20)) -> bytes:
    file = io.BytesIO()
    PIL.Image.effect_noise(size, 80).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    "picture",
    [
        PIL.Image.new("RGB", (30, 20), "red"),
        png(),
        np.zeros((20, 30, 3), dtype="uint8"),
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{base64.b64encode(png()).decode()}"}},
        {"type": "image", "base64": base64.b64encode(png()).decode(), "mime_type": "image/png"},
    ],
    ids=["pillow", "bytes", "pixels", "image_url", "block"],
)
def test_a_picture_is_an_image(picture: Any) -> None:
    view = shown({"picture": picture})["entries"][0]["value"]
    assert view["url"].startswith("data:image/png;base64,")
    assert (view["width"], view["height"]) == (30, 20)


def test_a_figure_is_an_image() -> None:
    figure = Figure(figsize=(3, 2))
    figure.add_subplot().plot([1, 2])
    assert shown(figure)["kind"] == "image"


def test_a_large_picture_is_made_small_until_somebody_wants_to_see_it() -> None:
    picture = png((1500, 1000))
    view = shown(picture)
    assert (len(picture) > 1_000_000, len(view["url"]) < 60_000) == (True, True)
    assert (view["width"], view["height"]) == (1500, 1000)
    assert len(Values(Secrets()).more(Part("", picture), 0, 1)["url"]) > 100_000  # type: ignore[typeddict-item]


def test_messages_are_messages() -> None:
    call = {"name": "refund", "args": {"order": 1}, "id": "1", "type": "tool_call"}
    view = shown(
        [
            HumanMessage(
                [{"type": "text", "text": "look"}, {"type": "image", "base64": base64.b64encode(png()).decode()}]
            ),
            AIMessage("*ok*", tool_calls=[call], name="bot"),
            ToolMessage('{"a": 1}', tool_call_id="1", name="refund", status="error"),
        ]
    )["items"]
    assert [one["role"] for one in view] == ["human", "ai", "tool"]
    assert [part["kind"] for part in view[0]["content"]] == ["markdown", "image"]
    assert (view[1]["name"], view[1]["calls"][0]["name"]) == ("bot", "refund")
    assert (view[2]["content"][0]["text"], view[2]["failed"]) == ('{"a": 1}', True)


def test_a_message_that_is_very_long_is_text() -> None:
    [part] = shown(AIMessage("# Title\n" * 5_000))["content"]
    assert (part["kind"], part["total"]) == ("text", 40_000)


# ---------------------------------------------------------------- hostile


class Raises:
    def __repr__(self) -> str:
        raise RuntimeError

    def __eq__(self, other: object) -> bool:
        raise RuntimeError

    __hash__ = None  # type: ignore[assignment]


class Interrupts:
    def __repr__(self) -> str:
        raise KeyboardInterrupt


class Slow:
    over = threading.Event()

    def __repr__(self) -> str:
        self.over.wait(60)
        return "at last"


class Lies(dict[str, int]):
    def __len__(self) -> int:
        return -5  # noqa: PLE0303

    def items(self) -> Any:
        raise RuntimeError


class Endless(list[int]):
    def __len__(self) -> int:
        raise ZeroDivisionError

    def __getitem__(self, _: Any) -> Any:
        raise IndexError


def test_a_value_that_will_not_be_shown_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hitl_widgets.inside.values._REPR_PATIENCE", 60)  # on a busy machine they take their time
    assert shown([Interrupts()])["items"][0]["text"] == "<Interrupts>"
    assert shown([Raises(), Lies(a=1), Endless([1])])["items"] == [
        {"kind": "opaque", "type": "Raises", "text": "<Raises>"},
        {"kind": "opaque", "type": "Lies", "text": "{'a': 1}"},
        {"kind": "opaque", "type": "Endless", "text": "[1]"},
    ]


def test_values_that_take_their_time_are_not_waited_for() -> None:
    began = time.perf_counter()
    view = shown([Slow() for _ in range(20)])
    took = time.perf_counter() - began
    Slow.over.set()
    assert took < 60  # what one of them takes
    assert {item["text"] for item in view["items"]} == {"<Slow: takes too long to show>"}


def test_a_value_that_contains_itself_ends_there() -> None:
    loop: dict[str, Any] = {"n": 1}
    loop["self"] = [loop]
    assert shown(loop)["entries"][1]["value"]["items"][0]["text"] == "contains itself"
    assert '"n": 1' in as_copied(Part("", loop), Secrets())


def deep(levels: int) -> Any:
    value: Any = "core"
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [
        "x" * 1_000_000,
        {f"key {n}": "v" * 90 for n in range(10_000)},
        [{str(n): "x" * 5_000 for n in range(50)} for _ in range(50)],
        deep(1_000),
        ["\ud800" * 100_000],
        [[[[[0] * 50] * 50] * 50] * 50] * 50,
        [AIMessage("word " * 700) for _ in range(300)],
    ],
    ids=["text", "keys", "wide", "deep", "surrogates", "bushy", "messages"],
)
def test_a_large_value_is_small_and_quick(value: Any) -> None:
    shown("warm")
    shown([AIMessage("warm")])
    took: list[float] = []
    for _ in range(3):
        began = time.thread_time()  # not that of others
        view = shown(value)
        took.append(time.thread_time() - began)
        assert len(json.dumps(view)) < 200_000
    assert min(took) < 0.25, took  # with room for a slow machine; 50 ms on ours, see `benchmarks/`
    assert len(as_copied(Part("", value), Secrets())) <= 2_000_001


leaves = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(categories=["L", "Cs", "Cc", "S"]))
    | st.binary() | st.builds(Raises) | st.builds(Lies, a=st.integers()) | st.dates() | st.builds(HumanMessage, content=st.text())
)  # fmt: skip
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner) | st.tuples(inner, inner),
    max_leaves=40,
)


@given(values)
@settings(max_examples=150, deadline=None)
def test_whatever_a_value_is_it_can_be_shown_and_copied(value: Any) -> None:
    view = shown(value)
    assert len(json.dumps(view)) < 3 * CHARACTERS
    as_copied(Part("", value), Secrets()).encode()


@given(values, values)
@settings(max_examples=150, deadline=None)
def test_whatever_became_of_a_value_can_be_told(before: Any, after: Any) -> None:
    views = change_views([Change("key", before, after)], "t", Values(Secrets()))
    for view in views:
        _CHANGE.validate_python(json.loads(json.dumps(view, allow_nan=False)), extra="forbid")


@given(st.lists(st.integers(0, 5), max_size=12), st.lists(st.integers(0, 5), max_size=12))
def test_what_is_said_to_be_appended_is_all_that_is_new(before: list[int], new: list[int]) -> None:
    after = before + new
    views: Any = change_views([Change("key", before, after)], "t", Values(Secrets()))
    if not new:
        assert views == []
        return
    assert views[0]["kind"] == "appended"
    assert [int(item["text"]) for item in views[0]["after"]["view"]["items"]] == new


def changed(*args: Any) -> Any:
    return change_views(*args)


def test_frames_and_arrays_are_compared_as_wholes() -> None:
    assert same(pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [1]}))
    assert not same(pl.DataFrame({"a": [1]}), pl.DataFrame({"a": [2]}))
    assert same(np.array([1, 2]), np.array([1, 2]))
    assert not same(np.array([1, 2]), np.array([1]))
    assert not same(Raises(), Raises())
    assert not same(1, True)


def test_a_change_in_the_middle_of_a_list_is_told_where_it_is() -> None:
    before, after = list(range(10)), [*range(4), 40, *range(5, 10)]
    view, *_ = changed([Change("key", before, after)], "t", Values(Secrets()))
    assert [(one["key"], one["kind"]) for one in view["entries"]] == [("4", "changed")]
    assert view["same"] == 9
    assert (view["entries"][0]["before"]["value"], view["entries"][0]["after"]["value"]) == (
        "t/before:0.4",
        "t/after:0.4",
    )
    other, *_ = changed([Change("key", [1, 2, 3], [4, 5, 6])], "t", Values(Secrets()))
    assert "entries" not in other


def test_what_was_not_there_is_added() -> None:
    [view] = change_views([Change("key", NOTHING, [])], "t", Values(Secrets()))
    assert view["kind"] == "added"


def test_a_secret_is_dots_in_whatever_text_it_stands() -> None:
    secrets = Secrets()
    secrets.add({"token": "hunter2", "pin": 12345, "short": "abc"})
    view = entries(
        shown(
            {"hunter2": "xhunter2x", "n": 12345, "s": "abc", "t": "abcd", "f": pd.DataFrame({"a": ["hunter2"]})},
            secrets,
        )
    )
    assert view["••••••"]["text"] == "x••••••x"
    assert (view["n"], view["s"], view["t"]["text"]) == ({"kind": "secret"}, {"kind": "secret"}, "abcd")
    assert view["f"]["rows"] == [["••••••"]]
    # Also where the text is cut in the middle of it.
    assert "hunt" not in shown("x" * 1_997 + "hunter2", secrets)["text"]
