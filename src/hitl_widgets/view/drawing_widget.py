"""DrawingWidget: a graph in the browser, without a run."""

from __future__ import annotations

import time
from typing import Any

import anywidget
import traitlets
from pydantic import TypeAdapter, ValidationError

from .. import kernel
from ..protocol import Ack, Intent
from .built import CSS, ESM
from .drawn import Drawn
from .moments import moment

_INTENT: TypeAdapter[Intent] = TypeAdapter(Intent)


class DrawingWidget(anywidget.AnyWidget):
    """The live view of what `hitl.draw` draws.

    Args:
        drawn: the graph as it is drawn.
    """

    _esm = ESM
    _css = CSS

    graph = traitlets.Dict(None, allow_none=True, read_only=True).tag(sync=True)
    alone = traitlets.Bool(True, read_only=True).tag(sync=True)
    """That there is no run: the bundle is that of `SessionWidget`."""

    dropped: int = 0
    """How many messages from the browser had no shape that we know."""

    def __init__(self, drawn: Drawn) -> None:
        self._drawn = drawn
        super().__init__()
        if (comm := getattr(self, "comm", None)) is not None:
            kernel.keep_clicks_coming(comm)
        self.on_msg(self._received)
        self.set_trait("graph", drawn.view)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Ignore what a browser writes into traits."""

    def _received(self, _widget: Any, content: Any, _buffers: Any) -> None:
        try:
            intent: Intent = _INTENT.validate_python(content)
        except ValidationError:
            self.dropped += 1
            return
        match intent["type"]:
            case "hello":
                said: Ack = {"type": "ack", "client": intent["client"], "now": moment(time.time())}
                self.send(said)
            case "fold":
                self._drawn.fold(intent["group"], is_folded=intent["folded"])
                self._drawn.picture = self._drawn.picture_anew()
                self.set_trait("graph", self._drawn.view)
            case _:
                pass  # what a run would be asked
