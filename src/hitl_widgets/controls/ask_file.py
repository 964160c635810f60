"""`hitl.ask` for a file: the control that picks one, by the rules that the question's own code has set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

from ..control import Control
from ..fields import Schema
from ..files import KEYWORD, FileRules, given
from ..protocol import FieldView


def held_to_folder(control: Control, schema: Schema) -> Control:
    """The control of a question of ours, with what it says of its files, if it asks for any.

    Only here: a schema that somebody else has written must not open other folders to the browser, nor take uploads.
    """
    rules = _rules_in(schema)
    if rules is None or control.view["kind"] != "form":
        return control
    field = cast("FieldView", dict(control.view["field"]))
    _put(rules, field)
    return replace(control, view={**control.view, "field": field}, parse=_portable(rules, control.parse))


def _rules_in(schema: Any) -> FileRules | None:
    """What `asking/files.py` has put into the schema of a path, of a list of paths, or of one that may be null."""
    if not isinstance(schema, dict):
        return None
    said = cast("Schema", schema)
    if KEYWORD in said:
        return FileRules.from_json(said[KEYWORD])
    inner = [said.get("items"), *said.get("anyOf", ())]
    return next((rules for part in inner if (rules := _rules_in(part)) is not None), None)


def _put(rules: FileRules, field: FieldView) -> None:
    if field["type"] == "list":
        field["item"] = cast("FieldView", dict(field["item"]))
        _put(rules, field["item"])
    elif field["type"] == "file":
        rules.put_into(field)


def _portable(rules: FileRules, parse: Callable[[Any], Any] | None) -> Callable[[Any], Any]:
    """An answer in the one form that is the same wherever the folder is."""

    def written(value: Any) -> Any:
        if isinstance(value, list):
            return [written(one) for one in cast("list[Any]", value)]
        return given(rules, value) if isinstance(value, str) else value

    return lambda value: written(value) if parse is None else parse(written(value))
