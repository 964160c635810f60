"""What a server's refusals and the network's failures mean, and what to do about them."""

from __future__ import annotations

import re
from typing import Any

import httpx

from ...errors import ServerError

SAFE = "nothing is lost: try again; where the session has failed, `session.retry()` goes on."
BUSY = (
    "The server runs this thread already, for another session or another client. `hitl.attach(graph, thread_id)` follows "
    "it; `session.retry()` tries again."
)
NEVER_ARRIVED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


def was_refused(error: BaseException) -> bool:
    """Whether a server certainly did not take what it was sent; else it may have, and only its word was lost."""
    status = status_of(error)
    return isinstance(error, NEVER_ARRIVED) or (status is not None and 400 <= status < 500)


def is_refusal(said: Any) -> bool:
    """Whether what a task failed with is Pydantic's word on a value: of a question with a type, on its answer.

    >>> is_refusal("1 validation error for Amount: thirteen is unlucky"), is_refusal("no network"), is_refusal(None)
    (True, False, False)
    """
    return said is not None and re.search(r"\b\d+ validation errors? for ", str(said)) is not None


def status_of(error: BaseException) -> int | None:
    """The HTTP status that a server answered with, if it did."""
    response = getattr(error, "response", None)
    return response.status_code if isinstance(response, httpx.Response) else None


def in_words(error: Exception, served: Any) -> ServerError:
    """An error of the client as one of ours, with the way out.

    Args:
        error: what it raised.
        served: the graph.
    """
    status = status_of(error)
    url = _address(error)
    if status is None:
        said = str(error) or type(error).__name__
        return ServerError(f"The server{url} cannot be reached: {said}. Once it answers again, {SAFE}")
    if status == 409:
        return ServerError(BUSY, status)
    if status in {401, 403}:
        return ServerError(
            f"The server{url} does not let us in: {error}. RemoteGraph(api_key=...) gives a key.", status
        )
    if (status == 422 and "nvalid assistant" in str(error)) or (status == 404 and "ssistant" in str(error)):
        names = ", ".join(map(repr, served.graphs()))
        return ServerError(
            f"The server{url} has no graph {served.remote.assistant_id!r}" + (f"; it has: {names}." if names else "."),
            status,
        )
    way_out = f" Once it is well again, {SAFE}" if status >= 500 else ""
    return ServerError(f"The server{url} says: {error}. ({status}){way_out}", status)


def _address(error: Exception) -> str:
    try:
        url = getattr(error, "request", None) and error.request.url  # pyright: ignore[reportAttributeAccessIssue]
    except RuntimeError:  # httpx, of an error that has no request
        url = None
    return f" at {url.scheme}://{url.netloc.decode()}" if url else ""
