"""Which runs are watched. Listening has its price, and a script has nobody who looks."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

from ..kernel import cell_id
from ..kernel.host import in_marimo

_watched: ContextVar[bool] = ContextVar("hitl_watched", default=False)


def is_watched() -> bool:
    """Whether a run that starts now is watched: one that a notebook's cell starts."""
    return _watched.get() or cell_id() is not None or in_marimo()


@contextmanager
def watched() -> Generator[None]:
    """Runs that are started meanwhile are watched, wherever that is: for tests and benchmarks."""
    token = _watched.set(True)
    try:
        yield
    finally:
        _watched.reset(token)
