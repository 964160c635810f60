"""What a graph's state schema says of its keys."""

from __future__ import annotations

import inspect
from typing import Any, get_type_hints

from pydantic import BaseModel


def annotated_keys(schema: Any) -> dict[str, Any]:
    """The annotation of each key of a state schema; none, if it is no class or cannot be evaluated.

    >>> annotated_keys({"no": "class"})
    {}
    """
    if not inspect.isclass(schema):
        return {}
    if issubclass(schema, BaseModel):
        # With what `Field(ge=0)` on its right-hand side says, which the type hints leave out.
        return {key: field.rebuild_annotation() for key, field in schema.model_fields.items()}
    try:
        return get_type_hints(schema, include_extras=True)
    except Exception:  # noqa: BLE001  an annotation that cannot be evaluated
        return {}
