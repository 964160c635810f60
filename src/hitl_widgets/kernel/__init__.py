"""What we know of the kernel: whether somebody can click, and how to wait while clicks arrive.

Everything private to ipykernel is in this package, and nothing outside it knows ipykernel. It imports without Jupyter,
and without a kernel every function has a plain answer.

    host.py        what this process runs in: an ipykernel, marimo, Voila, or none of them
    routing.py     clicks reach us while another cell blocks
    waiting.py     `wait` and `wait_async`
    pump.py        dispatches clicks for a cell that waits, and keeps every other message for later
    main_shell.py  where ipykernel 6.31 to 7.4 keep the messages of their main shell
    outputs.py     where what is written past Python lands
    sigint.py      an interrupt that can lose nothing
"""

from __future__ import annotations

from .host import attended, cell_id, cell_name, on_kernel_loop
from .outputs import Cell, cell_here, land_in
from .routing import keep_clicks_coming
from .waiting import wait, wait_async

__all__ = [
    "Cell", "attended", "cell_here", "cell_id", "cell_name", "keep_clicks_coming", "land_in", "on_kernel_loop", "wait",
    "wait_async",
]  # fmt: skip
