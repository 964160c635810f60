"""What of a graph's state is a secret, by the types of its keys."""

from __future__ import annotations

from typing import Any

from ..controls.secrets import secret_keys
from .state_schema import annotated_keys


def secret_keys_of(graph: Any) -> frozenset[str]:
    """The keys of a graph's own state that hold secrets; none of a graph whose state is not known."""
    return secret_keys(annotated_keys(getattr(getattr(graph, "builder", None), "state_schema", None)))
