"""DrawingWidget: a graph in the browser, without a run."""

from __future__ import annotations

import traitlets

from ..protocol import Intent
from .drawn import Drawn
from .graph_widget import GraphWidget


class DrawingWidget(GraphWidget):
    """The live view of what `hitl.draw` draws.

    Args:
        drawn: the graph as it is drawn.
    """

    alone = traitlets.Bool(True, read_only=True).tag(sync=True)
    """That there is no run: the bundle is that of `SessionWidget`."""

    def __init__(self, drawn: Drawn) -> None:
        self._drawn = drawn
        super().__init__()
        self.set_trait("graph", drawn.view)

    def _take(self, intent: Intent) -> None:
        match intent["type"]:
            case "hello":
                self._acknowledge(intent["client"])
            case "fold":
                self._drawn.fold(intent["group"], is_folded=intent["folded"])
                self._drawn.picture = self._drawn.picture_anew()
                self.set_trait("graph", self._drawn.view)
            case _:
                pass  # what a run would be asked
