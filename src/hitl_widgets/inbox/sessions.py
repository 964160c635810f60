"""The sessions of an inbox: a thread that is opened here is attached once."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from typing import Any

from langchain_core.runnables import RunnableConfig

from ..driver import driver_for
from ..driver.choose import is_remote, served_thread_id
from ..policies import Policy, checked
from ..registering.registry import Registry, controls as default_controls
from ..running.run import Run
from ..running.steps import PICK_UP
from ..session import Session
from ..session.start import attach_code
from ..view.display import Display
from ..watching import is_watched

_NOBODY = "hitl-widgets:inbox"
"""A thread that no graph has run on: what a driver needs to be told."""


class Sessions:
    """Attaches the threads of one graph.

    Args: those of `hitl.inbox`.
    """

    def __init__(
        self,
        graph: Any,
        *,
        save: Any,
        config: RunnableConfig | None,
        context: Any,
        controls: Registry | None,
        policies: Iterable[Policy],
    ) -> None:
        if save is None and not is_remote(graph) and not getattr(graph, "checkpointer", True):
            raise ValueError(
                "This graph was compiled without a checkpointer, so it has no threads that could wait: write "
                'hitl.inbox(graph, save="runs.sqlite"), with what they were saved in.'
            )
        merged: RunnableConfig = {**(config or {})}
        merged["configurable"] = {**merged.get("configurable", {}), "thread_id": _NOBODY}
        merged["configurable"].pop("checkpoint_id", None)
        self.driver, self._durable = driver_for(graph, merged, context, save)
        self.controls = controls if controls is not None else default_controls
        self._policies = checked(policies)
        self._save = save
        self._opened: dict[str, Session] = {}
        self._lock = threading.Lock()

    def open(self, thread_id: str) -> Session:
        """The session of a thread; a new one where the last is over."""
        if is_remote(self.driver.graph):
            thread_id = served_thread_id(thread_id)
        with self._lock:
            known = self._opened.get(thread_id)
            if known is not None and known.status in {"waiting", "running"}:
                return known
            session = self._attach(thread_id)
            self._opened = {id: one for id, one in self._opened.items() if one.status in {"waiting", "running", "idle"}}
            self._opened[thread_id] = session
            return session

    @property
    def code(self) -> str:
        """What to write in a new kernel for the same inbox."""
        if isinstance(self._save, (str, os.PathLike)):
            return f"hitl.inbox(graph, save={os.fspath(self._save)!r})"
        return f"hitl.inbox(graph{'' if self._save is None else ', save=...'})"

    @staticmethod
    def display_of(session: Session) -> Display:
        """What a session is shown with."""
        display = session._display
        assert isinstance(display, Display)
        return display

    def _attach(self, thread_id: str) -> Session:
        driver = self.driver.on_thread(thread_id)
        driver.watched = is_watched()
        run = Run(
            driver,
            self.controls,
            policies=self._policies,
            notices=[*driver.says],
            attach=attach_code(thread_id, self._save) if self._durable else None,
        )
        run.breakpoints.start_with(None, None)
        session = Session(run, display=Display(run))
        run.start(PICK_UP)
        return session
