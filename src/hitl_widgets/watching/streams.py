"""`sys.stdout` and `sys.stderr`, heard: what a task prints is noted, and lands where it always did.

What stands in for a stream hands everything on to it, so in a notebook a print is still an output of the cell that
started the run. It is there only while a watched run is streamed, for as many runs as there are.
"""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import Any, Literal

from .. import kernel
from ..processes import when_forked
from .listener import at_work, listener

Name = Literal["stdout", "stderr"]

_KEPT = 8
"""How many of those that stood in for a stream are kept when their run has ended.

`print` has no reference of its own to `sys.stdout`, which it uses several times (CPython to 3.13, gh-130163). If what stood
there went away in the midst of a print in another thread, the process would crash, or print to whatever is there by then.
"""

_inside = threading.local()


@contextmanager
def unheard() -> Generator[None]:
    """What is written meanwhile, in this thread, has been heard already: as a log record, or by a stream around."""
    before = getattr(_inside, "unheard", False)
    _inside.unheard = True
    try:
        yield
    finally:
        _inside.unheard = before


class HeardStream:
    """Stands in for a stream: everything that is asked of it, it asks of that one, and writes are heard.

    Whoever keeps it longer than the run lasts has the stream all the same. What is written to its `buffer`, to its file
    descriptor, or by a subprocess passes by unheard: nobody could say which task that was (`kernel/outputs.py`).

    `write` can be replaced, here and not at the stream behind, which would call what it replaces for ever: IPython does so
    for each cell, to remember what it printed (9.18, `InteractiveShell._tee`), and puts back what it found at the end.
    """

    __slots__ = ("_heard", "_name", "_replaced")

    _heard: Any
    _name: Name
    _replaced: Any

    def __init__(self, stream: Any, name: Name) -> None:
        object.__setattr__(self, "_heard", stream)
        object.__setattr__(self, "_name", name)
        object.__setattr__(self, "_replaced", None)

    @property
    def write(self) -> Any:
        return self._write if self._replaced is None else self._replaced

    def _write(self, text: str) -> Any:
        told = listener.get()
        if told is None or getattr(_inside, "unheard", False):
            return self._heard.write(text)
        _inside.unheard = True
        try:
            written = self._heard.write(text)
        finally:
            _inside.unheard = False
        # What goes wrong in listening is no trouble of who prints.
        try:
            if text and isinstance(text, str) and (task := at_work()) is not None:  # pyright: ignore[reportUnnecessaryIsInstance]
                told.printed(task, self._name, text)
        except Exception:  # noqa: BLE001, S110
            pass
        return written

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    # `isinstance(sys.stdout, OutStream)` stays what it was.
    @property
    def __class__(self) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        return type(self._heard)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._heard, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "write":
            object.__setattr__(self, "_replaced", None if value == self._write else value)
            streams.settle()
        else:
            setattr(self._heard, name, value)

    def __delattr__(self, name: str) -> None:
        if name == "write":
            setattr(self, name, self._write)
        else:
            delattr(self._heard, name)

    def __dir__(self) -> Iterable[str]:
        return dir(self._heard)

    def __repr__(self) -> str:
        return repr(self._heard)

    def __iter__(self) -> Any:
        return iter(self._heard)

    def __enter__(self) -> Any:
        self._heard.__enter__()
        return self

    def __exit__(self, *error: object) -> Any:
        return self._heard.__exit__(*error)


class Streams:
    """The process's two streams, heard while anybody listens."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._runs = 0
        self._cells: list[kernel.Cell] = []
        """Those that started the runs, where there are cells."""
        self._stood_in: deque[HeardStream] = deque(maxlen=_KEPT)

    @contextmanager
    def heard(self) -> Generator[None]:
        """Listen meanwhile."""
        cell = kernel.cell_here()
        with self._lock:
            self._runs += 1
            self._cells += [cell] if cell is not None else []
            # For each run: somebody may have put another stream there since the last one began.
            for name in ("stdout", "stderr"):
                stream = getattr(sys, name)
                if stream is not None and type(stream) is not HeardStream:
                    setattr(sys, name, self._stand_in(stream, name))
        try:
            self.clicked()
            yield
        finally:
            with self._lock:
                if cell in self._cells:
                    self._cells.remove(cell)
                self._runs = max(0, self._runs - 1)  # nobody listens any more where it was stopped
            self.settle()

    def clicked(self) -> None:
        """Somebody has, at a widget: what passes by unheard goes on landing in the cell of the run that began last."""
        with self._lock:
            if self._cells:
                kernel.land_in(self._cells[-1])

    def stop(self) -> None:
        """Listen no more, whoever holds the lock: that thread is none of this process."""
        self._lock = threading.RLock()
        self._runs = 0
        self._cells = []
        self.settle()

    def settle(self) -> None:
        """Put back what was there, if nobody listens any more."""
        with self._lock:
            for name in () if self._runs else ("stdout", "stderr"):
                # What somebody else has put there stays; around ours, it goes on working. Ours stays as long as
                # somebody has replaced how it writes: until the end of the cell, in IPython.
                while type(stream := getattr(sys, name)) is HeardStream and stream._replaced is None:
                    setattr(sys, name, stream._heard)

    def _stand_in(self, stream: Any, name: Name) -> HeardStream:
        """What stands in for a stream: the one that has before, if it is still kept."""
        for kept in self._stood_in:
            if kept._heard is stream and kept._name == name and kept._replaced is None:
                return kept
        self._stood_in.append(made := HeardStream(stream, name))
        return made


streams = Streams()


@when_forked
def _begin() -> None:
    """Nobody listens in a forked process, to a worker that a node has started neither: its record is the parent's."""
    listener.set(None)
    streams.stop()
