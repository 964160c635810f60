"""Where what is written past Python lands: to a file descriptor, by a subprocess or by C code.

ipykernel reads the two descriptors in threads that belong to no cell, and gives what comes to the message that came last
(6.31 to 7.4): to the cell that runs or ran last, in whichever cell it was started. But a click at a widget is a message
too, and what is given to that no front end shows. So while a run is at work, what would land there lands in its cell.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextvars import Context
from typing import Any

Cell = Mapping[str, Any]
"""The header of the message that started a cell."""


def cell_here() -> Cell | None:
    """The cell in which lands what this thread or task prints; `None` where there are no cells."""
    for stream in _streams():
        if (header := stream.parent_header).get("msg_type") == "execute_request":
            return header
    return None


def land_in(cell: Cell) -> None:
    """Let what is written past Python land in a cell, where it would be given to a message of a widget."""
    for stream in _streams():
        if getattr(stream, "_parent_header_global", {}).get("msg_type") == "comm_msg":
            # In a context of its own: what the calling thread prints goes on landing where it did.
            Context().run(stream.set_parent, {"header": cell})


def _streams() -> Iterator[Any]:
    """The streams of ipykernel, as the process has them now."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "set_parent") and hasattr(stream, "parent_header"):
            yield stream
