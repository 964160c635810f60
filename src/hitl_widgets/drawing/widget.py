"""DrawingWidget: a graph in the browser, without a run."""

from __future__ import annotations

from collections.abc import Sequence

import traitlets

from ..protocol import Intent
from ..thread.stops import Path, When
from ..view.drawn import Drawn
from ..view.graph_widget import GraphWidget


class DrawingWidget(GraphWidget):
    """The live view of what `hitl.draw` draws.

    Args:
        drawn: the graph as it is drawn.
        stops: where it was compiled to stop.
    """

    alone = traitlets.Bool(True, read_only=True).tag(sync=True)
    """That there is no run: the bundle is that of `SessionWidget`."""

    nodes = traitlets.Dict(read_only=True).tag(sync=True)

    def __init__(self, drawn: Drawn, stops: Sequence[tuple[Path, When]] = ()) -> None:
        self._drawn = drawn
        self._stops = stops
        super().__init__()
        self._show()

    def _show(self) -> None:
        with self.hold_sync():
            self.set_trait("graph", self._drawn.view)
            self.set_trait("nodes", self._drawn.at_rest(self._stops))

    def _take(self, intent: Intent) -> None:
        match intent["type"]:
            case "hello":
                self._acknowledge(intent["client"])
            case "fold":
                self._drawn.fold(intent["group"], is_folded=intent["folded"])
                self._drawn.picture = self._drawn.picture_anew()
                self._show()
            case _:
                pass  # what a run would be asked
