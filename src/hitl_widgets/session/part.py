"""What the parts of `Session` know of the whole."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from ..decisions import Decisions
from ..protocol import SessionStatus
from ..requests import Request
from ..running.run import Run


class Part(ABC):
    """A part of `Session`: what it is itself is in `session.py`."""

    @property
    @abstractmethod
    def _run(self) -> Run: ...

    @property
    @abstractmethod
    def status(self) -> SessionStatus: ...

    @property
    @abstractmethod
    def thread_id(self) -> str: ...

    @property
    @abstractmethod
    def requests(self) -> tuple[Request, ...]: ...

    @property
    @abstractmethod
    def decisions(self) -> Decisions: ...

    @property
    @abstractmethod
    def values(self) -> Any: ...
