"""A view that is made just when its run comes to its end shows the end, not what it had read before."""

from __future__ import annotations

import threading
from typing import Any

import pytest

import hitl_widgets as hitl
from hitl_widgets.view.widget import SessionWidget

from ..waiting import PATIENCE, threads, until
from . import graphs
from .gate import Gate


def test_what_it_has_read_is_not_set_after_what_came_later(monkeypatch: pytest.MonkeyPatch) -> None:
    gate, first, another, sets = Gate(), threading.Lock(), threading.Event(), SessionWidget.hold_sync
    session = hitl.run(graphs.chain(graphs.Log, {"works": gate}), {"log": []})
    assert gate.reached.wait(PATIENCE)

    def hold_sync(widget: SessionWidget) -> Any:
        """Between what the first update reads and what it sets the run ends, and its view is told so, where it can be."""
        if first.acquire(blocking=False):
            gate.open.set()
            assert session._run.ended.wait(PATIENCE)
            another.wait(0.5)  # where another update may go by, it does so at once
        elif session._run.ended.is_set():
            another.set()
        return sets(widget)

    monkeypatch.setattr(SessionWidget, "hold_sync", hold_sync)
    widget = session._display.widget
    until(lambda: "hitl-session" not in threads(), "it is still at work")
    until(lambda: widget.run["status"] == "finished", lambda: widget.run["status"])
    assert widget.nodes["works"]["status"] == "done"
