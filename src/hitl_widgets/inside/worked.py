"""What a session saw of its tasks, for `session.history`."""

from __future__ import annotations

from ..running.following.records import TaskRecord
from ..running.run import Run
from ..running.secrets import Secrets
from ..thread.history import Worked
from .told import printed_text


def worked_in(run: Run) -> dict[str, Worked]:
    """How long each task of a run took, how often it was tried and what it printed, by LangGraph's id."""
    with run.lock:
        records = [task for step in run.state.steps for task in step.tasks]
    # How often a task was tried a server does not tell, and in a script nobody listens.
    tells = run.driver.watched and not run.driver.is_served
    return {record.id: _worked(record, run.secrets, tells) for record in records if record.began is not None}


def _worked(record: TaskRecord, secrets: Secrets, tells: bool) -> Worked:  # noqa: FBT001
    printed = printed_text(record.said.chunks, secrets) if record.said is not None else ""
    # One that came from the cache, or that an earlier run had done, was not called here: a start is told of it, and no end.
    took = None if record.status == "running" or record.cached else record.took
    return Worked(took, record.attempts if tells else None, printed)
