"""`hitl.draw`: the picture of a graph alone, offline; live in a notebook."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..driver.choose import is_remote
from ..texts.odd import spelled
from ..view.bundle import MimeBundle, bundled

if TYPE_CHECKING:
    from ..protocol import GraphView, NodeView
    from ..view.drawn import Drawn
    from .widget import DrawingWidget


class Drawing:
    """A graph as a picture; made by `draw`. Live in a notebook, and static on GitHub, in nbviewer and in nbconvert.

    Attributes:
        name: the graph's name.
    """

    def __init__(self, graph: Any) -> None:
        # Reading and laying out wait until somebody looks, but what is no graph is refused here.
        if not hasattr(graph, "get_graph"):
            raise TypeError(
                f"hitl.draw takes a compiled graph, not {type(graph).__name__}"
                + (": write hitl.draw(builder.compile())." if hasattr(graph, "compile") else ".")
            )
        self._graph = graph
        self.name: str = getattr(graph, "name", None) or "graph"

    @cached_property
    def _drawn(self) -> Drawn:
        from ..graph.topology import topology_of
        from ..view.drawn import Drawn

        return Drawn(topology_of(self._graph))

    @cached_property
    def _view(self) -> GraphView:
        # Kept: what somebody folds in the live view is not folded in the picture.
        return self._drawn.view

    @cached_property
    def _nodes(self) -> dict[str, NodeView]:
        return self._drawn.at_rest(self._stops)

    @cached_property
    def _stops(self) -> tuple[tuple[tuple[str, ...], Literal["before", "after"]], ...]:
        from ..thread.compiled_stops import compiled_stops

        return tuple(compiled_stops(self._graph))

    @cached_property
    def _widget(self) -> DrawingWidget:
        from .widget import DrawingWidget

        _ = self._view, self._nodes
        return DrawingWidget(self._drawn, self._stops)

    @property
    def svg(self) -> str:
        """The picture as an SVG document, the same text each time."""
        from ..graph.svg import svg

        return svg(self._view, self._nodes, title=self.name)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the picture as an SVG file."""
        Path(path).write_text(self.svg, encoding="utf-8")

    def __repr__(self) -> str:
        return spelled(f"<hitl.Drawing of {self.name}>")

    def _repr_html_(self) -> str:
        from ..graph.html import picture

        return picture(self._view, self._nodes, title=self.name)

    def _repr_mimebundle_(self, **_: Any) -> MimeBundle:
        return bundled(repr(self), self._repr_html_(), lambda: self._widget)

    def _display_(self) -> Any:
        """What marimo displays."""
        return self._widget


def draw(graph: Any) -> Drawing:
    """The picture of a graph, without a run: its nodes, its edges, and the graphs nested in it.

    It needs no network and no run. As a cell's last expression it is shown: in a notebook as a session's graph is, and
    where there is no kernel as a static picture. Where the graph was compiled to stop has a stop sign. `.svg` is that picture as a document, `.save(path)` writes it.

    Args:
        graph: a compiled graph; anything with LangGraph's `get_graph(xray=True)`. A `RemoteGraph` is asked of its server.

    Raises:
        TypeError: it is no such graph.
        ServerError: its server cannot be reached, or does not have it.

    >>> from typing import TypedDict
    >>> from langgraph.graph import START, StateGraph
    >>> class State(TypedDict, total=False):
    ...     budget: float
    >>> builder = StateGraph(State).add_node("ask", lambda state: {}).add_edge(START, "ask")
    >>> draw(builder.compile()).svg[:4]
    '<svg'
    """
    if is_remote(graph):
        from ..driver.server.served_graph import readable

        graph = readable(graph)
    return Drawing(graph)
