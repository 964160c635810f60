"""The sessions of an inbox: a thread that is opened here is attached once."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from typing import Any
from weakref import WeakValueDictionary

from langchain_core.runnables import RunnableConfig

from ..driver import driver_for
from ..driver.choose import is_remote, served_thread_id
from ..policies import Policy, checked
from ..policies.deadlines import next_due
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
        self._asked_for: set[str] = set()
        """Those of them that somebody has opened, and that are not only answered."""
        self._alive: WeakValueDictionary[str, Session] = WeakValueDictionary()
        """All that are there, those that only others hold among them."""
        self._lock = threading.Lock()

    def open(self, thread_id: str) -> Session:
        """The session of a thread; a new one where the last is over."""
        with self._lock:
            thread_id = self._named(thread_id)
            self._asked_for.add(thread_id)
            return self._there(thread_id)

    def for_an_answer(self, thread_id: str) -> Session:
        """The same, which one can `let_go` of afterwards."""
        with self._lock:
            return self._there(self._named(thread_id))

    def let_go(self, thread_id: str) -> None:
        """A thread has got its answer: unless somebody has opened it, its session is not kept once it rests.

        One whose question a policy answers later is: of a session that nobody has no deadline comes.
        """
        with self._lock:
            thread_id = self._named(thread_id)
            session = self._opened.get(thread_id)
            if session is not None and thread_id not in self._asked_for and not _goes_on(session._run):
                del self._opened[thread_id]

    def _named(self, thread_id: str) -> str:
        return served_thread_id(thread_id) if is_remote(self.driver.graph) else thread_id

    def _there(self, thread_id: str) -> Session:
        session = self._opened.get(thread_id) or self._alive.get(thread_id)
        if session is None or session.status not in {"waiting", "running"}:
            session = self._alive[thread_id] = self._attach(thread_id)
            self._opened = {id: one for id, one in self._opened.items() if one.status in {"waiting", "running", "idle"}}
            self._asked_for &= {*self._opened, thread_id}
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
        run.recalled = False
        run.breakpoints.start_with(None, None)
        session = Session(run, display=Display(run))
        run.start(PICK_UP)
        return session


def _goes_on(run: Run) -> bool:
    """Whether a run is at work, or will be without a person."""
    with run.lock:
        return not run.at_rest.is_set() or any(next_due(one) is not None for one in run.pending)
