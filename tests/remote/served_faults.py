"""The run that kernels are killed in, on a server: questions side by side, one after the other, nested, and one before a failure.

Its nodes are in the server, which lives. What they do in the world is written into the folder that the input names.
"""

from __future__ import annotations

import operator
import time
from pathlib import Path
from typing import Annotated, TypedDict

from ..faults.shape import endured

WORK = 0.03
"""Seconds that a node works on an answer."""


class Endured(TypedDict, total=False):
    log: Annotated[list[str], operator.add]
    folder: Annotated[str, lambda before, now: now or before]


def _work(state: Endured, name: str) -> None:
    time.sleep(WORK)
    with (Path(state["folder"]) / "journal").open("a") as journal:
        journal.write(f"did {name}\n")


endures = endured(Endured, _work, lambda state: Path(state["folder"]))
