"""A value as it is shown to who looks into a node or a step: a tree with limits."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from .markdown import MarkdownNode


class TextValue(TypedDict):
    """A text, from character `first` on; where `total` is more than is here, a `LookAtValue` brings the rest."""

    kind: Literal["text"]
    text: str
    first: int
    total: int


class PlainValue(TypedDict):
    """A value that is never long. Numbers are texts: JSON has no large ones, and no `nan`."""

    kind: Literal["number", "boolean", "null"]
    text: str


class SecretValue(TypedDict):
    """A value that is not told."""

    kind: Literal["secret"]


class OpaqueValue(TypedDict):
    """A value of a type that is not taken apart: its type, and how it shows itself, cut."""

    kind: Literal["opaque"]
    type: str
    text: str


class FoldedValue(TypedDict):
    """A value that is there and was not sent: a `LookAtValue` brings it."""

    kind: Literal["folded"]
    type: str
    summary: str
    """What there is of it, `12 entries`; may be empty."""


class ListValue(TypedDict):
    """Some of the items of a list, a tuple or a set, from the one at `first` on."""

    kind: Literal["list"]
    type: str
    first: int
    total: int
    items: list[ValueView]


class EntryView(TypedDict):
    key: str
    value: ValueView


class MapValue(TypedDict):
    """Some of the entries of a mapping (`map`), or of the fields of an object (`object`), from the one at `first` on."""

    kind: Literal["map", "object"]
    type: str
    first: int
    total: int
    entries: list[EntryView]


class MarkdownValue(TypedDict):
    """What a message says."""

    kind: Literal["markdown"]
    nodes: list[MarkdownNode]
    total: int
    """Characters of all of it."""
    cut: bool
    """Not all of it is here; a `LookAtValue` brings it as a text."""


class CallView(TypedDict):
    """A call of a tool that a message asks for."""

    name: str
    arguments: ValueView


class MessageValue(TypedDict):
    """A message of a chat."""

    kind: Literal["message"]
    role: str
    """`human`, `ai`, `system`, `tool`, ..."""
    name: NotRequired[str]
    content: list[ValueView]
    calls: list[CallView]
    failed: NotRequired[bool]
    """Of `tool`: the tool has failed."""


class ColumnHead(TypedDict):
    name: str
    numeric: bool


class TableValue(TypedDict):
    """Some of the rows of a data frame or an array, from the one at `first` on."""

    kind: Literal["table"]
    type: str
    shape: list[int]
    """Of all of it."""
    columns: list[ColumnHead]
    """The first ones."""
    first: int
    total: int
    rows: list[list[str | None]]


class ImageValue(TypedDict):
    kind: Literal["image"]
    type: str
    url: str
    """`data:`"""
    width: int | None
    """CSS px at which it has its own size, with `height`."""
    height: int | None


ValueView = Annotated[
    TextValue
    | PlainValue
    | SecretValue
    | OpaqueValue
    | FoldedValue
    | ListValue
    | MapValue
    | MarkdownValue
    | MessageValue
    | TableValue
    | ImageValue,
    Field(discriminator="kind"),
]
"""A value as it is shown: a tree with limits."""


class ShownValue(TypedDict):
    """A value, and what a `LookAtValue` calls it.

    What is inside of it has the same name, a dot and its position: `<value>.3` is the fourth item or entry. Of a message,
    `c0` is the first part of its content and `a0` are the arguments of its first call.
    """

    value: str
    view: ValueView
