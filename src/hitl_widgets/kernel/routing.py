"""Clicks reach us while another cell blocks."""

from __future__ import annotations

from typing import Any


def keep_clicks_coming(comm: Any) -> None:
    """Let the browser's messages on this comm go where the browser sends them.

    JupyterLab sends a widget's messages to a subshell, where a handler runs even while a cell blocks the main thread.
    ipykernel 7.4.0 overrules it: it sends each message to the shell that last published on the comm, so after any
    update from the main thread, or from a thread that a cell started, clicks wait for the running cell. This takes the
    override off this one comm; elsewhere, and with any other ipykernel, it does nothing.

    Args:
        comm: a widget's `comm`. One that is closed (`None`), or that no kernel made, is left alone.
    """
    if hasattr(comm, "_reply_subshell_for"):
        comm._reply_subshell_for = _as_sent


def _as_sent(_data: object, default: str | None) -> str | None:
    """The subshell in the message's own header, whatever the data."""
    return default
