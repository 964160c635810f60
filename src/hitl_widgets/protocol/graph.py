"""The laid out graph."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict


class NodeBox(TypedDict):
    """Where a node is drawn; px, the top left corner is (`x`, `y`), the drawing starts at (0, 0)."""

    id: str
    """LangGraph's drawable id; a node of a nested graph is `parent:child`."""
    label: str
    kind: Literal["start", "end", "node", "group"]
    """`group`: a nested graph, drawn as a frame around its nodes; it can be folded."""
    x: float
    y: float
    width: float
    height: float
    folded: NotRequired[int]
    """It is a nested graph with so many nodes, drawn as one; it can be unfolded."""


class EdgePath(TypedDict):
    """How an edge is drawn: a polyline from the border of `source` to the border of `target`."""

    id: str
    source: str
    target: str
    points: list[list[float]]
    conditional: bool
    label: str | None
    label_at: list[float]
    """The middle of its label; of one without a label, of what says how often it was taken."""


class GraphView(TypedDict):
    """The laid out graph. Groups come before the nodes inside them, so drawing in order is right."""

    nodes: list[NodeBox]
    edges: list[EdgePath]
    width: float
    height: float
