"""GraphWidget: what each of our widgets is: a graph that is drawn by the one bundle, and a browser that sends intents."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any, ClassVar

import anywidget
import traitlets
from pydantic import TypeAdapter, ValidationError

from .. import kernel
from ..protocol import Ack, Intent
from ..texts.moments import moment
from .built import CSS, ESM
from .sendable import sendable


class GraphWidget(anywidget.AnyWidget):
    """A graph in the browser. Traits written by the browser are ignored; what has no shape that we know is dropped."""

    _esm = ESM
    _css = CSS
    _intents: ClassVar[TypeAdapter[Any]] = TypeAdapter(Intent)
    """What its browser may send."""

    graph = traitlets.Dict(None, allow_none=True, read_only=True).tag(sync=True)

    dropped: int = 0
    """How many messages from the browser had no shape that we know."""

    def __init__(self) -> None:
        """Called last by what has more to it: all that `close` needs has to be there before."""
        try:
            super().__init__()
            if (comm := getattr(self, "comm", None)) is not None:
                kernel.keep_clicks_coming(comm)
            self.on_msg(self._received)
            self._begin()
        except BaseException:
            # The stop button, or a graph that cannot be drawn: ipywidgets (8.1) would keep it, and all that it shows, for ever.
            self.close()
            raise

    def __del__(self) -> None:
        # One that was cut off before it had a comm has nothing to close, and not all that `close` needs.
        if self.comm is not None:
            self.close()

    def _begin(self) -> None:
        """What is left to do once it can send something."""

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Ignore what a browser writes into traits: it sends intents."""

    def send_state(self, key: str | Iterable[str] | None = None) -> None:
        """Send traits, as they are: all of it is plain data.

        ipywidgets (8.1) looks for binary data in every part of every value first: a third of what an update costs.
        """
        if state := self.get_state(key=key):
            self._send({"method": "update", "state": state, "buffer_paths": []})

    def _send(self, msg: Any, buffers: Any = None) -> None:
        """Send a message. One that Jupyter could not send would stop the view where it is, for ever."""
        super()._send(sendable(msg), buffers)

    def close(self) -> None:
        """Take it off the page. Its layout is a widget of its own, which ipywidgets (8.1) would keep."""
        layout = self.layout
        super().close()
        layout.close()

    def _received(self, _widget: Any, content: Any, _buffers: Any) -> None:
        """A message, on whatever thread the kernel hands it over: check its shape and take it."""
        try:
            intent = self._intents.validate_python(content)
        except ValidationError:
            self.dropped += 1
            return
        from ..watching.streams import streams  # only a run that is watched needs it before

        streams.clicked()
        self._take(intent)

    def _take(self, intent: Any) -> None:
        """Do what the browser asks for, or leave it."""
        raise NotImplementedError

    def _acknowledge(self, client: str) -> None:
        said: Ack = {"type": "ack", "client": client, "now": moment(time.time())}
        self.send(said)
