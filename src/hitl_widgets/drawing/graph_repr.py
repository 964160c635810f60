"""`hitl.enable_graph_repr`: a compiled graph as a cell's last expression shows its picture."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from ..errors import HitlError
from ..kernel.host import in_marimo
from ..texts.odd import spelled
from ..view.bundle import MimeBundle
from .draw import draw


def enable_graph_repr() -> None:
    """From now on, show the picture of `hitl.draw` where a compiled graph is a cell's last expression.

    LangGraph's own picture of a graph is made by a server on the internet; this one needs no network. It is live in a
    notebook and static where that is read without a kernel. Nothing of LangGraph is changed: IPython is told how to
    show its graphs, in this kernel, until `hitl.disable_graph_repr()`. `%load_ext hitl_widgets` does the same.

    In a script, where nothing is shown, it does nothing.

    Raises:
        HitlError: in marimo, which does not ask IPython.

    >>> import hitl_widgets as hitl
    >>> hitl.enable_graph_repr()
    """
    if in_marimo():
        raise HitlError("marimo does not ask IPython how to show a graph: end the cell with hitl.draw(graph) instead.")
    if (shell := _shell()) is not None:
        load_ipython_extension(shell)


def disable_graph_repr() -> None:
    """Show compiled graphs again as they were shown before `hitl.enable_graph_repr()`.

    >>> import hitl_widgets as hitl
    >>> hitl.disable_graph_repr()
    """
    if (shell := _shell()) is not None:
        unload_ipython_extension(shell)


def load_ipython_extension(ipython: Any) -> None:
    """What `%load_ext hitl_widgets` does."""
    formatter, graphs = _formatter(ipython), _graphs()
    # What is registered for a type goes before the methods of its objects, so before LangGraph's (IPython 9.18).
    before = formatter.pop(graphs, None)
    formatter.for_type(graphs, before if isinstance(before, _Picture) else _Picture(before))


def unload_ipython_extension(ipython: Any) -> None:
    """What `%unload_ext hitl_widgets` does."""
    formatter, graphs = _formatter(ipython), _graphs()
    ours = formatter.pop(graphs, None)
    before = ours.before if isinstance(ours, _Picture) else ours
    if before is not None:
        formatter.for_type(graphs, before)


class _Picture:
    """What shows a graph.

    Args:
        before: what did so before, if anything was registered for that.
    """

    def __init__(self, before: Callable[[Any], Any] | None) -> None:
        self.before = before

    def __call__(self, graph: Any) -> MimeBundle | None:
        try:
            data, metadata = draw(graph)._repr_mimebundle_()
        except Exception:  # noqa: BLE001  (a graph that cannot be drawn must not be one that cannot be looked at)
            return None  # its `repr` then
        return {**data, "text/plain": spelled(f"<{type(graph).__name__} {graph.name}>")}, metadata


def _shell() -> Any | None:
    """The shell that runs the cells, if there is one; IPython is not imported for it."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def _formatter(ipython: Any) -> Any:
    return ipython.display_formatter.mimebundle_formatter


def _graphs() -> type[Any]:
    from langgraph.pregel import Pregel

    return Pregel
