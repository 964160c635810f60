"""The steps of a run's thread with those of the graphs nested in it, and what the run saw of their tasks."""

from __future__ import annotations

from ..controls.secrets import secret_keys
from ..running.run import Run
from ..thread.history import History, history_of
from ..thread.nested import Nested, snapshots_inside
from ..thread.state_schema import annotated_keys
from .worked import worked_in


async def history_in(run: Run, secrets: frozenset[str]) -> History:
    """Read the steps of a run's thread.

    Args:
        run: the run.
        secrets: the keys of its state that hold secrets.
    """
    snapshots = await run.driver.history()
    nested: Nested = await snapshots_inside(run.driver, snapshots) if _may_be_nested(run) else {}
    if nested:
        secrets |= _secrets_inside(run.driver.graph)
    return history_of(snapshots, run.decisions, secrets, worked_in(run), run.secrets, nested)


def _may_be_nested(run: Run) -> bool:
    """Whether the thread may have graphs nested in its own: it is gone through for them, and may be long."""
    if run.driver.is_served:
        return True  # each of its steps says what is nested in it
    nodes = getattr(run.driver.graph, "nodes", None) or {}
    if any(getattr(node, "subgraphs", None) for node in nodes.values()):
        return True
    with run.lock:
        # One that a node's own code calls is known once it has run; of what ran before, once that was read.
        if any(step.ns for step in run.state.steps) or run.past.inside:
            return True
        return run.was_used and run.past.is_due


def _secrets_inside(graph: object) -> frozenset[str]:
    """The keys of the states of nested graphs that hold secrets."""
    found: frozenset[str] = frozenset()
    for node in (getattr(graph, "nodes", None) or {}).values():
        for nested in getattr(node, "subgraphs", None) or ():
            schema = getattr(getattr(nested, "builder", None), "state_schema", None)
            found |= secret_keys(annotated_keys(schema)) | _secrets_inside(nested)
    return found
