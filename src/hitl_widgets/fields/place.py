"""Where a field stands, and what every field says of itself there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NotRequired

from typing_extensions import TypedDict

from ..protocol import JsonField
from .json_text import as_json_text
from .schema import Plain, Schema, allows_null, has_secret
from .values import MISSING, is_list, is_object

LONGEST_LABEL = 300
_LONGEST_HELP = 5_000
LONGEST_JSON = 100_000
"""Characters in a JSON editor; the browser's own text area takes seconds for a megabyte."""


@dataclass(frozen=True)
class Place:
    """Where a field stands."""

    label: str | None
    name: str
    """What the label is made of when nothing else is known."""
    required: bool
    default: Any
    """The JSON value to start from, or `MISSING`."""
    seen: frozenset[str]
    """The references that led here."""
    is_rest: bool = False
    """Whether it is a map for the keys of an object that have no field."""

    def with_own_words(self, own: Schema) -> Place:
        """With what is said at the key itself: a class's title names the class ("Address"), not the key."""
        label = self.label or title_of(own)
        default = own.get("default", MISSING) if self.default is MISSING else self.default
        return replace(self, label=label, default=default)

    def reading(self, read: Plain) -> Place:
        """With what the schema says that the key led to. At the root there is no key, so its title is the label."""
        schema = read.schema
        place = replace(self, seen=read.seen)
        if place.label is None and place.name == "Answer" and isinstance(schema.get("title"), str):
            place = replace(place, label=schema["title"] or None)
        if place.default is not MISSING:
            return place
        return replace(place, default=schema.get("default", schema.get("const", MISSING)))

    def inner(self, name: str, *, required: bool = True, default: Any = MISSING) -> Place:
        """A place inside this one."""
        return Place(label=None, name=name, required=required, default=default, seen=self.seen)


class Common(TypedDict):
    """The keys that every field has, but `default`."""

    label: str
    help: str | None
    required: bool
    nullable: bool
    example: NotRequired[str]
    read_only: NotRequired[bool]


def common(read: Plain, place: Place) -> Common:
    """What every field says of itself."""
    words: Common = {
        "label": shortened(place.label or place.name, LONGEST_LABEL),
        "help": description_of(read.schema),
        "required": place.required,
        "nullable": read.nullable,
    }
    examples = read.schema.get("examples")
    if is_list(examples) and examples and isinstance(examples[0], str | int | float):
        example = examples[0] if isinstance(examples[0], str) else as_json_text(examples[0])
        words["example"] = shortened(example, LONGEST_LABEL)
    if read.schema.get("readOnly") is True:
        words["read_only"] = True
    return words


def json_field(own: Schema, root: Schema, place: Place) -> JsonField:
    """The JSON editor, for what nothing else can draw."""
    nullable = allows_null(own)
    shown = place.default is not MISSING and not (nullable and place.default is None) and not has_secret(own, root)
    field: JsonField = {
        "type": "json",
        "label": shortened(place.label or place.name, LONGEST_LABEL),
        "help": description_of(own),
        "required": place.required,
        "nullable": nullable,
        "default_text": None,
    }
    if shown:
        field["default_text"], too_large = json_start(place.default)
        field["help"] = " ".join(filter(None, (too_large, field["help"]))) or None
    if nullable and place.default is None:
        field["default"] = None
    if own.get("readOnly") is True:
        field["read_only"] = True
    return field


def json_start(value: Any) -> tuple[str | None, str | None]:
    """The text that a JSON editor starts from, or a sentence where that is too large."""
    text = as_json_text(value)
    if len(text) <= LONGEST_JSON:
        return text, None
    return None, f"What it starts from is too large to show ({len(text)} characters of JSON)."


def description_of(schema: Schema) -> str | None:
    description = schema.get("description")
    return shortened(description, _LONGEST_HELP) if isinstance(description, str) and description else None


def shortened(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length]}… ({len(text) - length} more characters)"


def title_of(schema: Any) -> str | None:
    """What a schema calls itself, if anything."""
    title = schema.get("title") if is_object(schema) else None
    return title if isinstance(title, str) and title else None
