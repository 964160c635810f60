"""A breakpoint that is switched on while a run stands right before it, at one after the node before or of the same step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..thread.asked import requests_in
from ..thread.breakpoints import Breakpoint
from .settling import with_control

if TYPE_CHECKING:
    from .run import Run


def stands_before_it(run: Run) -> None:
    """Have the card say so: LangGraph passes the breakpoints of the step that it goes on from (1.2.24), and would not ask there."""
    snapshot = run.snapshot
    known = next((one for one in run.pending if isinstance(one.request.payload, Breakpoint)), None)
    if known is None or snapshot is None or run.origin.stands_in is not None:
        return
    found = requests_in(snapshot, run.driver.graph, tools=run.tools)
    if [one.request.id for one in found] != [known.request.id]:
        return
    asked, stop = known.request.payload, found[0].request.payload
    told = asked.nodes if asked.when == stop.when else ()
    new = [node for node in stop.nodes if node not in told and run.breakpoints.is_new_before((*stop.path, node))]
    if stop.when != "before" or not new:
        return
    made = with_control(run, found[0], None)
    with run.lock:
        if known.status == "open" and known in run.pending:
            # It stays the same one: an answer to it may be on its way.
            known.asked, known.control, known.question = made.asked, made.control, made.question
