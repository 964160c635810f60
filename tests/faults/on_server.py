"""The cells that a notebook has for a run on a server, whose kernel dies around each request that it sends there."""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from typing import Any

import httpx
from langgraph.pregel.remote import RemoteGraph

import hitl_widgets as hitl

from .points import clock, watch_sessions, with_moments


def cell(folder: str, where: str, thread: str, *, dies_at: int | None, attaches: bool) -> hitl.Session:
    """What the notebook's cell does, in each kernel anew; `where` is the server's address."""
    os.environ.pop("HITL_UNATTENDED", None)
    clock.journal = Path(folder) / "journal"
    watch_sessions()
    graph = RemoteGraph("endures", url=where)
    _watch(graph.sync_client.http.client)
    clock.dies_at = dies_at
    if attaches:
        return hitl.attach(graph, thread)
    return hitl.run(graph, {"log": ["begin"], "folder": folder}, thread_id=thread)


def _watch(client: httpx.Client) -> None:
    """Moments before a request is sent and after it was answered, named by what is asked for."""
    transport: Any = client._transport
    handle = transport.handle_request

    def handled(request: httpx.Request) -> httpx.Response:
        name = f"{request.method} {_asked_for(request.url.path)}"
        return with_moments(f"before {name}", handle, f"after {name}")(request)

    transport.handle_request = handled


def _asked_for(path: str) -> str:
    """The last words of a path, without ids.

    >>> _asked_for("/threads/0b5a0b4f-8c5b-4a55-9d4c-5a4c6a1f9f10/runs")
    'threads runs'
    """
    return " ".join(part for part in path.split("/") if part and not _is_id(part))


def _is_id(part: str) -> bool:
    try:
        uuid.UUID(part)
    except ValueError:
        return False
    return True
