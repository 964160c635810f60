"""How large what is drawn is, and what is written on it."""

from __future__ import annotations

from typing import Final

from .text import shorten, shorten_name, text_width
from .topology import Edge, Group, Node

LABEL_SIZE: Final = 13
"""px; the font of nodes."""
SMALL_LABEL_SIZE: Final = 11
"""px; the font of edge labels, of group names, of start and end."""

_NODE_HEIGHT: Final = 36
_NODE_WIDTH: Final = (96, 220)
_NODE_PADDING: Final = 30
"""Left and right of a node's label: room for a status mark and a run count."""
_TERMINAL_HEIGHT: Final = 26
_TERMINAL_PADDING: Final = 12
_EDGE_LABEL_HEIGHT: Final = 16
_EDGE_LABEL_PADDING: Final = 5
_EDGE_LABEL_WIDTH: Final = 160
GROUP_HEADER: Final = 32
"""From a group's top to what is in it; its name stands there, and what folds it, above the run count of a node inside."""
GROUP_PADDING: Final = 14
_GROUP_BESIDE: Final = 40
"""Beside a group's name: its margin, and the button that folds it."""
_GROUP_LARGER: Final = 1.4
"""How much wider a group's name is drawn than its letters are at most: bold, and as large as before where all else is
drawn smaller (`LEAST_SCALE` in size.ts)."""


def label_of(item: Group | Node | Edge) -> str:
    match item:
        case Group():
            return shorten_name(item.name, SMALL_LABEL_SIZE, _NODE_WIDTH[1])
        case Node(kind="node"):
            return shorten_name(item.name, LABEL_SIZE, _NODE_WIDTH[1] - 2 * _NODE_PADDING)
        case Node():
            return item.kind
        case Edge():
            return shorten(item.label or "", SMALL_LABEL_SIZE, _EDGE_LABEL_WIDTH - 2 * _EDGE_LABEL_PADDING)


def size_of(item: Group | Node | Edge) -> tuple[float, float]:
    """Width and height in px; a group's is the least it gets, an edge's is its label's."""
    match item:
        case Group():
            return round(text_width(label_of(item), SMALL_LABEL_SIZE) * _GROUP_LARGER + _GROUP_BESIDE), GROUP_HEADER
        case Node(kind="node"):
            least, most = _NODE_WIDTH
            width = round(text_width(label_of(item), LABEL_SIZE) + 2 * _NODE_PADDING)
            return min(most, max(least, width)), _NODE_HEIGHT
        case Node():
            return _small(item, 2 * _TERMINAL_PADDING), _TERMINAL_HEIGHT
        case Edge():
            return _small(item, 2 * _EDGE_LABEL_PADDING), _EDGE_LABEL_HEIGHT


def _small(item: Node | Edge, padding: float) -> float:
    return round(text_width(label_of(item), SMALL_LABEL_SIZE) + padding)
