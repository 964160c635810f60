"""A task in a few words, as the timeline, a node's list of tasks and a task's own panel show it."""

from __future__ import annotations

from ..protocol import TaskView
from ..running.following.records import TaskRecord
from ..running.secrets import Secrets
from ..texts.moments import moment
from ..thread.earlier import EarlierTask


def task_view(record: TaskRecord, secrets: Secrets) -> TaskView:
    """A task of this run.

    Args:
        record: its record.
        secrets: what is shown as dots.
    """
    view: TaskView = {
        "id": record.id,
        "node": ":".join(record.node),
        "name": record.node[-1],
        "status": record.status,
    }
    if record.status == "running" and record.began is not None:
        view["since"] = moment(record.began)
    elif record.began is not None and record.status != "idle" and not record.cached:
        view["took"] = round(record.took, 6)
    if record.attempts > 1:
        view["attempts"] = record.attempts
    if record.cached:
        view["cached"] = True
    if record.error is not None:
        view["error"] = secrets.line(record.error)
    if record.said is not None and record.said.characters:
        view["printed"] = record.said.characters
    return view


def earlier_task_view(task: EarlierTask, record: TaskRecord, secrets: Secrets) -> TaskView:
    """A task that ran before this kernel, or in the run that this one is a fork of.

    Args:
        task: what its thread says of it.
        record: what is known of it beside that (`Past.record_of`).
        secrets: what is shown as dots.
    """
    view = task_view(record, secrets)
    if task.asked:
        view["asked"] = True
    return view
