"""Work that is held up until a test lets it go on."""

from __future__ import annotations

import threading
from typing import Any


class Gate:
    """A node that says when it is reached, and goes on when it is let.

    Args:
        says: what it adds to the log.
    """

    def __init__(self, says: str = "worked") -> None:
        self._says = says
        self.reached, self.open = threading.Event(), threading.Event()

    def __call__(self, _state: Any) -> dict[str, Any]:
        self.reached.set()
        assert self.open.wait(60)
        return {"log": [self._says]}
