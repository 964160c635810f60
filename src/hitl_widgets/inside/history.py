"""The steps of a run's thread with those of the graphs nested in it, and what the run saw of their tasks."""

from __future__ import annotations

from ..graph.nested import nested_graphs
from ..running.run import Run
from ..thread.history import History, history_of
from ..thread.nested import Nested, snapshots_inside
from ..thread.secret_keys import secret_keys_of
from .worked import worked_in


async def history_in(run: Run) -> History:
    """Read the steps of a run's thread."""
    graph = run.driver.graph
    snapshots = await run.driver.history()
    nested: Nested = await snapshots_inside(run.driver, snapshots) if _may_be_nested(run) else {}
    secrets = secret_keys_of(graph)
    if nested:
        secrets = secrets.union(*(secret_keys_of(inner) for _, inner in nested_graphs(graph)))
    return history_of(snapshots, run.decisions, secrets, worked_in(run), run.secrets, nested)


def _may_be_nested(run: Run) -> bool:
    """Whether the thread may have graphs nested in its own: it is gone through for them, and may be long."""
    if run.driver.is_served:
        return True  # each of its steps says what is nested in it
    if any(nested_graphs(run.driver.graph)):
        return True
    with run.lock:
        # One that a node's own code calls is known once it has run; of what ran before, once that was read.
        if any(step.ns for step in run.state.steps) or run.past.inside:
            return True
        return run.was_used and run.past.is_due
