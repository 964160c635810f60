"""One pass of a run over its graph's stream, with the answers that the graph refused taken back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from langgraph.errors import GraphDrained

from ..asking import live
from ..driver import cannot_save, invalid_resume, too_deep
from ..thread.remembering import begins_by_id
from ..watching import heard_by
from .others.turns import keep
from .taking import take_back

if TYPE_CHECKING:
    from .run import Run


async def stream_once(run: Run, step: Any) -> BaseException | None:
    """One pass over the stream; returns what ended it early.

    Args:
        run: the run, whose state follows.
        step: an input, a `Command`, or `None` to go on.
    """
    refused: dict[str, BaseException] = {}
    error: BaseException | None = None
    run.driver.tries_again = run.snapshot is not None and any(task.error for task in run.snapshot.tasks)
    run.driver.begins_by_id = await begins_by_id(run.driver) if step is None else None
    with run.lock:
        run.passes.control, run.passes.drained = run.driver.control(), False
        run.passes.asked_inside.clear()
        if run.stopping:
            run.passes.control.request_drain("stopped")
    if run.watch is not None:
        run.watch.begin()
    try:
        with live.kept_in(run.live), heard_by(run.watch):
            hear, may_go_on = partial(_apply, run, refused), partial(keep, run)
            run.passes.drained = not await run.driver.follow(hear, may_go_on, step, run.passes.control)
    except GraphDrained:
        run.passes.drained = True
    except Exception as raised:  # noqa: BLE001  (a node's exception is the session's state, not ours to raise)
        error = cannot_save(raised, run.state.node_of) or too_deep(raised) or raised
    finally:
        run.passes.control = None
    if invalid_resume(error) is not None and await _refuse(run, refused):
        return None
    return error


def _apply(run: Run, refused: dict[str, BaseException], part: dict[str, Any]) -> None:
    """Fold one part; a run may have ten thousand of them, and several threads may say some at once."""
    run.beginning.entered = True
    kind, data, watch = part["type"], part["data"], run.watch
    if kind == "messages":  # of a graph that runs elsewhere; a thousand a second
        if watch is not None:
            watch.message(*data)
        return
    if kind == "tasks":
        run.calls.heard(part)
        if part["ns"] and data.get("interrupts"):
            run.passes.asked_inside.add(part["ns"][0].partition(":")[2])
        if isinstance(failure := data.get("error"), BaseException) and (invalid := invalid_resume(failure)):
            refused[data["id"]] = invalid
    with run.lock:
        seen = run.state.apply(part)
        if watch is not None:
            seen = watch.apply(part) or seen
    if seen:
        run.changed()


async def _refuse(run: Run, refused: Mapping[str, BaseException]) -> bool:
    """Open the questions again whose answers the graph refused; returns whether there were any."""
    taken_back = await take_back(refused, run.pending, run.driver)
    with run.lock:
        for interrupt_id, (pending, failure) in taken_back.items():
            if pending is not None:
                run.decisions.withdraw(interrupt_id)
                pending.refuse(pending.control.refusal(failure))
    return bool(taken_back)
