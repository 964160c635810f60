"""What a node is doing, as the browser is told: only the keys that say something."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..protocol import NodeView
from ..running.following.records import NodeRecord, TaskRecord
from ..running.following.state import RunState
from ..texts.moments import moment


def node_view(record: NodeRecord, state: RunState, mask: Callable[[str], str]) -> NodeView:
    """The view of a node that has started.

    Args:
        record: the node.
        state: its run's.
        mask: what hides secrets in an error.
    """
    view: NodeView = {"status": record.status, "runs": record.runs}
    if record.error is not None:
        view["error"] = mask(record.error)
    if record.started > 1:
        view["tasks"] = {
            "started": record.started,
            "running": record.running,
            "waiting": record.waiting,
            "failed": record.failed,
            "done": record.finished,
        }
    if record.took is not None:
        view["took"] = round(record.took, 3)
    if record.retried:
        view["retried"] = record.retried
    if record.cached:
        view["cached"] = record.cached
    if record.running:
        _say_how_it_runs(view, record, state)
    return view


def _say_how_it_runs(view: NodeView, record: NodeRecord, state: RunState) -> None:
    if record.since is not None:
        view["since"] = moment(record.since)
    at_work = [task for task in _latest(record, state) if task.status == "running"]
    attempt = max((task.attempts for task in at_work), default=1)
    if attempt > 1:
        view["attempt"] = attempt
    if any(task.progress is not None for task in at_work):
        # Of several, those that have ended are all the way, and one that has said nothing is at its start.
        done = record.finished + sum(task.progress or 0.0 for task in at_work)
        view["progress"] = round(done / max(record.started, 1), 4)
    elif items := [task.items for task in at_work if task.items is not None]:
        view["items"] = {"count": sum(one.count for one in items), "rate": round(sum(one.rate for one in items), 1)}


def _latest(record: NodeRecord, state: RunState) -> Iterable[TaskRecord]:
    """Its tasks that may be at work."""
    if record.latest is None:
        return ()
    return state.current_of(record.latest.node) if record.started > 1 else (record.latest,)
