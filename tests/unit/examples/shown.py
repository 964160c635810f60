"""What a browser is told of a run: the widget's own traits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import hitl_widgets as hitl


@dataclass(frozen=True)
class Shown:
    """What is drawn, and what it does.

    Attributes:
        boxes: the ids of the nodes that are drawn.
        lines: the edges that are.
        nodes: status and runs of the nodes that are not idle, by id.
        edges: how often the edges were taken that were, by id.
    """

    boxes: list[str]
    lines: list[dict[str, Any]]
    nodes: dict[str, tuple[str, int]]
    edges: dict[str, int]


def shown(session: hitl.Session) -> Shown:
    """What the view of a session at rest shows, with what has appeared in it."""
    widget = session._display.widget
    # All of it now: what is drawn anew, and what is told, would come a moment later by itself.
    widget._push()
    widget._draw_anew()
    widget._push()
    return Shown(
        [box["id"] for box in widget.graph["nodes"]],
        widget.graph["edges"],
        {id: (view["status"], view["runs"]) for id, view in widget.nodes.items()},
        dict(widget.edges),
    )
