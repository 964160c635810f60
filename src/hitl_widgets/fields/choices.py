"""The choices that people write down → JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import ControlError
from .from_code import as_json
from .schema import Schema
from .values import is_object

_LABELS = ("label", "title", "name", "text")


def choice_schema(options: Sequence[Any] | Mapping[str, Any]) -> Schema:
    """The schema of one of several choices.

    Args:
        options: the values; or their values by label; or dicts with a `value` and a `label` (or `title`, `name`).

    Raises:
        ControlError: there is nothing to choose from.

    >>> choice_schema(["a", "b"])
    {'enum': ['a', 'b']}
    >>> choice_schema([{"value": 1, "label": "One"}])
    {'anyOf': [{'const': 1, 'title': 'One'}]}
    """
    if isinstance(options, str) or not options:
        raise ControlError(f"A choice needs at least one option in a list, not {options!r}.")
    if isinstance(options, Mapping):
        return {"anyOf": [{"const": as_json(value), "title": str(label)} for label, value in options.items()]}
    values = [as_json(option) for option in options]
    if not any(map(is_object, values)):
        return {"enum": values}
    return {"anyOf": [_constant(value) for value in values]}


def _constant(value: Any) -> Schema:
    if not is_object(value):
        return {"const": value}
    label = choice_label(value)
    constant: Schema = {"const": _value(value)}
    return constant if label is None else {**constant, "title": label}


def choice_label(option: Mapping[str, Any]) -> str | None:
    """The label of a choice that is written as a dict with a value."""
    return next((option[name] for name in _LABELS if isinstance(option.get(name), str)), None)


def choice_values(options: Sequence[Any] | Mapping[str, Any]) -> list[Any]:
    """The values of choices, as they were given."""
    if isinstance(options, Mapping):
        return list(options.values())
    return [_value(option) for option in options]


def _value(option: Any) -> Any:
    return option["value"] if is_object(option) and "value" in option else option
