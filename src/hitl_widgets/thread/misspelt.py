"""Keys of an input that LangGraph drops without a word, where another one was meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, cast

from langgraph.managed.base import is_managed_value
from pydantic import BaseModel

from ..texts.clipped import clipped
from ..texts.odd import spelled

_ROOT = "__root__"
"""The one channel of a state that is no dict (langgraph 1.2.24)."""
_LONGEST = 80


def misspelt(graph: Any, given: Any) -> Iterator[str]:
    """What to say of an input, a sentence a key. Of a key that is like no other nothing: it may be left over on purpose.

    Args:
        graph: the graph.
        given: its input.

    >>> from typing import TypedDict
    >>> from langgraph.graph import START, StateGraph
    >>> Trip = TypedDict("Trip", {"budget": int, "place": str})
    >>> graph = StateGraph(Trip).add_node("go", lambda state: {}).add_edge(START, "go").compile()
    >>> [*misspelt(graph, {"buget": 3, "note": "x"})]
    ["The graph's input has no key 'buget', and LangGraph leaves it out without a word. Is 'budget' meant?"]
    >>> [*misspelt(graph, {"budget": 3, "budgets": 4})]
    []
    """
    known = _keys(graph)
    if not known or not isinstance(given, Mapping):
        return
    keys = [key for key in cast("Mapping[Any, Any]", given) if isinstance(key, str)]
    left = sorted(known.difference(keys))
    for key in keys:
        if key not in known and (meant := get_close_matches(key, left, n=1)):
            yield spelled(
                f"The graph's input has no key {clipped(key, _LONGEST)!r}, and LangGraph leaves it out without a word. "
                f"Is {meant[0]!r} meant?"
            )


def _keys(graph: Any) -> frozenset[str]:
    """The keys that a graph takes of its input; none where that is no dict, or a model that may call them otherwise."""
    builder = getattr(graph, "builder", None)
    model = getattr(builder, "input_schema", None)
    if model is None or (isinstance(model, type) and issubclass(model, BaseModel)):
        return frozenset()
    channels: Mapping[str, Any] = getattr(builder, "schemas", {}).get(model, {})
    keys = {name for name, channel in channels.items() if not is_managed_value(channel)}
    return frozenset(keys - {_ROOT})
