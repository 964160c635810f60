"""Values that a schema allows, by hypothesis-jsonschema, and what it needs beside it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import hypothesis_jsonschema
from hypothesis import strategies as st
from hypothesis.internal.conjecture import utils
from hypothesis_jsonschema import _from_schema

from hitl_widgets.fields import from_type

from .collected_schemas import Line


class _Many:
    """Hypothesis' `many` as hypothesis-jsonschema 0.23.1 (its last) uses it; hypothesis 6.170 has no `more` any longer."""

    def __init__(self, *sizes: Any, **options: Any) -> None:
        self._elements: Any = utils.many(*sizes, **options).__enter__()
        self._steps = iter(self._elements)

    def more(self) -> bool:
        for _ in self._steps:
            return True
        self._elements.__exit__(None, None, None)
        return False

    def reject(self, *why: Any) -> None:
        self._elements.reject(*why)


class _Utils:
    many = utils.many if hasattr(utils.many, "more") else _Many


_from_schema.cu = _Utils  # pyright: ignore[reportPrivateImportUsage]

_merged = _from_schema.merged_as_strategies
_merged_before: dict[str, tuple[Any, st.SearchStrategy[Any]]] = {}


def _merged_once(schemas: list[Any], **options: Any) -> st.SearchStrategy[Any]:
    """What hypothesis-jsonschema makes anew for each value of each property of each object, though it is the same each time."""
    key = json.dumps([schemas, *((name, id(option)) for name, option in options.items())])
    if key not in _merged_before:
        _merged_before[key] = (
            options,
            _merged(schemas, **options),
        )  # `options` are kept: else others may have their ids
    return _merged_before[key][1]


_from_schema.merged_as_strategies = _merged_once

_DEEPEST = 2
_MOST = 3
_NOT_VALUES = {"$ref", "$defs", "definitions", "discriminator", "default", "title", "description", "$schema"}
_FORMATS = {
    "duration": st.sampled_from(["P1D", "PT2H30M", "PT0.5S"]),
    "uuid": st.uuids().map(str),
    "password": st.text("abc", min_size=1, max_size=4),
}
_DECIMAL = from_type(Decimal).schema["anyOf"][1]["pattern"]  # pyright: ignore[reportOptionalSubscript]
_PRICE = from_type(Line).schema["properties"]["price"]["anyOf"][1]["pattern"]  # pyright: ignore[reportOptionalSubscript]
_SKU = from_type(Line).schema["properties"]["sku"]["pattern"]  # pyright: ignore[reportOptionalSubscript]
_SAMPLES = {
    "email": ["ada@example.org", "b.c+d@mail.example.com"],
    "uri": ["https://example.org/a?b=c#d", "http://localhost:8000", "ftp://example.org", "mailto:ada@example.org"],
    _DECIMAL: ["1.5", "0", "-3", "12.345"],
    _SKU: ["AB-1", "XY-42"],
    _PRICE: ["1.5", "0", "12.3"],
}
"""Where those that hypothesis-jsonschema makes are not what Pydantic takes, or seldom are."""
_known: dict[str, st.SearchStrategy[Any]] = {}


def values_of(schema: Any, *, unsaid_keys: bool) -> st.SearchStrategy[Any]:
    """Values that mostly fit a schema; `validate` says whether one does.

    Args:
        schema: JSON Schema.
        unsaid_keys: whether objects have keys of which the schema says nothing, where it allows them.
    """
    key = json.dumps([schema, unsaid_keys])
    if key not in _known:
        draft_7 = _Unrolling(schema, unsaid_keys).read(schema, {})
        _known[key] = hypothesis_jsonschema.from_schema(draft_7, custom_formats=_FORMATS)
    return _known[key]


@dataclass(frozen=True)
class _Unrolling:
    """A schema on its way to what hypothesis-jsonschema knows: draft 7, and nothing that holds itself."""

    root: Any
    unsaid_keys: bool

    def read(self, schema: Any, depth: dict[str, int]) -> Any:
        if isinstance(schema, list):
            return [self.read(part, depth) for part in schema]
        if not isinstance(schema, dict):
            return schema
        reference = schema.get("$ref")
        beside = {name: self.read(part, depth) for name, part in schema.items() if name not in _NOT_VALUES}
        for old, new in (("items", "additionalItems"), ("prefixItems", "items"), ("dependentRequired", "dependencies")):
            if old in beside and (old != "items" or "prefixItems" in beside):
                beside[new] = beside.pop(old)
        if "properties" in beside and not self.unsaid_keys and "allOf" not in self.root:
            beside.setdefault("additionalProperties", False)
        if (samples := _SAMPLES.get(beside.get("format", beside.get("pattern")))) is not None:
            return {"enum": samples}
        if "items" in beside and "maxItems" not in beside:
            beside["maxItems"] = max(beside.get("minItems", 0), _MOST)
        if "additionalProperties" in beside and "properties" not in beside and "maxProperties" not in beside:
            beside["maxProperties"] = max(beside.get("minProperties", 0), _MOST)
        if reference is None:
            return beside
        if depth.get(reference, 0) >= _DEEPEST:
            return False
        found = self.root
        for step in reference[2:].split("/"):
            found = found[step]
        inner = self.read(found, {**depth, reference: depth.get(reference, 0) + 1})
        return {"allOf": [inner, beside]} if beside else inner
