"""What a form is made of: a field for each kind of value."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict


class Option(TypedDict):
    """One choice: what is shown, and the JSON value that it stands for."""

    label: str
    value: Any
    image: NotRequired[str]
    """The name of an asset that is shown with the label."""


class _Field(TypedDict):
    label: str
    help: str | None
    required: bool
    """Inside an object: whether the key must be there. A field that is not required and is left empty is left out."""
    nullable: bool
    """Left empty, a nullable required field is sent as `null`."""
    default: NotRequired[Any]
    """The reply to start from, which goes back as it came (`null` too) if nobody touches it; absent: start empty."""
    example: NotRequired[str]
    """Shown while the field is empty."""
    read_only: NotRequired[bool]
    """Shown, not changed; left empty, it is left out."""
    unmarked: NotRequired[bool]
    """Nothing beside its label says that it may be left empty: another can be filled in its place, or all may be."""
    definitions: NotRequired[dict[str, FieldView]]
    """On the outermost field: what its `RefField`s mean."""


class TextField(_Field):
    type: Literal["text"]
    format: Literal["email", "url", "password", "uuid", "duration", "color", "markdown"] | None
    multiline: bool
    min_length: int | None
    max_length: int | None
    pattern: str | None
    """An ECMA 262 regular expression, unanchored."""
    compare: NotRequired[str]
    """With `multiline`: the proposal; how the text differs from it is shown."""


class NumberField(_Field):
    type: Literal["number"]
    integer: bool
    minimum: float | None
    maximum: float | None
    exclusive_minimum: float | None
    exclusive_maximum: float | None
    multiple_of: float | None


class BooleanField(_Field):
    type: Literal["boolean"]


class ChoiceField(_Field):
    """One of several; the reply is the option's value."""

    type: Literal["choice"]
    options: list[Option]


class ChoicesField(_Field):
    """Several of many; the reply is a list of the options' values, in the options' order."""

    type: Literal["choices"]
    options: list[Option]
    min_items: int | None
    max_items: int | None


class RankField(_Field):
    """All of the options, in an order that a person decides; the reply is the list of their values."""

    type: Literal["rank"]
    options: list[Option]


class FileField(_Field):
    """A path on the kernel's machine; the reply is its text, as Python would open it there."""

    type: Literal["file"]
    kind: Literal["file", "folder", "any"]
    source: str
    """What a `ListFolder` or an `UploadPart` names it by."""
    folder: str
    """Where one may look, from the working folder (`.`); the reply starts with it."""
    suffixes: list[str]
    """What a file's name must end with, in any case; empty: anything."""
    upload: int | None
    """How many bytes a file may have that is uploaded; `None`: nothing can be."""
    into: str
    """Where uploads go, from `folder`."""


class _Moment(_Field):
    """Bounds are written as replies are, with an offset or without one."""

    minimum: NotRequired[str | None]
    maximum: NotRequired[str | None]
    exclusive_minimum: NotRequired[str | None]
    exclusive_maximum: NotRequired[str | None]


class DateField(_Moment):
    """The reply is `YYYY-MM-DD`."""

    type: Literal["date"]


class DateTimeField(_Moment):
    """The reply is RFC 3339 with the browser's own offset, `2026-11-22T10:00:00+01:00`."""

    type: Literal["datetime"]


class TimeField(_Moment):
    """The reply is `HH:MM:SS`, with the offset that the default had, if any."""

    type: Literal["time"]


class ObjectField(_Field):
    type: Literal["object"]
    fields: list[NamedField]
    rest: NotRequired[list[NamedMap]]
    """For the keys that have no field of their own; each map is in the reply under a name that no field has."""


class ListField(_Field):
    """Items that are added, removed and put in order; the reply is the list of theirs."""

    type: Literal["list"]
    item: FieldView
    min_items: int | None
    max_items: int | None
    unique: bool


class TupleField(_Field):
    """So many values, each of its own kind; the reply is the list of theirs."""

    type: Literal["tuple"]
    places: list[FieldView]


class MapField(_Field):
    """Keys that a person names; the reply is a list of `[key, reply]`, so that it can say which key is there twice."""

    type: Literal["map"]
    value: FieldView
    keys: list[str] | None
    """The only keys that may be used, if there are such."""
    key_pattern: str | None
    """An ECMA 262 regular expression, unanchored."""
    taken: NotRequired[list[str]]
    """The keys that have fields of their own beside the map."""
    elsewhere: NotRequired[list[str]]
    """Patterns of the keys that belong into another map beside this one."""
    min_items: int | None
    max_items: int | None


class Branch(TypedDict):
    """One of the kinds of value of a `UnionField`."""

    label: str
    field: FieldView
    constants: dict[str, Any]
    """The keys that tell this branch from the others; they are not drawn, and come into the answer by themselves."""


class UnionField(_Field):
    """A value of one of several kinds; the reply is `{"branch": index, "value": reply}`."""

    type: Literal["union"]
    branches: list[Branch]


class RefField(_Field):
    """A field of `definitions` again, with the words of this place; how a tree has trees inside it.

    Where an object holds itself, it is drawn only once somebody asks for it.
    """

    type: Literal["ref"]
    ref: str


class JsonField(_Field):
    """What nothing else can draw. The reply is the **text** of a JSON value, so that no digit is lost on the way."""

    type: Literal["json"]
    default_text: str | None
    """The default, as indented JSON; `default` is not used, but for a null that is shown as an empty field."""


FieldView = Annotated[
    TextField
    | NumberField
    | BooleanField
    | ChoiceField
    | ChoicesField
    | RankField
    | FileField
    | DateField
    | DateTimeField
    | TimeField
    | ObjectField
    | ListField
    | TupleField
    | MapField
    | UnionField
    | RefField
    | JsonField,
    Field(discriminator="type"),
]


class NamedField(TypedDict):
    """A key of an object and the field for its value."""

    name: str
    field: FieldView


class NamedMap(TypedDict):
    """A map for other keys of an object, and its name in the reply."""

    name: str
    field: MapField
