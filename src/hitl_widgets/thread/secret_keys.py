"""What of a graph's state is a secret, by the types of its keys."""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Mapping
from typing import Any, cast

from langgraph.types import StateSnapshot

from ..controls.secrets import secret_keys
from ..graph.nested import nested_graphs
from .state_schema import annotated_keys

_found: weakref.WeakKeyDictionary[type, frozenset[str]] = weakref.WeakKeyDictionary()
"""By state schema: to read its types takes some milliseconds, and they are asked for with every pass of a graph."""


def secret_keys_of(graph: Any) -> frozenset[str]:
    """The keys of a graph's own state that hold secrets; none of a graph whose state is not known."""
    schema = getattr(getattr(graph, "builder", None), "state_schema", None)
    if not isinstance(schema, type):
        return frozenset()
    if (found := _found.get(schema)) is None:
        found = _found[schema] = secret_keys(annotated_keys(schema))
    return found


def all_secret_keys_of(graph: Any) -> frozenset[str]:
    """Those of its nested graphs among them."""
    return secret_keys_of(graph).union(*(secret_keys_of(inner) for _, inner in nested_graphs(graph)))


def secrets_in(graph: Any, state: object) -> list[object]:
    """What stands under such keys in an input, or in a thread as it stands, its nested graphs too.

    Args:
        graph: whose state it is.
        state: an input, or a snapshot.
    """
    keys = all_secret_keys_of(graph)
    return (
        [value for values in _states(state) for key in keys if (value := values.get(key)) is not None] if keys else []
    )


def _states(state: object) -> Iterator[Mapping[str, object]]:
    if isinstance(state, StateSnapshot):
        yield from _states(cast("object", state.values))
        for task in state.tasks:
            yield from _states(task.state)
    elif isinstance(state, Mapping):
        yield cast("Mapping[str, object]", state)
    elif (fields := getattr(state, "__dict__", None)) is not None:  # a model, or a dataclass
        yield fields
