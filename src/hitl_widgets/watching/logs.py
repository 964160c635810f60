"""`logging`, heard: a record that its logger lets through is noted at the task that logged it.

Not by a handler at the root: with one there `logging.basicConfig()` does nothing, a warning is no longer printed by
Python's last resort, and loggers that do not propagate are not heard. The call in which a logger hands a record to its
handlers comes after its level and its filters, and is the same for all of them (CPython 3.11 to 3.14).
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from ..processes import when_forked
from .listener import at_work, listener
from .streams import unheard

_PLAIN = logging.Formatter()
_hearing = threading.local()
_CallHandlers = Any
"""What `logging.Logger.callHandlers` is: a method, of a logger and a record."""


class Logs:
    """The process's loggers, heard while anybody listens."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs = 0
        self._ours: _CallHandlers = None
        self._theirs: _CallHandlers = None

    @contextmanager
    def heard(self) -> Generator[None]:
        """Listen meanwhile."""
        with self._lock:
            self._runs += 1
            if self._runs == 1:
                self._theirs = logging.Logger.callHandlers
                self._ours = _heard(self._theirs)
                logging.Logger.callHandlers = self._ours
        try:
            yield
        finally:
            with self._lock:
                self._runs = max(0, self._runs - 1)  # nobody listens any more where it was stopped
                self._settle()

    def stop(self) -> None:
        """Listen no more, whoever holds the lock: that thread is none of this process."""
        self._lock = threading.Lock()
        self._runs = 0
        self._settle()

    def _settle(self) -> None:
        # One that somebody else has put around ours stays, and goes on working.
        if not self._runs and self._ours is not None and logging.Logger.callHandlers is self._ours:
            logging.Logger.callHandlers = self._theirs


def _heard(
    call_handlers: _CallHandlers,
) -> _CallHandlers:
    def callHandlers(self: logging.Logger, record: logging.LogRecord) -> Any:  # noqa: N802  (the method's name)
        told = listener.get()
        # Once, where somebody has put a method around an earlier one of ours and kept it (as sentry_sdk does).
        if told is None or getattr(_hearing, "record", None) is record or (task := at_work()) is None:
            return call_handlers(self, record)
        before, _hearing.record = getattr(_hearing, "record", None), record
        try:
            # A handler that prints the record, to a stream that is heard, would have it heard twice.
            with unheard():
                called = call_handlers(self, record)
        finally:
            _hearing.record = before
        with contextlib.suppress(Exception):
            told.logged(task, _text(record), record.levelname, record.name)
        return called

    return callHandlers


def _text(record: logging.LogRecord) -> str:
    text = record.getMessage()
    # Not by `Formatter.format`, which leaves its traceback in the record for every handler's formatter.
    if record.exc_info and record.exc_info[0] is not None:
        text += "\n" + (record.exc_text or _PLAIN.formatException(record.exc_info))
    return text + "\n"


logs = Logs()


@when_forked
def _begin() -> None:
    """As with the streams, which are told of a fork as well."""
    logs.stop()
