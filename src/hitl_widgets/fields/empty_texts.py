"""An empty text says that nothing was entered, but where a form starts with empty texts they may stay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..protocol import FieldView
from .values import is_list, is_object


def let_be_empty(field: FieldView, reply: Any, definitions: Mapping[str, FieldView]) -> None:
    """Allow the empty text in the text fields that have one in the reply from which a field starts."""
    while field["type"] == "ref":
        field = definitions[field["ref"]]
    if field["type"] == "text":
        if reply == "" and field["min_length"] is None:
            field["min_length"] = 0
        return
    for inner, inner_reply in _inside(field, reply):
        let_be_empty(inner, inner_reply, definitions)


def _inside(field: FieldView, reply: Any) -> Iterator[tuple[FieldView, Any]]:
    match field["type"]:
        case "object" if is_object(reply):
            for named in [*field["fields"], *field.get("rest", ())]:
                yield named["field"], reply.get(named["name"])
        case "list" if is_list(reply):
            yield from ((field["item"], item) for item in reply)
        case "tuple" if is_list(reply):
            yield from zip(field["places"], reply, strict=True)
        case "map" if is_list(reply):
            yield from ((field["value"], inner) for _, inner in reply)
        case "union" if is_object(reply):
            yield field["branches"][reply["branch"]]["field"], reply["value"]
        case _:
            return
