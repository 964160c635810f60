"""Lists of models, discriminated unions, maps, tuples and trees: real types, from their form to the graph."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import uuid
from typing import Annotated, Any, Literal, NotRequired

import pytest
from pydantic import BaseModel, Field, SecretStr, TypeAdapter, field_validator
from typing_extensions import TypedDict

from hitl_widgets import Control
from hitl_widgets.errors import InvalidAnswerError
from hitl_widgets.fields import decode, default_reply, encode, field_for, validate


class Line(BaseModel):
    sku: str
    count: int = Field(ge=1, le=9)


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int


class Dog(BaseModel):
    kind: Literal["dog"]
    good: bool = True


class Tree(BaseModel):
    name: str
    children: list[Tree] = []


class Add(BaseModel):
    op: Literal["add"] = "add"
    left: Expression
    right: Expression


class Number(BaseModel):
    op: Literal["number"] = "number"
    value: float


Expression = Annotated[Add | Number, Field(discriminator="op")]
Add.model_rebuild()


class Trip(TypedDict):
    to: str
    stops: NotRequired[list[str]]


@dataclasses.dataclass
class Point:
    at: tuple[float, float]
    names: dict[str, str]


class Size(enum.Enum):
    SMALL = "s"
    LARGE = "l"


TYPES: list[Any] = [
    (list[Line], "list", [{"sku": "a", "count": 1}, {"sku": "b", "count": 9}]),
    (Annotated[Cat | Dog, Field(discriminator="kind")], "union", {"kind": "cat", "lives": 9}),
    (Cat | Dog, "union", {"kind": "dog", "good": False}),
    (list[Cat | Dog], "list", [{"kind": "dog", "good": True}, {"kind": "cat", "lives": 1}]),
    (dict[str, float], "map", {"a": 0.5, "b/c": 2.0}),
    (dict[Size, int], "map", {"s": 1}),
    (dict[str, Line], "map", {"a": {"sku": "a", "count": 1}}),
    (tuple[int, str], "tuple", [1, "a"]),
    (tuple[float, ...], "list", [1.5, 2.5]),
    (set[int], "list", [1, 2]),
    (Tree, "object", {"name": "a", "children": [{"name": "b", "children": [{"name": "c", "children": []}]}]}),
    (Add, "object", {"op": "add", "left": {"op": "number", "value": 1.0},
                     "right": {"op": "add", "left": {"op": "number", "value": 2.0},
                               "right": {"op": "number", "value": 3.0}}}),
    (Trip, "object", {"to": "Rome", "stops": ["Pisa"]}),
    (Point, "object", {"at": [1.0, 2.0], "names": {"en": "here"}}),
    (int | str, "union", 3),
    (int | str, "union", "three"),
    (int | list[str] | None, "union", ["a"]),
    (int | list[str] | None, "union", None),
    (dt.date | Line, "union", "2026-01-02"),
    (uuid.UUID, "text", str(uuid.UUID(int=5))),
    (dt.timedelta, "text", "P1DT2H"),
    (list[list[int]], "list", [[1], [], [2, 3]]),
]  # fmt: skip


@pytest.mark.parametrize(("type_", "kind", "value"), TYPES)
def test_a_value_of_a_real_type_is_entered_and_accepted(type_: Any, kind: str, value: Any) -> None:
    control = Control.form(type_)
    assert control.view["kind"] == "form"
    field = control.view["field"]
    assert field["type"] == kind
    adapter: TypeAdapter[Any] = TypeAdapter(type_)
    assert adapter.validate_python(control.resume_value(encode(field, value))) == adapter.validate_python(value)
    started = Control.form(type_, default=value)
    assert adapter.validate_python(started.default_reply()) == adapter.validate_python(value)


WRONG: list[Any] = [
    (list[Line], [{"sku": "a", "count": 1}, {"sku": "", "count": 0}],
     {"1/sku": "Please fill this in.", "1/count": "Must be at least 1."}),
    (Annotated[list[int], Field(min_length=1)], [], {"": "At least 1 item."}),
    (set[int], [1, 1], {"1": "The same as an item above."}),
    (Cat | Dog, {"branch": 0, "value": {}}, {"lives": "Please fill this in."}),
    (Cat | Dog, None, {"": "Please choose one."}),
    (dict[str, int], [["", 1], ["a", "x"]], {"key 1": "Please fill this in.", "a": "Not a whole number."}),
    (dict[Size, int], [["m", 1]], {"key 1": "Not one of the keys."}),
    (tuple[int, str], ["x", "y"], {"0": "Not a whole number."}),
    (Tree, {"name": "a", "children": [{"name": "b", "children": [{"name": ""}]}]},
     {"children/0/children/0/name": "Please fill this in."}),
]  # fmt: skip


@pytest.mark.parametrize(("type_", "reply", "errors"), WRONG)
def test_what_is_wrong_with_a_part_is_said_at_that_part(type_: Any, reply: Any, errors: dict[str, str]) -> None:
    with pytest.raises(InvalidAnswerError) as refused:
        Control.form(type_).resume_value(reply)
    assert refused.value.fields == errors


class Even(BaseModel):
    number: int

    @field_validator("number")
    @classmethod
    def is_even(cls, number: int) -> int:
        if number % 2:
            raise ValueError("Must be even.")
        return number


@pytest.mark.parametrize(
    ("type_", "answer", "path"),
    [
        (Even | Cat, {"number": 1}, "number"),
        (list[Cat | Even], [{"number": 2}, {"number": 1}], "1/number"),
        (dict[str, list[Even]], {"a/b": [{"number": 1}]}, "a/b/0/number"),
        (tuple[int, Even], [1, {"number": 1}], "1/number"),
    ],
)
def test_what_a_types_own_validator_says_is_said_at_its_field(type_: Any, answer: Any, path: str) -> None:
    control = Control.form(type_)
    with pytest.raises(InvalidAnswerError) as refused:
        control.resume_value(encode(control.view["field"], answer))  # pyright: ignore[reportTypedDictNotRequiredAccess]
    assert refused.value.fields == {path: "Must be even."}


def test_what_is_wrong_in_one_kind_of_object_is_said_there() -> None:
    schema = TypeAdapter(list[Cat | Dog]).json_schema()
    assert validate(schema, [{"kind": "cat"}]) == {"0/lives": "Please fill this in."}


def drawn(type_: Any, **options: Any) -> Any:
    return field_for(TypeAdapter(type_).json_schema(), **options)


def labels(field: Any) -> list[str]:
    return [branch["label"] for branch in field["branches"]]


def test_branches_are_called_by_their_titles_and_kinds() -> None:
    assert labels(drawn(Cat | Dog)) == ["Cat", "Dog"]
    assert labels(drawn(int | str | list[int])) == ["Whole number", "Text", "List"]
    assert labels(drawn(list[int] | list[str])) == ["List", "List (2)"]
    tagged = {"oneOf": [{"properties": {"t": {"const": tag}}} for tag in ("x", "y")]}
    assert labels(field_for(tagged)) == ["x", "y"]


def test_the_key_that_tells_branches_apart_is_not_asked_for() -> None:
    cat = drawn(Cat | Dog)["branches"][0]
    assert cat["constants"] == {"kind": "cat"}
    assert [named["name"] for named in cat["field"]["fields"]] == ["lives"]


@pytest.mark.parametrize("value", ["01234", "7", 7, "seven", "0"])
def test_a_text_of_digits_in_a_union_with_a_number_stays_a_text(value: int | str) -> None:
    form = Control.form(
        {"type": "object", "properties": {"zip": {"type": ["integer", "string"]}}}, default={"zip": value}
    )
    assert form.default_reply() == {"zip": value}
    assert type(form.default_reply()["zip"]) is type(value)


def test_a_union_starts_with_the_branch_that_its_default_fits() -> None:
    assert drawn(int | str, default="x")["default"] == {"branch": 1, "value": "x"}
    assert drawn(Cat | Dog, default={"kind": "dog", "good": False})["default"] == {
        "branch": 1,
        "value": {"good": False},
    }
    assert "default" not in drawn(int | str)


@pytest.mark.parametrize(
    "type_", [list[SecretStr], dict[str, SecretStr], int | SecretStr, tuple[SecretStr, int], list["Vault"]]
)
def test_a_secret_at_any_depth_keeps_the_answer_secret(type_: Any) -> None:
    assert Control.form(list[Vault] if type_ == list["Vault"] else type_).secret


class Vault(BaseModel):
    inner: list[Vault] = []
    password: SecretStr | None = None


def test_a_default_with_a_secret_in_it_stays_in_the_kernel() -> None:
    for type_, default in ((list[SecretStr], ["hunter2"]), (dict[str, Vault], {"a": {"password": "hunter2"}})):
        assert "hunter2" not in repr(drawn(type_, default=default))


def test_numbers_inside_json_keep_every_digit() -> None:
    field = field_for({"type": "array", "items": {"not": {}}}, default=[2**60, 1.0])
    assert field["type"] == "list"
    assert default_reply(field) == [str(2**60), "1.0"]
    assert repr(decode(field, default_reply(field))) == repr([2**60, 1.0])


def test_what_is_read_only_is_shown_and_kept() -> None:
    schema = {"properties": {"id": {"type": "string", "readOnly": True}, "n": {"type": "integer"}}, "required": ["id"]}
    field: Any = field_for(schema, default={"id": "x", "n": 1})
    assert field["fields"][0]["field"]["read_only"] is True
    assert decode(field, default_reply(field)) == {"id": "x", "n": 1}


def test_an_example_is_shown_while_the_field_is_empty() -> None:
    assert field_for({"type": "string", "examples": ["AB-1"]}).get("example") == "AB-1"
    assert field_for({"type": "integer", "examples": [7]}).get("example") == "7"
