"""Schemas as they come: from Pydantic models, TypedDicts, dataclasses and tools, and as people write them by hand."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import uuid
from decimal import Decimal
from typing import Annotated, Any, Literal, NotRequired, Required

from langchain.tools import tool
from pydantic import AnyUrl, BaseModel, ConfigDict, EmailStr, Field
from typing_extensions import TypedDict


class Size(enum.Enum):
    SMALL = "s"
    LARGE = "l"


class Priority(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Address(BaseModel):
    """Where somebody lives."""

    street: str = Field(min_length=1, max_length=40)
    zip_code: str | None = Field(default=None, pattern="^[0-9]{5}$")
    country: Literal["DE", "FR", "IT"] = "DE"


class Line(BaseModel):
    sku: str = Field(pattern=r"^[A-Z]{2}-\d+$")
    count: int = Field(ge=1, le=99)
    price: Decimal = Field(ge=0, decimal_places=2, max_digits=8)
    note: str = ""


class Order(BaseModel):
    id: uuid.UUID
    placed: dt.datetime
    due: dt.date | None = None
    window: tuple[dt.time, dt.time] | None = None
    ship_to: Address
    bill_to: Address | None = None
    lines: list[Line] = Field(min_length=1, max_length=3)
    size: Size = Size.SMALL
    priority: Priority = Priority.LOW
    labels: dict[str, str] = {}
    rush: bool = False


class Nullables(BaseModel):
    """What is `None` may be so by default, or must be said to be."""

    needed: int | None
    count: int | None = 5
    name: str | None = "n"
    flag: bool | None = None
    size: Size | None = None
    tags: list[str] | None = None
    address: Address | None = None
    at: dt.datetime | None = None


class Constrained(BaseModel):
    percent: float = Field(ge=0, le=100)
    positive: float = Field(gt=0)
    even: int = Field(multiple_of=2, lt=20)
    code: str = Field(min_length=2, max_length=4, pattern="^[a-z]+$")
    unique: set[int] = Field(max_length=3)
    pair: tuple[int, str]
    some: list[Annotated[str, Field(max_length=3)]] = Field(default=[], max_length=3)
    at_least_one: dict[str, int] = Field(min_length=1, max_length=3)


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int = Field(ge=0, le=9)


class Dog(BaseModel):
    kind: Literal["dog"]
    good: bool = True
    tricks: list[str] = []


class Owner(BaseModel):
    pet: Annotated[Cat | Dog, Field(discriminator="kind")]
    others: list[Cat | Dog] = []
    favourite: Cat | Dog | None = None


class Tree(BaseModel):
    name: str = Field(min_length=1)
    children: list[Tree] = []


class Link(BaseModel):
    value: int
    next: Link | None = None


class Add(BaseModel):
    op: Literal["add"] = "add"
    left: Expression
    right: Number


class Number(BaseModel):
    op: Literal["number"] = "number"
    value: float


Expression = Annotated[Add | Number, Field(discriminator="op")]
Add.model_rebuild()


class Open(BaseModel):
    """Takes other keys, of any kind."""

    model_config = ConfigDict(extra="allow")
    name: str = Field(min_length=1)
    count: int = 1


class OpenTyped(BaseModel):
    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, int] = Field(init=False)
    name: str = Field(min_length=1)


class Closed(BaseModel, extra="forbid"):
    name: str = Field(min_length=1)
    inner: Open | None = None


class Aliased(BaseModel):
    from_: str = Field(alias="from", min_length=1)
    to_: str = Field(default="x", alias="to")


class Contact(BaseModel):
    email: EmailStr
    site: AnyUrl | None = None
    took: dt.timedelta = dt.timedelta(hours=1)


class Mixed(BaseModel):
    value: int | str | list[float] | None = None
    either: bool | Address
    when: dt.date | dt.datetime | None = None
    anything: Any = None
    matrix: list[list[int]] = []
    by_size: dict[Size, list[int]] = {}
    nested: dict[str, dict[str, bool]] = {}
    pairs: list[tuple[str, int]] = []


class Trip(TypedDict, total=False):
    to: Required[str]
    stops: list[str]
    guide: Address


class Booking(TypedDict):
    trip: Trip
    paid: NotRequired[bool | None]
    price: Decimal


@dataclasses.dataclass
class Point:
    x: float
    y: float = 0.0
    label: str | None = None


@dataclasses.dataclass
class Shape:
    corners: list[Point]
    colour: Literal["red", "green"] = "red"
    meta: dict[str, Any] = dataclasses.field(default_factory=dict[str, Any])


TYPES: list[Any] = [
    Address, Line, Order, Nullables, Constrained, Owner, Tree, Link, Add, Open, OpenTyped, Closed, Aliased, Contact,
    Mixed, Trip, Booking, Point, Shape, Cat | Dog, list[Owner], dict[str, Line], tuple[int, Address], int | None,
    Size | Priority, list[Literal["a", "b", "c"]], dict[str, Any], set[Size], str, float, Decimal, dt.datetime, dt.time,
    bool | None, list[Any], Annotated[list[int], Field(min_length=2, max_length=4)],
]  # fmt: skip


@tool
def search(
    query: str,
    limit: int = 5,
    lang: Literal["en", "de"] = "en",
    filters: dict[str, str] | None = None,
    within: tuple[dt.date, dt.date] | None = None,
) -> str:
    """Search the web."""
    return query


@tool
def book(trip: Trip, pets: list[Cat | Dog], notes: list[str] | None = None) -> str:
    """Book a trip."""
    return repr(trip)


TOOLS: list[Any] = [search, book]

BY_HAND: dict[str, dict[str, Any]] = {
    "MCP: a form": {
        "type": "object",
        "properties": {
            "name": {"type": "string", "minLength": 2, "maxLength": 20},
            "email": {"type": "string", "format": "email"},
            "day": {"type": "string", "format": "date"},
            "guests": {"type": "integer", "minimum": 0, "maximum": 8, "default": 2},
            "share": {"type": "number", "minimum": 0, "maximum": 1},
            "smoking": {"type": "boolean", "default": False},
            "table": {"oneOf": [{"const": "in", "title": "Inside"}, {"const": "out", "title": "Outside"}]},
            "menu": {"type": "string", "enum": ["a", "b"], "enumNames": ["Fish", "None"], "default": "b"},
            "extras": {"type": "array", "items": {"enum": ["cake", "wine", "tea"]}, "maxItems": 2},
            "seats": {
                "type": "array",
                "minItems": 1,
                "uniqueItems": True,
                "items": {"anyOf": [{"const": 1, "title": "One"}, {"const": 2, "title": "Two"}]},
            },
        },
        "required": ["name", "guests", "seats"],
    },
    "fixed fields, then any others": {
        "type": "object",
        "properties": {"name": {"type": "string", "minLength": 1}, "other keys": {"type": "boolean"}},
        "required": ["name"],
        "additionalProperties": True,
    },
    "fixed fields, then others of a kind": {
        "type": "object",
        "properties": {"id": {"type": "integer"}},
        "required": ["id"],
        "additionalProperties": {"type": "object", "properties": {"on": {"type": "boolean"}}, "required": ["on"],
                                 "additionalProperties": False},
    },
    "several patterns of keys": {
        "type": "object",
        "patternProperties": {"^s_": {"type": "string", "minLength": 1}, "^n_": {"type": "number"}},
        "additionalProperties": False,
    },
    "fields, patterns of keys, and the rest": {
        "type": "object",
        "properties": {"a": {"type": "string", "minLength": 1}},
        "patternProperties": {"^s_": {"type": "string", "minLength": 1}, "^n_": {"type": "number"}},
        "additionalProperties": {"type": "boolean"},
    },
    "a key that must be there and is not described": {
        "type": "object",
        "required": ["a", "b"],
        "properties": {"a": {"type": "integer"}},
        "additionalProperties": {"type": "string", "minLength": 1},
    },
    "so many keys, of a kind": {
        "type": "object",
        "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}, "c": {"type": "integer"}},
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 2,
    },
    "keys that are named by a rule": {
        "type": "object",
        "propertyNames": {"minLength": 2, "maxLength": 3},
        "additionalProperties": {"type": "integer"},
    },
    "one of the items": {
        "type": "array",
        "items": {"type": "integer", "minimum": 0, "maximum": 9},
        "contains": {"const": 7},
        "minContains": 1,
        "maxContains": 2,
        "maxItems": 5,
    },
    "one of two keys": {
        "type": "object",
        "properties": {"phone": {"type": "string", "minLength": 1}, "mail": {"type": "string", "minLength": 1}},
        "anyOf": [{"required": ["phone"]}, {"required": ["mail"]}],
        "additionalProperties": False,
    },
    "keys that need each other": {
        "type": "object",
        "properties": {"card": {"type": "string", "minLength": 1}, "address": {"type": "string", "minLength": 1}},
        "dependentRequired": {"card": ["address"]},
        "additionalProperties": False,
    },
    "draft-7: a tuple, definitions, and a nullable": {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "definitions": {"at": {"type": "array", "items": [{"type": "number"}, {"type": "number"}],
                               "minItems": 2, "maxItems": 2}},
        "properties": {"at": {"$ref": "#/definitions/at"}, "by": {"type": ["string", "null"], "minLength": 1}},
        "required": ["at", "by"],
        "additionalProperties": False,
    },
    "parts that all hold": {
        "allOf": [
            {"type": "object", "properties": {"a": {"type": "integer", "minimum": 0}}, "required": ["a"]},
            {"properties": {"a": {"maximum": 9}, "b": {"type": "string", "minLength": 1}}},
        ],
    },
    "moments with bounds": {
        "type": "object",
        "properties": {
            "day": {"type": "string", "format": "date", "formatMinimum": "2000-01-01"},
            "at": {"type": "string", "format": "date-time", "formatMaximum": "2100-01-01T00:00:00Z"},
            "time": {"type": "string", "format": "time", "formatMinimum": "06:00:00Z"},
        },
        "additionalProperties": False,
    },
    "a part that cannot be drawn": {
        "type": "object",
        "properties": {"a": {"not": {"type": "string"}}, "b": {"type": "integer"}},
        "required": ["a", "b"],
        "additionalProperties": False,
    },
    "texts that may be empty": {
        "type": "object",
        "properties": {
            "inner": {
                "type": "object",
                "properties": {"a": {"type": "string", "minLength": 0}, "b": {"type": "string", "minLength": 0}},
                "required": ["a"],
                "additionalProperties": False,
            },
        },
        "required": ["inner"],
        "additionalProperties": False,
    },
}  # fmt: skip
"""Those that Pydantic does not write."""
