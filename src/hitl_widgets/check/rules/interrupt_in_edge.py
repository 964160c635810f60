"""`interrupt-in-edge`: the function of a conditional edge is no node, it is run by the node that the edge leaves.

So that node runs again, as a whole, with the answer (langgraph 1.2.22).
"""

from __future__ import annotations

from collections.abc import Iterator

from ..asks import Ask
from ..findings import Finding
from ..places import Place


def interrupt_in_edge(ask: Ask, place: Place) -> Iterator[Finding]:
    """A question that stands in the function of a conditional edge."""
    if place.kind == "edge":
        wrong = (
            f"{ask.told} asks in the function of a conditional edge, outside of a node: {place.path[-1]!r}, which it leaves, "
            "runs again as a whole with the answer."
        )
        mend = "Ask in a node that writes the answer to the state, and let the edge read it there."
        yield Finding("interrupt-in-edge", "warning", place.node, wrong, mend, ask.file, ask.line)
