"""Whether a question asks for a secret, by what its author says: so it stays one, whatever control somebody gives it."""

from __future__ import annotations

from typing import Any

from ..fields import from_type, is_secret
from ..requests import Request
from .payload import as_dict

_SCHEMA_KEYS = ("responseSchema", "response_schema")


def asks_for_secret(request: Request) -> bool:
    """Whether the answer of a request holds a secret.

    >>> schema = {"type": "string", "format": "password"}
    >>> asks_for_secret(Request("1", "ask", "ask", ("ask",), "Token?", response_schema=schema))
    True
    """
    return says_secret(request.payload, request.response_schema) or _is_secret_type(request.value_type)


def says_secret(payload: Any, response_schema: Any) -> bool:
    """Whether an interrupt says so itself: its schema, the one in its payload, the constraints of `ask_node`."""
    said = as_dict(payload)
    if said is None:
        return is_secret(response_schema)
    schemas = [response_schema, *(said.get(key) for key in _SCHEMA_KEYS)]
    constraints = as_dict(said.get("constraints")) or {}
    return any(map(is_secret, [*schemas, constraints.get("json_schema_extra")]))


def secret_keys(annotations: Any) -> frozenset[str]:
    """The keys of a state whose values hold secrets.

    Args:
        annotations: the types by key.
    """
    return frozenset(key for key, annotation in annotations.items() if _is_secret_type(annotation))


def _is_secret_type(type_: Any) -> bool:
    try:
        return type_ is not None and is_secret(from_type(type_).schema)
    except TypeError:  # an annotation that Pydantic does not know
        return False
