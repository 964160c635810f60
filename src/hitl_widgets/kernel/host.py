"""What this process runs in: an ipykernel, marimo, Voila, or none of them."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from typing import Any


def attended() -> bool:
    """Whether somebody is there who can click.

    `HITL_UNATTENDED=1` says no and `HITL_UNATTENDED=0` says yes, from any thread. Otherwise: in marimo and Voila, yes;
    in an ipykernel, what the cell that runs (or ran last) was sent with: nbclient, nbval, nbconvert and papermill send
    `allow_stdin=False`, front ends with a person send `True`; with no kernel, no.
    """
    match os.environ.get("HITL_UNATTENDED"):
        case "1":
            return False
        case "0":
            return True
        case _:
            pass
    # Voila runs the cells with nbclient, so without stdin, and a person looks at the page afterwards (0.5.13).
    if in_marimo() or in_voila():
        return True
    return bool(getattr(ipython_kernel(), "_allow_stdin", False))


def cell_id() -> str | None:
    """The message that started the cell which this thread or task belongs to; `None` outside of a cell.

    Two calls with the same id happened in the same execution of the same cell. A widget's message handler, and a thread
    that does not know its cell, belong to none.
    """
    header = parent_header()
    return header.get("msg_id") if header.get("msg_type") == "execute_request" else None


def on_kernel_loop() -> bool:
    """Whether the calling thread is running an asyncio loop right now, so that blocking here freezes its tasks.

    True in every cell of an ipykernel, with or without `await`: a cell is itself a callback of the kernel's loop.
    """
    return running_loop() is not None


def running_loop() -> asyncio.AbstractEventLoop | None:
    """The loop that the calling thread is running, if any."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def ipython_kernel() -> Any | None:
    """The ipykernel of this process, without importing ipykernel.

    A process that a cell has forked has the kernel's object, and none of its threads and sockets: it is no kernel.
    """
    kernelbase = sys.modules.get("ipykernel.kernelbase")
    if kernelbase is None or not kernelbase.Kernel.initialized():
        return None
    kernel = kernelbase.Kernel.instance()
    # jupyter_client's session of messages knows its process, and sends none from a fork (8.10).
    return kernel if getattr(kernel.session, "pid", os.getpid()) == os.getpid() else None


def parent_header() -> Mapping[str, Any]:
    """The header of the message that this thread or task works for, as far as ipykernel knows; else empty."""
    kernel = ipython_kernel()
    if kernel is None:
        return {}
    try:
        return kernel.get_parent("shell").get("header") or {}
    except LookupError:
        # 7.0.1: a thread without the cell's contextvars has no parent at all. 7.1 falls back on the last cell.
        return {}


def in_marimo() -> bool:
    """Whether the calling thread runs the cells of a marimo notebook. marimo's context is thread-local (0.25.2)."""
    running = getattr(sys.modules.get("marimo"), "running_in_notebook", None)
    return running is not None and bool(running())


def in_voila() -> bool:
    """Whether Voila started this kernel: it says so in the kernel's environment (0.5.13, handler.py).

    A kernel that was started for a page gets both variables, one from the pool of preheated kernels the second only.
    """
    return os.environ.get("SERVER_SOFTWARE", "").startswith("voila/") or "VOILA_BASE_URL" in os.environ


def cell_name(filename: str) -> str | None:
    """What IPython calls the cell that it compiled under a file name, `Cell In[3]`; `None` if it knows of none."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    named = getattr(getattr(shell, "compile", None), "format_code_name", None)
    label = named(filename) if named is not None else None
    return " ".join(label) if label else None
